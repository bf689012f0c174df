"""Editions: publishing one after a look at it, reading them inside, and the pages that everybody reads."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mou_portal.pages import load
from mou_portal.pdf import RenderError
from mou_portal.records import DomainError
from mou_portal.thai.localized import localized
from participants.models import Agreement
from participants.once import new_token, once
from participants.requests import PortalRequest
from pathways.lessons import edition_facts, editions, permissions, services
from pathways.lessons.edition_changes import changes
from pathways.lessons.editions import Citation, ShownEdition
from pathways.lessons.exports.citations import KINDS
from pathways.lessons.exports.docx_book import TemplateBroken
from pathways.lessons.exports.edition_book import citation_of_edition, edition_docx, edition_pdf, title_of
from pathways.lessons.exports.making import FORMATS, template_in_use
from pathways.lessons.models import Edition, ExportFormat, Stance, Synthesis
from pathways.lessons.services.exports import refusal
from pathways.lessons.synthesis_forms import EditionForm
from pathways.lessons.views.library import words_of
from pathways.lessons.views.syntheses import standing_words, up

PAGE_SIZE = 20


# --- what the pages print -------------------------------------------------------------------
def _lesson(one: Any) -> dict[str, Any]:
    """A cited lesson, as consented."""
    return {
        "shown": one,
        "url": reverse("lessons:public-lesson", args=[one.code]),
        **words_of(one),
        "quotes": [
            {
                "text": quote.text,
                "who": localized(quote, "who"),
                "pathway": localized(quote.pathway) if quote.pathway else "",
            }
            for quote in one.quotes
        ],
    }


def body_of(shown: ShownEdition) -> dict[str, Any]:
    """What lessons/_edition.html prints of an edition as shown: chapters, and the lessons that it cites."""
    stances = dict(Stance.choices)
    numbers = {one.pk: number for number, one in enumerate(shown.lessons, 1)}
    chapters = []
    for chapter in shown.chapters:
        statements = []
        for one in chapter.statements:
            code, word = standing_words(one.standing)
            cited = [
                {
                    "stance": each.stance,
                    "word": stances[each.stance],
                    "note": each.note,
                    "title": each.lesson.title if each.lesson else "",
                    "who": localized(each.lesson, "who") if each.lesson else "",
                    "number": numbers.get(each.pk, 0),
                }
                for each in one.cited
            ]
            statements.append({"statement": one, "code": code, "word": word, "cited": cited})
        chapters.append({"chapter": chapter, "statements": statements})
    return {"shown": shown, "chapters": chapters, "lessons": [_lesson(one) for one in shown.lessons]}


def citation_of(request: HttpRequest, edition: Edition, shown: ShownEdition, language: str) -> Citation:
    """How an edition is cited in a language, with the address that stays."""
    return Citation(
        authors=shown.authors,
        title=localized(shown, "title", language),
        year=edition.published_on.year,
        number=edition.number,
        institute=localized(edition.synthesis.agreement, "institute_name", language),
        address=request.build_absolute_uri(edition.get_public_url()),
    )


def _citations(request: HttpRequest, edition: Edition, shown: ShownEdition) -> dict[str, str]:
    return {
        "cite_th": citation_of(request, edition, shown, "th").thai,
        "cite_en": citation_of(request, edition, shown, "en").english,
    }


# --- publishing -----------------------------------------------------------------------------
def edition_create(request: PortalRequest, pk: int) -> HttpResponse:
    """Look at the synthesis as everybody will read it, with what to think of first; then publish it."""
    rows = Synthesis.objects.visible_to(request.user).select_related("agreement")
    synthesis = load(rows, request.user, permissions.can_write_synthesis, pk=pk)
    last = synthesis.editions.order_by("-number").first()
    content = edition_facts.content_of(synthesis)
    [shown] = edition_facts.shown_today([(content, "")])
    now = editions.digest(content.as_json())
    form = EditionForm(request.POST or None, initial={"seen": now}, last=last.number if last is not None else 0)
    if request.method == "POST" and form.is_valid():
        seen, note = form.cleaned_data["seen"], form.cleaned_data["note"]
        try:
            return once(
                request,
                lambda: services.publish_edition(synthesis=synthesis, user=request.user, seen=seen, note=note),
                done=_("Published. From now on this edition stays as it is."),
            )
        except DomainError as error:
            form.add_error(None, str(error))
            form.look_again(now)
    return render(
        request,
        "lessons/edition_form.html",
        {
            "synthesis": synthesis,
            "form": form,
            "form_token": request.POST.get("form_token") or new_token(),
            "number": last.number + 1 if last is not None else 1,
            "nothing_new": last is not None and last.sha256 == now,
            "without": shown.without,
            **body_of(shown),
            "cancel_url": synthesis.get_absolute_url(),
            "crumbs": up((str(synthesis), synthesis.get_absolute_url()), (_("Publish"), "")),
        },
    )


# --- reading inside -------------------------------------------------------------------------
_KINDS = {
    "added": lambda: _("new"),
    "removed": lambda: _("removed"),
    "changed": lambda: _("changed"),
    "moved": lambda: _("moved"),
    "evidence": lambda: _("other evidence"),
}
_PARTS = {
    "title_th": lambda: _("title (Thai)"),
    "title_en": lambda: _("title (English)"),
    "authors": lambda: _("authors"),
    "summary": lambda: _("summary"),
    "method_note": lambda: _("method note"),
    "chapter": lambda: _("chapter"),
    "statement": lambda: _("statement"),
}


@require_safe
def edition_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """An edition as everybody reads it, whether it is the current one, and what changed against another."""
    edition = load(Edition.objects.visible_to(request.user).select_related("synthesis__agreement"), request.user, pk=pk)
    others = list(edition.synthesis.editions.defer("content").order_by("-number"))
    wanted = request.GET.get("against", "")
    against = next((one for one in others if str(one.number) == wanted and one.pk != edition.pk), None)
    against = against or next((one for one in others if one.number == edition.number - 1), None)
    shown, *other = edition_facts.shown_editions([edition, *([against] if against is not None else [])])
    older = against is not None and against.number < edition.number
    found = changes(*((other[0], shown) if older else (shown, other[0]))) if other else ()
    return render(
        request,
        "lessons/edition_detail.html",
        {
            "edition": edition,
            "title": title_of(shown),
            "editions": others,
            "newest": others[0],
            "against": against,
            "span": sorted((edition.number, against.number)) if against is not None else [],
            "changes": [(one, _KINDS[one.kind](), _PARTS[one.what]()) for one in found],
            "unchanged": edition_facts.is_unchanged(edition),
            **body_of(shown),
            **_citations(request, edition, shown),
            "crumbs": up(
                (title_of(shown), edition.synthesis.get_absolute_url()),  # as shown: the synthesis' own may hold names
                (_("Edition %(number)d") % {"number": edition.number}, ""),
            ),
        },
    )


#: What is made of an edition, by the ending of its address.
_PAPERS = {"pdf": ExportFormat.PDF, "docx": ExportFormat.DOCX}


@never_cache
@require_safe
def edition_file(request: PortalRequest, pk: int, kind: str) -> HttpResponse:
    """An edition as PDF or DOCX in the reader's language, its lessons as consented today."""
    edition = load(Edition.objects.visible_to(request.user).select_related("synthesis__agreement"), request.user, pk=pk)
    if kind not in _PAPERS:
        raise Http404
    [shown] = edition_facts.shown_editions([edition])
    body, cited, language = body_of(shown), _citations(request, edition, shown), get_language() or "th"
    try:
        if kind == "pdf":
            content = edition_pdf(edition, body, cited, language)
        else:
            content = edition_docx(template_in_use(), edition, body, cited, language)
    except (RenderError, TemplateBroken) as error:
        messages.error(request, refusal(error))
        return redirect(edition)
    answer = HttpResponse(content, content_type=FORMATS[_PAPERS[kind]].content_type)
    name = f"synthesis-{edition.synthesis_id}-edition-{edition.number}-{language}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


# --- what everybody reads -------------------------------------------------------------------
@login_not_required
@require_safe
def public_edition_list(request: HttpRequest) -> HttpResponse:
    """The current edition of every synthesis of the agreement, newest first."""
    agreement: Agreement | None = getattr(request, "agreement", None)
    if agreement is None:
        raise Http404
    rows = Edition.objects.filter(synthesis__agreement=agreement).current().select_related("synthesis")
    page = Paginator(rows.order_by("-published_on", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    items = [
        {"edition": edition, "title": title_of(shown), "shown": shown, "statements": len(shown.statements)}
        for edition, shown in zip(found, edition_facts.shown_editions(found), strict=True)
    ]
    return render(request, "lessons/public_editions.html", {"items": items, "page": page})


@login_not_required
@require_safe
def public_edition(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition, its words as published and its lessons as consented today."""
    edition = load(Edition.objects.select_related("synthesis__agreement"), None, pk=pk)
    others = list(edition.synthesis.editions.defer("content").order_by("-number"))
    [shown] = edition_facts.shown_editions([edition])
    return render(
        request,
        "lessons/public_edition.html",
        {
            "edition": edition,
            "title": title_of(shown),
            "editions": others,
            "newest": others[0],
            **body_of(shown),
            **_citations(request, edition, shown),
        },
    )


@login_not_required
@require_safe
def public_edition_cite(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The citation of an edition as a file for a reference manager: ``bib``, ``ris`` or ``json``."""
    edition = load(Edition.objects.select_related("synthesis__agreement"), None, pk=pk)
    if kind not in KINDS:
        raise Http404
    [shown] = edition_facts.shown_editions([edition])
    content_type, write = KINDS[kind]
    answer = HttpResponse(write([citation_of_edition(edition, shown)]), content_type=content_type)
    name = f"synthesis-{edition.synthesis_id}-edition-{edition.number}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
