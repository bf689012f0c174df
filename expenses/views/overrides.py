"""A decided line is set aside by two people; an approved one is moved to the activity that it belongs to."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from expenses import permissions
from expenses.forms import MoveForm, OverrideForm
from expenses.models import ExpenseLine, PayerKind, RulingOverride
from expenses.services import confirm_override, decline_override, liable_parties, move_expense, propose_override
from expenses.views.lines import crumbs, load_line
from mou_portal.editing import NoteForm
from mou_portal.pages import act, load
from mou_portal.records import DomainError


def _page(request: HttpRequest, line: ExpenseLine, form: object, title: str, submit: str, lead: str) -> HttpResponse:
    return render(
        request,
        "expenses/line_form.html",
        {
            "form": form,
            "line": line,
            "title": title,
            "submit": submit,
            "lead": lead,
            "cancel_url": line.get_absolute_url(),
            "crumbs": crumbs(line, title),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def override_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose that others bear a decided line, with a written reason."""
    line = load_line(request, pk, permissions.is_finance_staff)
    weights = {party.pk: weight for party, weight in liable_parties(line)}
    form = OverrideForm(request.POST or None, line=line, weights=weights)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            propose_override(
                line=line,
                payer=said["payer"],
                reason=said["reason"],
                user=request.user,  # type: ignore[arg-type]  # LoginRequiredMiddleware lets nobody else in
                weights=form.parties if said["payer"] == PayerKind.LOCAL_GOVERNMENT else None,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Proposed. It holds once somebody else of the finance staff confirms it."))
            return redirect(line)
    lead = _("What the memorandum or a person decided is set aside only by two people, and the statement says so.")
    return _page(request, line, form, _("Propose an override"), _("Propose"), lead)


def _override(request: HttpRequest, pk: int) -> RulingOverride:
    lines = ExpenseLine.objects.visible_to(request.user)
    rows = RulingOverride.objects.filter(line__in=lines).select_related("line", "proposed_by")
    return load(rows, request.user, permissions.is_finance_staff, pk=pk)


@require_POST
def override_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm somebody else's proposal."""
    override = _override(request, pk)
    return act(
        request,
        lambda: confirm_override(override=override, user=request.user),  # type: ignore[arg-type]  # as above
        done=_("Confirmed. The earlier ruling is kept in the history."),
        then=override.line,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def override_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline a proposal, or take back one's own, with a note."""
    override = _override(request, pk)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        return act(
            request,
            lambda: decline_override(override=override, user=request.user, note=note),  # type: ignore[arg-type]  # as above
            done=_("Declined with your note."),
            then=override.line,
        )
    title = _("Decline the override")
    return render(
        request,
        "expenses/note_form.html",
        {
            "form": form,
            "line": override.line,
            "title": title,
            "submit": _("Decline"),
            "cancel_url": override.line.get_absolute_url(),
            "crumbs": crumbs(override.line, title),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def expense_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move an approved line to another activity: it is ruled on anew and waits for approval again."""
    line = load_line(request, pk, permissions.is_finance_staff)
    if not permissions.can_move_expense(request.user, line):
        messages.info(request, _("Only an approved line that is not settled is moved; change a draft instead."))
        return redirect(line)
    form = MoveForm(request.POST or None, line=line)
    if request.method == "POST" and form.is_valid():
        try:
            move_expense(
                line=line,
                activity=form.activity,
                reason=form.cleaned_data["reason"],
                user=request.user,  # type: ignore[arg-type]  # as above
                parties=form.parties,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Moved. The line is ruled on anew and waits for approval again."))
            return redirect(line)
    lead = _("The line is ruled on anew and must be approved again; the former ruling is kept.")
    return _page(request, line, form, _("Move to another activity"), _("Move"), lead)
