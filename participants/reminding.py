"""Which waiting things a person is reminded of on a day. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

#: A run that was missed is made up for, but no longer than this.
LONGEST_GAP = timedelta(days=7)


@dataclass(frozen=True)
class Occasion:
    """A rule: ``offset_days`` after the due day (negative: before it), or each week on ``weekday`` (Monday is 0).

    ``area`` empty: for things of every area. ``pathways`` is for everything of that area, ``pathways.final`` for its
    things of the kind ``final`` alone.
    """

    area: str = ""
    offset_days: int | None = None
    weekday: int | None = None


def days_since(last_run: date | None, today: date) -> list[date]:
    """The days that a run on ``today`` speaks for: after the last run up to today, at most :data:`LONGEST_GAP`."""
    first = today if last_run is None else max(last_run + timedelta(days=1), today - LONGEST_GAP + timedelta(days=1))
    return [first + timedelta(days=number) for number in range((today - first).days + 1)]


def is_occasion(area: str, due_on: date | None, days: Iterable[date], rules: Iterable[Occasion]) -> bool:
    """Whether some rule reminds of a thing of ``area``, due on ``due_on`` (``None``: undated), on one of the days."""
    spoken_for = frozenset(days)
    return any(_meets(rule, due_on, spoken_for) for rule in rules if _covers(rule.area, area))


def _covers(wanted: str, area: str) -> bool:
    return not wanted or area == wanted or area.startswith(f"{wanted}.")


def _meets(rule: Occasion, due_on: date | None, days: frozenset[date]) -> bool:
    if rule.offset_days is not None:
        return due_on is not None and due_on + timedelta(days=rule.offset_days) in days
    return any(day.weekday() == rule.weekday and (due_on is None or due_on < day) for day in days)
