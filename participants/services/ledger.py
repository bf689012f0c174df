"""The verbs of the ledger: duties by hand, what proves them, and waivers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Conflict, DomainError, save_revision, transition
from mou_portal.thai.words import normalise
from participants.models import (
    Agreement,
    Clause,
    Duty,
    DutyParty,
    DutyProof,
    Obliged,
    Participant,
    ProofState,
    StoredFile,
    User,
    Waiver,
)
from participants.permissions import can_decide_proof, can_manage_agreement, can_prove


def _refuse_unless(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def _checked(row: Any) -> Any:
    """The row, when its columns and the table's constraints agree. Raises :class:`DomainError` in words."""
    try:
        row.full_clean(exclude=["file"])
    except ValidationError as error:
        raise DomainError(" ".join(error.messages)) from error
    return row


@transaction.atomic
def add_duty(
    *,
    clause: Clause,
    obliged: str,
    title_th: str,
    title_en: str,
    due_on: date,
    added_on: date,
    participants: Sequence[Participant],
    user: User,
) -> Duty:
    """Write a duty into the ledger; ``participants`` are those it obliges, nobody named means all.

    Raises ``PermissionDenied`` for others than programme staff, and :class:`DomainError` for a party of another
    agreement or a due day before the first one.
    """
    agreement = clause.agreement
    _refuse_unless(can_manage_agreement(user, agreement))
    if due_on < added_on:
        raise DomainError(_("The day on which it is due is before the day from which it holds."))
    if any(one.agreement_id != agreement.pk for one in participants):
        raise DomainError(_("A party of another agreement cannot be obliged."))
    duty = Duty(
        agreement=agreement,
        clause=clause,
        obliged=obliged,
        title_th=normalise(title_th),
        title_en=normalise(title_en),
        due_on=due_on,
        added_on=added_on,
        created_by=user,
    )
    _checked(duty).save()
    if obliged == Obliged.LOCAL_GOVERNMENT:
        for participant in participants:
            DutyParty.objects.create(duty=duty, participant=participant)
    return duty


@transaction.atomic
def save_duty(*, duty: Duty, user: User, expected: int) -> None:
    """Save a duty's changed words or days. Raises ``Stale`` when somebody saved it since ``expected``."""
    _refuse_unless(can_manage_agreement(user, duty.agreement))
    save_revision(_checked(duty), expected=expected)


@transaction.atomic
def withdraw_duty(*, duty: Duty, user: User, day: date | None = None) -> None:
    """Take a duty out of the ledger from a day on (today); earlier days still show it."""
    _refuse_unless(can_manage_agreement(user, duty.agreement))
    day = day or timezone.localdate()
    if not Duty.objects.filter(pk=duty.pk, withdrawn_on=None).update(withdrawn_on=max(day, duty.added_on)):
        raise Conflict(_("This duty was already withdrawn."))
    duty.refresh_from_db()
    duty.save()


@transaction.atomic
def hand_in_proof(
    *,
    duty: Duty,
    participant: Participant | None,
    label: str,
    proved_on: date,
    user: User,
    file: StoredFile | None = None,
) -> DutyProof:
    """Record what proves a duty by hand, with its day and perhaps a file.

    What programme staff hand in counts at once; what a party's coordinator hands in waits for staff. Raises
    ``PermissionDenied``, and :class:`DomainError` for a day to come or a party that the duty does not oblige.
    """
    _refuse_unless(can_prove(user, duty, participant))
    if proved_on > timezone.localdate():
        raise DomainError(_("The day of the proof has not come yet."))
    named = set(duty.parties.values_list("participant_id", flat=True))
    fits = (
        participant is None
        if duty.obliged == Obliged.INSTITUTE
        else participant is not None
        and participant.agreement_id == duty.agreement_id
        and (not named or participant.pk in named)
    )
    if not fits or duty.withdrawn_on is not None:
        raise DomainError(_("This duty does not oblige this party."))
    staff = can_decide_proof(user)
    proof = DutyProof(
        duty=duty,
        participant=participant,
        label=normalise(label),
        proved_on=proved_on,
        file=file,
        created_by=user,
        state=ProofState.ACCEPTED if staff else ProofState.SUBMITTED,
        decided_by=user if staff else None,
    )
    _checked(proof).save()
    return proof


def accept_proof(*, proof: DutyProof, user: User) -> None:
    """Let a proof count. Raises ``PermissionDenied`` and :class:`Conflict`."""
    _refuse_unless(can_decide_proof(user))
    transition(proof, sources=[ProofState.SUBMITTED], target=ProofState.ACCEPTED, decided_by=user)


def reject_proof(*, proof: DutyProof, user: User, note: str) -> None:
    """Refuse a proof, or take back its acceptance, with the reason. Raises :class:`DomainError` without one."""
    _refuse_unless(can_decide_proof(user))
    text = normalise(note)
    if not text:
        raise DomainError(_("Say why it does not prove the duty."))
    transition(
        proof,
        sources=[ProofState.SUBMITTED, ProofState.ACCEPTED],
        target=ProofState.REJECTED,
        decided_by=user,
        note=text,
    )


@transaction.atomic
def waive(
    *,
    agreement: Agreement,
    participant: Participant | None,
    duty_name: str,
    reason: str,
    signed_by: str,
    signed_on: date,
    user: User,
    document_number: str = "",
    file: StoredFile | None = None,
) -> Waiver:
    """Release one party (none: the institute) from one duty of the ledger, from the day of the signature on.

    Raises ``PermissionDenied``; :class:`DomainError` without reason or signature, or for a day to come; and
    :class:`Conflict` when the duty is already waived.
    """
    _refuse_unless(can_manage_agreement(user, agreement))
    if participant is not None and participant.agreement_id != agreement.pk:
        raise DomainError(_("A party of another agreement cannot be released."))
    if not normalise(reason) or not normalise(signed_by):
        raise DomainError(_("A waiver needs a reason and who signed it."))
    if signed_on > timezone.localdate():
        raise DomainError(_("A waiver holds from its signature on: the day cannot be in the future."))
    waiver = Waiver(
        agreement=agreement,
        participant=participant,
        duty_name=duty_name,
        reason=normalise(reason),
        signed_by=normalise(signed_by),
        signed_on=signed_on,
        document_number=document_number.strip(),
        file=file,
        created_by=user,
    )
    waiver.clean_fields(exclude=["file"])
    try:
        with transaction.atomic():
            waiver.save()
    except IntegrityError as error:
        raise Conflict(_("This duty is already waived for this party.")) from error
    return waiver


@transaction.atomic
def end_waiver(*, waiver: Waiver, user: User, reason: str, day: date | None = None) -> None:
    """Let the duty hold again from a day on (today), with the reason. Raises :class:`Conflict` when it does already."""
    _refuse_unless(can_manage_agreement(user, waiver.agreement))
    text = normalise(reason)
    if not text:
        raise DomainError(_("Say why the duty holds again."))
    ended_on = max(day or timezone.localdate(), waiver.signed_on)
    if not Waiver.objects.filter(pk=waiver.pk, ended_on=None).update(ended_on=ended_on, end_reason=text):
        raise Conflict(_("This waiver was already taken back."))
    waiver.refresh_from_db()
    waiver.save()
