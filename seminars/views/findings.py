"""Pages of findings and follow-up actions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from mou_portal.listing import Column, Filter, Listing, contains, field_filter
from mou_portal.pages import load
from mou_portal.records import DomainError, Stale
from participants.once import new_token, once
from seminars.forms.findings import ActionForm, FindingForm, FinishForm, VerifyForm
from seminars.models import ActionState, FieldVisit, Finding, FollowUpAction
from seminars.permissions import can_edit_finding, can_finish_action, can_verify_action, can_write_findings
from seminars.services import add_finding, assign_action, finish_action, save_finding, verify_action


def _listing(request: HttpRequest) -> Listing:
    """The list of follow-up actions; "mine" are those the person does or verifies."""

    def mine(rows: Any, value: str) -> Any:
        return rows.filter(assignee=request.user) if value == "do" else rows.filter(verifier=request.user)

    return Listing(
        title=_("Follow-up actions"),
        filename="follow-up-actions",
        empty_text=_("What is to be done after field visits appears here."),
        search=contains("title", "finding__text"),
        filters=[
            field_filter("state", _("State"), ActionState.choices),
            Filter("mine", _("For me"), lambda request: [("do", _("to do")), ("verify", _("to verify"))], mine),
        ],
        columns=[
            Column(
                _("What is to be done"), lambda row: row.title, sort="title", url=lambda row: row.get_absolute_url()
            ),
            Column(
                _("Organisations"),
                lambda row: ", ".join(str(part.participant) for part in row.finding.visit.parts.all()),
            ),
            Column(_("Who does it"), lambda row: str(row.assignee), sort="assignee__name_th"),
            Column(_("Due"), lambda row: row.due_on, sort="due_on", kind="date"),
            Column(_("Who verifies it"), lambda row: str(row.verifier), sort="verifier__name_th"),
            Column(_("State"), _state, sort="state", kind="state"),
        ],
    )


def _state(row: FollowUpAction) -> tuple[str, Any]:
    if row.overdue_on(timezone.localdate()):
        return "overdue", _("overdue")
    return row.sign, row.get_state_display()


def _visits(request: HttpRequest) -> Any:
    return (
        FieldVisit.objects.visible_to(request.user)
        .select_related("agreement")
        .prefetch_related("parts__participant__designation", "visitors")
    )


def _findings(request: HttpRequest) -> Any:
    rows = Finding.objects.visible_to(request.user).select_related("visit__agreement")
    return rows.prefetch_related("visit__visitors", "visit__parts__participant__designation")


def _crumbs(visit: FieldVisit, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [
        (gettext_lazy("Field visits"), reverse("seminars:visit-list")),
        (visit, visit.get_absolute_url()),
        *more,
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def finding_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down one thing that was found at a visit."""
    visit = load(_visits(request), request.user, can_write_findings, pk=pk)
    form = FindingForm(request.POST or None, instance=Finding(visit=visit))
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, lambda: add_finding(finding=form.instance, user=request.user))
        except DomainError as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "form_token": request.POST.get("form_token") or new_token(),
        "visit": visit,
        "back": visit.get_absolute_url(),
        "crumbs": _crumbs(visit, (_("New finding"), "")),
    }
    return render(request, "seminars/finding_edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def finding_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a finding."""
    finding = load(_findings(request), request.user, can_edit_finding, pk=pk)
    form = FindingForm(request.POST or None, instance=finding)
    if request.method == "POST" and form.is_valid():
        try:
            save_finding(finding=finding, expected=form.expected_revision, user=request.user)
        except Stale as error:
            form.show_stale(error)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect(finding)
    visit = finding.visit
    context = {
        "form": form,
        "visit": visit,
        "back": visit.get_absolute_url(),
        "crumbs": _crumbs(visit, (_("Change the finding"), "")),
    }
    return render(request, "seminars/finding_edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def action_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a follow-up action of a finding."""
    finding = load(_findings(request), request.user, can_edit_finding, pk=pk)
    form = ActionForm(request.POST or None, instance=FollowUpAction(finding=finding), visit=finding.visit)
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, lambda: assign_action(action=form.instance, user=request.user))
        except DomainError as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "form_token": request.POST.get("form_token") or new_token(),
        "finding": finding,
        "back": finding.get_absolute_url(),
        "crumbs": _crumbs(finding.visit, (_("New follow-up action"), "")),
    }
    return render(request, "seminars/action_create.html", context)


def _actions(request: HttpRequest) -> Any:
    return FollowUpAction.objects.visible_to(request.user).with_names()


@require_safe
def action_list(request: HttpRequest) -> HttpResponse:
    """The follow-up actions of the agreement worked in."""
    rows = _actions(request).filter(finding__visit__agreement=request.agreement)
    crumbs = [(_("Field visits"), reverse("seminars:visit-list"))]
    return _listing(request).respond(request, rows, crumbs=crumbs)


def _page(request: HttpRequest, action: FollowUpAction, **more: Any) -> HttpResponse:
    state, word = _state(action)
    context = {
        "action": action,
        "visit": action.finding.visit,
        "state": state,
        "state_word": word,
        "crumbs": _crumbs(action.finding.visit, (action, "")),
        **more,
    }
    return render(request, "seminars/action_detail.html", context)


@require_safe
def action_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A follow-up action and the step that is open to the reader."""
    action = load(_actions(request), request.user, pk=pk)
    return _page(
        request,
        action,
        may_finish=can_finish_action(request.user, action),
        may_verify=can_verify_action(request.user, action),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def action_finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what was done."""
    action = load(_actions(request), request.user, can_finish_action, pk=pk)
    form = FinishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            finish_action(action=action, note=form.cleaned_data["note"], user=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Recorded. The person who verifies it sees it next."))
            return redirect(action)
    return _page(request, action, form=form, submit=_("It is done"))


@require_http_methods(["GET", "HEAD", "POST"])
def action_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether what was done is adequate."""
    action = load(_actions(request), request.user, can_verify_action, pk=pk)
    form = VerifyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            verify_action(action=action, adequate=said["adequate"] == "yes", note=said["note"], user=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your decision is recorded."))
            return redirect(action)
    return _page(request, action, form=form, submit=_("Record the decision"))
