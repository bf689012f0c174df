"""The ledger once more, slowly and on its own: one party and one duty at a time, from the README of the memorandum.

Nothing here uses the obligations, the summaries or the ledger; it reads rows one by one and decides in plain Python.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from expenses.models import ExpenseLine
from participants.models import Duty, DutyProof, Waiver
from pathways.models import ChoiceVersion
from seminars.models import Attendance, FieldVisit, Presentation, Review, Seminar

Answer = tuple[str, int, int]


def reference(agreement: Any, party: Any, day: date) -> dict[str, Answer]:
    """State, done and required of each duty of one party on a day that is today or past, by the duty's name."""
    answers = {
        "signature": _signature(agreement, party, day),
        "pathway-choice": _state(min(1, _choices(party, day)), 1, agreement.ends_on, day),
        "seminars-attended": _seminars(agreement, party, day),
        "work-presented": _state(min(1, _presentations(party, day, False)), 1, agreement.ends_on, day),
        "presentation-day": _state(min(1, _presentations(party, day, True)), 1, _last_day(agreement), day),
        "experience-exchanged": _state(min(1, _visits(party, day)), 1, agreement.ends_on, day),
    }
    for number, name in (("4.1", "costs-ruled-4-1"), ("4.2", "costs-ruled-4-2")):
        answers[name] = _costs(agreement, party, day, number)
    for duty in Duty.objects.filter(agreement=agreement, obliged="local_government"):
        if duty.added_on <= day and not (duty.withdrawn_on and duty.withdrawn_on <= day):
            answers[f"by-hand-{duty.pk}"] = _by_hand(duty, party, day)
    return {name: _beside(agreement, party, day, name, answer) for name, answer in answers.items()}


def _state(done: int, required: int, due_on: date | None, day: date) -> Answer:
    if required == 0:
        return "not_applicable", done, 0
    if done >= required:
        return "fulfilled", done, required
    if due_on is not None and due_on < day:
        return "overdue", done, required
    return ("partly" if done else "due"), done, required


def _signature(agreement: Any, party: Any, day: date) -> Answer:
    days = [one for one in (agreement.signed_on, party.joined_on) if one]
    signed = party.signed_on is not None and party.signed_on <= day
    return _state(int(signed), 1, max(days) if days else None, day)


def _choices(party: Any, day: date) -> int:
    """Choices of which some version was confirmed by the day and neither replaced nor withdrawn by then."""
    count = 0
    for choice in party.choices.all():
        held = False
        for version in ChoiceVersion.objects.filter(choice=choice).order_by("number"):
            if version.state in ("confirmed", "superseded") and timezone.localdate(version.decided_at) <= day:
                held = True
            elif version.state == "withdrawn":
                states = ChoiceVersion.history.filter(id=version.pk, state="confirmed")
                begun = [timezone.localdate(one.decided_at) <= day for one in states]
                if any(begun):
                    held = timezone.localdate(version.decided_at) > day
        count += held
    return count


def _seminars(agreement: Any, party: Any, day: date) -> Answer:
    done = required = 0
    missed, coming = [], []
    for seminar in Seminar.objects.filter(agreement=agreement, required=True).order_by("starts_on", "pk"):
        if seminar.state not in ("announced", "closed"):
            continue
        if day < timezone.localdate():
            days = [
                timezone.localdate(one.history_date)
                for one in Seminar.history.filter(id=seminar.pk)
                if one.state in ("announced", "closed")
            ]
            if min([*days, seminar.starts_on]) > day:
                continue
        if (party.joined_on and seminar.ends_on < party.joined_on) or (
            party.left_on and party.left_on < seminar.starts_on
        ):
            continue
        required += 1
        marks = Attendance.objects.filter(session__seminar=seminar, session__day__lte=day)
        if any(mark.state in ("present", "late") and mark.seat.participant_id == party.pk for mark in marks):
            done += 1
        elif day < seminar.ends_on or (day == seminar.ends_on and seminar.state != "closed"):
            coming.append(seminar.ends_on)
        elif seminar.state == "closed" or marks:
            missed.append(seminar.ends_on)
    due_on = missed[0] if missed else coming[0] if coming else None
    return _state(done, required, due_on, day)


def _presentations(party: Any, day: date, on_the_day: bool) -> int:
    return sum(
        1
        for row in Presentation.objects.filter(participant=party, state="given")
        if row.given_on <= day and (not on_the_day or row.seminar.kind == "presentation_day")
    )


def _last_day(agreement: Any) -> date:
    days = [
        seminar.ends_on
        for seminar in Seminar.objects.filter(agreement=agreement, kind="presentation_day")
        if seminar.state in ("announced", "closed")
    ]
    return max(days) if days else agreement.ends_on


def _visits(party: Any, day: date) -> int:
    answered = [
        row
        for row in Review.objects.filter(presentation__participant=party)
        if row.answered_at is not None and timezone.localdate(row.answered_at) <= day
    ]
    return len(answered) + sum(
        1
        for visit in FieldVisit.objects.filter(parts__participant=party)
        if visit.state in ("done", "reported") and visit.visit_on <= day
    )


def _costs(agreement: Any, party: Any, day: date, clause: str) -> Answer:
    done = required = 0
    for line in ExpenseLine.objects.filter(agreement=agreement, state__in=["approved", "settled"]):
        under = "4.2" if line.visit and line.visit.arranged_by == "local_government" else "4.1"
        if under != clause:
            continue
        rulings = list(line.rulings.order_by("pk"))
        if day < timezone.localdate():
            approved_on = timezone.localdate(line.approved_at) if line.approved_at else line.spent_on
            if approved_on > day:
                continue
            rulings = [one for one in rulings if timezone.localdate(one.created_at) <= day]
        ruling = rulings[-1] if rulings else None
        payer = line.paid_by_participant_id == party.pk
        if ruling is not None and ruling.payer == "undecided":
            named = {part.participant_id for part in line.parties.all()}
            visited = {part.participant_id for part in line.visit.parts.all()} if line.visit else set()
            if payer or party.pk in (named or visited):
                required += 1
        elif payer or (ruling is not None and ruling.shares.filter(participant=party).exists()):
            done += 1
            required += 1
    return _state(done, required, agreement.ends_on, day)


def _by_hand(duty: Duty, party: Any, day: date) -> Answer:
    named = {part.participant_id for part in duty.parties.all()}
    if named and party.pk not in named:
        return "not_applicable", 0, 0
    proofs = DutyProof.objects.filter(duty=duty, participant=party, state="accepted")
    return _state(int(any(proof.proved_on <= day for proof in proofs)), 1, duty.due_on, day)


def _beside(agreement: Any, party: Any, day: date, name: str, answer: Answer) -> Answer:
    """The answer once leaving, joining and waivers are taken into account."""
    if answer[0] in ("fulfilled", "not_applicable"):
        return answer
    if (party.left_on and party.left_on < day) or (party.joined_on and day < party.joined_on):
        return "not_applicable", *answer[1:]
    for waiver in Waiver.objects.filter(agreement=agreement, participant=party, duty_name=name):
        if waiver.signed_on <= day and not (waiver.ended_on and waiver.ended_on <= day):
            return "waived", *answer[1:]
    return answer
