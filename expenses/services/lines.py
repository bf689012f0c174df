"""Lines are entered, changed, handed in and decided. Nobody approves what they entered or changed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from expenses.models import (
    EDITABLE_EXPENSE_STATES,
    PAID_BY_PARTICIPANT,
    Approval,
    CostSettings,
    ExpenseLine,
    ExpenseReceipt,
    ExpenseState,
    PaidBy,
)
from expenses.permissions import (
    can_add_expense,
    can_approve_expense,
    can_delete_expense,
    can_edit_expense,
    can_move_expense,
    can_submit_expense,
    is_finance_staff,
)
from expenses.services.rulings import Parties, locked, renew_shares, require_unpaid, rule, set_parties
from mou_portal.records import Conflict, DomainError, Stale, save_revision, transition
from mou_portal.thai.money import LARGEST, format_amount, quantise
from participants.access import access_of
from participants.models import Participant, StoredFile, User
from seminars.models import FieldVisit, Seminar

#: What a change of a line must not carry along from a copy that was read earlier.
_KEPT = (
    "agreement_id",
    "state",
    "created_by_id",
    "approved_by_id",
    "approved_at",
    "decision_note",
    "sanctioned_amount",
    "cut_reason",
    "entered_for_id",
    "imported_in_id",
    "handed_in",
)


@transaction.atomic
def enter_expense(
    *,
    line: ExpenseLine,
    parties: Parties = (),
    user: User,
    receipts: Sequence[StoredFile] = (),
    entered_for: Participant | None = None,
) -> ExpenseLine:
    """Save a new line as draft and rule on it.

    ``parties`` are the local governments concerned, with weights if they are not equal. A coordinator enters for his
    or her own organisation (``entered_for``) where the agreement lets coordinators do so. Raises ``PermissionDenied``
    for others than these and finance staff, and :class:`DomainError` for a line that breaks a rule; then nothing is
    written.
    """
    if not can_add_expense(user, line.agreement):
        raise PermissionDenied
    if not is_finance_staff(user) and (entered_for is None or entered_for.pk not in access_of(user).coordinates):
        raise PermissionDenied
    line.created_by = user
    line.entered_for = entered_for
    line.state = ExpenseState.DRAFT
    _check_line(line)
    _check_own(line, parties)
    line.save()
    _add_receipts(line, receipts)
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
    receipts: Sequence[StoredFile] = (),
) -> None:
    """Save changes to a draft or returned line and rule anew if the facts or the amount changed.

    ``parties`` stay as they are when ``None``; ``receipts`` come to those that are there. Raises ``PermissionDenied``,
    :class:`DomainError`, or :class:`mou_portal.records.Stale` when somebody saved it since ``expected``.
    """
    stored = locked(line)
    if not can_edit_expense(user, stored):
        _refuse(user, stored)
    if expected != stored.revision:
        raise Stale(stored)
    for name in _KEPT:
        setattr(line, name, getattr(stored, name))
    line.changed_by = user
    _check_line(line)
    if parties is not None:
        _check_own(line, parties)
    save_revision(line, expected=expected)
    _add_receipts(line, receipts)
    if parties is not None:
        set_parties(line, parties)
    rule(line=line)


@transaction.atomic
def remove_receipt(*, receipt: ExpenseReceipt, user: User) -> None:
    """Take a receipt off a line that may still be changed; its history stays."""
    stored = locked(receipt.line)
    if not can_edit_expense(user, stored):
        _refuse(user, stored)
    stored.changed_by = user
    save_revision(stored, expected=stored.revision)
    receipt.delete()


@transaction.atomic
def delete_expense(*, line: ExpenseLine, user: User) -> None:
    """Take away a draft; its history stays. What was once handed in cannot be deleted (:class:`Conflict`)."""
    stored = locked(line)
    if not can_delete_expense(user, stored):
        _refuse(user, stored)
    stored.delete()


@transaction.atomic
def submit_expense(*, line: ExpenseLine, user: User) -> None:
    """Hand a draft or returned line in for approval; its ruling is made current first, an earlier cut is gone."""
    stored = locked(line)
    if not can_submit_expense(user, stored):
        _refuse(user, stored)
    transition(
        line,
        sources=EDITABLE_EXPENSE_STATES,
        target=ExpenseState.SUBMITTED,
        handed_in=stored.handed_in + 1,
        sanctioned_amount=None,
        cut_reason="",
    )
    rule(line=line)


@transaction.atomic
def approve_expense(
    *,
    line: ExpenseLine,
    user: User,
    expected: int | None = None,
    sanctioned: Decimal | None = None,
    cut_reason: str = "",
) -> bool:
    """Approve a submitted line; say whether it is approved now, or waits for another approver.

    Of any number of simultaneous approvals exactly as many succeed as the line needs (one, or several above the amount
    that staff have set); the others raise ``Conflict``. With ``expected``, the revision that the person looked at, a
    line that was changed since is not approved unseen. ``sanctioned`` (baht) cuts what was claimed, with a reason;
    approvers count together only when they sanction the same amount. Raises ``PermissionDenied`` for the one who
    entered or last changed the line, :class:`DomainError` for one who changed it before that.
    """
    stored = _decidable(line, user, expected)
    if stored.history.filter(changed_by_id=user.pk).exists():
        raise DomainError(_("You changed this line yourself at some time: somebody else must approve it."))
    amount = stored.counted_amount if sanctioned is None else sanctioned
    reason = cut_reason.strip() or (stored.cut_reason if amount == stored.sanctioned_amount else "")
    _check_cut(stored, amount, reason)
    cut: dict[str, Any] = {"sanctioned_amount": amount, "cut_reason": reason if amount < stored.amount else ""}
    so_far = Approval.objects.filter(line=stored, handed_in=stored.handed_in, amount=amount)
    if so_far.filter(by=user).exists():
        raise Conflict(_("You have approved this line already; somebody else must approve it too."))
    Approval.objects.create(line=stored, by=user, handed_in=stored.handed_in, amount=amount)
    settings = CostSettings.objects.filter(agreement_id=stored.agreement_id).first() or CostSettings()
    approved = so_far.count() >= settings.approvers_for(stored.amount)
    if approved:
        transition(
            line,
            sources=[ExpenseState.SUBMITTED],
            target=ExpenseState.APPROVED,
            approved_by=user,
            approved_at=timezone.now(),
            decision_note="",
            **cut,
        )
    elif amount != stored.counted_amount:
        for name, value in cut.items():
            setattr(stored, name, value)
        save_revision(stored, expected=stored.revision)
    renew_shares(stored)
    return approved


def return_expense(*, line: ExpenseLine, user: User, note: str) -> None:
    """Send a submitted line back with a note that says what to change."""
    _turn_down(line, user, ExpenseState.RETURNED, note)


def reject_expense(*, line: ExpenseLine, user: User, note: str) -> None:
    """Reject a submitted line for good, with the reason."""
    _turn_down(line, user, ExpenseState.REJECTED, note)


def settle_expense(*, line: ExpenseLine) -> None:
    """Mark an approved line as settled by a signed statement. Who may settle, the statement's own service asks."""
    transition(line, sources=[ExpenseState.APPROVED], target=ExpenseState.SETTLED)


def reopen_expense(*, line: ExpenseLine) -> None:
    """Make a settled line an approved one again, because its statement gave way to a new version."""
    transition(line, sources=[ExpenseState.SETTLED], target=ExpenseState.APPROVED)


@transaction.atomic
def move_expense(
    *, line: ExpenseLine, activity: Seminar | FieldVisit, reason: str, user: User, parties: Parties | None = None
) -> None:
    """Move an approved line to the activity that it belongs to: it is ruled on anew and waits for approval again.

    The old ruling is kept with its shares. ``parties`` stay as they are when ``None``, as far as they fit the new
    activity. Raises ``PermissionDenied``, :class:`Conflict`, and :class:`DomainError` without a reason, for an activity
    of another agreement, when money has gone for the line, or when local governments must pay now and none is named.
    """
    stored = locked(line)
    if not can_move_expense(user, stored):
        _refuse(user, stored)
    if not reason.strip():
        raise DomainError(_("Write a note that says why."))
    if activity == stored.activity:
        raise DomainError(_("The line belongs to this activity already."))
    require_unpaid(stored)
    kept = {part.participant: part.weight for part in stored.parties.select_related("participant")}
    set_parties(stored, {})
    stored.seminar = activity if isinstance(activity, Seminar) else None
    stored.visit = activity if isinstance(activity, FieldVisit) else None
    stored.changed_by = user
    stored.approved_by = None
    stored.sanctioned_amount, stored.cut_reason = None, ""
    stored.state = ExpenseState.SUBMITTED  # as it will be; the stored state moves below, on condition
    _check_line(stored)
    if parties is None:
        visited = set(stored.visit.parts.values_list("participant_id", flat=True)) if stored.visit else None
        parties = {party: weight for party, weight in kept.items() if visited is None or party.pk in visited}
    set_parties(stored, parties)
    transition(
        stored,
        sources=[ExpenseState.APPROVED],
        target=ExpenseState.SUBMITTED,
        seminar=stored.seminar,
        visit=stored.visit,
        changed_by=user,
        approved_by=None,
        approved_at=None,
        sanctioned_amount=None,
        cut_reason="",
        decision_note=reason.strip(),
        handed_in=stored.handed_in + 1,
    )
    rule(line=stored)
    line.refresh_from_db()


def _decidable(line: ExpenseLine, user: User, expected: int | None) -> ExpenseLine:
    """The line as it is stored and locked, if this person may approve, return or reject it as it was seen."""
    stored = locked(line)
    if not can_approve_expense(user, stored):
        if stored.state == ExpenseState.SUBMITTED:
            raise PermissionDenied
        _refuse(user, stored)
    if expected is not None and expected != stored.revision:
        raise Conflict(_("The line was changed since you opened it. Look at it again before you decide."))
    return stored


@transaction.atomic
def _turn_down(line: ExpenseLine, user: User, target: str, note: str) -> None:
    _decidable(line, user, None)
    if not note.strip():
        raise DomainError(_("Write a note that says why."))
    transition(
        line,
        sources=[ExpenseState.SUBMITTED],
        target=target,
        approved_by=user,
        approved_at=timezone.now(),
        decision_note=note.strip(),
    )


def _check_cut(line: ExpenseLine, amount: Decimal, reason: str) -> None:
    if not 0 < amount <= line.amount:
        raise DomainError(
            _("The sanctioned amount is more than zero and not more than the %(amount)s baht that were claimed.")
            % {"amount": format_amount(line.amount)}
        )
    if amount != quantise(amount):
        raise DomainError(_("The sanctioned amount ends at the satang."))
    if amount < line.amount and not reason:
        raise DomainError(_("Write why less than the claimed amount is sanctioned."))


def _refuse(user: User, stored: ExpenseLine) -> None:
    """Say why a step is not possible: it is not this person's at all, or the line is no longer in a state for it."""
    if not is_finance_staff(user) and stored.entered_for_id not in access_of(user).coordinates:
        raise PermissionDenied
    raise Conflict(
        _("This step is no longer possible: it is now “%(state)s”. Reload the page to see what changed.")
        % {"state": stored.get_state_display()}
    )


def _check_line(line: ExpenseLine) -> None:
    """Refuse what breaks a rule: fields and constraints, agreements that differ, days outside the period (clause 3).

    Where quantity and rate are given, the amount is their product.
    """
    if line.quantity is not None and line.unit_rate is not None:
        line.amount = quantise(line.quantity * line.unit_rate)
        if line.amount > LARGEST:
            raise DomainError(_("Quantity times rate is more than 12 digits of baht."))
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


def _check_own(line: ExpenseLine, parties: Parties) -> None:
    """Refuse, of what a coordinator enters, all that is not the own organisation's."""
    own = line.entered_for
    if own is None:
        return
    if own.agreement_id != line.agreement_id:
        raise DomainError(_("%(names)s: no part in this agreement.") % {"names": own})
    if any(party != own for party in parties):
        raise DomainError(_("Only costs of your own organisation are entered here."))
    paid_by_other = line.paid_by_participant is not None and line.paid_by_participant != own
    if paid_by_other or line.paid_by not in (PaidBy.NOBODY, *PAID_BY_PARTICIPANT):
        raise DomainError(_("Enter what your own organisation paid or has yet to pay."))


def _add_receipts(line: ExpenseLine, receipts: Sequence[StoredFile]) -> None:
    for stored in receipts:
        ExpenseReceipt.objects.create(line=line, file=stored)


def _sentences(error: ValidationError) -> str:
    """All that is wrong, each with the name of its field."""
    labels = {field.name: str(field.verbose_name) for field in ExpenseLine._meta.fields}
    parts = []
    for name, messages in error.message_dict.items():
        label = f"{labels[name]}: " if name != NON_FIELD_ERRORS else ""
        parts += [f"{label}{message}" for message in messages]
    return " ".join(parts)
