"""What changed between two editions of a synthesis, as they may be shown today: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pathways.lessons.editions import ShownEdition, ShownStatement


@dataclass(frozen=True)
class Change:
    """One difference: ``kind`` is added, removed, changed, moved or evidence; ``what`` names the part (title_th,
    title_en, authors, summary, method_note, chapter, statement); ``number`` its place in the newer edition (the older
    one for what was removed)."""

    kind: str
    what: str
    number: str = ""
    before: str = ""
    after: str = ""


def changes(old: ShownEdition, new: ShownEdition) -> tuple[Change, ...]:
    """What differs between two editions as shown, in the order in which one reads."""
    found = []
    for what in ("title_th", "title_en", "authors", "summary", "method_note"):
        before, after = (_text(getattr(one, what)) for one in (old, new))
        if before != after:
            found.append(Change("changed", what, before=before, after=after))
    return (*found, *_chapter_changes(old, new), *_statement_changes(old, new))


def _text(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else "\n".join(value)


def _chapter_changes(old: ShownEdition, new: ShownEdition) -> list[Change]:
    earlier, later = ({one.pk: one for one in edition.chapters} for edition in (old, new))
    found = [
        Change("removed", "chapter", str(one.number), before=one.title) for one in old.chapters if one.pk not in later
    ]
    moved = _moved([one.pk for one in old.chapters], [one.pk for one in new.chapters])
    for one in new.chapters:
        number, before = str(one.number), earlier.get(one.pk)
        if before is None:
            found.append(Change("added", "chapter", number, after=one.title))
            continue
        texts = [_paragraphs(each.title, each.introduction) for each in (before, one)]
        if texts[0] != texts[1]:
            found.append(Change("changed", "chapter", number, *texts))
        if one.pk in moved:
            found.append(Change("moved", "chapter", number, after=one.title))
    return found


def _statement_changes(old: ShownEdition, new: ShownEdition) -> list[Change]:
    earlier, later = ({one.pk: one for one in edition.statements} for edition in (old, new))
    homes = [{one.pk: chapter.pk for chapter in each.chapters for one in chapter.statements} for each in (old, new)]
    found = [
        Change("removed", "statement", one.number, before=one.text) for one in old.statements if one.pk not in later
    ]
    for chapter in new.chapters:
        stayed = [one.pk for one in chapter.statements if homes[0].get(one.pk) == chapter.pk]
        moved = _moved([one.pk for one in old.statements if one.pk in stayed], stayed)
        for one in chapter.statements:
            before = earlier.get(one.pk)
            if before is None:
                found.append(Change("added", "statement", one.number, after=one.text))
                continue
            texts = [_paragraphs(each.text, each.discussion) for each in (before, one)]
            if texts[0] != texts[1]:
                found.append(Change("changed", "statement", one.number, *texts))
            if one.pk in moved or homes[0][one.pk] != chapter.pk:
                found.append(Change("moved", "statement", one.number, after=one.text))
            evidence = [sorted((each.pk, each.stance) for each in side.cited) for side in (before, one)]
            if evidence[0] != evidence[1]:
                found.append(Change("evidence", "statement", one.number, _counts(before), _counts(one)))
    return found


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text)


def _counts(one: ShownStatement) -> str:
    """For and against, in signs that every language reads."""
    return f"+{one.supports} −{one.contradicts}"


def _moved(old: list[int], new: list[int]) -> frozenset[int]:
    """The keys in both lists whose place among those has changed."""
    common = set(old) & set(new)
    before, after = ([pk for pk in keys if pk in common] for keys in (old, new))
    return frozenset(pk for place, pk in enumerate(after) if before[place] != pk)
