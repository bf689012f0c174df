"""Seminars on paper: the sign-in sheet, whose code leads staff to the roll it belongs to, and who attended."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mou_portal.paper import paper_context
from mou_portal.pdf import render_pdf_limited
from mou_portal.registry import Report, reports
from mou_portal.thai.localized import localized
from participants.models import Agreement
from seminars.models import ATTENDED, Attendance, AttendanceState, Seat, Seminar, SeminarSession, SeminarState
from seminars.passes import qr_data, sheet_address, sheet_code
from seminars.permissions import can_read_rolls

SIGN_IN_TITLE = gettext_lazy("Sign-in sheet")
ATTENDANCE_TITLE = gettext_lazy("Attendance at seminars")


# --- sign-in sheets ---------------------------------------------------------------------------
def sign_in_sheet_context(session: SeminarSession, language: str) -> dict[str, Any]:
    """A line for each seat of the session's seminar, in the memorandum's order, with room for signatures."""
    agreement = session.seminar.agreement
    paper = paper_context(language, title=str(SIGN_IN_TITLE), agreement=agreement)
    return paper | {"sheets": _sheets([session])}


def agreement_sheets_context(agreement: Agreement, language: str) -> dict[str, Any]:
    """The sheets of every session of the agreement's announced seminars, one after the other."""
    sessions = (
        SeminarSession.objects.filter(seminar__agreement=agreement, seminar__state=SeminarState.ANNOUNCED)
        .select_related("seminar")
        .order_by("day", "seminar", "order")
    )
    paper = paper_context(language, title=str(SIGN_IN_TITLE), agreement=agreement)
    return paper | {"sheets": _sheets(list(sessions))}


def _sheets(sessions: list[SeminarSession]) -> list[dict[str, Any]]:
    seats: dict[int, list[Seat]] = {}
    rows = Seat.objects.filter(seminar__in={session.seminar_id for session in sessions})
    for seat in rows.select_related("participant__designation").order_by("participant__order", "number"):
        seats.setdefault(seat.seminar_id, []).append(seat)
    return [
        {
            "session": session,
            "seminar": session.seminar,
            "seats": seats.get(session.seminar_id, []),
            "code": sheet_code(session),
            "qr_url": sheet_address(session),
            "qr_image": qr_data(sheet_address(session)),
        }
        for session in sessions
    ]


def sign_in_sheet_html(session: SeminarSession, language: str) -> str:
    """The sheet as HTML for the PDF kit, in the language asked for."""
    with translation.override(language):
        return render_to_string("seminars/pdf/sign_in_sheet.html", sign_in_sheet_context(session, language))


def agreement_sheets_html(agreement: Agreement, language: str) -> str:
    """The sheets of all announced sessions as HTML for the PDF kit."""
    with translation.override(language):
        return render_to_string("seminars/pdf/sign_in_sheet.html", agreement_sheets_context(agreement, language))


def sign_in_sheet_pdf(session: SeminarSession, language: str) -> bytes:
    """The sheet as PDF, made under the limits of the settings. Raises ``mou_portal.pdf.RenderError``."""
    with translation.override(language):
        title = f"{_('Sign-in sheet')} · {session.seminar} · {session}"
    return _pdf(sign_in_sheet_html(session, language), title, session.seminar.agreement, language)


# --- attendance ---------------------------------------------------------------------------------
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
    return _pdf(attendance_html(seminar.agreement, language, seminar), title, seminar.agreement, language)


def _pdf(html: str, title: str, agreement: Agreement, language: str) -> bytes:
    return render_pdf_limited(
        html,
        title=title,
        author=localized(agreement, "institute_name", language=language),
        language=language,
        font_dir=settings.PDF_FONT_DIR,
        wall_seconds=settings.REPORT_SECONDS,
        memory_bytes=settings.REPORT_MEMORY_MIB * 1024 * 1024,
    )


reports.register(
    Report(
        name="seminar-sign-in",
        title=SIGN_IN_TITLE,
        description=gettext_lazy("Sheets to sign for every session of the announced seminars, with the code of each."),
        subject="agreement",
        html=agreement_sheets_html,
        can_view=can_read_rolls,
        filename=lambda agreement: f"seminar-sign-in-{agreement.code}",
    )
)
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
