"""Reports that gather from every app, so they stand above all of them: the summary of one participant."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from expenses.summaries import money_of
from mou_portal.paper import paper_context
from mou_portal.registry import Report, reports
from participants.ledger import ledger_of
from participants.models import Participant
from participants.permissions import can_view_participant
from pathways.summaries import progress_of
from seminars.summaries import attendance_of, presentations_of

#: How a party stands at a seminar, in words.
AT_SEMINAR = {
    "attended": _("attended"),
    "missed": _("did not attend"),
    "excused": _("excused"),
    "no_roll": _("attendance not recorded yet"),
    "to_come": _("still to come"),
}


def participant_summary_context(participant: Participant, language: str) -> dict[str, Any]:
    """A party on paper: signatory, duties, pathways, progress, attendance, presentations and money (baht)."""
    agreement = participant.agreement
    today = timezone.localdate()
    ledger = ledger_of(agreement, today, [participant])
    attendance = attendance_of([participant])[participant.pk]
    return paper_context(
        language,
        title=str(PARTICIPANT_SUMMARY_TITLE),
        agreement=agreement,
        party=participant,
        url=participant.get_absolute_url(),
    ) | {
        "participant": participant,
        "agreement": agreement,
        "column": ledger.column(participant.pk),
        "progress": progress_of([participant])[participant.pk],
        "attendance": attendance,
        "attendance_lines": [(line, AT_SEMINAR[line.state]) for line in attendance.lines],
        "presentations": presentations_of([participant])[participant.pk],
        "money": money_of([participant])[participant.pk],
    }


def participant_summary_html(participant: Participant, language: str) -> str:
    """The summary as HTML, ready for the PDF kit. The language must be active."""
    return render_to_string(
        "participants/pdf/participant_summary.html", participant_summary_context(participant, language)
    )


PARTICIPANT_SUMMARY_TITLE = _("Summary of a participant")

reports.register(
    Report(
        name="participant-summary",
        title=PARTICIPANT_SUMMARY_TITLE,
        description=_("Party, signatory, duties, pathways, progress, attendance and money on a few pages."),
        subject="participant",
        html=participant_summary_html,
        can_view=can_view_participant,
        filename=lambda participant: f"participant-summary-{participant.code}",
    )
)
