"""Forms of expense lines, decisions and the dry run. Their values go to services; none of them saves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from expenses.dry_run import MAX_BYTES
from expenses.models import PAID_BY_PARTICIPANT, ExpenseLine, PaidBy, PayerKind
from mou_portal.editing import RevisionForm
from mou_portal.thai.dates import format_date
from mou_portal.thai.digits import arabic_digits
from mou_portal.thai.forms import AmountField
from mou_portal.thai.money import format_amount, quantise
from participants.access import access_of
from participants.models import Agreement, Participant
from pathways.forms import FilesField
from seminars.models import FieldVisit, RateUnit, Seminar

#: Up to this many local governments each have a box of their own; more are named by their codes.
MOST_BOXES = 60
LARGEST_WEIGHT = 999_999


class PartiesMixin(forms.Form):
    """Asks which local governments a line concerns and with which weights.

    A small agreement has a box for each (empty: no part; 1 and 1: equal parts); in a large one the codes are written,
    as in the dry run: ``krabi-pao; nan-town=2``. :attr:`parties` gives both as participants with weights.
    """

    def ask_parties(self, agreement: Agreement, weights: dict[int, int]) -> None:
        """Add the fields, filled with ``weights`` by participant id."""
        known = agreement.participants.with_names().order_by("order")
        self._all = list(known[: MOST_BOXES + 1])
        self._by_codes = len(self._all) > MOST_BOXES
        self.party_names: list[str] = []
        self._agreement = agreement
        if self._by_codes:
            named = known.filter(pk__in=list(weights))
            self.fields["parties"] = forms.CharField(
                label=_("Local governments concerned"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
                initial="; ".join(f"{one.code}={weights[one.pk]}" for one in named),
                help_text=_(
                    "Codes separated by “;”, each with its weight if they are not equal: krabi-pao; nan-town=2"
                ),
            )
            return
        for party in self._all:
            name = f"weight_{party.pk}"
            self.party_names.append(name)
            self.fields[name] = forms.IntegerField(
                label=str(party),
                required=False,
                min_value=0,
                max_value=LARGEST_WEIGHT,
                initial=weights.get(party.pk),
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 0, "step": 1}),
            )

    def ask_nobody(self) -> None:
        """Ask nothing: the form's own ``clean`` says whom the line concerns."""
        self._all, self._by_codes, self.party_names = [], False, []

    def clean(self) -> dict[str, Any]:
        """Codes are those of participants, each once, with whole weights; boxes left empty take no part."""
        cleaned: dict[str, Any] = super().clean() or {}
        self.parties: dict[Participant, int] = {}
        if self._by_codes:
            self._read_codes(cleaned.get("parties", ""))
        else:
            weights = {party: cleaned.get(f"weight_{party.pk}") for party in self._all}
            self.parties = {party: weight for party, weight in weights.items() if weight is not None}
        if self.parties and not any(self.parties.values()) and not self.errors:
            self.add_error(None, _("At least one weight must be more than zero."))
        return cleaned

    def _read_codes(self, text: str) -> None:
        written: dict[str, int] = {}
        for part in filter(None, (one.strip() for one in text.replace("\n", ";").split(";"))):
            code, _equals, weight = (one.strip() for one in part.partition("="))
            number = arabic_digits(weight) or "1"
            if not number.isdecimal() or len(number) > len(str(LARGEST_WEIGHT)):
                self.add_error("parties", _("“%(part)s”: the weight must be a whole number.") % {"part": part[:60]})
            elif code in written:
                self.add_error("parties", _("“%(code)s” is named twice.") % {"code": code[:60]})
            else:
                written[code] = int(number)
        rows = self._agreement.participants.with_names().filter(local_government__code__in=written)
        found = {party.code: party for party in rows}
        for code in written.keys() - found.keys():
            self.add_error("parties", _("“%(code)s” is not a participant in this agreement.") % {"code": code[:60]})
        self.parties = {found[code]: weight for code, weight in written.items() if code in found}

    def party_fields(self) -> list[forms.BoundField]:
        """The boxes, in the order of the memorandum."""
        return [self[name] for name in self.party_names]

    def plain_fields(self) -> list[forms.BoundField]:
        """The visible fields that are not boxes of weights."""
        return [field for field in self.visible_fields() if field.name not in self.party_names]


class ExpenseForm(PartiesMixin, RevisionForm):
    """One expense: for which activity, whose cost, what for, how much, when, who paid, and the receipt."""

    activity = forms.ChoiceField(label=_("Seminar or field visit"))
    uploads = FilesField(
        label=_("Receipts"),
        required=False,
        help_text=_("Photos or scans, several at once. PDF, PNG, JPEG, WebP, DOCX, XLSX or PPTX."),
    )

    class Meta:
        model = ExpenseLine
        fields = (
            "whose_cost",
            "category",
            "description",
            "quantity",
            "unit",
            "unit_rate",
            "amount",
            "spent_on",
            "payee",
            "paid_by",
            "paid_by_participant",
            "outside_period_reason",
            "uploads",
            "no_receipt_reason",
            "spender_name",
            "spender_position",
        )
        widgets = {"outside_period_reason": forms.Textarea(attrs={"rows": 2})}

    field_order = ("activity",)

    def __init__(self, *args: Any, agreement: Agreement, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agreement = agreement
        self.instance.agreement = agreement
        self._set_entered_for(user)
        self._activities = activities_of(agreement, user)
        activity: Any = self.fields["activity"]
        activity.choices = [("", "---------"), *self._activities]
        if self.instance.activity is not None:
            activity.initial = activity_key(self.instance.activity)
        self.fields["unit"] = forms.ChoiceField(
            label=_("unit"),
            required=False,
            choices=[("", "---------"), *RateUnit.choices],
            initial=self.instance.unit,
            help_text=_("With it the portal warns when the line lies above the rate table."),
        )
        self.order_fields([name for name in ("activity", *self.Meta.fields) if name in self.fields])
        self.fields["amount"].required = False
        self.fields["amount"].help_text = _(
            "Leave it empty when you give quantity and rate: the portal multiplies them."
        )
        self.fields["whose_cost"].help_text = _(
            "Meals served at a seminar are a cost of the activity itself, even though delegates eat them."
        )
        self.fields["outside_period_reason"].help_text = _("Only for a day outside the agreement's period (clause 3).")
        self._ask_who()

    def _set_entered_for(self, user: Any) -> None:
        """For whom a coordinator enters: the own organisation in this agreement. Finance staff enter for all."""
        self.entered_for: Participant | None = self.instance.entered_for
        access = access_of(user)
        if self.instance.pk is None and not access.finance:
            self.entered_for = self.agreement.participants.filter(pk__in=access.coordinates).first()

    def _ask_who(self) -> None:
        """Ask who paid and whom it concerns; of a coordinator's line both are the own organisation's alone."""
        payer: Any = self.fields["paid_by_participant"]
        payer.queryset = self.agreement.participants.with_names().order_by("order")
        if self.entered_for is None:
            weights = {}
            if self.instance.pk:
                weights = dict(self.instance.parties.values_list("participant_id", "weight"))
            self.ask_parties(self.agreement, weights)
            return
        del self.fields["paid_by_participant"]
        self.fields["paid_by"].choices = [  # type: ignore[attr-defined]  # a choice field
            (PaidBy.NOBODY.value, PaidBy.NOBODY.label),
            (PaidBy.LOCAL_GOVERNMENT.value, _("our organisation")),
            (PaidBy.IN_KIND.value, _("our organisation, in kind")),
        ]
        self.ask_nobody()

    def clean(self) -> dict[str, Any]:
        """Sets the activity on the line; asks for what goes together: who paid, and a reason outside the period."""
        cleaned = super().clean()
        kind, _dash, key = cleaned.get("activity", "").partition("-")
        rows = {"seminar": self.agreement.seminars, "visit": self.agreement.visits}
        if kind in rows:
            found: Any = rows[kind].filter(pk=key).first()
            self.instance.seminar = found if kind == "seminar" else None
            self.instance.visit = found if kind == "visit" else None
        self._clean_who(cleaned)
        self._clean_amount(cleaned)
        if cleaned.get("no_receipt_reason") and not (cleaned.get("spender_name") and cleaned.get("spender_position")):
            self.add_error("spender_name", _("The certificate names who spent the money, with the position."))
        day = cleaned.get("spent_on")
        if day and not self.agreement.covers(day) and not cleaned.get("outside_period_reason", "").strip():
            self.add_error(
                "outside_period_reason",
                _("The day lies outside the agreement's period (clause 3). Check the date, or give a reason."),
            )
        return cleaned

    def _clean_who(self, cleaned: dict[str, Any]) -> None:
        paid_by, payer = cleaned.get("paid_by"), cleaned.get("paid_by_participant")
        if self.entered_for is not None:
            self.instance.paid_by_participant = self.entered_for if paid_by in PAID_BY_PARTICIPANT else None
            self.parties = {self.entered_for: 1}
        elif paid_by in PAID_BY_PARTICIPANT and payer is None and "paid_by_participant" not in self.errors:
            self.add_error("paid_by_participant", _("Name the local government that paid."))
        elif paid_by and paid_by not in PAID_BY_PARTICIPANT and payer is not None:
            self.add_error("paid_by_participant", _("Leave this empty unless a local government paid."))

    def _clean_amount(self, cleaned: dict[str, Any]) -> None:
        quantity, rate = cleaned.get("quantity"), cleaned.get("unit_rate")
        if {"quantity", "unit_rate", "amount"} & self.errors.keys():
            return
        if (quantity is None) != (rate is None):
            self.add_error(
                "quantity" if quantity is None else "unit_rate", _("A quantity needs a rate, and a rate a quantity.")
            )
        elif quantity is not None and rate is not None:
            self.instance.amount = cleaned["amount"] = quantise(quantity * rate)
        elif cleaned.get("amount") is None:
            self.add_error("amount", _("Write the amount, or quantity and rate."))

    def _get_validation_exclusions(self) -> set[str]:
        """The service checks the whole line, constraints included; here each field is checked by itself."""
        return super()._get_validation_exclusions() | {"seminar", "visit", "paid_by_participant"}


class SanctionForm(forms.Form):
    """Less than was claimed, and why; ``revision`` is the line as the person saw it."""

    sanctioned = AmountField(label=_("Sanctioned amount (baht)"))
    reason = forms.CharField(label=_("Reason for the cut"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, line: ExpenseLine, **kwargs: Any) -> None:
        super().__init__(*args, initial={"revision": line.revision}, **kwargs)
        self.line = line
        self.fields["sanctioned"].help_text = _("Claimed: %(amount)s baht. What is cut stays with whoever paid it.") % {
            "amount": format_amount(line.amount)
        }

    def clean_sanctioned(self) -> Decimal:
        """Something, and not more than was claimed."""
        amount: Decimal = self.cleaned_data["sanctioned"]
        if not 0 < amount <= self.line.amount:
            raise forms.ValidationError(_("More than zero and not more than was claimed."))
        return amount


def activities_of(agreement: Agreement, user: Any = None) -> list[tuple[Any, list[tuple[str, str]]]]:
    """Seminars and visits of an agreement as choices, grouped, the newest first; only what ``user`` sees, if given."""
    all_seminars: Any = Seminar.objects if user is None else Seminar.objects.visible_to(user)
    all_visits: Any = FieldVisit.objects if user is None else FieldVisit.objects.visible_to(user)
    seminars = [
        (activity_key(one), f"{one} · {_day(one.starts_on)} · {one.get_venue_display()}")
        for one in all_seminars.filter(agreement=agreement)
    ]
    visits = [
        (activity_key(one), " · ".join(filter(None, [str(one), _day(one.visit_on), one.get_arranged_by_display()])))
        for one in all_visits.filter(agreement=agreement)
    ]
    return [(_("Seminars"), seminars), (_("Field visits"), visits)]


def _day(day: date | None) -> str:
    return format_date(day, get_language() or "th", "short") if day else ""


def activity_key(activity: Seminar | FieldVisit) -> str:
    """How a form and an address name an activity: ``seminar-12`` or ``visit-5``."""
    return f"{'seminar' if isinstance(activity, Seminar) else 'visit'}-{activity.pk}"


class RulingForm(PartiesMixin, forms.Form):
    """A person's decision where the memorandum is silent: who pays, and the written reason."""

    payer = forms.ChoiceField(
        label=_("Who must pay"),
        choices=[(kind.value, kind.label) for kind in (PayerKind.INSTITUTE, PayerKind.LOCAL_GOVERNMENT)],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It stands with your name on the line, and in the agenda for the next memorandum."),
    )

    def __init__(self, *args: Any, line: ExpenseLine, weights: dict[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask_parties(line.agreement, weights)

    def clean(self) -> dict[str, Any]:
        """Local governments that pay are named."""
        cleaned = super().clean()
        if cleaned.get("payer") == PayerKind.LOCAL_GOVERNMENT and not self.parties and not self.errors:
            self.add_error(None, _("Local governments must pay this line: name the ones concerned."))
        return cleaned


class DryRunForm(forms.Form):
    """A CSV file to try out; nothing of it is stored."""

    file = forms.FileField(label=_("CSV file"), widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))

    def clean_file(self) -> UploadedFile:
        """A file that is not larger than the dry run reads."""
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is not None and file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(limit)d MiB; split it."), params={"limit": MAX_BYTES // 1024 // 1024}
            )
        return file
