"""What everybody may read: published lessons, as consented, under addresses that stay; and their feed."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mou_portal.thai.localized import localized
from participants.models import Agreement
from pathways.lessons import library
from pathways.lessons.consent import Shown
from pathways.lessons.exports.citations import KINDS, readable
from pathways.lessons.exports.citing import author, citation_of, theme_names
from pathways.lessons.exports.labels import label_of
from pathways.lessons.facts import shown_outside
from pathways.lessons.models import WORDS, Addressee, Confidence, Lesson
from pathways.lessons.views.basket import items_of
from pathways.lessons.views.library import words_of
from pathways.models import Dimension

PAGE_SIZE = 20
FEED_SIZE = 30


def _item(shown: Any) -> dict[str, Any]:
    return {
        "shown": shown,
        "author": author(shown),
        "url": reverse("lessons:public-lesson", args=[shown.code]),
        "dimension": Dimension(shown.dimension).label if shown.dimension else "",
        "addressee": Addressee(shown.addressee).label if shown.addressee else "",
        "confidence": Confidence(shown.confidence).label if shown.confidence else "",
        "published": parse_date(shown.published_on) if shown.published_on else None,
        "themes": theme_names(shown),
        **words_of(shown),
    }


def _agreement(request: HttpRequest) -> Agreement:
    agreement: Agreement | None = getattr(request, "agreement", None)
    if agreement is None:
        raise Http404
    return agreement


@login_not_required
@require_safe
def public_list(request: HttpRequest) -> HttpResponse:
    """Every published lesson of the agreement, newest first, with a search."""
    agreement = _agreement(request)
    search = library.Search(request.GET.get("q", "").replace("\x00", "").strip()[:200])
    paginator = Paginator(library.matching(agreement, search).with_names(), PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    found = library.read_by(None, agreement, page.object_list, search.terms)
    return render(
        request,
        "lessons/public_list.html",
        {"items": [_item(one) for one in found], "page": page, "query": search.query},
    )


def _load(code: str) -> tuple[Lesson, Shown]:
    row = Lesson.objects.public().with_names().filter(public_code=code).first()
    found = shown_outside([row]) if row is not None else []
    if row is None or not found:
        raise Http404
    return row, found[0]


@login_not_required
@require_safe
def public_lesson(request: HttpRequest, code: str) -> HttpResponse:
    """One published lesson, as consented today; what is no longer shown is as if it had never been."""
    row, one = _load(code)
    item = _item(one)
    cited = citation_of(one, row.agreement)
    return render(
        request,
        "lessons/public_detail.html",
        {
            **item,
            "texts": [(label_of(name), one.words[name]) for name in WORDS[1:] if one.words[name]],
            "quotes": [
                {
                    "quote": quote,
                    "who": localized(quote, "who"),
                    "pathway": localized(quote.pathway) if quote.pathway else "",
                }
                for quote in one.quotes
            ],
            "similar": [_item(other) for other in library.similar(row, most=3)],
            "address": request.build_absolute_uri(item["url"]),
            "in_basket": request.user.is_authenticated
            and items_of(request.user, row.agreement).filter(lesson=row).exists(),
            "citation": readable(cited, get_language() or "th"),
        },
    )


@login_not_required
@require_safe
def public_cite(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The citation of a published lesson as a file for a reference manager: ``bib``, ``ris`` or ``json``."""
    if kind not in KINDS:
        raise Http404
    row, one = _load(code)
    content_type, write = KINDS[kind]
    answer = HttpResponse(write([citation_of(one, row.agreement)]), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="lesson-{one.code}.{kind}"'
    return answer


@login_not_required
@require_safe
def public_feed(request: HttpRequest) -> HttpResponse:
    """An Atom feed of the newest published lessons, as consented."""
    agreement = _agreement(request)
    rows = library.matching(agreement, library.Search()).with_names()
    feed = Atom1Feed(
        title=_("Lessons") + " · " + localized(agreement, "short_title"),
        link=request.build_absolute_uri(reverse("lessons:public-list")),
        description=_("Published lessons of the programme"),
        language=get_language(),
        feed_url=request.build_absolute_uri(request.path),
    )
    for shown in shown_outside(rows[:FEED_SIZE], quotes=False):
        link = request.build_absolute_uri(reverse("lessons:public-lesson", args=[shown.code]))
        feed.add_item(
            title=shown.title,
            link=link,
            description=shown.words["lesson"],
            unique_id=link,
            author_name=author(shown),
            updateddate=parse_datetime(shown.updated_at),
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
