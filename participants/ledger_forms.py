"""Forms of the ledger: duties by hand, proofs and waivers. Their values go to services; none of them saves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mou_portal.editing import RevisionForm
from mou_portal.records import DomainError
from mou_portal.thai.forms import ThaiDateField
from mou_portal.uploads import ACCEPT
from participants.files import store_upload
from participants.models import Agreement, Clause, Duty, Participant, StoredFile

#: Up to this many parties each have a box to tick; more are named by their codes.
MOST_BOXES = 60


def upload_field(label: Any = "") -> forms.FileField:
    """A field for one file, if there is one, of the kinds that the portal takes."""
    return forms.FileField(label=label or _("File"), required=False, widget=forms.FileInput(attrs={"accept": ACCEPT}))


class UploadMixin(forms.Form):
    """A form with a field ``upload``; :meth:`stored` keeps its file, or puts the refusal on the field."""

    def stored(self, user: Any) -> StoredFile | None:
        """The stored file, if one was sent and accepted. Ask :attr:`errors` afterwards."""
        upload = self.cleaned_data.get("upload")
        if not upload:
            return None
        try:
            return store_upload(upload=upload, user=user)
        except DomainError as error:
            self.add_error("upload", str(error))
            return None


class DayForm(forms.Form):
    """Asks for a past day of the ledger, in boxes or as a whole date in the address."""

    day = ThaiDateField(label=_("As on the day"), required=False)


class DutyForm(RevisionForm):
    """A duty by hand. Which parties it obliges is said when it is made, and stays."""

    class Meta:
        model = Duty
        fields = ["clause", "obliged", "title_th", "title_en", "added_on", "due_on"]

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clause"].queryset = Clause.objects.filter(agreement=agreement).order_by("order")
        if self.instance.pk:
            del self.fields["obliged"]
            return
        self.fields["added_on"].initial = timezone.localdate()
        parties = agreement.participants.with_names().order_by("order")
        self._by_code = {party.code: party for party in parties}
        if len(self._by_code) <= MOST_BOXES:
            self.fields["parties"] = forms.MultipleChoiceField(
                label=_("Parties obliged"),
                required=False,
                choices=[(code, str(party)) for code, party in self._by_code.items()],
                widget=forms.CheckboxSelectMultiple,
                help_text=_("Tick none to oblige all of them."),
            )
        else:
            self.fields["parties"] = forms.CharField(
                label=_("Parties obliged"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
                help_text=_("Codes separated by “;”. Leave empty to oblige all of them."),
            )

    def clean_parties(self) -> list[Participant]:
        """The parties by their codes."""
        said = self.cleaned_data["parties"]
        codes = [part.strip() for part in said.split(";") if part.strip()] if isinstance(said, str) else said
        unknown = [code for code in codes if code not in self._by_code]
        if unknown:
            raise forms.ValidationError(_("No party has the code %(codes)s.") % {"codes": ", ".join(unknown)})
        return [self._by_code[code] for code in codes]

    def clean(self) -> dict[str, Any]:
        """It is due on or after the day from which it holds."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("due_on") and cleaned.get("added_on") and cleaned["due_on"] < cleaned["added_on"]:
            self.add_error("due_on", _("The day on which it is due is before the day from which it holds."))
        return cleaned


class ProofForm(UploadMixin):
    """What proves a duty by hand: a sentence, a day, perhaps a file."""

    label = forms.CharField(label=_("What proves it"), max_length=300)
    proved_on = ThaiDateField(label=_("Day of the proof"))
    upload = upload_field()


class WaiverForm(UploadMixin):
    """Why a party need not fulfil a duty, and who signed for it."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    signed_by = forms.CharField(label=_("Signed by (name and position)"), max_length=200)
    signed_on = ThaiDateField(label=_("Signed on"), help_text=_("The duty is waived from this day on."))
    document_number = forms.CharField(label=_("Document number"), max_length=60, required=False)
    upload = upload_field(_("The signed document"))
