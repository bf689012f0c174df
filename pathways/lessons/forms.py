"""Forms of sources, codes, lessons and consent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mou_portal.editing import RevisionForm
from mou_portal.thai.forms import ThaiDateField
from participants.models import Agreement, Participant
from pathways.lessons.exports.making import FORMATS
from pathways.lessons.models import (
    SHOWN,
    WORDS,
    Confidence,
    Consent,
    Lesson,
    SourceKind,
    Theme,
    ValidatedText,
)
from pathways.lessons.services import Draft, Verdict, in_tree_order
from pathways.models import Dimension, Pathway, ReportingPeriod

_ROWS = {"title": 1, "situation": 3, "action": 4, "result": 3, "why": 3, "lesson": 3, "recommendation": 3}
_WIDGETS = {name: forms.Textarea(attrs={"rows": rows}) for name, rows in _ROWS.items() if name != "title"}


class TreeField(forms.ModelMultipleChoiceField):
    """Themes as check boxes, each under its parent."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, agreement: Agreement, **kwargs: Any) -> None:
        rows = Theme.objects.filter(codebook__agreement=agreement).active()
        super().__init__(rows, required=False, **kwargs)
        pairs = [(theme.pk, "– " * depth + str(theme)) for theme, depth in in_tree_order(rows)]
        self.choices = pairs


class LessonForm(RevisionForm):
    """A lesson as its writer fills it in."""

    class Meta:
        model = Lesson
        fields = (*WORDS, "addressee", "pathway", "period", "dimension")
        widgets = _WIDGETS

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pathway"].queryset = agreement.pathways.all()
        self.fields["period"].queryset = agreement.reporting_periods.all()
        self.fields["lesson"].help_text = _("What would you tell another organisation? One or two sentences.")
        self.fields["themes"] = TreeField(agreement, label=_("Themes"))
        if self.instance.pk:
            self.fields["themes"].initial = list(self.instance.themes.values_list("pk", flat=True))

    @property
    def draft(self) -> Draft:
        """What was filled in."""
        data = self.cleaned_data
        return Draft(
            {name: data[name] for name in WORDS},
            data["pathway"],
            data["period"],
            data["dimension"],
            data["addressee"],
            list(data["themes"]),
        )


class WhoseForm(forms.Form):
    """Whose lesson it is, for those who may write for several."""

    participant = forms.ModelChoiceField(Participant.objects.none(), label=_("Local government organisation"))

    def __init__(self, *args: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participant"].queryset = rows


class VerdictForm(RevisionForm):
    """The validated words, filled with the original to begin with, and the confidence. Its revision is the lesson's."""

    confidence = forms.ChoiceField(
        label=_("confidence"), choices=Confidence.choices, widget=forms.RadioSelect(), required=True
    )
    confidence_note = forms.CharField(
        label=_("why this confidence"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000, required=False
    )

    class Meta:
        model = ValidatedText
        fields = WORDS
        widgets = _WIDGETS

    @property
    def verdict(self) -> Verdict:
        """What was decided."""
        data = self.cleaned_data
        return Verdict({name: data[name] for name in WORDS}, data["confidence"], data["confidence_note"])


class ConsentForm(forms.Form):
    """How a lesson may be shown outside."""

    consent = forms.ChoiceField(
        label=_("How may this lesson be shown outside?"),
        choices=[(value, Consent(value).label) for value in (*SHOWN, Consent.REFUSED)],
        widget=forms.RadioSelect(),
    )
    hidden_words = forms.CharField(
        label=_("More words to withhold"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=4000,
        help_text=_(
            "One a line: names of places, projects and people that would tell who you are. Your organisation's, your "
            "province's and your people's names are withheld by themselves."
        ),
    )
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 2}), required=False, max_length=1000)

    def __init__(self, *args: Any, own: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not own:
            del self.fields["hidden_words"]
            self.fields["note"].label = _("Who asked for it, and when")

    @property
    def words(self) -> list[str] | None:
        """The words to withhold; None when they were not asked for."""
        text = self.cleaned_data.get("hidden_words")
        return None if text is None else text.splitlines()


class UploadForm(forms.Form):
    """A document or interview notes, from which the text is taken."""

    file = forms.FileField(
        label=_("File (DOCX or PDF)"), widget=forms.ClearableFileInput(attrs={"accept": ".docx,.pdf"})
    )
    title = forms.CharField(label=_("title"), max_length=300, required=False)
    kind = forms.ChoiceField(
        label=_("kind"),
        choices=[(value, SourceKind(value).label) for value in (SourceKind.INTERVIEW, SourceKind.DOCUMENT)],
    )
    participant = forms.ModelChoiceField(
        Participant.objects.none(),
        label=_("Local government organisation"),
        required=False,
        help_text=_("Empty: a text about the programme as a whole."),
    )
    pathway = forms.ModelChoiceField(Pathway.objects.none(), label=_("Pathway"), required=False)
    period = forms.ModelChoiceField(ReportingPeriod.objects.none(), label=_("Period"), required=False)
    dimension = forms.ChoiceField(label=_("Dimension"), choices=[("", "—"), *Dimension.choices], required=False)
    dated_on = ThaiDateField(label=_("date"), required=False)

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participant"].queryset = agreement.participants.with_names()
        self.fields["pathway"].queryset = agreement.pathways.all()
        self.fields["period"].queryset = agreement.reporting_periods.all()


class PassageForm(forms.Form):
    """A passage and its themes: offsets from the script, or (without scripts) words copied from the text."""

    start = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    end = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    passage = forms.CharField(
        label=_("Passage"),
        required=False,
        max_length=12_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Select words in the text above, or copy them in here."),
    )

    def __init__(self, *args: Any, agreement: Agreement, text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text = text
        self.fields["themes"] = TreeField(agreement, label=_("Themes"))

    def clean(self) -> dict[str, Any]:
        """Find the passage when only its words were given; ask for more of them where they stand more than once."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("start") is None or data.get("end") is None:
            words = (data.get("passage") or "").replace("\r\n", "\n").strip()
            places = self.text.count(words) if words else 0
            if not words:
                self.add_error("passage", _("Nothing is selected. Select a passage first."))
            elif places == 0:
                self.add_error("passage", _("These words do not stand in the text. Copy them exactly."))
            elif places > 1:
                self.add_error("passage", _("These words stand in the text more than once. Copy a few more of them."))
            else:
                data["start"] = self.text.index(words)
                data["end"] = data["start"] + len(words)
        return data


class ThemeForm(RevisionForm):
    """A theme of a codebook."""

    class Meta:
        model = Theme
        fields = ("code", "name_th", "name_en", "parent", "order", "definition", "includes", "excludes", "example")
        widgets = {
            name: forms.Textarea(attrs={"rows": 2}) for name in ("definition", "includes", "excludes", "example")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Theme.objects.filter(codebook=self.instance.codebook).active()
        self.fields["parent"].queryset = others.exclude(pk=self.instance.pk)


class CodebookForm(forms.Form):
    """A new codebook."""

    name_th = forms.CharField(label=_("name (Thai)"), max_length=200)
    name_en = forms.CharField(label=_("name (English)"), max_length=200, required=False)


class TextForm(forms.Form):
    """One text: a memo, a reason, a note."""

    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, required=False)


class LinkForm(forms.Form):
    """How a passage or another lesson bears on a lesson."""

    stance = forms.ChoiceField(choices=[("supports", ""), ("contradicts", "")])
    note = forms.CharField(max_length=500, required=False)


class ExportForm(forms.Form):
    """What to take along, in which form and language. ``numbers`` say how many lessons each choice may give."""

    search = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)
    what = forms.ChoiceField(label=_("Which lessons"), widget=forms.RadioSelect)
    format = forms.ChoiceField(label=_("Form"))
    language = forms.ChoiceField(
        label=_("Language"), choices=[("th", "ไทย"), ("en", "English")], widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, numbers: Mapping[str, int], filtered: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = _("What the filter finds (%(count)d)") if filtered else _("Every published lesson (%(count)d)")
        self.fields["what"].choices = [
            ("search", found % {"count": numbers["search"]}),
            ("basket", _("What is in my basket (%(count)d)") % {"count": numbers["basket"]}),
        ]
        self.fields["format"].choices = [(kind, FORM_WORDS[kind]) for kind in FORMATS]


#: What each form is good for.
FORM_WORDS = {
    "pdf": _("PDF: the lesson-learned book, to print and to cite"),
    "docx": _("Word (DOCX): the same, to work on"),
    "xlsx": _("Excel (XLSX): lessons, quotes and themes as sheets"),
    "csv": _("CSV: the same as text files, in a ZIP"),
    "json": _("JSON: for programs"),
    "bibtex": _("BibTeX: citations for LaTeX, Zotero, Mendeley"),
    "ris": _("RIS: citations for EndNote, Zotero, Mendeley"),
    "csl": _("CSL-JSON: citations for Zotero and programs"),
    "qdc": _("REFI-QDA codebook (QDC): themes for NVivo, ATLAS.ti, MAXQDA"),
    "qdpx": _("REFI-QDA project (QDPX): lessons, quotes and themes for NVivo, ATLAS.ti, MAXQDA"),
}
