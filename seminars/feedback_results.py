"""What people answered, question by question, as numbers, a chart and words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from mou_portal.templatetags.charts import BarChart, Series
from seminars.models import FeedbackAnswer, FeedbackForm, FeedbackQuestion, QuestionKind

#: Fewer answers than this to an anonymous form could tell who gave them.
FEWEST_ANONYMOUS = 3


@dataclass
class QuestionResult:
    """One question's answers: ``counts`` by answer, ``mean`` of a scale, ``texts`` of an open question."""

    question: FeedbackQuestion
    answered: int = 0
    counts: list[tuple[str, int]] = field(default_factory=list)
    mean: float | None = None
    texts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def chart(self) -> BarChart | None:
        """The counts as bars; none for an open question or before anybody answered."""
        if not self.counts or not self.answered:
            return None
        return BarChart(
            title=str(self.question),
            labels=[label for label, _count in self.counts],
            series=[Series(_("answers"), [count for _label, count in self.counts])],
            unit=_("answers"),
            places=_("Answer"),
        )


@dataclass(frozen=True)
class Results:
    """All results of a form. ``held_back``: an anonymous form with too few answers to show any."""

    responses: int
    questions: list[QuestionResult]
    held_back: bool = False


def results_of(form: FeedbackForm) -> Results:
    """The results of a form, in three queries however many people answered."""
    count = form.responses.count()
    if form.anonymous and count < FEWEST_ANONYMOUS:
        return Results(count, [], held_back=count > 0)
    results = {question.pk: QuestionResult(question) for question in form.questions.all()}
    numbers: dict[int, Counter[str]] = {pk: Counter() for pk in results}
    answers = FeedbackAnswer.objects.filter(question__form=form).select_related("response").order_by("response__token")
    for answer in answers:
        result = results[answer.question_id]
        result.answered += 1
        if result.question.kind == QuestionKind.TEXT:
            result.texts.append((answer.text, answer.response.name))
        else:
            numbers[answer.question_id][answer.text or str(answer.number)] += 1
    for pk, result in results.items():
        if result.question.kind == QuestionKind.SCALE:
            result.counts = [(str(step), numbers[pk][str(step)]) for step in range(1, 6)]
            if result.answered:
                result.mean = sum(int(step) * many for step, many in numbers[pk].items()) / result.answered
        elif result.question.kind == QuestionKind.CHOICE:
            result.counts = [(option, numbers[pk][option]) for option in result.question.choices]
    return Results(count, list(results.values()))
