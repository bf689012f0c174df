"""Workbooks that are refused as a whole: another person's, an outdated one, an altered one, none at all."""

import io
import zipfile
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from mou_portal.exchange import WorkbookRefused
from mou_portal.records import DomainError
from pathways.models import ProgressUpdate, UpdateEvent
from pathways.services import save_update, start_update, submit_update
from pathways.services.updates import Account
from pathways.services.workbooks import carry_out
from tests import factories as make
from tests.pathways.workbook_cells import book_of, look, packed, put


def test_another_persons_workbook_is_refused(cast, draft):
    book = book_of(cast)
    for user in (cast.bob, cast.anna, cast.staff):
        with pytest.raises(WorkbookRefused):
            look(cast, book, user)


def test_a_workbook_of_somebody_whose_role_ended_changes_nothing(cast, draft):
    book = book_of(cast)
    put(book, "done", "แก้")
    content = packed(book)
    cast.alice.memberships.update(ends_on=date(2019, 11, 1))
    alice = type(cast.alice).objects.get(pk=cast.alice.pk)
    with pytest.raises(PermissionDenied):
        look(cast, content, alice)
    alice.memberships.create(role="coordinator", participant=cast.other, starts_on=make.SIGNED)
    preview = look(cast, content, type(alice).objects.get(pk=alice.pk))
    assert preview.refused == 1
    assert preview.steps == []


def test_an_outdated_row_is_refused_and_an_untouched_one_does_not_mind(cast, draft):
    book, untouched = book_of(cast), book_of(cast)
    put(book, "done", "จากไฟล์")
    save_update(update=draft, user=cast.anna, expected=1, account=Account(done="จากเว็บ"))
    preview = look(cast, book)
    assert preview.refused == 1
    assert preview.steps == []
    assert look(cast, untouched).refused == 0


def test_changed_between_preview_and_confirmation_nothing_is_taken_over(cast, choice, draft):
    book = book_of(cast)
    put(book, "done", "งวดสอง", row=4)
    put(book, "done", "จากไฟล์")
    steps = list(reversed(look(cast, book).steps))  # the one that fails comes last
    save_update(update=draft, user=cast.anna, expected=1, account=Account(done="จากเว็บ"))
    with pytest.raises(DomainError, match="3"):
        carry_out(steps=steps, user=cast.alice)
    assert ProgressUpdate.objects.get().done == "จากเว็บ"
    assert UpdateEvent.objects.count() == 1


def test_begun_or_handed_in_meanwhile(cast, choice, draft):
    book = book_of(cast)
    put(book, "done", "งวดสอง", row=4)
    steps = look(cast, book).steps
    start_update(choice=choice, period=cast.periods[1], user=cast.anna)
    with pytest.raises(DomainError):
        carry_out(steps=steps, user=cast.alice)
    submit_update(update=draft, user=cast.anna)
    other = book_of(cast)
    put(book, "done", "แก้")
    assert look(cast, book).refused == 2
    assert look(cast, other).refused == 0


@pytest.mark.parametrize("name", ["choice", "period", "revision"])
def test_altered_keys_are_refused(cast, choice, draft, name):
    book = book_of(cast)
    put(book, name, 999)
    with pytest.raises(WorkbookRefused):
        look(cast, book)


def test_a_row_copied_or_added_is_refused(cast, draft):
    book = book_of(cast)
    page = book.worksheets[0]
    page.append([cell.value for cell in page[3]])
    with pytest.raises(WorkbookRefused):
        look(cast, book)
    book = book_of(cast)
    put(book, "done", "ไม่มีกุญแจ", row=30)
    with pytest.raises(WorkbookRefused):
        look(cast, book)


def test_a_deleted_row_is_no_change(cast, draft):
    book = book_of(cast)
    book.worksheets[0].delete_rows(3)
    assert look(cast, book).rows == []


def test_merged_cells_wrong_columns_missing_sheets_and_a_forged_slip(cast, draft):
    books = [book_of(cast) for _each in range(6)]
    books[0].worksheets[0].merge_cells("I3:J3")
    books[1].worksheets[0].delete_cols(5)
    books[2].worksheets[0].insert_cols(5)
    books[3].remove(books[3].worksheets[0])
    books[4].remove(books[4]["_portal"])
    books[5]["_portal"]["A1"].value = "forged" + books[5]["_portal"]["A1"].value
    for number, book in enumerate(books):
        refused = False
        try:
            look(cast, book)
        except WorkbookRefused:
            refused = True
        assert refused, number


def test_no_workbook_a_cut_off_one_and_one_with_macros(cast, draft):
    whole = packed(book_of(cast))
    out = io.BytesIO(whole)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    for content in (b"", b"PK\x03\x04", whole[: len(whole) // 2], out.getvalue(), b"plain words"):
        with pytest.raises(WorkbookRefused):
            look(cast, content)
