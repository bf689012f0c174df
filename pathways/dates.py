"""Days by which reports are due, in people's calendars."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mou_portal.registry import CalendarDate, Dates, dates
from participants.access import access_of
from pathways.progress import DueState
from pathways.summaries import ReportDue, schedule_of


def reports_due(user: Any, agreement: Any) -> Iterable[CalendarDate]:
    """For a party's own people each report, with its state; for staff and advisers each period, once."""
    access = access_of(user)
    if access.own:
        for report in schedule_of(agreement, sorted(access.own), timezone.localdate()):
            if report.state != DueState.SKIPPED:
                yield _report(report)
    if access.staff or access.advises:
        for period in agreement.reporting_periods.order_by("number"):
            yield CalendarDate(
                f"period-{period.pk}",
                _("Reports are due: %(period)s") % {"period": period},
                period.due_on,
                period.due_on,
                reverse("pathways:update-list"),
            )


def _report(report: ReportDue) -> CalendarDate:
    editable = report.update is not None and report.update.state in ("draft", "returned")
    if report.update is None:
        url = report.choice.get_absolute_url()
    else:
        url = reverse("pathways:update-edit" if editable else "pathways:update-detail", args=[report.update.pk])
    titles = {
        DueState.SUBMITTED: _("Report handed in: %(period)s"),
        DueState.ACCEPTED: _("Report accepted: %(period)s"),
        DueState.RETURNED: _("Report returned for changes: %(period)s"),
    }
    return CalendarDate(
        f"report-{report.choice.pk}-{report.period.pk}",
        titles.get(report.state, _("Report due: %(period)s")) % {"period": report.period},
        report.period.due_on,
        report.period.due_on,
        url,
        detail=str(report.choice.pathway),
        deadline=True,
    )


dates.register(Dates("pathways", reports_due))
