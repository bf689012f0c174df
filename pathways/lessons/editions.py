"""An edition of a synthesis: what is frozen, what of it may be shown today, how it is cited.

The words and the facts of the day are frozen; consent never is. Whoever shows an edition joins the frozen facts with
today's state and consent (:func:`of_today`), so that a lesson whose organisation takes its consent back is gone from
every edition at once, and with it the names that the synthesis' own words may hold.

Pure: no Django, no database.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pathways.lessons.consent import (
    NAMED,
    PUBLISHED,
    Audience,
    Body,
    LessonFacts,
    QuoteFacts,
    Shown,
    may_be_shown,
    shown,
)
from pathways.lessons.masking import mask

SUPPORTS, CONTRADICTS = "supports", "contradicts"
#: What the lessons say of a statement.
WITHOUT, SUPPORTED, DISPUTED, CONTRADICTED = "without", "supported", "disputed", "contradicted"
FORMAT: Final = 1


def standing(stances: Iterable[str]) -> str:
    """What lessons with these stances make of a statement: nothing, supported, contradicted, or disputed."""
    found = set(stances)
    if not found:
        return WITHOUT
    if found == {SUPPORTS}:
        return SUPPORTED
    return CONTRADICTED if found == {CONTRADICTS} else DISPUTED


# --- what is frozen -------------------------------------------------------------------------
@dataclass(frozen=True)
class Cited:
    """That a statement rests on a lesson (by primary key), for or against, with the researchers' note."""

    lesson: int
    stance: str
    note: str = ""


@dataclass(frozen=True)
class StatementText:
    """A statement as it stood."""

    pk: int
    text: str
    discussion: str = ""
    cited: tuple[Cited, ...] = ()


@dataclass(frozen=True)
class ChapterText:
    """A chapter as it stood."""

    pk: int
    title: str
    introduction: str = ""
    statements: tuple[StatementText, ...] = ()


@dataclass(frozen=True)
class Content:
    """A whole synthesis with the facts of every lesson that it cites, by primary key."""

    title_th: str = ""
    title_en: str = ""
    authors: tuple[str, ...] = ()
    summary: str = ""
    method_note: str = ""
    chapters: tuple[ChapterText, ...] = ()
    lessons: Mapping[int, LessonFacts] | None = None

    @property
    def facts(self) -> Mapping[int, LessonFacts]:
        """The facts of the cited lessons."""
        return self.lessons or {}

    @property
    def statements(self) -> tuple[StatementText, ...]:
        """Every statement, in order."""
        return tuple(one for chapter in self.chapters for one in chapter.statements)

    def as_json(self) -> dict[str, Any]:
        """Plain data, as it is kept."""
        return {
            "format": FORMAT,
            "title_th": self.title_th,
            "title_en": self.title_en,
            "authors": list(self.authors),
            "summary": self.summary,
            "method_note": self.method_note,
            "chapters": [
                {
                    "pk": chapter.pk,
                    "title": chapter.title,
                    "introduction": chapter.introduction,
                    "statements": [
                        {
                            "pk": one.pk,
                            "text": one.text,
                            "discussion": one.discussion,
                            "lessons": [vars(cited) for cited in one.cited],
                        }
                        for one in chapter.statements
                    ],
                }
                for chapter in self.chapters
            ],
            "lessons": {str(pk): facts.as_json() for pk, facts in self.facts.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Content:
        """The content again; what is missing is empty."""
        return cls(
            title_th=data.get("title_th", ""),
            title_en=data.get("title_en", ""),
            authors=tuple(data.get("authors", ())),
            summary=data.get("summary", ""),
            method_note=data.get("method_note", ""),
            chapters=tuple(
                ChapterText(
                    chapter["pk"],
                    chapter["title"],
                    chapter["introduction"],
                    tuple(
                        StatementText(
                            one["pk"], one["text"], one["discussion"], tuple(Cited(**cited) for cited in one["lessons"])
                        )
                        for one in chapter["statements"]
                    ),
                )
                for chapter in data.get("chapters", ())
            ),
            lessons={int(pk): LessonFacts.from_json(facts) for pk, facts in data.get("lessons", {}).items()},
        )


def digest(data: Mapping[str, Any]) -> str:
    """The SHA-256 of a content as data: of its JSON with sorted keys, no blanks, in UTF-8."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


# --- what may be shown today ----------------------------------------------------------------
@dataclass(frozen=True)
class ShownCited:
    """A lesson under a statement; ``lesson`` is ``None`` where nothing of it may be shown."""

    pk: int
    stance: str
    note: str = ""
    lesson: Shown | None = None


@dataclass(frozen=True)
class ShownStatement:
    """A statement as it may be shown, with its number (chapter.place)."""

    pk: int
    number: str
    text: str
    discussion: str
    cited: tuple[ShownCited, ...] = ()

    @property
    def standing(self) -> str:
        """What its lessons say of it, shown or not."""
        return standing(one.stance for one in self.cited)

    @property
    def supports(self) -> int:
        """How many lessons support it."""
        return sum(one.stance == SUPPORTS for one in self.cited)

    @property
    def contradicts(self) -> int:
        """How many lessons contradict it."""
        return sum(one.stance == CONTRADICTS for one in self.cited)


@dataclass(frozen=True)
class ShownChapter:
    """A chapter as it may be shown."""

    pk: int
    number: int
    title: str
    introduction: str
    statements: tuple[ShownStatement, ...] = ()


@dataclass(frozen=True)
class ShownEdition:
    """An edition as everybody may see it today. ``lessons`` are those shown, each once, in the order of citation;
    ``withheld`` is how many cited lessons are not, ``masked`` whether the synthesis' own words were masked anywhere."""

    title_th: str
    title_en: str
    authors: tuple[str, ...]
    summary: str
    method_note: str
    chapters: tuple[ShownChapter, ...] = ()
    lessons: tuple[Shown, ...] = ()
    withheld: int = 0
    masked: bool = False
    note: str = ""

    @property
    def statements(self) -> tuple[ShownStatement, ...]:
        """Every statement, in order."""
        return tuple(one for chapter in self.chapters for one in chapter.statements)

    @property
    def without(self) -> tuple[ShownStatement, ...]:
        """The statements without any lesson."""
        return tuple(one for one in self.statements if one.standing == WITHOUT)


def _both(frozen: Iterable[str], today: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*frozen, *today)))


def _body(frozen: Body | None, today: Body | None) -> Body | None:
    """The organisation of that day, with every word that tells who it is, then or now."""
    if frozen is None or today is None:
        return frozen
    return replace(frozen, words=_both(frozen.words, today.words))


def of_today(frozen: LessonFacts, today: LessonFacts | None, quotes: Mapping[int, QuoteFacts]) -> LessonFacts | None:
    """The frozen words of a lesson under today's state and consents; ``None`` when there is nothing to ask for.

    Words that were not published on the day of the edition are never shown later: nobody consented to *them*.
    ``quotes`` are today's facts of passages; one that is gone is left out.
    """
    if today is None or frozen.state != PUBLISHED:
        return None
    body = _body(frozen.body, today.body) or frozen.body
    return replace(
        frozen,
        state=today.state,
        consent=today.consent,
        hidden=_both(frozen.hidden, today.hidden),
        body=body,
        quotes=tuple(
            replace(quote, consent=quotes[quote.pk].consent, body=_body(quote.body, quotes[quote.pk].body))
            for quote in frozen.quotes
            if quote.pk in quotes
        ),
    )


def secrets(content: Content, today: Mapping[int, LessonFacts], quotes: Mapping[int, QuoteFacts]) -> tuple[str, ...]:
    """The words that must stand nowhere in the synthesis' own texts: what tells of an organisation any of whose cited
    lessons is not shown by name today, or whose words are quoted in another's lesson without its name."""
    found: list[str] = []
    for pk, frozen in content.facts.items():
        now = today.get(pk)
        if now is None or now.consent != NAMED or not may_be_shown(now.state, now.consent):
            found += (*frozen.body.words, *frozen.hidden)
            if now is not None:
                found += (*now.body.words, *now.hidden)
        for quote in frozen.quotes:
            quoted = quotes.get(quote.pk)
            foreign = quote.body is not None and quote.body.pk != frozen.body.pk
            if foreign and (quoted is None or quoted.consent != NAMED):
                found += quote.body.words if quote.body is not None else ()
                found += quoted.body.words if quoted is not None and quoted.body is not None else ()
    return tuple(dict.fromkeys(found))


def shown_edition(
    content: Content, today: Mapping[int, LessonFacts], quotes: Mapping[int, QuoteFacts], *, mark: str, note: str = ""
) -> ShownEdition:
    """An edition as everybody may see it today. ``today`` are the lessons' facts now, ``quotes`` those of passages;
    ``note`` is what the publisher said of it."""
    told: dict[int, Shown] = {}
    for pk, frozen in content.facts.items():
        facts = of_today(frozen, today.get(pk), quotes)
        one = shown(facts, Audience.OUTSIDE, mark=mark) if facts is not None else None
        if one is not None:
            told[pk] = one
    hidden = secrets(content, today, quotes)
    masked = False

    def clean(text: str) -> str:
        nonlocal masked
        words = mask(text, hidden, mark)
        masked = masked or words != text
        return words

    def cited(one: Cited) -> ShownCited:
        return ShownCited(one.lesson, one.stance, clean(one.note) if one.lesson in told else "", told.get(one.lesson))

    chapters = tuple(
        ShownChapter(
            chapter.pk,
            number,
            clean(chapter.title),
            clean(chapter.introduction),
            tuple(
                ShownStatement(
                    one.pk, f"{number}.{place}", clean(one.text), clean(one.discussion), tuple(map(cited, one.cited))
                )
                for place, one in enumerate(chapter.statements, 1)
            ),
        )
        for number, chapter in enumerate(content.chapters, 1)
    )
    order = dict.fromkeys(one.pk for chapter in chapters for each in chapter.statements for one in each.cited)
    return ShownEdition(
        title_th=clean(content.title_th),
        title_en=clean(content.title_en),
        authors=content.authors,
        summary=clean(content.summary),
        method_note=clean(content.method_note),
        note=clean(note),
        chapters=chapters,
        lessons=tuple(told[pk] for pk in order if pk in told),
        withheld=sum(pk not in told for pk in order),
        masked=masked,
    )


# --- how it is cited ------------------------------------------------------------------------
BE_OFFSET: Final = 543


@dataclass(frozen=True)
class Citation:
    """What a citation tells: authors in order, title, year (CE), number of the edition, publisher, address."""

    authors: Sequence[str]
    title: str
    year: int
    number: int
    institute: str
    address: str

    @property
    def thai(self) -> str:
        """In the Thai style, with the year in the Buddhist Era."""
        return self._line(_joined(self.authors, ", ", " และ"), self.year + BE_OFFSET, f"ฉบับที่ {self.number}")

    @property
    def english(self) -> str:
        """In the English style, with the year in the Common Era."""
        return self._line(_joined(self.authors, ", ", " & "), self.year, f"{_ordinal(self.number)} ed.")

    def _line(self, authors: str, year: int, edition: str) -> str:
        publisher = f" {self.institute}." if authors else ""
        return f"{authors or self.institute}. ({year}). {self.title} ({edition}).{publisher} {self.address}"


def _joined(names: Sequence[str], comma: str, last: str) -> str:
    if len(names) < 2:
        return "".join(names).rstrip(".")
    return comma.join(names[:-1]) + last + names[-1].rstrip(".")


def _ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
