"""Field visits: scheduled by the institute, or asked for beyond its schedule (clause 4.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mou_portal.records import Conflict, DomainError, save_revision, transition
from mou_portal.thai.words import normalise
from participants.models import Participant
from seminars.models import ArrangedBy, FieldVisit, VisitParticipant, VisitState

from .period import check_period, normalise_fields

if TYPE_CHECKING:
    from participants.models import User

TEXTS = ("purpose", "decision_note", "outside_period_reason")
OPEN = (VisitState.ASKED, VisitState.AGREED, VisitState.SCHEDULED)


@transaction.atomic
def request_visit(*, visit: FieldVisit, participants: Iterable[Participant], user: User) -> FieldVisit:
    """Ask for a visit beyond the institute's schedule; clause 4.2 makes the askers pay for it.

    Raises ``DomainError`` without a participant, for one of another agreement, and for a wished day outside the
    period without a reason.
    """
    visit.arranged_by = ArrangedBy.LOCAL_GOVERNMENT
    return _create(visit, VisitState.ASKED, dict.fromkeys(participants, 1), (), user)


@transaction.atomic
def schedule_visit(
    *, visit: FieldVisit, participants: Iterable[Participant], visitors: Sequence[User] = (), user: User
) -> FieldVisit:
    """Enter a visit within the institute's schedule, with its day; clause 4.1 makes the institute pay the travel.

    Raises as :func:`request_visit`, and ``DomainError`` without a day.
    """
    visit.arranged_by = ArrangedBy.INSTITUTE
    if visit.visit_on is None:
        raise DomainError(_("Give the day of the visit."))
    return _create(visit, VisitState.SCHEDULED, dict.fromkeys(participants, 1), visitors, user)


@transaction.atomic
def save_visit(*, visit: FieldVisit, expected: int, user: User) -> FieldVisit:
    """Store what staff changed before the visit took place. Raises ``Stale``, ``Conflict`` and ``DomainError``."""
    now = FieldVisit.objects.get(pk=visit.pk)
    if now.state not in OPEN:
        raise Conflict(_("The visit is “%(state)s” and changes no more.") % {"state": now.get_state_display()})
    if now.state == VisitState.SCHEDULED and visit.visit_on is None:
        raise DomainError(_("Give the day of the visit."))
    visit.state = now.state
    visit.arranged_by = now.arranged_by
    _prepare(visit, user)
    save_revision(visit, expected=expected)
    return visit


@transaction.atomic
def share_visit(*, visit: FieldVisit, weights: Mapping[Participant, int], user: User) -> None:
    """Say which participants are visited and with what weights they share its costs; others are taken off.

    Raises ``DomainError`` without a participant, for one of another agreement, and for a weight below 1.
    """
    check_parts(visit, weights)
    there = {part.participant_id: part for part in visit.parts.all()}
    for participant, weight in weights.items():
        part = there.pop(participant.pk, None) or VisitParticipant(visit=visit, participant=participant)
        if part.pk is None or part.weight != weight:
            part.weight = weight
            part._history_user = user  # type: ignore[attr-defined]  # read by simple_history
            part.save()
    for part in there.values():
        part._history_user = user  # type: ignore[attr-defined]  # read by simple_history
        part.delete()


def agree_visit(*, visit: FieldVisit, user: User, note: str = "") -> None:
    """Agree to a visit that was asked for. Raises ``Conflict`` in another state."""
    transition(
        visit,
        sources=[VisitState.ASKED],
        target=VisitState.AGREED,
        decided_by=user,
        decision_note=normalise(note),
        _history_user=user,
    )


def decline_visit(*, visit: FieldVisit, reason: str, user: User) -> None:
    """Decline a visit that was asked for, with the reason that the askers read. Raises ``DomainError`` without one."""
    reason = normalise(reason)
    if not reason:
        raise DomainError(_("Give the reason; the local government will read it."))
    transition(
        visit,
        sources=[VisitState.ASKED],
        target=VisitState.DECLINED,
        decided_by=user,
        decision_note=reason,
        _history_user=user,
    )


@transaction.atomic
def set_visit_day(
    *, visit: FieldVisit, day: date, user: User, visitors: Sequence[User] | None = None, reason: str = ""
) -> None:
    """Set, or move, the day of a visit that was agreed to, and who goes.

    ``reason`` is needed for a day outside the agreement's period (clause 3). Raises ``DomainError`` and ``Conflict``.
    """
    reason = normalise(reason) or visit.outside_period_reason
    check_period(visit.agreement, day, reason=reason)
    transition(
        visit,
        sources=[VisitState.AGREED, VisitState.SCHEDULED],
        target=VisitState.SCHEDULED,
        visit_on=day,
        outside_period_reason=reason,
        _history_user=user,
    )
    if visitors is not None:
        visit.visitors.set(visitors)


def mark_visit_done(*, visit: FieldVisit, user: User, today: date | None = None) -> None:
    """Record that a scheduled visit took place. Raises ``DomainError`` before its day, ``Conflict`` otherwise."""
    if visit.visit_on is not None and visit.visit_on > (today or timezone.localdate()):
        raise DomainError(_("The day of the visit has not come yet."))
    transition(visit, sources=[VisitState.SCHEDULED], target=VisitState.DONE, _history_user=user)


def report_visit(*, visit: FieldVisit, report: str, user: User) -> None:
    """Hand in the report of a visit that took place. Raises ``DomainError`` when empty, ``Conflict`` otherwise."""
    report = normalise(report)
    if not report:
        raise DomainError(_("Write what was found."))
    transition(visit, sources=[VisitState.DONE], target=VisitState.REPORTED, report=report, _history_user=user)


def _create(
    visit: FieldVisit, state: VisitState, weights: Mapping[Participant, int], visitors: Sequence[User], user: User
) -> FieldVisit:
    check_parts(visit, weights)
    visit.state = state
    visit.created_by = user
    _prepare(visit, user)
    visit.save()
    share_visit(visit=visit, weights=weights, user=user)
    visit.visitors.set(visitors)
    return visit


def _prepare(visit: FieldVisit, user: User) -> None:
    normalise_fields(visit, *TEXTS)
    check_period(visit.agreement, visit.wished_on, visit.visit_on, reason=visit.outside_period_reason)
    visit._history_user = user  # type: ignore[attr-defined]  # read by simple_history


def check_parts(visit: FieldVisit, weights: Mapping[Participant, int]) -> None:
    """Raise ``DomainError`` unless the participants and weights can share the visit."""
    if not weights:
        raise DomainError(_("Name at least one participant to be visited."))
    if any(participant.agreement_id != visit.agreement_id for participant in weights):
        raise DomainError(_("A participant of the visit belongs to another agreement."))
    if any(weight < 1 for weight in weights.values()):
        raise DomainError(_("A weight is a whole number from 1."))
