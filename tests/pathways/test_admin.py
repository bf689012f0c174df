"""The admin site: steps as actions, states never typed, spreadsheets in and out."""

import pytest
import tablib
from django.urls import reverse

from pathways.models import ChoiceState, ChoiceVersion, Milestone, ProgressUpdate, ReportingPeriod, UpdateState
from pathways.resources import (
    ChoiceVersionResource,
    MilestoneResource,
    ProgressUpdateResource,
    ReportingPeriodResource,
)
from tests import factories as make


@pytest.fixture
def staff(client, cast):
    client.force_login(cast.staff)
    return client


def run(client, model, action, *rows, **extra):
    data = {"action": action, "_selected_action": [row.pk for row in rows], **extra}
    return client.post(reverse(f"admin:pathways_{model}_changelist"), data, follow=True)


def test_staff_confirm_and_return_choices_by_actions(staff, cast):
    versions = [
        make.make_choice(cast.town, pathway, by=cast.alice, state=ChoiceState.SUBMITTED).versions.get()
        for pathway in cast.pathways[:2]
    ]
    run(staff, "choiceversion", "confirm", versions[0])
    run(staff, "choiceversion", "send_back", versions[1])  # no note: refused
    assert list(ChoiceVersion.objects.order_by("pk").values_list("state", flat=True)) == ["confirmed", "submitted"]
    run(staff, "choiceversion", "send_back", versions[1], note="ขอเลขที่")
    assert ChoiceVersion.objects.get(pk=versions[1].pk).return_note == "ขอเลขที่"


def test_staff_accept_and_return_reports_by_actions_but_not_their_own(staff, cast, choice):
    updates = [make.make_update(choice, period, by=cast.alice) for period in cast.periods[:2]]
    own = make.make_update(choice, cast.periods[2], by=cast.staff)
    run(staff, "progressupdate", "accept", updates[0], own)
    run(staff, "progressupdate", "send_back", updates[1])
    run(staff, "progressupdate", "send_back", updates[1], note="ขอตัวเลข")
    states = list(ProgressUpdate.objects.order_by("pk").values_list("state", flat=True))
    assert states == [UpdateState.ACCEPTED, UpdateState.RETURNED, UpdateState.SUBMITTED]


def test_what_was_declared_and_reported_is_only_read_here(staff, cast, choice):
    update = make.make_update(choice, by=cast.alice)
    version = choice.versions.get()
    staff.post(reverse("admin:pathways_progressupdate_change", args=[update.pk]), {"state": "accepted", "done": "x"})
    staff.post(reverse("admin:pathways_choiceversion_change", args=[version.pk]), {"state": "draft", "reason": "x"})
    update.refresh_from_db()
    before = version.reason
    version.refresh_from_db()
    assert (update.state, version.state, version.reason) == (UpdateState.SUBMITTED, ChoiceState.CONFIRMED, before)
    old = version.history.last()
    address = reverse("admin:pathways_choiceversion_simple_history", args=[version.pk, old.pk])
    staff.post(address, {"state": "draft", "reason": "x"})
    version.refresh_from_db()
    assert (version.state, version.reason, version.history.count()) == (ChoiceState.CONFIRMED, before, 1)
    draft = make.make_update(choice, cast.periods[1], state=UpdateState.DRAFT, by=cast.alice)
    page = staff.get(reverse("admin:pathways_progressupdate_change", args=[draft.pk]))
    assert page.status_code == 302  # a draft is the organisation's own


@pytest.mark.parametrize(
    "model",
    ["pathway", "pathwaychoice", "choiceversion", "milestone", "reportingperiod", "periodskip", "progressupdate"],
)
def test_pages_open_and_search(staff, cast, choice, model):
    make.make_update(choice, by=cast.alice)
    make.make_milestone(choice)
    assert staff.get(reverse(f"admin:pathways_{model}_changelist"), {"q": "กระบี่"}).status_code == 200
    row = {"pathway": cast.pathways[0], "pathwaychoice": choice, "choiceversion": choice.versions.get()}.get(model)
    if row is not None:
        assert staff.get(reverse(f"admin:pathways_{model}_change", args=[row.pk])).status_code == 200


@pytest.mark.parametrize("who", ["alice", "adviser", "researcher"])
def test_portal_people_do_not_enter(client, cast, who):
    client.force_login(getattr(cast, who))
    assert client.get(reverse("admin:pathways_progressupdate_changelist")).status_code == 302


# --- spreadsheets ---------------------------------------------------------------------------
def period_sheet(*rows):
    head = ("agreement", "number", "name_th", "name_en", "starts_on", "ends_on", "due_on")
    return tablib.Dataset(*rows, headers=head)


def test_periods_come_in_with_dates_of_either_era(cast):
    sheet = period_sheet(("kpi-smart-city-2", 20, "งวด", "Period", "1/1/2563", "2020-03-31", "15 เมษายน 2563"))
    result = ReportingPeriodResource(user=cast.staff).import_data(sheet, dry_run=False)
    assert not result.has_errors()
    period = ReportingPeriod.objects.get(number=20)
    assert [str(day) for day in (period.starts_on, period.ends_on, period.due_on)] == [
        "2020-01-01",
        "2020-03-31",
        "2020-04-15",
    ]
    again = ReportingPeriodResource(user=cast.staff).import_data(sheet, dry_run=False)
    assert again.totals["skip"] == 1


@pytest.mark.parametrize(
    "row",
    [
        ("kpi-smart-city-2", 20, "งวด", "P", "31/2/2563", "31/3/2563", "15/4/2563"),
        ("kpi-smart-city-2", 20, "งวด", "P", "1/1/2563", "31/12/2563", "15/1/2564"),  # outside the agreement
        ("kpi-smart-city-2", 20, "งวด", "P", "31/3/2563", "1/1/2563", "15/4/2563"),
        ("no-such-agreement", 20, "งวด", "P", "1/1/2563", "31/3/2563", "15/4/2563"),
    ],
)
def test_a_wrong_row_stops_the_whole_import(cast, row):
    good = ("kpi-smart-city-2", 19, "งวด", "P", "1/1/2563", "31/3/2563", "15/4/2563")
    result = ReportingPeriodResource(user=cast.staff).import_data(
        period_sheet(good, row), dry_run=False, rollback_on_validation_errors=True
    )
    assert result.has_errors() or result.has_validation_errors()
    assert not ReportingPeriod.objects.filter(number__in=[19, 20]).exists()


def test_milestones_come_in_by_what_people_know(cast, choice):
    head = ("agreement", "participant", "pathway", "title", "due_on", "weight", "done_on")
    sheet = tablib.Dataset(("kpi-smart-city-2", "krabi-town", 1, "ติดตั้ง", "31/3/2563", 2, ""), headers=head)
    result = MilestoneResource(user=cast.staff).import_data(sheet, dry_run=False)
    assert not result.has_errors()
    assert Milestone.objects.get().choice == choice
    assert MilestoneResource(user=cast.staff).import_data(sheet, dry_run=False).totals["skip"] == 1
    foreign = MilestoneResource(user=cast.bob).import_data(sheet, dry_run=False)
    assert foreign.has_errors()
    exported = MilestoneResource(user=cast.staff).export().dict[0]
    assert (exported["agreement"], exported["participant"], exported["pathway"]) == (
        "kpi-smart-city-2",
        "krabi-town",
        1,
    )


def test_exports_hold_what_the_person_may_see(cast, choice):
    make.make_update(choice, by=cast.alice, done="=1+1")
    make.make_update(choice, cast.periods[1], state=UpdateState.DRAFT, by=cast.alice, done="ร่าง")
    assert [row["done"] for row in ProgressUpdateResource(user=cast.staff).export().dict] == ["=1+1"]
    assert len(ChoiceVersionResource(user=cast.staff).export()) == 1
    assert len(ChoiceVersionResource(user=cast.bob).export()) == 0
