"""What people add to the ledger by hand: duties, proofs of them, and waivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record
from mou_portal.thai.localized import localized
from participants.access import access_of

from .agreements import Agreement, Clause, Obliged
from .files import StoredFile
from .parties import Participant

if TYPE_CHECKING:
    from .people import User


#: Names of duties by hand in the ledger: this and the row's key. No duty of the apps begins so.
DUTY_PREFIX = "by-hand-"


class Duty(Record):
    """A duty that staff wrote into the ledger: under a clause, due on a day, proved by :class:`DutyProof`.

    It obliges the institute, or local governments: those that :class:`DutyParty` names, all when it names none.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="duties", verbose_name=_("agreement"))
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="duties", verbose_name=_("clause"))
    obliged = models.CharField(
        _("obliged"),
        max_length=20,
        choices=[choice for choice in Obliged.choices if choice[0] != Obliged.ALL],
        default=Obliged.LOCAL_GOVERNMENT,
    )
    title_th = models.CharField(_("duty (Thai)"), max_length=300)
    title_en = models.CharField(_("duty (English)"), max_length=300, blank=True)
    due_on = models.DateField(_("due on"))
    added_on = models.DateField(_("holds from"), help_text=_("The ledger of earlier days does not show it."))
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    participants = models.ManyToManyField(
        Participant, through="DutyParty", blank=True, related_name="duties", verbose_name=_("participants")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("entered by")
    )

    class Meta:
        verbose_name = _("duty by hand")
        verbose_name_plural = _("duties by hand")
        ordering = ["agreement", "clause__order", "due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(obliged__in=["institute", "local_government"]), name="duty_obliged_known"
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("added_on")), name="duty_due_after_added"),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | Q(withdrawn_on__gte=F("added_on")), name="duty_withdrawn_after_added"
            ),
        ]

    def __str__(self) -> str:
        return localized(self, "title")

    @property
    def name(self) -> str:
        """Its name in the ledger."""
        return f"{DUTY_PREFIX}{self.pk}"


class DutyParty(Record):
    """A local government that a duty by hand obliges."""

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="parties", verbose_name=_("duty by hand"))
    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="duty_parts", verbose_name=_("participant")
    )

    class Meta:
        verbose_name = _("participant obliged by hand")
        verbose_name_plural = _("participants obliged by hand")
        ordering = ["duty", "participant__order"]
        constraints = [models.UniqueConstraint(fields=["duty", "participant"], name="duty_party_once")]

    def __str__(self) -> str:
        return str(self.participant)


class ProofState(models.TextChoices):
    """States of a proof: only an accepted one counts."""

    SUBMITTED = "submitted", _("waiting for acceptance")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("not accepted")


class DutyProofQuerySet(models.QuerySet["DutyProof"]):
    """Vocabulary of proofs."""

    def visible_to(self, user: User) -> DutyProofQuerySet:
        """As the party's own rows; the institute's accepted proofs by everybody with a part in the agreement."""
        access = access_of(user)
        if access.staff:
            return self
        near = Q(participant_id__in=access.own | access.advises)
        studied = Q(participant__isnull=False, duty__agreement_id__in=access.researches)
        institute = Q(participant=None, duty__agreement_id__in=access.agreement_ids, state=ProofState.ACCEPTED)
        return self.filter(near | studied | institute)


class DutyProof(Record):
    """What proves a duty by hand for one party (none: the institute): a sentence with its day, and a file if any."""

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="proofs", verbose_name=_("duty by hand"))
    participant = models.ForeignKey(
        Participant,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="duty_proofs",
        verbose_name=_("participant"),
    )
    label = models.CharField(_("what proves it"), max_length=300)
    proved_on = models.DateField(_("day of the proof"))
    file = models.OneToOneField(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    state = models.CharField(_("state"), max_length=20, choices=ProofState.choices, default=ProofState.SUBMITTED)
    note = models.TextField(_("note on the decision"), max_length=2000, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("entered by")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )

    objects = DutyProofQuerySet.as_manager()

    class Meta:
        verbose_name = _("proof by hand")
        verbose_name_plural = _("proofs by hand")
        ordering = ["duty", "participant__order", "proved_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ProofState.values), name="duty_proof_state_known"),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(decided_by__isnull=False), name="duty_proof_accepted_by_somebody"
            ),
            models.CheckConstraint(
                condition=~Q(state="rejected") | ~Q(note=""), name="duty_proof_refusal_needs_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """The proof's file."""
        return reverse("ledger:proof-download", args=[self.pk])


class WaiverQuerySet(models.QuerySet["Waiver"]):
    """Vocabulary of waivers."""

    def visible_to(self, user: User) -> WaiverQuerySet:
        """As the party's own rows; the institute's by everybody with a part in the agreement."""
        access = access_of(user)
        if access.staff:
            return self
        near = Q(participant_id__in=access.own | access.advises)
        studied = Q(participant__isnull=False, agreement_id__in=access.researches)
        institute = Q(participant=None, agreement_id__in=access.agreement_ids)
        return self.filter(near | studied | institute)


class Waiver(Record):
    """That one party (none: the institute) need not fulfil one duty of the ledger: why, and who signed for it."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="waivers", verbose_name=_("agreement"))
    participant = models.ForeignKey(
        Participant, models.PROTECT, null=True, blank=True, related_name="waivers", verbose_name=_("participant")
    )
    duty_name = models.CharField(_("duty"), max_length=80, help_text=_("Its name in the ledger."))
    reason = models.TextField(_("reason"), max_length=2000)
    signed_by = models.CharField(_("signed by (name and position)"), max_length=200)
    signed_on = models.DateField(_("signed on"), help_text=_("The duty is waived from this day on."))
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    file = models.OneToOneField(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    ended_on = models.DateField(_("taken back on"), null=True, blank=True)
    end_reason = models.TextField(_("why it was taken back"), max_length=2000, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("entered by")
    )

    objects = WaiverQuerySet.as_manager()

    class Meta:
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        ordering = ["agreement", "participant", "duty_name", "signed_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "participant", "duty_name"],
                condition=Q(ended_on=None, participant__isnull=False),
                name="waiver_one_open",
            ),
            models.UniqueConstraint(
                fields=["agreement", "duty_name"],
                condition=Q(ended_on=None, participant=None),
                name="waiver_one_open_institute",
            ),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(signed_by=""), name="waiver_has_reason_and_signature"),
            models.CheckConstraint(
                condition=Q(ended_on=None, end_reason="") | (Q(ended_on__gte=F("signed_on")) & ~Q(end_reason="")),
                name="waiver_end_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty_name}: {self.reason[:80]}"

    def get_absolute_url(self) -> str:
        """The signed waiver's file."""
        return reverse("ledger:waiver-download", args=[self.pk])
