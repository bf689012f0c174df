"""Comparison: how many lessons or passages of each organisation or pathway are about a theme; cases side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mou_portal.exchange import csv_response, xlsx_response
from participants.models import Agreement
from participants.requests import PortalRequest
from pathways.lessons import counting, library, permissions
from pathways.lessons.consent import Audience
from pathways.lessons.counting import Question, as_word
from pathways.lessons.facts import facts_of, shown
from pathways.lessons.matrix import Cell, Grid, Key
from pathways.lessons.models import WORDS, Excerpt, Lesson
from pathways.lessons.views.lessons import label_of
from pathways.lessons.views.library import words_of
from pathways.views.lists import working_agreement

PAGE_SIZE = 30
#: At most so many cases stand side by side, and so many lessons are offered to pick from.
MOST_CASES, MOST_OFFERED = 4, 12


def studied(request: PortalRequest) -> Agreement:
    """The agreement that the person works in as one of its scholars; 403 otherwise."""
    agreement = working_agreement(request)
    if not permissions.can_study(request.user, agreement):
        raise PermissionDenied
    return agreement


def _up(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Lessons"), reverse("lessons:lesson-list")),
        (_("Compare"), reverse("lessons:compare") if more else ""),
        *more,
    ]


def _none_of(by: str) -> str:
    return _("the programme as a whole") if by == "participant" else _("no pathway")


@require_safe
def compare(request: PortalRequest) -> HttpResponse:
    """The matrix; each number opens what it counts. Exports hold what is public, as consented."""
    agreement = studied(request)
    question = counting.asked(request.GET)
    if request.GET.get("export") in ("csv", "xlsx"):
        return _export(agreement, question, request.GET["export"])
    grid, names, themes = counting.matrix(agreement, request.user, question)
    headings = {theme.pk: theme for theme, _depth in themes}
    totals = grid.column_totals()
    largest = max((cell.count for cell in totals), default=0) or 1
    return render(
        request,
        "lessons/compare.html",
        {
            "question": question,
            "switches": _switches(question),
            "filters": _filters(agreement, question),
            "narrowed": question != Question(question.by, question.what),
            "codebooks": counting.codebooks_of(agreement),
            "themes": [
                {"name": str(headings[key]) if key is not None else _("no theme yet"), "theme": headings.get(key or 0)}
                for key in grid.columns
            ],
            "rows": [
                {
                    "name": names.get(row, "") if row is not None else _none_of(question.by),
                    "cells": [_linked(question, cell) for cell in grid.cells(row)],
                    "total": _linked(question, grid.row_total(row)),
                }
                for row in grid.rows
            ],
            "totals": [_linked(question, cell) for cell in totals],
            "total": _linked(question, grid.total()),
            "bars": [
                {
                    "name": str(headings[cell.column]) if cell.column is not None else _("no theme yet"),
                    "count": cell.count,
                    "url": _linked(question, cell)["url"],
                    "width": 100 * cell.count // largest,
                }
                for cell in sorted(totals, key=lambda one: -one.count)
            ],
            "exports": urlencode(question.as_query()),
            "can_study": True,
        },
    )


def _linked(question: Question, cell: Cell) -> dict[str, Any]:
    query = question.as_query() | {"row": as_word(cell.row), "theme": as_word(cell.column)}
    url = f"{reverse('lessons:compare-evidence')}?{urlencode({key: word for key, word in query.items() if word})}"
    return {"count": cell.count, "shade": cell.shade, "url": url if cell.count else ""}


def _switches(question: Question) -> list[dict[str, Any]]:
    words = {
        "participant": _("by organisation"),
        "pathway": _("by pathway"),
        "lessons": _("Lessons"),
        "passages": _("Passages"),
    }

    def switch(key: str, values: tuple[str, ...], chosen: str, title: str) -> dict[str, Any]:
        base = question.as_query()
        choices = [(words[value], f"?{urlencode(base | {key: value})}", value == chosen) for value in values]
        return {"title": title, "choices": choices}

    return [
        switch("by", counting.BY, question.by, _("Rows")),
        switch("what", counting.WHAT, question.what, _("Count")),
    ]


def _filters(agreement: Agreement, question: Question) -> list[dict[str, Any]]:
    """The selects above the matrix: key, title, options, and what is chosen."""
    titles = {"kind": _("Type of organisation"), "region": _("Region"), "period": _("Period")}
    chosen = question.as_query()
    return [
        {"key": key, "title": titles[key], "options": options, "chosen": chosen.get(key, "")}
        for key, options in counting.narrowing(agreement).items()
        if len(options) > 1 or key in chosen
    ]


def _narrowed_to(agreement: Agreement, question: Question) -> list[str]:
    """What the question is narrowed to, in words."""
    chosen = [dict(one["options"]).get(one["chosen"]) for one in _filters(agreement, question)]
    return [word for word in (*chosen, _("validated and published") if question.judged else None) if word]


def _export(agreement: Agreement, question: Question, kind: str) -> HttpResponse:
    """What is public, as consented: nothing else leaves in a file, whoever asks."""
    grid, names, themes = counting.consented_matrix(agreement, question)
    headings = {theme.pk: str(theme) for theme, _depth in themes}
    first = _("Organisation") if question.by == "participant" else _("Pathway")
    head = [
        first,
        *(headings[key] if key is not None else _("no theme yet") for key in grid.columns),
        _("Lessons") if question.what == "lessons" else _("Passages"),
    ]

    def body() -> Iterator[list[Any]]:
        for row in grid.rows:
            name = names.get(row, "") if row is not None else _none_of(question.by)
            yield [name, *(cell.count for cell in grid.cells(row)), grid.row_total(row).count]
        yield [_("Total"), *(cell.count for cell in grid.column_totals()), grid.total().count]

    answer = csv_response if kind == "csv" else xlsx_response
    return answer(f"lessons-{question.by}-{question.what}", head, body(), title=_("Compare"))


@require_safe
def compare_evidence(request: PortalRequest) -> HttpResponse:
    """The lessons or passages behind a number of the matrix: exactly as many as it says."""
    agreement = studied(request)
    question = counting.asked(request.GET)
    row, column = counting.place(request.GET.get("row", "")), counting.place(request.GET.get("theme", ""))
    grid, names, themes = counting.matrix(agreement, request.user, question, row, column)
    page = Paginator(sorted(grid.things(row, column), reverse=True), PAGE_SIZE).get_page(request.GET.get("page"))
    passages = question.what == "passages"
    items = _passages(request.user, page.object_list) if passages else _lessons(request.user, page.object_list)
    kept = request.GET.copy()
    kept.pop("page", None)
    return render(
        request,
        "lessons/compare_evidence.html",
        {
            "items": items,
            "passages": passages,
            "about": [
                *_about(question, grid, names, {theme.pk: str(theme) for theme, _depth in themes}, row, column),
                *_narrowed_to(agreement, question),
            ],
            "page": page,
            "page_base": f"?{kept.urlencode()}&" if kept else "?",
            "page_numbers": list(page.paginator.get_elided_page_range(page.number, on_each_side=1)),
            "most_cases": MOST_CASES,
            "crumbs": [
                (_("Lessons"), reverse("lessons:lesson-list")),
                (_("Compare"), f"{reverse('lessons:compare')}?{urlencode(question.as_query())}"),
                (_("Evidence"), ""),
            ],
        },
    )


def _about(
    question: Question, grid: Grid, names: dict[int, str], themes: dict[int, str], row: Any, column: Any
) -> list[str]:
    """What a number is about, in words: its row and its theme. A row or theme that is none of the matrix is 404."""
    found = []
    for key, keys, words, none in (
        (row, grid.rows, names, _none_of(question.by)),
        (column, grid.columns, themes, _("no theme yet")),
    ):
        if key is None:
            found.append(none)
        elif isinstance(key, int):
            if key not in keys:
                raise Http404
            found.append(words[key])
    return found


def lesson_items(lessons: Iterable[Lesson]) -> list[dict[str, Any]]:
    """Lessons that the reader reads inside, with names, ready for a list, in their order."""
    rows = {row.pk: row for row in lessons}
    found = []
    for key, facts in facts_of(rows.values(), quotes=False).items():
        inside = shown(facts, Audience.INSIDE)
        found.append({"lesson": rows[key], "shown": inside, **words_of(inside)})
    return found


def _lessons(user: Any, keys: Any) -> list[dict[str, Any]]:
    rows = {row.pk: row for row in Lesson.objects.visible_to(user).filter(pk__in=list(keys)).with_names()}
    return lesson_items(rows[key] for key in keys if key in rows)


def _passages(user: Any, keys: Any) -> list[dict[str, Any]]:
    rows = {row.pk: row for row in Excerpt.objects.visible_to(user).filter(pk__in=list(keys)).with_names()}
    found = []
    for key in keys:
        if key in rows:
            source = rows[key].source
            found.append({"excerpt": rows[key], "source": source, "who": str(source.participant or "")})
    return found


# --- cases side by side -----------------------------------------------------------------------
@require_safe
def case_compare(request: PortalRequest) -> HttpResponse:
    """Two to four lessons beside each other, text by text; found and picked on the same page."""
    agreement, user = studied(request), request.user
    picked = list(dict.fromkeys(filter(None, map(counting.number, request.GET.getlist("lesson")))))
    if len(picked) > MOST_CASES:
        messages.warning(
            request, _("At most %(most)d cases stand side by side: the first ones do.") % {"most": MOST_CASES}
        )
    rows = {
        row.pk: row for row in Lesson.objects.visible_to(user).filter(agreement=agreement, pk__in=picked).with_names()
    }
    chosen: list[Key] = [key for key in picked if key in rows][:MOST_CASES]
    search = library.asked(request.GET)
    offered = library.matching(agreement, search, user=user).exclude(pk__in=chosen).with_names()[:MOST_OFFERED]
    cases = _lessons(user, chosen)
    return render(
        request,
        "lessons/case_compare.html",
        {
            "cases": cases,
            "texts": [
                (label_of(name), [(one, one["shown"].words[name]) for one in cases])
                for name in WORDS[1:]
                if any(one["shown"].words[name] for one in cases)
            ],
            "offered": lesson_items(offered),
            "query": search.query,
            "most": MOST_CASES,
            "full": len(cases) >= MOST_CASES,
            "crumbs": _up((_("Side by side"), "")),
        },
    )
