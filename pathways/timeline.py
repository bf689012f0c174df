"""A plan drawn against the agreement's period: where each mark stands, in thousandths of the width."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

WIDTH = 1000


class PlannedStep(Protocol):
    """What a milestone shows on the line."""

    title: str
    due_on: date
    done_on: date | None


@dataclass(frozen=True)
class Mark:
    """A mark at ``at`` (0–1000) for a day; ``state`` is done, due or overdue."""

    at: int
    on: date
    label: str
    state: str = ""


@dataclass(frozen=True)
class Timeline:
    """The period's two ends, where today is (``None`` outside), and the marks in order of their days."""

    starts_on: date
    ends_on: date
    today: int | None
    milestones: tuple[Mark, ...]
    periods: tuple[Mark, ...]


def position(day: date, starts_on: date, ends_on: date) -> int:
    """Where a day stands between two others, 0–1000; days outside stand at the nearer end."""
    whole = (ends_on - starts_on).days or 1
    return max(0, min(WIDTH, (day - starts_on).days * WIDTH // whole))


def timeline(agreement: Any, milestones: Iterable[PlannedStep], periods: Iterable[Any], today: date) -> Timeline | None:
    """Draw a plan; ``None`` for an agreement that has not begun to exist (no day of signing)."""
    begins_on, ends_on = agreement.begins_on, agreement.ends_on
    if begins_on is None:
        return None

    def step_state(step: PlannedStep) -> str:
        if step.done_on is not None:
            return "done"
        return "overdue" if step.due_on < today else "due"

    return Timeline(
        begins_on,
        ends_on,
        position(today, begins_on, ends_on) if begins_on <= today <= ends_on else None,
        tuple(
            Mark(position(one.due_on, begins_on, ends_on), one.due_on, one.title, step_state(one))
            for one in sorted(milestones, key=lambda one: one.due_on)
        ),
        tuple(
            Mark(position(one.due_on, begins_on, ends_on), one.due_on, str(one))
            for one in sorted(periods, key=lambda one: one.due_on)
        ),
    )
