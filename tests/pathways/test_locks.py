"""Locked periods, their kinds, and the reminders that tell kinds apart."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mou_portal.records import Conflict
from participants.reminding import Occasion, is_occasion
from pathways.agenda import items
from pathways.models import Evidence, PeriodKind, ReportingPeriod, UpdateState
from pathways.schedule import ScheduleRule
from pathways.services import (
    Account,
    ReviewNote,
    accept_update,
    add_evidence,
    generate_periods,
    lock_period,
    remove_evidence,
    return_update,
    save_update,
    start_update,
    submit_update,
    unlock_period,
)
from pathways.services.workbooks import make_workbook
from tests import factories as make
from tests.pathways.conftest import TODAY


def test_in_a_locked_period_nothing_changes_but_acceptance(cast, choice):
    first, second, third = cast.periods[:3]
    draft = make.make_update(choice, first, state=UpdateState.DRAFT, by=cast.alice)
    evidence = make.make_evidence(draft, by=cast.alice)
    submitted = make.make_update(choice, second, state=UpdateState.SUBMITTED, by=cast.alice)
    for period in (first, second, third):
        lock_period(period=period, user=cast.staff)
    refused = [
        lambda: start_update(choice=choice, period=third, user=cast.alice),
        lambda: save_update(update=draft, user=cast.alice, expected=1, account=Account(done="ใหม่")),
        lambda: submit_update(update=draft, user=cast.alice),
        lambda: add_evidence(update=draft, upload=SimpleUploadedFile("a.png", make.png()), user=cast.alice),
        lambda: remove_evidence(evidence=evidence, user=cast.alice),
        lambda: return_update(update=submitted, user=cast.adviser, review=ReviewNote("แก้")),
    ]
    for step in refused:
        with pytest.raises(Conflict, match="ปิดงวด"):
            step()
    draft.refresh_from_db()
    assert (draft.state, draft.done, Evidence.objects.count()) == ("draft", "ติดตั้งสถานีวัดระดับน้ำสองแห่ง", 1)
    accept_update(update=submitted, user=cast.adviser)
    unlock_period(period=first, user=cast.staff)
    submit_update(update=draft, user=cast.alice)
    assert draft.state == UpdateState.SUBMITTED


def test_only_staff_lock_and_each_step_is_told_once(cast):
    period = cast.periods[0]
    for person in (cast.alice, cast.adviser, cast.researcher, cast.finance):
        with pytest.raises(PermissionDenied):
            lock_period(period=period, user=person)
    lock_period(period=period, user=cast.staff)
    with pytest.raises(Conflict):
        lock_period(period=period, user=cast.staff_two)
    unlock_period(period=period, user=cast.staff)
    with pytest.raises(Conflict):
        unlock_period(period=period, user=cast.staff)
    assert [row.locked_at is not None for row in period.history.order_by("pk")] == [False, True, False]


def test_a_locked_period_asks_nothing_any_more(cast, choice, client):
    client.force_login(cast.alice)
    make.make_update(choice, cast.periods[0], state=UpdateState.DRAFT, by=cast.alice)
    begin = reverse("pathways:update-start")
    address = reverse("pathways:update-edit", args=[choice.updates.get().pk])
    assert begin in client.get(choice.get_absolute_url()).content.decode()
    assert client.get(address).status_code == 200
    assert list(items(cast.alice, cast.agreement, TODAY))
    book = make_workbook(user=cast.alice, agreement=cast.agreement, participant_ids=[cast.town.pk])
    ReportingPeriod.objects.update(locked_at="2019-11-30T00:00:00+07:00")
    page = client.get(choice.get_absolute_url()).content.decode()
    assert begin not in page
    assert address not in page
    assert "(ปิดงวดแล้ว)" in page
    assert client.get(address).status_code == 302
    assert client.post(address, {"done": "x", "percent": 1, "revision": 1}).status_code == 200  # the text stays
    assert list(items(cast.alice, cast.agreement, TODAY)) == []
    assert client.get(reverse("pathways:workbook-download")).status_code == 302  # nothing is open
    assert book


def test_the_last_period_of_a_rule_may_ask_for_the_final_report(cast):
    ReportingPeriod.objects.all().delete()
    periods = generate_periods(agreement=cast.agreement, rule=ScheduleRule(3, 15), user=cast.staff, last_is_final=True)
    assert [one.kind for one in periods[-2:]] == [PeriodKind.REGULAR, PeriodKind.FINAL]


def test_agenda_items_carry_the_kind_of_their_period(cast, choice):
    ReportingPeriod.objects.filter(pk=cast.periods[0].pk).update(kind=PeriodKind.FINAL)
    kinds = [one.kind for one in items(cast.alice, cast.agreement, TODAY)]
    assert set(kinds) == {PeriodKind.FINAL, PeriodKind.REGULAR}


@pytest.mark.parametrize(
    ("rule", "area", "expected"),
    [
        ("", "pathways.final", True),
        ("pathways", "pathways.final", True),
        ("pathways.final", "pathways.final", True),
        ("pathways.final", "pathways.regular", False),
        ("pathways.final", "pathways", False),
        ("path", "pathways.final", False),
    ],
)
def test_a_rule_for_one_kind_reminds_of_that_kind_alone(rule, area, expected):
    due_on = date(2019, 10, 15)
    days = [due_on - timedelta(days=3)]
    assert is_occasion(area, due_on, days, [Occasion(rule, offset_days=-3)]) is expected
