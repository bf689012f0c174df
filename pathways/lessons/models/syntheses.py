"""Syntheses: statements that lessons support or contradict, in chapters; published as frozen editions."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mou_portal.records import DomainError, Record
from mou_portal.thai.localized import localized
from participants.models import Agreement

from .codebook import OfScholars
from .lessons import Lesson, Stance


class Synthesis(Record):
    """A report in the making: what the lessons of an agreement say together. It is published as editions."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="syntheses", verbose_name=_("agreement"))
    title_th = models.CharField(_("title (Thai)"), max_length=300)
    title_en = models.CharField(_("title (English)"), max_length=300, blank=True)
    authors = models.JSONField(
        _("authors"), default=list, blank=True, help_text=_("One name a line, as they should be cited.")
    )
    summary = models.TextField(_("summary"), max_length=8000, blank=True)
    method_note = models.TextField(_("method note"), max_length=8000, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("begun by")
    )

    objects = OfScholars.as_manager()

    class Meta:
        verbose_name = _("synthesis")
        verbose_name_plural = _("syntheses")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return localized(self)

    def get_absolute_url(self) -> str:
        """The synthesis' page."""
        return reverse("lessons:synthesis-detail", args=[self.pk])


class ChapterQuerySet(OfScholars):
    """Vocabulary of chapters."""

    agreement_path = "synthesis__agreement_id"


class Chapter(Record):
    """A chapter of a synthesis."""

    synthesis = models.ForeignKey(Synthesis, models.CASCADE, related_name="chapters", verbose_name=_("synthesis"))
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    title = models.CharField(_("title"), max_length=300)
    introduction = models.TextField(_("introduction"), max_length=8000, blank=True)

    objects = ChapterQuerySet.as_manager()

    class Meta:
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")
        ordering = ["synthesis", "order", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The chapter in its synthesis."""
        return f"{reverse('lessons:synthesis-detail', args=[self.synthesis_id])}#c{self.pk}"

    @property
    def agreement_id(self) -> int:
        """The agreement of its synthesis."""
        return self.synthesis.agreement_id


class StatementQuerySet(OfScholars):
    """Vocabulary of statements."""

    agreement_path = "chapter__synthesis__agreement_id"


class Statement(Record):
    """A claim that lessons support or contradict. One without any is marked as such wherever it shows."""

    chapter = models.ForeignKey(Chapter, models.CASCADE, related_name="statements", verbose_name=_("chapter"))
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    text = models.TextField(_("statement"), max_length=2000)
    discussion = models.TextField(_("discussion"), max_length=8000, blank=True)
    lessons = models.ManyToManyField(
        Lesson, through="StatementLesson", related_name="statements", verbose_name=_("lessons")
    )

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["chapter", "order", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="statement_has_text")]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"

    def get_absolute_url(self) -> str:
        """The statement in its synthesis."""
        return f"{reverse('lessons:synthesis-detail', args=[self.chapter.synthesis_id])}#s{self.pk}"

    @property
    def agreement_id(self) -> int:
        """The agreement of its synthesis."""
        return self.chapter.synthesis.agreement_id


class StatementLesson(Record):
    """That a lesson supports or contradicts a statement."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="lesson_links", verbose_name=_("statement"))
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="statement_links", verbose_name=_("lesson"))
    stance = models.CharField(_("stance"), max_length=20, choices=Stance.choices, default=Stance.SUPPORTS)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("lesson of a statement")
        verbose_name_plural = _("lessons of statements")
        ordering = ["statement", "stance", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "lesson"], name="statement_lesson_once"),
            models.CheckConstraint(condition=Q(stance__in=Stance.values), name="statement_stance_known"),
        ]

    def __str__(self) -> str:
        return str(self.lesson)


class EditionQuerySet(OfScholars):
    """Vocabulary of editions. None is ever changed or deleted; the database refuses a change as well."""

    agreement_path = "synthesis__agreement_id"

    def current(self) -> EditionQuerySet:
        """The newest edition of each synthesis."""
        newer = Edition.objects.filter(synthesis=models.OuterRef("synthesis"), number__gt=models.OuterRef("number"))
        return self.filter(~models.Exists(newer))

    def update(self, **_values: Any) -> NoReturn:
        """Refused."""
        raise DomainError(NEVER_CHANGES)

    def delete(self) -> NoReturn:
        """Refused."""
        raise DomainError(NEVER_CHANGES)


NEVER_CHANGES = _("A published edition never changes. Publish a new one.")


class Edition(models.Model):
    """A synthesis as it was published: numbered, dated, never changed.

    ``content`` holds the words of the synthesis (titles, authors, summary, method note, chapters, statements) and, for
    each lesson and quote it cites, the facts of that day (`consent.LessonFacts.as_json`) by primary key. Consent is
    *not* frozen: whoever shows an edition asks :func:`pathways.lessons.consent.shown` with the consent of today.
    """

    synthesis = models.ForeignKey(Synthesis, models.PROTECT, related_name="editions", verbose_name=_("synthesis"))
    number = models.PositiveSmallIntegerField(_("edition"))
    published_on = models.DateField(_("published on"))
    note = models.TextField(_("what changed"), max_length=2000, blank=True)
    content = models.JSONField(_("content"), default=dict)
    sha256 = models.CharField("SHA-256", max_length=64)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("published by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["synthesis", "-number"]
        constraints = [models.UniqueConstraint(fields=["synthesis", "number"], name="edition_number_once")]

    def __str__(self) -> str:
        return f"{self.synthesis} · {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new edition; one that is published never changes."""
        if not self._state.adding:
            raise DomainError(NEVER_CHANGES)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The edition's page."""
        return reverse("lessons:edition-detail", args=[self.pk])

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise DomainError(NEVER_CHANGES)

    def get_public_url(self) -> str:
        """The address under which everybody reads it, and which stays."""
        return reverse("lessons:public-edition", args=[self.pk])

    @property
    def agreement_id(self) -> int:
        """The agreement of its synthesis."""
        return self.synthesis.agreement_id
