"""The programme of presentations, and the feedback on an organisation's presentations, on paper."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mou_portal.paper import paper_context
from mou_portal.registry import Report, reports
from participants.access import access_of
from participants.models import Agreement, Participant
from participants.permissions import can_view_participant
from seminars.models import Presentation, Review, Seminar, SeminarState, Slot
from seminars.timetables import timetable_of


def programme_context(
    seminars: Iterable[Seminar], agreement: Agreement, language: str, *, titled: Container[int] | None = None
) -> dict[str, Any]:
    """Each seminar with its sessions and talks; ``titled`` as :func:`seminars.timetables.timetable_of` takes it."""
    return paper_context(language, title=_("Programme of presentations"), agreement=agreement) | {
        "programmes": [(seminar, timetable_of(seminar, titled)) for seminar in seminars],
    }


def programme_html(
    seminars: Iterable[Seminar], agreement: Agreement, language: str, *, titled: Container[int] | None = None
) -> str:
    """The programme as HTML, ready for the PDF kit. The language must be active."""
    context = programme_context(seminars, agreement, language, titled=titled)
    return render_to_string("seminars/pdf/presentation_programme.html", context)


def _of_agreement(agreement: Agreement, language: str) -> str:
    """The seminars that have a programme, at most the last ten, so that the cost has a bound."""
    with_slots = Slot.objects.filter(session__seminar__agreement=agreement).values("session__seminar")
    seminars = Seminar.objects.filter(pk__in=with_slots).exclude(state=SeminarState.CANCELLED)
    return programme_html(seminars.order_by("-starts_on", "pk")[:10], agreement, language)


def _may_read_all(user: Any, agreement: Any) -> bool:
    """Who sees every party's presentations: staff and the researchers of the agreement."""
    access = access_of(user)
    return access.staff or agreement.pk in access.researches


def feedback_context(participant: Participant, language: str) -> dict[str, Any]:
    """Presentations with the words that were sent to the organisation, and its answers; no scores."""
    sent = Review.objects.filter(presentation__participant=participant, sent_at__isnull=False).exclude(comment="")
    by_presentation: dict[int, list[Review]] = {}
    for review in sent.select_related("reviewer").order_by("pk"):
        by_presentation.setdefault(review.presentation_id, []).append(review)
    rows = (
        Presentation.objects.filter(pk__in=by_presentation)
        .select_related("seminar")
        .order_by("seminar__starts_on", "pk")
    )
    return paper_context(
        language,
        title=_("Feedback on presentations"),
        agreement=participant.agreement,
        party=participant,
        url=participant.get_absolute_url(),
    ) | {"presentations": [(row, by_presentation[row.pk]) for row in rows]}


def feedback_html(participant: Participant, language: str) -> str:
    """The feedback as HTML, ready for the PDF kit. The language must be active."""
    return render_to_string("seminars/pdf/presentation_feedback.html", feedback_context(participant, language))


reports.register(
    Report(
        name="presentation-programme",
        title=gettext_lazy("Programme of presentations"),
        description=gettext_lazy("Sessions, hours, organisations, titles and presenters, ready to be printed."),
        subject="agreement",
        html=_of_agreement,
        can_view=_may_read_all,
        filename=lambda agreement: f"presentation-programme-{agreement.code}",
    )
)
reports.register(
    Report(
        name="presentation-feedback",
        title=gettext_lazy("Feedback on presentations"),
        description=gettext_lazy("What reviewers wrote to an organisation about its presentations, and its answers."),
        subject="participant",
        html=feedback_html,
        can_view=can_view_participant,
        filename=lambda participant: f"presentation-feedback-{participant.code}",
    )
)
