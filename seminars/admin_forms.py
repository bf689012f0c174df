"""Forms of the admin site: they ask the services' questions before anything is stored."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mou_portal.admin import NamedFormSet
from mou_portal.records import DomainError
from participants.models import Participant
from seminars.forms import possible_visitors
from seminars.models import (
    ArrangedBy,
    Attendance,
    AttendanceState,
    FieldVisit,
    Seminar,
    SeminarSession,
    SeminarState,
    VisitParticipant,
)
from seminars.services import check_clash, check_parts, check_period


class OpenedForm(forms.ModelForm):
    """A form that knows on which revision it was opened, so that nobody's change is overwritten unseen."""

    opened = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "opened" in self.fields:  # a page that only shows the row has no fields
            self.fields["opened"].initial = self.instance.revision

    @property
    def expected_revision(self) -> int:
        """The revision on which the person began."""
        return self.cleaned_data.get("opened") or self.instance.revision

    def clean(self) -> dict[str, Any]:
        """Say so when the row was changed since; a second save then replaces it knowingly."""
        cleaned: dict[str, Any] = super().clean() or {}
        opened = cleaned.get("opened")
        if self.instance.pk and opened and opened != self.instance.revision:
            self.add_error(
                None, _("Somebody changed this while you were writing. Compare, then save again to replace it.")
            )
            sent: Any = self.data
            self.data = sent.copy()
            self.data[self.add_prefix("opened")] = str(self.instance.revision)  # type: ignore[index]  # a copy is open
        return cleaned

    def ask(self, question: Any, field: str | None = None) -> None:
        """Run a service's check and show its refusal beside the field."""
        try:
            question()
        except DomainError as error:
            self.add_error(field, str(error))


class SeminarForm(OpenedForm):
    """A seminar; a date outside its agreement's period (clause 3) or at another seminar's time needs its reason."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        agreement = cleaned.get("agreement")
        days = [cleaned.get("starts_on"), cleaned.get("ends_on")]
        if agreement:
            reason = cleaned.get("outside_period_reason", "")
            self.ask(lambda: check_period(agreement, *days, reason=reason), "outside_period_reason")
            probe: Any = Seminar(pk=self.instance.pk, agreement=agreement)
            probe.starts_on, probe.ends_on = days
            self.ask(lambda: check_clash(probe, reason=cleaned.get("clash_reason", "")), "clash_reason")
        seats = cleaned.get("seats_per_participant")
        if self.instance.state == SeminarState.ANNOUNCED and seats is not None:
            before = (
                type(self.instance).objects.values_list("seats_per_participant", flat=True).get(pk=self.instance.pk)
            )
            if seats < before:
                self.add_error(
                    "seats_per_participant",
                    _("The seats were already announced: their number can be raised, not lowered."),
                )
        return cleaned


class SessionsFormSet(NamedFormSet):
    """Sessions of a seminar: on its days, and no two at the same time in one room."""

    model = SeminarSession

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        start, end = self.instance.starts_on, self.instance.ends_on
        for number, one in enumerate(kept):
            if start and end and not start <= one["day"] <= end:
                raise forms.ValidationError(
                    _("The session “%(title)s” lies outside the seminar's days."), params={"title": one["title"]}
                )
            for other in kept[:number]:
                if _same_room(one, other):
                    raise forms.ValidationError(
                        _("“%(one)s” and “%(other)s” are in the same room at the same time."),
                        params={"one": other["title"], "other": one["title"]},
                    )


def _same_room(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two sessions with hours meet in one room."""
    hours = [one.get("starts_at"), one.get("ends_at"), other.get("starts_at"), other.get("ends_at")]
    rooms = {(each.get("room") or "").strip() for each in (one, other)}
    if "" in rooms or len(rooms) > 1 or one["day"] != other["day"] or not all(hours):
        return False
    return one["starts_at"] < other["ends_at"] and other["starts_at"] < one["ends_at"]


class SeatAdminForm(OpenedForm):
    """A seat's delegate."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("on_behalf_of") and not cleaned.get("delegate_name"):
            self.add_error("delegate_name", _("Give both the substitute's name and whose place it is."))
        return cleaned


class AttendanceForm(OpenedForm):
    """A mark on a roll."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        seat = cleaned.get("seat") or (self.instance.seat if self.instance.pk else None)
        session = cleaned.get("session") or (self.instance.session if self.instance.pk else None)
        if seat and session:
            if seat.seminar_id != session.seminar_id:
                self.add_error("session", _("The seat and the session belong to different seminars."))
            elif session.seminar.state != SeminarState.ANNOUNCED:
                self.add_error("session", _("A roll is taken while the seminar is announced."))
        if cleaned.get("state") == AttendanceState.EXCUSED and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("An excuse needs its reason."))
        return cleaned

    class Meta:
        model = Attendance
        fields = ("seat", "session", "state", "attended_by", "reason")


class PresentationEntryForm(OpenedForm):
    """A presentation that a party handed in on paper or by letter."""

    upload = forms.FileField(label=_("Slides"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        participant, seminar, choice = cleaned.get("participant"), cleaned.get("seminar"), cleaned.get("choice")
        if participant and seminar and seminar.agreement_id != participant.agreement_id:
            self.add_error("seminar", _("The seminar belongs to another agreement."))
        if participant and choice and choice.participant_id != participant.pk:
            self.add_error("choice", _("The pathway choice belongs to another participant."))
        return cleaned


class VisitForm(OpenedForm):
    """A field visit. ``visited`` names the participants when it is entered; weights follow on its own page."""

    visited = forms.ModelMultipleChoiceField(
        label=_("participants"), queryset=Participant.objects.all(), required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        agreement = cleaned.get("agreement") or (self.instance.agreement if self.instance.pk else None)
        if agreement:
            days = [cleaned.get("wished_on"), cleaned.get("visit_on")]
            reason = cleaned.get("outside_period_reason", "")
            self.ask(lambda: check_period(agreement, *days, reason=reason), "outside_period_reason")
        if agreement and set(cleaned.get("visitors") or ()) - set(possible_visitors(agreement.pk)):
            self.add_error("visitors", _("A visitor has no role as adviser or researcher in this agreement."))
        if not self.instance.pk and agreement:
            probe = FieldVisit(agreement=agreement)
            self.ask(lambda: check_parts(probe, dict.fromkeys(cleaned.get("visited") or (), 1)), "visited")
        arranged_by = cleaned.get("arranged_by") or self.instance.arranged_by
        scheduled = (not self.instance.pk and arranged_by == ArrangedBy.INSTITUTE) or self.instance.state == "scheduled"
        if scheduled and not cleaned.get("visit_on"):
            self.add_error("visit_on", _("Give the day of the visit."))
        return cleaned


class PartsFormSet(NamedFormSet):
    """The participants of a visit: at least one, all of the visit's agreement."""

    model = VisitParticipant

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        try:
            check_parts(self.instance, {part["participant"]: part["weight"] for part in kept})
        except DomainError as error:
            raise forms.ValidationError(str(error)) from error
