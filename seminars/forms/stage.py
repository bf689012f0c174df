"""Forms around presentations: newer slides, the programme, scores, and answers to feedback."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mou_portal.editing import RevisionForm
from mou_portal.thai.localized import localized
from pathways.models import ProgressUpdate
from seminars.models import Criterion, Presentation, Review, SeminarSession
from seminars.programme import MOST_MINUTES, MOST_PLACES, Placed


class SlidesForm(forms.Form):
    """A newer version of the slides."""

    upload = forms.FileField(
        label=gettext_lazy("Slides"), help_text=gettext_lazy("PDF or PPTX. The former versions are kept.")
    )


class ProgrammeLineForm(forms.Form):
    """Where one presentation stands in the programme. Without a session it has no place."""

    session = forms.ModelChoiceField(
        label=gettext_lazy("Session"),
        queryset=SeminarSession.objects.none(),
        required=False,
        empty_label=gettext_lazy("not in the programme"),
    )
    number = forms.IntegerField(label=gettext_lazy("Place"), required=False, min_value=1, max_value=MOST_PLACES)
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"), required=False, min_value=1, max_value=MOST_MINUTES, initial=15
    )

    def __init__(self, *args: Any, presentation: Presentation, sessions: Any, listed: Any, **kwargs: Any) -> None:
        slot = getattr(presentation, "slot", None)
        initial = {"session": slot.session_id, "number": slot.number, "minutes": slot.minutes} if slot else {}
        super().__init__(*args, prefix=f"place-{presentation.pk}", initial=initial, **kwargs)
        self.presentation = presentation
        self.slot = slot
        choice: Any = self.fields["session"]
        choice.queryset = sessions
        choice.choices = [("", choice.empty_label), *((one.pk, str(one)) for one in listed)]
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-select" if name == "session" else "form-control"
            field.widget.attrs["aria-describedby"] = f"talk-{presentation.pk}"
            if name != "session":
                field.widget.attrs["inputmode"] = "numeric"
                field.widget.attrs[f"data-{name}"] = ""

    def clean(self) -> dict[str, Any]:
        """A presentation in a session has a place and a length."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("session"):
            for name in ("number", "minutes"):
                if cleaned.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Give a number."))
        return cleaned

    @property
    def said(self) -> Placed[int] | None:
        """The place that was typed, if any."""
        cleaned = self.cleaned_data
        if not cleaned.get("session"):
            return None
        return Placed(self.presentation.pk, cleaned["session"].pk, cleaned["number"], cleaned["minutes"])


class ReviewForm(RevisionForm):
    """A score for each criterion of the seminar, and words."""

    class Meta:
        model = Review
        fields = ["comment", "remark"]
        widgets = {"comment": forms.Textarea(attrs={"rows": 6}), "remark": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, criteria: Sequence[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        before = {score.criterion_id: score.value for score in self.instance.scores.all()} if self.instance.pk else {}
        for one in criteria:
            self.fields[f"score-{one.pk}"] = forms.TypedChoiceField(
                label=str(one),
                coerce=int,
                choices=[(step, str(step)) for step in range(one.highest + 1)],
                widget=forms.Select if one.highest > 10 else forms.RadioSelect,
                initial=before.get(one.pk),
                help_text=_("0 to %(highest)d, counted %(weight)d times")
                % {"highest": one.highest, "weight": one.weight},
            )
        self.order_fields([*(f"score-{one.pk}" for one in criteria), "comment", "remark", "revision"])
        self.fields["comment"].help_text = _("The local government reads it with your name when staff send it.")
        self.fields["remark"].help_text = _("The local government does not see it.")

    @property
    def scores(self) -> dict[int, int]:
        """The scores by criterion id."""
        return {
            int(name.removeprefix("score-")): value
            for name, value in self.cleaned_data.items()
            if name.startswith("score-")
        }


class AnswerForm(RevisionForm):
    """The local government's answer to feedback."""

    answer = forms.CharField(
        label=gettext_lazy("Your answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )

    class Meta:
        model = Review
        fields: list[str] = []


def outline(updates: Sequence[ProgressUpdate]) -> tuple[str, str]:
    """A title and an abstract made of accepted updates, to begin a presentation with."""
    if not updates:
        return "", ""
    parts = []
    for update in updates:
        texts = [
            (_("What was done"), update.done),
            (_("What came of it"), update.result),
            (_("What stood in the way"), update.obstacles),
            (_("What comes next"), update.next_step),
        ]
        parts.append("\n".join([str(update.period), *(f"{label}: {text}" for label, text in texts if text.strip())]))
    return localized(updates[0].choice.pathway, "title")[:300], "\n\n".join(parts)[:6000]
