"""Pages, files, agenda and duties of settlements: what they show to whom, and what they cost."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from expenses.models import ExpenseState, LineDispute, PaidBy, Settlement
from expenses.permissions import may_pay, may_sign_for_institute
from expenses.services import countersign_settlement, draw_settlement, send_settlement, sign_settlement
from expenses.settlement_agenda import for_finance_staff, for_the_parties, to_be_signed
from expenses.settlement_obligations import settled_by_institute, settled_with
from expenses.statements import balance_sentence, statement_of
from mou_portal.registry import INSTITUTE
from tests import factories as make
from tests.pdf_checks import extract_text, without_white_space

FIRST, LAST = date(2019, 6, 17), date(2020, 9, 30)
TODAY = date(2020, 10, 15)


def approved(cast, activity, **fields):
    return make.make_expense(
        activity, by=cast.alice, **{"state": ExpenseState.APPROVED, "approved_by": cast.bob, **fields}
    )


@pytest.fixture
def money(cast):
    """Krabi owes 50.01 of a joint visit; one line is unpaid and one undecided."""
    own = {"whose_cost": "delegates", "parties": [cast.krabi]}
    return [
        approved(cast, cast.requested, amount=Decimal("100.01"), description="ค่าเดินทางร่วม"),
        approved(cast, cast.at_institute, amount=Decimal("7.00"), paid_by=PaidBy.NOBODY, description="=ยังไม่จ่าย", **own),
        approved(cast, cast.scheduled, amount=Decimal("5.00"), whose_cost="event", description="อาหารต้อนรับ"),
    ]


@pytest.fixture
def sent(cast, money):
    settlement = draw_settlement(participant=cast.krabi, starts_on=FIRST, ends_on=LAST, user=cast.alice)
    send_settlement(settlement=settlement, user=cast.alice)
    return settlement


def url(name: str, row: object = None) -> str:
    return reverse(f"expenses:{name}", args=[row.pk] if row else [])  # type: ignore[attr-defined]  # a model's row


def signature(**fields):
    return {"name": "นางสาวกระบี่ งาม", "position": "ปลัด อบจ.", "agreed": "on", **fields}


# --- from drawing up to settled, page by page --------------------------------------------------
def test_the_whole_way_through_the_pages(client, cast, money):
    client.force_login(cast.alice)
    dates = {"starts_on_day": "17", "starts_on_month": "6", "starts_on_year": "2562"}
    dates |= {"ends_on_day": "30", "ends_on_month": "9", "ends_on_year": "2563"}
    form = client.get(url("settlement-create"))
    token = form.context["form_token"]
    given = {"participant": cast.krabi.pk, "note": "โปรดตรวจ", "form_token": token, **dates}
    wrong = client.post(url("settlement-create"), {**given, "ends_on_year": "2561"})
    assert wrong.status_code == 200
    assert "ends_on" in wrong.context["form"].errors
    for _twice in range(2):  # a double tap makes one statement
        answer = client.post(url("settlement-create"), given)
    settlement = Settlement.objects.get()
    assert answer["Location"] == settlement.get_absolute_url()
    page = client.get(settlement.get_absolute_url()).content.decode()
    assert "ห้าสิบบาทหนึ่งสตางค์" in page
    assert "ยังไม่มีผู้จ่าย" in page
    client.post(url("settlement-redraw", settlement))
    over = {"answer_by_day": "1", "answer_by_month": "1", "answer_by_year": "2563"}
    assert "answer_by" in client.post(url("settlement-send", settlement), over).context["form"].errors
    client.post(url("settlement-send", settlement), {**over, "answer_by_year": "2599"})
    assert Settlement.objects.get().state == "waiting"

    client.force_login(cast.coordinator)
    assert url("settlement-countersign", settlement) in client.get(settlement.get_absolute_url()).content.decode()
    line = settlement.lines.get(expense=money[0])
    empty = client.post(url("settlement-dispute", settlement), {f"reason_{line.pk}": " "})
    assert empty.context["form"].non_field_errors()
    client.post(url("settlement-dispute", settlement), {f"reason_{line.pk}": "ไม่ได้ขอ"})
    assert Settlement.objects.get().state == "disputed"
    late = client.post(url("settlement-countersign", settlement), signature(), follow=True)
    assert "ทำขั้นตอนนี้ไม่ได้แล้ว" in late.content.decode()

    client.force_login(cast.bob)
    dispute = LineDispute.objects.get()
    client.post(
        url("settlement-answer", settlement),
        {f"outcome_{dispute.pk}": "corrected", f"answer_{dispute.pk}": "พักไว้ก่อน"},
    )
    assert client.get(url("settlement-answer", settlement)).status_code == 302  # all are answered
    client.post(url("settlement-correct", settlement), {"reason": "พักรายการ", "set_aside": [line.pk]})
    second = Settlement.objects.get(version=2)
    assert second.balance == 0
    third_reason = {"reason": "กลับมานับ"}
    client.post(url("settlement-send", second), {**over, "answer_by_year": "2599"})
    client.post(url("settlement-correct", second), third_reason)
    third = Settlement.objects.get(version=3)
    client.post(url("settlement-send", third), {**over, "answer_by_year": "2599"})

    client.force_login(cast.coordinator)
    old = client.get(settlement.get_absolute_url()).content.decode()
    assert second.get_absolute_url() in old  # version 1 leads to what replaced it
    unread = client.post(url("settlement-countersign", third), signature(agreed=""))
    assert "agreed" in unread.context["form"].errors
    client.post(url("settlement-countersign", third), signature())
    client.force_login(cast.alice)
    client.post(url("settlement-sign", third), signature(name="อลิซ", position="ผู้อำนวยการ"))
    third.refresh_from_db()
    assert third.state == "signed"  # Bob drew it up, Alice signs

    client.force_login(cast.coordinator)
    paid = {"amount": "๕๐.๐๑ บาท", "paid_on_day": "1", "paid_on_month": "10", "paid_on_year": "2563"}
    page = client.post(url("payment-create", third), paid)
    assert "upload" in page.context["form"].errors
    bad = SimpleUploadedFile("สลิป.html", b"<script>")
    assert "upload" in client.post(url("payment-create", third), {**paid, "upload": bad}).context["form"].errors
    slip = SimpleUploadedFile("สลิป.png", make.png())
    much = client.post(url("payment-create", third), {**paid, "amount": "51", "upload": slip})
    assert much.context["form"].non_field_errors()
    slip = SimpleUploadedFile("สลิป.png", make.png())
    client.post(url("payment-create", third), {**paid, "upload": slip})
    third.refresh_from_db()
    assert third.state == "paid"
    payment = third.payments.get()
    slip = client.get(url("slip-download", payment))
    assert b"".join(slip.streaming_content) == make.png()
    assert "50.01" in client.get(third.get_absolute_url()).content.decode()
    client.force_login(cast.bob)
    client.post(url("settlement-close", third))
    third.refresh_from_db()
    assert third.state == "closed"


def test_a_foreign_local_government_finds_nothing(client, cast, sent):
    payment = make.make_payment(sent, by=cast.coordinator)
    client.force_login(cast.stranger)
    steps = ("redraw", "delete", "send", "countersign", "dispute", "answer", "correct", "sign", "close")
    for name in ("detail", "pdf", "xlsx", "csv", *steps):
        for method in (client.get, client.post):
            answer = method(url(f"settlement-{name}", sent))
            assert answer.status_code in (404, 405), name
    assert client.get(url("payment-create", sent)).status_code == 404
    assert client.get(url("slip-download", payment)).status_code == 404
    assert "50.01" not in client.get(url("settlement-list")).content.decode()
    sent.refresh_from_db()
    assert sent.state == "waiting"


def test_a_large_agreement_names_the_local_government_by_code(client, cast, money, monkeypatch):
    monkeypatch.setattr("expenses.settlement_forms.MOST_LISTED", 1)
    client.force_login(cast.alice)
    dates = {"starts_on_day": "17", "starts_on_month": "6", "starts_on_year": "2562"}
    dates |= {"ends_on_day": "30", "ends_on_month": "9", "ends_on_year": "2563"}
    answer = client.post(url("settlement-create"), {"participant": "nobody", **dates})
    assert "participant" in answer.context["form"].errors
    client.post(url("settlement-create"), {"participant": "krabi-pao", **dates})
    assert Settlement.objects.get().participant == cast.krabi
    again = client.post(url("settlement-create"), {"participant": "krabi-pao", **dates})
    assert again.context["form"].non_field_errors()  # one is under way


def test_a_statement_costs_the_same_queries_however_long_it_is(client, cast, sent):
    client.force_login(cast.alice)

    def queries(address):
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    pages = ("settlement-detail", "settlement-xlsx", "settlement-csv", "settlement-correct")
    before = {name: queries(url(name, sent)) for name in pages}
    for number in range(6):
        make.make_settlement(cast.krabi, by=cast.alice, holds=False, starts_on=date(2019, 7, 1 + number))
    for line in [approved(cast, cast.requested, amount=Decimal("3.33")) for _number in range(5)]:
        frozen = make.frozen_for(cast.krabi, 50 + line.pk, line)
        frozen.settlement = sent
        frozen.save()
        LineDispute.objects.create(line=frozen, reason="ไม่ใช่", raised_by=cast.coordinator)
    assert {name: queries(url(name, sent)) for name in pages} == before


# --- files -------------------------------------------------------------------------------------
def test_the_workbook_adds_up_by_itself_and_disarms_words(client, cast, sent):
    client.force_login(cast.coordinator)
    content = client.get(url("settlement-xlsx", sent)).content
    formulas = openpyxl.load_workbook(io.BytesIO(content)).active
    values = openpyxl.load_workbook(io.BytesIO(content), data_only=True).active
    cells = [cell for row in formulas.iter_rows() for cell in row if cell.data_type == "f"]
    assert [cell.value for cell in cells if cell.column_letter == "O"][:2] == ["=L7-M7-N7", "=SUM(O7:O7)"]
    assert values["O8"].value == 50.01
    words = [cell.value for row in values.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert "'=ยังไม่จ่าย" in words
    text = b"".join(client.get(url("settlement-csv", sent)).streaming_content).decode("utf-8-sig")
    assert "'=ยังไม่จ่าย" in text
    assert len(text.splitlines()) == 4


@pytest.mark.parametrize(("language", "words"), [("th", "ห้าสิบบาทหนึ่งสตางค์"), ("en", "fifty baht and one satang")])
def test_the_paper_carries_balance_words_and_both_signatures(client, cast, sent, language, words):
    countersign_settlement(settlement=sent, user=cast.coordinator, name="นางสาวกระบี่ งาม", position="ปลัด อบจ.")
    sign_settlement(settlement=sent, user=cast.bob, name="นายบ็อบ เงิน", position="ผู้อำนวยการสำนัก")
    client.force_login(cast.coordinator)
    answer = client.get(f"{url('settlement-pdf', sent)}?language={language}")
    assert answer["Content-Type"] == "application/pdf"
    text = without_white_space(extract_text(answer.content, "poppler"))
    for expected in (words, "นางสาวกระบี่ งาม", "ปลัด อบจ.", "นายบ็อบ เงิน", "50.01", "ค่าเดินทางร่วม", "อาหารต้อนรับ"):
        assert without_white_space(expected) in text, expected


def test_the_sentence_says_who_pays_whom(cast, sent):
    with translation.override("en"):
        assert balance_sentence(sent).startswith("krabi-pao pays King Prajadhipok's Institute 50.01 baht")
        sent.balance = Decimal("-0.50")
        assert balance_sentence(sent) == "King Prajadhipok's Institute pays krabi-pao 0.50 baht (fifty satang)."
        sent.balance = Decimal("0.00")
        assert balance_sentence(sent) == "Nothing is to be paid by either side."
    statement = statement_of(sent)
    assert statement.counted.must_pay == Decimal("50.01")
    assert [(group.standing, group.amount) for group in statement.others] == [
        ("undecided", Decimal("5.00")),
        ("unpaid", Decimal("7.00")),
    ]


# --- what waits, and what is owed --------------------------------------------------------------
def test_what_waits_for_whom(cast, sent):
    agreement = cast.agreement
    (item,) = for_the_parties(cast.coordinator, agreement, TODAY)
    assert (item.url, item.due_on, item.participant_id) == (sent.get_absolute_url(), sent.answer_by, cast.krabi.pk)
    (day,) = to_be_signed(cast.coordinator, agreement)
    assert (day.starts, day.deadline, day.url) == (sent.answer_by, True, item.url)
    for person in (cast.stranger, cast.alice, cast.programme):
        assert list(for_the_parties(person, agreement, TODAY)) == []
        assert list(to_be_signed(person, agreement)) == []
    assert list(for_finance_staff(cast.bob, agreement, TODAY)) == []
    countersign_settlement(settlement=sent, user=cast.coordinator, name="ก", position="ข")
    assert list(for_the_parties(cast.coordinator, agreement, TODAY)) == []
    assert list(for_finance_staff(cast.alice, agreement, TODAY)) == []  # she drew it up
    (item,) = for_finance_staff(cast.bob, agreement, TODAY)
    assert item.url.endswith("?state=countersigned")
    assert list(for_finance_staff(cast.coordinator, agreement, TODAY)) == []
    sign_settlement(settlement=sent, user=cast.bob, name="ก", position="ข")
    (item,) = for_the_parties(cast.coordinator, agreement, TODAY)
    assert "50.01" in item.title
    executive = make.make_executive(cast.krabi)
    assert list(for_the_parties(executive, agreement, TODAY)) == []  # the coordinator sends the slip
    assert not may_pay(executive, sent)
    assert not may_sign_for_institute(executive, sent)


def test_the_duty_is_fulfilled_once_everything_is_settled(cast, money):
    ids = [cast.krabi.pk, cast.nan.pk, cast.trang.pk]

    def standings():
        today = timezone.localdate()
        found = {**settled_with(cast.agreement, ids, today), **settled_by_institute(cast.agreement, ids, today)}
        return [(found[pk].state, found[pk].done, found[pk].required) for pk in (*ids, INSTITUTE)]

    assert standings() == [
        ("overdue", 0, 1),  # its share waits for a statement
        ("overdue", 0, 1),
        ("not_applicable", 0, 0),
        ("overdue", 0, 1),
    ]
    settlement = draw_settlement(participant=cast.krabi, starts_on=FIRST, ends_on=LAST, user=cast.alice)
    assert standings()[0] == ("overdue", 0, 1)  # a draft binds nobody
    send_settlement(settlement=settlement, user=cast.alice)
    assert standings()[0] == ("overdue", 0, 1)
    assert standings()[3] == ("overdue", 0, 2)  # this one, and Nan's lines
    Settlement.objects.filter(pk=settlement.pk).update(state="closed", closed_by=cast.alice, closed_at=make.MOMENT)
    assert standings()[0] == ("fulfilled", 1, 1)
    assert standings()[1] == ("overdue", 0, 1)
    line = approved(cast, cast.scheduled, paid_by_participant=cast.trang, amount=Decimal("9.00"))
    assert standings()[2] == ("overdue", 0, 1)  # it paid for the institute and waits for a statement
    line.delete()
