"""Files of a seminar: materials for the delegates, and photographs of signed sheets as proof of a roll."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record
from participants.access import access_of
from participants.models import StoredFile

from .seminars import Seminar, SeminarSession, SeminarState

if TYPE_CHECKING:
    from participants.models import User


class MaterialQuerySet(models.QuerySet["Material"]):
    """Vocabulary of materials."""

    def visible_to(self, user: User) -> MaterialQuerySet:
        """Materials of visible seminars, and public ones of seminars that were announced."""
        public = Q(is_public=True, seminar__state__in=[SeminarState.ANNOUNCED, SeminarState.CLOSED])
        return self.filter(public | Q(seminar__in=Seminar.objects.visible_to(user)))


class Material(Record):
    """A file to download: slides of a speaker, a programme, a form. Public ones need no account."""

    seminar = models.ForeignKey(Seminar, models.CASCADE, related_name="materials", verbose_name=_("seminar"))
    title = models.CharField(_("title"), max_length=200)
    is_public = models.BooleanField(
        _("public: whoever has the link may download it, without an account"), default=False
    )
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))

    objects = MaterialQuerySet.as_manager()

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ["seminar", "pk"]

    def __str__(self) -> str:
        return self.title


class SheetPhotoQuerySet(models.QuerySet["SheetPhoto"]):
    """Vocabulary of photographs of sheets."""

    def visible_to(self, user: User) -> SheetPhotoQuerySet:
        """Staff alone: a sheet shows everybody's signature."""
        return self if access_of(user).staff else self.none()


class SheetPhoto(Record):
    """A photograph or scan of a signed sheet: it proves the roll of its session."""

    session = models.ForeignKey(SeminarSession, models.CASCADE, related_name="photos", verbose_name=_("session"))
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))

    objects = SheetPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photograph of a sheet")
        verbose_name_plural = _("photographs of sheets")
        ordering = ["session", "pk"]

    def __str__(self) -> str:
        return f"{self.session} · {self.file}"
