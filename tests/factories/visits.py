"""Field visits, what was found on them, and what is done about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from participants.models import Participant, User
from seminars.models import ActionState, FieldVisit, Finding, FollowUpAction, VisitParticipant, VisitState
from seminars.models.visits import ArrangedBy


def make_visit(
    *participants: Participant,
    by: User,
    state: str = VisitState.SCHEDULED,
    arranged_by: str = ArrangedBy.INSTITUTE,
    visitors: Sequence[User] = (),
    **fields: Any,
) -> FieldVisit:
    """A field visit to one or more parties."""
    values: dict[str, Any] = {"purpose": "ดูสถานีวัดระดับน้ำและพบชุมชน", **fields}
    if state in (VisitState.SCHEDULED, VisitState.DONE, VisitState.REPORTED):
        values.setdefault("visit_on", date(2020, 1, 15))
    if state == VisitState.DECLINED:
        values.setdefault("decision_note", "ไม่มีวันว่างในงวดนี้")
    visit = FieldVisit.objects.create(
        agreement=participants[0].agreement, arranged_by=arranged_by, state=state, created_by=by, **values
    )
    for participant in participants:
        VisitParticipant.objects.create(visit=visit, participant=participant)
    visit.visitors.set(visitors)
    return visit


def make_finding(visit: FieldVisit, *, by: User, **fields: Any) -> Finding:
    """One thing that was found."""
    values = {"order": visit.findings.count() + 1, "text": "ข้อมูลระดับน้ำยังไม่เชื่อมกับป้ายประกาศ", **fields}
    return Finding.objects.create(visit=visit, created_by=by, **values)


def make_action(
    finding: Finding, *, assignee: User, verifier: User, state: str = ActionState.OPEN, **fields: Any
) -> FollowUpAction:
    """What is to be done about a finding."""
    values: dict[str, Any] = {"title": "เชื่อมข้อมูลระดับน้ำกับป้าย", "due_on": date(2020, 3, 1), **fields}
    if state != ActionState.OPEN:
        values |= {"done_on": date(2020, 2, 20), "done_note": "เชื่อมแล้วสองป้าย"}
    if state == ActionState.VERIFIED:
        values |= {"adequate": True, "verified_on": date(2020, 2, 25)}
    return FollowUpAction.objects.create(
        finding=finding, assignee=assignee, verifier=verifier, state=state, created_by=verifier, **values
    )
