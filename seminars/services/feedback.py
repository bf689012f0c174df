"""Opening and closing a feedback form, and storing what people answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from mou_portal.records import Conflict, DomainError, transition
from mou_portal.thai.words import normalise
from participants.models import Participant
from seminars.models import (
    FeedbackAnswer,
    FeedbackForm,
    FeedbackQuestion,
    FeedbackResponse,
    FeedbackState,
    QuestionKind,
)

if TYPE_CHECKING:
    from participants.models import User

#: More answers than any seminar has people: whoever floods an open link is stopped here.
MOST_RESPONSES = 3_000


@dataclass(frozen=True)
class Respondent:
    """Who answers a form that is not anonymous."""

    name: str
    participant: Participant | None = None


def open_feedback(*, form: FeedbackForm, user: User) -> None:
    """Let people answer. Raises ``DomainError`` for a form without questions, ``Conflict`` once it is open."""
    if not form.questions.exists():
        raise DomainError(_("The form has no questions yet."))
    transition(form, sources=[FeedbackState.DRAFT, FeedbackState.CLOSED], target=FeedbackState.OPEN, _history_user=user)


def close_feedback(*, form: FeedbackForm, user: User) -> None:
    """Take no more answers. Raises ``Conflict`` unless it is open."""
    transition(form, sources=[FeedbackState.OPEN], target=FeedbackState.CLOSED, _history_user=user)


@transaction.atomic
def give_feedback(
    *, form: FeedbackForm, token: UUID, answers: Mapping[int, str], respondent: Respondent | None = None
) -> FeedbackResponse:
    """Store one person's answers, by question id; empty ones are left out. Sent twice, it is one response.

    Of an anonymous form the respondent is not stored, whatever was sent. Raises ``Conflict`` when the form is not
    open, and ``DomainError`` for an answer that does not fit its question, for a required one that is missing, for
    a form without a single answer, and where a name is asked for and missing.
    """
    if form.state != FeedbackState.OPEN or not FeedbackForm.objects.filter(pk=form.pk, state="open").exists():
        raise Conflict(_("This form takes no answers now."))
    there = FeedbackResponse.objects.filter(token=token).first()
    if there is not None:
        return there
    if form.responses.count() >= MOST_RESPONSES:
        raise DomainError(_("This form has taken as many answers as it can. Tell the staff of the institute."))
    said = [_answer(question, normalise(answers.get(question.pk, ""))) for question in form.questions.all()]
    given = [answer for answer in said if answer is not None]
    if not given:
        raise DomainError(_("Answer at least one question."))
    response = FeedbackResponse(form=form, token=token)
    if not form.anonymous:
        if respondent is None or not normalise(respondent.name):
            raise DomainError(_("Give your name."))
        response.name, response.participant = normalise(respondent.name)[:200], respondent.participant
    response.save()
    for answer in given:
        answer.response = response
    FeedbackAnswer.objects.bulk_create(given)
    return response


def _answer(question: FeedbackQuestion, text: str) -> FeedbackAnswer | None:
    if not text:
        if question.required:
            raise DomainError(_("“%(question)s” must be answered.") % {"question": question})
        return None
    wrong = DomainError(_("The answer to “%(question)s” is not one of those offered.") % {"question": question})
    if question.kind == QuestionKind.SCALE:
        if text not in ("1", "2", "3", "4", "5"):
            raise wrong
        return FeedbackAnswer(question=question, number=int(text))
    if question.kind == QuestionKind.CHOICE and text not in question.choices:
        raise wrong
    return FeedbackAnswer(question=question, text=text[:2000])
