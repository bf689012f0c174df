"""Certificates in the admin site: what they say is written here; issuing and withdrawing have pages of their own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from mou_portal.admin import ScopedInline
from mou_portal.uploads import UploadRefused
from participants.files import store_upload
from seminars import services
from seminars.admin_forms import OpenedForm
from seminars.models import Certificate, CertificateTemplate, Seminar, Signatory

from .seminars import ServiceAdmin


class TemplateForm(OpenedForm):
    """What certificates say. The logo is checked as every upload is, and only a picture is taken."""

    upload = forms.FileField(
        label=_("Logo"), required=False, help_text=_("PNG, JPEG or WebP. Replaces the former one.")
    )

    def clean_upload(self) -> Any:
        """Store the picture before the row; a broken one is said beside its field."""
        upload = self.cleaned_data.get("upload")
        self.stored = None
        if not upload:
            return upload
        if not (upload.name or "").lower().endswith((".png", ".jpg", ".jpeg", ".webp")):
            raise forms.ValidationError(_("A logo is a picture: PNG, JPEG or WebP."))
        try:
            self.stored = store_upload(upload=upload, user=self.user)
        except UploadRefused as error:
            raise forms.ValidationError(str(error)) from error
        return upload


class SignatoryInline(ScopedInline):
    """Up to three signatories."""

    model = Signatory
    fields = ("order", "name", "position_th", "position_en")
    max_num = 3


@admin.register(CertificateTemplate)
class CertificateTemplateAdmin(ServiceAdmin):
    """One template for each seminar."""

    form = TemplateForm
    list_display = ("seminar", "signers", "page")
    list_select_related = ("seminar",)
    search_fields = ("seminar__title_th", "seminar__title_en")
    autocomplete_fields = ("seminar",)
    fields = ("seminar", "text_th", "text_en", "upload", "opened")
    inlines = (SignatoryInline,)
    actions = ("issue",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("signatories")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("seminar",) if obj else ()

    @admin.display(description=_("signatories of certificates"))
    def signers(self, template: CertificateTemplate) -> str:
        return ", ".join(str(one) for one in template.signatories.all())

    @admin.display(description=_("on the portal"))
    def page(self, template: CertificateTemplate) -> str:
        return format_html('<a href="{}">{}</a>', _list_url(template.seminar), _("Certificates"))

    def save_model(self, request: HttpRequest, obj: CertificateTemplate, form: Any, change: bool) -> None:
        if getattr(form, "stored", None):
            obj.logo = form.stored
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Issue certificates to all who came"), permissions=["change"])
    def issue(self, request: HttpRequest, rows: Any) -> None:
        self.run_service(
            request,
            rows,
            lambda row: services.issue_certificates(seminar=row.seminar, user=request.user),
            _("Issued."),
        )


@admin.register(Certificate)
class CertificateAdmin(ServiceAdmin):
    """Certificates as they were issued, with their history. Nothing is changed here."""

    list_display = ("number", "name", "participant", "seminar", "issued_on", "state")
    list_filter = ("state", "seminar")
    list_select_related = ("participant__designation", "seminar")
    search_fields = ("name", "code")
    fields = (
        "seminar",
        "participant",
        "number",
        "name",
        "position",
        "on_behalf_of",
        "state",
        "issued_on",
        "issued_by",
        "withdrawn_on",
        "withdrawn_reason",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    @admin.display(description=_("number"), ordering="serial")
    def number(self, certificate: Certificate) -> str:
        return certificate.number

    def has_add_permission(self, request: HttpRequest) -> bool:
        """They are issued from the roll alone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _list_url(seminar: Seminar) -> str:
    return reverse("seminars:certificate-list", args=[seminar.pk])
