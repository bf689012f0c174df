"""When people are reminded, what was sent to whom, and links to private calendar feeds."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mou_portal.records import Record

from .people import User


class Weekday(models.IntegerChoices):
    """Days of the week, numbered as ``date.weekday()`` does."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class ReminderRule(Record):
    """One occasion for a reminder: some days before or after a thing is due, or a day of every week.

    ``area`` is the app that the waiting thing comes from, or one kind of its things (``pathways.final``); empty means
    all. The rule names either ``offset_days``
    (-7: seven days before it is due, 0: on the day, 3: three days after) or a ``weekday``, which reminds of what is
    overdue and of what has no date.
    """

    area = models.CharField(_("of what"), max_length=40, blank=True, help_text=_("Empty: of everything."))
    offset_days = models.SmallIntegerField(
        _("days after it is due"),
        null=True,
        blank=True,
        help_text=_("-7: seven days before. 0: on the day. 3: three days after."),
    )
    weekday = models.PositiveSmallIntegerField(
        _("or on a day of every week"),
        choices=Weekday.choices,
        null=True,
        blank=True,
        help_text=_("Then it reminds of what is overdue and of what has no date."),
    )
    is_on = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("reminder rule")
        verbose_name_plural = _("reminder rules")
        ordering = ["area", "weekday", "offset_days"]
        constraints = [
            models.CheckConstraint(
                condition=Q(offset_days__isnull=False, weekday=None) | Q(offset_days=None, weekday__isnull=False),
                name="reminder_rule_one_occasion",
                violation_error_message=_("Give either a number of days or a day of the week, and not both."),
            ),
            models.CheckConstraint(
                condition=Q(offset_days=None) | Q(offset_days__gte=-365, offset_days__lte=365),
                name="reminder_rule_within_a_year",
                violation_error_message=_("Remind at most a year before or after."),
            ),
            models.CheckConstraint(
                condition=Q(weekday=None) | Q(weekday__in=Weekday.values), name="reminder_rule_weekday_known"
            ),
            models.UniqueConstraint(
                fields=["area", "offset_days"], condition=Q(weekday=None), name="reminder_rule_days_once"
            ),
            models.UniqueConstraint(
                fields=["area", "weekday"], condition=Q(offset_days=None), name="reminder_rule_weekday_once"
            ),
        ]

    def __str__(self) -> str:
        days = self.offset_days
        if days is None:
            return _("every week: %(day)s") % {"day": self.get_weekday_display()}
        if days == 0:
            return str(_("on the day it is due"))
        if days < 0:
            return ngettext("%(count)d day before it is due", "%(count)d days before it is due", -days) % {
                "count": -days
            }
        return ngettext("%(count)d day after it was due", "%(count)d days after it was due", days) % {"count": days}


class ReminderState(models.TextChoices):
    """What became of a reminder. ``sending`` stays when the run was cut off: it may or may not have arrived."""

    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("not sent")


class ReminderLog(models.Model):
    """The one reminder that a person got on a day: a log, written by ``manage.py send_reminders`` alone."""

    user = models.ForeignKey(User, models.CASCADE, related_name="reminders", verbose_name=_("to"))
    day = models.DateField(_("day"))
    state = models.CharField(_("state"), max_length=10, choices=ReminderState.choices, default=ReminderState.SENDING)
    subject = models.CharField(_("subject"), max_length=300)
    item_count = models.PositiveIntegerField(_("things in it"))
    sent_at = models.DateTimeField(_("sent"), null=True)
    error = models.CharField(_("what went wrong"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("reminder that was sent")
        verbose_name_plural = _("reminders that were sent")
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="reminder_once_a_day"),
            models.CheckConstraint(condition=Q(state__in=ReminderState.values), name="reminder_state_known"),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="reminder_sent_has_time"
            ),
        ]
        indexes = [models.Index(fields=["day"])]

    def __str__(self) -> str:
        return f"{self.user} · {self.day.isoformat()}"


class CalendarLink(models.Model):
    """A private address under which a person's calendar program reads their dates, until it is revoked.

    Only a hash of the address's secret is kept; the address is shown once, when it is made.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="calendar_links", verbose_name=_("user"))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("calendar link")
        verbose_name_plural = _("calendar links")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(revoked_at=None), name="calendar_link_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.created_at:%Y-%m-%d}"
