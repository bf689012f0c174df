"""Texts from which lessons may be drawn: accepted progress updates."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from mou_portal.registry import FoundText, Sources, sources
from pathways.models import ProgressUpdate, UpdateState
from pathways.models.progress import PARAGRAPHS, paragraph_label


def rows(user: Any, agreement: Any) -> Any:
    """Accepted updates that the person may read, newest first; those that said that nothing changed have no text."""
    return (
        ProgressUpdate.objects.visible_to(user)
        .filter(choice__participant__agreement=agreement, state=UpdateState.ACCEPTED, nothing_changed=False)
        .with_names()
        .prefetch_related("choice__versions")
        .order_by("-period__number", "pk")
    )


def text(update: ProgressUpdate) -> FoundText:
    """An update's four texts under their headings."""
    parts = [
        f"{paragraph_label(name)}\n{getattr(update, name)}"
        for name in PARAGRAPHS
        if name != "percent" and getattr(update, name)
    ]
    version = update.choice.current_version
    dimensions = version.dimensions if version is not None else []
    return FoundText(
        key=f"update:{update.pk}",
        title=f"{update.period} · {update.participant}",
        text="\n\n".join(parts),
        participant_id=update.choice.participant_id,
        pathway_id=update.choice.pathway_id,
        period_id=update.period_id,
        dimension=dimensions[0] if len(dimensions) == 1 else "",
        dated_on=update.submitted_at.date() if update.submitted_at else None,
        url=update.get_absolute_url(),
    )


sources.register(Sources("update", _("Accepted progress reports"), "update", rows, text))
