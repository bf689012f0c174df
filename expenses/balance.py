"""What one party owes or is owed, from lines: who must pay, who paid, what was given in kind, what is in dispute.

Amounts are baht with two decimals (clause 2.2 (4)). A line counts once somebody decided who bears it and somebody paid
it; what nobody decided, nobody paid or a party disputes is listed and not counted. A balance above zero is what the
party owes, below zero what it is owed. Of lines that count for everybody the balances of all parties, the institute
among them, sum to zero: what one bears too little another has paid too much.

Pure: no Django, no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

#: The institute's name among the parties; every other one is a local government's code.
INSTITUTE = "institute"

ZERO = Decimal("0.00")
_SATANG = Decimal("0.01")


class BalanceError(ValueError):
    """A line that cannot be balanced.

    ``code`` is one of ``amount`` (negative, or finer than a satang), ``shares`` (they do not sum to the amount),
    ``in_kind`` (something was given, but nobody is named who gave it).
    """

    def __init__(self, code: str, key: str) -> None:
        super().__init__(f"{code}: {key}")
        self.code = code
        self.key = key


class Standing(StrEnum):
    """Whether a line counts for a party, or why not yet."""

    COUNTED = "counted"
    UNDECIDED = "undecided"  # the memorandum is silent and nobody has decided
    UNPAID = "unpaid"  # nobody has paid it, so nobody has a claim for it
    DISPUTED = "disputed"  # the party disputes it, and it was set aside


class Direction(StrEnum):
    """Which way money goes to even a balance out."""

    OWES = "owes"  # the party pays
    OWED = "owed"  # the party is paid
    EVEN = "even"


@dataclass(frozen=True)
class CostLine:
    """One expense as a whole.

    ``amount`` is what counts of it; ``shares`` is what each party must pay (empty: undecided). ``paid_by`` paid it
    (``None``: nobody yet), ``in_kind`` says that it gave goods or work of that value instead of money. ``concerned``
    are the parties to whom an undecided line is shown; ``disputed_by`` those for whom it is set aside.

    Raises :class:`BalanceError`.
    """

    key: str
    amount: Decimal
    shares: Mapping[str, Decimal] = field(default_factory=dict)
    paid_by: str | None = None
    in_kind: bool = False
    clause: str = ""
    concerned: frozenset[str] = frozenset()
    disputed_by: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        amounts = (self.amount, *self.shares.values())
        if any(not one.is_finite() or one < 0 or one != one.quantize(_SATANG) for one in amounts):
            raise BalanceError("amount", self.key)
        if self.shares and sum(self.shares.values()) != self.amount:
            raise BalanceError("shares", self.key)
        if self.in_kind and self.paid_by is None:
            raise BalanceError("in_kind", self.key)


@dataclass(frozen=True)
class Part:
    """A line as it stands for one party: what it must pay of it, paid for it and gave in kind, in baht."""

    key: str
    clause: str
    amount: Decimal
    must_pay: Decimal
    paid: Decimal
    in_kind: Decimal
    standing: Standing

    @property
    def effect(self) -> Decimal:
        """What the line would add to the party's balance if it counted."""
        return self.must_pay - self.paid - self.in_kind

    @property
    def counted(self) -> Decimal:
        """What the line adds to the party's balance."""
        return self.effect if self.standing is Standing.COUNTED else ZERO


@dataclass(frozen=True)
class Balance:
    """A party's balance: the sums of the lines that count, and the parts of which it is made."""

    parts: tuple[Part, ...]
    must_pay: Decimal
    paid: Decimal
    in_kind: Decimal

    @property
    def amount(self) -> Decimal:
        """Above zero the party owes it, below zero it is owed it."""
        return self.must_pay - self.paid - self.in_kind

    @property
    def direction(self) -> Direction:
        """Which way the amount goes."""
        return direction_of(self.amount)

    def standing_at(self, standing: Standing) -> tuple[Part, ...]:
        """The parts that stand so."""
        return tuple(part for part in self.parts if part.standing is standing)

    @property
    def in_dispute(self) -> Decimal:
        """What the lines that were set aside would add to the balance."""
        return _sum(part.effect for part in self.standing_at(Standing.DISPUTED))

    @property
    def undecided(self) -> Decimal:
        """The whole of the lines on which nobody has decided: a share is not known."""
        return _sum(part.amount for part in self.standing_at(Standing.UNDECIDED))

    @property
    def by_clause(self) -> dict[str, Decimal]:
        """What the party must pay of the lines that count, by clause; by decision alone under ``""``."""
        sums: dict[str, Decimal] = {}
        for part in self.standing_at(Standing.COUNTED):
            if part.must_pay:
                sums[part.clause] = sums.get(part.clause, ZERO) + part.must_pay
        return sums


def direction_of(amount: Decimal) -> Direction:
    """Which way a balance goes."""
    if amount > 0:
        return Direction.OWES
    return Direction.OWED if amount < 0 else Direction.EVEN


def part_of(line: CostLine, party: str) -> Part | None:
    """The line as it stands for a party; ``None`` when it has no part in it.

    A party has a part when it bears some of the line, or paid it, or an undecided line concerns it.
    """
    must_pay = line.shares.get(party, ZERO)
    gave = line.amount if line.paid_by == party else ZERO
    if not line.shares:
        if party not in line.concerned and line.paid_by != party:
            return None
        standing = Standing.UNDECIDED
    elif not must_pay and line.paid_by != party:
        return None
    elif party in line.disputed_by:
        standing = Standing.DISPUTED
    elif line.paid_by is None:
        standing = Standing.UNPAID
    else:
        standing = Standing.COUNTED
    paid, in_kind = (ZERO, gave) if line.in_kind else (gave, ZERO)
    return Part(line.key, line.clause, line.amount, must_pay, paid, in_kind, standing)


def balance_of(lines: Iterable[CostLine], party: str) -> Balance:
    """A party's balance, its parts in the order of the lines."""
    parts = tuple(part for part in (part_of(line, party) for line in lines) if part is not None)
    counted = [part for part in parts if part.standing is Standing.COUNTED]
    return Balance(
        parts,
        _sum(part.must_pay for part in counted),
        _sum(part.paid for part in counted),
        _sum(part.in_kind for part in counted),
    )


def balances(lines: Iterable[CostLine]) -> dict[str, Balance]:
    """The balance of every party that the lines name, the institute among them when it is named."""
    rows = list(lines)
    parties: dict[str, None] = {}
    for line in rows:
        parties.update(dict.fromkeys([*line.shares, *sorted(line.concerned)]))
        if line.paid_by is not None:
            parties[line.paid_by] = None
    return {party: balance_of(rows, party) for party in parties}


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
