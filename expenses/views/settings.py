"""Pages of what staff set: the payer rule in its versions, approvers, coordinators' own entries."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from expenses import permissions
from expenses.cost_facts import VOCABULARY
from expenses.facts import FACT_CHOICES
from expenses.forms import CostSettingsForm, RuleRowForm, RuleTableForm
from expenses.models import CostSettings, PayerKind, RuleTable
from expenses.payer import ANY, short_clause
from expenses.services import add_rule_table, save_cost_settings
from expenses.views.lists import staff_only
from mou_portal.records import DomainError, Stale
from participants.once import new_token, once

RuleRows: Any = formset_factory(RuleRowForm, extra=2, max_num=40)


def _crumbs(*titles: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Expenses"), reverse("expenses:expense-list")), *titles]


def shown_rows(table: RuleTable) -> list[dict[str, Any]]:
    """The rows of a rule in the reader's words."""
    words = {name: {key: str(label) for key, label in choices} for name, choices in FACT_CHOICES.items()}
    payers = dict(PayerKind.choices)
    return [
        {
            "number": row["number"],
            "conditions": [
                ", ".join(words[name][value] for value in row[name]) if row[name] != ANY else _("any")
                for name in VOCABULARY
            ],
            "payer": row["payer"],
            "payer_label": payers[row["payer"]],
            "clause": short_clause(row["clause"]),
            "reason_th": row["reason_th"],
            "reason_en": row["reason_en"],
        }
        for row in table.rules
    ]


@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    """The payer rule of the agreement, version by version, the newest first."""
    agreement = staff_only(request)
    title = _("The rule on who pays")
    tables = RuleTable.objects.filter(agreement=agreement).select_related("created_by")
    return render(
        request,
        "expenses/rule_list.html",
        {
            "title": title,
            "tables": [(table, shown_rows(table)) for table in tables],
            "can_edit": permissions.is_finance_staff(request.user),
            "crumbs": _crumbs((title, "")),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def rule_create(request: HttpRequest) -> HttpResponse:
    """Write the next version, beginning with the rows of the newest."""
    agreement = staff_only(request)
    if not permissions.is_finance_staff(request.user):
        raise PermissionDenied
    newest = RuleTable.objects.newest(agreement)
    rows = newest.rules if newest else []
    silent = rows[-1] if rows else {"reason_th": "", "reason_en": ""}
    form = RuleTableForm(
        request.POST or None, initial={"silent_th": silent["reason_th"], "silent_en": silent["reason_en"]}
    )
    given = [{name: "" if value == ANY else value for name, value in row.items()} for row in rows[:-1]]
    formset = RuleRows(request.POST or None, initial=None if request.POST else given)
    if request.method == "POST" and form.is_valid() and formset.is_valid():
        said = form.cleaned_data
        written = [one.row for one in formset if one.row]
        written.append(
            dict.fromkeys(VOCABULARY, ANY)
            | {"payer": "undecided", "clause": "", "reason_th": said["silent_th"], "reason_en": said["silent_en"]}
        )

        def create() -> str:
            add_rule_table(
                agreement=agreement,
                rows=[row | {"number": number} for number, row in enumerate(written, start=1)],
                basis=said["basis"],
                applies_from=said["applies_from"],
                user=request.user,  # type: ignore[arg-type]  # LoginRequiredMiddleware lets nobody else in
            )
            return "expenses:rule-list"

        try:
            return once(request, create, done=_("Recorded as the next version. Rulings so far keep theirs."))
        except DomainError as error:
            form.add_error(None, str(error))
    title = _("The next version of the rule")
    back = reverse("expenses:rule-list")
    return render(
        request,
        "expenses/rule_form.html",
        {
            "form": form,
            "formset": formset,
            "form_token": request.POST.get("form_token") or new_token(),
            "title": title,
            "cancel_url": back,
            "crumbs": _crumbs((_("The rule on who pays"), back), (title, "")),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def settings_edit(request: HttpRequest) -> HttpResponse:
    """Approvers above an amount, and whether coordinators enter their own costs."""
    agreement = staff_only(request)
    if not permissions.is_finance_staff(request.user):
        raise PermissionDenied
    settings = CostSettings.objects.filter(agreement=agreement).first() or CostSettings(agreement=agreement)
    form = CostSettingsForm(request.POST or None, instance=settings)
    if request.method == "POST" and form.is_valid():
        try:
            save_cost_settings(settings=form.instance, user=request.user, expected=form.expected_revision)  # type: ignore[arg-type]  # as above
        except Stale as error:
            form.show_stale(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("expenses:expense-list")
    title = _("Settings for expenses")
    return render(
        request,
        "expenses/plain_form.html",
        {
            "form": form,
            "title": title,
            "lead": str(agreement),
            "cancel_url": reverse("expenses:expense-list"),
            "crumbs": _crumbs((title, "")),
        },
    )
