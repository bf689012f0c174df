"""Pages of field visits."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mou_portal.listing import Column, Listing, contains, field_filter
from mou_portal.pages import act, load
from mou_portal.records import DomainError
from participants.access import access_of
from participants.once import new_token, once
from seminars.forms import VisitDecisionForm, VisitPlanForm, VisitReportForm, VisitRequestForm
from seminars.models import ArrangedBy, FieldVisit, VisitState
from seminars.peers import peers_of
from seminars.permissions import (
    can_decide_visit,
    can_finish_visit,
    can_plan_visit,
    can_print_visit,
    can_report_visit,
    can_request_visit,
    can_write_findings,
    is_programme_staff,
)
from seminars.reports import visit_report_html
from seminars.services import (
    agree_visit,
    decline_visit,
    mark_visit_done,
    report_visit,
    request_visit,
    set_visit_day,
)
from seminars.visit_estimates import estimate_lines, estimate_of

from .papers import pdf_answer

VISITS = Listing(
    title=gettext_lazy("Field visits"),
    filename="field-visits",
    empty_text=gettext_lazy("Visits that concern your organisation appear here."),
    search=contains("purpose"),
    filters=[
        field_filter("state", gettext_lazy("State"), VisitState.choices),
        field_filter("arranged_by", gettext_lazy("Arranged by"), ArrangedBy.choices),
    ],
    columns=[
        Column(gettext_lazy("Purpose"), str, url=lambda row: row.get_absolute_url()),
        Column(gettext_lazy("Organisations"), lambda row: ", ".join(str(part.participant) for part in row.parts.all())),
        Column(gettext_lazy("Day"), lambda row: row.visit_on, sort="visit_on", kind="date"),
        Column(gettext_lazy("Wished for"), lambda row: row.wished_on, sort="wished_on", kind="date"),
        Column(gettext_lazy("Arranged by"), lambda row: row.get_arranged_by_display(), sort="arranged_by"),
        Column(gettext_lazy("State"), lambda row: (row.state, row.get_state_display()), sort="state", kind="state"),
    ],
)


def _rows(request: HttpRequest) -> Any:
    return (
        FieldVisit.objects.visible_to(request.user)
        .select_related("agreement")
        .prefetch_related("parts__participant__designation", "visitors")
    )


def _crumbs(*more: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [(_("Field visits"), reverse("seminars:visit-list")), *more]


def _may_ask(request: HttpRequest) -> bool:
    if not request.agreement:
        return False
    mine = request.agreement.participants.filter(pk__in=access_of(request.user).coordinates)
    return any(can_request_visit(request.user, participant) for participant in mine)


@require_safe
def visit_list(request: HttpRequest) -> HttpResponse:
    """The field visits of the agreement worked in."""
    rows = _rows(request).filter(agreement=request.agreement)
    more: dict[str, Any] = {}
    if _may_ask(request):
        address = reverse("seminars:visit-create")
        more = {
            "actions": [(_("Ask for a visit"), address)],
            "empty_url": address,
            "empty_action": _("Ask for a visit"),
        }
    elif is_programme_staff(request.user):
        more = {"actions": [(_("Schedule a visit"), reverse("admin:seminars_fieldvisit_add"))]}
    more["actions"] = [(_("Follow-up actions"), reverse("seminars:action-list")), *more.get("actions", [])]
    return VISITS.respond(request, rows, **more)


@require_http_methods(["GET", "HEAD", "POST"])
def visit_create(request: HttpRequest) -> HttpResponse:
    """Ask for a visit beyond the institute's schedule, knowing that clause 4.2 says who pays."""
    if request.agreement is None:
        raise Http404
    if not _may_ask(request):
        raise PermissionDenied
    visit = FieldVisit(agreement=request.agreement)
    form = VisitRequestForm(
        request.POST or None,
        instance=visit,
        agreement=request.agreement,
        coordinates=access_of(request.user).coordinates,
    )
    if request.method == "POST" and form.is_valid():
        parties = form.cleaned_data["participants"]
        try:
            return once(request, lambda: request_visit(visit=visit, participants=parties, user=request.user))
        except DomainError as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "form_token": request.POST.get("form_token") or new_token(),
        "estimate": estimate_lines(form.estimate()),
        "estimated": form.estimate(),
        "peers": peers_of(request.agreement, access_of(request.user).coordinates),
        "crumbs": _crumbs((_("Ask for a visit"), "")),
    }
    return render(request, "seminars/visit_create.html", context)


@require_safe
def visit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A field visit and the steps that are open to the reader."""
    visit = load(_rows(request), request.user, pk=pk)
    user = request.user
    beyond = visit.arranged_by == ArrangedBy.LOCAL_GOVERNMENT
    found = estimate_of(visit) if beyond else None
    findings = visit.findings.prefetch_related("actions__assignee", "actions__verifier")
    return render(
        request,
        "seminars/visit_detail.html",
        {
            "visit": visit,
            "findings": findings,
            "may_find": can_write_findings(user, visit),
            "shared": len({part.weight for part in visit.parts.all()}) > 1,
            "estimate": estimate_lines(found) if found else [],
            "estimated": found,
            "crumbs": _crumbs((visit, "")),
            "beyond_schedule": beyond,
            "may_decide": can_decide_visit(user, visit),
            "may_plan": can_plan_visit(user, visit),
            "may_finish": can_finish_visit(user, visit),
            "may_report": can_report_visit(user, visit),
        },
    )


@require_safe
def visit_download(request: HttpRequest, pk: int) -> HttpResponse:
    """A visit with its report, findings and follow-up actions as PDF."""
    visit = load(_rows(request), request.user, can_print_visit, pk=pk)
    return pdf_answer(
        request,
        lambda language: visit_report_html([visit], visit.agreement, language),
        agreement=visit.agreement,
        title=lambda: f"{_('Report of a field visit')} · {visit}",
        filename=f"visit-{visit.pk}",
        back=visit,
    )


def _step_crumbs(visit: FieldVisit, title: str) -> list[tuple[Any, str]]:
    return _crumbs((visit, visit.get_absolute_url()), (title, ""))


@require_http_methods(["GET", "HEAD", "POST"])
def visit_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to a visit that was asked for, or decline it with a reason."""
    visit = load(_rows(request), request.user, can_decide_visit, pk=pk)
    form = VisitDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        try:
            if form.cleaned_data["decision"] == "agree":
                agree_visit(visit=visit, note=note, user=request.user)
            else:
                decline_visit(visit=visit, reason=note, user=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your decision is recorded."))
            return redirect(visit)
    context = {"form": form, "visit": visit, "crumbs": _step_crumbs(visit, _("Decide"))}
    return render(request, "seminars/visit_decide.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def visit_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Set or move the day of a visit and say who goes."""
    visit = load(_rows(request), request.user, can_plan_visit, pk=pk)
    initial = {
        "visit_on": visit.visit_on or visit.wished_on,
        "visitors": [visitor.pk for visitor in visit.visitors.all()],
        "outside_period_reason": visit.outside_period_reason,
    }
    form = VisitPlanForm(request.POST or None, initial=initial, visit=visit)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            set_visit_day(
                visit=visit,
                day=said["visit_on"],
                visitors=list(said["visitors"]),
                reason=said["outside_period_reason"],
                user=request.user,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect(visit)
    context = {"form": form, "visit": visit, "crumbs": _step_crumbs(visit, _("Set the day"))}
    return render(request, "seminars/visit_plan.html", context)


@require_POST
def visit_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a scheduled visit took place."""
    visit = load(_rows(request), request.user, can_finish_visit, pk=pk)
    return act(request, lambda: mark_visit_done(visit=visit, user=request.user), done=_("Recorded."), then=visit)


@require_http_methods(["GET", "HEAD", "POST"])
def visit_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the report of a visit that took place."""
    visit = load(_rows(request), request.user, can_report_visit, pk=pk)
    form = VisitReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            report_visit(visit=visit, report=form.cleaned_data["report"], user=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The report is handed in."))
            return redirect(visit)
    context = {"form": form, "visit": visit, "crumbs": _step_crumbs(visit, _("Report"))}
    return render(request, "seminars/visit_report.html", context)
