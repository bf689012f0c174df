"""The Excel round trip of open reports: what goes into a workbook, what one that came back would change, and doing it.

Coordinators fill in their own open reports and the steps of their plans. Programme staff do so on behalf of many, for
what nobody began and for what they began themselves. Everything is written by the verbs that the pages use.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mou_portal.records import DomainError
from participants.access import access_of
from participants.models import Agreement, User
from pathways import permissions, workbooks
from pathways.models import Indicator, IndicatorValue, Milestone, PathwayChoice, ProgressUpdate, ReportingPeriod
from pathways.models.progress import EDITABLE_UPDATE_STATES, PARAGRAPHS, paragraph_label
from pathways.services.plan import save_milestone
from pathways.services.updates import REPORTED, Account, open_paragraphs, save_update, start_update, submit_update
from pathways.summaries import ReportDue, Schedule, schedule_of
from pathways.workbooks import Column, Row, Sheet

REPORTS, STEPS, VALUES = "reports", "steps", "values"
_TEXTS = ("done", "result", "obstacles", "next_step")


def _label(name: str) -> str:
    text = paragraph_label(name)
    return text[:1].upper() + text[1:]


def _longest(name: str) -> int:
    return int(ProgressUpdate._meta.get_field(name).max_length or 0)  # type: ignore[union-attr]  # a column


def layout(user: User) -> list[Sheet]:
    """The three sheets with their columns in the reader's language, empty."""
    who = [Column("organisation", _("Organisation"), "shown", 28), Column("pathway", _("Pathway"), "shown", 28)]
    reports = [
        *(Column(name, name, "key") for name in ("choice", "period", "revision")),
        *who,
        Column("period_name", _("Reporting period"), "shown"),
        Column("due_on", _("Report due"), "shown"),
        Column("state", _("State"), "shown"),
        *(Column(name, _label(name), "text", 40, _longest(name)) for name in _TEXTS),
        Column("percent", _label("percent"), "percent", 12),
        Column("late_reason", _("Reason, if the agreement's period is over"), "text", 28, _longest("late_reason")),
    ]
    if access_of(user).coordinates:
        reports.append(Column("hand_in", _("Hand in now"), "yesno", 12))
    steps = [
        *(Column(name, name, "key") for name in ("milestone", "revision")),
        *who,
        Column("title", _("Milestone"), "shown", 40),
        Column("due_on", _("Due"), "shown"),
        Column("done_on", _("Done on"), "date", 22),
    ]
    values = [
        *(Column(name, name, "key") for name in ("choice", "period", "indicator", "revision")),
        *who,
        Column("period_name", _("Reporting period"), "shown"),
        Column("name", _("Indicator"), "shown", 40),
        Column("baseline", _("Baseline"), "shown"),
        Column("target", _("Target"), "shown"),
        Column("value", _("Value"), "number", 22),
    ]
    return [
        Sheet(REPORTS, _("Reports"), reports),
        Sheet(STEPS, _("Milestones"), steps),
        Sheet(VALUES, _("Indicators"), values, required=False),
    ]


# --- out ------------------------------------------------------------------------------------
def make_workbook(
    *, user: User, agreement: Agreement, participant_ids: Iterable[int], period: ReportingPeriod | None = None
) -> bytes:
    """Return the workbook of open reports (of ``period`` only, if given) and open steps of these participants.

    Raises :class:`DomainError` when nothing is open, or more than one workbook holds.
    """
    today = timezone.localdate()
    schedule = schedule_of(agreement, participant_ids, today)
    open_ones = [due for due in schedule if (period is None or due.period.pk == period.pk) and _open_to(user, due)]
    begun = [due.update for due in open_ones if due.update is not None]
    prefetch_related_objects(begun, "events", "indicator_values")
    rows = [_report_row(due, schedule) for due in open_ones]
    values = _value_rows(open_ones)
    steps = _step_rows(user, schedule) if period is None else []
    if not rows and not steps:
        raise DomainError(_("Nothing is open: no report is due, and every step of the plans is done."))
    if max(len(rows), len(steps), len(values)) > workbooks.MOST_ROWS:
        raise DomainError(
            _("That is more than one workbook holds (%(most)d rows). Choose one period or fewer organisations.")
            % {"most": workbooks.MOST_ROWS}
        )
    filled = {REPORTS: rows, STEPS: steps, VALUES: values}
    return workbooks.write(
        [replace(sheet, rows=filled[sheet.name]) for sheet in layout(user)],
        user_id=user.pk,
        agreement_id=agreement.pk,
        made_at=timezone.localtime(),
        language=get_language() or "th",
    )


def _open_to(user: User, due: ReportDue) -> bool:
    if due.period.is_locked:
        return False
    if due.update is None:
        return due.asks and permissions.can_enter_report(user, due.choice)
    due.update.choice = due.choice  # loaded already
    return due.update.state in EDITABLE_UPDATE_STATES and permissions.can_enter_update(user, due.update)


def _report_row(due: ReportDue, schedule: Schedule) -> Row:
    update = due.update
    if update is not None:
        values = {name: getattr(update, name) for name in (*PARAGRAPHS, "late_reason")}
        closed, state = frozenset(PARAGRAPHS) - open_paragraphs(update), str(update.get_state_display())
    else:  # as start_update will begin it
        last = _last_reported(schedule, due)
        values = {name: getattr(last, name) for name in PARAGRAPHS if name != "done"} if last else {"percent": 0}
        closed, state = frozenset(), _("not begun")
    return Row(
        keys=(due.choice.pk, due.period.pk, update.revision if update else 0),
        values={
            **values,
            "organisation": str(due.choice.participant),
            "pathway": str(due.choice.pathway),
            "period_name": str(due.period),
            "due_on": due.period.due_on,
            "state": state,
            "hand_in": False,
        },
        closed=closed,
    )


def _last_reported(schedule: Schedule, due: ReportDue) -> ProgressUpdate | None:
    earlier = [
        one.update
        for one in schedule.reports[due.choice.pk]
        if one.update is not None and one.update.state in REPORTED and one.period.number < due.period.number
    ]
    return earlier[-1] if earlier else None


def _value_rows(open_ones: list[ReportDue]) -> list[Row]:
    """A row for each indicator of each open report whose period asks for values; one query."""
    asking = [due for due in open_ones if due.period.asks_indicators]
    indicators: dict[int, list[Indicator]] = {}
    for one in Indicator.objects.filter(choice__in={due.choice.pk for due in asking}).order_by("choice", "pk"):
        indicators.setdefault(one.choice_id, []).append(one)
    rows = []
    for due in asking:
        held: Iterable[IndicatorValue] = due.update.indicator_values.all() if due.update else ()
        known = {one.indicator_id: one.value for one in held}
        shut = due.update is not None and "percent" not in open_paragraphs(due.update)
        rows += [
            Row(
                keys=(due.choice.pk, due.period.pk, one.pk, due.update.revision if due.update else 0),
                values={
                    "organisation": str(due.choice.participant),
                    "pathway": str(due.choice.pathway),
                    "period_name": str(due.period),
                    "name": str(one),
                    "baseline": one.baseline,
                    "target": one.target,
                    "value": known.get(one.pk),
                },
                closed=frozenset({"value"}) if shut else frozenset(),
            )
            for one in indicators.get(due.choice.pk, [])
        ]
    return rows


def _step_rows(user: User, schedule: Schedule) -> list[Row]:
    choices = {due.choice.pk: due.choice for due in schedule if permissions.can_plan(user, due.choice)}
    found = Milestone.objects.filter(choice__in=list(choices), done_on=None).order_by("choice", "due_on", "pk")
    return [
        Row(
            keys=(step.pk, step.revision),
            values={
                "organisation": str(choices[step.choice_id].participant),
                "pathway": str(choices[step.choice_id].pathway),
                "title": step.title,
                "due_on": step.due_on,
            },
        )
        for step in found
    ]


# --- in: doing what a preview promised ---------------------------------------------------------------------------
def gone() -> str:
    """Why a row cannot be taken over whose choice or step the person no longer reaches."""
    return _("You no longer write for this organisation, or the row is gone. Download a new workbook.")


@transaction.atomic
def carry_out(*, steps: Iterable[dict[str, Any]], user: User) -> int:
    """Write what a preview promised, all of it or nothing; return how many reports and steps were written.

    Each row goes through the verb that its page uses, which asks again for permission, state and revision. Raises
    :class:`DomainError` that names the row.
    """
    written = 0
    for step in steps:
        try:
            with transaction.atomic():
                (_write_step if step["kind"] == STEPS else _write_report)(step, user)
        except DomainError as error:
            raise DomainError(
                _("Row %(line)d: %(reason)s Nothing was taken over.") % {"line": step["line"], "reason": error}
            ) from error
        written += 1
    return written


def _write_report(step: dict[str, Any], user: User) -> None:
    choice_id, period_id, revision = step["keys"]
    choice = PathwayChoice.objects.visible_to(user).with_names().filter(pk=choice_id).first()
    if choice is None:
        raise PermissionDenied
    period = choice.participant.agreement.reporting_periods.get(pk=period_id)
    if revision == 0:
        if choice.updates.filter(period=period).exists():
            raise DomainError(_("Somebody else has begun this report meanwhile."))
        update = start_update(choice=choice, period=period, user=user)
    else:
        found = choice.updates.filter(period=period).first()
        if found is None:
            raise DomainError(gone())
        update = found
    update.choice = choice
    values = dict(step["values"]) if step["values"] else _as_it_stands(update)
    hand_in = values.pop("hand_in", False)
    measured = {int(pk): Decimal(text) if text else None for pk, text in step.get("measured", {}).items()}
    account = Account(**values, values=measured)
    save_update(update=update, user=user, expected=revision or update.revision, account=account)
    if hand_in:
        submit_update(update=update, user=user)


def _as_it_stands(update: ProgressUpdate) -> dict[str, Any]:
    """The texts of a report of which only values of indicators are to be written."""
    return {name: getattr(update, name) for name in (*PARAGRAPHS, "late_reason")}


def _write_step(step: dict[str, Any], user: User) -> None:
    pk, revision = step["keys"]
    milestone = Milestone.objects.visible_to(user).select_related("choice").filter(pk=pk).first()
    if milestone is None:
        raise DomainError(gone())
    milestone.done_on = date.fromisoformat(step["values"]["done_on"]) if step["values"]["done_on"] else None
    save_milestone(milestone=milestone, user=user, expected=revision)
