"""What lessons are found by, kept in step with their words, their names and their consent."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import override

from mou_portal.thai.words import search_query
from pathways.lessons import facts
from pathways.lessons.consent import Audience, Shown
from pathways.lessons.models import Lesson, LessonIndex


def found_by(shown: Shown | None) -> str:
    """The words of what may be shown, in the forgiving spelling that searches use; empty for nothing."""
    if shown is None:
        return ""
    pathway = (shown.pathway.title_th, shown.pathway.title_en) if shown.pathway else ()
    themes = [name for _pk, *names in shown.themes for name in names]
    parts = (*shown.words.values(), shown.who_th, shown.who_en, shown.province_th, shown.province_en, *pathway, *themes)
    return "\n".join(filter(None, map(search_query, parts)))


def reindex(lessons: Iterable[int]) -> int:
    """Write the search texts of lessons anew; returns how many there are. A constant number of queries."""
    rows = list(Lesson.objects.filter(pk__in=list(lessons)).with_names())
    with override("th"):
        known = facts.facts_of(rows, quotes=False)
        entries = [
            LessonIndex(
                lesson_id=pk,
                inside=found_by(facts.shown(one, Audience.INSIDE)),
                outside=found_by(facts.shown(one, Audience.OUTSIDE)),
            )
            for pk, one in known.items()
        ]
    LessonIndex.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["lesson"],
        update_fields=["inside", "outside"],
        batch_size=500,
    )
    return len(entries)
