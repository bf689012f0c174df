"""Units in words, and lines above the ceilings of the dated rate table (staff's own data; the portal ships none)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from mou_portal.thai.money import format_amount
from participants.models import Agreement
from seminars.models import Rate, RateUnit
from seminars.rates import RateFact, above


def unit_label(unit: str) -> str:
    """A unit in the reader's words."""
    return str(dict(RateUnit.choices).get(unit, unit))


def rates_of(agreement: Agreement) -> tuple[RateFact, ...]:
    """The agreement's rates; one query."""
    return Rate.objects.filter(agreement=agreement).facts()


def excess_of(line: Any, rates: Sequence[RateFact]) -> Decimal | None:
    """By how many baht a line lies above the rate of its day; ``None`` when it does not, or no rate speaks of it.

    Of a kind with several named rates (single and shared rooms) the highest is the ceiling.
    """
    if line.quantity is None or not line.unit:
        return None
    names = {rate.name for rate in rates if (rate.kind, rate.unit) == (line.category, line.unit)}
    found = [
        above(
            rates,
            kind=line.category,
            unit=line.unit,
            day=line.spent_on,
            amount=line.amount,
            quantity=line.quantity,
            name=name,
        )
        for name in names
        if any(rate.name == name and rate.unit == line.unit and rate.holds_on(line.spent_on) for rate in rates)
    ]
    if not found or None in found:
        return None
    return min(excess for excess in found if excess is not None)


def excess_words(line: Any, rates: Sequence[RateFact]) -> str:
    """The excess as a sentence; empty when there is none."""
    excess = excess_of(line, rates)
    if excess is None:
        return ""
    return _("%(amount)s baht above the ceiling of the rate table on that day.") % {"amount": format_amount(excess)}
