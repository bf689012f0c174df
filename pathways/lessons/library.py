"""The library's search: any part of a word in Thai and English, facets with counts, and only what a reader may see.

A reader sees some lessons *inside* and the rest as consented. Each condition therefore has two halves: the rows that
are read inside are searched by everything, the others by what their consent shows. So nobody finds an anonymous lesson
by its organisation's name, type or region.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import compress
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from mou_portal.columns import read_at_once
from mou_portal.thai.localized import localized
from mou_portal.thai.words import search_query, search_terms, tokens
from participants.access import access_of
from participants.models import Agreement, GovernmentKind
from pathways.lessons.consent import ANONYMOUS, NAMED, PATHWAY, Audience, Shown
from pathways.lessons.facts import facts_of, shown
from pathways.lessons.masking import forgiving_pattern
from pathways.lessons.models import (
    COUNTED,
    INDEX_MARK,
    PUBLIC,
    Confidence,
    Consent,
    Lesson,
    LessonIndex,
    LessonState,
    LessonTheme,
    Theme,
    inside_of,
)
from pathways.models import Dimension

#: The order of lists, see `LessonIndex.place`; drafts that nobody indexed yet stand last.
LISTED = (F("index__place").desc(nulls_last=True), "-pk")
#: No more terms of one search count.
MOST_TERMS = 8


@dataclass(frozen=True)
class Facet:
    """One way to narrow: its key in the address, its column, and the consents under which outsiders may use it."""

    key: str
    title: Any
    column: str
    consents: tuple[str, ...]


ANY = (NAMED, PATHWAY, ANONYMOUS)


def facets() -> tuple[Facet, ...]:
    """Every facet but themes, which are many for one lesson, in the reader's language."""
    return (
        Facet("pathway", _("Pathway"), "pathway_id", (NAMED, PATHWAY)),
        Facet("dimension", _("Dimension"), "dimension", (NAMED, PATHWAY)),
        Facet("kind", _("Type of organisation"), "participant__designation__kind", (NAMED,)),
        Facet("region", _("Region"), "participant__local_government__province__region", (NAMED,)),
        Facet("period", _("Period"), "period_id", ANY),
        Facet("state", _("State"), "state", ANY),
        Facet("confidence", _("Confidence"), "confidence", ANY),
        Facet("consent", _("Consent"), "consent", ANY),
    )


@dataclass(frozen=True)
class Search:
    """What a reader asked for; unknown values never get in here."""

    query: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    theme: int | None = None
    participant: int | None = None

    @property
    def terms(self) -> list[str]:
        """What to look for, each by itself."""
        return search_terms(self.query)[:MOST_TERMS]


def asked(get: Mapping[str, str]) -> Search:
    """Read a page's query; what makes no sense is left out."""
    query = get.get("q", "").replace("\x00", "").strip()[:200]
    chosen = {one.key: get.get(one.key, "")[:60] for one in facets() if get.get(one.key)}
    chosen = {
        key: value for key, value in chosen.items() if key not in ("pathway", "period") or _number(value) is not None
    }
    return Search(query, chosen, _number(get.get("theme", "")), _number(get.get("participant", "")))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def only_inside(user: Any, agreement: Agreement) -> bool:
    """Whether everything of the agreement that the person reads is read inside: staff and its researchers."""
    access = access_of(user)
    return access.staff or agreement.pk in access.researches


def matching(agreement: Agreement, search: Search, *, user: Any = None) -> QuerySet[Lesson]:
    """The lessons of an agreement that a search finds, those of the newest day first; without a user, as the public
    sees them."""
    condition = Q(pk__in=())
    for half, column, open_to_all in _halves(agreement, user):
        texts = Q(*((f"{column}__contains", term) for term in search.terms))
        condition |= _half(search, half, open_to_all) & texts
    return _of_theme(Lesson.objects.filter(condition, agreement=agreement), search).order_by(*LISTED)


def _halves(agreement: Agreement, user: Any) -> list[tuple[Q, str, bool]]:
    """What a reader reads inside, and what as consented: which rows, the text they are found by, and whether all
    that is known of them is told."""
    if user is None:
        return [(PUBLIC, "index__outside", False)]
    inside = inside_of(user)
    halves = [(inside, "index__inside", True)]
    if not only_inside(user, agreement):
        halves.append((PUBLIC & ~inside, "index__outside", False))
    return halves


def _of_theme(rows: QuerySet[Lesson], search: Search) -> QuerySet[Lesson]:
    if search.theme is None:
        return rows
    return rows.filter(pk__in=LessonTheme.objects.filter(theme_id=search.theme).values("lesson_id"))


def _half(search: Search, readable: Q, open_to_all: bool) -> Q:
    condition = readable
    known = {one.key: one for one in facets()}
    for key, value in search.chosen.items():
        condition &= Q(**{known[key].column: value})
        if not open_to_all:
            condition &= Q(consent__in=known[key].consents)
    if search.participant is not None:
        condition &= Q(participant_id=search.participant)
        if not open_to_all:
            condition &= Q(consent=Consent.NAMED)
    return condition


class Listed(Sequence[int]):
    """The keys of lessons in the order in which they are listed, of which a page puts the first few in order alone."""

    def __init__(self, places: list[tuple[str, str]]) -> None:
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[int]:
        return iter(self[:])

    def __getitem__(self, which: Any) -> Any:
        last = which.stop if isinstance(which, slice) else which + 1
        most = len(self) if last is None or last < 1 else last
        return [int(key) for _place, key in nlargest(most, self._places)][which]


@dataclass(frozen=True)
class Found:
    """What a search finds: the lessons' keys, and for each facet how many there are of each value."""

    ids: Listed
    counts: dict[str, Counter[str]]


#: Up to so many lessons their entries are asked for by key; of more, the index is looked through.
_FEW = 500


def found(agreement: Agreement, search: Search, *, user: Any = None) -> Found:
    """What a search finds, and how many of it for each value of each facet.

    Two quick questions take the place of a slow one that joins: which lessons the reader may see, and which entries of
    the index hold the words. An entry brings what is counted as one text, which thousands of lessons have in common:
    each is taken apart once. Lessons that are not read inside count only for facets that their consent shows.
    """
    listed: list[tuple[str, str]] = []
    counts: dict[str, Counter[str]] = {key: Counter() for key in (*(one.key for one in facets()), "theme")}
    consents = {one.key: one.consents for one in facets()}
    bodies = _kinds_and_regions(agreement)
    for half, column, open_to_all in _halves(agreement, user):
        lessons = _of_theme(Lesson.objects.filter(_half(search, half, open_to_all), agreement=agreement), search)
        places, keys, told = _entries(lessons, column.removeprefix("index__"), search.terms)
        listed += zip(places, keys, strict=True)
        for text, number in Counter(told).items():
            *values, participant, themes = text.split(INDEX_MARK)
            kind, region = bodies[participant]
            known = {**dict(zip(COUNTED, values, strict=True)), "kind": kind, "region": region}
            for key, value in known.items():
                if value and (open_to_all or known["consent"] in consents[key]):
                    counts[key][value] += number
            for theme in themes.split():
                counts["theme"][theme] += number
    return Found(Listed(listed), counts)


def _entries(lessons: QuerySet[Lesson], column: str, terms: Iterable[str]) -> list[list[str]]:
    """What the index has of the lessons whose text holds all terms: their places, their keys, what is told of them."""
    (keys,) = read_at_once(lessons, "pk")
    entries = LessonIndex.objects.filter(*(Q((f"{column}__contains", term)) for term in terms))
    if len(keys) <= _FEW:
        entries = entries.filter(pk__in=map(int, keys))
    columns = read_at_once(entries, "place", "pk", "told")
    wanted = list(map(frozenset(keys).__contains__, columns[1]))
    return columns if all(wanted) else [list(compress(column, wanted)) for column in columns]


def _kinds_and_regions(agreement: Agreement) -> dict[str, tuple[str, str]]:
    """The kind and region of each organisation, by its key as a text."""
    rows = agreement.participants.values_list("pk", "designation__kind", "local_government__province__region")
    return {str(pk): (kind, region) for pk, kind, region in rows}


def _own(user: Any) -> frozenset[int]:
    if user is None:
        return frozenset()
    access = access_of(user)
    return access.own | access.advises


def choices(agreement: Agreement, counts: Mapping[str, Counter[str]]) -> dict[str, list[tuple[str, str, int]]]:
    """For each facet the values that occur, with their names in the reader's language and their counts."""
    names: dict[str, dict[str, str]] = {
        "pathway": {str(one.pk): str(one) for one in agreement.pathways.all()},
        "dimension": dict(_labels(Dimension)),
        "kind": dict(_labels(GovernmentKind)),
        "region": {name: str(label) for name, label in regions()},
        "period": {str(one.pk): str(one) for one in agreement.reporting_periods.all()},
        "state": dict(_labels(LessonState)),
        "confidence": dict(_labels(Confidence)),
        "consent": dict(_labels(Consent)),
        "theme": {str(one.pk): localized(one) for one in Theme.objects.filter(codebook__agreement=agreement)},
    }
    return {
        key: [(value, names[key].get(value, value), number) for value, number in counter.most_common()]
        for key, counter in counts.items()
    }


def _labels(enum: Any) -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in enum.choices]


def regions() -> list[tuple[str, Any]]:
    """The regions of provinces, by the words in which they are stored."""
    return [
        ("north", _("North")),
        ("northeast", _("Northeast")),
        ("central", _("Central")),
        ("east", _("East")),
        ("west", _("West")),
        ("south", _("South")),
        ("bangkok", _("Bangkok")),
    ]


def read_by(user: Any, agreement: Agreement, lessons: Iterable[Lesson], terms: Iterable[str] = ()) -> list[Shown]:
    """Lessons as one reader may see them, in their order: inside where the row is theirs to read, else as consented.

    ``terms`` are looked for again in what is really shown to an outsider: a name that came up after a text was indexed
    finds nothing either.
    """
    rows = list(lessons)
    inside = (
        {row.pk for row in rows}
        if user is not None and only_inside(user, agreement)
        else set(Lesson.objects.visible_to(user).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
        if user is not None
        else set()
    )
    wanted = list(terms)
    read = []
    for pk, facts in facts_of(rows, quotes=False).items():
        one = shown(facts, Audience.INSIDE if pk in inside else Audience.OUTSIDE)
        if one is None or (wanted and pk not in inside and not holds(one, wanted)):
            continue
        read.append(one)
    return read


def holds(one: Shown, terms: Iterable[str]) -> bool:
    """Whether every term stands in what is really shown."""
    from pathways.lessons.services.index import found_by

    text = found_by(one)
    return all(term in text for term in terms)


# --- words in their context -----------------------------------------------------------------
@dataclass(frozen=True)
class Snippet:
    """A term with what stands before and behind it."""

    before: str
    term: str
    after: str


def in_context(one: Shown, query: str, *, around: int = 40, most: int = 3) -> list[Snippet]:
    """Where the words of a query stand in a lesson as shown, tone marks forgiven."""
    snippets: list[Snippet] = []
    patterns = [forgiving_pattern(term) for term in query.split()[:MOST_TERMS]]
    for text in one.words.values():
        for pattern in patterns:
            for match in pattern.finditer(text):
                snippets.append(
                    Snippet(
                        text[max(0, match.start() - around) : match.start()],
                        match.group(),
                        text[match.end() : match.end() + around],
                    )
                )
                if len(snippets) >= most:
                    return snippets
    return snippets


def term_counts(lessons: Iterable[Shown], *, most: int = 40) -> list[tuple[str, int, int]]:
    """The commonest words of some lessons as shown: the word, how often it stands, in how many lessons.

    Cut into words by pythainlp; everyday words and figures are left out.
    """
    from pythainlp.corpus import thai_stopwords

    stop = thai_stopwords()
    often: Counter[str] = Counter()
    spread: Counter[str] = Counter()
    for one in lessons:
        words = [
            word.lower()
            for text in one.words.values()
            for word in tokens(text)
            if len(word) > 1 and word not in stop and not word.isdigit()
        ]
        often.update(words)
        spread.update(set(words))
    return [(word, number, spread[word]) for word, number in often.most_common(most)]


# --- likeness -------------------------------------------------------------------------------
def similar(lesson: Lesson, *, user: Any = None, most: int = 5) -> list[Shown]:
    """Lessons like this one, as the reader may see them: those that share most rare words with it.

    Candidates share a theme or the pathway, or are among the newest 50. Read from outside, lessons of one organisation
    stand beside each other only where both are named: a named neighbour would tell whose the anonymous one is.
    """
    rows = matching(lesson.agreement, Search(), user=user).exclude(pk=lesson.pk)
    inside = user is not None and (only_inside(user, lesson.agreement) or lesson.participant_id in _own(user))
    if not inside:
        same = Q(participant_id=lesson.participant_id)
        rows = rows.exclude(same & ~Q(consent=Consent.NAMED) if lesson.consent == Consent.NAMED else same)
    near = Q(theme_links__theme__in=lesson.themes.all())
    if lesson.pathway_id:
        near |= Q(pathway_id=lesson.pathway_id)
    close = list(rows.filter(near).distinct()[:150].values_list("pk", flat=True))
    newest = list(rows[:50].values_list("pk", flat=True))
    candidates = read_by(user, lesson.agreement, Lesson.objects.filter(pk__in={*close, *newest}).with_names())
    mine = next(iter(read_by(user, lesson.agreement, [lesson])), None)
    if mine is None:
        return []
    return [one for _score, one in rank(mine, candidates)[:most]]


def rank(mine: Shown, others: list[Shown]) -> list[tuple[float, Shown]]:
    """The others by likeness to one lesson: the share of weighted words in common (rare words weigh more)."""
    from math import log

    from pythainlp.corpus import thai_stopwords

    stop = thai_stopwords()

    def words_of(one: Shown) -> set[str]:
        return {word for text in one.words.values() for word in tokens(text) if len(word) > 1 and word not in stop}

    sets = [(one, words_of(one)) for one in others]
    own = words_of(mine)
    spread = Counter(word for _one, words in sets for word in words)
    size = len(sets) + 1

    def weight(words: Iterable[str]) -> float:
        return sum(log(1 + size / (1 + spread[word])) for word in words)

    scored = [(weight(own & words) / weight(own | words), one) for one, words in sets if own & words]
    return sorted(scored, key=lambda pair: (-pair[0], pair[1].pk))


__all__ = [
    "Facet",
    "Found",
    "Search",
    "Snippet",
    "asked",
    "choices",
    "facets",
    "found",
    "holds",
    "in_context",
    "matching",
    "only_inside",
    "rank",
    "read_by",
    "search_query",
    "similar",
    "term_counts",
]
