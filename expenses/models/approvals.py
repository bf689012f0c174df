"""How an agreement handles its expenses, and who approved a line before it was approved as a whole."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from expenses.models.lines import ExpenseLine
from mou_portal.records import Record
from participants.models import Agreement


class CostSettings(Record):
    """What staff have set for the expenses of an agreement; without a row, one approver is enough for everything."""

    agreement = models.OneToOneField(
        Agreement, models.CASCADE, related_name="cost_settings", verbose_name=_("agreement")
    )
    several_above = models.DecimalField(
        _("several approvers above (baht)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.00"))],
        help_text=_("A line of more than this needs several approvers. Empty: one is always enough."),
    )
    approvers = models.PositiveSmallIntegerField(
        _("how many approvers then"), default=2, validators=[MinValueValidator(2), MaxValueValidator(5)]
    )
    coordinators_enter = models.BooleanField(
        _("coordinators enter their own costs"),
        default=False,
        help_text=_("They then enter what their organisation spent; finance staff approve it."),
    )

    class Meta:
        verbose_name = _("settings for expenses")
        verbose_name_plural = _("settings for expenses")
        constraints = [
            models.CheckConstraint(
                condition=Q(several_above=None) | Q(several_above__gte=0), name="several_above_amount"
            ),
            models.CheckConstraint(condition=Q(approvers__gte=2, approvers__lte=5), name="several_approvers"),
        ]

    def __str__(self) -> str:
        return str(self.agreement)

    def approvers_for(self, amount: Decimal) -> int:
        """How many people must approve a line of this claimed amount (baht)."""
        several = self.several_above is not None and amount > self.several_above
        return self.approvers if several else 1


class Approval(Record):
    """One approver's yes to a line as it was handed in then, for the amount that he or she sanctioned (baht)."""

    line = models.ForeignKey(ExpenseLine, models.CASCADE, related_name="approvals", verbose_name=_("expense line"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("approved by"))
    handed_in = models.PositiveSmallIntegerField(_("times handed in"))
    amount = models.DecimalField(_("sanctioned amount (baht)"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["line", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "by", "handed_in", "amount"], name="approval_once_for_each_person"),
        ]

    def __str__(self) -> str:
        return f"{self.line} · {self.by}"
