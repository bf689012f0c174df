"""Reading a workbook back."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from django.core import signing
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from mou_portal.exchange import WorkbookRefused, check_workbook
from mou_portal.thai.dates import DateError
from mou_portal.thai.messages import date_error_message
from pathways.workbooks.cells import read_cell
from pathways.workbooks.shape import (
    HEAD_ROWS,
    MOST_ROWS,
    SALT,
    SLIP,
    SLIP_VERSION,
    ReadRow,
    Sheet,
    Slip,
    row_digest,
    row_key,
)

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
    if not slip.rows.get(sheet.name) and not sheet.required:
        return
    if title not in book.sheetnames:
        raise WorkbookRefused(
            _("The sheet “%(sheet)s” is missing. Download a new workbook and fill it in.")
            % {"sheet": title or sheet.title}
        )
    width = len(sheet.columns)
    lines = book[title].iter_rows(max_row=MOST_ROWS + HEAD_ROWS + 1, max_col=width + 1)
    head = [cell.value for cell in next(lines, ())]
    if head[:width] != [column.name for column in sheet.columns] or any(head[width:]):
        raise WorkbookRefused(
            _("The columns of the sheet “%(sheet)s” were changed. Download a new workbook and fill it in.")
            % {"sheet": title}
        )
    next(lines, None)  # headings
    known, seen = slip.rows.get(sheet.name, {}), set()
    for line, cells in enumerate(lines, start=HEAD_ROWS + 1):
        if all(cell.value in (None, "") for cell in cells):
            continue
        row = _read_row(sheet, line, cells)
        key = row_key(row.keys)
        if key not in known or key in seen:
            raise WorkbookRefused(
                _("Sheet “%(sheet)s”, row %(line)d: the hidden keys were altered or the row was added. Download a new "
                  "workbook and fill it in.") % {"sheet": title, "line": line}
            )  # fmt: skip
        seen.add(key)
        row.changed = bool(row.errors) or row_digest(sheet.columns, row.values) != known[key]
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
            row.values[column.name] = read_cell(column, cell)
        except ValueError as error:
            row.errors[column.name] = date_error_message(error) if isinstance(error, DateError) else str(error)
    return row


def _keys_of(sheet: Sheet) -> int:
    return sum(column.kind == "key" for column in sheet.columns)


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else -1
