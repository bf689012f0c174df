"""The facts of lessons and quotes, read in bulk for the consent rule: as few queries for thousands as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from participants.models import Designation, Membership, Participant
from pathways.lessons import consent
from pathways.lessons.consent import Audience, Body, LessonFacts, QuoteFacts, Shown, Topic
from pathways.lessons.masking import names_of_body, names_of_person
from pathways.lessons.models import WORDS, Excerpt, Lesson, LessonEvidence, LessonTheme
from pathways.models import Pathway


def bodies(participants: Iterable[Participant]) -> dict[int, Body]:
    """Each participant as a :class:`Body`, with every name it ever had and its people's: two queries.

    The participants bring designation and province (``with_names``).
    """
    rows = {row.pk: row for row in participants}
    names: dict[int, list[str]] = defaultdict(list)
    governments = {row.local_government_id: row.pk for row in rows.values()}
    by_government: dict[int, list[int]] = defaultdict(list)
    for row in rows.values():
        by_government[row.local_government_id].append(row.pk)
    for body_id, name_th, name_en in Designation.objects.filter(local_government_id__in=governments).values_list(
        "local_government_id", "name_th", "name_en"
    ):
        for pk in by_government[body_id]:
            names[pk] += names_of_body(name_th, name_en)
    people = Membership.objects.filter(participant_id__in=rows).values_list(
        "participant_id", "user__name_th", "user__name_en"
    )
    for pk, name_th, name_en in people:
        names[pk] += names_of_person(name_th, name_en)
    for pk, row in rows.items():
        province = row.local_government.province
        names[pk] += names_of_person(row.signatory_as_printed)
        names[pk] += [province.name_th, province.name_en, row.local_government.email, row.local_government.phone]
    return {
        pk: Body(
            pk=pk,
            name_th=row.name_th,
            name_en=row.name_en,
            kind=row.designation.kind,
            province_th=row.local_government.province.name_th,
            province_en=row.local_government.province.name_en,
            region=row.local_government.province.region,
            words=tuple(dict.fromkeys(word for word in names[pk] if word)),
        )
        for pk, row in rows.items()
    }


def _topic(pathway: Pathway | None) -> Topic | None:
    return Topic(pathway.number, pathway.title_th, pathway.title_en) if pathway is not None else None


def _quote(excerpt: Excerpt, known: dict[int, Body], link: LessonEvidence | None = None) -> QuoteFacts:
    source = excerpt.source
    return QuoteFacts(
        pk=excerpt.pk,
        text=excerpt.text,
        consent=excerpt.consent,
        stance=link.stance if link else "supports",
        note=link.note if link else "",
        body=known.get(source.participant_id or 0),
        pathway=_topic(source.pathway),
        source=source.title,
        dated_on=source.dated_on.isoformat() if source.dated_on else "",
    )


def facts_of_quotes(excerpts: Iterable[Excerpt]) -> dict[int, QuoteFacts]:
    """Facts of passages by primary key. The passages bring their sources' names (``with_names``)."""
    rows = list(excerpts)
    known = bodies(row.source.participant for row in rows if row.source.participant is not None)
    return {row.pk: _quote(row, known) for row in rows}


def facts_of(lessons: Iterable[Lesson], *, quotes: bool = True) -> dict[int, LessonFacts]:
    """Facts of lessons by primary key, in their order. The lessons bring their names (``with_names``).

    ``quotes=False`` leaves the evidence out, for lists.
    """
    rows = list(lessons)
    ids = [row.pk for row in rows]
    links: dict[int, list[LessonEvidence]] = defaultdict(list)
    participants = {row.participant_id: row.participant for row in rows}
    if quotes and ids:
        evidence = LessonEvidence.objects.filter(lesson_id__in=ids).prefetch_related(
            Prefetch("excerpt", Excerpt.objects.with_names())
        )
        for link in evidence:
            links[link.lesson_id].append(link)
            if link.excerpt.source.participant is not None:
                participants.setdefault(link.excerpt.source.participant_id, link.excerpt.source.participant)  # type: ignore[arg-type]  # not None, as asked
    themes: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    for given in LessonTheme.objects.filter(lesson_id__in=ids).select_related("theme"):
        themes[given.lesson_id].append((given.theme_id, given.theme.name_th, given.theme.name_en))
    known = bodies(participants.values())
    return {row.pk: _facts(row, known, links[row.pk], themes[row.pk]) for row in rows}


def _facts(row: Lesson, known: dict[int, Body], links: list[LessonEvidence], themes: list[Any]) -> LessonFacts:
    words = row.words
    return LessonFacts(
        pk=row.pk,
        code=row.public_code,
        state=row.state,
        consent=row.consent,
        words={name: getattr(words, name) for name in WORDS},
        body=known[row.participant_id],
        pathway=_topic(row.pathway),
        dimension=row.dimension,
        period_th=row.period.name_th if row.period else "",
        period_en=row.period.name_en if row.period else "",
        addressee=row.addressee,
        confidence=row.confidence,
        confidence_note=row.confidence_note,
        published_on=timezone.localdate(row.published_at).isoformat() if row.published_at else "",
        updated_at=row.updated_at.isoformat(),
        hidden=tuple(str(word) for word in row.hidden_words),
        themes=tuple(themes),
        quotes=tuple(_quote(link.excerpt, known, link) for link in links),
    )


def mark() -> str:
    """What stands where a word was masked, in the reader's language."""
    return _("[withheld]")


def shown(facts: LessonFacts, audience: Audience) -> Shown | None:
    """:func:`consent.shown` with the portal's own mark."""
    return consent.shown(facts, audience, mark=mark())


def shown_outside(lessons: Iterable[Lesson], *, quotes: bool = True) -> list[Shown]:
    """What everybody may see of some lessons, in their order; those of which nothing may be seen are left out."""
    found = (shown(facts, Audience.OUTSIDE) for facts in facts_of(lessons, quotes=quotes).values())
    return [one for one in found if one is not None]
