"""What decides who pays an expense: its facts, in a closed vocabulary.

Impossible facts (a seminar arranged by someone, a visit with a venue) cannot be built.

Pure: no Django, no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Any


class Activity(StrEnum):
    """What the money was spent on: a workshop seminar or a field visit."""

    SEMINAR = "seminar"
    FIELD_VISIT = "field_visit"


class Venue(StrEnum):
    """Where a seminar was held; a field visit has no venue."""

    INSTITUTE = "institute"
    ELSEWHERE = "elsewhere"


class ArrangedBy(StrEnum):
    """Within the institute's schedule, or at a local government's wish beyond it; visits only."""

    INSTITUTE = "institute"
    LOCAL_GOVERNMENT = "local_government"


class WhoseCost(StrEnum):
    """Running the activity itself, the LGO's own people, or the project's advisers/researchers."""

    EVENT = "event"
    DELEGATES = "delegates"
    ADVISERS = "advisers"


class Category(StrEnum):
    """What was bought. Meals served at a seminar are an ``event`` cost whoever eats them."""

    HONORARIUM = "honorarium"
    MEALS = "meals"
    TRAVEL = "travel"
    LODGING = "lodging"
    MATERIALS = "materials"
    VENUE_HIRE = "venue_hire"
    OTHER = "other"


@dataclass(frozen=True)
class Problem:
    """One thing wrong: ``code`` and ``params`` make the sentence, ``where`` names the place.

    ``where`` is a field name for facts and a path such as ``rules[2].payer`` for stored rules.
    """

    code: str
    where: str
    params: Mapping[str, str]

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.where}: {self.code} ({details})" if details else f"{self.where}: {self.code}"


class RefusalError(ValueError):
    """A refusal that names everything wrong at once, in ``problems``."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))


class FactsError(RefusalError):
    """The facts of an expense are incomplete, unknown or impossible together."""


@dataclass(frozen=True)
class CostFacts:
    """What decides the payer of an expense. Impossible combinations cannot be built.

    A seminar has a ``venue`` and no ``arranged_by``; a field visit the reverse.

    Raises:
        FactsError: ``unknown_value``, ``required`` or ``not_allowed``, each with its field.
    """

    activity: Activity
    venue: Venue | None
    arranged_by: ArrangedBy | None
    whose_cost: WhoseCost
    category: Category

    def __post_init__(self) -> None:
        problems = _facts_problems(self)
        if problems:
            raise FactsError(problems)


#: The vocabulary of each fact, in the order the facts are written.
VOCABULARY: Mapping[str, type[StrEnum]] = {
    "activity": Activity,
    "venue": Venue,
    "arranged_by": ArrangedBy,
    "whose_cost": WhoseCost,
    "category": Category,
}


def combination_problems(activity: Activity, *, has_venue: bool, has_arranged_by: bool) -> list[Problem]:
    """Whether venue and arranging party fit the activity; every misfit is named."""
    seminar = activity is Activity.SEMINAR
    problems = []
    for where, present, wanted in (
        ("venue", has_venue, seminar),
        ("arranged_by", has_arranged_by, not seminar),
    ):
        if wanted and not present:
            problems.append(Problem("required", where, {"activity": activity.value}))
        elif present and not wanted:
            problems.append(Problem("not_allowed", where, {"activity": activity.value}))
    return problems


def read_facts(raw: Mapping[str, str]) -> CostFacts:
    """Facts from written values (a CSV row, a model's fields); blank means not given.

    Raises:
        FactsError: names every field that is missing, unknown or impossible, not only the first.
    """
    read: dict[str, Any] = {}
    problems = []
    for name, kind in VOCABULARY.items():
        value = raw[name].strip()
        read[name] = None
        if value in list(kind):
            read[name] = kind(value)
        elif value:
            problems.append(unknown_value(name, value, kind))
        elif name not in ("venue", "arranged_by"):
            problems.append(Problem("missing", name, {}))
    if read["activity"] is not None:
        problems += combination_problems(
            read["activity"],
            has_venue=bool(raw["venue"].strip()),
            has_arranged_by=bool(raw["arranged_by"].strip()),
        )
    if problems:
        raise FactsError(problems)
    return CostFacts(**read)


def possible_facts() -> Iterator[CostFacts]:
    """Every combination that can occur, in the order of the vocabularies: 42 + 42."""
    for whose_cost, category in product(WhoseCost, Category):
        for venue in Venue:
            yield CostFacts(Activity.SEMINAR, venue, None, whose_cost, category)
        for arranged_by in ArrangedBy:
            yield CostFacts(Activity.FIELD_VISIT, None, arranged_by, whose_cost, category)


def unknown_value(where: str, value: object, kind: type[StrEnum]) -> Problem:
    """A value that is not in its vocabulary, with the values that are."""
    return Problem("unknown_value", where, {"value": str(value), "allowed": ", ".join(kind)})


def _facts_problems(facts: CostFacts) -> list[Problem]:
    problems = []
    for name, kind in VOCABULARY.items():
        value = getattr(facts, name)
        optional = name in ("venue", "arranged_by")
        if not isinstance(value, kind) and not (optional and value is None):
            problems.append(unknown_value(name, value, kind))
    return problems or combination_problems(
        facts.activity,
        has_venue=facts.venue is not None,
        has_arranged_by=facts.arranged_by is not None,
    )
