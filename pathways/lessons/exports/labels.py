"""A lesson as shown, in the words of a language: what tables, books and documents print of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mou_portal.thai.localized import localized
from pathways.lessons.consent import Shown, ShownQuote, Topic
from pathways.lessons.exports.citing import author, public_address, theme_names
from pathways.lessons.models import WORDS, Addressee, Confidence, Consent, Lesson, Stance
from pathways.models import Dimension


@dataclass(frozen=True)
class QuoteWords:
    """A quote in words."""

    text: str
    who: str
    pathway: str
    stance: str
    contradicts: bool
    note: str


@dataclass(frozen=True)
class LessonWords:
    """A lesson in words of the active language. What is empty may not be said, or nobody said it."""

    code: str
    title: str
    author: str
    who: str
    pathway: str
    pathway_number: int
    dimension: str
    period: str
    texts: tuple[tuple[str, str, str], ...]  # name, label, text
    addressee: str
    addressee_label: str
    recommendation: str
    confidence: str
    confidence_note: str
    themes: tuple[str, ...]
    theme_ids: tuple[int, ...]
    published_on: date | None
    level: str
    address: str
    quotes: tuple[QuoteWords, ...]

    def text(self, name: str) -> str:
        """One of the lesson's texts."""
        return next(text for known, _label, text in self.texts if known == name)


def topic_words(topic: Topic | None) -> str:
    """A pathway with its number; empty for none."""
    return f"{topic.number}) {localized(topic)}" if topic else ""


def label_of(name: str) -> str:
    """What a text of a lesson is called, with a capital where the language has some."""
    label = str(getattr(Lesson._meta.get_field(name), "verbose_name", name))
    return label[:1].upper() + label[1:]


def _quote(quote: ShownQuote) -> QuoteWords:
    return QuoteWords(
        text=quote.text,
        who=author(quote),
        pathway=topic_words(quote.pathway),
        stance=str(Stance(quote.stance).label),
        contradicts=quote.stance == Stance.CONTRADICTS,
        note=quote.note,
    )


def in_words(shown: Shown) -> LessonWords:
    """The lesson in words of the active language."""
    return LessonWords(
        code=shown.code,
        title=shown.title,
        author=author(shown),
        who=localized(shown, "who"),
        pathway=topic_words(shown.pathway),
        pathway_number=shown.pathway.number if shown.pathway else 0,
        dimension=str(Dimension(shown.dimension).label) if shown.dimension else "",
        period=localized(shown, "period"),
        texts=tuple((name, label_of(name), shown.words[name]) for name in WORDS[1:]),
        addressee=shown.addressee,
        addressee_label=str(Addressee(shown.addressee).label) if shown.addressee else "",
        recommendation=shown.words["recommendation"],
        confidence=str(Confidence(shown.confidence).label) if shown.confidence else "",
        confidence_note=shown.confidence_note,
        themes=theme_names(shown),
        theme_ids=tuple(pk for pk, _th, _en in shown.themes),
        published_on=date.fromisoformat(shown.published_on) if shown.published_on else None,
        level=str(Consent(shown.level).label),
        address=public_address(shown),
        quotes=tuple(_quote(one) for one in shown.quotes),
    )
