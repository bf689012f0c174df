"""The workbench of a synthesis: its head, chapters and statements in order, and the lessons that they rest on."""

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
from pathways.lessons import edition_facts, editions, library, permissions, services
from pathways.lessons.models import (
    Chapter,
    Lesson,
    LessonState,
    Stance,
    Statement,
    StatementLesson,
    Synthesis,
)
from pathways.lessons.synthesis_forms import ChapterForm, StatementForm, SynthesisForm
from pathways.lessons.views.compare import lesson_items
from pathways.lessons.views.lessons import digits, stance_of
from pathways.views.lists import working_agreement

#: So many lessons are offered to pick from at once.
MOST_OFFERED = 10


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


def _chapter(request: PortalRequest, pk: int) -> Chapter:
    rows = Chapter.objects.visible_to(request.user).select_related("synthesis__agreement")
    return load(rows, request.user, permissions.can_write_synthesis, pk=pk)


def _statement(request: PortalRequest, pk: int, can: Any = permissions.can_write_synthesis) -> Statement:
    rows = Statement.objects.visible_to(request.user).select_related("chapter__synthesis__agreement")
    return load(rows, request.user, can, pk=pk)


def _form_page(
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


def _save(request: PortalRequest, form: Any, save: Any) -> HttpResponse | None:
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


def _create(request: PortalRequest, form: Any, save: Any) -> HttpResponse | None:
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
    done = _create(request, form, lambda row: services.save_synthesis(synthesis=row, user=user))
    title = _("New synthesis")
    return done or _form_page(request, form, title, reverse("lessons:synthesis-list"), up((title, "")), new=True)


def synthesis_edit(request: PortalRequest, pk: int) -> HttpResponse:
    """Change the head of a synthesis."""
    synthesis, user = _synthesis(request, pk, permissions.can_write_synthesis), request.user
    there, name = synthesis.get_absolute_url(), str(synthesis)
    form = SynthesisForm(request.POST or None, instance=synthesis, initial=typed(request))
    done = _save(
        request, form, lambda row, expected: services.save_synthesis(synthesis=row, user=user, expected=expected)
    )
    title = _("Title, authors and summary")
    return done or _form_page(request, form, title, there, up((name, there), (title, "")), new=False)


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


# --- chapters and statements ----------------------------------------------------------------
def _way(synthesis: Synthesis, title: str) -> list[tuple[str, str]]:
    return up((str(synthesis), synthesis.get_absolute_url()), (title, ""))


def chapter_create(request: PortalRequest, pk: int) -> HttpResponse:
    """Add a chapter."""
    synthesis, user = _synthesis(request, pk, permissions.can_write_synthesis), request.user
    form = ChapterForm(request.POST or None, instance=Chapter(synthesis=synthesis), initial=typed(request))
    done = _create(request, form, lambda row: services.save_chapter(chapter=row, user=user))
    title = _("Add a chapter")
    return done or _form_page(request, form, title, synthesis.get_absolute_url(), _way(synthesis, title), new=True)


def chapter_edit(request: PortalRequest, pk: int) -> HttpResponse:
    """Change a chapter's title and introduction; when it was removed meanwhile, what was typed can be added anew."""
    if request.method == "POST" and (home := _left_by_chapter(request, pk)) is not None:
        form = ChapterForm(request.POST, instance=Chapter(synthesis=home))
        form.add_error(
            None, _("Somebody removed this chapter while you were writing. Save to add your text as a new chapter.")
        )
        title, action = _("Add a chapter"), reverse("lessons:chapter-create", args=[home.pk])
        return _form_page(request, form, title, home.get_absolute_url(), _way(home, title), new=True, action=action)
    chapter, user = _chapter(request, pk), request.user
    form = ChapterForm(request.POST or None, instance=chapter, initial=typed(request))
    done = _save(request, form, lambda row, expected: services.save_chapter(chapter=row, user=user, expected=expected))
    title = _("Change the chapter")
    return done or _form_page(
        request, form, title, chapter.get_absolute_url(), _way(chapter.synthesis, title), new=False
    )


@require_POST
def chapter_move(request: PortalRequest, pk: int) -> HttpResponse:
    """Move a chapter up or down."""
    chapter = _chapter(request, pk)
    services.move_chapter(chapter=chapter, user=request.user, up=request.POST.get("to") == "up")
    return redirect(chapter)


@require_POST
def chapter_remove(request: PortalRequest, pk: int) -> HttpResponse:
    """Remove an empty chapter."""
    chapter = _chapter(request, pk)
    return act(
        request,
        lambda: services.remove_chapter(chapter=chapter, user=request.user),
        done=_("Removed."),
        then=chapter.synthesis,
    )


def statement_create(request: PortalRequest, pk: int) -> HttpResponse:
    """Add a statement to a chapter; its evidence is chosen on its own page, which comes next.

    When the chapter was removed meanwhile, the statement is offered for the last one that is there.
    """
    synthesis = _left_by_chapter(request, pk) if request.method == "POST" else None
    if synthesis is not None and (last := synthesis.chapters.last()) is not None:
        told = _("Somebody removed this chapter while you were writing. Save to add your text to the last chapter.")
        return _offered_anew(request, last, told)
    chapter, user = _chapter(request, pk), request.user
    form = StatementForm(request.POST or None, instance=Statement(chapter=chapter), initial=typed(request))

    def create(row: Statement) -> str:
        return reverse("lessons:statement-detail", args=[services.save_statement(statement=row, user=user).pk])

    done = _create(request, form, create)
    title = _("Add a statement")
    return done or _form_page(
        request, form, title, chapter.get_absolute_url(), _way(chapter.synthesis, title), new=True
    )


def statement_edit(request: PortalRequest, pk: int) -> HttpResponse:
    """Change a statement's words; when it was removed meanwhile, what was typed can be added anew."""
    if request.method == "POST" and (home := _left_by(request, pk)) is not None:
        told = _("Somebody removed this statement while you were writing. Save to add your text as a new statement.")
        return _offered_anew(request, home, told)
    statement, user = _statement(request, pk), request.user
    synthesis, there = statement.chapter.synthesis, statement.get_absolute_url()
    form = StatementForm(request.POST or None, instance=statement, initial=typed(request))
    done = _save(
        request, form, lambda row, expected: services.save_statement(statement=row, user=user, expected=expected)
    )
    title = _("Change the statement")
    return done or _form_page(request, form, title, there, _way(synthesis, title), new=False)


def _left_by(request: PortalRequest, pk: int) -> Chapter | None:
    """The chapter in which a statement stood that is gone, for those who may write there."""
    past = Statement.history.filter(id=pk, history_type="-").first()
    if past is None or Statement.objects.filter(pk=pk).exists():
        return None
    rows = Chapter.objects.visible_to(request.user).select_related("synthesis__agreement")
    home = rows.filter(pk=past.chapter_id).first()
    return home if home is not None and permissions.can_write_synthesis(request.user, home) else None


def _left_by_chapter(request: PortalRequest, pk: int) -> Synthesis | None:
    """The synthesis in which a chapter stood that is gone, for those who may write there."""
    past = Chapter.history.filter(id=pk, history_type="-").first()
    if past is None or Chapter.objects.filter(pk=pk).exists():
        return None
    home = Synthesis.objects.visible_to(request.user).select_related("agreement").filter(pk=past.synthesis_id).first()
    return home if home is not None and permissions.can_write_synthesis(request.user, home) else None


def _offered_anew(request: PortalRequest, home: Chapter, told: str) -> HttpResponse:
    """The form with everything that was typed and what happened, ready to become a new statement of the chapter."""
    form = StatementForm(request.POST, instance=Statement(chapter=home))
    form.add_error(None, told)
    title, action = _("Add a statement"), reverse("lessons:statement-create", args=[home.pk])
    there = home.get_absolute_url()
    return _form_page(request, form, title, there, _way(home.synthesis, title), new=True, action=action)


@require_POST
def statement_move(request: PortalRequest, pk: int) -> HttpResponse:
    """Move a statement up or down, at the edge of its chapter into the next one."""
    statement = _statement(request, pk)
    services.move_statement(statement=statement, user=request.user, up=request.POST.get("to") == "up")
    return redirect(statement)


@require_POST
def statement_remove(request: PortalRequest, pk: int) -> HttpResponse:
    """Remove a statement that reads as the person saw it."""
    statement = _statement(request, pk)
    expected = digits(request.POST.get("revision", ""))
    return act(
        request,
        lambda: services.remove_statement(statement=statement, user=request.user, expected=expected),
        done=_("Removed."),
        then=statement.chapter,
    )


# --- evidence -------------------------------------------------------------------------------
@require_safe
def statement_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """A statement with the lessons that support or contradict it; others are found and picked here."""
    statement, user = _statement(request, pk, None), request.user
    synthesis = statement.chapter.synthesis
    links = list(statement.lesson_links.order_by("stance", "pk"))
    rows = {row.pk: row for row in Lesson.objects.visible_to(user).filter(statements=statement).with_names()}
    can_write = permissions.can_write_synthesis(user, statement)
    search = library.asked(request.GET)
    found = library.matching(synthesis.agreement, search, user=user) if can_write else Lesson.objects.none()
    found = found.exclude(state=LessonState.WITHDRAWN).exclude(statements=statement).with_names()
    code, word = standing_words(
        editions.standing(
            link.stance for link in links if getattr(rows.get(link.lesson_id), "state", "") != LessonState.WITHDRAWN
        )
    )
    items = {item["lesson"].pk: item for item in lesson_items(rows.values())}
    return render(
        request,
        "lessons/statement_detail.html",
        {
            "statement": statement,
            "code": code,
            "word": word,
            "sides": [
                (
                    stance,
                    Stance(stance).label,
                    [(link, items.get(link.lesson_id)) for link in links if link.stance == stance],
                )
                for stance in Stance.values
            ],
            "found": lesson_items(found[:MOST_OFFERED]),
            "total": found.count(),
            "most": MOST_OFFERED,
            "query": search.query,
            "can_write": can_write,
            "crumbs": up((str(synthesis), statement.get_absolute_url()), (_("Evidence"), "")),
        },
    )


@require_POST
def statement_link(request: PortalRequest, pk: int) -> HttpResponse:
    """Say that a lesson supports or contradicts a statement."""
    statement = _statement(request, pk)
    lesson = load(Lesson.objects.visible_to(request.user), request.user, pk=digits(request.POST.get("lesson", "")))
    stance, note = stance_of(request)
    return act(
        request,
        lambda: services.link_lesson(statement=statement, lesson=lesson, user=request.user, stance=stance, note=note),
        done=_("Saved."),
        then=reverse("lessons:statement-detail", args=[statement.pk]),
    )


def _may_unlink(user: Any, link: StatementLesson) -> bool:
    return permissions.can_write_synthesis(user, link.statement)


@require_POST
def statement_unlink(request: PortalRequest, pk: int) -> HttpResponse:
    """Take a lesson off a statement."""
    rows = StatementLesson.objects.filter(statement__in=Statement.objects.visible_to(request.user))
    link = load(rows.select_related("statement__chapter__synthesis"), request.user, _may_unlink, pk=pk)
    return act(
        request,
        lambda: services.unlink_lesson(link=link, user=request.user),
        done=_("Removed."),
        then=reverse("lessons:statement-detail", args=[link.statement_id]),
    )
