"""One request as one person, with everything that it tried to write; afterwards nothing of it stays."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.test import Client

from participants.middleware import SEEN_EVERY_SECONDS
from participants.models import User

_WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO|CREATE|DROP|ALTER)\s+"?(\w+)"?', re.IGNORECASE)
#: Where the machinery keeps its own accounts: who is signed in since when, how often somebody tried, forms sent.
OF_THE_MACHINERY = {"django_session", "portal_cache", "usersessions_usersession"}


@contextmanager
def written_tables() -> Iterator[list[str]]:
    """Collect the tables that statements inside write to, those of the machinery left out.

    Where no statement wrote, the database is as it was: stricter, and quicker, than comparing dumps.
    """
    tables: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        match = _WRITES.match(sql)
        # SQLite counts the rows of an INSERT … RETURNING only once they are read: an INSERT always counts
        counted = context["cursor"].rowcount != 0 or sql.startswith("INSERT")
        if match and match[1] not in OF_THE_MACHINERY and counted:
            tables.append(match[1])
        return result

    with connection.execute_wrapper(watch):
        yield tables


@dataclass
class Answer:
    """What came back, in the words of the access table, and what was written on the way."""

    word: str
    status: int
    response: Any
    wrote: list[str] = field(default_factory=list)


class QuietClient(Client):
    """Django's test client without its records of templates and contexts, which take longer than the pages."""

    def request(self, **request: Any) -> Any:
        """Send a request; an exception of the view is kept as ``response.exc_info``."""
        caught: list[BaseException | None] = []

        def keep(**signal: Any) -> None:
            caught.append(sys.exc_info()[1])

        got_request_exception.connect(keep)
        try:
            response = self.handler(self._base_environ(**request))
        finally:
            got_request_exception.disconnect(keep)
        response.exc_info = caught
        return response


class Visitor:
    """A person (``None``: anonymous) whose every request starts from the same state of everything."""

    def __init__(self, user: User | None) -> None:
        self._client = QuietClient()
        if user is not None:
            self._client.force_login(user)
        self._cookies = SimpleCookie(self._client.cookies.output(header="", sep=";"))
        self._settled = 0.0

    def _settle(self) -> None:
        """What a session has written down at its first request, and once a minute, is written here, where it stays:
        each request would write it again."""
        if time.monotonic() - self._settled > SEEN_EVERY_SECONDS / 2:
            self._client.get("/nowhere/")
            self._settled = time.monotonic()

    def ask(self, method: str, url: str, data: dict[str, Any] | None = None) -> Answer:
        """Send a request, note what it writes, and undo it."""
        self._client.cookies = SimpleCookie(self._cookies.output(header="", sep=";"))
        self._settle()
        with transaction.atomic(), written_tables() as wrote:
            response = getattr(self._client, method.lower())(url, data or {})
            if response.streaming:
                response.streaming_content = [b"".join(response)]  # read while the rows are there; it can be once more
            transaction.set_rollback(True)
        word = str(response.status_code)
        if response.status_code == 302:
            word = "in" if "/login" in response["Location"] else "done" if wrote else "302"
        return Answer(word, response.status_code, response, wrote)
