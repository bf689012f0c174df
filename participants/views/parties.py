"""Pages of parties and people."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mou_portal.listing import Column, Filter, Listing, contains, field_filter
from mou_portal.pages import load
from mou_portal.records import DomainError, Stale
from mou_portal.registry import reports
from mou_portal.thai.localized import localized
from mou_portal.thai.words import search_query
from participants.files import serve
from participants.forms import AcceptInvitationForm, ContactForm
from participants.ledger import ledger_of
from participants.models import Agreement, GovernmentKind, Participant, PartyDocument, Province
from participants.permissions import (
    can_edit_contact,
    can_hand_over,
    can_manage_agreement,
    can_view_document,
    can_view_participant,
)
from participants.services import accept_invitation, acknowledge_notice, open_invitation, save_contact


def _provinces(request: HttpRequest) -> list[tuple[str, str]]:
    rows = Province.objects.filter(local_governments__participations__agreement=request.agreement).distinct()
    return sorted(((row.iso, localized(row)) for row in rows), key=lambda pair: pair[1])


PARTICIPANTS = Listing(
    title=gettext_lazy("Participants"),
    filename="participants",
    empty_text=gettext_lazy("No organisation matches. Clear the filters to see all."),
    search=contains("local_government__search_text", normalise=search_query),
    filters=[
        field_filter("kind", gettext_lazy("Type"), GovernmentKind.choices, "designation__kind"),
        Filter(
            "province",
            gettext_lazy("Province"),
            _provinces,
            lambda rows, value: rows.filter(local_government__province__iso=value),
        ),
    ],
    columns=[
        Column(gettext_lazy("No."), lambda row: row.order, sort="order", kind="number"),
        Column(
            gettext_lazy("Organisation"), str, sort="local_government__sort_key", url=lambda row: row.get_absolute_url()
        ),
        Column(gettext_lazy("Type"), lambda row: row.designation.get_kind_display(), sort="designation__kind"),
        Column(gettext_lazy("Province"), lambda row: localized(row.local_government.province)),
        Column(gettext_lazy("Signatory, as printed"), lambda row: row.signatory_as_printed),
        Column(gettext_lazy("Signed on"), lambda row: row.signed_on, sort="signed_on", kind="date"),
    ],
)


@require_safe
def participant_list(request: HttpRequest) -> HttpResponse:
    """The participants of the agreement that the person may see."""
    rows = Participant.objects.visible_to(request.user).filter(agreement=request.agreement).with_names()
    return PARTICIPANTS.respond(request, rows)


def _participant(request: HttpRequest, agreement: str, code: str, can: Any) -> Participant:
    rows = Participant.objects.visible_to(request.user).with_names()
    return load(rows, request.user, can, agreement__code=agreement, local_government__code=code)


@require_safe
def participant_detail(request: HttpRequest, agreement: str, code: str) -> HttpResponse:
    """One participant: its duties, signature, documents and the reports about it."""
    participant = _participant(request, agreement, code, can_view_participant)
    ledger = ledger_of(participant.agreement, timezone.localdate(), [participant])
    return render(
        request,
        "participants/participant_detail.html",
        {
            "participant": participant,
            "column": ledger.column(participant.pk),
            "documents": PartyDocument.objects.visible_to(request.user)
            .filter(participant=participant)
            .select_related("file"),
            "coordinators": participant.memberships.select_related("user").filter(ends_on=None),
            "may_edit_contact": can_edit_contact(request.user, participant),
            "may_hand_over": can_hand_over(request.user, participant),
            "may_leave": participant.left_on is None and can_manage_agreement(request.user, participant.agreement),
            "reports": [r for r in reports if r.subject == "participant" and r.can_view(request.user, participant)],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def contact_edit(request: HttpRequest, agreement: str, code: str) -> HttpResponse:
    """Change how an organisation can be reached."""
    participant = _participant(request, agreement, code, can_edit_contact)
    form = ContactForm(request.POST or None, instance=participant.local_government)
    if request.method == "POST" and form.is_valid():
        try:
            save_contact(
                local_government=form.instance,
                participant=participant,
                user=request.user,
                expected=form.expected_revision,
            )
        except Stale as error:
            form.show_stale(error)
        else:
            messages.success(request, _("Saved."))
            return redirect(participant)
    return render(request, "participants/contact_edit.html", {"participant": participant, "form": form})


@require_POST
def agreement_select(request: HttpRequest) -> HttpResponse:
    """Switch to another agreement; it stays for the session. ``next`` is a page of ours that is opened then."""
    code = request.POST.get("agreement", "").replace("\x00", "")  # PostgreSQL refuses it in a text
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user), code=code)
    request.session["agreement"] = agreement.code
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if safe else "home")


@require_safe
def document_download(request: HttpRequest, pk: int) -> HttpResponse:
    """A document's file."""
    document = load(
        PartyDocument.objects.visible_to(request.user).select_related("file"), request.user, can_view_document, pk=pk
    )
    if document.file is None:
        raise Http404
    return serve(document.file)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def privacy(request: HttpRequest) -> HttpResponse:
    """The privacy notice; a signed-in person acknowledges it here."""
    target = request.POST.get("next") or request.GET.get("next", "")
    if request.method == "POST" and request.user.is_authenticated:
        acknowledge_notice(user=request.user)
        safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
        return redirect(target if target and safe else "home")
    return render(request, "participants/privacy.html", {"next": target})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Take up a role by the link of an invitation."""
    invitation = open_invitation(token)
    if invitation is None:
        return render(request, "participants/invitation_gone.html", status=404)
    form = AcceptInvitationForm(request.POST or None, invitation=invitation)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        # an account that exists is opened by its password here, too: guessing is slow here as at the sign-in page
        tried = ratelimit.consume(request, action="invitation_password", key=invitation.email.lower())
        try:
            if not tried:
                raise DomainError(_("Too many tries with a wrong password. Wait five minutes and try again."))
            person = accept_invitation(
                invitation=invitation,
                password=said["password"],
                name_th=said.get("name_th", ""),
                name_en=said.get("name_en", ""),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            form.add_error("password", error)
        else:
            acknowledge_notice(user=person)
            messages.success(request, _("Your account is ready. Sign in with your e-mail address and password."))
            return redirect("account_login")
    return render(request, "participants/invitation_accept.html", {"invitation": invitation, "form": form})


def closed(request: HttpRequest) -> HttpResponse:
    """A page that a package brings along and that the portal does not offer: it is not there."""
    raise Http404
