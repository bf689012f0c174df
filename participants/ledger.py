"""The ledger: every duty of the agreement against every party, evaluated in bulk from what the apps registered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from mou_portal.registry import INSTITUTE, Obligation, Standing, State, obligations
from mou_portal.thai.localized import localized
from participants.models import Agreement, Clause, Participant

STATE_LABELS = {
    State.FULFILLED: _("fulfilled"),
    State.PARTLY: _("partly"),
    State.DUE: _("due"),
    State.OVERDUE: _("overdue"),
    State.NOT_APPLICABLE: _("not applicable"),
    State.WAIVED: _("waived"),
}
#: The sign that goes with each state, beside its word and colour.
STATE_SIGNS = {
    State.FULFILLED: "✓",
    State.PARTLY: "◐",
    State.DUE: "○",
    State.OVERDUE: "!",
    State.NOT_APPLICABLE: "–",
    State.WAIVED: "–",
}
#: States that close a duty.
CLOSED = frozenset({State.FULFILLED, State.NOT_APPLICABLE, State.WAIVED})


@dataclass(frozen=True)
class Cell:
    """How one party stands on one duty; ``participant`` is ``None`` for the institute."""

    participant: Participant | None
    standing: Standing

    @property
    def label(self) -> str:
        """The state as a word in the reader's language."""
        return str(STATE_LABELS[self.standing.state])

    @property
    def sign(self) -> str:
        """The state as a sign, never shown without its word."""
        return STATE_SIGNS[self.standing.state]


@dataclass(frozen=True)
class Row:
    """One duty with its clause and a cell for each party that it obliges."""

    obligation: Obligation
    clause: Clause | None
    cells: tuple[Cell, ...]

    @property
    def label(self) -> str:
        """The clause as people write it."""
        return localized(self.clause, "label") if self.clause else self.obligation.clause


@dataclass(frozen=True)
class Ledger:
    """The whole grid on a day. ``rows`` oblige the local governments, ``institute_rows`` the institute."""

    agreement: Agreement
    day: date
    participants: tuple[Participant, ...]
    rows: tuple[Row, ...]
    institute_rows: tuple[Row, ...]

    def counts(self) -> Counter[State]:
        """How many cells of the local governments are in each state."""
        return Counter(cell.standing.state for row in self.rows for cell in row.cells)

    def column(self, participant_id: int) -> list[tuple[Row, Cell]]:
        """One party's duties with how they stand."""
        return [
            (row, cell)
            for row in self.rows
            for cell in row.cells
            if cell.participant and cell.participant.pk == participant_id
        ]


def ledger_of(agreement: Agreement, day: date, participants: Iterable[Participant] | None = None) -> Ledger:
    """Evaluate the ledger on a day, for all participants or for some.

    The number of queries depends on the number of duties registered, not on the number of parties.
    """
    if participants is None:
        participants = agreement.participants.with_names()
    parties = tuple(participants)
    ids = [party.pk for party in parties]
    clauses = {clause.number: clause for clause in agreement.clauses.all()}
    order = {number: clause.order for number, clause in clauses.items()}
    rows: list[Row] = []
    institute_rows: list[Row] = []
    for duty in sorted(obligations, key=lambda one: (order.get(one.clause, 999), one.order, one.name)):
        standings = duty.evaluate(agreement, ids, day)
        clause = clauses.get(duty.clause)
        if duty.obliged == "institute":
            institute_rows.append(Row(duty, clause, (Cell(None, standings[INSTITUTE]),)))
        else:
            rows.append(Row(duty, clause, tuple(Cell(party, standings[party.pk]) for party in parties)))
    return Ledger(agreement, day, parties, tuple(rows), tuple(institute_rows))


def open_duties(ledger: Ledger, participant_id: int) -> list[tuple[Row, Cell]]:
    """A party's duties that are not closed, most pressing first."""
    pressing: dict[Any, int] = {State.OVERDUE: 0, State.PARTLY: 1, State.DUE: 2}
    waiting = [pair for pair in ledger.column(participant_id) if pair[1].standing.state not in CLOSED]
    return sorted(waiting, key=lambda pair: (pressing[pair[1].standing.state], pair[1].standing.due_on or date.max))
