"""Spreadsheets out and in, safely: no live formulas leave, no bombs get in (docs/structure.md, trust)."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from import_export import resources
from import_export.formats.base_formats import CSV, XLSX
from import_export.forms import SelectableFieldsExportForm
from tablib.exceptions import InvalidDimensions

from mou_portal.records import DomainError
from mou_portal.thai.excel import BE_DATE_FORMAT, CE_DATE_FORMAT, safe_cell

MAX_UNPACKED = 50 * 1024 * 1024
MAX_ENTRIES = 200
MAX_ROWS = 10_001
#: What a cell of Excel holds; the reader's own limit is one for the whole process and may be higher.
MAX_CELL = 32_767
MAX_COLUMNS = 60
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _Echo:
    """A file whose ``write`` hands its text straight back, so that a long CSV streams."""

    def write(self, text: str) -> str:
        return text


def _csv_cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return (
            timezone.localtime(value).isoformat(sep=" ", timespec="minutes")
            if timezone.is_aware(value)
            else value.isoformat()
        )
    if isinstance(value, date):
        return value.isoformat()
    if value is None:
        return ""
    return value if isinstance(value, (int, float, Decimal)) else safe_cell(str(value))


def csv_text(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV with a byte-order mark; dates are ISO, strings disarmed."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([safe_cell(cell) for cell in head])
    writer.writerows([_csv_cell(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def csv_response(
    filename: str, head: Sequence[str], rows: Iterable[Sequence[Any]], title: str = ""
) -> StreamingHttpResponse:
    """Stream rows as CSV with a byte-order mark, so that Excel reads the Thai; dates are ISO, strings disarmed."""
    writer = csv.writer(_Echo())

    def lines() -> Iterable[str]:
        yield "\ufeff" + writer.writerow([safe_cell(cell) for cell in head])
        for row in rows:
            yield writer.writerow([_csv_cell(cell) for cell in row])

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{filename}.csv"'
    return answer


def xlsx_bytes(head: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "") -> bytes:
    """Return a workbook with one sheet: bold frozen heading, numbers as numbers, dates as dates.

    A Thai reader sees dates in the Buddhist Era through the number format; the stored date stays CE.
    """
    return workbook_bytes([("", head, rows)], title)


def workbook_bytes(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]], title: str = "") -> bytes:
    """As :func:`xlsx_bytes`, with several sheets of ``(name, head, rows)``."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": title})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": BE_DATE_FORMAT if get_language() == "th" else CE_DATE_FORMAT})
    money = book.add_format({"num_format": "#,##0.00"})
    for name, head, rows in sheets:
        _fill(book.add_worksheet(name or None), head, rows, (bold, day, money))
    book.close()
    return out.getvalue()


def _fill(sheet: Any, head: Sequence[str], rows: Iterable[Sequence[Any]], formats: tuple[Any, Any, Any]) -> None:
    bold, day, money = formats
    sheet.freeze_panes(1, 0)
    for number, cell in enumerate(head):
        sheet.write_string(0, number, safe_cell(cell), bold)
        sheet.set_column(number, number, 22)
    for line, row in enumerate(rows, start=1):
        for number, cell in enumerate(row):
            if isinstance(cell, datetime):
                local = timezone.localtime(cell) if timezone.is_aware(cell) else cell
                sheet.write_datetime(line, number, local.replace(tzinfo=None), day)
            elif isinstance(cell, date):
                sheet.write_datetime(line, number, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001 — a cell has no zone
            elif isinstance(cell, Decimal):
                sheet.write_number(line, number, float(cell), money)
            elif isinstance(cell, (int, float)):
                sheet.write_number(line, number, cell)
            elif cell not in (None, ""):
                sheet.write_string(line, number, safe_cell(str(cell)))


def xlsx_response(filename: str, head: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "") -> HttpResponse:
    """Answer with :func:`xlsx_bytes` as a download."""
    answer = HttpResponse(xlsx_bytes(head, rows, title), content_type=XLSX_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{filename}.xlsx"'
    return answer


class WorkbookRefused(DomainError):
    """A workbook that is not read, with the reason."""


def check_workbook(content: bytes) -> None:
    """Look at a workbook's directory before anything unpacks it.

    Raises :class:`WorkbookRefused` for what is no workbook, unpacks to more than 50 MiB, holds more than 200 entries,
    carries macros, or declares entities in its XML.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise WorkbookRefused(_("The workbook is too large when unpacked (at most 50 MB in 200 parts)."))
            names = {entry.filename.lower() for entry in entries}
            if "xl/workbook.xml" not in names:
                raise WorkbookRefused(_("The file is not an Excel workbook (.xlsx)."))
            if any("vbaproject" in name or "/activex/" in name for name in names):
                raise WorkbookRefused(_("The workbook contains macros. Save it as .xlsx without macros and try again."))
            for entry in entries:
                if entry.filename.lower().endswith((".xml", ".rels")) and _declares_entities(archive, entry):
                    raise WorkbookRefused(_("The workbook declares XML entities and is not read."))
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise WorkbookRefused(_("The file is damaged or is not an Excel workbook (.xlsx).")) from error


def _declares_entities(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Whether an XML part declares a document type, anywhere and in UTF-8 or UTF-16."""
    tail = b""
    with archive.open(entry) as part:
        while block := part.read(1024 * 1024):
            text = tail + block.replace(b"\0", b"")
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                return True
            tail = text[-16:]
    return False


def _within_limits(dataset: Any) -> Any:
    if dataset.height > MAX_ROWS - 1 or dataset.width > MAX_COLUMNS:
        raise WorkbookRefused(_("The sheet has too many rows or columns (at most 10,000 rows and 60 columns)."))
    return dataset


class SafeXLSX(XLSX):
    """The library's workbook format behind :func:`check_workbook`, reading a bounded number of cells."""

    def create_dataset(self, in_stream: bytes) -> Any:
        """Read the first sheet; raises :class:`WorkbookRefused`."""
        check_workbook(in_stream)
        try:
            return self._read(in_stream)
        except (LookupError, ValueError, TypeError, AttributeError, SyntaxError, OSError) as error:
            raise WorkbookRefused(_("The file is damaged or is not an Excel workbook (.xlsx).")) from error

    @staticmethod
    def _read(in_stream: bytes) -> Any:
        import openpyxl
        import tablib

        book = openpyxl.load_workbook(io.BytesIO(in_stream), read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            dataset = tablib.Dataset()
            rows = sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS + 1, values_only=True)
            head = next(rows, None)
            if head is None:
                return dataset
            width = max((number for number, cell in enumerate(head, 1) if cell not in (None, "")), default=0)
            if width > MAX_COLUMNS:
                raise WorkbookRefused(_("The sheet has too many rows or columns (at most 10,000 rows and 60 columns)."))
            dataset.headers = [str(cell or "").strip() for cell in head[:width]]
            for number, row in enumerate(rows, start=2):
                if number > MAX_ROWS:
                    raise WorkbookRefused(
                        _("The sheet has too many rows or columns (at most 10,000 rows and 60 columns).")
                    )
                cells = list(row[:width]) + [None] * (width - len(row))
                if any(cell not in (None, "") for cell in cells):
                    dataset.append(cells)
            return dataset
        finally:
            book.close()

    def export_data(self, dataset: Any, **kwargs: Any) -> bytes:
        """Write the dataset with every string disarmed."""
        return xlsx_bytes([str(cell) for cell in dataset.headers or []], dataset, title="")


TORN_CSV = _(
    "The file cannot be read as CSV: a row is longer than the first one, or a cell is far too long. "
    "Save it in Excel as “CSV UTF-8” and try again."
)


class SafeCSV(CSV):
    """CSV in UTF-8 with a byte-order mark, strings disarmed, size bounded."""

    def create_dataset(self, in_stream: Any, **kwargs: Any) -> Any:
        """Read CSV text; raises :class:`WorkbookRefused` when it is too large, torn or not UTF-8."""
        if isinstance(in_stream, bytes):
            try:
                in_stream = in_stream.decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise WorkbookRefused(_("The file is not in UTF-8. In Excel, save it as “CSV UTF-8”.")) from error
        if in_stream.count("\n") > MAX_ROWS:
            raise WorkbookRefused(_("The sheet has too many rows or columns (at most 10,000 rows and 60 columns)."))
        try:
            dataset = super().create_dataset(in_stream.lstrip("\ufeff"), **kwargs)
        except (csv.Error, InvalidDimensions) as error:
            raise WorkbookRefused(TORN_CSV) from error
        if any(len(cell) > MAX_CELL for row in dataset for cell in row):
            raise WorkbookRefused(TORN_CSV)
        return _within_limits(dataset)

    def export_data(self, dataset: Any, **kwargs: Any) -> str:
        """Write the dataset with every string disarmed."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow([safe_cell(str(cell)) for cell in dataset.headers or []])
        writer.writerows([_csv_cell(cell) for cell in row] for row in dataset)
        return "\ufeff" + out.getvalue()


#: The only formats that the admin site offers.
SAFE_FORMATS = [SafeXLSX, SafeCSV]


class PlainDiff(resources.Diff):
    """What an import will change, value by value, as plain ``<del>`` and ``<ins>``.

    The library compares letter by letter, which tears Thai syllables apart, and colours with inline styles, which the
    Content-Security-Policy refuses.
    """

    def as_html(self) -> list[str]:
        """One piece of HTML for each field, values escaped."""
        pairs = zip(self.left, self.right, strict=True)
        return [self._change("" if self.new else before, after) for before, after in pairs]

    @staticmethod
    def _change(before: Any, after: Any) -> str:
        old, new = (str("" if value is None else value) for value in (before, after))
        if old == new:
            return escape(new)
        parts = [format_html("<del>{}</del>", old) if old else "", format_html("<ins>{}</ins>", new) if new else ""]
        return format_html("{} {}", *parts)


class SafeResource(resources.ModelResource):
    """Base of every import-export resource: rows in reach of the user only, validated, whole or not at all.

    A subclass names ``fields`` and natural ``import_id_fields`` in its Meta, and gives ``user`` to services through
    ``self.user``.
    """

    def __init__(self, user: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.user = user

    def get_diff_class(self) -> type[PlainDiff]:
        """How the preview of an import shows changes."""
        return PlainDiff

    def get_queryset(self) -> Any:
        """The rows that the importing or exporting user may see."""
        rows = self._meta.model._default_manager.all()
        return rows.visible_to(self.user) if hasattr(rows, "visible_to") else rows

    class Meta:
        abstract = True
        clean_model_instances = True
        use_transactions = True
        skip_unchanged = True
        report_skipped = True


def column_words(resource: resources.ModelResource, name: str) -> str:
    """What a column holds, in the reader's language, from the field behind it; empty when no field is.

    A column named after a record, or holding its code or number, is told by what that record is.
    """
    column, words, model = resource.fields[name], "", resource._meta.model
    for part in (column.attribute or "").split("__"):
        try:
            field = model._meta.get_field(part.removesuffix("_id"))
        except FieldDoesNotExist:
            break
        if words and part in ("code", "number", "order", "email"):
            break
        words, model = str(getattr(field, "verbose_name", "")), field.related_model or model
        if part == column.column_name:
            break
    return words


class ColumnsForm(SelectableFieldsExportForm):
    """The choice of columns of an export, named as they stand in the file and in the reader's language."""

    def _get_field_label(self, resource: Any, field_name: str) -> str:
        """The library would show its English guess alone. ``resource`` is a class or an instance of it."""
        made = resource() if isinstance(resource, type) else resource
        column = made.fields[field_name].column_name
        words = column_words(made, field_name)
        return f"{words} ({column})" if words else column


def upload_limit() -> int:
    """The largest upload in bytes."""
    return int(settings.UPLOAD_MAX_BYTES)
