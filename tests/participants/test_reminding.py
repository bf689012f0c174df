"""Which occasion reminds of what: pure rules, day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from participants.reminding import Occasion, days_since, is_occasion

DUE = date(2020, 3, 11)  # a Wednesday


@pytest.mark.parametrize(
    ("rule", "due_on", "day", "reminds"),
    [
        (Occasion(offset_days=-7), DUE, date(2020, 3, 4), True),
        (Occasion(offset_days=-7), DUE, date(2020, 3, 5), False),
        (Occasion(offset_days=0), DUE, DUE, True),
        (Occasion(offset_days=3), DUE, date(2020, 3, 14), True),
        (Occasion(offset_days=3), None, date(2020, 3, 14), False),
        (Occasion(weekday=0), DUE, date(2020, 3, 16), True),  # overdue on a Monday
        (Occasion(weekday=0), DUE, date(2020, 3, 9), False),  # not due yet
        (Occasion(weekday=0), None, date(2020, 3, 9), True),  # undated
        (Occasion(weekday=0), None, date(2020, 3, 10), False),
        (Occasion(area="seminars", offset_days=0), DUE, DUE, False),
        (Occasion(area="pathways", offset_days=0), DUE, DUE, True),
    ],
)
def test_a_rule_reminds_on_its_days_only(rule: Occasion, due_on: date | None, day: date, reminds: bool) -> None:
    assert is_occasion("pathways", due_on, [day], [rule]) is reminds


def test_without_a_rule_nobody_is_reminded() -> None:
    assert not is_occasion("pathways", DUE, [DUE], [])


def test_a_run_speaks_for_the_days_that_were_missed_but_for_a_week_at_most() -> None:
    assert days_since(None, DUE) == [DUE]
    assert days_since(DUE - timedelta(days=1), DUE) == [DUE]
    assert days_since(DUE - timedelta(days=3), DUE) == [DUE - timedelta(days=2), DUE - timedelta(days=1), DUE]
    assert len(days_since(date(2019, 1, 1), DUE)) == 7
