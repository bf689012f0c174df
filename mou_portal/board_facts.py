"""What the board shows: the grid, the agreement's period as a line, what waits, what became overdue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from mou_portal.board import waiting_for
from mou_portal.ledger_grid import (
    filters,
    institute_lines,
    kept_parties,
    legend,
    lines,
    narrowed,
    newly_overdue,
    pathways_chosen,
    read_query,
)
from mou_portal.ledger_store import KEPT, ledger_from, ledger_key, marks, store_key
from mou_portal.party_maps import map_of_states
from mou_portal.registry import AgendaItem, CalendarDate, checks, dates
from participants.access import access_of
from participants.ledger import cell_url
from participants.models import Agreement
from pathways.timeline import position

#: The board shows so much of what waits and of what became overdue; links lead to the rest.
MOST_WAITING = 5
MOST_OVERDUE = 8


@dataclass(frozen=True)
class LineMark:
    """A day on the period's line, ``at`` 0–1000, and what happens on it."""

    at: int
    on: date
    titles: tuple[str, ...]
    url: str
    past: bool


@dataclass(frozen=True)
class PeriodLine:
    """The agreement's period with where today is (``None`` outside of it) and its days in order."""

    starts_on: date
    ends_on: date
    today: int | None
    marks: tuple[LineMark, ...]


def period_line(agreement: Agreement, events: Iterable[CalendarDate], today: date) -> PeriodLine | None:
    """The agreement's days against its period (clause 3); ``None`` for a draft, which has no first day."""
    begins_on, ends_on = agreement.begins_on, agreement.ends_on
    if begins_on is None:
        return None
    within = sorted(
        ((day, event) for event in events if begins_on <= (day := _day(event.starts)) <= ends_on),
        key=lambda pair: (pair[0], pair[1].title),
    )
    found = []
    for day, group in groupby(within, key=lambda pair: pair[0]):
        held = [event for _on, event in group]
        found.append(
            LineMark(
                position(day, begins_on, ends_on),
                day,
                tuple(dict.fromkeys(event.title for event in held)),
                held[0].url,
                day < today,
            )
        )
    now = position(today, begins_on, ends_on) if begins_on <= today <= ends_on else None
    return PeriodLine(begins_on, ends_on, now, tuple(found))


def _day(moment: date) -> date:
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment


@dataclass(frozen=True)
class Told:
    """What the board tells one person beside the grid."""

    waiting: list[AgendaItem]
    events: list[CalendarDate]
    to_check: int
    chosen: dict[str, set[int]]
    pathways: list[Any]


def _told(user: Any, agreement: Agreement, today: date) -> Told:
    pathways, chosen = pathways_chosen(agreement.pk)
    to_check = 0
    if access_of(user).programme:
        to_check = sum(1 for check in checks for _finding in check.find(agreement, today))
    return Told(
        waiting_for(user, agreement, today),
        [event for provider in dates for event in provider.dates(user, agreement)],
        to_check,
        chosen,
        pathways,
    )


def board_context(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """Everything on the board of an agreement, in few queries while nothing changes."""
    today = timezone.localdate()
    user: Any = request.user
    mark = marks()
    of_told = store_key(mark, "told", user.pk, access_of(user), agreement.pk, today)
    of_ledger = ledger_key(agreement, today, mark)
    stored = cache.get_many([of_told, of_ledger])
    told = stored.get(of_told)
    if told is None:
        told = _told(user, agreement, today)
        cache.set(of_told, told, KEPT)
    query = read_query(request, None)
    whole = ledger_from(stored.get(of_ledger), of_ledger, agreement, today)
    ledger = narrowed(whole, kept_parties(whole.participants, query, told.chosen))
    grid = lines(ledger, None)
    provinces = {party.local_government.province.iso for party in ledger.participants}
    overdue = newly_overdue(ledger)
    return {
        "board_agreement": agreement,
        "waiting": told.waiting,
        "waiting_first": told.waiting[:MOST_WAITING],
        "waiting_more": told.waiting[MOST_WAITING:],
        "to_check": told.to_check,
        "ledger": ledger,
        "query": query,
        "filters": [one for one in filters(query, whole.participants, told.pathways) if one["key"] != "state"],
        "legend": legend(ledger, query),
        "lines": grid,
        "institute_lines": institute_lines(ledger, None),
        "more_parties": len(ledger.participants) > len(grid),
        "newly_overdue": [
            (row, cell, cell_url(agreement, row.obligation.name, cell.participant))
            for row, cell in overdue[:MOST_OVERDUE]
        ],
        "overdue_count": len(overdue),
        "overdue_url": query.address("ledger:ledger-detail", week="1"),
        "ledger_url": query.address("ledger:ledger-detail"),
        "map": map_of_states(
            ledger, province_urls={iso: query.address("admin:index", province=iso) for iso in provinces}
        ),
        "period": period_line(agreement, told.events, today),
    }
