"""The roll: how each seat stood at each session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from mou_portal.records import DomainError
from mou_portal.thai.words import normalise
from seminars.models import ATTENDED, Attendance, AttendanceState, Seat, SeminarSession

from .seats import BATCH, locked, require_announced

if TYPE_CHECKING:
    from participants.models import User


@dataclass(frozen=True)
class Mark:
    """How a seat stood: a state, the reason of an excuse, and who came when it was not the named delegate."""

    state: str
    reason: str = ""
    attended_by: str = ""


def everybody_came(session: SeminarSession) -> dict[int, Mark]:
    """The marks with which a roll begins: named seats present, empty seats absent; only exceptions are ticked then."""
    return {
        seat.pk: Mark(AttendanceState.PRESENT if seat.delegate_name else AttendanceState.ABSENT)
        for seat in session.seminar.seats.all()
    }


@transaction.atomic
def record_attendance(*, session: SeminarSession, marks: Mapping[int, Mark | str], user: User) -> int:
    """Write the roll of a session for the given seats (by id); returns how many marks were new or changed.

    Sent twice, or by two phones at once, it leaves one row for each seat. A mark that says something else than
    before is a correction, kept in the history with who made it. Raises ``DomainError`` for an unknown state, for an
    excuse without a reason and for a seat of another seminar, and ``Conflict`` once the seminar is closed; then
    nothing is written.
    """
    require_announced(locked(session.seminar_id))
    said = {seat_id: mark if isinstance(mark, Mark) else Mark(mark) for seat_id, mark in marks.items()}
    seats = Seat.objects.filter(seminar_id=session.seminar_id)
    if len(said) <= BATCH:
        seats = seats.filter(pk__in=list(said))
    names = dict(seats.values_list("pk", "delegate_name"))
    if not said.keys() <= names.keys():
        raise DomainError(_("A seat on the roll does not belong to this seminar. Nothing was recorded."))
    existing = {row.seat_id: row for row in session.attendance.filter(seat__in=seats)}
    new: list[Attendance] = []
    corrected: list[Attendance] = []
    for seat_id, mark in said.items():
        state, reason, came = _checked(mark, names[seat_id])
        row = existing.get(seat_id)
        if row is None:
            new.append(
                Attendance(
                    seat_id=seat_id, session=session, state=state, reason=reason, attended_by=came, recorded_by=user
                )
            )
        elif (row.state, row.reason, row.attended_by) != (state, reason, came):
            row.state, row.reason, row.attended_by, row.recorded_by = state, reason, came, user
            row.revision += 1
            row.updated_at = timezone.now()
            corrected.append(row)
    if new:
        bulk_create_with_history(new, Attendance, batch_size=BATCH, default_user=user)
    if corrected:
        fields = ["state", "reason", "attended_by", "recorded_by", "revision", "updated_at"]
        bulk_update_with_history(corrected, Attendance, fields, batch_size=BATCH, default_user=user)
    return len(new) + len(corrected)


def _checked(mark: Mark, delegate_name: str) -> tuple[str, str, str]:
    """State, reason and who came, in their stored form."""
    if mark.state not in AttendanceState.values:
        raise DomainError(_("“%(state)s” is no mark of a roll.") % {"state": mark.state[:40]})
    reason = normalise(mark.reason)[:300]
    if mark.state == AttendanceState.EXCUSED and not reason:
        raise DomainError(_("An excuse needs its reason: %(name)s.") % {"name": delegate_name or "–"})
    came = normalise(mark.attended_by)[:200] or delegate_name if mark.state in ATTENDED else ""
    return mark.state, reason if mark.state == AttendanceState.EXCUSED else "", came
