"""What waits for a person in pathways: choices to make and to confirm, reports to write and to review."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mou_portal.registry import Agenda, AgendaItem, agenda
from mou_portal.thai.localized import localized
from participants.access import Access, access_of
from participants.models import Agreement, Participant
from pathways.models import ChoiceState, ChoiceVersion, PeriodKind, ProgressUpdate, UpdateState
from pathways.progress import DueState, three_unchanged_in_a_row
from pathways.summaries import ReportDue, schedule_of

#: No more single items than this of one kind; beyond, one item points to the list.
MOST = 20


def items(user: Any, agreement: Agreement, today: date) -> Iterator[AgendaItem]:
    """Yield what waits for the person, in a constant number of queries."""
    access = access_of(user)
    if access.coordinates:
        yield from _choices_to_make(access, agreement)
        yield from _reports_to_write(access, agreement, today)
    if access.programme:
        yield from _choices_to_confirm(user, access, agreement)
    if access.programme or access.advises:
        yield from _updates_to_review(user, access, agreement)
    if access.advises:
        yield from _silent_ones(access, agreement)


def _choices_to_make(access: Access, agreement: Agreement) -> Iterator[AgendaItem]:
    mine = Participant.objects.filter(pk__in=access.coordinates, agreement=agreement).with_names()
    versions: dict[int, list[ChoiceVersion]] = {}
    for version in ChoiceVersion.objects.filter(
        choice__participant_id__in=access.coordinates, choice__participant__agreement=agreement
    ).select_related("choice__pathway"):
        versions.setdefault(version.choice.participant_id, []).append(version)
    for participant in mine:
        own = versions.get(participant.pk, [])
        for version in own:
            if version.state in (ChoiceState.DRAFT, ChoiceState.RETURNED):
                returned = version.state == ChoiceState.RETURNED
                yield AgendaItem(
                    title=_("Choice returned for changes") if returned else _("Finish and submit your choice"),
                    url=reverse("pathways:choice-edit", args=[version.choice_id]),
                    action=_("Open"),
                    detail=str(version.choice.pathway),
                    participant_id=participant.pk,
                    urgent=returned,
                )
        if not any(version.state in (ChoiceState.CONFIRMED, *_OPEN) for version in own):
            yield AgendaItem(
                title=_("Choose at least one of the six pathways"),
                url=reverse("pathways:choice-create"),
                action=_("Choose"),
                due_on=agreement.ends_on,
                detail=localized(participant.designation),
                participant_id=participant.pk,
                urgent=True,
            )


_OPEN = (ChoiceState.DRAFT, ChoiceState.SUBMITTED, ChoiceState.RETURNED)


def _reports_to_write(access: Access, agreement: Agreement, today: date) -> Iterator[AgendaItem]:
    for report in schedule_of(agreement, access.coordinates, today):
        item = _report_item(report)
        if item is not None:
            yield item


def _report_item(report: ReportDue) -> AgendaItem | None:
    if report.period.is_locked:
        return None  # nothing can be done about it any more
    draft = report.update is not None and report.update.state == UpdateState.DRAFT
    if report.state == DueState.RETURNED:
        title, action = _("Report returned for changes"), _("Open")
    elif report.state == DueState.OVERDUE:
        title, action = _("Report overdue"), _("Continue") if draft else _("Write")
    elif report.state == DueState.DUE:
        title, action = _("Report due"), _("Continue") if draft else _("Write")
    elif draft and report.state == DueState.NOT_YET_DUE:
        title, action = _("Report begun"), _("Continue")
    else:
        return None
    return AgendaItem(
        title=f"{title}: {report.period}",
        url=reverse("pathways:update-edit", args=[report.update.pk])
        if report.update
        else report.choice.get_absolute_url(),
        action=action,
        due_on=report.period.due_on,
        detail=str(report.choice.pathway),
        participant_id=report.choice.participant_id,
        urgent=report.state in (DueState.OVERDUE, DueState.RETURNED),
        kind=report.period.kind,
    )


def _choices_to_confirm(user: Any, access: Access, agreement: Agreement) -> Iterator[AgendaItem]:
    waiting = (
        ChoiceVersion.objects.filter(state=ChoiceState.SUBMITTED, choice__participant__agreement=agreement)
        .exclude(Q(created_by=user) | Q(submitted_by=user) | Q(choice__participant_id__in=access.own))
        .with_names()
        .order_by("submitted_at", "pk")
    )
    for version in waiting[:MOST]:
        yield AgendaItem(
            title=_("Confirm the choice of %(participant)s") % {"participant": version.choice.participant},
            url=version.choice.get_absolute_url(),
            action=_("Decide"),
            detail=str(version.choice.pathway),
            participant_id=version.choice.participant_id,
        )
    more = waiting.count() - MOST
    if more > 0:
        yield AgendaItem(
            title=ngettext("%(count)d more choice to confirm", "%(count)d more choices to confirm", more)
            % {"count": more},
            url=reverse("pathways:choice-list") + "?state=submitted",
            action=_("Show the list"),
        )


def _silent_ones(access: Access, agreement: Agreement) -> Iterator[AgendaItem]:
    """Choices of advised participants whose newest three reports all say that nothing changed; one query."""
    reported: dict[int, list[ProgressUpdate]] = {}
    for update in (
        ProgressUpdate.objects.filter(
            choice__participant_id__in=access.advises,
            choice__participant__agreement=agreement,
            state__in=(UpdateState.SUBMITTED, UpdateState.ACCEPTED),
        )
        .with_names()
        .order_by("choice__participant__order", "choice__pathway__number", "period__number")
    ):
        reported.setdefault(update.choice_id, []).append(update)
    for updates in reported.values():
        if three_unchanged_in_a_row([one.nothing_changed for one in updates]):
            newest = updates[-1]
            yield AgendaItem(
                title=_("Call %(participant)s: three reports in a row say that nothing changed")
                % {"participant": newest.participant},
                url=newest.choice.get_absolute_url(),
                action=_("Open"),
                detail=str(newest.choice.pathway),
                participant_id=newest.choice.participant_id,
            )


def _updates_to_review(user: Any, access: Access, agreement: Agreement) -> Iterator[AgendaItem]:
    scope = Q() if access.programme else Q(choice__participant_id__in=access.advises)
    waiting = (
        ProgressUpdate.objects.filter(scope, state=UpdateState.SUBMITTED, choice__participant__agreement=agreement)
        .exclude(Q(created_by=user) | Q(submitted_by=user) | Q(choice__participant_id__in=access.own))
        .with_names()
        .order_by("submitted_at", "pk")
    )
    for update in waiting[:MOST]:
        yield AgendaItem(
            title=_("Review the report of %(participant)s") % {"participant": update.participant},
            url=reverse("pathways:update-review", args=[update.pk]),
            action=_("Review"),
            detail=f"{update.period} · {update.choice.pathway}",
            participant_id=update.choice.participant_id,
        )
    more = waiting.count() - MOST
    if more > 0:
        yield AgendaItem(
            title=ngettext("%(count)d more report to review", "%(count)d more reports to review", more)
            % {"count": more},
            url=reverse("pathways:update-list") + "?state=submitted",
            action=_("Show the list"),
        )


agenda.register(Agenda("pathways", items, kinds=dict(PeriodKind.choices)))
