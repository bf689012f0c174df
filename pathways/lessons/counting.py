"""Which lessons and passages stand where in the matrix of comparison, in one query however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mou_portal.thai.localized import localized
from participants.models import Agreement, GovernmentKind
from pathways.lessons.consent import NAMED, PATHWAY, SHOWN
from pathways.lessons.library import regions
from pathways.lessons.matrix import ANY, Every, Grid, Key, Mark, grid
from pathways.lessons.models import Codebook, Coding, Excerpt, Lesson, LessonState, LessonTheme, Theme, ThemeState
from pathways.lessons.services import in_tree_order

#: What can stand in the rows, and what is counted.
BY, WHAT = ("participant", "pathway"), ("lessons", "passages")
#: The row of what consent does not let be placed; no row of the database has this key.
NOT_TOLD = 0
JUDGED = (LessonState.VALIDATED, LessonState.PUBLISHED)


@dataclass(frozen=True)
class Question:
    """What a reader compares: rows by organisation or pathway, lessons or passages, of one codebook or of all, and of
    which organisations (their kind and region) and reporting period."""

    by: str = BY[0]
    what: str = WHAT[0]
    judged: bool = False
    codebook: int | None = None
    kind: str = ""
    region: str = ""
    period: int | None = None

    def as_query(self) -> dict[str, str]:
        """The question as it stands in an address."""
        found = {"by": self.by, "what": self.what}
        if self.judged:
            found["judged"] = "1"
        if self.codebook is not None:
            found["codebook"] = str(self.codebook)
        if self.period is not None:
            found["period"] = str(self.period)
        return found | {key: word for key, word in (("kind", self.kind), ("region", self.region)) if word}

    @property
    def of_some_bodies(self) -> bool:
        """Whether it asks about organisations of one kind or region: who counts then tells something of whose it is."""
        return bool(self.kind or self.region)

    def of_bodies(self, way: str = "") -> dict[str, str]:
        """The condition on organisations, for rows that reach theirs by ``way``."""
        asked = {f"{way}designation__kind": self.kind, f"{way}local_government__province__region": self.region}
        return {path: word for path, word in asked.items() if word}

    def of_rows(self, way: str = "") -> dict[str, Any]:
        """The condition on what is counted, for rows that reach their organisation and period by ``way``."""
        period = {} if self.period is None else {f"{way}period_id": self.period}
        return {**self.of_bodies(f"{way}participant__"), **period}


def asked(get: Mapping[str, str]) -> Question:
    """Read a page's query; what makes no sense is left out."""
    by, what, kind, region = (get.get(key, "") for key in ("by", "what", "kind", "region"))
    return Question(
        by if by in BY else BY[0],
        what if what in WHAT else WHAT[0],
        get.get("judged") == "1",
        number(get.get("codebook", "")),
        kind if kind in GovernmentKind.values else "",
        region if region in dict(regions()) else "",
        number(get.get("period", "")),
    )


def number(text: str) -> int | None:
    """A key from an address; ``None`` when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def place(text: str) -> Key | Every:
    """A row or column from an address: its key, ``none``, or nothing for all of them."""
    if text == "none":
        return None
    found = number(text)
    return ANY if found is None else found


def as_word(key: Key | Every) -> str:
    """A row or column as it stands in an address; the inverse of :func:`place`."""
    if key is ANY:
        return ""
    return "none" if key is None else str(key)


# --- rows and columns -----------------------------------------------------------------------
def row_names(agreement: Agreement, question: Question) -> dict[int, str]:
    """The rows in their order, each with its name."""
    if question.by == "pathway":
        return {one.pk: f"{one.number}) {localized(one)}" for one in agreement.pathways.order_by("number", "pk")}
    return {one.pk: str(one) for one in agreement.participants.with_names().filter(**question.of_bodies())}


def narrowing(agreement: Agreement) -> dict[str, list[tuple[str, str]]]:
    """By what the organisations and lessons of an agreement can be narrowed: each word with its name."""
    bodies = agreement.participants.values_list("designation__kind", "local_government__province__region")
    kinds, places = (set(column) for column in zip(*bodies, strict=True)) if bodies else (set(), set())
    return {
        "kind": [(value, str(label)) for value, label in GovernmentKind.choices if value in kinds],
        "region": [(value, str(label)) for value, label in regions() if value in places],
        "period": [(str(one.pk), str(one)) for one in agreement.reporting_periods.all()],
    }


def themes_of(agreement: Agreement, codebook: int | None = None) -> list[tuple[Theme, int]]:
    """The themes of the agreement (of one codebook) in the order of their trees, with their depth."""
    rows = Theme.objects.filter(codebook__agreement=agreement).exclude(state=ThemeState.MERGED)
    if codebook is not None:
        rows = rows.filter(codebook_id=codebook)
    books: dict[int, list[Theme]] = {}
    for theme in rows.order_by("codebook", "order", "pk"):
        books.setdefault(theme.codebook_id, []).append(theme)
    return [pair for themes in books.values() for pair in in_tree_order(themes)]


def codebooks_of(agreement: Agreement) -> list[Codebook]:
    """The codebooks of the agreement."""
    return list(Codebook.objects.filter(agreement=agreement).order_by("pk"))


# --- what stands where ----------------------------------------------------------------------
def lessons_asked(agreement: Agreement, user: Any, question: Question) -> QuerySet[Lesson]:
    """The lessons that are counted: all that the person reads inside but withdrawn ones, or the judged ones alone."""
    rows = Lesson.objects.visible_to(user).filter(agreement=agreement, **question.of_rows())
    return rows.filter(state__in=JUDGED) if question.judged else rows.exclude(state=LessonState.WITHDRAWN)


def passages_asked(agreement: Agreement, user: Any, question: Question) -> QuerySet[Excerpt]:
    """The passages that are counted."""
    return Excerpt.objects.visible_to(user).filter(source__agreement=agreement, **question.of_rows("source__"))


def _marks(
    rows: Iterable[tuple[int, int | None, int | None]], themes: frozenset[int], *, of_one_codebook: bool
) -> list[Mark]:
    """Marks of (thing, row, theme); a theme that is no column counts as none, and is left out where one codebook is
    looked at and the thing has another of its themes."""
    kept, bare = [], {}
    for thing, row, theme in rows:
        if theme in themes:
            kept.append(Mark(thing, row, theme))
        else:
            bare[thing] = row
    marked = {mark.thing for mark in kept}
    if of_one_codebook:
        return kept
    return [*kept, *(Mark(thing, row, None) for thing, row in bare.items() if thing not in marked)]


def matrix(
    agreement: Agreement, user: Any, question: Question, row: Key | Every = ANY, theme: Key | Every = ANY
) -> tuple[Grid, dict[int, str], list[tuple[Theme, int]]]:
    """The matrix as the person reads it inside, the names of its rows, and its themes with their depth.

    With a row or a theme only what stands there is read, and the other cells stay empty.
    """
    if question.what == "passages":
        column = "source__participant_id" if question.by == "participant" else "source__pathway_id"
        told = passages_asked(agreement, user, question)
        links, of_theme = "codings__theme_id", Coding.objects.values_list("excerpt_id", flat=True)
    else:
        column = "participant_id" if question.by == "participant" else "pathway_id"
        told = lessons_asked(agreement, user, question)  # type: ignore[assignment]  # of another model
        links, of_theme = "theme_links__theme_id", LessonTheme.objects.values_list("lesson_id", flat=True)  # type: ignore[assignment]  # as above
    if row is not ANY:
        told = told.filter(**{column: row})
    if isinstance(theme, int):
        told = told.filter(pk__in=of_theme.filter(theme_id=theme))
    rows = told.order_by().values_list("pk", column, links)
    return _grid(agreement, question, list(rows))


def consented_matrix(agreement: Agreement, question: Question) -> tuple[Grid, dict[int, str], list[tuple[Theme, int]]]:
    """The matrix as it may leave the portal: what is published or consented to alone, and under a row only where its
    consent says so; the rest stands in a row that tells nothing. Of organisations of one kind or region only what is
    consented to with their name counts."""
    tells = (NAMED,) if question.by == "participant" else (NAMED, PATHWAY)
    consents = (NAMED,) if question.of_some_bodies else SHOWN
    if question.what == "passages":
        column = "source__participant_id" if question.by == "participant" else "source__pathway_id"
        rows = Excerpt.objects.filter(source__agreement=agreement, consent__in=consents, **question.of_rows("source__"))
        read = rows.order_by().values_list("pk", column, "codings__theme_id", "consent")
    else:
        column = "participant_id" if question.by == "participant" else "pathway_id"
        public = Lesson.objects.public().filter(agreement=agreement, consent__in=consents, **question.of_rows())
        read = public.order_by().values_list("pk", column, "theme_links__theme_id", "consent")  # type: ignore[assignment]  # as above
    told = [(thing, row if consent in tells else NOT_TOLD, theme) for thing, row, theme, consent in read]
    return _grid(agreement, question, told)


def _grid(
    agreement: Agreement, question: Question, rows: list[tuple[int, int | None, int | None]]
) -> tuple[Grid, dict[int, str], list[tuple[Theme, int]]]:
    names = row_names(agreement, question)
    themes = themes_of(agreement, question.codebook)
    known = frozenset(theme.pk for theme, _depth in themes)
    marks = _marks(rows, known, of_one_codebook=question.codebook is not None)
    used = {mark.column for mark in marks}
    shown = [pair for pair in themes if pair[0].state == ThemeState.ACTIVE or pair[0].pk in used]
    names[NOT_TOLD] = _("not told, as consented")
    return (
        grid(marks, [pk for pk in names if pk != NOT_TOLD], [theme.pk for theme, _depth in shown]),
        names,
        shown,
    )
