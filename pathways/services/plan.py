"""The verbs of plans and schedules: milestones and indicators of a choice, periods that a participant skips."""

from __future__ import annotations

from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Conflict, DomainError, save_revision
from mou_portal.thai.words import normalise
from participants.models import Participant, User
from pathways import permissions
from pathways.models import Indicator, Milestone, PeriodSkip, ReportingPeriod
from pathways.services.guards import allow, checked


def save_milestone(*, milestone: Milestone, user: User, expected: int | None = None) -> None:
    """Save a step of a plan; ``expected`` is the revision it was read at, ``None`` for a new one."""
    allow(permissions.can_plan(user, milestone.choice))
    milestone.title = normalise(milestone.title)
    if milestone.done_on is not None and milestone.done_on > timezone.localdate():
        raise DomainError(_("A milestone cannot be done on a day that has not come."))
    checked(milestone)
    if expected is None:
        milestone.save()
    else:
        save_revision(milestone, expected=expected)


def remove_milestone(*, milestone: Milestone, user: User) -> None:
    """Take a step out of a plan; its history stays."""
    allow(permissions.can_plan(user, milestone.choice))
    milestone.delete()


def save_indicator(*, indicator: Indicator, user: User, expected: int | None = None) -> None:
    """Save an indicator of a plan; ``expected`` is the revision it was read at, ``None`` for a new one."""
    allow(permissions.can_plan(user, indicator.choice))
    indicator.name, indicator.unit = normalise(indicator.name), normalise(indicator.unit)
    checked(indicator)
    if expected is None:
        indicator.save()
    else:
        save_revision(indicator, expected=expected)


def remove_indicator(*, indicator: Indicator, user: User) -> None:
    """Take an indicator out of a plan. Raises :class:`DomainError` once a report holds a value of it."""
    allow(permissions.can_plan(user, indicator.choice))
    try:
        indicator.delete()
    except ProtectedError as error:
        raise DomainError(
            _("Reports already hold values of this indicator; it stays, so that they can be understood.")
        ) from error


def skip_period(*, period: ReportingPeriod, participant: Participant, user: User, reason: str) -> PeriodSkip:
    """Say that one participant need not report for a period, and why."""
    allow(permissions.can_manage_periods(user, period))
    if period.agreement_id != participant.agreement_id:
        raise DomainError(_("This reporting period belongs to another agreement."))
    skip = PeriodSkip(period=period, participant=participant, reason=normalise(reason))
    checked(skip).save()
    return skip


def unskip_period(*, period: ReportingPeriod, participant: Participant, user: User) -> None:
    """Ask a participant for its reports again. Raises :class:`Conflict` when it is asked already."""
    allow(permissions.can_manage_periods(user, period))
    skip = PeriodSkip.objects.filter(period=period, participant=participant).first()
    if skip is None:
        raise Conflict(_("The organisation is asked for this period already."))
    skip.delete()
