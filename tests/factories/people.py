"""People by role, and invitations."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import Group

from participants.access import PROGRAMME_STAFF
from participants.models import (
    AdviserAssignment,
    Agreement,
    Invitation,
    Membership,
    NoticeAcknowledgement,
    Participant,
    Role,
    User,
)
from participants.notice import VERSION

from .base import SIGNED, next_number


def make_user(email: str = "", *, password: str | None = None, acknowledged: bool = True, **fields: Any) -> User:
    """A person without a role, who has read the privacy notice. Sign in with ``client.force_login``."""
    values = {"name_th": "สมชาย ใจดี", "name_en": "Somchai Jaidee", **fields}
    user = User.objects.create_user(email or f"person-{next_number()}@example.org", password, **values)
    if acknowledged:
        NoticeAcknowledgement.objects.create(user=user, version=VERSION)
    return user


def make_staff(group: str = PROGRAMME_STAFF, **fields: Any) -> User:
    """Staff of the institute: ``programme_staff`` or ``finance_staff``."""
    user = make_user(is_staff=True, **{"name_en": f"Staff {group}", **fields})
    user.groups.add(Group.objects.get(name=group))
    return user


def make_admin(**fields: Any) -> User:
    """An administrator."""
    return make_user(is_staff=True, is_superuser=True, **{"name_en": "Administrator", **fields})


def _member(
    role: str, *, participant: Participant | None = None, agreement: Agreement | None = None, **fields: Any
) -> User:
    starts_on, ends_on = fields.pop("starts_on", SIGNED), fields.pop("ends_on", None)
    user = make_user(**fields)
    Membership.objects.create(
        user=user, role=role, participant=participant, agreement=agreement, starts_on=starts_on, ends_on=ends_on
    )
    return user


def make_coordinator(participant: Participant, **fields: Any) -> User:
    """A coordinator; ``starts_on``/``ends_on`` bound the role."""
    return _member(Role.COORDINATOR, participant=participant, **fields)


def make_executive(participant: Participant, **fields: Any) -> User:
    """An executive, who reads."""
    return _member(Role.EXECUTIVE, participant=participant, **fields)


def make_adviser(*participants: Participant, **fields: Any) -> User:
    """An adviser of the participants' agreement who is assigned to each of them."""
    user = _member(Role.ADVISER, agreement=participants[0].agreement, **fields)
    for participant in participants:
        AdviserAssignment.objects.create(user=user, participant=participant, starts_on=SIGNED)
    return user


def make_researcher(agreement: Agreement, **fields: Any) -> User:
    """A researcher of an agreement."""
    return _member(Role.RESEARCHER, agreement=agreement, **fields)


def make_invitation(invited_by: User, **fields: Any) -> Invitation:
    """An open invitation, good until the end of the century; its token is not known to anybody."""
    values = {
        "email": f"invited-{next_number()}@example.org",
        "name_th": "ผู้ได้รับเชิญ",
        "token_hash": f"{next_number():064x}",
        "expires_at": datetime(2099, 1, 1, tzinfo=UTC),
        **fields,
    }
    return Invitation.objects.create(invited_by=invited_by, **values)
