"""What a workbook is made of, and what its parts are called."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

SALT: Final = "pathways.workbook"
SLIP: Final = "_portal"
SLIP_VERSION: Final = 1
#: A cell holds 32,767 characters; the slip of many rows takes several.
SLIP_CHUNK: Final = 30_000
#: More open reports than this do not go into one workbook; filter them first.
MOST_ROWS: Final = 5_000
#: Technical names, then headings; rows of data follow.
HEAD_ROWS: Final = 2


@dataclass(frozen=True)
class Column:
    """A column. ``kind``: key (hidden), shown (locked), or to be filled in: text, percent, number, date, yesno."""

    name: str
    title: str
    kind: str
    width: int = 18
    longest: int = 0

    @property
    def editable(self) -> bool:
        """Whether a person fills it in."""
        return self.kind not in ("key", "shown")


@dataclass(frozen=True)
class Row:
    """A row: the numbers that identify it, what it shows, and the columns that cannot be filled in for it."""

    keys: tuple[int, ...]
    values: Mapping[str, Any]
    closed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sheet:
    """A sheet: technical name, what its tab says, columns (keys first), and rows. Not required: left out when empty."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row] = ()
    required: bool = True


@dataclass(frozen=True)
class Slip:
    """What a workbook says about itself, signed: whose, of which agreement, from when, and each row's digest by key."""

    user_id: int
    agreement_id: int
    made_at: str
    rows: dict[str, dict[str, str]]


@dataclass
class ReadRow:
    """A row that came back: values by column, their cells (``F4``) and headings, and what cannot be taken."""

    sheet: str
    line: int
    keys: tuple[int, ...]
    values: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    changed: bool = True


def row_key(keys: Sequence[int]) -> str:
    """A row's keys in one word, as the slip names it."""
    return "-".join(str(key) for key in keys)


def plain(value: Any) -> Any:
    """A value as it compares: texts without what Excel does to line ends, dates as words."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if isinstance(value, Decimal):
        return repr(float(value))  # as a cell holds it
    return value.isoformat() if isinstance(value, date) else value


def row_digest(columns: Sequence[Column], values: Mapping[str, Any]) -> str:
    """What tells whether somebody changed a row: a digest of all that can be filled in."""
    held = [plain(values.get(column.name)) or None for column in columns if column.editable]
    return hashlib.sha256(json.dumps(held, ensure_ascii=False).encode()).hexdigest()[:12]
