"""Duties about money on a past day: from the lines approved, the rulings made and the statements sent by then."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from expenses.models import ExpenseLine, ExpenseState, PaidBy
from expenses.obligations import institute_ruled, ruled_under
from expenses.payer import CLAUSE_4_1
from expenses.services import (
    approve_expense,
    close_settlement,
    correct_settlement,
    countersign_settlement,
    decide_ruling,
    draw_settlement,
    move_expense,
    send_settlement,
    sign_settlement,
)
from expenses.settlement_obligations import settled_by_institute, settled_with
from mou_portal.registry import INSTITUTE
from tests import factories as make

FIRST, LAST = date(2019, 6, 17), date(2020, 9, 30)


@pytest.fixture
def on(monkeypatch):
    """``on(month, day)``: what is written from here on happens at noon of that day of 2020."""

    def moved(month, day):
        at = datetime(2020, month, day, 5, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: at)
        return at

    return moved


@pytest.fixture
def approved(cast):
    """An approved line of Krabi's delegates, paid by Krabi unless told otherwise."""

    def make_line(at, activity=None, **fields):
        values = {
            "whose_cost": "delegates",
            "parties": [cast.krabi],
            "paid_by_participant": cast.krabi,
            "amount": Decimal("40.00"),
            **fields,
        }
        line = make.make_expense(
            activity or cast.at_institute, by=cast.alice, state=ExpenseState.APPROVED, approved_by=cast.bob, **values
        )
        ExpenseLine.objects.filter(pk=line.pk).update(approved_at=at)
        return line

    return make_line


def stand(cast, month, day, party=None):
    """Done and required of the settled duty of a party (Krabi), and of the institute, at the end of a day of 2020."""
    asked, party = date(2020, month, day), party or cast.krabi
    own = settled_with(cast.agreement, [party.pk], asked)[party.pk]
    institute = settled_by_institute(cast.agreement, [], asked)[INSTITUTE]
    return (own.done, own.required), (institute.done, institute.required)


def close(cast, settlement):
    """Sign on both sides and close a statement that is even."""
    countersign_settlement(settlement=settlement, user=cast.coordinator, name="ก", position="ข")
    sign_settlement(settlement=settlement, user=cast.bob, name="ค", position="ง")
    close_settlement(settlement=settlement, user=cast.alice)


def test_statements_count_on_a_past_day_as_they_stood_then(cast, approved, on):
    approved(on(2, 3))
    on(4, 1)
    first = draw_settlement(participant=cast.krabi, starts_on=FIRST, ends_on=LAST, user=cast.alice)
    on(4, 3)
    send_settlement(settlement=first, user=cast.alice)
    approved(on(4, 20))
    on(5, 1)
    second = correct_settlement(settlement=first, user=cast.alice, reason="ขาดหนึ่งรายการ")
    on(5, 10)
    send_settlement(settlement=second, user=cast.alice)
    on(6, 1)
    close(cast, second)
    assert set(ExpenseLine.objects.values_list("state", flat=True)) == {"settled"}
    assert stand(cast, 6, 1) == ((1, 1), (1, 1))  # today
    on(12, 1)
    asked = [(2, 2), (2, 3), (4, 2), (4, 3), (4, 19), (4, 20), (4, 30), (5, 1), (5, 9), (5, 10), (5, 31), (6, 1)]
    assert [stand(cast, *day)[0] for day in asked] == [
        (0, 0),  # nothing was approved yet
        (0, 1),
        (0, 1),  # drawn up and not sent
        (0, 1),  # sent
        (0, 1),
        (0, 2),  # a line came that it does not count
        (0, 2),
        (0, 1),  # corrected, and the correction is not sent: both lines wait
        (0, 1),
        (0, 1),
        (0, 1),
        (1, 1),
    ]
    assert [stand(cast, *day)[1] for day in asked] == [stand(cast, *day)[0] for day in asked]


def test_a_decision_made_later_does_not_reach_back(cast, approved, on):
    line = approved(on(2, 3), cast.scheduled, whose_cost="event", category="meals", parties=[], amount=Decimal("9.00"))
    on(3, 1)
    decide_ruling(line=line, payer="institute", reason="ตกลงกัน", user=cast.bob)
    on(12, 1)
    assert stand(cast, 2, 28)[0] == (0, 0)  # undecided: nothing to settle yet
    assert stand(cast, 3, 1)[0] == (0, 1)  # Krabi paid for the institute
    ruled = {day: institute_ruled(cast.agreement, [], day)[INSTITUTE] for day in (date(2020, 2, 28), date(2020, 3, 1))}
    assert [(one.done, one.required) for one in ruled.values()] == [(0, 1), (1, 1)]


def test_a_line_moved_since_was_approved_until_then(cast, approved, on):
    line = approved(on(2, 3), paid_by_participant=None, paid_by=PaidBy.INSTITUTE)
    on(7, 1)
    move_expense(line=line, activity=cast.elsewhere, reason="ลงผิดงาน", user=cast.alice)
    on(8, 1)
    approve_expense(line=line, user=cast.bob)
    on(12, 1)

    def ruled(month, day):
        one = ruled_under(CLAUSE_4_1)(cast.agreement, [cast.krabi.pk], date(2020, month, day))[cast.krabi.pk]
        return one.done, one.required

    days = [(2, 2), (2, 3), (6, 30), (7, 1), (7, 31), (8, 1)]
    assert [ruled(*day) for day in days] == [(0, 0), (1, 1), (1, 1), (0, 0), (0, 0), (1, 1)]
    assert [stand(cast, *day)[0] for day in days] == [(0, 0), (0, 1), (0, 1), (0, 0), (0, 0), (0, 1)]


def test_the_questions_about_a_past_day_are_as_many_for_all_as_for_one(cast, approved, on, django_assert_num_queries):
    approved(on(2, 3))
    approved(on(2, 3), parties=[cast.nan], paid_by_participant=cast.nan)
    on(12, 1)
    for ids in ([cast.krabi.pk], [cast.krabi.pk, cast.nan.pk, cast.trang.pk]):
        for day in (date(2020, 3, 1), date(2020, 12, 1)):
            with django_assert_num_queries(3):
                settled_with(cast.agreement, ids, day)
            with django_assert_num_queries(2):  # no third one, as shares wait already
                settled_by_institute(cast.agreement, ids, day)
