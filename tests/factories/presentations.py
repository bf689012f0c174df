"""Presentations at a seminar, and their reviews."""

from __future__ import annotations

from typing import Any

from participants.models import Participant, User
from seminars.models import (
    Criterion,
    FormerSlides,
    Presentation,
    PresentationState,
    Review,
    Reviewer,
    Score,
    Seminar,
    SeminarSession,
    Slot,
)

from .base import make_stored_file
from .people import make_coordinator


def make_presentation(
    participant: Participant,
    seminar: Seminar,
    *,
    state: str = PresentationState.SUBMITTED,
    by: User | None = None,
    **fields: Any,
) -> Presentation:
    """A party's presentation."""
    values: dict[str, Any] = {
        "title": "ระบบเตือนน้ำท่วม",
        "abstract": "บทเรียนจากสถานีสองแห่ง",
        "presenters": "นางสาวผู้แทน มาแน่",
        **fields,
    }
    if state == PresentationState.GIVEN:
        values.setdefault("given_on", seminar.ends_on)
    by = by or make_coordinator(participant)
    return Presentation.objects.create(participant=participant, seminar=seminar, state=state, created_by=by, **values)


def make_former_slides(presentation: Presentation, *, by: User) -> FormerSlides:
    """A version of the slides that was replaced."""
    number = presentation.former_slides.count() + 1
    return FormerSlides.objects.create(
        presentation=presentation, number=number, file=make_stored_file(by, "สไลด์เก่า.png")
    )


def make_slot(presentation: Presentation, session: SeminarSession, **fields: Any) -> Slot:
    """The next free place of a session."""
    values = {"number": session.slots.count() + 1, "minutes": 15, **fields}
    return Slot.objects.create(presentation=presentation, session=session, **values)


def make_criterion(seminar: Seminar, **fields: Any) -> Criterion:
    """What reviewers judge."""
    order = seminar.criteria.count() + 1
    values = {"order": order, "title_th": f"เกณฑ์ข้อที่ {order}", "title_en": f"Criterion {order}", **fields}
    return Criterion.objects.create(seminar=seminar, **values)


def make_reviewer(seminar: Seminar, user: User) -> Reviewer:
    """A person who reviews at a seminar."""
    return Reviewer.objects.create(seminar=seminar, user=user)


def make_review(presentation: Presentation, reviewer: User, *, score: int = 4, **fields: Any) -> Review:
    """A review with the same score on every criterion."""
    values = {"comment": "น่าสนใจ ขอให้เพิ่มตัวเลขผลลัพธ์", **fields}
    review = Review.objects.create(presentation=presentation, reviewer=reviewer, **values)
    for criterion in presentation.seminar.criteria.all():
        Score.objects.create(review=review, criterion=criterion, value=score)
    return review
