"""Writing many made-up rows at once, dated in the story's own time, each with its history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any, TypeVar

from django.db import models
from simple_history.utils import bulk_create_with_history

from mou_portal.thai.dates import BANGKOK

AnyModel = TypeVar("AnyModel", bound=models.Model)

BATCH = 1000
#: How the history signs what the demonstration wrote.
REASON = "load_demo"


def moment(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """A time of day in Thailand."""
    return datetime.combine(day, time(hour, minute), BANGKOK)


def dated(row: AnyModel, at: datetime, by: models.Model | None = None) -> AnyModel:
    """Stamp a new row: made, last changed and entered into the history at that time by that person."""
    stamped: Any = row
    stamped.created_at = stamped.updated_at = stamped._history_date = at
    stamped._history_user = by
    return row


def write(rows: Sequence[AnyModel]) -> Sequence[AnyModel]:
    """Insert rows of one model, stamped by :func:`dated`, with history where the model keeps one."""
    if not rows:
        return rows
    model = type(rows[0])
    with _times_as_given(model):
        if hasattr(model, "history"):
            bulk_create_with_history(rows, model, batch_size=BATCH, default_change_reason=REASON)
        else:
            model._default_manager.bulk_create(rows, batch_size=BATCH)
    return rows


@contextmanager
def _times_as_given(model: type[models.Model]) -> Iterator[None]:
    """Let ``auto_now`` columns keep what they were given: the story lies in the past."""
    columns = [field for field in model._meta.concrete_fields if isinstance(field, models.DateTimeField)]
    before = [(field, field.auto_now, field.auto_now_add) for field in columns]
    try:
        for field in columns:
            field.auto_now = field.auto_now_add = False
        yield
    finally:
        for field, auto_now, auto_now_add in before:
            field.auto_now, field.auto_now_add = auto_now, auto_now_add
