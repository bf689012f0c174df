"""How far clauses 2.2 (1), (2) and (3) are fulfilled by seminars, presentations and field visits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from django.db.models import Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mou_portal.records import is_past
from mou_portal.registry import INSTITUTE, Obligation, Proof, Standing, State, obligations, shared, standing
from participants.models import Agreement, Participant
from seminars.models import FieldVisit, Presentation, PresentationState, Seminar, SeminarKind, SeminarState, VisitState
from seminars.summaries import AttendanceSummary, answers_in, attendance_in, presentations_in, visits_in


def attended(agreement: Agreement, participant_ids: Sequence[int], today: date) -> Mapping[int, Standing]:
    """Attendance at each required seminar: one seat at one session is enough."""
    return {pk: _attendance(summary, today) for pk, summary in attendance_in(agreement, participant_ids, today).items()}


def _attendance(summary: AttendanceSummary, today: date) -> Standing:
    missed, upcoming = summary.missed, summary.upcoming
    due_on = missed[0].ends_on if missed else upcoming[0].ends_on if upcoming else None
    proofs = tuple(
        Proof(str(line.seminar), line.seminar.get_absolute_url(), line.seminar.starts_on)
        for line in summary.lines
        if line.state == "attended" and line.seminar.required
    )
    notes = []
    if missed:
        notes.append(_("Missed: %(seminars)s") % {"seminars": ", ".join(str(seminar) for seminar in missed)})
    unrecorded = [str(line.seminar) for line in summary.lines if line.state == "no_roll" and line.seminar.required]
    if unrecorded:
        notes.append(_("The roll is not taken yet: %(seminars)s") % {"seminars": ", ".join(unrecorded)})
    # A seminar missed by its only day stays overdue; one still to come is due on its own day.
    return standing(
        summary.attended, summary.required, due_on=due_on, today=today, proofs=proofs, note=" · ".join(notes)
    )


def presented(agreement: Agreement, participant_ids: Sequence[int], today: date) -> Mapping[int, Standing]:
    """A presentation given at any seminar."""
    return _presentations(agreement, participant_ids, today, lambda row: True, agreement.ends_on)


def presented_on_the_day(agreement: Agreement, participant_ids: Sequence[int], today: date) -> Mapping[int, Standing]:
    """A presentation given on a presentation day; due on the last such day, else at the agreement's end."""
    last = (
        Seminar.objects.filter(
            agreement=agreement,
            kind=SeminarKind.PRESENTATION_DAY,
            state__in=[SeminarState.ANNOUNCED, SeminarState.CLOSED],
        )
        .order_by("-ends_on")
        .values_list("ends_on", flat=True)
        .first()
    )
    return _presentations(
        agreement,
        participant_ids,
        today,
        lambda row: row.seminar.kind == SeminarKind.PRESENTATION_DAY,
        last or agreement.ends_on,
    )


def _presentations(
    agreement: Agreement,
    participant_ids: Sequence[int],
    today: date,
    counts: Callable[[Presentation], bool],
    due_on: date,
) -> Mapping[int, Standing]:
    answers = {}
    now = not is_past(today)
    for pk, rows in shared(presentations_in, agreement, list(participant_ids)).items():
        given = [
            row
            for row in rows
            if row.state == PresentationState.GIVEN and row.given_on and row.given_on <= today and counts(row)
        ]
        proofs = tuple(Proof(row.title, row.get_absolute_url(), row.given_on) for row in given)
        waiting = [row for row in rows if counts(row) and row.state in ("submitted", "returned", "accepted")]
        note = "" if given or not waiting or not now else f"{waiting[-1].title} ({waiting[-1].get_state_display()})"
        answers[pk] = standing(min(len(given), 1), 1, due_on=due_on, today=today, proofs=proofs, note=note)
    return answers


def exchanged(agreement: Agreement, participant_ids: Sequence[int], today: date) -> Mapping[int, Standing]:
    """An exchange of experience with advisers and researchers: a field visit that took place, or feedback answered."""
    answers = {}
    answered = answers_in(agreement, participant_ids)
    for pk, made in shared(visits_in, agreement, list(participant_ids)).items():
        parts = [part for part in made if part.visit.visit_on and part.visit.visit_on <= today]
        proofs = tuple(Proof(str(part.visit), part.visit.get_absolute_url(), part.visit.visit_on) for part in parts)
        proofs += tuple(
            Proof(
                _("Feedback answered: %(title)s") % {"title": review.presentation},
                review.get_absolute_url(),
                timezone.localdate(review.answered_at),
            )
            for review in answered[pk]
            if timezone.localdate(review.answered_at) <= today
        )
        answers[pk] = standing(min(len(proofs), 1), 1, due_on=agreement.ends_on, today=today, proofs=proofs)
    return answers


def studied(agreement: Agreement, participant_ids: Sequence[int], today: date) -> Mapping[int, Standing]:
    """The institute's study of each party: a reported field visit to each, of those who take part on the day."""
    active = Participant.objects.filter(
        Q(left_on=None) | Q(left_on__gte=today), Q(joined_on=None) | Q(joined_on__lte=today), agreement=agreement
    )
    ids = list(active.values_list("pk", flat=True))
    reported_on = _reported_on(agreement) if is_past(today) else {}
    proofs: dict[int, Proof] = {}
    done = set()
    for pk, parts in shared(visits_in, agreement, ids).items():
        for part in parts:
            day = reported_on.get(part.visit_id, part.visit.visit_on)
            if part.visit.state == VisitState.REPORTED and day and day <= today:
                done.add(pk)
                proofs[part.visit_id] = Proof(str(part.visit), part.visit.get_absolute_url(), part.visit.visit_on)
    if not ids:
        return {INSTITUTE: Standing(State.NOT_APPLICABLE, 0, 0)}
    return {
        INSTITUTE: standing(len(done), len(ids), due_on=agreement.ends_on, today=today, proofs=tuple(proofs.values()))
    }


def _reported_on(agreement: Agreement) -> dict[int, date]:
    """When each visit's report came in, from the history: a report has no day of its own. One query.

    A visit that was entered with its report, afterwards, is not among them: it counts from its own day.
    """
    rows = (
        FieldVisit.history.filter(agreement=agreement, state=VisitState.REPORTED)
        .exclude(history_type="+")
        .order_by()
        .values_list("id")
        .annotate(first=Min("history_date"))
    )
    entered = set(
        FieldVisit.history.filter(agreement=agreement, state=VisitState.REPORTED, history_type="+")
        .order_by()
        .values_list("id", flat=True)
    )
    return {pk: timezone.localdate(first) for pk, first in rows if pk not in entered}


obligations.register(
    Obligation(
        name="institute-studies",
        clause="2.2(1)",
        obliged="institute",
        title=gettext_lazy("Each participant studied in the field, with a report"),
        evaluate=studied,
        order=10,
    )
)
obligations.register(
    Obligation(
        name="seminars-attended",
        clause="2.2(2)",
        obliged="local_government",
        title=gettext_lazy("Required seminars attended"),
        evaluate=attended,
        order=10,
        action=gettext_lazy("Name delegates"),
        action_url="seminars:seminar-list",
    )
)
obligations.register(
    Obligation(
        name="work-presented",
        clause="2.2(2)",
        obliged="local_government",
        title=gettext_lazy("Work presented at a seminar"),
        evaluate=presented,
        order=20,
        action=gettext_lazy("Prepare a presentation"),
        action_url="seminars:presentation-create",
    )
)
obligations.register(
    Obligation(
        name="experience-exchanged",
        clause="2.2(2)",
        obliged="local_government",
        title=gettext_lazy("Experience exchanged with advisers and researchers"),
        evaluate=exchanged,
        order=30,
        action=gettext_lazy("Ask for a visit"),
        action_url="seminars:visit-create",
    )
)
obligations.register(
    Obligation(
        name="presentation-day",
        clause="2.2(3)",
        obliged="local_government",
        title=gettext_lazy("Result presented on a presentation day"),
        evaluate=presented_on_the_day,
        order=10,
        action=gettext_lazy("Prepare a presentation"),
        action_url="seminars:presentation-create",
    )
)
