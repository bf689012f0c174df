"""What every page of the portal knows."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from participants.access import NOBODY, access_of


def portal(request: HttpRequest) -> dict[str, Any]:
    """Give templates the agreement worked in, the ones to switch to, the person's access, and the navigation."""
    user = getattr(request, "user", None)
    agreement = getattr(request, "agreement", None)
    signed_in = user is not None and user.is_authenticated
    access = access_of(user) if signed_in else NOBODY
    links: list[tuple[str, str]] = []
    if signed_in and agreement is not None:
        links = [
            (_("Home"), reverse("home")),
            (_("Participants"), reverse("participants:participant-list")),
            (_("Ledger"), reverse("ledger:ledger-detail")),
            (_("Pathways"), reverse("pathways:pathway-matrix")),
            (_("Progress"), reverse("pathways:update-list")),
            (_("Lessons"), reverse("lessons:lesson-list")),
            (_("Seminars"), reverse("seminars:seminar-list")),
            (_("Field visits"), reverse("seminars:visit-list")),
            (_("Expenses"), reverse("expenses:expense-list")),
            (_("Reports"), reverse("report-list")),
        ]
    # the longest address that this page lies under: /seminars/visits/ is a field visit and not a seminar
    here = max((url for _title, url in links if request.path.startswith(url)), key=len, default="")
    return {
        "agreement": agreement,
        "agreements": getattr(request, "agreements", []) if signed_in else [],
        "demo": bool(agreement and agreement.has_demo_data),
        "access": access,
        "nav": [{"title": title, "url": url, "active": url == here} for title, url in links],
    }
