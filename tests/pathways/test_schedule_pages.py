"""Periods from a rule and the burden meter: for programme staff, previewed before anything is written."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from mou_portal.records import DomainError
from mou_portal.templatetags.charts import BarChart, Series, bar_chart
from pathways.burden import burden_of
from pathways.models import PeriodSkip, ReportingPeriod
from pathways.schedule import ScheduleRule
from pathways.services import generate_periods
from pathways.summaries import asks_of
from tests import factories as make

RULE = {"every": "3", "due_days": "15", "asks_indicators": "on"}


@pytest.fixture
def choice(cast):
    ReportingPeriod.objects.all().delete()
    return make.make_choice(cast.town, cast.pathways[0], by=cast.alice, decided_by=cast.staff)


def test_a_preview_writes_nothing_and_publishing_writes_all(cast, choice, client):
    client.force_login(cast.staff)
    address = reverse("pathways:period-generate")
    assert client.get(address).status_code == 200
    preview = client.get(address, RULE).content.decode()
    assert "งวดที่ 5 (ก.ค.–ก.ย. 2563)" in preview or "Period 5 (Jul–Sep 2020)" in preview
    assert not ReportingPeriod.objects.exists()
    assert client.get(address, RULE | {"due_days": "-1"}).status_code == 200
    assert client.post(address, RULE).status_code == 302
    periods = list(cast.agreement.reporting_periods.order_by("number"))
    assert [one.name_en for one in periods][:2] == ["Period 1 (Jun–Sep 2019)", "Period 2 (Oct–Dec 2019)"]
    assert all(one.history.count() == 1 for one in periods)
    again = client.get(address, RULE)
    assert again.status_code == 200
    client.post(address, RULE)
    assert cast.agreement.reporting_periods.count() == 5


def test_new_periods_follow_those_that_are_there(cast, choice):
    first = make.make_period(cast.agreement, 1)
    made = generate_periods(agreement=cast.agreement, rule=ScheduleRule(6, 10), user=cast.staff)
    assert (made[0].starts_on - first.ends_on).days == 1
    assert made[0].number == 2
    assert made[-1].ends_on == cast.agreement.ends_on
    with pytest.raises(DomainError):
        generate_periods(agreement=cast.agreement, rule=ScheduleRule(None, 10), user=cast.staff)


def test_an_unsigned_agreement_has_no_periods(cast):
    other = make.make_agreement("phase-3", current=False, signed_on=None)
    with pytest.raises(DomainError):
        generate_periods(agreement=other, rule=ScheduleRule(3, 10), user=cast.staff)


@pytest.mark.parametrize("who", ["alice", "mayor", "adviser", "researcher", "finance"])
def test_only_programme_staff_plan_periods(cast, choice, client, who):
    user = getattr(cast, who)
    with pytest.raises(PermissionDenied):
        generate_periods(agreement=cast.agreement, rule=ScheduleRule(3, 10), user=user)
    client.force_login(user)
    assert client.get(reverse("pathways:period-generate"), RULE).status_code == 403
    assert client.post(reverse("pathways:period-generate"), RULE).status_code == 403
    assert client.get(reverse("pathways:burden")).status_code == 403
    assert not ReportingPeriod.objects.exists()


def test_the_meter_counts_fields_indicators_and_skips(cast, choice):
    make.make_period(cast.agreement, 1)
    second = make.make_period(cast.agreement, 2, asks_indicators=False)
    assert burden_of(asks_of(cast.agreement)).total(cast.town.pk).fields == 12
    make.make_indicator(choice)
    assert burden_of(asks_of(cast.agreement)).total(cast.town.pk).fields == 13
    assert burden_of(asks_of(cast.agreement, more_indicators={choice.pk: 2})).total(cast.town.pk).fields == 15
    PeriodSkip.objects.create(period=second, participant=cast.town, reason="น้ำท่วม")
    assert burden_of(asks_of(cast.agreement)).total(cast.town.pk).fields == 7
    assert burden_of(asks_of(cast.agreement)).total(cast.other.pk).fields == 0


def test_the_meters_page_shows_and_exports_it(cast, choice, client):
    make.make_period(cast.agreement, 1)
    client.force_login(cast.staff)
    page = client.get(reverse("pathways:burden"))
    assert "6 / 1" in page.content.decode()
    sheet = client.get(reverse("pathways:burden"), {"export": "csv"})
    assert "6 / 1" in b"".join(sheet.streaming_content).decode()


@pytest.mark.parametrize("many", [1, 5])
def test_the_meter_asks_as_many_questions_at_any_size(cast, choice, many, django_assert_num_queries):
    make.make_period(cast.agreement, 1)
    for number in range(many):
        body = make.make_participant(f"more-{number}", agreement=cast.agreement)
        make.make_indicator(make.make_choice(body, cast.pathways[1], by=cast.alice, decided_by=cast.staff))
    with django_assert_num_queries(3):
        assert len(asks_of(cast.agreement)) == many + 1


def test_the_page_of_a_new_indicator_says_what_it_adds(cast, choice, client):
    make.make_period(cast.agreement, 1)
    client.force_login(cast.alice)
    page = client.get(reverse("pathways:indicator-create", args=[choice.pk]))
    assert (page.context["before"].fields, page.context["after"].fields) == (6, 7)


def test_the_admin_list_leads_to_the_pages(cast, client):
    client.force_login(cast.staff)
    page = client.get(reverse("admin:pathways_reportingperiod_changelist")).content.decode()
    assert reverse("pathways:period-generate") in page
    assert reverse("pathways:burden") in page


def test_a_chart_has_a_bar_for_each_number_and_refuses_gaps():
    context = bar_chart(BarChart("t", ["a", "b"], [Series("x", [0, 4]), Series("y", [2, 0])]))
    assert [bar["height"] for bar in context["bars"]] == [0, 80, 160, 0]
    assert context["rows"] == [("a", [0, 2]), ("b", [4, 0])]
    assert bar_chart(BarChart("t", [], [Series("x", [])]))["bars"] == []
    with pytest.raises(ValueError, match="each label"):
        BarChart("t", ["a"], [Series("x", [])])


def test_staff_skip_a_period_for_one_organisation_and_ask_again(cast, client):
    choice = make.make_choice(cast.town, cast.pathways[0], by=cast.alice, decided_by=cast.staff)
    period = cast.periods[1]
    address = reverse("pathways:period-skip", args=[period.pk]) + f"?participant={cast.town.code}"
    client.force_login(cast.staff)
    assert address in client.get(choice.get_absolute_url()).content.decode()
    assert client.post(address, {"note": " "}).status_code == 200  # a reason is asked
    assert not PeriodSkip.objects.exists()
    assert client.post(address, {"note": "น้ำท่วมสำนักงาน"}).status_code == 302
    assert PeriodSkip.objects.get().reason == "น้ำท่วมสำนักงาน"
    assert "น้ำท่วมสำนักงาน" in client.get(address).content.decode()
    client.force_login(cast.alice)
    assert "น้ำท่วมสำนักงาน" in client.get(choice.get_absolute_url()).content.decode()
    assert client.get(address).status_code == 403
    client.force_login(cast.staff)
    client.post(address, {"again": "1"})
    assert not PeriodSkip.objects.exists()
    answer = client.post(address, {"again": "1"}, follow=True)
    assert "องค์กรนี้ต้องรายงานสำหรับงวดนี้อยู่แล้ว" in answer.content.decode()
    other = reverse("pathways:period-skip", args=[period.pk]) + "?participant=no-such-code"
    assert client.get(other).status_code == 404
