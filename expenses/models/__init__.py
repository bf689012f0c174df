"""Expense lines, the rulings that say who bears them, and the parties' shares (clause 2.2 (4), 4.1 and 4.2)."""

from .approvals import Approval, CostSettings
from .budgets import BudgetLine
from .imports import ExpenseImport
from .lines import ExpenseLine, ExpenseParty, ExpenseQuerySet, ExpenseReceipt
from .rule_tables import RuleTable, rule_problem
from .rulings import ClassDecision, Ruling, RulingOverride, Share
from .settlements import (
    CORRECTABLE,
    ENDED,
    DisputeOutcome,
    LineDispute,
    LineStanding,
    RulingMark,
    Settlement,
    SettlementLine,
    SettlementPayment,
    SettlementSignature,
    SettlementState,
    Side,
)
from .words import (
    COUNTED_EXPENSE_STATES,
    EDITABLE_EXPENSE_STATES,
    PAID_BY_PARTICIPANT,
    Category,
    ExpenseState,
    ImportState,
    OverrideState,
    PaidBy,
    PayerKind,
    WhoseCost,
)

__all__ = [
    "CORRECTABLE",
    "COUNTED_EXPENSE_STATES",
    "EDITABLE_EXPENSE_STATES",
    "ENDED",
    "PAID_BY_PARTICIPANT",
    "Approval",
    "BudgetLine",
    "Category",
    "ClassDecision",
    "CostSettings",
    "DisputeOutcome",
    "ExpenseImport",
    "ExpenseLine",
    "ExpenseParty",
    "ExpenseQuerySet",
    "ExpenseReceipt",
    "ExpenseState",
    "ImportState",
    "LineDispute",
    "LineStanding",
    "OverrideState",
    "PaidBy",
    "PayerKind",
    "RuleTable",
    "Ruling",
    "RulingMark",
    "RulingOverride",
    "Settlement",
    "SettlementLine",
    "SettlementPayment",
    "SettlementSignature",
    "SettlementState",
    "Share",
    "Side",
    "WhoseCost",
    "rule_problem",
]
