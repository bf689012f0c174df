"""Texts from which lessons are drawn, the passages marked in them, and what was said about those."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record
from participants.access import access_of
from participants.models import Agreement, Participant, StoredFile
from pathways.models import Dimension, Pathway, ReportingPeriod

from .codebook import OfScholars, Theme

if TYPE_CHECKING:
    from participants.models import User


class Consent(models.TextChoices):
    """How a local government lets its lesson or its words be shown outside. Until it decides, they are not."""

    UNASKED = "unasked", _("not yet decided")
    NAMED = "named", _("with the organisation's name")
    PATHWAY = "pathway", _("with the pathway only")
    ANONYMOUS = "anonymous", _("anonymous")
    REFUSED = "refused", _("not to be shown outside")


class SourceKind(models.TextChoices):
    """What a text is."""

    UPDATE = "update", _("accepted progress update")
    PRESENTATION = "presentation", _("presentation")
    FEEDBACK = "feedback", _("feedback")
    VISIT = "visit", _("report of a field visit")
    INTERVIEW = "interview", _("interview notes")
    DOCUMENT = "document", _("document")


class SourceQuerySet(OfScholars):
    """Vocabulary of sources."""

    def visible_to(self, user: User) -> SourceQuerySet:
        """Staff all; researchers those of their agreements; a local government's own people what came from their own
        pages (never uploaded notes about them), their advisers likewise."""
        access = access_of(user)
        if access.staff:
            return self
        near = Q(participant_id__in=access.own | access.advises) & ~Q(origin="")
        return self.filter(near | Q(agreement_id__in=access.researches))

    def with_names(self) -> SourceQuerySet:
        """With everything that a row in a list shows, in one query."""
        return self.select_related(
            "participant__designation",
            "participant__local_government__province",
            "participant__agreement",
            "pathway",
            "period",
            "file",
        )


class SourceText(Record):
    """A text as it was when it was taken in; offsets of passages point into it, so it never changes.

    ``origin`` is the key of the row it was taken from (``pathways.update:12``), empty for an uploaded file.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="source_texts", verbose_name=_("agreement"))
    participant = models.ForeignKey(
        Participant,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="source_texts",
        verbose_name=_("participant"),
        help_text=_("Empty: a text about the programme as a whole."),
    )
    pathway = models.ForeignKey(
        Pathway, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("pathway")
    )
    period = models.ForeignKey(
        ReportingPeriod, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reporting period")
    )
    dimension = models.CharField(_("smart-city dimension"), max_length=20, choices=Dimension.choices, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=SourceKind.choices)
    origin = models.CharField(_("taken from"), max_length=80, blank=True, editable=False)
    title = models.CharField(_("title"), max_length=300)
    dated_on = models.DateField(_("date"), null=True, blank=True)
    text = models.TextField(_("text"), editable=False)
    pages = models.PositiveIntegerField(_("pages"), default=0, editable=False)
    warnings = models.JSONField(_("found while reading"), default=list, blank=True, editable=False)
    file = models.OneToOneField(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("file")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("taken in by")
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["origin"], condition=~Q(origin=""), name="source_taken_once"),
            models.CheckConstraint(condition=Q(kind__in=SourceKind.values), name="source_kind_known"),
            models.CheckConstraint(condition=~Q(text=""), name="source_has_text"),
            models.CheckConstraint(condition=Q(dimension__in=["", *Dimension.values]), name="source_dimension_known"),
        ]
        indexes = [models.Index(fields=["agreement", "kind"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page on which the source is read and coded."""
        return reverse("lessons:source-detail", args=[self.pk])


class ExcerptQuerySet(OfScholars):
    """Vocabulary of passages."""

    agreement_path = "source__agreement_id"

    def visible_to(self, user: User) -> ExcerptQuerySet:
        """Staff and researchers all; a local government's people what was quoted from its own words in a lesson."""
        access = access_of(user)
        if access.staff:
            return self
        quoted = Q(source__participant_id__in=access.own) & Q(lesson_links__isnull=False)
        return self.filter(Q(source__agreement_id__in=access.researches) | quoted).distinct()

    def with_names(self) -> ExcerptQuerySet:
        """With its source and whose it is."""
        return self.select_related(
            "source__participant__designation",
            "source__participant__local_government__province",
            "source__participant__agreement",
            "source__pathway",
            "source__period",
        )


class Excerpt(Record):
    """A passage of a source: characters ``start`` (first) to ``end`` (behind the last), with a copy of its text.

    Passages may overlap. ``consent`` is that of the local government whose words they are, for this quote.
    """

    source = models.ForeignKey(SourceText, models.CASCADE, related_name="excerpts", verbose_name=_("source"))
    start = models.PositiveIntegerField(_("from character"))
    end = models.PositiveIntegerField(_("to character"))
    text = models.TextField(_("passage"), editable=False)
    consent = models.CharField(
        _("consent for the quote"), max_length=20, choices=Consent.choices, default=Consent.UNASKED
    )
    consent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )
    consent_at = models.DateTimeField(_("decided"), null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("marked by")
    )

    objects = ExcerptQuerySet.as_manager()

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        ordering = ["source", "start", "end"]
        constraints = [
            models.UniqueConstraint(fields=["source", "start", "end"], name="excerpt_once"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="excerpt_not_empty"),
            models.CheckConstraint(condition=Q(consent__in=Consent.values), name="excerpt_consent_known"),
            models.CheckConstraint(
                condition=Q(consent="unasked") | Q(consent_by__isnull=False, consent_at__isnull=False),
                name="excerpt_consent_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"

    def get_absolute_url(self) -> str:
        """The passage in its source."""
        return f"{reverse('lessons:source-detail', args=[self.source_id])}#x{self.pk}"

    @property
    def agreement_id(self) -> int:
        """The agreement of its source."""
        return self.source.agreement_id

    def clean(self) -> None:
        """Refuse a copy that is not what stands in the source."""
        super().clean()
        if self.source_id and self.source.text[self.start : self.end] != self.text:
            raise ValidationError(_("The passage is not in the source at that place."))


class CodingQuerySet(OfScholars):
    """Vocabulary of codes."""

    agreement_path = "excerpt__source__agreement_id"


class Coding(Record):
    """That a person found a theme in a passage."""

    excerpt = models.ForeignKey(Excerpt, models.CASCADE, related_name="codings", verbose_name=_("passage"))
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="codings", verbose_name=_("theme"))
    coder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="codings", editable=False, verbose_name=_("coded by")
    )

    objects = CodingQuerySet.as_manager()

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        ordering = ["excerpt", "theme", "coder"]
        constraints = [models.UniqueConstraint(fields=["excerpt", "theme", "coder"], name="coding_once")]

    def __str__(self) -> str:
        return f"{self.theme} · {self.excerpt}"


class Memo(Record):
    """A scholar's note: on a source, a passage, a theme or a lesson, or on the agreement as a whole."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="memos", verbose_name=_("agreement"))
    source = models.ForeignKey(
        SourceText, models.CASCADE, null=True, blank=True, related_name="memos", verbose_name=_("source")
    )
    excerpt = models.ForeignKey(
        Excerpt, models.CASCADE, null=True, blank=True, related_name="memos", verbose_name=_("passage")
    )
    theme = models.ForeignKey(
        Theme, models.CASCADE, null=True, blank=True, related_name="memos", verbose_name=_("theme")
    )
    lesson = models.ForeignKey(
        "lessons.Lesson", models.CASCADE, null=True, blank=True, related_name="memos", verbose_name=_("lesson")
    )
    text = models.TextField(_("memo"), max_length=8000)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("written by")
    )

    objects = OfScholars.as_manager()

    class Meta:
        verbose_name = _("memo")
        verbose_name_plural = _("memos")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(excerpt=None, theme=None, lesson=None)
                | Q(source=None, theme=None, lesson=None)
                | Q(source=None, excerpt=None, lesson=None)
                | Q(source=None, excerpt=None, theme=None),
                name="memo_on_one_thing",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="memo_has_text"),
        ]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"
