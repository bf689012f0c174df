"""Pages of a seminar's presentations together: the programme, its order, and the chair's clock."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mou_portal.pages import load
from mou_portal.records import DomainError
from seminars.forms.stage import ProgrammeLineForm
from seminars.models import Presentation, Seminar, SeminarSession
from seminars.permissions import can_arrange_programme, can_chair, can_view_seminar, is_programme_staff
from seminars.reports import programme_html
from seminars.services import PLACEABLE, arrange_programme, arrangement
from seminars.timetables import timetable_of

from .papers import pdf_answer


def _seminar(request: HttpRequest, pk: int, can: Any = can_view_seminar) -> Seminar:
    return load(Seminar.objects.visible_to(request.user).select_related("agreement"), request.user, can, pk=pk)


def _crumbs(seminar: Seminar, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [(_("Seminars"), reverse("seminars:seminar-list")), (seminar, seminar.get_absolute_url()), *more]


def _titled(request: HttpRequest, seminar: Seminar) -> frozenset[int]:
    """The presentations whose titles the person may know; of the others the programme tells party and hour."""
    rows = Presentation.objects.visible_to(request.user).filter(seminar=seminar)
    return frozenset(rows.values_list("pk", flat=True))


@require_safe
def programme_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Who presents when. Titles of other parties' presentations stay theirs."""
    seminar = _seminar(request, pk)
    plans = timetable_of(seminar, _titled(request, seminar))
    staff = is_programme_staff(request.user)
    reviewers = set(seminar.reviewers.values_list("user_id", flat=True))
    return render(
        request,
        "seminars/programme_detail.html",
        {
            "seminar": seminar,
            "plans": plans,
            "may_arrange": can_arrange_programme(request.user, seminar),
            "may_chair": staff or request.user.pk in reviewers,
            "crumbs": _crumbs(seminar, (_("Programme of presentations"), "")),
        },
    )


@require_safe
def programme_download(request: HttpRequest, pk: int) -> HttpResponse:
    """The programme as PDF, as far as the person may see it."""
    seminar = _seminar(request, pk)
    titled = _titled(request, seminar)
    return pdf_answer(
        request,
        lambda language: programme_html([seminar], seminar.agreement, language, titled=titled),
        agreement=seminar.agreement,
        title=lambda: f"{_('Programme of presentations')} · {seminar}",
        filename=f"programme-{seminar.pk}",
        back=reverse("seminars:programme-detail", args=[seminar.pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def programme_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the accepted presentations in order, by typing or, with script, by dragging."""
    seminar = _seminar(request, pk, can_arrange_programme)
    sessions = list(seminar.sessions.order_by("day", "order"))
    rows = sorted(
        Presentation.objects.filter(seminar=seminar, state__in=PLACEABLE).select_related(
            "participant__designation", "slot__session"
        ),
        key=_place,
    )
    sent = request.POST if request.method == "POST" else None
    queryset = seminar.sessions.order_by("day", "order")
    lines = [ProgrammeLineForm(sent, presentation=row, sessions=queryset, listed=sessions) for row in rows]
    problem = ""
    valid = [line.is_valid() for line in lines]  # all of them, so that every line shows its own error
    seen = sent.get("seen", "") if sent is not None else arrangement(seminar)
    if sent is not None and all(valid):
        placed = [line.said for line in lines]
        try:
            arrange_programme(
                seminar=seminar, lines=[one for one in placed if one is not None], user=request.user, seen=seen
            )
        except DomainError as error:
            problem, seen = str(error), arrangement(seminar)
        else:
            messages.success(request, _("The programme is saved."))
            return redirect("seminars:programme-detail", pk=seminar.pk)
    return render(
        request,
        "seminars/programme_edit.html",
        {
            "seminar": seminar,
            "lines": lines,
            "sessions": sessions,
            "seen": seen,
            "problem": problem,
            "failed": sent is not None,
            "crumbs": _crumbs(
                seminar,
                (_("Programme of presentations"), reverse("seminars:programme-detail", args=[seminar.pk])),
                (_("Order"), ""),
            ),
        },
    )


def _place(presentation: Presentation) -> tuple[Any, ...]:
    """Those in the programme first, in its order; then the others by party."""
    slot = getattr(presentation, "slot", None)
    if slot is None:
        return (1, presentation.participant.order, presentation.pk, 0)
    return (0, slot.session.day, slot.session.order, slot.number)


@require_safe
def timer_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The chair's clock for a session: planned hours without script, a clock that runs with it."""
    visible = Seminar.objects.visible_to(request.user)
    rows = SeminarSession.objects.filter(seminar__in=visible).select_related("seminar__agreement")
    session = load(rows.prefetch_related("seminar__reviewers"), request.user, can_chair, pk=pk)
    seminar = session.seminar
    plan = next(plan for plan in timetable_of(seminar) if plan.session.pk == session.pk)
    return render(
        request,
        "seminars/timer_detail.html",
        {
            "session": session,
            "seminar": seminar,
            "plan": plan,
            "crumbs": _crumbs(
                seminar,
                (_("Programme of presentations"), reverse("seminars:programme-detail", args=[seminar.pk])),
                (_("Clock"), ""),
            ),
        },
    )
