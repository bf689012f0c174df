"""Keys of the data service, and packs of reports: what programmes and people fetch in bulk."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record
from participants.access import access_of

from .agreements import Agreement

if TYPE_CHECKING:
    from .people import User


class DataScope(models.TextChoices):
    """What a key opens: one kind of data each."""

    PARTIES = "parties", _("parties")
    PATHWAYS = "pathways", _("pathways and choices")
    LEDGER = "ledger", _("the ledger")
    LESSONS = "lessons", _("published lessons")


class DataTokenQuerySet(models.QuerySet["DataToken"]):
    """Vocabulary of keys."""

    def visible_to(self, user: User) -> DataTokenQuerySet:
        """One's own; programme staff see everybody's, never the secret itself."""
        return self if access_of(user).programme else self.filter(user_id=user.pk)


class DataToken(Record):
    """A key with which another system reads what its owner may read, until a day.

    Only a hash of the secret is kept; the secret is shown once. ``hint`` is its beginning, by which people tell keys
    apart.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="data_tokens", editable=False, verbose_name=_("owner")
    )
    name = models.CharField(_("used by"), max_length=100)
    scopes = models.JSONField(_("opens"), default=list)
    expires_on = models.DateField(_("last day"))
    hint = models.CharField(_("begins with"), max_length=12, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    last_used_on = models.DateField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    objects = DataTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("key of the data service")
        verbose_name_plural = _("keys of the data service")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} · {self.user}"

    def good_on(self, day: date) -> bool:
        """Whether the key opens anything on a day."""
        return self.revoked_at is None and day <= self.expires_on

    @property
    def scope_labels(self) -> str:
        """What it opens, in the reader's language."""
        return ", ".join(str(DataScope(scope).label) for scope in self.scopes)


class PackState(models.TextChoices):
    """How far a pack of reports is."""

    WAITING = "waiting", _("waiting")
    MAKING = "making", _("being made")
    READY = "ready", _("ready")
    FAILED = "failed", _("could not be made")


class ReportPack(Record):
    """The reports of all parties of an agreement in one ZIP: asked for, being made, ready.

    ``done`` of ``total`` reports are made. A pack that was cut off is begun again and makes only what is missing,
    because each report is kept by its content. ``beat_at`` is when the last report was finished.
    """

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="report_packs", editable=False, verbose_name=_("agreement")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("asked for by")
    )
    report_names = models.JSONField(_("reports"), default=list)
    language = models.CharField(_("language"), max_length=2, choices=[("th", _("Thai")), ("en", _("English"))])
    state = models.CharField(
        _("state"), max_length=10, choices=PackState.choices, default=PackState.WAITING, editable=False
    )
    total = models.PositiveIntegerField(_("reports in all"), default=0, editable=False)
    done = models.PositiveIntegerField(_("reports made"), default=0, editable=False)
    beat_at = models.DateTimeField(_("last sign of life"), null=True, editable=False)
    error = models.CharField(_("what went wrong"), max_length=500, blank=True, editable=False)
    file_name = models.CharField(max_length=80, blank=True, editable=False)

    class Meta:
        verbose_name = _("pack of reports")
        verbose_name_plural = _("packs of reports")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PackState.values), name="report_pack_state_known"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="report_pack_done_within_total"),
            models.CheckConstraint(condition=~Q(state="ready") | ~Q(file_name=""), name="report_pack_ready_has_file"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} · {self.language}"

    @property
    def percent(self) -> int:
        """Whole per cent that is done."""
        return 100 * self.done // self.total if self.total else 0
