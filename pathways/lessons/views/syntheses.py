"""The workbench of a synthesis: its head, its chapters with their statements in order, and its editions."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from mou_portal.listing import Column, Listing
from mou_portal.pages import act, load
from mou_portal.records import DomainError, Stale
from participants.once import new_token, once
from participants.requests import PortalRequest
from participants.typed import typed
from pathways.lessons import edition_facts, editions, permissions, services
from pathways.lessons.models import (
    Chapter,
    Lesson,
    LessonState,
    Statement,
    Synthesis,
)
from pathways.lessons.synthesis_forms import ChapterForm, SynthesisForm
from pathways.views.lists import working_agreement


def up(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way up from a page of syntheses."""
    return [
        (_("Lessons"), reverse("lessons:lesson-list")),
        (_("Syntheses"), reverse("lessons:synthesis-list") if more else ""),
        *more,
    ]


def standing_words(standing: str) -> tuple[str, str]:
    """What lessons make of a statement, as the code of a sign and a word."""
    return {
        editions.WITHOUT: ("overdue", _("without evidence")),
        editions.SUPPORTED: ("fulfilled", _("supported")),
        editions.DISPUTED: ("disputed", _("for and against")),
        editions.CONTRADICTED: ("rejected", _("contradicted")),
    }[standing]


@require_safe
def synthesis_list(request: PortalRequest) -> HttpResponse:
    """The syntheses of the agreement."""
    agreement = working_agreement(request)
    rows = Synthesis.objects.visible_to(request.user).filter(agreement=agreement)
    rows = rows.annotate(
        chapter_count=Count("chapters", distinct=True),
        statement_count=Count("chapters__statements", distinct=True),
        newest=Max("editions__number"),
        published=Max("editions__published_on"),
    ).order_by("-created_at", "-pk")
    actions = []
    if permissions.can_study(request.user, agreement):
        actions = [(_("New synthesis"), reverse("lessons:synthesis-create"))]
    return Listing(
        title=_("Syntheses"),
        columns=[
            Column(_("Title"), str, sort="title_th", url=lambda row: row.get_absolute_url()),
            Column(_("Chapters"), lambda row: row.chapter_count, kind="number"),
            Column(pgettext("of a synthesis", "Statements"), lambda row: row.statement_count, kind="number"),
            Column(_("Current edition"), lambda row: row.newest, sort="newest", kind="number"),
            Column(_("Published"), lambda row: row.published, sort="published", kind="date"),
            Column(_("Last changed"), lambda row: row.updated_at, sort="updated_at", kind="datetime"),
        ],
        filename="syntheses",
        empty_text=_("A synthesis says what several lessons say together, in statements that rest on them."),
    ).respond(request, rows, actions=actions, crumbs=up())


def _synthesis(request: PortalRequest, pk: int, can: Any = None) -> Synthesis:
    rows = Synthesis.objects.visible_to(request.user).select_related("agreement", "created_by")
    return load(rows, request.user, can, pk=pk)


def chapter_of(request: PortalRequest, pk: int) -> Chapter:
    rows = Chapter.objects.visible_to(request.user).select_related("synthesis__agreement")
    return load(rows, request.user, permissions.can_write_synthesis, pk=pk)


def form_page(
    request: PortalRequest, form: Any, title: str, then: str, crumbs: Any, *, new: bool, action: str = ""
) -> HttpResponse:
    return render(
        request,
        "lessons/plain_form.html",
        {
            "form": form,
            "title": title,
            "form_token": (request.POST.get("form_token") or new_token()) if new else "",
            "cancel_url": then,
            "crumbs": crumbs,
            "action": action,
            "autosave": True,
        },
    )


def save_changed(request: PortalRequest, form: Any, save: Any) -> HttpResponse | None:
    """Run one service for a filled form that changes a row; ``None`` when the form has to come back."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        row = save(form.instance, form.expected_revision)
    except Stale as error:
        form.show_stale(error)
    except DomainError as error:
        form.add_error(None, str(error))
    else:
        return act(request, lambda: None, done=_("Saved."), then=row)
    return None


def create_once(request: PortalRequest, form: Any, save: Any) -> HttpResponse | None:
    """Run one service, once, for a filled form that makes a row; ``None`` when the form has to come back."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return once(request, lambda: save(form.instance))
    except DomainError as error:
        form.add_error(None, str(error))
    return None


def synthesis_create(request: PortalRequest) -> HttpResponse:
    """Begin a synthesis."""
    agreement, user = working_agreement(request), request.user
    if not permissions.can_study(user, agreement):
        raise PermissionDenied
    form = SynthesisForm(request.POST or None, instance=Synthesis(agreement=agreement), initial=typed(request))
    done = create_once(request, form, lambda row: services.save_synthesis(synthesis=row, user=user))
    title = _("New synthesis")
    return done or form_page(request, form, title, reverse("lessons:synthesis-list"), up((title, "")), new=True)


def synthesis_edit(request: PortalRequest, pk: int) -> HttpResponse:
    """Change the head of a synthesis."""
    synthesis, user = _synthesis(request, pk, permissions.can_write_synthesis), request.user
    there, name = synthesis.get_absolute_url(), str(synthesis)
    form = SynthesisForm(request.POST or None, instance=synthesis, initial=typed(request))
    done = save_changed(
        request, form, lambda row, expected: services.save_synthesis(synthesis=row, user=user, expected=expected)
    )
    title = _("Title, authors and summary")
    return done or form_page(request, form, title, there, up((name, there), (title, "")), new=False)


@require_safe
def synthesis_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """The workbench: chapters with their statements, what each rests on, what has none, and the editions."""
    synthesis, user = _synthesis(request, pk), request.user
    seen = Lesson.objects.visible_to(user).filter(statement_links__statement__chapter__synthesis=synthesis)
    read = set(seen.values_list("pk", flat=True))
    chapters = [
        {
            "chapter": chapter,
            "statements": [_at_work(one, f"{number}.{place}", read) for place, one in _numbered(chapter)],
        }
        for number, chapter in enumerate(edition_facts.chapters_of(synthesis), 1)
    ]
    statements = [one for each in chapters for one in each["statements"]]
    return render(
        request,
        "lessons/synthesis_detail.html",
        {
            "synthesis": synthesis,
            "chapters": chapters,
            "statement_count": len(statements),
            "without": [one for one in statements if one["standing"] == editions.WITHOUT],
            "disputed": sum(one["standing"] in (editions.DISPUTED, editions.CONTRADICTED) for one in statements),
            "editions": list(synthesis.editions.select_related("published_by").defer("content").order_by("-number")),
            "can_write": permissions.can_write_synthesis(user, synthesis),
            "crumbs": up((str(synthesis), "")),
        },
    )


def _numbered(chapter: Chapter) -> list[tuple[int, Statement]]:
    return list(enumerate(chapter.statements.all(), 1))


def _at_work(statement: Statement, number: str, read: set[int]) -> dict[str, Any]:
    """A statement as the workbench shows it; a withdrawn lesson is named, and is no evidence any more."""
    links = list(statement.lesson_links.all())
    standing = editions.standing(link.stance for link in links if link.lesson.state != LessonState.WITHDRAWN)
    code, word = standing_words(standing)
    return {
        "statement": statement,
        "number": number,
        "standing": standing,
        "code": code,
        "word": word,
        "links": [
            {
                "link": link,
                "title": str(link.lesson) if link.lesson_id in read else _("a lesson that you may not read"),
                "who": str(link.lesson.participant) if link.lesson_id in read else "",
                "url": link.lesson.get_absolute_url() if link.lesson_id in read else "",
                "withdrawn": link.lesson.state == LessonState.WITHDRAWN,
            }
            for link in links
        ],
    }


# --- chapters ----------------------------------------------------------------------------
def way_to(synthesis: Synthesis, title: str) -> list[tuple[str, str]]:
    return up((str(synthesis), synthesis.get_absolute_url()), (title, ""))


def chapter_create(request: PortalRequest, pk: int) -> HttpResponse:
    """Add a chapter."""
    synthesis, user = _synthesis(request, pk, permissions.can_write_synthesis), request.user
    form = ChapterForm(request.POST or None, instance=Chapter(synthesis=synthesis), initial=typed(request))
    done = create_once(request, form, lambda row: services.save_chapter(chapter=row, user=user))
    title = _("Add a chapter")
    return done or form_page(request, form, title, synthesis.get_absolute_url(), way_to(synthesis, title), new=True)


def left_by_chapter(request: PortalRequest, pk: int) -> Synthesis | None:
    """The synthesis in which a chapter stood that is gone, for those who may write there."""
    past = Chapter.history.filter(id=pk, history_type="-").first()
    if past is None or Chapter.objects.filter(pk=pk).exists():
        return None
    home = Synthesis.objects.visible_to(request.user).select_related("agreement").filter(pk=past.synthesis_id).first()
    return home if home is not None and permissions.can_write_synthesis(request.user, home) else None


def chapter_edit(request: PortalRequest, pk: int) -> HttpResponse:
    """Change a chapter's title and introduction; when it was removed meanwhile, what was typed can be added anew."""
    if request.method == "POST" and (home := left_by_chapter(request, pk)) is not None:
        form = ChapterForm(request.POST, instance=Chapter(synthesis=home))
        form.add_error(
            None, _("Somebody removed this chapter while you were writing. Save to add your text as a new chapter.")
        )
        title, action = _("Add a chapter"), reverse("lessons:chapter-create", args=[home.pk])
        return form_page(request, form, title, home.get_absolute_url(), way_to(home, title), new=True, action=action)
    chapter, user = chapter_of(request, pk), request.user
    form = ChapterForm(request.POST or None, instance=chapter, initial=typed(request))
    done = save_changed(
        request, form, lambda row, expected: services.save_chapter(chapter=row, user=user, expected=expected)
    )
    title = _("Change the chapter")
    return done or form_page(
        request, form, title, chapter.get_absolute_url(), way_to(chapter.synthesis, title), new=False
    )


@require_POST
def chapter_move(request: PortalRequest, pk: int) -> HttpResponse:
    """Move a chapter up or down."""
    chapter = chapter_of(request, pk)
    services.move_chapter(chapter=chapter, user=request.user, up=request.POST.get("to") == "up")
    return redirect(chapter)


@require_POST
def chapter_remove(request: PortalRequest, pk: int) -> HttpResponse:
    """Remove an empty chapter."""
    chapter = chapter_of(request, pk)
    return act(
        request,
        lambda: services.remove_chapter(chapter=chapter, user=request.user),
        done=_("Removed."),
        then=chapter.synthesis,
    )
