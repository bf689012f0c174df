"""What a workbook that came back would change, row by row and cell by cell. Nothing here writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mou_portal.exchange import WorkbookRefused
from mou_portal.thai.dates import format_date
from mou_portal.thai.words import normalise
from participants.models import Agreement, User
from pathways import permissions, workbooks
from pathways.models import Indicator, IndicatorValue, Milestone, PathwayChoice, ProgressUpdate, ReportingPeriod
from pathways.models.progress import EDITABLE_UPDATE_STATES, PARAGRAPHS
from pathways.services.guards import allow, needs_late_reason
from pathways.services.updates import REPORTED, open_paragraphs
from pathways.services.workbooks import REPORTS, STEPS, VALUES, gone, layout
from pathways.workbooks import ReadRow, Slip

#: What may lie between preview and confirmation, in characters: it is a row of the database meanwhile.
MOST_KEPT = 2_000_000


@dataclass(frozen=True)
class CellChange:
    """One cell: its name as a person sees it (``F4``), the column's heading, old and new as words, or what is wrong."""

    cell: str
    title: str
    old: str = ""
    new: str = ""
    error: str = ""


@dataclass
class RowChange:
    """One row that changes something: where it stands, what it is about, its cells, and what speaks against it."""

    line: int
    about: str
    sheet: str = ""
    cells: list[CellChange] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    begins: bool = False
    hands_in: bool = False

    @property
    def refused(self) -> bool:
        """Whether the row cannot be taken over."""
        return bool(self.errors) or any(cell.error for cell in self.cells)


@dataclass
class Preview:
    """What a workbook would change. ``steps`` is what :func:`carry_out` does; empty where anything is refused."""

    rows: list[RowChange] = field(default_factory=list)
    unchanged: int = 0
    steps: list[dict[str, Any]] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """How many rows cannot be taken over; one is enough to stop the whole."""
        return sum(row.refused for row in self.rows)


def preview_workbook(*, content: bytes, user: User, agreement: Agreement) -> Preview:
    """Say what an uploaded workbook would change; nothing is written.

    Raises ``PermissionDenied`` for who fills in no workbooks, :class:`WorkbookRefused` for a workbook that was made
    for somebody else or another agreement, that is altered or is none.
    """
    allow(permissions.can_use_workbook(user))
    sheets = layout(user)
    slip, read = workbooks.read(content, sheets)
    _check_slip(slip, user, agreement)
    changed = [row for row in read if row.changed]
    preview = Preview(unchanged=len(read) - len(changed))
    reports = _Reports(user, agreement, changed)
    judges: dict[str, Judge] = {
        REPORTS: reports.judge,
        VALUES: _value_judge(reports, changed),
        STEPS: _step_judge(user, agreement, changed),
    }
    titles = {sheet.name: sheet.title for sheet in sheets}
    for row in changed:
        change, step = judges[row.sheet](row)
        change.sheet = titles[row.sheet]
        change.cells += [CellChange(row.cells[name], row.titles[name], error=text) for name, text in row.errors.items()]
        if change.cells or change.errors or change.begins or change.hands_in:
            preview.rows.append(change)
            preview.steps.append(step)
        else:
            preview.unchanged += 1
    preview.steps = [] if preview.refused else _joined(preview.steps)
    if sum(len(str(value)) for step in preview.steps for value in step.values()) > MOST_KEPT:
        raise WorkbookRefused(_("The workbook changes too much at once. Send it in parts."))
    return preview


def _check_slip(slip: Slip, user: User, agreement: Agreement) -> None:
    if slip.user_id != user.pk:
        raise WorkbookRefused(_("This workbook was made for another person. Download your own and fill that in."))
    if slip.agreement_id != agreement.pk:
        raise WorkbookRefused(
            _("This workbook belongs to another agreement. Change to it at the top of the page first.")
        )


Judge = Callable[[ReadRow], tuple[RowChange, dict[str, Any]]]


def _outdated() -> str:
    return _(
        "It was changed in the portal since you downloaded the workbook. Download a new one and carry your text over."
    )


@dataclass
class _Found:
    """The report that a row is about: its choice and period, and the update if it was begun."""

    choice: PathwayChoice
    period: ReportingPeriod
    update: ProgressUpdate | None

    @property
    def about(self) -> str:
        return f"{self.choice.participant} · {self.choice.pathway} · {self.period}"

    @property
    def opened(self) -> frozenset[str]:
        """The paragraphs that may be changed."""
        if self.update is not None and self.update.state in EDITABLE_UPDATE_STATES:
            return open_paragraphs(self.update)
        return frozenset(PARAGRAPHS)


def _shut() -> str:
    return _("This paragraph was not sent back and cannot be changed now.")


class _Reports:
    """The reports that the rows of a workbook are about, read at once; and the judge of their texts."""

    def __init__(self, user: User, agreement: Agreement, rows: list[ReadRow]) -> None:
        self.user, self.agreement = user, agreement
        choice_ids = {row.keys[0] for row in rows if row.sheet in (REPORTS, VALUES)}
        self.choices = {
            choice.pk: choice
            for choice in PathwayChoice.objects.visible_to(user)
            .with_names()
            .filter(pk__in=choice_ids, participant__agreement=agreement)
        }
        self.periods = {period.pk: period for period in agreement.reporting_periods.all()}
        self.updates = {
            (update.choice_id, update.period_id): update
            for update in ProgressUpdate.objects.filter(choice__in=list(self.choices)).order_by("period__number")
        }

    def find(self, choice_id: int, period_id: int) -> _Found | None:
        """The report of a choice and a period, if the person may enter it."""
        choice, period = self.choices.get(choice_id), self.periods.get(period_id)
        if choice is None or period is None or not permissions.can_enter_report(self.user, choice):
            return None
        return _Found(choice, period, self.updates.get((choice_id, period_id)))

    def _carried(self, choice_id: int, period: ReportingPeriod) -> ProgressUpdate:
        """The report that start_update would begin with, unsaved."""
        numbers = {pk: one.number for pk, one in self.periods.items()}
        earlier = [
            one
            for (of, on), one in self.updates.items()
            if of == choice_id and numbers[on] < period.number and one.state in REPORTED
        ]
        last = max(earlier, key=lambda one: numbers[one.period_id], default=None)
        if last is None:
            return ProgressUpdate()
        return ProgressUpdate(**{name: getattr(last, name) for name in PARAGRAPHS if name != "done"})

    def judge(self, row: ReadRow) -> tuple[RowChange, dict[str, Any]]:
        """What a row of the sheet of reports would change."""
        choice_id, period_id, revision = row.keys
        found = self.find(choice_id, period_id)
        if found is None:
            return RowChange(row.line, "", errors=[gone()]), {}
        change = RowChange(row.line, found.about, begins=revision == 0)
        change.errors += _report_faults(self.user, found, revision)
        before = found.update or self._carried(choice_id, found.period)
        for name, value in row.values.items():
            if name == "hand_in":
                change.hands_in = value
                continue
            old, new = getattr(before, name), normalise(value) if isinstance(value, str) else value
            if old != new:
                shut = name in PARAGRAPHS and name not in found.opened
                error = _shut() if shut else ""
                change.cells.append(CellChange(row.cells[name], row.titles[name], str(old), str(new), error))
        if change.hands_in:
            change.cells += _missing(self.agreement, row)
        step = {"kind": REPORTS, "line": row.line, "keys": list(row.keys), "values": row.values, "measured": {}}
        return change, step


def _value_judge(reports: _Reports, rows: list[ReadRow]) -> Judge:
    mine = [row for row in rows if row.sheet == VALUES]
    indicators = {one.pk: one for one in Indicator.objects.filter(pk__in={row.keys[2] for row in mine})}
    values = {
        (one.update.choice_id, one.update.period_id, one.indicator_id): one.value
        for one in IndicatorValue.objects.filter(
            indicator__in=list(indicators), update__in=[one.pk for one in reports.updates.values()]
        ).select_related("update")
    }

    def judge(row: ReadRow) -> tuple[RowChange, dict[str, Any]]:
        choice_id, period_id, indicator_id, revision = row.keys
        found, indicator = reports.find(choice_id, period_id), indicators.get(indicator_id)
        if found is None or indicator is None or indicator.choice_id != choice_id:
            return RowChange(row.line, "", errors=[gone()]), {}
        change = RowChange(row.line, f"{found.about} · {indicator}")
        change.errors += _report_faults(reports.user, found, revision)
        old, new = values.get((choice_id, period_id, indicator_id)), row.values.get("value")
        if "value" in row.values and old != new:
            error = "" if "percent" in found.opened else _shut()
            texts = workbooks.number_text(old), workbooks.number_text(new)
            change.cells.append(CellChange(row.cells["value"], row.titles["value"], *texts, error=error))
            change.begins = revision == 0
        measured = {str(indicator_id): "" if new is None else str(new)}
        keys = [choice_id, period_id, revision]
        return change, {"kind": VALUES, "line": row.line, "keys": keys, "values": None, "measured": measured}

    return judge


def _joined(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Values of indicators go with the report that they belong to: one step, one revision."""
    joined: list[dict[str, Any]] = []
    reports: dict[tuple[int, ...], dict[str, Any]] = {}
    for step in steps:
        known = reports.get(tuple(step["keys"])) if step["kind"] == VALUES else None
        if known is not None:
            known["measured"] |= step["measured"]
            continue
        joined.append(step)
        if step["kind"] in (REPORTS, VALUES):
            reports[tuple(step["keys"])] = step
    return joined


def _missing(agreement: Agreement, row: ReadRow) -> list[CellChange]:
    """What a row lacks that is to be handed in."""
    wanted = {"done": _("Say what was done before you submit.")}
    if needs_late_reason(agreement, timezone.localdate()):
        wanted["late_reason"] = _("Give the reason: today lies outside the agreement's period (clause 3).")
    return [
        CellChange(row.cells[name], row.titles[name], error=text)
        for name, text in wanted.items()
        if name not in row.errors and not row.values[name]
    ]


def _report_faults(user: User, found: _Found, revision: int) -> list[str]:
    """What speaks against taking a row over at all."""
    update = found.update
    if found.period.is_locked:
        return [_("Its period is locked meanwhile. Clear this row or download a new workbook.")]
    if update is None:
        return [] if revision == 0 else [gone()]
    update.choice = found.choice
    if not permissions.can_enter_update(user, update):
        return [_("Somebody else has begun this report meanwhile.")]
    if update.state not in EDITABLE_UPDATE_STATES:
        return [
            _("It is now “%(state)s” and cannot be changed. Clear this row or download a new workbook.")
            % {"state": update.get_state_display()}
        ]
    return [] if update.revision == revision else [_outdated()]


def _step_judge(user: User, agreement: Agreement, rows: list[ReadRow]) -> Judge:
    steps = {
        step.pk: step
        for step in Milestone.objects.visible_to(user)
        .filter(pk__in={row.keys[0] for row in rows if row.sheet == STEPS}, choice__participant__agreement=agreement)
        .select_related(
            "choice__pathway", "choice__participant__designation", "choice__participant__local_government__province"
        )
    }

    def judge(row: ReadRow) -> tuple[RowChange, dict[str, Any]]:
        step = steps.get(row.keys[0])
        if step is None or not permissions.can_plan(user, step.choice):
            return RowChange(row.line, "", errors=[gone()]), {}
        change = RowChange(row.line, f"{step.choice.participant} · {step.choice.pathway} · {step.title}")
        if step.revision != row.keys[1]:
            change.errors.append(_outdated())
        if "done_on" in row.values:
            day: date | None = row.values["done_on"]
            late = day is not None and day > timezone.localdate()
            error = _("A milestone cannot be done on a day that has not come.") if late else ""
            if day != step.done_on:
                place, title = row.cells["done_on"], row.titles["done_on"]
                change.cells.append(CellChange(place, title, _day(step.done_on), _day(day), error))
        day_kept = {name: value.isoformat() if value else "" for name, value in row.values.items()}
        return change, {"kind": STEPS, "line": row.line, "keys": list(row.keys), "values": day_kept}

    return judge


def _day(value: date | None) -> str:
    return format_date(value, get_language() or "th") if value else ""
