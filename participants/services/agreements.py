"""The verbs of an agreement's life: signing, amending, parties that join and leave, the next phase."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max, ProtectedError, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Conflict, DomainError, save_revision
from mou_portal.registry import phases
from mou_portal.thai.words import normalise
from participants.amending import CLAUSE_FIELDS, FIELDS, changes, merged
from participants.models import (
    AdviserAssignment,
    Agreement,
    Amendment,
    Clause,
    LocalGovernment,
    Membership,
    Participant,
    User,
)
from participants.permissions import can_manage_agreement

#: Columns of an agreement that hold a day.
_DAYS = ("starts_on", "ends_on")


def _allow(user: User, agreement: Agreement) -> None:
    if not can_manage_agreement(user, agreement):
        raise PermissionDenied


def _saved(row: Any) -> Any:
    """Check and save a row. Raises :class:`DomainError` in words."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise DomainError(" ".join(error.messages)) from error
    row.save()
    return row


# --- signing -----------------------------------------------------------------------------------
@transaction.atomic
def sign_agreement(*, agreement: Agreement, signed_on: date, user: User, parties_signed: bool = False) -> None:
    """Record that a draft was signed; with ``parties_signed`` every party without a day of its own signed that day.

    Raises ``PermissionDenied``; :class:`Conflict` when it is signed already; :class:`DomainError` for a day after its
    end.
    """
    _allow(user, agreement)
    if signed_on > agreement.ends_on:
        raise DomainError(_("The agreement would end before it is signed."))
    if not Agreement.objects.filter(pk=agreement.pk, signed_on=None).update(signed_on=signed_on):
        raise Conflict(_("This agreement is already signed."))
    agreement.refresh_from_db()
    agreement.institute_signed_on = agreement.institute_signed_on or signed_on
    _saved(agreement)
    if parties_signed:
        for party in agreement.participants.filter(signed_on=None):
            party.signed_on = signed_on
            party.save()


# --- amendments --------------------------------------------------------------------------------
def copy_of(agreement: Agreement) -> dict[str, Any]:
    """The agreement as a copy that :mod:`participants.amending` understands; one query."""
    fields = {name: getattr(agreement, name) for name in FIELDS}
    for name in _DAYS:
        fields[name] = fields[name].isoformat() if fields[name] else None
    clauses = {
        clause.number: {name: getattr(clause, name) for name in CLAUSE_FIELDS}
        for clause in Clause.objects.filter(agreement=agreement).order_by("order")
    }
    return {"fields": fields, "clauses": clauses}


@transaction.atomic
def begin_amendment(*, agreement: Agreement, title_th: str, title_en: str, user: User) -> Amendment:
    """Take a copy of the agreement to edit. Raises :class:`DomainError` for a draft: that is edited itself."""
    _allow(user, agreement)
    if agreement.signed_on is None:
        raise DomainError(_("A draft needs no amendment: change it itself."))
    highest = Amendment.objects.filter(agreement=agreement).aggregate(highest=Max("number"))["highest"] or 0
    copy = copy_of(agreement)
    amendment = Amendment(
        agreement=agreement,
        number=highest + 1,
        title_th=normalise(title_th),
        title_en=normalise(title_en),
        base=copy,
        proposed=copy,
    )
    saved: Amendment = _saved(amendment)
    return saved


@transaction.atomic
def save_amendment(*, amendment: Amendment, user: User, expected: int) -> None:
    """Save an edited copy that is not signed yet. Raises :class:`Conflict` and ``Stale``."""
    _allow(user, amendment.agreement)
    if not Amendment.objects.filter(pk=amendment.pk, signed_on=None).exists():
        raise Conflict(_("This amendment is already signed."))
    save_revision(amendment, expected=expected)


@transaction.atomic
def sign_amendment(*, amendment: Amendment, signed_on: date, user: User) -> None:
    """Record the signature and merge the copy back into the agreement, whole or not at all.

    Only what the copy changed is written; what changed in the agreement meanwhile stays. Raises
    ``PermissionDenied``; :class:`Conflict` when it is signed already, or when the agreement was changed meanwhile in
    the same place; :class:`DomainError` when the copy changes nothing or does not fit.
    """
    agreement = Agreement.objects.select_for_update().get(pk=amendment.agreement_id)
    _allow(user, agreement)
    if signed_on > timezone.localdate():
        raise DomainError(_("An amendment is merged once it is signed: the day cannot be in the future."))
    if not Amendment.objects.filter(pk=amendment.pk, signed_on=None).update(signed_on=signed_on):
        raise Conflict(_("This amendment is already signed."))
    amendment.refresh_from_db()
    current = copy_of(agreement)
    found = changes(amendment.base, amendment.proposed, current)
    if not found:
        raise DomainError(_("The copy says the same as the agreement: there is nothing to sign."))
    if any(change.conflict for change in found):
        raise Conflict(_("The agreement was changed meanwhile in the same place. Edit the copy before it is signed."))
    result = merged(amendment.base, amendment.proposed, current)
    _write(agreement, result, current)
    old_end, new_end = current["fields"]["ends_on"], result["fields"]["ends_on"]
    if old_end != new_end:
        amendment.old_ends_on, amendment.new_ends_on = date.fromisoformat(old_end), date.fromisoformat(new_end)
    amendment.save()


def _write(agreement: Agreement, result: dict[str, Any], current: dict[str, Any]) -> None:
    for name, value in result["fields"].items():
        setattr(agreement, name, date.fromisoformat(value) if name in _DAYS and value else value)
    _saved(agreement)
    clauses = {clause.number: clause for clause in Clause.objects.filter(agreement=agreement)}
    for number in current["clauses"].keys() - result["clauses"].keys():
        try:
            clauses[number].delete()
        except ProtectedError as error:
            raise DomainError(
                _("Clause %(number)s cannot go: documents or duties belong to it.") % {"number": number}
            ) from error
    for number, values in result["clauses"].items():
        if current["clauses"].get(number) == values:
            continue
        clause = clauses.get(number) or Clause(agreement=agreement, number=number)
        for name, value in values.items():
            setattr(clause, name, value)
        _saved(clause)


# --- parties that join and leave -----------------------------------------------------------------
@transaction.atomic
def join_party(
    *,
    agreement: Agreement,
    local_government: LocalGovernment,
    joined_on: date,
    signed_on: date | None,
    signatory: str,
    user: User,
) -> Participant:
    """Let a local government join an agreement from a day on; its duties begin on that day.

    Raises :class:`DomainError` for a day outside the period or a body without a name, :class:`Conflict` when it takes
    part already.
    """
    _allow(user, agreement)
    if agreement.begins_on is None or not agreement.covers(joined_on):
        raise DomainError(_("The day lies outside the agreement's period."))
    designation = local_government.designation_on(joined_on) or local_government.newest_designation()
    if designation is None:
        raise DomainError(_("This organisation has no name yet. Enter one first."))
    highest = agreement.participants.aggregate(highest=Max("order"))["highest"] or 0
    party = Participant(
        agreement=agreement,
        local_government=local_government,
        designation=designation,
        order=highest + 1,
        signatory_as_printed=signatory,
        signed_on=signed_on,
        joined_on=joined_on,
    )
    try:
        with transaction.atomic():
            party.save()
    except IntegrityError as error:
        raise Conflict(_("This organisation already takes part.")) from error
    return party


@transaction.atomic
def leave_party(*, participant: Participant, left_on: date, reason: str, user: User) -> None:
    """Record that a party withdraws: its last day, and why. What it did stays; what was open no longer applies.

    Raises :class:`DomainError` without a reason or for a day outside its part, :class:`Conflict` when it left already.
    """
    agreement = participant.agreement
    _allow(user, agreement)
    text = normalise(reason)
    if not text:
        raise DomainError(_("Say why the party leaves."))
    begins = participant.joined_on or agreement.begins_on
    if begins is None or not begins <= left_on <= agreement.ends_on:
        raise DomainError(_("The day lies outside the party's part in the agreement."))
    if not Participant.objects.filter(pk=participant.pk, left_on=None).update(left_on=left_on, left_reason=text):
        raise Conflict(_("This party has already left."))
    participant.refresh_from_db()
    participant.save()


# --- the next phase ------------------------------------------------------------------------------
@dataclass(frozen=True)
class NextPhase:
    """What is said about a new agreement that is made from an old one; ``parties`` are those that go on."""

    code: str
    phase: int
    title_th: str
    title_en: str
    short_title_th: str
    short_title_en: str
    starts_on: date | None
    ends_on: date
    parties: Iterable[Participant] = field(default_factory=tuple)
    people: bool = True


@transaction.atomic
def start_next_phase(*, agreement: Agreement, told: NextPhase, user: User) -> Agreement:
    """Make a new draft agreement from this one: clauses, parties, their people, and what each app carries over.

    The old agreement and everything in it stays as it is. The draft can be edited until it is signed; it becomes the
    current one when staff say so. People keep their roles: in the new agreement they begin on its first day (today for
    a draft without one). Raises :class:`DomainError` when the code is taken or the days do not fit.
    """
    _allow(user, agreement)
    parties = list(told.parties)
    if any(party.agreement_id != agreement.pk for party in parties):
        raise DomainError(_("A party of another agreement cannot go on from this one."))
    new = Agreement(
        code=told.code,
        phase=told.phase,
        title_th=normalise(told.title_th),
        title_en=normalise(told.title_en),
        short_title_th=normalise(told.short_title_th),
        short_title_en=normalise(told.short_title_en),
        institute_name_th=agreement.institute_name_th,
        institute_name_en=agreement.institute_name_en,
        starts_on=told.starts_on,
        ends_on=told.ends_on,
        predecessor=agreement,
        has_demo_data=agreement.has_demo_data,
    )
    _saved(new)
    for clause in Clause.objects.filter(agreement=agreement).order_by("order"):
        clause.pk, clause._state.adding = None, True
        clause.agreement, clause.revision = new, 1
        clause.save()
    carried = {party.pk: _carried_party(party, new, order) for order, party in enumerate(parties, 1)}
    if told.people:
        _carry_people(agreement, new, carried, told.starts_on or timezone.localdate())
    for part in phases:
        part.carry(agreement, new, carried)
    return new


def _carried_party(party: Participant, new: Agreement, order: int) -> Participant:
    """The party's part in the new agreement, under the name that its organisation has now; not signed yet."""
    return Participant.objects.create(
        agreement=new,
        local_government=party.local_government,
        designation=party.local_government.newest_designation() or party.designation,
        order=order,
        signatory_position_th=party.signatory_position_th,
    )


def _carry_people(old: Agreement, new: Agreement, carried: dict[int, Participant], starts_on: date) -> None:
    today = timezone.localdate()
    holds = Q(ends_on=None) | Q(ends_on__gte=today)
    for membership in Membership.objects.filter(
        holds, Q(participant_id__in=list(carried)) | Q(agreement=old), starts_on__lte=today
    ):
        Membership.objects.create(
            user_id=membership.user_id,
            role=membership.role,
            participant=carried[membership.participant_id] if membership.participant_id else None,
            agreement=None if membership.participant_id else new,
            starts_on=starts_on,
        )
    for assignment in AdviserAssignment.objects.filter(holds, participant_id__in=list(carried), starts_on__lte=today):
        AdviserAssignment.objects.create(
            user_id=assignment.user_id, participant=carried[assignment.participant_id], starts_on=starts_on
        )
