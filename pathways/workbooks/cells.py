"""What may stand in a cell: how each kind is read, and the words of a list."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from mou_portal.thai.dates import arabic_digits, format_date, parse_date
from mou_portal.thai.excel import safe_cell
from pathways.workbooks.shape import Column, plain

#: No number lies beyond this (a value of an indicator has 13 digits before the point).
MOST: Final = 9_999_999_999_999


def yes_no(value: bool) -> str:
    """The word that the list of a yes-no column offers, in the active language."""
    return _("yes") if value else _("no")


def read_cell(column: Column, cell: Any) -> Any:
    """The value of a cell to be filled in. Raises ``ValueError`` with what to do, or ``DateError``."""
    value, kind = getattr(cell, "value", None), getattr(cell, "data_type", "n")
    if kind == "f" or (value is not None and not isinstance(value, str | int | float | date)):
        raise ValueError(_("A formula is not taken. Copy the cell and paste it as a value."))
    if kind == "e":
        raise ValueError(_("The cell holds an error (%(error)s). Write the value itself.") % {"error": value})
    if isinstance(value, str):
        value = plain(value[1:] if value.startswith("'") and safe_cell(value[1:]) == value else value)
    if column.kind == "date":
        return None if value in (None, "") else parse_date(value)
    if column.kind == "percent":
        return _percent(value, "%" in str(getattr(cell, "number_format", "")))
    if column.kind == "number":
        return _decimal(value)
    if column.kind == "yesno":
        return _yes(value)
    return _text(value, column.longest)


def _text(value: Any, longest: int) -> str:
    if isinstance(value, date):
        value = format_date(value)
    elif isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else str(value)
    if longest and len(text) > longest:
        raise ValueError(
            _("The text has %(number)d characters, at most %(most)d are possible. Shorten it.")
            % {"number": len(text), "most": longest}
        )
    return text


def _percent(value: Any, shown_as_percent: bool) -> int:
    if value in (None, ""):
        return 0
    if isinstance(value, str):
        typed = arabic_digits(value).strip().removesuffix("%").strip()
        value = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else None
    elif isinstance(value, float) or shown_as_percent:  # a cell that shows 40% holds 0.4
        number = round(float(value) * 100, 6) if shown_as_percent and not isinstance(value, date) else value
        value = int(number) if isinstance(number, int | float) and number == int(number) else None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 100:
        raise ValueError(_("Give a whole number from 0 to 100."))
    return value


def _yes(value: Any) -> bool:
    if value in (None, "") or isinstance(value, bool):
        return bool(value)
    word = str(value).strip().lower()
    for language in ("th", "en"):
        with override(language):
            words = {yes_no(True).lower(): True, yes_no(False).lower(): False}
        if word in words:
            return words[word]
    raise ValueError(_("Choose from the list: %(yes)s or %(no)s.") % {"yes": yes_no(True), "no": yes_no(False)})


def _decimal(value: Any) -> Decimal | None:
    """A number with at most three decimals; Thai digits and a comma between thousands are read."""
    if value in (None, ""):
        return None
    try:
        given = arabic_digits(value).replace(",", "").strip() if isinstance(value, str) else value
        if isinstance(given, date | bool):
            raise InvalidOperation
        number = Decimal(str(given))
        if not number.is_finite() or abs(number) > MOST or number != round(number, 3):
            raise InvalidOperation
    except InvalidOperation as error:
        raise ValueError(_("Give a number, with at most three decimals.")) from error
    return number


def number_text(value: Decimal | None) -> str:
    """A number as people write it, without zeros at its end; empty for none."""
    return "" if value is None else f"{value.normalize():,f}"
