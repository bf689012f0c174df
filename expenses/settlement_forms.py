"""Forms of settlements: for which period, who signs, which lines are disputed and why, what the institute answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from expenses.models import DisputeOutcome, LineDispute, SettlementLine
from mou_portal.thai.forms import AmountField, ThaiDateField
from mou_portal.uploads import ACCEPT
from participants.models import Agreement, Participant, User

#: More local governments than this are named by their code, not chosen from a list.
MOST_LISTED = 100


class DrawForm(forms.Form):
    """Whose statement, and for which period."""

    participant = forms.ModelChoiceField(Participant.objects.none(), label=_("Local government"))
    starts_on = ThaiDateField(label=_("From"))
    ends_on = ThaiDateField(label=_("Until"))
    note = forms.CharField(
        label=_("Note to the local government"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands on the statement."),
    )

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parties = agreement.participants.with_names().order_by("order")
        if parties.count() > MOST_LISTED:
            self.fields["participant"] = forms.ModelChoiceField(
                parties,
                label=_("Local government"),
                to_field_name="local_government__code",
                widget=forms.TextInput(attrs={"spellcheck": "false"}),
                help_text=_("Its code, for example krabi-pao."),
            )
        else:
            field: Any = self.fields["participant"]
            field.queryset = parties
        self.fields["starts_on"].initial = agreement.begins_on
        self.fields["ends_on"].initial = min(timezone.localdate(), agreement.ends_on)

    def clean(self) -> dict[str, Any]:
        """A period runs forward."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The period ends before it begins. Check both dates."))
        return cleaned


class SendForm(forms.Form):
    """By which day the local government is asked to sign."""

    answer_by = ThaiDateField(label=_("To be signed by"))

    def clean_answer_by(self) -> Any:
        """Not a day that is over."""
        day = self.cleaned_data["answer_by"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("The day to sign by lies in the past."))
        return day


class SignForm(forms.Form):
    """A signature: name and position as they stand on the statement, and the signer's word."""

    name = forms.CharField(label=_("Name of the person who signs"), max_length=150)
    position = forms.CharField(label=_("Position"), max_length=150)
    agreed = forms.BooleanField(
        label=_("I have read the statement and sign it as it stands."),
        error_messages={"required": _("Tick the box to sign.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = user.name_th
        self.fields["position"].initial = user.position_th


class DisputeForm(forms.Form):
    """A box for each line; those with a reason in it are disputed."""

    def __init__(self, *args: Any, lines: Sequence[SettlementLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            self.fields[f"reason_{line.pk}"] = forms.CharField(
                label=_("Why we dispute line %(number)d") % {"number": line.number},
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def clean(self) -> dict[str, Any]:
        """At least one reason."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.reasons:
            self.add_error(None, _("Write the reason beside at least one line, or sign the statement as it is."))
        return cleaned

    @property
    def reasons(self) -> dict[int, str]:
        """The reasons that were written, by line."""
        given = {line.pk: self.cleaned_data.get(f"reason_{line.pk}", "").strip() for line in self.lines}
        return {pk: reason for pk, reason in given.items() if reason}

    def rows(self) -> list[tuple[SettlementLine, forms.BoundField]]:
        """Each line with its box."""
        return [(line, self[f"reason_{line.pk}"]) for line in self.lines]


class AnswerForm(forms.Form):
    """The institute's answer to each disputed line."""

    def __init__(self, *args: Any, disputes: Sequence[LineDispute], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.disputes = list(disputes)
        for one in self.disputes:
            number = {"number": one.line.number}
            self.fields[f"outcome_{one.pk}"] = forms.ChoiceField(
                label=_("What becomes of line %(number)d") % number,
                choices=DisputeOutcome.choices,
                widget=forms.RadioSelect,
            )
            self.fields[f"answer_{one.pk}"] = forms.CharField(
                label=_("Answer on line %(number)d") % number,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    @property
    def answers(self) -> dict[int, tuple[str, str]]:
        """Outcome and text by dispute."""
        said = self.cleaned_data
        return {one.pk: (said[f"outcome_{one.pk}"], said[f"answer_{one.pk}"]) for one in self.disputes}

    def rows(self) -> list[tuple[LineDispute, forms.BoundField, forms.BoundField]]:
        """Each dispute with its two fields."""
        return [(one, self[f"outcome_{one.pk}"], self[f"answer_{one.pk}"]) for one in self.disputes]


class CorrectForm(forms.Form):
    """Why a new version, and which disputed lines it sets aside."""

    reason = forms.CharField(
        label=_("Reason for the correction"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands on the new version. The old one stays readable for both sides."),
    )

    def __init__(self, *args: Any, disputed: Sequence[SettlementLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if disputed:
            choices = [(str(line.pk), f"{line.number}. {line.description}") for line in disputed]
            self.fields["set_aside"] = forms.MultipleChoiceField(
                label=_("Set aside as in dispute"),
                choices=choices,
                required=False,
                initial=[str(line.pk) for line in disputed if line.dispute_reason],
                widget=forms.CheckboxSelectMultiple,
                help_text=_(
                    "The new version lists these lines with the local government's reason and leaves them out."
                ),
            )

    @property
    def set_aside(self) -> list[int]:
        """The lines that were ticked."""
        return [int(pk) for pk in self.cleaned_data.get("set_aside", [])]


class PaymentForm(forms.Form):
    """Money that went from one side to the other, with its slip."""

    amount = AmountField(label=_("Amount (baht)"), max_digits=14, decimal_places=2)
    paid_on = ThaiDateField(label=_("Paid on"))
    reference = forms.CharField(
        label=_("Reference"), required=False, max_length=100, help_text=_("For example the number of the transfer.")
    )
    upload = forms.FileField(
        label=_("Slip"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("A photo or scan. PDF, PNG, JPEG, WebP, DOCX, XLSX or PPTX."),
    )
