"""The board of a seminar day: who is here and who is missing on a list, by organisation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.utils import timezone

from participants.models import Participant
from seminars.models import CheckInList, Seat, Seminar

#: A screen shows no more organisations than this; the missing ones come first.
MOST_SHOWN = 120


@dataclass(frozen=True)
class PartyLine:
    """One organisation: ``named`` of its seats have a delegate, ``here`` of them came and did not leave."""

    participant: Participant
    named: int
    here: int
    missing: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        """``present`` when all are here, ``partly`` when some are, ``waiting`` when nobody is."""
        if self.here >= self.named > 0:
            return "present"
        return "partly" if self.here else "waiting"


@dataclass(frozen=True)
class Board:
    """A list on a screen: totals over all organisations, and the lines that fit."""

    here: int
    named: int
    parties_here: int
    parties: int
    lines: list[PartyLine]

    @property
    def more(self) -> int:
        """Organisations that are not shown."""
        return self.parties - len(self.lines)

    @property
    def percent(self) -> int:
        """Here of named, rounded down, so that 100 means everybody."""
        return 100 * self.here // self.named if self.named else 0


def list_of_the_moment(seminar: Seminar) -> CheckInList | None:
    """The list that is probably meant: of the last session that has begun, else the first list. One query."""
    points = list(
        CheckInList.objects.filter(seminar=seminar)
        .select_related("session")
        .order_by("session__day", "session__order", "pk")
    )
    now = timezone.localtime()
    begun = [
        point
        for point in points
        if point.session
        and (
            point.session.day < now.date()
            or (
                point.session.day == now.date()
                and (point.session.starts_at is None or point.session.starts_at <= now.time())
            )
        )
    ]
    return begun[-1] if begun else (points[0] if points else None)


def board_of(point: CheckInList) -> Board:
    """The board of a list in three queries. Organisations without a delegate count as missing, too."""
    came = Q(checkins__checkin_list=point, checkins__left_at=None, checkins__isnull=False)
    rows = list(
        Seat.objects.filter(seminar=point.seminar_id)
        .order_by()
        .values("participant_id", "participant__order")
        .annotate(
            named=Count("pk", filter=~Q(delegate_name="") | came, distinct=True),
            here=Count("pk", filter=came, distinct=True),
        )
    )
    rows.sort(key=lambda row: (row["here"] > 0, row["here"] >= row["named"], row["participant__order"]))
    shown = rows[:MOST_SHOWN]
    ids = [row["participant_id"] for row in shown]
    parties = {party.pk: party for party in Participant.objects.filter(pk__in=ids).select_related("designation")}
    missing: dict[int, list[str]] = defaultdict(list)
    absent = Seat.objects.filter(seminar=point.seminar_id, participant__in=ids).exclude(
        pk__in=point.checkins.filter(left_at=None).values("seat")
    )
    for party_id, name in absent.order_by("number").values_list("participant_id", "delegate_name"):
        if name:
            missing[party_id].append(name)
    return Board(
        here=sum(row["here"] for row in rows),
        named=sum(row["named"] for row in rows),
        parties_here=sum(row["here"] > 0 for row in rows),
        parties=len(rows),
        lines=[
            PartyLine(parties[row["participant_id"]], row["named"], row["here"], missing[row["participant_id"]])
            for row in shown
        ],
    )
