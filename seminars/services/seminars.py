"""The life of a seminar: planned, announced, closed or cancelled."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from mou_portal.records import Conflict, DomainError, save_revision, transition
from seminars.models import Attendance, Seminar, SeminarSession, SeminarState

from .checkin import make_missing_lists
from .period import check_clash, check_period, normalise_fields
from .seats import locked, make_missing_seats, require_announced

if TYPE_CHECKING:
    from participants.models import User

TEXTS = ("title_th", "title_en", "description", "place", "outside_period_reason", "clash_reason")


def plan_seminar(*, seminar: Seminar, user: User) -> Seminar:
    """Store a new seminar, which only staff see until it is announced.

    Raises ``DomainError`` for a date outside the agreement's period (clause 3) or at the same time as another seminar
    without a reason, and
    ``ValidationError`` for fields that do not fit.
    """
    _prepare(seminar)
    seminar.state = SeminarState.PLANNED
    seminar._history_user = user  # type: ignore[attr-defined]  # read by simple_history
    seminar.full_clean()
    seminar.save()
    return seminar


@transaction.atomic
def save_seminar(*, seminar: Seminar, expected: int, user: User) -> Seminar:
    """Store what was changed. More seats for each participant are made at once; fewer are refused once announced.

    Raises ``Stale``, ``Conflict`` when it is closed or cancelled, and what :func:`plan_seminar` raises.
    """
    now = locked(seminar.pk)
    if now.state not in (SeminarState.PLANNED, SeminarState.ANNOUNCED):
        raise Conflict(_("The seminar is “%(state)s” and changes no more.") % {"state": now.get_state_display()})
    if now.state == SeminarState.ANNOUNCED and seminar.seats_per_participant < now.seats_per_participant:
        raise DomainError(_("The seats were already announced: their number can be raised, not lowered."))
    _prepare(seminar)
    seminar.state = now.state
    seminar._history_user = user  # type: ignore[attr-defined]  # read by simple_history
    seminar.full_clean()
    save_revision(seminar, expected=expected)
    if now.state == SeminarState.ANNOUNCED:
        make_missing_seats(seminar=seminar, user=user)
    return seminar


@transaction.atomic
def announce_seminar(*, seminar: Seminar, user: User) -> int:
    """Tell the parties: the seminar becomes visible and every active participant gets its seats.

    A seminar without sessions gets one for each day, so that a roll can be taken, and each session gets its check-in
    list. Announcing an announced seminar only makes seats for parties that joined since, and lists that are missing.
    Returns how many seats were made. Raises ``Conflict`` for a closed or cancelled seminar.
    """
    if locked(seminar.pk).state != SeminarState.ANNOUNCED:
        transition(seminar, sources=[SeminarState.PLANNED], target=SeminarState.ANNOUNCED, _history_user=user)
        _make_missing_sessions(seminar, user)
    else:
        seminar.refresh_from_db()
    make_missing_lists(seminar=seminar, user=user)
    return make_missing_seats(seminar=seminar, user=user)


@transaction.atomic
def close_seminar(*, seminar: Seminar, user: User, today: date | None = None) -> None:
    """Close the roll: what it says counts and changes no more.

    Raises ``DomainError`` before the last day and while a mark is missing, ``Conflict`` unless it is announced.
    """
    now = locked(seminar.pk)
    require_announced(now)
    if (today or timezone.localdate()) < now.ends_on:
        raise DomainError(_("A seminar is closed on its last day or later."))
    expected = now.seats.count() * now.sessions.count()
    missing = expected - Attendance.objects.filter(session__seminar=now).count()
    if missing > 0:
        raise DomainError(_("The roll is not complete: %(count)d marks are missing.") % {"count": missing})
    transition(seminar, sources=[SeminarState.ANNOUNCED], target=SeminarState.CLOSED, _history_user=user)


def cancel_seminar(*, seminar: Seminar, user: User, reason: str = "") -> None:
    """Call a seminar off; it no longer counts for anybody. Raises ``Conflict`` once it is closed."""
    transition(
        seminar,
        sources=[SeminarState.PLANNED, SeminarState.ANNOUNCED],
        target=SeminarState.CANCELLED,
        _history_user=user,
        _change_reason=reason or None,
    )


def _prepare(seminar: Seminar) -> None:
    normalise_fields(seminar, *TEXTS)
    check_period(seminar.agreement, seminar.starts_on, seminar.ends_on, reason=seminar.outside_period_reason)
    check_clash(seminar, reason=seminar.clash_reason)


def _make_missing_sessions(seminar: Seminar, user: User) -> None:
    if seminar.sessions.exists():
        return
    days = (seminar.ends_on - seminar.starts_on).days + 1
    made = [
        SeminarSession(
            seminar=seminar, order=number, day=seminar.starts_on + timedelta(days=number - 1), title=f"{number}/{days}"
        )
        for number in range(1, days + 1)
    ]
    bulk_create_with_history(made, SeminarSession, default_user=user)
