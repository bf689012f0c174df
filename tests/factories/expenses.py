"""Expense lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from expenses.models import Category, ExpenseLine, ExpenseReceipt, ExpenseState, PaidBy, WhoseCost
from expenses.services import rule, set_parties
from participants.access import FINANCE_STAFF
from participants.models import Participant, User
from seminars.models import FieldVisit, Seminar

from .base import MOMENT
from .people import make_staff


def make_expense(
    activity: Seminar | FieldVisit,
    *,
    by: User,
    state: str = ExpenseState.DRAFT,
    approved_by: User | None = None,
    parties: Mapping[Participant, int] | Sequence[Participant] = (),
    **fields: Any,
) -> ExpenseLine:
    """An expense line with its ruling by the portal's own rule, in a state."""
    receipt = fields.pop("receipt", None)
    values: dict[str, Any] = {
        "whose_cost": WhoseCost.ADVISERS,
        "category": Category.TRAVEL,
        "description": "ค่าเดินทางผู้เชี่ยวชาญ",
        "amount": Decimal("1234.50"),
        "spent_on": date(2020, 1, 16),
        "payee": "บริษัทเดินทาง",
        "paid_by": PaidBy.INSTITUTE,
        **fields,
    }
    if values.get("paid_by_participant") is not None and values["paid_by"] != PaidBy.IN_KIND:
        values["paid_by"] = PaidBy.LOCAL_GOVERNMENT
    if state in (ExpenseState.APPROVED, ExpenseState.REJECTED, ExpenseState.SETTLED):
        values |= {"approved_by": approved_by or make_staff(FINANCE_STAFF), "approved_at": MOMENT}
    line = ExpenseLine.objects.create(
        agreement=activity.agreement,
        seminar=activity if isinstance(activity, Seminar) else None,
        visit=activity if isinstance(activity, FieldVisit) else None,
        state=state,
        created_by=by,
        **values,
    )
    if receipt is not None:
        ExpenseReceipt.objects.create(line=line, file=receipt)
    set_parties(line, parties)
    rule(line=line)
    return line
