"""What surrounds a presentation: former slides, its slot in the programme, the rubric, reviews and their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record
from mou_portal.thai.localized import localized
from participants.access import access_of
from participants.models import StoredFile
from seminars.programme import MOST_MINUTES
from seminars.rubric import CriterionFact

from .presentations import Presentation
from .seminars import Seminar, SeminarSession

if TYPE_CHECKING:
    from participants.models import User


class FormerSlides(Record):
    """A version of the slides that a newer one replaced. The newest is the presentation's own ``slides``."""

    presentation = models.ForeignKey(
        Presentation, models.PROTECT, related_name="former_slides", verbose_name=_("presentation")
    )
    number = models.PositiveSmallIntegerField(_("version"))
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("slides"))

    class Meta:
        verbose_name = _("former slides")
        verbose_name_plural = _("former slides")
        ordering = ["presentation", "-number"]
        constraints = [models.UniqueConstraint(fields=["presentation", "number"], name="former_slides_number_once")]

    def __str__(self) -> str:
        return f"{self.number} · {self.file}"


class Slot(Record):
    """A presentation's place in a session. One place holds one presentation, one presentation has one place."""

    session = models.ForeignKey(SeminarSession, models.PROTECT, related_name="slots", verbose_name=_("session"))
    number = models.PositiveSmallIntegerField(_("place"), validators=[MinValueValidator(1)])
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=15, validators=[MinValueValidator(1), MaxValueValidator(MOST_MINUTES)]
    )
    presentation = models.OneToOneField(
        Presentation, models.PROTECT, related_name="slot", verbose_name=_("presentation")
    )

    class Meta:
        verbose_name = _("slot of a programme")
        verbose_name_plural = _("slots of a programme")
        ordering = ["session__day", "session__order", "number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="slot_booked_once"),
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=MOST_MINUTES), name="slot_minutes"),
            models.CheckConstraint(condition=Q(number__gte=1), name="slot_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.number}"


class Criterion(Record):
    """What reviewers judge at a seminar, with its highest score and its weight."""

    seminar = models.ForeignKey(Seminar, models.PROTECT, related_name="criteria", verbose_name=_("seminar"))
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    title_th = models.CharField(_("criterion (Thai)"), max_length=200)
    title_en = models.CharField(_("criterion (English)"), max_length=200, blank=True)
    highest = models.PositiveSmallIntegerField(
        _("highest score"), default=5, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["seminar", "order"]
        constraints = [
            models.UniqueConstraint(fields=["seminar", "order"], name="criterion_order_once"),
            models.CheckConstraint(condition=Q(highest__gte=1, highest__lte=100), name="criterion_highest_1_to_100"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=100), name="criterion_weight_1_to_100"),
        ]

    def __str__(self) -> str:
        return localized(self, "title")

    @property
    def fact(self) -> CriterionFact:
        """The row as the pure rules take it."""
        return CriterionFact(self.pk, self.highest, self.weight)


class Reviewer(Record):
    """A person who reviews the presentations of a seminar."""

    seminar = models.ForeignKey(Seminar, models.PROTECT, related_name="reviewers", verbose_name=_("seminar"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews_at", verbose_name=_("reviewer")
    )

    class Meta:
        verbose_name = _("reviewer")
        verbose_name_plural = _("reviewers")
        ordering = ["seminar", "pk"]
        constraints = [models.UniqueConstraint(fields=["seminar", "user"], name="reviewer_once")]

    def __str__(self) -> str:
        return str(self.user)


class ReviewQuerySet(models.QuerySet["Review"]):
    """Vocabulary of reviews."""

    def visible_to(self, user: User) -> ReviewQuerySet:
        """Who may read a review with its scores.

        One's own always. Programme staff read all, and reviewers those of presentations that they themselves have
        reviewed; a member of staff who is a reviewer, too, waits as every reviewer does. Local governments never
        read scores: their page shows the words that were sent to them.
        """
        own = Review.objects.filter(presentation=OuterRef("presentation"), reviewer_id=user.pk)
        reviews_there = Reviewer.objects.filter(seminar=OuterRef("presentation__seminar"), user_id=user.pk)
        rows = self.filter(Q(Exists(own)) | ~Q(Exists(reviews_there)))
        if access_of(user).programme:
            return rows
        return self.filter(Exists(own))


class Review(Record):
    """One reviewer's scores for a presentation, and the words for the local government, which may answer them."""

    presentation = models.ForeignKey(
        Presentation, models.PROTECT, related_name="reviews", verbose_name=_("presentation")
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews", verbose_name=_("reviewer")
    )
    comment = models.TextField(_("feedback for the local government"), max_length=4000, blank=True)
    remark = models.TextField(_("remark for the other reviewers and the staff"), max_length=2000, blank=True)
    sent_at = models.DateTimeField(_("sent to the local government"), null=True, editable=False)
    answer = models.TextField(_("answer of the local government"), max_length=4000, blank=True, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("answered by"),
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review of a presentation")
        verbose_name_plural = _("reviews of presentations")
        ordering = ["presentation", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["presentation", "reviewer"], name="review_once"),
            models.CheckConstraint(
                condition=Q(answer="") | Q(sent_at__isnull=False, answered_at__isnull=False), name="review_answer_dated"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.presentation} · {self.reviewer}"

    def get_absolute_url(self) -> str:
        """The presentation's page, where its feedback stands."""
        return f"{reverse('seminars:presentation-detail', args=[self.presentation_id])}#feedback"


class Score(Record):
    """A review's score on one criterion."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="scores", verbose_name=_("review"))
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores", verbose_name=_("criterion"))
    value = models.PositiveSmallIntegerField(_("score"), validators=[MaxValueValidator(100)])

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["review", "criterion__order"]
        constraints = [
            models.UniqueConstraint(fields=["review", "criterion"], name="score_once"),
            models.CheckConstraint(condition=Q(value__lte=100), name="score_at_most_100"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"
