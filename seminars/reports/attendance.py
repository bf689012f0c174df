"""Who attended: each seat at each session of a seminar, or of every seminar of an agreement."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy

from mou_portal.paper import paper_context
from mou_portal.registry import Report, reports
from participants.models import Agreement
from seminars.models import ATTENDED, Attendance, AttendanceState, Seat, Seminar, SeminarState
from seminars.permissions import can_read_rolls

from .making import made_pdf

ATTENDANCE_TITLE = gettext_lazy("Attendance at seminars")


def attendance_context(agreement: Agreement, language: str, seminar: Seminar | None = None) -> dict[str, Any]:
    """The roll of one seminar, or of every seminar of the agreement whose roll was begun: each seat at each session.

    The number of queries does not grow with the seats.
    """
    rows = Seminar.objects.filter(agreement=agreement)
    if seminar is not None:
        rows = rows.filter(pk=seminar.pk)
    else:
        rows = rows.filter(state__in=[SeminarState.ANNOUNCED, SeminarState.CLOSED], sessions__attendance__isnull=False)
    seats = Seat.objects.select_related("participant__designation").order_by("participant__order", "number")
    marks = Prefetch("attendance", Attendance.objects.all(), to_attr="marks")
    rows = (
        rows.distinct()
        .order_by("starts_on", "pk")
        .prefetch_related("sessions", Prefetch("seats", seats.prefetch_related(marks), to_attr="in_order"))
    )
    where = seminar.get_absolute_url() if seminar else reverse("seminars:seminar-list")
    paper = paper_context(language, title=str(ATTENDANCE_TITLE), agreement=agreement, url=where)
    return paper | {"rolls": [_roll(row) for row in rows]}


def _roll(seminar: Any) -> dict[str, Any]:
    sessions = sorted(seminar.sessions.all(), key=lambda one: (one.day, one.order))
    totals = {session.pk: dict.fromkeys(AttendanceState, 0) for session in sessions}
    lines, came = [], set()
    for seat in seminar.in_order:
        marks = {mark.session_id: mark for mark in seat.marks}
        for mark in seat.marks:
            totals[mark.session_id][AttendanceState(mark.state)] += 1
            if mark.state in ATTENDED:
                came.add(seat.participant_id)
        people = dict.fromkeys(mark.attended_by for mark in seat.marks if mark.state in ATTENDED and mark.attended_by)
        lines.append(
            {
                "seat": seat,
                "people": list(people) or ([seat.delegate_name] if seat.delegate_name else []),
                "cells": [marks.get(session.pk) for session in sessions],
            }
        )
    return {
        "seminar": seminar,
        "sessions": sessions,
        "lines": lines,
        "totals": [
            [(state, state.label, totals[session.pk][state]) for state in AttendanceState] for session in sessions
        ],
        "came": len(came),
        "parties": len({seat.participant_id for seat in seminar.in_order}),
    }


def attendance_html(agreement: Agreement, language: str, seminar: Seminar | None = None) -> str:
    """Who attended, as HTML for the PDF kit."""
    with translation.override(language):
        return render_to_string("seminars/pdf/attendance.html", attendance_context(agreement, language, seminar))


def attendance_pdf(seminar: Seminar, language: str) -> bytes:
    """Who attended one seminar, as PDF. Raises ``mou_portal.pdf.RenderError``."""
    with translation.override(language):
        title = f"{ATTENDANCE_TITLE} · {seminar}"
    return made_pdf(attendance_html(seminar.agreement, language, seminar), title, seminar.agreement, language)


reports.register(
    Report(
        name="seminar-attendance",
        title=ATTENDANCE_TITLE,
        description=gettext_lazy("Every seat at every session: present, late, excused with the reason, absent."),
        subject="agreement",
        html=attendance_html,
        can_view=can_read_rolls,
        filename=lambda agreement: f"seminar-attendance-{agreement.code}",
    )
)
