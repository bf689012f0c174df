"""What was planned, is committed and is spent: the agreement's budget, a party's own, and its plan."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from expenses import permissions
from expenses.budget import BudgetFigures, budget_of
from expenses.budget_chart import budget_rows
from expenses.forms import BudgetForm
from expenses.models import BudgetLine
from expenses.services import save_budget
from expenses.views.lists import staff_only, working_agreement
from mou_portal.listing import Column, Listing, contains
from mou_portal.pages import load
from mou_portal.thai.localized import localized
from mou_portal.thai.words import search_query
from participants.access import access_of
from participants.models import Agreement, Participant

#: The institute's place in addresses, where a party has its code.
INSTITUTE = "institute"


@require_safe
def budget_list(request: HttpRequest) -> HttpResponse:
    """Staff see all parties and the whole by category; a local government's people their own."""
    agreement = working_agreement(request)
    access = access_of(request.user)
    budget = budget_of(agreement)
    parties = Participant.objects.filter(agreement=agreement).with_names()
    if not access.staff:
        parties = parties.filter(pk__in=access.own)
        own = [budget.figures.get(pk, {}) for pk in access.own]
        shown = [(name, _added(one.get(name) for one in own)) for name in _names(own)]
    else:
        shown = budget.by_category()
    finance = permissions.is_finance_staff(request.user)

    def column(title: str, name: str) -> Column:
        return Column(title, lambda row: getattr(budget.total(row.pk), name), kind="money")

    def edit(row: Any) -> str:
        return reverse("expenses:budget-edit", args=[row.code]) if finance else row.get_absolute_url()

    actions = []
    if finance:
        actions = [(_("Plan of the institute"), reverse("expenses:budget-edit", args=[INSTITUTE]))]
    return Listing(
        title=_("Budget"),
        columns=[
            Column(_("Organisation"), str, sort="local_government__sort_key", url=edit),
            column(_("Planned (baht)"), "planned"),
            column(_("Committed (baht)"), "committed"),
            column(_("Spent (baht)"), "spent"),
            column(_("Left (baht)"), "left"),
            Column(_("State"), lambda row: budget_state(budget.total(row.pk)), kind="state"),
        ],
        search=contains("local_government__search_text", normalise=search_query),
        filename="budget",
        template="expenses/budget_list.html",
        empty_text=_("No organisation of yours takes part in this agreement."),
    ).respond(
        request,
        parties.order_by("order"),
        lead=_("Committed is handed in and waits for approval; spent is approved. Shares count, by who must pay."),
        actions=actions,
        chart=budget_rows(shown),
        institute=(localized(agreement, "institute_name"), budget.total(None)) if access.staff else None,
        undecided=sum(budget.undecided.values()) if access.staff else None,
        crumbs=[(_("Expenses"), reverse("expenses:expense-list")), (_("Budget"), "")],
    )


def _names(own: list[dict[str, BudgetFigures]]) -> list[str]:
    return sorted({name for one in own for name in one})


def _added(figures: Any) -> BudgetFigures:
    return sum((one for one in figures if one is not None), BudgetFigures())


def budget_state(figures: BudgetFigures) -> tuple[str, str]:
    """How a budget stands, as a state with its word."""
    words = {
        "none": ("none", _("nothing planned or spent")),
        "unplanned": ("overdue", _("spent without a plan")),
        "over": ("overdue", _("over the plan")),
        "near": ("partly", _("nearly used up")),
        "within": ("fulfilled", _("within the plan")),
    }
    return words[figures.state]


def _party(request: HttpRequest, agreement: Agreement, key: str) -> Participant | None:
    if key == INSTITUTE:
        return None
    rows = Participant.objects.visible_to(request.user).filter(agreement=agreement).with_names()
    return load(rows, request.user, local_government__code=key)


@require_http_methods(["GET", "HEAD", "POST"])
def budget_edit(request: HttpRequest, key: str) -> HttpResponse:
    """Plan a party's budget, category by category."""
    agreement = staff_only(request)
    if not permissions.is_finance_staff(request.user):
        raise PermissionDenied
    party = _party(request, agreement, key)
    planned = BudgetLine.objects.visible_to(request.user).filter(agreement=agreement, participant=party)
    form = BudgetForm(request.POST or None, initial=dict(planned.values_list("category", "planned")))
    if request.method == "POST" and form.is_valid():
        save_budget(agreement=agreement, participant=party, planned=form.cleaned_data, user=request.user)  # type: ignore[arg-type]  # LoginRequiredMiddleware lets nobody else in
        messages.success(request, _("Saved."))
        return redirect("expenses:budget-list")
    title = _("Planned budget (baht)")
    back = reverse("expenses:budget-list")
    return render(
        request,
        "expenses/plain_form.html",
        {
            "form": form,
            "title": title,
            "lead": str(party or localized(agreement, "institute_name")),
            "cancel_url": back,
            "crumbs": [(_("Expenses"), reverse("expenses:expense-list")), (_("Budget"), back), (title, "")],
        },
    )
