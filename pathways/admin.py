"""Admin pages of pathways: what parties declared and reported is read here; steps are actions that call services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from mou_portal.admin import ExchangeAdmin, ExportOnlyAdmin, NameSearchMixin, ScopedAdmin, ScopedInline
from participants.models import Participant
from participants.requests import PortalRequest
from pathways import permissions, services
from pathways.models import (
    ChoiceState,
    ChoiceVersion,
    Dimension,
    Evidence,
    Indicator,
    IndicatorValue,
    Milestone,
    Pathway,
    PathwayChoice,
    PeriodSkip,
    ProgressUpdate,
    ReportingPeriod,
    UpdateEvent,
)
from pathways.resources import (
    ChoiceVersionResource,
    IndicatorResource,
    MilestoneResource,
    PathwayChoiceResource,
    PeriodSkipResource,
    ProgressUpdateResource,
    ReportingPeriodResource,
)
from pathways.summaries import accepted_updates, choice_percent

BY_NAME = "participant__local_government__search_text"


class NoteActionForm(ActionForm):
    """The action bar with a field for the note that a return needs."""

    note = forms.CharField(label=_("Note on return"), required=False, max_length=2000)


class ReadOnly:
    """Mixed into an admin of rows that come about on the portal's own pages: nothing is typed in here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are made on the portal."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing that was declared or reported is deleted."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Every field, and what the page computes."""
        own = [one.name for one in self.model._meta.fields if one.name != "id"]  # type: ignore[attr-defined]  # an admin
        return [*own, *[name for name in self.readonly_fields if name not in own]]  # type: ignore[attr-defined]  # as above

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        """History is read, never put back: that would jump over the steps."""
        return True

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing is typed, so nothing is saved: "Save" would leave an empty step in the row's history."""


class DimensionFilter(admin.SimpleListFilter):
    """Rows that touch one of the seven dimensions; ``field`` leads to a version's dimensions."""

    title = _("dimension")
    parameter_name = "dimension"
    field = "dimensions"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return Dimension.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return self.touching(queryset, self.value()) if self.value() in Dimension.values else queryset

    def touching(self, queryset: QuerySet[Any], dimension: str | None) -> QuerySet[Any]:
        """The rows themselves."""
        return queryset.filter(dimensions__icontains=f'"{dimension}"')


class ChoiceDimensionFilter(DimensionFilter):
    """Choices whose confirmed version touches a dimension."""

    lead = ""

    def touching(self, queryset: QuerySet[Any], dimension: str | None) -> QuerySet[Any]:
        """Through the version that holds."""
        versions = ChoiceVersion.objects.filter(
            state=ChoiceState.CONFIRMED, dimensions__icontains=f'"{dimension}"'
        ).values("choice_id")
        return queryset.filter(**{f"{self.lead}pk__in": versions})


class UpdateDimensionFilter(ChoiceDimensionFilter):
    """Updates of such choices."""

    lead = "choice__"


#: More participants than this are found by the search, not listed beside the rows.
MOST_LISTED = 60


class ParticipantFilter(admin.SimpleListFilter):
    """Rows of one organisation of the agreement that is worked in; the search finds them where there are many."""

    title = _("organisation")
    parameter_name = "organisation"
    field = "choice__participant"

    def lookups(self, request: PortalRequest, model_admin: Any) -> Any:
        seen = Participant.objects.visible_to(request.user).filter(agreement=request.agreement)
        places = list(seen.select_related("designation").order_by("order")[: MOST_LISTED + 1])
        return [(str(one.pk), str(one)) for one in places] if len(places) <= MOST_LISTED else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value() or ""
        return queryset.filter(**{self.field: value}) if value.isascii() and value.isdigit() else queryset


class OwnParticipantFilter(ParticipantFilter):
    """The same, for rows that name their organisation themselves."""

    field = "participant"


@admin.register(Pathway)
class PathwayAdmin(ScopedAdmin):
    """The six pathways, as the memorandum has them."""

    list_display = ("number", "code", "title_th", "title_en", "agreement")
    list_filter = ("agreement",)
    search_fields = ("code", "title_th", "title_en")
    ordering = ("agreement", "number")


class VersionInline(ScopedInline):
    """A choice's versions, newest first."""

    model = ChoiceVersion
    fields = ("number", "state", "chosen_on", "submitted_by", "decided_by", "decided_at")
    readonly_fields = fields
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MilestoneInline(ScopedInline):
    """The plan of a choice."""

    model = Milestone
    fields = ("title", "due_on", "weight", "done_on")


class IndicatorInline(ScopedInline):
    """What a choice is measured by."""

    model = Indicator
    fields = ("name", "unit", "baseline", "target", "weight")


@admin.register(PathwayChoice)
class PathwayChoiceAdmin(NameSearchMixin, ExportOnlyAdmin):
    """Who chose which pathway, with versions and plan."""

    resource_classes = (PathwayChoiceResource,)
    list_display = ("participant", "pathway", "state", "percent")
    list_filter = ("participant__agreement", "pathway", "versions__state", OwnParticipantFilter, ChoiceDimensionFilter)
    search_fields = (BY_NAME,)
    readonly_fields = ("participant", "pathway", "state", "portal_page")
    inlines = (VersionInline, MilestoneInline, IndicatorInline)
    list_select_related = ("pathway", "participant__designation")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With versions, milestones and accepted updates for the columns."""
        return (
            super()
            .get_queryset(request)
            .select_related("pathway", "participant__designation")
            .prefetch_related("versions", "milestones", "indicators", accepted_updates())
        )

    @admin.display(description=_("state"))
    def state(self, choice: PathwayChoice) -> str:
        version = choice.current_version
        return version.get_state_display() if version else ""

    @admin.display(description=_("progress (percent)"))
    def percent(self, choice: PathwayChoice) -> int:
        return choice_percent(choice)

    @admin.display(description=_("on the portal"))
    def portal_page(self, choice: PathwayChoice) -> str:
        return format_html('<a href="{}">{}</a>', choice.get_absolute_url(), _("Open"))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


@admin.register(ChoiceVersion)
class ChoiceVersionAdmin(NameSearchMixin, ReadOnly, ExportOnlyAdmin):
    """Choices to confirm or to return."""

    resource_classes = (ChoiceVersionResource,)
    can_view_row = staticmethod(permissions.can_view_version)
    list_display = ("participant", "pathway", "number", "state", "chosen_on", "submitted_at", "decided_at")
    list_filter = ("state", "choice__participant__agreement", "choice__pathway", ParticipantFilter, DimensionFilter)
    search_fields = ("choice__participant__local_government__search_text", "document_number")
    readonly_fields = ("portal_page",)
    ordering = ("-submitted_at", "choice")
    date_hierarchy = "chosen_on"
    action_form = NoteActionForm
    actions = ("confirm", "send_back")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        return rows.with_names()

    @admin.display(description=_("participant"), ordering="choice__participant__order")
    def participant(self, version: ChoiceVersion) -> str:
        return str(version.choice.participant)

    @admin.display(description=_("pathway"), ordering="choice__pathway__number")
    def pathway(self, version: ChoiceVersion) -> str:
        return str(version.choice.pathway)

    @admin.display(description=_("on the portal"))
    def portal_page(self, version: ChoiceVersion) -> str:
        return format_html('<a href="{}">{}</a>', version.choice.get_absolute_url(), _("Open"))

    @admin.action(description=_("Confirm the selected choices"), permissions=["change"])
    def confirm(self, request: PortalRequest, rows: Any) -> None:
        self.run_service(
            request, rows, lambda row: services.confirm_choice(version=row, user=request.user), _("Confirmed.")
        )

    @admin.action(description=_("Return the selected choices with the note"), permissions=["change"])
    def send_back(self, request: PortalRequest, rows: Any) -> None:
        note = request.POST.get("note", "")
        self.run_service(
            request, rows, lambda row: services.return_choice(version=row, user=request.user, note=note), _("Returned.")
        )


@admin.register(Milestone)
class MilestoneAdmin(NameSearchMixin, ExchangeAdmin):
    """Plans over all participants."""

    resource_classes = (MilestoneResource,)
    list_display = ("title", "choice", "due_on", "weight", "done_on")
    list_filter = (
        *("choice__participant__agreement", "choice__pathway", ParticipantFilter),
        ("done_on", admin.EmptyFieldListFilter),
    )
    search_fields = ("title", "choice__participant__local_government__search_text")
    list_select_related = ("choice__pathway", "choice__participant__designation")
    autocomplete_fields = ("choice",)
    date_hierarchy = "due_on"


@admin.register(Indicator)
class IndicatorAdmin(NameSearchMixin, ExchangeAdmin):
    """Indicators over all participants."""

    resource_classes = (IndicatorResource,)
    list_display = ("name", "unit", "choice", "baseline", "target", "weight")
    list_filter = ("choice__participant__agreement", "choice__pathway", ParticipantFilter)
    search_fields = ("name", "choice__participant__local_government__search_text")
    list_select_related = ("choice__pathway", "choice__participant__designation")
    autocomplete_fields = ("choice",)


class SkipInline(ScopedInline):
    """Who need not report for the period, and why."""

    model = PeriodSkip
    fields = ("participant", "reason")
    autocomplete_fields = ("participant",)


@admin.register(ReportingPeriod)
class ReportingPeriodAdmin(ExchangeAdmin):
    """For which periods reports are asked, and by when."""

    resource_classes = (ReportingPeriodResource,)
    import_export_change_list_template = "admin/pathways/reportingperiod/change_list.html"
    list_display = (
        *("name_th", "number", "agreement", "kind", "starts_on", "ends_on", "due_on"),
        *("asks_indicators", "locked_at"),
    )
    list_filter = ("agreement", "kind", ("locked_at", admin.EmptyFieldListFilter))
    search_fields = ("name_th", "name_en")
    readonly_fields = ("locked_at",)
    inlines = (SkipInline,)
    actions = ("lock", "unlock")

    @admin.action(description=_("Lock the selected periods: their reports stay as they are"), permissions=["change"])
    def lock(self, request: PortalRequest, rows: Any) -> None:
        self.run_service(request, rows, lambda row: services.lock_period(period=row, user=request.user), _("Locked."))

    @admin.action(description=_("Open the selected periods again"), permissions=["change"])
    def unlock(self, request: PortalRequest, rows: Any) -> None:
        self.run_service(
            request, rows, lambda row: services.unlock_period(period=row, user=request.user), _("Open again.")
        )


@admin.register(PeriodSkip)
class PeriodSkipAdmin(NameSearchMixin, ExportOnlyAdmin):
    """Periods that single participants skip."""

    resource_classes = (PeriodSkipResource,)
    list_display = ("participant", "period", "reason")
    list_filter = ("period__agreement", "period", OwnParticipantFilter)
    search_fields = (BY_NAME,)
    list_select_related = ("participant__designation", "period")
    autocomplete_fields = ("participant", "period")


class EvidenceInline(ScopedInline):
    """Files of an update, opened on the portal."""

    model = Evidence
    fields = ("download", "caption", "created_at")
    readonly_fields = fields
    can_delete = False

    @admin.display(description=_("file"))
    def download(self, evidence: Evidence) -> str:
        return format_html(
            '<a href="{}">{}</a>',
            reverse("pathways:evidence-download", args=[evidence.pk]),
            evidence.file.original_name,
        )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ValueInline(ScopedInline):
    """What an update says of the choice's indicators."""

    model = IndicatorValue
    fields = ("indicator", "value")
    readonly_fields = fields
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EventInline(ScopedInline):
    """The thread of an update."""

    model = UpdateEvent
    fields = ("at", "state", "by", "note", "paragraphs")
    readonly_fields = fields
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ProgressUpdate)
class ProgressUpdateAdmin(NameSearchMixin, ReadOnly, ExportOnlyAdmin):
    """Reports to accept or to return."""

    resource_classes = (ProgressUpdateResource,)
    can_view_row = staticmethod(permissions.can_view_update)
    list_display = ("participant_name", "pathway", "period", "state", "percent", "nothing_changed", "submitted_at")
    list_filter = (
        *("state", "choice__participant__agreement", "period", "choice__pathway"),
        *(ParticipantFilter, UpdateDimensionFilter, "nothing_changed"),
    )
    search_fields = ("choice__participant__local_government__search_text", "done", "result")
    readonly_fields = ("portal_page",)
    inlines = (ValueInline, EvidenceInline, EventInline)
    ordering = ("-submitted_at",)
    action_form = NoteActionForm
    actions = ("accept", "send_back")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        return rows.with_names()

    @admin.display(description=_("participant"), ordering="choice__participant__order")
    def participant_name(self, update: ProgressUpdate) -> str:
        return str(update.participant)

    @admin.display(description=_("pathway"), ordering="choice__pathway__number")
    def pathway(self, update: ProgressUpdate) -> str:
        return str(update.choice.pathway)

    @admin.display(description=_("on the portal"))
    def portal_page(self, update: ProgressUpdate) -> str:
        return format_html('<a href="{}">{}</a>', update.get_absolute_url(), _("Open"))

    @admin.action(description=_("Accept the selected reports"), permissions=["view"])
    def accept(self, request: PortalRequest, rows: Any) -> None:
        self.run_service(
            request,
            rows,
            lambda row: services.accept_update(update=row, user=request.user, note=request.POST.get("note", "")),
            _("Accepted."),
        )

    @admin.action(description=_("Return the selected reports with the note"), permissions=["view"])
    def send_back(self, request: PortalRequest, rows: Any) -> None:
        review = services.ReviewNote(request.POST.get("note", ""))
        if not review.note.strip():
            self.message_user(request, _("Write the note beside the action: what has to be changed?"), messages.ERROR)
            return
        self.run_service(
            request,
            rows,
            lambda row: services.return_update(update=row, user=request.user, review=review),
            _("Returned."),
        )
