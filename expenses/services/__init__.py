"""The verbs of money: lines are entered, ruled, submitted and approved; each step is one atomic write."""

from .decisions import decide_class, end_decision, undecided_of
from .lines import (
    approve_expense,
    delete_expense,
    enter_expense,
    move_expense,
    reject_expense,
    remove_receipt,
    reopen_expense,
    return_expense,
    save_expense,
    settle_expense,
    submit_expense,
)
from .overrides import confirm_override, decline_override, propose_override
from .rulings import Parties, decide_ruling, facts_of, liable_parties, rule, rules_for, set_parties, silent_on, stated
from .settings import add_rule_table, save_budget, save_cost_settings
from .sheets import discard_sheet, enter_rows, keep_sheet, take_over

__all__ = [
    "Parties",
    "add_rule_table",
    "approve_expense",
    "confirm_override",
    "decide_class",
    "decide_ruling",
    "decline_override",
    "delete_expense",
    "discard_sheet",
    "end_decision",
    "enter_expense",
    "enter_rows",
    "facts_of",
    "keep_sheet",
    "liable_parties",
    "move_expense",
    "propose_override",
    "reject_expense",
    "remove_receipt",
    "reopen_expense",
    "return_expense",
    "rule",
    "rules_for",
    "save_budget",
    "save_cost_settings",
    "save_expense",
    "set_parties",
    "settle_expense",
    "silent_on",
    "stated",
    "submit_expense",
    "take_over",
    "undecided_of",
]
