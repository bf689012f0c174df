"""Dates and times as people type them, in either era, read strictly.

A four-digit year 2400–2700 is Buddhist Era whatever surrounds it; every other four-digit year is
Common Era unless พ.ศ. or BE stands beside it. Results lie in the years 1900–2100 CE: anything else
is a slip of an era or a century and is refused, never guessed at.
"""

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta, timezone
from typing import Final, Literal

from mou_portal.thai.digits import arabic_digits
from mou_portal.thai.months import read_month

BE_OFFSET: Final = 543
BE_TYPED_FIRST: Final = 2400
BE_TYPED_LAST: Final = 2700
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100

Era = Literal["BE", "CE"]

_THAI_TIME: Final = timezone(timedelta(hours=7))
_LONGEST: Final = 60  # characters; no way of writing a date is longer
_EXCEL_DAY_ZERO: Final = date(1899, 12, 30)
_EXCEL_SERIALS: Final = (18_000, 300_000)  # 1949 CE to 2721: years typed alone, like 2562, stay outside
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"))

_BE_MARK: Final = r"พ\s*\.?\s*ศ\s*\.?|b\.?\s*e\.?"
_CE_MARK: Final = r"ค\s*\.?\s*ศ\s*\.?|c\.?\s*e\.?|a\.?\s*d\.?"
_ERA: Final = rf"(?:{_BE_MARK}|{_CE_MARK})"
_YEAR: Final = rf"(?P<before>{_ERA})?\s*(?P<year>[0-9]+)\s*(?P<after>{_ERA})?"
_DAY_FIRST: Final = re.compile(
    rf"(?P<day>[0-9]{{1,2}})\s*(?P<sep>[/.-])\s*(?P<month>[0-9]{{1,2}})\s*(?P=sep)\s*{_YEAR}"
)
_YEAR_FIRST: Final = re.compile(
    r"(?P<year>[0-9]{4})(?P<sep>[-/.])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})"
    r"(?:[t ]0?0:00(?::00(?:\.0+)?)?)?"  # spreadsheets write dates with an empty time
)
_NAMED: Final = re.compile(
    rf"(?:วัน)?(?:ที่)?\s*(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\s*(?:of\s)?(?:เดือน)?(?P<month>[^0-9]+?)[\s,]*{_YEAR}"
)
_NAMED_MONTH_FIRST: Final = re.compile(
    rf"(?P<month>[a-z]+)\.?\s*(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\s*,\s*{_YEAR}|"
    rf"(?P<month2>[a-z]+)\.?\s*(?P<day2>[0-9]{{1,2}})(?:st|nd|rd|th)?\s+(?P<year2>[0-9]{{4}})"
)
_TYPED_YEAR: Final = re.compile(rf"(?:ปี\s*)?{_YEAR}")
_WITH_TIME: Final = re.compile(
    r"(?P<date>.+?)(?:\s*,?\s*เวลา\s*|\s*,\s+|t|\s)"
    r"(?P<time>[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?\s*(?:น\.?)?)"
)
_TIME: Final = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2})(?:[:.](?P<second>[0-9]{2}))?)\s*(?:น\.?)?")


class DateError(ValueError):
    """A date or time that cannot be taken. Carries no words: the Django layer has them.

    ``code`` is one of ``empty``, ``unreadable``, ``no_day``, ``no_month``, ``no_year`` (a part left
    out), ``month`` (no such month), ``day`` (no such day in that month), ``two_digit_year``,
    ``year`` (not a year), ``out_of_range`` (outside 1900–2100 CE), ``two_dates`` (boxes that
    contradict each other), ``no_time``, ``time``. ``params`` holds what the message needs.
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return " ".join([self.code, *(f"{name}={value!r}" for name, value in self.params.items())])


def to_be(year: int) -> int:
    """The BE year of a CE year: 2019 → 2562."""
    return year + BE_OFFSET


def from_be(year: int) -> int:
    """The CE year of a BE year: 2562 → 2019."""
    return year - BE_OFFSET


def _tidy(text: object) -> str:
    return " ".join(arabic_digits(text).translate(_INVISIBLE).split()).lower()


def _era_of(mark: str | None) -> Era | None:
    if not mark:
        return None
    return "BE" if re.fullmatch(_BE_MARK, mark) else "CE"


def _ce_year(digits: str, era: Era | None, assumed: Era | None, today: date | None) -> int:
    """CE year of typed digits. ``era`` was written beside them; ``assumed`` speaks for two digits only."""
    number = int(digits)
    if len(digits) == 2:
        if (era or assumed) != "BE":
            raise DateError("two_digit_year", year=digits)
        this_year = to_be((today or datetime.now(_THAI_TIME).date()).year)
        year = from_be(this_year // 100 * 100 + number)
    elif len(digits) != 4:
        raise DateError("year", year=digits[:12])
    elif era == "BE" or (era is None and BE_TYPED_FIRST <= number <= BE_TYPED_LAST):
        year = from_be(number)
    else:
        year = number
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateError("out_of_range", year=digits, ce_year=year)
    return year


def _real_date(day: int, month: int, year: int) -> date:
    if not 1 <= month <= 12:
        raise DateError("month", month=month)
    last_day = monthrange(year, month)[1]
    if not 1 <= day <= last_day:
        raise DateError("day", day=day, month=month, year=year, last_day=last_day)
    return date(year, month, day)


def _marked_era(match: re.Match[str], text: str) -> Era | None:
    before, after = _era_of(match["before"]), _era_of(match["after"])
    if before and after and before != after:
        raise DateError("unreadable", text=text)
    return before or after


def parse_date(text: object, *, today: date | None = None) -> date:
    """The CE date of what a person typed, or of a cell of a spreadsheet.

    Understands ``2019-06-17``, ``17/06/2562`` (also with ``-`` or ``.``), ``17 มิถุนายน 2562``,
    ``17 มิ.ย. 62``, ``๑๗ มิถุนายน พ.ศ. ๒๕๖๒``, ``17 June 2019``, ``June 17, 2019``, dates, datetimes
    (an aware one is read in Thailand's time) and Excel's day numbers. Two-digit years are taken
    only beside a Thai month or พ.ศ., in the Buddhist century of ``today``. Raises DateError.
    """
    if isinstance(text, date):
        return _from_date(text)
    if isinstance(text, int | float) and not isinstance(text, bool):
        return _from_excel_serial(text)
    typed = _tidy("" if text is None else text)
    if not typed:
        raise DateError("empty")
    if len(typed) > _LONGEST:
        raise DateError("unreadable", text=typed[:_LONGEST] + "…")
    if match := _YEAR_FIRST.fullmatch(typed):
        year = _ce_year(match["year"], None, None, today)
        return _real_date(int(match["day"]), int(match["month"]), year)
    if match := _DAY_FIRST.fullmatch(typed):
        year = _ce_year(match["year"], _marked_era(match, typed), None, today)
        return _real_date(int(match["day"]), int(match["month"]), year)
    if match := _NAMED.fullmatch(typed):
        if month := read_month(match["month"].strip("-/., ")):
            number, thai = month
            year = _ce_year(match["year"], _marked_era(match, typed), "BE" if thai else None, today)
            return _real_date(int(match["day"]), number, year)
    elif (match := _NAMED_MONTH_FIRST.fullmatch(typed)) and (month := read_month(match["month"] or match["month2"])):
        era = _marked_era(match, typed)
        year = _ce_year(match["year"] or match["year2"], era, None, today)
        return _real_date(int(match["day"] or match["day2"]), month[0], year)
    raise DateError("unreadable", text=typed)


def _from_date(value: date) -> date:
    if isinstance(value, datetime):
        value = (value.astimezone(_THAI_TIME) if value.tzinfo else value).date()
    # A cell typed 17/6/2562 in a Gregorian spreadsheet arrives as the year 2562 CE.
    return _real_date(value.day, value.month, _ce_year(f"{value.year:04d}", None, None, None))


def _from_excel_serial(value: int | float) -> date:
    first, last = _EXCEL_SERIALS
    if not first <= value <= last:  # also refuses not-a-number and the infinities
        raise DateError("unreadable", text=str(value)[:_LONGEST])
    return _from_date(_EXCEL_DAY_ZERO + timedelta(days=int(value)))


def date_from_parts(
    day: object, month: object, year: object, *, year_is_be: bool = False, today: date | None = None
) -> date:
    """The date of three boxes. ``month`` is a number or a name.

    ``year_is_be`` says that the year's box is labelled พ.ศ.: two digits are then BE. A whole date in
    the day's box is taken as well, as long as the other boxes do not contradict it. Raises DateError:
    ``empty`` when all are blank, ``no_day``, ``no_month``, ``no_year`` when one is.
    """
    day_typed, month_typed, year_typed = _tidy(day), _tidy(month), _tidy(year)
    if not (day_typed or month_typed or year_typed):
        raise DateError("empty")
    if not day_typed:
        raise DateError("no_day")
    if not day_typed.isdigit():
        whole = parse_date(day_typed, today=today)
        if (month_typed and _month_number(month_typed) != whole.month) or (
            year_typed and _typed_year(year_typed, year_is_be, today) != whole.year
        ):
            raise DateError("two_dates")
        return whole
    if not month_typed:
        raise DateError("no_month")
    if not year_typed:
        raise DateError("no_year")
    return _real_date(int(day_typed[:9]), _month_number(month_typed), _typed_year(year_typed, year_is_be, today))


def _month_number(typed: str) -> int:
    if re.fullmatch("[0-9]{1,2}", typed):
        return int(typed)
    if month := read_month(typed):
        return month[0]
    raise DateError("month", month=typed[:_LONGEST])


def _typed_year(typed: str, year_is_be: bool, today: date | None) -> int:
    match = _TYPED_YEAR.fullmatch(typed[:_LONGEST])
    if not match:
        raise DateError("year", year=typed[:12])
    return _ce_year(match["year"], _marked_era(match, typed), "BE" if year_is_be else None, today)


def parse_time(text: object) -> time:
    """The time of day of ``13:30``, ``13.30``, ``13.30 น.`` or a time. Raises DateError ``empty`` or ``time``."""
    if isinstance(text, time):
        return text
    typed = _tidy("" if text is None else text)
    if not typed:
        raise DateError("empty")
    match = _TIME.fullmatch(typed)
    if match:
        hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
        if hour < 24 and minute < 60 and second < 60:
            return time(hour, minute, second)
    raise DateError("time", text=typed[:_LONGEST])


def parse_datetime(text: object, *, today: date | None = None) -> datetime:
    """Date and time of day: ``2019-06-17 13:30``, ``17 มิถุนายน 2562 เวลา 13.30 น.``, or a datetime.

    The result of text is naive, in the time of the reader; a datetime keeps its zone. Raises DateError:
    ``no_time`` when only a date stands there.
    """
    if isinstance(text, datetime):
        return datetime.combine(_from_date(text.date()), text.timetz())
    typed = _tidy("" if text is None else text)
    match = _WITH_TIME.fullmatch(typed)
    if not match:
        parse_date(typed, today=today)
        raise DateError("no_time")
    return datetime.combine(parse_date(match["date"], today=today), parse_time(match["time"]))
