"""The times of a programme: when each talk of a session begins and ends, and what does not fit.

Times are minutes after midnight, local to the seminar; lengths are whole minutes.

Pure: no Django, no database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

#: The longest talk that a programme takes, and the last place in a session.
MOST_MINUTES = 240
MOST_PLACES = 200

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Placed(Generic[K]):
    """What was typed for one presentation: its session (any key), its place in it, and its minutes."""

    presentation: K
    session: Hashable
    number: int
    minutes: int


@dataclass(frozen=True)
class Timed:
    """A talk's time: from ``starts`` to ``ends``, in minutes after midnight."""

    starts: int
    ends: int


def double_booked(lines: Iterable[Placed[K]]) -> list[tuple[Hashable, int]]:
    """Places, as (session, number), that more than one presentation claims."""
    taken = Counter((line.session, line.number) for line in lines)
    return [place for place, times in taken.items() if times > 1]


def timetable(starts: int, minutes: Sequence[int], gap: int = 0) -> list[Timed]:
    """When each talk begins and ends: one after the other, with ``gap`` minutes between them.

    Raises ``ValueError`` for a length below one minute.
    """
    if any(length < 1 for length in minutes):
        raise ValueError(f"a talk lasts at least a minute: {list(minutes)}")
    times, now = [], starts
    for length in minutes:
        times.append(Timed(now, now + length))
        now += length + gap
    return times


def overrun(times: Sequence[Timed], ends: int | None) -> int:
    """By how many minutes the last talk runs past the session's end; 0 when it fits or no end is set."""
    return max(0, times[-1].ends - ends) if times and ends is not None else 0


def clock(minutes: int) -> str:
    """Minutes after midnight as ``HH:MM``; past midnight it goes on from 00:00."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"
