"""Rows that the tests of one module share: written once, and to each test as if it had written them itself.

A transaction is opened around the module, and the rows are written in it. Each test has its own transaction inside, as
ever, and gets its own copies of the objects: what it changes is gone after it, in the database and in memory. For
modules whose tests commit nothing: those with ``transaction=True`` or ``live_server`` write their own rows.

The second module that asks for the same rows has them written by the statements that wrote them for the first, without
the way through models, forms and history that takes twenty times as long: the numbers that the database gives out are
set back to where they were, so that the rows are the same to the last key.
"""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, transaction

Rows = TypeVar("Rows")
WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Kept:
    """What it took to write some rows: the objects, the statements, the files, and the numbers to start from."""

    rows: bytes  # pickled, for a copy is had from there eight times sooner than from the objects
    statements: list[tuple[str, Any, bool]]
    files: dict[Path, bytes]
    numbers: dict[str, int | None]


#: By the function that builds them. Emptied by :func:`forget`.
KEPT: dict[Callable[[], Any], Kept] = {}


def forget() -> None:
    """Write rows anew from here on: a test is about to commit, and the database is emptied after it."""
    KEPT.clear()


@contextmanager
def kept_rows(blocker: Any, build: Callable[[], Rows]) -> Iterator[Callable[[], Rows]]:
    """Write rows in a transaction that ends with the context; yields what gives a test its own copies of them.

    ``blocker`` is pytest-django's ``django_db_blocker``: the database is open while the rows are written, no longer.
    """
    around = transaction.atomic()
    with blocker.unblock():
        around.__enter__()
        try:
            if build not in KEPT:
                KEPT[build] = _written(build)
            else:
                _write_again(KEPT[build])
        except BaseException:
            transaction.set_rollback(True)
            around.__exit__(None, None, None)
            raise
        rows = KEPT[build].rows
    try:
        yield lambda: pickle.loads(rows)  # noqa: S301 — what was pickled just before, by ourselves
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            around.__exit__(None, None, None)


def _written(build: Callable[[], Rows]) -> Kept:
    """Build rows and note how they came to be."""
    statements: list[tuple[str, Any, bool]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        assert not sql.startswith("ROLLBACK TO"), "rows of tests are written without an attempt that fails"
        if WRITES.match(sql):
            statements.append((sql, copy.copy(params), many))
        return execute(sql, params, many, context)

    numbers, before = _numbers(), _files()
    with connection.execute_wrapper(note):
        rows = build()
    return Kept(pickle.dumps(rows), statements, {path: path.read_bytes() for path in _files() - before}, numbers)


def _write_again(kept: Kept) -> None:
    """Write rows by their statements, from the same numbers on."""
    _set_numbers(kept.numbers)
    with connection.cursor() as cursor:
        for sql, params, many in kept.statements:
            (cursor.executemany if many else cursor.execute)(sql, params)
    for path, content in kept.files.items():
        if not path.exists() or path.read_bytes() != content:  # another test threw it away or wrote into it
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def _files() -> set[Path]:
    return {path for path in Path(settings.PRIVATE_FILES_DIR).rglob("*") if path.is_file()}


def _numbers() -> dict[str, int | None]:
    """By sequence the last number given out; ``None`` before the first."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
        else:
            cursor.execute(
                "SELECT format('%I', sequencename), last_value FROM pg_sequences WHERE schemaname = 'public'"
            )
        return dict(cursor.fetchall())


def _set_numbers(numbers: dict[str, int | None]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":  # they are rolled back with everything else, and are so already
            assert _numbers() == numbers, "the database has other rows than when these were written first"
            return
        for name, last in numbers.items():
            cursor.execute("SELECT setval(%s, %s, %s)", [name, last or 1, last is not None])
