"""What the parties must bear, have paid and still owe; how clauses 4.1 and 4.2 stand; what waits for whom."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from expenses.agenda import for_finance_staff, for_local_governments
from expenses.models import ExpenseState
from expenses.obligations import institute_ruled, ruled_under
from expenses.payer import CLAUSE_4_1, CLAUSE_4_2
from expenses.services import decide_ruling
from expenses.summaries import MoneySummary, clause_labels, money_in, money_of, undecided_in
from mou_portal.registry import INSTITUTE, State
from tests import factories as make

DAY = date(2020, 1, 1)


@pytest.fixture
def approved(cast):
    def approve(activity, amount, **fields):
        return make.make_expense(
            activity, by=cast.alice, state=ExpenseState.APPROVED, approved_by=cast.bob, amount=Decimal(amount), **fields
        )

    return approve


@pytest.fixture
def money(cast, approved):
    """Krabi and Nan share a requested visit; Krabi pays for its delegates; one line is open, one decided."""
    approved(cast.requested, "100.01", paid_by_participant=cast.nan)
    approved(cast.at_institute, "0.10", whose_cost="delegates", parties=[cast.krabi])
    approved(cast.at_institute, "0.20", whose_cost="delegates", parties=[cast.krabi])
    approved(cast.at_institute, "500.00", whose_cost="event", paid_by_participant=cast.trang)
    approved(cast.requested, "30.00", category="meals")  # silent: concerns those visited
    approved(cast.elsewhere, "7.00", whose_cost="event", parties=[cast.trang])  # silent: concerns the one named
    decided = approved(cast.scheduled, "20.00", whose_cost="event", paid_by="nobody")
    decide_ruling(line=decided, payer="local_government", reason="ตกลง", user=cast.bob, parties=[cast.nan])
    make.make_expense(cast.at_institute, by=cast.alice, whose_cost="delegates", parties=[cast.krabi])  # a draft


def test_money_of_each_party(cast, money):
    summaries = money_of([cast.krabi, cast.nan, cast.trang])
    assert summaries == {
        cast.krabi.pk: MoneySummary(Decimal("0.30"), Decimal("50.01"), Decimal("0.00"), Decimal("0.00"), 3, 1),
        cast.nan.pk: MoneySummary(Decimal("0.00"), Decimal("50.00"), Decimal("20.00"), Decimal("100.01"), 2, 1),
        cast.trang.pk: MoneySummary(Decimal("0.00"), Decimal("0.00"), Decimal("0.00"), Decimal("500.00"), 1, 1),
    }
    assert [summaries[one.pk].balance for one in (cast.krabi, cast.nan, cast.trang)] == [
        Decimal("50.31"), Decimal("-30.01"), Decimal("-500.00"),
    ]  # fmt: skip
    words = {summaries[one.pk].balance_words for one in (cast.krabi, cast.nan)} | {MoneySummary().balance_words}
    assert len(words) == 3
    assert money_of([]) == {}


def test_sums_are_exact_however_many(cast, approved):
    for _number in range(30):
        approved(cast.at_institute, "0.10", whose_cost="delegates", parties=[cast.krabi])
    approved(cast.at_institute, "999999999999.99", whose_cost="delegates", parties=[cast.krabi])
    assert money_of([cast.krabi])[cast.krabi.pk].due_4_1 == Decimal("1000000000002.99")


def test_an_undecided_line_concerns_those_it_names_else_those_visited_and_who_paid(cast, approved):
    visited = approved(cast.requested, "1.00", category="meals")
    named = approved(cast.requested, "2.00", category="meals", parties=[cast.nan])
    paid = approved(cast.elsewhere, "3.00", whose_cost="event", paid_by_participant=cast.krabi)
    found = undecided_in(cast.agreement, [cast.krabi.pk, cast.nan.pk, cast.trang.pk])
    assert {pk: {line.pk for line in lines} for pk, lines in found.items() if lines} == {
        cast.krabi.pk: {visited.pk, paid.pk},
        cast.nan.pk: {visited.pk, named.pk},
    }
    assert {line.clause for line in found[cast.nan.pk]} == {CLAUSE_4_2}


def test_clauses_stand_by_decided_lines_of_those_that_concern_each(cast, money, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_args, **_kwargs: DAY)  # the day on which it was all decided
    ids = [cast.krabi.pk, cast.nan.pk, cast.trang.pk]
    four_one = ruled_under(CLAUSE_4_1)(cast.agreement, ids, DAY)
    four_two = ruled_under(CLAUSE_4_2)(cast.agreement, ids, DAY)
    assert {pk: (one.state, one.done, one.required) for pk, one in four_one.items()} == {
        cast.krabi.pk: (State.FULFILLED, 2, 2),
        cast.nan.pk: (State.FULFILLED, 1, 1),
        cast.trang.pk: (State.PARTLY, 1, 2),
    }
    assert {pk: (one.state, one.done, one.required) for pk, one in four_two.items()} == {
        cast.krabi.pk: (State.PARTLY, 1, 2),
        cast.nan.pk: (State.PARTLY, 1, 2),
        cast.trang.pk: (State.NOT_APPLICABLE, 0, 0),
    }
    assert "participant=krabi-pao" in four_one[cast.krabi.pk].proofs[0].url
    institute = institute_ruled(cast.agreement, ids, DAY)[INSTITUTE]
    assert (institute.state, institute.done, institute.required) == (State.PARTLY, 4, 5)
    late = institute_ruled(cast.agreement, ids, date(2021, 1, 1))[INSTITUTE]
    assert late.state == State.OVERDUE


def test_nothing_spent_is_not_applicable(cast):
    assert ruled_under(CLAUSE_4_1)(cast.agreement, [cast.krabi.pk], DAY)[cast.krabi.pk].state == State.NOT_APPLICABLE
    assert institute_ruled(cast.agreement, [], DAY)[INSTITUTE].state == State.NOT_APPLICABLE
    assert ruled_under(CLAUSE_4_1)(cast.agreement, [], DAY) == {}


def test_the_questions_are_as_many_for_all_as_for_one(cast, money, django_assert_num_queries):
    for ids in ([cast.krabi.pk], [cast.krabi.pk, cast.nan.pk, cast.trang.pk]):
        with django_assert_num_queries(5):
            money_in(cast.agreement, ids)
        with django_assert_num_queries(6):
            ruled_under(CLAUSE_4_1)(cast.agreement, ids, DAY)
        with django_assert_num_queries(1):
            institute_ruled(cast.agreement, ids, DAY)


def test_many_parties_give_the_same_answers(cast, money, monkeypatch):
    ids = [cast.krabi.pk, cast.nan.pk]
    few = money_in(cast.agreement, ids)
    stand = ruled_under(CLAUSE_4_2)(cast.agreement, ids, DAY)
    monkeypatch.setattr("expenses.summaries.FEW", 0)
    assert money_in(cast.agreement, ids) == few
    assert ruled_under(CLAUSE_4_2)(cast.agreement, ids, DAY) == stand


def test_clauses_are_named_as_people_write_them(cast):
    assert clause_labels(cast.agreement)[CLAUSE_4_2] == "ข้อ 2.2 (4) 4.2"
    other = make.make_agreement("other", current=False)
    assert "4.2" in clause_labels(other)[CLAUSE_4_2]


# --- agenda ---------------------------------------------------------------------------------
def test_finance_staff_are_told_what_others_handed_in_and_what_is_open(cast):
    make.make_expense(cast.at_institute, by=cast.alice, whose_cost="event", state=ExpenseState.SUBMITTED)
    make.make_expense(cast.at_institute, by=cast.alice, whose_cost="event", state=ExpenseState.RETURNED)
    make.make_expense(cast.elsewhere, by=cast.alice, whose_cost="event")
    alice = list(for_finance_staff(cast.alice, cast.agreement, DAY))
    bob = list(for_finance_staff(cast.bob, cast.agreement, DAY))
    assert ["state=returned" in alice[0].url, "undecided" in alice[1].url, len(alice)] == [True, True, 2]
    assert ["state=submitted" in bob[0].url, "undecided" in bob[1].url, len(bob)] == [True, True, 2]
    assert not list(for_finance_staff(cast.programme, cast.agreement, DAY))
    assert not list(for_finance_staff(cast.bob, make.make_agreement("other", current=False), DAY))


def test_a_local_government_is_told_what_it_still_has_to_pay(cast, money):
    items = list(for_local_governments(cast.coordinator, cast.agreement, DAY))
    assert len(items) == 1
    assert "50.31" in items[0].title
    assert items[0].participant_id == cast.krabi.pk
    assert not list(for_local_governments(cast.stranger, cast.agreement, DAY))  # Nan paid more than it bears
    assert not list(for_local_governments(cast.bob, cast.agreement, DAY))
