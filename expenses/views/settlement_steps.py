"""The steps of a settlement: each page asks for what its step needs and calls one service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from expenses import permissions
from expenses.models import LineDispute, LineStanding, Settlement
from expenses.services import (
    DAYS_TO_ANSWER,
    answer_disputes,
    close_settlement,
    correct_settlement,
    countersign_settlement,
    delete_settlement,
    dispute_lines,
    record_payment,
    redraw_settlement,
    send_settlement,
    sign_settlement,
    still_to_pay,
)
from expenses.settlement_forms import AnswerForm, CorrectForm, DisputeForm, PaymentForm, SendForm, SignForm
from expenses.statements import statement_of
from expenses.views.settlements import crumbs, load_settlement
from mou_portal.pages import act
from mou_portal.records import DomainError
from mou_portal.uploads import UploadRefused
from participants.files import store_upload
from participants.once import new_token, once


def _led_back(request: HttpRequest, settlement: Settlement, may: bool) -> HttpResponse | None:
    """To the statement, when its state does not allow the step any more."""
    if may:
        return None
    messages.error(
        request,
        _("This step is no longer possible: it is now “%(state)s”. Reload the page to see what changed.")
        % {"state": settlement.get_state_display()},
    )
    return redirect(settlement)


def _page(request: HttpRequest, settlement: Settlement, form: forms.Form, title: str, **more: Any) -> HttpResponse:
    template = more.pop("template", "expenses/settlement_form.html")
    return render(
        request,
        template,
        {
            "settlement": settlement,
            "statement": statement_of(settlement),
            "form": form,
            "title": title,
            "cancel_url": settlement.get_absolute_url(),
            "crumbs": crumbs(settlement, title),
            **more,
        },
    )


def _done(
    request: HttpRequest, settlement: Settlement, form: forms.Form, service: Callable[[], Any], said: str
) -> HttpResponse | None:
    """Run the service; its refusal lands on the form, and ``None`` asks to show it again."""
    try:
        made = service()
    except DomainError as error:
        form.add_error(None, str(error))
        return None
    messages.success(request, said)
    return redirect(made if isinstance(made, Settlement) else settlement)


# --- the institute draws up and sends -------------------------------------------------------
@require_POST
def settlement_redraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw a draft up anew."""
    settlement = load_settlement(request, pk, permissions.is_finance_staff)
    return act(
        request,
        lambda: redraw_settlement(settlement=settlement, user=request.user),
        done=_("Drawn up anew from what is approved now."),
        then=settlement,
    )


@require_POST
def settlement_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a draft away."""
    settlement = load_settlement(request, pk, permissions.is_finance_staff)
    return act(
        request,
        lambda: delete_settlement(settlement=settlement, user=request.user),
        done=_("The draft is deleted."),
        then="expenses:settlement-list",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def settlement_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a draft to the local government."""
    settlement = load_settlement(request, pk, permissions.is_finance_staff)
    if back := _led_back(request, settlement, permissions.can_draw_settlement(request.user, settlement)):
        return back
    day = timezone.localdate() + timedelta(days=DAYS_TO_ANSWER)
    form = SendForm(request.POST or None, initial={"answer_by": day})
    if request.method == "POST" and form.is_valid():
        answer = _done(
            request,
            settlement,
            form,
            lambda: send_settlement(settlement=settlement, user=request.user, answer_by=form.cleaned_data["answer_by"]),
            _("Sent. The local government finds it among what waits for it."),
        )
        if answer:
            return answer
    lead = _("From now on this version is never changed; a correction is a new version.")
    return _page(request, settlement, form, _("Send the statement"), lead=lead, submit=_("Send"))


# --- both sides sign ------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def settlement_countersign(request: HttpRequest, pk: int) -> HttpResponse:
    """The local government signs the whole statement."""
    settlement = load_settlement(request, pk, permissions.is_of_the_party)
    may = permissions.can_countersign(request.user, settlement)
    return _sign_page(request, settlement, may, countersign_settlement)


@require_http_methods(["GET", "HEAD", "POST"])
def settlement_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """The institute signs what the local government signed."""
    settlement = load_settlement(request, pk, permissions.may_sign_for_institute)
    may = permissions.can_sign_settlement(request.user, settlement)
    return _sign_page(request, settlement, may, sign_settlement)


def _sign_page(request: HttpRequest, settlement: Settlement, may: bool, service: Callable[..., None]) -> HttpResponse:
    if back := _led_back(request, settlement, may):
        return back
    form = SignForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        answer = _done(
            request,
            settlement,
            form,
            lambda: service(settlement=settlement, user=request.user, name=said["name"], position=said["position"]),
            _("Signed."),
        )
        if answer:
            return answer
    lead = _("Your name, position and the time stand on the statement. A signature is not taken back.")
    return _page(request, settlement, form, _("Sign the statement"), lead=lead, submit=_("Sign"), show_balance=True)


# --- disputes and corrections ---------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def settlement_dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """The local government disputes lines, each with a reason."""
    settlement = load_settlement(request, pk, permissions.is_of_the_party)
    if back := _led_back(request, settlement, permissions.can_dispute(request.user, settlement)):
        return back
    lines = [line for line in settlement.lines.all() if line.standing != LineStanding.DISPUTED]
    form = DisputeForm(request.POST or None, lines=lines)
    if request.method == "POST" and form.is_valid():
        answer = _done(
            request,
            settlement,
            form,
            lambda: dispute_lines(settlement=settlement, reasons=form.reasons, user=request.user),
            _("Sent to the institute, which answers each line."),
        )
        if answer:
            return answer
    return _page(
        request,
        settlement,
        form,
        _("Dispute lines"),
        lead=_("Write the reason beside each line that you do not agree with. The others stay as they are."),
        submit=_("Send to the institute"),
        template="expenses/settlement_dispute.html",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def settlement_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The institute answers every disputed line."""
    settlement = load_settlement(request, pk, permissions.is_finance_staff)
    disputes = list(
        LineDispute.objects.filter(line__settlement=settlement, outcome="").select_related("line", "raised_by")
    )
    may = permissions.can_answer_disputes(request.user, settlement) and bool(disputes)
    if back := _led_back(request, settlement, may):
        return back
    form = AnswerForm(request.POST or None, disputes=disputes)
    if request.method == "POST" and form.is_valid():
        answer = _done(
            request,
            settlement,
            form,
            lambda: answer_disputes(settlement=settlement, answers=form.answers, user=request.user),
            _("Answered."),
        )
        if answer:
            return answer
    return _page(
        request,
        settlement,
        form,
        _("Answer the disputed lines"),
        lead=_("If every line stands, the statement goes back to be signed. Otherwise draw a new version up next."),
        submit=_("Answer"),
        template="expenses/settlement_answer.html",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def settlement_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Replace the statement by a new version."""
    settlement = load_settlement(request, pk, permissions.is_finance_staff)
    if back := _led_back(request, settlement, permissions.can_correct_settlement(request.user, settlement)):
        return back
    disputed = [line for line in settlement.lines.all() if line.dispute_reason or line.disputes.all()]
    form = CorrectForm(request.POST or None, disputed=disputed)
    if request.method == "POST" and form.is_valid():
        answer = _done(
            request,
            settlement,
            form,
            lambda: correct_settlement(
                settlement=settlement,
                user=request.user,
                reason=form.cleaned_data["reason"],
                set_aside=form.set_aside,
            ),
            _("A new version is drawn up. Look at it, then send it."),
        )
        if answer:
            return answer
    return _page(
        request,
        settlement,
        form,
        _("Draw a new version up"),
        lead=_("It is drawn up from what is approved now and signed anew by both sides."),
        submit=_("Draw the new version up"),
    )


# --- payment and end ------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def payment_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a payment with its slip."""
    settlement = load_settlement(request, pk, permissions.may_pay)
    if back := _led_back(request, settlement, permissions.can_record_payment(request.user, settlement)):
        return back
    today = timezone.localdate()
    initial = {"amount": still_to_pay(settlement), "paid_on": today}
    form = PaymentForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            slip = store_upload(upload=said.pop("upload"), user=request.user)

            def create() -> Settlement:
                record_payment(settlement=settlement, user=request.user, slip=slip, **said)
                return settlement

            return once(request, create, done=_("The payment is recorded."))
        except UploadRefused as error:
            form.add_error("upload", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
    return _page(
        request,
        settlement,
        form,
        _("Record a payment"),
        lead=_("The slip proves it to both sides."),
        submit=_("Record"),
        form_token=request.POST.get("form_token") or new_token(),
        show_balance=True,
    )


@require_POST
def settlement_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a statement that is paid or even."""
    settlement = load_settlement(request, pk, permissions.is_finance_staff)
    return act(
        request,
        lambda: close_settlement(settlement=settlement, user=request.user),
        done=_("Settled. Both sides keep the statement."),
        then=settlement,
    )
