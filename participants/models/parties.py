"""Local governments with their dated names, and their part in an agreement."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record
from mou_portal.thai.localized import localized
from mou_portal.thai.words import search_text, sort_key
from participants.access import access_of

from .agreements import Agreement

if TYPE_CHECKING:
    from .people import User


class Province(models.Model):
    """One of Thailand's 77 provinces (Bangkok included), keyed by ISO 3166-2."""

    iso = models.CharField(_("ISO code"), max_length=6, unique=True)
    name_th = models.CharField(_("name (Thai)"), max_length=60)
    name_en = models.CharField(_("name (English)"), max_length=60)
    region = models.CharField(_("region"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("province")
        verbose_name_plural = _("provinces")
        ordering = ["iso"]

    def __str__(self) -> str:
        return localized(self)


class GovernmentKind(models.TextChoices):
    """The types of local government organisation in Thailand that join the programme."""

    PAO = "provincial_administrative_organization", _("Provincial Administrative Organization")
    CITY = "city_municipality", _("City Municipality")
    TOWN = "town_municipality", _("Town Municipality")
    SUBDISTRICT = "subdistrict_municipality", _("Subdistrict Municipality")
    SAO = "subdistrict_administrative_organization", _("Subdistrict Administrative Organization")


class LocalGovernment(Record):
    """A local government organisation: a lasting body whose name and type are dated facts.

    ``code`` is the stable key and is never built from the type. ``sort_key`` and ``search_text`` follow the newest
    designation (see :meth:`Designation.save`), so that both databases sort and search alike.
    """

    code = models.SlugField(_("code"), max_length=60, unique=True)
    province = models.ForeignKey(Province, models.PROTECT, related_name="local_governments", verbose_name=_("province"))
    address = models.TextField(_("address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_demo = models.BooleanField(_("made up for demonstration"), default=False, editable=False)
    sort_key = models.CharField(max_length=400, blank=True, editable=False, db_index=True)
    search_text = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name = _("local government organisation")
        verbose_name_plural = _("local government organisations")
        ordering = ["sort_key"]

    def __str__(self) -> str:
        newest = self.newest_designation()
        return localized(newest) if newest else self.code

    def newest_designation(self) -> Designation | None:
        """The name and type that hold now, from prefetched rows where there are any."""
        rows = sorted(self.designations.all(), key=lambda row: row.starts_on or date.min)
        return rows[-1] if rows else None

    def designation_on(self, day: date) -> Designation | None:
        """The name and type that held on a day."""
        for row in self.designations.all():
            if (row.starts_on is None or row.starts_on <= day) and (row.ends_on is None or day <= row.ends_on):
                return row
        return None


class Designation(Record):
    """What a local government was called, and what type it was, from one day to another.

    An empty ``starts_on`` means "since before our records"; an empty ``ends_on`` means "until now".
    """

    local_government = models.ForeignKey(
        LocalGovernment, models.CASCADE, related_name="designations", verbose_name=_("local government organisation")
    )
    kind = models.CharField(_("type"), max_length=45, choices=GovernmentKind.choices)
    name_th = models.CharField(_("name (Thai)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("name and type")
        verbose_name_plural = _("names and types")
        ordering = ["local_government", F("starts_on").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["local_government"], condition=Q(ends_on=None), name="designation_one_open"
            ),
            models.UniqueConstraint(
                fields=["local_government"], condition=Q(starts_on=None), name="designation_one_first"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="designation_dates_order",
            ),
            models.CheckConstraint(condition=Q(kind__in=GovernmentKind.values), name="designation_kind_known"),
        ]

    def __str__(self) -> str:
        return localized(self)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and keep the body's sort key and search text in step with its names."""
        super().save(*args, **kwargs)
        body = self.local_government
        names = list(body.designations.order_by(F("starts_on").asc(nulls_first=True)))
        LocalGovernment.objects.filter(pk=body.pk).update(
            sort_key=sort_key(names[-1].name_th),
            search_text=search_text(body.code, *(text for row in names for text in (row.name_th, row.name_en))),
        )


class ParticipantQuerySet(models.QuerySet["Participant"]):
    """Vocabulary of participants."""

    def visible_to(self, user: User) -> ParticipantQuerySet:
        """Own participants, those advised, those of agreements researched; staff see all."""
        access = access_of(user)
        if access.staff:
            return self
        return self.filter(Q(pk__in=access.own | access.advises) | Q(agreement_id__in=access.researches))

    def with_names(self) -> ParticipantQuerySet:
        """With everything that a name, a type and a province need, in one query."""
        return self.select_related("designation", "local_government__province", "agreement")


class Participant(Record):
    """A local government's part in an agreement, with its signature as printed in the memorandum."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="participants", verbose_name=_("agreement"))
    local_government = models.ForeignKey(
        LocalGovernment, models.PROTECT, related_name="participations", verbose_name=_("local government organisation")
    )
    designation = models.ForeignKey(
        Designation, models.PROTECT, related_name="+", verbose_name=_("name and type at signing")
    )
    order = models.PositiveIntegerField(_("order in the memorandum"))
    signatory_as_printed = models.CharField(_("signatory, as printed"), max_length=200, blank=True)
    signatory_line_as_printed = models.CharField(_("line below the signature, as printed"), max_length=200, blank=True)
    signatory_position_th = models.CharField(_("signatory's position (Thai)"), max_length=200, blank=True)
    check_against_original = models.BooleanField(_("to be checked against the signed original"), default=False)
    check_note_th = models.CharField(_("what to check (Thai)"), max_length=300, blank=True)
    check_note_en = models.CharField(_("what to check (English)"), max_length=300, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    joined_on = models.DateField(_("joined on"), null=True, blank=True, help_text=_("Empty: from the start."))
    left_on = models.DateField(_("left on"), null=True, blank=True)
    left_reason = models.TextField(_("why it left"), max_length=1000, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["agreement", "order"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "local_government"], name="participant_once_in_agreement"),
            models.UniqueConstraint(fields=["agreement", "order"], name="participant_order_once"),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(joined_on=None) | Q(left_on__gte=F("joined_on")),
                name="participant_left_after_joining",
            ),
        ]
        indexes = [models.Index(fields=["local_government", "agreement"])]

    def __str__(self) -> str:
        return localized(self.designation)

    @property
    def code(self) -> str:
        """The local government's stable code."""
        return self.local_government.code

    @property
    def name_th(self) -> str:
        """Thai name at signing."""
        return self.designation.name_th

    @property
    def name_en(self) -> str:
        """English name at signing."""
        return self.designation.name_en

    def takes_part_on(self, day: date) -> bool:
        """Whether the party belongs to the agreement on a day; on the day that it leaves it still does."""
        return (self.joined_on is None or self.joined_on <= day) and (self.left_on is None or day <= self.left_on)

    def get_absolute_url(self) -> str:
        """The participant's own page in the portal."""
        return reverse("participants:participant-detail", args=[self.agreement.code, self.local_government.code])
