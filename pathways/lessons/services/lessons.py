"""The verbs of lessons: begin, write, submit, return, validate, publish, withdraw; consent; what they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mou_portal.records import DomainError, save_revision, transition
from mou_portal.thai.words import normalise
from participants.access import access_of
from participants.models import Participant, User
from pathways.lessons import permissions
from pathways.lessons.consent import SHOWN, STRICTNESS
from pathways.lessons.models import (
    WORDS,
    Confidence,
    Consent,
    Drawn,
    Excerpt,
    Lesson,
    LessonCase,
    LessonEvent,
    LessonEvidence,
    LessonState,
    LessonTheme,
    Stance,
    Theme,
    ValidatedText,
)
from pathways.lessons.services.index import reindex
from pathways.lessons.services.ties import tie
from pathways.models import Pathway, ProgressUpdate, ReportingPeriod
from pathways.permissions import can_draw_lesson
from pathways.services.guards import allow, checked, hold

#: States in which the writer may change the original.
EDITABLE = (LessonState.DRAFT, LessonState.RETURNED)
#: At most so many words that a local government adds to what is masked.
MOST_HIDDEN = 60


@dataclass(frozen=True)
class Draft:
    """What a writer fills in: the texts by name, and what the lesson is about."""

    words: Mapping[str, str]
    pathway: Pathway | None = None
    period: ReportingPeriod | None = None
    dimension: str = ""
    addressee: str = ""
    themes: Iterable[Theme] | None = field(default=None)


def _note(lesson: Lesson, user: User, note: str = "", *, consent: str = "") -> None:
    LessonEvent.objects.create(lesson=lesson, state=lesson.state, note=note, consent=consent, by=user)


@transaction.atomic
def begin_from_update(*, update: ProgressUpdate, user: User) -> Lesson:
    """Begin a lesson from an accepted update; its texts become a first draft.

    Whoever belongs to the update's local government begins its own lesson, a scholar the researchers'. A second tap
    returns the draft that is still open.
    """
    if update.state != "accepted":
        raise DomainError(_("A lesson can be begun from a report once it is accepted."))
    allow(can_draw_lesson(user, update))
    participant = update.choice.participant
    own = participant.pk in access_of(user).coordinates
    drawn_by = Drawn.LOCAL_GOVERNMENT if own else Drawn.RESEARCH
    # a write first: two taps at the same moment stand in line, and the second finds what the first made
    ProgressUpdate.objects.filter(pk=update.pk).update(state=update.state)
    existing = Lesson.objects.filter(update=update, drawn_by=drawn_by, state=LessonState.DRAFT).first()
    if existing is not None:
        return existing
    version = update.choice.current_version
    dimensions = version.dimensions if version else []
    lesson = Lesson(
        agreement=participant.agreement,
        participant=participant,
        choice=update.choice,
        pathway=update.choice.pathway,
        period=update.period,
        update=update,
        dimension=dimensions[0] if len(dimensions) == 1 else "",
        drawn_by=drawn_by,
        title=normalise(update.done).split("\n")[0][:120] or str(update.choice.pathway)[:120],
        situation=update.obstacles[:4000],
        action=update.done[:4000],
        result=update.result[:4000],
        created_by=user,
    )
    checked(lesson).save()
    _note(lesson, user)
    reindex([lesson.pk])
    return lesson


@transaction.atomic
def begin_lesson(*, participant: Participant, user: User, draft: Draft) -> Lesson:
    """Begin a lesson from nothing: a coordinator for the own organisation, a scholar for any."""
    own = participant.pk in access_of(user).coordinates
    allow(own or permissions.can_study(user, participant.agreement))
    lesson = Lesson(
        agreement=participant.agreement,
        participant=participant,
        drawn_by=Drawn.LOCAL_GOVERNMENT if own else Drawn.RESEARCH,
        created_by=user,
    )
    _fill(lesson, draft)
    checked(lesson).save()
    _set_themes(lesson, draft.themes)
    _note(lesson, user)
    reindex([lesson.pk])
    return lesson


def _fill(lesson: Lesson, draft: Draft) -> None:
    for name in WORDS:
        setattr(lesson, name, normalise(draft.words.get(name, "")))
    for row in (draft.pathway, draft.period):
        if row is not None and row.agreement_id != lesson.agreement_id:
            raise DomainError(_("This belongs to another agreement."))
    lesson.pathway, lesson.period = draft.pathway, draft.period
    lesson.dimension, lesson.addressee = draft.dimension, draft.addressee


def _set_themes(lesson: Lesson, themes: Iterable[Theme] | None) -> None:
    if themes is None:
        return
    wanted = {theme.pk: theme for theme in themes}
    if any(theme.codebook.agreement_id != lesson.agreement_id for theme in wanted.values()):
        raise DomainError(_("This belongs to another agreement."))
    for link in lesson.theme_links.all():
        if link.theme_id in wanted:
            del wanted[link.theme_id]
        else:
            link.delete()
    for theme in wanted.values():
        LessonTheme.objects.create(lesson=lesson, theme=theme)


@transaction.atomic
def save_lesson(*, lesson: Lesson, user: User, expected: int, draft: Draft) -> None:
    """Save a draft or returned lesson. Raises ``Stale`` when somebody saved it meanwhile, ``Conflict`` when it was
    handed in."""
    allow(permissions.can_write_lesson(user, lesson))
    hold(lesson, EDITABLE)
    _fill(lesson, draft)
    checked(lesson)
    save_revision(lesson, expected=expected)
    _set_themes(lesson, draft.themes)
    reindex([lesson.pk])


@transaction.atomic
def submit_lesson(*, lesson: Lesson, user: User) -> None:
    """Hand a lesson in. Raises :class:`DomainError` when it says neither what was done nor what was learned."""
    allow(permissions.can_write_lesson(user, lesson))
    if lesson.state in EDITABLE and not (lesson.action and lesson.lesson):
        raise DomainError(_("Say what was done and what was learned before you submit."))
    transition(lesson, sources=EDITABLE, target=LessonState.SUBMITTED, submitted_by=user, submitted_at=timezone.now())
    _note(lesson, user)
    reindex([lesson.pk])


@transaction.atomic
def return_lesson(*, lesson: Lesson, user: User, note: str) -> None:
    """Send a lesson back with a note."""
    allow(permissions.can_judge_lesson(user, lesson))
    text = normalise(note)
    if not text:
        raise DomainError(_("Say what has to be changed."))
    transition(lesson, sources=[LessonState.SUBMITTED], target=LessonState.RETURNED)
    _note(lesson, user, text)
    reindex([lesson.pk])


@dataclass(frozen=True)
class Verdict:
    """What validation says: the words as they should stand, how sure one can be and why."""

    words: Mapping[str, str]
    confidence: str
    confidence_note: str = ""


@transaction.atomic
def validate_lesson(*, lesson: Lesson, user: User, verdict: Verdict) -> None:
    """Validate a lesson: the validated words stand beside the original, which is kept letter by letter."""
    allow(permissions.can_judge_lesson(user, lesson))
    if verdict.confidence not in Confidence.values:
        raise DomainError(_("Say how sure you are that the lesson holds."))
    transition(
        lesson,
        sources=[LessonState.SUBMITTED],
        target=LessonState.VALIDATED,
        validated_by=user,
        validated_at=timezone.now(),
        confidence=verdict.confidence,
        confidence_note=normalise(verdict.confidence_note),
    )
    _write_validated(lesson, verdict.words)
    _note(lesson, user)
    reindex([lesson.pk])


def _write_validated(lesson: Lesson, words: Mapping[str, str]) -> None:
    row = ValidatedText.objects.filter(of=lesson).first() or ValidatedText(of=lesson)
    for name in WORDS:
        setattr(row, name, normalise(words.get(name, getattr(lesson, name))))
    checked(row).save()
    lesson.validated = row


@transaction.atomic
def revise_lesson(*, lesson: Lesson, user: User, expected: int, verdict: Verdict) -> None:
    """Change the validated words of a lesson that is validated or published. Raises ``Stale``."""
    allow(permissions.can_judge_lesson(user, lesson))
    hold(lesson, (LessonState.VALIDATED, LessonState.PUBLISHED))
    if verdict.confidence not in Confidence.values:
        raise DomainError(_("Say how sure you are that the lesson holds."))
    lesson.confidence, lesson.confidence_note = verdict.confidence, normalise(verdict.confidence_note)
    checked(lesson)
    save_revision(lesson, expected=expected)
    _write_validated(lesson, verdict.words)
    _note(lesson, user, str(_("The validated text was changed.")))
    reindex([lesson.pk])


@transaction.atomic
def publish_lesson(*, lesson: Lesson, user: User) -> None:
    """Publish a validated lesson. Raises :class:`DomainError` until its local government consented."""
    allow(permissions.can_study_row(user, lesson))
    if lesson.state == LessonState.VALIDATED and lesson.consent in SHOWN:
        hold(lesson, (LessonState.VALIDATED,))  # from here on nobody takes the consent back at the same moment
        lesson.refresh_from_db(fields=["consent"])
    if lesson.state == LessonState.VALIDATED and lesson.consent not in SHOWN:
        raise DomainError(
            _("The local government organisation has not consented yet. Ask it to decide on the lesson's page.")
        )
    transition(
        lesson,
        sources=[LessonState.VALIDATED],
        target=LessonState.PUBLISHED,
        published_by=user,
        published_at=timezone.now(),
    )
    _note(lesson, user)
    reindex([lesson.pk])


@transaction.atomic
def withdraw_lesson(*, lesson: Lesson, user: User, reason: str) -> None:
    """Withdraw a lesson, with a reason: from now on it is nowhere shown outside; what was written stays."""
    allow(permissions.can_withdraw_lesson(user, lesson))
    text = normalise(reason)
    if not text:
        raise DomainError(_("Give the reason for the withdrawal."))
    transition(
        lesson,
        sources=[state for state in LessonState.values if state != LessonState.WITHDRAWN],
        target=LessonState.WITHDRAWN,
    )
    _note(lesson, user, text)
    reindex([lesson.pk])


# --- consent --------------------------------------------------------------------------------
@transaction.atomic
def set_consent(
    *, lesson: Lesson, user: User, consent: str, hidden_words: Iterable[str] | None = None, note: str = ""
) -> None:
    """Decide how a lesson may be shown outside. It holds at once, everywhere.

    The local government's own people decide freely; programme staff may only make it stricter, and say why.
    ``hidden_words`` are further words to mask; ``None`` leaves them.
    """
    own = permissions.can_consent(user, lesson)
    allow(own or permissions.can_tighten(user, lesson))
    if consent not in Consent.values or consent == Consent.UNASKED:
        raise DomainError(_("Choose how the lesson may be shown."))
    text = normalise(note)
    if not own:
        _only_stricter(lesson, consent, text)
    Lesson.objects.filter(pk=lesson.pk).update(consent=F("consent"))  # a write first: deciders stand in line
    lesson.refresh_from_db()
    if not own:
        _only_stricter(lesson, consent, text)
    lesson.consent, lesson.consent_by, lesson.consent_at = consent, user, timezone.now()
    if hidden_words is not None and own:
        lesson.hidden_words = list(dict.fromkeys(filter(None, map(normalise, hidden_words))))
        if len(lesson.hidden_words) > MOST_HIDDEN:
            raise DomainError(_("At most %(most)d words can be withheld.") % {"most": MOST_HIDDEN})
    checked(lesson)
    save_revision(lesson, expected=lesson.revision)
    _note(lesson, user, text, consent=consent)
    reindex([lesson.pk])


def _only_stricter(lesson: Lesson, consent: str, note: str) -> None:
    if STRICTNESS[consent] <= STRICTNESS[lesson.consent]:
        raise DomainError(_("Only the local government organisation itself can open its lesson further."))
    if not note:
        raise DomainError(_("Say who asked for it, and when."))


@transaction.atomic
def set_quote_consent(*, excerpt: Excerpt, user: User, consent: str) -> None:
    """Decide how one quote may be shown; ``unasked`` takes the decision back, so that the lesson's holds."""
    allow(permissions.can_consent_quote(user, excerpt))
    if consent not in Consent.values:
        raise DomainError(_("Choose how the quote may be shown."))
    decided = consent != Consent.UNASKED
    excerpt.consent = consent
    excerpt.consent_by = user if decided else None
    excerpt.consent_at = timezone.now() if decided else None
    save_revision(excerpt, expected=excerpt.revision)


# --- what a lesson rests on -----------------------------------------------------------------
def link_evidence(
    *, lesson: Lesson, excerpt: Excerpt, user: User, stance: str = Stance.SUPPORTS, note: str = ""
) -> LessonEvidence:
    """Tie a passage to a lesson as evidence for or against it; a second time changes how."""
    allow(permissions.can_link(user, lesson))
    if excerpt.source.agreement_id != lesson.agreement_id:
        raise DomainError(_("This belongs to another agreement."))
    return tie(LessonEvidence, lesson=lesson, excerpt=excerpt, stance=stance, note=note)


def unlink_evidence(*, link: LessonEvidence, user: User) -> None:
    """Take a passage off a lesson; the passage and its codes stay."""
    allow(permissions.can_link(user, link.lesson))
    link.delete()


def link_case(*, lesson: Lesson, other: Lesson, user: User, stance: str, note: str = "") -> LessonCase:
    """Name another lesson as a case for or against this one; a second time changes how."""
    allow(permissions.can_link(user, lesson))
    if other.pk == lesson.pk:
        raise DomainError(_("A lesson is no case for itself."))
    return tie(LessonCase, lesson=lesson, other=other, stance=stance, note=note)


def unlink_case(*, case: LessonCase, user: User) -> None:
    """Take a case off a lesson."""
    allow(permissions.can_link(user, case.lesson))
    case.delete()


@transaction.atomic
def set_themes(*, lesson: Lesson, user: User, themes: Iterable[Theme]) -> None:
    """Say what a lesson is about, in the codebook's words."""
    allow(permissions.can_link(user, lesson) or permissions.can_edit_lesson(user, lesson))
    _set_themes(lesson, themes)
    reindex([lesson.pk])
