"""The text of a certificate: a sentence with places in curly brackets that are filled for each person.

Pure: no Django, no database.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

#: What may stand in curly brackets.
PLACES = ("name", "organisation", "seminar", "dates", "place")

_PLACE = re.compile(r"\{([^{}]*)\}")


class WordingError(ValueError):
    """A text with a place that nothing can fill; ``place`` is what stood in the brackets (a lone bracket: itself)."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


def check(text: str) -> None:
    """Raise :class:`WordingError` for an unknown place or a bracket without its other half."""
    for match in _PLACE.finditer(text):
        if match[1] not in PLACES:
            raise WordingError(match[1])
    rest = _PLACE.sub("", text)
    for bracket in "{}":
        if bracket in rest:
            raise WordingError(bracket)


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled, once: a value that holds brackets itself stays as it is.

    Raises :class:`WordingError` as :func:`check` does.
    """
    check(text)
    return _PLACE.sub(lambda match: values.get(match[1], ""), text)
