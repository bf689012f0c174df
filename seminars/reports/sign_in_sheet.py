"""The sign-in sheet: paper first, with a code that leads staff to the roll it belongs to."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mou_portal.paper import paper_context
from mou_portal.qr import qr_data
from mou_portal.registry import Report, reports
from participants.models import Agreement
from seminars.models import Seat, SeminarSession, SeminarState
from seminars.passes import sheet_address, sheet_code
from seminars.permissions import can_read_rolls

from .making import made_pdf

SIGN_IN_TITLE = gettext_lazy("Sign-in sheet")


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
    return made_pdf(sign_in_sheet_html(session, language), title, session.seminar.agreement, language)


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
