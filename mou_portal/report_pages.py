"""Reports in the portal: the list of what a person may download, and the download."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from mou_portal.pages import load
from mou_portal.pdf import RenderError, render_pdf_limited
from mou_portal.registry import Report, reports
from mou_portal.report_store import Document, kept
from participants.models import Agreement, Participant

LANGUAGES = ("th", "en")
#: More parties than this are searched for in the list of participants instead of being listed here.
MOST_LISTED = 50

REFUSALS = {
    "timeout": gettext_lazy("The report took too long to make. Choose a smaller one, or try again later."),
    "memory": gettext_lazy("The report is too large to make. Choose a smaller one."),
    "failed": gettext_lazy("The report could not be made. The staff have been told."),
}


def make_pdf(report: Report, subject: Any, language: str) -> bytes:
    """Make a report as PDF in a process of its own, under the limits of the settings.

    Raises :class:`mou_portal.pdf.RenderError`.
    """
    return pdf_of(document_of(report, subject, language))


def document_of(report: Report, subject: Any, language: str) -> Document:
    """What a report's PDF is made of. Asks the database; :func:`pdf_of` does not."""
    with translation.override(language):
        html = report.html(subject, language)
        title = f"{report.title} · {subject}"
        return Document(html, title, localized_institute(subject, language), language)


def pdf_of(document: Document) -> bytes:
    """The document as PDF, made in a process of its own. Raises :class:`mou_portal.pdf.RenderError`."""
    return render_pdf_limited(
        document.html,
        title=document.title,
        author=document.author,
        language=document.language,
        font_dir=settings.PDF_FONT_DIR,
        wall_seconds=settings.REPORT_SECONDS,
        memory_bytes=settings.REPORT_MEMORY_MIB * 1024 * 1024,
    )


def localized_institute(subject: Any, language: str) -> str:
    """The author of every report: the institute of the agreement that it belongs to."""
    agreement = subject if isinstance(subject, Agreement) else subject.agreement
    return str(agreement.institute_name_th if language == "th" else agreement.institute_name_en)


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """The reports that the person may download, with the parties they may choose."""
    parties = list(
        Participant.objects.visible_to(request.user).filter(agreement=request.agreement).with_names()[: MOST_LISTED + 1]
    )
    offered = []
    for report in reports:
        if report.subject == "agreement":
            subjects = [request.agreement] if request.agreement else []
        else:
            subjects = parties[:MOST_LISTED]
        allowed = [subject for subject in subjects if report.can_view(request.user, subject)]
        if allowed:
            offered.append({"report": report, "subjects": allowed})
    return render(
        request,
        "reports/report_list.html",
        {"offered": offered, "more": len(parties) > MOST_LISTED, "languages": LANGUAGES},
    )


@require_safe
def report_download(request: HttpRequest, name: str) -> HttpResponse:
    """One report as PDF: ``?participant=CODE`` (or nothing, for the agreement) and ``?language=th|en``."""
    report = reports.get(name)
    if report is None:
        raise Http404
    agreements = Agreement.objects.visible_to(request.user)
    code = request.GET.get("agreement")
    agreement = load(agreements, request.user, code=code) if code else request.agreement
    if agreement is None or not agreement.pk:
        raise Http404
    subject: Any = agreement
    if report.subject == "participant":
        rows = Participant.objects.visible_to(request.user).with_names().filter(agreement_id=agreement.pk)
        subject = load(rows, request.user, local_government__code=request.GET.get("participant", ""))
    if not report.can_view(request.user, subject):
        raise PermissionDenied
    language = request.GET.get("language")
    if language not in LANGUAGES:
        language = translation.get_language() if translation.get_language() in LANGUAGES else "th"
    try:
        content, _made = kept(document_of(report, subject, language), pdf_of)
    except RenderError as error:
        messages.error(request, REFUSALS[error.code])
        return redirect("report-list")
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{report.filename(subject)}-{language}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer
