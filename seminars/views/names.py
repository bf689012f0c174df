"""A roll from a spreadsheet of names: send it, look at who was recognised and at the doubts, confirm."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from mou_portal.pages import load
from mou_portal.records import DomainError
from seminars.checkin_forms import NameListForm
from seminars.matching import Doubt, Match
from seminars.models import ATTENDED, AttendanceState, Seat, Seminar, SeminarSession
from seminars.name_lists import as_rows, from_rows, match_names, read_names
from seminars.permissions import can_record_attendance
from seminars.services import Mark, record_attendance
from seminars.views.checkin import crumbs

#: Where read lines wait in the session for their confirmation.
WAITING = "name_list"

DOUBTS = {
    Doubt.SPELLING: gettext_lazy("A similar name: is it this person?"),
    Doubt.SEVERAL: gettext_lazy("Several people have this name."),
    Doubt.ORGANISATION: gettext_lazy("The organisation was not recognised for certain."),
    Doubt.NEW: gettext_lazy("Nobody of this name is on a seat; the organisation has a free one."),
    Doubt.OVER: gettext_lazy("Nobody of this name is on a seat, and all seats of the organisation are taken."),
    Doubt.TWICE: gettext_lazy("This person stands on an earlier line already."),
    Doubt.STATE: gettext_lazy("The mark was not understood: choose one."),
}


def _session(request: HttpRequest, pk: int) -> SeminarSession:
    rows = SeminarSession.objects.filter(seminar__in=Seminar.objects.visible_to(request.user)).select_related("seminar")
    return load(rows, request.user, can_record_attendance, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def names_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a list of names; the answer is a preview. Nothing is recorded yet."""
    session = _session(request, pk)
    form = NameListForm(request.POST or None, request.FILES or None)
    preview: list[dict[str, Any]] = []
    token = ""
    if request.method == "POST" and form.is_valid():
        try:
            lines = read_names(form.cleaned_data["names"], form.cleaned_data["filename"])
        except DomainError as error:
            form.add_error("names", str(error))
        else:
            token = uuid.uuid4().hex
            request.session[WAITING] = {"token": token, "session": session.pk, "lines": as_rows(lines)}
            preview = _preview(session, match_names(session, lines))
    sure = sum(one["match"].seat is not None for one in preview)
    context = {
        "form": form,
        "session": session,
        "seminar": session.seminar,
        "preview": preview,
        "sure": sure,
        "doubts": len(preview) - sure,
        "token": token,
        "states": AttendanceState.choices,
        "crumbs": crumbs(
            session.seminar,
            (session, reverse("seminars:attendance-edit", args=[session.pk])),
            (_("List of names"), ""),
        ),
    }
    return render(request, "seminars/names_upload.html", context)


def _preview(session: SeminarSession, matches: list[Match]) -> list[dict[str, Any]]:
    ids = {seat for one in matches for seat in one.candidates}
    seats = {seat.pk: seat for seat in Seat.objects.filter(pk__in=ids).select_related("participant__designation")}
    return [
        {"match": one, "why": DOUBTS.get(one.doubt, ""), "candidates": [seats[pk] for pk in one.candidates]}
        for one in matches
    ]


@require_POST
def names_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the lines for which a seat stands chosen, all of them or none."""
    session = _session(request, pk)
    waiting = request.session.get(WAITING)
    if not waiting or waiting["token"] != request.POST.get("token") or waiting["session"] != session.pk:
        messages.error(request, _("This preview was already confirmed or is no longer there. Send the list again."))
        return redirect("seminars:names-upload", pk=session.pk)
    try:
        marks = _chosen(request, session, match_names(session, from_rows(waiting["lines"])))
        count = record_attendance(session=session, marks=marks, user=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("seminars:names-upload", pk=session.pk)
    del request.session[WAITING]
    messages.success(
        request, ngettext("%(count)d mark recorded.", "%(count)d marks recorded.", count) % {"count": count}
    )
    return redirect("seminars:attendance-edit", pk=session.pk)


def _chosen(request: HttpRequest, session: SeminarSession, matches: list[Match]) -> dict[int, Mark]:
    """The marks that were confirmed. Raises ``DomainError`` when one seat was chosen on two lines."""
    names = dict(Seat.objects.filter(seminar=session.seminar_id).values_list("pk", "delegate_name"))
    marks: dict[int, Mark] = {}
    for one in matches:
        text = request.POST.get(f"seat-{one.line.number}", "")
        if not text.isdecimal() or len(text) > 18 or int(text) not in one.candidates:
            continue
        seat = int(text)
        if seat in marks:
            raise DomainError(
                _("Line %(line)d chooses a seat that an earlier line has already. Nothing was recorded.")
                % {"line": one.line.number}
            )
        state = request.POST.get(f"state-{one.line.number}", one.line.state)
        # the seat's own spelling where the person is the one named for it
        same = one.doubt in (Doubt.NONE, Doubt.STATE, Doubt.SPELLING, Doubt.SEVERAL, Doubt.ORGANISATION)
        came = "" if same and names[seat] else one.line.name
        marks[seat] = Mark(state, one.line.reason, came if state in ATTENDED else "")
    if not marks:
        raise DomainError(_("No line has a seat chosen. Nothing was recorded."))
    return marks
