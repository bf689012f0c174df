"""Which rows a person may reach, worked out once for each user object.

Everything that scopes rows (``visible_to``) or answers ``can_…`` starts from :func:`access_of`. It imports no models,
so permission modules stay below them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
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

#: A person's groups, roles and assignments on a day. Written out, because every request asks it: on the way through the
#: querysets it took a sixth of the time of a small page.
_ROLES = """
SELECT 'group', auth_group.name, NULL, NULL
  FROM participants_user_groups JOIN auth_group ON auth_group.id = participants_user_groups.group_id
 WHERE participants_user_groups.user_id = %s
UNION ALL
SELECT one.role, NULL, one.participant_id, COALESCE(one.agreement_id, participants_participant.agreement_id)
  FROM participants_membership one
  LEFT JOIN participants_participant ON participants_participant.id = one.participant_id
 WHERE one.user_id = %s AND one.starts_on <= %s AND (one.ends_on IS NULL OR one.ends_on >= %s)
UNION ALL
SELECT 'assigned', NULL, one.participant_id, participants_participant.agreement_id
  FROM participants_adviserassignment one
  JOIN participants_participant ON participants_participant.id = one.participant_id
 WHERE one.user_id = %s AND one.starts_on <= %s AND (one.ends_on IS NULL OR one.ends_on >= %s)
"""


def access_of(user: Any, today: date | None = None) -> Access:
    """Return the person's access today; anonymous or inactive users have none.

    Costs one query for the first call on a user object and none after it. Call :func:`forget_access` after a
    change of roles within one request.
    """
    if not getattr(user, "is_active", False) or not user.is_authenticated:
        return NOBODY
    known: Access | None = getattr(user, "_access", None)
    if known is not None:
        return known
    day = today or timezone.localdate()
    groups, coordinates, heads, researches, advises, agreements = set(), set(), set(), set(), set(), set()
    with connection.cursor() as cursor:
        cursor.execute(_ROLES, [user.pk, *[user.pk, day.isoformat(), day.isoformat()] * 2])
        for kind, group, participant, agreement in cursor.fetchall():
            if kind == "group":
                groups.add(group)
                continue
            agreements.add(agreement)
            if kind == "coordinator":
                coordinates.add(participant)
            elif kind == "executive":
                heads.add(participant)
            elif kind == "researcher":
                researches.add(agreement)
            elif kind == "assigned":
                advises.add(participant)
    if not user.is_staff:
        groups = set()
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
