"""The period of clause 3, as every dated entry of this app keeps it."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from mou_portal.records import DomainError
from mou_portal.thai.words import normalise
from participants.models import Agreement
from seminars.models import Seminar, SeminarState


class OutsidePeriod(DomainError):
    """A date outside the agreement's period came without a reason."""


def check_period(agreement: Agreement, *days: date | None, reason: str) -> None:
    """Let a date outside the agreement's period pass only with a stated reason (clause 3).

    Raises :class:`OutsidePeriod`. Days that are not set yet are not asked about.
    """
    if not reason.strip() and any(day is not None and not agreement.covers(day) for day in days):
        raise OutsidePeriod(
            _("The date lies outside the agreement's period (clause 3). State the reason, or choose another date.")
        )


class Clashing(DomainError):
    """A seminar at the same time as another one of its agreement came without a reason."""


def check_clash(seminar: Seminar, *, reason: str) -> None:
    """Let a seminar overlap another one of its agreement only with a stated reason: people cannot be at both.

    Cancelled seminars are in nobody's way. Raises :class:`Clashing`, which names the other one.
    """
    if reason.strip() or seminar.starts_on is None or seminar.ends_on is None or seminar.agreement_id is None:
        return
    other = (
        Seminar.objects.filter(
            agreement_id=seminar.agreement_id, starts_on__lte=seminar.ends_on, ends_on__gte=seminar.starts_on
        )
        .exclude(state=SeminarState.CANCELLED)
        .exclude(pk=seminar.pk)
        .order_by("starts_on", "pk")
        .first()
    )
    if other is not None:
        raise Clashing(
            _("At that time there is already “%(other)s”. State the reason, or choose another date.") % {"other": other}
        )


def normalise_fields(row: object, *names: str) -> None:
    """Bring the texts of a row into their one spelling before they are stored."""
    for name in names:
        setattr(row, name, normalise(getattr(row, name) or ""))
