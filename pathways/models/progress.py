"""Milestones, reporting periods, progress updates and their evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record
from mou_portal.thai.localized import localized
from participants.access import access_of
from participants.files import is_picture
from participants.models import Agreement, Participant, StoredFile

from .choices import PathwayChoice

if TYPE_CHECKING:
    from participants.models import User


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    """Vocabulary of milestones."""

    def visible_to(self, user: User) -> MilestoneQuerySet:
        """Milestones of visible choices."""
        return self.filter(choice__in=PathwayChoice.objects.visible_to(user))


class Milestone(Record):
    """A step of a choice's plan, with its weight in the whole."""

    choice = models.ForeignKey(
        PathwayChoice, models.CASCADE, related_name="milestones", verbose_name=_("pathway choice")
    )
    title = models.CharField(_("title"), max_length=300)
    due_on = models.DateField(_("due"))
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    done_on = models.DateField(_("done on"), null=True, blank=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["choice", "due_on"]
        constraints = [
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=100), name="milestone_weight_1_to_100")
        ]

    def __str__(self) -> str:
        return self.title


class PeriodKind(models.TextChoices):
    """What a period's reports are for; reminders may be set for each kind."""

    REGULAR = "regular", _("regular report")
    MIDTERM = "midterm", _("mid-term report")
    FINAL = "final", _("final report")


class ReportingPeriod(Record):
    """A period for which every confirmed choice is reported once, by its due day.

    Once it is locked its reports stay as they are: what was handed in can still be accepted, nothing else changes.
    """

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="reporting_periods", verbose_name=_("agreement")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    name_th = models.CharField(_("name (Thai)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    due_on = models.DateField(_("report due"))
    asks_indicators = models.BooleanField(
        _("asks for values of indicators"),
        default=True,
        help_text=_("Reports for this period ask for a value of each indicator of the choice."),
    )
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=PeriodKind.choices,
        default=PeriodKind.REGULAR,
        help_text=_("Reminders can be set for each kind."),
    )
    locked_at = models.DateTimeField(_("locked"), null=True, editable=False)

    class Meta:
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        ordering = ["agreement", "number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="period_number_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="period_dates_order"),
            models.CheckConstraint(condition=Q(due_on__gte=F("starts_on")), name="period_due_after_start"),
            models.CheckConstraint(condition=Q(kind__in=PeriodKind.values), name="period_kind_known"),
        ]

    def __str__(self) -> str:
        return localized(self)

    @property
    def is_locked(self) -> bool:
        """Whether its reports stay as they are."""
        return self.locked_at is not None

    def clean(self) -> None:
        """Refuse a period that lies outside the agreement's (clause 3)."""
        super().clean()
        if not (self.agreement_id and self.starts_on and self.ends_on):  # the form reports what is missing
            return
        begins_on = self.agreement.begins_on
        if self.ends_on > self.agreement.ends_on or (begins_on is not None and self.starts_on < begins_on):
            raise ValidationError(_("The period lies outside the agreement's own (clause 3). Give days within it."))


class PeriodSkip(Record):
    """That one participant need not report for a period, and why."""

    period = models.ForeignKey(
        ReportingPeriod, models.CASCADE, related_name="skips", verbose_name=_("reporting period")
    )
    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="period_skips", verbose_name=_("participant")
    )
    reason = models.TextField(_("reason"), max_length=1000)

    class Meta:
        verbose_name = _("skipped period")
        verbose_name_plural = _("skipped periods")
        constraints = [
            models.UniqueConstraint(fields=["period", "participant"], name="period_skip_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="period_skip_needs_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.participant} · {self.period}"


class UpdateState(models.TextChoices):
    """States of a progress update."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted, waiting for review")
    RETURNED = "returned", _("returned for changes")
    ACCEPTED = "accepted", _("accepted")


#: The paragraphs of an update, in the order of the form; a note on return may be tied to one of them.
PARAGRAPHS = ("done", "result", "obstacles", "next_step", "percent")

#: States in which the participant may edit.
EDITABLE_UPDATE_STATES = (UpdateState.DRAFT, UpdateState.RETURNED)


class UpdateQuerySet(models.QuerySet["ProgressUpdate"]):
    """Vocabulary of updates."""

    def visible_to(self, user: User) -> UpdateQuerySet:
        """Own updates in any state; advisers, researchers and staff see those that were submitted at least once."""
        access = access_of(user)
        own = Q(choice__participant_id__in=access.own)
        handed_in = Q(submitted_at__isnull=False)
        if access.staff:
            return self.filter(own | handed_in)
        near = Q(choice__participant_id__in=access.advises) | Q(choice__participant__agreement_id__in=access.researches)
        return self.filter(own | (handed_in & near))

    def with_names(self) -> UpdateQuerySet:
        """With everything that a row in a list shows, in one query."""
        return self.select_related(
            "choice__pathway",
            "choice__participant__designation",
            "choice__participant__local_government__province",
            "choice__participant__agreement",
            "period",
            "submitted_by",
        )


class ProgressUpdate(Record):
    """A participant's report on one choice for one period.

    Only accepted updates count towards progress. ``percent`` is the participant's own estimate of the whole choice.
    """

    choice = models.ForeignKey(PathwayChoice, models.PROTECT, related_name="updates", verbose_name=_("pathway choice"))
    period = models.ForeignKey(
        ReportingPeriod, models.PROTECT, related_name="updates", verbose_name=_("reporting period")
    )
    state = models.CharField(_("state"), max_length=20, choices=UpdateState.choices, default=UpdateState.DRAFT)
    nothing_changed = models.BooleanField(_("nothing changed since the last report"), default=False)
    done = models.TextField(_("what was done"), max_length=8000, blank=True)
    result = models.TextField(_("result"), max_length=8000, blank=True)
    obstacles = models.TextField(_("obstacles"), max_length=8000, blank=True)
    next_step = models.TextField(_("next step"), max_length=8000, blank=True)
    percent = models.PositiveSmallIntegerField(_("progress (percent)"), default=0, validators=[MaxValueValidator(100)])
    late_reason = models.TextField(_("reason for an entry outside the agreement's period"), max_length=1000, blank=True)
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
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("reviewed by"),
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, editable=False)

    objects = UpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress update")
        verbose_name_plural = _("progress updates")
        ordering = ["-period__number", "choice"]
        constraints = [
            models.UniqueConstraint(fields=["choice", "period"], name="update_once_per_period"),
            models.CheckConstraint(condition=Q(state__in=UpdateState.values), name="update_state_known"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="update_percent_at_most_100"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(submitted_by__isnull=False, submitted_at__isnull=False),
                name="update_submitted_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | (Q(reviewed_by__isnull=False) & ~Q(reviewed_by=F("submitted_by"))),
                name="update_not_accepted_by_submitter",
            ),
        ]
        indexes = [models.Index(fields=["state", "submitted_at"])]

    def __str__(self) -> str:
        return f"{self.choice} · {self.period}"

    def get_absolute_url(self) -> str:
        """The update's page."""
        return reverse("pathways:update-detail", args=[self.pk])

    @property
    def participant(self) -> Participant:
        """Whose update it is."""
        return self.choice.participant


def paragraph_label(name: str) -> str:
    """The heading of one of the :data:`PARAGRAPHS`, in the reader's language."""
    field: models.Field[Any, Any] = ProgressUpdate._meta.get_field(name)  # type: ignore[assignment]  # no relation
    return str(field.verbose_name)


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Vocabulary of evidence."""

    def visible_to(self, user: User) -> EvidenceQuerySet:
        """Evidence of visible updates."""
        return self.filter(update__in=ProgressUpdate.objects.visible_to(user))


class Evidence(Record):
    """A file that shows what an update says."""

    update = models.ForeignKey(
        ProgressUpdate, models.CASCADE, related_name="evidence", verbose_name=_("progress update")
    )
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    caption = models.CharField(_("caption"), max_length=300, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["update", "created_at"]

    def __str__(self) -> str:
        return self.caption or str(self.file)

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown small."""
        return is_picture(self.file)

    @property
    def ending(self) -> str:
        """What kind of file it is, as people name it: ``PDF``."""
        return self.file.storage_name.rpartition(".")[2].upper()


class UpdateEvent(models.Model):
    """A step in the life of an update, with the note that went with it: the thread that both sides read.

    ``paragraphs`` holds notes on single fields of the update, by field name; a returned update opens exactly those
    fields, or all of them when there are none. A remark without a step repeats the state.
    """

    update = models.ForeignKey(ProgressUpdate, models.CASCADE, related_name="events", verbose_name=_("progress update"))
    state = models.CharField(_("became"), max_length=20, choices=UpdateState.choices)
    note = models.TextField(_("note"), max_length=4000, blank=True)
    paragraphs = models.JSONField(_("notes on single paragraphs"), default=dict, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("step of an update")
        verbose_name_plural = _("steps of updates")
        ordering = ["update", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.update} → {self.get_state_display()}"
