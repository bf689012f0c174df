"""Periods from a rule: they cover the agreement, and nothing else."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.schedule import PlannedPeriod, ScheduleRule, overlaps, planned_periods

BEGINS, ENDS = date(2019, 6, 17), date(2020, 9, 30)
days = st.dates(min_value=date(2010, 1, 1), max_value=date(2030, 12, 31))
spans = st.tuples(days, st.integers(0, 2500)).map(lambda pair: (pair[0], pair[0] + timedelta(days=pair[1])))
rules = st.builds(ScheduleRule, st.none() | st.integers(1, 60), st.integers(0, 366))


@given(rules, spans)
def test_periods_cover_every_day_once(rule, span):
    starts_on, ends_on = span
    periods = planned_periods(rule, starts_on, ends_on)
    assert periods[0].starts_on == starts_on
    assert periods[-1].ends_on == ends_on
    for one, following in pairwise(periods):
        assert following.starts_on == one.ends_on + timedelta(days=1)
        assert following.number == one.number + 1
    assert all(one.starts_on <= one.ends_on for one in periods)


@given(rules, spans)
def test_a_report_is_due_after_its_period_and_within_the_agreement(rule, span):
    for one in planned_periods(rule, *span):
        assert one.due_on == min(one.ends_on + timedelta(days=rule.due_days), span[1])
        assert one.ends_on <= one.due_on


@given(rules, spans)
def test_all_but_the_last_end_with_a_month(rule, span):
    for one in planned_periods(rule, *span)[:-1]:
        assert (one.ends_on + timedelta(days=1)).day == 1


@given(spans, st.integers(0, 60))
def test_once_is_one_period(span, due_days):
    assert len(planned_periods(ScheduleRule(None, due_days), *span)) == 1


@given(rules, spans, spans)
def test_overlaps_are_those_that_share_a_day(rule, span, taken):
    periods = planned_periods(rule, *span)
    shared = [one for one in periods if max(one.starts_on, taken[0]) <= min(one.ends_on, taken[1])]
    assert overlaps(periods, [taken]) == shared


def test_a_quarter_of_the_memorandum_and_its_name():
    periods = planned_periods(ScheduleRule(3, 15), BEGINS, ENDS)
    assert periods[0] == PlannedPeriod(1, BEGINS, date(2019, 9, 30), date(2019, 10, 15))
    assert [one.name("th") for one in periods] == [
        "งวดที่ 1 (มิ.ย.–ก.ย. 2562)",
        "งวดที่ 2 (ต.ค.–ธ.ค. 2562)",
        "งวดที่ 3 (ม.ค.–มี.ค. 2563)",
        "งวดที่ 4 (เม.ย.–มิ.ย. 2563)",
        "งวดที่ 5 (ก.ค.–ก.ย. 2563)",
    ]
    assert periods[-1].due_on == ENDS
    assert periods[0].name("en") == "Period 1 (Jun–Sep 2019)"


def test_names_of_one_month_and_over_new_year():
    assert planned_periods(ScheduleRule(1, 0), date(2019, 11, 1), ENDS)[0].name("th") == "งวดที่ 1 (พ.ย. 2562)"
    assert (
        planned_periods(ScheduleRule(3, 0), date(2019, 11, 1), ENDS)[0].name("en") == "Period 1 (Nov 2019 – Jan 2020)"
    )


@pytest.mark.parametrize(("every", "due"), [(0, 1), (61, 1), (1, -1), (1, 367)])
def test_rules_without_sense_are_refused(every, due):
    with pytest.raises(ValueError, match="lies between"):
        ScheduleRule(every, due)


def test_an_end_before_the_start_is_refused():
    with pytest.raises(ValueError, match="before the start"):
        planned_periods(ScheduleRule(1, 1), ENDS, BEGINS)
