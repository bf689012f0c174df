"""The ledger: every duty of the agreement against every party, evaluated in bulk from what the apps registered.

A past day is answered from the days of the facts: when a choice was confirmed, a seminar held, a presentation given, a
visit made, a line approved, a waiver signed. Where a fact carries no day of its own, the app reads it from the audited
history. Daily snapshots are not kept: they could not answer for days before the portal was there, would hold for good
what was mistyped on the day, and would take a row for each cell and day. So the ledger of a past day says what was so
on it, as far as is known now; what was *recorded* on that day stands in each row's history.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from mou_portal.registry import INSTITUTE, Obligation, Proof, Standing, State, obligations, one_evaluation
from mou_portal.thai.dates import format_date
from mou_portal.thai.localized import localized
from participants.hand_duties import duties_by_hand
from participants.models import DUTY_PREFIX, Agreement, Clause, Participant, Waiver

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
    State.WAIVED: "≈",
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


def cell_url(agreement: Agreement, duty: str, participant: Participant | None, day: date | None = None) -> str:
    """The page of one cell: what proves it. ``day`` asks for a past day."""
    code = participant.code if participant else INSTITUTE_CODE
    url = reverse("ledger:cell-detail", args=[agreement.code, duty, code])
    return f"{url}?day={day.isoformat()}" if day else url


#: The institute's place in addresses that name a party by its code.
INSTITUTE_CODE = "institute"


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


def ledger_of(
    agreement: Agreement,
    day: date,
    participants: Iterable[Participant] | None = None,
    *,
    only: str = "",
) -> Ledger:
    """Evaluate the ledger on a day, past days included, for all participants or for some; ``only`` names one duty.

    The number of queries depends on the number of duties registered, not on the number of parties.
    """
    if participants is None:
        participants = agreement.participants.with_names()
    parties = tuple(participants)
    ids = [party.pk for party in parties]
    clauses = {clause.number: clause for clause in agreement.clauses.all()}
    order = {number: clause.order for number, clause in clauses.items()}
    then = agreement_on(agreement, day)
    duties = [*obligations, *duties_by_hand(then, day)]
    waivers = waivers_on(agreement, day)
    rows: list[Row] = []
    institute_rows: list[Row] = []
    with one_evaluation():
        for duty in sorted(duties, key=lambda one: (order.get(one.clause, 999), one.order, one.name)):
            if only and duty.name != only:
                continue
            standings = duty.evaluate(then, ids, day)
            clause = clauses.get(duty.clause)
            if duty.obliged == "institute":
                cell = Cell(None, _waived(standings[INSTITUTE], waivers.get((duty.name, INSTITUTE))))
                institute_rows.append(Row(duty, clause, (cell,)))
            else:
                cells = tuple(
                    Cell(party, _settled(standings[party.pk], party, waivers.get((duty.name, party.pk)), day))
                    for party in parties
                )
                rows.append(Row(duty, clause, cells))
    return Ledger(agreement, day, parties, tuple(rows), tuple(institute_rows))


def agreement_on(agreement: Agreement, day: date) -> Agreement:
    """The agreement with the end of the period that held on a day: what amendments signed later say is left out.

    No query for today and later; one for a past day. The answer must not be saved.
    """
    if day >= timezone.localdate():
        return agreement
    later = (
        agreement.amendments.filter(signed_on__gt=day, old_ends_on__isnull=False)
        .order_by("signed_on", "number")
        .first()
    )
    if later is None:
        return agreement
    then = copy.copy(agreement)
    then.ends_on = later.old_ends_on or agreement.ends_on
    return then


def waivers_on(agreement: Agreement, day: date) -> dict[tuple[str, int], Waiver]:
    """The waivers that hold on a day, by duty and party (the institute's under its own id); one query."""
    return {
        (waiver.duty_name, waiver.participant_id or INSTITUTE): waiver
        for waiver in agreement.waivers.filter(signed_on__lte=day)
        if waiver.ended_on is None or day < waiver.ended_on
    }


def _settled(standing: Standing, party: Participant, waiver: Waiver | None, day: date) -> Standing:
    """A party's standing once its waiver, and its joining or leaving mid-way, are taken into account.

    What it fulfilled while it took part stays fulfilled; what was open then no longer applies.
    """
    if standing.state in CLOSED or party.takes_part_on(day):
        return _waived(standing, waiver)
    if party.left_on is not None and party.left_on < day:
        note = gettext("Left the agreement on %(day)s.") % {"day": _written(party.left_on)}
    else:
        note = gettext("Joins the agreement on %(day)s.") % {"day": _written(party.joined_on or day)}
    return replace(standing, state=State.NOT_APPLICABLE, note=note)


def _written(day: date) -> str:
    return format_date(day, get_language() or "th")


def _waived(standing: Standing, waiver: Waiver | None) -> Standing:
    if waiver is None or standing.state in CLOSED:
        return standing
    label = gettext("Waived, signed by %(name)s") % {"name": waiver.signed_by}
    if waiver.document_number:
        label += f" ({waiver.document_number})"
    proof = Proof(label, waiver.get_absolute_url() if waiver.file_id else "", waiver.signed_on)
    return replace(standing, state=State.WAIVED, note=waiver.reason, proofs=(*standing.proofs, proof))


@dataclass(frozen=True)
class Step:
    """One duty of a party in words: how it stands, its cell's page, and the button that gets on with it."""

    row: Row
    cell: Cell
    url: str
    action: str
    action_url: str


def steps(ledger: Ledger, participant: Participant, pairs: Iterable[tuple[Row, Cell]], *, own: bool) -> list[Step]:
    """Duties of a column with their links; without ``own`` the button leads to the cell's page."""
    found = []
    for row, cell in pairs:
        duty = row.obligation
        url = cell_url(ledger.agreement, duty.name, participant)
        action, action_url = str(_("What proves it")), url
        if own and duty.name.startswith(DUTY_PREFIX):
            asked = [ledger.agreement.code, duty.name, participant.code]
            action, action_url = str(_("Hand in a proof")), reverse("ledger:proof-create", args=asked)
        elif own and duty.action_url:
            action, action_url = str(duty.action), reverse(duty.action_url)
        found.append(Step(row, cell, url, action, action_url))
    return found


def open_duties(ledger: Ledger, participant_id: int) -> list[tuple[Row, Cell]]:
    """A party's duties that are not closed, most pressing first."""
    pressing: dict[Any, int] = {State.OVERDUE: 0, State.PARTLY: 1, State.DUE: 2}
    waiting = [pair for pair in ledger.column(participant_id) if pair[1].standing.state not in CLOSED]
    return sorted(waiting, key=lambda pair: (pressing[pair[1].standing.state], pair[1].standing.due_on or date.max))
