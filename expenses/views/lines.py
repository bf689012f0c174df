"""Pages of one expense line: what it is, who must pay and why, and the steps it goes through."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from expenses import permissions
from expenses.ceilings import excess_words, rates_of, unit_label
from expenses.forms import ExpenseForm, SanctionForm
from expenses.models import ExpenseLine, ExpenseReceipt, PayerKind, Ruling, RulingOverride
from expenses.services import (
    approve_expense,
    delete_expense,
    enter_expense,
    reject_expense,
    remove_receipt,
    return_expense,
    save_expense,
    silent_on,
    submit_expense,
)
from expenses.summaries import clause_labels
from expenses.views.lists import payers_named, working_agreement
from mou_portal.editing import NoteForm
from mou_portal.pages import act, load
from mou_portal.records import DomainError, Stale
from mou_portal.uploads import UploadRefused
from participants.access import access_of
from participants.files import serve, store_upload
from participants.models import StoredFile
from participants.once import new_token, once


def load_line(request: HttpRequest, pk: int, can: Callable[[Any, Any], bool] | None = None) -> ExpenseLine:
    """A visible line with its current ruling; 404 when it is not visible, 403 when ``can`` says no."""
    return load(ExpenseLine.objects.visible_to(request.user).with_ruling(), request.user, can, pk=pk)


def crumbs(line: ExpenseLine | None, *more: str) -> list[tuple[str, str]]:
    """The way up from a page of a line."""
    way = [(_("Expenses"), reverse("expenses:expense-list"))]
    if line is not None:
        way.append((line.description, line.get_absolute_url() if more else ""))
    return way + [(title, "") for title in more]


@require_safe
def expense_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One line: facts, who must pay by which clause and why, shares, who paid, and the history of rulings."""
    line = load_line(request, pk, permissions.can_view_expense)
    user = request.user
    ruling = line.ruling
    all_shares = permissions.can_see_all_shares(user, line)
    shares = list(ruling.shares.all()) if ruling else []
    own = [share for share in shares if all_shares or share.participant_id in access_of(user).own]
    others = [share for share in shares if share not in own]
    labels = clause_labels(line.agreement)
    rulings = line.rulings.select_related("decided_by", "confirmed_by").order_by("-pk") if all_shares else []
    return render(
        request,
        "expenses/expense_detail.html",
        {
            "line": line,
            "ruling": ruling,
            "clause": labels.get(ruling.clause, "") if ruling else "",
            "shares": own,
            "others": len(others),
            "others_amount": sum((share.amount for share in others), Decimal(0)),
            "rulings": [(one, labels.get(one.clause, "")) for one in rulings],
            "paid_by": payers_named(line),
            "receipts": list(line.receipts.select_related("file")),
            "unit": unit_label(line.unit),
            "excess": excess_words(line, rates_of(line.agreement)) if all_shares else "",
            "approvals": _approvals(line) if all_shares else [],
            "undecided": _undecided(ruling),
            "twins": _twins(line) if all_shares else [],
            "staff": all_shares,
            "can_edit": permissions.can_edit_expense(user, line),
            "can_delete": permissions.can_delete_expense(user, line),
            "can_approve": permissions.can_approve_expense(user, line),
            "own_entry": line.state == "submitted" and user.pk in (line.created_by_id, line.changed_by_id),
            "proposal": _proposal(line) if all_shares else None,
            "can_override": permissions.can_propose_override(user, line) and not _undecided(ruling),
            "can_move": permissions.can_move_expense(user, line),
            "finance": permissions.is_finance_staff(user),
            "can_decide": permissions.can_decide_ruling(user, line) and silent_on(line) and _open(line),
            "crumbs": crumbs(line),
        },
    )


def _undecided(ruling: Ruling | None) -> bool:
    return ruling is None or ruling.payer == PayerKind.UNDECIDED


def _proposal(line: ExpenseLine) -> RulingOverride | None:
    """The override that waits for a second person."""
    found: RulingOverride | None = line.overrides.filter(state="proposed").select_related("proposed_by").first()
    return found


def _approvals(line: ExpenseLine) -> list[str]:
    """Who has said yes to the line as it stands, while it still waits for somebody else."""
    if line.state != "submitted":
        return []
    found = line.approvals.filter(handed_in=line.handed_in, amount=line.counted_amount)
    return [str(approval.by) for approval in found.select_related("by")]


def _open(line: ExpenseLine) -> bool:
    return line.ruling is None or line.ruling.decided_by_id is None


def _twins(line: ExpenseLine) -> list[ExpenseLine]:
    """Other lines that may be the same expense: the same receipt, or the same payee, day and amount."""
    rows = ExpenseLine.objects.filter(agreement_id=line.agreement_id).exclude(pk=line.pk).exclude(state="rejected")
    same = rows.none()
    if line.payee:
        same = rows.filter(payee=line.payee, spent_on=line.spent_on, amount=line.amount)
    hashes = [receipt.file.sha256 for receipt in line.receipts.all()]
    if hashes:
        same = same | rows.filter(receipts__file__sha256__in=hashes)
    return list(same.distinct()[:5])


def _uploaded(form: ExpenseForm, request: HttpRequest) -> list[StoredFile]:
    """Store the receipts that came, before anything is written; a refusal lands on their field."""
    stored = []
    for upload in form.cleaned_data.get("uploads") or ():
        try:
            stored.append(store_upload(upload=upload, user=request.user))  # type: ignore[arg-type]  # LoginRequiredMiddleware lets nobody else in
        except UploadRefused as error:
            form.add_error("uploads", f"{upload.name}: {error}")
    return stored


def _form_page(request: HttpRequest, form: ExpenseForm, line: ExpenseLine | None, title: str) -> HttpResponse:
    return render(
        request,
        "expenses/expense_form.html",
        {
            "form": form,
            "title": title,
            "form_token": "" if line else request.POST.get("form_token") or new_token(),
            "cancel_url": line.get_absolute_url() if line else reverse("expenses:expense-list"),
            "crumbs": crumbs(line, title),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def expense_create(request: HttpRequest) -> HttpResponse:
    """Enter a line; it is ruled on at once, and handed in when the person says so."""
    agreement = working_agreement(request)
    if not permissions.can_add_expense(request.user, agreement):
        raise PermissionDenied
    form = ExpenseForm(
        request.POST or None,
        request.FILES or None,
        agreement=agreement,
        user=request.user,
        initial={"activity": request.GET.get("activity", "")},
    )
    if request.method == "POST" and form.is_valid():
        receipts = _uploaded(form, request)
        if not form.errors:

            def create() -> ExpenseLine:
                return enter_expense(
                    line=form.instance,
                    parties=form.parties,
                    user=request.user,  # type: ignore[arg-type]  # as above
                    receipts=receipts,
                    entered_for=form.entered_for,
                )

            try:
                return once(request, create)
            except DomainError as error:
                form.add_error(None, str(error))
    return _form_page(request, form, None, _("Enter an expense"))


@require_http_methods(["GET", "HEAD", "POST"])
def expense_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft or a returned line; it is ruled on anew."""
    line = load_line(request, pk, permissions.can_write_expense)
    if request.method != "POST" and not permissions.can_edit_expense(request.user, line):
        return redirect(line)
    form = ExpenseForm(
        request.POST or None, request.FILES or None, instance=line, agreement=line.agreement, user=request.user
    )
    if request.method == "POST" and form.is_valid():
        receipts = _uploaded(form, request)
        if not form.errors and _saved(request, form, receipts):
            return redirect(line)
    return _form_page(request, form, line, _("Change the expense"))


def _saved(request: HttpRequest, form: ExpenseForm, receipts: list[StoredFile]) -> bool:
    try:
        save_expense(
            line=form.instance,
            user=request.user,  # type: ignore[arg-type]  # as above
            expected=form.expected_revision,
            parties=form.parties,
            receipts=receipts,
        )
    except Stale as error:
        form.show_stale(error)
    except DomainError as error:
        form.add_error(None, str(error))
    else:
        return True
    return False


@require_POST
def expense_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away a draft."""
    line = load_line(request, pk, permissions.can_write_expense)
    return act(
        request,
        lambda: delete_expense(line=line, user=request.user),  # type: ignore[arg-type]  # as above
        done=_("The draft is deleted."),
        then="expenses:expense-list",
    )


@require_POST
def expense_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a line in for approval."""
    line = load_line(request, pk, permissions.can_write_expense)
    return act(
        request,
        lambda: submit_expense(line=line, user=request.user),  # type: ignore[arg-type]  # as above
        done=_("Handed in. Somebody else of the finance staff approves it."),
        then=line,
    )


def _decidable(request: HttpRequest, pk: int) -> ExpenseLine:
    """A line that somebody else entered. One that is already decided is told apart by the service, in words."""
    line = load_line(request, pk, permissions.is_finance_staff)
    if line.state == "submitted" and not permissions.can_approve_expense(request.user, line):
        raise PermissionDenied
    return line


@require_POST
def expense_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a line as the person saw it: ``revision`` comes with the button."""
    line = _decidable(request, pk)
    seen = request.POST.get("revision", "")
    expected = int(seen) if seen.isdecimal() and len(seen) < 10 else None
    return _approve(request, line, expected=expected)


@require_http_methods(["GET", "HEAD", "POST"])
def expense_sanction(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve less than was claimed, with the reason for the cut."""
    line = _decidable(request, pk)
    form = SanctionForm(request.POST or None, line=line)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        return _approve(
            request, line, expected=said["revision"], sanctioned=said["sanctioned"], cut_reason=said["reason"]
        )
    title = _("Approve a part of the amount")
    return render(
        request,
        "expenses/note_form.html",
        {
            "form": form,
            "line": line,
            "title": title,
            "submit": _("Approve"),
            "cancel_url": line.get_absolute_url(),
            "crumbs": crumbs(line, title),
        },
    )


def _approve(request: HttpRequest, line: ExpenseLine, **asked: Any) -> HttpResponse:
    try:
        approved = approve_expense(line=line, user=request.user, **asked)  # type: ignore[arg-type]  # as above
    except DomainError as error:
        messages.error(request, str(error))
    else:
        done = _("Approved.") if approved else _("Your approval is noted. Another approver is needed for this amount.")
        messages.success(request, done)
    return redirect(line)


@require_http_methods(["GET", "HEAD", "POST"])
def expense_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a line back with a note."""
    return _with_note(request, pk, _("Return the expense"), _("Return"), return_expense, _("Returned with your note."))


@require_http_methods(["GET", "HEAD", "POST"])
def expense_reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Reject a line for good, with the reason."""
    return _with_note(request, pk, _("Reject the expense"), _("Reject"), reject_expense, _("Rejected."))


def _with_note(
    request: HttpRequest, pk: int, title: str, submit: str, service: Callable[..., None], done: str
) -> HttpResponse:
    """A page that asks for a note and runs one service with it."""
    line = _decidable(request, pk)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        return act(request, lambda: service(line=line, user=request.user, note=note), done=done, then=line)
    return render(
        request,
        "expenses/note_form.html",
        {
            "form": form,
            "line": line,
            "title": title,
            "submit": submit,
            "cancel_url": line.get_absolute_url(),
            "crumbs": crumbs(line, title),
        },
    )


def _receipt(request: HttpRequest, pk: int, can: Callable[[Any, Any], bool]) -> ExpenseReceipt:
    """A receipt of a visible line; asks the line, for a receipt has no reader of its own."""
    lines = ExpenseLine.objects.visible_to(request.user)
    receipts = ExpenseReceipt.objects.filter(line__in=lines).select_related("file", "line__agreement")
    return load(receipts, request.user, lambda user, receipt: can(user, receipt.line), pk=pk)


@require_safe
def receipt_download(request: HttpRequest, pk: int) -> HttpResponse:
    """A receipt, for those who may see its line."""
    return serve(_receipt(request, pk, permissions.can_view_expense).file)


@require_POST
def receipt_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a receipt off a line that may still be changed."""
    receipt = _receipt(request, pk, permissions.can_write_expense)
    return act(
        request,
        lambda: remove_receipt(receipt=receipt, user=request.user),  # type: ignore[arg-type]  # as above
        done=_("The receipt is taken off."),
        then=receipt.line,
    )
