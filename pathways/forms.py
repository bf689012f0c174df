"""Forms of choices, plans and progress updates. Their values go to services; none of them saves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import floatformat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mou_portal.editing import RevisionForm
from mou_portal.uploads import ACCEPT
from participants.access import access_of
from participants.models import Agreement, Participant, User
from pathways.models import ChoiceVersion, Dimension, Indicator, Milestone, Pathway, PathwayChoice, ProgressUpdate
from pathways.models.progress import PARAGRAPHS, paragraph_label
from pathways.permissions import can_choose
from pathways.services import Account, Declaration, ReviewNote, needs_late_reason, open_paragraphs

#: Evidence that one sending may carry.
MAX_FILES = 10


class FilesInput(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several uploads at once; cleans to a list, empty when nothing was chosen."""

    widget = FilesInput(attrs={"accept": ACCEPT})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = [one for one in (data if isinstance(data, (list, tuple)) else [data]) if one]
        if len(given) > MAX_FILES:
            raise forms.ValidationError(
                _("Send at most %(most)d files at once; add the others afterwards."), params={"most": MAX_FILES}
            )
        return [super(FilesField, self).clean(one, initial) for one in given]


class LateReasonMixin(forms.Form):
    """Asks for the reason of an entry outside the agreement's period (clause 3), only where one is needed."""

    def ask_late_reason(self, agreement: Agreement, *, always: bool = False) -> None:
        """Keep the field when today lies outside the period (or ``always``); otherwise take it off the form."""
        if not always and not needs_late_reason(agreement, timezone.localdate()):
            del self.fields["late_reason"]
            return
        self.fields["late_reason"].widget.attrs["rows"] = 2
        self.fields["late_reason"].help_text = _(
            "Today lies outside the agreement's period. Say why this is entered now (clause 3)."
        )


class ChoiceForm(LateReasonMixin, RevisionForm):
    """An open version of a choice: what the participant declares."""

    dimensions = forms.MultipleChoiceField(
        label=_("Smart-city dimensions"),
        choices=Dimension.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Tick each dimension that this choice touches."),
    )
    document = forms.FileField(
        label=_("Authorising document"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("A scan or photo of the letter or resolution. PDF, PNG, JPEG, WebP, DOCX, XLSX or PPTX."),
    )

    class Meta:
        model = ChoiceVersion
        fields = (
            "change_reason",
            "chosen_on",
            "reason",
            "expected_result",
            "dimensions",
            "document_number",
            "document_date",
            "signed_by",
            "late_reason",
        )
        widgets = {
            "reason": forms.Textarea(attrs={"rows": 4}),
            "expected_result": forms.Textarea(attrs={"rows": 4}),
            "change_reason": forms.Textarea(attrs={"rows": 3}),
        }

    field_order = (
        "participant",
        "pathway",
        "change_reason",
        "chosen_on",
        "reason",
        "expected_result",
        "dimensions",
        "document",
        "document_number",
        "document_date",
        "signed_by",
        "late_reason",
    )

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agreement = agreement
        if self.instance.number is None or self.instance.number == 1:
            del self.fields["change_reason"]
        else:
            self.fields["change_reason"].required = True
        self.ask_late_reason(agreement)

    def clean_chosen_on(self) -> Any:
        """A day that has come."""
        day = self.cleaned_data["chosen_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(
                _("The day of the choice lies in the future. Give the day on which it was decided.")
            )
        return day

    def clean(self) -> dict[str, Any]:
        """A day of choice outside the agreement's period needs a reason (clause 3)."""
        cleaned = super().clean() or self.cleaned_data
        day = cleaned.get("chosen_on")
        if day and needs_late_reason(self.agreement, day) and not cleaned.get("late_reason"):
            if "late_reason" in self.fields:
                self.add_error(
                    "late_reason", _("Give the reason: the day of the choice lies outside the agreement's period.")
                )
            else:
                self.add_error("chosen_on", _("This day lies outside the agreement's period (clause 3)."))
        return cleaned

    @property
    def declaration(self) -> Declaration:
        """What was declared, for the service."""
        data = self.cleaned_data
        return Declaration(
            chosen_on=data["chosen_on"],
            reason=data["reason"],
            expected_result=data["expected_result"],
            dimensions=tuple(data["dimensions"]),
            document_number=data["document_number"],
            document_date=data["document_date"],
            signed_by=data["signed_by"],
            late_reason=data.get("late_reason", ""),
        )


class ChoiceStartForm(ChoiceForm):
    """The first version of a choice: for which participant, and which of the six pathways."""

    participant = forms.ModelChoiceField(label=_("Organisation"), queryset=Participant.objects.none())
    pathway = forms.ModelChoiceField(
        label=_("Pathway"), queryset=Pathway.objects.none(), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, agreement: Agreement, user: User, **kwargs: Any) -> None:
        super().__init__(*args, agreement=agreement, **kwargs)
        own = Participant.objects.filter(pk__in=access_of(user).coordinates, agreement=agreement).with_names()
        self.user = user
        place, pathway = self.fields["participant"], self.fields["pathway"]
        place.queryset = own  # type: ignore[attr-defined]  # a ModelChoiceField
        pathway.queryset = agreement.pathways.all()  # type: ignore[attr-defined]  # a ModelChoiceField
        known = list(own[:2])
        if len(known) == 1:
            place.initial, place.widget = known[0].pk, forms.HiddenInput()
            if not self.is_bound:  # a form sent twice still names what its first sending chose
                taken = PathwayChoice.objects.filter(participant=known[0]).values("pathway_id")
                pathway.queryset = pathway.queryset.exclude(pk__in=taken)  # type: ignore[attr-defined]  # as above

    def clean_participant(self) -> Participant:
        """One of the person's own."""
        participant: Participant = self.cleaned_data["participant"]
        if not can_choose(self.user, participant):
            raise forms.ValidationError(_("Choose your own organisation."))
        return participant


class ReasonForm(forms.Form):
    """A reason that goes with a step, for example why a choice changes or ends."""

    note = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)


class MilestoneForm(RevisionForm):
    """A step of a choice's plan."""

    class Meta:
        model = Milestone
        fields = ("title", "due_on", "weight", "done_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weight"].help_text = _("1 to 100; a step with weight 2 counts twice as much as one with weight 1.")
        self.fields["done_on"].help_text = _("Counts once a report that covers this day is accepted.")

    def clean_done_on(self) -> Any:
        """A day that has come."""
        day = self.cleaned_data["done_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("A milestone cannot be done on a day that has not come."))
        return day


class IndicatorForm(RevisionForm):
    """What a choice is measured by."""

    class Meta:
        model = Indicator
        fields = ("name", "unit", "baseline", "target", "weight")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = _("What is counted or measured, for example “households with a water sensor”.")
        self.fields["unit"].help_text = _("For example: households, percent, kilograms a day.")
        self.fields["baseline"].help_text = _("How it stood at the beginning.")
        self.fields["target"].help_text = _("How it is to stand in the end; it may lie below the baseline.")
        self.fields["weight"].help_text = _("1 to 100, on the same scale as the milestones' weights.")


class UpdateForm(LateReasonMixin, RevisionForm):
    """A progress report: at most five things to fill in, and a percentage.

    After a return with notes on paragraphs only those paragraphs are open. ``submitting`` demands what a submission
    needs; a draft may be half empty.
    """

    attachments = FilesField(
        label=_("Files"), required=False, help_text=_("Photos or documents that show it. Several at once are fine.")
    )

    class Meta:
        model = ProgressUpdate
        fields = ("done", "result", "obstacles", "next_step", "percent", "late_reason")
        widgets = {
            "done": forms.Textarea(attrs={"rows": 4}),
            "result": forms.Textarea(attrs={"rows": 3}),
            "obstacles": forms.Textarea(attrs={"rows": 2}),
            "next_step": forms.Textarea(attrs={"rows": 2}),
            "percent": forms.NumberInput(attrs={"min": 0, "max": 100, "step": 1, "inputmode": "numeric"}),
        }

    field_order = ("done", "result", "obstacles", "next_step", "attachments", "percent", "late_reason")

    def __init__(self, *args: Any, agreement: Agreement, submitting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.submitting = submitting
        opened = open_paragraphs(self.instance)
        if opened:  # a row that was handed in meanwhile keeps its fields open, so that typed text comes back
            for name in PARAGRAPHS:
                self.fields[name].disabled = name not in opened
        self.ask_values("percent" in opened or not opened)
        self.fields["percent"].help_text = _("Your estimate for the whole pathway, 0 to 100.")
        self.fields["percent"].widget.attrs["data-slider"] = _("Slider for the progress")  # static/js/slider.js
        self.ask_late_reason(agreement)

    def ask_values(self, changeable: bool) -> None:
        """Ask for a value of each indicator of the choice, where the period asks for them; two queries."""
        self.indicators = list(self.instance.choice.indicators.all()) if self.instance.period.asks_indicators else []
        known = {one.indicator_id: one.value for one in self.instance.indicator_values.all()} if self.indicators else {}
        for one in self.indicators:
            self.fields[f"indicator_{one.pk}"] = forms.DecimalField(
                label=str(one),
                required=False,
                disabled=not changeable,
                max_digits=16,
                decimal_places=3,
                initial=known.get(one.pk),
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
                help_text=_("From %(baseline)s at the beginning to %(target)s. Leave it empty if it was not measured.")
                % {"baseline": floatformat(one.baseline, "-3"), "target": floatformat(one.target, "-3")},
            )

    def clean(self) -> dict[str, Any]:
        """A submission says what was done, and why it comes outside the agreement's period."""
        cleaned = super().clean() or self.cleaned_data
        if self.submitting:
            if "done" in cleaned and not cleaned["done"].strip() and not self.instance.nothing_changed:
                self.add_error("done", _("Say what was done before you submit."))
            if "late_reason" in self.fields and not cleaned.get("late_reason", "").strip():
                self.add_error(
                    "late_reason", _("Give the reason: today lies outside the agreement's period (clause 3).")
                )
        return cleaned

    @property
    def account(self) -> Account:
        """What was reported, for the service."""
        data = self.cleaned_data
        return Account(
            done=data["done"],
            result=data["result"],
            obstacles=data["obstacles"],
            next_step=data["next_step"],
            percent=data["percent"],
            late_reason=data.get("late_reason", self.instance.late_reason),
            values={one.pk: data[f"indicator_{one.pk}"] for one in self.indicators},
        )


class ReviewForm(forms.Form):
    """Accept or return a report; notes may be tied to paragraphs."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "data-key": "r"}),  # the key that leads here (static/js/review.js)
    )

    def __init__(self, *args: Any, returning: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.returning = returning
        for name in PARAGRAPHS:
            label = paragraph_label(name)
            self.fields[f"on_{name}"] = forms.CharField(
                label=_("Note on “%(paragraph)s”") % {"paragraph": label},
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def clean(self) -> dict[str, Any]:
        """A return says what has to be changed."""
        cleaned = super().clean() or self.cleaned_data
        if self.returning and not any(text.strip() for text in cleaned.values()):
            self.add_error("note", _("Say what has to be changed."))
        return cleaned

    @property
    def review(self) -> ReviewNote:
        """The notes, for the service."""
        data = self.cleaned_data
        return ReviewNote(data["note"], {name: data[f"on_{name}"] for name in PARAGRAPHS if data[f"on_{name}"]})
