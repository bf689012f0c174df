"""The burden meter: how many fields, by how many days, each organisation is asked for in each month. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

#: What a report asks for besides values of indicators: four texts, the percentage, and files.
REPORT_FIELDS = 6


@dataclass(frozen=True)
class Ask:
    """One thing that one participant is asked for: by when, and how many fields it has."""

    participant_id: int
    due_on: date
    fields: int


def report_fields(indicators: int, *, asks_indicators: bool) -> int:
    """Fields of one report on a choice that has so many indicators."""
    return REPORT_FIELDS + (indicators if asks_indicators else 0)


@dataclass(frozen=True)
class Load:
    """What falls due in one month: fields, and days on which something is due."""

    fields: int = 0
    deadlines: int = 0


@dataclass(frozen=True)
class Burden:
    """The loads by participant and month (its first day)."""

    loads: dict[tuple[int, date], Load] = field(default_factory=dict)

    @cached_property
    def months(self) -> list[date]:
        """Every month from the first to the last in which anything is due, also those without anything."""
        if not self._by_month:
            return []
        first, last = min(self._by_month), max(self._by_month)
        count = (last.year - first.year) * 12 + last.month - first.month + 1
        return [_month(first, step) for step in range(count)]

    @cached_property
    def _by_month(self) -> dict[date, list[Load]]:
        found: dict[date, list[Load]] = defaultdict(list)
        for (_participant, month), load in self.loads.items():
            found[month].append(load)
        return found

    @cached_property
    def _by_participant(self) -> dict[int, list[Load]]:
        found: dict[int, list[Load]] = defaultdict(list)
        for (participant_id, _month), load in self.loads.items():
            found[participant_id].append(load)
        return found

    def load(self, participant_id: int, month: date) -> Load:
        """What one participant is asked for in a month."""
        return self.loads.get((participant_id, month), Load())

    def total(self, participant_id: int) -> Load:
        """What one participant is asked for over all months."""
        own = self._by_participant.get(participant_id, [])
        return Load(sum(one.fields for one in own), sum(one.deadlines for one in own))

    def heaviest(self, month: date) -> Load:
        """The most fields, and the most deadlines, that any one participant has in the month."""
        own = self._by_month.get(month, [])
        return Load(max((one.fields for one in own), default=0), max((one.deadlines for one in own), default=0))

    @property
    def fields(self) -> int:
        """All fields of all participants."""
        return sum(load.fields for load in self.loads.values())


def _month(day: date, later: int = 0) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + later, 12)
    return date(year, month + 1, 1)


def burden_of(asks: Iterable[Ask]) -> Burden:
    """Add up what is asked; two things due on one day are one deadline."""
    fields: dict[tuple[int, date], int] = defaultdict(int)
    days: dict[tuple[int, date], set[date]] = defaultdict(set)
    for ask in asks:
        key = (ask.participant_id, _month(ask.due_on))
        fields[key] += ask.fields
        days[key].add(ask.due_on)
    return Burden({key: Load(count, len(days[key])) for key, count in fields.items()})


def all_months(burdens: Sequence[Burden]) -> list[date]:
    """The months of several burdens in one row, so that they can be compared."""
    ends = [months for one in burdens if (months := one.months)]
    if not ends:
        return []
    first, last = min(months[0] for months in ends), max(months[-1] for months in ends)
    return [_month(first, step) for step in range((last.year - first.year) * 12 + last.month - first.month + 1)]
