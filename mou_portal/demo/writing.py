"""Writing many made-up rows at once, dated in the story's own time, each with its history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any, TypeVar

from django.db import connection, models
from simple_history.utils import bulk_create_with_history

from mou_portal.thai.dates import BANGKOK

AnyModel = TypeVar("AnyModel", bound=models.Model)

BATCH = 900
#: From this many rows on the database writes the history itself.
MANY = 400
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
    kept = hasattr(model, "history")
    with _times_as_given(model):
        if kept and len(rows) <= MANY:
            bulk_create_with_history(rows, model, batch_size=BATCH, default_change_reason=REASON)
        else:
            model._default_manager.bulk_create(rows, batch_size=BATCH)
    if kept and len(rows) > MANY:
        _copy_into_history(model, rows)
    return rows


def _copy_into_history(model: Any, rows: Sequence[models.Model]) -> None:
    """Let the database copy new rows into the history itself: twice as fast, and thousands need it.

    What the library's helper would write, but for the person: known only where the row itself names one.
    """
    historical = model.history.model
    names = [field.attname for field in historical.tracked_fields]
    person = next((name for name in ("created_by_id", "recorded_by_id") if name in names), None)
    values = {
        "history_date": models.F("updated_at" if "updated_at" in names else "date_joined"),
        "history_type": models.Value("+"),
        "history_change_reason": models.Value(REASON),
        **({"history_user_id": models.F(person)} if person else {}),
    }
    columns = [*names, *values]
    into = ", ".join(connection.ops.quote_name(historical._meta.get_field(name).column) for name in columns)
    table = connection.ops.quote_name(historical._meta.db_table)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            made = model._base_manager.filter(pk__in=[row.pk for row in rows[start : start + BATCH]]).order_by("pk")
            copied = made.annotate(**{f"as_{name}": value for name, value in values.items()})
            select, params = copied.values_list(*names, *(f"as_{name}" for name in values)).query.sql_with_params()
            cursor.execute(f"INSERT INTO {table} ({into}) {select}", params)


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
