"""The admin site: staff plan, announce, record and schedule there, by the same services as the portal."""

from datetime import date

import pytest
from django.urls import reverse

from seminars.models import Attendance, FieldVisit, Presentation, Seat, Seminar
from tests import factories as make


@pytest.fixture
def staff(cast, sign_in):
    return sign_in(cast.staff)


def page(model, action, *args):
    return reverse(f"admin:seminars_{model}_{action}", args=args)


def no_sessions(**fields):
    return {"sessions-TOTAL_FORMS": "0", "sessions-INITIAL_FORMS": "0", **fields}


def seminar_fields(cast, **fields):
    values = {
        "agreement": cast.agreement.pk,
        "kind": "workshop",
        "title_th": "สัมมนาครั้งที่ 1",
        "venue": "institute",
        "starts_on": "15 มกราคม 2563",
        "ends_on": "16 มกราคม 2563",
        "required": "on",
        "seats_per_participant": "2",
    }
    return no_sessions(**{**values, **fields})


def act_on(client, model, action, *rows):
    return client.post(
        page(model, "changelist"), {"action": action, "_selected_action": [row.pk for row in rows]}, follow=True
    )


def test_a_seminar_is_planned_announced_and_closed(cast, staff):
    first = {"sessions-TOTAL_FORMS": "1", "sessions-0-order": "1", "sessions-0-title": "เช้า"}
    answer = staff.post(page("seminar", "add"), seminar_fields(cast, **first, **{"sessions-0-day": "15 มกราคม 2563"}))
    assert answer.status_code == 302, answer.context["errors"]
    seminar = Seminar.objects.get()
    assert (seminar.state, seminar.starts_on) == ("planned", date(2020, 1, 15))
    act_on(staff, "seminar", "announce", seminar)
    act_on(staff, "seminar", "announce", seminar)
    assert Seat.objects.count() == 4
    said = act_on(staff, "seminar", "close", seminar).content.decode()
    assert "messagelist" in said
    seminar.refresh_from_db()
    assert seminar.state == "announced"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"starts_on": "31 กุมภาพันธ์ 2563"}, "starts_on"),
        ({"starts_on": "1 ตุลาคม 2563", "ends_on": "1 ตุลาคม 2563"}, "outside_period_reason"),
        ({"ends_on": "1 มกราคม 2563"}, "__all__"),
    ],
)
def test_a_bad_date_is_an_error_beside_its_field(cast, staff, wrong, field):
    answer = staff.post(page("seminar", "add"), seminar_fields(cast, **wrong))
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
    assert not Seminar.objects.exists()


def test_two_editors_of_a_seminar(cast, staff):
    seminar = make.make_seminar(cast.agreement)
    address = page("seminar", "change", seminar.pk)
    assert staff.post(address, seminar_fields(cast, place="ห้อง ก", opened="1")).status_code == 302
    second = staff.post(address, seminar_fields(cast, place="ห้อง ข", opened="1"))
    assert second.status_code == 200
    seminar.refresh_from_db()
    assert seminar.place == "ห้อง ก"
    assert staff.post(address, seminar_fields(cast, place="ห้อง ข", opened="2")).status_code == 302


def test_a_closed_seminar_is_only_shown(cast, staff):
    seminar = make.make_seminar(cast.agreement, state="closed")
    address = page("seminar", "change", seminar.pk)
    assert staff.get(address).status_code == 200
    assert staff.post(address, seminar_fields(cast, place="ห้อง ก")).status_code == 403
    assert staff.post(page("seminar", "delete", seminar.pk), {"post": "yes"}).status_code == 403


def test_a_mark_is_recorded_with_who_recorded_it(cast, staff):
    seminar = make.make_seminar(cast.agreement)
    session, seat = make.make_session(seminar), make.make_seat(seminar, cast.town)
    foreign = make.make_session(make.make_seminar(cast.agreement))
    fields = {"seat": seat.pk, "session": foreign.pk, "state": "present"}
    assert staff.post(page("attendance", "add"), fields).context["adminform"].form.errors
    fields["session"] = session.pk
    assert staff.post(page("attendance", "add"), {**fields, "state": "excused"}).status_code == 200
    assert staff.post(page("attendance", "add"), fields).status_code == 302
    mark = Attendance.objects.get()
    assert (mark.recorded_by, mark.attended_by) == (cast.staff, seat.delegate_name)
    assert staff.post(page("attendance", "add"), fields).status_code == 200
    staff.post(page("attendance", "change", mark.pk), {"state": "late", "attended_by": "นาย ข", "opened": "1"})
    mark.refresh_from_db()
    assert (mark.state, mark.attended_by) == ("late", "นาย ข")


def test_a_seat_is_named_and_substituted(cast, staff):
    seat = make.make_seat(make.make_seminar(cast.agreement), cast.town)
    address = page("seat", "change", seat.pk)
    assert staff.post(address, {"on_behalf_of": "นาง ก", "opened": "1"}).status_code == 200
    staff.post(address, {"delegate_name": "นาย ข", "on_behalf_of": "นาง ก", "opened": "1"})
    seat.refresh_from_db()
    assert (seat.delegate_name, seat.on_behalf_of, seat.revision) == ("นาย ข", "นาง ก", 2)
    staff.post(address, {"delegate_name": "นาย ค", "opened": "2"})
    seat.refresh_from_db()
    assert (seat.delegate_name, seat.on_behalf_of) == ("นาย ค", "")


def test_a_presentation_from_paper_is_entered_accepted_and_given(cast, staff):
    seminar = make.make_seminar(cast.agreement)
    later = make.make_seminar(make.make_agreement("later", current=False))
    fields = {"participant": cast.town.pk, "seminar": later.pk, "title": "ผลงาน", "abstract": "ย่อ", "presenters": "ก"}
    assert staff.post(page("presentation", "add"), fields).context["adminform"].form.errors
    assert staff.post(page("presentation", "add"), {**fields, "seminar": seminar.pk}).status_code == 302
    row = Presentation.objects.get()
    assert (row.state, row.created_by) == ("submitted", cast.staff)
    act_on(staff, "presentation", "given", row)
    row.refresh_from_db()
    assert row.state == "submitted"
    act_on(staff, "presentation", "accept", row)
    act_on(staff, "presentation", "given", row)
    row.refresh_from_db()
    assert (row.state, row.given_on) == ("given", seminar.ends_on)
    act_on(staff, "presentation", "not_given", row)
    row.refresh_from_db()
    assert row.state == "not_given"
    assert staff.get(page("presentation", "change", row.pk)).status_code == 200
    assert staff.post(page("presentation", "change", row.pk), fields).status_code == 403


def test_visits_are_scheduled_or_entered_as_asked(cast, staff):
    fields = {
        "agreement": cast.agreement.pk,
        "arranged_by": "institute",
        "visited": [cast.town.pk, cast.other.pk],
        "purpose": "ติดตาม",
    }
    assert "visit_on" in staff.post(page("fieldvisit", "add"), fields).context["adminform"].form.errors
    nobody = {**fields, "visited": [], "visit_on": "20 พ.ย. 2562"}
    assert "visited" in staff.post(page("fieldvisit", "add"), nobody).context["adminform"].form.errors
    dated = {**fields, "visit_on": "20 พ.ย. 2562"}
    elsewhere = make.make_researcher(make.make_agreement("later", current=False))
    wrong = staff.post(page("fieldvisit", "add"), {**dated, "visitors": [elsewhere.pk]})
    assert "visitors" in wrong.context["adminform"].form.errors
    staff.post(page("fieldvisit", "add"), {**dated, "visitors": [cast.adviser.pk]})
    visit = FieldVisit.objects.get()
    assert (visit.state, visit.visit_on, visit.created_by) == ("scheduled", date(2019, 11, 20), cast.staff)
    assert (visit.participants.count(), list(visit.visitors.all())) == (2, [cast.adviser])
    act_on(staff, "fieldvisit", "done", visit)
    visit.refresh_from_db()
    assert visit.state == "done"
    staff.post(page("fieldvisit", "add"), {**fields, "arranged_by": "local_government"})
    asked = FieldVisit.objects.get(state="asked")
    act_on(staff, "fieldvisit", "agree", asked)
    asked.refresh_from_db()
    assert asked.state == "agreed"


def test_weights_are_set_beside_the_visit(cast, staff):
    visit = make.make_visit(cast.town, by=cast.staff)
    part = visit.parts.get()
    fields = {
        "purpose": "ติดตาม",
        "visit_on": "20 พ.ย. 2562",
        "opened": "1",
        "parts-TOTAL_FORMS": "2",
        "parts-INITIAL_FORMS": "1",
        "parts-0-id": part.pk,
        "parts-0-visit": visit.pk,
        "parts-0-participant": cast.town.pk,
        "parts-0-weight": "2",
        "parts-1-visit": visit.pk,
        "parts-1-participant": cast.other.pk,
        "parts-1-weight": "0",
    }
    assert staff.post(page("fieldvisit", "change", visit.pk), fields).status_code == 200
    assert staff.post(page("fieldvisit", "change", visit.pk), {**fields, "parts-1-weight": "1"}).status_code == 302
    assert dict(visit.parts.values_list("participant", "weight")) == {cast.town.pk: 2, cast.other.pk: 1}


def test_finance_staff_read_and_the_parties_stay_outside(cast, sign_in):
    visit = make.make_visit(cast.town, by=cast.staff)
    client = sign_in(cast.finance)
    assert client.get(page("fieldvisit", "change", visit.pk)).status_code == 200
    assert client.post(page("fieldvisit", "change", visit.pk), {"purpose": "แทรก"}).status_code == 403
    assert client.get(page("seat", "changelist")).status_code == 403
    assert sign_in(cast.alice).get(page("fieldvisit", "changelist")).status_code == 302
    visit.refresh_from_db()
    assert visit.purpose != "แทรก"


@pytest.mark.parametrize("model", ["seminar", "seat", "attendance", "presentation", "fieldvisit"])
def test_lists_and_forms_open(cast, staff, model):
    seminar = make.make_seminar(cast.agreement)
    seat, session = make.make_seat(seminar, cast.town), make.make_session(seminar)
    rows = {
        "seminar": seminar,
        "seat": seat,
        "attendance": make.make_attendance(seat, session, recorded_by=cast.staff),
        "presentation": make.make_presentation(cast.town, seminar, by=cast.alice),
        "fieldvisit": make.make_visit(cast.town, by=cast.staff),
    }
    assert staff.get(page(model, "changelist") + "?q=กระบี่").status_code == 200
    assert staff.get(page(model, "change", rows[model].pk)).status_code == 200
    assert staff.get(page(model, "history", rows[model].pk)).status_code == 200
    assert staff.get(page(model, "add")).status_code == (403 if model == "seat" else 200)
