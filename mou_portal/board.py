"""The admin site, and the board that is its first page: every party against every clause."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class BoardSite(admin.AdminSite):
    """The institute's admin site. Its first page is the board of the agreement that is worked in."""

    site_header = _("MOU portal: administration")
    site_title = _("MOU portal")
    index_title = _("Board")
    index_template = "admin/board.html"
    login = secure_admin_login(admin.AdminSite.login)

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff of the institute by group, and administrators; ``is_staff`` alone opens nothing."""
        from participants.access import access_of

        return super().has_permission(request) and access_of(request.user).staff

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the board above the list of models."""
        from mou_portal.registry import agenda
        from participants.ledger import ledger_of

        context: dict[str, Any] = dict(extra_context or {})
        agreement = request.agreement
        if agreement:
            today = timezone.localdate()
            items = [item for provider in agenda for item in provider.items(request.user, agreement, today)]
            context |= {"ledger": ledger_of(agreement, today), "waiting": sort_agenda(items), "board_agreement": agreement}
        return super().index(request, context)


def sort_agenda(items: list[Any]) -> list[Any]:
    """Most pressing first: urgent ones, then by date, then those without one."""
    return sorted(items, key=lambda item: (not item.urgent, item.due_on is None, item.due_on or timezone.localdate(), item.title))
