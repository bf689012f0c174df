"""The door of the demonstration's presentation day: its check-in lists, and who came through in the morning."""

from __future__ import annotations

from datetime import timedelta

from mou_portal.demo.cast import Staff
from mou_portal.demo.schedule import Schedule
from mou_portal.demo.story import chance
from mou_portal.demo.writing import dated, moment, write
from seminars.models import ATTENDED, Attendance, AttendanceState, CheckIn, CheckInList, How, ListKind


def write_door(schedule: Schedule, staff: Staff, seed: int) -> None:
    """Write a list for each session and one for lunch, and check in those whom the morning's roll says were there."""
    day, sessions = schedule.seminars[-1], schedule.sessions[-1]
    before = moment(day.starts_on - timedelta(days=14))
    lists = [
        dated(
            CheckInList(
                seminar=day, kind=ListKind.SESSION, session=session, title=session.title, records_exit=True,
                self_checkin=session is sessions[-1], created_by=staff.staff,
            ),
            before,
            staff.staff,
        )
        for session in sessions
    ]  # fmt: skip
    lunch = CheckInList(seminar=day, kind=ListKind.MEAL, title="อาหารกลางวัน", late_after=None, created_by=staff.staff)
    write([*lists, dated(lunch, before, staff.staff)])
    dice = chance(seed, "door")
    came = []
    marks = Attendance.objects.filter(session=sessions[0], state__in=ATTENDED).select_related("seat").order_by("seat")
    for mark in marks:
        minutes = dice.randint(16, 40) if mark.state == AttendanceState.LATE else -dice.randint(1, 35)
        at = moment(day.starts_on) + timedelta(minutes=minutes)
        row = CheckIn(
            checkin_list=lists[0], seat=mark.seat, came=mark.attended_by or mark.seat.delegate_name or "–",
            entered_at=at, how=How.SCANNED, recorded_by=staff.staff,
        )  # fmt: skip
        came.append(dated(row, at, staff.staff))
    write(came)
