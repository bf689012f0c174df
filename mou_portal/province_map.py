"""The map of the provinces: which place has which colour and sign, worked out before anything is drawn.

Imports no app and asks no database. ``templatetags/maps.py`` draws what is worked out here, the same on a page and on
paper; ``party_maps.py`` makes maps of the parties of an agreement.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import hypot
from pathlib import Path
from typing import Any, Literal

from mou_portal.registry import State

DATA = Path(__file__).parent / "data"
#: The drawing's own size in its own units.
WIDTH, HEIGHT = 560, 1025
#: Radius of a province's sign; centres of two signs keep their double as distance.
RADIUS = 17
#: Bangkok and its vicinity: small and crowded, so drawn once more and larger where the sea leaves room.
METROPOLITAN = frozenset({"TH-10", "TH-11", "TH-12", "TH-13", "TH-73", "TH-74"})
#: The frame of that drawing (left, top, width, height), and how it comes from the map: times SCALE, then moved.
FRAME = (292, 612, 264, 248)
SCALE, SHIFT = 3.2, (-237.0, -764.0)
#: Colours of a map by number, from few to many.
STEPS = 4


@dataclass(frozen=True)
class Outline:
    """A province's border as an SVG path, and a point well within it. ``iso`` is empty for the one lake."""

    iso: str
    x: int
    y: int
    path: str


@lru_cache(maxsize=1)
def outlines() -> tuple[Outline, ...]:
    """All 77 provinces in the order of their codes, and Songkhla Lake last."""
    with (DATA / "province-outlines.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(Outline(row["iso"], int(row["x"]), int(row["y"]), row["outline"]) for row in csv.DictReader(lines))


@lru_cache(maxsize=2)
def province_names(language: str) -> dict[str, str]:
    """The provinces' names by ISO code, in Thai (``th``) or English."""
    with (DATA / "provinces.csv").open(encoding="utf-8", newline="") as lines:
        return {row["iso"]: row["name_th" if language == "th" else "name_en"] for row in csv.DictReader(lines)}


@dataclass(frozen=True)
class Entry:
    """One party on the map: its province (ISO 3166-2), its name, its state where the map is by state, and its page."""

    iso: str
    name: Any
    state: State | None = None
    url: str = ""


@dataclass(frozen=True)
class ProvinceMap:
    """What a map shows. ``by`` says what colours a province: the most pressing state of its parties, or their number.

    ``words`` and ``signs`` are what a state is shown with besides its colour; ``province_urls`` the pages of a
    province's parties by ISO code, where there are any. Raises ``ValueError`` for a province that is not one of the
    77, and by state for an entry without a state.
    """

    title: Any
    entries: Sequence[Entry]
    by: Literal["state", "number"] = "number"
    words: Mapping[State, Any] = field(default_factory=dict)
    signs: Mapping[State, str] = field(default_factory=dict)
    province_urls: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = {one.iso for one in outlines() if one.iso}
        unknown = {entry.iso for entry in self.entries} - known
        if unknown:
            raise ValueError(f"not a province: {', '.join(sorted(unknown))}")
        if self.by == "state" and any(entry.state is None for entry in self.entries):
            raise ValueError("a map by state needs every entry's state")


@dataclass(frozen=True)
class Place:
    """A province with parties: its most pressing state (or ``None``), its step among numbers, and where its sign is.

    The sign of a province of :data:`METROPOLITAN` is in the frame.
    """

    outline: Outline
    entries: tuple[Entry, ...]
    state: State | None
    step: int
    x: float
    y: float

    @property
    def number(self) -> int:
        """How many parties it has."""
        return len(self.entries)


#: From what asks for nothing to what presses most.
_PRESSING = {
    state: place
    for place, state in enumerate(
        (State.NOT_APPLICABLE, State.WAIVED, State.FULFILLED, State.PARTLY, State.DUE, State.OVERDUE)
    )
}


def most_pressing(states: Sequence[State]) -> State:
    """The state that asks for most attention; of none, that nothing applies."""
    return max(states, key=_PRESSING.__getitem__, default=State.NOT_APPLICABLE)


def places(shown: ProvinceMap) -> list[Place]:
    """The provinces that have parties, in the order of their codes, with signs that do not cover one another."""
    by_iso: dict[str, list[Entry]] = {}
    for entry in shown.entries:
        by_iso.setdefault(entry.iso, []).append(entry)
    largest = max(map(len, by_iso.values()), default=1)
    found = [one for one in outlines() if one.iso in by_iso]
    spots = spread([spot(one) for one in found], 2 * RADIUS)
    return [
        Place(
            outline=one,
            entries=tuple(by_iso[one.iso]),
            state=most_pressing([entry.state for entry in by_iso[one.iso] if entry.state])
            if shown.by == "state"
            else None,
            step=step_of(len(by_iso[one.iso]), largest),
            x=x,
            y=y,
        )
        for one, (x, y) in zip(found, spots, strict=True)
    ]


def spot(one: Outline) -> tuple[float, float]:
    """Where a province's sign belongs: well within it, on the map or in the frame."""
    if one.iso in METROPOLITAN:
        return (one.x * SCALE + SHIFT[0], one.y * SCALE + SHIFT[1])
    return (one.x, one.y)


def step_of(number: int, largest: int) -> int:
    """The step of colour of a number from 1 to ``largest``: 1 for the smallest fourth, :data:`STEPS` for the top."""
    return max(1, -(-number * STEPS // largest))


def spread(points: Sequence[tuple[float, float]], distance: float, rounds: int = 60) -> list[tuple[float, float]]:
    """Move points apart until any two are ``distance`` away from each other, each as little as need be.

    The same points give the same answer. Points in one place move apart sideways. After ``rounds`` what still touches
    stays touching.
    """
    spots = [list(point) for point in points]
    for _round in range(rounds):
        moved = False
        for later, one in enumerate(spots):
            for other in spots[:later]:
                dx, dy = one[0] - other[0], one[1] - other[1]
                apart = hypot(dx, dy)
                if apart >= distance - 0.1:
                    continue
                if apart == 0:
                    dx, dy, apart = 1.0, 0.0, 1.0
                    push = distance / 2
                else:
                    push = (distance - apart) / 2
                one[0] += dx / apart * push
                one[1] += dy / apart * push
                other[0] -= dx / apart * push
                other[1] -= dy / apart * push
                moved = True
        if not moved:
            break
    return [(round(x, 1), round(y, 1)) for x, y in spots]
