"""The dry run as a page: a CSV of expenses in, who would bear what out, and nothing is stored."""

from __future__ import annotations

from decimal import Decimal
from itertools import islice

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from expenses.dry_run import COLUMNS_IN, COLUMNS_OUT, DryRun, dry_run
from expenses.forms import DryRunForm
from expenses.models import PayerKind, RuleTable
from expenses.permissions import can_dry_run
from expenses.refusals import fault_text
from expenses.summaries import clause_labels
from expenses.views.lists import working_agreement
from mou_portal.exchange import csv_response
from participants.models import Agreement

#: A page shows this many rows and faults; the download has every row.
MOST_SHOWN = 500


@require_http_methods(["GET", "HEAD", "POST"])
def split_costs(request: HttpRequest) -> HttpResponse:
    """Try a file out: the preview, every bad line by number and column, or the shares as CSV."""
    agreement = working_agreement(request)
    if not can_dry_run(request.user):
        raise PermissionDenied
    table = RuleTable.objects.newest(agreement)
    if table is None:
        messages.error(request, _("No rule on who pays is recorded for this agreement. Record it first."))
        return redirect("expenses:expense-list")
    form = DryRunForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {}
    if request.method == "POST" and form.is_valid():
        orders = dict(agreement.participants.values_list("local_government__code", "order"))
        result = dry_run(form.cleaned_data["file"].read(), orders, table.rule_set)
        if not result.faults and request.POST.get("step") == "download":
            return csv_response("shares", COLUMNS_OUT, result.rows())
        context = {"result": result, **_shown(result, agreement)}
    title = _("Try a file out")
    return render(
        request,
        "expenses/split_costs.html",
        {
            "form": form,
            "title": title,
            "columns": COLUMNS_IN,
            "crumbs": [(_("Expenses"), reverse("expenses:expense-list")), (title, "")],
            **context,
        },
    )


def _shown(result: DryRun, agreement: Agreement) -> dict[str, object]:
    if result.faults:
        return {
            "faults": [fault_text(fault) for fault in result.faults[:MOST_SHOWN]],
            "more_faults": max(len(result.faults) - MOST_SHOWN, 0),
        }
    names = {party.code: str(party) for party in agreement.participants.with_names()}
    labels = clause_labels(agreement)
    words = dict(PayerKind.choices)
    totals: dict[str, Decimal] = {}
    for line in result.lines:
        payer = line.ruling.payer.value
        totals[payer] = totals.get(payer, Decimal(0)) + line.amount
    rows = [
        {
            "line_id": line.line_id,
            "payer": line.ruling.payer.value,
            "payer_label": words[line.ruling.payer.value],
            "clause": labels.get(line.ruling.clause, ""),
            "ruling": line.ruling,
            "party": names.get(share.code, ""),
            "amount": share.amount,
        }
        for line in islice(result.lines, MOST_SHOWN)
        for share in line.shares()
    ]
    return {
        "rows": rows[:MOST_SHOWN],
        "more_rows": len(rows) > MOST_SHOWN or len(result.lines) > MOST_SHOWN,
        "totals": [(payer, words[payer], totals[payer]) for payer in words if payer in totals],
    }
