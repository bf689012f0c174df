"""What lessons are found by, kept in step with their words, their names and their consent."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import override

from mou_portal.thai.words import search_query
from pathways.lessons import facts
from pathways.lessons.consent import Audience, Shown
from pathways.lessons.models import COUNTED, INDEX_MARK, Lesson, LessonIndex


def found_by(shown: Shown | None) -> str:
    """The words of what may be shown, in the forgiving spelling that searches use; empty for nothing."""
    if shown is None:
        return ""
    pathway = (shown.pathway.title_th, shown.pathway.title_en) if shown.pathway else ()
    themes = [name for _pk, *names in shown.themes for name in names]
    parts = (*shown.words.values(), shown.who_th, shown.who_en, shown.province_th, shown.province_en, *pathway, *themes)
    return "\n".join(filter(None, map(search_query, parts)))


def place_of(lesson: Lesson) -> str:
    """Where a lesson stands in lists, see :class:`LessonIndex`."""
    day = timezone.localdate(lesson.published_at or lesson.submitted_at or lesson.created_at)
    return f"{day.isoformat()} {lesson.public_code}"


def told_of(lesson: Lesson, themes: Iterable[int]) -> str:
    """What the library counts of a lesson, see :class:`LessonIndex`."""
    values = (*(getattr(lesson, column) for column in COUNTED.values()), lesson.participant_id)
    words = ["" if value is None else str(value) for value in values]
    return INDEX_MARK.join([*words, " ".join(map(str, sorted(themes)))])


def reindex(lessons: Iterable[int]) -> int:
    """Write the search texts of lessons anew; returns how many there are. A constant number of queries."""
    rows = {row.pk: row for row in Lesson.objects.filter(pk__in=list(lessons)).with_names()}
    with override("th"):
        known = facts.facts_of(rows.values(), quotes=False)
        entries = [
            LessonIndex(
                lesson_id=pk,
                place=place_of(rows[pk]),
                told=told_of(rows[pk], [theme for theme, *_names in one.themes]),
                inside=found_by(facts.shown(one, Audience.INSIDE)),
                outside=found_by(facts.shown(one, Audience.OUTSIDE)),
            )
            for pk, one in known.items()
        ]
    LessonIndex.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["lesson"],
        update_fields=["place", "told", "inside", "outside"],
        batch_size=500,
    )
    return len(entries)
