"""Pages of field visits: who asks, who decides, who reports, and dates as people type them."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from participants.once import new_token
from seminars.models import FieldVisit, VisitState
from tests import factories as make


def url(name, row):
    return reverse(f"seminars:{name}", args=[row.pk])


def asked(cast, **fields):
    return make.make_visit(cast.town, by=cast.alice, state="asked", arranged_by="local_government", **fields)


def wished(cast, day=("15", "1", "2563"), **fields):
    boxes = dict(zip(("wished_on_day", "wished_on_month", "wished_on_year"), day, strict=True))
    size = {"people": "2", "hours": "6", "nights": "1", "told": "honorarium=;travel=;lodging="}  # no rates entered
    said = {"participants": [cast.town.pk], "purpose": "ดูสถานี", "knows_who_pays": "on"}
    return {**said, **size, **boxes, **fields}


def test_asking_says_first_who_pays_and_makes_one_request(cast, sign_in):
    client = sign_in(cast.alice)
    address = reverse("seminars:visit-create")
    assert "4.2" in client.get(address).content.decode()
    unaware = client.post(address, {key: value for key, value in wished(cast).items() if key != "knows_who_pays"})
    assert list(unaware.context["form"].errors) == ["knows_who_pays"]
    data = wished(cast, form_token=new_token())
    client.post(address, data)
    client.post(address, data)
    visit = FieldVisit.objects.get()
    assert (visit.state, visit.wished_on, visit.created_by) == ("asked", date(2020, 1, 15), cast.alice)
    assert list(visit.participants.all()) == [cast.town]


@pytest.mark.parametrize("day", [("31", "2", "2563"), ("15", "1", "2463"), ("15", "", "2563")])
def test_a_day_that_is_none_is_refused_beside_its_field(cast, sign_in, day):
    answer = sign_in(cast.alice).post(reverse("seminars:visit-create"), wished(cast, day))
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not FieldVisit.objects.exists()


def test_a_day_outside_the_period_needs_its_reason(cast, sign_in):
    client = sign_in(cast.alice)
    late = ("15", "1", "2564")
    assert client.post(reverse("seminars:visit-create"), wished(cast, late)).context["form"].errors
    client.post(reverse("seminars:visit-create"), wished(cast, late, outside_period_reason="ต่อจากงานเดิม"))
    assert FieldVisit.objects.get().wished_on == date(2021, 1, 15)


def test_nobody_asks_in_anothers_name(cast, sign_in):
    answer = sign_in(cast.alice).post(reverse("seminars:visit-create"), wished(cast, participants=[cast.other.pk]))
    assert list(answer.context["form"].errors) == ["participants"]
    for person in ("mayor", "adviser", "researcher", "staff", "finance"):
        assert sign_in(getattr(cast, person)).post(reverse("seminars:visit-create"), wished(cast)).status_code == 403
    assert not FieldVisit.objects.exists()


STEPS = {
    "visit-decide": ("asked", {"decision": "agree"}),
    "visit-plan": ("agreed", {"visit_on_day": "8", "visit_on_month": "1", "visit_on_year": "2563"}),
    "visit-done": ("scheduled", {}),
    "visit-report": ("done", {"report": "พบว่า"}),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    ("person", "answer"), [("bob", 404), ("alice", 403), ("mayor", 403), ("researcher", 403), ("finance", 403)]
)
def test_a_step_is_refused_and_nothing_changes(cast, sign_in, step, person, answer):
    state, data = STEPS[step]
    visit = make.make_visit(cast.town, by=cast.staff, state=state, visit_on=date(2019, 11, 1))
    client = sign_in(getattr(cast, person))
    assert client.post(url(step, visit), data).status_code == answer
    assert client.get(url("visit-detail", visit)).status_code == (404 if answer == 404 else 200)
    visit.refresh_from_db()
    assert (visit.state, visit.revision) == (state, 1)


def test_the_round_from_asked_to_reported(cast, sign_in):
    visit = asked(cast)
    client = sign_in(cast.staff)
    without = client.post(url("visit-decide", visit), {"decision": "decline"})
    assert "note" in without.context["form"].errors
    client.post(url("visit-decide", visit), {"decision": "agree", "note": "ยินดี"})
    stranger = make.make_user(email="stranger@example.org")
    plan = {"visit_on_day": "20", "visit_on_month": "11", "visit_on_year": "2562"}
    assert client.post(url("visit-plan", visit), {**plan, "visitors": [stranger.pk]}).context["form"].errors
    client.post(url("visit-plan", visit), {**plan, "visitors": [cast.adviser.pk]})
    client.post(url("visit-done", visit))
    client = sign_in(cast.adviser)
    assert client.post(url("visit-report", visit), {"report": " "}).context["form"].errors
    client.post(url("visit-report", visit), {"report": "ชุมชนใช้จริง"})
    visit.refresh_from_db()
    assert (visit.state, visit.visit_on, visit.report) == (VisitState.REPORTED, date(2019, 11, 20), "ชุมชนใช้จริง")
    assert "ชุมชนใช้จริง" in sign_in(cast.alice).get(url("visit-detail", visit)).content.decode()


def test_whoever_is_sent_sees_the_visit(cast, sign_in):
    guest = make.make_adviser(cast.other, email="guest@example.org")
    visit = make.make_visit(cast.town, by=cast.staff)
    assert sign_in(guest).get(url("visit-detail", visit)).status_code == 404
    visit.visitors.add(guest)
    assert sign_in(guest).get(url("visit-detail", visit)).status_code == 200


def test_gets_change_nothing(cast, sign_in):
    client = sign_in(cast.staff)
    for step, (state, _data) in STEPS.items():
        visit = make.make_visit(cast.town, by=cast.staff, state=state, visit_on=date(2019, 11, 1))
        assert client.get(url(step, visit)).status_code == (405 if step == "visit-done" else 200)
        visit.refresh_from_db()
        assert (visit.state, visit.revision) == (state, 1)


def test_the_list_holds_own_visits_and_costs_the_same_at_two_sizes(cast, sign_in):
    make.make_visit(cast.other, by=cast.staff, purpose="ของคนอื่น")
    client = sign_in(cast.alice)
    counts = []
    for _number in range(3):
        asked(cast)
        client.get(reverse("seminars:visit-list"))
        with CaptureQueriesContext(connection) as queries:
            text = client.get(reverse("seminars:visit-list")).content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[-1]
    assert "ของคนอื่น" not in text
