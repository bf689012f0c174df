"""The rulings that say who bears a line, and the parties' shares (clause 2.2 (4), 4.1 and 4.2)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from expenses.models.words import OverrideState, PayerKind
from mou_portal.records import Record
from participants.models import Agreement, Participant


class ClassDecision(Record):
    """A person's decision for a whole class of lines on which the memorandum is silent: an item of the next agenda.

    The class is what the rule decides on: activity, venue or who arranged it, whose cost, category. A standing decision
    also rules the lines of its class that are entered later; ended, it rules no more, and what it ruled stays.
    """

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="class_decisions", verbose_name=_("agreement")
    )
    activity = models.CharField(_("activity"), max_length=20)
    venue = models.CharField(_("venue"), max_length=20, blank=True)
    arranged_by = models.CharField(_("arranged by"), max_length=20, blank=True)
    whose_cost = models.CharField(_("whose cost"), max_length=20)
    category = models.CharField(_("category"), max_length=20)
    payer = models.CharField(_("who must pay"), max_length=20, choices=PayerKind.choices)
    reason = models.TextField(_("written reason"), max_length=2000)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    is_standing = models.BooleanField(_("also for later lines of this class"), default=False)

    class Meta:
        verbose_name = _("decision for a class of lines")
        verbose_name_plural = _("decisions for classes of lines")
        ordering = ["agreement", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "activity", "venue", "arranged_by", "whose_cost", "category"],
                condition=Q(is_standing=True),
                name="class_decision_one_standing",
            ),
            models.CheckConstraint(
                condition=Q(payer__in=[PayerKind.INSTITUTE, PayerKind.LOCAL_GOVERNMENT]), name="class_decision_decides"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="class_decision_needs_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.whose_cost} · {self.category} → {self.get_payer_display()}"

    @property
    def facts(self) -> dict[str, str | None]:
        """The class as a ruling keeps its facts."""
        return {
            "activity": self.activity,
            "venue": self.venue or None,
            "arranged_by": self.arranged_by or None,
            "whose_cost": self.whose_cost,
            "category": self.category,
        }


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
    decision = models.ForeignKey(
        ClassDecision,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rulings",
        verbose_name=_("decision for the class"),
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("override confirmed by"),
    )

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
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | (Q(decided_by__isnull=False) & ~Q(confirmed_by=F("decided_by"))),
                name="ruling_override_needs_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} → {self.get_payer_display()}"

    @property
    def is_override(self) -> bool:
        """Whether two people set aside what the rule or an earlier decision said; statements mark it."""
        return self.confirmed_by_id is not None


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


class RulingOverride(Record):
    """A proposal to set aside what the rule or a person decided on one line; it holds once a second person confirms.

    ``weights`` are the local governments that would share it, by participant id, when local governments would pay.
    """

    line = models.ForeignKey(
        "expenses.ExpenseLine", models.CASCADE, related_name="overrides", verbose_name=_("expense line")
    )
    ruling = models.ForeignKey(Ruling, models.CASCADE, related_name="overrides", verbose_name=_("ruling"))
    payer = models.CharField(_("who must pay"), max_length=20, choices=PayerKind.choices)
    weights = models.JSONField(_("local governments and weights"), default=dict, blank=True)
    reason = models.TextField(_("written reason"), max_length=2000)
    state = models.CharField(
        _("state"), max_length=20, choices=OverrideState.choices, default=OverrideState.PROPOSED, editable=False
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    note = models.TextField(_("note"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("override of a ruling")
        verbose_name_plural = _("overrides of rulings")
        ordering = ["line", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=Q(state="proposed"), name="override_one_open"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | (Q(answered_by__isnull=False) & ~Q(answered_by=F("proposed_by"))),
                name="override_needs_two",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="override_needs_reason"),
            models.CheckConstraint(
                condition=Q(payer__in=[PayerKind.INSTITUTE, PayerKind.LOCAL_GOVERNMENT]), name="override_decides"
            ),
            models.CheckConstraint(condition=Q(state__in=OverrideState.values), name="override_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.line} → {self.get_payer_display()}"
