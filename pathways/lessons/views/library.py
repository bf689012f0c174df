"""The library: search, facets, words in their context; searches that are kept; counts of words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mou_portal.exchange import csv_response, xlsx_response
from mou_portal.pages import act, load
from mou_portal.thai.localized import localized
from participants.access import access_of
from participants.models import Agreement
from participants.requests import PortalRequest
from pathways.lessons import library, permissions
from pathways.lessons.models import Lesson, SavedSearch
from pathways.lessons.services import drop_search, keep_search
from pathways.lessons.views.basket import codes_in_basket
from pathways.views.lists import working_agreement

PAGE_SIZE = 20
#: Words are counted in no more lessons than this; the page says so.
MOST_COUNTED = 500


def words_of(shown: Any) -> dict[str, str]:
    """What cards print of a lesson as shown: organisation, pathway and period in the reader's language."""
    return {
        "who": localized(shown, "who"),
        "pathway": f"{shown.pathway.number}) {localized(shown.pathway)}" if shown.pathway else "",
        "period": localized(shown, "period"),
    }


def card(shown: Any, lesson: Lesson, query: str = "", picked: Collection[str] = ()) -> dict[str, Any]:
    """One result: where it leads, what may be said of it, and the words in their context."""
    inside = shown.audience == "inside"
    return {
        "shown": shown,
        "inside": inside,
        "in_basket": shown.code in picked,
        "url": lesson.get_absolute_url() if inside else lesson.get_public_url(),
        "state": lesson.state,
        "state_label": lesson.get_state_display(),
        "consent_label": lesson.get_consent_display() if inside else "",
        "snippets": library.in_context(shown, query) if query else [],
        **words_of(shown),
    }


@require_safe
def lesson_list(request: PortalRequest) -> HttpResponse:
    """Search the lessons that the person may read; exports hold what is public, as consented."""
    agreement, user = working_agreement(request), request.user
    search = library.asked(request.GET)
    if request.GET.get("export") in ("csv", "xlsx"):
        return _export(agreement, search, request.GET["export"])
    found = library.found(agreement, search, user=user)
    paginator = Paginator(found.ids, PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    by_pk = Lesson.objects.with_names().in_bulk(list(page.object_list))
    lessons = [by_pk[pk] for pk in page.object_list if pk in by_pk]
    read = library.read_by(user, agreement, lessons, search.terms)
    picked = codes_in_basket(user, agreement)
    options = library.choices(agreement, found.counts)
    kept = request.GET.copy()
    for key in ("page", "export"):
        kept.pop(key, None)
    return render(
        request,
        "lessons/library.html",
        {
            "cards": [card(one, by_pk[one.pk], search.query, picked) for one in read],
            "total": paginator.count,
            "page": page,
            "page_numbers": list(paginator.get_elided_page_range(page.number, on_each_side=1)),
            "query": search.query,
            "facets": _facets(search, options),
            "filtered": bool(search.query or search.chosen or search.theme or search.participant),
            "page_base": f"?{kept.urlencode()}&" if kept else "?",
            "kept_query": kept.urlencode(),
            "searches": list(SavedSearch.objects.visible_to(user).filter(agreement=agreement)),
            "can_study": permissions.can_study(user, agreement),
            "can_write": bool(access_of(user).coordinates) or permissions.can_study(user, agreement),
        },
    )


def _facets(search: library.Search, options: dict[str, list[tuple[str, str, int]]]) -> list[dict[str, Any]]:
    titles = [(one.key, one.title) for one in library.facets()]
    titles.insert(1, ("theme", _("Theme")))
    found = []
    for key, title in titles:
        selected = str(search.theme or "") if key == "theme" else search.chosen.get(key, "")
        found.append({"key": key, "title": title, "options": options.get(key, []), "selected": selected})
    return found


def _export(agreement: Agreement, search: library.Search, kind: str) -> HttpResponse:
    """What is public, as consented: nothing else leaves in a file, whoever asks."""
    texts = ("situation", "action", "result", "why", "lesson", "recommendation")
    head = [
        *(_("Code"), _("Title"), _("Organisation"), _("Pathway"), _("Dimension"), _("Period")),
        *(str(Lesson._meta.get_field(name).verbose_name) for name in texts),
        *(_("Addressed to"), _("Confidence"), _("Themes"), _("Published on")),
    ]

    def body() -> Iterator[list[Any]]:
        ids = list(library.matching(agreement, search).values_list("pk", flat=True))
        for start in range(0, len(ids), 500):
            chunk = Lesson.objects.filter(pk__in=ids[start : start + 500]).order_by(*library.LISTED).with_names()
            for one in library.read_by(None, agreement, chunk, search.terms):
                words = words_of(one)
                yield [
                    *(one.code, one.title, words["who"], words["pathway"], one.dimension, words["period"]),
                    *(one.words[name] for name in texts),
                    *(one.addressee, one.confidence, ", ".join(th for _pk, th, _en in one.themes), one.published_on),
                ]

    return (csv_response if kind == "csv" else xlsx_response)("lessons", head, body(), title=_("Lessons"))


@require_safe
def term_list(request: PortalRequest) -> HttpResponse:
    """The commonest words of what a search finds, each a search of its own."""
    agreement = working_agreement(request)
    search = library.asked(request.GET)
    if request.GET.get("export") in ("csv", "xlsx"):
        # words of what is public alone: a count of other words would tell of them
        rows = library.matching(agreement, search).with_names()[:MOST_COUNTED]
        public = library.read_by(None, agreement, rows, search.terms)
        answer = csv_response if request.GET["export"] == "csv" else xlsx_response
        head = [_("Word"), _("Times"), _("Lessons")]
        return answer("lesson-words", head, library.term_counts(public), title=_("Words of lessons"))
    rows = library.matching(agreement, search, user=request.user)
    shown = library.read_by(request.user, agreement, rows.with_names()[:MOST_COUNTED], search.terms)
    return render(
        request,
        "lessons/terms.html",
        {
            "terms": library.term_counts(shown),
            "most": MOST_COUNTED,
            "number": len(shown),
            "crumbs": [(_("Lessons"), reverse("lessons:lesson-list")), (_("Words of lessons"), "")],
        },
    )


@require_POST
def search_save(request: PortalRequest) -> HttpResponse:
    """Keep the search that the page shows."""
    agreement = working_agreement(request)
    query, name = request.POST.get("query", "")[:1000], request.POST.get("name", "")[:120]
    return act(
        request,
        lambda: keep_search(agreement=agreement, user=request.user, name=name, query=query),
        done=_("The search is kept."),
        then=f"{reverse('lessons:lesson-list')}?{query}",
    )


@require_POST
def search_delete(request: PortalRequest, pk: int) -> HttpResponse:
    """Delete a kept search of one's own."""
    drop_search(search=load(SavedSearch.objects.visible_to(request.user), request.user, pk=pk))
    return redirect("lessons:lesson-list")
