"""Rows that the tests of one module share: written once, and to each test as if it had written them itself.

A transaction is opened around the module, and the rows are written in it. Each test has its own transaction inside, as
ever, and gets its own copies of the objects: what it changes is gone after it, in the database and in memory. For
modules whose tests commit nothing: those with ``transaction=True`` or ``live_server`` write their own rows.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import transaction

Rows = TypeVar("Rows")


@contextmanager
def kept_rows(blocker: Any, build: Callable[[], Rows]) -> Iterator[Callable[[], Rows]]:
    """Write rows in a transaction that ends with the context; yields what gives a test its own copies of them.

    ``blocker`` is pytest-django's ``django_db_blocker``: the database is open while the rows are written, no longer.
    """
    around = transaction.atomic()
    with blocker.unblock():
        around.__enter__()
        try:
            rows = build()
        except BaseException:
            transaction.set_rollback(True)
            around.__exit__(None, None, None)
            raise
    try:
        yield lambda: copy.deepcopy(rows)
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            around.__exit__(None, None, None)
