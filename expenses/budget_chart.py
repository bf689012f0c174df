"""The budget as bars: planned, committed and spent by category, with the numbers that a picture needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from expenses.budget import BudgetFigures
from expenses.models import Category

#: Units of the picture: where the bars begin, how long the longest is, and the height of a category.
LEFT, LENGTH, STEP = 5, 430, 52


@dataclass(frozen=True)
class BudgetRow:
    """A category with its figures and the places of its bars, in units of the picture."""

    label: str
    figures: BudgetFigures
    y: int
    planned: int
    spent: int
    committed: int

    @property
    def committed_x(self) -> int:
        """Where the bar of what is committed begins: after what is spent."""
        return LEFT + self.spent


@dataclass(frozen=True)
class BudgetPicture:
    """All rows, the height of the picture, and what they come to."""

    rows: tuple[BudgetRow, ...]
    height: int
    whole: BudgetFigures


def budget_rows(figures: Sequence[tuple[str, BudgetFigures]]) -> BudgetPicture:
    """The picture of figures by category; the longest bar has the full length."""
    words = dict(Category.choices)
    longest = max((max(one.planned, one.used) for _name, one in figures), default=Decimal(0)) or Decimal(1)

    def length(amount: Decimal) -> int:
        return int(amount * LENGTH / longest)

    rows = tuple(
        BudgetRow(
            str(words[name]), one, place * STEP + 8, length(one.planned), length(one.spent), length(one.committed)
        )
        for place, (name, one) in enumerate(figures)
    )
    return BudgetPicture(rows, len(rows) * STEP + 8, sum((one for _name, one in figures), BudgetFigures()))
