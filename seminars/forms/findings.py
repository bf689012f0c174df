"""Forms of findings and follow-up actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mou_portal.editing import RevisionForm
from seminars.models import FieldVisit, Finding, FollowUpAction
from seminars.services import possible_assignees, possible_verifiers


class FindingForm(RevisionForm):
    """What was found."""

    class Meta:
        model = Finding
        fields = ["kind", "text"]
        widgets = {"kind": forms.RadioSelect, "text": forms.Textarea(attrs={"rows": 5})}


class ActionForm(RevisionForm):
    """What is to be done about a finding, by whom, until when, and who verifies it."""

    class Meta:
        model = FollowUpAction
        fields = ["title", "assignee", "due_on", "verifier"]

    def __init__(self, *args: Any, visit: FieldVisit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["assignee"]
        who.queryset = possible_assignees(visit)
        other: Any = self.fields["verifier"]
        other.queryset = possible_verifiers(visit)
        self.fields["verifier"].help_text = _("Another person: they say whether what was done is adequate.")


class FinishForm(forms.Form):
    """What was done."""

    note = forms.CharField(label=_("What was done"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))


class VerifyForm(forms.Form):
    """Whether what was done is adequate; what is not needs a word of what is missing."""

    adequate = forms.ChoiceField(
        label=_("Adequate?"),
        choices=[("yes", _("Yes, it is adequate")), ("no", _("No, it goes back"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Your words"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed when it goes back."),
    )

    def clean(self) -> dict[str, Any]:
        """What goes back needs the reason."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("adequate") == "no" and not cleaned.get("note", "").strip():
            self.add_error("note", _("Say what is missing; the person who acts will read it."))
        return cleaned
