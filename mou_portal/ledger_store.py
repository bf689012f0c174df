"""The whole ledger of a day, kept for as long as nothing changes.

To evaluate every duty takes some thirty queries and, with thousands of parties, seconds; the board is opened all day
long. So its result lies in the shared cache under a name made from the newest row of every history table: each change
of what people keep writes history, so the first change makes the stored ledger unreachable, and nothing has to be told
to forget it. Proofs are not kept; the page of a cell reads its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from functools import cache as remember
from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.utils.translation import get_language
from simple_history.models import HistoricalChanges

from mou_portal.registry import INSTITUTE, Obligation, Standing, State
from participants.ledger import Cell, Ledger, Row, ledger_of
from participants.models import Agreement, Participant

#: Seconds after which a stored ledger is dropped even if nothing changed.
KEPT = 2 * 24 * 3600


@remember
def _marks_sql() -> str:
    """One query for the newest row of every history table."""
    quote = connection.ops.quote_name
    tables = sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, HistoricalChanges))
    return " UNION ALL ".join(
        f"SELECT {place}, MAX(history_id), MAX(history_date) FROM {quote(table)}"  # noqa: S608 - tables' own names
        for place, table in enumerate(tables)
    )


def marks() -> str:
    """A word that changes with every change of anything that people keep: one query."""
    with connection.cursor() as cursor:
        cursor.execute(_marks_sql())
        found = sorted(cursor.fetchall())
    return hashlib.sha256(repr(found).encode()).hexdigest()


def store_key(mark: str, *parts: Any) -> str:
    """The name under which something made from the data as it is lies in the cache, in the active language."""
    return "board:" + hashlib.sha256(repr((mark, get_language(), *map(str, parts))).encode()).hexdigest()


def whole_ledger(agreement: Agreement, day: date, mark: str = "") -> Ledger:
    """The ledger of all parties on a day, without proofs: from the store, or evaluated and stored.

    Three queries when it is stored (the mark, the cache, the parties).
    """
    key = store_key(mark or marks(), "ledger", agreement.pk, day)
    stored = cache.get(key)
    if stored is None:
        ledger = ledger_of(agreement, day)
        cache.set(key, _packed(ledger), KEPT)
        return ledger
    return _unpacked(stored, agreement, day, agreement.participants.with_names())


def _packed(ledger: Ledger) -> list[tuple[Any, ...]]:
    states = list(State)

    def plain(standing: Standing) -> tuple[Any, ...]:
        return states.index(standing.state), standing.done, standing.required, standing.due_on, standing.note

    return [
        (
            row.obligation.name,
            row.obligation.clause,
            row.obligation.obliged,
            str(row.obligation.title),
            {cell.participant.pk if cell.participant else INSTITUTE: plain(cell.standing) for cell in row.cells},
        )
        for row in (*ledger.rows, *ledger.institute_rows)
    ]


def _unpacked(
    stored: list[tuple[Any, ...]], agreement: Agreement, day: date, participants: Iterable[Participant]
) -> Ledger:
    parties = tuple(participants)
    states = list(State)
    clauses = {clause.number: clause for clause in agreement.clauses.all()}
    rows, institute_rows = [], []
    for name, clause, obliged, title, standings in stored:
        duty = Obligation(name, clause, obliged, title, _not_again)

        def cell(party: Participant | None, held: Any = standings) -> Cell:
            state, *rest = held[party.pk if party else INSTITUTE]
            done, required, due_on, note = rest
            return Cell(party, Standing(states[state], done, required, due_on, (), note))

        if obliged == "institute":
            institute_rows.append(Row(duty, clauses.get(clause), (cell(None),)))
        else:
            rows.append(Row(duty, clauses.get(clause), tuple(cell(party) for party in parties)))
    return Ledger(agreement, day, parties, tuple(rows), tuple(institute_rows))


def _not_again(*_asked: Any) -> Any:
    raise LookupError("a stored ledger is not evaluated; ask participants.ledger.ledger_of")
