"""Data about choices and updates that somebody should look at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mou_portal.registry import Check, Finding, checks
from mou_portal.thai.localized import localized
from participants.models import Agreement
from pathways.models import ChoiceState, ChoiceVersion, ProgressUpdate, UpdateState


def updates_without_evidence(agreement: Agreement, today: date) -> Iterator[Finding]:
    """Updates that were handed in and say that something was done, without any evidence: one query."""
    rows = (
        ProgressUpdate.objects.filter(
            choice__participant__agreement=agreement,
            state__in=[UpdateState.SUBMITTED, UpdateState.ACCEPTED],
            evidence=None,
            nothing_changed=False,
        )
        .select_related("choice__participant__designation", "choice__pathway", "period")
        .order_by("choice__participant__order", "period__number", "pk")
    )
    for update in rows:
        yield Finding(
            title=localized(update.choice.participant),
            url=update.get_absolute_url(),
            action=_("Ask for evidence"),
            detail=f"{update.period} · {update.choice.pathway}",
            participant_id=update.choice.participant_id,
            since=update.period.ends_on,
        )


def choices_without_document(agreement: Agreement, today: date) -> Iterator[Finding]:
    """Confirmed choices without the document that authorised them: one query."""
    rows = (
        ChoiceVersion.objects.with_names()
        .filter(
            choice__participant__agreement=agreement,
            state=ChoiceState.CONFIRMED,
            document_file=None,
            document_number="",
        )
        .order_by("choice__participant__order", "choice__pathway__number")
    )
    for version in rows:
        yield Finding(
            title=localized(version.choice.participant),
            url=reverse("pathways:choice-detail", args=[version.choice_id]),
            action=_("Ask for the document"),
            detail=str(version.choice.pathway),
            participant_id=version.choice.participant_id,
            since=version.chosen_on,
        )


checks.register(Check("evidence", gettext_lazy("Progress updates without evidence"), updates_without_evidence))
checks.register(
    Check("choice-documents", gettext_lazy("Choices without an authorising document"), choices_without_document)
)
