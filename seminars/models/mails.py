"""What was sent by e-mail about a seminar: invitations to coordinators and confirmations to delegates."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .seminars import Seat, Seminar


class MailKind(models.TextChoices):
    """What a message is."""

    INVITATION = "invitation", _("invitation")
    CONFIRMATION = "confirmation", _("confirmation")


class MailState(models.TextChoices):
    """How far a message is."""

    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("not sent")


class SeminarMail(models.Model):
    """One message: an invitation to a coordinator, or the confirmation of a pass to a delegate.

    The row is there before the message is sent, so that two people who press the button send one message. ``badge``
    is the number of the pass that was confirmed.
    """

    seminar = models.ForeignKey(Seminar, models.CASCADE, related_name="mails", verbose_name=_("seminar"))
    kind = models.CharField(_("kind"), max_length=20, choices=MailKind.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    seat = models.ForeignKey(Seat, models.CASCADE, null=True, related_name="mails")
    badge = models.PositiveSmallIntegerField(default=0)
    sent_to = models.EmailField(_("e-mail"))
    state = models.CharField(_("state"), max_length=20, choices=MailState.choices, default=MailState.SENDING)
    error = models.CharField(_("error"), max_length=500, blank=True)
    asked_at = models.DateTimeField(_("asked for"), auto_now=True)

    class Meta:
        verbose_name = _("message about a seminar")
        verbose_name_plural = _("messages about seminars")
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="invitation", user__isnull=False, seat=None)
                | Q(kind="confirmation", user=None, seat__isnull=False),
                name="seminar_mail_has_reader",
            ),
            models.UniqueConstraint(
                fields=["seminar", "user"], condition=Q(kind="invitation"), name="seminar_invitation_once"
            ),
            models.UniqueConstraint(
                fields=["seat", "badge", "sent_to"], condition=Q(kind="confirmation"), name="seat_confirmation_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.sent_to}"
