"""Expense lines, the rulings that say who bears them, and the parties' shares (clause 2.2 (4), 4.1 and 4.2)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record
from participants.access import access_of
from participants.models import Agreement, Participant, StoredFile
from seminars.models import FieldVisit, Seminar

if TYPE_CHECKING:
    from participants.models import User


class WhoseCost(models.TextChoices):
    """Whose cost a line is."""

    EVENT = "event", _("running the activity itself")
    DELEGATES = "delegates", _("the local government's own people")
    ADVISERS = "advisers", _("the project's advisers and researchers")


class Category(models.TextChoices):
    """What the money was spent on."""

    HONORARIUM = "honorarium", _("honorarium")
    MEALS = "meals", _("meals")
    TRAVEL = "travel", _("travel")
    LODGING = "lodging", _("lodging")
    MATERIALS = "materials", _("materials")
    VENUE_HIRE = "venue_hire", _("venue hire")
    OTHER = "other", _("other")


class PayerKind(models.TextChoices):
    """Who must pay."""

    INSTITUTE = "institute", _("the institute")
    LOCAL_GOVERNMENT = "local_government", _("local government")
    UNDECIDED = "undecided", _("undecided: the memorandum is silent")


class PaidBy(models.TextChoices):
    """Who actually paid."""

    NOBODY = "nobody", _("not paid yet")
    INSTITUTE = "institute", _("the institute")
    LOCAL_GOVERNMENT = "local_government", _("a local government organisation")


class ExpenseState(models.TextChoices):
    """States of an expense line."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("waiting for approval")
    RETURNED = "returned", _("returned for changes")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")


EDITABLE_EXPENSE_STATES = (ExpenseState.DRAFT, ExpenseState.RETURNED)


class ExpenseQuerySet(models.QuerySet["ExpenseLine"]):
    """Vocabulary of expense lines."""

    def visible_to(self, user: User) -> ExpenseQuerySet:
        """Staff see all; an LGO's people see approved lines in which they have a share, or which they paid."""
        access = access_of(user)
        if access.staff:
            return self
        shared = Share.objects.filter(participant_id__in=access.own, ruling__is_current=True).values("ruling__line_id")
        return self.filter(Q(pk__in=shared) | Q(paid_by_participant_id__in=access.own), state=ExpenseState.APPROVED)

    def with_ruling(self) -> ExpenseQuerySet:
        """With activity, people and the current ruling with its shares, ready to be shown: four queries for any number.

        The current ruling is then in :attr:`ExpenseLine.ruling`, without another query.
        """
        shares = Share.objects.select_related("participant__designation", "participant__local_government")
        rulings = Ruling.objects.filter(is_current=True).prefetch_related(models.Prefetch("shares", shares))
        return self.select_related(
            "agreement", "seminar", "visit", "created_by", "paid_by_participant__designation", "receipt"
        ).prefetch_related(models.Prefetch("rulings", rulings.select_related("decided_by"), to_attr="current_rulings"))

    def undecided(self) -> ExpenseQuerySet:
        """Lines on which the memorandum is silent and nobody has decided yet; rejected ones need no decision."""
        silent = Ruling.objects.filter(is_current=True, payer=PayerKind.UNDECIDED).values("line_id")
        return self.filter(pk__in=silent).exclude(state=ExpenseState.REJECTED)


class ExpenseLine(Record):
    """One expense of a seminar or a field visit. ``amount`` is in baht, to the satang.

    What the payer rule needs (activity, venue or who arranged it) is read from the seminar or visit; ``whose_cost``
    and ``category`` are said here. Who must pay is the current :class:`Ruling`; who paid is recorded beside it.
    ``changed_by`` is the last person who changed the entry after ``created_by`` made it; neither may approve it.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="expense_lines", verbose_name=_("agreement"))
    seminar = models.ForeignKey(
        Seminar, models.PROTECT, null=True, blank=True, related_name="expense_lines", verbose_name=_("seminar")
    )
    visit = models.ForeignKey(
        FieldVisit, models.PROTECT, null=True, blank=True, related_name="expense_lines", verbose_name=_("field visit")
    )
    whose_cost = models.CharField(_("whose cost"), max_length=20, choices=WhoseCost.choices)
    category = models.CharField(_("category"), max_length=20, choices=Category.choices)
    description = models.CharField(_("description"), max_length=300)
    amount = models.DecimalField(
        _("amount (baht)"), max_digits=14, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    spent_on = models.DateField(_("spent on"))
    payee = models.CharField(_("payee"), max_length=200, blank=True)
    paid_by = models.CharField(_("actually paid by"), max_length=20, choices=PaidBy.choices, default=PaidBy.NOBODY)
    paid_by_participant = models.ForeignKey(
        Participant,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="paid_expense_lines",
        verbose_name=_("which local government paid"),
    )
    for_participants = models.ManyToManyField(
        Participant,
        through="ExpenseParty",
        blank=True,
        related_name="expense_lines",
        verbose_name=_("local governments concerned"),
    )
    outside_period_reason = models.TextField(
        _("reason for a date outside the agreement's period"), max_length=1000, blank=True
    )
    receipt = models.OneToOneField(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("receipt")
    )
    state = models.CharField(
        _("state"), max_length=20, choices=ExpenseState.choices, default=ExpenseState.DRAFT, editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("entered by")
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("last changed by"),
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )
    approved_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decision_note = models.TextField(_("note on the decision"), max_length=2000, blank=True, editable=False)

    objects = ExpenseQuerySet.as_manager()

    class Meta:
        verbose_name = _("expense line")
        verbose_name_plural = _("expense lines")
        ordering = ["-spent_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seminar__isnull=False, visit=None) | Q(seminar=None, visit__isnull=False),
                name="expense_one_activity",
                violation_error_message=_("An expense belongs to a seminar or to a field visit: choose exactly one."),
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="expense_amount_positive"),
            models.CheckConstraint(
                condition=Q(paid_by="local_government", paid_by_participant__isnull=False)
                | (~Q(paid_by="local_government") & Q(paid_by_participant=None)),
                name="expense_payer_named",
                violation_error_message=_("Name the local government that paid, and only when one paid."),
            ),
            models.CheckConstraint(condition=Q(state__in=ExpenseState.values), name="expense_state_known"),
            models.CheckConstraint(
                condition=~Q(state="approved") | (Q(approved_by__isnull=False) & ~Q(approved_by=F("created_by"))),
                name="expense_not_approved_by_its_writer",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(changed_by=None) | ~Q(approved_by=F("changed_by")),
                name="expense_not_approved_by_its_editor",
            ),
            models.CheckConstraint(condition=Q(whose_cost__in=WhoseCost.values), name="expense_whose_cost_known"),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="expense_category_known"),
        ]
        indexes = [models.Index(fields=["state", "spent_on"])]

    def __str__(self) -> str:
        return f"{self.description} · {self.amount}"

    @property
    def activity(self) -> Seminar | FieldVisit | None:
        """The seminar or field visit that the money was spent on."""
        return self.seminar or self.visit

    @property
    def ruling(self) -> Ruling | None:
        """The current ruling: from memory after :meth:`ExpenseQuerySet.with_ruling`, else one query."""
        known: list[Ruling] | None = getattr(self, "current_rulings", None)
        if known is None:
            return self.rulings.filter(is_current=True).first()
        return known[0] if known else None

    def get_absolute_url(self) -> str:
        """The line's page in the portal."""
        return reverse("expenses:expense-detail", args=[self.pk])


class ExpenseParty(Record):
    """A local government that a line concerns, with its weight when several share the cost.

    Needed where local governments pay. A visit's line without any concerns those visited, with the visit's weights.
    """

    line = models.ForeignKey(ExpenseLine, models.CASCADE, related_name="parties", verbose_name=_("expense line"))
    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="expense_parts", verbose_name=_("participant")
    )
    weight = models.PositiveIntegerField(_("weight in shared costs"), default=1)

    class Meta:
        verbose_name = _("local government concerned")
        verbose_name_plural = _("local governments concerned")
        ordering = ["line", "participant__order"]
        constraints = [models.UniqueConstraint(fields=["line", "participant"], name="expense_party_once")]

    def __str__(self) -> str:
        return str(self.participant)


class Ruling(Record):
    """Who must bear a line, by which clause and row, or by whose decision. A new one replaces the old, which stays."""

    line = models.ForeignKey(ExpenseLine, models.CASCADE, related_name="rulings", verbose_name=_("expense line"))
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
