"""Choices with their versions and milestones, and the reports on them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from mou_portal.demo.cast import Party, Staff
from mou_portal.demo.schedule import Schedule
from mou_portal.demo.story import ChoicePlan
from mou_portal.demo.themes import ACCEPT_NOTES, OBSTACLES, RETURN_NOTES, THEMES, Theme
from mou_portal.demo.writing import dated, moment, write
from participants.files import store_upload
from pathways.models import (
    ChoiceState,
    ChoiceVersion,
    Evidence,
    Milestone,
    Pathway,
    PathwayChoice,
    PeriodSkip,
    ProgressUpdate,
    ReportingPeriod,
    UpdateEvent,
    UpdateState,
)

_STATES = {
    "A": UpdateState.ACCEPTED, "a": UpdateState.ACCEPTED, "N": UpdateState.ACCEPTED, "S": UpdateState.SUBMITTED,
    "L": UpdateState.SUBMITTED, "R": UpdateState.RETURNED, "D": UpdateState.DRAFT,
}  # fmt: skip
_PERCENT = (10, 30, 55, 80, 100)
_DECIDED = (ChoiceState.CONFIRMED, ChoiceState.SUPERSEDED, ChoiceState.RETURNED)
#: How many evidence pictures the demonstration draws.
PICTURES = 6


@dataclass
class ChoiceRow:
    """A choice as it was written, with whose it is and how its story goes."""

    party: Party
    plan: ChoicePlan
    theme: Theme
    row: PathwayChoice

    @property
    def confirmed(self) -> bool:
        """Whether a version of it holds, so that progress is reported on it."""
        return ChoiceState.CONFIRMED in self.plan.versions


def write_choices(parties: Sequence[Party], pathways: Mapping[int, Pathway], staff: Staff) -> list[ChoiceRow]:
    """Write choices, their versions and their milestones."""
    rows = []
    for party in parties:
        for plan in party.plan.choices:
            theme = THEMES[plan.theme]
            choice = PathwayChoice(participant=party.participant, pathway=pathways[theme.pathway])
            rows.append(ChoiceRow(party, plan, theme, dated(choice, moment(date(2019, 8, 26)), party.coordinator)))
    write([row.row for row in rows])
    write([version for row in rows for version in _versions(row, staff)])
    write([milestone for row in rows if row.confirmed for milestone in _milestones(row)])
    return rows


def _versions(row: ChoiceRow, staff: Staff) -> list[ChoiceVersion]:
    made = []
    for number, state in enumerate(row.plan.versions, start=1):
        day = date(2019, 9, 2) + timedelta(days=row.party.dice.randrange(20)) if number == 1 else date(2020, 2, 10)
        version = ChoiceVersion(
            choice=row.row,
            number=number,
            state=state,
            chosen_on=day,
            reason=row.theme.reason,
            expected_result=row.theme.expected,
            dimensions=list(row.theme.dimensions),
            document_number=f"ที่ สธต {52000 + row.party.participant.order}/{day.year + 543}",
            document_date=day,
            signed_by="ผู้บริหารท้องถิ่นสาธิต (สมมติ)",
            change_reason="ปรับขอบเขตให้ครอบคลุมพื้นที่ที่เกิดปัญหาจริงตามข้อมูลงวดที่ 2" if number > 1 else "",
            created_by=row.party.coordinator,
        )
        last = moment(day, 10)
        if state != ChoiceState.DRAFT:
            version.submitted_by, version.submitted_at = row.party.coordinator, moment(day + timedelta(days=1), 14)
            last = version.submitted_at
        if state in _DECIDED:
            version.decided_by, version.decided_at = staff.staff, moment(day + timedelta(days=6), 11)
            last = version.decided_at
        if state == ChoiceState.RETURNED:
            version.return_note = "โปรดระบุผลที่คาดหวังเป็นตัวเลขที่ตรวจสอบได้"
        made.append(dated(version, last, row.party.coordinator))
    return made


def _milestones(row: ChoiceRow) -> list[Milestone]:
    reported = sum(sign in "AaNSL" for sign in row.plan.updates)
    days = (date(2019, 12, 20), date(2020, 4, 30), date(2020, 9, 10))
    return [
        dated(
            Milestone(
                choice=row.row,
                title=title,
                due_on=day,
                weight=weight,
                done_on=day - timedelta(days=row.party.dice.randrange(1, 15)) if reported >= needed else None,
            ),
            moment(date(2019, 10, 1)),
            row.party.coordinator,
        )
        for title, day, weight, needed in zip(row.theme.milestones, days, (20, 40, 40), (1, 3, 5), strict=True)
    ]


def write_updates(rows: Sequence[ChoiceRow], schedule: Schedule, staff: Staff) -> list[ProgressUpdate]:
    """Write the reports with their threads, and the periods that a party need not report for."""
    skips = [
        dated(
            PeriodSkip(
                period=schedule.periods[party.plan.skipped_period - 1],
                participant=party.participant,
                reason="สถาบันอนุมัติให้รวมรายงานกับงวดถัดไป เพราะอยู่ระหว่างเปลี่ยนผู้ประสานงาน",
            ),
            moment(date(2019, 12, 25)),
            staff.staff,
        )
        for party in {id(row.party): row.party for row in rows}.values()
        if party.plan.skipped_period
    ]
    write(skips)
    threads = [_Report(row, period, index) for row in rows for index, period in enumerate(schedule.periods)]
    threads = [thread for thread in threads if row_reports(thread)]
    _carry_forward(threads)
    updates = [thread.update for thread in threads]
    write(updates)
    write([event for thread in threads for event in thread.events()])
    return updates


class _Report:
    """One report of the story: the row, and the steps that led to its state."""

    def __init__(self, row: ChoiceRow, period: ReportingPeriod, index: int) -> None:
        self.row, self.period, self.index = row, period, index
        self.sign = row.plan.updates[index]
        if not row_reports(self):
            return
        dice = row.party.dice
        self.state = _STATES[self.sign]
        done, result = row.theme.steps[index]
        following = row.theme.steps[index + 1][0] if index + 1 < len(row.theme.steps) else "สรุปบทเรียนและข้อเสนอแนะ"
        self.written_at = moment(period.due_on - timedelta(days=dice.randrange(2, 9)), dice.randrange(9, 16))
        self.update = ProgressUpdate(
            choice=row.row,
            period=period,
            state=self.state,
            done=done,
            result=result,
            obstacles=dice.choice(OBSTACLES),
            next_step=following,
            percent=_PERCENT[index],
            created_by=row.party.coordinator,
        )
        if self.sign == "N":
            self.update.nothing_changed, self.update.done = True, ""
        self._date()

    def _date(self) -> None:
        """Give every step its time and its person."""
        update, party = self.update, self.row.party
        self.steps: list[tuple[str, str, datetime]] = [(UpdateState.DRAFT, "", self.written_at)]
        at = self.written_at + timedelta(minutes=40)
        if self.sign == "L":
            at = moment(date(2020, 10, 6), 10)
            update.late_reason = "ผู้ประสานงานลาป่วยในสัปดาห์สุดท้ายของโครงการ ข้อมูลเป็นของงวดที่ 5"
        if self.sign == "a":
            self.steps.append((UpdateState.SUBMITTED, "", at - timedelta(days=6)))
            self.steps.append((UpdateState.RETURNED, party.dice.choice(RETURN_NOTES), at - timedelta(days=3)))
            self.steps[0] = (UpdateState.DRAFT, "", at - timedelta(days=7))
        if self.state != UpdateState.DRAFT:
            self.steps.append((UpdateState.SUBMITTED, "", at))
            update.submitted_by, update.submitted_at = party.coordinator, at
        if self.state in (UpdateState.ACCEPTED, UpdateState.RETURNED):
            notes = ACCEPT_NOTES if self.state == UpdateState.ACCEPTED else RETURN_NOTES
            at = update.reviewed_at = at + timedelta(days=party.dice.randrange(2, 9))
            update.reviewed_by = party.reviewer
            self.steps.append((self.state, party.dice.choice(notes), at))
        dated(update, self.steps[-1][2], party.coordinator)

    def events(self) -> list[UpdateEvent]:
        """The thread that both sides read."""
        party = self.row.party
        judged = (UpdateState.ACCEPTED, UpdateState.RETURNED)
        return [
            UpdateEvent(
                update=self.update,
                state=state,
                note=note,
                at=at,
                by=party.reviewer if state in judged else party.coordinator,
            )
            for state, note, at in self.steps
        ]


def row_reports(report: _Report) -> bool:
    """Whether there is a report at all: on a confirmed choice, in a period in which the story tells of one."""
    return report.row.confirmed and report.sign != "-"


def _carry_forward(reports: Sequence[_Report]) -> None:
    """A report that nothing changed repeats what the last one said, as the portal's own carrying forward does."""
    last: ProgressUpdate | None = None
    for report in reports:
        update = report.update
        if last is not None and last.choice is update.choice and update.nothing_changed:
            for name in ("result", "obstacles", "next_step", "percent"):
                setattr(update, name, getattr(last, name))
        last = update


def draw_evidence(updates: Sequence[ProgressUpdate]) -> int:
    """Add a small drawn picture to some accepted reports; return how many."""
    chosen = [update for update in updates if update.state == UpdateState.ACCEPTED and not update.nothing_changed]
    for number, update in enumerate(chosen[:: max(1, len(chosen) // PICTURES)][:PICTURES]):
        picture = SimpleUploadedFile(f"ภาพสาธิต-{number + 1}.png", draw_picture(number), content_type="image/png")
        stored = store_upload(upload=picture, user=update.created_by)
        caption = f"แผนภูมิผลการดำเนินงาน ภาพที่ {number + 1} (สาธิต)"
        at = update.submitted_at or moment(date(2019, 10, 1))
        write([dated(Evidence(update=update, file=stored, caption=caption), at, update.created_by)])
    return min(len(chosen), PICTURES)


def draw_picture(number: int) -> bytes:
    """A bar chart without words, 640 × 360 pixels."""
    image = Image.new("RGB", (640, 360), "#f6f7f9")
    pen = ImageDraw.Draw(image)
    for bar in range(6):
        height = 60 + (bar * 37 + number * 53) % 220
        pen.rectangle((40 + bar * 95, 330 - height, 105 + bar * 95, 330), fill="#0b5563")
    pen.line((30, 330, 610, 330), fill="#1c2430", width=2)
    stream = io.BytesIO()
    image.save(stream, format="PNG")
    return stream.getvalue()
