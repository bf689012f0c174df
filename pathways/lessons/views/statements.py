"""The statements of a synthesis: writing them, their order, and the lessons that they rest on."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mou_portal.pages import act, load
from participants.requests import PortalRequest
from participants.typed import typed
from pathways.lessons import editions, library, permissions, services
from pathways.lessons.models import Chapter, Lesson, LessonState, Stance, Statement, StatementLesson, Synthesis
from pathways.lessons.synthesis_forms import StatementForm
from pathways.lessons.views.compare import lesson_items
from pathways.lessons.views.lessons import digits, stance_of
from pathways.lessons.views.syntheses import (
    chapter_of,
    create_once,
    form_page,
    left_by_chapter,
    save_changed,
    standing_words,
    up,
    way_to,
)

#: So many lessons are offered to pick from at once.
MOST_OFFERED = 10


def _statement(request: PortalRequest, pk: int, can: Any = permissions.can_write_synthesis) -> Statement:
    rows = Statement.objects.visible_to(request.user).select_related("chapter__synthesis__agreement")
    return load(rows, request.user, can, pk=pk)


def statement_create(request: PortalRequest, pk: int) -> HttpResponse:
    """Add a statement to a chapter; its evidence is chosen on its own page, which comes next."""
    if request.method == "POST" and (home := left_by_chapter(request, pk)) is not None:
        return _without_its_chapter(request, home, pk)
    chapter, user = chapter_of(request, pk), request.user
    form = StatementForm(request.POST or None, instance=Statement(chapter=chapter), initial=typed(request))
    done = create_once(request, form, lambda row: _evidence_of(services.save_statement(statement=row, user=user)))
    title = _("Add a statement")
    return done or form_page(
        request, form, title, chapter.get_absolute_url(), way_to(chapter.synthesis, title), new=True
    )


def _evidence_of(statement: Statement) -> str:
    return reverse("lessons:statement-detail", args=[statement.pk])


def _without_its_chapter(request: PortalRequest, home: Synthesis, pk: int) -> HttpResponse:
    """What was typed for a chapter that somebody removed: offered for the last chapter that is there; where there is
    none, together with the removed one, which comes back with it."""
    last, again = home.chapters.last(), "again" in request.GET
    if last is not None and not again:
        told = _("Somebody removed this chapter while you were writing. Save to add your text to the last chapter.")
        return _offered_anew(request, last, told)
    past = Chapter.history.filter(id=pk, history_type="-").latest()
    chapter = last or Chapter(synthesis=home, title=past.title, introduction=past.introduction)
    form, title = StatementForm(request.POST, instance=Statement(chapter=chapter)), _("Add a statement")
    done = None
    if again:
        user = request.user
        done = create_once(
            request,
            form,
            lambda row: _evidence_of(services.save_with_chapter(statement=row, chapter=chapter, user=user)),
        )
    else:
        told = _("Somebody removed this chapter, the only one, meanwhile. Save to add it again with your text.")
        form.add_error(None, told)
    action = f"{reverse('lessons:statement-create', args=[pk])}?again=1"
    there = home.get_absolute_url()
    return done or form_page(request, form, title, there, way_to(home, title), new=True, action=action)


def statement_edit(request: PortalRequest, pk: int) -> HttpResponse:
    """Change a statement's words; when it was removed meanwhile, what was typed can be added anew."""
    if request.method == "POST" and not Statement.objects.filter(pk=pk).exists():
        return _without_itself(request, pk)
    statement, user = _statement(request, pk), request.user
    synthesis, there = statement.chapter.synthesis, statement.get_absolute_url()
    form = StatementForm(request.POST or None, instance=statement, initial=typed(request))
    done = save_changed(
        request, form, lambda row, expected: services.save_statement(statement=row, user=user, expected=expected)
    )
    title = _("Change the statement")
    return done or form_page(request, form, title, there, way_to(synthesis, title), new=False)


def _without_itself(request: PortalRequest, pk: int) -> HttpResponse:
    """What was typed on a statement that somebody removed, for those who may write where it stood; 404 for others."""
    past = Statement.history.filter(id=pk, history_type="-").first()
    if past is None:
        raise Http404
    rows = Chapter.objects.visible_to(request.user).select_related("synthesis__agreement")
    chapter = rows.filter(pk=past.chapter_id).first()
    if chapter is None:
        home = left_by_chapter(request, past.chapter_id)
        if home is None:
            raise Http404
        return _without_its_chapter(request, home, past.chapter_id)
    if not permissions.can_write_synthesis(request.user, chapter):
        raise Http404
    told = _("Somebody removed this statement while you were writing. Save to add your text as a new statement.")
    return _offered_anew(request, chapter, told)


def _offered_anew(request: PortalRequest, home: Chapter, told: str) -> HttpResponse:
    """The form with everything that was typed and what happened, ready to become a new statement of the chapter."""
    form = StatementForm(request.POST, instance=Statement(chapter=home))
    form.add_error(None, told)
    title, action = _("Add a statement"), reverse("lessons:statement-create", args=[home.pk])
    there = home.get_absolute_url()
    return form_page(request, form, title, there, way_to(home.synthesis, title), new=True, action=action)


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
