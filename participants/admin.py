"""Admin pages of agreements, parties and people. State changes go through services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from mou_portal.admin import ExchangeAdmin, ExportOnlyAdmin, ScopedAdmin, ScopedInline
from mou_portal.records import DomainError
from mou_portal.registry import agenda
from mou_portal.thai.words import search_query
from participants import services
from participants.digests import area_of
from participants.files import store_upload
from participants.models import (
    AdviserAssignment,
    Agreement,
    Amendment,
    Clause,
    Designation,
    Invitation,
    LocalGovernment,
    Membership,
    NoticeAcknowledgement,
    Participant,
    PartyDocument,
    Province,
    ReminderLog,
    ReminderRule,
    User,
)
from participants.permissions import can_edit_person, can_manage_agreement
from participants.resources import LocalGovernmentResource, ParticipantResource

#: Packages' own tables. Groups follow participants.roles; the others would show secrets of sign-in, or mean nothing.
NOT_EDITED_BY_HAND = (
    "auth.group",
    "account.emailaddress",
    "mfa.authenticator",
    "usersessions.usersession",
    "socialaccount.socialapp",
    "socialaccount.socialtoken",
    "socialaccount.socialaccount",
    "django_tasks_database.dbtaskresult",
)
for label in NOT_EDITED_BY_HAND:
    admin.site.unregister(apps.get_model(label))


#: Columns that say who signs for a party.
SIGNATORY = ("signatory_as_printed", "signatory_line_as_printed", "signatory_position_th")


def point_to_handover(page: admin.ModelAdmin[Any], request: HttpRequest, participant: Participant) -> None:
    """Offer the pack for the successor: somebody left, or somebody else signs."""
    text = _("Handover pack for the successor: %(participant)s") % {"participant": participant}
    url = reverse("handover-detail", args=[participant.agreement.code, participant.code])
    page.message_user(request, format_html('<a href="{}">{}</a>', url, text), messages.INFO)


class ClauseInline(ScopedInline):
    model = Clause
    fields = ("order", "number", "label_th", "label_en", "title_th", "title_en", "obliged")


class AmendmentInline(ScopedInline):
    model = Amendment
    fields = ("number", "title_th", "title_en", "signed_on", "new_ends_on", "summary")
    readonly_fields = fields  # edited, compared, signed and merged on the agreement's own pages
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Agreement)
class AgreementAdmin(ScopedAdmin):
    """Agreements; which one is current changes by an action only."""

    can_change_row = staticmethod(can_manage_agreement)
    list_display = ("short_title_th", "code", "phase", "signed_on", "ends_on", "status", "is_current")
    search_fields = ("code", "title_th", "title_en")
    readonly_fields = ("is_current", "has_demo_data")
    inlines = (ClauseInline, AmendmentInline)
    actions = ("make_current",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The code is the key of addresses and of the memorandum's file: given once."""
        fixed = super().get_readonly_fields(request, obj)
        return (*fixed, "code") if obj else fixed

    @admin.display(description=_("status"))
    def status(self, agreement: Agreement) -> str:
        return agreement.get_status_display()

    @admin.action(description=_("Make the selected agreement the current one"), permissions=["change"])
    def make_current(self, request: HttpRequest, rows: Any) -> None:
        if rows.count() != 1:
            self.message_user(request, _("Select exactly one agreement."), messages.ERROR)
            return
        self.run_service(
            request, rows, lambda row: services.make_current(agreement=row, user=request.user), _("Made current.")
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Province)
class ProvinceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # reference data without history
    list_display = ("iso", "name_th", "name_en", "region")
    search_fields = ("iso", "name_th", "name_en")


class DesignationInline(ScopedInline):
    model = Designation
    fields = ("kind", "name_th", "name_en", "starts_on", "ends_on")


@admin.register(LocalGovernment)
class LocalGovernmentAdmin(ExchangeAdmin):
    resource_classes = (LocalGovernmentResource,)
    list_display = ("__str__", "code", "province", "phone", "email")
    list_filter = ("designations__kind", "province__region")
    list_select_related = ("province",)
    search_fields = ("search_text",)
    autocomplete_fields = ("province",)
    inlines = (DesignationInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("designations")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Search as the portal does: any part of a word, tone marks forgiving."""
        return super().get_search_results(request, queryset, search_query(search_term))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("code",) if obj else ()


@admin.register(Participant)
class ParticipantAdmin(ExportOnlyAdmin):
    """Parties to an agreement, with their signatures as printed."""

    resource_classes = (ParticipantResource,)
    list_display = ("order", "__str__", "province", "signatory_as_printed", "signed_on", "check_against_original")
    list_display_links = ("__str__",)
    list_filter = ("agreement", "check_against_original", "designation__kind")
    list_select_related = ("designation", "local_government__province", "agreement")
    search_fields = ("local_government__search_text", "signatory_as_printed")
    autocomplete_fields = ("local_government",)
    actions = ("mark_checked",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Which organisation takes part in which agreement is given once; the mark is taken off by its action."""
        fixed = super().get_readonly_fields(request, obj)
        return (*fixed, "agreement", "local_government", "check_against_original") if obj else fixed

    @admin.display(description=_("province"))
    def province(self, participant: Participant) -> str:
        return str(participant.local_government.province)

    def save_model(self, request: HttpRequest, obj: Participant, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and set(SIGNATORY) & set(form.changed_data):
            point_to_handover(self, request, obj)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        return super().get_search_results(request, queryset, search_query(search_term))

    @admin.action(description=_("The signed original was looked at: take off the mark"), permissions=["change"])
    def mark_checked(self, request: HttpRequest, rows: Any) -> None:
        self.run_service(
            request,
            rows,
            lambda row: services.mark_checked(participant=row, user=request.user),
            _("Marked as checked."),
        )

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "designation":
            kwargs["queryset"] = Designation.objects.order_by("name_th")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class MembershipInline(ScopedInline):
    model = Membership
    fields = ("role", "participant", "agreement", "starts_on", "ends_on")
    autocomplete_fields = ("participant",)


class AssignmentInline(ScopedInline):
    model = AdviserAssignment
    fields = ("participant", "starts_on", "ends_on")
    autocomplete_fields = ("participant",)


@admin.register(User)
class UserAdmin(ScopedAdmin):
    """People. Accounts come from invitations; only an administrator touches accounts of staff."""

    can_change_row = staticmethod(can_edit_person)
    list_display = ("email", "name_th", "position_th", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active", "memberships__role")
    search_fields = ("email", "name_th", "name_en")
    readonly_fields = ("last_login", "date_joined")
    fields = (
        "email",
        "name_th",
        "name_en",
        "position_th",
        "position_en",
        "phone",
        "language",
        "is_active",
        "is_staff",
        "is_superuser",
        "groups",
        "last_login",
        "date_joined",
    )
    inlines = (MembershipInline, AssignmentInline)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Two groups are two boxes to tick, not a machine for moving names."""
        if db_field.name == "groups":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Rights of staff are an administrator's to give; so is an address, which leads to a password."""
        fixed = super().get_readonly_fields(request, obj)
        return fixed if request.user.is_superuser else (*fixed, "email", "is_staff", "is_superuser", "groups")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People are invited, never typed in."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People are made inactive: their name stands on what they did."""
        return False


@admin.register(Membership)
class MembershipAdmin(ScopedAdmin):
    list_display = ("user", "role", "participant", "agreement", "starts_on", "ends_on")
    list_filter = ("role", ("ends_on", admin.EmptyFieldListFilter))
    list_select_related = ("user", "participant__designation", "agreement")
    search_fields = ("user__email", "user__name_th", "participant__local_government__search_text")
    autocomplete_fields = ("user", "participant")
    actions = ("end_today",)

    @admin.action(description=_("End today"), permissions=["change"])
    def end_today(self, request: HttpRequest, rows: Any) -> None:
        today = timezone.localdate()
        ended = []

        def end(row: Any) -> None:
            services.end_membership(membership=row, ends_on=today)
            ended.append(row)

        self.run_service(request, rows, end, _("Ended."))
        for participant in dict.fromkeys(row.participant for row in ended if row.participant):
            point_to_handover(self, request, participant)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "ends_on" in form.changed_data and obj.ends_on and obj.participant:
            point_to_handover(self, request, obj.participant)


@admin.register(AdviserAssignment)
class AdviserAssignmentAdmin(MembershipAdmin):
    list_display = ("user", "participant", "starts_on", "ends_on")
    list_filter = (("ends_on", admin.EmptyFieldListFilter),)
    list_select_related = ("user", "participant__designation")


@admin.register(Invitation)
class InvitationAdmin(ScopedAdmin):
    """Invitations: adding one sends it; an open one can be revoked."""

    list_display = (
        "email",
        "name_th",
        "role",
        "participant",
        "agreement",
        "staff_group",
        "expires_at",
        "accepted_at",
        "revoked_at",
    )
    list_filter = ("role", ("accepted_at", admin.EmptyFieldListFilter))
    list_select_related = ("participant__designation", "agreement")
    search_fields = ("email", "name_th")
    fields = ("email", "name_th", "role", "participant", "agreement", "staff_group")
    autocomplete_fields = ("participant",)
    actions = ("revoke",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) if obj is None else False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        services.invite(invitation=obj, user=request.user)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """A form that asks the service's questions before anything is saved, so that nothing typed is lost."""
        base = super().get_form(request, obj, change, **kwargs)
        user = request.user

        class Asked(base):  # type: ignore[misc, valid-type]  # the base is made by Django at run time
            def clean(self) -> Any:
                cleaned = super().clean()
                try:
                    services.check_invitation(self.instance.__class__(**cleaned), user)
                except DomainError as error:
                    self.add_error(None, str(error))
                return cleaned

        return Asked

    @admin.action(description=_("Revoke the selected invitations"), permissions=["add"])
    def revoke(self, request: HttpRequest, rows: Any) -> None:
        self.run_service(
            request, rows, lambda row: services.revoke_invitation(invitation=row, user=request.user), _("Revoked.")
        )


@admin.register(NoticeAcknowledgement)
class NoticeAcknowledgementAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # a log, read only
    list_display = ("user", "version", "acknowledged_at")
    list_filter = ("version",)
    list_select_related = ("user",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _areas() -> list[tuple[str, Any]]:
    """The apps in which something can wait for a person, by name, and the kinds of things that they tell apart."""
    areas: dict[str, Any] = {"": _("everything")}
    for provider in agenda:
        area = area_of(provider)
        title = apps.get_app_config(area).verbose_name
        areas[area] = title
        areas |= {f"{area}.{kind}": format_lazy("{}: {}", title, label) for kind, label in provider.kinds.items()}
    return list(areas.items())


@admin.register(ReminderRule)
class ReminderRuleAdmin(ScopedAdmin):
    """When people are reminded: one e-mail a day gathers whatever the rules ask for."""

    list_display = ("__str__", "of_what", "is_on")
    list_filter = ("is_on",)
    fields = ("area", "offset_days", "weekday", "is_on")

    @admin.display(description=_("of what"), ordering="area")
    def of_what(self, rule: ReminderRule) -> Any:
        return dict(_areas()).get(rule.area, rule.area)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "area":
            return forms.ChoiceField(
                choices=_areas, required=False, label=db_field.verbose_name, help_text=db_field.help_text
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(ReminderLog)
class ReminderLogAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # a log, read only
    """What was sent to whom: a log, read only."""

    list_display = ("day", "user", "state", "item_count", "subject", "sent_at", "error")
    list_filter = ("state", "day")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name_th")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(PartyDocument)
class PartyDocumentAdmin(ScopedAdmin):
    """Documents of an agreement or a party; the file is checked before the row is saved."""

    list_display = ("title", "kind", "agreement", "participant", "number", "dated_on")
    list_filter = ("agreement", "kind")
    list_select_related = ("agreement", "participant__designation")
    search_fields = ("title", "number")
    autocomplete_fields = ("participant",)
    exclude = ("file",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        from participants.document_forms import document_form

        if "fields" not in kwargs:  # the page of an earlier state names none
            kwargs["fields"] = flatten_fieldsets(self.get_fieldsets(request, obj))
        if kwargs.get("fields"):  # named after the fields of an earlier form of ours; the model has no upload
            kwargs["fields"] = [name for name in kwargs["fields"] if name != "upload"]
        return document_form(super().get_form(request, obj, change, **kwargs), request.user, store_upload)
