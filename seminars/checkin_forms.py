"""Forms of check-in lists and of the door."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mou_portal.editing import RevisionForm
from mou_portal.exchange import upload_limit
from mou_portal.thai.forms import ThaiDateField
from mou_portal.uploads import ACCEPT
from seminars.models import CheckInList, ListKind, Seminar, SeminarSession


class CheckInListForm(RevisionForm):
    """A list at a seminar. One for a session names its session; there is one for each session at most."""

    class Meta:
        model = CheckInList
        fields = ["kind", "session", "title", "records_exit", "self_checkin", "late_after", "is_open"]

    def __init__(self, *args: Any, seminar: Seminar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = CheckInList.objects.filter(seminar=seminar, session__isnull=False).exclude(pk=self.instance.pk)
        sessions: Any = self.fields["session"]
        sessions.queryset = SeminarSession.objects.filter(seminar=seminar).exclude(pk__in=taken.values("session"))
        sessions.help_text = _("For a list of the kind “session”: checking in there fills its roll.")
        self.fields["title"].help_text = _("For example “Lunch, first day” or “Bus to the field”.")

    def clean(self) -> dict[str, Any]:
        """A session goes with the kind “session”, and with no other."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("kind") == ListKind.SESSION and not cleaned.get("session"):
            self.add_error("session", _("Choose the session that the list is for."))
        elif cleaned.get("kind") != ListKind.SESSION:
            cleaned["session"] = None
        return cleaned


class SendingForm(forms.Form):
    """What a phone sends: a code or a seat, when it happened, and the key that makes it count once."""

    key = forms.UUIDField()
    code = forms.CharField(max_length=500, required=False)
    seat = forms.IntegerField(min_value=1, max_value=2**62, required=False)
    came = forms.CharField(max_length=200, required=False)
    at = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%SZ"])
    leaving = forms.BooleanField(required=False)
    typed = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Something to check in must be said."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("code") and not cleaned.get("seat"):
            raise forms.ValidationError(_("Scan or type a code, or choose a seat."))
        return cleaned


class DigitsForm(forms.Form):
    """The digits on the screen, typed by a delegate."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    digits = forms.CharField(
        label=_("The six digits on the screen"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-not-kept": ""}),
    )


class MaterialForm(forms.Form):
    """A file for the delegates."""

    title = forms.CharField(label=_("Title"), max_length=200)
    upload = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("PDF, pictures, DOCX, XLSX or PPTX."),
    )
    is_public = forms.BooleanField(
        label=_("Public: whoever has the link may download it, without an account"), required=False
    )


class PhotoForm(forms.Form):
    """The photograph of a signed sheet."""

    upload = forms.FileField(label=_("Photograph or scan of the signed sheet"))


class CopyForm(forms.Form):
    """When the copy of a seminar begins, with the reasons that unusual dates need."""

    starts_on = ThaiDateField(label=_("first day of the new seminar"))
    outside_period_reason = forms.CharField(
        label=_("reason for a date outside the agreement's period"), max_length=1000, required=False
    )
    clash_reason = forms.CharField(
        label=_("reason for holding it at the same time as another seminar"), max_length=1000, required=False
    )


class NameListForm(forms.Form):
    """A spreadsheet of names."""

    names = forms.FileField(
        label=_("List of names"), widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}), help_text=_(".xlsx or .csv")
    )

    def clean_names(self) -> bytes:
        """Its content, within the limit of uploads; the file's name is kept beside it."""
        limit = upload_limit()
        upload = self.cleaned_data["names"]
        self.cleaned_data["filename"] = upload.name or ""
        content: bytes = upload.read(limit + 1)
        if len(content) > limit:
            raise forms.ValidationError(
                _("The file is too large: at most %(limit)d MB."), params={"limit": limit // 2**20}
            )
        return content
