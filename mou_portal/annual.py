"""The annual report: the programme in figures, on the map, party by party, with lessons and money."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from expenses.summaries import MoneySummary, money_in
from mou_portal.paper import paper_context
from mou_portal.party_maps import map_of_states
from mou_portal.registry import Report, State, published, reports
from participants.ledger import CLOSED, STATE_LABELS, STATE_SIGNS, Ledger, Row, ledger_of
from participants.models import Agreement, Participant
from participants.permissions import can_read_annual_report
from pathways.summaries import ParticipantProgress, progress_of
from seminars.models import Presentation
from seminars.summaries import AttendanceSummary, attendance_in, presentations_in

TITLE = _("Annual report")
#: More parties than this have a line in the tables and no page of their own.
MOST_PAGES = 60
#: Bars of the chart: their length at the most, their height with the space below, and where they begin.
BAR_LENGTH, BAR_ROW, BAR_START = 420, 34, 40


@dataclass(frozen=True)
class PartyYear:
    """One party in the report. Money is in baht; ``open`` are duties that are not closed, with their cells."""

    participant: Participant
    closed: int
    duties: int
    overdue: int
    open: list[tuple[Row, Any]]
    progress: ParticipantProgress
    attendance: AttendanceSummary
    presentations: list[Presentation]
    money: MoneySummary


def annual_context(agreement: Agreement, language: str) -> dict[str, Any]:
    """Everything that the report says, in a number of queries that does not grow with the parties."""
    today = timezone.localdate()
    parties = list(agreement.participants.with_names())
    ids = [party.pk for party in parties]
    ledger = ledger_of(agreement, today, parties)
    years = _years(agreement, parties, ledger)
    chosen = Counter(one.choice.pathway_id for year in years for one in year.progress.choices)
    money = money_in(agreement, ids)
    counts = ledger.counts()
    return paper_context(language, title=str(TITLE), agreement=agreement, url=reverse("front")) | {
        "agreement": agreement,
        "party_count": len(parties),
        "years": years,
        "with_pages": len(years) <= MOST_PAGES,
        "states": [(state.value, STATE_SIGNS[state], label, counts[state]) for state, label in STATE_LABELS.items()],
        "duties": [(row, _counted(row), len(row.cells)) for row in ledger.rows],
        "institute": [(row, row.cells[0]) for row in ledger.institute_rows],
        "map": map_of_states(ledger),
        "bars": _bars([(one, chosen[one.pk]) for one in agreement.pathways.all()], len(parties)),
        "choice_count": sum(chosen.values()),
        "presented": sum(bool(year.presentations) for year in years),
        "attended": sum(year.attendance.attended for year in years),
        "required": sum(year.attendance.required for year in years),
        "lessons": published(agreement),
        "due": sum((one.due for one in money.values()), Decimal(0)),
        "paid": sum((one.paid for one in money.values()), Decimal(0)),
        "undecided": max((one.undecided for one in money.values()), default=0),
    }


def _years(agreement: Agreement, parties: list[Participant], ledger: Ledger) -> list[PartyYear]:
    ids = [party.pk for party in parties]
    progress, money = progress_of(ids), money_in(agreement, ids)
    attendance, presentations = attendance_in(agreement, ids), presentations_in(agreement, ids)
    columns = list(zip(*(row.cells for row in ledger.rows), strict=True)) or [() for _party in parties]
    found = []
    for party, cells in zip(parties, columns, strict=True):
        pairs = list(zip(ledger.rows, cells, strict=True))
        found.append(
            PartyYear(
                participant=party,
                closed=sum(cell.standing.state in CLOSED for cell in cells),
                duties=len(cells),
                overdue=sum(cell.standing.state == State.OVERDUE for cell in cells),
                open=[pair for pair in pairs if pair[1].standing.state not in CLOSED],
                progress=progress.get(party.pk, ParticipantProgress()),
                attendance=attendance.get(party.pk, AttendanceSummary()),
                presentations=presentations.get(party.pk, []),
                money=money[party.pk],
            )
        )
    return found


def _counted(row: Row) -> int:
    return sum(cell.standing.state in CLOSED for cell in row.cells)


def _bars(pathways: list[tuple[Any, int]], parties: int) -> dict[str, Any]:
    """A bar for each pathway: how many of the parties chose it."""
    most = max(parties, 1)
    rows = [
        {
            "pathway": pathway,
            "count": count,
            "y": BAR_ROW * place,
            "text_y": BAR_ROW * place + 18,
            "length": BAR_LENGTH * count // most,
            "number_x": BAR_START + BAR_LENGTH * count // most + 10,
        }
        for place, (pathway, count) in enumerate(pathways)
    ]
    return {"rows": rows, "height": BAR_ROW * len(rows), "start": BAR_START, "whole": BAR_LENGTH}


def annual_html(agreement: Agreement, language: str) -> str:
    """The report as HTML, ready for the PDF kit. The language must be active."""
    return render_to_string("reports/pdf/annual_report.html", annual_context(agreement, language))


reports.register(
    Report(
        name="annual-report",
        title=TITLE,
        description=_("The programme in figures, on the map, party by party, with lessons and money."),
        subject="agreement",
        html=annual_html,
        can_view=can_read_annual_report,
        filename=lambda agreement: f"annual-report-{agreement.code}",
    )
)
