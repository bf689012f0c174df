"""Reporting periods from a rule. Pure: days in, periods out; days are CE.

Periods run to the ends of months, as offices count: a beginning after the 15th adds its rest of a month to the first
period instead of making that one shorter. From 17 June, every three months is 17 June to 30 September, then October
to December.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from mou_portal.thai.dates import format_month

#: A beginning later than this day of the month does not count as a month of its own.
LAST_DAY_THAT_COUNTS = 15


@dataclass(frozen=True)
class ScheduleRule:
    """How often reports are asked: every so many months (1–60), or once (``None``); due so many days after the end.

    Raises ``ValueError`` for other numbers.
    """

    every_months: int | None
    due_days: int

    def __post_init__(self) -> None:
        if self.every_months is not None and not 1 <= self.every_months <= 60:
            raise ValueError("every_months lies between 1 and 60")
        if not 0 <= self.due_days <= 366:
            raise ValueError("due_days lies between 0 and 366")


@dataclass(frozen=True)
class PlannedPeriod:
    """A period as it would be made. Both ends belong to it; ``due_on`` is the last day on which a report is in time."""

    number: int
    starts_on: date
    ends_on: date
    due_on: date

    def name(self, language: str) -> str:
        """Its name in Thai (BE) or English (CE): ``งวดที่ 1 (มิ.ย.–ก.ย. 2562)``, ``Period 1 (Jun–Sep 2019)``."""
        months = _months_text(self.starts_on, self.ends_on, language)
        return f"งวดที่ {self.number} ({months})" if language == "th" else f"Period {self.number} ({months})"


def _months_text(starts_on: date, ends_on: date, language: str) -> str:
    def words(day: date) -> tuple[str, str]:
        return (
            format_month(day, language, "short").rsplit(" ", 1)[0],
            format_month(day, language, "long").rsplit(" ", 1)[1],
        )

    (first, first_year), (last, last_year) = words(starts_on), words(ends_on)
    if first_year != last_year:
        return f"{first} {first_year} – {last} {last_year}"
    return f"{last} {last_year}" if first == last else f"{first}–{last} {last_year}"


def _month_end(day: date, months: int) -> date:
    """The last day of the month that lies ``months`` after the one of ``day``."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def planned_periods(
    rule: ScheduleRule, starts_on: date, ends_on: date, *, first_number: int = 1
) -> tuple[PlannedPeriod, ...]:
    """Return the periods that a rule makes of the days from ``starts_on`` to ``ends_on``, both included.

    Together they are exactly these days: no gap, no overlap. A report is due ``due_days`` after its period's end, but
    never after ``ends_on``, so that nobody has to give a reason for an entry outside the agreement (clause 3). Raises
    ``ValueError`` when the end lies before the start.
    """
    if ends_on < starts_on:
        raise ValueError("the end lies before the start")
    periods: list[PlannedPeriod] = []
    day = starts_on
    while day <= ends_on:
        last = ends_on
        if rule.every_months is not None:
            months = rule.every_months - (1 if day.day <= LAST_DAY_THAT_COUNTS else 0)
            last = min(_month_end(day, months), ends_on)
        due_on = min(last + timedelta(days=rule.due_days), ends_on)
        periods.append(PlannedPeriod(first_number + len(periods), day, last, due_on))
        day = last + timedelta(days=1)
    return tuple(periods)


def overlaps(planned: Iterable[PlannedPeriod], taken: Iterable[tuple[date, date]]) -> list[PlannedPeriod]:
    """The planned periods that share a day with one of the spans that are taken (both ends included)."""
    spans = list(taken)
    return [one for one in planned if any(one.starts_on <= last and first <= one.ends_on for first, last in spans)]
