"""Reviewing presentations: scores on the seminar's rubric, words for the local government, and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mou_portal.records import Conflict, DomainError, save_revision
from mou_portal.thai.words import normalise
from seminars.models import Presentation, Review, Score
from seminars.permissions import REVIEWABLE

if TYPE_CHECKING:
    from participants.models import User


@transaction.atomic
def review_presentation(
    *, presentation: Presentation, scores: Mapping[int, int], comment: str, remark: str, user: User
) -> Review:
    """Store a reviewer's own review: a score for every criterion of the seminar, and words.

    A second time it replaces the first, until its words were sent to the local government. Raises ``DomainError``
    for a missing or impossible score and for a seminar without a rubric, ``Conflict`` when it is too late.
    """
    if presentation.state not in REVIEWABLE:
        raise Conflict(_("The presentation cannot be reviewed now."))
    criteria = list(presentation.seminar.criteria.all())
    if not criteria:
        raise DomainError(_("The seminar has no criteria yet. Staff define them first."))
    for one in criteria:
        value = scores.get(one.pk)
        if value is None or not 0 <= value <= one.highest:
            raise DomainError(
                _("“%(criterion)s”: give a score from 0 to %(highest)d.") % {"criterion": one, "highest": one.highest}
            )
    review = Review.objects.select_for_update().filter(presentation=presentation, reviewer=user).first()
    if review is not None and review.sent_at is not None:
        raise Conflict(_("Your feedback was sent to the local government and changes no more."))
    if review is None:
        review = Review(presentation=presentation, reviewer=user)
    review.comment, review.remark = normalise(comment), normalise(remark)
    review._history_user = user  # type: ignore[attr-defined]  # read by simple_history
    if review.pk:
        save_revision(review, expected=review.revision)
    else:
        _create(review)
    there = {score.criterion_id: score for score in review.scores.all()}
    for one in criteria:
        score = there.get(one.pk) or Score(review=review, criterion=one)
        if score.pk is None or score.value != scores[one.pk]:
            score.value = scores[one.pk]
            score._history_user = user  # type: ignore[attr-defined]  # read by simple_history
            score.save()
    return review


def _create(review: Review) -> None:
    try:
        with transaction.atomic():
            review.save()
    except IntegrityError as error:  # the same form at the same moment
        raise Conflict(_("Your review was sent twice; the first one is stored.")) from error


@transaction.atomic
def send_feedback(*, presentation: Presentation, user: User) -> int:
    """Send the reviewers' words to the local government, with their names and without scores.

    Sent again, only what was not sent yet goes. Returns how many reviews went. Raises ``DomainError`` when none has
    words that were not sent.
    """
    waiting = list(
        Review.objects.select_for_update().filter(presentation=presentation, sent_at=None).exclude(comment="")
    )
    if not waiting:
        raise DomainError(_("There is no feedback that was not sent yet."))
    for review in waiting:
        review.sent_at = timezone.now()
        review._history_user = user  # type: ignore[attr-defined]  # read by simple_history
        save_revision(review, expected=review.revision)
    return len(waiting)


@transaction.atomic
def answer_feedback(*, review: Review, answer: str, expected: int, user: User) -> None:
    """Answer feedback on behalf of the local government; that exchange proves clause 2.2 (2).

    Raises ``DomainError`` for no words, ``Conflict`` when it was not sent or is answered already.
    """
    answer = normalise(answer)
    if not answer:
        raise DomainError(_("Write your answer."))
    now = Review.objects.select_for_update().get(pk=review.pk)
    if now.sent_at is None or now.answer:
        raise Conflict(_("This feedback was answered already."))
    now.answer, now.answered_at, now.answered_by = answer, timezone.now(), user
    now._history_user = user  # type: ignore[attr-defined]  # read by simple_history
    save_revision(now, expected=expected)
