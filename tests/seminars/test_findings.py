"""From the request with its estimate to findings and verified follow-up actions."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from mou_portal.records import Conflict, DomainError
from participants.once import new_token
from seminars.agenda import follow_up
from seminars.models import ActionState, FieldVisit, Finding, FollowUpAction
from seminars.rates import RateFact
from seminars.services import (
    add_finding,
    assign_action,
    finish_action,
    possible_assignees,
    possible_verifiers,
    verify_action,
)
from seminars.visit_costs import told, visit_estimate
from seminars.visit_estimates import estimate_of
from tests import factories as make

from .conftest import TODAY

DAY = date(2020, 1, 15)


def facts(*kinds):
    units = {"honorarium": ("hour", "600"), "travel": ("journey", "3000"), "lodging": ("night", "1500")}
    return [RateFact(kind, units[kind][0], Decimal(units[kind][1]), date(2019, 6, 17)) for kind in kinds]


# --- the estimate ---------------------------------------------------------------------------------
def test_an_estimate_is_honorarium_travel_and_lodging():
    found = visit_estimate(facts("honorarium", "travel", "lodging"), people=2, hours=6, nights=1, day=DAY)
    assert (found.total, found.complete) == (Decimal("16200.00"), True)
    assert told(found) == "honorarium=7200.00;travel=6000.00;lodging=3000.00"
    partly = visit_estimate(facts("travel"), people=2, hours=6, nights=0, day=DAY)
    assert told(partly) == "honorarium=;travel=6000.00"
    assert not partly.complete


@given(st.integers(1, 30), st.integers(0, 100), st.integers(0, 30))
def test_more_people_never_cost_less(people, hours, nights):
    rates = facts("honorarium", "travel", "lodging")
    one = visit_estimate(rates, people=people, hours=hours, nights=nights, day=DAY)
    more = visit_estimate(rates, people=people + 1, hours=hours, nights=nights, day=DAY)
    assert more.total > one.total > 0


def asked(cast, **fields):
    boxes = {"wished_on_day": "15", "wished_on_month": "1", "wished_on_year": "2563"}
    said = {"participants": [cast.town.pk], "purpose": "ดูสถานี", "knows_who_pays": "on", **boxes}
    return {**said, "people": "2", "hours": "6", "nights": "1", "form_token": new_token(), **fields}


def test_nothing_is_sent_before_its_own_estimate_was_seen(cast, sign_in):
    for kind, unit, amount in (("honorarium", "hour", 600), ("travel", "journey", 3000), ("lodging", "night", 1500)):
        make.make_rate(cast.agreement, by=cast.staff, kind=kind, unit=unit, amount=amount)
    client, address = sign_in(cast.alice), reverse("seminars:visit-create")
    page = client.get(address)
    assert "16,200.00" in page.content.decode()
    seen = page.context["form"].fields["told"].initial
    changed = client.post(address, asked(cast, people="3", told=seen))
    assert list(changed.context["form"].errors) == ["knows_who_pays"]
    assert "24,300.00" in changed.content.decode()
    assert not FieldVisit.objects.exists()
    now = changed.context["form"].data["told"]
    assert client.post(address, asked(cast, people="3", told=now)).status_code == 302
    visit = FieldVisit.objects.get()
    assert (visit.people, visit.hours, visit.nights) == (3, 6, 1)
    assert estimate_of(visit).total == Decimal("24300.00")
    assert "24,300.00" in client.get(visit.get_absolute_url()).content.decode()
    for wrong in ({"people": "0"}, {"hours": "999"}, {"nights": "x"}):
        assert client.post(address, asked(cast, told=seen, **wrong)).context["form"].errors


def test_others_with_a_lesson_on_the_pathway_are_shown_first(cast, sign_in):
    mine = make.make_choice(cast.town, by=cast.alice)
    theirs = make.make_choice(cast.other, mine.pathway, by=cast.bob)
    about = {"by": cast.bob, "pathway": mine.pathway, "choice": theirs, "validated_by": cast.researcher}
    make.make_lesson(cast.other, state="validated", consent="named", **about)
    make.make_lesson(cast.other, state="published", consent="anonymous", **about)
    client, address = sign_in(cast.alice), reverse("seminars:visit-create")
    assert client.get(address).context["peers"] == []  # not published, or not to be named
    make.make_lesson(cast.other, state="published", consent="named", **about)
    page = client.get(address)
    (peer,) = page.context["peers"]
    assert (peer.participant, peer.pathway, peer.lessons) == (cast.other, mine.pathway, 1)
    assert "เทศบาลเมืองอื่น" in page.content.decode()
    assert sign_in(cast.bob).get(address).context["peers"] == []


# --- findings and actions -------------------------------------------------------------------------
@pytest.fixture
def visit(cast):
    return make.make_visit(
        cast.town, by=cast.staff, state="reported", report="พบว่า", visit_on=date(2019, 11, 1), visitors=[cast.adviser]
    )


def action(finding, cast, **fields):
    values = {"title": "เชื่อมข้อมูล", "assignee": cast.alice, "verifier": cast.adviser, "due_on": date(2020, 1, 31)}
    return FollowUpAction(finding=finding, **{**values, **fields})


def test_findings_are_written_when_the_visit_took_place(cast, visit):
    one = add_finding(finding=Finding(visit=visit, text="  ป้ายไม่ติด  "), user=cast.adviser)
    two = add_finding(finding=Finding(visit=visit, text="ชุมชนใช้จริง", kind="strength"), user=cast.adviser)
    assert (one.text, one.order, two.order) == ("ป้ายไม่ติด", 1, 2)
    with pytest.raises(DomainError):
        add_finding(finding=Finding(visit=visit, text=" "), user=cast.adviser)
    early = make.make_visit(cast.town, by=cast.staff)
    with pytest.raises(Conflict):
        add_finding(finding=Finding(visit=early, text="?"), user=cast.staff)


def test_an_action_has_two_people_of_the_visit_and_a_day(cast, visit):
    finding = make.make_finding(visit, by=cast.adviser)
    assert set(possible_verifiers(visit)) == {cast.adviser, cast.staff}
    assert set(possible_assignees(visit)) == {cast.alice, cast.adviser, cast.staff}
    for wrong in (
        {"verifier": cast.alice},
        {"assignee": cast.bob},
        {"verifier": cast.researcher},
        {"assignee": cast.adviser},
        {"title": " "},
        {"due_on": date(2019, 10, 31)},
    ):
        with pytest.raises(DomainError):
            assign_action(action=action(finding, cast, **wrong), user=cast.adviser)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.make_action(finding, assignee=cast.adviser, verifier=cast.adviser)
    assert not FollowUpAction.objects.exists()


def test_what_is_not_adequate_goes_back_and_what_is_stays(cast, visit):
    one = assign_action(action=action(make.make_finding(visit, by=cast.adviser), cast), user=cast.adviser)
    with pytest.raises(Conflict):
        verify_action(action=one, adequate=True, note="", user=cast.adviser)
    with pytest.raises(DomainError):
        finish_action(action=one, note=" ", user=cast.alice)
    finish_action(action=one, note="เชื่อมหนึ่งป้าย", user=cast.alice)
    with pytest.raises(Conflict):
        finish_action(action=one, note="อีกครั้ง", user=cast.alice)
    with pytest.raises(DomainError):
        verify_action(action=one, adequate=False, note="", user=cast.adviser)
    verify_action(action=one, adequate=False, note="ยังขาดอีกป้าย", user=cast.adviser)
    assert (one.state, one.adequate, one.done_note) == (ActionState.OPEN, False, "เชื่อมหนึ่งป้าย")
    finish_action(action=one, note="ครบสองป้าย", user=cast.alice)
    verify_action(action=one, adequate=True, note="", user=cast.adviser)
    assert (one.state, one.verified_on) == (ActionState.VERIFIED, TODAY)
    assert [row.state for row in one.history.order_by("history_id")][-3:] == ["open", "done", "verified"]


def test_pages_from_finding_to_verified(cast, visit, sign_in):
    client = sign_in(cast.adviser)
    new = reverse("seminars:finding-create", args=[visit.pk])
    assert client.post(new, {"kind": "problem", "text": ""}).context["form"].errors
    data = {"kind": "problem", "text": "ป้ายไม่ติด <b>", "form_token": new_token()}
    for _again in range(2):
        assert client.post(new, data).status_code == 302
    finding = Finding.objects.get()
    assert "ป้ายไม่ติด &lt;b&gt;" in client.get(visit.get_absolute_url()).content.decode()
    assign = reverse("seminars:action-create", args=[finding.pk])
    sent = {"title": "ซ่อมป้าย", "assignee": cast.alice.pk, "verifier": cast.adviser.pk, "due_on": "31 มกราคม 2563"}
    boxes = {"due_on_day": "31", "due_on_month": "1", "due_on_year": "2563"}
    refused = client.post(assign, {**sent, **boxes, "assignee": cast.bob.pk})
    assert refused.context["form"].errors["assignee"]
    assert client.post(assign, {**sent, **boxes}).status_code == 302
    made = FollowUpAction.objects.get()
    address = made.get_absolute_url()
    finish = reverse("seminars:action-finish", args=[made.pk])
    verify = reverse("seminars:action-verify", args=[made.pk])
    (item,) = follow_up(cast.alice, cast.agreement, TODAY)
    assert (item.url, item.due_on) == (finish, date(2020, 1, 31))
    assert sign_in(cast.bob).get(address).status_code == 404
    assert sign_in(cast.mayor).post(finish, {"note": "x"}).status_code == 403
    client = sign_in(cast.alice)
    assert client.post(verify, {"adequate": "yes"}).status_code == 403
    assert client.post(finish, {"note": ""}).status_code == 200
    assert client.post(finish, {"note": "ซ่อมแล้ว"}).status_code == 302
    assert not list(follow_up(cast.alice, cast.agreement, TODAY))
    (item,) = follow_up(cast.adviser, cast.agreement, TODAY)
    assert item.url == verify
    client = sign_in(cast.adviser)
    assert client.post(verify, {"adequate": "no"}).context["form"].errors["note"]
    assert client.post(verify, {"adequate": "yes", "note": "ดีมาก"}).status_code == 302
    assert "ดีมาก" in sign_in(cast.alice).get(address).content.decode()
    pdf = client.get(reverse("seminars:visit-download", args=[visit.pk]))
    assert pdf["Content-Type"] == "application/pdf"


def test_lists_cost_the_same_for_many(cast, visit, sign_in):
    client, counts = sign_in(cast.alice), []
    client.get("/home/")  # the first request of a session costs more
    for more in (1, 5):
        for _number in range(more):
            make.make_action(make.make_finding(visit, by=cast.staff), assignee=cast.alice, verifier=cast.adviser)
        costs = []
        for address in (reverse("seminars:action-list"), visit.get_absolute_url()):
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            costs.append(len(captured))
        counts.append(costs)
    assert counts[0] == counts[1]
