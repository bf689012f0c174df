"""What every PDF page of the portal knows, whichever app makes it. Imports no app."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from mou_portal.qr import QUIET_ON_PAPER, qr_data
from mou_portal.thai.dates import format_date
from mou_portal.thai.localized import localized


def paper_context(language: str, *, title: str, agreement: Any, party: Any = None, url: str = "") -> dict[str, Any]:
    """The context of templates/pdf/base.html; ``url`` is the live page (a path) that the QR code leads to."""
    today = timezone.localdate()
    context: dict[str, Any] = {
        "language": language,
        "title": title,
        "agreement_title": localized(agreement, "short_title", language=language),
        "party_name": localized(party.designation, language=language) if party else "",
        "made_text": format_date(today, language),
        "is_demo": agreement.has_demo_data,
        "today": today,
    }
    if url:
        address = settings.SITE_URL + url
        context |= {"qr_url": address, "qr_image": qr_data(address, border=QUIET_ON_PAPER)}
    return context
