"""The verbs of the data service's keys: give, open, revoke."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mou_portal.records import DomainError
from participants.models import DataScope, DataToken, User

#: A key is good for a year at most, and a person has no more than this many at a time.
MOST_DAYS = 366
MOST_KEYS = 20
#: Secrets begin with this, so that a program that finds one in a file knows what it found.
PREFIX = "mou_"


def hashed(secret: str) -> str:
    """What is kept of a secret. It is long and random: a plain hash cannot be turned back."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


@transaction.atomic
def give_token(*, user: User, name: str, scopes: Collection[str], expires_on: date) -> tuple[DataToken, str]:
    """Give a person a key and return it with its secret, which is not kept.

    Raises :class:`DomainError` for no or unknown scopes, a day that is past or more than a year away, and for one key
    too many.
    """
    today = timezone.localdate()
    wanted = [scope for scope in DataScope.values if scope in scopes]
    if not wanted or len(wanted) != len(set(scopes)):
        raise DomainError(_("Choose at least one kind of data that the key opens."))
    if not today <= expires_on <= today + timedelta(days=MOST_DAYS):
        raise DomainError(_("The last day lies between today and a year from now."))
    if DataToken.objects.filter(user=user, revoked_at=None, expires_on__gte=today).count() >= MOST_KEYS:
        raise DomainError(_("You have as many keys as one person may have. Revoke one that is not used any more."))
    secret = PREFIX + secrets.token_urlsafe(32)
    token = DataToken(
        user=user, name=name, scopes=wanted, expires_on=expires_on, hint=secret[:10], token_hash=hashed(secret)
    )
    token.full_clean()
    token.save()
    return token, secret


def open_token(secret: str) -> DataToken | None:
    """The key that a secret opens, if it is good today and its owner may still sign in; notes the day of its use."""
    today = timezone.localdate()
    token = (
        DataToken.objects.select_related("user")
        .filter(token_hash=hashed(secret), revoked_at=None, expires_on__gte=today, user__is_active=True)
        .first()
    )
    if token is not None and token.last_used_on != today:
        DataToken.objects.filter(pk=token.pk).update(last_used_on=today)
    return token


@transaction.atomic
def revoke_token(*, token: DataToken) -> bool:
    """Close a key for good; says whether it was open."""
    closed = DataToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    if closed:
        token.refresh_from_db()
        token.save()  # its history
    return bool(closed)
