"""Pages of settlements: the list, the statement itself, drawing one up, and the statement as a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from expenses import permissions
from expenses.models import (
    CORRECTABLE,
    LineDispute,
    Settlement,
    SettlementLine,
    SettlementPayment,
    SettlementSignature,
    SettlementState,
)
from expenses.services import differences, draw_settlement, still_to_pay
from expenses.settlement_forms import DrawForm
from expenses.settlement_reports import settlement_pdf
from expenses.statements import file_rows, head, signers, statement_of, statement_xlsx
from expenses.views.lists import working_agreement
from mou_portal.exchange import XLSX_TYPE, csv_response
from mou_portal.listing import Column, Listing, contains, field_filter
from mou_portal.pages import load
from mou_portal.pdf import RenderError
from mou_portal.records import DomainError
from mou_portal.thai.words import search_query
from participants.access import access_of
from participants.files import serve
from participants.once import new_token, once


def load_settlement(request: HttpRequest, pk: int, can: Callable[[Any, Any], bool] | None = None) -> Settlement:
    """A visible settlement with its lines, disputes, signatures and payments; 404 and 403 as everywhere."""
    disputes = LineDispute.objects.select_related("raised_by", "answered_by")
    lines = SettlementLine.objects.prefetch_related(Prefetch("disputes", disputes))
    payments = SettlementPayment.objects.select_related("slip", "recorded_by")
    rows = Settlement.objects.visible_to(request.user).with_names().select_related("replaces", "replaced_by")
    rows = rows.prefetch_related(
        Prefetch("lines", lines),
        Prefetch("signatures", SettlementSignature.objects.all()),
        Prefetch("payments", payments),
    )
    return load(rows, request.user, can, pk=pk)


def crumbs(settlement: Settlement | None, *more: str) -> list[tuple[str, str]]:
    """The way up from a page of a settlement."""
    way = [(_("Expenses"), reverse("expenses:expense-list")), (_("Statements"), reverse("expenses:settlement-list"))]
    if settlement is not None:
        way.append((str(settlement), settlement.get_absolute_url() if more else ""))
    return way + [(title, "") for title in more]


@require_safe
def settlement_list(request: HttpRequest) -> HttpResponse:
    """The statements of the agreement: staff see all, a local government's people their own that were sent."""
    agreement = working_agreement(request)
    rows = Settlement.objects.visible_to(request.user).filter(agreement=agreement).with_names()
    actions = []
    if permissions.can_draw_settlement(request.user):
        actions.append((_("Draw a statement up"), reverse("expenses:settlement-create")))
    return Listing(
        title=_("Statements"),
        columns=[
            Column(
                _("Local government"),
                lambda row: str(row.participant),
                sort="participant__local_government__sort_key",
                url=lambda row: row.get_absolute_url(),
            ),
            Column(_("From"), lambda row: row.starts_on, sort="starts_on", kind="date"),
            Column(_("Until"), lambda row: row.ends_on, sort="ends_on", kind="date"),
            Column(_("Version"), lambda row: row.version, kind="number"),
            Column(_("Must pay (baht)"), lambda row: row.must_pay, sort="must_pay", kind="money"),
            Column(_("Paid (baht)"), lambda row: row.paid, sort="paid", kind="money"),
            Column(_("In kind (baht)"), lambda row: row.in_kind, sort="in_kind", kind="money"),
            Column(_("Balance (baht)"), lambda row: row.balance, sort="balance", kind="money"),
            Column(_("State"), lambda row: (row.state, row.get_state_display()), sort="state", kind="state"),
            Column(_("To be signed by"), lambda row: row.answer_by, sort="answer_by", kind="date"),
        ],
        filters=[field_filter("state", _("State"), SettlementState.choices)],
        search=contains("participant__local_government__search_text", normalise=search_query),
        filename="settlements",
        empty_text=_("A statement appears here when finance staff have drawn it up and sent it."),
    ).respond(
        request,
        rows,
        lead=_(
            "What each local government and the institute owe each other for a period. "
            "A balance above zero is paid to the institute, below zero to the local government."
        ),
        actions=actions,
        crumbs=crumbs(None),
    )


@require_safe
def settlement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The statement: every line and why it counts or not, the balance, disputes, signatures, payments, versions."""
    settlement = load_settlement(request, pk, permissions.can_view_settlement)
    user, staff = request.user, access_of(request.user).staff
    others = Settlement.objects.visible_to(user).filter(
        participant=settlement.participant, starts_on=settlement.starts_on, ends_on=settlement.ends_on
    )
    open_state = settlement.state == SettlementState.DRAFT or settlement.state in CORRECTABLE
    disputed = [line for line in settlement.lines.all() if line.disputes.all()]
    return render(
        request,
        "expenses/settlement_detail.html",
        {
            "settlement": settlement,
            "statement": statement_of(settlement),
            "disputed": disputed,
            "signers": signers(settlement),
            "left": still_to_pay(settlement),
            "versions": others.order_by("version", "pk"),
            "newer": _newer(settlement, staff),
            "changed": differences(settlement) if staff and open_state else 0,
            "staff": staff,
            "can_draw": permissions.can_draw_settlement(user, settlement),
            "can_delete": permissions.can_delete_settlement(user, settlement),
            "can_countersign": permissions.can_countersign(user, settlement),
            "can_answer": permissions.can_answer_disputes(user, settlement)
            and any(not one.outcome for line in disputed for one in line.disputes.all()),
            "can_correct": permissions.can_correct_settlement(user, settlement),
            "can_sign": permissions.can_sign_settlement(user, settlement),
            "own_drawing": settlement.state == SettlementState.COUNTERSIGNED and user.pk == settlement.drawn_by_id,
            "can_pay": permissions.can_record_payment(user, settlement),
            "can_close": permissions.can_close_settlement(user, settlement),
            "languages": (("th", _("Thai")), ("en", _("English"))),
            "crumbs": crumbs(settlement),
        },
    )


def _newer(settlement: Settlement, staff: bool) -> Settlement | None:
    """The version that replaced this one, once the reader may see it."""
    newer: Settlement | None = getattr(settlement, "replaced_by", None)
    if newer is None or (newer.state == SettlementState.DRAFT and not staff):
        return None
    return newer


@require_http_methods(["GET", "HEAD", "POST"])
def settlement_create(request: HttpRequest) -> HttpResponse:
    """Draw the statement of one local government up."""
    agreement = working_agreement(request)
    if not permissions.can_draw_settlement(request.user):
        raise PermissionDenied
    form = DrawForm(request.POST or None, agreement=agreement)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            return once(
                request,
                lambda: draw_settlement(**said, user=request.user),
                done=_("Drawn up. Look at every line, then send it."),
            )
        except DomainError as error:
            form.add_error(None, str(error))
    title = _("Draw a statement up")
    return render(
        request,
        "expenses/settlement_form.html",
        {
            "form": form,
            "title": title,
            "lead": _("All approved lines of the period that no other statement counts; nothing is sent yet."),
            "submit": _("Draw up"),
            "form_token": request.POST.get("form_token") or new_token(),
            "cancel_url": reverse("expenses:settlement-list"),
            "crumbs": crumbs(None, title),
        },
    )


# --- the statement as a file ----------------------------------------------------------------
@require_safe
def settlement_pdf_download(request: HttpRequest, pk: int) -> HttpResponse:
    """The statement as PDF, in the reader's language or the one asked for with ``?language=``."""
    settlement = load_settlement(request, pk, permissions.can_view_settlement)
    language = request.GET.get("language", "")
    if language not in ("th", "en"):
        language = "en" if get_language() == "en" else "th"
    try:
        content = settlement_pdf(settlement, language)
    except RenderError:
        messages.error(request, _("The statement could not be made. Try again later."))
        return redirect(settlement)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{_filename(settlement)}-{language}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def settlement_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The statement as a workbook with live totals."""
    settlement = load_settlement(request, pk, permissions.can_view_settlement)
    answer = HttpResponse(statement_xlsx(statement_of(settlement)), content_type=XLSX_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{_filename(settlement)}.xlsx"'
    return answer


@require_safe
def settlement_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The statement's lines as CSV."""
    settlement = load_settlement(request, pk, permissions.can_view_settlement)
    return csv_response(_filename(settlement), head(), file_rows(statement_of(settlement)))


def _filename(settlement: Settlement) -> str:
    return f"settlement-{settlement.participant.code}-{settlement.ends_on:%Y-%m}-v{settlement.version}"


@require_safe
def slip_download(request: HttpRequest, pk: int) -> HttpResponse:
    """The slip of a payment, for those who may see its statement."""
    seen = Settlement.objects.visible_to(request.user)
    rows = SettlementPayment.objects.filter(settlement__in=seen).select_related("slip", "settlement")
    payment = load(rows, request.user, pk=pk)
    return serve(payment.slip)
