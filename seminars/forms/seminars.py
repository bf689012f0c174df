"""Forms of seats, rolls, presentations and field visits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mou_portal.editing import RevisionForm
from mou_portal.thai.forms import ThaiDateField
from participants.models import Agreement, Participant, User
from pathways.models import PathwayChoice
from seminars.models import Attendance, AttendanceState, FieldVisit, Presentation, Rate, Seat, Seminar, SeminarState
from seminars.rates import Estimate
from seminars.services import Delegate, Mark
from seminars.visit_costs import told, visit_estimate


class SeatForm(RevisionForm):
    """Who takes a seat. With a delegate on it already, the next person may come in that one's place."""

    substitute = forms.BooleanField(required=False)

    class Meta:
        model = Seat
        fields = ["delegate_name", "delegate_position", "delegate_phone", "delegate_email", "food_needs"]
        widgets = {"delegate_phone": forms.TextInput(attrs={"type": "tel"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.former = self.instance.on_behalf_of or self.instance.delegate_name
        self.fields["delegate_name"].help_text = _("Leave empty to free the seat.")
        self.fields["delegate_email"].help_text = _("The pass with its QR code is sent there.")
        if self.instance.seminar.asks_food:
            self.fields["food_needs"].help_text = _("Only what the kitchen must know, for example halal or an allergy.")
        else:
            del self.fields["food_needs"]
        if self.former:
            self.fields["substitute"].label = _("This person comes on behalf of %(name)s.") % {"name": self.former}
            self.fields["substitute"].initial = bool(self.instance.on_behalf_of)
        else:
            del self.fields["substitute"]

    def clean(self) -> dict[str, Any]:
        """A substitute has a name, and it is not the one of the person who stays away."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("substitute") and cleaned.get("delegate_name", "") in ("", self.former):
            self.add_error("delegate_name", _("Give the substitute's own name."))
        return cleaned

    @property
    def delegate(self) -> Delegate:
        """The person that was typed."""
        said = self.cleaned_data
        return Delegate(
            said["delegate_name"],
            said["delegate_position"],
            said["delegate_phone"],
            said["delegate_email"],
            said.get("food_needs", ""),
        )


class RollLineForm(forms.Form):
    """One seat's line on a roll. Nothing is stored for a line whose state is left open."""

    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("not recorded")), *AttendanceState.choices], required=False
    )
    reason = forms.CharField(label=_("Reason of an excuse"), max_length=300, required=False)
    attended_by = forms.CharField(label=_("Who came, if somebody else"), max_length=200, required=False)

    def __init__(self, *args: Any, seat: Seat, mark: Attendance | None, **kwargs: Any) -> None:
        start = AttendanceState.PRESENT if seat.delegate_name else AttendanceState.ABSENT
        initial: dict[str, str] = {"state": start}
        if mark is not None:
            came = "" if mark.attended_by == seat.delegate_name else mark.attended_by
            initial = {"state": mark.state, "reason": mark.reason, "attended_by": came}
        kwargs |= {"prefix": f"seat-{seat.pk}", "initial": initial}
        super().__init__(*args, **kwargs)
        self.seat = seat
        self.mark = mark
        for name, field in self.fields.items():  # the line's heading is the party and the delegate
            field.widget.attrs["aria-describedby"] = f"seat-{seat.pk}-who"
            field.widget.attrs["class"] = "form-select" if name == "state" else "form-control"

    def clean(self) -> dict[str, Any]:
        """An excuse needs its reason."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("state") == AttendanceState.EXCUSED and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("An excuse needs its reason."))
        return cleaned

    @property
    def said(self) -> Mark | None:
        """The mark that was ticked, if any."""
        cleaned = self.cleaned_data
        if not cleaned.get("state"):
            return None
        return Mark(cleaned["state"], cleaned.get("reason", ""), cleaned.get("attended_by", ""))


class PresentationForm(RevisionForm):
    """A party's presentation. Only the writer's own parties, their choices and open seminars can be named."""

    upload = forms.FileField(
        label=_("Slides"), required=False, help_text=_("PDF or PPTX. A new file replaces the former one.")
    )

    class Meta:
        model = Presentation
        fields = ["participant", "seminar", "title", "abstract", "presenters", "choice"]
        widgets = {"abstract": forms.Textarea(attrs={"rows": 8})}

    def __init__(self, *args: Any, agreement: Agreement, coordinates: frozenset[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Participant.objects.filter(agreement=agreement, pk__in=coordinates).with_names()
        seminars = Seminar.objects.filter(agreement=agreement, state=SeminarState.ANNOUNCED)
        choices = PathwayChoice.objects.filter(participant__in=mine).select_related(
            "pathway", "participant__designation"
        )
        if self.instance.pk:
            seminars = seminars | Seminar.objects.filter(pk=self.instance.seminar_id)
            choices = choices.filter(participant=self.instance.participant_id)
            del self.fields["participant"]
        else:
            parties: Any = self.fields["participant"]
            parties.queryset = mine
            if len(mine) == 1:
                parties.initial, parties.widget = mine[0].pk, forms.HiddenInput()
        self.fields["seminar"].queryset = seminars  # type: ignore[attr-defined]  # a model choice field
        self.fields["choice"].queryset = choices  # type: ignore[attr-defined]  # a model choice field
        self.fields["choice"].help_text = _("The pathway that the presentation is about.")
        self.fields["presenters"].help_text = _("Names and positions, as the programme should print them.")


class GivenForm(forms.Form):
    """The day on which a presentation was given."""

    given_on = ThaiDateField(label=_("given on"), required=False)


#: What is asked of a visit's size, with what is usual and the most that is taken.
EXPECTED = {"people": (2, 30), "hours": (6, 100), "nights": (1, 30)}


class VisitRequestForm(RevisionForm):
    """A visit beyond the institute's schedule. Clause 4.2 is read before it is sent."""

    participants = forms.ModelMultipleChoiceField(
        label=_("participants"), queryset=Participant.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    knows_who_pays = forms.BooleanField(
        label=_("We know that under clause 4.2 our organisation pays the honorarium, travel and lodging of this visit.")
    )

    told = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = FieldVisit
        fields = ["purpose", "wished_on", "people", "hours", "nights", "outside_period_reason"]
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 6}),
            "outside_period_reason": forms.Textarea(attrs={"rows": 2}),
        }

    field_order = [
        "participants",
        "purpose",
        "wished_on",
        "people",
        "hours",
        "nights",
        "outside_period_reason",
        "knows_who_pays",
    ]

    def __init__(self, *args: Any, agreement: Agreement, coordinates: frozenset[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Participant.objects.filter(agreement=agreement, pk__in=coordinates).with_names()
        parties: Any = self.fields["participants"]
        parties.queryset = mine
        if len(mine) == 1:
            parties.initial, parties.widget = [mine[0].pk], forms.MultipleHiddenInput()
        self.rates = Rate.objects.filter(agreement=agreement).facts()
        for name, (usual, most) in EXPECTED.items():
            field: Any = self.fields[name]
            field.required = True
            if self.initial.get(name) is None:  # a new visit's own empty columns would hide what is usual
                self.initial[name] = usual
            field.min_value, field.max_value = int(name == "people"), most
            field.validators += [MinValueValidator(field.min_value), MaxValueValidator(most)]
        self.fields["told"].initial = told(self.estimate())

    def estimate(self) -> Estimate:
        """What the visit would cost: by what was typed, or by what is usual as long as that cannot be read."""
        said = getattr(self, "cleaned_data", {})
        counts = {
            name: said[name] if said.get(name) is not None else usual for name, (usual, _most) in EXPECTED.items()
        }
        return visit_estimate(self.rates, day=said.get("wished_on") or timezone.localdate(), **counts)

    def clean(self) -> dict[str, Any]:
        """Nothing is sent before the estimate of just this visit was on the page."""
        cleaned: dict[str, Any] = super().clean() or {}
        now = told(self.estimate())
        if cleaned.get("told") != now:
            self.add_error(
                "knows_who_pays", _("The estimate changed with what you typed. Read it above, then send it again.")
            )
            sent: Any = self.data
            self.data = sent.copy()
            self.data[self.add_prefix("told")] = now  # type: ignore[index]  # a copy is open
        return cleaned


class VisitDecisionForm(forms.Form):
    """Agree to a visit or decline it; declining needs a reason."""

    decision = forms.ChoiceField(
        label=_("Decision"), choices=[("agree", _("Agree")), ("decline", _("Decline"))], widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed when you decline. The local government reads it."),
    )

    def clean(self) -> dict[str, Any]:
        """A refusal needs a reason."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") == "decline" and not cleaned.get("note", "").strip():
            self.add_error("note", _("Give the reason; the local government will read it."))
        return cleaned


class VisitPlanForm(forms.Form):
    """The day of a visit and who goes: people with a role as adviser or researcher in the agreement."""

    visit_on = ThaiDateField(label=_("day of the visit"))
    visitors = forms.ModelMultipleChoiceField(
        label=_("advisers and researchers"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    outside_period_reason = forms.CharField(
        label=_("reason for a date outside the agreement's period"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, visit: FieldVisit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["visitors"]
        people.queryset = possible_visitors(visit.agreement_id)


class PresentationDecisionForm(forms.Form):
    """Accept a presentation or return it; returning needs a note."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("accept", _("Accept")), ("return", _("Return for changes"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed when you return it. The local government reads it."),
    )

    def clean(self) -> dict[str, Any]:
        """A return needs a note."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") == "return" and not cleaned.get("note", "").strip():
            self.add_error("note", _("Say what should be changed."))
        return cleaned


class VisitReportForm(forms.Form):
    """The report of a visit."""

    report = forms.CharField(label=_("report"), max_length=20000, widget=forms.Textarea(attrs={"rows": 14}))


def possible_visitors(agreement_id: int | None = None) -> Any:
    """Users who are, or were, advisers or researchers of an agreement (of any, while none is chosen yet)."""
    held: dict[str, Any] = {"memberships__role__in": ["adviser", "researcher"]}
    if agreement_id is not None:
        held["memberships__agreement_id"] = agreement_id
    return User.objects.filter(is_active=True, **held).distinct()
