"""Forms of syntheses: their head, chapters, statements."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mou_portal.editing import RevisionForm
from mou_portal.records import Stale
from pathways.lessons.models import Chapter, Statement, Synthesis

#: At most so many authors, each of at most so many characters.
MOST_AUTHORS, LONGEST_NAME = 30, 200


class LinesField(forms.CharField):
    """A list of short texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        """A list as lines."""
        return "\n".join(str(one) for one in value) if isinstance(value, (list, tuple)) else value

    def to_python(self, value: Any) -> Any:
        """Lines as a list, blank ones left out."""
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the lines differ."""
        return list(initial or []) != self.to_python(data)

    def run_validators(self, value: Any) -> None:
        """A list has none of a text's validators; see :meth:`validate`."""

    def validate(self, value: Any) -> None:
        """Refuse too many lines and lines that are too long, naming the first."""
        super().validate(value)
        if len(value) > MOST_AUTHORS:
            raise forms.ValidationError(_("At most %(most)d lines, please."), params={"most": MOST_AUTHORS})
        for number, line in enumerate(value, 1):
            if len(line) > LONGEST_NAME:
                raise forms.ValidationError(
                    _("Line %(number)d is too long: at most %(most)d characters."),
                    params={"number": number, "most": LONGEST_NAME},
                )


class SynthesisForm(RevisionForm):
    """The head of a synthesis."""

    authors = LinesField(label=_("authors"), required=False, help_text=_("One name a line, as they should be cited."))

    class Meta:
        model = Synthesis
        fields = ("title_th", "title_en", "authors", "summary", "method_note")
        widgets = {"summary": forms.Textarea(attrs={"rows": 5}), "method_note": forms.Textarea(attrs={"rows": 4})}

    def show_stale(self, error: Stale) -> None:
        """As everywhere; names one a line."""
        super().show_stale(error)
        self.theirs = [(label, "\n".join(value) if isinstance(value, list) else value) for label, value in self.theirs]


class ChapterForm(RevisionForm):
    """A chapter."""

    class Meta:
        model = Chapter
        fields = ("title", "introduction")
        widgets = {"introduction": forms.Textarea(attrs={"rows": 5})}


class StatementForm(RevisionForm):
    """A statement."""

    class Meta:
        model = Statement
        fields = ("text", "discussion")
        widgets = {"text": forms.Textarea(attrs={"rows": 3}), "discussion": forms.Textarea(attrs={"rows": 8})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = _("One sentence that lessons can support or contradict.")


class EditionForm(forms.Form):
    """What changed, and the checksum of what the person looked at before publishing."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    note = forms.CharField(
        label=_("what changed"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, required=False
    )

    def __init__(self, *args: Any, last: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if last:
            self.fields["note"].required = True
            self.fields["note"].label = _("What changed since edition %(number)d?") % {"number": last}
        else:
            self.fields["note"].label = _("Note (a first edition needs none)")

    def look_again(self, seen: str) -> None:
        """Take what stands there now as what is seen from here on."""
        self.data = self.data.copy()
        self.data["seen"] = seen
