"""Admin pages of seminars, seats, rolls, presentations and field visits. Every step is a service."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from mou_portal.admin import ExchangeAdmin, ScopedAdmin, ScopedInline
from mou_portal.records import DomainError
from mou_portal.thai.words import search_query
from participants.files import store_upload
from seminars import services
from seminars.admin_forms import (
    AttendanceForm,
    PartsFormSet,
    PresentationEntryForm,
    SeatAdminForm,
    SeminarForm,
    SessionsFormSet,
    VisitForm,
)
from seminars.forms import possible_visitors
from seminars.models import (
    ArrangedBy,
    Attendance,
    FieldVisit,
    Presentation,
    Seat,
    Seminar,
    SeminarSession,
    SeminarState,
    VisitParticipant,
)
from seminars.permissions import can_correct_mark, can_edit_seminar, can_edit_visit, can_name_delegates
from seminars.resources import AttendanceResource


class ServiceAdmin(ScopedAdmin):
    """An admin page whose rows are written by services; a refusal that a form could not foresee becomes a message."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect(request.get_full_path())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows that prove a clause are not deleted."""
        return False


class SessionInline(ScopedInline):
    model = SeminarSession
    formset = SessionsFormSet
    fields = ("order", "title", "day", "starts_at", "ends_at", "room")

    def _open(self, request: HttpRequest, obj: Any) -> bool:
        return obj is None or can_edit_seminar(request.user, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and self._open(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._open(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Once announced, a session may hold marks."""
        planned = obj is None or obj.state == SeminarState.PLANNED
        return super().has_delete_permission(request, obj) and planned and self._open(request, obj)


@admin.register(Seminar)
class SeminarAdmin(ServiceAdmin):
    """Seminars: planned here, announced, closed and cancelled by actions."""

    form = SeminarForm
    can_change_row = staticmethod(can_edit_seminar)
    list_display = ("title_th", "kind", "starts_on", "ends_on", "venue", "required", "state")
    list_filter = ("agreement", "state", "kind", "venue")
    search_fields = ("title_th", "title_en", "place")
    date_hierarchy = "starts_on"
    fields = (
        "agreement",
        "kind",
        "title_th",
        "title_en",
        "description",
        "venue",
        "place",
        "starts_on",
        "ends_on",
        "required",
        "seats_per_participant",
        "asks_food",
        "outside_period_reason",
        "clash_reason",
        "state",
        "opened",
    )
    readonly_fields = ("state",)
    inlines = (SessionInline,)
    actions = ("announce", "close", "cancel")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        agreement = request.agreement  # type: ignore[attr-defined]  # set by AgreementMiddleware
        return {"agreement": agreement.pk if agreement else None, **super().get_changeform_initial_data(request)}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("state", "agreement") if obj else ("state",)

    def save_model(self, request: HttpRequest, obj: Seminar, form: Any, change: bool) -> None:
        if change:
            services.save_seminar(seminar=obj, expected=form.expected_revision, user=request.user)
        else:
            services.plan_seminar(seminar=obj, user=request.user)

    @admin.action(
        description=_("Announce: make it visible and give every participant its seats"), permissions=["change"]
    )
    def announce(self, request: HttpRequest, rows: Any) -> None:
        self.run_service(
            request, rows, lambda row: services.announce_seminar(seminar=row, user=request.user), _("Announced.")
        )

    @admin.action(description=_("Close: the roll counts and changes no more"), permissions=["change"])
    def close(self, request: HttpRequest, rows: Any) -> None:
        self.run_service(
            request, rows, lambda row: services.close_seminar(seminar=row, user=request.user), _("Closed.")
        )

    @admin.action(description=_("Cancel the seminar"), permissions=["change"])
    def cancel(self, request: HttpRequest, rows: Any) -> None:
        self.run_service(
            request, rows, lambda row: services.cancel_seminar(seminar=row, user=request.user), _("Cancelled.")
        )


@admin.register(Seat)
class SeatAdmin(ServiceAdmin):
    """Seats come from announcing a seminar; here their delegates are named."""

    form = SeatAdminForm
    can_change_row = staticmethod(can_name_delegates)
    list_display = ("seminar", "participant", "number", "delegate_name", "delegate_position", "on_behalf_of")
    list_display_links = ("participant",)
    list_filter = ("seminar",)
    list_select_related = ("seminar", "participant__designation")
    search_fields = ("delegate_name", "participant__local_government__search_text", "seminar__title_th")
    fields = (
        "seminar",
        "participant",
        "number",
        "delegate_name",
        "delegate_position",
        "delegate_phone",
        "delegate_email",
        "on_behalf_of",
        "food_needs",
        "opened",
    )
    readonly_fields = ("seminar", "participant", "number")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Seats are made by the announcement alone."""
        return False

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        return super().get_search_results(request, queryset, search_query(search_term))

    def save_model(self, request: HttpRequest, obj: Seat, form: Any, change: bool) -> None:
        delegate = services.Delegate(
            obj.delegate_name, obj.delegate_position, obj.delegate_phone, obj.delegate_email, obj.food_needs
        )
        expected, user = form.expected_revision, request.user
        if obj.on_behalf_of:
            services.substitute_delegate(
                seat=obj, delegate=delegate, on_behalf_of=obj.on_behalf_of, expected=expected, user=user
            )
        else:
            services.name_delegate(seat=obj, delegate=delegate, expected=expected, user=user)


@admin.register(Attendance)
class AttendanceAdmin(ExchangeAdmin, ServiceAdmin):
    """The roll, mark by mark, and in and out as a spreadsheet."""

    form = AttendanceForm
    resource_classes = (AttendanceResource,)
    can_change_row = staticmethod(can_correct_mark)
    list_display = ("session", "participant", "number", "attended_by", "state", "reason", "recorded_by")
    list_filter = ("state", "session__seminar")
    list_select_related = ("session__seminar", "seat__participant__designation", "seat__seminar", "recorded_by")
    search_fields = ("attended_by", "seat__delegate_name", "seat__participant__local_government__search_text")
    fields = ("seat", "session", "state", "attended_by", "reason", "opened")
    autocomplete_fields = ("seat",)

    @admin.display(description=_("participant"), ordering="seat__participant__order")
    def participant(self, mark: Attendance) -> str:
        return str(mark.seat.participant)

    @admin.display(description=_("seat"), ordering="seat__number")
    def number(self, mark: Attendance) -> int:
        return mark.seat.number

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        return super().get_search_results(request, queryset, search_query(search_term))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("seat", "session") if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "session":
            kwargs["queryset"] = SeminarSession.objects.filter(seminar__state=SeminarState.ANNOUNCED)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Attendance, form: Any, change: bool) -> None:
        mark = services.Mark(obj.state, obj.reason, obj.attended_by)
        services.record_attendance(session=obj.session, marks={obj.seat_id: mark}, user=request.user)
        obj.pk = Attendance.objects.values_list("pk", flat=True).get(seat=obj.seat_id, session=obj.session_id)


@admin.register(Presentation)
class PresentationAdmin(ServiceAdmin):
    """Presentations: entered here when they came on paper; decided and marked by actions."""

    form = PresentationEntryForm
    list_display = ("title", "participant", "seminar", "state", "given_on")
    list_filter = ("state", "seminar")
    list_select_related = ("participant__designation", "seminar")
    search_fields = ("title", "participant__local_government__search_text")
    fields = ("participant", "seminar", "title", "abstract", "presenters", "choice", "upload", "opened")
    autocomplete_fields = ("participant", "seminar")
    raw_id_fields = ("choice",)
    actions = ("accept", "given", "not_given")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        return super().get_search_results(request, queryset, search_query(search_term))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.fields
        return ("participant", "seminar", "state", "title", "abstract", "presenters", "choice", "given_on", "note")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else self.get_fields(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What a party handed in is theirs: staff accept or return it, they do not rewrite it."""
        return super().has_change_permission(request, obj) and obj is None

    def save_model(self, request: HttpRequest, obj: Presentation, form: Any, change: bool) -> None:
        upload = form.cleaned_data.get("upload")
        slides = store_upload(upload=upload, user=request.user) if upload else None
        services.enter_presentation(presentation=obj, slides=slides, user=request.user)

    @admin.action(description=_("Accept"), permissions=["change"])
    def accept(self, request: HttpRequest, rows: Any) -> None:
        self.run_service(
            request, rows, lambda row: services.accept_presentation(presentation=row, user=request.user), _("Accepted.")
        )

    @admin.action(description=_("Given on its seminar's last day"), permissions=["change"])
    def given(self, request: HttpRequest, rows: Any) -> None:
        self.run_service(
            request, rows, lambda row: services.mark_given(presentation=row, user=request.user), _("Marked as given.")
        )

    @admin.action(description=_("Not given"), permissions=["change"])
    def not_given(self, request: HttpRequest, rows: Any) -> None:
        self.run_service(
            request,
            rows,
            lambda row: services.mark_not_given(presentation=row, user=request.user),
            _("Marked as not given."),
        )


class PartInline(ScopedInline):
    """Who is visited, and with what weights the costs of a joint visit are shared."""

    model = VisitParticipant
    formset = PartsFormSet
    fields = ("participant", "weight")
    autocomplete_fields = ("participant",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and obj is not None and can_edit_visit(request.user, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and obj is not None and can_edit_visit(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and obj is not None and can_edit_visit(request.user, obj)


@admin.register(FieldVisit)
class FieldVisitAdmin(ServiceAdmin):
    """Field visits: the institute's are scheduled here; those asked for are decided by actions or on their page."""

    form = VisitForm
    can_change_row = staticmethod(can_edit_visit)
    list_display = ("purpose_start", "parties", "arranged_by", "wished_on", "visit_on", "state")
    list_filter = ("agreement", "state", "arranged_by")
    search_fields = ("purpose",)
    actions = ("agree", "done")

    @admin.display(description=_("purpose"))
    def purpose_start(self, visit: FieldVisit) -> str:
        return str(visit)

    @admin.display(description=_("participants"))
    def parties(self, visit: FieldVisit) -> str:
        return ", ".join(str(part.participant) for part in visit.parts.all())

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("parts__participant__designation")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        common = ("purpose", "wished_on", "visit_on", "visitors", "outside_period_reason")
        if obj is None:
            return ("agreement", "arranged_by", "visited", *common)
        return ("agreement", "arranged_by", "state", *common, "decision_note", "report", "opened")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("agreement", "arranged_by", "state", "decision_note", "report") if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return (PartInline,) if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        agreement = request.agreement  # type: ignore[attr-defined]  # set by AgreementMiddleware
        return {"agreement": agreement.pk if agreement else None, **super().get_changeform_initial_data(request)}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """People are searched for, not listed: an agreement may have thousands of parties."""
        form = super().get_form(request, obj, change, **kwargs)
        if "visited" in form.base_fields:
            form.base_fields["visited"].widget = AutocompleteSelectMultiple(
                FieldVisit._meta.get_field("participants"), self.admin_site
            )
        if "visitors" in form.base_fields:
            form.base_fields["visitors"].queryset = possible_visitors(obj.agreement_id if obj else None)
        return form

    def save_model(self, request: HttpRequest, obj: FieldVisit, form: Any, change: bool) -> None:
        if change:
            services.save_visit(visit=obj, expected=form.expected_revision, user=request.user)
            return
        enter = services.schedule_visit if obj.arranged_by == ArrangedBy.INSTITUTE else services.request_visit
        enter(visit=obj, participants=list(form.cleaned_data["visited"]), user=request.user)

    @admin.action(description=_("Agree to the selected visits"), permissions=["change"])
    def agree(self, request: HttpRequest, rows: Any) -> None:
        self.run_service(request, rows, lambda row: services.agree_visit(visit=row, user=request.user), _("Agreed."))

    @admin.action(description=_("The selected visits took place"), permissions=["change"])
    def done(self, request: HttpRequest, rows: Any) -> None:
        self.run_service(
            request, rows, lambda row: services.mark_visit_done(visit=row, user=request.user), _("Recorded.")
        )
