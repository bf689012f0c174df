"""Pages of one lesson: begin, write, read, validate, publish, withdraw, and what it rests on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mou_portal.pages import act, load
from mou_portal.records import DomainError, Stale
from participants.access import access_of
from participants.models import Participant
from participants.once import new_token, once
from participants.requests import PortalRequest
from participants.typed import typed
from pathways.lessons import library, permissions, services
from pathways.lessons.consent import Audience
from pathways.lessons.exports.labels import label_of
from pathways.lessons.facts import facts_of, shown
from pathways.lessons.forms import LessonForm, LinkForm, TextForm, VerdictForm, WhoseForm
from pathways.lessons.models import (
    SHOWN,
    WORDS,
    Consent,
    Excerpt,
    Lesson,
    LessonCase,
    LessonEvidence,
    LessonState,
    StatementLesson,
    ValidatedText,
)
from pathways.lessons.views.basket import items_of
from pathways.lessons.views.library import words_of
from pathways.models import ProgressUpdate
from pathways.permissions import can_draw_lesson
from pathways.views.lists import working_agreement


def load_lesson(request: PortalRequest, pk: int, can: Any = None) -> Lesson:
    """A lesson that the person reads inside, with its names; 404 or 403 otherwise."""
    return load(Lesson.objects.visible_to(request.user).with_names(), request.user, can, pk=pk)


def crumbs(lesson: Lesson, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way up from a lesson's page."""
    return [
        (_("Lessons"), reverse("lessons:lesson-list")),
        (str(lesson), lesson.get_absolute_url() if more else ""),
        *more,
    ]


_STEPS: dict[str, Any] = {
    LessonState.DRAFT: lambda: _("Begun"),
    LessonState.SUBMITTED: lambda: _("Handed in"),
    LessonState.RETURNED: lambda: _("Returned"),
    LessonState.VALIDATED: lambda: _("Validated"),
    LessonState.PUBLISHED: lambda: _("Published"),
    LessonState.WITHDRAWN: lambda: _("Withdrawn"),
}


def thread_of(lesson: Lesson) -> list[dict[str, Any]]:
    """The lesson's steps and decisions, oldest first, ready for components/thread.html; one query."""
    events, before = [], ""
    for event in lesson.events.select_related("by"):
        step = event.state != before
        what = _STEPS[event.state]() if step else _("Remark")
        if event.consent:
            what = _("Consent: %(consent)s") % {"consent": event.get_consent_display()}
        events.append(
            {
                "what": what,
                "at": event.at,
                "who": str(event.by),
                "note": event.note,
                "state": event.state if step else "",
                "label": event.get_state_display(),
            }
        )
        before = event.state
    return events


@require_POST
def lesson_begin(request: PortalRequest, pk: int) -> HttpResponse:
    """Begin a lesson from an accepted update: the second of the two clicks."""
    rows = ProgressUpdate.objects.visible_to(request.user).with_names()
    update = load(rows, request.user, can_draw_lesson, pk=pk)
    try:
        lesson = services.begin_from_update(update=update, user=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(update)
    return redirect("lessons:lesson-edit", lesson.pk)


@require_safe
def lesson_start(request: PortalRequest) -> HttpResponse:
    """Where a lesson can begin: accepted updates, newest first, or an empty page."""
    agreement, user = working_agreement(request), request.user
    mine, scholar = access_of(user).coordinates, permissions.can_study(request.user, agreement)
    if not mine and not scholar:
        raise PermissionDenied
    updates = ProgressUpdate.objects.visible_to(user).filter(choice__participant__agreement=agreement, state="accepted")
    if not scholar:
        updates = updates.filter(choice__participant_id__in=mine)
    return render(
        request,
        "lessons/start.html",
        {
            "updates": list(updates.with_names().order_by("-period__number", "pk")[:30]),
            "crumbs": [(_("Lessons"), reverse("lessons:lesson-list")), (_("Write a lesson"), "")],
        },
    )


def lesson_create(request: PortalRequest) -> HttpResponse:
    """Write a lesson from nothing."""
    agreement, user = working_agreement(request), request.user
    bodies = Participant.objects.filter(agreement=agreement).with_names()
    if not permissions.can_study(user, agreement):
        bodies = bodies.filter(pk__in=access_of(user).coordinates)
        if not access_of(user).coordinates:
            raise PermissionDenied
    whose = WhoseForm(request.POST or None, rows=bodies, initial={"participant": bodies.first()})
    form = LessonForm(request.POST or None, agreement=agreement, initial=typed(request))
    if request.method == "POST" and whose.is_valid() and form.is_valid():

        def create() -> Lesson:
            return services.begin_lesson(participant=whose.cleaned_data["participant"], user=user, draft=form.draft)

        try:
            return once(request, create, done=_("Saved as a draft. It is not handed in yet."))
        except DomainError as error:
            form.add_error(None, str(error))
    return render(
        request,
        "lessons/lesson_form.html",
        {
            "form": form,
            "whose": whose,
            "form_token": request.POST.get("form_token") or new_token(),
            "cancel_url": reverse("lessons:lesson-list"),
            "crumbs": [(_("Lessons"), reverse("lessons:lesson-list")), (_("Write a lesson"), "")],
        },
    )


def lesson_edit(request: PortalRequest, pk: int) -> HttpResponse:
    """Write on a draft or returned lesson; save, or save and hand in."""
    lesson = load_lesson(request, pk, permissions.can_write_lesson)
    if request.method != "POST" and not permissions.can_edit_lesson(request.user, lesson):
        return redirect(lesson)
    form = LessonForm(request.POST or None, instance=lesson, agreement=lesson.agreement, initial=typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.save_lesson(
                lesson=form.instance, user=request.user, expected=form.expected_revision, draft=form.draft
            )
        except Stale as error:
            form.show_stale(error)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            if request.POST.get("step") == "submit":
                return _submit(request, lesson)
            return act(request, lambda: None, done=_("Saved as a draft. It is not handed in yet."), then=lesson)
    return render(
        request,
        "lessons/lesson_form.html",
        {
            "form": form,
            "lesson": lesson,
            "thread": thread_of(lesson),
            "cancel_url": lesson.get_absolute_url(),
            "crumbs": crumbs(lesson, (_("Write"), "")),
        },
    )


def _submit(request: PortalRequest, lesson: Lesson) -> HttpResponse:
    return act(
        request,
        lambda: services.submit_lesson(lesson=lesson, user=request.user),
        done=_("Handed in. A researcher will validate it."),
        then=lesson,
    )


@require_POST
def lesson_submit(request: PortalRequest, pk: int) -> HttpResponse:
    """Hand a lesson in."""
    return _submit(request, load_lesson(request, pk, permissions.can_write_lesson))


@require_safe
def lesson_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """A lesson inside: validated words beside the original, what it rests on, consent, and what happened."""
    lesson, user = load_lesson(request, pk), request.user
    inside = shown(facts_of([lesson])[lesson.pk], Audience.INSIDE)
    validated: ValidatedText | None = getattr(lesson, "validated", None)
    evidence = lesson.evidence.select_related(
        "excerpt__source__participant__designation", "excerpt__source__pathway", "excerpt__source__agreement"
    )
    cases = list(lesson.cases.select_related("other", "other__validated"))
    seen = set(Lesson.objects.visible_to(user).filter(case_of__lesson=lesson).values_list("pk", flat=True))
    scholar = permissions.can_study_row(user, lesson)
    return render(
        request,
        "lessons/lesson_detail.html",
        {
            "lesson": lesson,
            "shown": inside,
            **words_of(inside),
            "texts": [
                (
                    label_of(name),
                    getattr(lesson.words, name),
                    getattr(lesson, name) if validated and getattr(validated, name) != getattr(lesson, name) else "",
                )
                for name in WORDS
            ],
            "evidence": [
                {
                    "link": link,
                    "who": str(link.excerpt.source.participant or ""),
                    "consent": Consent(link.excerpt.consent).label,
                    "mine": permissions.can_consent_quote(user, link.excerpt),
                }
                for link in evidence
            ],
            "cases": [one for one in cases if one.other_id in seen],
            "consents": Consent.choices,
            "can": {
                "edit": permissions.can_edit_lesson(user, lesson),
                "validate": permissions.can_validate_lesson(user, lesson),
                "revise": permissions.can_revise_lesson(user, lesson),
                "publish": permissions.can_publish_lesson(user, lesson),
                "withdraw": permissions.can_withdraw_lesson(user, lesson),
                "consent": permissions.can_consent(user, lesson) or permissions.can_tighten(user, lesson),
                "link": permissions.can_link(user, lesson),
                "study": scholar,
            },
            "consented": lesson.consent in SHOWN,
            "public": lesson.state == LessonState.PUBLISHED and lesson.consent in SHOWN,
            "thread": thread_of(lesson),
            "memos": list(lesson.memos.select_related("created_by")) if scholar else [],
            "cited_in": _cited_in(lesson) if scholar else [],
            "similar": [
                {"shown": one, "url": _url_of(one), **words_of(one)} for one in library.similar(lesson, user=user)
            ],
            "in_basket": items_of(user, lesson.agreement).filter(lesson=lesson).exists(),
            "crumbs": crumbs(lesson),
        },
    )


def _cited_in(lesson: Lesson) -> list[StatementLesson]:
    """The statements of syntheses that rest on the lesson."""
    rows = lesson.statement_links.select_related("statement__chapter__synthesis")
    return list(rows.order_by("statement__chapter__synthesis", "statement__chapter__order", "statement__order"))


def _url_of(one: Any) -> str:
    if one.audience == Audience.INSIDE:
        return reverse("lessons:lesson-detail", args=[one.pk])
    return reverse("lessons:public-lesson", args=[one.code])


@require_POST
def lesson_return(request: PortalRequest, pk: int) -> HttpResponse:
    """Send a lesson back with a note."""
    lesson = load_lesson(request, pk, permissions.can_judge_lesson)
    note = request.POST.get("note", "")[:4000]
    return act(
        request,
        lambda: services.return_lesson(lesson=lesson, user=request.user, note=note),
        done=_("Returned."),
        then=lesson,
    )


def lesson_validate(request: PortalRequest, pk: int) -> HttpResponse:
    """Validate a lesson, or change its validated words later; the original stands beside."""
    lesson = load_lesson(request, pk, permissions.can_judge_lesson)
    first = lesson.state == LessonState.SUBMITTED
    if request.method != "POST" and not first and not permissions.can_revise_lesson(request.user, lesson):
        return redirect(lesson)
    initial = {name: getattr(lesson.words, name) for name in WORDS} | {
        "confidence": lesson.confidence,
        "confidence_note": lesson.confidence_note,
        "revision": lesson.revision,
    }
    form = VerdictForm(request.POST or None, initial=initial | (typed(request) or {}))
    if request.method == "POST" and form.is_valid() and _judge(request, lesson, form, first=first):
        return act(request, lambda: None, done=_("Saved. The original is kept beside it."), then=lesson)
    return render(
        request,
        "lessons/lesson_validate.html",
        {
            "form": form,
            "lesson": lesson,
            "first": first,
            "original": [(label_of(name), getattr(lesson, name)) for name in WORDS],
            "cancel_url": lesson.get_absolute_url(),
            "crumbs": crumbs(lesson, (_("Validate"), "")),
        },
    )


def _judge(request: PortalRequest, lesson: Lesson, form: VerdictForm, *, first: bool) -> bool:
    try:
        if first:
            services.validate_lesson(lesson=lesson, user=request.user, verdict=form.verdict)
        else:
            expected = form.cleaned_data["revision"] or lesson.revision
            services.revise_lesson(lesson=lesson, user=request.user, expected=expected, verdict=form.verdict)
    except Stale as error:
        form.show_stale(error)
    except DomainError as error:
        form.add_error(None, str(error))
    else:
        return True
    return False


@require_POST
def lesson_publish(request: PortalRequest, pk: int) -> HttpResponse:
    """Publish a validated lesson as consented."""
    lesson = load_lesson(request, pk, permissions.can_study_row)
    return act(
        request,
        lambda: services.publish_lesson(lesson=lesson, user=request.user),
        done=_("Published, as the organisation consented."),
        then=lesson,
    )


@require_POST
def lesson_withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    """Withdraw a lesson with a reason."""
    lesson = load_lesson(request, pk, permissions.can_withdraw_lesson)
    reason = request.POST.get("note", "")[:4000]
    return act(
        request,
        lambda: services.withdraw_lesson(lesson=lesson, user=request.user, reason=reason),
        done=_("Withdrawn. It is no longer shown outside."),
        then=lesson,
    )


# --- what it rests on -----------------------------------------------------------------------
def digits(text: str) -> int:
    """A key from a form; 0, which is nobody's, when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def stance_of(request: PortalRequest) -> tuple[str, str]:
    """For or against, and the note that goes with it, from a form of buttons."""
    form = LinkForm(request.POST)
    return (form.cleaned_data["stance"], form.cleaned_data["note"]) if form.is_valid() else ("supports", "")


@require_POST
def evidence_add(request: PortalRequest, pk: int) -> HttpResponse:
    """Tie a passage to the lesson."""
    lesson = load_lesson(request, pk, permissions.can_link)
    rows = Excerpt.objects.visible_to(request.user).select_related("source")
    excerpt = load(rows, request.user, pk=digits(request.POST.get("excerpt", "")))
    stance, note = stance_of(request)
    return act(
        request,
        lambda: services.link_evidence(lesson=lesson, excerpt=excerpt, user=request.user, stance=stance, note=note),
        done=_("The passage is evidence of the lesson now."),
        then=lesson,
    )


@require_POST
def evidence_remove(request: PortalRequest, pk: int) -> HttpResponse:
    """Take a passage off a lesson."""
    rows = LessonEvidence.objects.filter(lesson__in=Lesson.objects.visible_to(request.user)).select_related("lesson")
    link = load(rows, request.user, lambda user, row: permissions.can_link(user, row.lesson), pk=pk)
    return act(
        request, lambda: services.unlink_evidence(link=link, user=request.user), done=_("Removed."), then=link.lesson
    )


@require_POST
def case_add(request: PortalRequest, pk: int) -> HttpResponse:
    """Name another lesson as a case for or against this one."""
    lesson = load_lesson(request, pk, permissions.can_link)
    other = load(Lesson.objects.visible_to(request.user), request.user, pk=digits(request.POST.get("other", "")))
    stance, note = stance_of(request)
    return act(
        request,
        lambda: services.link_case(lesson=lesson, other=other, user=request.user, stance=stance, note=note),
        done=_("Saved."),
        then=lesson,
    )


@require_POST
def case_remove(request: PortalRequest, pk: int) -> HttpResponse:
    """Take a case off a lesson."""
    rows = LessonCase.objects.filter(lesson__in=Lesson.objects.visible_to(request.user)).select_related("lesson")
    case = load(rows, request.user, lambda user, row: permissions.can_link(user, row.lesson), pk=pk)
    return act(
        request, lambda: services.unlink_case(case=case, user=request.user), done=_("Removed."), then=case.lesson
    )


@require_POST
def lesson_memo(request: PortalRequest, pk: int) -> HttpResponse:
    """Write a memo on a lesson."""
    lesson = load_lesson(request, pk, permissions.can_study_row)
    form = TextForm(request.POST)
    text = form.cleaned_data["note"] if form.is_valid() else ""
    return act(
        request,
        lambda: services.write_memo(agreement=lesson.agreement, user=request.user, text=text, lesson=lesson),
        done=_("Saved."),
        then=lesson,
    )
