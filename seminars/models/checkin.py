"""Check-in: lists at a seminar, who was checked in on them, and each sending of a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record
from participants.access import access_of

from .seminars import Seat, Seminar, SeminarSession

if TYPE_CHECKING:
    from participants.models import User


class ListKind(models.TextChoices):
    """What people are checked in for. A session's list also fills its roll."""

    SESSION = "session", _("session")
    MEAL = "meal", _("meal")
    BUS = "bus", _("bus")
    OTHER = "other", _("other")


class CheckInListQuerySet(models.QuerySet["CheckInList"]):
    """Vocabulary of check-in lists."""

    def visible_to(self, user: User) -> CheckInListQuerySet:
        """Staff alone: a list names every party's delegates."""
        return self if access_of(user).staff else self.none()


class CheckInList(Record):
    """A list at a seminar on which seats are checked in: the door of a session, a meal, a bus."""

    seminar = models.ForeignKey(Seminar, models.CASCADE, related_name="checkin_lists", verbose_name=_("seminar"))
    kind = models.CharField(_("kind"), max_length=20, choices=ListKind.choices, default=ListKind.MEAL)
    session = models.OneToOneField(
        SeminarSession,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="checkin_list",
        verbose_name=_("session"),
    )
    title = models.CharField(_("title"), max_length=200)
    is_open = models.BooleanField(_("open: people can be checked in"), default=True)
    records_exit = models.BooleanField(_("record when people leave, too"), default=False)
    self_checkin = models.BooleanField(
        _("delegates may check themselves in with the code on the screen"), default=False
    )
    late_after = models.PositiveSmallIntegerField(
        _("late after so many minutes"),
        null=True,
        blank=True,
        default=15,
        help_text=_("Counted from the session's beginning. Empty: nobody is late."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("made by")
    )

    objects = CheckInListQuerySet.as_manager()

    class Meta:
        verbose_name = _("check-in list")
        verbose_name_plural = _("check-in lists")
        ordering = ["seminar", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ListKind.values), name="checkin_list_kind_known"),
            models.CheckConstraint(
                condition=(Q(kind="session") & Q(session__isnull=False)) | (~Q(kind="session") & Q(session=None)),
                name="checkin_list_session_fits_kind",
                violation_error_message=_("A list of the kind “session” belongs to a session, and no other list does."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page on which people are checked in."""
        return reverse("seminars:checkin-scan", args=[self.pk])


class How(models.TextChoices):
    """How somebody was checked in."""

    SCANNED = "scanned", _("scanned")
    TYPED = "typed", _("typed")
    CHOSEN = "chosen", _("found by name")
    SELF = "self", _("by themselves")


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    """Vocabulary of check-ins."""

    def visible_to(self, user: User) -> CheckInQuerySet:
        """Staff alone, as their lists."""
        return self if access_of(user).staff else self.none()


class CheckIn(Record):
    """A seat on a list: who came for it, since when, and whether the person left. One row for each seat and list."""

    checkin_list = models.ForeignKey(
        CheckInList, models.CASCADE, related_name="checkins", verbose_name=_("check-in list")
    )
    seat = models.ForeignKey(Seat, models.CASCADE, related_name="checkins", verbose_name=_("seat"))
    came = models.CharField(_("who came"), max_length=200)
    entered_at = models.DateTimeField(_("came at"))
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    how = models.CharField(_("how"), max_length=20, choices=How.choices)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("recorded by"),
    )

    objects = CheckInQuerySet.as_manager()

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ["checkin_list", "-entered_at"]
        constraints = [
            models.UniqueConstraint(fields=["checkin_list", "seat"], name="checkin_once"),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("entered_at")), name="checkin_left_after_entering"
            ),
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=False) | Q(how="self"), name="checkin_recorded_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat} · {self.checkin_list}"


class Outcome(models.TextChoices):
    """What a sending did."""

    ENTERED = "in", _("checked in")
    AGAIN = "again", _("was checked in already")
    LEFT = "out", _("left")
    NOT_IN = "not_in", _("was not checked in")


class CheckInSending(models.Model):
    """What one phone sent once. A sending that arrives again, because its answer was lost, is known by its key."""

    key = models.UUIDField(unique=True)
    checkin_list = models.ForeignKey(CheckInList, models.CASCADE, related_name="sendings")
    seat = models.ForeignKey(Seat, models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("sending of a check-in")
        verbose_name_plural = _("sendings of check-ins")
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return f"{self.key} · {self.get_outcome_display()}"
