"""Dates as people in Thailand write them: Buddhist Era (BE) in Thai, Common Era (CE) in English.

Storage is always CE. BE year = CE year + 543; months, days and leap years are the same. Reading
what people type is in ``date_reading``; its names are offered here too.
"""

from datetime import date, datetime, timedelta, timezone
from typing import Final, Literal

from mou_portal.thai.date_reading import (
    BE_OFFSET,
    BE_TYPED_FIRST,
    BE_TYPED_LAST,
    FIRST_YEAR,
    LAST_YEAR,
    DateError,
    date_from_parts,
    from_be,
    parse_date,
    parse_datetime,
    parse_time,
    to_be,
)
from mou_portal.thai.digits import arabic_digits, thai_digits
from mou_portal.thai.months import EN_MONTHS, EN_MONTHS_SHORT, TH_MONTHS, TH_MONTHS_SHORT, month_names

__all__ = [
    "BANGKOK",
    "BE_OFFSET",
    "BE_TYPED_FIRST",
    "BE_TYPED_LAST",
    "EN_MONTHS",
    "EN_MONTHS_SHORT",
    "FIRST_YEAR",
    "LAST_YEAR",
    "TH_MONTHS",
    "TH_MONTHS_SHORT",
    "DateError",
    "DateStyle",
    "arabic_digits",
    "date_from_parts",
    "format_date",
    "format_datetime",
    "format_month",
    "format_range",
    "from_be",
    "is_thai",
    "month_names",
    "parse_date",
    "parse_datetime",
    "parse_time",
    "thai_digits",
    "to_be",
    "year_number",
]

DateStyle = Literal["long", "short", "official", "numeric"]
STYLES: Final = ("long", "short", "official", "numeric")

BANGKOK: Final = timezone(timedelta(hours=7), "Asia/Bangkok")
"""Thailand's time: seven hours ahead of UTC all year, without daylight saving."""


def is_thai(language: str | None) -> bool:
    """Whether a language code ("th", "th-TH") asks for Thai, and with it for the Buddhist Era."""
    return (language or "").lower().replace("_", "-").split("-")[0] == "th"


def year_number(ce_year: int, language: str) -> int:
    """The number a reader of the language gives that CE year: 2562 in Thai, 2019 in English."""
    return to_be(ce_year) if is_thai(language) else ce_year


def _check_style(style: str) -> None:
    if style not in STYLES:
        raise ValueError(f"unknown date style {style!r}: use one of {', '.join(STYLES)}")


def _year_text(ce_year: int, language: str, style: str) -> str:
    year = year_number(ce_year, language)
    # English readers get four digits even in the short style: "17 Jun 62" would be a riddle.
    return f"{year % 100:02d}" if style == "short" and is_thai(language) else f"{year:04d}"


def _finish(text: str, language: str, style: str) -> str:
    return thai_digits(text) if style == "official" and is_thai(language) else text


def format_date(value: date, language: str = "th", style: DateStyle = "long") -> str:
    """A date in words or figures: BE for Thai, CE for every other language.

    | style    | th                 | en           |
    | long     | 17 มิถุนายน 2562   | 17 June 2019 |
    | short    | 17 มิ.ย. 62        | 17 Jun 2019  |
    | official | ๑๗ มิถุนายน ๒๕๖๒   | 17 June 2019 |
    | numeric  | 17/06/2562         | 17/06/2019   |

    A datetime is taken as it stands: bring it to local time first. Raises ValueError for an
    unknown style.
    """
    _check_style(style)
    year = _year_text(value.year, language, style)
    if style == "numeric":
        return f"{value.day:02d}/{value.month:02d}/{year}"
    month = month_names(thai=is_thai(language), short=style == "short")[value.month - 1]
    return _finish(f"{value.day} {month} {year}", language, style)


def format_datetime(value: datetime, language: str = "th", style: DateStyle = "long") -> str:
    """A date with the time of day: ``17 มิถุนายน 2562 เวลา 13.30 น.`` or ``17 June 2019, 13:30``.

    The value is taken as it stands: bring an aware one to local time first.
    """
    day = format_date(value, language, style)
    if not is_thai(language):
        return f"{day}, {value:%H:%M}"
    return _finish(f"{day} เวลา {value:%H.%M} น.", language, style)


def format_range(start: date, end: date, language: str = "th", style: DateStyle = "long") -> str:
    """Two dates as one phrase that repeats nothing: ``17–19 มิถุนายน 2562``.

    Raises ValueError when the end lies before the start.
    """
    if end < start:
        raise ValueError("a range of dates cannot end before it starts")
    last = format_date(end, language, style)
    if start == end:
        return last
    if style == "numeric" or start.year != end.year:
        return f"{format_date(start, language, style)} – {last}"
    if start.month != end.month:
        month = month_names(thai=is_thai(language), short=style == "short")[start.month - 1]
        return _finish(f"{start.day} {month} – {last}", language, style)
    return _finish(f"{start.day}–{last}", language, style)


def format_month(value: date, language: str = "th", style: DateStyle = "long") -> str:
    """Month and year of a date: ``มิถุนายน 2562``, ``มิ.ย. 62``, ``๒๕๖๒`` digits when official, ``06/2562``."""
    _check_style(style)
    year = _year_text(value.year, language, style)
    if style == "numeric":
        return f"{value.month:02d}/{year}"
    month = month_names(thai=is_thai(language), short=style == "short")[value.month - 1]
    return _finish(f"{month} {year}", language, style)
