"""What the parties did at seminars, counted for many of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from django.db.models import Min, Q
from django.utils import timezone

from mou_portal.records import is_past
from participants.models import Agreement, Participant
from seminars.models import (
    ATTENDED,
    Attendance,
    AttendanceState,
    Presentation,
    PresentationState,
    Review,
    Seminar,
    SeminarState,
    VisitParticipant,
    VisitState,
)

#: With more parties than this, a query asks for the whole agreement instead of listing their ids.
FEW = 500

#: How a party stands at a seminar: was there, sent nobody, sent nobody with an excuse, the roll is not taken yet,
#: the seminar is still to come.
AtSeminar = Literal["attended", "missed", "excused", "no_roll", "to_come"]


@dataclass(frozen=True)
class SeminarLine:
    """One seminar from one party's side; ``seats`` of its seats attended at least one session."""

    seminar: Seminar
    state: AtSeminar
    seats: int = 0


@dataclass
class AttendanceSummary:
    """A party's attendance: ``attended`` of ``required`` required seminars, and a line for each seminar."""

    required: int = 0
    attended: int = 0
    lines: list[SeminarLine] = field(default_factory=list)

    @property
    def upcoming(self) -> list[Seminar]:
        """Required seminars still to come, the next one first."""
        return [line.seminar for line in self.lines if line.state == "to_come" and line.seminar.required]

    @property
    def missed(self) -> list[Seminar]:
        """Required seminars that took place without the party, the earliest first."""
        return [line.seminar for line in self.lines if line.state in ("missed", "excused") and line.seminar.required]


def _among(prefix: str, agreement: Agreement, ids: Sequence[int]) -> Q:
    condition = Q(**{f"{prefix}__agreement": agreement})
    return condition & Q(**{f"{prefix}__in": ids}) if len(ids) <= FEW else condition


def attendance_in(
    agreement: Agreement, participant_ids: Iterable[int], today: date | None = None
) -> dict[int, AttendanceSummary]:
    """Each party's attendance at the agreement's announced and closed seminars, in four queries; a past day: in five.

    A seminar counts for a party that belonged to the agreement on its days. It is held when it is closed or its last
    day is past; a seat attended it by being present or late at one session or more. While no mark of a past seminar is
    recorded, nobody is said to have missed it. On a past day only what was announced by then counts, and only sessions
    held by then.
    """
    ids = list(participant_ids)
    day = today or timezone.localdate()
    seminars = list(
        Seminar.objects.filter(agreement=agreement, state__in=[SeminarState.ANNOUNCED, SeminarState.CLOSED]).order_by(
            "starts_on", "pk"
        )
    )
    if is_past(day):
        seminars = _announced_by(day, seminars, agreement)
    periods = {
        pk: (joined, left)
        for pk, joined, left in Participant.objects.filter(_among_own(agreement, ids)).values_list(
            "pk", "joined_on", "left_on"
        )
    }
    marks = (
        Attendance.objects.filter(_among("seat__participant", agreement, ids), session__day__lte=day)
        .exclude(state=AttendanceState.ABSENT)
        .values_list("seat__participant_id", "session__seminar_id", "seat_id", "state")
        .distinct()
    )
    seats: dict[tuple[int, int], set[int]] = defaultdict(set)
    excused: set[tuple[int, int]] = set()
    for participant_id, seminar_id, seat_id, state in marks:
        if state in ATTENDED:
            seats[participant_id, seminar_id].add(seat_id)
        else:
            excused.add((participant_id, seminar_id))
    with_roll = set(
        Attendance.objects.filter(session__seminar__agreement=agreement, session__day__lte=day)
        .order_by()
        .values_list("session__seminar_id", flat=True)
        .distinct()
    )
    summaries = {pk: AttendanceSummary() for pk in ids}
    for pk, summary in summaries.items():
        joined, left = periods.get(pk, (None, None))
        for seminar in seminars:
            if (joined and seminar.ends_on < joined) or (left and left < seminar.starts_on):
                continue
            came = len(seats.get((pk, seminar.pk), ()))
            state = _at_seminar(seminar, came, (pk, seminar.pk) in excused, seminar.pk in with_roll, day)
            summary.lines.append(SeminarLine(seminar, state, came))
            if seminar.required:
                summary.required += 1
                summary.attended += state == "attended"
    return summaries


def _announced_by(day: date, seminars: Sequence[Seminar], agreement: Agreement) -> list[Seminar]:
    """The seminars that were announced by a past day, from the history: an announcement has no day of its own.

    One that was entered after it took place counts from its own first day. One query.
    """
    first = dict(
        Seminar.history.filter(agreement=agreement, state__in=[SeminarState.ANNOUNCED, SeminarState.CLOSED])
        .order_by()
        .values_list("id")
        .annotate(first=Min("history_date"))
    )
    known = {pk: timezone.localdate(at) for pk, at in first.items()}
    return [one for one in seminars if min(known.get(one.pk, one.starts_on), one.starts_on) <= day]


def _among_own(agreement: Agreement, ids: Sequence[int]) -> Q:
    return Q(agreement=agreement, pk__in=ids) if len(ids) <= FEW else Q(agreement=agreement)


def _at_seminar(seminar: Seminar, came: int, excused: bool, with_roll: bool, day: date) -> AtSeminar:
    if came:
        return "attended"
    if day < seminar.ends_on or (seminar.state != SeminarState.CLOSED and day == seminar.ends_on):
        return "to_come"
    if seminar.state != SeminarState.CLOSED and not with_roll:
        return "no_roll"
    return "excused" if excused else "missed"


def presentations_in(agreement: Agreement, participant_ids: Iterable[int]) -> dict[int, list[Presentation]]:
    """Each party's presentations that were handed in, with their seminars, in one query."""
    ids = list(participant_ids)
    found: dict[int, list[Presentation]] = {pk: [] for pk in ids}
    rows = (
        Presentation.objects.filter(_among("participant", agreement, ids))
        .exclude(state=PresentationState.DRAFT)
        .select_related("seminar")
        .order_by("seminar__starts_on", "pk")
    )
    for row in rows:
        if row.participant_id in found:
            found[row.participant_id].append(row)
    return found


def visits_in(agreement: Agreement, participant_ids: Iterable[int]) -> dict[int, list[VisitParticipant]]:
    """Each party's visits that took place, with the visit, in one query."""
    ids = list(participant_ids)
    found: dict[int, list[VisitParticipant]] = {pk: [] for pk in ids}
    rows = (
        VisitParticipant.objects.filter(
            _among("participant", agreement, ids), visit__state__in=[VisitState.DONE, VisitState.REPORTED]
        )
        .select_related("visit")
        .order_by("visit__visit_on", "pk")
    )
    for row in rows:
        if row.participant_id in found:
            found[row.participant_id].append(row)
    return found


def answers_in(agreement: Agreement, participant_ids: Iterable[int]) -> dict[int, list[Review]]:
    """Each party's answers to reviewers' feedback, with the presentation, in one query."""
    ids = list(participant_ids)
    found: dict[int, list[Review]] = {pk: [] for pk in ids}
    rows = Review.objects.filter(_among("presentation__participant", agreement, ids), answered_at__isnull=False)
    for row in rows.select_related("presentation").order_by("answered_at", "pk"):
        if row.presentation.participant_id in found:
            found[row.presentation.participant_id].append(row)
    return found


def attendance_of(participants: Iterable[Participant], today: date | None = None) -> dict[int, AttendanceSummary]:
    """:func:`attendance_in` for participants of one agreement, loaded with it; nothing for none."""
    rows = list(participants)
    return attendance_in(rows[0].agreement, [row.pk for row in rows], today) if rows else {}


def presentations_of(participants: Iterable[Participant]) -> dict[int, list[Presentation]]:
    """:func:`presentations_in` for participants of one agreement, loaded with it; nothing for none."""
    rows = list(participants)
    return presentations_in(rows[0].agreement, [row.pk for row in rows]) if rows else {}
