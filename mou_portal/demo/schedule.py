"""Reporting periods, seminars and the presentation day of the demonstration, all within the agreement's period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from mou_portal.demo.cast import Staff
from mou_portal.demo.writing import dated, moment, write
from participants.models import Agreement
from pathways.models import PeriodKind, ReportingPeriod
from seminars.models import Seminar, SeminarKind, SeminarSession, SeminarState, Venue

SEATS = 2

_PERIODS = (
    ("งวดที่ 1 (มิ.ย.–ก.ย. 2562)", "Period 1 (Jun–Sep 2019)", date(2019, 6, 17), date(2019, 9, 30), date(2019, 10, 15)),
    ("งวดที่ 2 (ต.ค.–ธ.ค. 2562)", "Period 2 (Oct–Dec 2019)", date(2019, 10, 1), date(2019, 12, 31), date(2020, 1, 15)),
    ("งวดที่ 3 (ม.ค.–มี.ค. 2563)", "Period 3 (Jan–Mar 2020)", date(2020, 1, 1), date(2020, 3, 31), date(2020, 4, 20)),
    ("งวดที่ 4 (เม.ย.–มิ.ย. 2563)", "Period 4 (Apr–Jun 2020)", date(2020, 4, 1), date(2020, 6, 30), date(2020, 7, 15)),
    ("งวดที่ 5 (ก.ค.–ก.ย. 2563)", "Period 5 (Jul–Sep 2020)", date(2020, 7, 1), date(2020, 9, 30), date(2020, 9, 30)),
)
_SEMINARS = (
    ("สัมมนาเชิงปฏิบัติการครั้งที่ 1: เลือกแนวทางและวางแผน (สาธิต)", "Workshop 1: choosing pathways and planning (demo)",
     SeminarKind.WORKSHOP, SeminarState.CLOSED, Venue.INSTITUTE, "ห้องประชุมชั้น 5 สถาบันพระปกเกล้า",
     date(2019, 8, 22), date(2019, 8, 23), "ทบทวนองค์ความรู้จากระยะแรก และช่วยแต่ละองค์กรเลือกแนวทางการพัฒนา"),
    ("สัมมนาเชิงปฏิบัติการครั้งที่ 2: ข้อมูลและเทคโนโลยีของเมือง (สาธิต)", "Workshop 2: city data and technology (demo)",
     SeminarKind.WORKSHOP, SeminarState.CLOSED, Venue.ELSEWHERE, "หอประชุมสาธิต จังหวัดอุดรธานี (สถานที่สมมติ)",
     date(2020, 1, 16), date(2020, 1, 17), "ดูงานและฝึกใช้ข้อมูลเพื่อปรับปรุงบริการสาธารณะ"),
    ("สัมมนาเชิงปฏิบัติการครั้งที่ 3: ถอดบทเรียนกลางโครงการ (สาธิต)", "Workshop 3: lessons half-way (demo)",
     SeminarKind.WORKSHOP, SeminarState.CLOSED, Venue.INSTITUTE, "ห้องประชุมชั้น 5 สถาบันพระปกเกล้า",
     date(2020, 7, 9), date(2020, 7, 10), "แต่ละองค์กรนำเสนอความก้าวหน้า และแลกเปลี่ยนกับอาจารย์ที่ปรึกษา"),
    ("วันนำเสนอผลงาน “การพัฒนาท้องถิ่นสู่เมืองอัจฉริยะที่ยั่งยืน” (สาธิต)", "Presentation day (demo)",
     SeminarKind.PRESENTATION_DAY, SeminarState.ANNOUNCED, Venue.INSTITUTE, "หอประชุม สถาบันพระปกเกล้า",
     date(2020, 9, 17), date(2020, 9, 17), "นำเสนอผลงานอันเป็นผลจากการเข้าร่วมโครงการ"),
)  # fmt: skip


@dataclass(frozen=True)
class Schedule:
    """Periods by their order, seminars by theirs (the last is the presentation day), and the sessions of each seminar.

    The roll was taken at ``sessions_taken``: all but the presentation day's afternoon, which staff have yet to do.
    """

    periods: tuple[ReportingPeriod, ...]
    seminars: tuple[Seminar, ...]
    sessions: tuple[tuple[SeminarSession, ...], ...]

    @property
    def sessions_taken(self) -> tuple[tuple[SeminarSession, ...], ...]:
        """The sessions whose roll was taken, by seminar."""
        return (*self.sessions[:-1], self.sessions[-1][:1])


def make_schedule(agreement: Agreement, staff: Staff) -> Schedule:
    """Make periods, seminars and sessions."""
    periods = [
        dated(
            ReportingPeriod(
                agreement=agreement,
                number=number,
                name_th=name_th,
                name_en=name_en,
                starts_on=start,
                ends_on=end,
                due_on=due,
                kind=PeriodKind.FINAL if number == len(_PERIODS) else PeriodKind.REGULAR,
                locked_at=moment(date(2020, 3, 31)) if number == 1 else None,
            ),
            moment(agreement.signed_on or start),
            staff.staff,
        )
        for number, (name_th, name_en, start, end, due) in enumerate(_PERIODS, start=1)
    ]
    seminars = [
        dated(
            Seminar(
                agreement=agreement, title_th=title_th, title_en=title_en, kind=kind, state=state, venue=venue,
                place=place, starts_on=start, ends_on=end, description=description, seats_per_participant=SEATS,
            ),
            moment(date(2019, 7, 1)),
            staff.staff,
        )
        for title_th, title_en, kind, state, venue, place, start, end, description in _SEMINARS
    ]  # fmt: skip
    write(periods)
    write(seminars)
    sessions = [_sessions(seminar, staff) for seminar in seminars]
    write([session for group in sessions for session in group])
    return Schedule(tuple(periods), tuple(seminars), tuple(sessions))


def find_schedule(agreement: Agreement) -> Schedule | None:
    """What an earlier run made, or None when people changed it so that it is not to be found whole."""
    seminars = [agreement.seminars.filter(title_th=row[0]).first() for row in _SEMINARS]
    periods = tuple(agreement.reporting_periods.order_by("number"))
    found = tuple(seminar for seminar in seminars if seminar is not None)
    sessions = tuple(tuple(seminar.sessions.order_by("order")) for seminar in found)
    if len(found) < len(_SEMINARS) or len(periods) < len(_PERIODS) or not all(sessions):
        return None
    return Schedule(periods[: len(_PERIODS)], found, sessions)


def _sessions(seminar: Seminar, staff: Staff) -> tuple[SeminarSession, ...]:
    if seminar.kind == SeminarKind.PRESENTATION_DAY:
        parts = [
            ("ภาคเช้า", seminar.starts_on, time(9), time(12)),
            ("ภาคบ่าย", seminar.starts_on, time(13), time(16, 30)),
        ]
    else:
        parts = [("วันที่ 1", seminar.starts_on, time(9), time(16)), ("วันที่ 2", seminar.ends_on, time(9), time(12))]
    return tuple(
        dated(
            SeminarSession(seminar=seminar, order=order, title=title, day=day, starts_at=start, ends_at=end),
            moment(date(2019, 7, 1), 10),
            staff.staff,
        )
        for order, (title, day, start, end) in enumerate(parts, start=1)
    )
