"""How a lesson and its quotes may be shown outside: decided by the local government, seen before it is decided."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from mou_portal.pages import act, load
from mou_portal.records import DomainError
from participants.requests import PortalRequest
from pathways.lessons import permissions, services
from pathways.lessons.consent import NAMED, PUBLISHED, Audience, Shown
from pathways.lessons.exports.labels import label_of
from pathways.lessons.facts import facts_of, mark, shown
from pathways.lessons.forms import ConsentForm
from pathways.lessons.masking import hints
from pathways.lessons.models import WORDS, Consent, Excerpt, Lesson
from pathways.lessons.views.lessons import crumbs, load_lesson
from pathways.lessons.views.library import words_of

_WHY = {
    "contact": gettext_lazy("contact data"),
    "person": gettext_lazy("a person"),
    "place": gettext_lazy("a place"),
    "latin": gettext_lazy("a proper name"),
}


def _may_decide(user: Any, lesson: Lesson) -> bool:
    return permissions.can_consent(user, lesson) or permissions.can_tighten(user, lesson)


def consent_edit(request: PortalRequest, pk: int) -> HttpResponse:
    """Decide how a lesson may be shown, seeing it as it would then look and which words could still tell."""
    lesson, user = load_lesson(request, pk, _may_decide), request.user
    own = permissions.can_consent(user, lesson)
    wish = lesson.consent if lesson.consent != Consent.UNASKED else Consent.ANONYMOUS
    words = tuple(lesson.hidden_words)
    form = ConsentForm(request.POST or None, initial={"consent": wish, "hidden_words": "\n".join(words)}, own=own)
    if form.is_bound and form.is_valid():
        wish = form.cleaned_data["consent"]
        words = tuple(filter(None, (one.strip() for one in (words if form.words is None else form.words))))
        if request.POST.get("step") != "preview":
            try:
                services.set_consent(
                    lesson=lesson, user=user, consent=wish, hidden_words=form.words, note=form.cleaned_data["note"]
                )
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                return act(request, lambda: None, done=_("Decided. It holds at once, everywhere."), then=lesson)
    preview = _preview(lesson, wish, words)
    text = "\n".join(preview.words.values()) if preview is not None and wish != NAMED else ""
    return render(
        request,
        "lessons/consent_form.html",
        {
            "form": form,
            "lesson": lesson,
            "preview": preview,
            "preview_texts": [(label_of(name), preview.words[name]) for name in WORDS] if preview else [],
            **(words_of(preview) if preview else {}),
            "hints": [(one.word, _WHY[one.why]) for one in hints(text.replace(mark(), " "))],
            "own": own,
            "cancel_url": lesson.get_absolute_url(),
            "crumbs": crumbs(lesson, (_("Consent"), "")),
        },
    )


def _preview(lesson: Lesson, consent: str, hidden: tuple[str, ...]) -> Shown | None:
    """The lesson as it would be shown outside if it were published with this consent."""
    facts = facts_of([lesson])[lesson.pk]
    return shown(replace(facts, state=PUBLISHED, consent=consent, hidden=hidden), Audience.OUTSIDE)


@require_POST
def quote_consent(request: PortalRequest, pk: int) -> HttpResponse:
    """Decide how one quote may be shown."""
    rows = Excerpt.objects.visible_to(request.user).select_related("source")
    excerpt = load(rows, request.user, permissions.can_consent_quote, pk=pk)
    lesson = Lesson.objects.visible_to(request.user).filter(evidence__excerpt=excerpt).first()
    consent = request.POST.get("consent", "")
    return act(
        request,
        lambda: services.set_quote_consent(excerpt=excerpt, user=request.user, consent=consent),
        done=_("Decided. It holds at once, everywhere."),
        then=lesson or reverse("lessons:lesson-list"),
    )
