"""The base of every table that people change: when, by whom (history), and which revision."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class Record(models.Model):
    """A row with times, an audited history and a revision number.

    ``revision`` rises by one at each change made through a form; a form that was opened on an older revision is told
    what changed meanwhile instead of overwriting it.
    """

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)
    revision = models.PositiveIntegerField(_("revision"), default=1, editable=False)
    history = HistoricalRecords(inherit=True)

    class Meta:
        abstract = True


def end_of(day: date) -> datetime:
    """The moment at which a day is over in Thailand: what happened on it lies before."""
    return datetime.combine(day + timedelta(days=1), time(), timezone.get_default_timezone())


def is_past(day: date) -> bool:
    """Whether a day is over: then states of today say nothing about it, only days and the history do."""
    return day < timezone.localdate()


class DomainError(Exception):
    """A rule of the portal was not met. ``str(error)`` is a translated sentence: what, where and how to mend it."""


class Conflict(DomainError):
    """Somebody else was there first: the row is no longer in a state that allows the step."""


class Stale(Conflict):
    """The row was changed since the form was opened. ``current`` is the row as it is now."""

    def __init__(self, current: models.Model) -> None:
        super().__init__(
            _(
                "Somebody changed this while you were writing. Your text is kept below; "
                "compare it with what is there now and save again."
            )
        )
        self.current = current


@transaction.atomic
def transition(row: Any, *, sources: Collection[str], target: str, field: str = "state", **changes: Any) -> None:
    """Move ``row`` to ``target`` if, and only if, it is still in one of ``sources``; write history with it.

    One conditional UPDATE decides, so of any number of simultaneous calls exactly one succeeds, on SQLite and on
    PostgreSQL alike. Raises :class:`Conflict` for all others. ``changes`` are further columns, written in that same
    UPDATE (or plain attributes, such as ``_change_reason``). Only a services module may call this.
    """
    manager = type(row)._base_manager
    columns = {field_.name for field_ in row._meta.concrete_fields}
    written = {
        name: value for name, value in changes.items() if name in columns
    }  # with the state: constraints tie them
    moved = manager.filter(pk=row.pk, **{f"{field}__in": list(sources)}).update(
        **{field: target}, **written, revision=models.F("revision") + 1
    )
    row.refresh_from_db()
    if not moved:
        raise Conflict(
            _("This step is no longer possible: it is now “%(state)s”. Reload the page to see what changed.")
            % {"state": getattr(row, f"get_{field}_display")()}
        )
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()


@transaction.atomic
def save_revision(row: Any, *, expected: int) -> None:
    """Save a changed row if nobody saved it since revision ``expected`` was read.

    Raises :class:`Stale` otherwise; then nothing is written.
    """
    manager = type(row)._base_manager
    if not manager.filter(pk=row.pk, revision=expected).update(revision=expected + 1):
        raise Stale(manager.get(pk=row.pk))
    row.revision = expected + 1
    row.save()
