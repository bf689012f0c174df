"""Reports of the ledger: one party's fulfilment with its evidence, and the programme's grid."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mou_portal.paper import paper_context
from mou_portal.registry import Report, State, reports
from participants.ledger import STATE_LABELS, STATE_SIGNS, Ledger, ledger_of
from participants.models import Agreement, Participant
from participants.permissions import can_manage_agreement, can_view_participant

FULFILMENT_TITLE = _("Fulfilment clause by clause")
PROGRAMME_TITLE = _("Ledger of the programme")
#: The evidence of one duty takes no more lines than this on the page; the rest is counted.
MOST_PROOFS = 4
#: A sheet of the grid has room for so many duties beside the party's name.
MOST_PARTIES = 400


def fulfilment_context(participant: Participant, language: str) -> dict[str, Any]:
    """A party's duties on one page, each with its evidence, as of today."""
    agreement = participant.agreement
    ledger = ledger_of(agreement, timezone.localdate(), [participant])
    column = ledger.column(participant.pk)
    counts = Counter(cell.standing.state for _row, cell in column)
    return paper_context(
        language,
        title=str(FULFILMENT_TITLE),
        agreement=agreement,
        party=participant,
        url=participant.get_absolute_url(),
    ) | {
        "participant": participant,
        "agreement": agreement,
        "rows": [
            {
                "row": row,
                "cell": cell,
                "proofs": cell.standing.proofs[:MOST_PROOFS],
                "more": max(len(cell.standing.proofs) - MOST_PROOFS, 0),
            }
            for row, cell in column
        ],
        "counts": _counted(counts),
    }


def _counted(counts: Counter[State]) -> list[tuple[str, Any, int]]:
    return [(STATE_SIGNS[state], label, counts[state]) for state, label in STATE_LABELS.items() if counts[state]]


def fulfilment_html(participant: Participant, language: str) -> str:
    """The page as HTML, ready for the PDF kit. The language must be active."""
    return render_to_string("ledger/pdf/clause_fulfilment.html", fulfilment_context(participant, language))


def programme_context(agreement: Agreement, language: str) -> dict[str, Any]:
    """The whole grid, as of today: a line for each party, a column for each duty, the institute's duties below."""
    ledger = ledger_of(agreement, timezone.localdate())
    return paper_context(
        language, title=str(PROGRAMME_TITLE), agreement=agreement, url=reverse("ledger:ledger-detail")
    ) | {
        "agreement": agreement,
        "ledger": ledger,
        "landscape": True,
        "lines": _lines(ledger)[:MOST_PARTIES],
        "more": max(len(ledger.participants) - MOST_PARTIES, 0),
        "counts": _counted(ledger.counts()),
        "institute_rows": [(row, row.cells[0]) for row in ledger.institute_rows],
    }


def _lines(ledger: Ledger) -> list[tuple[Participant, list[Any]]]:
    return [(party, [row.cells[place] for row in ledger.rows]) for place, party in enumerate(ledger.participants)]


def programme_html(agreement: Agreement, language: str) -> str:
    """The grid as HTML, ready for the PDF kit. The language must be active."""
    return render_to_string("ledger/pdf/programme_ledger.html", programme_context(agreement, language))


reports.register(
    Report(
        name="clause-fulfilment",
        title=FULFILMENT_TITLE,
        description=_("One page: every duty of the organisation, how it stands and what proves it."),
        subject="participant",
        html=fulfilment_html,
        can_view=can_view_participant,
        filename=lambda participant: f"clause-fulfilment-{participant.code}",
    )
)
reports.register(
    Report(
        name="programme-ledger",
        title=PROGRAMME_TITLE,
        description=_("All organisations against all clauses, on landscape sheets."),
        subject="agreement",
        html=programme_html,
        can_view=can_manage_agreement,
        filename=lambda agreement: f"programme-ledger-{agreement.code}",
    )
)
