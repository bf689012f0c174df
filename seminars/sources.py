"""Texts from which lessons may be drawn: presentations that were given or accepted, and reports of field visits."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from mou_portal.registry import FoundText, Sources, sources
from seminars.models import FieldVisit, Presentation, PresentationState, VisitState


def presentations(user: Any, agreement: Any) -> Any:
    """Presentations with an abstract that the person may read, newest first."""
    return (
        Presentation.objects.visible_to(user)
        .filter(
            participant__agreement=agreement,
            state__in=(PresentationState.ACCEPTED, PresentationState.GIVEN, PresentationState.NOT_GIVEN),
        )
        .exclude(abstract="")
        .select_related("seminar", "choice")
        .order_by("-pk")
    )


def presentation_text(row: Presentation) -> FoundText:
    """Title and abstract."""
    return FoundText(
        key=f"presentation:{row.pk}",
        title=row.title,
        text=f"{row.title}\n{row.abstract}",
        participant_id=row.participant_id,
        pathway_id=row.choice.pathway_id if row.choice else None,
        dated_on=row.given_on or row.seminar.starts_on,
        url=row.get_absolute_url(),
    )


def visits(user: Any, agreement: Any) -> Any:
    """Reported visits that the person may read, newest first."""
    return (
        FieldVisit.objects.visible_to(user)
        .filter(agreement=agreement, state=VisitState.REPORTED)
        .exclude(report="")
        .prefetch_related("parts")
        .order_by("-visit_on", "-pk")
    )


def visit_text(row: FieldVisit) -> FoundText:
    """The report; of a visit to one organisation, that one's."""
    parts = list(row.parts.all())
    return FoundText(
        key=f"visit:{row.pk}",
        title=row.purpose[:200],
        text=row.report,
        participant_id=parts[0].participant_id if len(parts) == 1 else None,
        dated_on=row.visit_on,
        url=row.get_absolute_url(),
    )


sources.register(Sources("presentation", _("Presentations"), "presentation", presentations, presentation_text))
sources.register(Sources("visit", _("Reports of field visits"), "visit", visits, visit_text))
