"""What every verb asks first: may the person, is the row whole, is it still in the state that was read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Conflict, DomainError
from participants.models import Agreement
from pathways.models import ReportingPeriod


def allow(answer: bool) -> None:
    """Raise ``PermissionDenied`` unless a permission was given."""
    if not answer:
        raise PermissionDenied


def checked(row: Any) -> Any:
    """Validate a row as forms do; a :class:`DomainError` names each field that is wrong."""
    try:
        row.full_clean()
    except ValidationError as error:
        labels = {one.name: str(one.verbose_name) for one in row._meta.concrete_fields}
        parts = []
        for name, texts in error.message_dict.items():
            text = " ".join(texts)
            parts.append(f"{labels[name]}: {text}" if name in labels else text)
        raise DomainError(" ".join(parts)) from error
    return row


def hold(row: Any, states: Collection[str]) -> None:
    """Lock a row in the state in which it was read until the transaction ends.

    Raises :class:`Conflict` when it is no longer in that state, or that state is none of ``states``.
    """
    held = type(row)._base_manager.filter(pk=row.pk, state=row.state, state__in=list(states)).update(state=row.state)
    if not held:
        row.refresh_from_db(fields=["state", "revision"])
        raise Conflict(
            _("This can no longer be changed: it is now “%(state)s”. Your text was not saved; copy what you need.")
            % {"state": row.get_state_display()}
        )


def require_open(period: ReportingPeriod) -> None:
    """Raise :class:`Conflict` when the period is locked, as it stands in the database now."""
    if ReportingPeriod.objects.filter(pk=period.pk, locked_at__isnull=False).exists():
        raise Conflict(
            _("“%(period)s” is locked: its reports stay as they are. Ask the institute to open it again.")
            % {"period": period}
        )


def needs_late_reason(agreement: Agreement, day: date) -> bool:
    """Whether an entry of that day lies outside the agreement's period and needs a stated reason (clause 3)."""
    return not agreement.covers(day)


def require_late_reason(agreement: Agreement, day: date, reason: str) -> None:
    """Raise :class:`DomainError` when the day needs a reason and there is none."""
    if needs_late_reason(agreement, day) and not reason:
        raise DomainError(_("The day lies outside the agreement's period (clause 3). Give the reason for the entry."))
