"""A seminar's presentations as a timetable: session by session, with the hours worked out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import time

from seminars.models import Seminar, SeminarSession, Slot
from seminars.programme import clock, overrun, timetable


@dataclass(frozen=True)
class Talk:
    """A slot with its hours (empty where the session has none). ``titled``: the reader may know the title."""

    slot: Slot
    starts: str
    ends: str
    titled: bool = True


@dataclass
class SessionPlan:
    """A session with its talks; ``late`` is by how many minutes they run past its end."""

    session: SeminarSession
    talks: list[Talk] = field(default_factory=list)
    late: int = 0


def timetable_of(seminar: Seminar, titled: Container[int] | None = None) -> list[SessionPlan]:
    """Every session of the seminar with its talks, in two queries.

    ``titled`` holds the ids of presentations whose titles the reader may know (``None``: all of them).
    """
    slots: dict[int, list[Slot]] = defaultdict(list)
    rows = Slot.objects.filter(session__seminar=seminar).select_related(
        "presentation__participant__designation", "presentation__choice__pathway"
    )
    for slot in rows.order_by("number"):
        slots[slot.session_id].append(slot)
    plans = []
    for session in seminar.sessions.order_by("day", "order"):
        own = slots[session.pk]
        starts, ends = _minutes(session.starts_at), _minutes(session.ends_at)
        times = timetable(starts or 0, [slot.minutes for slot in own])
        known = starts is not None
        plans.append(
            SessionPlan(
                session,
                [
                    Talk(
                        slot,
                        clock(hours.starts) if known else "",
                        clock(hours.ends) if known else "",
                        titled is None or slot.presentation_id in titled,
                    )
                    for slot, hours in zip(own, times, strict=True)
                ],
                overrun(times, ends) if known else 0,
            )
        )
    return plans


def _minutes(moment: time | None) -> int | None:
    return moment.hour * 60 + moment.minute if moment is not None else None
