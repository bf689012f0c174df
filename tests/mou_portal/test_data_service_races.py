"""Requests to the data service that come at the same moment are all counted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.cache import cache

from mou_portal.data_service import door
from mou_portal.data_service.door import TooOftenError, count_request
from tests.pathways.test_races import at_once, shared_database  # noqa: F401 — a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shared_database")]
CLIENTS, EACH = 8, 6
#: All of it happens within one minute.
MOMENT = datetime(2020, 1, 15, 8, 0, 20, tzinfo=UTC)
MINUTE = int(MOMENT.timestamp()) // 60


def test_none_of_many_requests_at_once_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "LONGEST_WAIT", 30.0)  # a machine that does much else
    monkeypatch.setattr(door.timezone, "now", lambda: MOMENT)

    def client() -> None:
        for _number in range(EACH):
            count_request("test", CLIENTS * EACH)

    assert at_once(*[client] * CLIENTS) == [None] * CLIENTS
    assert cache.get(f"data-service:test:{MINUTE}") == CLIENTS * EACH
    with pytest.raises(TooOftenError) as refused:
        count_request("test", CLIENTS * EACH)
    assert refused.value.wait == 40


def test_who_cannot_be_counted_in_time_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "LONGEST_WAIT", 0.02)
    monkeypatch.setattr(door.timezone, "now", lambda: MOMENT)
    cache.add(f"data-service:test:{MINUTE}:lock", True, 10)
    with pytest.raises(TooOftenError):
        count_request("test", 5)
