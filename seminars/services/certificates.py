"""Issuing certificates to those who came, and withdrawing one that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from mou_portal.records import DomainError, transition
from mou_portal.thai.words import normalise
from seminars.models import (
    ATTENDED,
    Attendance,
    Certificate,
    CertificateState,
    CertificateTemplate,
    Seat,
    Seminar,
    SeminarState,
)

from .seats import BATCH, locked

if TYPE_CHECKING:
    from participants.models import User

#: Seminars whose people may get a certificate.
HELD = (SeminarState.ANNOUNCED, SeminarState.CLOSED)


@transaction.atomic
def issue_certificates(*, seminar: Seminar, user: User) -> int:
    """Give a certificate to everybody who came to at least one session and has none that is valid.

    The name is that of who came (a substitute gets one of their own); asked again it issues only what is missing, so
    two people who press the button at once issue each certificate once. Returns how many were issued. Raises
    ``DomainError`` before the last day, without a template, and for a seminar that was not held.
    """
    now = locked(seminar.pk)
    today = timezone.localdate()
    if now.state not in HELD or today < now.ends_on:
        raise DomainError(_("Certificates are issued on the last day of the seminar or later."))
    if not CertificateTemplate.objects.filter(seminar=now).exists():
        raise DomainError(_("Write first what the certificates say: text, logo and signatories."))
    had = set(Certificate.objects.filter(seminar=now, state=CertificateState.VALID).values_list("seat_id", "name"))
    serial = Certificate.objects.filter(seminar=now).aggregate(last=Max("serial"))["last"] or 0
    new = []
    for seat, name in _who_came(now):
        if (seat.pk, name) in had:
            continue
        had.add((seat.pk, name))
        serial += 1
        own = name == seat.delegate_name
        new.append(
            Certificate(
                seminar=now,
                participant_id=seat.participant_id,
                seat=seat,
                serial=serial,
                name=name,
                position=seat.delegate_position if own else "",
                on_behalf_of=seat.on_behalf_of if own else seat.delegate_name,
                issued_on=today,
                issued_by=user,
            )
        )
    bulk_create_with_history(new, Certificate, batch_size=BATCH, default_user=user)
    return len(new)


def withdraw_certificate(*, certificate: Certificate, reason: str, user: User) -> None:
    """Withdraw a certificate that is wrong; its public page says so from now on, and the person can get another.

    Raises ``DomainError`` without a reason and ``Conflict`` when it is withdrawn already.
    """
    reason = normalise(reason)
    if not reason:
        raise DomainError(_("Give the reason; staff will read it."))
    transition(
        certificate,
        sources=[CertificateState.VALID],
        target=CertificateState.WITHDRAWN,
        withdrawn_on=timezone.localdate(),
        withdrawn_reason=reason,
        _history_user=user,
    )


def _who_came(seminar: Seminar) -> list[tuple[Seat, str]]:
    """Seats and the people who sat on them at one session or more, in the memorandum's order, each once."""
    marks = (
        Attendance.objects.filter(session__seminar=seminar, state__in=ATTENDED)
        .select_related("seat")
        .order_by("seat__participant__order", "seat__number", "session__day", "session__order")
    )
    return list(
        dict.fromkeys((mark.seat, name) for mark in marks if (name := mark.attended_by or mark.seat.delegate_name))
    )
