"""Writing the workbook."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.core import signing
from django.utils.translation import gettext as _

from mou_portal.thai.dates import is_thai
from mou_portal.thai.excel import BE_DATE_FORMAT, CE_DATE_FORMAT, WORKBOOK_OPTIONS, safe_cell
from pathways.workbooks.cells import MOST, yes_no
from pathways.workbooks.shape import HEAD_ROWS, SALT, SLIP, SLIP_CHUNK, SLIP_VERSION, Column, Sheet, row_digest, row_key


def write(sheets: Sequence[Sheet], *, user_id: int, agreement_id: int, made_at: datetime, language: str) -> bytes:
    """Return the workbook. ``made_at`` is local; ``language`` decides the era in which dates are shown."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **WORKBOOK_OPTIONS})
    era = BE_DATE_FORMAT if is_thai(language) else CE_DATE_FORMAT
    looks = {"text_wrap": True, "valign": "top"}
    formats = {
        "head": book.add_format({**looks, "bold": True, "bg_color": "#DCE9EB", "border": 1}),
        "shown": book.add_format({**looks, "bg_color": "#F1F3F4"}),
        "shown number": book.add_format({**looks, "bg_color": "#F1F3F4", "num_format": "#,##0.###"}),
        "shown day": book.add_format({**looks, "bg_color": "#F1F3F4", "num_format": era}),
        "text": book.add_format({**looks, "locked": False, "border": 1, "num_format": "@"}),
        "percent": book.add_format({**looks, "locked": False, "border": 1, "num_format": "0"}),
        "date": book.add_format({**looks, "locked": False, "border": 1, "num_format": era}),
        "number": book.add_format({**looks, "locked": False, "border": 1, "num_format": "#,##0.###"}),
        "yesno": book.add_format({**looks, "locked": False, "border": 1}),
    }
    sheets = [sheet for sheet in sheets if sheet.rows or sheet.required]
    for sheet in sheets:
        _write_sheet(book, sheet, formats)
    slip = {
        "version": SLIP_VERSION,
        "user": user_id,
        "agreement": agreement_id,
        "made_at": made_at.isoformat(timespec="minutes"),
        "rows": {
            sheet.name: {row_key(row.keys): row_digest(sheet.columns, row.values) for row in sheet.rows}
            for sheet in sheets
        },
        "titles": {sheet.name: sheet.title for sheet in sheets},
    }
    signed = signing.dumps(slip, salt=SALT, compress=True)
    hidden = book.add_worksheet(SLIP)
    for line, start in enumerate(range(0, len(signed), SLIP_CHUNK)):
        hidden.write_string(line, 0, signed[start : start + SLIP_CHUNK])
    hidden.protect()
    hidden.very_hidden()
    book.close()
    return out.getvalue()


#: How a value looks that cannot be filled in.
_SHOWN: Mapping[type, str] = {date: "shown day", Decimal: "shown number"}


def _write_sheet(book: Any, sheet: Sheet, formats: Mapping[str, Any]) -> None:
    page = book.add_worksheet(sheet.title)
    page.set_row(0, None, None, {"hidden": True})
    page.freeze_panes(HEAD_ROWS, sum(not column.editable for column in sheet.columns))
    for place, column in enumerate(sheet.columns):
        page.write_string(0, place, column.name)
        page.write_string(1, place, column.title, formats["head"])
        page.set_column(place, place, column.width, None, {"hidden": column.kind == "key"})
    for line, row in enumerate(sheet.rows, start=HEAD_ROWS):
        for place, column in enumerate(sheet.columns):
            value = row.keys[place] if column.kind == "key" else row.values.get(column.name)
            closed = column.name in row.closed or not column.editable
            shown = _SHOWN.get(type(value), "shown")
            _write_cell(page, line, place, value, formats[shown if closed else column.kind])
    last = HEAD_ROWS + max(len(sheet.rows), 1) - 1
    for place, column in enumerate(sheet.columns):
        rule = _rule(column)
        if rule:
            page.data_validation(HEAD_ROWS, place, last, place, rule)
    page.protect("", {"format_columns": True, "format_rows": True})
    page.set_landscape()
    page.repeat_rows(1)


def _write_cell(page: Any, line: int, place: int, value: Any, look: Any) -> None:
    if isinstance(value, date):
        page.write_datetime(line, place, datetime(value.year, value.month, value.day), look)  # noqa: DTZ001 — a cell has no zone
    elif isinstance(value, bool):
        page.write_string(line, place, yes_no(value), look)
    elif isinstance(value, int | Decimal):
        page.write_number(line, place, value, look)
    elif value in (None, ""):
        page.write_blank(line, place, None, look)
    else:
        page.write_string(line, place, safe_cell(str(value)), look)


def _rule(column: Column) -> dict[str, Any] | None:
    if column.kind == "percent":
        return {
            "validate": "integer",
            "criteria": "between",
            "minimum": 0,
            "maximum": 100,
            "error_title": column.title[:32],
            "error_message": _("Give a whole number from 0 to 100."),
        }
    if column.kind == "number":
        return {
            "validate": "decimal",
            "criteria": "between",
            "minimum": -MOST,
            "maximum": MOST,
            "error_title": column.title[:32],
            "error_message": _("Give a number, with at most three decimals."),
        }
    if column.kind == "yesno":
        return {"validate": "list", "source": [yes_no(False), yes_no(True)]}
    if column.kind == "text" and column.longest:
        return {
            "validate": "length",
            "criteria": "<=",
            "value": column.longest,
            "error_title": column.title[:32],
            "error_message": _("At most %(most)d characters.") % {"most": column.longest},
        }
    return None
