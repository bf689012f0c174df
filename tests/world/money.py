"""Expense lines of each kind of ruling, and statements in their states."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from expenses.models import Category, ClassDecision, ExpenseState, SettlementState, WhoseCost
from expenses.services import decide_ruling, keep_sheet, propose_override, save_budget
from seminars.models import VisitState
from tests import factories as make

from .cast import Party, World


def add_expenses(world: World, party: Party) -> None:
    """Lines that the party must bear (a visit at its wish), one the institute bears, one nobody knows."""
    requested, scheduled = party.visits[VisitState.REPORTED], party.visits[VisitState.SCHEDULED]
    for state in (ExpenseState.DRAFT, ExpenseState.SUBMITTED, ExpenseState.APPROVED):
        line = make.make_expense(
            requested,
            by=world.finance,
            state=state,
            approved_by=world.finance_two,
            receipt=make.make_stored_file(world.finance, "ใบเสร็จ.png"),
        )
        party.expenses.setdefault(state, line)
    institute = make.make_expense(
        scheduled, by=world.finance, state=ExpenseState.APPROVED, approved_by=world.finance_two
    )
    party.expenses.setdefault("institute", institute)
    silent: dict[str, Any] = {"whose_cost": WhoseCost.EVENT, "category": Category.MEALS, "description": "อาหารต้อนรับคณะ"}
    party.expenses.setdefault("undecided", make.make_expense(scheduled, by=world.finance, **silent))
    decided = make.make_expense(
        scheduled, by=world.finance, state=ExpenseState.APPROVED, approved_by=world.finance_two, **silent
    )
    decide_ruling(line=decided, payer="local_government", reason="จังหวัดเห็นชอบ", user=world.finance)
    party.expenses.setdefault("decided", decided)
    overridden = make.make_expense(
        scheduled, by=world.finance, state=ExpenseState.APPROVED, approved_by=world.finance_two
    )
    override = propose_override(
        line=overridden,
        payer="local_government",
        reason="ตกลงกันใหม่",
        user=world.finance,
        weights={party.participant: 1},
    )
    party.overrides.append(override)
    certified = make.make_expense(
        requested,
        by=world.finance,
        state=ExpenseState.APPROVED,
        approved_by=world.finance_two,
        no_receipt_reason="ผู้รับจ้างไม่มีใบเสร็จ",
        spender_name="นางสาวผู้แทน มาแน่",
        spender_position="ปลัดเทศบาล",
    )
    party.expenses.setdefault("certified", certified)
    if party is world.a and not party.sheets:
        party.sheets.append(
            keep_sheet(
                agreement=world.agreement, file_name="ค่าใช้จ่าย.xlsx", columns=["activity"], rows=[], user=world.finance
            )
        )
        party.decisions.append(
            ClassDecision.objects.create(
                agreement=world.agreement,
                activity="seminar",
                venue="elsewhere",
                whose_cost="event",
                category="venue_hire",
                payer="institute",
                reason="สถาบันเลือกสถานที่",
                decided_by=world.finance,
                is_standing=True,
            )
        )
    save_budget(
        agreement=world.agreement,
        participant=party.participant,
        planned={"travel": Decimal("5000")},
        user=world.finance,
    )


def add_settlements(world: World, party: Party, number: int) -> None:
    """A statement that waits for the party; the first party has one in every state. None of them counts its line."""
    lines = [party.expenses[ExpenseState.APPROVED], party.expenses["decided"]]
    states = SettlementState if party is world.a else [SettlementState.WAITING]
    sides = {"local_government": party.executive, "institute": world.finance_two}
    signed = {
        SettlementState.COUNTERSIGNED: {"local_government": party.executive},
        SettlementState.SIGNED: sides,
        SettlementState.PAID: sides,
        SettlementState.CLOSED: sides,
    }
    for place, state in enumerate(states):
        row = make.make_settlement(
            party.participant,
            *lines,
            by=world.finance_two if state == SettlementState.COUNTERSIGNED else world.finance,
            state=state,
            signed_by=signed.get(state),
            holds=False,
            starts_on=make.SIGNED + timedelta(days=20 * number + place),
            note="โปรดตรวจทุกรายการ",
        )
        party.settlements.setdefault(state, row)
        if state == SettlementState.DISPUTED:
            make.make_dispute(row, by=party.coordinator)
        if state in (SettlementState.PAID, SettlementState.CLOSED):
            make.make_payment(row, by=party.coordinator)
