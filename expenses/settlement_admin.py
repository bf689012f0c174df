"""Admin pages of settlements: everything is read here; every step has its page in the portal."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from expenses.models import LineDispute, Settlement, SettlementLine, SettlementPayment, SettlementSignature
from expenses.permissions import can_view_settlement
from mou_portal.admin import ScopedAdmin, ScopedInline
from mou_portal.thai.money import format_amount


class ReadOnly:
    """Nothing is added, changed or deleted."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LineInline(ReadOnly, ScopedInline):
    model = SettlementLine
    fields = ("number", "spent_on", "description", "payer", "clause", "must_pay", "paid", "in_kind", "standing", "mark")


class SignatureInline(ReadOnly, ScopedInline):
    model = SettlementSignature
    fields = ("side", "name", "position", "user", "signed_at")


class PaymentInline(ReadOnly, ScopedInline):
    model = SettlementPayment
    fields = ("paid_on", "amount", "reference", "recorded_by")


@admin.register(Settlement)
class SettlementAdmin(ReadOnly, ScopedAdmin):
    """Statements with their lines, signatures and payments."""

    can_view_row = staticmethod(can_view_settlement)
    list_display = ("participant", "starts_on", "ends_on", "version", "shown_balance", "state", "answer_by")
    list_filter = ("state", "agreement")
    list_select_related = ("participant__designation", "agreement")
    search_fields = ("participant__local_government__search_text",)
    date_hierarchy = "ends_on"
    inlines = (LineInline, SignatureInline, PaymentInline)
    fields = (
        "portal_page",
        "agreement",
        "participant",
        "starts_on",
        "ends_on",
        "version",
        "correction_reason",
        "note",
        "state",
        "must_pay",
        "paid",
        "in_kind",
        "balance",
        "drawn_by",
        "drawn_at",
        "sent_at",
        "answer_by",
        "closed_by",
        "closed_at",
    )
    readonly_fields = fields  # an earlier state is shown in the same form, which takes no column that is not edited

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.with_names()

    @admin.display(description=_("balance (baht)"), ordering="balance")
    def shown_balance(self, settlement: Settlement) -> str:
        return format_amount(settlement.balance)

    @admin.display(description=_("page in the portal"))
    def portal_page(self, settlement: Settlement) -> str:
        return format_html('<a href="{}">{}</a>', settlement.get_absolute_url(), settlement)


@admin.register(LineDispute)
class LineDisputeAdmin(ReadOnly, ScopedAdmin):
    """Disputed lines over all statements, with what was answered."""

    list_display = ("line", "party", "reason", "outcome", "answer", "raised_at")
    list_filter = ("outcome",)
    list_select_related = ("line__participant__designation",)
    search_fields = ("reason", "answer", "line__description")

    @admin.display(description=_("local government"))
    def party(self, dispute: LineDispute) -> str:
        return str(dispute.line.participant)
