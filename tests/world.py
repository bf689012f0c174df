"""One agreement with everything in it, and one person of each kind: what the walks walk through."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from expenses.models import Category, ExpenseLine, ExpenseState, WhoseCost
from expenses.services import decide_ruling
from participants.access import FINANCE_STAFF, PROGRAMME_STAFF
from participants.models import Agreement, Participant, PartyDocument, ReminderLog, ReminderRule, ReminderState, User
from pathways.models import ChoiceState, PathwayChoice, PeriodSkip, ProgressUpdate, ReportingPeriod, UpdateState
from seminars.models import (
    AttendanceState,
    FieldVisit,
    Presentation,
    PresentationState,
    Seat,
    Seminar,
    SeminarState,
    VisitState,
)
from seminars.models.seminars import SeminarKind
from seminars.models.visits import ArrangedBy
from tests import factories as make

#: The kinds of people that a permission can tell apart. ``anonymous`` has no user.
ACTORS = (
    "anonymous",
    "coordinator_a",
    "executive_a",
    "coordinator_b",
    "adviser",
    "researcher",
    "finance",
    "programme",
    "administrator",
)


@dataclass
class Party:
    """A participant with one row of everything (several where states differ), keyed by state."""

    participant: Participant
    coordinator: User
    executive: User
    choices: dict[str, PathwayChoice] = field(default_factory=dict)
    updates: dict[str, ProgressUpdate] = field(default_factory=dict)
    seats: list[Seat] = field(default_factory=list)
    presentations: dict[str, Presentation] = field(default_factory=dict)
    visits: dict[str, FieldVisit] = field(default_factory=dict)
    expenses: dict[str, ExpenseLine] = field(default_factory=dict)
    document: PartyDocument | None = None


@dataclass
class World:
    """The fixed cast. ``a`` and ``b`` are two parties of equal shape; the adviser is assigned to ``a`` alone."""

    agreement: Agreement
    parties: list[Party]
    periods: list[ReportingPeriod]
    seminars: dict[str, Seminar]
    document: PartyDocument
    adviser: User
    researcher: User
    finance: User
    finance_two: User
    programme: User
    administrator: User

    @property
    def a(self) -> Party:
        return self.parties[0]

    @property
    def b(self) -> Party:
        return self.parties[1]

    def actor(self, name: str) -> User | None:
        """The person of that kind; ``None`` for anonymous."""
        cast: dict[str, User | None] = {
            "anonymous": None,
            "coordinator_a": self.a.coordinator,
            "executive_a": self.a.executive,
            "coordinator_b": self.b.coordinator,
            "executive_b": self.b.executive,
        }
        return cast[name] if name in cast else getattr(self, name)


def build_world(parties: int = 2, rows: int = 1) -> World:
    """Build the cast with ``parties`` parties, each row of theirs ``rows`` times. The second party is always there."""
    agreement = make.make_agreement()
    make.make_clauses(agreement)
    make.make_pathways(agreement, max(6, 3 * rows))
    make.make_agreement("phase-1", current=False, signed_on=date(2017, 6, 1), ends_on=date(2018, 5, 31))  # not theirs
    programme = make.make_staff(PROGRAMME_STAFF, email="programme@example.org")
    finance = make.make_staff(FINANCE_STAFF, email="finance@example.org")
    finance_two = make.make_staff(FINANCE_STAFF, email="finance-two@example.org")
    bodies = [
        make.make_participant(
            f"town-{chr(97 + index)}",
            agreement=agreement,
            name_th=f"เทศบาลเมืองที่ {index + 1}",
            name_en=f"Town {chr(65 + index)}",
            province=make.make_province(f"TH-{81 + index}"),
        )
        for index in range(max(parties, 2))
    ]
    seminars = {
        "planned": make.make_seminar(
            agreement, state=SeminarState.PLANNED, title_th="ยังไม่ประกาศ", title_en="Not announced"
        ),
        "announced": make.make_seminar(agreement),
        "day": make.make_seminar(
            agreement,
            kind=SeminarKind.PRESENTATION_DAY,
            state=SeminarState.ANNOUNCED,
            starts_on=date(2020, 8, 20),
            title_th="วันนำเสนอผลงาน",
            title_en="Presentation day",
        ),
        "closed": make.make_seminar(agreement, state=SeminarState.CLOSED, starts_on=date(2019, 10, 2)),
    }
    world = World(
        agreement=agreement,
        parties=[
            Party(
                body,
                make.make_coordinator(body, email=f"coordinator-{body.code}@example.org"),
                make.make_executive(body, email=f"executive-{body.code}@example.org"),
            )
            for body in bodies
        ],
        periods=[make.make_period(agreement, number) for number in range(1, 6)],  # nothing was reported for the last
        seminars=seminars,
        document=make.make_document(agreement, programme, title="บันทึกข้อตกลง", kind="signed_scan"),
        adviser=make.make_adviser(bodies[0], email="adviser@example.org"),
        researcher=make.make_researcher(agreement, email="researcher@example.org"),
        finance=finance,
        finance_two=finance_two,
        programme=programme,
        administrator=make.make_admin(email="administrator@example.org"),
    )
    ReminderRule.objects.get_or_create(area="", offset_days=-3)  # a database that was migrated has it
    ReminderLog.objects.create(
        user=world.a.coordinator,
        day=date(2020, 1, 20),
        state=ReminderState.SENT,
        subject="มี 1 เรื่องรอท่านอยู่",
        item_count=1,
        sent_at=make.MOMENT,
    )
    for seminar in seminars.values():
        make.make_session(seminar)
    for _extra in range(rows - 1):
        make.make_session(make.make_seminar(agreement))
        make.make_session(make.make_seminar(agreement, state=SeminarState.CLOSED, starts_on=date(2019, 10, 2)))
    for party in world.parties:
        for number in range(rows):
            _furnish(world, party, number)
        if party is not world.a:
            PeriodSkip.objects.create(period=world.periods[4], participant=party.participant, reason="น้ำท่วมสำนักงาน")
    return world


def _furnish(world: World, party: Party, number: int) -> None:
    """Give a party one row of everything; of the first round the rows are kept by name."""
    first = number == 0
    _pathways(world, party, number)
    by, staff, body = party.coordinator, world.programme, party.participant
    for seminar in Seminar.objects.exclude(state=SeminarState.PLANNED):
        seat = make.make_seat(seminar, body)
        session = seminar.sessions.get()
        state = AttendanceState.EXCUSED if seminar.state == SeminarState.ANNOUNCED else AttendanceState.PRESENT
        make.make_attendance(seat, session, recorded_by=staff, state=state)
        if first:
            party.seats.append(seat)
    for state in (  # the oldest is the admin walk's example: a draft is not the staff's to see
        PresentationState.SUBMITTED,
        PresentationState.DRAFT,
        PresentationState.ACCEPTED,
        PresentationState.GIVEN,
    ):
        slides = make.make_stored_file(by, "สไลด์.png")
        row = make.make_presentation(
            body,
            world.seminars["day"],
            state=state,
            by=by,
            slides=slides,
            choice=party.choices["confirmed"],
            note="หมายเหตุ",
        )
        party.presentations.setdefault(state, row)
    guests = [world.adviser, world.researcher] if party is world.a else [world.researcher]
    for state, arranged_by in (
        (VisitState.ASKED, ArrangedBy.LOCAL_GOVERNMENT),
        (VisitState.SCHEDULED, ArrangedBy.INSTITUTE),
        (VisitState.DONE, ArrangedBy.LOCAL_GOVERNMENT),
        (VisitState.REPORTED, ArrangedBy.LOCAL_GOVERNMENT),
    ):
        told = {"report": "พบชุมชนสามแห่ง"} if state == VisitState.REPORTED else {}
        visit = make.make_visit(body, by=by, state=state, arranged_by=arranged_by, visitors=guests, **told)
        party.visits.setdefault(state, visit)
    _money(world, party)
    document = make.make_document(world.agreement, staff, participant=body)
    party.document = party.document or document
    token = f"token-of-{body.code}-{number + 1}"
    make.make_invitation(
        staff, role="coordinator", participant=body, token_hash=hashlib.sha256(token.encode()).hexdigest()
    )


def _pathways(world: World, party: Party, number: int) -> None:
    by = party.coordinator
    pathways = list(world.agreement.pathways.all())[3 * number : 3 * number + 3]
    for pathway, state in zip(pathways, (ChoiceState.CONFIRMED, ChoiceState.DRAFT, ChoiceState.SUBMITTED), strict=True):
        choice = make.make_choice(
            party.participant,
            pathway,
            state=state,
            by=by,
            decided_by=world.programme,
            document_number="กบ 51001/9",
            document_file=make.make_stored_file(by, "คำสั่ง.png"),
            signed_by="นายกเทศมนตรี",
        )
        party.choices.setdefault(state, choice)
        make.make_milestone(choice)
        make.make_milestone(choice, title="เปิดใช้งาน", done_on=date(2020, 4, 1))
        make.make_indicator(choice)
        if state == ChoiceState.CONFIRMED:
            confirmed = choice
    states = (UpdateState.ACCEPTED, UpdateState.RETURNED, UpdateState.SUBMITTED, UpdateState.DRAFT)
    for period, state in zip(world.periods[:4], states, strict=True):
        update = make.make_update(confirmed, period, state=state, by=by, reviewed_by=world.programme)
        make.make_evidence(update, by=by)
        party.updates.setdefault(state, update)


def _money(world: World, party: Party) -> None:
    """Lines that the party must bear (a visit at its wish), one the institute bears, one nobody knows."""
    requested, scheduled = party.visits[VisitState.REPORTED], party.visits[VisitState.SCHEDULED]
    for state in (ExpenseState.DRAFT, ExpenseState.SUBMITTED, ExpenseState.APPROVED):
        line = make.make_expense(
            requested,
            by=world.finance,
            state=state,
            approved_by=world.finance_two,
            receipt=make.make_stored_file(world.finance, "ใบเสร็จ.png"),
        )
        party.expenses.setdefault(state, line)
    institute = make.make_expense(
        scheduled, by=world.finance, state=ExpenseState.APPROVED, approved_by=world.finance_two
    )
    party.expenses.setdefault("institute", institute)
    silent: dict[str, Any] = {"whose_cost": WhoseCost.EVENT, "category": Category.MEALS, "description": "อาหารต้อนรับคณะ"}
    party.expenses.setdefault("undecided", make.make_expense(scheduled, by=world.finance, **silent))
    decided = make.make_expense(
        scheduled, by=world.finance, state=ExpenseState.APPROVED, approved_by=world.finance_two, **silent
    )
    decide_ruling(line=decided, payer="local_government", reason="จังหวัดเห็นชอบ", user=world.finance)
    party.expenses.setdefault("decided", decided)
