"""What a page may take for granted about its request."""

from __future__ import annotations

from django.http import HttpRequest

from participants.models import Agreement, User


class PortalRequest(HttpRequest):
    """A request behind LoginRequiredMiddleware and AgreementMiddleware: somebody is signed in. For annotations only."""

    user: User  # Django allows for anonymous people, who never get this far
    agreement: Agreement | None
