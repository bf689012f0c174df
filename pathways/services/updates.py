"""The verbs of progress updates: start, save, hand in, return, accept, discuss, and their evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Conflict, DomainError, save_revision, transition
from mou_portal.thai.words import normalise
from participants.files import store_upload
from participants.models import User
from pathways import permissions
from pathways.models import (
    ChoiceState,
    Evidence,
    IndicatorValue,
    PathwayChoice,
    PeriodSkip,
    ProgressUpdate,
    ReportingPeriod,
    UpdateEvent,
    UpdateState,
)
from pathways.models.progress import EDITABLE_UPDATE_STATES, PARAGRAPHS
from pathways.progress import three_unchanged_in_a_row
from pathways.services.guards import allow, checked, hold, require_late_reason, require_open

#: States of an update that was handed in and not sent back: what is carried forward, and what counts as a report.
REPORTED = (UpdateState.SUBMITTED, UpdateState.ACCEPTED)


@dataclass(frozen=True)
class Account:
    """What a participant reports: four texts and the estimated progress of the whole choice in percent (0–100).

    ``values`` are those of the choice's indicators by id, ``None`` for one that was left empty; indicators that are
    not in it keep what they have.
    """

    done: str = ""
    result: str = ""
    obstacles: str = ""
    next_step: str = ""
    percent: int = 0
    late_reason: str = ""
    values: Mapping[int, Decimal | None] = field(default_factory=dict)


@dataclass(frozen=True)
class ReviewNote:
    """Why an update is returned: a general note, and notes on single paragraphs by field name."""

    note: str = ""
    paragraphs: Mapping[str, str] = field(default_factory=dict)


def _note(update: ProgressUpdate, user: User, note: str = "", paragraphs: Mapping[str, str] | None = None) -> None:
    UpdateEvent.objects.create(update=update, state=update.state, note=note, paragraphs=dict(paragraphs or {}), by=user)


def last_report(choice: PathwayChoice, before: ReportingPeriod) -> ProgressUpdate | None:
    """The newest update of an earlier period that was handed in and not sent back."""
    return (
        choice.updates.filter(state__in=REPORTED, period__number__lt=before.number).order_by("-period__number").first()
    )


def start_update(*, choice: PathwayChoice, period: ReportingPeriod, user: User) -> ProgressUpdate:
    """Return the draft for a period; a new one carries the last report forward.

    Carried are result, obstacles, next step and percentage; what was done begins empty. A second call returns the same
    row. Raises :class:`DomainError` before a choice is confirmed (clause 2.1), for a period of another agreement, one
    that has not begun, one that is skipped, and one that is locked.
    """
    allow(permissions.can_enter_report(user, choice))
    existing = choice.updates.filter(period=period).first()
    if existing is not None:
        return existing
    if not choice.versions.filter(state=ChoiceState.CONFIRMED).exists():
        raise DomainError(_("Progress can be reported once the institute has confirmed the choice (clause 2.1)."))
    if period.agreement_id != choice.participant.agreement_id:
        raise DomainError(_("This reporting period belongs to another agreement."))
    require_open(period)
    if period.starts_on > timezone.localdate():
        raise DomainError(_("This reporting period has not begun."))
    if PeriodSkip.objects.filter(period=period, participant_id=choice.participant_id).exists():
        raise DomainError(_("Your organisation need not report for this period."))
    last = last_report(choice, period)
    carried = {name: getattr(last, name) for name in ("result", "obstacles", "next_step", "percent")} if last else {}
    try:
        with transaction.atomic():
            update = ProgressUpdate.objects.create(choice=choice, period=period, created_by=user, **carried)
            _note(update, user)
    except IntegrityError:  # somebody tapped at the same moment: theirs is ours
        return choice.updates.get(period=period)
    return update


def open_paragraphs(update: ProgressUpdate) -> frozenset[str]:
    """The paragraphs that may be changed now: after a return with notes on paragraphs those, otherwise all."""
    if update.state not in EDITABLE_UPDATE_STATES:
        return frozenset()
    if update.state == UpdateState.RETURNED:
        events = sorted(update.events.all(), key=lambda event: event.pk)  # read once, or not at all when prefetched
        submitted = [event.pk for event in events if event.state == UpdateState.SUBMITTED]
        noted = [event for event in events if event.state == UpdateState.RETURNED and event.paragraphs]
        if noted and submitted and noted[-1].pk > submitted[-1]:
            return frozenset(noted[-1].paragraphs)
    return frozenset(PARAGRAPHS)


def save_update(
    *,
    update: ProgressUpdate,
    user: User,
    expected: int,
    account: Account,
    uploads: Iterable[UploadedFile[bytes]] = (),
) -> None:
    """Save a draft or returned update with new evidence.

    Files are checked and stored first, so that a refused one leaves everything as it was. Raises
    :class:`mou_portal.uploads.UploadRefused`, :class:`Conflict` when the update was handed in meanwhile, ``Stale``
    when somebody else saved it, :class:`DomainError` for a change of a paragraph that was not sent back.
    """
    allow(permissions.can_enter_update(user, update))
    stored = [store_upload(upload=upload, user=user) for upload in uploads]
    with transaction.atomic():
        hold(update, EDITABLE_UPDATE_STATES)
        require_open(update.period)
        opened = open_paragraphs(update)
        before = ProgressUpdate.objects.values(*PARAGRAPHS).get(pk=update.pk)
        for name in PARAGRAPHS:
            value = getattr(account, name)
            value = normalise(value) if isinstance(value, str) else value
            if name not in opened and value != before[name]:
                raise DomainError(_("This paragraph was not sent back and cannot be changed now."))
            setattr(update, name, value)
        update.late_reason = normalise(account.late_reason)
        update.nothing_changed = update.nothing_changed and not update.done
        checked(update)
        save_revision(update, expected=expected)
        _save_values(update, account.values, changeable="percent" in opened)
        for file in stored:
            Evidence.objects.create(update=update, file=file)


def _save_values(update: ProgressUpdate, values: Mapping[int, Decimal | None], *, changeable: bool) -> None:
    """Store values of indicators. They are figures as the percentage is, and are open when it is."""
    known = {one.indicator_id: one for one in update.indicator_values.all()}
    for indicator_id, value in values.items():
        row = known.get(indicator_id)
        if value == (row.value if row else None):
            continue
        if not changeable:
            raise DomainError(_("This paragraph was not sent back and cannot be changed now."))
        if value is None:
            if row is not None:
                row.delete()
            continue
        row = row or IndicatorValue(update=update, indicator_id=indicator_id)
        row.value = value
        checked(row).save()


@transaction.atomic
def submit_update(*, update: ProgressUpdate, user: User) -> None:
    """Hand an update in for review. Raises :class:`DomainError` when it is empty, or late without a reason."""
    allow(permissions.can_write_update(user, update))
    if update.state in EDITABLE_UPDATE_STATES:
        if not update.done and not update.nothing_changed:
            raise DomainError(_("Say what was done before you submit."))
        require_late_reason(update.choice.participant.agreement, timezone.localdate(), update.late_reason)
        require_open(update.period)
    transition(
        update,
        sources=EDITABLE_UPDATE_STATES,
        target=UpdateState.SUBMITTED,
        submitted_by=user,
        submitted_at=timezone.now(),
    )
    _note(update, user)


@transaction.atomic
def report_nothing_changed(
    *, choice: PathwayChoice, period: ReportingPeriod, user: User, late_reason: str = ""
) -> ProgressUpdate:
    """Report in one tap that nothing changed since the last report, and hand it in.

    Raises :class:`DomainError` when something was already written for the period.
    """
    update = start_update(choice=choice, period=period, user=user)
    hold(update, EDITABLE_UPDATE_STATES)
    if update.done or update.state == UpdateState.RETURNED:
        raise DomainError(_("Something is already written for this period. Open the report and submit it."))
    update.nothing_changed = True
    update.late_reason = normalise(late_reason)
    save_revision(update, expected=update.revision)
    submit_update(update=update, user=user)
    return update


def silent_for_long(choice: PathwayChoice) -> bool:
    """Whether the newest three reports on a choice all said that nothing changed: time for a call to the adviser."""
    reported = choice.updates.filter(state__in=REPORTED).order_by("period__number")
    return three_unchanged_in_a_row(list(reported.values_list("nothing_changed", flat=True)))


@transaction.atomic
def return_update(*, update: ProgressUpdate, user: User, review: ReviewNote) -> None:
    """Send an update back with notes. Raises :class:`DomainError` without any."""
    allow(permissions.can_judge_update(user, update))
    note = normalise(review.note)
    paragraphs = {name: normalise(review.paragraphs.get(name, "")) for name in PARAGRAPHS}
    paragraphs = {name: text for name, text in paragraphs.items() if text}
    if not note and not paragraphs:
        raise DomainError(_("Say what has to be changed."))
    if update.state == UpdateState.SUBMITTED:  # what is sent back must be open to be mended
        require_open(update.period)
    transition(
        update,
        sources=[UpdateState.SUBMITTED],
        target=UpdateState.RETURNED,
        reviewed_by=user,
        reviewed_at=timezone.now(),
    )
    _note(update, user, note, paragraphs)


@transaction.atomic
def accept_update(*, update: ProgressUpdate, user: User, note: str = "") -> None:
    """Accept an update: from now on it counts, and nobody changes it any more."""
    allow(permissions.can_judge_update(user, update))
    transition(
        update,
        sources=[UpdateState.SUBMITTED],
        target=UpdateState.ACCEPTED,
        reviewed_by=user,
        reviewed_at=timezone.now(),
    )
    _note(update, user, normalise(note))


def accept_updates(*, read: Iterable[tuple[ProgressUpdate, int]], user: User) -> list[tuple[ProgressUpdate, str]]:
    """Accept several updates, each as far as it is still what was read (with its revision); each on its own.

    Returns those that were not accepted, with the reason. Raises ``PermissionDenied`` for one that the person may not
    judge; then nothing is accepted.
    """
    pairs = list(read)
    for update, _revision in pairs:
        allow(permissions.can_judge_update(user, update))
    refused = []
    for update, revision in pairs:
        try:
            if update.revision != revision:
                raise Conflict(_("It was changed since you read it. Read it again."))
            accept_update(update=update, user=user)
        except DomainError as error:
            refused.append((update, str(error)))
    return refused


def add_remark(*, update: ProgressUpdate, user: User, note: str) -> None:
    """Write in an update's thread without a step."""
    allow(permissions.can_discuss_update(user, update))
    text = normalise(note)
    if not text:
        raise DomainError(_("Write something first."))
    _note(update, user, text)


def add_evidence(*, update: ProgressUpdate, upload: UploadedFile[bytes], user: User, caption: str = "") -> Evidence:
    """Add a file to a draft or returned update. Raises :class:`mou_portal.uploads.UploadRefused` and ``Conflict``."""
    allow(permissions.can_write_update(user, update))
    stored = store_upload(upload=upload, user=user)
    with transaction.atomic():
        hold(update, EDITABLE_UPDATE_STATES)
        require_open(update.period)
        evidence = Evidence(update=update, file=stored, caption=normalise(caption))
        checked(evidence).save()
    return evidence


@transaction.atomic
def remove_evidence(*, evidence: Evidence, user: User) -> None:
    """Take a file off a draft or returned update; the file is swept later. Raises ``Conflict`` once submitted."""
    update = evidence.update
    allow(permissions.can_write_update(user, update))
    hold(update, EDITABLE_UPDATE_STATES)
    require_open(update.period)
    evidence.delete()
