"""Who may do what with money. Predicates over loaded objects; no models."""

from __future__ import annotations

from typing import Any

from participants.access import access_of

EDITABLE = ("draft", "returned")


def can_view_expense(user: Any, line: Any) -> bool:
    """Staff of the institute; an LGO's own people when the line is approved and concerns their money.

    Asks the line's current ruling and its shares.
    """
    access = access_of(user)
    if access.staff:
        return True
    if line.state != "approved" or not access.own:
        return False
    if line.paid_by_participant_id in access.own:
        return True
    ruling = line.ruling
    return ruling is not None and any(share.participant_id in access.own for share in ruling.shares.all())


def is_finance_staff(user: Any, _row: Any = None) -> bool:
    """Finance staff do everything with money; others read."""
    return access_of(user).finance


def can_add_expense(user: Any) -> bool:
    """Finance staff enter lines."""
    return access_of(user).finance


def can_edit_expense(user: Any, line: Any) -> bool:
    """Finance staff, while the line is a draft or was returned."""
    return access_of(user).finance and line.state in EDITABLE


def can_delete_expense(user: Any, line: Any) -> bool:
    """Finance staff, while the line is a draft; what was once handed in is rejected instead, and stays."""
    return access_of(user).finance and line.state == "draft"


def can_submit_expense(user: Any, line: Any) -> bool:
    """As editing."""
    return can_edit_expense(user, line)


def can_approve_expense(user: Any, line: Any) -> bool:
    """Finance staff who neither entered nor last changed the line, while it waits for approval."""
    return (
        access_of(user).finance
        and line.state == "submitted"
        and user.pk not in (line.created_by_id, line.changed_by_id)
    )


def can_decide_ruling(user: Any, line: Any) -> bool:
    """Finance staff decide where the memorandum is silent; the decision carries their name and a written reason.

    Whether it is silent on this line, the service asks the rule itself.
    """
    return access_of(user).finance and line.state != "rejected"


def can_see_all_shares(user: Any, line: Any) -> bool:
    """Staff see what each party bears; a local government sees its own share and the sum of the others'."""
    return access_of(user).staff


def can_dry_run(user: Any) -> bool:
    """Staff of the institute try a file out."""
    return access_of(user).staff


def can_view_costs(user: Any, agreement: Any) -> bool:
    """Staff of the institute see the register of an agreement as a whole."""
    return access_of(user).staff
