"""What a field visit found, and the follow-up actions that came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record

from .visits import FieldVisit

if TYPE_CHECKING:
    from datetime import date

    from participants.models import User


class FindingKind(models.TextChoices):
    """What sort of finding it is."""

    STRENGTH = "strength", _("what goes well")
    PROBLEM = "problem", _("a problem")
    ADVICE = "advice", _("advice")


class FindingQuerySet(models.QuerySet["Finding"]):
    """Vocabulary of findings."""

    def visible_to(self, user: User) -> FindingQuerySet:
        """Findings of visible visits."""
        return self.filter(visit__in=FieldVisit.objects.visible_to(user))


class Finding(Record):
    """One thing that the visitors found."""

    visit = models.ForeignKey(FieldVisit, models.PROTECT, related_name="findings", verbose_name=_("field visit"))
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    kind = models.CharField(_("kind"), max_length=20, choices=FindingKind.choices, default=FindingKind.PROBLEM)
    text = models.TextField(_("what was found"), max_length=4000)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("written by")
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding of a visit")
        verbose_name_plural = _("findings of visits")
        ordering = ["visit", "order"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "order"], name="finding_order_once"),
            models.CheckConstraint(condition=Q(kind__in=FindingKind.values), name="finding_kind_known"),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        """Its visit's page."""
        return f"{reverse('seminars:visit-detail', args=[self.visit_id])}#finding-{self.pk}"


class ActionState(models.TextChoices):
    """States of a follow-up action. What the assignee did counts when the verifier found it adequate."""

    OPEN = "open", _("to do")
    DONE = "done", _("done, to be verified")
    VERIFIED = "verified", _("verified as adequate")


class ActionQuerySet(models.QuerySet["FollowUpAction"]):
    """Vocabulary of follow-up actions."""

    def visible_to(self, user: User) -> ActionQuerySet:
        """Actions of visible visits."""
        return self.filter(finding__visit__in=FieldVisit.objects.visible_to(user))

    def with_names(self) -> ActionQuerySet:
        """With everything that a row in a list shows, in a few queries."""
        return self.select_related("finding__visit__agreement", "assignee", "verifier").prefetch_related(
            "finding__visit__parts__participant__designation", "finding__visit__visitors"
        )


class FollowUpAction(Record):
    """What is to be done about a finding: by whom, until when, and who says whether it was adequate."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="actions", verbose_name=_("finding"))
    title = models.CharField(_("what is to be done"), max_length=300)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assigned_actions", verbose_name=_("who does it")
    )
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="verified_actions", verbose_name=_("who verifies it")
    )
    due_on = models.DateField(_("due"))
    state = models.CharField(
        _("state"), max_length=20, choices=ActionState.choices, default=ActionState.OPEN, editable=False
    )
    done_on = models.DateField(_("done on"), null=True, editable=False)
    done_note = models.TextField(_("what was done"), max_length=4000, blank=True, editable=False)
    adequate = models.BooleanField(_("adequate?"), null=True, editable=False)
    verified_on = models.DateField(_("looked at on"), null=True, editable=False)
    verifier_note = models.TextField(_("the verifier's words"), max_length=4000, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("entered by")
    )

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up action")
        verbose_name_plural = _("follow-up actions")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ActionState.values), name="action_state_known"),
            models.CheckConstraint(
                condition=~Q(assignee=F("verifier")),
                name="action_verified_by_another",
                violation_error_message=_("Whoever does it does not verify it: name two people."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "verified"]) | (Q(done_on__isnull=False) & ~Q(done_note="")),
                name="action_done_says_what",
            ),
            models.CheckConstraint(
                condition=~Q(state="verified") | Q(adequate=True, verified_on__isnull=False),
                name="action_verified_is_adequate",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The action's page."""
        return reverse("seminars:action-detail", args=[self.pk])

    def overdue_on(self, day: date) -> bool:
        """Whether it is still to do after its day."""
        return self.state == ActionState.OPEN and self.due_on < day

    @property
    def sign(self) -> str:
        """The state as components/state.html knows it."""
        return {"open": "due", "done": "submitted", "verified": "done"}[self.state]
