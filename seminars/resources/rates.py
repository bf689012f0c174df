"""The rate table as a spreadsheet. Days may be typed in either era."""

from __future__ import annotations

from typing import Any

from import_export import fields, widgets

from mou_portal.exchange import SafeResource
from participants.models import Agreement
from pathways.resources import EitherEraWidget
from seminars.models import Rate
from seminars.services import enter_rate, save_rate


class RateResource(SafeResource):
    """Rates, found by what they are for and the day from which they hold."""

    agreement = fields.Field("agreement", "agreement", widgets.ForeignKeyWidget(Agreement, "code"))
    valid_from = fields.Field("valid_from", "valid_from", EitherEraWidget())
    valid_to = fields.Field("valid_to", "valid_to", EitherEraWidget())

    class Meta(SafeResource.Meta):
        model = Rate
        fields = ("agreement", "kind", "unit", "name", "amount", "meaning", "source", "valid_from", "valid_to")
        export_order = fields
        import_id_fields = ("agreement", "kind", "unit", "name", "valid_from")

    def get_queryset(self) -> Any:
        """With the agreement, whose code each line shows."""
        return super().get_queryset().select_related("agreement")

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """An empty cell is an empty name, so that the line finds the rate it means."""
        row["name"] = str(row.get("name") or "").strip()

    def do_instance_save(self, instance: Rate, is_create: bool) -> None:
        """Store by the same services as the rate's page."""
        if is_create:
            enter_rate(rate=instance, user=self.user)
        else:
            save_rate(rate=instance, expected=instance.revision, user=self.user)
