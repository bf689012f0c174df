"""Indicators of a choice's plan, and the values that progress updates report for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record

from .choices import PathwayChoice
from .progress import ProgressUpdate

if TYPE_CHECKING:
    from participants.models import User


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    """Vocabulary of indicators."""

    def visible_to(self, user: User) -> IndicatorQuerySet:
        """Indicators of visible choices."""
        return self.filter(choice__in=PathwayChoice.objects.visible_to(user))


class Indicator(Record):
    """What a choice is measured by: from ``baseline`` to ``target`` in ``unit``; the target may lie below."""

    choice = models.ForeignKey(
        PathwayChoice, models.CASCADE, related_name="indicators", verbose_name=_("pathway choice")
    )
    name = models.CharField(_("indicator"), max_length=300)
    unit = models.CharField(_("unit"), max_length=60)
    baseline = models.DecimalField(_("baseline"), max_digits=16, decimal_places=3)
    target = models.DecimalField(_("target"), max_digits=16, decimal_places=3)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["choice", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["choice", "name"],
                name="indicator_name_once",
                violation_error_message=_("The choice already has an indicator of this name."),
            ),
            models.CheckConstraint(
                condition=~Q(baseline=F("target")),
                name="indicator_target_differs",
                violation_error_message=_("The target equals the baseline: nothing could be measured."),
            ),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=100), name="indicator_weight_1_to_100"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.unit})"


class IndicatorValue(Record):
    """What one update says of one indicator, in the indicator's unit. Counts once the update is accepted."""

    update = models.ForeignKey(
        ProgressUpdate, models.CASCADE, related_name="indicator_values", verbose_name=_("progress update")
    )
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="values", verbose_name=_("indicator"))
    value = models.DecimalField(_("value"), max_digits=16, decimal_places=3)

    class Meta:
        verbose_name = _("value of an indicator")
        verbose_name_plural = _("values of indicators")
        ordering = ["update", "indicator"]
        constraints = [models.UniqueConstraint(fields=["update", "indicator"], name="indicator_value_once")]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.value}"

    def clean(self) -> None:
        """Refuse a value of an indicator that belongs to another choice."""
        super().clean()
        if self.update_id and self.indicator_id and self.update.choice_id != self.indicator.choice_id:
            raise ValidationError(_("This indicator belongs to another choice."))
