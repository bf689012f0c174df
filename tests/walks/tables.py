"""Reads the two reviewed tables of who may do what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.world import ACTORS

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Line:
    """What each kind of person gets for a method on a row of a page; see the table's head for ``row`` and ``data``."""

    name: str
    method: str
    row: str
    data: str
    words: dict[str, str]


def access_table() -> list[Line]:
    """The pages of the portal. Raises ``ValueError`` for a line that is not understood."""
    found, name = [], ""
    for number, line in _lines("access_table.txt"):
        if not line.startswith(" "):
            name = line.strip()
            continue
        method, target, *words = line.replace("|", " ").split()
        if len(words) == 1:
            words *= len(ACTORS)
        elif len(words) == 2:
            words = [words[0], *words[1:] * (len(ACTORS) - 1)]
        if method not in ("GET", "POST") or len(words) != len(ACTORS):
            raise ValueError(f"access_table.txt, line {number}: {line.strip()}")
        row, _mark, data = target.partition(";")
        found.append(Line(name, method, row, data, dict(zip(ACTORS, words, strict=True))))
    return found


@dataclass(frozen=True)
class AdminRights:
    """What the groups may do with a model in the admin site: rights by actor, and who may run which action."""

    rights: dict[str, frozenset[str]]
    actions: dict[str, frozenset[str]]


#: Order of the columns in admin_table.txt; nobody else enters the admin site.
STAFF = ("finance", "programme", "administrator")
LETTERS = {"v": "view", "a": "add", "c": "change", "d": "delete", "i": "import", "x": "export", "-": ""}


def admin_table() -> dict[str, AdminRights]:
    """The models of the admin site. Raises ``ValueError`` for a line that is not understood."""
    found: dict[str, AdminRights] = {}
    for number, line in _lines("admin_table.txt"):
        words = line.split()
        if not line.startswith(" "):
            label, *columns = words
            if len(columns) != len(STAFF) or any(set(column) - set(LETTERS) for column in columns):
                raise ValueError(f"admin_table.txt, line {number}: {line}")
            rights = {
                actor: frozenset(LETTERS[letter] for letter in column) - {""}
                for actor, column in zip(STAFF, columns, strict=True)
            }
            found[label] = AdminRights(rights, {})
        else:
            action, *actors = words
            if set(actors) - set(STAFF):
                raise ValueError(f"admin_table.txt, line {number}: {line}")
            found[label].actions[action] = frozenset(actors)
    return found


def _lines(name: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate((HERE / name).read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield number, line
