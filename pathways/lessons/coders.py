"""How far two or more coders agree on one text: Cohen's kappa and Krippendorff's alpha, by nltk.

The unit is a line of the text that holds words. A coder gave a theme to a unit when a passage coded with it shares at
least one character with the unit. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import binary_distance, masi_distance


@dataclass(frozen=True)
class Code:
    """One code: who, which theme, characters ``start`` to ``end``."""

    coder: int
    theme: int
    start: int
    end: int


@dataclass(frozen=True)
class ThemeAgreement:
    """How two coders agree on one theme over all units; ``kappa`` is None where neither or both gave it everywhere."""

    theme: int
    both: int
    only_first: int
    only_second: int
    neither: int
    kappa: float | None


@dataclass(frozen=True)
class PairAgreement:
    """Two coders, theme by theme, and over all themes together (``kappa``, over pairs of unit and theme)."""

    first: int
    second: int
    units: int
    themes: tuple[ThemeAgreement, ...]
    kappa: float | None


@dataclass(frozen=True)
class Agreement:
    """All coders of a text. ``alpha`` compares the sets of themes that each gave to each unit (MASI distance)."""

    units: int
    coders: tuple[int, ...]
    pairs: tuple[PairAgreement, ...]
    alpha: float | None


def units_of(text: str) -> list[tuple[int, int]]:
    """Where the lines with words stand: first character, and the one behind the last."""
    found, place = [], 0
    for line in text.split("\n"):
        if line.strip():
            found.append((place, place + len(line)))
        place += len(line) + 1
    return found


def themes_by_unit(text: str, codes: Iterable[Code]) -> dict[int, list[frozenset[int]]]:
    """For each coder the themes of each unit."""
    units = units_of(text)
    given: dict[int, list[set[int]]] = {}
    for code in codes:
        mine = given.setdefault(code.coder, [set() for _unit in units])
        for number, (start, end) in enumerate(units):
            if code.start < end and start < code.end:
                mine[number].add(code.theme)
    return {coder: [frozenset(themes) for themes in rows] for coder, rows in given.items()}


def agreement(text: str, codes: Iterable[Code]) -> Agreement | None:
    """The agreement of everybody who coded the text; ``None`` with fewer than two coders."""
    given = themes_by_unit(text, codes)
    if len(given) < 2:
        return None
    coders = tuple(sorted(given))
    pairs = tuple(_pair(first, second, given) for first, second in combinations(coders, 2))
    return Agreement(len(units_of(text)), coders, pairs, _alpha(given))


def _pair(first: int, second: int, given: Mapping[int, list[frozenset[int]]]) -> PairAgreement:
    one, two = given[first], given[second]
    themes = sorted(frozenset().union(*one, *two))
    rows = tuple(_on_theme(theme, one, two) for theme in themes)
    labels = [(theme in a, theme in b) for theme in themes for a, b in zip(one, two, strict=True)]
    return PairAgreement(first, second, len(one), rows, _kappa(labels))


def _on_theme(theme: int, one: list[frozenset[int]], two: list[frozenset[int]]) -> ThemeAgreement:
    labels = [(theme in a, theme in b) for a, b in zip(one, two, strict=True)]
    return ThemeAgreement(
        theme,
        both=labels.count((True, True)),
        only_first=labels.count((True, False)),
        only_second=labels.count((False, True)),
        neither=labels.count((False, False)),
        kappa=_kappa(labels),
    )


def _kappa(labels: list[tuple[bool, bool]]) -> float | None:
    """Cohen's kappa of two coders' yes and no; ``None`` where chance alone would agree on everything."""
    if len({label for pair in labels for label in pair}) < 2:
        return None
    data = [(coder, number, str(pair[coder])) for number, pair in enumerate(labels) for coder in (0, 1)]
    return float(AnnotationTask(data, distance=binary_distance).kappa())


def _alpha(given: Mapping[int, list[frozenset[int]]]) -> float | None:
    data = [
        (coder, number, themes or frozenset({0}))  # no theme is a label, too: 0 is nobody's key
        for coder, rows in given.items()
        for number, themes in enumerate(rows)
    ]
    if len({label for _coder, _number, label in data}) < 2:
        return None
    return float(AnnotationTask(data, distance=masi_distance).alpha())
