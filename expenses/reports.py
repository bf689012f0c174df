"""Reports about money: the register of an agreement's expenses, and what the memorandum leaves open."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from expenses.budget import budget_of
from expenses.budget_chart import budget_rows
from expenses.facts import class_words
from expenses.models import ClassDecision, ExpenseLine, ExpenseState, PayerKind, Ruling
from expenses.permissions import can_view_costs
from expenses.settlement_reports import SETTLEMENT_STATEMENT
from expenses.summaries import clause_labels
from mou_portal.registry import Report, reports
from mou_portal.thai.dates import format_date
from mou_portal.thai.localized import localized
from participants.models import Agreement


def _paper(agreement: Agreement, language: str, title: Any) -> dict[str, Any]:
    return {
        "language": language,
        "title": str(title),
        "agreement_title": localized(agreement, "short_title", language=language),
        "made_text": format_date(timezone.localdate(), language),
        "is_demo": agreement.has_demo_data,
        "agreement": agreement,
    }


def expense_register_context(agreement: Agreement, language: str) -> dict[str, Any]:
    """Every approved or settled line with clause, who must pay and who paid; totals by payer (baht); oldest first."""
    lines = list(ExpenseLine.objects.counted().filter(agreement=agreement).with_ruling().order_by("spent_on", "pk"))
    totals = {str(kind): Decimal(0) for kind in PayerKind.values}
    for line in lines:
        totals[line.ruling.payer if line.ruling else PayerKind.UNDECIDED.value] += line.counted_amount
    labels = clause_labels(agreement)
    return _paper(agreement, language, REGISTER_TITLE) | {
        "rows": [
            {
                "line": line,
                "clause": labels.get(line.ruling.clause, "") if line.ruling else "",
                "shares": [share for share in line.ruling.shares.all() if share.participant] if line.ruling else [],
            }
            for line in lines
        ],
        "totals": [(PayerKind(kind).label, amount) for kind, amount in totals.items()],
        "total": sum(totals.values(), Decimal(0)),
    }


def undecided_costs_context(agreement: Agreement, language: str) -> dict[str, Any]:
    """The agenda for the next memorandum: what is still open, and what was decided by whom and why (baht)."""
    undecided = list(
        ExpenseLine.objects.undecided().filter(agreement=agreement).with_ruling().order_by("spent_on", "pk")
    )
    by_people = list(
        Ruling.objects.filter(is_current=True, decided_by__isnull=False, line__agreement=agreement)
        .exclude(line__state=ExpenseState.REJECTED)
        .select_related("line__seminar", "line__visit", "decided_by", "confirmed_by")
        .order_by("line__spent_on", "pk")
    )
    decisions = [one for one in by_people if not one.is_override]
    classes = (
        ClassDecision.objects.filter(agreement=agreement)
        .select_related("decided_by")
        .annotate(lines=Count("rulings", filter=Q(rulings__is_current=True)))
        .order_by("pk")
    )
    return _paper(agreement, language, UNDECIDED_TITLE) | {
        "classes": [(one, str(class_words(one.facts)).split(" · ")) for one in classes],
        "undecided": undecided,
        "undecided_total": sum((line.counted_amount for line in undecided), Decimal(0)),
        "decisions": decisions,
        "overrides": [one for one in by_people if one.is_override],
        "decisions_total": sum((one.line.counted_amount for one in decisions), Decimal(0)),
    }


def expense_register_html(agreement: Agreement, language: str) -> str:
    """The register as HTML for the PDF kit."""
    with translation.override(language):
        return render_to_string("expenses/pdf/expense_register.html", expense_register_context(agreement, language))


def undecided_costs_html(agreement: Agreement, language: str) -> str:
    """The undecided costs as HTML for the PDF kit."""
    with translation.override(language):
        return render_to_string("expenses/pdf/undecided_costs.html", undecided_costs_context(agreement, language))


def budget_actual_context(agreement: Agreement, language: str) -> dict[str, Any]:
    """Planned, committed, spent and left (baht) by category and by party, and what nobody bears yet."""
    budget = budget_of(agreement)
    parties = agreement.participants.with_names().order_by("order")
    rows = [(localized(agreement, "institute_name", language=language), budget.total(None))]
    rows += [(str(party), budget.total(party.pk)) for party in parties]
    return _paper(agreement, language, BUDGET_TITLE) | {
        "chart": budget_rows(budget.by_category()),
        "parties": [(name, figures) for name, figures in rows if figures.state != "none"],
        "undecided": sum(budget.undecided.values(), Decimal(0)),
    }


def budget_actual_html(agreement: Agreement, language: str) -> str:
    """The budget as HTML for the PDF kit."""
    with translation.override(language):
        return render_to_string("expenses/pdf/budget_actual.html", budget_actual_context(agreement, language))


BUDGET_TITLE = _("Budget and what became of it")
REGISTER_TITLE = _("Register of expenses")
UNDECIDED_TITLE = _("Costs on which the memorandum is silent")

reports.register(
    Report(
        name="expense-register",
        title=REGISTER_TITLE,
        description=_("Every approved line with its clause, who must pay and who paid, and the totals."),
        subject="agreement",
        html=expense_register_html,
        can_view=can_view_costs,
        filename=lambda agreement: f"expense-register-{agreement.code}",
    )
)
reports.register(
    Report(
        name="undecided-costs",
        title=UNDECIDED_TITLE,
        description=_("What is still open, and what was decided by whom and why: the agenda for the next memorandum."),
        subject="agreement",
        html=undecided_costs_html,
        can_view=can_view_costs,
        filename=lambda agreement: f"undecided-costs-{agreement.code}",
    )
)
reports.register(
    Report(
        name="budget-actual",
        title=BUDGET_TITLE,
        description=_("Planned, committed and spent, by category and by party, with a chart and warnings."),
        subject="agreement",
        html=budget_actual_html,
        can_view=can_view_costs,
        filename=lambda agreement: f"budget-actual-{agreement.code}",
    )
)
reports.register(SETTLEMENT_STATEMENT)
