"""Forms of an agreement's life. Their values go to services; none of them saves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mou_portal.editing import RevisionForm
from mou_portal.thai.forms import ThaiDateField
from participants.amending import CLAUSE_FIELDS, FIELDS
from participants.models import Agreement, Amendment, LocalGovernment, Obliged, Participant
from participants.services.agreements import NextPhase

#: More parties than this are all taken over: nobody ticks thousands of boxes.
MOST_BOXES = 60


class SignForm(forms.Form):
    """The day on which an agreement or an amendment was signed."""

    signed_on = ThaiDateField(label=_("Signed on"))


class SignAgreementForm(SignForm):
    """The day of signing of a draft, and whether everybody signed on it."""

    parties_signed = forms.BooleanField(
        label=_("Every party signed on this day"), required=False, help_text=_("Other days are entered at each party.")
    )


class AmendmentStartForm(forms.Form):
    """What an amendment is called."""

    title_th = forms.CharField(label=_("Title (Thai)"), max_length=300)
    title_en = forms.CharField(label=_("Title (English)"), max_length=300, required=False)


class AmendmentForm(RevisionForm):
    """The copy of the agreement itself; its clauses are :data:`ClauseFormSet`."""

    starts_on = ThaiDateField(label=_("In force from"), required=False)
    ends_on = ThaiDateField(label=_("In force until"))
    short_title_th = forms.CharField(label=_("Short title (Thai)"), max_length=120)
    short_title_en = forms.CharField(label=_("Short title (English)"), max_length=120)
    agreement_title_th = forms.CharField(label=_("The agreement's title (Thai)"), max_length=500)
    agreement_title_en = forms.CharField(label=_("The agreement's title (English)"), max_length=500)

    class Meta:
        model = Amendment
        fields = ["title_th", "title_en", "summary"]

    #: Names of the copy's columns as boxes of this form, where an amendment has a column of that name itself.
    BOXES = {"title_th": "agreement_title_th", "title_en": "agreement_title_en"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in self.instance.proposed.get("fields", {}).items():
            self.fields[self.BOXES.get(name, name)].initial = value

    def copied_fields(self) -> dict[str, Any]:
        """The copy's fields as they were edited."""
        said = {name: self.cleaned_data[self.BOXES.get(name, name)] for name in FIELDS}
        return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in said.items()}


class ClauseForm(forms.Form):
    """One clause of the copy; one whose number is left empty is not there."""

    number = forms.CharField(label=_("Number"), max_length=20, required=False)
    label_th = forms.CharField(label=_("As people write it (Thai)"), max_length=60, required=False)
    label_en = forms.CharField(label=_("As people write it (English)"), max_length=60, required=False)
    title_th = forms.CharField(label=_("Short title (Thai)"), max_length=300, required=False)
    title_en = forms.CharField(label=_("Short title (English)"), max_length=300, required=False)
    obliged = forms.ChoiceField(label=_("Obliged"), choices=Obliged.choices, required=False)
    order = forms.IntegerField(label=_("Order"), min_value=0, max_value=30000, required=False)

    def clean(self) -> dict[str, Any]:
        """A clause with a number has everything else, too."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("number"):
            for name in CLAUSE_FIELDS:
                if cleaned.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, _("This field is required."))
        return cleaned


class BaseClauseFormSet(forms.BaseFormSet):  # type: ignore[type-arg]  # Django's own is generic in its stubs only
    """The clauses of the copy; two may not have one number."""

    def clean(self) -> None:
        numbers = [form.cleaned_data.get("number") for form in self.forms if form.is_valid()]
        given = [number for number in numbers if number]
        if len(given) != len(set(given)):
            raise forms.ValidationError(_("Two clauses have the same number."))

    def copied_clauses(self) -> dict[str, Any]:
        """The copy's clauses as they were edited."""
        return {
            form.cleaned_data["number"]: {name: form.cleaned_data[name] for name in CLAUSE_FIELDS}
            for form in self.forms
            if form.cleaned_data.get("number")
        }


ClauseFormSet = forms.formset_factory(ClauseForm, formset=BaseClauseFormSet, extra=2, max_num=200, validate_max=True)


class JoinForm(forms.Form):
    """A local government joins mid-way."""

    code = forms.CharField(
        label=_("Code of the organisation"), max_length=60, help_text=_("As in the list of local governments.")
    )
    joined_on = ThaiDateField(label=_("Joined on"))
    signed_on = ThaiDateField(label=_("Signed on"), required=False)
    signatory = forms.CharField(label=_("Signatory, as printed"), max_length=200, required=False)

    def clean_code(self) -> LocalGovernment:
        """The organisation with that code."""
        found = LocalGovernment.objects.filter(code=self.cleaned_data["code"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("No local government has this code. Add it in the admin site first."))
        return found


class LeaveForm(forms.Form):
    """A party withdraws mid-way."""

    left_on = ThaiDateField(label=_("Last day in the agreement"))
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class PhaseForm(forms.Form):
    """A new agreement made from this one."""

    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("Short, Latin letters; part of addresses."))
    phase = forms.IntegerField(label=_("Phase"), min_value=1, max_value=30000)
    title_th = forms.CharField(label=_("Title (Thai)"), max_length=500)
    title_en = forms.CharField(label=_("Title (English)"), max_length=500)
    short_title_th = forms.CharField(label=_("Short title (Thai)"), max_length=120)
    short_title_en = forms.CharField(label=_("Short title (English)"), max_length=120)
    starts_on = ThaiDateField(label=_("In force from"), required=False, help_text=_("Empty: from the day of signing."))
    ends_on = ThaiDateField(label=_("In force until"))
    people = forms.BooleanField(
        label=_("Coordinators, executives, advisers and researchers keep their roles"), required=False, initial=True
    )

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {
                "phase": agreement.phase + 1,
                **{name: getattr(agreement, name) for name in FIELDS if "title" in name},
            },
        )
        super().__init__(*args, **kwargs)
        self._parties = list(agreement.participants.with_names().filter(left_on=None).order_by("order"))
        if len(self._parties) <= MOST_BOXES:
            self.fields["parties"] = forms.MultipleChoiceField(
                label=_("Parties that go on"),
                required=False,
                choices=[(party.code, str(party)) for party in self._parties],
                initial=[party.code for party in self._parties],
                widget=forms.CheckboxSelectMultiple,
            )

    def clean_code(self) -> str:
        """A code that no agreement has yet."""
        code: str = self.cleaned_data["code"]
        if Agreement.objects.filter(code=code).exists():
            raise forms.ValidationError(_("Another agreement has this code."))
        return code

    @property
    def told(self) -> NextPhase:
        """What was said, for the service."""
        said = dict(self.cleaned_data)
        codes = said.pop("parties", None)
        parties: list[Participant] = [one for one in self._parties if codes is None or one.code in codes]
        return NextPhase(**said, parties=parties)
