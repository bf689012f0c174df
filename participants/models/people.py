"""People: users by e-mail address, their dated roles, invitations and the privacy notice."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from mou_portal.records import Record
from mou_portal.thai.localized import localized

from .agreements import Agreement
from .parties import Participant


class UserManager(BaseUserManager["User"]):
    """Makes users keyed by e-mail address in lower case."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        """Create a user; without a password the account cannot sign in until one is set."""
        if not email:
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=email.strip().lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> User:
        """Create an administrator."""
        return self.create_user(email, password, **{**extra, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, email: str | None) -> User:
        """Find a user whatever the case of the address that was typed."""
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail. What they may do follows from memberships, assignments and staff groups."""

    email = models.EmailField(_("e-mail"), unique=True)
    name_th = models.CharField(_("name (Thai)"), max_length=150)
    name_en = models.CharField(_("name (English)"), max_length=150, blank=True)
    position_th = models.CharField(_("position (Thai)"), max_length=150, blank=True)
    position_en = models.CharField(_("position (English)"), max_length=150, blank=True)
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    language = models.CharField(
        _("language of messages"), max_length=2, choices=[("th", _("Thai")), ("en", _("English"))], default="th"
    )
    is_staff = models.BooleanField(_("may enter the admin site"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects = UserManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name_th"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    def get_full_name(self) -> str:
        """The name in the reader's language."""
        return localized(self)

    def get_short_name(self) -> str:
        """As the full name: Thai names are not shortened."""
        return self.get_full_name()


class Dated(models.Model):
    """Something that holds from one day to another, both included; an empty end means "until further notice"."""

    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        abstract = True

    def active_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class Role(models.TextChoices):
    """The four kinds of portal people."""

    COORDINATOR = "coordinator", _("coordinator")
    EXECUTIVE = "executive", _("executive")
    ADVISER = "adviser", _("adviser")
    RESEARCHER = "researcher", _("researcher")


#: Roles within one local government organisation; the others belong to an agreement as a whole.
PARTY_ROLES = (Role.COORDINATOR, Role.EXECUTIVE)
AGREEMENT_ROLES = (Role.ADVISER, Role.RESEARCHER)


class Membership(Dated, Record):
    """A person's role: in one participant (coordinator, executive) or in an agreement (adviser, researcher)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    participant = models.ForeignKey(
        Participant, models.CASCADE, null=True, blank=True, related_name="memberships", verbose_name=_("participant")
    )
    agreement = models.ForeignKey(
        Agreement, models.CASCADE, null=True, blank=True, related_name="memberships", verbose_name=_("agreement")
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["user", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=PARTY_ROLES, participant__isnull=False, agreement=None)
                | Q(role__in=AGREEMENT_ROLES, participant=None, agreement__isnull=False),
                name="membership_role_fits_place",
                violation_error_message=_(
                    "A coordinator or executive belongs to a participant; an adviser or researcher to an agreement."
                ),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="membership_dates_order"
            ),
            models.UniqueConstraint(
                fields=["user", "role", "participant"],
                condition=Q(ends_on=None, participant__isnull=False),
                name="membership_once_in_participant",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "agreement"],
                condition=Q(ends_on=None, agreement__isnull=False),
                name="membership_once_in_agreement",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.participant or self.agreement}"


class AdviserAssignment(Dated, Record):
    """An adviser assigned to a participant: whose updates the adviser reviews and whom they visit."""

    user = models.ForeignKey(User, models.CASCADE, related_name="adviser_assignments", verbose_name=_("adviser"))
    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="adviser_assignments", verbose_name=_("participant")
    )

    class Meta:
        verbose_name = _("adviser assignment")
        verbose_name_plural = _("adviser assignments")
        ordering = ["participant", "user"]
        constraints = [
            models.UniqueConstraint(fields=["user", "participant"], condition=Q(ends_on=None), name="assignment_once"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="assignment_dates_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.participant}"


class Invitation(Record):
    """An invitation by e-mail to take up a role (or, without a role, to join the staff).

    Only a hash of the token is stored; the link itself goes to the invited person alone and is good once.
    """

    email = models.EmailField(_("e-mail"))
    name_th = models.CharField(_("name (Thai)"), max_length=150)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, blank=True)
    participant = models.ForeignKey(
        Participant, models.CASCADE, null=True, blank=True, related_name="invitations", verbose_name=_("participant")
    )
    agreement = models.ForeignKey(
        Agreement, models.CASCADE, null=True, blank=True, related_name="invitations", verbose_name=_("agreement")
    )
    staff_group = models.CharField(_("staff group"), max_length=40, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("good until"), editable=False)
    invited_by = models.ForeignKey(
        User, models.PROTECT, related_name="invitations_sent", editable=False, verbose_name=_("invited by")
    )
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    accepted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, editable=False, related_name="invitations_accepted"
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=PARTY_ROLES, participant__isnull=False, agreement=None, staff_group="")
                | Q(role__in=AGREEMENT_ROLES, participant=None, agreement__isnull=False, staff_group="")
                | (Q(role="", participant=None, agreement=None) & ~Q(staff_group="")),
                name="invitation_role_fits_place",
                violation_error_message=_(
                    "Name either a participant (coordinator, executive), "
                    "an agreement (adviser, researcher) or a staff group."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_role_display() or self.staff_group}"


class NoticeAcknowledgement(models.Model):
    """That a person read a version of the privacy notice (PDPA), and when."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notice_acknowledgements", verbose_name=_("user"))
    version = models.CharField(_("version"), max_length=20)
    acknowledged_at = models.DateTimeField(_("acknowledged"), auto_now_add=True)

    class Meta:
        verbose_name = _("acknowledgement of the privacy notice")
        verbose_name_plural = _("acknowledgements of the privacy notice")
        ordering = ["-acknowledged_at"]
        constraints = [models.UniqueConstraint(fields=["user", "version"], name="notice_once_per_version")]

    def __str__(self) -> str:
        return f"{self.user} · {self.version}"
