"""Lines are entered, changed, handed in and decided; nobody approves what they entered or changed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expenses.models import ExpenseLine, ExpenseState, PaidBy, Share
from expenses.services import (
    approve_expense,
    delete_expense,
    enter_expense,
    reject_expense,
    return_expense,
    save_expense,
    submit_expense,
)
from mou_portal.records import Conflict, DomainError, Stale
from participants.access import FINANCE_STAFF
from tests import factories as make


@pytest.fixture
def submitted(cast):
    line = enter_expense(line=cast.line(), parties=[cast.krabi], user=cast.alice)
    submit_expense(line=line, user=cast.alice)
    return line


def test_a_line_is_entered_as_a_draft_and_ruled_on_at_once(cast):
    line = enter_expense(line=cast.line(), parties={cast.krabi: 2, cast.nan: 1}, user=cast.alice)
    line.refresh_from_db()
    assert (line.state, line.created_by, line.changed_by) == (ExpenseState.DRAFT, cast.alice, None)
    assert (line.ruling.payer, line.ruling.clause) == ("local_government", "2.2(4)4.1")
    assert dict(line.ruling.shares.values_list("participant", "amount")) == {
        cast.krabi.pk: Decimal("666.67"),
        cast.nan.pk: Decimal("333.33"),
    }


@pytest.mark.parametrize("who", ["programme", "coordinator"])
def test_only_finance_staff_enter_lines(cast, who):
    with pytest.raises(PermissionDenied):
        enter_expense(line=cast.line(), parties=[cast.krabi], user=getattr(cast, who))
    assert not ExpenseLine.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": Decimal("-1.00")},
        {"amount": Decimal(0)},
        {"amount": Decimal("0.001")},
        {"amount": Decimal("1000000000000.00")},
        {"category": "drinks"},
        {"description": ""},
        {"spent_on": date(2021, 1, 1)},
        {"paid_by": PaidBy.LOCAL_GOVERNMENT},
        {"seminar": None},
    ],
)
def test_a_line_that_breaks_a_rule_is_refused_whole(cast, wrong):
    line = cast.line()
    for name, value in wrong.items():
        setattr(line, name, value)
    with pytest.raises(DomainError) as refusal:
        enter_expense(line=line, parties=[cast.krabi], user=cast.alice)
    assert str(refusal.value)
    assert not ExpenseLine.objects.exists()


def test_rows_of_another_agreement_are_refused(cast):
    other = make.make_agreement("other", current=False)
    foreign = make.make_participant("other-town", agreement=other)
    with pytest.raises(DomainError):
        enter_expense(line=cast.line(make.make_seminar(other)), parties=[cast.krabi], user=cast.alice)
    with pytest.raises(DomainError):
        enter_expense(line=cast.line(), parties=[foreign], user=cast.alice)
    with pytest.raises(DomainError):
        enter_expense(
            line=cast.line(paid_by=PaidBy.LOCAL_GOVERNMENT, paid_by_participant=foreign),
            parties=[cast.krabi],
            user=cast.alice,
        )
    assert not ExpenseLine.objects.exists()


def test_a_day_outside_the_period_needs_its_reason(cast):
    line = enter_expense(
        line=cast.line(spent_on=date(2020, 12, 1), outside_period_reason="ใบเสร็จมาช้า"),
        parties=[cast.krabi],
        user=cast.alice,
    )
    assert line.pk


def test_where_local_governments_pay_they_must_be_named(cast):
    with pytest.raises(DomainError):
        enter_expense(line=cast.line(), user=cast.alice)
    with pytest.raises(DomainError):
        enter_expense(line=cast.line(), parties={cast.krabi: 0}, user=cast.alice)
    assert not ExpenseLine.objects.exists()


def test_a_requested_visit_is_shared_by_those_visited_with_the_visits_weights(cast):
    cast.requested.parts.filter(participant=cast.nan).update(weight=3)
    line = enter_expense(line=cast.line(cast.requested, whose_cost="advisers"), user=cast.alice)
    assert line.ruling.clause == "2.2(4)4.2"
    assert dict(line.ruling.shares.values_list("participant", "amount")) == {cast.krabi.pk: 250, cast.nan.pk: 750}


# --- changing -------------------------------------------------------------------------------
def test_a_change_is_kept_with_its_writer_and_ruled_on_anew(cast):
    line = enter_expense(line=cast.line(), parties=[cast.krabi], user=cast.alice)
    line.amount, line.whose_cost = Decimal("500.00"), "event"
    save_expense(line=line, user=cast.bob, expected=1)
    line.refresh_from_db()
    assert (line.changed_by, line.revision, line.ruling.payer) == (cast.bob, 2, "institute")
    assert list(line.ruling.shares.values_list("participant", "amount")) == [(None, Decimal("500.00"))]


def test_two_people_change_one_line_and_the_second_is_told(cast):
    line = enter_expense(line=cast.line(), parties=[cast.krabi], user=cast.alice)
    first, second = ExpenseLine.objects.get(), ExpenseLine.objects.get()
    first.description = "แก้แล้ว"
    save_expense(line=first, user=cast.alice, expected=1)
    second.description = "อีกคน"
    with pytest.raises(Stale):
        save_expense(line=second, user=cast.bob, expected=1)
    line.refresh_from_db()
    assert (line.description, line.changed_by) == ("แก้แล้ว", cast.alice)


@pytest.mark.parametrize("state", [ExpenseState.SUBMITTED, ExpenseState.APPROVED, ExpenseState.REJECTED])
def test_nothing_changes_once_it_is_handed_in(cast, state):
    line = make.make_expense(cast.at_institute, by=cast.alice, state=state, approved_by=cast.bob, whose_cost="event")
    line.amount = Decimal("9.99")
    with pytest.raises(Conflict):
        save_expense(line=line, user=cast.alice, expected=line.revision)
    with pytest.raises(Conflict):
        submit_expense(line=line, user=cast.alice)
    with pytest.raises(Conflict):
        delete_expense(line=line, user=cast.alice)
    line.refresh_from_db()
    assert (line.amount, line.state) == (Decimal("1234.50"), state)


def test_a_copy_read_earlier_cannot_carry_its_state_back(cast, submitted):
    return_expense(line=submitted, user=cast.bob, note="แก้ยอด")
    early = ExpenseLine.objects.get()
    early.state, early.created_by = ExpenseState.APPROVED, cast.bob
    save_expense(line=early, user=cast.alice, expected=early.revision)
    stored = ExpenseLine.objects.get()
    assert (stored.state, stored.created_by, stored.decision_note) == (ExpenseState.RETURNED, cast.alice, "แก้ยอด")


def test_drafts_are_deleted_by_finance_staff_only(cast):
    line = enter_expense(line=cast.line(), parties=[cast.krabi], user=cast.alice)
    with pytest.raises(PermissionDenied):
        delete_expense(line=line, user=cast.programme)
    delete_expense(line=line, user=cast.bob)
    assert not ExpenseLine.objects.exists()
    assert ExpenseLine.history.filter(history_type="-").count() == 1


# --- deciding -------------------------------------------------------------------------------
def test_somebody_else_approves_and_a_second_approval_is_told_so(cast, submitted):
    approve_expense(line=submitted, user=cast.bob)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.approved_by) == (ExpenseState.APPROVED, cast.bob)
    with pytest.raises(Conflict):
        approve_expense(line=submitted, user=cast.bob)
    assert submitted.history.filter(state=ExpenseState.APPROVED).count() == 1


@pytest.mark.parametrize("decide", [approve_expense, return_expense, reject_expense])
def test_nobody_decides_what_they_entered_or_changed(cast, decide):
    carol = make.make_staff(FINANCE_STAFF)
    line = enter_expense(line=cast.line(), parties=[cast.krabi], user=cast.alice)
    save_expense(line=line, user=cast.bob, expected=1)
    submit_expense(line=line, user=carol)
    note = {} if decide is approve_expense else {"note": "ไม่ครบ"}
    for person in (cast.alice, cast.bob, cast.programme, cast.coordinator):
        with pytest.raises(PermissionDenied):
            decide(line=line, user=person, **note)
    assert ExpenseLine.objects.get().state == ExpenseState.SUBMITTED
    decide(line=line, user=carol, **note)


def test_a_line_that_changed_since_it_was_looked_at_is_not_approved_unseen(cast, submitted):
    seen = submitted.revision
    return_expense(line=submitted, user=cast.bob, note="ดูอีกครั้ง")
    submitted.amount = Decimal("99999.00")
    save_expense(line=submitted, user=cast.alice, expected=submitted.revision)
    submit_expense(line=submitted, user=cast.alice)
    with pytest.raises(Conflict):
        approve_expense(line=submitted, user=cast.bob, expected=seen)
    assert ExpenseLine.objects.get().state == ExpenseState.SUBMITTED


@pytest.mark.parametrize(
    ("decide", "state"), [(return_expense, ExpenseState.RETURNED), (reject_expense, ExpenseState.REJECTED)]
)
def test_a_return_and_a_rejection_need_their_reason(cast, submitted, decide, state):
    with pytest.raises(DomainError):
        decide(line=submitted, user=cast.bob, note="  ")
    decide(line=submitted, user=cast.bob, note=" ยอดไม่ตรง ")
    submitted.refresh_from_db()
    assert (submitted.state, submitted.decision_note, submitted.approved_by) == (state, "ยอดไม่ตรง", cast.bob)


# --- shares always sum ----------------------------------------------------------------------
AMOUNTS = st.decimals(Decimal("0.01"), Decimal("999999999999.99"), places=2)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.tuples(AMOUNTS, st.lists(st.integers(0, 999_999), min_size=3, max_size=3)), max_size=4))
def test_the_shares_sum_to_the_amount_after_every_edit(cast, edits):
    line = enter_expense(line=cast.line(), parties=[cast.krabi], user=cast.alice)
    for amount, weights in edits:
        line.amount = amount
        parties = dict(zip((cast.krabi, cast.nan, cast.trang), weights, strict=True))
        if not any(weights):
            with pytest.raises(DomainError):
                save_expense(line=line, user=cast.alice, expected=line.revision, parties=parties)
            line = ExpenseLine.objects.get(pk=line.pk)
            continue
        save_expense(line=line, user=cast.alice, expected=line.revision, parties=parties)
    line.refresh_from_db()
    amounts = Share.objects.filter(ruling__line=line, ruling__is_current=True).values_list("amount", flat=True)
    assert sum(amounts) == line.amount
    assert line.rulings.count() == 1
