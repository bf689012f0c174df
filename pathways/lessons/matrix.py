"""A matrix of things (lessons, passages) that meet a row (an organisation, a pathway) and a column (a theme).

Pure. A thing has one row and any number of columns. Where it meets two columns it counts in both cells, and once in the
total of its row: totals count things, so that each number opens exactly as many as it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final


class Every(Enum):
    """Stands for every row or every column."""

    ONE = "every"


ANY: Final = Every.ONE
#: A key of a row or column; ``None`` is the row or column of things that have none.
Key = int | None
#: How many steps of shade the cells have, beside empty.
SHADES: Final = 3


@dataclass(frozen=True)
class Mark:
    """That a thing stands in a row and, unless it is ``None``, under a column."""

    thing: int
    row: Key
    column: Key


@dataclass(frozen=True)
class Cell:
    """A number with where it stands and how strongly it is shaded: 0 (empty) to :data:`SHADES`."""

    row: Key | Every
    column: Key | Every
    count: int
    shade: int = 0


@dataclass(frozen=True)
class Grid:
    """The matrix: its rows and columns in order, and which things stand where."""

    rows: tuple[Key, ...]
    columns: tuple[Key, ...]
    placed: dict[tuple[Key, Key], frozenset[int]] = field(default_factory=dict)

    def things(self, row: Key | Every = ANY, column: Key | Every = ANY) -> frozenset[int]:
        """The things of a cell, a row, a column or the whole, each once."""
        if row is not ANY and column is not ANY:
            return self.placed.get((row, column), frozenset())
        found: set[int] = set()
        for (its_row, its_column), things in self.placed.items():
            if row in (ANY, its_row) and column in (ANY, its_column):
                found |= things
        return frozenset(found)

    def cells(self, row: Key) -> list[Cell]:
        """A row's cells in the order of the columns."""
        largest = max((len(things) for things in self.placed.values()), default=0)
        return [
            Cell(row, column, number := len(self.things(row, column)), shade(number, largest))
            for column in self.columns
        ]

    def row_total(self, row: Key) -> Cell:
        """How many things a row has."""
        return Cell(row, ANY, len(self.things(row)))

    def column_totals(self) -> list[Cell]:
        """How many things stand under each column."""
        return [Cell(ANY, column, len(self.things(ANY, column))) for column in self.columns]

    def total(self) -> Cell:
        """How many things there are."""
        return Cell(ANY, ANY, len(self.things()))


def shade(number: int, largest: int) -> int:
    """The step of shade of a number beside the largest one: 0 for nothing, :data:`SHADES` for the largest."""
    if number <= 0 or largest <= 0:
        return 0
    return -(-number * SHADES // largest)  # rounded up


def grid(marks: Iterable[Mark], rows: Sequence[int], columns: Sequence[int]) -> Grid:
    """Count marks. Rows and columns stand in the order given, empty ones too; keys that are in neither list come
    behind them, and ``None`` last where something stands there."""
    placed: dict[tuple[Key, Key], set[int]] = {}
    for mark in marks:
        placed.setdefault((mark.row, mark.column), set()).add(mark.thing)
    return Grid(
        rows=_in_order(rows, (row for row, _column in placed)),
        columns=_in_order(columns, (column for _row, column in placed)),
        placed={place: frozenset(things) for place, things in placed.items()},
    )


def _in_order(given: Sequence[int], found: Iterable[Key]) -> tuple[Key, ...]:
    more = set(found) - set(given)
    known = sorted(key for key in more if key is not None)
    return (*given, *known, *((None,) if None in more else ()))
