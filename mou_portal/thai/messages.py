"""What readers are told when a date or an amount cannot be taken: forms and imports say the same."""

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mou_portal.thai.dates import FIRST_YEAR, LAST_YEAR, DateError, is_thai, month_names, to_be, year_number
from mou_portal.thai.money import AmountError

_DATE_MESSAGES: Final = {
    "empty": _("Enter a date."),
    "no_day": _("The day is missing."),
    "no_month": _("The month is missing."),
    "no_year": _("The year is missing."),
    "no_time": _("The time is missing."),
    "unreadable": _("“%(text)s” cannot be read as a date. Write it like 17 June 2019 or 17/06/2562."),
    "month": _("“%(month)s” is not a month."),
    "day": _("There is no %(day)s %(month)s %(year)s: that month has %(last_day)s days."),
    "year": _("“%(year)s” is not a year. Enter four digits, such as 2562 or 2019."),
    "two_digit_year": _("The year “%(year)s” could mean two things. Enter four digits, such as 2562 or 2019."),
    "out_of_range": _(
        "The year %(year)s is a century or more off. Years from %(be_first)s to %(be_last)s BE "
        "(%(first)s to %(last)s CE) are possible."
    ),
    "two_dates": _("The day's box holds a whole date that differs from the month or year beside it."),
    "time": _("“%(text)s” is not a time of day. Write it like 13:30."),
}
_AMOUNT_MESSAGES: Final = {
    "empty": _("Enter an amount."),
    "unreadable": _("“%(text)s” cannot be read as an amount. Write it like 1,234.50."),
    "commas": _("The commas in “%(text)s” do not separate thousands. Write it like 1,234.50."),
    "negative": _("An amount cannot be negative."),
    "decimals": _("“%(text)s” has more than two decimals. One satang is the smallest amount."),
    "too_large": _("The amount has more than %(digits)s digits before the point."),
}
_YEARS_POSSIBLE: Final = {
    "first": FIRST_YEAR,
    "last": LAST_YEAR,
    "be_first": to_be(FIRST_YEAR),
    "be_last": to_be(LAST_YEAR),
}


def date_error_message(error: DateError) -> str:
    """The error in the active language, naming the trouble and the way out."""
    params: dict[str, Any] = {**error.params, **_YEARS_POSSIBLE}
    if error.code == "day":
        language = get_language() or ""
        params["month"] = month_names(thai=is_thai(language))[params["month"] - 1]
        params["year"] = year_number(params["year"], language)
    return str(_DATE_MESSAGES[error.code]) % params


def amount_error_message(error: AmountError) -> str:
    """The error in the active language, naming the trouble and the way out."""
    return str(_AMOUNT_MESSAGES[error.code]) % error.params


def invalid(error: DateError | AmountError) -> ValidationError:
    """The error as a form's or an import's ValidationError, with the same code."""
    words = date_error_message(error) if isinstance(error, DateError) else amount_error_message(error)
    return ValidationError(words, code=error.code)
