"""Rows for tests, whole and plausible, by plain functions with defaults.

Every factory saves one row (with what it cannot do without) and takes any column as a keyword. States are set as they
would stand after the services did their work; services themselves are tested elsewhere. Days lie in the period of the
first memorandum (17 June 2019 to 30 September 2020), roles hold from its signing without an end.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from expenses.models import Category, ExpenseLine, ExpenseState, PaidBy, WhoseCost
from expenses.services import rule, set_parties
from participants.access import FINANCE_STAFF, PROGRAMME_STAFF
from participants.files import store_upload
from participants.models import (
    AdviserAssignment,
    Agreement,
    Clause,
    Designation,
    DocumentKind,
    GovernmentKind,
    Invitation,
    LocalGovernment,
    Membership,
    NoticeAcknowledgement,
    Participant,
    PartyDocument,
    Province,
    Role,
    StoredFile,
    User,
)
from participants.notice import VERSION
from pathways.models import (
    ChoiceState,
    ChoiceVersion,
    Evidence,
    Indicator,
    Milestone,
    Pathway,
    PathwayChoice,
    ProgressUpdate,
    ReportingPeriod,
    UpdateEvent,
    UpdateState,
)
from seminars.models import (
    Attendance,
    AttendanceState,
    FieldVisit,
    Presentation,
    PresentationState,
    Seat,
    Seminar,
    SeminarSession,
    SeminarState,
    VisitParticipant,
    VisitState,
)
from seminars.models.visits import ArrangedBy

SIGNED, ENDS = date(2019, 6, 17), date(2020, 9, 30)
#: A moment within the agreement's period, for columns that say when something was decided.
MOMENT = datetime(2020, 2, 3, 9, 30, tzinfo=UTC)

_serial = count(1)


# --- agreements and parties -----------------------------------------------------------------
def make_province(iso: str = "TH-81", **fields: Any) -> Province:
    """A province; one that is there already is returned."""
    defaults = {"name_th": "กระบี่", "name_en": "Krabi", "region": "south", **fields}
    return Province.objects.get_or_create(iso=iso, defaults=defaults)[0]


def make_local_government(
    code: str = "",
    *,
    name_th: str = "เทศบาลเมืองตัวอย่าง",
    name_en: str = "Example Town Municipality",
    kind: str = GovernmentKind.TOWN,
    **fields: Any,
) -> LocalGovernment:
    """A local government with one open designation."""
    fields.setdefault("province", None)
    province = fields.pop("province") or make_province()
    body = LocalGovernment.objects.create(code=code or f"town-{next(_serial)}", province=province, **fields)
    Designation.objects.create(local_government=body, kind=kind, name_th=name_th, name_en=name_en)
    body.refresh_from_db()  # its sort key and search text follow the designation
    return body


def make_agreement(
    code: str = "kpi-smart-city-2",
    *,
    current: bool = True,
    signed_on: date | None = SIGNED,
    ends_on: date = ENDS,
    **fields: Any,
) -> Agreement:
    """An agreement in force from its signing."""
    values = {
        "phase": 2,
        "title_th": "การพัฒนาท้องถิ่นสู่เมืองอัจฉริยะที่ยั่งยืน ระยะที่ 2",
        "title_en": "Local development towards sustainable smart cities, phase 2",
        "short_title_th": "เมืองอัจฉริยะ ระยะที่ 2",
        "short_title_en": "Smart cities, phase 2",
        "institute_name_th": "สถาบันพระปกเกล้า",
        "institute_name_en": "King Prajadhipok's Institute",
        "institute_signatory_as_printed": "ศาสตราจารย์วุฒิสาร ตันไชย",
        "institute_signed_on": signed_on,
        **fields,
    }
    return Agreement.objects.create(code=code, is_current=current, signed_on=signed_on, ends_on=ends_on, **values)


#: Number, label in both languages, who is obliged.
CLAUSES = (
    ("1.3", "ข้อ 1.3", "clause 1.3", "all"),
    ("2.1", "ข้อ 2.1", "clause 2.1", "local_government"),
    ("2.2(1)", "ข้อ 2.2 (1)", "clause 2.2 (1)", "institute"),
    ("2.2(2)", "ข้อ 2.2 (2)", "clause 2.2 (2)", "local_government"),
    ("2.2(3)", "ข้อ 2.2 (3)", "clause 2.2 (3)", "local_government"),
    ("2.2(4)4.1", "ข้อ 2.2 (4) 4.1", "clause 4.1", "all"),
    ("2.2(4)4.2", "ข้อ 2.2 (4) 4.2", "clause 4.2", "local_government"),
    ("3", "ข้อ 3", "clause 3", "all"),
    ("4", "ข้อ 4", "clause 4", "all"),
)


def make_clauses(agreement: Agreement) -> dict[str, Clause]:
    """The clauses that oblige somebody, by number."""
    return {
        number: Clause.objects.create(
            agreement=agreement,
            number=number,
            label_th=label_th,
            label_en=label_en,
            obliged=obliged,
            order=order,
            title_th=f"หน้าที่ตาม{label_th}",
            title_en=f"Duty under {label_en}",
        )
        for order, (number, label_th, label_en, obliged) in enumerate(CLAUSES, 1)
    }


def make_participant(
    code: str = "",
    *,
    agreement: Agreement | None = None,
    local_government: LocalGovernment | None = None,
    **fields: Any,
) -> Participant:
    """A local government's part in an agreement (the current one, or a new one), signed on the agreement's day."""
    agreement = agreement or Agreement.objects.current() or make_agreement()
    names = {name: fields.pop(name) for name in ("name_th", "name_en", "kind", "province") if name in fields}
    body = local_government or make_local_government(code, **names)
    values = {
        "designation": body.newest_designation(),
        "order": agreement.participants.count() + 1,
        "signatory_as_printed": "นายตัวอย่าง ใจดี",
        "signatory_line_as_printed": "นายกเทศมนตรี",
        "signed_on": agreement.signed_on,
        **fields,
    }
    return Participant.objects.create(agreement=agreement, local_government=body, **values)


def make_stored_file(user: User, name: str = "ภาพถ่าย.png", content: bytes | None = None) -> StoredFile:
    """A file that went through the portal's own door; a small picture unless told otherwise."""
    return store_upload(upload=SimpleUploadedFile(name, png() if content is None else content), user=user)


def png(width: int = 8, height: int = 8) -> bytes:
    """A real PNG picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), (11, 85, 99)).save(out, "PNG")
    return out.getvalue()


def make_document(
    agreement: Agreement, user: User, *, participant: Participant | None = None, **fields: Any
) -> PartyDocument:
    """A document with its file, of one party or (without one) of the agreement as a whole."""
    values = {
        "kind": DocumentKind.AUTHORISING_LETTER,
        "title": "หนังสือมอบอำนาจ",
        "number": "กบ 51001/123",
        "dated_on": date(2019, 7, 1),
        **fields,
    }
    if "file" not in values:
        values["file"] = make_stored_file(user, "หนังสือ.png")
    return PartyDocument.objects.create(agreement=agreement, participant=participant, **values)


# --- people ---------------------------------------------------------------------------------
def make_user(email: str = "", *, password: str | None = None, acknowledged: bool = True, **fields: Any) -> User:
    """A person without a role, who has read the privacy notice. Sign in with ``client.force_login``."""
    values = {"name_th": "สมชาย ใจดี", "name_en": "Somchai Jaidee", **fields}
    user = User.objects.create_user(email or f"person-{next(_serial)}@example.org", password, **values)
    if acknowledged:
        NoticeAcknowledgement.objects.create(user=user, version=VERSION)
    return user


def make_staff(group: str = PROGRAMME_STAFF, **fields: Any) -> User:
    """Staff of the institute: ``programme_staff`` or ``finance_staff``."""
    user = make_user(is_staff=True, **{"name_en": f"Staff {group}", **fields})
    user.groups.add(Group.objects.get(name=group))
    return user


def make_admin(**fields: Any) -> User:
    """An administrator."""
    return make_user(is_staff=True, is_superuser=True, **{"name_en": "Administrator", **fields})


def _member(
    role: str, *, participant: Participant | None = None, agreement: Agreement | None = None, **fields: Any
) -> User:
    starts_on, ends_on = fields.pop("starts_on", SIGNED), fields.pop("ends_on", None)
    user = make_user(**fields)
    Membership.objects.create(
        user=user, role=role, participant=participant, agreement=agreement, starts_on=starts_on, ends_on=ends_on
    )
    return user


def make_coordinator(participant: Participant, **fields: Any) -> User:
    """A coordinator; ``starts_on``/``ends_on`` bound the role."""
    return _member(Role.COORDINATOR, participant=participant, **fields)


def make_executive(participant: Participant, **fields: Any) -> User:
    """An executive, who reads."""
    return _member(Role.EXECUTIVE, participant=participant, **fields)


def make_adviser(*participants: Participant, **fields: Any) -> User:
    """An adviser of the participants' agreement who is assigned to each of them."""
    user = _member(Role.ADVISER, agreement=participants[0].agreement, **fields)
    for participant in participants:
        AdviserAssignment.objects.create(user=user, participant=participant, starts_on=SIGNED)
    return user


def make_researcher(agreement: Agreement, **fields: Any) -> User:
    """A researcher of an agreement."""
    return _member(Role.RESEARCHER, agreement=agreement, **fields)


def make_invitation(invited_by: User, **fields: Any) -> Invitation:
    """An open invitation, good until the end of the century; its token is not known to anybody."""
    values = {
        "email": f"invited-{next(_serial)}@example.org",
        "name_th": "ผู้ได้รับเชิญ",
        "token_hash": f"{next(_serial):064x}",
        "expires_at": datetime(2099, 1, 1, tzinfo=UTC),
        **fields,
    }
    return Invitation.objects.create(invited_by=invited_by, **values)


# --- pathways -------------------------------------------------------------------------------
def make_pathway(agreement: Agreement, number: int = 1, **fields: Any) -> Pathway:
    """One pathway."""
    values = {
        "code": f"pathway-{number}",
        "title_th": f"แนวทางที่ {number}",
        "title_en": f"Pathway number {number}",
        **fields,
    }
    return Pathway.objects.create(agreement=agreement, number=number, **values)


def make_pathways(agreement: Agreement, total: int = 6) -> list[Pathway]:
    """The pathways of clause 2.1."""
    return [make_pathway(agreement, number) for number in range(1, total + 1)]


def make_choice(
    participant: Participant,
    pathway: Pathway | None = None,
    *,
    state: str = ChoiceState.CONFIRMED,
    by: User | None = None,
    decided_by: User | None = None,
    **fields: Any,
) -> PathwayChoice:
    """A choice with one version in a state; ``fields`` are the version's."""
    pathway = pathway or participant.agreement.pathways.first() or make_pathway(participant.agreement)
    by = by or make_coordinator(participant)
    choice = PathwayChoice.objects.create(participant=participant, pathway=pathway)
    make_version(choice, by=by, state=state, decided_by=decided_by, **fields)
    return choice


def make_version(
    choice: PathwayChoice,
    *,
    by: User,
    state: str = ChoiceState.CONFIRMED,
    decided_by: User | None = None,
    **fields: Any,
) -> ChoiceVersion:
    """One more version of a choice."""
    values: dict[str, Any] = {
        "number": choice.versions.count() + 1,
        "chosen_on": date(2019, 7, 1),
        "reason": "ประชาชนต้องการข้อมูลน้ำท่วมที่ทันเวลา",
        "expected_result": "แจ้งเตือนได้ภายในสิบนาที",
        "dimensions": ["environment"],
        **fields,
    }
    if state != ChoiceState.DRAFT:
        values |= {"submitted_by": by, "submitted_at": MOMENT}
    if state in (ChoiceState.CONFIRMED, ChoiceState.SUPERSEDED, ChoiceState.RETURNED):
        values |= {"decided_by": decided_by or make_staff(), "decided_at": MOMENT}
    return ChoiceVersion.objects.create(choice=choice, state=state, created_by=by, **values)


def make_milestone(choice: PathwayChoice, **fields: Any) -> Milestone:
    """A step of the plan."""
    return Milestone.objects.create(
        choice=choice, **{"title": "ติดตั้งสถานีวัดระดับน้ำ", "due_on": date(2020, 3, 31), "weight": 2, **fields}
    )


def make_indicator(choice: PathwayChoice, **fields: Any) -> Indicator:
    """What the choice is measured by."""
    values = {"name": "ครัวเรือนที่ได้รับการแจ้งเตือน", "unit": "ครัวเรือน", "baseline": 0, "target": 200, "weight": 2}
    return Indicator.objects.create(choice=choice, **{**values, **fields})


def make_period(agreement: Agreement, number: int = 1, **fields: Any) -> ReportingPeriod:
    """A reporting period of a month: the first is that of the signing."""
    starts_on = SIGNED + timedelta(days=30 * (number - 1))
    values = {
        "name_th": f"งวดที่ {number}",
        "name_en": f"Period {number}",
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(days=29),
        "due_on": starts_on + timedelta(days=36),
        **fields,
    }
    return ReportingPeriod.objects.create(agreement=agreement, number=number, **values)


def make_update(
    choice: PathwayChoice,
    period: ReportingPeriod | None = None,
    *,
    state: str = UpdateState.SUBMITTED,
    by: User | None = None,
    reviewed_by: User | None = None,
    **fields: Any,
) -> ProgressUpdate:
    """A progress update in a state, with the events that led there."""
    agreement = choice.participant.agreement
    period = period or agreement.reporting_periods.first() or make_period(agreement)
    by = by or make_coordinator(choice.participant)
    values: dict[str, Any] = {
        "done": "ติดตั้งสถานีวัดระดับน้ำสองแห่ง",
        "result": "ทราบระดับน้ำทุกสิบห้านาที",
        "obstacles": "งบประมาณมาช้า",
        "next_step": "ต่อข้อมูลเข้าป้ายประกาศ",
        "percent": 40,
        **fields,
    }
    if state != UpdateState.DRAFT:
        values |= {"submitted_by": by, "submitted_at": MOMENT}
    reviewer = None
    if state in (UpdateState.RETURNED, UpdateState.ACCEPTED):
        reviewer = reviewed_by or make_staff()
        values |= {"reviewed_by": reviewer, "reviewed_at": MOMENT}
    update = ProgressUpdate.objects.create(choice=choice, period=period, state=state, created_by=by, **values)
    UpdateEvent.objects.create(update=update, state=UpdateState.DRAFT, by=by)
    if state != UpdateState.DRAFT:
        UpdateEvent.objects.create(update=update, state=UpdateState.SUBMITTED, by=by)
    if reviewer is not None:
        UpdateEvent.objects.create(update=update, state=state, by=reviewer, note="ขอบคุณ โปรดดูหมายเหตุ")
    return update


def make_evidence(update: ProgressUpdate, *, by: User | None = None, **fields: Any) -> Evidence:
    """A picture, really stored, that shows what an update says."""
    user = by or update.created_by
    if "file" not in fields:
        fields["file"] = make_stored_file(user)
    return Evidence.objects.create(update=update, **{"caption": "สถานีวัดระดับน้ำ", **fields})


# --- seminars -------------------------------------------------------------------------------
def make_seminar(agreement: Agreement, *, state: str = SeminarState.ANNOUNCED, **fields: Any) -> Seminar:
    """A workshop at the institute within the period."""
    starts_on = fields.pop("starts_on", date(2019, 8, 21))
    values = {
        "title_th": "สัมมนาเชิงปฏิบัติการ",
        "title_en": "Workshop seminar",
        "place": "ห้องประชุมใหญ่",
        "ends_on": starts_on,
        **fields,
    }
    return Seminar.objects.create(agreement=agreement, state=state, starts_on=starts_on, **values)


def make_session(seminar: Seminar, **fields: Any) -> SeminarSession:
    """A part of a seminar."""
    values = {"order": seminar.sessions.count() + 1, "title": "ช่วงเช้า", "day": seminar.starts_on, **fields}
    return SeminarSession.objects.create(seminar=seminar, **values)


def make_seat(seminar: Seminar, participant: Participant, **fields: Any) -> Seat:
    """A party's seat with its delegate."""
    number = seminar.seats.filter(participant=participant).count() + 1
    values = {"number": number, "delegate_name": "นางสาวผู้แทน มาแน่", "delegate_position": "ปลัดเทศบาล", **fields}
    return Seat.objects.create(seminar=seminar, participant=participant, **values)


def make_attendance(
    seat: Seat, session: SeminarSession, *, recorded_by: User, state: str = AttendanceState.PRESENT, **fields: Any
) -> Attendance:
    """How a seat stood at a session."""
    if state == AttendanceState.EXCUSED:
        fields.setdefault("reason", "ติดราชการด่วน")
    return Attendance.objects.create(seat=seat, session=session, state=state, recorded_by=recorded_by, **fields)


def make_presentation(
    participant: Participant,
    seminar: Seminar,
    *,
    state: str = PresentationState.SUBMITTED,
    by: User | None = None,
    **fields: Any,
) -> Presentation:
    """A party's presentation."""
    values: dict[str, Any] = {
        "title": "ระบบเตือนน้ำท่วม",
        "abstract": "บทเรียนจากสถานีสองแห่ง",
        "presenters": "นางสาวผู้แทน มาแน่",
        **fields,
    }
    if state == PresentationState.GIVEN:
        values.setdefault("given_on", seminar.ends_on)
    by = by or make_coordinator(participant)
    return Presentation.objects.create(participant=participant, seminar=seminar, state=state, created_by=by, **values)


def make_visit(
    *participants: Participant,
    by: User,
    state: str = VisitState.SCHEDULED,
    arranged_by: str = ArrangedBy.INSTITUTE,
    visitors: Sequence[User] = (),
    **fields: Any,
) -> FieldVisit:
    """A field visit to one or more parties."""
    values: dict[str, Any] = {"purpose": "ดูสถานีวัดระดับน้ำและพบชุมชน", **fields}
    if state in (VisitState.SCHEDULED, VisitState.DONE, VisitState.REPORTED):
        values.setdefault("visit_on", date(2020, 1, 15))
    if state == VisitState.DECLINED:
        values.setdefault("decision_note", "ไม่มีวันว่างในงวดนี้")
    visit = FieldVisit.objects.create(
        agreement=participants[0].agreement, arranged_by=arranged_by, state=state, created_by=by, **values
    )
    for participant in participants:
        VisitParticipant.objects.create(visit=visit, participant=participant)
    visit.visitors.set(visitors)
    return visit


# --- expenses -------------------------------------------------------------------------------
def make_expense(
    activity: Seminar | FieldVisit,
    *,
    by: User,
    state: str = ExpenseState.DRAFT,
    approved_by: User | None = None,
    parties: Mapping[Participant, int] | Sequence[Participant] = (),
    **fields: Any,
) -> ExpenseLine:
    """An expense line with its ruling by the portal's own rule, in a state."""
    values: dict[str, Any] = {
        "whose_cost": WhoseCost.ADVISERS,
        "category": Category.TRAVEL,
        "description": "ค่าเดินทางผู้เชี่ยวชาญ",
        "amount": Decimal("1234.50"),
        "spent_on": date(2020, 1, 16),
        "payee": "บริษัทเดินทาง",
        "paid_by": PaidBy.INSTITUTE,
        **fields,
    }
    if values.get("paid_by_participant") is not None:
        values["paid_by"] = PaidBy.LOCAL_GOVERNMENT
    if state in (ExpenseState.APPROVED, ExpenseState.REJECTED):
        values |= {"approved_by": approved_by or make_staff(FINANCE_STAFF), "approved_at": MOMENT}
    line = ExpenseLine.objects.create(
        agreement=activity.agreement,
        seminar=activity if isinstance(activity, Seminar) else None,
        visit=activity if isinstance(activity, FieldVisit) else None,
        state=state,
        created_by=by,
        **values,
    )
    set_parties(line, parties)
    rule(line=line)
    return line
