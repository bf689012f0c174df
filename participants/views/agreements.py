"""Pages of an agreement's life: what it is, its amendments, parties that join and leave, the next phase."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mou_portal.pages import act, load
from mou_portal.records import DomainError, Stale
from mou_portal.thai.dates import format_date
from participants.agreement_forms import (
    AmendmentForm,
    AmendmentStartForm,
    ClauseFormSet,
    JoinForm,
    LeaveForm,
    PhaseForm,
    SignAgreementForm,
    SignForm,
)
from participants.amending import Change, changes
from participants.models import Agreement, Amendment, Obliged, Participant
from participants.once import new_token, once
from participants.permissions import can_manage_agreement
from participants.services import make_current
from participants.services.agreements import (
    begin_amendment,
    copy_of,
    join_party,
    leave_party,
    save_amendment,
    sign_agreement,
    sign_amendment,
    start_next_phase,
)

FORM = ["GET", "HEAD", "POST"]
WORDS = {
    "title_th": gettext_lazy("Title (Thai)"),
    "title_en": gettext_lazy("Title (English)"),
    "short_title_th": gettext_lazy("Short title (Thai)"),
    "short_title_en": gettext_lazy("Short title (English)"),
    "starts_on": gettext_lazy("In force from"),
    "ends_on": gettext_lazy("In force until"),
    "label_th": gettext_lazy("As people write it (Thai)"),
    "label_en": gettext_lazy("As people write it (English)"),
    "obliged": gettext_lazy("Obliged"),
    "order": gettext_lazy("Order"),
}


def _agreement(request: HttpRequest, code: str, can: Any = None) -> Agreement:
    return load(Agreement.objects.visible_to(request.user), request.user, can, code=code)


def _crumbs(agreement: Agreement, *more: str) -> list[tuple[str, str]]:
    way = [(str(agreement), reverse("agreements:agreement-detail", args=[agreement.code]) if more else "")]
    return way + [(title, "") for title in more]


def _form_page(request: HttpRequest, agreement: Agreement, form: Any, title: str, **more: Any) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "cancel_url": reverse("agreements:agreement-detail", args=[agreement.code]),
        "crumbs": _crumbs(agreement, title),
        "about": str(agreement),
        "form_token": request.POST.get("form_token") or new_token(),
    }
    return render(request, "participants/note_form.html", context | more)


@require_safe
def agreement_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One agreement: its life by date, clauses, amendments, parties that came and went, the phases around it."""
    agreement = _agreement(request, code)
    parties = Participant.objects.visible_to(request.user).filter(agreement=agreement).with_names().order_by("order")
    return render(
        request,
        "participants/agreement_detail.html",
        {
            "one": agreement,
            "clauses": agreement.clauses.all(),
            "amendments": agreement.amendments.order_by("number"),
            "moved": [party for party in parties if party.joined_on or party.left_on],
            "party_count": agreement.participants.count(),
            "before": agreement.predecessor,
            "after": list(agreement.successors.all()),
            "may_manage": can_manage_agreement(request.user, agreement),
            "crumbs": _crumbs(agreement),
        },
    )


@require_POST
def agreement_open(request: HttpRequest, code: str) -> HttpResponse:
    """Make an agreement the current one, with which the portal opens."""
    agreement = _agreement(request, code, can_manage_agreement)

    def do() -> None:
        make_current(agreement=agreement, user=request.user)
        request.session["agreement"] = agreement.code

    return act(
        request,
        do,
        done=_("The portal now opens with this agreement. The earlier one stays readable by the switch above."),
        then=reverse("agreements:agreement-detail", args=[agreement.code]),
    )


@require_http_methods(FORM)
def agreement_sign(request: HttpRequest, code: str) -> HttpResponse:
    """Record that a draft was signed."""
    agreement = _agreement(request, code, can_manage_agreement)
    form = SignAgreementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sign_agreement(agreement=agreement, user=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Signed."))
            return redirect("agreements:agreement-detail", agreement.code)
    return _form_page(request, agreement, form, _("Record the signing"))


# --- amendments --------------------------------------------------------------------------------
@require_http_methods(FORM)
def amendment_create(request: HttpRequest, code: str) -> HttpResponse:
    """Take a copy of the agreement to edit."""
    agreement = _agreement(request, code, can_manage_agreement)
    form = AmendmentStartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return once(
                request,
                lambda: reverse(
                    "agreements:amendment-edit",
                    args=[begin_amendment(agreement=agreement, user=request.user, **form.cleaned_data).pk],
                ),
                done=_(
                    "This is a copy of the agreement. Edit it; nothing changes in the agreement until it is signed."
                ),
            )
        except DomainError as error:
            form.add_error(None, str(error))
    return _form_page(request, agreement, form, _("Begin an amendment"))


def _amendment(request: HttpRequest, pk: int, can: Any = None) -> Amendment:
    rows = Amendment.objects.filter(agreement__in=Agreement.objects.visible_to(request.user)).select_related(
        "agreement"
    )
    return load(rows, request.user, can, pk=pk)


def _manager(user: Any, amendment: Amendment) -> bool:
    return can_manage_agreement(user, amendment.agreement)


@require_safe
def amendment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The copy beside the agreement: what changes from what to what, and what was changed meanwhile."""
    amendment = _amendment(request, pk)
    found: list[Change] = []
    if amendment.base and amendment.proposed:
        current = amendment.base if amendment.signed_on else copy_of(amendment.agreement)
        found = changes(amendment.base, amendment.proposed, current)
    return render(
        request,
        "participants/amendment_detail.html",
        {
            "amendment": amendment,
            "changes": [_in_words(change) for change in found],
            "conflicts": any(change.conflict for change in found),
            "may_manage": _manager(request.user, amendment) and amendment.signed_on is None,
            "crumbs": _crumbs(amendment.agreement, str(amendment)),
        },
    )


def _in_words(change: Change) -> dict[str, Any]:
    """A change for the page: the names of its place, and its values as people read them."""

    def value(one: Any) -> Any:
        if isinstance(one, dict):
            return f"{one.get('label_th', '')} {one.get('title_th', '')}"
        if change.field in ("starts_on", "ends_on"):
            return format_date(date.fromisoformat(one), get_language() or "th") if one else one
        return dict(Obliged.choices).get(one, one) if change.field == "obliged" else one

    return {
        "clause": change.clause,
        "field": WORDS.get(change.field, ""),
        "kind": change.kind,
        "before": value(change.before),
        "after": value(change.after),
        "now": value(change.now),
        "conflict": change.conflict,
    }


@require_http_methods(FORM)
def amendment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit the copy: the agreement's own words and days, and its clauses."""
    amendment = _amendment(request, pk, _manager)
    form = AmendmentForm(request.POST or None, instance=amendment)
    start = [
        {"number": number, **values}
        for number, values in sorted(
            amendment.proposed.get("clauses", {}).items(), key=lambda pair: pair[1].get("order", 0)
        )
    ]
    clauses = ClauseFormSet(request.POST or None, initial=start, prefix="clauses")
    if request.method == "POST" and form.is_valid() and clauses.is_valid():
        amendment = form.instance
        amendment.proposed = {"fields": form.copied_fields(), "clauses": clauses.copied_clauses()}
        try:
            save_amendment(amendment=amendment, user=request.user, expected=form.expected_revision)
        except Stale as error:
            form.show_stale(error)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect(amendment)
    return render(
        request,
        "participants/amendment_edit.html",
        {
            "amendment": amendment,
            "form": form,
            "clauses": clauses,
            "cancel_url": amendment.get_absolute_url(),
            "crumbs": _crumbs(amendment.agreement, str(amendment)),
        },
    )


@require_http_methods(FORM)
def amendment_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the signature and merge the copy back."""
    amendment = _amendment(request, pk, _manager)
    form = SignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sign_amendment(amendment=amendment, user=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Signed, and merged into the agreement."))
            return redirect(amendment)
    return _form_page(
        request,
        amendment.agreement,
        form,
        _("Record the signature and merge"),
        about=str(amendment),
        cancel_url=amendment.get_absolute_url(),
    )


# --- parties -------------------------------------------------------------------------------------
@require_http_methods(FORM)
def party_join(request: HttpRequest, code: str) -> HttpResponse:
    """A local government joins mid-way."""
    agreement = _agreement(request, code, can_manage_agreement)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        body = said.pop("code")
        try:
            return once(
                request,
                lambda: join_party(agreement=agreement, local_government=body, user=request.user, **said),
                done=_("Joined. Its duties begin on that day."),
            )
        except DomainError as error:
            form.add_error(None, str(error))
    return _form_page(request, agreement, form, _("A party joins"))


@require_http_methods(FORM)
def party_leave(request: HttpRequest, code: str, party: str) -> HttpResponse:
    """A party withdraws mid-way."""
    rows = Participant.objects.visible_to(request.user).with_names()
    participant = load(
        rows,
        request.user,
        lambda user, row: can_manage_agreement(user, row.agreement),
        agreement__code=code,
        local_government__code=party,
    )
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            leave_party(participant=participant, user=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Its last day is recorded. What it did stays in the ledger."))
            return redirect(participant)
    return _form_page(request, participant.agreement, form, _("A party leaves"), about=str(participant))


# --- the next phase ------------------------------------------------------------------------------
@require_http_methods(FORM)
def phase_create(request: HttpRequest, code: str) -> HttpResponse:
    """Make the next phase from this agreement: a draft with its clauses, parties, pathways and rules to edit."""
    agreement = _agreement(request, code, can_manage_agreement)
    form = PhaseForm(request.POST or None, agreement=agreement)
    if request.method == "POST" and form.is_valid():
        try:
            return once(
                request,
                lambda: reverse(
                    "agreements:agreement-detail",
                    args=[start_next_phase(agreement=agreement, told=form.told, user=request.user).code],
                ),
                done=_("The next phase is there as a draft. Edit its clauses and pathways, then record the signing."),
            )
        except DomainError as error:
            form.add_error(None, str(error))
    return _form_page(request, agreement, form, _("Start the next phase"))
