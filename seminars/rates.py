"""Which rate holds on a day, and what a number of units costs by it.

Amounts are baht with two decimals; quantities are whole or decimal numbers of the rate's unit. A rate holds from
``valid_from`` to ``valid_to``, both included; no ``valid_to`` means until further notice. A *ceiling* is the most that
may be paid, so that an amount above it asks for a word of explanation; a flat rate is what is paid.

The portal ships no official value, so "no rate was entered" is an answer of its own and never zero baht.

Pure: no Django, no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

SATANG = Decimal("0.01")


@dataclass(frozen=True)
class RateFact:
    """One rate: ``amount`` baht for one ``unit`` of ``kind`` (and ``name``, where a kind has several rates)."""

    kind: str
    unit: str
    amount: Decimal
    valid_from: date
    valid_to: date | None = None
    name: str = ""
    ceiling: bool = True

    def holds_on(self, day: date) -> bool:
        """Whether the rate is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Wanted:
    """So many units of a kind (and name); what an estimate is asked about."""

    kind: str
    unit: str
    quantity: Decimal
    name: str = ""


@dataclass(frozen=True)
class EstimateLine:
    """What was asked for, the rate that holds, and the baht it comes to; both ``None`` where no rate was entered."""

    wanted: Wanted
    rate: RateFact | None
    amount: Decimal | None


@dataclass(frozen=True)
class Estimate:
    """An estimate. ``total`` (baht) sums the lines that have a rate; it is whole only when ``complete``."""

    lines: tuple[EstimateLine, ...]
    total: Decimal

    @property
    def complete(self) -> bool:
        """Whether every line has a rate."""
        return all(line.rate is not None for line in self.lines)


def overlaps(one: RateFact, other: RateFact) -> bool:
    """Whether two rates are for the same thing and both hold on some day."""
    if (one.kind, one.unit, one.name) != (other.kind, other.unit, other.name):
        return False
    return (one.valid_to is None or other.valid_from <= one.valid_to) and (
        other.valid_to is None or one.valid_from <= other.valid_to
    )


def rate_for(rates: Iterable[RateFact], *, kind: str, unit: str, day: date, name: str = "") -> RateFact | None:
    """The rate for one thing on a day, or ``None`` when none was entered.

    Raises ``ValueError`` when two hold: the table is kept so that this cannot be.
    """
    found = [rate for rate in rates if (rate.kind, rate.unit, rate.name) == (kind, unit, name) and rate.holds_on(day)]
    if len(found) > 1:
        raise ValueError(f"two rates hold on {day}: {found}")
    return found[0] if found else None


def cost(rate: RateFact, quantity: Decimal | int) -> Decimal:
    """Baht of so many units by a rate, to the satang (halves up). Raises ``ValueError`` for less than nothing."""
    if quantity < 0:
        raise ValueError(f"a quantity is not negative: {quantity}")
    return (rate.amount * quantity).quantize(SATANG, rounding=ROUND_HALF_UP)


def above(
    rates: Iterable[RateFact],
    *,
    kind: str,
    unit: str,
    day: date,
    amount: Decimal,
    quantity: Decimal | int = 1,
    name: str = "",
) -> Decimal | None:
    """By how many baht an amount lies above what the rate allows for so many units; ``None`` when it does not.

    Without a rate there is nothing to exceed: ``None``.
    """
    rate = rate_for(rates, kind=kind, unit=unit, day=day, name=name)
    if rate is None:
        return None
    excess = amount - cost(rate, quantity)
    return excess if excess > 0 else None


def estimate(rates: Iterable[RateFact], wanted: Sequence[Wanted], *, day: date) -> Estimate:
    """What the wanted units would cost by the rates of a day. Lines without a rate have no amount."""
    known = list(rates)
    lines = []
    for one in wanted:
        rate = rate_for(known, kind=one.kind, unit=one.unit, day=day, name=one.name)
        lines.append(EstimateLine(one, rate, cost(rate, one.quantity) if rate else None))
    total = sum((line.amount for line in lines if line.amount is not None), Decimal("0.00"))
    return Estimate(tuple(lines), total)
