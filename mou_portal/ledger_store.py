"""The whole ledger of a day, kept for as long as nothing changes.

To evaluate every duty takes some thirty queries and, with thousands of parties, seconds; the board is opened all day
long. So its result lies in the shared cache under a name made from the newest row of every history table: each change
of what people keep writes history, so the first change makes the stored ledger unreachable, and nothing has to be told
to forget it. Proofs are not kept; the page of a cell reads its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from functools import cache as remember
from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.utils.translation import get_language
from simple_history.models import HistoricalChanges

from mou_portal.registry import Obligation, Standing, State, obligations
from participants.ledger import Cell, Ledger, Row, ledger_of
from participants.models import Agreement, Clause, Designation, LocalGovernment, Participant, Province

#: Seconds after which a stored ledger is dropped even if nothing changed.
KEPT = 2 * 24 * 3600


@remember
def _marks_sql() -> str:
    """One query for the newest row of every history table."""
    quote = connection.ops.quote_name
    tables = sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, HistoricalChanges))
    return " UNION ALL ".join(
        f"SELECT {place}, MAX(history_id), MAX(history_date) FROM {quote(table)}"  # noqa: S608 — tables' own names
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


def ledger_key(agreement: Agreement, day: date, mark: str) -> str:
    """The name under which a day's whole ledger lies in the cache."""
    return store_key(mark, "ledger", agreement.pk, day)


def whole_ledger(agreement: Agreement, day: date) -> Ledger:
    """The ledger of all parties on a day, without proofs: from the store, or evaluated and stored.

    Two queries when it is stored: the mark and the cache.
    """
    key = ledger_key(agreement, day, marks())
    return ledger_from(cache.get(key), key, agreement, day)


def ledger_of_some(agreement: Agreement, day: date, parties: Sequence[Participant]) -> Ledger:
    """The ledger of some parties on a day, without proofs: from the store, or evaluated and stored."""
    ids = sorted(party.pk for party in parties)
    key = store_key(marks(), "ledger of some", agreement.pk, day, *ids)
    return ledger_from(cache.get(key), key, agreement, day, parties)


def ledger_from(
    stored: Any, key: str, agreement: Agreement, day: date, parties: Sequence[Participant] | None = None
) -> Ledger:
    """The ledger that was found in the cache under ``key``; when nothing was, it is evaluated and stored.

    ``parties`` are those it is about; all of them when none are given.
    """
    if stored is not None:
        return _unpacked(stored, agreement, day)
    ledger = ledger_of(agreement, day, parties)
    cache.set(key, _packed(ledger), KEPT)
    return ledger


def _packed(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    states = list(State)

    def plain(standing: Standing) -> tuple[Any, ...]:
        return states.index(standing.state), standing.done, standing.required, standing.due_on, standing.note

    parties = [
        (
            party.pk,
            party.code,
            party.name_th,
            party.name_en,
            party.designation.kind,
            party.local_government.province.iso,
            party.local_government.province.name_th,
            party.local_government.province.name_en,
        )
        for party in ledger.participants
    ]
    rows = [
        (
            row.obligation.name,
            row.obligation.clause,
            row.obligation.obliged,
            str(row.obligation.title),
            (row.clause.number, row.clause.label_th, row.clause.label_en) if row.clause else None,
            [plain(cell.standing) for cell in row.cells],
        )
        for row in (*ledger.rows, *ledger.institute_rows)
    ]
    return {"parties": parties, "rows": rows}


def _unpacked(stored: dict[str, list[tuple[Any, ...]]], agreement: Agreement, day: date) -> Ledger:
    parties = tuple(_party(agreement, *facts) for facts in stored["parties"])
    states = list(State)
    rows: list[Row] = []
    institute_rows: list[Row] = []
    for name, number, obliged, title, labels, standings in stored["rows"]:
        known = obligations.get(name)  # a duty by hand is not among them
        action, action_url = (known.action, known.action_url) if known else ("", "")
        duty = Obligation(name, number, obliged, title, _not_again, action=action, action_url=action_url)
        clause = (
            Clause(agreement=agreement, number=labels[0], label_th=labels[1], label_en=labels[2]) if labels else None
        )
        owners = (None,) if obliged == "institute" else parties
        cells = tuple(
            Cell(owner, Standing(states[state], done, required, due_on, (), note))
            for owner, (state, done, required, due_on, note) in zip(owners, standings, strict=True)
        )
        (institute_rows if obliged == "institute" else rows).append(Row(duty, clause, cells))
    return Ledger(agreement, day, parties, tuple(rows), tuple(institute_rows))


def _party(
    agreement: Agreement,
    pk: int,
    code: str,
    name_th: str,
    name_en: str,
    kind: str,
    iso: str,
    province_th: str,
    province_en: str,
) -> Participant:
    """A party as the grid shows it: never saved, and it knows no more than its name, its type and its province."""
    province = Province(iso=iso, name_th=province_th, name_en=province_en)
    body = LocalGovernment(code=code, province=province)
    designation = Designation(local_government=body, kind=kind, name_th=name_th, name_en=name_en)
    return Participant(pk=pk, agreement=agreement, local_government=body, designation=designation)


def _not_again(*_asked: Any) -> Any:
    raise LookupError("a stored ledger is not evaluated; ask participants.ledger.ledger_of")
