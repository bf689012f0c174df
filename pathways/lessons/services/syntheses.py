"""The verbs of syntheses: chapters, statements and what they rest on, their order, and publishing as editions.

Whoever changes the order or publishes first takes hold of the synthesis' row: people at the same moment stand in line.
"""

from __future__ import annotations

from typing import TypeVar

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mou_portal.records import Conflict, DomainError, Stale, save_revision
from mou_portal.thai.words import normalise
from participants.models import User
from pathways.lessons import edition_facts, editions, permissions
from pathways.lessons.models import (
    Chapter,
    Edition,
    Lesson,
    LessonState,
    Stance,
    Statement,
    StatementLesson,
    Synthesis,
)
from pathways.lessons.services.ties import tie
from pathways.services.guards import allow, checked

Ordered = TypeVar("Ordered", Chapter, Statement)


def _take_hold(synthesis: Synthesis) -> None:
    """Hold the synthesis' row until the transaction ends; a write first, so that SQLite waits as PostgreSQL does."""
    Synthesis.objects.filter(pk=synthesis.pk).update(revision=F("revision"))


def _spelt(row: Synthesis | Chapter | Statement, *names: str) -> None:
    for name in names:
        setattr(row, name, normalise(getattr(row, name)))


@transaction.atomic
def save_synthesis(*, synthesis: Synthesis, user: User, expected: int = 0) -> Synthesis:
    """Save the head of a synthesis, new or changed. Raises ``Stale``."""
    allow(permissions.can_write_synthesis(user, synthesis))
    _spelt(synthesis, "title_th", "title_en", "summary", "method_note")
    names = (normalise(str(name)) for name in synthesis.authors)
    synthesis.authors = list(dict.fromkeys(name for name in names if name))
    if synthesis.pk:
        checked(synthesis)
        save_revision(synthesis, expected=expected)
    else:
        synthesis.created_by = user
        checked(synthesis).save()
    return synthesis


@transaction.atomic
def save_chapter(*, chapter: Chapter, user: User, expected: int = 0) -> Chapter:
    """Save a chapter: a new one becomes the last. Raises ``Stale``."""
    allow(permissions.can_write_synthesis(user, chapter))
    _take_hold(chapter.synthesis)
    _spelt(chapter, "title", "introduction")
    return _save_in_place(chapter, chapter.synthesis.chapters.count(), expected)


@transaction.atomic
def save_statement(*, statement: Statement, user: User, expected: int = 0) -> Statement:
    """Save a statement: a new one becomes the last of its chapter. Raises ``Stale``."""
    allow(permissions.can_write_synthesis(user, statement))
    _take_hold(statement.chapter.synthesis)
    _spelt(statement, "text", "discussion")
    return _save_in_place(statement, statement.chapter.statements.count(), expected)


@transaction.atomic
def save_with_chapter(*, statement: Statement, chapter: Chapter, user: User) -> Statement:
    """Save a new statement, and its chapter where that is new, too: somebody removed the one it was written for."""
    statement.chapter = chapter if chapter.pk else save_chapter(chapter=chapter, user=user)
    return save_statement(statement=statement, user=user)


def _save_in_place(row: Ordered, before: int, expected: int) -> Ordered:
    """Save a row where it stands: words are typed for minutes, and somebody may have moved it meanwhile."""
    if not row.pk:
        row.order = before + 1
        checked(row).save()
        return row
    now = type(row).objects.filter(pk=row.pk).first()
    if now is None:
        raise Conflict(_("Somebody removed this while you were writing. Your text is still below: copy what you need."))
    row.order = now.order
    if isinstance(row, Statement) and isinstance(now, Statement):
        row.chapter = now.chapter
    checked(row)
    save_revision(row, expected=expected)
    return row


@transaction.atomic
def remove_chapter(*, chapter: Chapter, user: User) -> None:
    """Remove a chapter without statements. Raises :class:`DomainError` for one that has some."""
    allow(permissions.can_write_synthesis(user, chapter))
    _take_hold(chapter.synthesis)
    if chapter.statements.exists():
        raise DomainError(_("There are statements in this chapter. Move or remove them first."))
    chapter.delete()


@transaction.atomic
def remove_statement(*, statement: Statement, user: User, expected: int) -> None:
    """Remove a statement that reads as the person saw it. Raises ``Stale`` when it was changed meanwhile.

    Its words stay in the history and in every edition.
    """
    allow(permissions.can_write_synthesis(user, statement))
    _take_hold(statement.chapter.synthesis)
    now = Statement.objects.filter(pk=statement.pk).first()
    if now is not None and now.revision != expected:
        raise Stale(now)
    if now is not None:
        now.delete()


# --- order ----------------------------------------------------------------------------------
@transaction.atomic
def move_chapter(*, chapter: Chapter, user: User, up: bool) -> None:
    """Move a chapter one place up or down; at the end it stays."""
    allow(permissions.can_write_synthesis(user, chapter))
    _take_hold(chapter.synthesis)
    _put_in_order(_moved(list(chapter.synthesis.chapters.order_by("order", "pk")), chapter, up=up))


@transaction.atomic
def move_statement(*, statement: Statement, user: User, up: bool) -> None:
    """Move a statement one place up or down; beyond the end of its chapter, into the neighbouring one."""
    allow(permissions.can_write_synthesis(user, statement))
    _take_hold(statement.chapter.synthesis)
    statement.refresh_from_db(fields=["chapter", "order"])
    home = statement.chapter
    rows = list(home.statements.order_by("order", "pk"))
    place = rows.index(statement)
    if 0 <= place + (-1 if up else 1) < len(rows):
        _put_in_order(_moved(rows, statement, up=up))
        return
    chapters = list(home.synthesis.chapters.order_by("order", "pk"))
    target = chapters.index(home) + (-1 if up else 1)
    if not 0 <= target < len(chapters):
        return
    neighbours = list(chapters[target].statements.order_by("order", "pk"))
    rows[place].chapter = chapters[target]
    rows[place].save()
    _put_in_order([row for row in rows if row != statement])
    _put_in_order([*neighbours, rows[place]] if up else [rows[place], *neighbours])
    statement.chapter = chapters[target]


def _moved(rows: list[Ordered], row: Ordered, *, up: bool) -> list[Ordered]:
    place = rows.index(row)
    other = place + (-1 if up else 1)
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    return rows


def _put_in_order(rows: list[Ordered]) -> None:
    """Number rows from 1; who is writing on one of them is not disturbed, for its revision stays."""
    for order, row in enumerate(rows, 1):
        if row.order != order:
            row.order = order
            row.save()


# --- what a statement rests on --------------------------------------------------------------
def link_lesson(
    *, statement: Statement, lesson: Lesson, user: User, stance: str = Stance.SUPPORTS, note: str = ""
) -> StatementLesson:
    """Say that a lesson supports or contradicts a statement; a second time changes how."""
    allow(permissions.can_write_synthesis(user, statement))
    if lesson.agreement_id != statement.agreement_id:
        raise DomainError(_("This belongs to another agreement."))
    if lesson.state == LessonState.WITHDRAWN:
        raise DomainError(_("This lesson was withdrawn. Choose another one."))
    return tie(StatementLesson, statement=statement, lesson=lesson, stance=stance, note=note)


def unlink_lesson(*, link: StatementLesson, user: User) -> None:
    """Take a lesson off a statement; both stay."""
    allow(permissions.can_write_synthesis(user, link.statement))
    link.delete()


# --- publishing -----------------------------------------------------------------------------
@transaction.atomic
def publish_edition(*, synthesis: Synthesis, user: User, seen: str, note: str = "") -> Edition:
    """Freeze a synthesis as its next edition.

    ``seen`` is the checksum of what the person looked at: when anything was changed since, consents too, a
    :class:`Conflict` says so and nothing is published. From the second edition on ``note`` says what changed.
    """
    allow(permissions.can_write_synthesis(user, synthesis))
    _take_hold(synthesis)
    synthesis.refresh_from_db()
    content = edition_facts.content_of(synthesis)
    data = content.as_json()
    checksum = editions.digest(data)
    last = synthesis.editions.order_by("-number").first()
    if last is not None and last.sha256 == checksum:
        raise Conflict(_("Nothing has changed since edition %(number)d.") % {"number": last.number})
    if checksum != seen:
        raise Conflict(_("The synthesis was changed while you were looking at it. Look again, then publish."))
    if not content.statements:
        raise DomainError(_("There is no statement yet. Write one first."))
    told = normalise(note)
    if last is not None and not told:
        raise DomainError(_("Say what changed since edition %(number)d.") % {"number": last.number})
    edition = Edition(
        synthesis=synthesis,
        number=last.number + 1 if last is not None else 1,
        published_on=timezone.localdate(),
        note=told,
        content=data,
        sha256=checksum,
        published_by=user,
    )
    checked(edition).save()
    return edition
