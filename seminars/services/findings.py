"""Findings of a field visit, and follow-up actions from their assignment to "adequate"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from mou_portal.records import Conflict, DomainError, save_revision, transition
from mou_portal.thai.words import normalise
from participants.access import PROGRAMME_STAFF
from participants.models import Membership, Role, User
from seminars.models import ActionState, FieldVisit, Finding, FollowUpAction, VisitState

from .period import normalise_fields

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: Visits of which findings are written: what took place.
HELD_VISITS = (VisitState.DONE, VisitState.REPORTED)


@transaction.atomic
def add_finding(*, finding: Finding, user: User) -> Finding:
    """Write down what was found at a visit that took place. Raises ``Conflict`` before, ``DomainError`` when empty."""
    visit = FieldVisit.objects.select_for_update(no_key=True).get(pk=finding.visit_id)
    if visit.state not in HELD_VISITS:
        raise Conflict(_("Findings are written when the visit took place."))
    normalise_fields(finding, "text")
    if not finding.text:
        raise DomainError(_("Write what was found."))
    last = Finding.objects.filter(visit=visit).aggregate(last=Max("order"))["last"]
    finding.order = (last or 0) + 1
    finding.created_by = user
    finding._history_user = user  # type: ignore[attr-defined]  # read by simple_history
    finding.save()
    return finding


@transaction.atomic
def save_finding(*, finding: Finding, expected: int, user: User) -> Finding:
    """Store a changed finding. Raises ``Stale``, and ``DomainError`` when it is empty."""
    normalise_fields(finding, "text")
    if not finding.text:
        raise DomainError(_("Write what was found."))
    finding._history_user = user  # type: ignore[attr-defined]  # read by simple_history
    save_revision(finding, expected=expected)
    return finding


def possible_verifiers(visit: FieldVisit) -> QuerySet[User]:
    """Who may say that an action was adequate: those who went, and programme staff."""
    went = Q(pk__in=visit.visitors.values("pk"))
    staff = Q(is_superuser=True) | Q(pk__in=User.objects.filter(groups__name=PROGRAMME_STAFF).values("pk"))
    return User.objects.filter(went | staff, is_active=True)


def possible_assignees(visit: FieldVisit) -> QuerySet[User]:
    """Who may be asked to act: coordinators of the visited, those who went, and programme staff."""
    today = timezone.localdate()
    local = Membership.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=today), role=Role.COORDINATOR, participant__visit_parts__visit=visit
    )
    others = possible_verifiers(visit).values("pk")
    return User.objects.filter(Q(pk__in=local.values("user_id")) | Q(pk__in=others), is_active=True)


@transaction.atomic
def assign_action(*, action: FollowUpAction, user: User) -> FollowUpAction:
    """Ask a person to act on a finding until a day, and name who verifies it.

    Raises ``DomainError`` when one person is to do both, when either has nothing to do with the visit, and for a
    day before the visit.
    """
    visit = action.finding.visit
    normalise_fields(action, "title")
    if not action.title:
        raise DomainError(_("Say what is to be done."))
    if action.assignee_id == action.verifier_id:
        raise DomainError(_("Whoever does it does not verify it: name two people."))
    if not possible_assignees(visit).filter(pk=action.assignee_id).exists():
        raise DomainError(_("Whoever does it belongs to the visited organisations, the visitors or the staff."))
    if not possible_verifiers(visit).filter(pk=action.verifier_id).exists():
        raise DomainError(_("Whoever verifies it was among the visitors or belongs to the staff."))
    if visit.visit_on is not None and action.due_on < visit.visit_on:
        raise DomainError(_("The day lies before the visit."))
    action.state = ActionState.OPEN
    action.created_by = user
    action._history_user = user  # type: ignore[attr-defined]  # read by simple_history
    action.save()
    return action


def finish_action(*, action: FollowUpAction, note: str, user: User) -> None:
    """Say what was done; the verifier is next. Raises ``DomainError`` without words, ``Conflict`` unless it is open."""
    note = normalise(note)
    if not note:
        raise DomainError(_("Say what was done."))
    transition(
        action,
        sources=[ActionState.OPEN],
        target=ActionState.DONE,
        done_on=timezone.localdate(),
        done_note=note,
        _history_user=user,
    )


def verify_action(*, action: FollowUpAction, adequate: bool, note: str, user: User) -> None:
    """Say whether what was done is adequate; what is not goes back to the assignee with the reason.

    Raises ``DomainError`` when it is not adequate and nothing says why, ``Conflict`` unless it was done.
    """
    note = normalise(note)
    if not adequate and not note:
        raise DomainError(_("Say what is missing; the person who acts will read it."))
    transition(
        action,
        sources=[ActionState.DONE],
        target=ActionState.VERIFIED if adequate else ActionState.OPEN,
        adequate=adequate,
        verified_on=timezone.localdate(),
        verifier_note=note,
        _history_user=user,
    )
