"""Lessons: what was done, what came of it, why, and what others should do."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record
from mou_portal.thai.fields import SearchKeyField
from participants.access import access_of
from participants.models import Agreement, Participant
from pathways.models import Dimension, Pathway, PathwayChoice, ProgressUpdate, ReportingPeriod

from .codebook import Theme
from .sources import Consent, Excerpt

if TYPE_CHECKING:
    from participants.models import User

#: Letters and digits of a public code: nothing that can be mistaken for another, no vowels that spell words.
_LETTERS = "23456789BCDFGHJKMNPQRSTVWXZ"


def new_code() -> str:
    """A code for a lesson's public address. By chance, so that neighbours in time are no neighbours here."""
    return "".join(secrets.choice(_LETTERS) for _place in range(8))


class LessonState(models.TextChoices):
    """States of a lesson."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted, waiting for validation")
    RETURNED = "returned", _("returned for changes")
    VALIDATED = "validated", _("validated")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Drawn(models.TextChoices):
    """Who draws a lesson."""

    LOCAL_GOVERNMENT = "local_government", _("the local government organisation")
    RESEARCH = "research", _("the researchers")


class Addressee(models.TextChoices):
    """To whom a recommendation speaks."""

    LOCAL_GOVERNMENTS = "local_governments", _("local government organisations")
    OWN = "own", _("the organisation itself")
    INSTITUTE = "institute", _("the institute")
    MINISTRY = "ministry", _("ministries and central agencies")
    PROVINCE = "province", _("the province")
    CIVIL_SOCIETY = "civil_society", _("communities and civil society")
    RESEARCHERS = "researchers", _("researchers")


class Confidence(models.TextChoices):
    """How sure those who validated a lesson are that it holds."""

    LOW = "low", _("low: one account, not checked")
    MEDIUM = "medium", _("medium: supported by more than one source")
    HIGH = "high", _("high: several independent sources agree")


class Stance(models.TextChoices):
    """What a passage, a case or a lesson says of a claim."""

    SUPPORTS = "supports", _("supports")
    CONTRADICTS = "contradicts", _("contradicts")


#: The texts of a lesson, in the order in which they are read.
WORDS = ("title", "situation", "action", "result", "why", "lesson", "recommendation")

#: Consents under which something is shown outside.
SHOWN = (Consent.NAMED, Consent.PATHWAY, Consent.ANONYMOUS)


class LessonWords(models.Model):
    """The texts of a lesson, as written (on the lesson) or as validated (beside it)."""

    title = models.CharField(_("title"), max_length=200)
    situation = models.TextField(_("situation"), max_length=4000, blank=True)
    action = models.TextField(_("what was done"), max_length=4000, blank=True)
    result = models.TextField(_("what came of it"), max_length=4000, blank=True)
    why = models.TextField(_("why it came so"), max_length=4000, blank=True)
    lesson = models.TextField(_("lesson"), max_length=4000, blank=True)
    recommendation = models.TextField(_("recommendation"), max_length=4000, blank=True)

    class Meta:
        abstract = True


#: What may be shown outside, in one way or another (see `consent.shown`).
PUBLIC = Q(state=LessonState.PUBLISHED, consent__in=SHOWN)


def inside_of(user: User) -> Q:
    """Lessons that the person reads inside: own ones; what was handed in for advisers, researchers and staff; drafts of
    scholars for scholars. A condition on the lesson's own columns, so that searches stay quick."""
    access = access_of(user)
    handed_in = Q(submitted_at__isnull=False)
    own = Q(participant_id__in=access.own) & (Q(drawn_by=Drawn.LOCAL_GOVERNMENT) | handed_in)
    of_scholars = Q(drawn_by=Drawn.RESEARCH)
    if access.programme:
        return own | handed_in | of_scholars
    if access.staff:
        return own | handed_in
    studied = Q(agreement_id__in=access.researches) & (handed_in | of_scholars)
    return own | studied | (Q(participant_id__in=access.advises) & handed_in)


class LessonQuerySet(models.QuerySet["Lesson"]):
    """Vocabulary of lessons."""

    def visible_to(self, user: User) -> LessonQuerySet:
        """Rows that the person reads *inside*, with every name; see :func:`inside_of`."""
        return self.filter(inside_of(user))

    def public(self) -> LessonQuerySet:
        """Published lessons that may be shown outside, in one way or another."""
        return self.filter(PUBLIC)

    def readable_by(self, user: User) -> LessonQuerySet:
        """Rows that the person reads inside, and those that everybody reads as consented."""
        return self.filter(inside_of(user) | PUBLIC)

    def with_names(self) -> LessonQuerySet:
        """With everything that a row in a list shows, in one query."""
        return self.select_related(
            "participant__designation",
            "participant__local_government__province",
            "participant__agreement",
            "pathway",
            "period",
            "validated",
        )


class Lesson(Record, LessonWords):
    """What can be learned from one local government's work.

    The words on this row are the original: once handed in and not returned they never change; what validation made of
    them stands beside, in :class:`ValidatedText`. ``consent`` is the local government's own; ``hidden_words`` are
    further words that identify it and must not be shown when it is not named.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="lessons", verbose_name=_("agreement"))
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="lessons", verbose_name=_("participant"))
    choice = models.ForeignKey(
        PathwayChoice,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lessons",
        verbose_name=_("pathway choice"),
        editable=False,
    )
    pathway = models.ForeignKey(
        Pathway, models.PROTECT, null=True, blank=True, related_name="lessons", verbose_name=_("pathway")
    )
    period = models.ForeignKey(
        ReportingPeriod,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lessons",
        verbose_name=_("reporting period"),
    )
    update = models.ForeignKey(
        ProgressUpdate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lessons",
        verbose_name=_("begun from the progress update"),
        editable=False,
    )
    dimension = models.CharField(_("smart-city dimension"), max_length=20, choices=Dimension.choices, blank=True)
    addressee = models.CharField(_("addressed to"), max_length=20, choices=Addressee.choices, blank=True)
    drawn_by = models.CharField(_("drawn by"), max_length=20, choices=Drawn.choices, editable=False)
    state = models.CharField(
        _("state"), max_length=20, choices=LessonState.choices, default=LessonState.DRAFT, editable=False
    )
    confidence = models.CharField(_("confidence"), max_length=10, choices=Confidence.choices, blank=True)
    confidence_note = models.TextField(_("why this confidence"), max_length=2000, blank=True)
    consent = models.CharField(_("consent"), max_length=20, choices=Consent.choices, default=Consent.UNASKED)
    consent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )
    consent_at = models.DateTimeField(_("decided"), null=True, editable=False)
    hidden_words = models.JSONField(_("words that would identify us"), default=list, blank=True)
    public_code = models.CharField(_("public code"), max_length=8, unique=True, default=new_code, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("written by")
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("submitted by"),
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, editable=False)
    validated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("validated by"),
    )
    validated_at = models.DateTimeField(_("validated"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("published by"),
    )
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    themes = models.ManyToManyField(Theme, through="LessonTheme", related_name="lessons", verbose_name=_("themes"))
    excerpts = models.ManyToManyField(
        Excerpt, through="LessonEvidence", related_name="lessons", verbose_name=_("evidence")
    )

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LessonState.values), name="lesson_state_known"),
            models.CheckConstraint(condition=Q(consent__in=Consent.values), name="lesson_consent_known"),
            models.CheckConstraint(condition=Q(drawn_by__in=Drawn.values), name="lesson_drawn_known"),
            models.CheckConstraint(
                condition=Q(confidence__in=["", *Confidence.values]), name="lesson_confidence_known"
            ),
            models.CheckConstraint(condition=Q(dimension__in=["", *Dimension.values]), name="lesson_dimension_known"),
            models.CheckConstraint(condition=Q(addressee__in=["", *Addressee.values]), name="lesson_addressee_known"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(submitted_by__isnull=False, submitted_at__isnull=False),
                name="lesson_submitted_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["validated", "published"])
                | (
                    Q(validated_by__isnull=False, validated_at__isnull=False)
                    & ~Q(validated_by=F("submitted_by"))
                    & ~Q(confidence="")
                ),
                name="lesson_validated_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_by__isnull=False, published_at__isnull=False),
                name="lesson_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(consent="unasked") | Q(consent_by__isnull=False, consent_at__isnull=False),
                name="lesson_consent_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["agreement", "state", "-published_at"], name="lesson_by_state"),
            models.Index(fields=["participant", "state"], name="lesson_by_participant"),
            # Everything that the library counts, so that no long text is read for it.
            models.Index(
                fields=[
                    *("agreement", "state", "consent", "participant", "pathway", "dimension", "period", "confidence"),
                    *("drawn_by", "submitted_at"),
                ],
                include=["id"],
                name="lesson_counted",
            ),
        ]

    def __str__(self) -> str:
        return self.words.title

    def get_absolute_url(self) -> str:
        """The lesson's page for those who read it inside."""
        return reverse("lessons:lesson-detail", args=[self.pk])

    def get_public_url(self) -> str:
        """The address under which a published lesson stays."""
        return reverse("lessons:public-lesson", args=[self.public_code])

    @property
    def words(self) -> LessonWords:
        """The words that count: the validated ones, else the original."""
        return getattr(self, "validated", None) or self


class ValidatedText(Record, LessonWords):
    """The words of a lesson as validated, beside the original."""

    of = models.OneToOneField(Lesson, models.CASCADE, related_name="validated", verbose_name=_("lesson"))

    class Meta:
        verbose_name = _("validated text")
        verbose_name_plural = _("validated texts")

    def __str__(self) -> str:
        return self.title


#: What is counted of a lesson itself, each facet with its column; the rest hangs on its organisation.
COUNTED: Final = {
    "pathway": "pathway_id",
    "dimension": "dimension",
    "period": "period_id",
    "state": "state",
    "confidence": "confidence",
    "consent": "consent",
}
#: What stands between the values in an entry of the index.
INDEX_MARK: Final = "|"


class LessonIndex(models.Model):
    """What a lesson is found by: its words in one forgiving spelling, once in full and once as the outside sees them.

    Kept by :func:`pathways.lessons.services.index`; ``outside`` is empty for what is not public. ``place`` is where it
    stands in lists, the highest first: by the day on which it was published, else handed in, else begun; those of one
    day by their codes, for neighbours in time could tell whose an anonymous lesson is. ``told`` is what the
    library counts of it, between marks: the columns of :data:`COUNTED`, its organisation, and the keys of its themes.
    """

    lesson = models.OneToOneField(Lesson, models.CASCADE, primary_key=True, related_name="index")
    place = models.CharField(max_length=20, blank=True)
    told = models.TextField(blank=True)
    inside = SearchKeyField(blank=True)
    outside = SearchKeyField(blank=True)

    class Meta:
        verbose_name = _("search text of a lesson")
        verbose_name_plural = _("search texts of lessons")
        indexes = [models.Index(fields=["place", "lesson", "told"], name="lesson_listed")]

    def __str__(self) -> str:
        return str(self.lesson_id)


class LessonTheme(Record):
    """That a lesson is about a theme."""

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="theme_links", verbose_name=_("lesson"))
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="lesson_links", verbose_name=_("theme"))

    class Meta:
        verbose_name = _("theme of a lesson")
        verbose_name_plural = _("themes of lessons")
        ordering = ["lesson", "theme__order", "theme"]
        constraints = [models.UniqueConstraint(fields=["lesson", "theme"], name="lesson_theme_once")]

    def __str__(self) -> str:
        return str(self.theme)


class LessonEvidence(Record):
    """A passage that supports or contradicts a lesson."""

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="evidence", verbose_name=_("lesson"))
    excerpt = models.ForeignKey(Excerpt, models.PROTECT, related_name="lesson_links", verbose_name=_("passage"))
    stance = models.CharField(_("stance"), max_length=20, choices=Stance.choices, default=Stance.SUPPORTS)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("evidence of a lesson")
        verbose_name_plural = _("evidence of lessons")
        ordering = ["lesson", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["lesson", "excerpt"], name="lesson_evidence_once"),
            models.CheckConstraint(condition=Q(stance__in=Stance.values), name="lesson_evidence_stance_known"),
        ]

    def __str__(self) -> str:
        return str(self.excerpt)


class LessonCase(Record):
    """Another lesson that is a case for or against this one."""

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="cases", verbose_name=_("lesson"))
    other = models.ForeignKey(Lesson, models.CASCADE, related_name="case_of", verbose_name=_("other lesson"))
    stance = models.CharField(_("stance"), max_length=20, choices=Stance.choices)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("case for or against a lesson")
        verbose_name_plural = _("cases for or against lessons")
        ordering = ["lesson", "stance", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["lesson", "other"], name="lesson_case_once"),
            models.CheckConstraint(condition=~Q(lesson=F("other")), name="lesson_case_is_another"),
            models.CheckConstraint(condition=Q(stance__in=Stance.values), name="lesson_case_stance_known"),
        ]

    def __str__(self) -> str:
        return f"{self.other}"


class LessonEvent(models.Model):
    """A step in the life of a lesson, with the note that went with it: the thread that both sides read."""

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="events", verbose_name=_("lesson"))
    state = models.CharField(_("became"), max_length=20, choices=LessonState.choices)
    consent = models.CharField(_("consent"), max_length=20, choices=Consent.choices, blank=True)
    note = models.TextField(_("note"), max_length=4000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("step of a lesson")
        verbose_name_plural = _("steps of lessons")
        ordering = ["lesson", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.lesson} → {self.get_state_display()}"
