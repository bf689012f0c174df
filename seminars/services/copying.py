"""Last year's seminar again: its texts, sessions and check-in lists on new days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from participants.models import Agreement
from seminars.models import CheckInList, Seminar, SeminarSession

from .seminars import plan_seminar

if TYPE_CHECKING:
    from participants.models import User

COPIED = (
    "kind",
    "title_th",
    "title_en",
    "description",
    "venue",
    "place",
    "required",
    "seats_per_participant",
    "asks_food",
)


@transaction.atomic
def copy_seminar(
    *,
    seminar: Seminar,
    agreement: Agreement,
    starts_on: date,
    user: User,
    outside_period_reason: str = "",
    clash_reason: str = "",
) -> Seminar:
    """Plan a seminar like another one, beginning on a new day, in the same agreement or a later one.

    Sessions keep their order, hours and rooms and move by as many days; lists keep their kinds and settings. Seats,
    marks, check-ins, presentations and materials are not copied: a file is one seminar's. Raises what
    :func:`plan_seminar` raises.
    """
    moved = starts_on - seminar.starts_on
    made = Seminar(
        agreement=agreement,
        starts_on=starts_on,
        ends_on=seminar.ends_on + moved,
        outside_period_reason=outside_period_reason,
        clash_reason=clash_reason,
        **{name: getattr(seminar, name) for name in COPIED},
    )
    plan_seminar(seminar=made, user=user)
    sessions: dict[int, SeminarSession] = {}
    for session in seminar.sessions.order_by("order"):
        copied = SeminarSession(
            seminar=made,
            order=session.order,
            title=session.title,
            day=session.day + moved,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            room=session.room,
        )
        copied._history_user = user  # type: ignore[attr-defined]  # read by simple_history
        copied.save()
        sessions[session.pk] = copied
    for point in seminar.checkin_lists.all():
        copied_list = CheckInList(
            seminar=made,
            kind=point.kind,
            session=sessions[point.session_id] if point.session_id else None,
            title=point.title,
            records_exit=point.records_exit,
            self_checkin=point.self_checkin,
            late_after=point.late_after,
            created_by=user,
        )
        copied_list._history_user = user  # type: ignore[attr-defined]  # read by simple_history
        copied_list.save()
    return made
