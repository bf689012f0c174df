"""The workbook of open reports: how it is written, and how it is read back without trusting it.

It holds a sheet of reports and a sheet of steps of plans. The first row (technical names) and the first columns (keys)
are hidden; a very hidden sheet carries a signed slip that says for whom, when and with which keys it was made. What a
person cannot fill in is locked. The lock is a courtesy, the slip is the guard: keys that are not on it are refused.
Nothing here reads or writes the database.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from xml.etree.ElementTree import ParseError

import openpyxl
import xlsxwriter
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from mou_portal.exchange import WorkbookRefused, check_workbook
from mou_portal.thai.dates import DateError, arabic_digits, format_date, is_thai, parse_date
from mou_portal.thai.excel import BE_DATE_FORMAT, CE_DATE_FORMAT, WORKBOOK_OPTIONS, safe_cell
from mou_portal.thai.messages import date_error_message

SALT: Final = "pathways.workbook"
SLIP: Final = "_portal"
SLIP_VERSION: Final = 1
#: A cell holds 32,767 characters; the slip of many rows takes several.
_SLIP_CHUNK: Final = 30_000
#: More open reports than this do not go into one workbook; filter them first.
MOST_ROWS: Final = 5_000
#: Technical names, then headings; rows of data follow.
_HEAD_ROWS: Final = 2


@dataclass(frozen=True)
class Column:
    """A column. ``kind``: key (hidden number), shown (locked), text, percent, date or yesno (to be filled in)."""

    name: str
    title: str
    kind: str
    width: int = 18
    longest: int = 0

    @property
    def editable(self) -> bool:
        """Whether a person fills it in."""
        return self.kind not in ("key", "shown")


@dataclass(frozen=True)
class Row:
    """A row: the numbers that identify it, what it shows, and the columns that cannot be filled in for it."""

    keys: tuple[int, ...]
    values: Mapping[str, Any]
    closed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sheet:
    """A sheet: technical name, what its tab says, columns (keys first), and rows."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row] = ()


@dataclass(frozen=True)
class Slip:
    """What a workbook says about itself, signed: whose, of which agreement, from when, and each row's digest by key."""

    user_id: int
    agreement_id: int
    made_at: str
    rows: dict[str, dict[str, str]]


@dataclass
class ReadRow:
    """A row that came back: values by column, their cells (``F4``) and headings, and what cannot be taken."""

    sheet: str
    line: int
    keys: tuple[int, ...]
    values: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    changed: bool = True


# --- out ------------------------------------------------------------------------------------
def _key(keys: Sequence[int]) -> str:
    return "-".join(str(key) for key in keys)


def _plain(value: Any) -> Any:
    """A value as it compares: texts without what Excel does to line ends, dates as words."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").strip()
    return value.isoformat() if isinstance(value, date) else value


def _digest(columns: Sequence[Column], values: Mapping[str, Any]) -> str:
    held = [_plain(values.get(column.name)) or None for column in columns if column.editable]
    return hashlib.sha256(json.dumps(held, ensure_ascii=False).encode()).hexdigest()[:12]


def write(sheets: Sequence[Sheet], *, user_id: int, agreement_id: int, made_at: datetime, language: str) -> bytes:
    """Return the workbook. ``made_at`` is local; ``language`` decides the era in which dates are shown."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **WORKBOOK_OPTIONS})
    era = BE_DATE_FORMAT if is_thai(language) else CE_DATE_FORMAT
    looks = {"text_wrap": True, "valign": "top"}
    formats = {
        "head": book.add_format({**looks, "bold": True, "bg_color": "#DCE9EB", "border": 1}),
        "shown": book.add_format({**looks, "bg_color": "#F1F3F4"}),
        "shown day": book.add_format({**looks, "bg_color": "#F1F3F4", "num_format": era}),
        "text": book.add_format({**looks, "locked": False, "border": 1, "num_format": "@"}),
        "percent": book.add_format({**looks, "locked": False, "border": 1, "num_format": "0"}),
        "date": book.add_format({**looks, "locked": False, "border": 1, "num_format": era}),
        "yesno": book.add_format({**looks, "locked": False, "border": 1}),
    }
    for sheet in sheets:
        _write_sheet(book, sheet, formats)
    slip = {
        "version": SLIP_VERSION,
        "user": user_id,
        "agreement": agreement_id,
        "made_at": made_at.isoformat(timespec="minutes"),
        "rows": {
            sheet.name: {_key(row.keys): _digest(sheet.columns, row.values) for row in sheet.rows} for sheet in sheets
        },
        "titles": {sheet.name: sheet.title for sheet in sheets},
    }
    signed = signing.dumps(slip, salt=SALT, compress=True)
    hidden = book.add_worksheet(SLIP)
    for line, start in enumerate(range(0, len(signed), _SLIP_CHUNK)):
        hidden.write_string(line, 0, signed[start : start + _SLIP_CHUNK])
    hidden.protect()
    hidden.very_hidden()
    book.close()
    return out.getvalue()


def _write_sheet(book: Any, sheet: Sheet, formats: Mapping[str, Any]) -> None:
    page = book.add_worksheet(sheet.title)
    page.set_row(0, None, None, {"hidden": True})
    page.freeze_panes(_HEAD_ROWS, sum(not column.editable for column in sheet.columns))
    for place, column in enumerate(sheet.columns):
        page.write_string(0, place, column.name)
        page.write_string(1, place, column.title, formats["head"])
        page.set_column(place, place, column.width, None, {"hidden": column.kind == "key"})
    for line, row in enumerate(sheet.rows, start=_HEAD_ROWS):
        for place, column in enumerate(sheet.columns):
            value = row.keys[place] if column.kind == "key" else row.values.get(column.name)
            closed = column.name in row.closed or not column.editable
            shown = "shown day" if isinstance(value, date) else "shown"
            _write_cell(page, line, place, value, formats[shown if closed else column.kind])
    last = _HEAD_ROWS + max(len(sheet.rows), 1) - 1
    for place, column in enumerate(sheet.columns):
        rule = _rule(column)
        if rule:
            page.data_validation(_HEAD_ROWS, place, last, place, rule)
    page.protect("", {"format_columns": True, "format_rows": True})
    page.set_landscape()
    page.repeat_rows(1)


def _write_cell(page: Any, line: int, place: int, value: Any, look: Any) -> None:
    if isinstance(value, date):
        page.write_datetime(line, place, datetime(value.year, value.month, value.day), look)  # noqa: DTZ001 — a cell has no zone
    elif isinstance(value, bool):
        page.write_string(line, place, yes_no(value), look)
    elif isinstance(value, int):
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


def yes_no(value: bool) -> str:
    """The word that the list of a yes-no column offers, in the active language."""
    return _("yes") if value else _("no")


# --- in -------------------------------------------------------------------------------------
#: What openpyxl raises for files that are not what they seem.
_DAMAGED = (
    *(zipfile.BadZipFile, InvalidFileException, ParseError, EOFError, OSError),
    *(KeyError, ValueError, TypeError, AttributeError),
)


def read(content: bytes, sheets: Sequence[Sheet]) -> tuple[Slip, list[ReadRow]]:
    """Read a workbook that :func:`write` made; ``sheets`` give the columns, their rows are not looked at.

    Rows keep the order of the workbook. What is wrong in a cell is an error of its row. Raises
    :class:`mou_portal.exchange.WorkbookRefused` for what is wrong as a whole: damaged, with macros, merged cells,
    another's columns or sheets, keys or a slip that were altered.
    """
    check_workbook(content)
    try:
        _refuse_merged(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library warns of what it will not keep; nothing is kept here
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        try:
            slip, titles = _read_slip(book)
            rows = [row for sheet in sheets for row in _read_sheet(book, sheet, slip, titles)]
        finally:
            book.close()
    except _DAMAGED as error:
        raise WorkbookRefused(_("The file is damaged or is not an Excel workbook (.xlsx).")) from error
    return slip, rows


_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z0-9:]{1,20})"')


def _refuse_merged(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                found = _MERGED.search(archive.read(entry))
                if found:
                    raise WorkbookRefused(
                        _("Cells %(cells)s are merged. Take them apart (“Unmerge cells”) and send the workbook again.")
                        % {"cells": found[1].decode()}
                    )


def _read_slip(book: Any) -> tuple[Slip, dict[str, str]]:
    if SLIP not in book.sheetnames:
        raise WorkbookRefused(
            _("This workbook was not made by the portal, or a hidden sheet is missing. Download a new one.")
        )
    parts = [row[0] for row in book[SLIP].iter_rows(max_row=200, max_col=1, values_only=True)]
    try:
        said = signing.loads("".join(str(part or "") for part in parts), salt=SALT)
        if said["version"] != SLIP_VERSION:
            raise signing.BadSignature
    except (signing.BadSignature, KeyError, TypeError, ValueError) as error:
        raise WorkbookRefused(
            _("The hidden part of this workbook was altered. Download a new one and fill it in.")
        ) from error
    return Slip(said["user"], said["agreement"], said["made_at"], said["rows"]), said["titles"]


def _read_sheet(book: Any, sheet: Sheet, slip: Slip, titles: Mapping[str, str]) -> Iterator[ReadRow]:
    title = titles.get(sheet.name, "")
    if title not in book.sheetnames:
        raise WorkbookRefused(
            _("The sheet “%(sheet)s” is missing. Download a new workbook and fill it in.")
            % {"sheet": title or sheet.title}
        )
    width = len(sheet.columns)
    lines = book[title].iter_rows(max_row=MOST_ROWS + _HEAD_ROWS + 1, max_col=width + 1)
    head = [cell.value for cell in next(lines, ())]
    if head[:width] != [column.name for column in sheet.columns] or any(head[width:]):
        raise WorkbookRefused(
            _("The columns of the sheet “%(sheet)s” were changed. Download a new workbook and fill it in.")
            % {"sheet": title}
        )
    next(lines, None)  # headings
    known, seen = slip.rows.get(sheet.name, {}), set()
    for line, cells in enumerate(lines, start=_HEAD_ROWS + 1):
        if all(cell.value in (None, "") for cell in cells):
            continue
        row = _read_row(sheet, line, cells)
        key = _key(row.keys)
        if key not in known or key in seen:
            raise WorkbookRefused(
                _("Sheet “%(sheet)s”, row %(line)d: the hidden keys were altered or the row was added. Download a new "
                  "workbook and fill it in.") % {"sheet": title, "line": line}
            )  # fmt: skip
        seen.add(key)
        row.changed = bool(row.errors) or _digest(sheet.columns, row.values) != known[key]
        yield row


def _read_row(sheet: Sheet, line: int, cells: Sequence[Any]) -> ReadRow:
    row = ReadRow(sheet.name, line, tuple(_number(cell.value) for cell in cells[: _keys_of(sheet)]))
    for place, column in enumerate(sheet.columns):
        if not column.editable:
            continue
        cell = cells[place] if place < len(cells) else None
        row.cells[column.name] = f"{get_column_letter(place + 1)}{line}"
        row.titles[column.name] = column.title
        try:
            row.values[column.name] = _read_cell(column, cell)
        except ValueError as error:
            row.errors[column.name] = date_error_message(error) if isinstance(error, DateError) else str(error)
    return row


def _keys_of(sheet: Sheet) -> int:
    return sum(column.kind == "key" for column in sheet.columns)


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def _read_cell(column: Column, cell: Any) -> Any:
    """The value of a cell to be filled in. Raises ``ValueError`` with what to do, or ``DateError``."""
    value, kind = getattr(cell, "value", None), getattr(cell, "data_type", "n")
    if kind == "f" or (value is not None and not isinstance(value, str | int | float | date)):
        raise ValueError(_("A formula is not taken. Copy the cell and paste it as a value."))
    if kind == "e":
        raise ValueError(_("The cell holds an error (%(error)s). Write the value itself.") % {"error": value})
    if isinstance(value, str):
        value = _plain(value[1:] if value.startswith("'") and safe_cell(value[1:]) == value else value)
    if column.kind == "date":
        return None if value in (None, "") else parse_date(value)
    if column.kind == "percent":
        return _percent(value, "%" in str(getattr(cell, "number_format", "")))
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
