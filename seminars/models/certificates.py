"""Certificates of attendance: what a seminar's say, and each one that was issued, with the code that confirms it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Record
from participants.access import access_of
from participants.models import Participant, StoredFile
from seminars.wording import WordingError, check

from .seminars import Seat, Seminar, SeminarState

if TYPE_CHECKING:
    from participants.models import User

#: Letters and digits that nobody confuses when reading a code aloud.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_code() -> str:
    """A code of 80 bits that cannot be guessed."""
    return "".join(secrets.choice(ALPHABET) for _place in range(16))


def wording(text: str) -> None:
    """Refuse a text with a place in curly brackets that nothing can fill."""
    try:
        check(text)
    except WordingError as error:
        raise ValidationError(
            gettext(
                "“%(place)s” is no place that can be filled. Use {name}, {organisation}, {seminar}, {dates} or {place}."
            )
            % {"place": error.place}
        ) from error


class CertificateTemplate(Record):
    """What the certificates of a seminar say, with a logo and up to three signatories."""

    seminar = models.OneToOneField(
        Seminar, models.PROTECT, related_name="certificate_template", verbose_name=_("seminar")
    )
    text_th = models.TextField(
        _("text (Thai)"),
        max_length=1000,
        validators=[wording],
        default="ได้เข้าร่วม{seminar}\nเมื่อวันที่ {dates} ณ {place}",
        help_text=_(
            "What stands below the name. Places that are filled for each person: {name}, {organisation}, {seminar}, "
            "{dates}, {place}."
        ),
    )
    text_en = models.TextField(
        _("text (English)"),
        max_length=1000,
        validators=[wording],
        default="attended {seminar},\n{dates}, at {place}",
    )
    logo = models.OneToOneField(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("logo")
    )

    class Meta:
        verbose_name = _("certificate template")
        verbose_name_plural = _("certificate templates")
        ordering = ["-seminar__starts_on", "pk"]

    def __str__(self) -> str:
        return str(self.seminar)


class Signatory(Record):
    """Who signs the certificates of a seminar, from left to right."""

    template = models.ForeignKey(
        CertificateTemplate, models.CASCADE, related_name="signatories", verbose_name=_("certificate template")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    name = models.CharField(_("name"), max_length=200)
    position_th = models.CharField(_("position (Thai)"), max_length=200, blank=True)
    position_en = models.CharField(_("position (English)"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("signatory of certificates")
        verbose_name_plural = _("signatories of certificates")
        ordering = ["template", "order"]
        constraints = [
            models.UniqueConstraint(fields=["template", "order"], name="signatory_order_once"),
            models.CheckConstraint(
                condition=Q(order__gte=1, order__lte=3),
                name="signatory_up_to_three",
                violation_error_message=_("A certificate has one to three signatories: their order is 1, 2 or 3."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CertificateState(models.TextChoices):
    """A certificate holds until it is withdrawn; it is never deleted, so that its code always gets an answer."""

    VALID = "valid", _("valid")
    WITHDRAWN = "withdrawn", _("withdrawn")


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Vocabulary of certificates."""

    def visible_to(self, user: User) -> CertificateQuerySet:
        """Those of visible seats: own and advised participants', researchers' agreements; staff all."""
        if access_of(user).staff:
            return self
        seats = Seat.objects.visible_to(user).exclude(seminar__state=SeminarState.PLANNED)
        return self.filter(seat__in=seats)

    def with_names(self) -> CertificateQuerySet:
        """With everything that a certificate prints, in one query."""
        return self.select_related("seminar__agreement", "participant__designation", "participant__local_government")


class Certificate(Record):
    """One person's certificate. ``number`` counts within its seminar; ``code`` is what its QR code leads to.

    The name is as it was when the certificate was issued: the one who came, be it the delegate or a substitute.
    """

    seminar = models.ForeignKey(Seminar, models.PROTECT, related_name="certificates", verbose_name=_("seminar"))
    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="certificates", verbose_name=_("participant")
    )
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="certificates", verbose_name=_("seat"))
    serial = models.PositiveIntegerField(_("running number"), editable=False)
    code = models.CharField(_("code"), max_length=40, unique=True, editable=False, default=new_code)
    name = models.CharField(_("name"), max_length=200)
    position = models.CharField(_("position"), max_length=200, blank=True)
    on_behalf_of = models.CharField(_("on behalf of"), max_length=200, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=CertificateState.choices, default=CertificateState.VALID, editable=False
    )
    issued_on = models.DateField(_("issued on"), editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("issued by")
    )
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, editable=False)
    withdrawn_reason = models.TextField(_("reason"), max_length=1000, blank=True, editable=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["seminar", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["seminar", "serial"], name="certificate_serial_once"),
            models.UniqueConstraint(
                fields=["seat", "name"], condition=Q(state="valid"), name="certificate_one_valid_for_a_person"
            ),
            models.CheckConstraint(condition=Q(state__in=CertificateState.values), name="certificate_state_known"),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | (Q(withdrawn_on__isnull=False) & ~Q(withdrawn_reason="")),
                name="certificate_withdrawn_says_when_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.name}"

    @property
    def number(self) -> str:
        """The number as it is printed: seminar, running number and the year of issue in the Buddhist Era."""
        return f"{self.seminar_id}-{self.serial:03d}/{self.issued_on.year + 543}"

    def get_absolute_url(self) -> str:
        """The public page that confirms it."""
        return reverse("seminars:certificate-confirm", args=[self.code])
