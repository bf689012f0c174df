"""An amendment as an editable copy of the agreement: what it changes, and how it is merged back. Pure.

A copy is a plain dictionary: ``fields`` by name (days as ISO text, ``None`` for none) and ``clauses`` by number, each a
dictionary of its own columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

#: What an amendment may change in the agreement itself, and in each clause.
FIELDS = (
    "title_th",
    "title_en",
    "short_title_th",
    "short_title_en",
    "starts_on",
    "ends_on",
)
CLAUSE_FIELDS = ("label_th", "label_en", "title_th", "title_en", "obliged", "order")

Copy = Mapping[str, Any]
Kind = Literal["changed", "added", "removed"]


@dataclass(frozen=True)
class Change:
    """One difference between the agreement as it was copied and the copy.

    ``clause`` is its number, or empty for a field of the agreement; ``before`` and ``after`` are the values. ``now`` is
    what the agreement says today; it is in ``conflict`` when somebody changed it meanwhile to something else.
    """

    clause: str
    field: str
    kind: Kind
    before: Any
    after: Any
    now: Any

    @property
    def conflict(self) -> bool:
        """Whether the agreement was changed since the copy was taken, and not to what the copy says."""
        return bool(self.now != self.before and self.now != self.after)


def changes(base: Copy, proposed: Copy, current: Copy) -> list[Change]:
    """What ``proposed`` changes against ``base``, fields first, then clauses in the order of their numbers.

    A field that the copy left alone is not among them, whatever became of it in ``current``.
    """
    return [*_field_changes(base, proposed, current), *_clause_changes(base, proposed, current)]


def _field_changes(base: Copy, proposed: Copy, current: Copy) -> Iterator[Change]:
    for name in FIELDS:
        before, after = base["fields"].get(name), proposed["fields"].get(name)
        if before != after:
            yield Change("", name, "changed", before, after, current["fields"].get(name))


def _clause_changes(base: Copy, proposed: Copy, current: Copy) -> Iterator[Change]:
    for number in sorted({*base["clauses"], *proposed["clauses"]}):
        before, after = base["clauses"].get(number), proposed["clauses"].get(number)
        now = current["clauses"].get(number)
        if before is None:
            yield Change(number, "", "added", None, after, now)
        elif after is None:
            yield Change(number, "", "removed", before, None, now)
        else:
            for name in CLAUSE_FIELDS:
                if before.get(name) != after.get(name):
                    present = (now or {}).get(name)
                    yield Change(number, name, "changed", before.get(name), after.get(name), present)


def merged(base: Copy, proposed: Copy, current: Copy) -> dict[str, Any]:
    """The agreement as it is once the copy is merged: today's values with what the copy changed.

    Raises ``ValueError`` when a change is in conflict.
    """
    result: dict[str, Any] = {
        "fields": dict(current["fields"]),
        "clauses": {number: dict(one) for number, one in current["clauses"].items()},
    }
    for change in changes(base, proposed, current):
        if change.conflict:
            raise ValueError(change.field or change.clause)
        if not change.clause:
            result["fields"][change.field] = change.after
        elif change.kind == "removed":
            result["clauses"].pop(change.clause, None)
        elif change.kind == "added":
            result["clauses"][change.clause] = dict(change.after)
        else:
            result["clauses"][change.clause][change.field] = change.after
    return result
