"""Reviews' marks out of 100, from rows that are loaded already."""

from __future__ import annotations

from decimal import Decimal

from seminars.models import Review
from seminars.rubric import mark


def mark_of(review: Review) -> Decimal | None:
    """A review's mark by the criteria that it scored (criteria added later do not lower it); ``None`` without any."""
    scores = list(review.scores.all())
    if not scores:
        return None
    return mark((score.criterion.fact for score in scores), {score.criterion_id: score.value for score in scores})
