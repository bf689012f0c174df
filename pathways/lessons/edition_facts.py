"""Syntheses and editions read for the pure rules of :mod:`pathways.lessons.editions`, in bulk."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Prefetch

from pathways.lessons import editions
from pathways.lessons.editions import ChapterText, Cited, Content, ShownEdition, StatementText
from pathways.lessons.facts import facts_of, facts_of_quotes, mark
from pathways.lessons.models import Chapter, Edition, Excerpt, Lesson, Statement, StatementLesson, Synthesis


def chapters_of(synthesis: Synthesis) -> list[Chapter]:
    """A synthesis' chapters with their statements (``chapter.statements.all()``) and those' lessons; four queries."""
    links = StatementLesson.objects.order_by("pk").prefetch_related(Prefetch("lesson", Lesson.objects.with_names()))
    statements = Statement.objects.order_by("order", "pk").prefetch_related(Prefetch("lesson_links", links))
    rows = synthesis.chapters.order_by("order", "pk").prefetch_related(Prefetch("statements", statements))
    return list(rows)


def content_of(synthesis: Synthesis) -> Content:
    """A synthesis as it stands now, with the facts of every lesson that it cites."""
    chapters = chapters_of(synthesis)
    lessons = {
        link.lesson_id: link.lesson
        for chapter in chapters
        for statement in chapter.statements.all()
        for link in statement.lesson_links.all()
    }
    return Content(
        title_th=synthesis.title_th,
        title_en=synthesis.title_en,
        authors=tuple(str(name) for name in synthesis.authors),
        summary=synthesis.summary,
        method_note=synthesis.method_note,
        chapters=tuple(
            ChapterText(
                chapter.pk,
                chapter.title,
                chapter.introduction,
                tuple(
                    StatementText(
                        one.pk,
                        one.text,
                        one.discussion,
                        tuple(Cited(link.lesson_id, link.stance, link.note) for link in one.lesson_links.all()),
                    )
                    for one in chapter.statements.all()
                ),
            )
            for chapter in chapters
        ),
        lessons=facts_of(lessons[pk] for pk in sorted(lessons)),
    )


def shown_today(contents: Iterable[tuple[Content, str]]) -> list[ShownEdition]:
    """Contents, each with the note that goes with it, as everybody may see them today, in their order: as many queries
    for many as for one."""
    rows = list(contents)
    cited = {pk for content, _note in rows for pk in content.facts}
    quoted = {quote.pk for content, _note in rows for facts in content.facts.values() for quote in facts.quotes}
    today = facts_of(Lesson.objects.filter(pk__in=cited).with_names(), quotes=False)
    quotes = facts_of_quotes(Excerpt.objects.filter(pk__in=quoted).with_names())
    sign = mark()
    return [editions.shown_edition(content, today, quotes, mark=sign, note=note) for content, note in rows]


def shown_editions(rows: Iterable[Edition]) -> list[ShownEdition]:
    """Editions as everybody may see them today, in their order."""
    return shown_today((Content.from_json(row.content), row.note) for row in rows)


def is_unchanged(edition: Edition) -> bool:
    """Whether an edition's content is still what was published, by its checksum."""
    return editions.digest(edition.content) == edition.sha256
