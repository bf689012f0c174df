"""A spreadsheet of names read as lines of a roll, and what of it a person has confirmed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from mou_portal.exchange import SafeCSV, SafeXLSX
from mou_portal.records import DomainError
from mou_portal.thai.words import normalise
from seminars.matching import Line, Match, Place, match
from seminars.models import AttendanceState, Seat, SeminarSession

#: A form may have 1,000 fields; each line has two.
MOST_LINES = 400

#: What a column may be called; the first heading that holds one of these words is taken.
HEADINGS = {
    "organisation": ("organi", "participant", "องค์กร", "หน่วยงาน", "อปท", "สังกัด"),
    "name": ("name", "ชื่อ", "ผู้แทน", "delegate"),
    "state": ("state", "status", "สถานะ", "การเข้าร่วม", "มา/ไม่มา"),
    "reason": ("reason", "เหตุ", "หมายเหตุ", "note"),
}
#: How people write marks, besides the portal's own words. An empty cell means that the person came: it is a list of
#: those who were there unless it says otherwise.
MARKS = {
    AttendanceState.PRESENT: ("", "/", "✓", "✔", "x̄", "1", "yes", "came", "มา", "เข้าร่วม", "present"),
    AttendanceState.LATE: ("late", "สาย", "มาสาย"),
    AttendanceState.EXCUSED: ("excused", "leave", "ลา", "ลาป่วย", "ลากิจ", "ติดราชการ"),
    AttendanceState.ABSENT: ("absent", "x", "-", "0", "no", "ขาด", "ไม่มา", "ไม่เข้าร่วม"),
}


def read_names(content: bytes, filename: str) -> list[Line]:
    """The lines of a workbook or CSV file. Raises ``DomainError`` for a file that cannot be read or has no names."""
    if filename.lower().endswith(".csv"):
        dataset = SafeCSV().create_dataset(content)
    else:
        dataset = SafeXLSX().create_dataset(content)
    columns = _columns([str(head or "") for head in dataset.headers or []])
    if "name" not in columns:
        raise DomainError(
            _("The first row must name the columns: one of them “Name”, others “Organisation”, “State” and “Reason”.")
        )
    lines = []
    for number, row in enumerate(dataset, start=2):
        said = {key: normalise(str(row[place] if row[place] is not None else "")) for key, place in columns.items()}
        if not said["name"]:
            continue
        lines.append(
            Line(
                number=number,
                organisation=said.get("organisation", "")[:300],
                name=said["name"][:200],
                state=read_mark(said.get("state", "")),
                reason=said.get("reason", "")[:300] or _words_of_leave(said.get("state", "")),
            )
        )
    if not lines:
        raise DomainError(_("There is no name in the file."))
    if len(lines) > MOST_LINES:
        raise DomainError(
            _("The file has %(count)d names: send at most %(most)d at a time.")
            % {"count": len(lines), "most": MOST_LINES}
        )
    return lines


def _columns(head: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, words in HEADINGS.items():
        for place, title in enumerate(head):
            if place not in found.values() and any(word in title.casefold() for word in words):
                found[key] = place
                break
    return found


def read_mark(text: str) -> str:
    """The mark that a cell means; empty when it means none."""
    word = text.casefold().strip()
    for state in AttendanceState:
        if word in (*MARKS[state], state.value, str(state.label).casefold()):
            return state.value
    return ""


def _words_of_leave(text: str) -> str:
    """A leave says its own reason: ลาป่วย."""
    return text[:300] if read_mark(text) == AttendanceState.EXCUSED and text.casefold() != "excused" else ""


def match_names(session: SeminarSession, lines: list[Line]) -> list[Match]:
    """Match lines with the seats of a session's seminar, in two queries."""
    seats = (
        Seat.objects.filter(seminar=session.seminar_id)
        .select_related("participant__designation", "participant__local_government")
        .order_by("participant__order", "number")
    )
    places = [
        Place(
            id=seat.pk,
            party=seat.participant_id,
            party_names=tuple(
                filter(
                    None,
                    (
                        seat.participant.designation.name_th,
                        seat.participant.designation.name_en,
                        seat.participant.local_government.code,
                    ),
                )
            ),
            name=seat.delegate_name,
        )
        for seat in seats
    ]
    return match(lines, places)


def as_rows(lines: list[Line]) -> list[list[Any]]:
    """Lines in the form in which they wait in the session for their confirmation."""
    return [[one.number, one.organisation, one.name, one.state, one.reason] for one in lines]


def from_rows(rows: list[list[Any]]) -> list[Line]:
    """The reverse of :func:`as_rows`."""
    return [Line(*row) for row in rows]
