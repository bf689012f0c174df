"""Rates, certificates, feedback, the programme with its reviews, and findings: made up, for the story alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from mou_portal.demo.cast import Staff
from mou_portal.demo.schedule import Schedule
from mou_portal.demo.writing import dated, moment, write
from participants.models import Agreement
from seminars.models import (
    ATTENDED,
    ActionState,
    Attendance,
    Certificate,
    CertificateTemplate,
    Criterion,
    FeedbackAnswer,
    FeedbackForm,
    FeedbackQuestion,
    FeedbackResponse,
    FeedbackState,
    FieldVisit,
    Finding,
    FollowUpAction,
    Presentation,
    Rate,
    Review,
    Reviewer,
    Score,
    Seminar,
    Signatory,
    Slot,
    VisitState,
)

_RATES = (("honorarium", "hour", "500"), ("travel", "journey", "2500"), ("lodging", "night", "1200"))
_CRITERIA = (("ผลต่อประชาชน", "Benefit to people", 3), ("การใช้ข้อมูล", "Use of data", 2), ("ความยั่งยืน", "Staying power", 2))
_QUESTIONS = (
    ("scale", "ความพึงพอใจโดยรวม", "All in all", ""),
    ("choice", "ครั้งต่อไปควรจัดแบบใด", "How should the next one be held?", "ที่สถาบัน\nออนไลน์\nในพื้นที่"),
    ("text", "ข้อเสนอแนะ", "What should be better?", ""),
)
_WISHES = ("ขอเอกสารล่วงหน้าหนึ่งสัปดาห์", "อยากดูงานพื้นที่จริง", "เวลาแลกเปลี่ยนน้อยไป")


def write_stage(
    agreement: Agreement, schedule: Schedule, visits: Sequence[FieldVisit], staff: Staff, seed: int
) -> None:
    """Write all of it. Names and figures follow from the seed."""
    dice = Random(f"{seed}/stage")  # noqa: S311 — made-up data needs no cryptographic chance
    _rates(agreement, staff)
    first, day = schedule.seminars[0], schedule.seminars[-1]
    _certificates(first, staff, dice)
    _feedback(first, staff, dice)
    _programme(day, schedule, staff, dice)
    _findings(visits, staff)


def _rates(agreement: Agreement, staff: Staff) -> None:
    start = agreement.signed_on or date(2019, 6, 17)
    rows = [
        Rate(
            agreement=agreement,
            kind=kind,
            unit=unit,
            amount=Decimal(amount),
            source="อัตราสมมติเพื่อการสาธิต",
            valid_from=start,
            entered_by=staff.staff,
        )
        for kind, unit, amount in _RATES
    ]
    write([dated(row, moment(start), staff.staff) for row in rows])


def _certificates(seminar: Seminar, staff: Staff, dice: Random) -> None:
    at = moment(seminar.ends_on, 16)
    template = dated(CertificateTemplate(seminar=seminar), at, staff.staff)
    write([template])
    names = (("ศาสตราจารย์สมมติ ตัวอย่าง", "เลขาธิการ", "Secretary-General"), ("นางสาวสาธิต ข้อมูล", "ผู้อำนวยการ", "Director"))
    write(
        [
            dated(Signatory(template=template, order=order, name=name, position_th=th, position_en=en), at, staff.staff)
            for order, (name, th, en) in enumerate(names, 1)
        ]
    )
    came: dict[tuple[int, str], Attendance] = {}
    for mark in Attendance.objects.filter(session__seminar=seminar, state__in=ATTENDED).select_related("seat"):
        came.setdefault((mark.seat_id, mark.attended_by or mark.seat.delegate_name), mark)
    rows = [
        Certificate(
            seminar=seminar,
            participant_id=mark.seat.participant_id,
            seat=mark.seat,
            serial=serial,
            code="".join(dice.choice("23456789ABCDEFGHJKLMNPQRSTUVWXYZ") for _place in range(16)),
            name=name,
            position=mark.seat.delegate_position,
            on_behalf_of=mark.seat.on_behalf_of,
            issued_on=seminar.ends_on,
            issued_by=staff.staff,
        )
        for serial, ((_seat, name), mark) in enumerate(came.items(), 1)
    ]
    write([dated(row, at, staff.staff) for row in rows])


def _feedback(seminar: Seminar, staff: Staff, dice: Random) -> None:
    at = moment(seminar.ends_on, 15)
    code = "".join(dice.choice("23456789ABCDEFGHJKLMNPQRSTUVWXYZ") for _place in range(16))
    form = dated(FeedbackForm(seminar=seminar, state=FeedbackState.CLOSED, code=code), at, staff.staff)
    write([form])
    questions = [
        dated(
            FeedbackQuestion(form=form, order=order, kind=kind, text_th=th, text_en=en, options=options),
            at,
            staff.staff,
        )
        for order, (kind, th, en, options) in enumerate(_QUESTIONS, 1)
    ]
    write(questions)
    responses = [FeedbackResponse(form=form, token=UUID(int=dice.getrandbits(128))) for _person in range(21)]
    FeedbackResponse.objects.bulk_create(responses)
    answers = []
    for response in responses:
        answers.append(FeedbackAnswer(response=response, question=questions[0], number=dice.choice((3, 4, 4, 5, 5))))
        answers.append(FeedbackAnswer(response=response, question=questions[1], text=dice.choice(questions[1].choices)))
        if dice.random() < 0.4:
            answers.append(FeedbackAnswer(response=response, question=questions[2], text=dice.choice(_WISHES)))
    FeedbackAnswer.objects.bulk_create(answers)


def _programme(day: Seminar, schedule: Schedule, staff: Staff, dice: Random) -> None:
    at = moment(day.starts_on - timedelta(days=5))
    criteria = [
        dated(Criterion(seminar=day, order=order, title_th=th, title_en=en, weight=weight), at, staff.staff)
        for order, (th, en, weight) in enumerate(_CRITERIA, 1)
    ]
    write(criteria)
    write([dated(Reviewer(seminar=day, user=user), at, staff.staff) for user in (staff.adviser, staff.researcher)])
    talks = list(
        Presentation.objects.filter(seminar=day, state__in=["accepted", "given"]).order_by("participant__order")
    )
    session = schedule.sessions[-1][0]
    write(
        [
            dated(Slot(session=session, number=number, minutes=15, presentation=talk), at, staff.staff)
            for number, talk in enumerate(talks, 1)
        ]
    )
    reviews = [
        dated(
            Review(
                presentation=talk,
                reviewer=staff.researcher,
                comment="เห็นผลชัดเจน ขอให้เพิ่มจำนวนครัวเรือนที่ได้ประโยชน์และค่าใช้จ่ายต่อปี",
                sent_at=at,
            ),
            at,
            staff.researcher,
        )
        for talk in talks[:4]
    ]
    write(reviews)
    write(
        [
            dated(Score(review=review, criterion=one, value=dice.randint(3, 5)), at, staff.researcher)
            for review in reviews
            for one in criteria
        ]
    )


def _findings(visits: Sequence[FieldVisit], staff: Staff) -> None:
    reported = [visit for visit in visits if visit.state == VisitState.REPORTED]
    texts = ("ข้อมูลแต่ละแห่งใช้รูปแบบต่างกัน", "ยังไม่มีผู้ดูแลอุปกรณ์ประจำ", "โครงร่างข้อเสนอยังไม่ระบุผู้รับผิดชอบ")
    findings: list[Finding] = []
    actions: list[FollowUpAction] = []
    for visit, text in zip(reported, texts, strict=False):
        day = visit.visit_on or date(2020, 1, 1)
        at = moment(day + timedelta(days=3))
        finding = dated(Finding(visit=visit, order=1, text=text, created_by=staff.researcher), at, staff.researcher)
        findings.append(finding)
        action = FollowUpAction(
            finding=finding,
            title="ทำข้อตกลงร่วมกันและรายงานผล",
            assignee=staff.adviser,
            verifier=staff.researcher,
            due_on=day + timedelta(days=60),
            created_by=staff.researcher,
        )
        if len(actions) == 0:
            action.state, action.done_on, action.done_note = (
                ActionState.VERIFIED,
                action.due_on,
                "ตกลงรูปแบบข้อมูลร่วมกันแล้ว",
            )
            action.adequate, action.verified_on = True, action.due_on
        actions.append(dated(action, at, staff.researcher))
    write(findings)
    write(actions)
