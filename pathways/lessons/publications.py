"""Published lessons as the rest of the portal shows them: on the front page, in the annual report, as open data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mou_portal.registry import Publication, Publications, publications
from participants.models import Agreement
from pathways.lessons import library
from pathways.lessons.exports.citing import author
from pathways.lessons.facts import shown_outside
from pathways.lessons.models import Lesson


def published(agreement: Agreement, most: int | None = None) -> Sequence[Publication]:
    """The lessons that may be shown outside, as consented, in a constant number of queries; the newest ``most`` alone.

    Those of one day stand in the order of their codes, which tells nothing: neighbours in time could tell whose an
    anonymous lesson is.
    """
    found = library.matching(agreement, library.Search())
    rows = Lesson.objects.filter(pk__in=found.values("pk"))
    if most is not None:  # not every database takes a limit within a condition
        rows = Lesson.objects.filter(pk__in=list(found.values_list("pk", flat=True)[:most]))
    by_code = {row.public_code: row for row in rows.order_by(*library.LISTED).with_names()}
    return [
        Publication(
            code=one.code,
            title=one.title,
            text=one.words["lesson"],
            recommendation=one.words["recommendation"],
            by=author(one),
            published_on=date.fromisoformat(one.published_on) if one.published_on else None,
            url=by_code[one.code].get_public_url(),
            pathway=one.pathway.number if one.pathway else 0,
        )
        for one in shown_outside(by_code.values(), quotes=False)
    ]


def number(agreement: Agreement) -> int:
    """How many lessons may be shown outside."""
    return library.matching(agreement, library.Search()).count()


publications.register(Publications("lessons", published, number))
