"""Scores on a rubric: each criterion has a weight and a highest score; a review's mark is out of 100.

Pure: no Django, no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

TENTH = Decimal("0.1")


@dataclass(frozen=True)
class CriterionFact:
    """What is judged: scores from 0 to ``highest``, counted ``weight`` times."""

    key: int
    highest: int
    weight: int = 1


def mark(criteria: Iterable[CriterionFact], scores: Mapping[int, int]) -> Decimal:
    """A review's mark out of 100, to a tenth (halves up): the weighted mean of the scores as parts of the highest.

    Raises ``ValueError`` for a criterion without a score, a score outside its scale, and a rubric without weight.
    """
    total, weights = Decimal(0), 0
    for one in criteria:
        score = scores.get(one.key)
        if score is None or not 0 <= score <= one.highest:
            raise ValueError(f"criterion {one.key}: {score} is not from 0 to {one.highest}")
        total += Decimal(score) / one.highest * one.weight
        weights += one.weight
    if weights <= 0:
        raise ValueError("a rubric has criteria with weight")
    return (total * 100 / weights).quantize(TENTH, rounding=ROUND_HALF_UP)


def mean(marks: Iterable[Decimal]) -> Decimal | None:
    """The mean of several marks, to a tenth; ``None`` when there is none."""
    known = list(marks)
    return (sum(known, Decimal(0)) / len(known)).quantize(TENTH, rounding=ROUND_HALF_UP) if known else None
