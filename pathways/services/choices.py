"""The verbs of choices (clause 2.1): declare, hand in, confirm, return, change, withdraw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Conflict, DomainError, save_revision, transition
from mou_portal.thai.words import normalise
from participants.models import Participant, StoredFile, User
from pathways import permissions
from pathways.models import ChoiceState, ChoiceVersion, Dimension, Pathway, PathwayChoice
from pathways.models.choices import OPEN_CHOICE_STATES
from pathways.services.guards import allow, checked, hold, needs_late_reason, require_late_reason

EDITABLE_CHOICE_STATES = (ChoiceState.DRAFT, ChoiceState.RETURNED)


@dataclass(frozen=True)
class Declaration:
    """What a participant declares about a choice. Days are CE; ``dimensions`` are values of :class:`Dimension`."""

    chosen_on: date
    reason: str
    expected_result: str
    dimensions: tuple[str, ...] = ()
    document_number: str = ""
    document_date: date | None = None
    signed_by: str = ""
    late_reason: str = ""


def _declare(version: ChoiceVersion, declaration: Declaration) -> None:
    """Put a declaration into a version; raises :class:`DomainError` for a day that cannot be and unknown dimensions."""
    if declaration.chosen_on > timezone.localdate():
        raise DomainError(_("The day of the choice lies in the future. Give the day on which it was decided."))
    unknown = [value for value in declaration.dimensions if value not in Dimension.values]
    if unknown:
        raise DomainError(_("Unknown smart-city dimension: %(value)s.") % {"value": ", ".join(unknown)})
    version.chosen_on = declaration.chosen_on
    version.dimensions = [value for value in Dimension.values if value in declaration.dimensions]
    version.document_date = declaration.document_date
    for name in ("reason", "expected_result", "document_number", "signed_by", "late_reason"):
        setattr(version, name, normalise(getattr(declaration, name)))
    require_late_reason(version.choice.participant.agreement, version.chosen_on, version.late_reason)


@transaction.atomic
def start_choice(
    *,
    participant: Participant,
    pathway: Pathway,
    user: User,
    declaration: Declaration,
    document: StoredFile | None = None,
) -> PathwayChoice:
    """Begin a choice with a first draft (clause 2.1).

    Raises :class:`DomainError` when the pathway belongs to another agreement, or was chosen by the participant before:
    then its choice is changed instead.
    """
    allow(permissions.can_choose(user, participant))
    if pathway.agreement_id != participant.agreement_id:
        raise DomainError(_("This pathway belongs to another agreement."))
    try:
        with transaction.atomic():
            choice = PathwayChoice.objects.create(participant=participant, pathway=pathway)
    except IntegrityError as error:
        raise Conflict(_("This pathway was already chosen. Open it and change it there.")) from error
    version = ChoiceVersion(choice=choice, number=1, created_by=user, document_file=document)
    _declare(version, declaration)
    checked(version).save()
    return choice


@transaction.atomic
def save_choice_version(
    *,
    version: ChoiceVersion,
    user: User,
    expected: int,
    declaration: Declaration,
    change_reason: str | None = None,
    document: StoredFile | None = None,
) -> None:
    """Save an open version. Raises :class:`Conflict` when it was handed in meanwhile, ``Stale`` when it was edited."""
    allow(permissions.can_write_choice(user, version.choice))
    hold(version, EDITABLE_CHOICE_STATES)
    _declare(version, declaration)
    if change_reason is not None:
        version.change_reason = normalise(change_reason)
    if version.number > 1 and not version.change_reason:
        raise DomainError(_("Say why the choice changes."))
    if document is not None:
        version.document_file = document
    checked(version)
    save_revision(version, expected=expected)


def submit_choice(*, version: ChoiceVersion, user: User) -> None:
    """Hand a version in for confirmation."""
    allow(permissions.can_write_choice(user, version.choice))
    require_late_reason(version.choice.participant.agreement, version.chosen_on, version.late_reason)
    transition(
        version,
        sources=EDITABLE_CHOICE_STATES,
        target=ChoiceState.SUBMITTED,
        submitted_by=user,
        submitted_at=timezone.now(),
    )


@transaction.atomic
def confirm_choice(*, version: ChoiceVersion, user: User) -> None:
    """Confirm a version; the one confirmed before is replaced in the same step, so exactly one holds at any time."""
    allow(permissions.can_decide_version(user, version))
    for earlier in ChoiceVersion.objects.filter(choice_id=version.choice_id, state=ChoiceState.CONFIRMED).exclude(
        pk=version.pk
    ):
        transition(earlier, sources=[ChoiceState.CONFIRMED], target=ChoiceState.SUPERSEDED)
    transition(
        version,
        sources=[ChoiceState.SUBMITTED],
        target=ChoiceState.CONFIRMED,
        decided_by=user,
        decided_at=timezone.now(),
        return_note="",
    )


def return_choice(*, version: ChoiceVersion, user: User, note: str) -> None:
    """Send a version back with a note. Raises :class:`DomainError` without one."""
    allow(permissions.can_decide_version(user, version))
    text = normalise(note)
    if not text:
        raise DomainError(_("Say what has to be changed."))
    transition(
        version,
        sources=[ChoiceState.SUBMITTED],
        target=ChoiceState.RETURNED,
        decided_by=user,
        decided_at=timezone.now(),
        return_note=text,
    )


@transaction.atomic
def propose_change(*, choice: PathwayChoice, user: User, change_reason: str) -> ChoiceVersion:
    """Begin a new version, copied from the one that holds (or, after a withdrawal, from the newest).

    The confirmed version holds until the new one is confirmed. Raises :class:`DomainError` without a reason, and
    :class:`Conflict` while another version is open.
    """
    allow(permissions.can_write_choice(user, choice))
    text = normalise(change_reason)
    if not text:
        raise DomainError(_("Say why the choice changes."))
    versions = list(choice.versions.order_by("number"))
    if not versions or any(version.state in OPEN_CHOICE_STATES for version in versions):
        raise Conflict(_("A version of this choice is already open. Finish or withdraw it first."))
    base = next((version for version in versions if version.state == ChoiceState.CONFIRMED), versions[-1])
    version = ChoiceVersion(
        choice=choice,
        number=versions[-1].number + 1,
        chosen_on=timezone.localdate(),
        reason=base.reason,
        expected_result=base.expected_result,
        dimensions=base.dimensions,
        late_reason=text if needs_late_reason(choice.participant.agreement, timezone.localdate()) else "",
        signed_by=base.signed_by,
        change_reason=text,
        created_by=user,
    )
    try:
        with transaction.atomic():
            checked(version).save()
    except IntegrityError as error:
        raise Conflict(_("A version of this choice is already open. Finish or withdraw it first.")) from error
    return version


@transaction.atomic
def withdraw_choice(*, version: ChoiceVersion, user: User, note: str = "") -> None:
    """Give up an open version (a coordinator), or end a confirmed choice (programme staff, with a note)."""
    choice = version.choice
    text = normalise(note)
    if version.state == ChoiceState.CONFIRMED:
        allow(permissions.can_decide_version(user, version))
        if not text:
            raise DomainError(_("Say why the choice ends."))
        transition(
            version,
            sources=[ChoiceState.CONFIRMED],
            target=ChoiceState.WITHDRAWN,
            decided_by=user,
            decided_at=timezone.now(),
            return_note=text,
        )
        return
    allow(permissions.can_write_choice(user, choice))
    changes = {"return_note": text} if text else {}
    transition(version, sources=OPEN_CHOICE_STATES, target=ChoiceState.WITHDRAWN, **changes)
