"""The matrix of comparison, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.lessons.matrix import ANY, SHADES, Cell, Mark, grid, shade

TOWN, CITY = 1, 2
WATER, MONEY, PEOPLE = 10, 20, 30
MARKS = [
    Mark(101, TOWN, WATER),
    Mark(101, TOWN, MONEY),
    Mark(102, TOWN, WATER),
    Mark(103, CITY, None),
    Mark(104, None, MONEY),
]


def test_a_thing_counts_in_every_cell_and_once_in_its_row():
    found = grid(MARKS, [TOWN, CITY], [WATER, MONEY, PEOPLE])
    assert found.rows == (TOWN, CITY, None)
    assert found.columns == (WATER, MONEY, PEOPLE, None)
    assert [cell.count for cell in found.cells(TOWN)] == [2, 1, 0, 0]
    assert found.row_total(TOWN).count == 2
    assert [cell.count for cell in found.column_totals()] == [2, 2, 0, 1]
    assert found.total().count == 4
    assert found.things(TOWN, WATER) == {101, 102}
    assert found.things(ANY, MONEY) == {101, 104}
    assert found.things(CITY, PEOPLE) == frozenset()


def test_empty_rows_and_columns_stand_and_unknown_ones_come_behind():
    found = grid([Mark(1, 7, 9), Mark(2, 5, 3)], [TOWN], [WATER])
    assert (found.rows, found.columns) == ((TOWN, 5, 7), (WATER, 3, 9))
    assert grid([], [TOWN], [WATER]).cells(TOWN) == [Cell(TOWN, WATER, 0, 0)]
    assert grid([], [], []).total().count == 0


def test_the_same_mark_twice_is_one():
    assert grid([MARKS[0], MARKS[0]], [TOWN], [WATER]).total().count == 1


@pytest.mark.parametrize(
    ("number", "largest", "step"), [(0, 9, 0), (1, 9, 1), (3, 9, 1), (4, 9, 2), (9, 9, 3), (0, 0, 0)]
)
def test_shades(number, largest, step):
    assert shade(number, largest) == step
    assert 0 <= step <= SHADES


keys = st.one_of(st.none(), st.integers(1, 6))
#: A thing has one row: its row is drawn once for each thing.
marks_of_things = st.dictionaries(
    st.integers(1, 40), st.tuples(keys, st.sets(keys, min_size=1, max_size=4)), max_size=25
).map(lambda told: [Mark(thing, row, column) for thing, (row, columns) in told.items() for column in columns])


@given(marks_of_things, st.lists(st.integers(1, 6), unique=True), st.lists(st.integers(1, 6), unique=True))
def test_totals_agree_and_every_number_opens_as_many_as_it_says(marks, rows, columns):
    found = grid(marks, rows, columns)
    cells = [cell for row in found.rows for cell in found.cells(row)]
    by_rows = [sum(cell.count for cell in found.cells(row)) for row in found.rows]
    by_columns = [sum(len(found.things(row, column)) for row in found.rows) for column in found.columns]
    assert sum(by_rows) == sum(by_columns) == len(set(marks))
    assert (
        sum(found.row_total(row).count for row in found.rows)
        == found.total().count
        == len({one.thing for one in marks})
    )
    for cell in [*cells, *map(found.row_total, found.rows), *found.column_totals(), found.total()]:
        assert len(found.things(cell.row, cell.column)) == cell.count
        assert (cell.shade > 0) == (cell.count > 0) or ANY in (cell.row, cell.column)
    for total in found.column_totals():
        assert total.count == sum(len(found.things(row, total.column)) for row in found.rows)  # one row for each thing
