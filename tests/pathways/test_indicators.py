"""Indicators: the formula, who plans them, and that only accepted values count."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from mou_portal.records import DomainError
from pathways.models import Indicator, IndicatorValue, UpdateState
from pathways.progress import AcceptedFacts, IndicatorFacts, MilestoneFacts, percent_done
from pathways.services import (
    Account,
    ReviewNote,
    accept_update,
    remove_indicator,
    return_update,
    save_indicator,
    save_update,
    start_update,
    submit_update,
)
from pathways.summaries import progress_of
from tests import factories as make

ACCEPTED = [AcceptedFacts(date(2020, 3, 31), 15)]
measures = st.decimals(min_value=-(10**9), max_value=10**9, places=3)
indicators = st.builds(
    lambda weight, baseline, way, value: IndicatorFacts(weight, baseline, baseline + way, value),
    st.integers(1, 100),
    measures,
    measures.filter(bool),
    st.none() | measures,
)
milestones = st.builds(
    MilestoneFacts, st.integers(1, 100), st.none() | st.dates(min_value=date(2019, 1, 1), max_value=date(2021, 1, 1))
)


# --- the formula ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, 0), ("100", 0), ("75", 25), ("50", 50), ("0", 100), ("-10", 100), ("400", 0)],
)
def test_an_indicator_may_fall_towards_its_target(value, expected):
    facts = IndicatorFacts(1, Decimal(100), Decimal(0), None if value is None else Decimal(value))
    assert percent_done([], ACCEPTED, [facts]) == expected


def test_milestones_and_indicators_share_one_scale_of_weights():
    plan = [MilestoneFacts(1, date(2020, 1, 1)), MilestoneFacts(1)]
    half = IndicatorFacts(2, Decimal(0), Decimal(200), Decimal(100))
    assert percent_done(plan, ACCEPTED, [half]) == 50
    assert percent_done(plan, [], [half]) == 0


@given(st.lists(milestones, max_size=5), st.lists(indicators, max_size=5))
def test_progress_lies_between_0_and_100(plan, measured):
    assert 0 <= percent_done(plan, ACCEPTED, measured) <= 100


@given(st.lists(milestones, max_size=5), indicators.filter(lambda one: one.value is not None))
def test_nearer_to_the_target_is_never_less(plan, facts):
    nearer = IndicatorFacts(facts.weight, facts.baseline, facts.target, (facts.value + facts.target) / 2)
    inside = min(facts.baseline, facts.target) <= facts.value <= max(facts.baseline, facts.target)
    if inside:
        assert percent_done(plan, ACCEPTED, [nearer]) >= percent_done(plan, ACCEPTED, [facts])


@given(st.lists(indicators, min_size=1, max_size=5), st.integers(2, 50))
def test_only_proportions_of_weights_matter(measured, times):
    heavier = [IndicatorFacts(one.weight * times, one.baseline, one.target, one.value) for one in measured]
    assert percent_done([], ACCEPTED, heavier) == percent_done([], ACCEPTED, measured)


@given(st.lists(milestones, min_size=1, max_size=5))
def test_without_indicators_the_milestones_alone_count(plan):
    whole = sum(one.weight for one in plan)
    done = sum(one.weight for one in plan if one.done_on is not None and one.done_on <= date(2020, 3, 31))
    assert percent_done(plan, ACCEPTED) == (200 * done + whole) // (2 * whole)


# --- values in updates ----------------------------------------------------------------------
def report(cast, choice, period, value):
    indicator = choice.indicators.get()
    update = start_update(choice=choice, period=period, user=cast.alice)
    account = Account(done="ทำแล้ว", percent=5, values={indicator.pk: value})
    save_update(update=update, user=cast.alice, expected=update.revision, account=account)
    return update


def percent(choice):
    return progress_of([choice.participant])[choice.participant_id].percent


def test_only_accepted_values_count_and_the_newest_holds(cast, choice):
    make.make_indicator(choice)
    update = report(cast, choice, cast.periods[0], Decimal(50))
    assert percent(choice) == 0
    submit_update(update=update, user=cast.alice)
    assert percent(choice) == 0
    accept_update(update=update, user=cast.adviser)
    assert percent(choice) == 25
    later = report(cast, choice, cast.periods[1], None)  # not measured this time
    submit_update(update=later, user=cast.alice)
    accept_update(update=later, user=cast.adviser)
    assert percent(choice) == 25


def test_a_value_is_changed_emptied_and_refused_for_another_choice(cast, choice):
    indicator = make.make_indicator(choice)
    update = report(cast, choice, cast.periods[0], Decimal("12.5"))
    report(cast, choice, cast.periods[0], Decimal(13))
    assert IndicatorValue.objects.get().value == 13
    save_update(update=update, user=cast.alice, expected=3, account=Account(done="ทำแล้ว"))  # says nothing of values
    assert IndicatorValue.objects.get().value == 13
    report_again = start_update(choice=choice, period=cast.periods[0], user=cast.alice)
    save_update(
        update=report_again,
        user=cast.alice,
        expected=report_again.revision,
        account=Account(values={indicator.pk: None}),
    )
    assert not IndicatorValue.objects.exists()
    foreign = make.make_indicator(make.make_choice(cast.other, cast.pathways[0], by=cast.bob))
    with pytest.raises(DomainError):
        save_update(
            update=report_again,
            user=cast.alice,
            expected=report_again.revision,
            account=Account(values={foreign.pk: Decimal(1)}),
        )
    assert not IndicatorValue.objects.exists()


def test_values_are_open_again_only_when_the_percentage_is(cast, choice):
    make.make_indicator(choice)
    update = report(cast, choice, cast.periods[0], Decimal(50))
    submit_update(update=update, user=cast.alice)
    return_update(update=update, user=cast.adviser, review=ReviewNote(paragraphs={"done": "ยังไม่ชัด"}))
    account = Account(done="ชัดแล้ว", percent=5, values={choice.indicators.get().pk: Decimal(60)})
    with pytest.raises(DomainError):
        save_update(update=update, user=cast.alice, expected=update.revision, account=account)
    assert IndicatorValue.objects.get().value == 50


def test_database_and_form_refuse_what_cannot_be_measured(cast, choice):
    with pytest.raises(DomainError):
        save_indicator(
            indicator=Indicator(choice=choice, name="ก", unit="ข", baseline=Decimal(1), target=Decimal(1)),
            user=cast.alice,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        make.make_indicator(choice, baseline=3, target=3)


def test_an_indicator_with_values_stays(cast, choice):
    indicator = make.make_indicator(choice)
    report(cast, choice, cast.periods[0], Decimal(50))
    with pytest.raises(DomainError):
        remove_indicator(indicator=indicator, user=cast.alice)
    assert Indicator.objects.filter(pk=indicator.pk).exists()


def test_only_those_who_plan_may_write_indicators(cast, choice):
    indicator = make.make_indicator(choice)
    for stranger in (cast.bob, cast.mayor, cast.adviser, cast.researcher, cast.finance):
        with pytest.raises(PermissionDenied):
            save_indicator(indicator=indicator, user=stranger, expected=indicator.revision)
        with pytest.raises(PermissionDenied):
            remove_indicator(indicator=indicator, user=stranger)
    assert Indicator.objects.get().history.count() == 1


# --- pages ----------------------------------------------------------------------------------
def typed(**changes):
    return {"name": "บ่อน้ำ <b>", "unit": "บ่อ", "baseline": "0", "target": "12.5", "weight": "3", **changes}


def test_a_coordinator_plans_changes_and_removes_an_indicator(cast, choice, client):
    client.force_login(cast.alice)
    add = reverse("pathways:indicator-create", args=[choice.pk])
    assert client.get(add).status_code == 200
    assert client.post(add, typed(target="0")).status_code == 200
    assert not Indicator.objects.exists()
    assert client.post(add, typed()).status_code == 302
    indicator = Indicator.objects.get()
    page = client.get(choice.get_absolute_url()).content.decode()
    assert "บ่อน้ำ &lt;b&gt;" in page
    assert "<b>" not in page
    edit = reverse("pathways:indicator-edit", args=[indicator.pk])
    assert client.get(edit).status_code == 200
    assert client.post(edit, typed(target="20", revision="1")).status_code == 302
    stale = client.post(edit, typed(target="30", revision="1"))
    assert stale.status_code == 200
    indicator.refresh_from_db()
    assert indicator.target == 20
    assert client.post(reverse("pathways:indicator-delete", args=[indicator.pk])).status_code == 302
    assert not Indicator.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("bob", 404), ("mayor", 403), ("adviser", 403), ("researcher", 403), ("finance", 403)]
)
def test_others_are_kept_from_the_plan(cast, choice, client, who, status):
    indicator = make.make_indicator(choice)
    client.force_login(getattr(cast, who))
    assert client.post(reverse("pathways:indicator-create", args=[choice.pk]), typed()).status_code == status
    assert client.post(reverse("pathways:indicator-edit", args=[indicator.pk]), typed()).status_code == status
    assert client.post(reverse("pathways:indicator-delete", args=[indicator.pk])).status_code == status
    indicator.refresh_from_db()
    assert (Indicator.objects.count(), indicator.revision) == (1, 1)


def test_the_report_asks_for_values_where_the_period_does(cast, choice, client):
    indicator = make.make_indicator(choice)
    update = make.make_update(choice, cast.periods[0], state=UpdateState.DRAFT, by=cast.alice)
    silent = make.make_period(cast.agreement, 9, asks_indicators=False)
    other = make.make_update(choice, silent, state=UpdateState.DRAFT, by=cast.alice)
    client.force_login(cast.alice)
    name = f"indicator_{indicator.pk}"
    assert name in client.get(reverse("pathways:update-edit", args=[update.pk])).content.decode()
    assert name not in client.get(reverse("pathways:update-edit", args=[other.pk])).content.decode()
    given = {"done": "ทำ", "percent": "10", name: "12.5", "revision": "1", "step": "save"}
    wrong = client.post(reverse("pathways:update-edit", args=[update.pk]), given | {name: "สิบ"})
    assert wrong.status_code == 200
    assert not IndicatorValue.objects.exists()
    saved = client.post(reverse("pathways:update-edit", args=[update.pk]), given)
    assert saved.status_code == 302
    assert IndicatorValue.objects.get().value == Decimal("12.5")
    assert "12.5" in client.get(update.get_absolute_url()).content.decode()
