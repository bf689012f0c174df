"""The short form after a seminar, built from its questions."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from participants.models import Participant
from seminars.models import FeedbackForm, FeedbackQuestion, QuestionKind
from seminars.services import Respondent

#: How a scale is read; the numbers alone would leave its direction open.
SCALE = [
    ("5", _("5 – very good")),
    ("4", _("4 – good")),
    ("3", _("3 – fair")),
    ("2", _("2 – poor")),
    ("1", _("1 – very poor")),
]


class GiveFeedbackForm(forms.Form):
    """One person's answers. ``token`` makes a form that was sent twice one response."""

    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, feedback: FeedbackForm, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.feedback = feedback
        self.fields["token"].initial = uuid4()
        if not feedback.anonymous:
            parties = Participant.objects.filter(agreement_id=feedback.seminar.agreement_id).with_names()
            self.fields["name"] = forms.CharField(label=_("Your name"), max_length=200)
            self.fields["participant"] = forms.ModelChoiceField(
                label=_("Your organisation"),
                queryset=parties,
                required=False,
                empty_label=str(_("none of the participants")),
            )
        for question in feedback.questions.all():
            self.fields[f"question-{question.pk}"] = _field(question)

    @property
    def token_said(self) -> UUID:
        """The token that came with the form."""
        return self.cleaned_data["token"]

    @property
    def answers(self) -> dict[int, str]:
        """What was answered, by question id."""
        return {
            int(name.removeprefix("question-")): str(value or "")
            for name, value in self.cleaned_data.items()
            if name.startswith("question-")
        }

    @property
    def respondent(self) -> Respondent | None:
        """Who answers, where the form asks."""
        if self.feedback.anonymous:
            return None
        return Respondent(self.cleaned_data["name"], self.cleaned_data.get("participant"))


def _field(question: FeedbackQuestion) -> forms.Field:
    label, required = str(question), question.required
    if question.kind == QuestionKind.TEXT:
        return forms.CharField(
            label=label, required=required, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
        )
    options = SCALE if question.kind == QuestionKind.SCALE else [(one, one) for one in question.choices]
    return forms.ChoiceField(label=label, required=required, choices=options, widget=forms.RadioSelect)
