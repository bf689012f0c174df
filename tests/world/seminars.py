"""What happens at seminars and on visits."""

from __future__ import annotations

from seminars.models import ActionState, PresentationState, SeminarSession, VisitState
from seminars.models.visits import ArrangedBy
from tests import factories as make

from .cast import Party, World


def open_door(world: World, session: SeminarSession) -> None:
    """What a seminar has at its door: a list of the session and one of a meal, materials, a photographed sheet."""
    seminar, staff = session.seminar, world.programme
    make.make_checkin_list(seminar, session=session, by=staff, self_checkin=True, records_exit=True)
    make.make_checkin_list(seminar, by=staff)
    make.make_material(seminar, by=staff)
    make.make_material(seminar, by=staff, is_public=True, title="กำหนดการ")
    make.make_sheet_photo(session, by=staff)


def add_presentations(world: World, party: Party) -> None:
    """Presentations in their states, two of them reviewed."""
    by, body = party.coordinator, party.participant
    for state in (  # the oldest is the admin walk's example: a draft is not the staff's to see
        PresentationState.SUBMITTED,
        PresentationState.DRAFT,
        PresentationState.ACCEPTED,
        PresentationState.GIVEN,
    ):
        slides = make.make_stored_file(by, "สไลด์.png")
        row = make.make_presentation(
            body,
            world.seminars["day"],
            state=state,
            by=by,
            slides=slides,
            choice=party.choices["confirmed"],
            note="หมายเหตุ",
        )
        party.presentations.setdefault(state, row)
        if state == PresentationState.ACCEPTED:
            make.make_slot(row, world.seminars["day"].sessions.get())
            make.make_former_slides(row, by=by)
            review = make.make_review(row, world.researcher, sent_at=make.MOMENT)
            party.reviews.setdefault("sent", review)
        elif state == PresentationState.GIVEN:
            said = {"answer": "จะเพิ่มตัวเลขในฉบับหน้า", "answered_at": make.MOMENT, "answered_by": by}
            review = make.make_review(row, world.adviser, sent_at=make.MOMENT, remark="ให้คะแนนตามเกณฑ์", **said)
            party.reviews.setdefault("answered", review)


def add_visits(world: World, party: Party) -> None:
    """Visits in their states; the reported one has a finding with an action in each state."""
    by, body = party.coordinator, party.participant
    guests = [world.adviser, world.researcher] if party is world.a else [world.researcher]
    for state, arranged_by in (
        (VisitState.ASKED, ArrangedBy.LOCAL_GOVERNMENT),
        (VisitState.SCHEDULED, ArrangedBy.INSTITUTE),
        (VisitState.DONE, ArrangedBy.LOCAL_GOVERNMENT),
        (VisitState.REPORTED, ArrangedBy.LOCAL_GOVERNMENT),
    ):
        told = {"report": "พบชุมชนสามแห่ง"} if state == VisitState.REPORTED else {}
        visit = make.make_visit(body, by=by, state=state, arranged_by=arranged_by, visitors=guests, **told)
        party.visits.setdefault(state, visit)
        if state == VisitState.REPORTED:
            finding = make.make_finding(visit, by=world.researcher)
            party.findings.append(finding)
            for step in ActionState:
                action = make.make_action(finding, assignee=by, verifier=world.researcher, state=step)
                party.actions.setdefault(step, action)
