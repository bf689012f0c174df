"""Reports of field visits on paper: purpose, who went, what was found, and what is to be done about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mou_portal.paper import paper_context
from mou_portal.registry import Report, reports
from participants.models import Agreement, Participant
from participants.permissions import can_view_participant
from seminars.models import ArrangedBy, FieldVisit, VisitState


def visit_report_context(
    visits: Iterable[FieldVisit], agreement: Agreement, language: str, *, party: Participant | None = None
) -> dict[str, Any]:
    """Each visit with its parts, visitors, findings and actions."""
    rows = list(visits)
    url = rows[0].get_absolute_url() if len(rows) == 1 else party.get_absolute_url() if party else ""
    return paper_context(language, title=_("Report of a field visit"), agreement=agreement, party=party, url=url) | {
        "visits": [(visit, visit.arranged_by == ArrangedBy.LOCAL_GOVERNMENT) for visit in rows],
    }


def visit_report_html(
    visits: Iterable[FieldVisit], agreement: Agreement, language: str, *, party: Participant | None = None
) -> str:
    """The report as HTML, ready for the PDF kit. The language must be active."""
    context = visit_report_context(visits, agreement, language, party=party)
    return render_to_string("seminars/pdf/visit_report.html", context)


def _of_participant(participant: Participant, language: str) -> str:
    """Every visit to an organisation that took place."""
    visits = (
        FieldVisit.objects.filter(parts__participant=participant, state__in=[VisitState.DONE, VisitState.REPORTED])
        .prefetch_related(
            "parts__participant__designation", "visitors", "findings__actions__assignee", "findings__actions__verifier"
        )
        .order_by("visit_on", "pk")
    )
    return visit_report_html(visits, participant.agreement, language, party=participant)


reports.register(
    Report(
        name="visit-report",
        title=gettext_lazy("Reports of field visits"),
        description=gettext_lazy("Visits to an organisation with report, findings and follow-up actions."),
        subject="participant",
        html=_of_participant,
        can_view=can_view_participant,
        filename=lambda participant: f"visit-report-{participant.code}",
    )
)
