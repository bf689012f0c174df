"""The Excel round trip: what goes out, what comes back, and every way in which it can be wrong."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mou_portal.exchange import WorkbookRefused
from mou_portal.records import DomainError
from pathways.models import ProgressUpdate, ReportingPeriod, UpdateEvent, UpdateState
from pathways.permissions import can_judge_update
from pathways.services import ReviewNote, accept_update, return_update, save_update, start_update, submit_update
from pathways.services.updates import Account
from pathways.services.workbook_preview import preview_workbook
from pathways.services.workbooks import carry_out, make_workbook
from tests import factories as make


@pytest.fixture
def choice(cast):
    return make.make_choice(cast.town, cast.pathways[0], by=cast.alice, decided_by=cast.staff)


@pytest.fixture
def draft(cast, choice):
    return make.make_update(choice, cast.periods[0], state=UpdateState.DRAFT, by=cast.alice, done="- ทำแล้ว\n- ทำต่อ")


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


# --- out ------------------------------------------------------------------------------------
def test_holds_own_open_reports_with_hidden_keys_and_locked_headings(cast, choice, draft):
    make.make_update(choice, cast.periods[1], state=UpdateState.ACCEPTED, by=cast.alice, reviewed_by=cast.staff)
    foreign = make.make_choice(cast.other, cast.pathways[0], by=cast.bob, decided_by=cast.staff)
    make.make_update(foreign, cast.periods[0], state=UpdateState.DRAFT, by=cast.bob)
    book = book_of(cast)
    page = book.worksheets[0]
    places = columns(page)
    rows = list(page.iter_rows(min_row=3, values_only=True))
    assert {row[0] for row in rows} == {choice.pk}
    assert [row[1] for row in rows][:2] == [cast.periods[0].pk, cast.periods[2].pk]  # the second is accepted
    assert page.row_dimensions[1].hidden
    assert all(page.column_dimensions[letter].hidden for letter in "A")
    assert book["_portal"].sheet_state == "veryHidden"
    assert page.protection.sheet
    assert page.cell(2, places["done"]).protection.locked
    assert not page.cell(3, places["done"]).protection.locked
    assert {rule.type for rule in page.data_validations.dataValidation} >= {"whole", "list", "textLength"}
    assert "107041E" in page.cell(3, places["due_on"]).number_format  # the Buddhist Era, in a real date


def test_a_report_not_begun_shows_what_it_would_carry_forward(cast, choice):
    make.make_update(choice, cast.periods[0], by=cast.alice, result="เดิม", percent=35)
    page = book_of(cast).worksheets[0]
    places = columns(page)
    values = next(page.iter_rows(min_row=3, values_only=True))
    assert (values[places["result"] - 1], values[places["percent"] - 1]) == ("เดิม", 35)
    assert values[places["done"] - 1] is None
    assert values[places["revision"] - 1] == 0


def test_nothing_open_is_said(cast):
    with pytest.raises(DomainError):
        book_of(cast)


# --- in -------------------------------------------------------------------------------------
def test_an_untouched_workbook_changes_nothing(cast, draft):
    preview = look(cast, book_of(cast))
    assert preview.rows == []
    assert preview.steps == []
    assert preview.unchanged >= 1


def test_the_round_trip_changes_begins_and_hands_in(cast, choice, draft):
    step = make.make_milestone(choice)
    book = book_of(cast)
    put(book, "done", "ติดตั้งเสร็จ")
    put(book, "percent", 55)
    put(book, "done", "งวดสอง", row=4)
    put(book, "hand_in", "yes", row=4)
    put(book, "done_on", "1/11/2562", sheet=1)
    preview = look(cast, book)
    assert preview.refused == 0
    assert len(preview.rows) == 3
    assert [(cell.old, cell.new) for cell in preview.rows[0].cells] == [
        ("- ทำแล้ว\n- ทำต่อ", "ติดตั้งเสร็จ"),
        ("40", "55"),
    ]
    assert ProgressUpdate.objects.count() == 1  # nothing is written yet
    assert carry_out(steps=preview.steps, user=cast.alice) == 3
    draft.refresh_from_db()
    step.refresh_from_db()
    assert (draft.done, draft.percent, draft.state, draft.revision) == ("ติดตั้งเสร็จ", 55, UpdateState.DRAFT, 2)
    assert step.done_on == date(2019, 11, 1)
    begun = ProgressUpdate.objects.get(period=cast.periods[1])
    assert (begun.state, begun.submitted_by) == (UpdateState.SUBMITTED, cast.alice)


@pytest.mark.parametrize(
    "typed",
    [datetime(2019, 11, 1), datetime(2562, 11, 1), "1/11/2562", "1/11/2019", "๑ พ.ย. ๒๕๖๒", "1 November 2019", 43770],  # noqa: DTZ001 — cells have no zone
)
def test_dates_of_both_eras_are_read_rightly(cast, choice, draft, typed):
    make.make_milestone(choice)
    book = book_of(cast)
    put(book, "done_on", typed, sheet=1)
    preview = look(cast, book)
    assert preview.steps[0]["values"] == {"done_on": "2019-11-01"}


@pytest.mark.parametrize(
    ("typed", "shown", "read"), [(60.0, "0", 60), ("๖๐", "@", 60), ("60 %", "@", 60), (0.6, "0%", 60)]
)
def test_percentages_as_people_write_them(cast, draft, typed, shown, read):
    book = book_of(cast)
    put(book, "percent", typed).number_format = shown
    assert look(cast, book).steps[0]["values"]["percent"] == read


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("percent", 101),
        ("percent", -1),
        ("percent", 4.5),
        ("percent", "many"),
        ("done", "=1+1"),
        ("percent", "=SUM(A1:A2)"),
        ("done", "ก" * 8001),
        ("hand_in", "perhaps"),
    ],
)
def test_a_wrong_cell_is_named_with_the_way_out_and_stops_everything(cast, draft, name, value):
    book = book_of(cast)
    put(book, "result", "ผลใหม่", row=4)
    cell = put(book, name, value)
    preview = look(cast, book)
    assert preview.steps == []
    assert preview.refused == 1
    wrong = [one for one in preview.rows[0].cells if one.error]
    assert [one.cell for one in wrong] == [cell.coordinate]


def test_a_date_to_come_and_an_unreadable_one_are_refused(cast, choice, draft):
    make.make_milestone(choice)
    for typed in ("1/1/2563", "31/11/2562", "someday"):
        book = book_of(cast)
        put(book, "done_on", typed, sheet=1)
        preview = look(cast, book)
        assert preview.refused == 1, typed
        assert preview.rows[0].cells[0].error


def test_handing_in_without_what_was_done_is_said_in_the_preview(cast, choice):
    book = book_of(cast)
    put(book, "hand_in", "yes")
    assert look(cast, book).refused == 1


def test_a_paragraph_that_was_not_sent_back_stays(cast, choice):
    update = make.make_update(choice, cast.periods[0], by=cast.alice)
    return_update(update=update, user=cast.staff, review=ReviewNote(paragraphs={"result": "ละเอียดกว่านี้"}))
    book = book_of(cast)
    page = book.worksheets[0]
    assert page.cell(3, columns(page)["done"]).protection.locked
    put(book, "done", "แก้")
    assert look(cast, book).refused == 1
    book = book_of(cast)
    put(book, "result", "ละเอียดขึ้น")
    assert carry_out(steps=look(cast, book).steps, user=cast.alice) == 1


# --- refused as a whole ---------------------------------------------------------------------
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


# --- staff ----------------------------------------------------------------------------------
def test_staff_enter_on_behalf_what_nobody_began_and_do_not_judge_it(cast, choice, draft):
    foreign = make.make_choice(cast.other, cast.pathways[0], by=cast.bob, decided_by=cast.staff)
    book = book_of(cast, cast.staff, [cast.town, cast.other])
    page = book.worksheets[0]
    rows = list(page.iter_rows(min_row=3, values_only=True))
    assert {row[0] for row in rows} == {choice.pk, foreign.pk}
    assert (choice.pk, cast.periods[0].pk) not in {row[:2] for row in rows}  # alice's draft is hers
    assert "hand_in" not in columns(page)
    put(book, "done", "ทางโทรศัพท์")
    steps = look(cast, book, cast.staff).steps
    assert carry_out(steps=steps, user=cast.staff) == 1
    begun = ProgressUpdate.objects.get(created_by=cast.staff)
    assert begun.state == UpdateState.DRAFT
    submit_update(update=begun, user=cast.alice)
    begun.refresh_from_db()
    assert not can_judge_update(cast.staff, begun)
    with pytest.raises(PermissionDenied):
        accept_update(update=begun, user=cast.staff)


def test_staff_do_not_change_what_a_local_government_wrote(cast, draft):
    steps = [{"kind": "reports", "line": 3, "keys": [draft.choice_id, draft.period_id, 1], "values": {"done": "x"}}]
    for user in (cast.staff, cast.bob, cast.mayor, cast.adviser, cast.finance):
        with pytest.raises(PermissionDenied):
            carry_out(steps=steps, user=user)
    draft.refresh_from_db()
    assert draft.revision == 1


# --- pages ----------------------------------------------------------------------------------
def sign_in(client, user):
    client.force_login(user)
    return client


def send(client, content):
    return client.post(reverse("pathways:workbook-upload"), {"workbook": SimpleUploadedFile("reports.xlsx", content)})


def test_pages_download_preview_confirm_once(cast, draft, client, settings):
    sign_in(client, cast.alice)
    assert client.get(reverse("pathways:workbook-upload")).status_code == 200
    answer = client.get(reverse("pathways:workbook-download"))
    assert answer["Content-Type"].endswith("sheet")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    put(book, "done", "<b>ใหม่</b>")
    page = send(client, packed(book))
    assert "&lt;b&gt;ใหม่" in page.content.decode()
    assert ProgressUpdate.objects.get().revision == 1
    token = page.context["token"]
    confirm = reverse("pathways:workbook-confirm")
    client.post(confirm, {"token": token})
    assert ProgressUpdate.objects.get().done == "<b>ใหม่</b>"
    client.post(confirm, {"token": token})
    assert ProgressUpdate.objects.get().revision == 2


def test_confirming_another_preview_writes_nothing(cast, draft, client):
    sign_in(client, cast.alice)
    book = book_of(cast)
    put(book, "done", "ใหม่")
    send(client, packed(book))
    client.post(reverse("pathways:workbook-confirm"), {"token": "0" * 32})
    assert ProgressUpdate.objects.get().revision == 1


def test_a_refusal_says_why_and_a_period_filters(cast, draft, client):
    sign_in(client, cast.alice)
    page = send(client, b"words")
    assert page.status_code == 200
    assert page.context["form"].errors
    url = reverse("pathways:workbook-download")
    book = openpyxl.load_workbook(io.BytesIO(client.get(url, {"period": cast.periods[0].pk}).content))
    assert len(list(book.worksheets[0].iter_rows(min_row=3))) == 1
    assert client.get(url, {"period": 999_999}).status_code == 302


@pytest.mark.parametrize("person", ["mayor", "adviser", "researcher", "finance"])
@pytest.mark.parametrize("name", ["workbook-upload", "workbook-download", "workbook-confirm"])
def test_pages_are_closed_to_others(cast, draft, client, person, name):
    sign_in(client, getattr(cast, person))
    url = reverse(f"pathways:{name}")
    assert (client.post(url) if name == "workbook-confirm" else client.get(url)).status_code == 403


def test_queries_do_not_grow_with_the_workbook(cast, choice, client, django_assert_max_num_queries):
    sign_in(client, cast.staff)
    for number in range(6):
        place = make.make_participant(f"more-{number}", agreement=cast.agreement)
        make.make_choice(place, cast.pathways[0], by=cast.alice, decided_by=cast.staff)
    with django_assert_max_num_queries(26):
        book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("pathways:workbook-download")).content))
    for row in range(3, book.worksheets[0].max_row + 1):
        put(book, "done", "ทางโทรศัพท์", row=row)
    assert ReportingPeriod.objects.count() == 5
    assert book.worksheets[0].max_row > 20
    with django_assert_max_num_queries(26):
        page = send(client, packed(book))
    assert len(page.context["preview"].steps) == book.worksheets[0].max_row - 2


# --- values of indicators -------------------------------------------------------------------
@pytest.fixture
def measured(cast, choice):
    return make.make_indicator(choice, name="ครัวเรือน", baseline=0, target=200)


def test_values_of_indicators_make_the_round_trip_with_their_report(cast, choice, draft, measured):
    book = book_of(cast)
    page = book.worksheets[2]
    places = columns(page)
    rows = [row[:4] for row in page.iter_rows(min_row=3, values_only=True)]
    assert rows[0] == (choice.pk, draft.period_id, measured.pk, draft.revision)
    assert len(rows) == book.worksheets[0].max_row - 2  # each open report asks
    assert not page.cell(3, places["value"]).protection.locked
    assert page.cell(3, places["target"]).protection.locked
    put(book, "value", 120.5, sheet=2)  # with its report's row
    put(book, "done", "วัดแล้ว")
    put(book, "hand_in", "ใช่")
    put(book, "value", "๑,๔๐๐", sheet=2, row=4)  # alone: it begins its report
    preview = look(cast, book)
    assert not preview.refused
    shown = [(cell.old, cell.new) for row in preview.rows for cell in row.cells if cell.title == "ค่า"]
    assert shown == [("", "120.5"), ("", "1,400")]
    assert len(preview.steps) == 2  # one step for each report
    carry_out(steps=preview.steps, user=cast.alice)
    draft.refresh_from_db()
    assert draft.state == UpdateState.SUBMITTED
    assert [str(one.value) for one in draft.indicator_values.all()] == ["120.500"]
    begun = choice.updates.get(period=cast.periods[1])
    assert (begun.state, [str(one.value) for one in begun.indicator_values.all()]) == ("draft", ["1400.000"])
    again = book_of(cast)
    assert again.worksheets[2].cell(3, places["value"]).value == 1400
    assert look(cast, again).steps == []  # untouched, and nothing is seen as changed
    put(again, "value", None, sheet=2)
    carry_out(steps=look(cast, again).steps, user=cast.alice)
    assert not begun.indicator_values.exists()


@pytest.mark.parametrize("value", ["หนึ่งร้อย", 1.23456, "=1+1", 10**14, True, "1.2.3", "NaN"])
def test_what_is_no_number_is_named(cast, draft, measured, value):
    book = book_of(cast)
    put(book, "value", value, sheet=2)
    preview = look(cast, book)
    (cell,) = [cell for row in preview.rows for cell in row.cells]
    assert cell.error
    assert cell.cell == "K3"
    assert preview.steps == []


def test_values_are_shut_when_the_percentage_was_not_sent_back(cast, choice, measured):
    update = make.make_update(choice, cast.periods[0], state=UpdateState.SUBMITTED, by=cast.alice)
    return_update(update=update, user=cast.adviser, review=ReviewNote(paragraphs={"result": "ขยายความ"}))
    book = book_of(cast)
    places = columns(book.worksheets[2])
    assert book.worksheets[2].cell(3, places["value"]).protection.locked
    put(book, "value", 7, sheet=2)
    preview = look(cast, book)
    assert preview.refused == 1
    assert preview.steps == []


def test_another_choices_indicator_is_not_taken(cast, choice, draft, measured):
    foreign = make.make_indicator(make.make_choice(cast.other, cast.pathways[0], by=cast.bob, decided_by=cast.staff))
    book = book_of(cast)
    put(book, "indicator", foreign.pk, sheet=2)
    with pytest.raises(WorkbookRefused):
        look(cast, book)
