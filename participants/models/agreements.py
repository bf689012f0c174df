"""The agreement, its amendments and its clauses."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record
from mou_portal.thai.localized import localized
from participants.access import access_of
from participants.life import AgreementStatus, status_on, within

if TYPE_CHECKING:
    from .people import User

STATUS_LABELS = {
    AgreementStatus.DRAFT: _("draft"),
    AgreementStatus.SIGNED: _("signed, not yet in force"),
    AgreementStatus.IN_FORCE: _("in force"),
    AgreementStatus.ENDED: _("ended"),
}


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Vocabulary of agreements."""

    def visible_to(self, user: User) -> AgreementQuerySet:
        """Agreements in which the user has, or had by role, something to do; staff see all."""
        access = access_of(user)
        return self if access.staff else self.filter(pk__in=access.agreement_ids)

    def listed_for(self, user: User) -> list[Agreement]:
        """What :meth:`visible_to` gives, in the model's order. Every request asks for it, so it is written out."""
        access = access_of(user)
        ids = sorted(access.agreement_ids)
        if not ids and not access.staff:
            return []
        where = "" if access.staff else f"WHERE id IN ({', '.join(['%s'] * len(ids))})"
        sql = f"SELECT * FROM participants_agreement {where} ORDER BY is_current DESC, phase DESC, code"  # noqa: S608 — only marks for the ids are put in
        return list(self.model._base_manager.raw(sql, ids if where else []))

    def current(self) -> Agreement | None:
        """The agreement that the portal opens with, if there is one."""
        return self.filter(is_current=True).first()


class Agreement(Record):
    """A memorandum of cooperation between the institute and local government organisations."""

    code = models.SlugField(
        _("code"), max_length=40, unique=True, help_text=_("Short, Latin letters; part of addresses.")
    )
    phase = models.PositiveSmallIntegerField(_("phase"), default=1)
    title_th = models.CharField(_("title (Thai)"), max_length=500)
    title_en = models.CharField(_("title (English)"), max_length=500)
    short_title_th = models.CharField(_("short title (Thai)"), max_length=120)
    short_title_en = models.CharField(_("short title (English)"), max_length=120)
    institute_name_th = models.CharField(_("institute (Thai)"), max_length=200)
    institute_name_en = models.CharField(_("institute (English)"), max_length=200)
    institute_signatory_as_printed = models.CharField(
        _("institute's signatory, as printed"), max_length=200, blank=True
    )
    institute_signed_on = models.DateField(_("institute signed on"), null=True, blank=True)
    place_th = models.CharField(_("place of signing (Thai)"), max_length=200, blank=True)
    place_en = models.CharField(_("place of signing (English)"), max_length=200, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    starts_on = models.DateField(
        _("in force from"), null=True, blank=True, help_text=_("Empty: from the day of signing.")
    )
    ends_on = models.DateField(_("in force until"))
    is_current = models.BooleanField(_("current"), default=False)
    predecessor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors", verbose_name=_("previous phase")
    )
    has_demo_data = models.BooleanField(_("holds made-up demonstration data"), default=False, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["-is_current", "-phase", "code"]
        constraints = [
            models.UniqueConstraint(fields=["is_current"], condition=Q(is_current=True), name="agreement_one_current"),
            models.CheckConstraint(
                condition=Q(signed_on=None) | Q(ends_on__gte=F("signed_on")), name="agreement_ends_after_signing"
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on__gte=F("starts_on")), name="agreement_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return localized(self, "short_title")

    def get_absolute_url(self) -> str:
        """The agreement's own page: its life, its clauses, the phases around it."""
        return reverse("agreements:agreement-detail", args=[self.code])

    @property
    def begins_on(self) -> date | None:
        """First day in force: the day of signing unless another is given (clause 3)."""
        return self.starts_on or self.signed_on

    def status(self, day: date | None = None) -> AgreementStatus:
        """The computed status on a day (today in Thailand when none is given)."""
        day = day or timezone.localdate()
        return status_on(day, signed_on=self.signed_on, starts_on=self.starts_on, ends_on=self.ends_on)

    def get_status_display(self) -> str:
        """Today's status in the reader's language."""
        return str(STATUS_LABELS[self.status()])

    def covers(self, day: date) -> bool:
        """Whether a day lies within the period of clause 3."""
        return self.begins_on is not None and within(day, starts_on=self.begins_on, ends_on=self.ends_on)


class Obliged(models.TextChoices):
    """Whom a clause obliges."""

    ALL = "all", _("all parties")
    INSTITUTE = "institute", _("the institute")
    LOCAL_GOVERNMENT = "local_government", _("each local government organisation")


class Clause(Record):
    """A clause by its number, with a short title in the portal's own words: the text belongs to the memorandum."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="clauses", verbose_name=_("agreement"))
    number = models.CharField(_("number"), max_length=20, help_text=_("For example 2.1 or 2.2(4)4.1"))
    label_th = models.CharField(_("as people write it (Thai)"), max_length=60)
    label_en = models.CharField(_("as people write it (English)"), max_length=60)
    title_th = models.CharField(_("short title (Thai)"), max_length=300)
    title_en = models.CharField(_("short title (English)"), max_length=300)
    obliged = models.CharField(_("obliged"), max_length=20, choices=Obliged.choices)
    order = models.PositiveSmallIntegerField(_("order"))

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ["agreement", "order"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="clause_number_once"),
            models.CheckConstraint(condition=Q(obliged__in=Obliged.values), name="clause_obliged_known"),
        ]

    def __str__(self) -> str:
        return f"{localized(self, 'label')} {localized(self, 'title')}"


class Amendment(Record):
    """A change to an agreement, for example a later end of the period: first a copy to edit, then signed and merged.

    ``base`` is the agreement as it was when the copy was taken, ``proposed`` the copy as it was edited; both as
    :mod:`participants.amending` reads and writes them. From the signature on all of it stays as it is.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="amendments", verbose_name=_("agreement"))
    number = models.PositiveSmallIntegerField(_("number"))
    title_th = models.CharField(_("title (Thai)"), max_length=300)
    title_en = models.CharField(_("title (English)"), max_length=300, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    new_ends_on = models.DateField(_("new end of the period"), null=True, blank=True)
    old_ends_on = models.DateField(_("end of the period before"), null=True, blank=True, editable=False)
    summary = models.TextField(_("what changes"), blank=True)
    base = models.JSONField(_("the agreement before"), default=dict, blank=True, editable=False)
    proposed = models.JSONField(_("the copy to edit"), default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ["agreement", "number"]
        constraints = [models.UniqueConstraint(fields=["agreement", "number"], name="amendment_number_once")]

    def __str__(self) -> str:
        return localized(self)

    def get_absolute_url(self) -> str:
        """The page that compares the copy with the agreement."""
        return reverse("agreements:amendment-detail", args=[self.pk])
