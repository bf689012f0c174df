"""What staff set for an agreement's expenses: approvers, coordinators' own entries, the payer rule, the budget."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from expenses.models import BudgetLine, CostSettings, RuleTable
from expenses.permissions import is_finance_staff
from mou_portal.records import DomainError, save_revision
from participants.models import Agreement, Participant, User


@transaction.atomic
def save_cost_settings(*, settings: CostSettings, user: User, expected: int) -> None:
    """Save the settings, the first time or changed. Raises ``PermissionDenied`` and :class:`Stale`."""
    if not is_finance_staff(user):
        raise PermissionDenied
    if CostSettings.objects.filter(agreement=settings.agreement).exists():
        save_revision(settings, expected=expected)
    else:
        settings.save()


@transaction.atomic
def add_rule_table(
    *, agreement: Agreement, rows: list[dict[str, Any]], basis: str, applies_from: date | None, user: User
) -> RuleTable:
    """Record the next version of an agreement's payer rule; earlier versions and the rulings under them stay.

    Raises ``PermissionDenied``, and :class:`DomainError` with everything that is wrong with the rows, or when a first
    day is missing although an earlier version exists.
    """
    if not is_finance_staff(user):
        raise PermissionDenied
    versions = RuleTable.objects.filter(agreement=agreement)
    newest = versions.aggregate(newest=Max("version"))["newest"] or 0
    if newest and applies_from is None:
        raise DomainError(_("Say from which day the new version applies."))
    table = RuleTable(
        agreement=agreement,
        code=agreement.code,
        version=newest + 1,
        rules=rows,
        basis=basis.strip(),
        applies_from=applies_from,
        created_by=user,
    )
    try:
        table.full_clean()
    except ValidationError as error:
        raise DomainError(" ".join(error.messages)) from error
    table.save()
    return table


@transaction.atomic
def save_budget(
    *, agreement: Agreement, participant: Participant | None, planned: Mapping[str, Decimal | None], user: User
) -> None:
    """Make what is planned for a party (``None``: the institute) exactly this, by category in baht; empty is none."""
    if not is_finance_staff(user):
        raise PermissionDenied
    rows = {
        row.category: row
        for row in BudgetLine.objects.filter(agreement=agreement, participant=participant)
        .order_by("pk")  # its usual order joins the participant, which the institute's rows do not have
        .select_for_update()
    }
    for category, amount in planned.items():
        row = rows.get(category)
        if amount is None:
            if row is not None:
                row.delete()
        elif row is None:
            BudgetLine.objects.create(agreement=agreement, participant=participant, category=category, planned=amount)
        elif row.planned != amount:
            row.planned = amount
            save_revision(row, expected=row.revision)
