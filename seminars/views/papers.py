"""A PDF of one row, as the answer to a request: made in a process of its own, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from mou_portal.pdf import RenderError, render_pdf_limited
from mou_portal.thai.localized import localized
from participants.models import Agreement


def pdf_answer(
    request: HttpRequest,
    html: Callable[[str], str],
    *,
    agreement: Agreement,
    title: Callable[[], str],
    filename: str,
    back: Any,
) -> HttpResponse:
    """Answer with the PDF of ``html(language)``, in the language asked for or the reader's.

    ``title`` is called in that language. When the PDF cannot be made the person is led ``back`` with a word of it.
    """
    language = request.GET.get("language") or translation.get_language() or "th"
    language = "en" if language == "en" else "th"
    with translation.override(language):
        source, name = html(language), title()
    try:
        content = render_pdf_limited(
            source,
            title=name,
            author=localized(agreement, "institute_name", language=language),
            language=language,
            font_dir=settings.PDF_FONT_DIR,
            wall_seconds=settings.REPORT_SECONDS,
            memory_bytes=settings.REPORT_MEMORY_MIB * 1024 * 1024,
        )
    except RenderError:
        messages.error(request, _("The document could not be made. Try again later."))
        return redirect(back)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{filename}-{language}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer
