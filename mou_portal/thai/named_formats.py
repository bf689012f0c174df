"""The Buddhist Era in pages that are not ours: the admin's lists, history and other packages.

Django's Thai format strings print the Gregorian year, and no format string can do otherwise. All of
Django's own printing of dates passes ``django.utils.formats.date_format`` with the name of a format
(``DATE_FORMAT``, …) or none: those are for people, and under Thai they are written here. Explicit format strings
(``Y-m-d``) are for machines and stay Gregorian.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from django.utils import formats
from django.utils.translation import get_language

from mou_portal.thai.dates import DateStyle, format_date, format_datetime, format_month, is_thai

_NAMED: Final[dict[str, tuple[Callable[..., str], DateStyle]]] = {
    "DATE_FORMAT": (format_date, "long"),
    "SHORT_DATE_FORMAT": (format_date, "short"),
    "DATETIME_FORMAT": (format_datetime, "long"),
    "SHORT_DATETIME_FORMAT": (format_datetime, "short"),
    "YEAR_MONTH_FORMAT": (format_month, "long"),
}
_django_date_format = formats.date_format


def date_format(
    value: Any,
    format: str | None = None,  # noqa: A002 — Django's own name for it, given as a keyword
    use_l10n: bool | None = None,
) -> str:
    """Django's ``date_format``, with the Buddhist Era for the named formats when Thai is active."""
    named = _NAMED.get(format or "DATE_FORMAT")
    if named and isinstance(value, date) and is_thai(get_language()):
        write, style = named
        if write is not format_datetime or isinstance(value, datetime):
            return write(value, "th", style)
    return _django_date_format(value, format, use_l10n)


def print_buddhist_era() -> None:
    """Put ``date_format`` in the place of Django's; once, at start-up."""
    formats.date_format = date_format
