"""Lines are entered, changed, handed in and decided. Nobody approves what they entered or changed."""

from __future__ import annotations

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from expenses.models import EDITABLE_EXPENSE_STATES, ExpenseLine, ExpenseState
from expenses.permissions import (
    can_add_expense,
    can_approve_expense,
    can_delete_expense,
    can_edit_expense,
    can_submit_expense,
    is_finance_staff,
)
from expenses.services.rulings import Parties, locked, rule, set_parties
from mou_portal.records import Conflict, DomainError, Stale, save_revision, transition
from participants.models import StoredFile, User

#: What a change of a line must not carry along from a copy that was read earlier.
_KEPT = ("agreement_id", "state", "created_by_id", "approved_by_id", "approved_at", "decision_note")


@transaction.atomic
def enter_expense(
    *, line: ExpenseLine, parties: Parties = (), user: User, receipt: StoredFile | None = None
) -> ExpenseLine:
    """Save a new line as draft and rule on it.

    ``parties`` are the local governments concerned, with weights if they are not equal. Raises ``PermissionDenied``
    for others than finance staff and :class:`DomainError` for a line that breaks a rule; then nothing is written.
    """
    if not can_add_expense(user):
        raise PermissionDenied
    line.created_by = user
    line.state = ExpenseState.DRAFT
    line.receipt = receipt
    _check_line(line)
    line.save()
    set_parties(line, parties)
    rule(line=line)
    return line


@transaction.atomic
def save_expense(
    *,
    line: ExpenseLine,
    user: User,
    expected: int,
    parties: Parties | None = None,
    receipt: StoredFile | None = None,
) -> None:
    """Save changes to a draft or returned line and rule anew if the facts or the amount changed.

    ``parties`` and ``receipt`` stay as they are when ``None``. Raises ``PermissionDenied``, :class:`DomainError`, or
    :class:`mou_portal.records.Stale` when somebody saved it since ``expected``.
    """
    stored = locked(line)
    if not can_edit_expense(user, stored):
        _refuse(user, stored)
    if expected != stored.revision:
        raise Stale(stored)
    for name in _KEPT:
        setattr(line, name, getattr(stored, name))
    line.changed_by = user
    if receipt is not None:
        line.receipt = receipt
    _check_line(line)
    save_revision(line, expected=expected)
    if parties is not None:
        set_parties(line, parties)
    rule(line=line)


@transaction.atomic
def delete_expense(*, line: ExpenseLine, user: User) -> None:
    """Take away a draft; its history stays. What was once handed in cannot be deleted (:class:`Conflict`)."""
    stored = locked(line)
    if not can_delete_expense(user, stored):
        _refuse(user, stored)
    stored.delete()


@transaction.atomic
def submit_expense(*, line: ExpenseLine, user: User) -> None:
    """Hand a draft or returned line in for approval; its ruling is made current first."""
    stored = locked(line)
    if not can_submit_expense(user, stored):
        _refuse(user, stored)
    rule(line=stored)
    transition(line, sources=EDITABLE_EXPENSE_STATES, target=ExpenseState.SUBMITTED)


def approve_expense(*, line: ExpenseLine, user: User, expected: int | None = None) -> None:
    """Approve a submitted line. Of any number of simultaneous approvals one succeeds; the others raise ``Conflict``.

    With ``expected``, the revision that the person looked at, a line that was changed since is not approved unseen
    (``Conflict``). Raises ``PermissionDenied`` for the one who entered or last changed the line.
    """
    _decide(line, user, ExpenseState.APPROVED, "", expected)


def return_expense(*, line: ExpenseLine, user: User, note: str) -> None:
    """Send a submitted line back with a note that says what to change."""
    _decide(line, user, ExpenseState.RETURNED, note)


def reject_expense(*, line: ExpenseLine, user: User, note: str) -> None:
    """Reject a submitted line for good, with the reason."""
    _decide(line, user, ExpenseState.REJECTED, note)


@transaction.atomic
def _decide(line: ExpenseLine, user: User, target: str, note: str, expected: int | None = None) -> None:
    stored = locked(line)
    if not can_approve_expense(user, stored):
        if stored.state == ExpenseState.SUBMITTED:
            raise PermissionDenied
        _refuse(user, stored)
    if expected is not None and expected != stored.revision:
        raise Conflict(_("The line was changed since you opened it. Look at it again before you decide."))
    if target != ExpenseState.APPROVED and not note.strip():
        raise DomainError(_("Write a note that says why."))
    transition(
        line,
        sources=[ExpenseState.SUBMITTED],
        target=target,
        approved_by=user,
        approved_at=timezone.now(),
        decision_note=note.strip(),
    )


def _refuse(user: User, stored: ExpenseLine) -> None:
    """Say why a step is not possible: it is not this person's at all, or the line is no longer in a state for it."""
    if not is_finance_staff(user):
        raise PermissionDenied
    raise Conflict(
        _("This step is no longer possible: it is now “%(state)s”. Reload the page to see what changed.")
        % {"state": stored.get_state_display()}
    )


def _check_line(line: ExpenseLine) -> None:
    """Refuse what breaks a rule: fields and constraints, agreements that differ, days outside the period (clause 3)."""
    activity = line.activity
    if activity is not None and activity.agreement_id != line.agreement_id:
        raise DomainError(_("The seminar or visit belongs to another agreement. Choose one of this agreement."))
    if line.paid_by_participant is not None and line.paid_by_participant.agreement_id != line.agreement_id:
        raise DomainError(_("The local government that paid has no part in this agreement."))
    try:
        line.full_clean()
    except ValidationError as error:
        raise DomainError(_sentences(error)) from error
    if not line.agreement.covers(line.spent_on) and not line.outside_period_reason.strip():
        raise DomainError(
            _(
                "The day lies outside the agreement's period (clause 3). "
                "Check the date, or give a reason for the exception."
            )
        )


def _sentences(error: ValidationError) -> str:
    """All that is wrong, each with the name of its field."""
    labels = {field.name: str(field.verbose_name) for field in ExpenseLine._meta.fields}
    parts = []
    for name, messages in error.message_dict.items():
        label = f"{labels[name]}: " if name != NON_FIELD_ERRORS else ""
        parts += [f"{label}{message}" for message in messages]
    return " ".join(parts)
