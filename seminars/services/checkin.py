"""Check-in: exactly one row for each seat and list, whoever scans it, however often, in whatever order it arrives."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from mou_portal.records import Conflict, DomainError, save_revision
from mou_portal.thai.words import normalise
from seminars.models import (
    ATTENDED,
    Attendance,
    AttendanceState,
    CheckIn,
    CheckInList,
    CheckInSending,
    How,
    ListKind,
    Outcome,
    Seat,
    Seminar,
    SeminarState,
)

from .roll import Mark, record_attendance
from .seats import BATCH, locked, require_announced

if TYPE_CHECKING:
    from participants.models import User

#: A phone without a line keeps its check-ins this long; what claims to be older is dated at its arrival.
LONGEST_OFFLINE = timedelta(days=3)


@dataclass(frozen=True)
class Answer:
    """What a check-in did, and the row as it stands (none where nobody was checked in)."""

    outcome: str
    seat: Seat
    row: CheckIn | None = None


# --- lists ------------------------------------------------------------------------------------
@transaction.atomic
def make_missing_lists(*, seminar: Seminar, user: User) -> int:
    """Give every session of a seminar its check-in list; those that are there stay. Returns how many were made."""
    locked(seminar.pk)
    missing = [
        CheckInList(seminar=seminar, kind=ListKind.SESSION, session=session, title=session.title[:200], created_by=user)
        for session in seminar.sessions.filter(checkin_list=None).order_by("day", "order")
    ]
    if missing:
        bulk_create_with_history(missing, CheckInList, batch_size=BATCH, default_user=user)
    return len(missing)


@transaction.atomic
def make_list(*, point: CheckInList, user: User) -> CheckInList:
    """Store a new list. Raises ``Conflict`` once the seminar is closed, ``DomainError`` for what does not fit."""
    _require_open_seminar(point)
    point.created_by = user
    _prepare(point, user)
    point.save()
    return point


@transaction.atomic
def save_list(*, point: CheckInList, expected: int, user: User) -> CheckInList:
    """Store what was changed on a list: its title, whether it is open, and how people check in. Raises ``Stale``."""
    _require_open_seminar(point)
    _prepare(point, user)
    save_revision(point, expected=expected)
    return point


def _require_open_seminar(point: CheckInList) -> None:
    if locked(point.seminar_id).state not in (SeminarState.PLANNED, SeminarState.ANNOUNCED):
        raise Conflict(_("The seminar is over: its check-in lists change no more."))


def _prepare(point: CheckInList, user: User) -> None:
    point.title = normalise(point.title)
    if point.session is not None and point.session.seminar_id != point.seminar_id:
        raise DomainError(_("The session belongs to another seminar."))
    point._history_user = user  # type: ignore[attr-defined]  # read by simple_history


# --- in and out -------------------------------------------------------------------------------
@transaction.atomic
def check_in(
    *,
    point: CheckInList,
    seat: Seat,
    key: uuid.UUID,
    how: str,
    user: User | None,
    at: datetime | None = None,
    leaving: bool = False,
    came: str = "",
) -> Answer:
    """Check a seat in on a list, or out of it (``leaving``).

    ``key`` belongs to one sending of one phone: the same sending again, because its answer was lost, gets the answer
    it had and does nothing. ``at`` is when it happened, which may be long before it arrives; the earliest entry
    counts, in whatever order they come. ``came`` is who came when it is not the named delegate. On a session's list
    the roll is filled with it: present, or late.

    Raises ``Conflict`` when seminar or list is closed, ``DomainError`` for a seat of another seminar and for a free
    seat without a name; then nothing is written.
    """
    require_announced(locked(point.seminar_id))
    before = CheckInSending.objects.filter(key=key).select_related("seat__participant__designation").first()
    if before is not None:
        return Answer(before.outcome, before.seat, _row(before.checkin_list_id, before.seat_id))
    point.refresh_from_db(fields=["is_open", "records_exit", "self_checkin", "late_after"])
    if not point.is_open:
        raise Conflict(_("The list “%(list)s” is closed. Open it again to check people in.") % {"list": point})
    seat = Seat.objects.select_related("participant__designation").get(pk=seat.pk)
    if seat.seminar_id != point.seminar_id:
        raise DomainError(_("This pass belongs to another seminar."))
    moment = _moment(at)
    row = _row(point.pk, seat.pk)
    if leaving:
        outcome = _leave(row, moment, user)
    else:
        name = normalise(came)[:200] or seat.delegate_name
        if not name:
            raise DomainError(
                _("Nobody is named for this seat yet: %(seat)s. Name the person who came.") % {"seat": label(seat)}
            )
        outcome, row = _enter(point, seat, row, moment, name, how, user)
    CheckInSending.objects.create(
        key=key, checkin_list=point, seat=seat, outcome=outcome, happened_at=moment, sent_by=user
    )
    return Answer(outcome, seat, row)


def _row(list_id: int, seat_id: int) -> CheckIn | None:
    return CheckIn.objects.select_related("recorded_by").filter(checkin_list=list_id, seat=seat_id).first()


def label(seat: Seat) -> str:
    """The seat in a few letters, as it is printed on its pass: the party and the seat's number."""
    return f"{seat.participant} · {seat.number}"


def _moment(at: datetime | None) -> datetime:
    now = timezone.now()
    return now if at is None or not now - LONGEST_OFFLINE <= at <= now else at


def _enter(
    point: CheckInList, seat: Seat, row: CheckIn | None, at: datetime, name: str, how: str, user: User | None
) -> tuple[Outcome, CheckIn]:
    if row is None:
        row = CheckIn(checkin_list=point, seat=seat, came=name, entered_at=at, how=how, recorded_by=user)
        row._history_user = user  # type: ignore[attr-defined]  # read by simple_history
        row.save()
        _fill_roll(point, row, user)
        return Outcome.ENTERED, row
    if row.left_at is not None and at >= row.left_at:
        row.left_at = None  # the person is back
        _save(row, user)
        return Outcome.ENTERED, row
    if at < row.entered_at:  # another phone saw the person first and had no line
        row.entered_at = at
        _save(row, user)
        _fill_roll(point, row, user)
    return Outcome.AGAIN, row


def _leave(row: CheckIn | None, at: datetime, user: User | None) -> Outcome:
    if row is None or at < row.entered_at:
        return Outcome.NOT_IN
    if row.left_at is None or at > row.left_at:
        row.left_at = at
        _save(row, user)
    return Outcome.LEFT


def _save(row: CheckIn, user: User | None) -> None:
    row.revision += 1
    row._history_user = user  # type: ignore[attr-defined]  # read by simple_history
    row.save()


def _fill_roll(point: CheckInList, row: CheckIn, user: User | None) -> None:
    """Mark the seat on the roll of the list's session; a mark that says it came stays, unless it came in time."""
    if point.session is None:
        return
    state = _state(point, row.entered_at)
    mark = Attendance.objects.filter(session=point.session, seat=row.seat).first()
    in_time_after_all = mark is not None and (mark.state, state) == (AttendanceState.LATE, AttendanceState.PRESENT)
    if mark is None or mark.state not in ATTENDED or in_time_after_all:
        marks = {row.seat_id: Mark(state, attended_by=row.came)}
        record_attendance(session=point.session, marks=marks, user=user or point.created_by)


def _state(point: CheckInList, at: datetime) -> AttendanceState:
    session = point.session
    if point.late_after is None or session is None or session.starts_at is None:
        return AttendanceState.PRESENT
    begins = timezone.make_aware(datetime.combine(session.day, session.starts_at))
    late = at > begins + timedelta(minutes=point.late_after)
    return AttendanceState.LATE if late else AttendanceState.PRESENT


@transaction.atomic
def undo_check_in(*, row: CheckIn, user: User) -> None:
    """Take back a check-in that was a mistake; on a session's list the seat stands unrecorded again.

    The history keeps both. Raises ``Conflict`` when somebody took it back already or the seminar is closed.
    """
    require_announced(locked(row.checkin_list.seminar_id))
    now = CheckIn.objects.select_related("checkin_list").filter(pk=row.pk).first()
    if now is None:
        raise Conflict(_("This check-in was already taken back."))
    point = now.checkin_list
    if point.session_id is not None:
        mark = Attendance.objects.filter(session=point.session_id, seat=now.seat_id, state__in=ATTENDED).first()
        if mark is not None:
            mark._history_user = user  # type: ignore[attr-defined]  # read by simple_history
            mark.delete()
    now._history_user = user  # type: ignore[attr-defined]  # read by simple_history
    now.delete()


def check_in_oneself(*, point: CheckInList, seat: Seat, key: uuid.UUID) -> Answer:
    """Let a delegate check in with the code on the screen. Raises ``DomainError`` where staff do not allow it."""
    if not point.self_checkin:
        raise DomainError(_("At this list the staff check people in."))
    return check_in(point=point, seat=seat, key=key, how=How.SELF, user=None)
