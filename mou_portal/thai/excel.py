"""What CSV and XLSX files need to be right in Thai and harmless in a spreadsheet."""

import re
from datetime import datetime
from typing import Any, Final

from mou_portal.thai.dates import BANGKOK

CSV_BOM: Final = "\ufeff"
"""First character of every CSV: without it Excel reads Thai as Latin letters."""

BE_DATE_FORMAT: Final = "[$-107041E]d mmmm yyyy"
"""Number format that shows a real date cell as 17 มิถุนายน 2562."""
BE_DATETIME_FORMAT: Final = "[$-107041E]d mmmm yyyy hh:mm"
CE_DATE_FORMAT: Final = "[$-409]d mmmm yyyy"
CE_DATETIME_FORMAT: Final = "[$-409]d mmmm yyyy hh:mm"
AMOUNT_FORMAT: Final = "#,##0.00"

WORKBOOK_OPTIONS: Final[dict[str, Any]] = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
"""Options for ``xlsxwriter.Workbook``: text stays text."""

# Blanks (the no-break space, BOM and zero-width ones too) and quotes may stand before a formula;
# a spreadsheet, or the program that opens the file next, may drop them.
_HARMLESS_FIRST: Final = '\\s\u200b-\u200f\u2060\ufeff"“”'
_FORMULA: Final = re.compile(f"[\t\r]|[{_HARMLESS_FIRST}]*[=+\\-@＝＋－＠﹦﹢﹣﹫]")


def safe_cell(value: Any) -> Any:
    """The value as it may go into a cell of a CSV or XLSX file.

    A string that a spreadsheet could take for a formula (``= + - @`` or their full-width forms first,
    also behind blanks or quotes; a leading tab or carriage return) gets an apostrophe before it.
    Numbers, dates and None stay what they are; an aware datetime becomes Thailand's wall time,
    since Excel knows no zones. Escape before turning numbers into text, or -5.00 gets its apostrophe too.
    """
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(BANGKOK).replace(tzinfo=None)
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return value
