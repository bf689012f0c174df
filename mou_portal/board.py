"""The admin site, and the board that is its first page: every party against every clause."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.i18n import JavaScriptCatalog

from mou_portal.registry import AgendaItem, agenda


class BoardSite(admin.AdminSite):
    """The institute's admin site. Its first page is the board of the agreement that is worked in."""

    site_header = _("MOU portal: administration")
    site_title = _("MOU portal")
    index_title = _("Board")
    index_template = "admin/board.html"

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to the portal's one sign-in: Django's own form knows neither rate limits nor the second factor."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        target = request.GET.get("next", "")
        safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
        query = QueryDict(mutable=True)
        query["next"] = target if safe else reverse("admin:index")
        return redirect(f"{reverse('account_login')}?{query.urlencode()}")

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff of the institute by group, and administrators; ``is_staff`` alone opens nothing."""
        from participants.access import access_of

        return super().has_permission(request) and access_of(request.user).staff

    def i18n_javascript(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The texts of the admin's scripts, from our catalogues too: Django's own serves only those of its package."""
        return JavaScriptCatalog.as_view()(request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the board above the list of models."""
        from mou_portal.board_facts import board_context

        context: dict[str, Any] = dict(extra_context or {})
        if request.agreement:
            context |= board_context(request, request.agreement)
        return super().index(request, context)


def waiting_for(user: Any, agreement: Any, today: date) -> list[AgendaItem]:
    """Everything that waits for a person: urgent first, then by date, then what has none."""
    items = [item for provider in agenda for item in provider.items(user, agreement, today)]
    return sorted(items, key=lambda item: (not item.urgent, item.due_on is None, item.due_on or today, item.title))
