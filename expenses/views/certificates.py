"""The certificate in place of a receipt (in the manner of form บก.111), as PDF."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from expenses import permissions
from expenses.models import ExpenseLine
from expenses.views.lines import load_line
from mou_portal.paper import paper_context
from mou_portal.pdf import RenderError, render_pdf_limited
from mou_portal.thai.localized import localized
from mou_portal.thai.money import amount_in_words


def certificate_html(line: ExpenseLine) -> str:
    """The certificate as HTML, in Thai: the form is an official one. The language must be active."""
    context = paper_context("th", title=_("Certificate in place of a receipt"), agreement=line.agreement)
    institute = localized(line.agreement, "institute_name", language="th")
    return render_to_string(
        "expenses/pdf/no_receipt_certificate.html",
        context
        | {
            "line": line,
            "letter": True,
            "office": str(line.entered_for or line.paid_by_participant or institute),
            "words": amount_in_words(line.amount),
        },
    )


@require_safe
def certificate_download(request: HttpRequest, pk: int) -> HttpResponse:
    """The certificate of a line that says why it has no receipt; 404 for any other."""
    line = load_line(request, pk, permissions.can_view_expense)
    if not line.no_receipt_reason:
        raise Http404
    with translation.override("th"):
        html = certificate_html(line)
        title = f"{_('Certificate in place of a receipt')} · {line.description}"
    try:
        content = render_pdf_limited(
            html,
            title=title,
            author=line.agreement.institute_name_th,
            language="th",
            font_dir=settings.PDF_FONT_DIR,
            wall_seconds=settings.REPORT_SECONDS,
            memory_bytes=settings.REPORT_MEMORY_MIB * 1024 * 1024,
        )
    except RenderError:
        messages.error(request, _("The report could not be made. The staff have been told."))
        return redirect(line)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="certificate-{line.pk}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer
