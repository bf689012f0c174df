"""Statements are drawn up, sent, countersigned or disputed, answered, corrected, signed, paid and closed.

Each step is one conditional write; of simultaneous steps exactly one wins and the others raise
:class:`mou_portal.records.Conflict`. The states of a statement are assigned here alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from expenses.models import (
    CORRECTABLE,
    DisputeOutcome,
    ExpenseLine,
    ExpenseState,
    LineDispute,
    LineStanding,
    Settlement,
    SettlementLine,
    SettlementPayment,
    SettlementSignature,
    SettlementState,
    Side,
)
from expenses.permissions import (
    can_answer_disputes,
    can_close_settlement,
    can_correct_settlement,
    can_countersign,
    can_delete_settlement,
    can_dispute,
    can_draw_settlement,
    can_record_payment,
    can_sign_settlement,
    is_finance_staff,
    is_of_the_party,
    may_pay,
    may_sign_for_institute,
)
from expenses.services.drawing import Drawing, draw, outdated, reasons_set_aside
from expenses.services.lines import settle_expense
from mou_portal.records import Conflict, DomainError, transition
from participants.models import Participant, StoredFile, User

#: How long a local government has, unless another day is given.
DAYS_TO_ANSWER = 30


def draw_settlement(
    *, participant: Participant, starts_on: date, ends_on: date, user: User, note: str = ""
) -> Settlement:
    """Draw a first version up from the approved lines of a period.

    Raises ``PermissionDenied``, :class:`DomainError` when the period is empty or upside down, and :class:`Conflict`
    when a statement for that period is already under way.
    """
    if not can_draw_settlement(user):
        raise PermissionDenied
    if ends_on < starts_on:
        raise DomainError(_("The period ends before it begins. Check both dates."))
    drawing = draw(participant, starts_on, ends_on)
    if not drawing.lines:
        raise DomainError(
            _(
                "There is nothing to settle in this period: no approved line concerns this local government "
                "that another statement does not count already."
            )
        )
    settlement = Settlement(
        agreement=participant.agreement,
        participant=participant,
        starts_on=starts_on,
        ends_on=ends_on,
        note=note.strip(),
        drawn_by=user,
    )
    return _save_drawing(settlement, drawing)


@transaction.atomic
def redraw_settlement(*, settlement: Settlement, user: User) -> Settlement:
    """Draw a draft up anew from what is approved now; what was set aside stays so."""
    stored = _locked(settlement)
    if not can_draw_settlement(user, stored):
        raise _refusal(is_finance_staff(user), stored)
    drawing = draw(
        stored.participant,
        stored.starts_on,
        stored.ends_on,
        set_aside=reasons_set_aside(stored),
        instead_of=stored,
    )
    stored.lines.all().delete()
    stored.drawn_by, stored.drawn_at = user, timezone.now()
    return _save_drawing(stored, drawing)


@transaction.atomic
def delete_settlement(*, settlement: Settlement, user: User) -> None:
    """Take a draft away that replaces nothing; its history stays."""
    stored = _locked(settlement)
    if not can_delete_settlement(user, stored):
        raise _refusal(is_finance_staff(user), stored)
    stored.delete()


def send_settlement(*, settlement: Settlement, user: User, answer_by: date | None = None) -> None:
    """Send a draft to the local government, which is asked to sign by a day (30 days from now unless given).

    Raises :class:`DomainError` for a day that has passed, and when a line was changed since the draft was drawn up.
    """
    if not can_draw_settlement(user, settlement):
        raise _refusal(is_finance_staff(user), settlement)
    today = timezone.localdate()
    if answer_by is not None and answer_by < today:
        raise DomainError(_("The day to sign by lies in the past."))
    if outdated(settlement):
        raise DomainError(
            _("Lines of this statement were changed since it was drawn up. Draw it up anew, then send it.")
        )
    transition(
        settlement,
        sources=[SettlementState.DRAFT],
        target=SettlementState.WAITING,
        sent_at=timezone.now(),
        answer_by=answer_by or today + timedelta(days=DAYS_TO_ANSWER),
    )


def countersign_settlement(*, settlement: Settlement, user: User, name: str, position: str) -> None:
    """The local government agrees with the whole statement and signs it; disputed lines must have been answered."""
    if not can_countersign(user, settlement):
        raise _refusal(is_of_the_party(user, settlement), settlement)
    _sign(settlement, user, Side.LOCAL_GOVERNMENT, name, position)


def sign_settlement(*, settlement: Settlement, user: User, name: str, position: str) -> None:
    """The institute signs what the local government has signed; not by the person who drew it up."""
    if not can_sign_settlement(user, settlement):
        raise _refusal(may_sign_for_institute(user, settlement), settlement)
    _sign(settlement, user, Side.INSTITUTE, name, position)


@transaction.atomic
def _sign(settlement: Settlement, user: User, side: Side, name: str, position: str) -> None:
    if not name.strip() or not position.strip():
        raise DomainError(_("Write the name and the position of the person who signs."))
    source, target = {
        Side.LOCAL_GOVERNMENT: (SettlementState.WAITING, SettlementState.COUNTERSIGNED),
        Side.INSTITUTE: (SettlementState.COUNTERSIGNED, SettlementState.SIGNED),
    }[side]
    transition(settlement, sources=[source], target=target)
    if SettlementSignature.objects.filter(settlement=settlement, user=user).exists():
        raise DomainError(_("You signed for the other side: nobody signs for both."))
    SettlementSignature.objects.create(
        settlement=settlement, side=side, name=name.strip(), position=position.strip(), user=user
    )


@transaction.atomic
def dispute_lines(*, settlement: Settlement, reasons: Mapping[int, str], user: User) -> None:
    """Dispute lines (by id of the statement's line), each with a reason; the statement goes back to the institute."""
    if not can_dispute(user, settlement):
        raise _refusal(is_of_the_party(user, settlement), settlement)
    given = {pk: reason.strip() for pk, reason in reasons.items() if reason.strip()}
    if not given:
        raise DomainError(_("Write the reason beside at least one line, or sign the statement as it is."))
    lines = {line.pk: line for line in settlement.lines.exclude(standing=LineStanding.DISPUTED)}
    if given.keys() - lines.keys():
        raise DomainError(_("Only lines of this statement that were not set aside can be disputed."))
    transition(settlement, sources=[SettlementState.WAITING], target=SettlementState.DISPUTED)
    for pk, reason in given.items():
        LineDispute.objects.create(line=lines[pk], reason=reason, raised_by=user)


@transaction.atomic
def answer_disputes(*, settlement: Settlement, answers: Mapping[int, tuple[str, str]], user: User) -> None:
    """Answer every open dispute (by id) with an outcome and a text.

    When all lines stand, the statement goes back to the local government; when one is to be corrected, it stays with
    the institute until :func:`correct_settlement` replaces it.
    """
    stored = _locked(settlement)
    if not can_answer_disputes(user, stored):
        raise _refusal(is_finance_staff(user), stored)
    waiting = {one.pk: one for one in LineDispute.objects.filter(line__settlement=stored, outcome="")}
    if not waiting:
        raise Conflict(_("Every disputed line has its answer already."))
    for pk, dispute in waiting.items():
        outcome, answer = answers.get(pk, ("", ""))
        if outcome not in DisputeOutcome.values or not answer.strip():
            raise DomainError(_("Answer each disputed line: what becomes of it, and why."))
        dispute.outcome, dispute.answer = outcome, answer.strip()
        dispute.answered_by, dispute.answered_at = user, timezone.now()
        dispute.save()
    if any(one.outcome == DisputeOutcome.CORRECTED for one in waiting.values()):
        return
    again = timezone.localdate() + timedelta(days=DAYS_TO_ANSWER // 2)
    transition(
        settlement,
        sources=[SettlementState.DISPUTED],
        target=SettlementState.WAITING,
        answer_by=max(stored.answer_by or again, again),
    )


def correct_settlement(
    *, settlement: Settlement, user: User, reason: str, set_aside: Collection[int] = ()
) -> Settlement:
    """Replace a sent statement by a new version, drawn up from what is approved now; the old one stays readable.

    ``set_aside`` are lines of the statement (by id) that were disputed: the new version lists them with the local
    government's reason and does not count them.
    """
    if not can_correct_settlement(user, settlement):
        raise _refusal(is_finance_staff(user), settlement)
    if not reason.strip():
        raise DomainError(_("Write the reason for the correction."))
    with transaction.atomic():
        aside = _reasons(settlement, set_aside)
        transition(settlement, sources=CORRECTABLE, target=SettlementState.SUPERSEDED)
        if settlement.payments.exists():  # asked behind the step: a payment of this moment is there, or waits
            raise DomainError(_("A payment is recorded already. Settle what is new in a statement of its own."))
        SettlementLine.objects.filter(settlement=settlement).update(holds=False)
        drawing = draw(settlement.participant, settlement.starts_on, settlement.ends_on, set_aside=aside)
        new = Settlement(
            agreement=settlement.agreement,
            participant=settlement.participant,
            starts_on=settlement.starts_on,
            ends_on=settlement.ends_on,
            version=settlement.version + 1,
            replaces=settlement,
            correction_reason=reason.strip(),
            note=settlement.note,
            drawn_by=user,
        )
        return _save_drawing(new, drawing)


def _reasons(settlement: Settlement, set_aside: Collection[int]) -> dict[int, str]:
    """The local government's last word on each line to be set aside, by expense line."""
    reasons = {}
    for line in settlement.lines.filter(pk__in=list(set_aside)).prefetch_related("disputes"):
        words = [dispute.reason for dispute in line.disputes.all()]
        reason = words[-1] if words else line.dispute_reason
        if not reason:
            raise DomainError(_("Only a line that the local government disputed can be set aside."))
        reasons[line.expense_id] = reason
    return reasons


@transaction.atomic
def record_payment(
    *,
    settlement: Settlement,
    user: User,
    amount: Decimal,
    paid_on: date,
    slip: StoredFile,
    reference: str = "",
) -> SettlementPayment:
    """Record money that went from one side to the other, with its slip; the whole balance paid makes it paid.

    Raises :class:`DomainError` for more than is left to pay and for a day in the future.
    """
    stored = _locked(settlement)
    if not can_record_payment(user, stored):
        raise _refusal(may_pay(user, stored), stored)
    left = still_to_pay(stored)
    payment = SettlementPayment(
        settlement=stored,
        amount=amount,
        paid_on=paid_on,
        reference=reference.strip(),
        slip=slip,
        recorded_by=user,
    )
    if amount > left:
        raise DomainError(_("That is more than is left to pay. Check the amount."))
    if paid_on > timezone.localdate():
        raise DomainError(_("The day of the payment lies in the future."))
    try:
        payment.full_clean()
    except ValidationError as error:
        raise DomainError(" ".join(error.messages)) from error
    payment.save()
    if amount == left:
        transition(settlement, sources=[SettlementState.SIGNED], target=SettlementState.PAID)
    return payment


def still_to_pay(settlement: Settlement) -> Decimal:
    """What is left of the balance after the payments so far, in baht."""
    paid = sum(settlement.payments.values_list("amount", flat=True), Decimal(0))
    return settlement.to_pay - paid


@transaction.atomic
def close_settlement(*, settlement: Settlement, user: User) -> None:
    """Close a statement that is paid, or signed and even; lines that no party has open any more are settled."""
    if not can_close_settlement(user, settlement):
        raise _refusal(is_finance_staff(user), settlement)
    transition(
        settlement,
        sources=[SettlementState.PAID, SettlementState.SIGNED],
        target=SettlementState.CLOSED,
        closed_by=user,
        closed_at=timezone.now(),
    )
    for line in settled_with_everybody(settlement):
        settle_expense(line=line)


def settled_with_everybody(settlement: Settlement) -> list[ExpenseLine]:
    """The approved lines that this statement counts and that a closed statement counts for each party they concern."""
    held = settlement.lines.filter(holds=True).values("expense_id")
    lines = ExpenseLine.objects.filter(pk__in=held, state=ExpenseState.APPROVED).with_ruling()
    closed: dict[int, set[int]] = {}
    for expense, party in SettlementLine.objects.filter(
        expense__in=held, holds=True, settlement__state=SettlementState.CLOSED
    ).values_list("expense_id", "participant_id"):
        closed.setdefault(expense, set()).add(party)
    return [line for line in lines if parties_of(line) <= closed.get(line.pk, set())]


def parties_of(line: ExpenseLine) -> set[int]:
    """The local governments (by id) that bear some of a line or paid it."""
    shares = line.ruling.shares.all() if line.ruling else ()
    parties = {share.participant_id for share in shares if share.participant_id and share.amount}
    return parties | ({line.paid_by_participant_id} if line.paid_by_participant_id else set())


def _locked(settlement: Settlement) -> Settlement:
    return Settlement.objects.select_for_update(of=("self",)).with_names().get(pk=settlement.pk)


def _save_drawing(settlement: Settlement, drawing: Drawing) -> Settlement:
    """Write a statement with its frozen lines, or nothing."""
    balance = drawing.balance
    settlement.must_pay, settlement.paid, settlement.in_kind = balance.must_pay, balance.paid, balance.in_kind
    settlement.balance = balance.amount
    try:
        with transaction.atomic():
            settlement.save()
            for line in drawing.lines:
                line.settlement = settlement
            SettlementLine.objects.bulk_create(drawing.lines)
    except IntegrityError as error:
        raise Conflict(
            _("A statement of this local government for this period, or for one of its lines, is already under way.")
        ) from error
    return settlement


def _refusal(theirs: bool, settlement: Settlement) -> Exception:
    """Why a step is not possible: it is not this person's at all, or the statement is no longer in a state for it."""
    if not theirs:
        return PermissionDenied()
    return Conflict(
        _("This step is no longer possible: it is now “%(state)s”. Reload the page to see what changed.")
        % {"state": settlement.get_state_display()}
    )
