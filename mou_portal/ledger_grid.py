"""The grid of the ledger as the board and the ledger's page show it: filtered, counted, every number a link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mou_portal.registry import State
from mou_portal.thai.localized import localized
from participants.ledger import STATE_LABELS, STATE_SIGNS, Cell, Ledger, Row, cell_url
from participants.models import GovernmentKind, Participant
from pathways.models import ChoiceState, ChoiceVersion, Pathway

#: More parties than this would make the grid unreadable and slow: then those with most overdue come first.
MOST_LINES = 100


@dataclass(frozen=True)
class GridQuery:
    """What a reader narrows the ledger to; empty values ask for everything. ``day`` is a past day, if one is asked."""

    kind: str = ""
    province: str = ""
    pathway: str = ""
    state: str = ""
    duty: str = ""
    week: bool = False
    day: date | None = None

    def address(self, page: str, **changed: str) -> str:
        """The page with this narrowing, some of it changed."""
        said = {
            "kind": self.kind,
            "province": self.province,
            "pathway": self.pathway,
            "state": self.state,
            "duty": self.duty,
            "week": "1" if self.week else "",
            "day": self.day.isoformat() if self.day else "",
        } | changed
        asked = urlencode({key: value for key, value in said.items() if value})
        return f"{reverse(page)}?{asked}" if asked else reverse(page)


def read_query(request: HttpRequest, day: date | None) -> GridQuery:
    """What the address asks for; unknown kinds and states are ignored."""
    asked = request.GET
    return GridQuery(
        kind=asked.get("kind", "") if asked.get("kind") in GovernmentKind.values else "",
        province=asked.get("province", "")[:6],
        pathway=asked.get("pathway", "")[:40],
        state=asked.get("state", "") if asked.get("state") in list(State) else "",
        duty=asked.get("duty", "")[:80],
        week=asked.get("week") == "1",
        day=day,
    )


@dataclass(frozen=True)
class Choice:
    """One option of a filter."""

    value: str
    label: str
    selected: bool


def filters(query: GridQuery, parties: Sequence[Participant], pathways: Iterable[Pathway]) -> list[dict[str, Any]]:
    """The filters with the options that occur, ready for the template."""
    provinces = {party.local_government.province.iso: party.local_government.province for party in parties}
    kinds = {party.designation.kind for party in parties}
    offered = [
        ("kind", _("Type"), [(str(value), str(label)) for value, label in GovernmentKind.choices if value in kinds]),
        (
            "province",
            _("Province"),
            sorted(((iso, localized(one)) for iso, one in provinces.items()), key=lambda pair: pair[1]),
        ),
        ("pathway", _("Pathway"), [(one.code, str(one)) for one in pathways]),
        ("state", _("State"), [(state.value, str(label)) for state, label in STATE_LABELS.items()]),
    ]
    return [
        {
            "key": key,
            "title": title,
            "options": [Choice(value, label, value == getattr(query, key)) for value, label in options],
        }
        for key, title, options in offered
    ]


def pathways_chosen(agreement_id: int) -> tuple[list[Pathway], dict[str, set[int]]]:
    """The agreement's pathways, and who has a confirmed choice of each by its code: two queries."""
    pathways = list(Pathway.objects.filter(agreement_id=agreement_id).order_by("number"))
    chosen: dict[str, set[int]] = {one.code: set() for one in pathways}
    codes = {one.pk: one.code for one in pathways}
    for pathway_id, participant_id in ChoiceVersion.objects.filter(
        state=ChoiceState.CONFIRMED, choice__participant__agreement_id=agreement_id
    ).values_list("choice__pathway_id", "choice__participant_id"):
        chosen[codes[pathway_id]].add(participant_id)
    return pathways, chosen


def kept_parties(parties: Iterable[Participant], query: GridQuery, chosen: dict[str, set[int]]) -> list[Participant]:
    """The parties that the query keeps, in their order."""
    return [
        party
        for party in parties
        if (not query.kind or party.designation.kind == query.kind)
        and (not query.province or party.local_government.province.iso == query.province)
        and (not query.pathway or party.pk in chosen.get(query.pathway, ()))
    ]


def narrowed(ledger: Ledger, parties: Sequence[Participant]) -> Ledger:
    """The same ledger with some of its columns."""
    keep = {party.pk for party in parties}
    rows = tuple(
        Row(
            row.obligation,
            row.clause,
            tuple(cell for cell in row.cells if cell.participant and cell.participant.pk in keep),
        )
        for row in ledger.rows
    )
    return Ledger(ledger.agreement, ledger.day, tuple(parties), rows, ledger.institute_rows)


def lines(ledger: Ledger, day: date | None) -> list[dict[str, Any]]:
    """The grid turned for the eye: a line for each party, a column for each duty; each cell with its address."""
    columns = list(zip(*(row.cells for row in ledger.rows), strict=True)) if ledger.rows else []
    if len(columns) > MOST_LINES:
        columns.sort(key=lambda cells: -sum(cell.standing.state == State.OVERDUE for cell in cells))
        columns = columns[:MOST_LINES]
    return [
        {
            "participant": cells[0].participant,
            "cells": [
                (cell, cell_url(ledger.agreement, row.obligation.name, cell.participant, day))
                for row, cell in zip(ledger.rows, cells, strict=True)
            ],
        }
        for cells in columns
    ]


def institute_lines(ledger: Ledger, day: date | None) -> list[tuple[Row, Cell, str]]:
    """The institute's duties, each with its address."""
    return [
        (row, row.cells[0], cell_url(ledger.agreement, row.obligation.name, None, day)) for row in ledger.institute_rows
    ]


def every_cell(ledger: Ledger) -> list[tuple[Row, Cell]]:
    """The cells of the local governments and of the institute."""
    return [(row, cell) for row in (*ledger.rows, *ledger.institute_rows) for cell in row.cells]


def legend(ledger: Ledger, query: GridQuery) -> list[dict[str, Any]]:
    """Each state with its sign, how many cells are in it, and the list of them."""
    counts = Counter(cell.standing.state for _row, cell in every_cell(ledger))
    return [
        {
            "state": state.value,
            "label": label,
            "sign": STATE_SIGNS[state],
            "count": counts[state],
            "url": query.address("ledger:ledger-detail", state=state.value),
        }
        for state, label in STATE_LABELS.items()
    ]


def newly_overdue(ledger: Ledger) -> list[tuple[Row, Cell]]:
    """What became overdue in the seven days up to the ledger's day: due on one of them and not done."""
    last_week = ledger.day - timedelta(days=7)
    return [
        (row, cell)
        for row, cell in every_cell(ledger)
        if cell.standing.state == State.OVERDUE
        and cell.standing.due_on is not None
        and last_week <= cell.standing.due_on < ledger.day
    ]
