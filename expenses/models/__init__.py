"""Expense lines, the rulings that say who bears them, and the parties' shares (clause 2.2 (4), 4.1 and 4.2)."""

from .lines import ExpenseLine, ExpenseParty, ExpenseQuerySet
from .rulings import Ruling, Share
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
from .words import EDITABLE_EXPENSE_STATES, Category, ExpenseState, PaidBy, PayerKind, WhoseCost

__all__ = [
    "CORRECTABLE",
    "EDITABLE_EXPENSE_STATES",
    "ENDED",
    "Category",
    "DisputeOutcome",
    "ExpenseLine",
    "ExpenseParty",
    "ExpenseQuerySet",
    "ExpenseState",
    "LineDispute",
    "LineStanding",
    "PaidBy",
    "PayerKind",
    "Ruling",
    "RulingMark",
    "Settlement",
    "SettlementLine",
    "SettlementPayment",
    "SettlementSignature",
    "SettlementState",
    "Share",
    "Side",
    "WhoseCost",
]
