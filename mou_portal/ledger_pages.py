"""The ledger's page: the grid of the parties that the reader may see, on any day, or the cells in one state."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mou_portal.exchange import csv_response, xlsx_response
from mou_portal.ledger_grid import (
    GridQuery,
    every_cell,
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
from mou_portal.ledger_store import whole_ledger
from mou_portal.thai.localized import localized
from participants.access import access_of
from participants.ledger import Cell, Ledger, Row, cell_url, ledger_of
from participants.models import Agreement, Participant
from participants.permissions import can_manage_agreement
from participants.requests import PortalRequest
from participants.views.ledger import asked_day

#: A page lists no more cells than this of one state; the export has them all.
MOST_CELLS = 200


def ledger_for(user: Any, agreement: Agreement, query: GridQuery) -> tuple[Ledger, list[Any], dict[str, set[int]]]:
    """The ledger of the parties that a person may see, as the query narrows it; the pathways and who chose them.

    Who sees every party reads the stored ledger; who sees a few has theirs evaluated.
    """
    day = query.day or timezone.localdate()
    access = access_of(user)
    pathways, chosen = pathways_chosen(agreement.pk)
    if access.staff or agreement.pk in access.researches:
        ledger = whole_ledger(agreement, day)
    else:
        ledger = ledger_of(
            agreement, day, Participant.objects.visible_to(user).filter(agreement=agreement).with_names()
        )
    return ledger, pathways, chosen


@require_safe
def ledger_detail(request: PortalRequest) -> HttpResponse:
    """The grid, or with ``?state=``, ``?duty=`` or ``?week=1`` (overdue since a week) cells; ``?day=``: a past day."""
    agreement = request.agreement
    if agreement is None:
        raise Http404
    day, day_form = asked_day(request)
    query = read_query(request, day)
    whole, pathways, chosen = ledger_for(request.user, agreement, query)
    ledger = narrowed(whole, kept_parties(whole.participants, query, chosen))
    if request.GET.get("export") in ("csv", "xlsx"):
        return _export(request.GET["export"], ledger, query)
    cells = _cells(ledger, query)
    grid = lines(ledger, query.day)
    context: dict[str, Any] = {
        "ledger": ledger,
        "query": query,
        "day_form": day_form,
        "filters": filters(query, whole.participants, pathways),
        "legend": legend(ledger, query),
        "lines": grid,
        "institute_lines": institute_lines(ledger, query.day),
        "more_parties": len(ledger.participants) > len(grid),
        "cells": None if cells is None else cells[:MOST_CELLS],
        "cell_count": 0 if cells is None else len(cells),
        "all_url": query.address("ledger:ledger-detail", state="", week="", duty=""),
        "exports": [
            (title, query.address("ledger:ledger-detail", export=ending))
            for title, ending in (("CSV", "csv"), ("Excel", "xlsx"))
        ],
        "may_manage": can_manage_agreement(request.user, agreement),
    }
    return render(request, "ledger/ledger_detail.html", context)


def _cells(ledger: Ledger, query: GridQuery) -> list[tuple[Row, Cell, str]] | None:
    """The cells that the query asks for one by one, the earliest due first; None when it asks for the grid."""
    if not (query.state or query.week or query.duty):
        return None
    found: Iterable[tuple[Row, Cell]] = newly_overdue(ledger) if query.week else every_cell(ledger)
    kept = [
        (row, cell, cell_url(ledger.agreement, row.obligation.name, cell.participant, query.day))
        for row, cell in found
        if query.state in ("", cell.standing.state) and query.duty in ("", row.obligation.name)
    ]
    return sorted(kept, key=lambda one: (one[1].standing.due_on is None, one[1].standing.due_on or ledger.day))


def _export(kind: str, ledger: Ledger, query: GridQuery) -> HttpResponse:
    """Each cell a row, for a spreadsheet."""
    cells = _cells(ledger, query)
    pairs = [(row, cell) for row, cell, _url in cells] if cells is not None else every_cell(ledger)
    head = [_("Clause"), _("Duty"), _("Code"), _("Party"), _("State"), _("Done"), _("Required"), _("Due on"), _("Note")]
    body = (
        [
            row.label,
            str(row.obligation.title),
            cell.participant.code if cell.participant else "",
            localized(cell.participant) if cell.participant else localized(ledger.agreement, "institute_name"),
            cell.label,
            cell.standing.done,
            cell.standing.required,
            cell.standing.due_on,
            cell.standing.note,
        ]
        for row, cell in pairs
    )
    return (csv_response if kind == "csv" else xlsx_response)(
        f"ledger-{ledger.agreement.code}", head, body, title=_("Ledger")
    )
