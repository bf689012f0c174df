"""Who bears an expense, and under which clause: clause 2.2 (4) read as a table.

The table is data: a :class:`RuleSet` has a code and a version, turns into plain JSON values and
back, and so can be stored with the agreement it belongs to. A ruling keeps the code and version it
was made under. Where the memorandum is silent the answer is ``undecided``; nothing here guesses.

Pure: no Django, no database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, TypeVar

from expenses.cost_facts import (
    VOCABULARY,
    Activity,
    ArrangedBy,
    Category,
    CostFacts,
    FactsError,
    Problem,
    RefusalError,
    Venue,
    WhoseCost,
    possible_facts,
    read_facts,
    unknown_value,
)

__all__ = [
    "CLAUSE_4_1",
    "CLAUSE_4_2",
    "Activity",
    "ArrangedBy",
    "Category",
    "CostFacts",
    "FactsError",
    "Payer",
    "Problem",
    "Resolution",
    "Rule",
    "RuleSet",
    "RuleSetError",
    "Venue",
    "WhoseCost",
    "possible_facts",
    "read_facts",
    "resolve",
    "short_clause",
]


class Payer(StrEnum):
    """Who bears the cost; ``undecided`` where the memorandum is silent."""

    INSTITUTE = "institute"
    LOCAL_GOVERNMENT = "local_government"
    UNDECIDED = "undecided"


#: Clause numbers as the portal keeps them; people and the dry run's CSV say "4.1" and "4.2".
CLAUSE_4_1 = "2.2(4)4.1"
CLAUSE_4_2 = "2.2(4)4.2"

#: How a condition that admits every value is written in stored rules.
ANY = "any"

_Choice = TypeVar("_Choice", bound=StrEnum)


class RuleSetError(RefusalError):
    """A rule table is malformed, incomplete or holds a row that can never apply."""


@dataclass(frozen=True)
class Rule:
    """One row of the table: conditions (a set of values, or None for any) and the answer.

    ``clause`` is empty exactly when the payer is undecided. The reasons are data of the agreement,
    in both languages, printed on statements beside the ruling.
    """

    number: int
    activity: frozenset[Activity] | None
    venue: frozenset[Venue] | None
    arranged_by: frozenset[ArrangedBy] | None
    whose_cost: frozenset[WhoseCost] | None
    category: frozenset[Category] | None
    payer: Payer
    clause: str
    reason_th: str
    reason_en: str

    def applies_to(self, facts: CostFacts) -> bool:
        """Whether every condition of the row admits the facts."""
        return all(condition is None or getattr(facts, name) in condition for name, condition in _conditions(self))


@dataclass(frozen=True)
class RuleSet:
    """An agreement's whole rule, in a version. The first row that applies decides.

    The last row is the memorandum's silence: it admits everything and answers ``undecided``, so
    that every possible line has exactly one answer.

    Raises:
        RuleSetError: rows out of sequence, a decided row without a clause, a missing reason, no
            silent last row, or a row that can never apply.
    """

    code: str
    version: int
    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        problems = _ruleset_problems(self)
        if problems:
            raise RuleSetError(problems)

    def to_mapping(self) -> dict[str, Any]:
        """The rule set as JSON values; :meth:`from_mapping` gives an equal one back."""
        return {
            "code": self.code,
            "version": self.version,
            "rules": [_rule_to_mapping(rule) for rule in self.rules],
        }

    @classmethod
    def from_mapping(cls, data: object) -> RuleSet:
        """Read a stored rule set.

        Raises:
            RuleSetError: every missing, unknown or ill-typed entry, with its path.
        """
        return _ruleset_from_mapping(data)


@dataclass(frozen=True)
class Resolution:
    """Who pays, why, and everything the answer was decided on."""

    payer: Payer
    clause: str
    rule_number: int
    reason_th: str
    reason_en: str
    facts: CostFacts
    ruleset_code: str
    ruleset_version: int


def _conditions(rule: Rule) -> list[tuple[str, frozenset[StrEnum] | None]]:
    return [(name, getattr(rule, name)) for name in VOCABULARY]


def _ruleset_problems(rules: RuleSet) -> list[Problem]:
    problems = []
    if not rules.code.strip():
        problems.append(Problem("missing", "code", {}))
    if rules.version < 1:
        problems.append(Problem("not_positive", "version", {"value": str(rules.version)}))
    for place, rule in enumerate(rules.rules):
        problems += _row_problems(rule, place)
    if not rules.rules or not _is_silence(rules.rules[-1]):
        problems.append(Problem("no_silent_last_row", "rules", {}))
    reached = {next((row.number for row in rules.rules if row.applies_to(facts)), None) for facts in possible_facts()}
    for place, rule in enumerate(rules.rules[:-1]):
        if rule.number not in reached:
            problems.append(Problem("never_applies", f"rules[{place}]", {}))
    return problems


def _row_problems(rule: Rule, place: int) -> list[Problem]:
    path = f"rules[{place}]"
    problems = [
        Problem("missing", f"{path}.{name}", {})
        for name in ("reason_th", "reason_en")
        if not getattr(rule, name).strip()
    ]
    if rule.number != place + 1:
        params = {"value": str(rule.number), "expected": str(place + 1)}
        problems.append(Problem("out_of_sequence", f"{path}.number", params))
    if rule.payer is Payer.UNDECIDED and rule.clause:
        problems.append(Problem("clause_not_allowed", f"{path}.clause", {"value": rule.clause}))
    if rule.payer is not Payer.UNDECIDED and not rule.clause.strip():
        problems.append(Problem("missing", f"{path}.clause", {}))
    return problems


def _is_silence(rule: Rule) -> bool:
    everything = all(condition is None for _, condition in _conditions(rule))
    return everything and rule.payer is Payer.UNDECIDED


def _rule_to_mapping(rule: Rule) -> dict[str, Any]:
    mapping: dict[str, Any] = {entry.name: getattr(rule, entry.name) for entry in fields(Rule)}
    mapping["payer"] = rule.payer.value
    for name, condition in _conditions(rule):
        # Written in the vocabulary's order, so that equal rules make equal text.
        kind = VOCABULARY[name]
        mapping[name] = ANY if condition is None else [v.value for v in kind if v in condition]
    return mapping


def _entries(
    data: object, expected: Mapping[str, type], problems: list[Problem], path: str = ""
) -> dict[str, Any] | None:
    """The object's entries if all are there, none is unknown and each has its type."""
    if not isinstance(data, Mapping):
        problems.append(Problem("wrong_type", path or "rule set", {"expected": "object"}))
        return None
    before = len(problems)
    prefix = f"{path}." if path else ""
    unknown = [name for name in data if name not in expected]
    problems.extend(Problem("unknown_entry", f"{prefix}{name}", {}) for name in unknown)
    for name, kind in expected.items():
        if name not in data:
            problems.append(Problem("missing", f"{prefix}{name}", {}))
        # Exact type: True is an int to Python but not a version number to a person.
        elif kind is not object and type(data[name]) is not kind:
            wanted = {int: "number", str: "text", list: "list"}[kind]
            problems.append(Problem("wrong_type", f"{prefix}{name}", {"expected": wanted}))
    return dict(data) if len(problems) == before else None


def _ruleset_from_mapping(data: object) -> RuleSet:
    problems: list[Problem] = []
    read = _entries(data, {"code": str, "version": int, "rules": list}, problems)
    if read is None:
        raise RuleSetError(problems)
    rules = [_rule_from_mapping(row, f"rules[{place}]", problems) for place, row in enumerate(read["rules"])]
    if problems:
        raise RuleSetError(problems)
    return RuleSet(read["code"], read["version"], tuple(rule for rule in rules if rule))


def _rule_from_mapping(data: object, path: str, problems: list[Problem]) -> Rule | None:
    expected: dict[str, type] = {"number": int}
    expected |= dict.fromkeys(VOCABULARY, object)
    expected |= dict.fromkeys(("payer", "clause", "reason_th", "reason_en"), str)
    read = _entries(data, expected, problems, path)
    if read is None:
        return None
    before = len(problems)
    for name, kind in VOCABULARY.items():
        read[name] = _condition(read[name], f"{path}.{name}", kind, problems)
    if read["payer"] not in list(Payer):
        problems.append(unknown_value(f"{path}.payer", read["payer"], Payer))
    if len(problems) > before:
        return None
    return Rule(**read | {"payer": Payer(read["payer"])})


def _condition(data: object, path: str, kind: type[_Choice], problems: list[Problem]) -> frozenset[_Choice] | None:
    if data == ANY:
        return None
    if not isinstance(data, list) or not data:
        problems.append(Problem("wrong_type", path, {"expected": f"{ANY}, list"}))
        return None
    unknown = [value for value in data if not isinstance(value, str) or value not in list(kind)]
    if unknown:
        problems.extend(unknown_value(path, value, kind) for value in unknown)
        return None
    return frozenset(kind(value) for value in data)


def resolve(facts: CostFacts, rules: RuleSet) -> Resolution:
    """Who bears a cost with these facts under these rules: the first row that applies.

    Always answers: a rule set ends with the memorandum's silence, ``undecided`` without a clause.
    """
    rule = next(row for row in rules.rules if row.applies_to(facts))
    return Resolution(
        payer=rule.payer,
        clause=rule.clause,
        rule_number=rule.number,
        reason_th=rule.reason_th,
        reason_en=rule.reason_en,
        facts=facts,
        ruleset_code=rules.code,
        ruleset_version=rules.version,
    )


def short_clause(clause: str) -> str:
    """A cost clause as people call it: ``4.1`` for ``2.2(4)4.1``; empty stays empty."""
    return clause.rpartition(")")[2]
