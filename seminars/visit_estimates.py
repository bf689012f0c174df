"""A visit's expected costs with their words, for pages and documents."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from seminars.models import FieldVisit, Rate, RateKind, RateUnit
from seminars.rates import Estimate
from seminars.visit_costs import visit_estimate


@dataclass(frozen=True)
class NamedLine:
    """A line of an estimate in words; ``amount`` and ``rate`` are ``None`` where no rate was entered."""

    kind: str
    unit: str
    quantity: Decimal
    rate: Decimal | None
    amount: Decimal | None
    ceiling: bool = True


def estimate_lines(found: Estimate) -> list[NamedLine]:
    """The lines with their words in the reader's language."""
    return [
        NamedLine(
            kind=str(RateKind(line.wanted.kind).label),
            unit=str(RateUnit(line.wanted.unit).label),
            quantity=line.wanted.quantity,
            rate=line.rate.amount if line.rate else None,
            amount=line.amount,
            ceiling=line.rate.ceiling if line.rate else True,
        )
        for line in found.lines
    ]


def estimate_of(visit: FieldVisit) -> Estimate | None:
    """What a visit is expected to cost by the rates of its day; ``None`` where its size was never said."""
    if visit.people is None:
        return None
    day = visit.visit_on or visit.wished_on or timezone.localdate(visit.created_at)
    return visit_estimate(
        Rate.objects.filter(agreement_id=visit.agreement_id).facts(),
        people=visit.people,
        hours=visit.hours or 0,
        nights=visit.nights or 0,
        day=day,
    )
