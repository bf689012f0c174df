"""The facts that the payer rule decides on, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from expenses.models import Category, WhoseCost
from seminars.models import ArrangedBy, Venue

#: The words of each fact that the rule decides on.
FACT_CHOICES: dict[str, list[tuple[str, Any]]] = {
    "activity": [("seminar", _("seminar")), ("field_visit", _("field visit"))],
    "venue": list(Venue.choices),
    "arranged_by": list(ArrangedBy.choices),
    "whose_cost": list(WhoseCost.choices),
    "category": list(Category.choices),
}
FACT_LABELS = {
    "activity": _("Activity"),
    "venue": _("Venue"),
    "arranged_by": _("Arranged by"),
    "whose_cost": _("Whose cost"),
    "category": _("Category"),
}


def class_words(facts: Mapping[str, Any]) -> str:
    """A class in the reader's words."""
    words = {name: dict(choices) for name, choices in FACT_CHOICES.items()}
    return " · ".join(str(words[name][value]) for name, value in facts.items() if value)
