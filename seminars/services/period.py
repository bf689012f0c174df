"""The period of clause 3, as every dated entry of this app keeps it."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from mou_portal.records import DomainError
from mou_portal.thai.words import normalise
from participants.models import Agreement


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


def normalise_fields(row: object, *names: str) -> None:
    """Bring the texts of a row into their one spelling before they are stored."""
    for name in names:
        setattr(row, name, normalise(getattr(row, name) or ""))
