"""The six pathways and who chose which (clause 2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record
from mou_portal.thai.localized import localized
from participants.access import access_of
from participants.models import Agreement, Participant, StoredFile

if TYPE_CHECKING:
    from participants.models import User


class Pathway(Record):
    """One of the pathways of clause 2.1; the Thai title is quoted verbatim, because it is what people tick."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="pathways", verbose_name=_("agreement"))
    number = models.PositiveSmallIntegerField(_("number"))
    code = models.SlugField(_("code"), max_length=40)
    title_th = models.CharField(_("title (Thai), verbatim"), max_length=300)
    title_en = models.CharField(_("title (English)"), max_length=300)

    class Meta:
        verbose_name = _("pathway")
        verbose_name_plural = _("pathways")
        ordering = ["agreement", "number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="pathway_number_once"),
            models.UniqueConstraint(fields=["agreement", "code"], name="pathway_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}) {localized(self, 'title')}"


class Dimension(models.TextChoices):
    """The seven smart-city dimensions used in Thailand."""

    ENVIRONMENT = "environment", _("Smart Environment")
    MOBILITY = "mobility", _("Smart Mobility")
    LIVING = "living", _("Smart Living")
    PEOPLE = "people", _("Smart People")
    ENERGY = "energy", _("Smart Energy")
    ECONOMY = "economy", _("Smart Economy")
    GOVERNANCE = "governance", _("Smart Governance")


class ChoiceQuerySet(models.QuerySet["PathwayChoice"]):
    """Vocabulary of choices."""

    def visible_to(self, user: User) -> ChoiceQuerySet:
        """Own and advised participants' choices in any state; researchers those that were submitted; staff all."""
        access = access_of(user)
        if access.staff:
            return self
        near = Q(participant_id__in=access.own | access.advises)
        studied = Q(
            participant__agreement_id__in=access.researches,
            pk__in=ChoiceVersion.objects.exclude(state=ChoiceState.DRAFT).values("choice_id"),
        )
        return self.filter(near | studied)

    def with_names(self) -> ChoiceQuerySet:
        """With everything that a row in a list shows: one query, and one for the versions."""
        return self.select_related(
            "pathway",
            "participant__designation",
            "participant__local_government__province",
            "participant__agreement",
        ).prefetch_related("versions")

    def confirmed(self) -> ChoiceQuerySet:
        """Choices that staff confirmed and that hold: what the gate of clause 2.1 counts."""
        return self.filter(pk__in=ChoiceVersion.objects.filter(state=ChoiceState.CONFIRMED).values("choice_id"))


class PathwayChoice(Record):
    """That a participant works on a pathway. What was said about it, and its state, are its versions."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="choices", verbose_name=_("participant"))
    pathway = models.ForeignKey(Pathway, models.PROTECT, related_name="choices", verbose_name=_("pathway"))

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("pathway choice")
        verbose_name_plural = _("pathway choices")
        ordering = ["participant", "pathway"]
        constraints = [models.UniqueConstraint(fields=["participant", "pathway"], name="choice_once")]

    def __str__(self) -> str:
        return f"{self.participant} · {self.pathway}"

    def get_absolute_url(self) -> str:
        """The choice's page."""
        return reverse("pathways:choice-detail", args=[self.pk])

    @property
    def current_version(self) -> ChoiceVersion | None:
        """The confirmed version, or else the newest; from prefetched versions where there are any."""
        versions = sorted(self.versions.all(), key=lambda version: version.number)
        confirmed = [version for version in versions if version.state == ChoiceState.CONFIRMED]
        known = confirmed or versions
        return known[-1] if known else None


class ChoiceState(models.TextChoices):
    """States of a version. A confirmed one is replaced only by a newer confirmed one."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("waiting for confirmation")
    RETURNED = "returned", _("returned for changes")
    CONFIRMED = "confirmed", _("confirmed")
    SUPERSEDED = "superseded", _("replaced by a newer version")
    WITHDRAWN = "withdrawn", _("withdrawn")


OPEN_CHOICE_STATES = (ChoiceState.DRAFT, ChoiceState.SUBMITTED, ChoiceState.RETURNED)


class ChoiceVersionQuerySet(models.QuerySet["ChoiceVersion"]):
    """Vocabulary of versions."""

    def visible_to(self, user: User) -> ChoiceVersionQuerySet:
        """Versions of own and advised participants in any state; researchers those that were submitted; staff all."""
        access = access_of(user)
        if access.staff:
            return self
        near = Q(choice__participant_id__in=access.own | access.advises)
        studied = Q(choice__participant__agreement_id__in=access.researches) & ~Q(state=ChoiceState.DRAFT)
        return self.filter(near | studied)

    def with_names(self) -> ChoiceVersionQuerySet:
        """With everything that a row in a list shows, in one query."""
        return self.select_related(
            "choice__pathway",
            "choice__participant__designation",
            "choice__participant__local_government__province",
            "choice__participant__agreement",
        )


class ChoiceVersion(Record):
    """What a participant declares about a choice: why, for what result, on whose authority."""

    choice = models.ForeignKey(PathwayChoice, models.CASCADE, related_name="versions", verbose_name=_("pathway choice"))
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=20, choices=ChoiceState.choices, default=ChoiceState.DRAFT)
    chosen_on = models.DateField(_("chosen on"))
    reason = models.TextField(_("why this pathway"), max_length=4000)
    expected_result = models.TextField(_("expected result"), max_length=4000)
    dimensions = models.JSONField(_("smart-city dimensions"), default=list, blank=True)
    document_number = models.CharField(_("authorising document, number"), max_length=80, blank=True)
    document_date = models.DateField(_("authorising document, date"), null=True, blank=True)
    document_file = models.OneToOneField(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("authorising document, file"),
    )
    signed_by = models.CharField(_("signed by (name and position)"), max_length=200, blank=True)
    change_reason = models.TextField(_("reason for the change"), max_length=2000, blank=True)
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
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    return_note = models.TextField(_("note on return"), max_length=2000, blank=True)

    objects = ChoiceVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a choice")
        verbose_name_plural = _("versions of choices")
        ordering = ["choice", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["choice", "number"], name="choice_version_number_once"),
            models.UniqueConstraint(fields=["choice"], condition=Q(state="confirmed"), name="choice_one_confirmed"),
            models.UniqueConstraint(
                fields=["choice"],
                condition=Q(state__in=["draft", "submitted", "returned"]),
                name="choice_one_open_version",
            ),
            models.CheckConstraint(condition=Q(state__in=ChoiceState.values), name="choice_state_known"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(change_reason="") | Q(state="draft"), name="choice_change_needs_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="choice_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.choice} · v{self.number}"

    def dimension_labels(self) -> list[str]:
        """The dimensions' names in the reader's language."""
        return [str(Dimension(value).label) for value in self.dimensions if value in Dimension.values]
