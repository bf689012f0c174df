"""The Thai sign-in sheet: paper first, with a code that leads staff to the roll it belongs to."""

from __future__ import annotations

import io
from base64 import b64encode
from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from mou_portal.pdf import render_pdf_limited
from mou_portal.thai.dates import format_date
from mou_portal.thai.localized import localized
from seminars.models import Seat, SeminarSession


def sign_in_sheet_context(session: SeminarSession, language: str) -> dict[str, Any]:
    """A line for each seat of the session's seminar, in the memorandum's order, with room for signatures."""
    seminar = session.seminar
    address = settings.SITE_URL + reverse("seminars:attendance-edit", args=[session.pk])
    code = io.BytesIO()
    segno.make(address, error="m").save(code, kind="png", scale=6, border=2)
    return {
        "language": language,
        "title": _("Sign-in sheet"),
        "agreement_title": localized(seminar.agreement, "short_title", language=language),
        "made_text": format_date(timezone.localdate(), language),
        "is_demo": seminar.agreement.has_demo_data,
        "qr_url": address,
        "qr_image": "data:image/png;base64," + b64encode(code.getvalue()).decode(),
        "seminar": seminar,
        "session": session,
        "seats": Seat.objects.filter(seminar=seminar)
        .select_related("participant__designation")
        .order_by("participant__order", "number"),
    }


def sign_in_sheet_html(session: SeminarSession, language: str) -> str:
    """The sheet as HTML for the PDF kit, in the language asked for."""
    with translation.override(language):
        return render_to_string("seminars/pdf/sign_in_sheet.html", sign_in_sheet_context(session, language))


def sign_in_sheet_pdf(session: SeminarSession, language: str) -> bytes:
    """The sheet as PDF, made under the limits of the settings. Raises ``mou_portal.pdf.RenderError``."""
    agreement = session.seminar.agreement
    with translation.override(language):
        title = f"{_('Sign-in sheet')} · {session.seminar} · {session}"
    return render_pdf_limited(
        sign_in_sheet_html(session, language),
        title=title,
        author=localized(agreement, "institute_name", language=language),
        language=language,
        font_dir=settings.PDF_FONT_DIR,
        wall_seconds=settings.REPORT_SECONDS,
        memory_bytes=settings.REPORT_MEMORY_MIB * 1024 * 1024,
    )
