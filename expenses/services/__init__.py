"""The verbs of money: lines are entered, ruled, submitted and approved; each step is one atomic write."""

from .lines import (
    approve_expense,
    delete_expense,
    enter_expense,
    reject_expense,
    return_expense,
    save_expense,
    submit_expense,
)
from .rulings import Parties, decide_ruling, facts_of, liable_parties, rule, set_parties, silent_on

__all__ = [
    "Parties",
    "approve_expense",
    "decide_ruling",
    "delete_expense",
    "enter_expense",
    "facts_of",
    "liable_parties",
    "reject_expense",
    "return_expense",
    "rule",
    "save_expense",
    "set_parties",
    "silent_on",
    "submit_expense",
]
