"""Pages of progress updates for those who write them: list, start, one update, edit, submit."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mou_portal.listing import Column, Filter, Listing, field_filter
from mou_portal.pages import act, load
from mou_portal.records import DomainError, Stale
from mou_portal.uploads import UploadRefused
from participants.access import access_of
from participants.requests import PortalRequest
from participants.typed import typed
from pathways import permissions
from pathways.forms import UpdateForm
from pathways.models import Dimension, IndicatorValue, PathwayChoice, ProgressUpdate, ReportingPeriod, UpdateState
from pathways.models.progress import PARAGRAPHS, paragraph_label
from pathways.services import (
    last_report,
    open_paragraphs,
    report_nothing_changed,
    save_update,
    silent_for_long,
    start_update,
    submit_update,
)
from pathways.summaries import schedule_of
from pathways.views.lists import few_participants, gate, search_reports, touching, working_agreement


@require_safe
def update_list(request: PortalRequest) -> HttpResponse:
    """All visible updates; above them, for a coordinator, what is due with the button that does it."""
    agreement = working_agreement(request)
    rows = (
        ProgressUpdate.objects.visible_to(request.user)
        .filter(choice__participant__agreement=agreement)
        .with_names()
        .order_by("-period__number", "choice__participant__order", "choice__pathway__number")
    )
    today = timezone.localdate()
    mine = access_of(request.user).coordinates
    waiting = [one for one in schedule_of(agreement, mine, today) if one.asks] if mine else []
    return Listing(
        title=_("Progress reports"),
        columns=[
            Column(
                _("Organisation"),
                lambda row: str(row.participant),
                sort="choice__participant__local_government__sort_key",
                url=lambda row: row.get_absolute_url(),
            ),
            Column(_("Pathway"), lambda row: str(row.choice.pathway), sort="choice__pathway__number"),
            Column(_("Reporting period"), lambda row: str(row.period), sort="period__number"),
            Column(_("State"), lambda row: (row.state, row.get_state_display()), sort="state", kind="state"),
            Column(_("Percent"), lambda row: row.percent, sort="percent", kind="number"),
            Column(_("What was done"), _gist),
            Column(_("Submitted"), lambda row: row.submitted_at, sort="submitted_at", kind="datetime"),
        ],
        filters=[
            field_filter("state", _("State"), UpdateState.choices),
            field_filter(
                "period", _("Reporting period"), [(str(one.pk), str(one)) for one in agreement.reporting_periods.all()]
            ),
            field_filter(
                "pathway",
                _("Pathway"),
                [(str(one.pk), str(one)) for one in agreement.pathways.all()],
                lookup="choice__pathway",
            ),
            *few_participants(request, agreement, "choice__participant"),
            Filter(
                "dimension",
                _("Dimension"),
                lambda request: Dimension.choices,
                lambda found, value: found.filter(choice__in=touching(value)),
            ),
        ],
        search=search_reports,
        filename="progress-reports",
        empty_text=_("Reports appear here once a choice is confirmed and a reporting period has begun."),
        template="pathways/update_list.html",
    ).respond(
        request,
        rows,
        waiting=waiting,
        late=not agreement.covers(today),
        **gate(request, agreement),
        can_use_workbook=permissions.can_use_workbook(request.user),
        can_review_some=permissions.can_review_some(request.user),
    )


def _gist(update: ProgressUpdate) -> str:
    if update.nothing_changed:
        return _("nothing changed")
    return update.done if len(update.done) <= 160 else update.done[:159].rstrip() + "…"


def _asked_for(request: PortalRequest) -> tuple[PathwayChoice, ReportingPeriod]:
    """The choice and period that a POST names; 404 unless both exist, are visible and of one agreement."""
    given = [request.POST.get(name, "") for name in ("choice", "period")]
    if not all(value.isascii() and value.isdigit() and len(value) < 19 for value in given):
        raise Http404
    choice = load(
        PathwayChoice.objects.visible_to(request.user).with_names(),
        request.user,
        permissions.can_report,
        pk=int(given[0]),
    )
    period = load(choice.participant.agreement.reporting_periods.all(), request.user, pk=int(given[1]))
    return choice, period


@require_POST
def update_start(request: PortalRequest) -> HttpResponse:
    """Open the report for a choice and a period; a second tap opens the same one."""
    choice, period = _asked_for(request)
    try:
        update = start_update(choice=choice, period=period, user=request.user)
    except DomainError:
        return act(request, lambda: start_update(choice=choice, period=period, user=request.user), done="", then=choice)
    if permissions.can_edit_update(request.user, update):
        return redirect("pathways:update-edit", update.pk)
    return redirect(update)


@require_POST
def update_nothing(request: PortalRequest) -> HttpResponse:
    """Report in one tap that nothing changed."""
    choice, period = _asked_for(request)
    return act(
        request,
        lambda: report_nothing_changed(
            choice=choice,
            period=period,
            user=request.user,
            late_reason=request.POST.get("late_reason", "")[:1000],
        ),
        done=_("Reported: nothing changed."),
        then=choice,
    )


def load_update(request: PortalRequest, pk: int, can: Any = None) -> ProgressUpdate:
    """A visible update with its names; 404 or 403 otherwise."""
    return load(ProgressUpdate.objects.visible_to(request.user).with_names(), request.user, can, pk=pk)


def update_crumbs(update: ProgressUpdate, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way up from an update's page."""
    return [
        (_("Progress reports"), reverse("pathways:update-list")),
        (f"{update.participant}: {update.choice.pathway}", update.choice.get_absolute_url()),
        (str(update.period), update.get_absolute_url() if more else ""),
        *more,
    ]


def paragraphs_of(update: ProgressUpdate) -> list[tuple[str, str, Any]]:
    """Name, label and content of each paragraph, the percentage apart."""
    return [(name, paragraph_label(name), getattr(update, name)) for name in PARAGRAPHS if name != "percent"]


def values_of(update: ProgressUpdate) -> list[IndicatorValue]:
    """The values that the update reports, with their indicators; one query."""
    return list(update.indicator_values.select_related("indicator").order_by("indicator"))


def thread_of(update: ProgressUpdate) -> list[dict[str, Any]]:
    """The update's steps and remarks, oldest first, ready for components/thread.html; one query."""
    labels = {name: paragraph_label(name) for name in PARAGRAPHS}
    events, before = [], ""
    for event in update.events.select_related("by").order_by("at", "pk"):
        step = event.state != before
        notes = [event.note] if event.note else []
        notes += [f"{labels.get(name, name)}: {text}" for name, text in event.paragraphs.items()]
        events.append(
            {
                "what": _STEPS[event.state]() if step else _("Remark"),
                "at": event.at,
                "who": str(event.by),
                "note": "\n".join(notes),
                "state": event.state if step else "",
                "label": event.get_state_display(),
            }
        )
        before = event.state
    return events


_STEPS: dict[str, Any] = {
    UpdateState.DRAFT: lambda: _("Begun"),
    UpdateState.SUBMITTED: lambda: _("Handed in"),
    UpdateState.RETURNED: lambda: _("Returned"),
    UpdateState.ACCEPTED: lambda: _("Accepted"),
}


def files_of(update: ProgressUpdate, *, removable: bool) -> list[dict[str, Any]]:
    """The update's evidence, ready for components/file_list.html; one query."""
    return [
        {
            "name": one.file.original_name,
            "url": reverse("pathways:evidence-download", args=[one.pk]),
            "size": one.file.size,
            "on": one.created_at,
            "remove_url": reverse("pathways:evidence-delete", args=[one.pk]) if removable else "",
        }
        for one in update.evidence.select_related("file")
    ]


@require_safe
def update_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """One update as its readers see it, with evidence and thread."""
    update = load_update(request, pk)
    user = request.user
    editable = permissions.can_edit_update(user, update)
    return render(
        request,
        "pathways/update_detail.html",
        {
            "update": update,
            "paragraphs": paragraphs_of(update),
            "values": values_of(update),
            "files": files_of(update, removable=editable),
            "thread": thread_of(update),
            "can_edit": editable,
            "can_review": permissions.can_review_update(user, update),
            "can_discuss": permissions.can_discuss_update(user, update),
            "can_draw": permissions.can_draw_lesson(user, update),
            "silent": silent_for_long(update.choice),
            "crumbs": update_crumbs(update),
        },
    )


def update_edit(request: PortalRequest, pk: int) -> HttpResponse:
    """Write on a report: at most five things and a percentage; save as a draft, or save and hand in."""
    update = load_update(request, pk, permissions.can_write_update)
    if request.method != "POST" and not permissions.can_edit_update(request.user, update):
        return redirect(update)
    submitting = request.POST.get("step") == "submit"
    form = UpdateForm(
        request.POST or None,
        request.FILES or None,
        instance=update,
        agreement=update.participant.agreement,
        submitting=submitting,
        initial=typed(request),
    )
    if request.method == "POST" and form.is_valid() and _save(request, form, update):
        if submitting:
            return act(
                request,
                lambda: submit_update(update=update, user=request.user),
                done=_("Handed in. You will see here when it is accepted or returned."),
                then=update,
            )
        return act(request, lambda: None, done=_("Saved as a draft. It is not handed in yet."), then=update)
    last = last_report(update.choice, update.period)
    return render(
        request,
        "pathways/update_edit.html",
        {
            "form": form,
            "update": update,
            "last": last,
            "files": files_of(update, removable=True),
            "thread": thread_of(update),
            "limited": update.state == UpdateState.RETURNED and len(open_paragraphs(update)) < len(PARAGRAPHS),
            "cancel_url": update.choice.get_absolute_url(),
            "crumbs": update_crumbs(update, (_("Write"), "")),
        },
    )


def _save(request: PortalRequest, form: UpdateForm, update: ProgressUpdate) -> bool:
    try:
        save_update(
            update=update,
            user=request.user,
            expected=form.expected_revision,
            account=form.account,
            uploads=form.cleaned_data["attachments"],
        )
    except UploadRefused as error:
        form.add_error("attachments", str(error))
    except Stale as error:
        form.show_stale(error)
    except DomainError as error:
        form.add_error(None, str(error))
    else:
        return True
    return False


@require_POST
def update_submit(request: PortalRequest, pk: int) -> HttpResponse:
    """Hand in an update that is complete."""
    update = load_update(request, pk, permissions.can_write_update)
    return act(
        request,
        lambda: submit_update(update=update, user=request.user),
        done=_("Handed in. You will see here when it is accepted or returned."),
        then=update,
    )
