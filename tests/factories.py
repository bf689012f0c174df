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
from uuid import uuid4

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation
from PIL import Image
from pypdf import PdfWriter

from expenses.balance import part_of
from expenses.models import (
    Category,
    ExpenseLine,
    ExpenseReceipt,
    ExpenseState,
    LineDispute,
    PaidBy,
    RuleTable,
    Settlement,
    SettlementPayment,
    SettlementSignature,
    SettlementState,
    WhoseCost,
)
from expenses.services import rule, set_parties
from expenses.services.drawing import cost_line, frozen
from participants.access import FINANCE_STAFF, PROGRAMME_STAFF
from participants.data_tokens import hashed
from participants.files import store_upload
from participants.models import (
    AdviserAssignment,
    Agreement,
    Clause,
    DataScope,
    DataToken,
    Designation,
    DocumentKind,
    Duty,
    DutyParty,
    DutyProof,
    GovernmentKind,
    Invitation,
    LocalGovernment,
    Membership,
    NoticeAcknowledgement,
    Participant,
    PartyDocument,
    Province,
    ReportPack,
    Role,
    StoredFile,
    User,
    Waiver,
)
from participants.notice import VERSION
from pathways.lessons.edition_facts import content_of
from pathways.lessons.editions import digest
from pathways.lessons.exports.selection import Selection, fingerprint, shown_of
from pathways.lessons.models import (
    WORDS,
    Addressee,
    BasketItem,
    Chapter,
    Codebook,
    Coding,
    Confidence,
    Drawn,
    Edition,
    Excerpt,
    ExportFormat,
    ExportJob,
    JobState,
    Lesson,
    LessonEvent,
    LessonEvidence,
    LessonState,
    LessonTheme,
    Memo,
    ReportTemplate,
    SourceKind,
    SourceText,
    Stance,
    Statement,
    StatementLesson,
    Synthesis,
    Theme,
    ValidatedText,
)
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
    ActionState,
    Attendance,
    AttendanceState,
    Certificate,
    CertificateState,
    CertificateTemplate,
    CheckIn,
    CheckInList,
    Criterion,
    FeedbackAnswer,
    FeedbackForm,
    FeedbackQuestion,
    FeedbackResponse,
    FeedbackState,
    FieldVisit,
    Finding,
    FollowUpAction,
    FormerSlides,
    ListKind,
    Material,
    Presentation,
    PresentationState,
    Rate,
    Review,
    Reviewer,
    Score,
    Seat,
    Seminar,
    SeminarSession,
    SeminarState,
    SheetPhoto,
    Signatory,
    Slot,
    VisitParticipant,
    VisitState,
)
from seminars.models.visits import ArrangedBy
from tests.expenses.the_rule import shipped

SIGNED, ENDS = date(2019, 6, 17), date(2020, 9, 30)
#: A moment within the agreement's period, for columns that say when something was decided.
MOMENT = datetime(2020, 2, 3, 9, 30, tzinfo=UTC)

_serial = count(1)


def next_number() -> int:
    """A number that no row of this process has had, for keys that must differ."""
    return next(_serial)


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
    agreement = Agreement.objects.create(code=code, is_current=current, signed_on=signed_on, ends_on=ends_on, **values)
    RuleTable.objects.create(agreement=agreement, basis="ข้อ 2.2 (4)", **shipped())
    return agreement


#: Number, label in both languages, who is obliged.
CLAUSES = (
    ("1.3", "ข้อ 1.3", "clause 1.3", "all"),
    ("2.1", "ข้อ 2.1", "clause 2.1", "local_government"),
    ("2.2(1)", "ข้อ 2.2 (1)", "clause 2.2 (1)", "institute"),
    ("2.2(2)", "ข้อ 2.2 (2)", "clause 2.2 (2)", "local_government"),
    ("2.2(3)", "ข้อ 2.2 (3)", "clause 2.2 (3)", "local_government"),
    ("2.2(4)", "ข้อ 2.2 (4)", "clause 2.2 (4)", "all"),
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


def pdf_bytes() -> bytes:
    """A real PDF file of one empty page."""
    out = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


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


# --- lessons --------------------------------------------------------------------------------
SOURCE_TEXT = (
    "น้ำท่วมตลาดทุกปีในเดือนตุลาคม\nเราติดตั้งสถานีวัดระดับน้ำสองแห่ง\nชาวบ้านได้รับคำเตือนก่อนน้ำมาสองชั่วโมง\nงบประมาณมาช้าไปสามเดือน"
)


def make_codebook(agreement: Agreement, **fields: Any) -> Codebook:
    """A codebook without themes."""
    return Codebook.objects.create(
        agreement=agreement, **{"name_th": "สมุดรหัสหลัก", "name_en": "Main codebook", **fields}
    )


def make_theme(codebook: Codebook, code: str = "budget", **fields: Any) -> Theme:
    """One theme."""
    values = {
        "order": codebook.themes.count() + 1,
        "name_th": f"หัวเรื่อง {code}",
        "name_en": f"Theme {code}",
        "definition": "สิ่งที่เกี่ยวกับเงิน",
        **fields,
    }
    return Theme.objects.create(codebook=codebook, code=code, **values)


def make_source(participant: Participant | None, *, by: User, **fields: Any) -> SourceText:
    """A text of a participant, as an interview that was uploaded unless told otherwise."""
    values = {
        "agreement": participant.agreement if participant else Agreement.objects.current(),
        "kind": SourceKind.INTERVIEW,
        "title": "บันทึกการสัมภาษณ์",
        "text": SOURCE_TEXT,
        "dated_on": date(2020, 2, 1),
        **fields,
    }
    return SourceText.objects.create(participant=participant, created_by=by, **values)


def make_excerpt(source: SourceText, start: int = 0, end: int = 20, **fields: Any) -> Excerpt:
    """A passage; marked by who took the source in."""
    values = {"created_by": source.created_by, "text": source.text[start:end], **fields}
    return Excerpt.objects.create(source=source, start=start, end=end, **values)


def make_coding(excerpt: Excerpt, theme: Theme, coder: User) -> Coding:
    """A code."""
    return Coding.objects.create(excerpt=excerpt, theme=theme, coder=coder)


def make_memo(*, by: User, agreement: Agreement, **fields: Any) -> Memo:
    """A memo, on the thing that is named if any."""
    return Memo.objects.create(agreement=agreement, created_by=by, **{"text": "น่าเทียบกับกรณีอื่น", **fields})


def make_lesson(
    participant: Participant,
    *,
    state: str = LessonState.PUBLISHED,
    by: User | None = None,
    validated_by: User | None = None,
    themes: Sequence[Theme] = (),
    evidence: Sequence[Excerpt] = (),
    **fields: Any,
) -> Lesson:
    """A lesson in a state, with validated words beside the original where the state has them, and its events."""
    by = by or make_coordinator(participant)
    values: dict[str, Any] = {
        "title": "เตือนภัยน้ำท่วมด้วยสถานีวัดระดับน้ำ",
        "situation": "น้ำท่วมตลาดทุกปี",
        "action": "ติดตั้งสถานีวัดระดับน้ำสองแห่ง",
        "result": "ชาวบ้านเก็บของทัน",
        "why": "ข้อมูลถึงมือคนที่ต้องใช้",
        "lesson": "เครื่องวัดมีค่าเมื่อมีคนเฝ้าดู",
        "recommendation": "ให้ชุมชนเป็นเจ้าของข้อมูล",
        "addressee": Addressee.LOCAL_GOVERNMENTS,
        "drawn_by": Drawn.LOCAL_GOVERNMENT,
        **fields,
    }
    judged = state in (LessonState.VALIDATED, LessonState.PUBLISHED)
    if state not in (LessonState.DRAFT, LessonState.WITHDRAWN):
        values = {"submitted_by": by, "submitted_at": MOMENT, **values}
    if judged:
        validated_by = validated_by or make_staff()
        values = {
            "validated_by": validated_by,
            "validated_at": MOMENT,
            "confidence": Confidence.MEDIUM,
            "confidence_note": "สองแหล่งตรงกัน",
            **values,
        }
    if state == LessonState.PUBLISHED:
        values = {"published_by": validated_by, "published_at": MOMENT, **values}
    if values.get("consent", "unasked") != "unasked":
        values = {"consent_by": by, "consent_at": MOMENT, **values}
    lesson = Lesson.objects.create(
        agreement=participant.agreement, participant=participant, state=state, created_by=by, **values
    )
    if judged:
        words = {name: getattr(lesson, name) for name in WORDS}
        ValidatedText.objects.create(of=lesson, **words)
    for theme in themes:
        LessonTheme.objects.create(lesson=lesson, theme=theme)
    for excerpt in evidence:
        LessonEvidence.objects.create(lesson=lesson, excerpt=excerpt, note="ตรงกับที่เขียน")
    LessonEvent.objects.create(lesson=lesson, state=state, by=by, note="ขอบคุณ")
    return lesson


def make_synthesis(agreement: Agreement, *, by: User, **fields: Any) -> Synthesis:
    """A synthesis without chapters."""
    values = {"title_th": "บทสังเคราะห์", "title_en": "Synthesis", "authors": ["คณะนักวิจัย"], **fields}
    return Synthesis.objects.create(agreement=agreement, created_by=by, **values)


def make_statement(synthesis: Synthesis, lessons: Sequence[Lesson] = (), **fields: Any) -> Statement:
    """A statement in the synthesis' last chapter (a new one where there is none), supported by lessons."""
    chapter = synthesis.chapters.last() or Chapter.objects.create(synthesis=synthesis, title="ข้อมูลเพื่อการเตือนภัย")
    statement = Statement.objects.create(
        chapter=chapter, **{"order": chapter.statements.count() + 1, "text": "ข้อมูลมีค่าเมื่อมีคนใช้", **fields}
    )
    for lesson in lessons:
        StatementLesson.objects.create(statement=statement, lesson=lesson, stance=Stance.SUPPORTS, note="ตรงกัน")
    return statement


def make_edition(synthesis: Synthesis, *, by: User, **fields: Any) -> Edition:
    """An edition of the synthesis as it stands."""
    content = content_of(synthesis).as_json()
    values = {
        "number": synthesis.editions.count() + 1,
        "published_on": date(2020, 9, 1),
        "content": content,
        "sha256": digest(content),
        **fields,
    }
    return Edition.objects.create(synthesis=synthesis, published_by=by, **values)


def make_basket_item(user: User, lesson: Lesson) -> BasketItem:
    """A lesson in somebody's basket."""
    return BasketItem.objects.create(user=user, lesson=lesson)


def make_report_template(user: User, **fields: Any) -> ReportTemplate:
    """A Word template that is not in use (its file is no Word file: nothing is made by it)."""
    values = {"name": "แม่แบบของสถาบัน", "file": make_stored_file(user, "template.png"), **fields}
    return ReportTemplate.objects.create(**values)


def make_export(user: User, agreement: Agreement, *, lessons: Sequence[Lesson] = (), **fields: Any) -> ExportJob:
    """A long export that is done, of lessons as they are shown now."""
    keys = [lesson.pk for lesson in lessons]
    with translation.override("th"):
        told = fingerprint(shown_of(agreement, Selection(lessons=tuple(keys))))
    values = {
        "format": ExportFormat.JSON,
        "state": JobState.DONE,
        "selection": {"lessons": keys, "made": {"lessons": keys, "print": told}},
        "file": make_stored_file(user, "lessons.png"),
        "finished_at": MOMENT,
        **fields,
    }
    return ExportJob.objects.create(user=user, agreement=agreement, **values)


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


def make_checkin_list(
    seminar: Seminar, *, by: User, session: SeminarSession | None = None, **fields: Any
) -> CheckInList:
    """An open check-in list: of a session when one is given, else of a meal."""
    kind = ListKind.SESSION if session else ListKind.MEAL
    values = {"kind": kind, "title": session.title if session else "อาหารกลางวัน", **fields}
    return CheckInList.objects.create(seminar=seminar, session=session, created_by=by, **values)


def make_checkin(point: CheckInList, seat: Seat, *, by: User | None, **fields: Any) -> CheckIn:
    """A seat that was checked in."""
    values = {"came": seat.delegate_name, "entered_at": MOMENT, "how": "scanned" if by else "self", **fields}
    return CheckIn.objects.create(checkin_list=point, seat=seat, recorded_by=by, **values)


def make_material(seminar: Seminar, *, by: User, **fields: Any) -> Material:
    """A file for the delegates of a seminar."""
    values = {"title": "เอกสารประกอบการสัมมนา", "file": make_stored_file(by, "เอกสาร.png"), **fields}
    return Material.objects.create(seminar=seminar, **values)


def make_sheet_photo(session: SeminarSession, *, by: User) -> SheetPhoto:
    """A photograph of a signed sheet."""
    return SheetPhoto.objects.create(session=session, file=make_stored_file(by, "ใบลงชื่อ.png"))


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


def make_former_slides(presentation: Presentation, *, by: User) -> FormerSlides:
    """A version of the slides that was replaced."""
    number = presentation.former_slides.count() + 1
    return FormerSlides.objects.create(
        presentation=presentation, number=number, file=make_stored_file(by, "สไลด์เก่า.png")
    )


def make_slot(presentation: Presentation, session: SeminarSession, **fields: Any) -> Slot:
    """The next free place of a session."""
    values = {"number": session.slots.count() + 1, "minutes": 15, **fields}
    return Slot.objects.create(presentation=presentation, session=session, **values)


def make_criterion(seminar: Seminar, **fields: Any) -> Criterion:
    """What reviewers judge."""
    order = seminar.criteria.count() + 1
    values = {"order": order, "title_th": f"เกณฑ์ข้อที่ {order}", "title_en": f"Criterion {order}", **fields}
    return Criterion.objects.create(seminar=seminar, **values)


def make_reviewer(seminar: Seminar, user: User) -> Reviewer:
    """A person who reviews at a seminar."""
    return Reviewer.objects.create(seminar=seminar, user=user)


def make_review(presentation: Presentation, reviewer: User, *, score: int = 4, **fields: Any) -> Review:
    """A review with the same score on every criterion."""
    values = {"comment": "น่าสนใจ ขอให้เพิ่มตัวเลขผลลัพธ์", **fields}
    review = Review.objects.create(presentation=presentation, reviewer=reviewer, **values)
    for criterion in presentation.seminar.criteria.all():
        Score.objects.create(review=review, criterion=criterion, value=score)
    return review


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


def make_certificate_template(seminar: Seminar, **fields: Any) -> CertificateTemplate:
    """What a seminar's certificates say, with two signatories."""
    template = CertificateTemplate.objects.create(seminar=seminar, **fields)
    for order, name in enumerate(("นางสาวเลขา ธิการ", "นายผู้อำนวย การ"), 1):
        Signatory.objects.create(
            template=template, order=order, name=name, position_th="ผู้อำนวยการสำนัก", position_en="Director"
        )
    return template


def make_certificate(seat: Seat, *, by: User, state: str = CertificateState.VALID, **fields: Any) -> Certificate:
    """A certificate of who sits on the seat."""
    values: dict[str, Any] = {
        "serial": seat.seminar.certificates.count() + 1,
        "name": seat.delegate_name,
        "position": seat.delegate_position,
        "issued_on": seat.seminar.ends_on,
        **fields,
    }
    if state == CertificateState.WITHDRAWN:
        values |= {"withdrawn_on": seat.seminar.ends_on, "withdrawn_reason": "สะกดชื่อผิด"}
    return Certificate.objects.create(
        seminar=seat.seminar, participant=seat.participant, seat=seat, issued_by=by, state=state, **values
    )


def make_feedback_form(seminar: Seminar, *, state: str = FeedbackState.OPEN, **fields: Any) -> FeedbackForm:
    """A form with one question of each kind."""
    form = FeedbackForm.objects.create(seminar=seminar, state=state, **fields)
    for order, (kind, text, options) in enumerate(
        (
            ("scale", "ความพึงพอใจโดยรวม", ""),
            ("choice", "รูปแบบที่ต้องการ", "ที่สถาบัน\nออนไลน์"),
            ("text", "ข้อเสนอแนะ", ""),
        ),
        1,
    ):
        FeedbackQuestion.objects.create(
            form=form, order=order, kind=kind, text_th=text, text_en=f"Question {order}", options=options
        )
    return form


def make_feedback(form: FeedbackForm, participant: Participant | None = None, *, number: int = 4) -> FeedbackResponse:
    """Somebody's answers to every question of the form."""
    named = {} if form.anonymous else {"name": "นายผู้ตอบ แบบสอบถาม", "participant": participant}
    response = FeedbackResponse.objects.create(form=form, token=uuid4(), **named)
    for question in form.questions.all():
        said: dict[str, Any] = {"number": number} if question.kind == "scale" else {"text": "อาหารดี"}
        if question.kind == "choice":
            said = {"text": question.choices[0]}
        FeedbackAnswer.objects.create(response=response, question=question, **said)
    return response


def make_rate(agreement: Agreement, *, by: User, kind: str = "lodging", unit: str = "night", **fields: Any) -> Rate:
    """A ceiling that holds from the signing without an end."""
    values: dict[str, Any] = {"amount": Decimal("1500.00"), "valid_from": SIGNED, "source": "ระเบียบตัวอย่าง พ.ศ. 2562"}
    return Rate.objects.create(agreement=agreement, kind=kind, unit=unit, entered_by=by, **{**values, **fields})


def make_finding(visit: FieldVisit, *, by: User, **fields: Any) -> Finding:
    """One thing that was found."""
    values = {"order": visit.findings.count() + 1, "text": "ข้อมูลระดับน้ำยังไม่เชื่อมกับป้ายประกาศ", **fields}
    return Finding.objects.create(visit=visit, created_by=by, **values)


def make_action(
    finding: Finding, *, assignee: User, verifier: User, state: str = ActionState.OPEN, **fields: Any
) -> FollowUpAction:
    """What is to be done about a finding."""
    values: dict[str, Any] = {"title": "เชื่อมข้อมูลระดับน้ำกับป้าย", "due_on": date(2020, 3, 1), **fields}
    if state != ActionState.OPEN:
        values |= {"done_on": date(2020, 2, 20), "done_note": "เชื่อมแล้วสองป้าย"}
    if state == ActionState.VERIFIED:
        values |= {"adequate": True, "verified_on": date(2020, 2, 25)}
    return FollowUpAction.objects.create(
        finding=finding, assignee=assignee, verifier=verifier, state=state, created_by=verifier, **values
    )


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
    receipt = fields.pop("receipt", None)
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
    if values.get("paid_by_participant") is not None and values["paid_by"] != PaidBy.IN_KIND:
        values["paid_by"] = PaidBy.LOCAL_GOVERNMENT
    if state in (ExpenseState.APPROVED, ExpenseState.REJECTED, ExpenseState.SETTLED):
        values |= {"approved_by": approved_by or make_staff(FINANCE_STAFF), "approved_at": MOMENT}
    line = ExpenseLine.objects.create(
        agreement=activity.agreement,
        seminar=activity if isinstance(activity, Seminar) else None,
        visit=activity if isinstance(activity, FieldVisit) else None,
        state=state,
        created_by=by,
        **values,
    )
    if receipt is not None:
        ExpenseReceipt.objects.create(line=line, file=receipt)
    set_parties(line, parties)
    rule(line=line)
    return line


# --- the data service and packs of reports ---------------------------------------------------
def make_data_token(user: User, *, secret: str = "", days: int = 30, **fields: Any) -> DataToken:
    """A key of the data service that opens everything; its secret is ``secret``, or nobody's."""
    values = {
        "name": "แดชบอร์ดจังหวัด",
        "scopes": list(DataScope.values),
        "expires_on": timezone.localdate() + timedelta(days=days),
        "hint": "mou_test",
        **fields,
    }
    return DataToken.objects.create(user=user, token_hash=hashed(secret or f"nobody-{next(_serial)}"), **values)


def make_report_pack(agreement: Agreement, user: User, **fields: Any) -> ReportPack:
    """A pack that waits."""
    values = {"report_names": ["participant-summary"], "language": "th", **fields}
    return ReportPack.objects.create(agreement=agreement, asked_by=user, **values)


# --- the ledger by hand ---------------------------------------------------------------------
def make_duty(agreement: Agreement, *, by: User, participants: Sequence[Participant] = (), **fields: Any) -> Duty:
    """A duty by hand under clause 3 (or the first clause there is), due in the period; nobody named: all."""
    clause = agreement.clauses.filter(number="3").first() or agreement.clauses.first()
    values: dict[str, Any] = {
        "clause": clause,
        "title_th": "ส่งรายงานสรุปโครงการ",
        "title_en": "Send a closing report",
        "added_on": date(2019, 8, 1),
        "due_on": date(2020, 6, 30),
        **fields,
    }
    duty = Duty.objects.create(agreement=agreement, created_by=by, **values)
    for participant in participants:
        DutyParty.objects.create(duty=duty, participant=participant)
    return duty


def make_proof(duty: Duty, participant: Participant | None, *, by: User, **fields: Any) -> DutyProof:
    """What proves a duty by hand, with a file; it waits for acceptance unless told otherwise."""
    values: dict[str, Any] = {"label": "หนังสือนำส่งรายงาน", "proved_on": date(2020, 6, 1), **fields}
    if "file" not in values:
        values["file"] = make_stored_file(by, "รายงาน.png")
    return DutyProof.objects.create(duty=duty, participant=participant, created_by=by, **values)


def make_waiver(
    agreement: Agreement, participant: Participant | None, duty_name: str, *, by: User, **fields: Any
) -> Waiver:
    """A signed waiver of a duty, with its file."""
    values: dict[str, Any] = {
        "reason": "น้ำท่วมสำนักงาน",
        "signed_by": "ผู้อำนวยการโครงการ",
        "signed_on": date(2020, 3, 1),
        "document_number": "พป 12/2563",
        **fields,
    }
    if "file" not in values:
        values["file"] = make_stored_file(by, "บันทึก.png")
    return Waiver.objects.create(
        agreement=agreement, participant=participant, duty_name=duty_name, created_by=by, **values
    )


# --- settlements ----------------------------------------------------------------------------
def make_settlement(
    participant: Participant,
    *lines: ExpenseLine,
    by: User,
    state: str = SettlementState.WAITING,
    signed_by: Mapping[str, User] | None = None,
    **fields: Any,
) -> Settlement:
    """A statement in a state, its lines frozen by the portal's own rule; they count unless ``holds=False``.

    ``signed_by`` names who signed for each side; what the state asks for is made up where it is not given.
    """
    holds = fields.pop("holds", True)
    drawn = [frozen_for(participant, number, line) for number, line in enumerate(lines, 1)]
    sums = {name: sum((getattr(one, name) for one in drawn), Decimal(0)) for name in ("must_pay", "paid", "in_kind")}
    values: dict[str, Any] = {
        "starts_on": SIGNED,
        "ends_on": date(2020, 9, 30),
        **sums,
        "balance": sums["must_pay"] - sums["paid"] - sums["in_kind"],
        **fields,
    }
    if state != SettlementState.DRAFT:
        values |= {"sent_at": MOMENT, "answer_by": date(2020, 3, 31)}
    if state == SettlementState.CLOSED:
        values |= {"closed_by": by, "closed_at": MOMENT}
    settlement = Settlement.objects.create(
        agreement=participant.agreement, participant=participant, state=state, drawn_by=by, **values
    )
    for one in drawn:
        one.settlement, one.holds = settlement, holds and one.holds and state != SettlementState.SUPERSEDED
        one.save()
    for side, user in (signed_by or {}).items():
        SettlementSignature.objects.create(
            settlement=settlement, side=side, name="นางสาวลงนาม จริง", position="ปลัดเทศบาล", user=user, signed_at=MOMENT
        )
    return settlement


def frozen_for(participant: Participant, number: int, line: ExpenseLine) -> Any:
    """One line as a statement of the participant keeps it."""
    loaded = ExpenseLine.objects.with_ruling().get(pk=line.pk)
    part = part_of(cost_line(loaded, concerned=frozenset({participant.code})), participant.code)
    assert part is not None, "the line is none of the participant's"
    return frozen(number, loaded, part, participant, "")


def make_dispute(settlement: Settlement, *, by: User, **fields: Any) -> LineDispute:
    """The statement's first line, disputed and not answered."""
    values = {"reason": "ไม่ได้ขอให้ลงพื้นที่", "raised_at": MOMENT, **fields}
    return LineDispute.objects.create(line=settlement.lines.all()[0], raised_by=by, **values)


def make_payment(settlement: Settlement, *, by: User, **fields: Any) -> SettlementPayment:
    """The whole balance, paid, with a slip."""
    values = {"amount": settlement.to_pay, "paid_on": date(2020, 2, 20), "reference": "KTB-0042", **fields}
    if "slip" not in values:
        values["slip"] = make_stored_file(by, "สลิปโอนเงิน.png")
    return SettlementPayment.objects.create(settlement=settlement, recorded_by=by, **values)
