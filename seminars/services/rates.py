"""Entering and changing dated rates. No two for the same thing hold on one day, whoever saves at the same moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from mou_portal.records import save_revision
from participants.models import Agreement
from seminars.models import Rate

from .period import normalise_fields

if TYPE_CHECKING:
    from participants.models import User

TEXTS = ("name", "source")


@transaction.atomic
def enter_rate(*, rate: Rate, user: User) -> Rate:
    """Store a new rate. Raises ``ValidationError`` when it does not fit or another holds on one of its days."""
    rate.entered_by = user
    _prepare(rate, user)
    rate.save()
    return rate


@transaction.atomic
def save_rate(*, rate: Rate, expected: int, user: User) -> Rate:
    """Store a changed rate, for example its last day. Raises ``Stale``, and ``ValidationError`` as above."""
    _prepare(rate, user)
    save_revision(rate, expected=expected)
    return rate


def _prepare(rate: Rate, user: User) -> None:
    """Look at the other rates while nobody else can add one: the agreement's row is the lock."""
    Agreement.objects.select_for_update().get(pk=rate.agreement_id)
    normalise_fields(rate, *TEXTS)
    rate._history_user = user  # type: ignore[attr-defined]  # read by simple_history
    rate.full_clean(exclude=["entered_by"])
