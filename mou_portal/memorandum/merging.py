"""Bringing a row in step with the file without losing what people changed in the portal.

Three things are compared for each column: what the file says, what the row holds, and what the file said when it was
last loaded (the row's history, where the loader signs with its own reason). Only what changed in the file is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from mou_portal.records import Record, save_revision

AnyRecord = TypeVar("AnyRecord", bound=Record)


@dataclass
class LoadReport:
    """What loading did, for people: counts by kind of row, and sentences."""

    created: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    beyond: list[str] = field(default_factory=list)

    @property
    def quiet(self) -> bool:
        """Whether nothing was written."""
        return not self.created and not self.changed


class Merge:
    """Creates and changes rows in the name of one agreement's file, and reports it.

    ``overwrite`` lets the file win over what people changed in the portal.
    """

    def __init__(self, code: str, *, overwrite: bool = False) -> None:
        self.reason = f"load_mou {code}"
        self.overwrite = overwrite
        self.report = LoadReport()

    def create(self, row: AnyRecord, *, kind: str) -> AnyRecord:
        """Save a new row."""
        row._change_reason = self.reason  # type: ignore[attr-defined]  # simple-history reads it at save
        row.save()
        self.report.created[kind] += 1
        return row

    def will_write(self, row: Record, column: str, value: Any) -> bool:
        """Whether the file's value is to be written: it differs, and not because people changed the row."""
        if getattr(row, column) == value:
            return False
        before = None if self.overwrite else self._as_loaded(row)
        return before is None or getattr(before, column) != value

    def change(
        self, row: Record, values: Mapping[str, Any], *, kind: str, name: str, structural: Collection[str] = ()
    ) -> bool:
        """Write what the file changed; say whether anything was.

        ``values`` are by column (``province_id``, not ``province``); of the ``structural`` ones, numbers that must
        fit together, the file's always count. ``name`` is what people call the row.
        """
        differing = {column: value for column, value in values.items() if getattr(row, column) != value}
        if not differing:
            self.report.unchanged[kind] += 1
            return False
        before = None if self.overwrite else self._as_loaded(row)
        wanted: dict[str, Any] = {}
        kept: dict[str, Any] = {}
        for column, value in differing.items():
            by_people = before is not None and getattr(before, column) == value and column not in structural
            (kept if by_people else wanted)[column] = value
        for column, value in kept.items():
            self.report.kept.append(self._sentence(row, name, column, value, getattr(row, column)))
        if not wanted:
            self.report.unchanged[kind] += 1
            return False
        for column, value in wanted.items():
            self.report.changed.append(self._sentence(row, name, column, getattr(row, column), value))
        if kept:
            # The history must also hold what the file says, or the next run would take the kept values for its own.
            as_in_file = copy(row)
            for column, value in values.items():
                setattr(as_in_file, column, value)
            type(row).history.bulk_history_create([as_in_file], update=True, default_change_reason=self.reason)
        for column, value in wanted.items():
            setattr(row, column, value)
        row._change_reason = f"{self.reason}, kept: {', '.join(kept)}" if kept else self.reason  # type: ignore[attr-defined]  # simple-history reads it at save
        save_revision(row, expected=row.revision)
        return True

    def _as_loaded(self, row: Record) -> Any:
        """The newest history row in which the loader signed for this file, or None."""
        return (
            type(row)
            .history.filter(id=row.pk, history_change_reason=self.reason)
            .order_by("-history_date", "-history_id")
            .first()
        )

    def _sentence(self, row: Record, name: str, column: str, old: Any, new: Any) -> str:
        described = row._meta.get_field(column.removesuffix("_id"))
        label = getattr(described, "verbose_name", column)
        return _("%(name)s, %(field)s: “%(old)s” → “%(new)s”") % {
            "name": name,
            "field": label,
            "old": _in_words(described, old),
            "new": _in_words(described, new),
        }


def _in_words(described: Any, value: Any) -> Any:
    if isinstance(described, models.ForeignKey) and value is not None:
        return described.related_model._default_manager.get(pk=value)
    return "–" if value in (None, "") else value
