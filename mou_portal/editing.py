"""Forms for rows that several people may change: nobody's words are lost and nobody's are overwritten unseen."""

from typing import Any

from django import forms
from django.forms.models import ModelFormMetaclass
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Stale
from mou_portal.thai.forms import thai_formfield


class _ThaiFields(ModelFormMetaclass):
    """Gives every model form the portal's date and money fields without a word in its Meta."""

    def __new__(mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> Any:
        meta = attrs.get("Meta")
        if meta is not None and not hasattr(meta, "formfield_callback"):
            meta.formfield_callback = staticmethod(thai_formfield)
        return super().__new__(mcs, name, bases, attrs)


class RevisionForm(forms.ModelForm, metaclass=_ThaiFields):  # type: ignore[type-arg]  # the model differs in each subclass
    """A model form that carries the revision it was opened on.

    The view passes ``form.expected_revision`` to the service. When the service raises :class:`Stale`, the view calls
    :meth:`show_stale`, and the page comes back with what was typed beside what is there now.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].initial = getattr(self.instance, "revision", None)
        self.theirs: list[tuple[str, Any]] = []

    @property
    def expected_revision(self) -> int:
        """The revision on which the person began; the row's own when the field did not come back."""
        return self.cleaned_data.get("revision") or self.instance.revision

    def show_stale(self, error: Stale) -> None:
        """Explain the conflict and keep what was typed; a second save then replaces the newer row knowingly."""
        self.add_error(None, str(error))
        for name in self.changed_data:
            if hasattr(error.current, name):
                self.theirs.append((str(self.fields[name].label), getattr(error.current, name)))
        self.data = self.data.copy()
        self.data[self.add_prefix("revision")] = str(error.current.revision)  # type: ignore[attr-defined]  # rows are Records


class NoteForm(forms.Form):
    """A note that goes with a decision, for example why something is returned."""

    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)
