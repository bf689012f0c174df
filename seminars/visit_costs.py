"""What a visit beyond the schedule is expected to cost the local government that asks for it (clause 4.2).

Pure: no Django, no database.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from seminars.rates import Estimate, RateFact, Wanted, estimate


def visit_estimate(rates: Iterable[RateFact], *, people: int, hours: int, nights: int, day: date) -> Estimate:
    """Honorarium by the hour, travel there and back, and lodging by the night, for so many people.

    A line without a rate has no amount: the estimate is then not complete, and never less than the truth by silence.
    """
    wanted = [
        Wanted("honorarium", "hour", Decimal(people * hours)),
        Wanted("travel", "journey", Decimal(people)),
        Wanted("lodging", "night", Decimal(people * nights)),
    ]
    return estimate(rates, [one for one in wanted if one.quantity], day=day)


def told(found: Estimate) -> str:
    """The estimate as one text, which a form carries to show that the person saw this one and no other."""
    return ";".join(f"{line.wanted.kind}={line.amount if line.amount is not None else ''}" for line in found.lines)
