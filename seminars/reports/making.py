"""How papers about one seminar become PDF: in a process of their own, under the limits of the settings."""

from __future__ import annotations

from django.conf import settings

from mou_portal.pdf import render_pdf_limited
from mou_portal.thai.localized import localized
from participants.models import Agreement


def made_pdf(html: str, title: str, agreement: Agreement, language: str) -> bytes:
    """Make the PDF. Raises ``mou_portal.pdf.RenderError``."""
    return render_pdf_limited(
        html,
        title=title,
        author=localized(agreement, "institute_name", language=language),
        language=language,
        font_dir=settings.PDF_FONT_DIR,
        wall_seconds=settings.REPORT_SECONDS,
        memory_bytes=settings.REPORT_MEMORY_MIB * 1024 * 1024,
    )
