"""A document's admin form with its file: refused files are a form error, so nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mou_portal.records import DomainError
from mou_portal.uploads import ACCEPT


def document_form(base: Any, user: Any, store: Callable[..., Any]) -> Any:
    """Return ``base`` with an upload field whose file is stored when the form is clean."""

    class DocumentForm(base):  # type: ignore[misc]  # the base is made by Django at run time
        upload = forms.FileField(label=_("File"), required=False, widget=forms.FileInput(attrs={"accept": ACCEPT}))

        def clean(self) -> Any:
            cleaned = super().clean()
            upload = cleaned.get("upload")
            if upload and not self.errors:
                try:
                    self.instance.file = store(upload=upload, user=user)
                except DomainError as error:
                    self.add_error("upload", str(error))
            return cleaned

    return DocumentForm
