"""The lesson-learned book: what its parts say, for PDF and for DOCX alike; and how it is set as PDF."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from mou_portal.paper import paper_context
from mou_portal.pdf import render_pdf_limited
from mou_portal.thai.localized import localized
from mou_portal.thai.words import sort_key
from participants.models import Agreement
from pathways.lessons.consent import Shown
from pathways.lessons.exports.citations import readable
from pathways.lessons.exports.citing import citation_of
from pathways.lessons.exports.labels import LessonWords, in_words, topic_words
from pathways.lessons.models import Addressee

#: A book that somebody waits for in the background may take so long, in seconds, and so much memory, in bytes.
BOOK_SECONDS, BOOK_MEMORY = 900.0, 3 * 1024**3
#: No more themes than this stand in the matrix as columns; the index has all of them.
MOST_COLUMNS = 10


@dataclass
class Part:
    """The lessons of one pathway, or those whose pathway may not be told (``number`` 0)."""

    number: int
    title: str
    lessons: list[LessonWords] = field(default_factory=list)


@dataclass
class Recommendations:
    """What is recommended to one addressee, with the lessons that say so."""

    addressee: str
    lessons: list[LessonWords] = field(default_factory=list)


@dataclass
class Matrix:
    """Pathway × theme: how many lessons. Only what consent shows is counted."""

    themes: list[str]
    rows: list[tuple[str, list[int], int]]
    totals: list[int]
    left: int = 0


@dataclass
class IndexEntry:
    """A theme and the lessons about it."""

    theme: str
    lessons: list[LessonWords] = field(default_factory=list)


def book_context(agreement: Agreement, lessons: Sequence[Shown], language: str) -> dict[str, Any]:
    """Everything that the book says, in words of the active language; no question to the database but for titles."""
    words = [in_words(one) for one in lessons]
    parts = _parts(words, lessons)
    return {
        "agreement": agreement,
        "institute": localized(agreement, "institute_name"),
        "agreement_long": localized(agreement, "title"),
        "parts": parts,
        "number": len(words),
        "named": sum(bool(one.who) for one in words),
        "quoted": sum(len(one.quotes) for one in words),
        "matrix": _matrix(parts),
        "recommendations": _recommendations(words),
        "sources": [_source(one, agreement, language) for one in lessons],
        "index": _index(words),
    }


def _source(one: Shown, agreement: Agreement, language: str) -> tuple[str, str]:
    """A citation in words, and its address by itself: paper shows it, a screen follows it."""
    cited = citation_of(one, agreement)
    return readable(cited, language).removesuffix(cited.url), cited.url


def _parts(words: Sequence[LessonWords], lessons: Sequence[Shown]) -> list[Part]:
    parts: dict[int, Part] = {}
    for one, shown in zip(words, lessons, strict=True):
        title = topic_words(shown.pathway) or _("Without a pathway that may be told")
        parts.setdefault(one.pathway_number, Part(one.pathway_number, title)).lessons.append(one)
    return sorted(parts.values(), key=lambda part: part.number or 10_000)


def _matrix(parts: Sequence[Part]) -> Matrix:
    spread = Counter(theme for part in parts for one in part.lessons for theme in set(one.themes))
    themes = [theme for theme, _number in spread.most_common(MOST_COLUMNS)]
    rows = [
        (
            part.title,
            [sum(theme in one.themes for one in part.lessons) for theme in themes],
            len(part.lessons),
        )
        for part in parts
    ]
    totals = [spread[theme] for theme in themes]
    return Matrix(themes, rows, totals, max(len(spread) - len(themes), 0))


def _recommendations(words: Sequence[LessonWords]) -> list[Recommendations]:
    found: dict[str, Recommendations] = {}
    for one in words:
        if one.recommendation:
            label = one.addressee_label or _("without an addressee")
            label = label[:1].upper() + label[1:]
            found.setdefault(one.addressee, Recommendations(label)).lessons.append(one)
    order = [*Addressee.values, ""]
    return [found[key] for key in sorted(found, key=order.index)]


def _index(words: Sequence[LessonWords]) -> list[IndexEntry]:
    found: dict[str, list[LessonWords]] = defaultdict(list)
    for one in words:
        for theme in dict.fromkeys(one.themes):
            found[theme].append(one)
    return [IndexEntry(theme, found[theme]) for theme in sorted(found, key=sort_key)]


def method_words(book: dict[str, Any], made: str) -> list[str]:
    """The note on method, paragraph by paragraph."""
    return [
        _(
            "Local government organisations, or researchers with them, wrote down what was done, what came of it and "
            "why. Somebody else validated each lesson against its evidence and said how sure one can be. What is "
            "printed is the validated text."
        ),
        _(
            "Each organisation decided how its lesson may be shown: with its name, with the pathway only, or "
            "anonymous. Words that would tell who an unnamed organisation is are withheld and marked. Quotes are "
            "printed only as those who said them consented. Lessons without consent are not in this book and are not "
            "counted in it."
        ),
        _(
            "The book holds %(number)s lessons, %(named)s of them with the organisation's name, and %(quoted)s quotes, "
            "as of %(day)s. A consent that changes later changes the live page at once; this file does not change "
            "with it."
        )
        % {"number": book["number"], "named": book["named"], "quoted": book["quoted"], "day": made},
    ]


def book_html(agreement: Agreement, lessons: Sequence[Shown], language: str, title: str) -> str:
    """The book as HTML, ready for the PDF kit. The language must be active."""
    context = paper_context(language, title=title, agreement=agreement, url=reverse("lessons:public-list"))
    book = book_context(agreement, lessons, language)
    context |= book | {"method": method_words(book, context["made_text"])}
    return render_to_string("lessons/pdf/book.html", context)


def book_title() -> str:
    """The book's title in the active language."""
    return _("Lessons learned")


def book_pdf(agreement: Agreement, lessons: Sequence[Shown], language: str) -> bytes:
    """The book as PDF, set in a process of its own under wide limits. Raises :class:`mou_portal.pdf.RenderError`."""
    title = book_title()
    return render_pdf_limited(
        book_html(agreement, lessons, language, title),
        title=f"{title} · {localized(agreement, 'short_title')}",
        author=localized(agreement, "institute_name"),
        language=language,
        font_dir=settings.PDF_FONT_DIR,
        wall_seconds=BOOK_SECONDS,
        memory_bytes=BOOK_MEMORY,
    )
