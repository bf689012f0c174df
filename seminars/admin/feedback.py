"""Feedback forms in the admin site: written, opened and closed here; the results have a page of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from mou_portal.admin import ScopedInline
from seminars import services
from seminars.admin_forms import OpenedForm
from seminars.models import FeedbackForm, FeedbackQuestion, FeedbackState

from .seminars import ServiceAdmin


class QuestionInline(ScopedInline):
    """The questions, until the form is opened."""

    model = FeedbackQuestion
    fields = ("order", "kind", "text_th", "text_en", "options", "required")
    extra = 0

    def _draft(self, obj: Any) -> bool:
        return obj is None or obj.state == FeedbackState.DRAFT

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and self._draft(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._draft(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._draft(obj)


@admin.register(FeedbackForm)
class FeedbackFormAdmin(ServiceAdmin):
    """One form for each seminar."""

    form = OpenedForm
    list_display = ("seminar", "state", "anonymous", "results")
    list_filter = ("state",)
    list_select_related = ("seminar",)
    search_fields = ("seminar__title_th", "seminar__title_en")
    autocomplete_fields = ("seminar",)
    fields = ("seminar", "anonymous", "intro_th", "intro_en", "state", "opened")
    inlines = (QuestionInline,)
    actions = ("open_form", "close_form")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ("state",)
        return ("state", "seminar") if obj.state == FeedbackState.DRAFT else ("state", "seminar", "anonymous")

    @admin.display(description=_("results"))
    def results(self, form: FeedbackForm) -> str:
        return format_html('<a href="{}">{}</a>', form.get_absolute_url(), _("Results and link"))

    @admin.action(description=_("Open: people with the link can answer"), permissions=["change"])
    def open_form(self, request: HttpRequest, rows: Any) -> None:
        self.run_service(request, rows, lambda row: services.open_feedback(form=row, user=request.user), _("Opened."))

    @admin.action(description=_("Close: no more answers"), permissions=["change"])
    def close_form(self, request: HttpRequest, rows: Any) -> None:
        self.run_service(request, rows, lambda row: services.close_feedback(form=row, user=request.user), _("Closed."))
