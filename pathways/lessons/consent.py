"""What may be shown of a lesson and of a quote, and to whom: one rule that every page, search and export asks.

Two audiences. *Inside* are those who may read the row itself (its local government, researchers, staff, assigned
advisers) on the portal's own pages. *Outside* is everybody else, and everything that leaves the portal: public pages,
searches by others, exports, PDFs, feeds, whoever makes them. Outside a lesson is shown only when it is published and
its local government consented, and only in the way it consented:

- ``named``: everything, with the organisation's name;
- ``pathway``: the pathway and the dimension, no organisation; its names, people and places are masked in every text;
- ``anonymous``: as before, and neither pathway nor dimension, type, province or region.

A quote has a consent of its own; the stricter of the two holds within a lesson of the same organisation. A quote that
must not be traced is left out beside a lesson that names who said it.

Pure: frozen facts in, what is shown out. Nothing is cached, so a changed consent holds at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from pathways.lessons.masking import mask

NAMED, PATHWAY, ANONYMOUS, UNASKED, REFUSED = "named", "pathway", "anonymous", "unasked", "refused"
#: From the most open to the strictest. What nobody decided yet is as closed as what was refused.
STRICTNESS = {NAMED: 0, PATHWAY: 1, ANONYMOUS: 2, UNASKED: 3, REFUSED: 4}
SHOWN = frozenset({NAMED, PATHWAY, ANONYMOUS})
PUBLISHED = "published"


class Audience(StrEnum):
    """Who looks."""

    INSIDE = "inside"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Body:
    """An organisation: its names, and ``words``, every word that tells who it is (names, places, people)."""

    pk: int
    name_th: str
    name_en: str
    kind: str = ""
    province_th: str = ""
    province_en: str = ""
    region: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Topic:
    """A pathway, by number and titles."""

    number: int
    title_th: str
    title_en: str


@dataclass(frozen=True)
class QuoteFacts:
    """A passage as evidence: what was said, by whom, with which consent, and where it stands."""

    pk: int
    text: str
    consent: str
    stance: str = "supports"
    note: str = ""
    body: Body | None = None
    pathway: Topic | None = None
    source: str = ""
    dated_on: str = ""


@dataclass(frozen=True)
class LessonFacts:
    """A lesson with everything that could be shown of it. ``words`` are the texts that count, by name."""

    pk: int
    code: str
    state: str
    consent: str
    words: Mapping[str, str]
    body: Body
    pathway: Topic | None = None
    dimension: str = ""
    period_th: str = ""
    period_en: str = ""
    addressee: str = ""
    confidence: str = ""
    confidence_note: str = ""
    published_on: str = ""
    updated_at: str = ""
    hidden: tuple[str, ...] = ()
    themes: tuple[tuple[int, str, str], ...] = ()  # (pk, Thai, English)
    quotes: tuple[QuoteFacts, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain data, for a frozen edition."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> LessonFacts:
        """The facts again."""
        quotes = tuple(
            QuoteFacts(**{**quote, "body": _body(quote["body"]), "pathway": _topic(quote["pathway"])})
            for quote in data["quotes"]
        )
        body = _body(data["body"])
        assert body is not None  # noqa: S101  # a lesson has an organisation
        return cls(
            **{
                **data,
                "body": body,
                "pathway": _topic(data["pathway"]),
                "hidden": tuple(data["hidden"]),
                "themes": tuple((one[0], one[1], one[2]) for one in data["themes"]),
                "quotes": quotes,
            }
        )


def _body(data: Mapping[str, Any] | None) -> Body | None:
    return Body(**{**data, "words": tuple(data["words"])}) if data else None


def _topic(data: Mapping[str, Any] | None) -> Topic | None:
    return Topic(**data) if data else None


@dataclass(frozen=True)
class ShownQuote:
    """A quote as it may be shown. ``who_th``/``who_en`` are empty unless it is attributed by name."""

    pk: int
    text: str
    level: str
    stance: str
    who_th: str = ""
    who_en: str = ""
    pathway: Topic | None = None
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class Shown:
    """A lesson as it may be shown. What is empty may not be said."""

    pk: int
    code: str
    level: str
    words: Mapping[str, str]
    who_th: str = ""
    who_en: str = ""
    kind: str = ""
    province_th: str = ""
    province_en: str = ""
    region: str = ""
    pathway: Topic | None = None
    dimension: str = ""
    period_th: str = ""
    period_en: str = ""
    addressee: str = ""
    confidence: str = ""
    confidence_note: str = ""
    published_on: str = ""
    updated_at: str = ""
    themes: tuple[tuple[int, str, str], ...] = ()
    quotes: tuple[ShownQuote, ...] = field(default=())
    audience: str = Audience.OUTSIDE

    @property
    def title(self) -> str:
        """The title as it may be shown."""
        return self.words.get("title", "")


def stricter(*consents: str) -> str:
    """The strictest of some consents."""
    return max(consents, key=STRICTNESS.__getitem__)


def may_be_shown(state: str, consent: str) -> bool:
    """Whether a lesson in this state, with this consent, is shown outside in any way."""
    return state == PUBLISHED and consent in SHOWN


def shown(facts: LessonFacts, audience: Audience, *, mark: str) -> Shown | None:
    """What the audience may see of a lesson; ``None`` when nothing. ``mark`` stands where a word was masked."""
    if audience == Audience.INSIDE:
        return _everything(facts)
    if not may_be_shown(facts.state, facts.consent):
        return None
    named, pathway = facts.consent == NAMED, facts.consent in (NAMED, PATHWAY)
    secret = () if named else facts.body.words + facts.hidden
    quotes = tuple(quote for quote in (_shown_in(facts, one, mark) for one in facts.quotes) if quote is not None)
    return Shown(
        pk=facts.pk,
        code=facts.code,
        level=facts.consent,
        words={name: mask(text, secret, mark) for name, text in facts.words.items()},
        who_th=facts.body.name_th if named else "",
        who_en=facts.body.name_en if named else "",
        kind=facts.body.kind if named else "",
        province_th=facts.body.province_th if named else "",
        province_en=facts.body.province_en if named else "",
        region=facts.body.region if named else "",
        pathway=facts.pathway if pathway else None,
        dimension=facts.dimension if pathway else "",
        period_th=facts.period_th,
        period_en=facts.period_en,
        addressee=facts.addressee,
        confidence=facts.confidence,
        confidence_note=mask(facts.confidence_note, secret, mark),
        published_on=facts.published_on,
        updated_at=facts.updated_at,
        themes=facts.themes,
        quotes=quotes,
    )


def shown_quote(
    quote: QuoteFacts, audience: Audience, *, mark: str, more_secret: Iterable[str] = ()
) -> ShownQuote | None:
    """What the audience may see of a quote that stands by itself; ``None`` when nothing.

    ``more_secret`` are words that must not be shown beside what the speaker's own consent hides.
    """
    if audience == Audience.INSIDE:
        body = quote.body
        return ShownQuote(
            quote.pk,
            quote.text,
            NAMED,
            quote.stance,
            body.name_th if body else "",
            body.name_en if body else "",
            quote.pathway,
            quote.source,
            quote.note,
        )
    if quote.consent not in SHOWN:
        return None
    named = quote.consent == NAMED
    words = quote.body.words if quote.body is not None and not named else ()
    secret = (*words, *more_secret)
    return ShownQuote(
        pk=quote.pk,
        text=mask(quote.text, secret, mark),
        level=quote.consent,
        stance=quote.stance,
        who_th=quote.body.name_th if named and quote.body else "",
        who_en=quote.body.name_en if named and quote.body else "",
        pathway=quote.pathway if quote.consent in (NAMED, PATHWAY) else None,
        note=mask(quote.note, secret, mark),
    )


def consent_of_quote(facts: LessonFacts, quote: QuoteFacts) -> str:
    """The consent under which a quote stands beside a lesson.

    Of the lesson's own organisation: the lesson's, as long as nothing was decided for the quote, else the stricter of
    both. Of another organisation: its own alone.
    """
    if quote.body is None or quote.body.pk != facts.body.pk:
        return quote.consent
    if quote.consent == UNASKED:
        return facts.consent
    return stricter(quote.consent, facts.consent)


def _shown_in(facts: LessonFacts, quote: QuoteFacts, mark: str) -> ShownQuote | None:
    consent = consent_of_quote(facts, quote)
    own = quote.body is not None and quote.body.pk == facts.body.pk
    if own and STRICTNESS[consent] > STRICTNESS[facts.consent]:
        return None  # beside a lesson that tells more, it would tell who spoke
    secret = () if facts.consent == NAMED else facts.body.words + facts.hidden
    return shown_quote(
        QuoteFacts(**{**vars(quote), "consent": consent}), Audience.OUTSIDE, mark=mark, more_secret=secret
    )


def _everything(facts: LessonFacts) -> Shown:
    return Shown(
        pk=facts.pk,
        code=facts.code,
        level=facts.consent,
        words=dict(facts.words),
        who_th=facts.body.name_th,
        who_en=facts.body.name_en,
        kind=facts.body.kind,
        province_th=facts.body.province_th,
        province_en=facts.body.province_en,
        region=facts.body.region,
        pathway=facts.pathway,
        dimension=facts.dimension,
        period_th=facts.period_th,
        period_en=facts.period_en,
        addressee=facts.addressee,
        confidence=facts.confidence,
        confidence_note=facts.confidence_note,
        published_on=facts.published_on,
        updated_at=facts.updated_at,
        themes=facts.themes,
        quotes=tuple(
            quote for quote in (shown_quote(one, Audience.INSIDE, mark="") for one in facts.quotes) if quote is not None
        ),
        audience=Audience.INSIDE,
    )
