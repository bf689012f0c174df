"""Presentations: written by a party, decided by the institute, given or not given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mou_portal.records import Conflict, DomainError, save_revision, transition
from mou_portal.thai.words import normalise
from participants.models import StoredFile
from pathways.models import ProgressUpdate, UpdateState
from seminars.models import FormerSlides, Presentation, PresentationState, SeminarState

from .period import normalise_fields

if TYPE_CHECKING:
    from participants.models import User

TEXTS = ("title", "abstract", "presenters")
HANDED_IN = [PresentationState.ACCEPTED, PresentationState.GIVEN, PresentationState.NOT_GIVEN]


@transaction.atomic
def start_presentation(
    *,
    presentation: Presentation,
    user: User,
    slides: StoredFile | None = None,
    updates: Iterable[ProgressUpdate] = (),
) -> Presentation:
    """Store a party's new draft, which nobody else sees until it is handed in.

    ``updates`` are the accepted progress updates that it was begun with; the link is kept. Raises ``DomainError``
    when the seminar is not open for presentations, or when it, the pathway choice or an update belongs to somebody
    else, and for an update that was not accepted.
    """
    used = list(updates)
    if any(one.choice.participant_id != presentation.participant_id for one in used):
        raise DomainError(_("A progress update belongs to another participant."))
    if any(one.state != UpdateState.ACCEPTED for one in used):
        raise DomainError(_("Only accepted progress updates are used again."))
    made = _create(presentation, PresentationState.DRAFT, user, slides)
    made.updates.set(used)
    return made


@transaction.atomic
def enter_presentation(*, presentation: Presentation, user: User, slides: StoredFile | None = None) -> Presentation:
    """Let staff enter what a party handed in on paper or by letter: it begins as submitted. Raises as above."""
    return _create(presentation, PresentationState.SUBMITTED, user, slides)


@transaction.atomic
def save_presentation(
    *, presentation: Presentation, expected: int, user: User, slides: StoredFile | None = None
) -> Presentation:
    """Store what was changed in a draft or returned presentation; ``slides`` replaces the former file.

    Raises ``Stale`` and ``Conflict``.
    """
    now = Presentation.objects.get(pk=presentation.pk)
    if now.state not in (PresentationState.DRAFT, PresentationState.RETURNED):
        raise Conflict(_("It was handed in and can be changed again only when it is returned."))
    _prepare(presentation, slides)
    presentation.state = now.state
    presentation._history_user = user  # type: ignore[attr-defined]  # read by simple_history
    save_revision(presentation, expected=expected)
    return presentation


@transaction.atomic
def renew_slides(*, presentation: Presentation, slides: StoredFile, user: User) -> None:
    """Put newer slides in the place of the former ones, which are kept; possible until the presentation is given.

    Raises ``Conflict`` once it was given or not given.
    """
    now = Presentation.objects.select_for_update(no_key=True).get(pk=presentation.pk)
    if now.state in (PresentationState.GIVEN, PresentationState.NOT_GIVEN):
        raise Conflict(_("The presentation is over: its slides change no more."))
    _newest(now, slides)
    now._history_user = user  # type: ignore[attr-defined]  # read by simple_history
    save_revision(now, expected=now.revision)
    presentation.refresh_from_db()


def submit_presentation(*, presentation: Presentation, user: User) -> None:
    """Hand in. Raises ``DomainError`` while abstract or presenters are missing, ``Conflict`` in another state."""
    if not presentation.abstract.strip() or not presentation.presenters.strip():
        raise DomainError(_("Fill in the abstract and the presenters before you submit."))
    transition(
        presentation,
        sources=[PresentationState.DRAFT, PresentationState.RETURNED],
        target=PresentationState.SUBMITTED,
        _history_user=user,
    )


def accept_presentation(*, presentation: Presentation, user: User) -> None:
    """Take a submitted presentation into the programme. Raises ``Conflict`` in another state."""
    transition(
        presentation,
        sources=[PresentationState.SUBMITTED],
        target=PresentationState.ACCEPTED,
        decided_by=user,
        note="",
        _history_user=user,
    )


def return_presentation(*, presentation: Presentation, note: str, user: User) -> None:
    """Give a submitted presentation back with a note that says what to change. Raises ``DomainError`` without one."""
    note = normalise(note)
    if not note:
        raise DomainError(_("Say what should be changed."))
    transition(
        presentation,
        sources=[PresentationState.SUBMITTED],
        target=PresentationState.RETURNED,
        decided_by=user,
        note=note,
        _history_user=user,
    )


def mark_given(*, presentation: Presentation, user: User, on: date | None = None) -> None:
    """Record that an accepted presentation was given, on a day of its seminar (the last one when none is said).

    This is what proves clauses 2.2 (2) and (3). Raises ``DomainError`` for a day outside the seminar or in the
    future, ``Conflict`` for a presentation that was not accepted.
    """
    seminar = presentation.seminar
    day = on or min(seminar.ends_on, max(seminar.starts_on, timezone.localdate()))
    if not seminar.starts_on <= day <= seminar.ends_on:
        raise DomainError(_("The day is not a day of the seminar."))
    if day > timezone.localdate():
        raise DomainError(_("The seminar has not taken place yet."))
    transition(presentation, sources=HANDED_IN, target=PresentationState.GIVEN, given_on=day, _history_user=user)


def mark_not_given(*, presentation: Presentation, user: User) -> None:
    """Record that an accepted presentation was not given. Raises ``DomainError`` before the seminar begins."""
    if presentation.seminar.starts_on > timezone.localdate():
        raise DomainError(_("The seminar has not taken place yet."))
    transition(presentation, sources=HANDED_IN, target=PresentationState.NOT_GIVEN, given_on=None, _history_user=user)


def _create(
    presentation: Presentation, state: PresentationState, user: User, slides: StoredFile | None
) -> Presentation:
    if presentation.seminar.state != SeminarState.ANNOUNCED and state == PresentationState.DRAFT:
        raise DomainError(_("The seminar is not open for presentations."))
    _prepare(presentation, slides)
    presentation.state = state
    presentation.created_by = user
    presentation._history_user = user  # type: ignore[attr-defined]  # read by simple_history
    presentation.save()
    return presentation


def _prepare(presentation: Presentation, slides: StoredFile | None) -> None:
    normalise_fields(presentation, *TEXTS)
    if presentation.seminar.agreement_id != presentation.participant.agreement_id:
        raise DomainError(_("The seminar belongs to another agreement."))
    if presentation.choice is not None and presentation.choice.participant_id != presentation.participant_id:
        raise DomainError(_("The pathway choice belongs to another participant."))
    if slides is not None:
        _newest(presentation, slides)


def _newest(presentation: Presentation, slides: StoredFile) -> None:
    """Make ``slides`` the newest version; the one before stays, with its number."""
    former = Presentation.objects.filter(pk=presentation.pk, slides__isnull=False).first() if presentation.pk else None
    if former is not None and former.slides is not None:
        number = presentation.former_slides.count() + 1
        FormerSlides.objects.create(presentation=presentation, number=number, file=former.slides)
    presentation.slides = slides
