"""Taking texts in: from other apps' rows, and from files."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from mou_portal.records import DomainError
from mou_portal.registry import Sources
from mou_portal.thai.words import normalise
from mou_portal.uploads import inspect
from participants.files import store_upload
from participants.models import Agreement, Participant, User
from pathways.lessons import permissions
from pathways.lessons.models import SourceKind, SourceText
from pathways.lessons.reading import read_file
from pathways.models import Pathway, ReportingPeriod
from pathways.services.guards import allow, checked


def take_in(*, agreement: Agreement, provider: Sources, pk: int, user: User) -> SourceText:
    """Take a row's text in as it stands now; a second time returns the first. Raises :class:`DomainError` when the
    row is not there (any more) or has no text."""
    allow(permissions.can_study(user, agreement))
    row = provider.rows(user, agreement).filter(pk=pk).first()
    if row is None:
        raise DomainError(_("This text is no longer there."))
    found = provider.text(row)
    existing = SourceText.objects.filter(origin=found.key).first()
    if existing is not None:
        return existing
    text = normalise(found.text)
    if not text:
        raise DomainError(_("There is no text in it."))
    source = SourceText(
        agreement=agreement,
        participant_id=found.participant_id,
        pathway_id=found.pathway_id,
        period_id=found.period_id,
        dimension=found.dimension,
        kind=provider.kind,
        origin=found.key,
        title=found.title[:300],
        dated_on=found.dated_on,
        text=text,
        created_by=user,
    )
    checked(source)
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError:  # somebody took it in at the same moment
        return SourceText.objects.get(origin=found.key)
    return source


def upload_source(
    *,
    agreement: Agreement,
    user: User,
    upload: UploadedFile[bytes],
    title: str,
    kind: str,
    participant: Participant | None = None,
    pathway: Pathway | None = None,
    period: ReportingPeriod | None = None,
    dimension: str = "",
    dated_on: date | None = None,
) -> SourceText:
    """Take the text of a DOCX or PDF file in. Nothing is stored when it has none.

    Raises :class:`pathways.lessons.reading.Unreadable` and :class:`mou_portal.uploads.UploadRefused`.
    """
    allow(permissions.can_study(user, agreement))
    for row in (participant, pathway, period):
        if row is not None and row.agreement_id != agreement.pk:
            raise DomainError(_("This belongs to another agreement."))
    if kind not in (SourceKind.INTERVIEW, SourceKind.DOCUMENT):
        raise DomainError(_("Choose what the text is."))
    # the file is judged before it is read, and read before it is stored
    content = upload.read(settings.UPLOAD_MAX_BYTES + 1)
    inspect(upload.name or "", content, limit=settings.UPLOAD_MAX_BYTES)
    reading = read_file(upload.name or "", content)
    upload.seek(0)
    stored = store_upload(upload=upload, user=user)
    source = SourceText(
        agreement=agreement,
        participant=participant,
        pathway=pathway,
        period=period,
        dimension=dimension,
        kind=kind,
        title=normalise(title) or stored.original_name,
        dated_on=dated_on,
        text=reading.text,
        pages=reading.pages,
        warnings=list(reading.warnings),
        file=stored,
        created_by=user,
    )
    checked(source).save()
    return source
