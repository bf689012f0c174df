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


def published(agreement: Agreement) -> Sequence[Publication]:
    """Every lesson that may be shown outside, as consented, in a constant number of queries."""
    found = library.matching(agreement, library.Search()).values("pk")
    by_code = {row.public_code: row for row in Lesson.objects.filter(pk__in=found).order_by("-pk").with_names()}
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


publications.register(Publications("lessons", published))
