"""Spreadsheets of rolls."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export import fields

from mou_portal.exchange import SafeResource
from mou_portal.records import DomainError
from seminars.models import Attendance, AttendanceState, Seat, SeminarSession
from seminars.services import Mark, record_attendance


class AttendanceResource(SafeResource):
    """A roll: each line names seminar (its number), participant (code), seat and session (their numbers).

    ``named`` is the seat and the session of the line in hand. An import writes through
    :func:`seminars.services.record_attendance`, so that a line sent twice is one mark.
    """

    seminar = fields.Field("session__seminar_id", "seminar", readonly=True)
    participant = fields.Field("seat__participant__local_government__code", "participant", readonly=True)
    seat = fields.Field("seat__number", "seat", readonly=True)
    session = fields.Field("session__order", "session", readonly=True)
    state = fields.Field("state", "state")

    class Meta(SafeResource.Meta):
        model = Attendance
        fields = ("seminar", "participant", "seat", "session", "state", "reason", "attended_by")
        import_id_fields = ("seminar", "participant", "seat", "session")

    def get_queryset(self) -> Any:
        """Marks with what their natural key is made of."""
        return super().get_queryset().select_related("session__seminar", "seat__participant__local_government")

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Find the seat and the session that a line names; refuse a line that names none."""
        try:
            seminar, number, order = (int(str(row.get(key) or "").strip()) for key in ("seminar", "seat", "session"))
        except ValueError as error:
            raise ValidationError(_("Seminar, seat and session are whole numbers.")) from error
        code = str(row.get("participant") or "").strip()
        seat = Seat.objects.filter(seminar_id=seminar, participant__local_government__code=code, number=number).first()
        session = SeminarSession.objects.filter(seminar_id=seminar, order=order).select_related("seminar").first()
        if seat is None:
            raise ValidationError(
                _("Seminar %(seminar)s has no seat %(seat)s of “%(code)s”.")
                % {"seminar": seminar, "seat": number, "code": code}
            )
        if session is None:
            raise ValidationError(
                _("Seminar %(seminar)s has no session %(session)s.") % {"seminar": seminar, "session": order}
            )
        self.named = (seat, session)
        said = str(row.get("state") or "").strip()
        words = {str(label): value for value, label in AttendanceState.choices}
        row["state"] = words.get(said, said)

    def get_instance(self, instance_loader: Any, row: dict[str, Any]) -> Attendance | None:
        """The mark that is there already, by its natural key."""
        seat, session = self.named
        return self.get_queryset().filter(seat=seat, session=session).first()

    def import_instance(self, instance: Attendance, row: dict[str, Any], **kwargs: Any) -> None:
        """Fill the mark."""
        instance.seat, instance.session = self.named
        if instance._state.adding:
            instance.recorded_by = self.user
        super().import_instance(instance, row, **kwargs)
        instance.reason = instance.reason or ""
        instance.attended_by = instance.attended_by or ""

    def do_instance_save(self, instance: Attendance, is_create: bool) -> None:
        """Store the mark by the same service as the roll's page."""
        mark = Mark(instance.state, instance.reason, instance.attended_by)
        try:
            record_attendance(session=instance.session, marks={instance.seat_id: mark}, user=self.user)
        except DomainError as error:
            raise ValidationError(str(error)) from error
        instance.pk = Attendance.objects.values_list("pk", flat=True).get(seat=instance.seat, session=instance.session)
