"""The dated rate table in the admin site: entered by staff, out and in as a spreadsheet, changes in its history."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mou_portal.admin import ExchangeAdmin
from seminars import services
from seminars.admin_forms import OpenedForm
from seminars.models import Rate
from seminars.resources import RateResource

from .seminars import ServiceAdmin


@admin.register(Rate)
class RateAdmin(ExchangeAdmin, ServiceAdmin):
    """Rates. A new amount is a new row; the old one gets its last day and stays."""

    form = OpenedForm
    resource_classes = (RateResource,)
    list_display = ("kind", "unit", "name", "amount", "meaning", "valid_from", "valid_to", "source", "entered_by")
    list_filter = ("agreement", "kind", "unit", "meaning")
    list_select_related = ("entered_by",)
    search_fields = ("name", "source")
    date_hierarchy = "valid_from"
    fields = (
        "agreement",
        "kind",
        "unit",
        "name",
        "amount",
        "meaning",
        "source",
        "valid_from",
        "valid_to",
        "who",
        "opened",
    )
    readonly_fields = ("who",)

    @admin.display(description=_("entered by"))
    def who(self, rate: Rate) -> str:
        return str(rate.entered_by) if rate.pk else ""

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        agreement = request.agreement  # type: ignore[attr-defined]  # set by AgreementMiddleware
        return {"agreement": agreement.pk if agreement else None, **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: Rate, form: Any, change: bool) -> None:
        if change:
            services.save_rate(rate=obj, expected=form.expected_revision, user=request.user)
        else:
            services.enter_rate(rate=obj, user=request.user)
