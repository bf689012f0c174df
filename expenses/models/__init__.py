"""Expense lines, the rulings that say who bears them, and the parties' shares (clause 2.2 (4), 4.1 and 4.2)."""

from .lines import ExpenseLine, ExpenseParty, ExpenseQuerySet
from .rulings import Ruling, Share
from .words import EDITABLE_EXPENSE_STATES, Category, ExpenseState, PaidBy, PayerKind, WhoseCost

__all__ = [
    "EDITABLE_EXPENSE_STATES",
    "Category",
    "ExpenseLine",
    "ExpenseParty",
    "ExpenseQuerySet",
    "ExpenseState",
    "PaidBy",
    "PayerKind",
    "Ruling",
    "Share",
    "WhoseCost",
]
