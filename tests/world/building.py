"""Builds the cast, and gives each party one row of everything."""

from __future__ import annotations

import hashlib
from datetime import date

from participants.access import FINANCE_STAFF, PROGRAMME_STAFF
from participants.models import ReminderLog, ReminderRule, ReminderState
from participants.services import begin_amendment
from pathways.lessons.models import Lesson
from pathways.lessons.services import reindex
from pathways.models import PeriodSkip
from seminars.models import AttendanceState, FeedbackForm, Seminar, SeminarState
from seminars.models.seminars import SeminarKind
from seminars.passes import pass_code, sheet_code
from tests import factories as make

from .cast import Party, World
from .lessons import add_desk, add_lessons, add_scholarship
from .money import add_expenses, add_settlements
from .pathways import add_pathways
from .seminars import add_presentations, add_visits, open_door


def build_world(parties: int = 2, rows: int = 1) -> World:
    """Build the cast with ``parties`` parties, each row of theirs ``rows`` times. The second party is always there."""
    agreement = make.make_agreement()
    make.make_clauses(agreement)
    make.make_pathways(agreement, max(6, 3 * rows))
    make.make_agreement("draft-3", current=False, signed_on=None, ends_on=date(2023, 9, 30), phase=3)
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
        duty=make.make_duty(agreement, by=programme),
        amendment=begin_amendment(agreement=agreement, title_th="ขยายเวลา", title_en="Extension", user=programme),
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
    for kind, unit, amount in (("honorarium", "hour", 600), ("travel", "journey", 3000), ("lodging", "night", 1500)):
        make.make_rate(agreement, by=programme, kind=kind, unit=unit, amount=amount)
    for seminar in seminars.values():
        open_door(world, make.make_session(seminar))
    world.sheet_code = sheet_code(seminars["announced"].sessions.get())
    for _extra in range(rows - 1):
        open_door(world, make.make_session(make.make_seminar(agreement)))
        make.make_session(make.make_seminar(agreement, state=SeminarState.CLOSED, starts_on=date(2019, 10, 2)))
    for _number in range(2):
        make.make_criterion(seminars["day"])
    for person in (world.adviser, world.researcher):
        make.make_reviewer(seminars["day"], person)
    make.make_certificate_template(seminars["closed"])
    make.make_certificate_template(seminars["announced"])
    make.make_feedback_form(seminars["closed"], anonymous=False, code="FEEDBACK-ON-CLOSED")
    make.make_feedback_form(seminars["announced"], code="FEEDBACK-ON-ANNOUNCED")
    add_scholarship(world, rows)
    for party in world.parties:
        for number in range(rows):
            _furnish(world, party, number)
        if party is not world.a:
            PeriodSkip.objects.create(period=world.periods[4], participant=party.participant, reason="น้ำท่วมสำนักงาน")
    world.token, world.pack = make.make_data_token(world.a.coordinator), make.make_report_pack(agreement, programme)
    reindex(Lesson.objects.values_list("pk", flat=True))
    published = [party.lessons["published"] for party in world.parties]
    make.make_statement(world.synthesis, published)
    world.edition = make.make_edition(world.synthesis, by=world.researcher)
    add_desk(world)
    return world


def _furnish(world: World, party: Party, number: int) -> None:
    """Give a party one row of everything; of the first round the rows are kept by name."""
    first = number == 0
    add_pathways(world, party, number)
    staff, body = world.programme, party.participant
    for seminar in Seminar.objects.exclude(state=SeminarState.PLANNED):
        seat = make.make_seat(seminar, body)
        session = seminar.sessions.get()
        state = AttendanceState.EXCUSED if seminar.state == SeminarState.ANNOUNCED else AttendanceState.PRESENT
        make.make_attendance(seat, session, recorded_by=staff, state=state)
        if seminar.state == SeminarState.ANNOUNCED:
            make.make_checkin(seminar.checkin_lists.all()[0], seat, by=staff)
        if first:
            party.seats.append(seat)
        if seminar.state == SeminarState.CLOSED:
            code = f"CODE-OF-{body.code.upper()}" + (f"-{make.next_number()}" if party.certificates else "")
            certificate = make.make_certificate(seat, by=staff, code=code)
            party.certificates.setdefault("valid", certificate)
            party.certificates.setdefault("withdrawn", make.make_certificate(seat, by=staff, state="withdrawn"))
    party.pass_code = party.pass_code or pass_code(party.seats[0])
    for form in FeedbackForm.objects.all():
        make.make_feedback(form, body)
    add_presentations(world, party)
    add_visits(world, party)
    add_lessons(world, party)
    add_expenses(world, party)
    add_settlements(world, party, number)
    document = make.make_document(world.agreement, staff, participant=body)
    party.document = party.document or document
    _by_hand(world, party, first=first)
    token = f"token-of-{body.code}-{number + 1}"
    make.make_invitation(
        staff, role="coordinator", participant=body, token_hash=hashlib.sha256(token.encode()).hexdigest()
    )


def _by_hand(world: World, party: Party, *, first: bool) -> None:
    """What people add to the ledger by hand: a proof that waits, a waiver."""
    proof = make.make_proof(world.duty, party.participant, by=party.coordinator)
    party.proof = party.proof or proof
    others = [party.participant]
    duty = world.duty if first else make.make_duty(world.agreement, by=world.programme, participants=others)
    waiver = make.make_waiver(world.agreement, party.participant, duty.name, by=world.programme)
    party.waiver = party.waiver or waiver
