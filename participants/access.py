"""Which rows a person may reach, worked out once for each user object.

Everything that scopes rows (``visible_to``) or answers ``can_…`` starts from :func:`access_of`. It imports no models,
so permission modules stay below them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

PROGRAMME_STAFF = "programme_staff"
FINANCE_STAFF = "finance_staff"


@dataclass(frozen=True)
class Access:
    """What a person is on a day, as sets of ids.

    ``programme``/``finance``: staff of the institute by group; ``administrator``: a superuser. ``coordinates`` and
    ``heads``: participants whose work the person logs or signs. ``advises``: participants assigned to an adviser.
    ``researches``: agreements whose submitted material a researcher reads.
    """

    administrator: bool = False
    programme: bool = False
    finance: bool = False
    coordinates: frozenset[int] = frozenset()
    heads: frozenset[int] = frozenset()
    advises: frozenset[int] = frozenset()
    researches: frozenset[int] = frozenset()
    agreement_ids: frozenset[int] = frozenset()

    @property
    def staff(self) -> bool:
        """Staff of the institute: they may read every party's rows."""
        return self.administrator or self.programme or self.finance

    @property
    def own(self) -> frozenset[int]:
        """Participants that the person belongs to."""
        return self.coordinates | self.heads


NOBODY = Access()


def access_of(user: Any, today: date | None = None) -> Access:
    """Return the person's access today; anonymous or inactive users have none.

    Costs three queries for the first call on a user object and none after it. Call :func:`forget_access` after a
    change of roles within one request.
    """
    if not getattr(user, "is_active", False) or not user.is_authenticated:
        return NOBODY
    known: Access | None = getattr(user, "_access", None)
    if known is not None:
        return known
    day = today or timezone.localdate()
    groups = set(user.groups.values_list("name", flat=True)) if user.is_staff else set()
    coordinates, heads, researches, advises, agreements = set(), set(), set(), set(), set()
    # columns instead of rows: this is asked of every request
    now = Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gte=day))
    memberships = user.memberships.filter(now).order_by()
    for role, participant, agreement, of_participant in memberships.values_list(
        "role", "participant", "agreement", "participant__agreement"
    ):
        agreements.add(agreement or of_participant)
        if role == "coordinator":
            coordinates.add(participant)
        elif role == "executive":
            heads.add(participant)
        elif role == "researcher":
            researches.add(agreement)
    assignments = user.adviser_assignments.filter(now).order_by()
    for participant, of_participant in assignments.values_list("participant", "participant__agreement"):
        advises.add(participant)
        agreements.add(of_participant)
    user._access = Access(
        administrator=user.is_superuser,
        programme=user.is_superuser or PROGRAMME_STAFF in groups,
        finance=user.is_superuser or FINANCE_STAFF in groups,
        coordinates=frozenset(coordinates),
        heads=frozenset(heads),
        advises=frozenset(advises),
        researches=frozenset(researches),
        agreement_ids=frozenset(agreements),
    )
    return user._access


def stand_in(user: Any, access: Access) -> Any:
    """Let a user object that is never saved ask as somebody with this access would, and return it."""
    user._access = access
    return user


def forget_access(user: Any) -> None:
    """Drop what was worked out for a user object, because roles changed."""
    user.__dict__.pop("_access", None)
