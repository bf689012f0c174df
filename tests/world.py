"""One agreement with everything in it, and one person of each kind: what the walks walk through."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from expenses.models import (
    Category,
    ClassDecision,
    ExpenseImport,
    ExpenseLine,
    ExpenseState,
    RulingOverride,
    Settlement,
    SettlementState,
    WhoseCost,
)
from expenses.services import decide_ruling, keep_sheet, propose_override, save_budget
from participants.access import FINANCE_STAFF, PROGRAMME_STAFF
from participants.models import (
    Agreement,
    Amendment,
    DataToken,
    Duty,
    DutyProof,
    Participant,
    PartyDocument,
    ReminderLog,
    ReminderRule,
    ReminderState,
    ReportPack,
    User,
    Waiver,
)
from participants.services import begin_amendment
from pathways.lessons.models import (
    CodebookVersion,
    Consent,
    Drawn,
    Edition,
    ExportJob,
    Lesson,
    LessonCase,
    LessonState,
    SavedSearch,
    SourceText,
    Stance,
    Synthesis,
    Theme,
)
from pathways.lessons.services import keep_search, number_version, reindex
from pathways.models import ChoiceState, PathwayChoice, PeriodSkip, ProgressUpdate, ReportingPeriod, UpdateState
from seminars.models import (
    ActionState,
    AttendanceState,
    Certificate,
    FeedbackForm,
    FieldVisit,
    Finding,
    FollowUpAction,
    Presentation,
    PresentationState,
    Review,
    Seat,
    Seminar,
    SeminarSession,
    SeminarState,
    VisitState,
)
from seminars.models.seminars import SeminarKind
from seminars.models.visits import ArrangedBy
from seminars.passes import pass_code, sheet_code
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
    certificates: dict[str, Certificate] = field(default_factory=dict)
    reviews: dict[str, Review] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    actions: dict[str, FollowUpAction] = field(default_factory=dict)
    expenses: dict[str, ExpenseLine] = field(default_factory=dict)
    settlements: dict[str, Settlement] = field(default_factory=dict)
    document: PartyDocument | None = None
    proof: DutyProof | None = None
    waiver: Waiver | None = None
    overrides: list[RulingOverride] = field(default_factory=list)
    sheets: list[ExpenseImport] = field(default_factory=list)
    decisions: list[ClassDecision] = field(default_factory=list)
    pass_code: str = ""
    sources: dict[str, SourceText] = field(default_factory=dict)
    lessons: dict[str, Lesson] = field(default_factory=dict)


@dataclass
class World:
    """The fixed cast. ``a`` and ``b`` are two parties of equal shape; the adviser is assigned to ``a`` alone."""

    agreement: Agreement
    parties: list[Party]
    periods: list[ReportingPeriod]
    seminars: dict[str, Seminar]
    document: PartyDocument
    duty: Duty
    amendment: Amendment
    adviser: User
    researcher: User
    finance: User
    finance_two: User
    programme: User
    administrator: User
    token: DataToken | None = None
    pack: ReportPack | None = None
    sheet_code: str = ""
    themes: dict[str, Theme] = field(default_factory=dict)
    synthesis: Synthesis | None = None
    edition: Edition | None = None
    export: ExportJob | None = None
    codebook_version: CodebookVersion | None = None
    search: SavedSearch | None = None

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
        _open_door(world, make.make_session(seminar))
    world.sheet_code = sheet_code(seminars["announced"].sessions.get())
    for _extra in range(rows - 1):
        _open_door(world, make.make_session(make.make_seminar(agreement)))
        make.make_session(make.make_seminar(agreement, state=SeminarState.CLOSED, starts_on=date(2019, 10, 2)))
    for _number in range(2):
        make.make_criterion(seminars["day"])
    for person in (world.adviser, world.researcher):
        make.make_reviewer(seminars["day"], person)
    make.make_certificate_template(seminars["closed"])
    make.make_certificate_template(seminars["announced"])
    make.make_feedback_form(seminars["closed"], anonymous=False, code="FEEDBACK-ON-CLOSED")
    make.make_feedback_form(seminars["announced"], code="FEEDBACK-ON-ANNOUNCED")
    _scholarship(world, rows)
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
    _desk(world)
    return world


def _desk(world: World) -> None:
    """What a researcher picked and took along."""
    lesson = world.a.lessons["published"]
    make.make_basket_item(world.researcher, lesson)
    make.make_report_template(world.programme)
    world.export = make.make_export(world.researcher, world.agreement, lessons=[lesson])


def _open_door(world: World, session: SeminarSession) -> None:
    """What a seminar has at its door: a list of the session and one of a meal, materials, a photographed sheet."""
    seminar, staff = session.seminar, world.programme
    make.make_checkin_list(seminar, session=session, by=staff, self_checkin=True, records_exit=True)
    make.make_checkin_list(seminar, by=staff)
    make.make_material(seminar, by=staff)
    make.make_material(seminar, by=staff, is_public=True, title="กำหนดการ")
    make.make_sheet_photo(session, by=staff)


def _furnish(world: World, party: Party, number: int) -> None:
    """Give a party one row of everything; of the first round the rows are kept by name."""
    first = number == 0
    _pathways(world, party, number)
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
    _stage(world, party)
    _visits(world, party)
    _lessons(world, party)
    _money(world, party)
    _settlements(world, party, number)
    document = make.make_document(world.agreement, staff, participant=body)
    party.document = party.document or document
    _by_hand(world, party, first=first)
    token = f"token-of-{body.code}-{number + 1}"
    make.make_invitation(
        staff, role="coordinator", participant=body, token_hash=hashlib.sha256(token.encode()).hexdigest()
    )


def _stage(world: World, party: Party) -> None:
    """Presentations in their states, two of them reviewed."""
    by, body = party.coordinator, party.participant
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
        if state == PresentationState.ACCEPTED:
            make.make_slot(row, world.seminars["day"].sessions.get())
            make.make_former_slides(row, by=by)
            review = make.make_review(row, world.researcher, sent_at=make.MOMENT)
            party.reviews.setdefault("sent", review)
        elif state == PresentationState.GIVEN:
            said = {"answer": "จะเพิ่มตัวเลขในฉบับหน้า", "answered_at": make.MOMENT, "answered_by": by}
            review = make.make_review(row, world.adviser, sent_at=make.MOMENT, remark="ให้คะแนนตามเกณฑ์", **said)
            party.reviews.setdefault("answered", review)


def _visits(world: World, party: Party) -> None:
    """Visits in their states; the reported one has a finding with an action in each state."""
    by, body = party.coordinator, party.participant
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
        if state == VisitState.REPORTED:
            finding = make.make_finding(visit, by=world.researcher)
            party.findings.append(finding)
            for step in ActionState:
                action = make.make_action(finding, assignee=by, verifier=world.researcher, state=step)
                party.actions.setdefault(step, action)


def _scholarship(world: World, rows: int) -> None:
    """What belongs to no party: a codebook with themes, a synthesis, a memo."""
    codebook = make.make_codebook(world.agreement)
    for number in range(rows):
        for name in ("budget", "people"):
            theme = make.make_theme(codebook, f"{name}-{number}")
            world.themes.setdefault(name, theme)
        make.make_memo(by=world.researcher, agreement=world.agreement)
    world.codebook_version = number_version(codebook=codebook, user=world.researcher)
    world.search = keep_search(agreement=world.agreement, user=world.researcher, name="น้ำ", query="q=น้ำ")
    world.themes["under"] = make.make_theme(codebook, "satang", parent=world.themes["budget"])
    world.synthesis = make.make_synthesis(world.agreement, by=world.researcher)
    for _extra in range(rows - 1):
        make.make_statement(make.make_synthesis(world.agreement, by=world.researcher))


def _lessons(world: World, party: Party) -> None:
    """A text that was taken from the party's report and one about it, coded; a lesson in each state."""
    body, scholar, choice = party.participant, world.researcher, party.choices["confirmed"]
    accepted = body.choices.get(pk=choice.pk).updates.get(state=UpdateState.ACCEPTED)
    taken = make.make_source(
        body,
        by=scholar,
        kind="update",
        origin=f"update:{accepted.pk}-{body.source_texts.count()}",
        pathway=choice.pathway,
        period=accepted.period,
        dimension="environment",
    )
    interview = make.make_source(body, by=scholar, file=make.make_stored_file(scholar, "บันทึก.png"))
    quotes = []
    for source in (taken, interview):
        quote = make.make_excerpt(source)
        make.make_coding(quote, world.themes["budget"], scholar)
        make.make_memo(by=scholar, agreement=world.agreement, excerpt=quote)
        quotes.append(quote)
    about = {"pathway": choice.pathway, "period": accepted.period, "dimension": "environment", "choice": choice}
    for state in sorted(
        LessonState.values, key=lambda one: one == LessonState.DRAFT
    ):  # the oldest is one staff may read
        judged = state in (LessonState.VALIDATED, LessonState.PUBLISHED)
        consent = {"consent": Consent.NAMED} if judged else {}
        if state == LessonState.PUBLISHED and party is world.a and "published" not in party.lessons:
            consent["public_code"] = "KNWNADDR"
        lesson = make.make_lesson(
            body,
            state=state,
            by=party.coordinator,
            validated_by=scholar,
            themes=[world.themes["budget"]],
            evidence=quotes if state == LessonState.VALIDATED else (),
            **about,
            **consent,
        )
        party.lessons.setdefault(state, lesson)
    drawn = make.make_lesson(
        body, state=LessonState.DRAFT, by=scholar, drawn_by=Drawn.RESEARCH, evidence=[make.make_excerpt(taken, 30, 50)]
    )
    party.lessons.setdefault("research", drawn)
    make.make_memo(by=scholar, agreement=world.agreement, lesson=drawn)
    LessonCase.objects.create(lesson=party.lessons["published"], other=drawn, stance=Stance.CONTRADICTS, note="ผลต่างกัน")
    party.sources.setdefault("taken", taken)
    party.sources.setdefault("interview", interview)


def _by_hand(world: World, party: Party, *, first: bool) -> None:
    """What people add to the ledger by hand: a proof that waits, a waiver."""
    proof = make.make_proof(world.duty, party.participant, by=party.coordinator)
    party.proof = party.proof or proof
    others = [party.participant]
    duty = world.duty if first else make.make_duty(world.agreement, by=world.programme, participants=others)
    waiver = make.make_waiver(world.agreement, party.participant, duty.name, by=world.programme)
    party.waiver = party.waiver or waiver


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
    overridden = make.make_expense(
        scheduled, by=world.finance, state=ExpenseState.APPROVED, approved_by=world.finance_two
    )
    override = propose_override(
        line=overridden,
        payer="local_government",
        reason="ตกลงกันใหม่",
        user=world.finance,
        weights={party.participant: 1},
    )
    party.overrides.append(override)
    certified = make.make_expense(
        requested,
        by=world.finance,
        state=ExpenseState.APPROVED,
        approved_by=world.finance_two,
        no_receipt_reason="ผู้รับจ้างไม่มีใบเสร็จ",
        spender_name="นางสาวผู้แทน มาแน่",
        spender_position="ปลัดเทศบาล",
    )
    party.expenses.setdefault("certified", certified)
    if party is world.a and not party.sheets:
        party.sheets.append(
            keep_sheet(
                agreement=world.agreement, file_name="ค่าใช้จ่าย.xlsx", columns=["activity"], rows=[], user=world.finance
            )
        )
        party.decisions.append(
            ClassDecision.objects.create(
                agreement=world.agreement,
                activity="seminar",
                venue="elsewhere",
                whose_cost="event",
                category="venue_hire",
                payer="institute",
                reason="สถาบันเลือกสถานที่",
                decided_by=world.finance,
                is_standing=True,
            )
        )
    save_budget(
        agreement=world.agreement,
        participant=party.participant,
        planned={"travel": Decimal("5000")},
        user=world.finance,
    )


def _settlements(world: World, party: Party, number: int) -> None:
    """A statement that waits for the party; the first party has one in every state. None of them counts its line."""
    lines = [party.expenses[ExpenseState.APPROVED], party.expenses["decided"]]
    states = SettlementState if party is world.a else [SettlementState.WAITING]
    sides = {"local_government": party.executive, "institute": world.finance_two}
    signed = {
        SettlementState.COUNTERSIGNED: {"local_government": party.executive},
        SettlementState.SIGNED: sides,
        SettlementState.PAID: sides,
        SettlementState.CLOSED: sides,
    }
    for place, state in enumerate(states):
        row = make.make_settlement(
            party.participant,
            *lines,
            by=world.finance_two if state == SettlementState.COUNTERSIGNED else world.finance,
            state=state,
            signed_by=signed.get(state),
            holds=False,
            starts_on=make.SIGNED + timedelta(days=20 * number + place),
            note="โปรดตรวจทุกรายการ",
        )
        party.settlements.setdefault(state, row)
        if state == SettlementState.DISPUTED:
            make.make_dispute(row, by=party.coordinator)
        if state in (SettlementState.PAID, SettlementState.CLOSED):
            make.make_payment(row, by=party.coordinator)
