"""Who may come in, and how often: keys, scopes and the rate limit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.security import HttpBearer

from participants.data_tokens import open_token
from participants.models import DataScope, DataToken

#: Requests a minute from one address that shows no good key; with a key settings.DATA_SERVICE_PER_MINUTE counts.
PER_ADDRESS = 30
#: So many seconds a request waits for its turn to be counted.
LONGEST_WAIT = 1.0


class TooOftenError(HttpError):
    """More requests than the limit; ``wait`` seconds until the next may come."""

    def __init__(self, wait: int) -> None:
        super().__init__(429, _("Too many requests. Try again in %(seconds)s seconds.") % {"seconds": wait})
        self.wait = wait


def count_request(who: str, most: int) -> None:
    """Count one request in this minute. Raises :class:`TooOftenError` beyond the limit."""
    second = int(timezone.now().timestamp())
    key = f"data-service:{who}:{second // 60}"
    with _alone_with(key):
        number = cache.get(key, 0) + 1
        cache.set(key, number, 120)
    if number > most:
        raise TooOftenError(60 - second % 60)


@contextmanager
def _alone_with(key: str) -> Iterator[None]:
    """Let one request after the other count: the cache's own ``incr`` reads and writes apart and loses some.

    Who cannot count within a second is sent away (:class:`TooOftenError`): so many at once are too many.
    """
    lock, until = f"{key}:lock", time.monotonic() + LONGEST_WAIT
    while not cache.add(lock, True, 10):
        if time.monotonic() > until:
            raise TooOftenError(1)
        time.sleep(0.01)
    try:
        yield
    finally:
        cache.delete(lock)


class Key(HttpBearer):
    """``Authorization: Bearer <secret>``; with ``scope`` the key must open that kind of data."""

    def __init__(self, scope: DataScope | None = None) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Any:
        """The good key, or nothing: then the answer is 401. Raises :class:`HttpError` 403 for a missing scope."""
        found = super().__call__(request)
        if found is None:
            count_request(f"address:{get_adapter().get_client_ip(request)}", PER_ADDRESS)
        return found

    def authenticate(self, request: HttpRequest, token: str) -> DataToken | None:
        key = open_token(token)
        if key is None:
            return None
        count_request(f"key:{key.pk}", settings.DATA_SERVICE_PER_MINUTE)
        if self.scope is not None and self.scope not in key.scopes:
            raise HttpError(403, _("This key does not open this kind of data: %(scope)s") % {"scope": self.scope.label})
        return key
