"""What was planned to be spent, by party and category."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from expenses.models.words import Category
from mou_portal.records import Record
from participants.access import access_of
from participants.models import Agreement, Participant

if TYPE_CHECKING:
    from participants.models import User


class BudgetQuerySet(models.QuerySet["BudgetLine"]):
    """Vocabulary of budgets."""

    def visible_to(self, user: User) -> BudgetQuerySet:
        """Staff see all; a local government's people their own."""
        access = access_of(user)
        return self if access.staff else self.filter(participant_id__in=access.own)


class BudgetLine(Record):
    """The amount (baht) planned for one category of one party. An empty participant is the institute."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="budget_lines", verbose_name=_("agreement"))
    participant = models.ForeignKey(
        Participant, models.PROTECT, null=True, blank=True, related_name="budget_lines", verbose_name=_("participant")
    )
    category = models.CharField(_("category"), max_length=20, choices=Category.choices)
    planned = models.DecimalField(
        _("planned (baht)"), max_digits=14, decimal_places=2, validators=[MinValueValidator(Decimal("0.00"))]
    )

    objects = BudgetQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        ordering = ["agreement", "participant__order", "category"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "participant", "category"],
                condition=Q(participant__isnull=False),
                name="budget_once_per_participant",
            ),
            models.UniqueConstraint(
                fields=["agreement", "category"], condition=Q(participant=None), name="budget_once_for_institute"
            ),
            models.CheckConstraint(condition=Q(planned__gte=0), name="budget_not_negative"),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="budget_category_known"),
        ]

    def __str__(self) -> str:
        return f"{self.participant or _('the institute')} · {self.get_category_display()} · {self.planned}"
