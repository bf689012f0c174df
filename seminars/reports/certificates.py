"""Certificates on paper: one to a page, each with its number and the QR code of the page that confirms it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mou_portal.paper import paper_context
from mou_portal.qr import QUIET_ON_PAPER, qr_data
from mou_portal.registry import Report, reports
from mou_portal.thai.dates import format_date, format_range
from mou_portal.thai.localized import localized
from participants.models import Agreement, Participant
from participants.permissions import can_view_participant
from seminars.models import Certificate, CertificateState, CertificateTemplate
from seminars.wording import fill


def certificates_context(
    certificates: Iterable[Certificate], agreement: Agreement, language: str, *, party: Participant | None = None
) -> dict[str, Any]:
    """A sheet for each certificate, in their order. Templates, logos and signatories are read once a seminar."""
    rows = list(certificates)
    templates = {
        template.seminar_id: template
        for template in CertificateTemplate.objects.filter(seminar__in={row.seminar_id for row in rows})
        .select_related("logo", "seminar")
        .prefetch_related("signatories")
    }
    logos = {pk: _picture(template) for pk, template in templates.items()}
    return paper_context(language, title=_("Certificates"), agreement=agreement, party=party) | {
        "institute": localized(agreement, "institute_name", language=language),
        "sheets": [_sheet(row, templates.get(row.seminar_id), logos.get(row.seminar_id, ""), language) for row in rows],
    }


def _sheet(row: Certificate, template: CertificateTemplate | None, logo: str, language: str) -> dict[str, Any]:
    seminar, address = row.seminar, settings.SITE_URL + row.get_absolute_url()
    values = {
        "name": row.name,
        "organisation": localized(row.participant.designation, language=language),
        "seminar": localized(seminar, "title", language=language),
        "dates": format_range(seminar.starts_on, seminar.ends_on, language),
        "place": seminar.place or str(seminar.get_venue_display()),
    }
    text = fill(localized(template, "text", language=language), values) if template else ""
    return {
        "certificate": row,
        "organisation": values["organisation"],
        "lines": text.splitlines(),
        "logo": logo,
        "signatories": [
            {"name": one.name, "position": localized(one, "position", language=language)}
            for one in (template.signatories.all() if template else ())
        ],
        "issued": format_date(row.issued_on, language),
        "qr_url": address,
        "qr_image": qr_data(address, border=QUIET_ON_PAPER),
    }


def _picture(template: CertificateTemplate) -> str:
    """The logo as a ``data:`` picture; nothing when there is none or its file is gone."""
    if template.logo is None or not default_storage.exists(template.logo.storage_name):
        return ""
    with default_storage.open(template.logo.storage_name) as file:
        return f"data:{template.logo.content_type};base64,{b64encode(file.read()).decode()}"


def certificates_html(
    certificates: Iterable[Certificate], agreement: Agreement, language: str, *, party: Participant | None = None
) -> str:
    """The certificates as HTML, ready for the PDF kit. The language must be active."""
    context = certificates_context(certificates, agreement, language, party=party)
    return render_to_string("seminars/pdf/certificates.html", context)


def _of_participant(participant: Participant, language: str) -> str:
    rows = Certificate.objects.filter(participant=participant, state=CertificateState.VALID).with_names()
    return certificates_html(rows, participant.agreement, language, party=participant)


reports.register(
    Report(
        name="certificates",
        title=gettext_lazy("Certificates"),
        description=gettext_lazy("The valid certificates of everybody who came for an organisation, one to a page."),
        subject="participant",
        html=_of_participant,
        can_view=can_view_participant,
        filename=lambda participant: f"certificates-{participant.code}",
    )
)
