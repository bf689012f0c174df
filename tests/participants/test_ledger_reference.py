"""The ledger and an independent slow reference say the same of random programmes, on every kind of day."""

from __future__ import annotations

import os
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from expenses.models import Category, ExpenseState, Ruling, WhoseCost
from expenses.services import decide_ruling
from participants.access import FINANCE_STAFF
from participants.ledger import ledger_of
from participants.models import DutyParty, DutyProof, Waiver
from pathways.models import ChoiceState
from pathways.services import confirm_choice, withdraw_choice
from seminars.models import PresentationState, SeminarKind, SeminarState, VisitState
from seminars.models.visits import ArrangedBy
from tests import factories as make
from tests.participants.ledger_reference import reference

#: How many random programmes: an affordable number in every run; LEDGER_PROGRAMMES=1000 looks further.
PROGRAMMES = int(os.environ.get("LEDGER_PROGRAMMES", "8"))
FIRST, LAST = date(2019, 5, 1), date(2020, 12, 31)


class Programme:
    """A random agreement with parties and everything that proves a duty, made from one seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.agreement = make.make_agreement(f"agreement-{seed}", current=False)
        make.make_clauses(self.agreement)
        self.pathways = make.make_pathways(self.agreement, 3)
        self.staff, self.writer = make.make_staff(), make.make_user()
        self.finance, self.finance_two = make.make_staff(FINANCE_STAFF), make.make_staff(FINANCE_STAFF)
        self.parties = [self._party() for _number in range(self.dice.randint(1, 3))]
        for _number in range(self.dice.randint(0, 3)):
            self._seminar()
        for party in self.parties:
            self._choices(party)
        for _number in range(self.dice.randint(0, 3)):
            self._visit()
        for _number in range(self.dice.randint(0, 2)):
            self._by_hand()
        self._waivers()

    def day(self) -> date:
        return FIRST + timedelta(days=self.dice.randrange((LAST - FIRST).days))

    def maybe(self, chance: float = 0.5) -> bool:
        return self.dice.random() < chance

    def moment(self) -> datetime:
        # evening in London is the next day in Bangkok: days must be Thailand's
        return datetime.combine(self.day(), datetime.min.time(), UTC) + timedelta(hours=self.dice.choice([1, 12, 20]))

    def _party(self) -> Any:
        joined = self.day() if self.maybe(0.2) else None
        left = max(joined or FIRST, self.day()) if self.maybe(0.2) else None
        return make.make_participant(
            agreement=self.agreement,
            signed_on=self.day() if self.maybe(0.8) else None,
            joined_on=joined,
            left_on=left,
        )

    def _seminar(self) -> None:
        kind = self.dice.choice([SeminarKind.WORKSHOP, SeminarKind.PRESENTATION_DAY])
        state = self.dice.choice(list(SeminarState))
        first = self.day()
        seminar = make.make_seminar(
            self.agreement,
            kind=kind,
            state=state,
            starts_on=first,
            ends_on=first + timedelta(days=self.dice.randint(0, 2)),
            required=self.maybe(0.8),
        )
        session = make.make_session(seminar)
        self._backdate(type(seminar), seminar.pk)
        for party in self.parties:
            if self.maybe(0.7):
                seat = make.make_seat(seminar, party)
                mark = self.dice.choice(["present", "late", "absent", "excused"])
                make.make_attendance(seat, session, recorded_by=self.staff, state=mark)
            if self.maybe(0.5):
                given = self.dice.choice(
                    [PresentationState.GIVEN, PresentationState.SUBMITTED, PresentationState.DRAFT]
                )
                told = {"given_on": self.day()} if given == PresentationState.GIVEN else {}
                make.make_presentation(party, seminar, state=given, by=self.staff, **told)

    def _backdate(self, model: Any, pk: int) -> None:
        """Let the history begin on some day: entered in advance, or long after."""
        if self.maybe(0.7):
            model.history.filter(id=pk).update(history_date=self.moment())

    def _choices(self, party: Any) -> None:
        for pathway in self.pathways:
            if not self.maybe(0.5):
                continue
            state = self.dice.choice([ChoiceState.CONFIRMED, ChoiceState.SUBMITTED, ChoiceState.DRAFT])
            choice = make.make_choice(party, pathway, state=state, by=self.writer, decided_by=self.staff)
            version = choice.versions.get()
            if state == ChoiceState.CONFIRMED:
                self._decided(version)
                if self.maybe(0.4):
                    newer = make.make_version(choice, by=self.writer, state=ChoiceState.SUBMITTED, change_reason="ใหม่")
                    if self.maybe():
                        confirm_choice(version=newer, user=self.staff)
                        self._decided(newer)
                elif self.maybe(0.4):
                    withdraw_choice(version=version, user=self.staff, note="เลิก")
                    ended = version.history.filter(state="confirmed").first().decided_at + timedelta(
                        days=self.dice.randint(1, 200)
                    )
                    type(version).objects.filter(pk=version.pk).update(decided_at=ended)

    def _decided(self, version: Any) -> None:
        at = self.moment()
        type(version).objects.filter(pk=version.pk).update(decided_at=at)
        version.history.filter(state="confirmed").update(decided_at=at)
        version.refresh_from_db()

    def _visit(self) -> None:
        visited = [party for party in self.parties if self.maybe(0.7)] or self.parties[:1]
        state = self.dice.choice([VisitState.SCHEDULED, VisitState.DONE, VisitState.REPORTED])
        arranged = self.dice.choice([ArrangedBy.INSTITUTE, ArrangedBy.LOCAL_GOVERNMENT])
        visit = make.make_visit(*visited, by=self.staff, state=state, arranged_by=arranged, visit_on=self.day())
        for _number in range(self.dice.randint(0, 3)):
            self._line(visit)

    def _line(self, visit: Any) -> None:
        silent = self.maybe()
        payer = self.dice.choice([None, *self.parties])
        line = make.make_expense(
            visit,
            by=self.finance,
            state=self.dice.choice([ExpenseState.APPROVED, ExpenseState.SUBMITTED]),
            approved_by=self.finance_two,
            whose_cost=WhoseCost.EVENT if silent else WhoseCost.ADVISERS,
            category=Category.MEALS if silent else Category.TRAVEL,
            **({"paid_by": "local_government", "paid_by_participant": payer} if payer else {}),
        )
        if silent and self.maybe(0.4):
            decide_ruling(
                line=line, payer=self.dice.choice(["institute", "local_government"]), reason="ตกลง", user=self.finance
            )
        at = self.moment()
        type(line).objects.filter(pk=line.pk).update(approved_at=at if self.maybe(0.9) else None, spent_on=self.day())
        for ruling in Ruling.objects.filter(line=line).order_by("pk"):
            at += timedelta(
                days=self.dice.randint(-20, 40) if ruling.decided_by_id is None else self.dice.randint(0, 60)
            )
            Ruling.objects.filter(pk=ruling.pk).update(created_at=at)

    def _by_hand(self) -> None:
        added = self.day()
        duty = make.make_duty(
            self.agreement,
            by=self.staff,
            added_on=added,
            due_on=added + timedelta(days=self.dice.randint(0, 200)),
            withdrawn_on=added + timedelta(days=self.dice.randint(0, 300)) if self.maybe(0.3) else None,
        )
        for party in self.parties:
            if self.maybe(0.4):
                DutyParty.objects.create(duty=duty, participant=party)
        for party in self.parties:
            if self.maybe(0.6):
                DutyProof.objects.create(
                    duty=duty,
                    participant=party,
                    label="หลักฐาน",
                    proved_on=self.day(),
                    state=self.dice.choice(["accepted", "submitted"]),
                    created_by=self.staff,
                    decided_by=self.staff,
                )

    def _waivers(self) -> None:
        for party in self.parties:
            for name in ("pathway-choice", "seminars-attended", "work-presented", "signature", "costs-ruled-4-2"):
                if self.maybe(0.2):
                    signed = self.day()
                    ended = {"ended_on": signed + timedelta(days=100), "end_reason": "กลับมา"} if self.maybe(0.4) else {}
                    Waiver.objects.create(
                        agreement=self.agreement,
                        participant=party,
                        duty_name=name,
                        reason="เหตุสุดวิสัย",
                        signed_by="ผู้อำนวยการ",
                        signed_on=signed,
                        created_by=self.staff,
                        **ended,
                    )

    def days(self) -> list[date]:
        """Some past days, and today."""
        return [
            self.day(),
            self.day(),
            self.agreement.ends_on,
            self.agreement.ends_on + timedelta(days=1),
            timezone.localdate(),
        ]


@pytest.mark.long(11)
@pytest.mark.django_db
@settings(max_examples=PROGRAMMES, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(seed=st.integers(min_value=0, max_value=10**9))
def test_the_ledger_equals_the_slow_reference(seed: int) -> None:
    with transaction.atomic():
        programme = Programme(seed)
        for day in programme.days():
            ledger = ledger_of(programme.agreement, day)
            for party in programme.parties:
                fast = {
                    row.obligation.name: (cell.standing.state.value, cell.standing.done, cell.standing.required)
                    for row, cell in ledger.column(party.pk)
                }
                slow = reference(programme.agreement, party, day)
                known = {name: answer for name, answer in fast.items() if name in slow}
                assert known == slow, (seed, day, party.pk)
        transaction.set_rollback(True)
