"""Spreadsheets of choices, plans, periods and reports. Dates may be typed in either era; they are stored in CE."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from import_export import fields, widgets

from mou_portal.exchange import SafeResource
from mou_portal.thai.dates import DateError, parse_date
from mou_portal.thai.messages import date_error_message
from participants.models import Agreement
from pathways.models import (
    ChoiceVersion,
    Indicator,
    Milestone,
    PathwayChoice,
    PeriodSkip,
    ProgressUpdate,
    ReportingPeriod,
)
from pathways.summaries import accepted_updates, choice_percent


class EitherEraWidget(widgets.Widget):
    """A date cell: a real date, or text in either era; raises ``ValueError`` with a translated sentence."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        """Read a cell; an empty one is no date."""
        if value in (None, ""):
            return None
        try:
            return parse_date(value)
        except DateError as error:
            raise ValueError(date_error_message(error)) from error

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        """Leave the date a date, so that the workbook shows it in the reader's era."""
        return value


class ChoiceWidget(widgets.Widget):
    """A choice by what people know of it: the agreement's and the participant's code beside the pathway's number."""

    def __init__(self, user: Any = None) -> None:
        super().__init__()
        self.user = user

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> PathwayChoice:
        """Find the choice; raises ``ValueError`` when there is none in reach."""
        given = row or {}
        try:
            number = int(str(value))
        except ValueError:
            number = -1
        found = (
            PathwayChoice.objects.visible_to(self.user)
            .filter(
                participant__agreement__code=str(given.get("agreement") or ""),
                participant__local_government__code=str(given.get("participant") or ""),
                pathway__number=number,
            )
            .first()
        )
        if found is None:
            raise ValueError(
                _("No choice of pathway %(number)s by “%(participant)s” in agreement “%(agreement)s”.")
                % {"number": value, "participant": given.get("participant"), "agreement": given.get("agreement")}
            )
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        """The pathway's number."""
        return value.pathway.number if value else ""


class PathwayChoiceResource(SafeResource):
    """Choices with how far they are, for export."""

    agreement = fields.Field("participant__agreement__code", "agreement")
    participant = fields.Field("participant__local_government__code", "participant")
    name_th = fields.Field("participant__designation__name_th", "name_th")
    pathway = fields.Field("pathway__number", "pathway")
    pathway_title = fields.Field("pathway__title_th", "pathway_title")
    state = fields.Field(column_name="state")
    percent = fields.Field(column_name="percent")
    accepted = fields.Field(column_name="accepted_reports")

    class Meta(SafeResource.Meta):
        model = PathwayChoice
        fields = ("agreement", "participant", "name_th", "pathway", "pathway_title", "state", "percent", "accepted")
        export_order = fields

    def dehydrate_state(self, choice: PathwayChoice) -> str:
        """The state of the version that holds, or of the newest."""
        version = choice.current_version
        return version.state if version else ""

    def dehydrate_percent(self, choice: PathwayChoice) -> int:
        """From accepted values only."""
        return choice_percent(choice)

    def dehydrate_accepted(self, choice: PathwayChoice) -> int:
        """How many reports were accepted."""
        return len(choice.accepted_updates)

    def get_queryset(self) -> Any:
        """With everything that a row shows."""
        return super().get_queryset().with_names().prefetch_related("milestones", "indicators", accepted_updates())


class PeriodSkipResource(SafeResource):
    """Skipped periods, for export."""

    agreement = fields.Field("period__agreement__code", "agreement")
    period = fields.Field("period__number", "period")
    participant = fields.Field("participant__local_government__code", "participant")
    name_th = fields.Field("participant__designation__name_th", "name_th")

    class Meta(SafeResource.Meta):
        model = PeriodSkip
        fields = ("agreement", "period", "participant", "name_th", "reason")
        export_order = fields

    def get_queryset(self) -> Any:
        """With the names that a row shows."""
        return (
            super()
            .get_queryset()
            .select_related("period__agreement", "participant__local_government", "participant__designation")
        )


class ReportingPeriodResource(SafeResource):
    """Reporting periods, found by agreement and number."""

    agreement = fields.Field("agreement", "agreement", widgets.ForeignKeyWidget(Agreement, "code"))
    starts_on = fields.Field("starts_on", "starts_on", EitherEraWidget())
    ends_on = fields.Field("ends_on", "ends_on", EitherEraWidget())
    due_on = fields.Field("due_on", "due_on", EitherEraWidget())

    class Meta(SafeResource.Meta):
        model = ReportingPeriod
        fields = (
            *("agreement", "number", "name_th", "name_en", "kind", "starts_on", "ends_on", "due_on"),
            "asks_indicators",
        )
        export_order = fields
        import_id_fields = ("agreement", "number")


class MilestoneResource(SafeResource):
    """Milestones, found by choice (agreement, participant, pathway) and title."""

    agreement = fields.Field("choice__participant__agreement__code", "agreement", readonly=True)
    participant = fields.Field("choice__participant__local_government__code", "participant", readonly=True)
    pathway = fields.Field("choice", "pathway", ChoiceWidget())
    due_on = fields.Field("due_on", "due_on", EitherEraWidget())
    done_on = fields.Field("done_on", "done_on", EitherEraWidget())

    class Meta(SafeResource.Meta):
        model = Milestone
        fields = ("agreement", "participant", "pathway", "title", "due_on", "weight", "done_on")
        export_order = fields
        import_id_fields = ("pathway", "title")

    def __init__(self, user: Any = None, **kwargs: Any) -> None:
        super().__init__(user=user, **kwargs)
        self.fields["pathway"].widget = ChoiceWidget(user)

    def get_queryset(self) -> Any:
        """With the names that a row shows."""
        return (
            super()
            .get_queryset()
            .select_related(
                "choice__pathway", "choice__participant__agreement", "choice__participant__local_government"
            )
        )


class IndicatorResource(SafeResource):
    """Indicators, found by choice (agreement, participant, pathway) and name."""

    agreement = fields.Field("choice__participant__agreement__code", "agreement", readonly=True)
    participant = fields.Field("choice__participant__local_government__code", "participant", readonly=True)
    pathway = fields.Field("choice", "pathway", ChoiceWidget())

    class Meta(SafeResource.Meta):
        model = Indicator
        fields = ("agreement", "participant", "pathway", "name", "unit", "baseline", "target", "weight")
        export_order = fields
        import_id_fields = ("pathway", "name")

    def __init__(self, user: Any = None, **kwargs: Any) -> None:
        super().__init__(user=user, **kwargs)
        self.fields["pathway"].widget = ChoiceWidget(user)

    def get_queryset(self) -> Any:
        """With the names that a row shows."""
        return (
            super()
            .get_queryset()
            .select_related(
                "choice__pathway", "choice__participant__agreement", "choice__participant__local_government"
            )
        )


class ChoiceVersionResource(SafeResource):
    """Versions of choices, for export."""

    agreement = fields.Field("choice__participant__agreement__code", "agreement")
    participant = fields.Field("choice__participant__local_government__code", "participant")
    name_th = fields.Field("choice__participant__designation__name_th", "name_th")
    pathway = fields.Field("choice__pathway__number", "pathway")
    pathway_title = fields.Field("choice__pathway__title_th", "pathway_title")
    dimensions = fields.Field(column_name="dimensions")
    chosen_on = fields.Field("chosen_on", "chosen_on", EitherEraWidget())
    document_date = fields.Field("document_date", "document_date", EitherEraWidget())

    class Meta(SafeResource.Meta):
        model = ChoiceVersion
        fields = (
            "agreement",
            "participant",
            "name_th",
            "pathway",
            "pathway_title",
            "number",
            "state",
            "chosen_on",
            "reason",
            "expected_result",
            "dimensions",
            "document_number",
            "document_date",
            "signed_by",
            "change_reason",
            "late_reason",
        )
        export_order = fields

    def dehydrate_dimensions(self, version: ChoiceVersion) -> str:
        """Their names in the reader's language."""
        return ", ".join(version.dimension_labels())

    def get_queryset(self) -> Any:
        """With the names that a row shows."""
        return super().get_queryset().with_names()


class ProgressUpdateResource(SafeResource):
    """Progress updates, for export."""

    agreement = fields.Field("choice__participant__agreement__code", "agreement")
    participant = fields.Field("choice__participant__local_government__code", "participant")
    name_th = fields.Field("choice__participant__designation__name_th", "name_th")
    pathway = fields.Field("choice__pathway__number", "pathway")
    period = fields.Field("period__number", "period")

    class Meta(SafeResource.Meta):
        model = ProgressUpdate
        fields = (
            "agreement",
            "participant",
            "name_th",
            "pathway",
            "period",
            "state",
            "nothing_changed",
            "done",
            "result",
            "obstacles",
            "next_step",
            "percent",
            "late_reason",
            "submitted_at",
            "reviewed_at",
        )
        export_order = fields

    def get_queryset(self) -> Any:
        """With the names that a row shows."""
        return super().get_queryset().with_names()
