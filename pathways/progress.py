"""Rules about progress: how far a choice is, what is due, and when silence is a sign. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

#: A report counts as due from the end of its period, and at the latest this long before its due day.
NOTICE = timedelta(days=14)

#: After this many reports of "nothing changed" in a row, a call from the adviser is suggested.
SILENT_REPORTS = 3


class DueState(StrEnum):
    """How one report (a choice, a period) stands on a day."""

    NOT_YET_DUE = "not_yet_due"
    DUE = "due"
    OVERDUE = "overdue"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    SKIPPED = "skipped"


#: States in which something is left to do for the participant.
WAITING_FOR_PARTICIPANT = frozenset({DueState.DUE, DueState.OVERDUE, DueState.RETURNED})


@dataclass(frozen=True)
class PeriodFacts:
    """A reporting period for one choice: its days, whether it is skipped, and the state of its update if any."""

    starts_on: date
    ends_on: date
    due_on: date
    skipped: bool = False
    update_state: str = ""

    @property
    def opens_on(self) -> date:
        """First day on which the report counts as due."""
        return max(self.starts_on, min(self.ends_on + timedelta(days=1), self.due_on - NOTICE))


def due_state(facts: PeriodFacts, today: date) -> DueState:
    """Say how a report stands on ``today``.

    What was handed in counts as it is, even for a skipped period; a draft counts as nothing handed in. The due day
    itself is still in time.
    """
    if facts.update_state in (DueState.SUBMITTED, DueState.RETURNED, DueState.ACCEPTED):
        return DueState(facts.update_state)
    if facts.skipped:
        return DueState.SKIPPED
    if today > facts.due_on:
        return DueState.OVERDUE
    return DueState.DUE if today >= facts.opens_on else DueState.NOT_YET_DUE


def applies(
    *,
    period_starts_on: date,
    period_ends_on: date,
    chosen_on: date | None,
    joined_on: date | None,
    left_on: date | None,
) -> bool:
    """Whether a choice is reported for a period at all.

    Not for a period that ended before the pathway was chosen or the participant joined, nor for one that began after
    the participant left.
    """
    return not (
        (chosen_on is not None and period_ends_on < chosen_on)
        or (joined_on is not None and period_ends_on < joined_on)
        or (left_on is not None and period_starts_on > left_on)
    )


@dataclass(frozen=True)
class MilestoneFacts:
    """A milestone's weight (1–100, relative to the others) and the day on which it was reported done."""

    weight: int
    done_on: date | None = None


@dataclass(frozen=True)
class AcceptedFacts:
    """An accepted update: the last day of its period and its percentage (0–100)."""

    period_ends_on: date
    percent: int


@dataclass(frozen=True)
class IndicatorFacts:
    """An indicator's weight (1–100, on the same scale as milestones), its two ends, and its newest accepted value.

    ``baseline`` and ``target`` differ and are in the indicator's unit, as is ``value``; the target may lie below the
    baseline. ``value`` is ``None`` as long as no accepted update reports one.
    """

    weight: int
    baseline: Decimal
    target: Decimal
    value: Decimal | None = None

    @property
    def achieved(self) -> Fraction:
        """The part of the way from baseline to target that is behind it, 0 to 1; beyond either end counts as the end.

        Raises ``ZeroDivisionError`` when baseline and target are equal.
        """
        if self.value is None:
            return Fraction(0)
        way = Fraction(self.target) - Fraction(self.baseline)
        return max(Fraction(0), min(Fraction(1), (Fraction(self.value) - Fraction(self.baseline)) / way))


def percent_done(
    milestones: Iterable[MilestoneFacts],
    accepted: Iterable[AcceptedFacts],
    indicators: Iterable[IndicatorFacts] = (),
) -> int:
    """Return how far a choice is, 0–100, from accepted values only.

    With a plan, of ``w`` the weight of each milestone and indicator: ``100 × Σ w·a ÷ Σ w``, rounded half up, where
    ``a`` is 1 for a milestone that is done and 0 for another (it counts once an accepted update covers the day on
    which it was done), and for an indicator the part of the way from baseline to target that its newest accepted
    value has behind it. Without a plan: the percentage of the accepted update with the latest period. Nothing
    accepted is no progress.
    """
    newest = max(accepted, key=lambda update: update.period_ends_on, default=None)
    if newest is None:
        return 0
    parts = [
        (one.weight, Fraction(one.done_on is not None and one.done_on <= newest.period_ends_on)) for one in milestones
    ]
    parts += [(one.weight, one.achieved) for one in indicators]
    whole = sum(weight for weight, _achieved in parts)
    if not whole:
        return newest.percent
    done = sum((weight * achieved for weight, achieved in parts), Fraction(0))
    return int(100 * done / whole + Fraction(1, 2))


def three_unchanged_in_a_row(unchanged: Sequence[bool]) -> bool:
    """Whether the newest three reports all said "nothing changed"; ``unchanged`` runs from the oldest to the newest."""
    newest = unchanged[-SILENT_REPORTS:]
    return len(newest) == SILENT_REPORTS and all(newest)


@dataclass(frozen=True)
class FieldChange:
    """One field of two versions, old beside new; texts as a reader sees them."""

    name: str
    old: str
    new: str


def changes_between(old: dict[str, str], new: dict[str, str]) -> list[FieldChange]:
    """Return the fields that differ, in the order of ``new``."""
    return [FieldChange(name, old.get(name, ""), text) for name, text in new.items() if old.get(name, "") != text]
