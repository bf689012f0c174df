"""What seminars take over into the next phase of an agreement: the rates that hold when the old one ends."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mou_portal.registry import PhasePart, phases
from participants.models import Agreement, Participant
from seminars.models import Rate


def carry_rates(old: Agreement, new: Agreement, participants: Mapping[int, Participant]) -> int:
    """Copy the rates of today, to be edited: they hold from the new agreement's first day, or from today."""
    first = new.starts_on or timezone.localdate()
    rows = list(Rate.objects.filter(agreement=old).on(timezone.localdate()))
    for row in rows:
        Rate.objects.create(
            agreement=new,
            kind=row.kind,
            unit=row.unit,
            name=row.name,
            amount=row.amount,
            meaning=row.meaning,
            source=row.source,
            valid_from=first,
            valid_to=row.valid_to if row.valid_to and row.valid_to >= first else None,
            entered_by=row.entered_by,
        )
    return len(rows)


phases.register(PhasePart("rates", _("Rates"), carry_rates))
