"""Rules about progress, without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.progress import (
    AcceptedFacts,
    DueState,
    FieldChange,
    MilestoneFacts,
    PeriodFacts,
    applies,
    changes_between,
    due_state,
    percent_done,
    three_unchanged_in_a_row,
)
from pathways.timeline import position

QUARTER = {"starts_on": date(2020, 1, 1), "ends_on": date(2020, 3, 31), "due_on": date(2020, 4, 15)}


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2020, 1, 1), DueState.NOT_YET_DUE),
        (date(2020, 3, 31), DueState.NOT_YET_DUE),
        (date(2020, 4, 1), DueState.DUE),
        (date(2020, 4, 15), DueState.DUE),
        (date(2020, 4, 16), DueState.OVERDUE),
    ],
)
def test_a_report_becomes_due_and_overdue(today, expected):
    assert due_state(PeriodFacts(**QUARTER), today) == expected
    assert due_state(PeriodFacts(**QUARTER, update_state="draft"), today) == expected


@pytest.mark.parametrize("state", ["submitted", "returned", "accepted"])
def test_what_was_handed_in_counts_as_it_is(state):
    facts = PeriodFacts(**QUARTER, skipped=True, update_state=state)
    assert due_state(facts, date(2021, 1, 1)) == state


def test_a_skipped_period_is_never_overdue():
    assert due_state(PeriodFacts(**QUARTER, skipped=True), date(2021, 1, 1)) == DueState.SKIPPED


def test_a_report_due_before_its_period_ends_is_announced_two_weeks_ahead():
    facts = PeriodFacts(date(2020, 1, 1), date(2020, 12, 31), date(2020, 6, 30))
    assert facts.opens_on == date(2020, 6, 16)
    assert due_state(facts, date(2020, 6, 15)) == DueState.NOT_YET_DUE


@pytest.mark.parametrize(
    ("chosen_on", "joined_on", "left_on", "expected"),
    [
        (None, None, None, True),
        (date(2020, 3, 31), None, None, True),
        (date(2020, 4, 1), None, None, False),
        (None, date(2020, 4, 1), None, False),
        (None, None, date(2019, 12, 31), False),
        (None, None, date(2020, 1, 1), True),
    ],
)
def test_periods_outside_a_participation_do_not_apply(chosen_on, joined_on, left_on, expected):
    answer = applies(
        period_starts_on=QUARTER["starts_on"],
        period_ends_on=QUARTER["ends_on"],
        chosen_on=chosen_on,
        joined_on=joined_on,
        left_on=left_on,
    )
    assert answer is expected


def test_nothing_accepted_is_no_progress():
    assert percent_done([MilestoneFacts(1, date(2020, 1, 1))], []) == 0


def test_without_a_plan_the_latest_accepted_estimate_counts():
    accepted = [AcceptedFacts(date(2020, 6, 30), 55), AcceptedFacts(date(2020, 3, 31), 70)]
    assert percent_done([], accepted) == 55


def test_milestones_count_by_weight_once_an_accepted_report_covers_them():
    plan = [MilestoneFacts(1, date(2020, 3, 1)), MilestoneFacts(2, date(2020, 5, 1)), MilestoneFacts(3)]
    assert percent_done(plan, [AcceptedFacts(date(2020, 3, 31), 90)]) == 17  # 1 of 6, rounded half up
    assert percent_done(plan, [AcceptedFacts(date(2020, 6, 30), 90)]) == 50


@given(
    st.lists(st.tuples(st.integers(1, 100), st.booleans()), min_size=1, max_size=30),
)
def test_progress_stays_between_0_and_100_and_grows_with_milestones(plan):
    day = date(2020, 1, 1)
    accepted = [AcceptedFacts(day, 0)]
    facts = [MilestoneFacts(weight, day if done else None) for weight, done in plan]
    percent = percent_done(facts, accepted)
    assert 0 <= percent <= 100
    assert (percent == 100) or not all(done for _weight, done in plan)
    more = [MilestoneFacts(one.weight, day) for one in facts]
    assert percent <= percent_done(more, accepted) == 100


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([], False),
        ([True, True], False),
        ([True, True, True], True),
        ([False, True, True, True], True),
        ([True, True, True, False], False),
        ([True, False, True, True], False),
    ],
)
def test_three_unchanged_reports_in_a_row(reports, expected):
    assert three_unchanged_in_a_row(reports) is expected


def test_changes_name_only_what_differs():
    old, new = {"a": "1", "b": "2"}, {"a": "1", "b": "3", "c": "4"}
    assert changes_between(old, new) == [FieldChange("b", "2", "3"), FieldChange("c", "", "4")]


@given(st.integers(-400, 800))
def test_marks_stay_on_the_line(days):
    start, end = date(2019, 6, 17), date(2020, 9, 30)
    assert 0 <= position(start + timedelta(days=days), start, end) <= 1000


def test_a_period_of_one_day_does_not_divide_by_zero():
    day = date(2020, 1, 1)
    assert position(day, day, day) == 0
