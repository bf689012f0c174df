"""The burden meter's sums."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from pathways.burden import Ask, Burden, Load, all_months, burden_of, report_fields

asks = st.lists(
    st.builds(
        Ask, st.integers(1, 3), st.dates(min_value=date(2019, 1, 1), max_value=date(2021, 1, 1)), st.integers(0, 20)
    )
)


@given(asks)
def test_nothing_is_lost_and_nothing_is_counted_twice(given_asks):
    burden = burden_of(given_asks)
    assert burden.fields == sum(one.fields for one in given_asks)
    for pk in (1, 2, 3):
        total = burden.total(pk)
        assert total.fields == sum(one.fields for one in given_asks if one.participant_id == pk)
        assert total.deadlines == len({one.due_on for one in given_asks if one.participant_id == pk})
        assert total.fields == sum(burden.load(pk, month).fields for month in burden.months)


@given(asks, asks)
def test_asking_for_more_never_makes_it_lighter(before, more):
    one, both = burden_of(before), burden_of(before + more)
    for month in all_months([one, both]):
        assert both.heaviest(month).fields >= one.heaviest(month).fields
        assert both.heaviest(month).deadlines >= one.heaviest(month).deadlines


def test_two_reports_of_one_day_are_one_deadline():
    day = date(2019, 12, 15)
    burden = burden_of([Ask(1, day, 6), Ask(1, day, 8), Ask(1, date(2020, 2, 1), 6)])
    assert burden.load(1, date(2019, 12, 1)) == Load(14, 1)
    assert burden.months == [date(2019, 12, 1), date(2020, 1, 1), date(2020, 2, 1)]
    assert burden.load(1, date(2020, 1, 1)) == Load()


def test_empty_burdens():
    assert Burden().months == all_months([Burden()]) == []
    assert (report_fields(3, asks_indicators=True), report_fields(3, asks_indicators=False)) == (9, 6)
