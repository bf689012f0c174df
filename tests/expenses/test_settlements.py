"""Statements from drawing up to being settled: who may do what, what is frozen, and that one line counts once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from expenses.models import (
    ExpenseLine,
    ExpenseState,
    LineDispute,
    PaidBy,
    Settlement,
    SettlementLine,
    SettlementSignature,
)
from expenses.services import (
    answer_disputes,
    close_settlement,
    confirm_override,
    correct_settlement,
    countersign_settlement,
    decide_ruling,
    decline_override,
    delete_settlement,
    differences,
    dispute_lines,
    draw_settlement,
    move_expense,
    propose_override,
    record_payment,
    redraw_settlement,
    send_settlement,
    sign_settlement,
    still_to_pay,
)
from mou_portal.records import Conflict, DomainError
from tests import factories as make

PERIOD = {"starts_on": date(2019, 6, 17), "ends_on": date(2020, 9, 30)}


@pytest.fixture
def money(cast):
    """Krabi's lines: one of each standing, shared with Nan where a visit was joint."""

    def line(activity, **fields):
        values = {"state": ExpenseState.APPROVED, "approved_by": cast.bob, **fields}
        return make.make_expense(activity, by=cast.alice, **values)

    own = {"whose_cost": "delegates", "parties": [cast.krabi]}
    return {
        # the joint visit at their wish: 100.01 shared, the institute paid
        "shared": line(cast.requested, amount=Decimal("100.01"), description="ร่วมกัน"),
        "own": line(cast.at_institute, amount=Decimal("40.00"), paid_by_participant=cast.krabi, **own),
        "for the institute": line(
            cast.scheduled, amount=Decimal("30.00"), paid_by_participant=cast.krabi, description="จ่ายแทนสถาบัน"
        ),
        "unpaid": line(cast.at_institute, amount=Decimal("7.00"), paid_by=PaidBy.NOBODY, **own),
        "undecided": line(cast.scheduled, amount=Decimal("5.00"), whose_cost="event", category="meals"),
        "draft": line(cast.at_institute, state=ExpenseState.DRAFT, amount=Decimal("999.00"), **own),
        "nan": line(cast.at_institute, whose_cost="delegates", parties=[cast.nan], amount=Decimal("555.00")),
        "institute": line(cast.at_institute, whose_cost="event", amount=Decimal("888.00")),
        "before": line(cast.at_institute, spent_on=date(2019, 6, 16), outside_period_reason="มัดจำ", **own),
    }


@pytest.fixture
def sent(cast, money):
    """Krabi's statement, sent by Alice."""
    settlement = draw_settlement(participant=cast.krabi, user=cast.alice, **PERIOD)
    send_settlement(settlement=settlement, user=cast.alice)
    return settlement


def countersign(cast, settlement):
    countersign_settlement(settlement=settlement, user=cast.coordinator, name="นางสาวกระบี่", position="ผู้ประสานงาน")


def sign(cast, settlement):
    sign_settlement(settlement=settlement, user=cast.bob, name="บ็อบ", position="ผู้อำนวยการ")


def rows(settlement):
    return {line.expense_id: (line.standing, line.must_pay, line.paid, line.in_kind) for line in settlement.lines.all()}


# --- drawing up --------------------------------------------------------------------------------
def test_a_statement_holds_every_line_as_it_stands(cast, money):
    settlement = draw_settlement(participant=cast.krabi, user=cast.alice, **PERIOD)
    zero, d = Decimal("0.00"), Decimal
    assert rows(settlement) == {
        money["shared"].pk: ("counted", d("50.01"), zero, zero),
        money["own"].pk: ("counted", d("40.00"), d("40.00"), zero),
        money["for the institute"].pk: ("counted", zero, d("30.00"), zero),
        money["unpaid"].pk: ("unpaid", d("7.00"), zero, zero),
        money["undecided"].pk: ("undecided", zero, zero, zero),
    }
    assert (settlement.must_pay, settlement.paid, settlement.in_kind) == (d("90.01"), d("70.00"), zero)
    assert settlement.balance == d("20.01")
    assert (settlement.state, settlement.version, settlement.drawn_by) == ("draft", 1, cast.alice)
    line = settlement.lines.get(expense=money["for the institute"])
    assert (line.paid_by_th, line.payer, line.clause) == ("อบจ.กระบี่", "institute", "2.2(4)4.1")


def test_what_was_given_in_kind_stands_apart(cast):
    make.make_expense(
        cast.scheduled,
        by=cast.alice,
        state=ExpenseState.APPROVED,
        approved_by=cast.bob,
        paid_by=PaidBy.IN_KIND,
        paid_by_participant=cast.krabi,
        amount=Decimal("12.34"),
    )
    settlement = draw_settlement(participant=cast.krabi, user=cast.alice, **PERIOD)
    assert (settlement.paid, settlement.in_kind, settlement.balance) == (0, Decimal("12.34"), Decimal("-12.34"))


def test_a_decision_of_a_person_is_marked(cast, money):
    decide_ruling(line=money["undecided"], payer="local_government", reason="จังหวัดเห็นชอบ", user=cast.bob)
    settlement = draw_settlement(participant=cast.krabi, user=cast.alice, **PERIOD)
    line = settlement.lines.get(expense=money["undecided"])
    assert (line.mark, line.mark_reason, line.clause) == ("decided", "จังหวัดเห็นชอบ", "")
    assert (line.standing, line.must_pay) == ("counted", Decimal("2.50"))


def test_a_line_counts_once_with_each_local_government(cast, money):
    first = draw_settlement(participant=cast.krabi, user=cast.alice, **PERIOD)
    again = draw_settlement(
        participant=cast.krabi, user=cast.alice, starts_on=date(2019, 6, 1), ends_on=PERIOD["ends_on"]
    )
    held = set(first.lines.filter(holds=True).values_list("expense_id", flat=True))
    assert len(held) == 3
    assert set(rows(again)) == {money["unpaid"].pk, money["undecided"].pk, money["before"].pk}
    nan = draw_settlement(participant=cast.nan, user=cast.alice, **PERIOD)
    assert rows(nan)[money["shared"].pk][1] == Decimal("50.00")
    assert (first.balance, nan.balance) == (Decimal("20.01"), Decimal("605.00"))
    with pytest.raises(IntegrityError), transaction.atomic():  # the database says so too
        again.lines.filter(expense=money["unpaid"]).update(expense=money["shared"], standing="counted", holds=True)


def test_what_cannot_be_drawn_up(cast, money):
    with pytest.raises(PermissionDenied):
        draw_settlement(participant=cast.krabi, user=cast.programme, **PERIOD)
    with pytest.raises(PermissionDenied):
        draw_settlement(participant=cast.krabi, user=cast.coordinator, **PERIOD)
    with pytest.raises(DomainError):
        draw_settlement(participant=cast.krabi, user=cast.alice, starts_on=date(2020, 1, 2), ends_on=date(2020, 1, 1))
    with pytest.raises(DomainError):
        draw_settlement(participant=cast.trang, user=cast.alice, **PERIOD)  # nothing concerns it
    draw_settlement(participant=cast.krabi, user=cast.alice, **PERIOD)
    with pytest.raises(Conflict):
        draw_settlement(participant=cast.krabi, user=cast.bob, **PERIOD)
    assert Settlement.objects.count() == 1


def one_more_baht(cast):
    """A new approved line that Krabi bears."""
    approved = {"state": ExpenseState.APPROVED, "approved_by": cast.bob, "amount": Decimal("1.00")}
    make.make_expense(cast.at_institute, by=cast.alice, whose_cost="delegates", parties=[cast.krabi], **approved)


def test_a_draft_is_drawn_anew_and_deleted(cast, money):
    settlement = draw_settlement(participant=cast.krabi, user=cast.alice, **PERIOD)
    assert differences(settlement) == 0
    one_more_baht(cast)
    assert differences(settlement) == 1
    settlement = redraw_settlement(settlement=settlement, user=cast.bob)
    assert (settlement.balance, settlement.drawn_by, settlement.lines.count()) == (Decimal("21.01"), cast.bob, 6)
    with pytest.raises(PermissionDenied):
        delete_settlement(settlement=settlement, user=cast.programme)
    delete_settlement(settlement=settlement, user=cast.alice)
    assert not SettlementLine.objects.exists()
    assert draw_settlement(participant=cast.krabi, user=cast.alice, **PERIOD).balance == Decimal("21.01")


def test_a_draft_whose_lines_changed_is_not_sent(cast, money):
    settlement = draw_settlement(participant=cast.krabi, user=cast.alice, **PERIOD)
    one_more_baht(cast)
    ExpenseLine.objects.filter(pk=money["own"].pk).update(paid_by_participant=None, paid_by="institute")
    with pytest.raises(DomainError, match="โปรดจัดทำใหม่"):
        send_settlement(settlement=settlement, user=cast.alice)
    settlement.refresh_from_db()
    assert settlement.state == "draft"
    ExpenseLine.objects.filter(pk=money["own"].pk).update(paid_by_participant=cast.krabi, paid_by="local_government")
    send_settlement(settlement=settlement, user=cast.alice)  # the new line waits for the next statement
    assert settlement.state == "waiting"


# --- both sides sign ---------------------------------------------------------------------------
def test_from_sending_to_settled(cast, money, sent):
    assert (sent.state, sent.answer_by) == ("waiting", timezone.localdate() + timedelta(days=30))
    for step in (redraw_settlement, delete_settlement):
        with pytest.raises(Conflict):
            step(settlement=sent, user=cast.alice)
    with pytest.raises(PermissionDenied):
        countersign_settlement(settlement=sent, user=cast.stranger, name="x", position="y")
    with pytest.raises(PermissionDenied):
        countersign_settlement(settlement=sent, user=cast.bob, name="x", position="y")
    with pytest.raises(DomainError):
        countersign_settlement(settlement=sent, user=cast.coordinator, name="x", position=" ")
    sent.refresh_from_db()
    assert sent.state == "waiting"  # nothing half-written
    countersign(cast, sent)
    with pytest.raises(Conflict):
        countersign(cast, sent)
    with pytest.raises(PermissionDenied):  # she drew it up
        sign_settlement(settlement=sent, user=cast.alice, name="อลิซ", position="การเงิน")
    sign(cast, sent)
    assert [(one.side, one.name, one.position) for one in sent.signatures.all()] == [
        ("local_government", "นางสาวกระบี่", "ผู้ประสานงาน"),
        ("institute", "บ็อบ", "ผู้อำนวยการ"),
    ]
    with pytest.raises(Conflict):
        close_settlement(settlement=sent, user=cast.alice)
    pay(cast, sent, "20.00")
    assert (sent.state, still_to_pay(sent)) == ("signed", Decimal("0.01"))
    with pytest.raises(DomainError):
        pay(cast, sent, "0.02")
    pay(cast, sent, "0.01", by=cast.alice)
    assert sent.state == "paid"
    with pytest.raises(Conflict):
        pay(cast, sent, "0.01")
    with pytest.raises(Conflict):
        correct_settlement(settlement=sent, user=cast.alice, reason="ช้าไป")
    with pytest.raises(PermissionDenied):
        close_settlement(settlement=sent, user=cast.coordinator)
    close_settlement(settlement=sent, user=cast.alice)
    assert (sent.state, sent.closed_by) == ("closed", cast.alice)
    settled = {name for name, line in money.items() if ExpenseLine.objects.get(pk=line.pk).state == "settled"}
    assert settled == {"own", "for the institute"}  # Nan's part of the shared line is still open
    states = [row.state for row in Settlement.history.filter(id=sent.pk).order_by("history_id")]
    assert states == ["draft", "waiting", "countersigned", "signed", "paid", "closed"]


def pay(cast, settlement, baht, by=None):
    by = by or cast.coordinator
    record_payment(
        settlement=settlement,
        user=by,
        amount=Decimal(baht),
        paid_on=date(2020, 10, 1),
        slip=make.make_stored_file(by, "สลิป.png"),
    )
    settlement.refresh_from_db()


def test_payments_that_cannot_be(cast, money, sent):
    with pytest.raises(Conflict):
        pay(cast, sent, "1.00")
    countersign(cast, sent)
    sign(cast, sent)
    with pytest.raises(PermissionDenied):
        pay(cast, sent, "1.00", by=cast.stranger)
    with pytest.raises(DomainError):
        pay(cast, sent, "0.00")
    with pytest.raises(DomainError):
        record_payment(
            settlement=sent,
            user=cast.alice,
            amount=Decimal("1.00"),
            paid_on=timezone.localdate() + timedelta(days=1),
            slip=make.make_stored_file(cast.alice),
        )
    assert not sent.payments.exists()
    pay(cast, sent, "1.00")
    with pytest.raises(DomainError):  # money has gone: no new version pulls the ground away
        correct_settlement(settlement=sent, user=cast.alice, reason="แก้ไข")


def test_a_payment_at_the_moment_of_a_correction_is_not_lost(cast, money, sent):
    countersign(cast, sent)
    sign(cast, sent)
    paid = []

    def payment_comes_first(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and "expenses_settlement" in sql and not paid:
            paid.append(True)
            pay(cast, Settlement.objects.get(pk=sent.pk), "1.00")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(payment_comes_first), pytest.raises(DomainError):
        correct_settlement(settlement=sent, user=cast.alice, reason="แก้ไข")
    assert paid
    assert not Settlement.objects.filter(replaces=sent).exists()


def test_who_bears_a_line_stays_once_money_has_gone_for_it(cast, money, sent):
    countersign(cast, sent)
    sign(cast, sent)
    line = money["own"]
    asked = {"line": line, "payer": "local_government", "reason": "ผิดองค์กร", "weights": {cast.nan: 1}}
    override = propose_override(user=cast.alice, **asked)
    pay(cast, sent, "1.00")
    with pytest.raises(DomainError):  # Nan would pay what Krabi has paid
        confirm_override(override=override, user=cast.bob)
    with pytest.raises(DomainError):
        move_expense(line=line, activity=cast.elsewhere, reason="ผิดกิจกรรม", user=cast.bob)
    decline_override(override=override, user=cast.alice, note="จ่ายแล้ว")
    with pytest.raises(DomainError):
        propose_override(user=cast.alice, **asked)
    nan = draw_settlement(participant=cast.nan, user=cast.alice, **PERIOD)
    assert line.pk not in rows(nan)
    assert ExpenseLine.objects.get(pk=line.pk).state == ExpenseState.APPROVED


def test_an_even_statement_is_closed_without_a_payment(cast):
    line = make.make_expense(
        cast.at_institute,
        by=cast.alice,
        state=ExpenseState.APPROVED,
        approved_by=cast.bob,
        whose_cost="delegates",
        parties=[cast.krabi],
        paid_by_participant=cast.krabi,
    )
    settlement = draw_settlement(participant=cast.krabi, user=cast.alice, **PERIOD)
    send_settlement(settlement=settlement, user=cast.alice, answer_by=timezone.localdate())
    with pytest.raises(DomainError):
        send_settlement(
            settlement=Settlement(state="draft"), user=cast.alice, answer_by=timezone.localdate() - timedelta(days=1)
        )
    countersign(cast, settlement)
    sign(cast, settlement)
    assert settlement.balance == 0
    with pytest.raises(Conflict):
        pay(cast, settlement, "1.00", by=cast.alice)
    close_settlement(settlement=settlement, user=cast.alice)
    line.refresh_from_db()
    assert line.state == ExpenseState.SETTLED


def test_nobody_signs_both_sides(cast, sent):
    both = make.make_coordinator(cast.krabi, is_staff=True, is_superuser=True)
    countersign_settlement(settlement=sent, user=both, name="สอง", position="หน้าที่")
    with pytest.raises(PermissionDenied):
        sign_settlement(settlement=sent, user=both, name="สอง", position="หน้าที่")
    both.memberships.all().delete()  # no longer of that local government, and yet the signature stands
    both = type(both).objects.get(pk=both.pk)
    with pytest.raises(DomainError):
        sign_settlement(settlement=sent, user=both, name="สอง", position="หน้าที่")
    sent.refresh_from_db()
    assert sent.state == "countersigned"
    with pytest.raises(IntegrityError), transaction.atomic():
        SettlementSignature.objects.create(settlement=sent, side="institute", name="ก", position="ข", user=both)


# --- disputes and corrections ------------------------------------------------------------------
def test_disputed_lines_are_answered_and_stand(cast, money, sent):
    shared, own = (sent.lines.get(expense=money[name]) for name in ("shared", "own"))
    with pytest.raises(DomainError):
        dispute_lines(settlement=sent, reasons={shared.pk: "  "}, user=cast.coordinator)
    other = draw_settlement(participant=cast.nan, user=cast.alice, **PERIOD).lines.first()
    with pytest.raises(DomainError):
        dispute_lines(settlement=sent, reasons={other.pk: "ของผู้อื่น"}, user=cast.coordinator)
    with pytest.raises(PermissionDenied):
        dispute_lines(settlement=sent, reasons={shared.pk: "ไม่ใช่"}, user=cast.stranger)
    dispute_lines(settlement=sent, reasons={shared.pk: "ไม่ได้ขอ", own.pk: "ยอดผิด"}, user=cast.coordinator)
    assert sent.state == "disputed"
    with pytest.raises(Conflict):
        countersign(cast, sent)
    first, second = LineDispute.objects.order_by("pk")
    with pytest.raises(DomainError):
        answer_disputes(settlement=sent, answers={first.pk: ("stands", "มีหนังสือขอ")}, user=cast.bob)
    with pytest.raises(PermissionDenied):
        answer_disputes(settlement=sent, answers={}, user=cast.coordinator)
    answer_disputes(
        settlement=sent,
        answers={first.pk: ("stands", "มีหนังสือขอ"), second.pk: ("stands", "ตรงกับใบเสร็จ")},
        user=cast.bob,
    )
    sent.refresh_from_db()
    assert sent.state == "waiting"
    assert [one.answered_by for one in LineDispute.objects.all()] == [cast.bob, cast.bob]
    dispute_lines(settlement=sent, reasons={shared.pk: "ยังไม่เห็นด้วย"}, user=cast.coordinator)
    assert shared.disputes.count() == 2


def test_a_correction_is_version_two_and_version_one_stays(cast, money, sent):
    before = list(sent.lines.values())
    shared = sent.lines.get(expense=money["shared"])
    dispute_lines(settlement=sent, reasons={shared.pk: "ไม่ได้ขอ"}, user=cast.coordinator)
    dispute = shared.disputes.get()
    answer_disputes(settlement=sent, answers={dispute.pk: ("corrected", "จะพักไว้")}, user=cast.bob)
    with pytest.raises(Conflict):  # all are answered
        answer_disputes(settlement=sent, answers={}, user=cast.bob)
    own = sent.lines.get(expense=money["own"])
    with pytest.raises(DomainError):
        correct_settlement(settlement=sent, user=cast.bob, reason="พักไว้", set_aside=[own.pk])
    with pytest.raises(DomainError):
        correct_settlement(settlement=sent, user=cast.bob, reason=" ", set_aside=[shared.pk])
    with pytest.raises(PermissionDenied):
        correct_settlement(settlement=sent, user=cast.coordinator, reason="แก้")
    sent.refresh_from_db()
    assert sent.state == "disputed"
    second = correct_settlement(settlement=sent, user=cast.bob, reason="พักรายการที่โต้แย้ง", set_aside=[shared.pk])
    sent.refresh_from_db()
    assert (sent.state, second.version, second.replaces, second.state) == ("superseded", 2, sent, "draft")
    assert second.balance == Decimal("-30.00")  # without the 50.01 that was set aside
    aside = second.lines.get(expense=money["shared"])
    assert (aside.standing, aside.dispute_reason, aside.must_pay) == ("disputed", "ไม่ได้ขอ", Decimal("50.01"))
    assert sent.balance == Decimal("20.01")
    after = list(sent.lines.values())
    assert [{**line, "holds": None} for line in before] == [{**line, "holds": None} for line in after]
    assert not any(line["holds"] for line in after)
    with pytest.raises(Conflict):
        delete_settlement(settlement=second, user=cast.bob)  # version 1 would be left without a successor
    redrawn = redraw_settlement(settlement=second, user=cast.alice)
    assert redrawn.balance == Decimal("-30.00")  # still set aside
    send_settlement(settlement=redrawn, user=cast.alice)
    third = correct_settlement(settlement=redrawn, user=cast.alice, reason="กลับมานับ")
    assert (third.version, third.balance) == (3, Decimal("20.01"))


def test_a_correction_follows_a_new_decision(cast, money, sent):
    assert differences(sent) == 0
    decide_ruling(line=money["undecided"], payer="local_government", reason="ตกลงกันแล้ว", user=cast.bob)
    assert differences(sent) == 1
    second = correct_settlement(settlement=sent, user=cast.alice, reason="มีคำวินิจฉัย")
    assert second.balance == Decimal("22.51")
    assert (differences(second), ExpenseLine.objects.get(pk=money["undecided"].pk).state) == (0, "approved")


# --- what the database holds -------------------------------------------------------------------
def test_rows_that_the_database_refuses(cast, money, sent):
    line = sent.lines.first()
    wrong = [
        lambda: Settlement.objects.filter(pk=sent.pk).update(ends_on=date(2019, 1, 1)),
        lambda: Settlement.objects.filter(pk=sent.pk).update(state="lost"),
        lambda: Settlement.objects.filter(pk=sent.pk).update(version=2),
        lambda: Settlement.objects.filter(pk=sent.pk).update(sent_at=None),
        lambda: Settlement.objects.filter(pk=sent.pk).update(state="closed"),
        lambda: SettlementLine.objects.filter(pk=line.pk).update(standing="unpaid"),  # and yet it holds
        lambda: SettlementLine.objects.filter(pk=line.pk).update(standing="disputed", holds=False),
        lambda: SettlementLine.objects.filter(pk=line.pk).update(paid=Decimal("-0.01")),
        lambda: LineDispute.objects.create(line=line, reason="", raised_by=cast.coordinator),
        lambda: LineDispute.objects.create(line=line, reason="x", raised_by=cast.coordinator, outcome="stands"),
        lambda: SettlementSignature.objects.create(
            settlement=sent, side="institute", name="", position="x", user=cast.bob
        ),
    ]
    for change in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
