"""Word templates of the lesson-learned book: uploaded by staff, checked by filling them in, one of them in use."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mou_portal.records import DomainError, save_revision
from mou_portal.uploads import UploadRefused
from participants.files import store_upload
from participants.models import StoredFile, User
from pathways.lessons.exports.docx_book import SAMPLE, TemplateBroken, fill
from pathways.lessons.models import ReportTemplate
from pathways.lessons.permissions import can_style_reports
from pathways.services.guards import allow


def store_template(*, upload: UploadedFile[Any], user: User) -> StoredFile:
    """Store a Word template that can be filled in. Raises :class:`DomainError` with the reason; nothing is stored."""
    allow(can_style_reports(user))
    if not (upload.name or "").lower().endswith(".docx"):
        raise UploadRefused(_("“%(name)s” is not a Word file (.docx).") % {"name": upload.name})
    content = upload.read()
    upload.seek(0)
    stored = store_upload(upload=upload, user=user)
    try:
        check_template(content)
    except DomainError:
        stored.delete()  # the file itself is swept as one without a row
        raise
    return stored


def check_template(content: bytes) -> None:
    """Fill in a template with a sample. Raises :class:`DomainError` that says what is wrong in it, and for one that
    prints no lesson."""
    try:
        filled = fill(content, SAMPLE, title="-", author="-")
    except TemplateBroken as error:
        raise DomainError(
            _("The template cannot be filled in: %(reason)s. Begin with the built-in template and change its styles.")
            % {"reason": error}
        ) from error
    if not holds_the_sample(filled):
        raise DomainError(
            _("The template prints no lesson. Begin with the built-in template and keep its words in curly brackets.")
        )


def holds_the_sample(filled: bytes) -> bool:
    """Whether the sample's lesson was printed."""
    import io

    import docx

    text = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(filled)).paragraphs)
    return str(SAMPLE["parts"][0]["lessons"][0]["title"]) in text


@transaction.atomic
def put_in_use(*, template: ReportTemplate, user: User) -> None:
    """From now on every Word book is made by this template."""
    allow(can_style_reports(user))
    for other in ReportTemplate.objects.filter(in_use=True).exclude(pk=template.pk):
        other.in_use = False
        save_revision(other, expected=other.revision)
    template.in_use = True
    save_revision(template, expected=template.revision)


@transaction.atomic
def take_out_of_use(*, template: ReportTemplate, user: User) -> None:
    """From now on Word books are made by the built-in template, or by another one that is put in use."""
    allow(can_style_reports(user))
    template.in_use = False
    save_revision(template, expected=template.revision)
