"""The verbs of the schedule: reporting periods from a rule."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Conflict, DomainError, save_revision
from participants.models import Agreement, User
from pathways import permissions
from pathways.models import PeriodKind, ReportingPeriod
from pathways.schedule import PlannedPeriod, ScheduleRule, overlaps, planned_periods
from pathways.services.guards import allow, checked


def plan_periods(agreement: Agreement, rule: ScheduleRule) -> tuple[PlannedPeriod, ...]:
    """The periods that a rule makes of the agreement's days that no period covers yet; nothing is written.

    They begin after the last period that is there. Raises :class:`DomainError` for an agreement without a beginning,
    one that is covered to its end, and one in which they would overlap a period.
    """
    begins_on = agreement.begins_on
    if begins_on is None:
        raise DomainError(_("The agreement has no day of signing yet, so its period is not known (clause 3)."))
    there = list(agreement.reporting_periods.values_list("number", "starts_on", "ends_on"))
    starts_on = max((ends_on + timedelta(days=1) for _number, _starts_on, ends_on in there), default=begins_on)
    if starts_on > agreement.ends_on:
        raise DomainError(
            _("Reporting periods already cover the agreement to its last day. Remove those that are not wanted first.")
        )
    number = max((number for number, _starts_on, _ends_on in there), default=0) + 1
    return planned_periods(rule, max(starts_on, begins_on), agreement.ends_on, first_number=number)


def generate_periods(
    *,
    agreement: Agreement,
    rule: ScheduleRule,
    user: User,
    asks_indicators: bool = True,
    last_is_final: bool = False,
) -> list[ReportingPeriod]:
    """Publish the periods that a rule makes; reports are asked for them at once.

    With ``last_is_final`` the last of them asks for the final report.

    Raises :class:`DomainError` as :func:`plan_periods`, and :class:`Conflict` when somebody publishes periods at the
    same moment; then nothing is written.
    """
    allow(permissions.can_manage_periods(user, agreement))
    try:
        with transaction.atomic():
            planned = plan_periods(agreement, rule)
            taken = agreement.reporting_periods.values_list("starts_on", "ends_on")
            if overlaps(planned, taken):
                raise Conflict(_("These days are already covered by reporting periods."))
            periods = [
                ReportingPeriod(
                    agreement=agreement,
                    number=one.number,
                    name_th=one.name("th"),
                    name_en=one.name("en"),
                    starts_on=one.starts_on,
                    ends_on=one.ends_on,
                    due_on=one.due_on,
                    asks_indicators=asks_indicators,
                )
                for one in planned
            ]
            if last_is_final:
                periods[-1].kind = PeriodKind.FINAL
            for period in periods:
                checked(period).save()
    except IntegrityError as error:  # somebody published periods of these numbers at the same moment
        raise Conflict(_("These days are already covered by reporting periods.")) from error
    return periods


def lock_period(*, period: ReportingPeriod, user: User) -> None:
    """Lock a period: its reports stay as they are. Raises :class:`Conflict` when it is locked already."""
    allow(permissions.can_manage_periods(user, period))
    if period.is_locked:
        raise Conflict(_("“%(period)s” is locked already.") % {"period": period})
    period.locked_at = timezone.now()
    save_revision(period, expected=period.revision)


def unlock_period(*, period: ReportingPeriod, user: User) -> None:
    """Open a locked period again. Raises :class:`Conflict` when it is open already."""
    allow(permissions.can_manage_periods(user, period))
    if not period.is_locked:
        raise Conflict(_("“%(period)s” is open already.") % {"period": period})
    period.locked_at = None
    save_revision(period, expected=period.revision)
