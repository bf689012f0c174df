"""Field visits: scheduled by the institute (clause 4.1) or asked for beyond the schedule (clause 4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record
from participants.access import access_of
from participants.models import Agreement, Participant

if TYPE_CHECKING:
    from participants.models import User


class ArrangedBy(models.TextChoices):
    """At whose wish a visit takes place; decides who pays."""

    INSTITUTE = "institute", _("the institute, within its schedule")
    LOCAL_GOVERNMENT = "local_government", _("a local government organisation, beyond the schedule")


class VisitState(models.TextChoices):
    """States of a field visit."""

    ASKED = "asked", _("asked for")
    AGREED = "agreed", _("agreed")
    DECLINED = "declined", _("declined")
    SCHEDULED = "scheduled", _("scheduled")
    DONE = "done", _("done")
    REPORTED = "reported", _("reported")


class VisitQuerySet(models.QuerySet["FieldVisit"]):
    """Vocabulary of visits."""

    def visible_to(self, user: User) -> VisitQuerySet:
        """Visits that concern own or advised participants or that one is sent on; researchers those of their
        agreements; staff all."""
        access = access_of(user)
        if access.staff:
            return self
        concerned = VisitParticipant.objects.filter(participant_id__in=access.own | access.advises).values("visit_id")
        sent_on = FieldVisit.visitors.through.objects.filter(user_id=user.pk).values("fieldvisit_id")
        return self.filter(
            Q(pk__in=concerned)
            | Q(agreement_id__in=access.researches)
            | Q(pk__in=sent_on, agreement_id__in=access.agreement_ids)
        )


class FieldVisit(Record):
    """A visit of advisers and researchers to one or more participants."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="visits", verbose_name=_("agreement"))
    arranged_by = models.CharField(_("arranged by"), max_length=20, choices=ArrangedBy.choices)
    state = models.CharField(_("state"), max_length=20, choices=VisitState.choices, editable=False)
    purpose = models.TextField(_("purpose"), max_length=3000)
    wished_on = models.DateField(_("wished for"), null=True, blank=True)
    visit_on = models.DateField(_("day of the visit"), null=True, blank=True)
    visitors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="visits", verbose_name=_("advisers and researchers")
    )
    participants = models.ManyToManyField(
        Participant, through="VisitParticipant", related_name="visits", verbose_name=_("participants")
    )
    people = models.PositiveSmallIntegerField(_("advisers and researchers expected"), null=True, blank=True)
    hours = models.PositiveSmallIntegerField(_("hours of advice each"), null=True, blank=True)
    nights = models.PositiveSmallIntegerField(_("nights each"), null=True, blank=True)
    decision_note = models.TextField(_("reason for the decision"), max_length=2000, blank=True)
    report = models.TextField(_("report"), max_length=20000, blank=True)
    outside_period_reason = models.TextField(
        _("reason for a date outside the agreement's period"), max_length=1000, blank=True
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("entered by")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("field visit")
        verbose_name_plural = _("field visits")
        ordering = ["-visit_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=VisitState.values), name="visit_state_known"),
            models.CheckConstraint(condition=Q(arranged_by__in=ArrangedBy.values), name="visit_arranged_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["scheduled", "done", "reported"]) | Q(visit_on__isnull=False),
                name="visit_scheduled_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(decision_note=""), name="visit_declined_needs_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.purpose[:80]

    def get_absolute_url(self) -> str:
        """The visit's page."""
        return reverse("seminars:visit-detail", args=[self.pk])


class VisitParticipant(Record):
    """A participant's part in a visit, with its weight when costs are shared."""

    visit = models.ForeignKey(FieldVisit, models.CASCADE, related_name="parts", verbose_name=_("field visit"))
    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="visit_parts", verbose_name=_("participant")
    )
    weight = models.PositiveSmallIntegerField(_("weight in shared costs"), default=1)

    class Meta:
        verbose_name = _("visited participant")
        verbose_name_plural = _("visited participants")
        ordering = ["visit", "participant__order"]
        constraints = [models.UniqueConstraint(fields=["visit", "participant"], name="visit_participant_once")]

    def __str__(self) -> str:
        return str(self.participant)
