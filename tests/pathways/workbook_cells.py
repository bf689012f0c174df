"""The hands of the tests of workbooks: fetch one, write into its cells, look at what would come of it."""

import io

import openpyxl

from pathways.services.workbook_preview import preview_workbook
from pathways.services.workbooks import make_workbook


def book_of(cast, user=None, participants=None):
    content = make_workbook(
        user=user or cast.alice,
        agreement=cast.agreement,
        participant_ids=[one.pk for one in participants or [cast.town]],
    )
    return openpyxl.load_workbook(io.BytesIO(content))


def columns(sheet):
    return {cell.value: cell.column for cell in sheet[1]}


def put(book, name, value, *, row=3, sheet=0):
    page = book.worksheets[sheet]
    cell = page.cell(row, columns(page)[name])
    cell.value = value
    return cell


def packed(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def look(cast, book, user=None):
    content = book if isinstance(book, bytes) else packed(book)
    return preview_workbook(content=content, user=user or cast.alice, agreement=cast.agreement)
