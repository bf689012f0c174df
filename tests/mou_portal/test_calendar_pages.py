"""The calendar feed, read back as a calendar program reads it, and who gets it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from participants.models import AdviserAssignment, CalendarLink, Membership, User
from participants.services import make_calendar_link, revoke_calendar_link
from seminars.models import SeminarSession, VisitState
from tests import factories as make
from tests.world import World


def read(token: str) -> Calendar:
    response = Client().get(reverse("calendar-feed", args=[token]))
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in response["Cache-Control"]
    return Calendar.from_ical(response.content)


def events(token: str) -> dict[str, Any]:
    found = {str(event["uid"]): event for event in read(token).walk("VEVENT")}
    assert len(found) == len(read(token).walk("VEVENT"))
    return found


def of(found: dict[str, Any], uid: str) -> Any:
    return found[f"{uid}@testserver"]


def test_a_feed_holds_own_reports_seminars_visits_and_the_agreements_period(world: World) -> None:
    found = events(make_calendar_link(user=world.a.coordinator))
    ends = of(found, f"agreement-{world.agreement.code}-ends")
    assert ends.decoded("dtstart") == world.agreement.ends_on
    assert ends.decoded("dtend") == world.agreement.ends_on + timedelta(days=1)
    choice = world.a.choices["confirmed"]
    report = of(found, f"report-{choice.pk}-{world.periods[4].pk}")
    assert report.decoded("dtstart") == world.periods[4].due_on
    assert str(report["url"]).endswith(choice.get_absolute_url())
    visit = of(found, f"visit-{world.a.visits['scheduled'].pk}")
    assert visit.decoded("dtstart") == world.a.visits["scheduled"].visit_on
    titles = " ".join(str(event["summary"]) for event in found.values())
    assert "วันนำเสนอผลงาน" in titles


def test_a_feed_holds_nothing_of_others_and_nothing_that_is_not_announced(world: World) -> None:
    found = events(make_calendar_link(user=world.a.coordinator))
    text = " ".join(f"{event['uid']} {event['summary']} {event['url']}" for event in found.values())
    for visit in world.b.visits.values():
        assert f"visit-{visit.pk}@" not in text
    assert f"report-{world.b.choices['confirmed'].pk}-" not in text
    assert "ยังไม่ประกาศ" not in text
    other = events(make_calendar_link(user=world.b.coordinator))
    assert f"visit-{world.b.visits['scheduled'].pk}@testserver" in other
    assert f"report-{world.b.choices['confirmed'].pk}-{world.periods[4].pk}@testserver" not in other  # skipped


def test_hours_are_bangkoks_and_the_zone_is_spelled_out(world: World) -> None:
    session = world.seminars["announced"].sessions.get()
    SeminarSession.objects.filter(pk=session.pk).update(starts_at=time(9, 0), ends_at=time(12, 30), room="ห้อง 1")
    token = make_calendar_link(user=world.a.coordinator)
    event = of(events(token), f"session-{session.pk}")
    starts: datetime = event.decoded("dtstart")
    assert (starts.date(), starts.hour, starts.utcoffset()) == (session.day, 9, timedelta(hours=7))
    assert event.decoded("dtend") - starts == timedelta(hours=3, minutes=30)
    assert event["dtstart"].params["TZID"] == "Asia/Bangkok"
    (zone,) = read(token).walk("VTIMEZONE")
    assert zone["tzid"] == "Asia/Bangkok"
    assert f"seminar-{world.seminars['announced'].pk}@testserver" not in events(token)


def test_what_waits_with_a_day_is_in_it_and_deadlines_stand_once(world: World) -> None:
    found = events(make_calendar_link(user=world.a.coordinator))
    returned = world.a.updates["returned"]
    same = [uid for uid, event in found.items() if str(event["url"]).endswith(f"/updates/{returned.pk}/edit/")]
    assert same == [f"report-{returned.choice_id}-{returned.period_id}@testserver"]
    staff = events(make_calendar_link(user=world.programme))
    assert any(uid.startswith("waiting-") for uid in staff)


def test_uids_stay_the_same_from_day_to_day_and_in_both_languages(world: World) -> None:
    for person in (world.a.coordinator, world.programme, world.adviser):
        token = make_calendar_link(user=person)
        User.objects.filter(pk=person.pk).update(language="th")
        thai = events(token)
        User.objects.filter(pk=person.pk).update(language="en")
        english = events(token)
        assert thai.keys() == english.keys()
        begins = f"agreement-{world.agreement.code}-begins"
        assert "Smart cities, phase 2" in str(of(english, begins)["summary"])
        assert "เมืองอัจฉริยะ" in str(of(thai, begins)["summary"])


def test_only_a_hash_is_kept_and_a_new_link_closes_the_old_one(world: World) -> None:
    old = make_calendar_link(user=world.a.coordinator)
    new = make_calendar_link(user=world.a.coordinator)
    assert len(new) >= 40
    assert not CalendarLink.objects.filter(token_hash__in=[old, new]).exists()
    assert Client().get(reverse("calendar-feed", args=[old])).status_code == 404
    assert read(new)


def test_unknown_and_revoked_links_are_not_there(world: World) -> None:
    token = make_calendar_link(user=world.a.coordinator)
    assert Client().get(reverse("calendar-feed", args=["x" * 43])).status_code == 404
    assert revoke_calendar_link(user=world.b.coordinator) is False
    assert read(token)
    assert revoke_calendar_link(user=world.a.coordinator) is True
    assert Client().get(reverse("calendar-feed", args=[token])).status_code == 404


@pytest.mark.parametrize("how", ["ended", "inactive"])
def test_the_feed_of_somebody_who_left_is_not_there(world: World, how: str) -> None:
    person = world.adviser
    token = make_calendar_link(user=person)
    assert read(token)
    if how == "ended":
        past = date(2019, 7, 1)
        Membership.objects.filter(user=person).update(ends_on=past)
        AdviserAssignment.objects.filter(user=person).update(ends_on=past)
    else:
        User.objects.filter(pk=person.pk).update(is_active=False)
    assert Client().get(reverse("calendar-feed", args=[token])).status_code == 404


def test_a_person_makes_copies_and_closes_a_link(world: World, client_of: Any) -> None:
    client: Client = client_of("coordinator_a")
    page = reverse("calendar-detail")
    assert "/calendar/" not in client.get(page).content.decode().partition("<main")[2].replace("/calendar/link/", "")
    assert client.post(reverse("calendar-link-create")).status_code == 302
    shown = client.get(page).content.decode()
    address = shown.partition('value="http')[2].partition('"')[0]
    assert address.endswith(".ics")
    assert read(address.rpartition("/")[2].removesuffix(".ics"))
    assert address not in client.get(page).content.decode()  # once
    client.post(reverse("calendar-link-revoke"))
    assert Client().get("/calendar/" + address.rpartition("/")[2]).status_code == 404
    assert client_of("anonymous").get(page).status_code == 302


def test_more_rows_cost_no_more_questions(world: World) -> None:
    token = make_calendar_link(user=world.a.coordinator)

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as asked:
            response = Client().get(reverse("calendar-feed", args=[token]))
        return len(asked), len(Calendar.from_ical(response.content).walk("VEVENT"))

    questions, size = cost()
    for number in range(6, 9):
        make.make_period(world.agreement, number)
        make.make_session(make.make_seminar(world.agreement))
        make.make_visit(world.a.participant, by=world.a.coordinator, state=VisitState.SCHEDULED)
    more_questions, more = cost()
    assert more >= size + 9
    assert more_questions == questions


def test_one_open_link_for_each_person_in_the_database_too(world: World) -> None:
    make_calendar_link(user=world.a.coordinator)
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarLink.objects.create(user=world.a.coordinator, token_hash="0" * 64)
    assert make.make_user().calendar_links.count() == 0
