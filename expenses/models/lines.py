"""Expense lines and the local governments that each concerns (clause 2.2 (4), 4.1 and 4.2)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from expenses.models.rulings import Ruling, Share
from expenses.models.words import (
    COUNTED_EXPENSE_STATES,
    PAID_BY_PARTICIPANT,
    Category,
    ExpenseState,
    PaidBy,
    PayerKind,
    WhoseCost,
)
from mou_portal.records import Record
from participants.access import access_of
from participants.models import Agreement, Participant, StoredFile
from seminars.models import FieldVisit, Seminar

if TYPE_CHECKING:
    from participants.models import User


class ExpenseQuerySet(models.QuerySet["ExpenseLine"]):
    """Vocabulary of expense lines."""

    def visible_to(self, user: User) -> ExpenseQuerySet:
        """Staff see all; an LGO's people see what they entered, and counted lines they share in or paid."""
        access = access_of(user)
        if access.staff:
            return self
        shared = Share.objects.filter(participant_id__in=access.own, ruling__is_current=True).values("ruling__line_id")
        theirs = Q(pk__in=shared) | Q(paid_by_participant_id__in=access.own)
        return self.filter(Q(entered_for_id__in=access.own) | theirs & Q(state__in=COUNTED_EXPENSE_STATES))

    def counted(self) -> ExpenseQuerySet:
        """Lines that count for what the parties owe: approved or settled."""
        return self.filter(state__in=COUNTED_EXPENSE_STATES)

    def with_ruling(self) -> ExpenseQuerySet:
        """With activity, people and the current ruling with its shares, ready to be shown: four queries for any number.

        The current ruling is then in :attr:`ExpenseLine.ruling`, without another query.
        """
        shares = Share.objects.select_related("participant__designation", "participant__local_government")
        rulings = Ruling.objects.filter(is_current=True).prefetch_related(models.Prefetch("shares", shares))
        return self.select_related(
            "agreement", "seminar", "visit", "created_by", "paid_by_participant__designation"
        ).prefetch_related(
            models.Prefetch("rulings", rulings.select_related("decided_by", "confirmed_by"), to_attr="current_rulings")
        )

    def undecided(self) -> ExpenseQuerySet:
        """Lines on which the memorandum is silent and nobody has decided yet; rejected ones need no decision."""
        silent = Ruling.objects.filter(is_current=True, payer=PayerKind.UNDECIDED).values("line_id")
        return self.filter(pk__in=silent).exclude(state=ExpenseState.REJECTED)


class ExpenseLine(Record):
    """One expense of a seminar or a field visit. Amounts are in baht, to the satang.

    ``amount`` is what was claimed (``quantity`` × ``unit_rate`` where those are given). ``sanctioned_amount`` is what
    the approver let stand, with ``cut_reason`` when it is less; the part that was cut stays with whoever paid it.
    :attr:`counted_amount` is the amount that the shares sum to.

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
    quantity = models.DecimalField(
        _("quantity"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    unit_rate = models.DecimalField(
        _("rate (baht)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    sanctioned_amount = models.DecimalField(
        _("sanctioned amount (baht)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        editable=False,
        help_text=_("Empty: the claimed amount stands."),
    )
    cut_reason = models.CharField(_("reason for the cut"), max_length=500, blank=True, editable=False)
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
    entered_for = models.ForeignKey(
        Participant,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="entered_expense_lines",
        verbose_name=_("entered by the people of"),
    )
    imported_in = models.ForeignKey(
        "expenses.ExpenseImport",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="lines",
        verbose_name=_("from the sheet"),
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
    no_receipt_reason = models.CharField(
        _("why there is no receipt"),
        max_length=300,
        blank=True,
        help_text=_("Only where no receipt can be had: the portal then prints the certificate in its place."),
    )
    spender_name = models.CharField(_("who spent the money"), max_length=200, blank=True)
    spender_position = models.CharField(_("position"), max_length=200, blank=True)
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
    handed_in = models.PositiveSmallIntegerField(_("times handed in"), default=0, editable=False)

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
                condition=Q(paid_by__in=PAID_BY_PARTICIPANT, paid_by_participant__isnull=False)
                | (~Q(paid_by__in=PAID_BY_PARTICIPANT) & Q(paid_by_participant=None)),
                name="expense_payer_named",
                violation_error_message=_("Name the local government that paid, and only when one paid."),
            ),
            models.CheckConstraint(condition=Q(state__in=ExpenseState.values), name="expense_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=COUNTED_EXPENSE_STATES)
                | (Q(approved_by__isnull=False) & ~Q(approved_by=F("created_by"))),
                name="expense_not_approved_by_its_writer",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=COUNTED_EXPENSE_STATES) | Q(changed_by=None) | ~Q(approved_by=F("changed_by")),
                name="expense_not_approved_by_its_editor",
            ),
            models.CheckConstraint(condition=Q(whose_cost__in=WhoseCost.values), name="expense_whose_cost_known"),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="expense_category_known"),
            models.CheckConstraint(condition=Q(paid_by__in=PaidBy.values), name="expense_paid_by_known"),
            models.CheckConstraint(
                condition=Q(quantity=None, unit_rate=None) | Q(quantity__gt=0, unit_rate__gt=0),
                name="expense_quantity_with_rate",
                violation_error_message=_("A quantity needs a rate, and a rate a quantity."),
            ),
            models.CheckConstraint(
                condition=Q(sanctioned_amount=None) | Q(sanctioned_amount__gt=0, sanctioned_amount__lte=F("amount")),
                name="expense_sanctioned_within_amount",
                violation_error_message=_("The sanctioned amount is more than zero and not more than was claimed."),
            ),
            models.CheckConstraint(
                condition=Q(sanctioned_amount=None, cut_reason="")
                | Q(sanctioned_amount=F("amount"), cut_reason="")
                | (Q(sanctioned_amount__lt=F("amount")) & ~Q(cut_reason="")),
                name="expense_cut_needs_reason",
                violation_error_message=_("A cut needs its reason."),
            ),
        ]
        indexes = [models.Index(fields=["state", "spent_on"])]

    def __str__(self) -> str:
        return f"{self.description} · {self.amount}"

    @property
    def activity(self) -> Seminar | FieldVisit | None:
        """The seminar or field visit that the money was spent on."""
        return self.seminar or self.visit

    @property
    def counted_amount(self) -> Decimal:
        """What the shares sum to and the settlement balances, in baht: the sanctioned amount, else the claimed one."""
        return self.amount if self.sanctioned_amount is None else self.sanctioned_amount

    @property
    def cut(self) -> Decimal:
        """What was claimed and not sanctioned, in baht."""
        return self.amount - self.counted_amount

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


class ExpenseReceipt(Record):
    """A receipt of a line: a line may have several, and a file proves one line."""

    line = models.ForeignKey(ExpenseLine, models.CASCADE, related_name="receipts", verbose_name=_("expense line"))
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["line", "pk"]

    def __str__(self) -> str:
        return str(self.file)
