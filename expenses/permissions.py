"""Who may do what with money. Predicates over loaded objects; no models."""

from __future__ import annotations

from typing import Any

from participants.access import access_of

EDITABLE = ("draft", "returned")
COUNTED = ("approved", "settled")


def can_view_expense(user: Any, line: Any) -> bool:
    """Staff of the institute; an LGO's own people what they entered, and counted lines that concern their money.

    Asks the line's current ruling and its shares.
    """
    access = access_of(user)
    if access.staff:
        return True
    if line.entered_for_id in access.own:
        return True
    if line.state not in COUNTED:
        return False
    if line.paid_by_participant_id in access.own:
        return True
    ruling = line.ruling
    return ruling is not None and any(share.participant_id in access.own for share in ruling.shares.all())


def is_finance_staff(user: Any, _row: Any = None) -> bool:
    """Finance staff do everything with money; others read."""
    return access_of(user).finance


def enters_own_costs(user: Any, agreement: Any) -> bool:
    """Whether the person coordinates a party of an agreement whose settings let coordinators enter their own costs.

    That the party is one of this agreement, the service asks.
    """
    settings = getattr(agreement, "cost_settings", None)
    return settings is not None and settings.coordinators_enter and bool(access_of(user).coordinates)


def can_add_expense(user: Any, agreement: Any) -> bool:
    """Finance staff enter lines; coordinators their own, where the agreement lets them."""
    return access_of(user).finance or enters_own_costs(user, agreement)


def can_write_expense(user: Any, line: Any) -> bool:
    """Finance staff, and the coordinators of the organisation that a line was entered for, whatever its state."""
    access = access_of(user)
    return access.finance or line.entered_for_id in access.coordinates


def can_edit_expense(user: Any, line: Any) -> bool:
    """Finance staff, and coordinators what was entered for their organisation, while it is a draft or was returned."""
    return can_write_expense(user, line) and line.state in EDITABLE


def can_delete_expense(user: Any, line: Any) -> bool:
    """As editing, while the line is a draft; what was once handed in is rejected instead, and stays."""
    return can_write_expense(user, line) and line.state == "draft"


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


def can_move_expense(user: Any, line: Any) -> bool:
    """Finance staff move an approved line to the activity that it really belongs to; a settled one stays."""
    return access_of(user).finance and line.state == "approved"


def can_decide_ruling(user: Any, line: Any) -> bool:
    """Finance staff decide where the memorandum is silent; the decision carries their name and a written reason.

    Whether it is silent on this line, the service asks the rule itself.
    """
    return access_of(user).finance and line.state not in ("rejected", "settled")


def can_propose_override(user: Any, line: Any) -> bool:
    """Finance staff propose to set a decided ruling aside; a settled or rejected line stays as it is."""
    return can_decide_ruling(user, line)


def can_answer_override(user: Any, override: Any) -> bool:
    """Another one of the finance staff answers it."""
    return access_of(user).finance and override.state == "proposed" and user.pk != override.proposed_by_id


def can_see_all_shares(user: Any, line: Any) -> bool:
    """Staff see what each party bears; a local government sees its own share and the sum of the others'."""
    return access_of(user).staff


def can_dry_run(user: Any) -> bool:
    """Staff of the institute try a file out."""
    return access_of(user).staff


def can_view_costs(user: Any, agreement: Any) -> bool:
    """Staff of the institute see the register of an agreement as a whole."""
    return access_of(user).staff


# --- settlements ----------------------------------------------------------------------------
def can_view_settlement(user: Any, settlement: Any) -> bool:
    """Staff of the institute; the local government's own people once the statement was sent."""
    access = access_of(user)
    return access.staff or (settlement.participant_id in access.own and settlement.state != "draft")


def can_draw_settlement(user: Any, settlement: Any = None) -> bool:
    """Finance staff draw statements up; a drawn one is drawn anew while it is a draft."""
    return access_of(user).finance and (settlement is None or settlement.state == "draft")


def can_delete_settlement(user: Any, settlement: Any) -> bool:
    """Finance staff, while it is a draft that replaces nothing."""
    return access_of(user).finance and settlement.state == "draft" and settlement.version == 1


def can_countersign(user: Any, settlement: Any) -> bool:
    """The local government's executive or coordinator, while the statement waits for them."""
    return settlement.state == "waiting" and is_of_the_party(user, settlement)


def can_dispute(user: Any, settlement: Any) -> bool:
    """As countersigning."""
    return can_countersign(user, settlement)


def can_answer_disputes(user: Any, settlement: Any) -> bool:
    """Finance staff, while lines are disputed."""
    return access_of(user).finance and settlement.state == "disputed"


def can_correct_settlement(user: Any, settlement: Any) -> bool:
    """Finance staff, from its sending until it is paid or closed."""
    return access_of(user).finance and settlement.state in ("waiting", "disputed", "countersigned", "signed")


def can_sign_settlement(user: Any, settlement: Any) -> bool:
    """Whoever may sign for the institute, once the local government has signed."""
    return settlement.state == "countersigned" and may_sign_for_institute(user, settlement)


def can_record_payment(user: Any, settlement: Any) -> bool:
    """Once both sides have signed and something is to be paid: finance staff, or the LGO's coordinator when it pays."""
    return settlement.state == "signed" and bool(settlement.balance) and may_pay(user, settlement)


def can_close_settlement(user: Any, settlement: Any) -> bool:
    """Finance staff, once it is paid, or signed with nothing to pay."""
    even = settlement.state == "signed" and not settlement.balance
    return access_of(user).finance and (settlement.state == "paid" or even)


def is_of_the_party(user: Any, settlement: Any) -> bool:
    """Own people of the local government that the statement is about; its state decides what they can do."""
    return settlement.participant_id in access_of(user).own


def may_sign_for_institute(user: Any, settlement: Any) -> bool:
    """Finance staff who did not draw the statement up and are none of that local government's own people."""
    access = access_of(user)
    return access.finance and user.pk != settlement.drawn_by_id and settlement.participant_id not in access.own


def may_pay(user: Any, settlement: Any) -> bool:
    """Finance staff, and the coordinator of a local government that has to pay."""
    access = access_of(user)
    return access.finance or (settlement.balance > 0 and settlement.participant_id in access.coordinates)
