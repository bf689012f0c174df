"""The verbs of pathways. Nothing else in the app changes a state."""

from pathways.services.choices import (
    Declaration,
    confirm_choice,
    propose_change,
    return_choice,
    save_choice_version,
    start_choice,
    submit_choice,
    withdraw_choice,
)
from pathways.services.guards import needs_late_reason
from pathways.services.plan import remove_milestone, save_milestone, skip_period
from pathways.services.updates import (
    Account,
    ReviewNote,
    accept_update,
    add_evidence,
    add_remark,
    last_report,
    open_paragraphs,
    remove_evidence,
    report_nothing_changed,
    return_update,
    save_update,
    silent_for_long,
    start_update,
    submit_update,
)

__all__ = [
    "Account",
    "Declaration",
    "ReviewNote",
    "accept_update",
    "add_evidence",
    "add_remark",
    "confirm_choice",
    "last_report",
    "needs_late_reason",
    "open_paragraphs",
    "propose_change",
    "remove_evidence",
    "remove_milestone",
    "report_nothing_changed",
    "return_choice",
    "return_update",
    "save_choice_version",
    "save_milestone",
    "save_update",
    "silent_for_long",
    "skip_period",
    "start_choice",
    "start_update",
    "submit_choice",
    "submit_update",
    "withdraw_choice",
]
