"""Which lessons go into a file: those of a filter or of a basket, as the outside sees them; and what stays behind."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from mou_portal.thai.words import sort_key
from participants.models import Agreement
from pathways.lessons import library
from pathways.lessons.consent import Shown
from pathways.lessons.facts import shown_outside
from pathways.lessons.models import PUBLIC, Consent, Lesson, LessonState, inside_of

#: So many lessons are read at once.
CHUNK = 500
#: Lessons without a pathway that may be told come behind all others.
_LAST = 10_000


@dataclass(frozen=True)
class Selection:
    """A filter in the library's own words (``q=…&theme=…``), or lessons by primary key."""

    query: str = ""
    lessons: tuple[int, ...] | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain data, for an export's row."""
        return {"query": self.query} if self.lessons is None else {"lessons": list(self.lessons)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Selection:
        """The selection again."""
        if "lessons" in data:
            return cls(lessons=tuple(data["lessons"]))
        return cls(query=str(data.get("query", "")))

    @property
    def search(self) -> library.Search:
        """The filter; everything where there is none."""
        return library.asked(QueryDict(self.query))


def rows_of(agreement: Agreement, selection: Selection, *, user: Any = None) -> QuerySet[Lesson]:
    """The lessons that the outside (or the person) may read in some way, without names."""
    if selection.lessons is None:
        return library.matching(agreement, selection.search, user=user)
    readable = PUBLIC if user is None else PUBLIC | inside_of(user)
    return Lesson.objects.filter(readable, agreement=agreement, pk__in=selection.lessons)


def shown_of(agreement: Agreement, selection: Selection) -> list[Shown]:
    """What leaves the portal, as consented: by pathway, then in dictionary order of the titles.

    Neither keys nor days decide the order, for neighbours in time could tell whose an anonymous lesson is.
    """
    ids = list(rows_of(agreement, selection).order_by("public_code").values_list("pk", flat=True))
    terms = selection.search.terms if selection.lessons is None else []
    found: list[Shown] = []
    for start in range(0, len(ids), CHUNK):
        rows = Lesson.objects.filter(pk__in=ids[start : start + CHUNK]).with_names()
        found += [one for one in shown_outside(rows) if not terms or library.holds(one, terms)]
    return sorted(found, key=lambda one: (one.pathway.number if one.pathway else _LAST, sort_key(one.title), one.code))


def fingerprint(lessons: list[Shown]) -> str:
    """Tells whether anything of what is shown has changed, consents above all. Compare within one language only."""
    plain = [asdict(one) | {"updated_at": ""} for one in sorted(lessons, key=lambda one: one.code)]
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class LeftOut:
    """So many lessons that the person reads and that do not leave, and why, in words."""

    number: int
    why: str


def left_out(agreement: Agreement, selection: Selection, user: Any) -> list[LeftOut]:
    """What the person chose and reads inside, and what no file will hold. One query."""
    inside = rows_of(agreement, selection, user=user).filter(inside_of(user)).exclude(PUBLIC)
    counts: Counter[str] = Counter()
    for state, consent in inside.order_by().values_list("state", "consent"):
        counts[_why(state, consent)] += 1
    return [LeftOut(number, why) for why, number in counts.most_common()]


def _why(state: str, consent: str) -> str:
    if state == LessonState.WITHDRAWN:
        return _("withdrawn")
    if consent == Consent.REFUSED:
        return _("the organisation does not want it shown outside")
    if state == LessonState.PUBLISHED:
        return _("published, but the organisation has not decided how it may be shown")
    return _("not published yet")
