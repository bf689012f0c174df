"""Seminars: sessions, seats, the door, what is handed out, and what is asked and given afterwards."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from participants.models import Agreement, Participant, User
from seminars.models import (
    Attendance,
    AttendanceState,
    Certificate,
    CertificateState,
    CertificateTemplate,
    CheckIn,
    CheckInList,
    FeedbackAnswer,
    FeedbackForm,
    FeedbackQuestion,
    FeedbackResponse,
    FeedbackState,
    ListKind,
    Material,
    Rate,
    Seat,
    Seminar,
    SeminarSession,
    SeminarState,
    SheetPhoto,
    Signatory,
)

from .base import MOMENT, SIGNED, make_stored_file


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
