"""Two versions of a choice side by side, as a reader sees them."""

from __future__ import annotations

from typing import Any

from django.db import models

from mou_portal.thai.dates import format_date
from pathways.models import ChoiceVersion
from pathways.progress import FieldChange, changes_between

SHOWN = (
    "chosen_on",
    "reason",
    "expected_result",
    "dimensions",
    "document_number",
    "document_date",
    "document_file",
    "signed_by",
)


def as_shown(version: ChoiceVersion) -> dict[str, str]:
    """Each declared field's label with its text in the reader's language."""
    texts = {}
    for name in SHOWN:
        field: models.Field[Any, Any] = ChoiceVersion._meta.get_field(name)  # type: ignore[assignment]  # no reverse one
        label = str(field.verbose_name)
        value = getattr(version, name)
        if name == "dimensions":
            texts[label] = ", ".join(version.dimension_labels())
        elif name.endswith(("_on", "_date")):
            texts[label] = format_date(value) if value else ""
        else:
            texts[label] = str(value or "")
    return texts


def compare(old: ChoiceVersion, new: ChoiceVersion) -> list[FieldChange]:
    """The fields that differ between two versions, old beside new."""
    return changes_between(as_shown(old), as_shown(new))
