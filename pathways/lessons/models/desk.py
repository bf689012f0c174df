"""A reader's own desk: searches that were kept, lessons that were picked, exports that were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record
from participants.models import Agreement, StoredFile

from .lessons import Lesson

if TYPE_CHECKING:
    from participants.models import User


class OwnRows(models.QuerySet):
    """Rows of one person."""

    def visible_to(self, user: User) -> OwnRows:
        """The person's own."""
        return self.filter(user_id=user.pk)


class SavedSearch(models.Model):
    """A search of the library that a person kept: its words and filters, as the page's own query."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches")
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="+", verbose_name=_("agreement"))
    name = models.CharField(_("name"), max_length=120)
    query = models.CharField(_("search"), max_length=1000)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = OwnRows.as_manager()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "agreement", "name"], name="saved_search_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The library with this search."""
        return f"{reverse('lessons:lesson-list')}?{self.query}"


class BasketItem(models.Model):
    """A lesson that a person put into the basket, from which exports are made by hand."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="basket_items")
    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="+", verbose_name=_("lesson"))
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects = OwnRows.as_manager()

    class Meta:
        verbose_name = _("lesson in a basket")
        verbose_name_plural = _("lessons in baskets")
        ordering = ["added_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "lesson"], name="basket_item_once")]

    def __str__(self) -> str:
        return str(self.lesson_id)


class ExportFormat(models.TextChoices):
    """In what form lessons leave the portal."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "DOCX"
    XLSX = "xlsx", "XLSX"
    CSV = "csv", "CSV"
    JSON = "json", "JSON"
    BIBTEX = "bibtex", "BibTeX"
    RIS = "ris", "RIS"
    CSL = "csl", "CSL-JSON"
    REFI_CODEBOOK = "qdc", _("REFI-QDA codebook")
    REFI_PROJECT = "qdpx", _("REFI-QDA project")


class JobState(models.TextChoices):
    """States of an export."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class ExportJob(models.Model):
    """A long export: what is asked for, how far it is, and the file when it is done.

    ``selection`` is ``{"query": "…"}``, ``{"lessons": [pk, …]}`` or ``{"edition": pk}``. The file is made as consented
    at that moment, and is given out only as long as no consent in it has changed since (the giver asks).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="export_jobs")
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="+", verbose_name=_("agreement"))
    format = models.CharField(_("format"), max_length=10, choices=ExportFormat.choices)
    language = models.CharField(_("language"), max_length=5, default="th")
    selection = models.JSONField(_("selection"), default=dict)
    state = models.CharField(
        _("state"), max_length=20, choices=JobState.choices, default=JobState.WAITING, editable=False
    )
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    error = models.TextField(_("error"), blank=True)
    file = models.OneToOneField(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    objects = OwnRows.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="export_state_known"),
            models.CheckConstraint(condition=Q(format__in=ExportFormat.values), name="export_format_known"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="export_done_at_most_total"),
        ]

    def __str__(self) -> str:
        return f"{self.get_format_display()} · {self.pk}"

    def get_absolute_url(self) -> str:
        """The export's page: progress, then the file."""
        return reverse("lessons:export-detail", args=[self.pk])


class ReportTemplate(Record):
    """A DOCX file by which staff restyle the lesson-learned report; the newest one in use counts."""

    name = models.CharField(_("name"), max_length=120)
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    in_use = models.BooleanField(_("in use"), default=False)

    class Meta:
        verbose_name = _("report template")
        verbose_name_plural = _("report templates")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["in_use"], condition=Q(in_use=True), name="report_template_one_in_use")
        ]

    def __str__(self) -> str:
        return self.name
