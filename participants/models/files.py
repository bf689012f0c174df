"""Private files: stored under generated names outside the web root, shown only through a row that owns them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record
from participants.access import access_of

from .agreements import Agreement, Clause
from .parties import Participant

if TYPE_CHECKING:
    from .people import User


class StoredFile(models.Model):
    """One uploaded file. Immutable: a new version is a new row.

    It has no page of its own. A row that refers to it (evidence, document, receipt, slides) decides who may read it,
    and that row's view streams it through :func:`participants.files.serve`.
    """

    storage_name = models.CharField(max_length=120, unique=True, editable=False)
    original_name = models.CharField(_("file name"), max_length=255)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.original_name


class DocumentKind(models.TextChoices):
    """What a document of an agreement is."""

    SIGNED_SCAN = "signed_scan", _("scan of the signed memorandum")
    AUTHORISING_LETTER = "authorising_letter", _("authorising letter")
    MINUTES = "minutes", _("minutes")
    OTHER = "other", _("other")


class PartyDocumentQuerySet(models.QuerySet["PartyDocument"]):
    """Vocabulary of documents."""

    def visible_to(self, user: User) -> PartyDocumentQuerySet:
        """Documents of visible participants, and those that belong to a visible agreement as a whole."""
        access = access_of(user)
        if access.staff:
            return self
        mine = models.Q(participant_id__in=access.own | access.advises)
        studied = models.Q(participant__isnull=False, agreement_id__in=access.researches)
        common = models.Q(participant=None, agreement_id__in=access.agreement_ids)
        return self.filter(mine | studied | common)


class PartyDocument(Record):
    """A document of an agreement or of one party to it: the signed scan, a letter, minutes."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="documents", verbose_name=_("agreement"))
    participant = models.ForeignKey(
        Participant,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("participant"),
        help_text=_("Empty: a document of the agreement as a whole."),
    )
    clause = models.ForeignKey(
        Clause, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("clause")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=DocumentKind.choices)
    title = models.CharField(_("title"), max_length=200)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    dated_on = models.DateField(_("date of the document"), null=True, blank=True)
    file = models.OneToOneField(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )

    objects = PartyDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["agreement", "participant", "-dated_on"]

    def __str__(self) -> str:
        return self.title
