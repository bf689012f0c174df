"""Seminars, their sessions, the parties' seats, and who was there (clause 2.2 (2))."""

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
from participants.models import Agreement, Participant

if TYPE_CHECKING:
    from participants.models import User


class SeminarKind(models.TextChoices):
    """What a seminar is; on a presentation day clause 2.2 (3) is fulfilled."""

    WORKSHOP = "workshop", _("workshop seminar")
    PRESENTATION_DAY = "presentation_day", _("presentation day")
    OTHER = "other", _("other")


class Venue(models.TextChoices):
    """Where a seminar is held: clause 4.1 makes the institute pay for those at the institute."""

    INSTITUTE = "institute", _("at the institute")
    ELSEWHERE = "elsewhere", _("elsewhere")


class SeminarState(models.TextChoices):
    """States of a seminar. A closed one counts for the ledger and changes no more."""

    PLANNED = "planned", _("planned, not announced")
    ANNOUNCED = "announced", _("announced")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


class SeminarQuerySet(models.QuerySet["Seminar"]):
    """Vocabulary of seminars."""

    def visible_to(self, user: User) -> SeminarQuerySet:
        """Staff see all; others those of their agreements once announced."""
        access = access_of(user)
        if access.staff:
            return self
        return self.filter(agreement_id__in=access.agreement_ids).exclude(state=SeminarState.PLANNED)


class Seminar(Record):
    """A seminar or presentation day of an agreement. Dates are inclusive, times local to Thailand."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="seminars", verbose_name=_("agreement"))
    kind = models.CharField(_("kind"), max_length=20, choices=SeminarKind.choices, default=SeminarKind.WORKSHOP)
    state = models.CharField(
        _("state"), max_length=20, choices=SeminarState.choices, default=SeminarState.PLANNED, editable=False
    )
    title_th = models.CharField(_("title (Thai)"), max_length=300)
    title_en = models.CharField(_("title (English)"), max_length=300, blank=True)
    description = models.TextField(_("description"), blank=True)
    venue = models.CharField(_("venue"), max_length=20, choices=Venue.choices, default=Venue.INSTITUTE)
    place = models.CharField(_("place (room, building, address)"), max_length=300, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    required = models.BooleanField(_("attendance required of every participant (clause 2.2 (2))"), default=True)
    seats_per_participant = models.PositiveSmallIntegerField(_("seats for each participant"), default=2)
    outside_period_reason = models.TextField(
        _("reason for a date outside the agreement's period"), max_length=1000, blank=True
    )
    clash_reason = models.TextField(
        _("reason for holding it at the same time as another seminar"), max_length=1000, blank=True
    )
    asks_food = models.BooleanField(_("ask delegates for food needs"), default=False)

    objects = SeminarQuerySet.as_manager()

    class Meta:
        verbose_name = _("seminar")
        verbose_name_plural = _("seminars")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="seminar_dates_order"),
            models.CheckConstraint(condition=Q(venue__in=Venue.values), name="seminar_venue_known"),
            models.CheckConstraint(condition=Q(kind__in=SeminarKind.values), name="seminar_kind_known"),
            models.CheckConstraint(condition=Q(state__in=SeminarState.values), name="seminar_state_known"),
        ]

    def __str__(self) -> str:
        return localized(self, "title")

    def get_absolute_url(self) -> str:
        """The seminar's page in the portal."""
        return reverse("seminars:seminar-detail", args=[self.pk])


class SeminarSession(Record):
    """A part of a seminar for which attendance is taken."""

    seminar = models.ForeignKey(Seminar, models.CASCADE, related_name="sessions", verbose_name=_("seminar"))
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    title = models.CharField(_("title"), max_length=200)
    day = models.DateField(_("day"))
    starts_at = models.TimeField(_("starts at"), null=True, blank=True)
    ends_at = models.TimeField(_("ends at"), null=True, blank=True)
    room = models.CharField(_("room"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["seminar", "day", "order"]
        constraints = [
            models.UniqueConstraint(fields=["seminar", "order"], name="session_order_once"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(starts_at=None) | Q(ends_at__gt=F("starts_at")),
                name="session_times_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SeatQuerySet(models.QuerySet["Seat"]):
    """Vocabulary of seats."""

    def visible_to(self, user: User) -> SeatQuerySet:
        """Own and advised participants' seats; researchers those of their agreements; staff all."""
        access = access_of(user)
        if access.staff:
            return self
        return self.filter(
            Q(participant_id__in=access.own | access.advises) | Q(participant__agreement_id__in=access.researches)
        ).exclude(seminar__state=SeminarState.PLANNED)


class Seat(Record):
    """A participant's seat at a seminar. The obligation counts the seat; the delegate may be replaced."""

    seminar = models.ForeignKey(Seminar, models.CASCADE, related_name="seats", verbose_name=_("seminar"))
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="seats", verbose_name=_("participant"))
    number = models.PositiveSmallIntegerField(_("seat"))
    delegate_name = models.CharField(_("delegate"), max_length=200, blank=True)
    delegate_position = models.CharField(_("position"), max_length=200, blank=True)
    delegate_phone = models.CharField(_("telephone"), max_length=60, blank=True)
    delegate_email = models.EmailField(_("e-mail"), blank=True)
    on_behalf_of = models.CharField(
        _("on behalf of"), max_length=200, blank=True, help_text=_("When a substitute comes: whose place it is.")
    )
    food_needs = models.CharField(_("food needs"), max_length=200, blank=True)
    badge = models.PositiveSmallIntegerField(_("number of the pass"), default=1, editable=False)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["seminar", "participant__order", "number"]
        constraints = [models.UniqueConstraint(fields=["seminar", "participant", "number"], name="seat_once")]

    def __str__(self) -> str:
        return f"{self.participant} · {self.number} · {self.delegate_name or '–'}"


class AttendanceState(models.TextChoices):
    """How a seat stood at a session. Present and late count as attended."""

    PRESENT = "present", _("present")
    LATE = "late", _("late")
    EXCUSED = "excused", _("excused")
    ABSENT = "absent", _("absent")


ATTENDED = (AttendanceState.PRESENT, AttendanceState.LATE)


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    """Vocabulary of attendance."""

    def visible_to(self, user: User) -> AttendanceQuerySet:
        """Marks of visible seats."""
        if access_of(user).staff:
            return self
        return self.filter(seat__in=Seat.objects.visible_to(user))


class Attendance(Record):
    """How a seat stood at a session, who came, and who recorded it."""

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="attendance", verbose_name=_("seat"))
    session = models.ForeignKey(SeminarSession, models.CASCADE, related_name="attendance", verbose_name=_("session"))
    state = models.CharField(_("state"), max_length=20, choices=AttendanceState.choices)
    attended_by = models.CharField(_("who came"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("recorded by")
    )

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        ordering = ["session", "seat"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "session"], name="attendance_once"),
            models.CheckConstraint(condition=Q(state__in=AttendanceState.values), name="attendance_state_known"),
            models.CheckConstraint(
                condition=~Q(state="excused") | ~Q(reason=""), name="attendance_excuse_needs_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat} · {self.session} · {self.get_state_display()}"
