"""Pathways, what parties choose among them, and how they report on it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from participants.models import Agreement, Participant, User
from pathways.models import (
    ChoiceState,
    ChoiceVersion,
    Evidence,
    Indicator,
    Milestone,
    Pathway,
    PathwayChoice,
    ProgressUpdate,
    ReportingPeriod,
    UpdateEvent,
    UpdateState,
)

from .base import MOMENT, SIGNED, make_stored_file
from .people import make_coordinator, make_staff


def make_pathway(agreement: Agreement, number: int = 1, **fields: Any) -> Pathway:
    """One pathway."""
    values = {
        "code": f"pathway-{number}",
        "title_th": f"แนวทางที่ {number}",
        "title_en": f"Pathway number {number}",
        **fields,
    }
    return Pathway.objects.create(agreement=agreement, number=number, **values)


def make_pathways(agreement: Agreement, total: int = 6) -> list[Pathway]:
    """The pathways of clause 2.1."""
    return [make_pathway(agreement, number) for number in range(1, total + 1)]


def make_choice(
    participant: Participant,
    pathway: Pathway | None = None,
    *,
    state: str = ChoiceState.CONFIRMED,
    by: User | None = None,
    decided_by: User | None = None,
    **fields: Any,
) -> PathwayChoice:
    """A choice with one version in a state; ``fields`` are the version's."""
    pathway = pathway or participant.agreement.pathways.first() or make_pathway(participant.agreement)
    by = by or make_coordinator(participant)
    choice = PathwayChoice.objects.create(participant=participant, pathway=pathway)
    make_version(choice, by=by, state=state, decided_by=decided_by, **fields)
    return choice


def make_version(
    choice: PathwayChoice,
    *,
    by: User,
    state: str = ChoiceState.CONFIRMED,
    decided_by: User | None = None,
    **fields: Any,
) -> ChoiceVersion:
    """One more version of a choice."""
    values: dict[str, Any] = {
        "number": choice.versions.count() + 1,
        "chosen_on": date(2019, 7, 1),
        "reason": "ประชาชนต้องการข้อมูลน้ำท่วมที่ทันเวลา",
        "expected_result": "แจ้งเตือนได้ภายในสิบนาที",
        "dimensions": ["environment"],
        **fields,
    }
    if state != ChoiceState.DRAFT:
        values |= {"submitted_by": by, "submitted_at": MOMENT}
    if state in (ChoiceState.CONFIRMED, ChoiceState.SUPERSEDED, ChoiceState.RETURNED):
        values |= {"decided_by": decided_by or make_staff(), "decided_at": MOMENT}
    return ChoiceVersion.objects.create(choice=choice, state=state, created_by=by, **values)


def make_milestone(choice: PathwayChoice, **fields: Any) -> Milestone:
    """A step of the plan."""
    return Milestone.objects.create(
        choice=choice, **{"title": "ติดตั้งสถานีวัดระดับน้ำ", "due_on": date(2020, 3, 31), "weight": 2, **fields}
    )


def make_indicator(choice: PathwayChoice, **fields: Any) -> Indicator:
    """What the choice is measured by."""
    values = {"name": "ครัวเรือนที่ได้รับการแจ้งเตือน", "unit": "ครัวเรือน", "baseline": 0, "target": 200, "weight": 2}
    return Indicator.objects.create(choice=choice, **{**values, **fields})


def make_period(agreement: Agreement, number: int = 1, **fields: Any) -> ReportingPeriod:
    """A reporting period of a month: the first is that of the signing."""
    starts_on = SIGNED + timedelta(days=30 * (number - 1))
    values = {
        "name_th": f"งวดที่ {number}",
        "name_en": f"Period {number}",
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(days=29),
        "due_on": starts_on + timedelta(days=36),
        **fields,
    }
    return ReportingPeriod.objects.create(agreement=agreement, number=number, **values)


def make_update(
    choice: PathwayChoice,
    period: ReportingPeriod | None = None,
    *,
    state: str = UpdateState.SUBMITTED,
    by: User | None = None,
    reviewed_by: User | None = None,
    **fields: Any,
) -> ProgressUpdate:
    """A progress update in a state, with the events that led there."""
    agreement = choice.participant.agreement
    period = period or agreement.reporting_periods.first() or make_period(agreement)
    by = by or make_coordinator(choice.participant)
    values: dict[str, Any] = {
        "done": "ติดตั้งสถานีวัดระดับน้ำสองแห่ง",
        "result": "ทราบระดับน้ำทุกสิบห้านาที",
        "obstacles": "งบประมาณมาช้า",
        "next_step": "ต่อข้อมูลเข้าป้ายประกาศ",
        "percent": 40,
        **fields,
    }
    if state != UpdateState.DRAFT:
        values |= {"submitted_by": by, "submitted_at": MOMENT}
    reviewer = None
    if state in (UpdateState.RETURNED, UpdateState.ACCEPTED):
        reviewer = reviewed_by or make_staff()
        values |= {"reviewed_by": reviewer, "reviewed_at": MOMENT}
    update = ProgressUpdate.objects.create(choice=choice, period=period, state=state, created_by=by, **values)
    UpdateEvent.objects.create(update=update, state=UpdateState.DRAFT, by=by)
    if state != UpdateState.DRAFT:
        UpdateEvent.objects.create(update=update, state=UpdateState.SUBMITTED, by=by)
    if reviewer is not None:
        UpdateEvent.objects.create(update=update, state=state, by=reviewer, note="ขอบคุณ โปรดดูหมายเหตุ")
    return update


def make_evidence(update: ProgressUpdate, *, by: User | None = None, **fields: Any) -> Evidence:
    """A picture, really stored, that shows what an update says."""
    user = by or update.created_by
    if "file" not in fields:
        fields["file"] = make_stored_file(user)
    return Evidence.objects.create(update=update, **{"caption": "สถานีวัดระดับน้ำ", **fields})
