"""Forms around the lines: decisions for a class, overrides, moves, the payer rule, settings, budgets and sheets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from expenses.cost_facts import VOCABULARY
from expenses.facts import FACT_CHOICES, FACT_LABELS
from expenses.forms.lines import PartiesMixin, RulingForm, activities_of
from expenses.models import Category, CostSettings, ExpenseLine, PayerKind, RuleTable
from expenses.payer import ANY
from mou_portal.editing import RevisionForm
from mou_portal.exchange import upload_limit
from mou_portal.thai.forms import AmountField, ThaiDateField
from seminars.models import FieldVisit, Seminar

PAYERS = [(kind.value, kind.label) for kind in (PayerKind.INSTITUTE, PayerKind.LOCAL_GOVERNMENT)]


class ClassDecisionForm(forms.Form):
    """A decision for every undecided line of a class."""

    payer = forms.ChoiceField(label=_("Who must pay"), choices=PAYERS, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It stands with your name on each line, and in the agenda for the next memorandum."),
    )
    standing = forms.BooleanField(
        label=_("Also for lines of this class that are entered later"),
        required=False,
        help_text=_("Until somebody ends it on the list of decisions."),
    )


class OverrideForm(RulingForm):
    """A proposal to set a decided line aside; a second person confirms it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("It stands on the statement, with your name and that of the second person.")


class MoveForm(PartiesMixin, forms.Form):
    """The activity that an approved line really belongs to, and why."""

    activity = forms.ChoiceField(label=_("Seminar or field visit"))
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, line: ExpenseLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agreement = line.agreement
        activity: Any = self.fields["activity"]
        activity.choices = [("", "---------"), *activities_of(line.agreement)]
        self.ask_parties(line.agreement, dict(line.parties.values_list("participant_id", "weight")))

    def clean(self) -> dict[str, Any]:
        """Finds the activity among those of the agreement."""
        cleaned = super().clean()
        kind, _dash, key = cleaned.get("activity", "").partition("-")
        rows: Any = {"seminar": Seminar.objects, "visit": FieldVisit.objects}.get(kind)
        self.activity = rows.filter(agreement=self.agreement, pk=key).first() if rows else None
        return cleaned


class CostSettingsForm(RevisionForm):
    """Approvers above an amount, and whether coordinators enter their own costs."""

    class Meta:
        model = CostSettings
        fields = ("several_above", "approvers", "coordinators_enter")


class BudgetForm(forms.Form):
    """What is planned for a party, category by category."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for category, label in Category.choices:
            self.fields[category] = AmountField(
                label=label, required=False, max_digits=14, decimal_places=2, min_value=0
            )


class SheetForm(forms.Form):
    """A spreadsheet of expenses to look at before it is taken over."""

    file = forms.FileField(
        label=_("Spreadsheet"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=_("Excel (.xlsx) or CSV in UTF-8, at most 500 rows. Nothing is written before you say so."),
    )

    def clean_file(self) -> UploadedFile:
        """A file that is not larger than what the portal reads."""
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is not None and file.size > upload_limit():
            raise forms.ValidationError(_("The file is too large; split it."))
        return file


class RuleTableForm(forms.Form):
    """From when a new version of the payer rule applies, what it is read from, and the words of its silence.

    Not a form of the model: the rows come beside it, and the service asks the model about the whole version.
    """

    applies_from = ThaiDateField(
        label=_("Applies from"), required=False, help_text=_("For what is spent on this day or later.")
    )
    basis: Any = forms.fields_for_model(RuleTable, ["basis"])["basis"]
    silent_th = forms.CharField(label=_("Where the rule is silent (Thai)"), max_length=500)
    silent_en = forms.CharField(label=_("Where the rule is silent (English)"), max_length=500)


class RuleRowForm(forms.Form):
    """One row of the rule: conditions (nothing ticked: always), who pays, by which clause, and why."""

    activity = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    venue = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    arranged_by = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    whose_cost = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    category = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    payer = forms.ChoiceField(label=_("Who must pay"), choices=[("", "---------"), *PAYERS], required=False)
    clause = forms.CharField(label=_("Clause"), max_length=20, required=False)
    reason_th = forms.CharField(label=_("Reason (Thai)"), max_length=500, required=False)
    reason_en = forms.CharField(label=_("Reason (English)"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in FACT_CHOICES.items():
            field: Any = self.fields[name]
            field.choices = choices
            field.label = FACT_LABELS[name]

    @property
    def row(self) -> dict[str, Any] | None:
        """The row as the rule writes it, without its number; ``None`` for a row without a payer: it is left out."""
        said = self.cleaned_data
        if not said.get("payer"):
            return None
        conditions = {name: said[name] or ANY for name in VOCABULARY}
        return conditions | {name: said[name] for name in ("payer", "clause", "reason_th", "reason_en")}
