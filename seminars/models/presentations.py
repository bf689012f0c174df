"""Presentations of the parties' work (clauses 2.2 (2) and (3))."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record
from participants.access import access_of
from participants.models import Participant, StoredFile
from pathways.models import PathwayChoice, ProgressUpdate

from .seminars import Seminar

if TYPE_CHECKING:
    from participants.models import User


class PresentationState(models.TextChoices):
    """States of a presentation; only a given one proves the clause."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("returned for changes")
    ACCEPTED = "accepted", _("accepted")
    GIVEN = "given", _("given")
    NOT_GIVEN = "not_given", _("not given")


class PresentationQuerySet(models.QuerySet["Presentation"]):
    """Vocabulary of presentations."""

    def visible_to(self, user: User) -> PresentationQuerySet:
        """Own in any state; others that were submitted: staff all, advisers and researchers within their reach,
        reviewers those of the seminars that they review."""
        access = access_of(user)
        own = Q(participant_id__in=access.own)
        handed_in = ~Q(state=PresentationState.DRAFT)
        if access.staff:
            return self.filter(own | handed_in)
        near = Q(participant_id__in=access.advises) | Q(participant__agreement_id__in=access.researches)
        reviewed = Seminar.objects.filter(reviewers__user_id=user.pk, agreement_id__in=access.agreement_ids)
        near |= Q(seminar_id__in=reviewed.values("pk"))
        return self.filter(own | (handed_in & near))


class Presentation(Record):
    """A participant's presentation at a seminar or on a presentation day."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="presentations", verbose_name=_("participant")
    )
    seminar = models.ForeignKey(Seminar, models.PROTECT, related_name="presentations", verbose_name=_("seminar"))
    choice = models.ForeignKey(
        PathwayChoice,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="presentations",
        verbose_name=_("pathway choice"),
    )
    state = models.CharField(
        _("state"), max_length=20, choices=PresentationState.choices, default=PresentationState.DRAFT, editable=False
    )
    title = models.CharField(_("title"), max_length=300)
    abstract = models.TextField(_("abstract"), max_length=6000, blank=True)
    presenters = models.CharField(_("presenters"), max_length=400, blank=True)
    slides = models.OneToOneField(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("slides")
    )
    updates = models.ManyToManyField(
        ProgressUpdate, blank=True, related_name="presentations", verbose_name=_("progress updates used again")
    )
    note = models.TextField(_("note on return"), max_length=2000, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("written by")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )
    given_on = models.DateField(_("given on"), null=True, editable=False)

    objects = PresentationQuerySet.as_manager()

    class Meta:
        verbose_name = _("presentation")
        verbose_name_plural = _("presentations")
        ordering = ["seminar", "participant__order", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PresentationState.values), name="presentation_state_known"),
            models.CheckConstraint(
                condition=~Q(state="given") | Q(given_on__isnull=False), name="presentation_given_has_day"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The presentation's page."""
        return reverse("seminars:presentation-detail", args=[self.pk])
