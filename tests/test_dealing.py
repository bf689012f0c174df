"""How tests are shared out between workers: each once, as many to each as pytest-xdist gives it, modules together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import by_module


@dataclass(frozen=True)
class One:
    """A test, as far as dealing looks at it."""

    path: Path
    number: int


@st.composite
def modules_and_room(draw: Any) -> tuple[list[One], list[int]]:
    """Tests of some modules in order, and how many of them each worker has room for."""
    sizes = draw(st.lists(st.integers(1, 30), max_size=12))
    items = [One(Path(f"test_{module}.py"), number) for module, size in enumerate(sizes) for number in range(size)]
    cuts = sorted(draw(st.lists(st.integers(0, len(items)), max_size=3)))
    return items, [end - start for start, end in zip([0, *cuts], [*cuts, len(items)], strict=True)]


@given(modules_and_room())
def test_each_is_dealt_once_and_in_order_and_fills_the_room(dealing: tuple[list[One], list[int]]) -> None:
    items, room = dealing
    given_out = by_module(items, room)
    assert sorted(items.index(one) for hand in given_out for one in hand) == list(range(len(items)))
    assert [len(hand) for hand in given_out] == room
    for hand in given_out:
        assert [items.index(one) for one in hand] == sorted(items.index(one) for one in hand)


@given(modules_and_room())
def test_few_modules_are_torn(dealing: tuple[list[One], list[int]]) -> None:
    items, room = dealing
    workers_of: dict[Path, set[int]] = {}
    for worker, hand in enumerate(by_module(items, room)):
        for one in hand:
            workers_of.setdefault(one.path, set()).add(worker)
    torn = sum(len(workers) - 1 for workers in workers_of.values())
    assert torn <= 2 * len(room), "each worker's end tears one module, and what is left over another"


@pytest.mark.parametrize("workers", [1, 2])
def test_long_runs_of_the_alphabet_go_to_no_single_worker(workers: int) -> None:
    items = [One(Path(f"test_{module:02}.py"), number) for module in range(20) for number in range(10)]
    for hand in by_module(items, [len(items) // workers] * workers):
        first_half = sum(one.path.name < "test_10.py" for one in hand)
        assert first_half * 2 == len(hand)
