"""Reports of lessons: the book, by pathway, by participant, the codebook. Lessons always as the outside sees them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from mou_portal.paper import paper_context
from mou_portal.registry import Report, reports
from mou_portal.thai.localized import localized
from participants.models import Agreement, Participant
from participants.permissions import can_view_participant
from pathways.lessons.exports.book import book_context, book_html
from pathways.lessons.exports.selection import Selection, shown_of
from pathways.lessons.models import Codebook, Coding, Theme, ThemeState
from pathways.lessons.permissions import can_study
from pathways.lessons.services import in_tree_order

BOOK_TITLE = _("Lessons learned")
PATHWAY_TITLE = _("Lessons, pathway by pathway")
PARTICIPANT_TITLE = _("Lessons of one organisation")
CODEBOOK_TITLE = _("Codebook")


def everybody(user: Any, agreement: Agreement) -> bool:
    """What everybody may read on the public pages may be had as a report by everybody who is signed in."""
    return True


def lessons_book_html(agreement: Agreement, language: str) -> str:
    """The whole book of an agreement as HTML for the PDF kit."""
    with translation.override(language):
        return book_html(agreement, shown_of(agreement, Selection()), language, str(BOOK_TITLE))


def lessons_by_pathway_html(agreement: Agreement, language: str) -> str:
    """The lessons alone, pathway by pathway."""
    with translation.override(language):
        context = paper_context(
            language, title=str(PATHWAY_TITLE), agreement=agreement, url=reverse("lessons:public-list")
        ) | book_context(agreement, shown_of(agreement, Selection()), language)
        return render_to_string("lessons/pdf/by_pathway.html", context)


def lessons_by_participant_html(participant: Participant, language: str) -> str:
    """The lessons that an organisation lets be shown under its name; of others not even the number is told."""
    agreement = participant.agreement
    with translation.override(language):
        found = shown_of(agreement, Selection(query=f"participant={participant.pk}"))
        context = paper_context(
            language,
            title=str(PARTICIPANT_TITLE),
            agreement=agreement,
            party=participant,
            url=reverse("lessons:public-list"),
        ) | book_context(agreement, found, language)
        return render_to_string("lessons/pdf/by_pathway.html", context)


def codebook_html(agreement: Agreement, language: str) -> str:
    """The codebooks of an agreement with definitions and how many passages carry each theme; four queries."""
    with translation.override(language):
        context = paper_context(
            language, title=str(CODEBOOK_TITLE), agreement=agreement, url=reverse("lessons:codebook-list")
        )
        return render_to_string("lessons/pdf/codebook.html", context | {"codebooks": codebooks_of(agreement)})


def codebooks_of(agreement: Agreement) -> list[dict[str, Any]]:
    """The codebooks in words, themes in the order of their tree."""
    themes: dict[int, list[Theme]] = {}
    for theme in Theme.objects.filter(codebook__agreement=agreement).select_related("merged_into"):
        themes.setdefault(theme.codebook_id, []).append(theme)
    coded = Counter(
        Coding.objects.filter(theme__codebook__agreement=agreement)
        .order_by()
        .values_list("theme_id", "excerpt_id")
        .distinct()
        .values_list("theme_id", flat=True)
    )
    return [
        {
            "title": localized(book),
            "description": book.description,
            "themes": [
                {
                    "code": theme.code,
                    "name": localized(theme),
                    "depth": min(depth, 3),
                    "definition": theme.definition,
                    "includes": theme.includes,
                    "excludes": theme.excludes,
                    "state": "" if theme.state == ThemeState.ACTIVE else str(theme.get_state_display()),
                    "coded": coded[theme.pk],
                }
                for theme, depth in in_tree_order(themes.get(book.pk, []))
            ],
        }
        for book in Codebook.objects.filter(agreement=agreement)
    ]


reports.register(
    Report(
        name="lessons-book",
        title=BOOK_TITLE,
        description=_("The lesson-learned book: contents, matrix, lessons, recommendations, sources, index of themes."),
        subject="agreement",
        html=lessons_book_html,
        can_view=everybody,
        filename=lambda agreement: f"lessons-book-{agreement.code}",
    )
)
reports.register(
    Report(
        name="lessons-by-pathway",
        title=PATHWAY_TITLE,
        description=_("Every published lesson, pathway by pathway, as each organisation consented."),
        subject="agreement",
        html=lessons_by_pathway_html,
        can_view=everybody,
        filename=lambda agreement: f"lessons-by-pathway-{agreement.code}",
    )
)
reports.register(
    Report(
        name="lessons-by-participant",
        title=PARTICIPANT_TITLE,
        description=_("The published lessons that the organisation lets be shown under its name."),
        subject="participant",
        html=lessons_by_participant_html,
        can_view=can_view_participant,
        filename=lambda participant: f"lessons-{participant.code}",
    )
)
reports.register(
    Report(
        name="codebook",
        title=CODEBOOK_TITLE,
        description=_("The themes with which texts are coded, with their definitions and how often each was given."),
        subject="agreement",
        html=codebook_html,
        can_view=can_study,
        filename=lambda agreement: f"codebook-{agreement.code}",
    )
)
