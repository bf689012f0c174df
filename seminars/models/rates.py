"""Dated rates: what staff entered as the most (or exactly) that is paid for one unit of something, and since when.

The portal ships no official value: every row was entered by a named person from a regulation or order that it names.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record
from mou_portal.thai.dates import format_date
from mou_portal.thai.money import format_amount
from participants.access import access_of
from participants.models import Agreement
from seminars.rates import RateFact, overlaps

if TYPE_CHECKING:
    from participants.models import User


class RateKind(models.TextChoices):
    """What is paid for. The values are those of an expense line's category."""

    HONORARIUM = "honorarium", _("honorarium")
    MEALS = "meals", _("meals")
    TRAVEL = "travel", _("travel")
    LODGING = "lodging", _("lodging")
    MATERIALS = "materials", _("materials")
    VENUE_HIRE = "venue_hire", _("venue hire")
    OTHER = "other", _("other")


class RateUnit(models.TextChoices):
    """For how much of it the amount holds."""

    HOUR = "hour", _("for each person and hour")
    DAY = "day", _("for each person and day")
    NIGHT = "night", _("for each person and night")
    JOURNEY = "journey", _("for each person and journey there and back")
    KILOMETRE = "kilometre", _("for each kilometre")
    PERSON = "person", _("for each person")
    TIME = "time", _("for each time")


class RateMeaning(models.TextChoices):
    """What the amount says."""

    CEILING = "ceiling", _("at most this amount")
    FLAT = "flat", _("exactly this amount")


class RateQuerySet(models.QuerySet["Rate"]):
    """Vocabulary of rates."""

    def visible_to(self, user: User) -> RateQuerySet:
        """Staff see all; others those of their agreements, for a request is estimated with them."""
        access = access_of(user)
        return self if access.staff else self.filter(agreement_id__in=access.agreement_ids)

    def on(self, day: date) -> RateQuerySet:
        """Those that hold on a day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)

    def facts(self) -> tuple[RateFact, ...]:
        """The rows as the pure rules take them."""
        return tuple(row.fact for row in self)


class Rate(Record):
    """An amount of baht for one unit, from ``valid_from`` to ``valid_to`` (both included; empty: until further notice).

    Of one agreement, kind, unit and name no two hold on one day: :meth:`clean` says so to a person, the services that
    store a rate ask once more under a lock, and constraints refuse two that begin on one day or are both open.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="rates", verbose_name=_("agreement"))
    kind = models.CharField(_("kind"), max_length=20, choices=RateKind.choices)
    unit = models.CharField(_("unit"), max_length=20, choices=RateUnit.choices)
    name = models.CharField(
        _("for whom or what"),
        max_length=120,
        blank=True,
        help_text=_("Only where one kind has several rates, such as single and shared rooms. Empty: the usual rate."),
    )
    amount = models.DecimalField(
        _("amount (baht)"), max_digits=14, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    meaning = models.CharField(_("meaning"), max_length=20, choices=RateMeaning.choices, default=RateMeaning.CEILING)
    source = models.CharField(
        _("regulation or order"), max_length=300, help_text=_("Where the amount comes from, with its date.")
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("This day included. Empty: until further notice.")
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("entered by")
    )

    objects = RateQuerySet.as_manager()

    class Meta:
        verbose_name = _("rate")
        verbose_name_plural = _("rates")
        ordering = ["agreement", "kind", "unit", "name", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "kind", "unit", "name", "valid_from"],
                name="rate_begins_once",
                violation_error_message=_("A rate for this begins on that day already."),
            ),
            models.UniqueConstraint(
                fields=["agreement", "kind", "unit", "name"],
                condition=Q(valid_to=None),
                name="rate_one_open",
                violation_error_message=_("A rate for this has no end yet. Give it its last day first."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="rate_days_order",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="rate_positive"),
            models.CheckConstraint(condition=Q(kind__in=RateKind.values), name="rate_kind_known"),
            models.CheckConstraint(condition=Q(unit__in=RateUnit.values), name="rate_unit_known"),
            models.CheckConstraint(condition=Q(meaning__in=RateMeaning.values), name="rate_meaning_known"),
        ]

    def __str__(self) -> str:
        return " · ".join(filter(None, (str(self.get_kind_display()), str(self.get_unit_display()), self.name)))

    @property
    def fact(self) -> RateFact:
        """The row as the pure rules take it."""
        return RateFact(
            kind=self.kind,
            unit=self.unit,
            amount=self.amount,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            name=self.name,
            ceiling=self.meaning == RateMeaning.CEILING,
        )

    def others(self) -> Iterable[Rate]:
        """Other rates for the same thing."""
        return Rate.objects.filter(
            agreement_id=self.agreement_id, kind=self.kind, unit=self.unit, name=self.name
        ).exclude(pk=self.pk)

    def clean(self) -> None:
        """Refuse a rate that holds on a day on which another for the same thing holds."""
        super().clean()
        if not self.valid_from or not self.agreement_id:
            return
        for other in self.others():
            if overlaps(self.fact, other.fact):
                raise ValidationError(
                    {
                        "valid_from": gettext(
                            "From %(start)s a rate of %(amount)s baht for this holds. Give it its last day first."
                        )
                        % {
                            "start": format_date(other.valid_from, get_language() or "th"),
                            "amount": format_amount(other.amount),
                        }
                    }
                )
