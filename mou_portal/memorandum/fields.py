"""What a key of the file may hold: one reader for each kind of value."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from mou_portal.thai.dates import DateError, parse_date
from mou_portal.thai.messages import date_error_message

#: Reads a value from the file; raises ValueError with a translated reason.
Reader = Callable[[Any], Any]

_SHOWN = 60
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NUMBER_OF_CLAUSE = re.compile(r"[0-9]+(?:\.[0-9]+)*(?:\([0-9]+\)(?:[0-9]+(?:\.[0-9]+)*)?)?")


@dataclass(frozen=True)
class Key:
    """A key: how its value is read, and whether the file may leave it out (then it has ``default``)."""

    read: Reader
    required: bool = True
    default: Any = None


def shown(value: object) -> str:
    """A value fit for a message: cut short, and nothing in it can act on a terminal."""
    text = str(value)
    text = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)


def text(model: type[Model], name: str) -> Reader:
    """Text on one line, as long as the model's column allows, kept letter by letter."""
    limit = model._meta.get_field(name).max_length  # type: ignore[union-attr]  # only text columns are named here

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError(_("text in quotation marks is expected, not %(value)s") % {"value": shown(value)})
        if not value.strip():
            raise ValueError(_("the text is empty"))
        if value != value.strip():
            raise ValueError(_("the text begins or ends with a blank"))
        if any(ord(sign) < 32 or ord(sign) == 127 for sign in value):
            raise ValueError(_("the text holds a line break, tab or control character"))
        if limit is not None and len(value) > limit:
            raise ValueError(
                _("the text is too long: %(length)d characters, at most %(limit)d")
                % {"length": len(value), "limit": limit}
            )
        return value

    return read


def code(model: type[Model], name: str = "code") -> Reader:
    """A code: small Latin letters, digits and single hyphens."""
    read_text = text(model, name)

    def read(value: Any) -> str:
        word = read_text(value)
        if not _CODE.fullmatch(word):
            raise ValueError(
                _("“%(value)s” is not a code: small Latin letters, digits and single hyphens only")
                % {"value": shown(word)}
            )
        return str(word)

    return read


def clause_number(model: type[Model], name: str = "number") -> Reader:
    """A clause's number such as ``2.1`` or ``2.2(4)4.1``, without blanks."""
    read_text = text(model, name)

    def read(value: Any) -> str:
        word = read_text(value)
        if not _NUMBER_OF_CLAUSE.fullmatch(word):
            raise ValueError(
                _("“%(value)s” is not a clause's number: write it like 2.1 or 2.2(4)4.1") % {"value": shown(word)}
            )
        return str(word)

    return read


def whole(least: int, most: int) -> Reader:
    """A whole number within limits."""

    def read(value: Any) -> int:
        # True is an int to Python but not a number to a person.
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(_("a whole number is expected, not %(value)s") % {"value": shown(value)})
        if not least <= value <= most:
            raise ValueError(
                _("%(value)s is out of range: from %(least)d to %(most)d")
                % {"value": value, "least": least, "most": most}
            )
        return value

    return read


def flag(value: Any) -> bool:
    """``true`` or ``false``."""
    if not isinstance(value, bool):
        raise ValueError(_("true or false is expected, not %(value)s") % {"value": shown(value)})
    return value


def day(value: Any) -> date:
    """A date, bare or in quotation marks, in either era (a year from 2400 to 2700 is Buddhist Era)."""
    if not isinstance(value, date | str) or isinstance(value, datetime):
        raise ValueError(_("a date is expected, not %(value)s") % {"value": shown(value)})
    try:
        return parse_date(value)
    except DateError as error:
        raise ValueError(date_error_message(error)) from error


def one_of(values: Collection[str]) -> Reader:
    """One word of a closed list."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in values:
            raise ValueError(
                _("“%(value)s” is unknown; possible are: %(values)s")
                % {"value": shown(value), "values": ", ".join(values)}
            )
        return value

    return read


def province(codes: Collection[str]) -> Reader:
    """A province of Thailand by its ISO 3166-2 code."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in codes:
            raise ValueError(
                _("“%(value)s” is not a province: give its ISO code, such as TH-12 (see mou_portal/data/provinces.csv)")
                % {"value": shown(value)}
            )
        return value

    return read
