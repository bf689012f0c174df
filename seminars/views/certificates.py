"""Pages of certificates. One of them is public: what the QR code of a certificate leads to."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mou_portal.listing import Column, Listing, contains, field_filter
from mou_portal.pages import load
from mou_portal.records import DomainError
from mou_portal.thai.words import search_query
from seminars.forms.certificates import WithdrawForm
from seminars.models import Certificate, CertificateState, CertificateTemplate, Seminar
from seminars.permissions import (
    can_issue_certificates,
    can_print_certificate,
    can_view_seminar,
    can_withdraw_certificate,
    is_programme_staff,
)
from seminars.reports import certificates_html
from seminars.services import issue_certificates, withdraw_certificate

from .papers import pdf_answer


def _listing(user: Any) -> Listing:
    """The list of certificates; staff are led to withdrawing, others to the PDF."""

    def address(row: Certificate) -> str:
        return reverse("seminars:certificate-download", args=[row.pk]) if can_print_certificate(user, row) else ""

    columns = [
        Column(_("Number"), lambda row: row.number, sort="serial", url=address),
        Column(_("Name"), lambda row: row.name, sort="name"),
        Column(_("Organisation"), lambda row: str(row.participant), sort="participant__local_government__sort_key"),
        Column(_("Issued on"), lambda row: row.issued_on, sort="issued_on", kind="date"),
        Column(
            _("State"),
            lambda row: ("declined" if row.state == "withdrawn" else "active", row.get_state_display()),
            sort="state",
            kind="state",
        ),
        Column(_("Withdrawn on"), lambda row: row.withdrawn_on, sort="withdrawn_on", kind="date"),
    ]
    if is_programme_staff(user):
        columns.append(
            Column(
                _("Wrong?"),
                lambda row: _("Withdraw") if can_withdraw_certificate(user, row) else row.withdrawn_reason,
                url=lambda row: (
                    reverse("seminars:certificate-withdraw", args=[row.pk])
                    if can_withdraw_certificate(user, row)
                    else ""
                ),
            )
        )
    return Listing(
        title=_("Certificates"),
        filename="certificates",
        empty_text=_("Certificates appear here when staff have issued them after the seminar."),
        search=contains("name", "participant__local_government__search_text", normalise=search_query),
        filters=[field_filter("state", _("State"), CertificateState.choices)],
        columns=columns,
    )


def _seminar(request: HttpRequest, pk: int, can: Any = can_view_seminar) -> Seminar:
    return load(Seminar.objects.visible_to(request.user).select_related("agreement"), request.user, can, pk=pk)


def _crumbs(seminar: Seminar, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [(_("Seminars"), reverse("seminars:seminar-list")), (seminar, seminar.get_absolute_url()), *more]


@require_safe
def certificate_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The certificates of a seminar that the person may see."""
    seminar = _seminar(request, pk)
    rows = Certificate.objects.visible_to(request.user).filter(seminar=seminar).with_names()
    actions: list[tuple[Any, str]] = []
    more: dict[str, Any] = {}
    if can_issue_certificates(request.user, seminar):
        template = CertificateTemplate.objects.filter(seminar=seminar).first()
        address = (
            reverse("admin:seminars_certificatetemplate_change", args=[template.pk])
            if template
            else f"{reverse('admin:seminars_certificatetemplate_add')}?seminar={seminar.pk}"
        )
        actions.append((_("What the certificates say"), address))
        if template:
            more["template_there"] = True
    if rows.filter(state=CertificateState.VALID).exists():
        actions.append((_("All in one PDF"), reverse("seminars:certificate-pack", args=[seminar.pk])))
    listing = _listing(request.user)
    listing.template = "seminars/certificate_list.html"
    return listing.respond(
        request,
        rows,
        crumbs=_crumbs(seminar, (_("Certificates"), "")),
        lead=str(seminar),
        actions=actions,
        seminar=seminar,
        may_issue=can_issue_certificates(request.user, seminar),
        **more,
    )


@require_POST
def certificate_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue the certificates that are missing."""
    seminar = _seminar(request, pk, can_issue_certificates)
    try:
        count = issue_certificates(seminar=seminar, user=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            ngettext("%(count)d certificate issued.", "%(count)d certificates issued.", count) % {"count": count},
        )
    return redirect("seminars:certificate-list", pk=seminar.pk)


def _pdf(request: HttpRequest, rows: Any, seminar: Seminar, filename: str) -> HttpResponse:
    return pdf_answer(
        request,
        lambda language: certificates_html(rows, seminar.agreement, language),
        agreement=seminar.agreement,
        title=lambda: f"{_('Certificates')} · {seminar}",
        filename=filename,
        back=reverse("seminars:certificate-list", args=[seminar.pk]),
    )


@require_safe
def certificate_pack(request: HttpRequest, pk: int) -> HttpResponse:
    """Every valid certificate of a seminar that the person may see, in one PDF."""
    seminar = _seminar(request, pk)
    rows = Certificate.objects.visible_to(request.user).filter(seminar=seminar, state=CertificateState.VALID)
    return _pdf(request, rows.with_names(), seminar, f"certificates-{seminar.pk}")


@require_safe
def certificate_download(request: HttpRequest, pk: int) -> HttpResponse:
    """One certificate as PDF."""
    rows = Certificate.objects.visible_to(request.user).with_names()
    certificate = load(rows, request.user, can_print_certificate, pk=pk)
    return _pdf(request, [certificate], certificate.seminar, f"certificate-{certificate.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def certificate_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a certificate that is wrong."""
    rows = Certificate.objects.visible_to(request.user).with_names()
    certificate = load(rows, request.user, can_withdraw_certificate, pk=pk)
    back = reverse("seminars:certificate-list", args=[certificate.seminar_id])
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_certificate(certificate=certificate, reason=form.cleaned_data["reason"], user=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Withdrawn. Its public page says so."))
            return redirect(back)
    crumbs = _crumbs(certificate.seminar, (_("Certificates"), back), (_("Withdraw"), ""))
    context = {"form": form, "certificate": certificate, "back": back, "crumbs": crumbs}
    return render(request, "seminars/certificate_withdraw.html", context)


@login_not_required
@require_safe
def certificate_confirm(request: HttpRequest, code: str) -> HttpResponse:
    """For anybody who holds a certificate: whether it was issued, to whom, and whether it still holds."""
    certificate = Certificate.objects.with_names().filter(code=code.strip().upper()).first()
    answer = render(
        request,
        "seminars/certificate_confirm.html",
        {
            "certificate": certificate,
            "demo": bool(certificate and certificate.seminar.agreement.has_demo_data),
        },
        status=200 if certificate else 404,
    )
    answer["X-Robots-Tag"] = "noindex"
    return answer
