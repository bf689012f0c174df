"""Presentations and field visits: every step from every state, and what each step refuses."""

from datetime import date

import pytest

from mou_portal.records import Conflict, DomainError, Stale
from seminars.models import ArrangedBy, FieldVisit, Presentation, PresentationState, VisitState
from seminars.services import (
    accept_presentation,
    agree_visit,
    decline_visit,
    enter_presentation,
    mark_given,
    mark_not_given,
    mark_visit_done,
    report_visit,
    request_visit,
    return_presentation,
    save_presentation,
    save_visit,
    schedule_visit,
    set_visit_day,
    share_visit,
    start_presentation,
    submit_presentation,
)
from tests import factories as make

PRESENTATION_STEPS = {
    "submit": (lambda row, user: submit_presentation(presentation=row, user=user), {"draft", "returned"}, "submitted"),
    "accept": (lambda row, user: accept_presentation(presentation=row, user=user), {"submitted"}, "accepted"),
    "return": (
        lambda row, user: return_presentation(presentation=row, note="เพิ่มผลลัพธ์", user=user),
        {"submitted"},
        "returned",
    ),
    "given": (lambda row, user: mark_given(presentation=row, user=user), {"accepted", "given", "not_given"}, "given"),
    "not given": (
        lambda row, user: mark_not_given(presentation=row, user=user),
        {"accepted", "given", "not_given"},
        "not_given",
    ),
}


@pytest.mark.parametrize("step", PRESENTATION_STEPS)
@pytest.mark.parametrize("state", PresentationState.values)
def test_presentations_move_only_along_their_path(cast, state, step):
    row = make.make_presentation(cast.town, make.make_seminar(cast.agreement), state=state, by=cast.alice)
    take, sources, target = PRESENTATION_STEPS[step]
    if state in sources:
        take(row, cast.staff)
        assert Presentation.objects.get().state == target
        assert row.history.first().history_user == cast.staff
    else:
        with pytest.raises(Conflict):
            take(row, cast.staff)
        assert Presentation.objects.get().state == state


def visit_steps(user):
    return {
        "agree": (lambda row: agree_visit(visit=row, user=user), {"asked"}, "agreed"),
        "decline": (lambda row: decline_visit(visit=row, reason="ไม่มีวันว่าง", user=user), {"asked"}, "declined"),
        "day": (
            lambda row: set_visit_day(visit=row, day=date(2019, 11, 20), user=user),
            {"agreed", "scheduled"},
            "scheduled",
        ),
        "done": (lambda row: mark_visit_done(visit=row, user=user), {"scheduled"}, "done"),
        "report": (lambda row: report_visit(visit=row, report="พบว่า", user=user), {"done"}, "reported"),
    }


@pytest.mark.parametrize("step", ["agree", "decline", "day", "done", "report"])
@pytest.mark.parametrize("state", VisitState.values)
def test_visits_move_only_along_their_path(cast, state, step):
    fields = {"visit_on": date(2019, 11, 1)} if state in ("scheduled", "done", "reported") else {}
    row = make.make_visit(cast.town, by=cast.alice, state=state, **fields)
    take, sources, target = visit_steps(cast.staff)[step]
    if state in sources:
        take(row)
        assert FieldVisit.objects.get().state == target
        assert row.history.first().history_user == cast.staff
    else:
        with pytest.raises(Conflict):
            take(row)
        assert FieldVisit.objects.get().state == state


def draft(cast, **fields):
    values = {"participant": cast.town, "title": "เตือนน้ำท่วม", "abstract": "บทคัดย่อ", "presenters": "นาง ก"}
    seminar = fields.pop("seminar", None) or make.make_seminar(cast.agreement)
    return Presentation(seminar=seminar, **{**values, **fields})


def test_a_presentation_begins_as_a_draft_of_its_writer(cast):
    row = start_presentation(presentation=draft(cast), user=cast.alice)
    assert (row.state, row.created_by) == (PresentationState.DRAFT, cast.alice)
    assert not Presentation.objects.visible_to(cast.staff).exists()


def test_what_staff_enter_from_paper_is_handed_in(cast):
    row = enter_presentation(presentation=draft(cast), user=cast.staff)
    assert (row.state, row.created_by) == (PresentationState.SUBMITTED, cast.staff)


def test_presentations_stay_with_their_agreement_party_and_seminar(cast):
    elsewhere = make.make_agreement("later", current=False)
    choice = make.make_choice(cast.other, make.make_pathway(cast.agreement), by=cast.bob)
    for row in (
        draft(cast, seminar=make.make_seminar(elsewhere)),
        draft(cast, choice=choice),
        draft(cast, seminar=make.make_seminar(cast.agreement, state="closed")),
    ):
        with pytest.raises(DomainError):
            start_presentation(presentation=row, user=cast.alice)
    assert not Presentation.objects.exists()


def test_it_is_not_submitted_half_filled_nor_returned_without_a_word(cast):
    row = start_presentation(presentation=draft(cast, abstract=" "), user=cast.alice)
    with pytest.raises(DomainError):
        submit_presentation(presentation=row, user=cast.alice)
    row.abstract = "บทคัดย่อ"
    save_presentation(presentation=row, expected=1, user=cast.alice)
    submit_presentation(presentation=row, user=cast.alice)
    with pytest.raises(DomainError):
        return_presentation(presentation=row, note="  ", user=cast.staff)
    with pytest.raises(Conflict):
        save_presentation(presentation=row, expected=row.revision, user=cast.alice)
    return_presentation(presentation=row, note="เพิ่มผลลัพธ์", user=cast.staff)
    with pytest.raises(Stale):
        save_presentation(presentation=row, expected=1, user=cast.alice)


def test_the_given_day_is_a_day_of_the_seminar_and_not_to_come(cast):
    seminar = make.make_seminar(cast.agreement, starts_on=date(2019, 11, 30), ends_on=date(2019, 12, 2))
    row = make.make_presentation(cast.town, seminar, state="accepted", by=cast.alice)
    for day in (date(2019, 11, 29), date(2019, 12, 2), date(2019, 12, 3)):
        with pytest.raises(DomainError):
            mark_given(presentation=row, on=day, user=cast.staff)
    mark_given(presentation=row, on=date(2019, 11, 30), user=cast.staff)
    assert Presentation.objects.get().given_on == date(2019, 11, 30)
    mark_not_given(presentation=row, user=cast.staff)
    assert Presentation.objects.get().given_on is None
    later = make.make_presentation(
        cast.town, make.make_seminar(cast.agreement, starts_on=date(2020, 1, 1)), state="accepted", by=cast.alice
    )
    for step in (mark_given, mark_not_given):
        with pytest.raises(DomainError):
            step(presentation=later, user=cast.staff)


def test_a_request_is_beyond_the_schedule_and_waits(cast):
    visit = request_visit(
        visit=FieldVisit(agreement=cast.agreement, purpose="ดูสถานี"), participants=[cast.town], user=cast.alice
    )
    assert (visit.arranged_by, visit.state) == (ArrangedBy.LOCAL_GOVERNMENT, VisitState.ASKED)
    assert [(part.participant, part.weight) for part in visit.parts.all()] == [(cast.town, 1)]


def test_a_scheduled_visit_is_the_institutes_and_has_a_day(cast):
    visit = FieldVisit(agreement=cast.agreement, purpose="ติดตาม")
    with pytest.raises(DomainError):
        schedule_visit(visit=visit, participants=[cast.town], user=cast.staff)
    visit.visit_on = date(2020, 1, 8)
    schedule_visit(visit=visit, participants=[cast.town, cast.other], visitors=[cast.adviser], user=cast.staff)
    assert (visit.arranged_by, visit.state) == (ArrangedBy.INSTITUTE, VisitState.SCHEDULED)
    assert list(visit.visitors.all()) == [cast.adviser]


def test_visits_stay_in_their_agreement_and_period(cast):
    foreign = make.make_participant("foreign", agreement=make.make_agreement("later", current=False))
    outside = FieldVisit(agreement=cast.agreement, purpose="ดู", wished_on=date(2021, 1, 1))
    for visit, parties in (
        (FieldVisit(agreement=cast.agreement, purpose="ดู"), []),
        (FieldVisit(agreement=cast.agreement, purpose="ดู"), [cast.town, foreign]),
        (outside, [cast.town]),
    ):
        with pytest.raises(DomainError):
            request_visit(visit=visit, participants=parties, user=cast.alice)
    assert not FieldVisit.objects.exists()
    outside.outside_period_reason = "ต่อจากงานเดิม"
    request_visit(visit=outside, participants=[cast.town], user=cast.alice)
    agree_visit(visit=outside, user=cast.staff)
    set_visit_day(visit=outside, day=date(2021, 1, 2), user=cast.staff)
    with pytest.raises(DomainError):  # its day has not come
        mark_visit_done(visit=outside, user=cast.staff)


def test_a_day_outside_the_period_needs_a_reason_when_it_is_set(cast):
    visit = make.make_visit(cast.town, by=cast.alice, state="agreed", arranged_by="local_government")
    with pytest.raises(DomainError):
        set_visit_day(visit=visit, day=date(2021, 1, 1), user=cast.staff)
    set_visit_day(visit=visit, day=date(2021, 1, 1), reason="เลื่อน", visitors=[cast.adviser], user=cast.staff)
    visit.refresh_from_db()
    assert (visit.visit_on, visit.outside_period_reason) == (date(2021, 1, 1), "เลื่อน")


def test_words_are_asked_for(cast):
    asked = make.make_visit(cast.town, by=cast.alice, state="asked", arranged_by="local_government")
    done = make.make_visit(cast.town, by=cast.alice, state="done")
    with pytest.raises(DomainError):
        decline_visit(visit=asked, reason=" ", user=cast.staff)
    with pytest.raises(DomainError):
        report_visit(visit=done, report="\n", user=cast.adviser)


def test_costs_are_shared_by_weights(cast):
    visit = make.make_visit(cast.town, by=cast.staff)
    share_visit(visit=visit, weights={cast.town: 2, cast.other: 1}, user=cast.staff)
    assert dict(visit.parts.values_list("participant", "weight")) == {cast.town.pk: 2, cast.other.pk: 1}
    share_visit(visit=visit, weights={cast.other: 3}, user=cast.staff)
    assert dict(visit.parts.values_list("participant", "weight")) == {cast.other.pk: 3}
    for weights in ({}, {cast.town: 0}):
        with pytest.raises(DomainError):
            share_visit(visit=visit, weights=weights, user=cast.staff)


def test_a_visit_is_changed_only_before_it_took_place(cast):
    visit = make.make_visit(cast.town, by=cast.staff, visit_on=date(2019, 11, 5))
    visit.purpose = "เปลี่ยน"
    save_visit(visit=visit, expected=1, user=cast.staff)
    visit.visit_on = None
    with pytest.raises(DomainError):
        save_visit(visit=visit, expected=2, user=cast.staff)
    visit.refresh_from_db()
    mark_visit_done(visit=visit, user=cast.staff)
    with pytest.raises(Conflict):
        save_visit(visit=visit, expected=visit.revision, user=cast.staff)
