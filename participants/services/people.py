"""The verbs of parties and people."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from mou_portal.records import DomainError, save_revision
from participants.access import FINANCE_STAFF, PROGRAMME_STAFF, forget_access
from participants.models import (
    AdviserAssignment,
    Agreement,
    CalendarLink,
    Designation,
    Invitation,
    LocalGovernment,
    Membership,
    NoticeAcknowledgement,
    Participant,
    User,
)
from participants.notice import VERSION
from participants.permissions import can_edit_contact, can_invite, can_manage_agreement


@transaction.atomic
def make_current(*, agreement: Agreement, user: User | None = None) -> None:
    """Make an agreement the one that the portal opens with; the earlier one stays readable.

    ``user`` is ``None`` for commands. Raises ``PermissionDenied`` for others than programme staff.
    """
    if user is not None and not can_manage_agreement(user, agreement):
        raise PermissionDenied
    for other in Agreement.objects.select_for_update().filter(is_current=True).exclude(pk=agreement.pk):
        other.is_current = False
        other.save()
    if not agreement.is_current:
        agreement.is_current = True
        agreement.save()


@transaction.atomic
def begin_designation(
    *, local_government: LocalGovernment, kind: str, name_th: str, name_en: str, starts_on: date
) -> Designation:
    """Record that a local government has a new name or type from a day on; the old one ends the day before.

    Raises :class:`DomainError` when a designation already begins on or after that day.
    """
    open_one = local_government.designations.filter(ends_on=None).first()
    if open_one is not None:
        if open_one.starts_on is not None and open_one.starts_on >= starts_on:
            raise DomainError(
                _("A name already begins on or after that day. Choose a later day, or correct that name.")
            )
        open_one.ends_on = starts_on - timedelta(days=1)
        open_one.save()
    begun = Designation(
        local_government=local_government, kind=kind, name_th=name_th, name_en=name_en, starts_on=starts_on
    )
    begun.full_clean()
    begun.save()
    return begun


def save_contact(*, local_government: LocalGovernment, participant: Participant, user: User, expected: int) -> None:
    """Save a local government's changed address, telephone and e-mail.

    Raises ``PermissionDenied``, or :class:`mou_portal.records.Stale` when somebody saved it since ``expected``.
    """
    if not can_edit_contact(user, participant) or participant.local_government_id != local_government.pk:
        raise PermissionDenied
    save_revision(local_government, expected=expected)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def check_invitation(invitation: Invitation, user: User) -> None:
    """Ask everything that :func:`invite` asks, and write nothing.

    Raises ``PermissionDenied`` for who may not invite, :class:`DomainError` when role and place do not fit or when
    the address already has an open invitation to the same role.
    """
    if not can_invite(user, invitation):
        raise PermissionDenied
    invitation.email = invitation.email.strip().lower()
    try:
        invitation.clean_fields(exclude=["token_hash", "expires_at", "invited_by"])
        invitation.validate_constraints()
    except ValidationError as error:
        raise DomainError(" ".join(error.messages)) from error
    if invitation.staff_group and invitation.staff_group not in (PROGRAMME_STAFF, FINANCE_STAFF):
        raise DomainError(_("The staff group is not known. Write programme_staff or finance_staff."))
    same = Invitation.objects.filter(
        email=invitation.email,
        role=invitation.role,
        participant=invitation.participant,
        agreement=invitation.agreement,
        staff_group=invitation.staff_group,
        accepted_at=None,
        revoked_at=None,
        expires_at__gt=timezone.now(),
    )
    if same.exists():
        raise DomainError(_("This address already has an open invitation to this role. Revoke it to send a new one."))


def invite(*, invitation: Invitation, user: User) -> Invitation:
    """Save an unsaved invitation and send its link by e-mail, in both languages.

    The link is good once, for ``settings.INVITATION_DAYS`` days. Raises what :func:`check_invitation` raises.
    """
    check_invitation(invitation, user)
    token = secrets.token_urlsafe(32)
    invitation.token_hash = _hashed(token)
    invitation.expires_at = timezone.now() + timedelta(days=settings.INVITATION_DAYS)
    invitation.invited_by = user
    invitation.save()
    transaction.on_commit(lambda: send_invitation(invitation, token))
    return invitation


def send_invitation(invitation: Invitation, token: str) -> None:
    """Send the invitation's link; both languages in one message, since the person's language is not known yet."""
    link = settings.SITE_URL + reverse("participants:invitation-accept", args=[token])
    parts = []
    for language in ("th", "en"):
        with translation.override(language):
            parts.append(
                render_to_string("participants/email/invitation.txt", {"invitation": invitation, "link": link}).strip()
            )
    with translation.override("th"):
        subject = str(_("Invitation to the MOU portal"))
    send_mail(subject, "\n\n".join(parts), None, [invitation.email])


def open_invitation(token: str) -> Invitation | None:
    """The invitation that a link's token opens, if it is still good."""
    return (
        Invitation.objects.select_related("participant__designation", "agreement")
        .filter(token_hash=_hashed(token), accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())
        .first()
    )


@transaction.atomic
def accept_invitation(*, invitation: Invitation, password: str, name_th: str, name_en: str = "") -> User:
    """Make the invited person's account (or use the one that the address has) and give it the role from today.

    An account that exists keeps its password: then ``password`` must be its own. Raises :class:`DomainError` when the
    invitation was used meanwhile or the password is wrong, and ``ValidationError`` for a weak password.
    """
    taken = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    ).update(accepted_at=timezone.now())
    if not taken:
        raise DomainError(_("This invitation has been used, has been revoked or has run out. Ask for a new one."))
    person = User.objects.filter(email__iexact=invitation.email).first()
    if person is None:
        person = User(email=invitation.email, name_th=name_th, name_en=name_en)
        validate_password(password, person)
        person.set_password(password)
        person.save()
    elif not person.check_password(password):
        raise DomainError(_("This address already has an account: enter its password."))
    if invitation.staff_group:
        if invitation.staff_group not in (PROGRAMME_STAFF, FINANCE_STAFF):
            raise DomainError(_("The staff group is not known."))
        person.is_staff = True
        person.save()
        person.groups.add(Group.objects.get(name=invitation.staff_group))
    else:
        give_role(
            person=person, role=invitation.role, participant=invitation.participant, agreement=invitation.agreement
        )
    invitation.refresh_from_db()
    invitation.accepted_by = person
    invitation.save()
    forget_access(person)
    return person


@transaction.atomic
def give_role(
    *,
    person: User,
    role: str,
    participant: Participant | None = None,
    agreement: Agreement | None = None,
    starts_on: date | None = None,
) -> Membership:
    """Give a person a role from a day on (today); an open membership of the same kind is returned as it is."""
    kept = Membership.objects.filter(
        user=person, role=role, participant=participant, agreement=agreement, ends_on=None
    ).first()
    if kept is not None:
        return kept
    membership = Membership(
        user=person,
        role=role,
        participant=participant,
        agreement=agreement,
        starts_on=starts_on or timezone.localdate(),
    )
    membership.full_clean()
    membership.save()
    forget_access(person)
    return membership


@transaction.atomic
def end_membership(*, membership: Membership | AdviserAssignment, ends_on: date) -> None:
    """End a role or an assignment after a day. Raises :class:`DomainError` when the day is before its beginning."""
    if ends_on < membership.starts_on:
        raise DomainError(_("The last day is before the first one."))
    membership.ends_on = ends_on
    membership.save()
    forget_access(membership.user)


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, user: User) -> None:
    """Make an open invitation's link useless. Raises :class:`DomainError` when it was already used."""
    if not can_invite(user, invitation):
        raise PermissionDenied
    if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(
        revoked_at=timezone.now()
    ):
        raise DomainError(_("This invitation has already been used or revoked."))
    invitation.refresh_from_db()
    invitation.save()


@transaction.atomic
def make_calendar_link(*, user: User) -> str:
    """Give a person a new private calendar address and return its secret, which is not kept; the old one closes.

    Raises :class:`DomainError` when another one was made at the same moment.
    """
    revoke_calendar_link(user=user)
    token = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            CalendarLink.objects.create(user=user, token_hash=_hashed(token))
    except IntegrityError as error:
        raise DomainError(_("A link was made at the same moment. Reload the page.")) from error
    return token


def revoke_calendar_link(*, user: User) -> bool:
    """Close a person's calendar address for good; says whether there was one."""
    return bool(CalendarLink.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now()))


def open_calendar_link(token: str) -> CalendarLink | None:
    """The calendar address that a secret opens, unless it was revoked."""
    return CalendarLink.objects.select_related("user").filter(token_hash=_hashed(token), revoked_at=None).first()


def acknowledge_notice(*, user: User) -> None:
    """Record that a person read the privacy notice that holds now; a second time changes nothing."""
    try:
        with transaction.atomic():
            NoticeAcknowledgement.objects.create(user=user, version=VERSION)
    except IntegrityError:
        return


def mark_checked(*, participant: Participant, user: User, **corrected: Any) -> None:
    """Take off the mark "check against the signed original" after somebody looked, with corrections if any."""
    if not can_manage_agreement(user, participant.agreement):
        raise PermissionDenied
    for name, value in corrected.items():
        setattr(participant, name, value)
    participant.check_against_original = False
    participant.save()
