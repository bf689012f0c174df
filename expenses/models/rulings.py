"""The rulings that say who bears a line, and the parties' shares (clause 2.2 (4), 4.1 and 4.2)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from expenses.models.words import PayerKind
from mou_portal.records import Record
from participants.models import Participant


class Ruling(Record):
    """Who must bear a line, by which clause and row, or by whose decision. A new one replaces the old, which stays."""

    line = models.ForeignKey(
        "expenses.ExpenseLine", models.CASCADE, related_name="rulings", verbose_name=_("expense line")
    )
    is_current = models.BooleanField(_("current"), default=True)
    payer = models.CharField(_("who must pay"), max_length=20, choices=PayerKind.choices)
    clause = models.CharField(_("clause"), max_length=20, blank=True)
    rule_code = models.CharField(_("rule"), max_length=40)
    rule_version = models.PositiveSmallIntegerField(_("version of the rule"))
    rule_number = models.PositiveSmallIntegerField(_("row of the rule"))
    reason_th = models.CharField(_("reason (Thai)"), max_length=500)
    reason_en = models.CharField(_("reason (English)"), max_length=500)
    facts = models.JSONField(_("decided on"), default=dict)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decision_reason = models.TextField(_("written reason"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("ruling")
        verbose_name_plural = _("rulings")
        ordering = ["line", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=Q(is_current=True), name="ruling_one_current"),
            models.CheckConstraint(condition=Q(payer__in=PayerKind.values), name="ruling_payer_known"),
            models.CheckConstraint(
                condition=Q(decided_by=None, decision_reason="")
                | (Q(decided_by__isnull=False) & ~Q(decision_reason="")),
                name="ruling_decision_needs_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} → {self.get_payer_display()}"


class Share(models.Model):
    """A party's part of a ruled line, in baht to the satang; the shares of a ruling sum to the line's amount.

    An empty participant is the institute. An undecided ruling has no shares.
    """

    ruling = models.ForeignKey(Ruling, models.CASCADE, related_name="shares", verbose_name=_("ruling"))
    participant = models.ForeignKey(
        Participant, models.PROTECT, null=True, blank=True, related_name="shares", verbose_name=_("participant")
    )
    weight = models.PositiveIntegerField(_("weight"), default=1)
    amount = models.DecimalField(_("share (baht)"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("share")
        verbose_name_plural = _("shares")
        ordering = ["ruling", "participant__order"]
        constraints = [
            models.UniqueConstraint(
                fields=["ruling", "participant"],
                condition=Q(participant__isnull=False),
                name="share_once_per_participant",
            ),
            models.UniqueConstraint(fields=["ruling"], condition=Q(participant=None), name="share_once_for_institute"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="share_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.participant or _('the institute')} {self.amount}"
