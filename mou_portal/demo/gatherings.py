"""Seats, attendance, presentations and field visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from mou_portal.demo.cast import POSITIONS, Party, Staff, made_up_name
from mou_portal.demo.progress import ChoiceRow
from mou_portal.demo.schedule import SEATS, Schedule
from mou_portal.demo.writing import dated, moment, write
from participants.models import Agreement
from seminars.models import (
    ArrangedBy,
    Attendance,
    AttendanceState,
    FieldVisit,
    Presentation,
    PresentationState,
    Seat,
    SeminarSession,
    VisitParticipant,
    VisitState,
)

_EXCUSES = ("ติดภารกิจเลือกตั้งท้องถิ่น", "ลาป่วย มีใบรับรองแพทย์", "เฝ้าระวังสถานการณ์น้ำท่วมในพื้นที่")
_JUDGED = (PresentationState.RETURNED, PresentationState.ACCEPTED, PresentationState.GIVEN, PresentationState.NOT_GIVEN)


def write_seats(parties: Sequence[Party], schedule: Schedule, staff: Staff) -> None:
    """Write every party's seats, and the roll of every session that was taken."""
    seats = []
    marks = []
    for number, seminar in enumerate(schedule.seminars, start=1):
        for party in parties:
            for place in range(1, SEATS + 1):
                seat = _seat(party, Seat(seminar=seminar, participant=party.participant, number=place), number)
                seats.append(dated(seat, moment(seminar.starts_on - timedelta(days=14)), party.coordinator))
                marks += [
                    _mark(party, seat, session, staff, missed=party.plan.misses_seminar == number)
                    for session in schedule.sessions_taken[number - 1]
                ]
    write(seats)
    write(marks)


def _seat(party: Party, seat: Seat, seminar: int) -> Seat:
    dice = party.dice
    if party.plan.misses_seminar == seminar or (seat.number == SEATS and dice.random() < 0.12):
        return seat  # nobody was named for it
    seat.delegate_name = made_up_name(dice)
    seat.delegate_position = dice.choice(POSITIONS)
    if dice.random() < 0.08:
        seat.on_behalf_of = made_up_name(dice)
    return seat


def _mark(party: Party, seat: Seat, session: SeminarSession, staff: Staff, *, missed: bool) -> Attendance:
    dice = party.dice
    state: str = AttendanceState.ABSENT
    if seat.delegate_name and not missed:
        state = dice.choices(AttendanceState.values, (82, 8, 6, 4))[0]  # in the order of AttendanceState
    mark = Attendance(seat=seat, session=session, state=state, recorded_by=staff.staff)
    if state == AttendanceState.EXCUSED:
        mark.reason = dice.choice(_EXCUSES)
    elif state != AttendanceState.ABSENT and dice.random() < 0.03:
        mark.attended_by = made_up_name(dice)
    return dated(mark, moment(session.day, 16), staff.staff)


def write_presentations(parties: Sequence[Party], rows: Sequence[ChoiceRow], schedule: Schedule, staff: Staff) -> None:
    """Write presentations at the last workshop and on the presentation day, in the states of the story."""
    first: dict[int, ChoiceRow] = {}
    for choice in rows:
        if choice.confirmed:
            first.setdefault(id(choice.party), choice)
    made = []
    for party in parties:
        row = first.get(id(party))
        for seminar, state in zip(schedule.seminars[-2:], party.plan.presentations, strict=True):
            if not state or row is None:
                continue
            presentation = Presentation(
                participant=party.participant,
                seminar=seminar,
                choice=row.row,
                state=state,
                title=f"{row.theme.title}: บทเรียนของ{party.participant.name_th}",
                abstract=f"{row.theme.reason}\n\nผลที่คาดหวัง: {row.theme.expected}",
                presenters=made_up_name(party.dice),
                note="ขอให้เพิ่มผลที่เกิดกับประชาชนเป็นตัวเลข" if state == PresentationState.RETURNED else "",
                created_by=party.coordinator,
                decided_by=staff.staff if state in _JUDGED else None,
                given_on=seminar.starts_on if state == PresentationState.GIVEN else None,
            )
            made.append(dated(presentation, moment(seminar.starts_on - timedelta(days=10), 13), party.coordinator))
    write(made)


#: purpose, who arranged it, state, wished for, day, participants with weights, note on the decision, report
_VISITS = (
    ("ติดตามความก้าวหน้าระบบเตือนภัยน้ำท่วมและระบบรับเรื่องร้องทุกข์ในจังหวัดนนทบุรี", ArrangedBy.INSTITUTE,
     VisitState.REPORTED, None, date(2019, 11, 14), {"nonthaburi": 1, "pak-kret": 1, "ban-bang-muang": 1}, "",
     "พบว่าทั้งสามแห่งใช้ข้อมูลระดับน้ำชุดเดียวกันได้ ควรตกลงรูปแบบข้อมูลร่วมกันก่อนจัดซื้ออุปกรณ์เพิ่มเติม"),
    ("ให้คำปรึกษาการจัดทำทะเบียนอุปกรณ์และเกณฑ์คัดเลือกเทคโนโลยี", ArrangedBy.INSTITUTE,
     VisitState.REPORTED, None, date(2020, 2, 20), {"udon-thani": 1}, "",
     "ทะเบียนอุปกรณ์ครบถ้วนแล้ว ข้อเสนอแนะคือให้คิดต้นทุนตลอดอายุการใช้งานก่อนกำหนดเกณฑ์"),
    ("ติดตามการคัดแยกขยะในชุมชนนำร่อง", ArrangedBy.INSTITUTE, VisitState.DONE, None, date(2020, 6, 18),
     {"map-ta-phut": 1}, "", ""),
    ("ติดตามการดูแลผู้สูงอายุทางไกล", ArrangedBy.INSTITUTE, VisitState.SCHEDULED, None, date(2020, 9, 24),
     {"phanat-nikhom": 1}, "", ""),
    ("ขอคำปรึกษาเรื่องการเขียนข้อเสนอขอรับการสนับสนุนจากกองทุน", ArrangedBy.LOCAL_GOVERNMENT, VisitState.REPORTED,
     date(2020, 3, 1), date(2020, 3, 5), {"krabi-pao": 2, "surat-thani-pao": 1}, "",
     "ช่วยปรับโครงร่างข้อเสนอให้ตอบยุทธศาสตร์จังหวัด และแนะนำแหล่งทุน 3 แห่ง"),
    ("ขอคำปรึกษาเรื่องระบบควบคุมไฟส่องสว่าง", ArrangedBy.LOCAL_GOVERNMENT, VisitState.DONE, date(2020, 5, 10),
     date(2020, 5, 21), {"lamphun": 1}, "", ""),
    ("ขอให้ตรวจร่างแผนแม่บทก่อนเสนอสภา", ArrangedBy.LOCAL_GOVERNMENT, VisitState.SCHEDULED, date(2020, 9, 1),
     date(2020, 9, 22), {"roi-et": 1}, "", ""),
    ("ขอคำปรึกษาการใช้ข้อมูลเส้นทางเดินรถขยะ", ArrangedBy.LOCAL_GOVERNMENT, VisitState.AGREED, date(2020, 9, 25), None,
     {"bang-kadi": 1}, "ตกลงในหลักการ ขอให้ยืนยันวันอีกครั้ง", ""),
    ("ขอวิทยากรอบรมอาสาสมัครทั้งตำบล", ArrangedBy.LOCAL_GOVERNMENT, VisitState.DECLINED, date(2020, 8, 5), None,
     {"ban-bang-muang": 1}, "เป็นการอบรมทั่วไป อยู่นอกขอบเขตการให้คำปรึกษาของโครงการ", ""),
    ("ขอคำปรึกษาเรื่องการเลือกแนวทางการพัฒนา", ArrangedBy.LOCAL_GOVERNMENT, VisitState.ASKED, date(2020, 9, 28), None,
     {"phraek-sa": 1}, "", ""),
)  # fmt: skip


def write_visits(agreement: Agreement, parties: Mapping[str, Party], staff: Staff) -> list[FieldVisit]:
    """Write the field visits of both kinds, in the order of the story."""
    visits, parts = [], []
    for purpose, arranged_by, state, wished_on, day, weights, note, report in _VISITS:
        asked = arranged_by == ArrangedBy.LOCAL_GOVERNMENT
        by = parties[next(iter(weights))].coordinator if asked else staff.staff
        visit = FieldVisit(
            agreement=agreement,
            arranged_by=arranged_by,
            state=state,
            purpose=purpose,
            wished_on=wished_on,
            visit_on=day,
            decision_note=note,
            report=report,
            created_by=by,
            decided_by=staff.staff if asked and state != VisitState.ASKED else None,
        )
        at = moment((wished_on or day or date(2020, 9, 1)) - timedelta(days=30))
        visits.append(dated(visit, at, by))
        parts += [
            dated(VisitParticipant(visit=visit, participant=parties[code].participant, weight=weight), at, by)
            for code, weight in weights.items()
        ]
    write(visits)
    write(parts)
    for visit in visits:
        if visit.visit_on:
            visit.visitors.set([staff.adviser, staff.researcher])
    return visits
