"""All lines that a person may approve, on one page, approved together or one by one."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from expenses import permissions
from expenses.models import ExpenseLine, ExpenseState
from expenses.services import approve_expense
from expenses.summaries import clause_labels
from expenses.views.lists import payers_named, staff_only
from mou_portal.records import DomainError

#: More lines than this are approved in several goes.
MOST_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def approval_list(request: HttpRequest) -> HttpResponse:
    """Lines that somebody else handed in: tick and approve, each as it was seen. What cannot be is said."""
    agreement = staff_only(request)
    if not permissions.is_finance_staff(request.user):
        raise PermissionDenied
    user = request.user
    rows = (
        ExpenseLine.objects.filter(agreement=agreement, state=ExpenseState.SUBMITTED)
        .exclude(created_by=user)
        .exclude(Q(changed_by__isnull=False) & Q(changed_by=user))
        .order_by("spent_on", "pk")
    )
    if request.method == "POST":
        _approve(request, rows)
        return redirect("expenses:approval-list")
    lines = list(rows.with_ruling()[: MOST_SHOWN + 1])
    labels = clause_labels(agreement)
    title = _("Approve expenses")
    return render(
        request,
        "expenses/approval_list.html",
        {
            "title": title,
            "rows": [
                (line, labels.get(line.ruling.clause, "") if line.ruling else "", payers_named(line))
                for line in lines[:MOST_SHOWN]
            ],
            "more": len(lines) > MOST_SHOWN,
            "total": sum((line.counted_amount for line in lines[:MOST_SHOWN]), Decimal(0)),
            "crumbs": [(_("Expenses"), reverse("expenses:expense-list")), (title, "")],
        },
    )


def _approve(request: HttpRequest, rows: object) -> None:
    """Approve the ticked lines, each in a transaction of its own; a tick carries the revision that was seen."""
    seen = {}
    for tick in request.POST.getlist("lines")[:MOST_SHOWN]:
        pk, _dash, revision = tick.partition("-")
        if pk.isdecimal() and revision.isdecimal() and len(pk) < 19 and len(revision) < 10:
            seen[int(pk)] = int(revision)
    done = waiting = 0
    for line in rows.filter(pk__in=seen):  # type: ignore[attr-defined]  # a queryset of lines
        try:
            approved = approve_expense(line=line, user=request.user, expected=seen[line.pk])  # type: ignore[arg-type]  # LoginRequiredMiddleware lets nobody else in
        except DomainError as error:
            messages.error(request, f"{line.description}: {error}")
        else:
            done, waiting = done + approved, waiting + (not approved)
    if done:
        messages.success(
            request, ngettext("%(count)d line approved.", "%(count)d lines approved.", done) % {"count": done}
        )
    if waiting:
        said = ngettext(
            "%(count)d line waits for another approver.", "%(count)d lines wait for another approver.", waiting
        )
        messages.info(request, said % {"count": waiting})
    if not seen:
        messages.info(request, _("Tick the lines to approve."))
