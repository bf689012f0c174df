"""Admin pages of expenses and rulings. Every line that is saved here is ruled on at once; every step is a service."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from expenses import services, settlement_admin
from expenses.models import ExpenseLine, ExpenseParty, PayerKind, Ruling
from expenses.payer import CLAUSE_4_1, CLAUSE_4_2, short_clause
from expenses.permissions import can_edit_expense, can_view_expense
from expenses.resources import ExpenseResource
from mou_portal.admin import ExportOnlyAdmin, ScopedAdmin, ScopedInline
from mou_portal.records import DomainError
from mou_portal.thai.localized import localized
from mou_portal.thai.money import format_amount
from mou_portal.uploads import ACCEPT
from participants.files import store_upload
from participants.models import Participant
from seminars.admin_forms import OpenedForm


class ExpenseEntryForm(OpenedForm):
    """A line as the admin site asks for it. What the service refuses comes back here, beside what was typed."""

    refused = ""
    upload = forms.FileField(
        label=_("Receipt"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("It comes to those that are there; the line's own page takes one away."),
    )

    def clean(self) -> dict[str, Any]:
        """Say what the service said, if it refused."""
        cleaned = super().clean()
        if self.refused:
            self.add_error(None, self.refused)
        return cleaned


class NoteActionForm(ActionForm):
    """The note that returning and rejecting need."""

    note = forms.CharField(label=_("Note (to return or reject)"), required=False, max_length=2000)


class CurrentRulingFilter(admin.SimpleListFilter):
    """Narrows lines by a column of their current ruling."""

    column = ""

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        ruled = Ruling.objects.filter(is_current=True, **{self.column: self.value()})
        return queryset.filter(pk__in=ruled.values("line_id"))


class PayerFilter(CurrentRulingFilter):
    title, parameter_name, column = _("who must pay"), "payer", "payer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return PayerKind.choices


class ClauseFilter(CurrentRulingFilter):
    title, parameter_name, column = _("clause"), "clause", "clause"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(number, short_clause(number)) for number in (CLAUSE_4_1, CLAUSE_4_2)]


class PartyInline(ScopedInline):
    """The local governments that a line concerns; open while the line is."""

    model = ExpenseParty
    fields = ("participant", "weight")
    autocomplete_fields = ("participant",)

    def _open(self, request: HttpRequest, obj: Any) -> bool:
        return obj is None or can_edit_expense(request.user, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and self._open(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._open(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._open(request, obj)


@admin.register(ExpenseLine)
class ExpenseLineAdmin(ExportOnlyAdmin):
    """Lines are entered, changed, handed in and decided here as on the portal's own pages."""

    form = ExpenseEntryForm
    resource_classes = (ExpenseResource,)
    can_view_row = staticmethod(can_view_expense)
    can_change_row = staticmethod(can_edit_expense)
    list_display = (
        "description",
        "shown_amount",
        "spent_on",
        "activity",
        "category",
        "payer",
        "clause",
        "state",
        "created_by",
    )
    list_filter = ("agreement", "state", PayerFilter, ClauseFilter, "category", "whose_cost")
    search_fields = ("description", "payee")
    date_hierarchy = "spent_on"
    autocomplete_fields = ("seminar", "visit", "paid_by_participant")
    entry_fields = (
        "agreement",
        "seminar",
        "visit",
        "whose_cost",
        "category",
        "description",
        "quantity",
        "unit_rate",
        "amount",
        "spent_on",
        "outside_period_reason",
        "payee",
        "paid_by",
        "paid_by_participant",
        "upload",
        "opened",
    )
    ruled_fields = (
        "payer",
        "clause",
        "reason",
        "shares",
        "sanctioned_amount",
        "cut_reason",
        "state",
        "decision_note",
        "created_by",
        "changed_by",
        "approved_by",
    )
    inlines = (PartyInline,)
    action_form = NoteActionForm
    actions = ("submit", "approve", "send_back", "reject")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_ruling().select_related("changed_by", "approved_by")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts are deleted on the line's own page; nothing else is."""
        return False

    # --- what is shown ------------------------------------------------------------------------
    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        entered = [
            field
            for field in self.entry_fields
            if obj is None or self.has_change_permission(request, obj) or field not in ("upload", "opened")
        ]
        shown = [(None, {"fields": entered})]
        return shown if obj is None else [*shown, (_("Ruling and decision"), {"fields": self.ruled_fields})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.ruled_fields if obj is None else ("agreement", *self.ruled_fields)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        agreement = request.agreement  # type: ignore[attr-defined]  # set by AgreementMiddleware
        return {"agreement": agreement.pk if agreement else None, **super().get_changeform_initial_data(request)}

    @admin.display(description=_("amount (baht)"), ordering="amount")
    def shown_amount(self, line: ExpenseLine) -> str:
        return format_amount(line.amount)

    @admin.display(description=_("activity"))
    def activity(self, line: ExpenseLine) -> str:
        return str(line.activity)

    @admin.display(description=_("who must pay"))
    def payer(self, line: ExpenseLine) -> str:
        return str(line.ruling.get_payer_display()) if line.ruling else ""

    @admin.display(description=_("clause"))
    def clause(self, line: ExpenseLine) -> str:
        return short_clause(line.ruling.clause) if line.ruling else ""

    @admin.display(description=_("reason"))
    def reason(self, line: ExpenseLine) -> str:
        if line.ruling is None:
            return ""
        return line.ruling.decision_reason or localized(line.ruling, "reason")

    @admin.display(description=_("shares"))
    def shares(self, line: ExpenseLine) -> str:
        shares = line.ruling.shares.all() if line.ruling else ()
        rows = ((share.participant or _("the institute"), format_amount(share.amount)) for share in shares)
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {}</li>", rows))

    # --- what is written ----------------------------------------------------------------------
    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A refusal of the service rolls everything back and comes back as an error of the form."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as error:
            request.refused = str(error)  # type: ignore[attr-defined]  # for get_form, in the second pass
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        base = super().get_form(request, obj, change, **kwargs)
        return type(base.__name__, (base,), {"refused": getattr(request, "refused", "")})

    def save_model(self, request: HttpRequest, obj: ExpenseLine, form: Any, change: bool) -> None:
        """Nothing yet: the service saves the line together with its parties (:meth:`save_related`)."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Enter or save the line with its parties, and say who must pay and by which clause."""
        parties: dict[Participant, int] = {}
        for formset in formsets:
            for row in formset.cleaned_data:
                if row.get("participant") and not row.get("DELETE"):
                    parties[row["participant"]] = row["weight"]
        upload = form.cleaned_data.get("upload")
        receipts = [store_upload(upload=upload, user=request.user)] if upload else []
        line = form.instance
        if change:
            services.save_expense(
                line=line, user=request.user, expected=form.expected_revision, parties=parties, receipts=receipts
            )
        else:
            services.enter_expense(line=line, parties=parties, user=request.user, receipts=receipts)
        self._say_who_pays(request, line)

    def _say_who_pays(self, request: HttpRequest, line: ExpenseLine) -> None:
        ruling = line.rulings.get(is_current=True)
        said = _("Who must pay: %(payer)s. %(reason)s") % {
            "payer": ruling.get_payer_display(),
            "reason": localized(ruling, "reason"),
        }
        clause = _("(clause %(number)s)") % {"number": short_clause(ruling.clause)} if ruling.clause else ""
        level = messages.WARNING if ruling.payer == PayerKind.UNDECIDED else messages.INFO
        self.message_user(request, f"{said} {clause}".strip(), level)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """The log names the line's own fields; the parties are in their history."""
        return super().construct_change_message(request, form, [], add)

    # --- steps --------------------------------------------------------------------------------
    @admin.action(description=_("Hand in for approval"), permissions=["change"])
    def submit(self, request: HttpRequest, rows: Any) -> None:
        self.run_service(
            request, rows, lambda row: services.submit_expense(line=row, user=request.user), _("Handed in.")
        )

    @admin.action(description=_("Approve"), permissions=["change"])
    def approve(self, request: HttpRequest, rows: Any) -> None:
        count, total = 0, Decimal(0)
        for row in rows:
            count, total = count + 1, total + row.amount
        self.run_service(
            request,
            rows,
            lambda row: services.approve_expense(line=row, user=request.user, expected=row.revision),
            _("Approved, of %(count)d selected with %(total)s baht in all")
            % {"count": count, "total": format_amount(total)},
        )

    @admin.action(description=_("Return with the note"), permissions=["change"])
    def send_back(self, request: HttpRequest, rows: Any) -> None:
        note = request.POST.get("note", "")
        self.run_service(
            request, rows, lambda row: services.return_expense(line=row, user=request.user, note=note), _("Returned.")
        )

    @admin.action(description=_("Reject for the reason in the note"), permissions=["change"])
    def reject(self, request: HttpRequest, rows: Any) -> None:
        note = request.POST.get("note", "")
        self.run_service(
            request, rows, lambda row: services.reject_expense(line=row, user=request.user, note=note), _("Rejected.")
        )


@admin.register(Ruling)
class RulingAdmin(ScopedAdmin):
    """Rulings come from the rule or from a decision on the line's page; here they are read."""

    list_display = ("line", "payer", "clause", "is_current", "decided_by", "created_at")
    list_filter = ("is_current", "payer", ("decided_by", admin.EmptyFieldListFilter))
    list_select_related = ("line", "decided_by")
    search_fields = ("line__description", "decision_reason")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


#: Pages of settlements are registered as they are imported.
SETTLEMENTS = settlement_admin
