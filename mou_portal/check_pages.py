"""Data to check: one list from every app, each line with the link that mends it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mou_portal.exchange import csv_response, xlsx_response
from mou_portal.registry import checks
from participants.permissions import can_manage_agreement
from participants.requests import PortalRequest

#: So many lines of one kind are shown; the export has them all.
MOST_FINDINGS = 50


@require_safe
def check_list(request: PortalRequest) -> HttpResponse:
    """What in the agreement's data somebody should look at, by kind; ``?kind=`` shows one kind."""
    agreement = request.agreement
    if agreement is None or not can_manage_agreement(request.user, agreement):
        raise PermissionDenied
    today = timezone.localdate()
    asked = request.GET.get("kind", "")
    kinds = [
        {"check": check, "findings": list(check.find(agreement, today)), "selected": check.name == asked}
        for check in checks
    ]
    shown = [kind for kind in kinds if kind["selected"]] or kinds
    if request.GET.get("export") in ("csv", "xlsx"):
        head = [_("Kind"), _("What"), _("Detail"), _("Since"), _("To do"), _("Link")]
        body = (
            [
                str(kind["check"].title),
                one.title,
                one.detail,
                one.since,
                one.action,
                request.build_absolute_uri(one.url),
            ]
            for kind in shown
            for one in kind["findings"]
        )
        respond = csv_response if request.GET["export"] == "csv" else xlsx_response
        return respond("data-to-check", head, body, title=_("Data to check"))
    return render(
        request,
        "checks/check_list.html",
        {
            "kinds": kinds,
            "shown": [kind | {"first": kind["findings"][:MOST_FINDINGS]} for kind in shown if kind["findings"]],
            "total": sum(len(kind["findings"]) for kind in kinds),
            "asked": asked,
        },
    )
