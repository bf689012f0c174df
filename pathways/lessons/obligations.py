"""Clauses 2.2 (1) and 1.3: the institute studies each local government; lessons with recommendations are published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mou_portal.registry import INSTITUTE, Obligation, Proof, Standing, obligations, standing
from participants.models import Agreement, Participant
from pathways.lessons.models import Drawn, Edition, Lesson, LessonState, SourceKind, SourceText, StatementLesson

#: Proofs named in one cell; more would be read by nobody.
MOST_PROOFS = 20


def evaluate_study(agreement: Agreement, participant_ids: Sequence[int], today: date) -> Mapping[int, Standing]:
    """The institute owes a study of every participant: a researchers' lesson that was handed in, notes of an interview
    or a report of a visit, or a published synthesis that rests on one of its lessons. Due until the agreement ends.
    Five queries."""
    everybody = list(Participant.objects.filter(agreement=agreement, left_on=None).values_list("pk", flat=True))
    proofs: dict[int, Proof] = {}
    notes = SourceText.objects.filter(
        agreement=agreement,
        participant_id__in=everybody,
        kind__in=(SourceKind.INTERVIEW, SourceKind.VISIT),
    ).order_by("pk")
    for source in notes.defer("text"):
        proofs.setdefault(source.participant_id or 0, Proof(source.title, source.get_absolute_url(), source.dated_on))
    lessons = Lesson.objects.filter(
        agreement=agreement,
        participant_id__in=everybody,
        state__in=(LessonState.VALIDATED, LessonState.PUBLISHED),
        drawn_by=Drawn.RESEARCH,
    ).select_related("validated")
    for lesson in lessons.order_by("pk"):
        proofs[lesson.participant_id] = Proof(
            str(lesson), lesson.get_absolute_url(), lesson.validated_at.date() if lesson.validated_at else None
        )
    editions = Edition.objects.filter(synthesis__agreement=agreement).current().select_related("synthesis")
    published = {edition.synthesis_id: edition for edition in editions.defer("content")}
    cited = StatementLesson.objects.filter(statement__chapter__synthesis__in=published).order_by("-pk")
    for synthesis_id, pk in cited.values_list("statement__chapter__synthesis_id", "lesson__participant_id"):
        edition = published[synthesis_id]
        proofs.setdefault(pk, Proof(str(edition), edition.get_absolute_url(), edition.published_on))
    found = tuple(proofs[pk] for pk in everybody if pk in proofs)
    done = standing(len(found), len(everybody), due_on=agreement.ends_on, today=today, proofs=found[:MOST_PROOFS])
    return {INSTITUTE: done}


def evaluate_lessons(agreement: Agreement, participant_ids: Sequence[int], today: date) -> Mapping[int, Standing]:
    """A published lesson of the organisation with a recommendation. One query."""
    proofs: dict[int, list[Proof]] = defaultdict(list)
    rows = (
        Lesson.objects.filter(
            agreement=agreement, participant_id__in=list(participant_ids), state=LessonState.PUBLISHED
        )
        .exclude(validated__recommendation="", recommendation="")
        .select_related("validated")
        .order_by("published_at", "pk")
    )
    for lesson in rows:
        if lesson.words.recommendation:
            on = timezone.localdate(lesson.published_at) if lesson.published_at else None
            proofs[lesson.participant_id].append(Proof(str(lesson), lesson.get_absolute_url(), on))
    return {
        pk: standing(
            min(len(proofs[pk]), 1), 1, due_on=agreement.ends_on, today=today, proofs=tuple(proofs[pk][:MOST_PROOFS])
        )
        for pk in participant_ids
    }


obligations.register(
    Obligation(
        name="lessons-study",
        clause="2.2(1)",
        obliged="institute",
        title=_("Study how each local government organisation moves towards a smart city"),
        evaluate=evaluate_study,
        order=20,
    )
)
obligations.register(
    Obligation(
        name="lessons-published",
        clause="1.3",
        obliged="local_government",
        title=_("Draw a lesson with a recommendation that is published"),
        evaluate=evaluate_lessons,
        order=5,
    )
)
