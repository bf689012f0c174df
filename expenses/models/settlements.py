"""Settlements: what the institute and one local government owe each other for a period, signed by both sides.

A statement is drawn up from approved lines and frozen: what was sent is never changed. A correction is a new version;
the old one stays readable. ``must_pay``, ``paid`` and ``in_kind`` are baht of the lines that count (``balance.py``).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from expenses.balance import Direction, Standing, direction_of
from mou_portal.records import Record
from mou_portal.thai.dates import format_range
from mou_portal.thai.localized import localized
from mou_portal.thai.money import format_amount
from participants.access import access_of
from participants.models import Agreement, Participant, StoredFile

from .lines import ExpenseLine
from .words import Category, PayerKind, WhoseCost

if TYPE_CHECKING:
    from participants.models import User


class SettlementState(models.TextChoices):
    """The way of a statement."""

    DRAFT = "draft", _("being drawn up")
    WAITING = "waiting", _("waiting for the local government")
    DISPUTED = "disputed", _("lines are disputed")
    COUNTERSIGNED = "countersigned", _("waiting for the institute's signature")
    SIGNED = "signed", _("signed by both sides")
    PAID = "paid", _("paid")
    CLOSED = "closed", _("settled")
    SUPERSEDED = "superseded", _("replaced by a newer version")


class LineStanding(models.TextChoices):
    """Whether a line counts in the balance, or why not yet."""

    COUNTED = Standing.COUNTED.value, _("counted")
    UNDECIDED = Standing.UNDECIDED.value, _("undecided: the memorandum is silent")
    UNPAID = Standing.UNPAID.value, _("nobody has paid it yet")
    DISPUTED = Standing.DISPUTED.value, _("in dispute, set aside")


class RulingMark(models.TextChoices):
    """How a line came to its payer when it was not by the memorandum's own words."""

    DECIDED = "decided", _("decided by a person: the memorandum is silent")
    OVERRIDDEN = "overridden", _("overridden by decision")


class Side(models.TextChoices):
    """The two sides that sign."""

    INSTITUTE = "institute", _("the institute")
    LOCAL_GOVERNMENT = "local_government", _("local government")


class DisputeOutcome(models.TextChoices):
    """What the institute says to a disputed line."""

    STANDS = "stands", _("the line stands")
    CORRECTED = "corrected", _("it is corrected in a new version")


#: States in which the statement can still be replaced by a corrected version.
CORRECTABLE = (
    SettlementState.WAITING,
    SettlementState.DISPUTED,
    SettlementState.COUNTERSIGNED,
    SettlementState.SIGNED,
)
#: States in which nothing more is to be done.
ENDED = (SettlementState.CLOSED, SettlementState.SUPERSEDED)


class SettlementQuerySet(models.QuerySet["Settlement"]):
    """Vocabulary of settlements."""

    def visible_to(self, user: User) -> SettlementQuerySet:
        """Staff see all; an LGO's people see their own statements once they were sent, old versions too."""
        access = access_of(user)
        if access.staff:
            return self
        return self.filter(participant_id__in=access.own).exclude(state=SettlementState.DRAFT)

    def with_names(self) -> SettlementQuerySet:
        """With what a title, a list and a report need, in one query."""
        return self.select_related(
            "agreement", "participant__designation", "participant__local_government", "drawn_by", "closed_by"
        )

    def live(self) -> SettlementQuerySet:
        """Those that no newer version has replaced."""
        return self.exclude(state=SettlementState.SUPERSEDED)


class Settlement(Record):
    """One version of the statement of one local government for a period (both days included).

    ``balance`` is what it must pay less what it paid and gave in kind: above zero it pays the institute, below zero
    the institute pays it. Only lines of standing ``counted`` are in the sums.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="settlements", verbose_name=_("agreement"))
    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="settlements", verbose_name=_("local government")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    correction_reason = models.TextField(_("reason for the correction"), max_length=2000, blank=True)
    note = models.TextField(_("note to the local government"), max_length=2000, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=SettlementState.choices, default=SettlementState.DRAFT, editable=False
    )
    must_pay = models.DecimalField(_("must pay (baht)"), max_digits=16, decimal_places=2, editable=False)
    paid = models.DecimalField(_("paid (baht)"), max_digits=16, decimal_places=2, editable=False)
    in_kind = models.DecimalField(_("given in kind (baht)"), max_digits=16, decimal_places=2, editable=False)
    balance = models.DecimalField(_("balance (baht)"), max_digits=16, decimal_places=2, editable=False)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("drawn up by")
    )
    drawn_at = models.DateTimeField(_("drawn up"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    answer_by = models.DateField(_("to be signed by"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("closed by"),
    )
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    objects = SettlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        ordering = ["-ends_on", "participant__order", "-version"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="settlement_dates_order"),
            models.CheckConstraint(condition=Q(state__in=SettlementState.values), name="settlement_state_known"),
            models.CheckConstraint(
                condition=Q(version=1, replaces=None, correction_reason="")
                | (Q(version__gt=1, replaces__isnull=False) & ~Q(correction_reason="")),
                name="settlement_correction_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(sent_at__isnull=False, answer_by__isnull=False),
                name="settlement_sent_when_not_draft",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="settlement_closed_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["participant", "starts_on", "ends_on"],
                condition=~Q(state__in=["superseded", "closed"]),
                name="settlement_one_open_for_a_period",
            ),
        ]
        indexes = [models.Index(fields=["state", "participant"])]

    def __str__(self) -> str:
        return _("%(party)s · %(period)s · version %(version)d") % {
            "party": self.participant,
            "period": self.period,
            "version": self.version,
        }

    @property
    def period(self) -> str:
        """The period in the reader's language."""
        return format_range(self.starts_on, self.ends_on, get_language() or "th", "short")

    @property
    def direction(self) -> Direction:
        """Which way the money goes, seen from the local government."""
        return direction_of(self.balance)

    @property
    def to_pay(self) -> Decimal:
        """What one side pays the other, never negative."""
        return abs(self.balance)

    def get_absolute_url(self) -> str:
        """The statement's own page."""
        return reverse("expenses:settlement-detail", args=[self.pk])


class SettlementLine(models.Model):
    """A line as it stood for the local government when the statement was drawn up. Never changed afterwards.

    ``amount`` is the whole line, ``must_pay`` the local government's share. ``holds`` marks lines counted in a version
    that was not replaced: the database lets a line be counted once with each local government.
    """

    settlement = models.ForeignKey(Settlement, models.CASCADE, related_name="lines", verbose_name=_("settlement"))
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="+", verbose_name=_("local government"))
    expense = models.ForeignKey(
        ExpenseLine, models.PROTECT, related_name="settlement_lines", verbose_name=_("expense line")
    )
    number = models.PositiveIntegerField(_("number"))
    spent_on = models.DateField(_("spent on"))
    description = models.CharField(_("description"), max_length=300)
    activity_th = models.CharField(_("activity (Thai)"), max_length=500)
    activity_en = models.CharField(_("activity (English)"), max_length=500)
    whose_cost = models.CharField(_("whose cost"), max_length=20, choices=WhoseCost.choices)
    category = models.CharField(_("category"), max_length=20, choices=Category.choices)
    amount = models.DecimalField(_("amount (baht)"), max_digits=14, decimal_places=2)
    payer = models.CharField(_("who must pay"), max_length=20, choices=PayerKind.choices)
    clause = models.CharField(_("clause"), max_length=20, blank=True)
    must_pay = models.DecimalField(_("must pay (baht)"), max_digits=14, decimal_places=2)
    paid = models.DecimalField(_("paid (baht)"), max_digits=14, decimal_places=2)
    in_kind = models.DecimalField(_("given in kind (baht)"), max_digits=14, decimal_places=2)
    paid_by_th = models.CharField(_("who paid (Thai)"), max_length=200, blank=True)
    paid_by_en = models.CharField(_("who paid (English)"), max_length=200, blank=True)
    standing = models.CharField(_("standing"), max_length=20, choices=LineStanding.choices)
    holds = models.BooleanField(_("counts as it stands"), default=False, editable=False)
    mark = models.CharField(_("mark"), max_length=20, choices=RulingMark.choices, blank=True)
    mark_reason = models.TextField(_("reason of the decision"), max_length=2000, blank=True)
    dispute_reason = models.TextField(_("why it is set aside"), max_length=2000, blank=True)
    claimed = models.DecimalField(
        _("claimed amount (baht)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Empty: all that was claimed was sanctioned."),
    )
    cut_reason = models.CharField(_("reason for the cut"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("line of a settlement")
        verbose_name_plural = _("lines of settlements")
        ordering = ["settlement", "number"]
        constraints = [
            models.UniqueConstraint(fields=["settlement", "expense"], name="settlementline_expense_once"),
            models.UniqueConstraint(fields=["settlement", "number"], name="settlementline_number_once"),
            models.UniqueConstraint(
                fields=["participant", "expense"], condition=Q(holds=True), name="settlementline_counted_once"
            ),
            models.CheckConstraint(condition=Q(standing__in=LineStanding.values), name="settlementline_standing_known"),
            models.CheckConstraint(
                condition=Q(holds=False) | Q(standing="counted"), name="settlementline_holds_what_counts"
            ),
            models.CheckConstraint(
                condition=Q(must_pay__gte=0, paid__gte=0, in_kind__gte=0, amount__gte=0),
                name="settlementline_not_negative",
            ),
            models.CheckConstraint(
                condition=(Q(standing="disputed") & ~Q(dispute_reason=""))
                | (~Q(standing="disputed") & Q(dispute_reason="")),
                name="settlementline_set_aside_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(claimed=None, cut_reason="") | (Q(claimed__gt=F("amount")) & ~Q(cut_reason="")),
                name="settlementline_cut_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.description}"

    @property
    def effect(self) -> Decimal:
        """What the line adds to the balance, or would add if it counted."""
        return self.must_pay - self.paid - self.in_kind

    @property
    def activity(self) -> str:
        """The seminar or visit, in the reader's language."""
        return localized(self, "activity")

    @property
    def paid_by(self) -> str:
        """Who actually paid, in the reader's language; empty when nobody has."""
        return localized(self, "paid_by")

    @property
    def cut_words(self) -> str:
        """What was claimed and why less was sanctioned, in the reader's language; empty where nothing was cut."""
        if self.claimed is None:
            return ""
        return gettext("Claimed %(claimed)s baht, cut: %(reason)s") % {
            "claimed": format_amount(self.claimed),
            "reason": self.cut_reason,
        }


class LineDispute(Record):
    """The local government disputes a line with a reason; the institute answers."""

    line = models.ForeignKey(SettlementLine, models.CASCADE, related_name="disputes", verbose_name=_("line"))
    reason = models.TextField(_("reason"), max_length=2000)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("disputed by")
    )
    raised_at = models.DateTimeField(_("disputed"), default=timezone.now)
    outcome = models.CharField(_("outcome"), max_length=20, choices=DisputeOutcome.choices, blank=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True)

    class Meta:
        verbose_name = _("disputed line")
        verbose_name_plural = _("disputed lines")
        ordering = ["line", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=Q(outcome=""), name="dispute_one_open"),
            models.CheckConstraint(condition=~Q(reason=""), name="dispute_has_reason"),
            models.CheckConstraint(
                condition=Q(outcome="", answer="", answered_by=None, answered_at=None)
                | (
                    Q(outcome__in=DisputeOutcome.values, answered_by__isnull=False, answered_at__isnull=False)
                    & ~Q(answer="")
                ),
                name="dispute_answer_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"


class SettlementSignature(models.Model):
    """One side's signature: name and position as they were signed. Written once; nobody signs both sides."""

    settlement = models.ForeignKey(Settlement, models.CASCADE, related_name="signatures", verbose_name=_("settlement"))
    side = models.CharField(_("side"), max_length=20, choices=Side.choices)
    name = models.CharField(_("name"), max_length=150)
    position = models.CharField(_("position"), max_length=150)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("signed by"))
    signed_at = models.DateTimeField(_("signed"), default=timezone.now)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["settlement", "signed_at"]
        constraints = [
            models.UniqueConstraint(fields=["settlement", "side"], name="signature_one_for_a_side"),
            models.UniqueConstraint(fields=["settlement", "user"], name="signature_not_for_both_sides"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="signature_side_known"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(position=""), name="signature_names_its_signer"),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.position}"


class SettlementPayment(Record):
    """Money that went from one side to the other for a signed statement, with its slip."""

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="payments", verbose_name=_("settlement"))
    amount = models.DecimalField(
        _("amount (baht)"), max_digits=14, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    paid_on = models.DateField(_("paid on"))
    reference = models.CharField(_("reference"), max_length=100, blank=True)
    slip = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("slip"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["settlement", "paid_on", "pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="settlementpayment_positive")]

    def __str__(self) -> str:
        return f"{self.settlement} · {self.amount}"
