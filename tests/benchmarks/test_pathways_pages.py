"""Pages of pathways at 13 and at 2,000 local governments: the same number of queries, and how long each takes."""

from __future__ import annotations

import statistics
import time
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mou_portal.demo import load_demonstration
from participants.models import User
from pathways.models import ProgressUpdate, UpdateState

pytestmark = [pytest.mark.benchmark, pytest.mark.django_db]

SIZES = (13, 2_000)
ROUNDS = 5
#: The median of any page stays below this, in seconds, on two cores that do nothing else.
SLOWEST = 1.5
LISTS = ("pathway-matrix", "choice-list", "update-list", "update-queue", "update-together", "burden", "workbook-upload")


def addresses() -> dict[str, tuple[str, str]]:
    """``name: (who, address)`` of every page that is measured."""
    update = ProgressUpdate.objects.filter(state=UpdateState.ACCEPTED).order_by("pk").first()
    draft = ProgressUpdate.objects.filter(state=UpdateState.DRAFT).order_by("pk").first()
    assert update is not None
    assert draft is not None
    writer = draft.created_by.email
    found = {f"{name} (staff)": ("staff@demo.example", reverse(f"pathways:{name}")) for name in LISTS}
    found["update-list, 2nd page, searched (staff)"] = (
        "staff@demo.example",
        reverse("pathways:update-list") + "?q=น้ำ&sort=-percent",
    )
    found["choice-detail (staff)"] = ("staff@demo.example", update.choice.get_absolute_url())
    found["update-detail (staff)"] = ("staff@demo.example", update.get_absolute_url())
    found["update-edit (coordinator)"] = (writer, reverse("pathways:update-edit", args=[draft.pk]))
    found["update-list (coordinator)"] = (writer, reverse("pathways:update-list"))
    found["home (coordinator)"] = (writer, reverse("home"))
    found["home (adviser)"] = ("adviser@demo.example", reverse("home"))
    return found


def measure() -> dict[str, tuple[int, float]]:
    """Queries, and the median of :data:`ROUNDS` times in seconds, of every page."""
    figures = {}
    for name, (email, url) in addresses().items():
        client = Client()
        client.force_login(User.objects.get(email=email))
        assert client.get(url).status_code == 200, name  # what is kept in memory is known from here on
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
            asked = len(queries)  # counted now: the next request empties the log
        times = []
        for _each in range(ROUNDS):
            begun = time.perf_counter()
            client.get(url)
            times.append(time.perf_counter() - begun)
        figures[name] = (asked, statistics.median(times))
    return figures


def test_pages_ask_the_same_number_of_queries_at_13_and_2000(capsys: Any) -> None:
    call_command("load_mou", verbosity=0)
    found = []
    for size in SIZES:
        load_demonstration(local_governments=size, seed=None, password="made-up-2562", said=lambda _words: None)
        found.append(measure())
    small, large = found
    assert all(queries for queries, _seconds in small.values()), "the queries must be counted"
    with capsys.disabled():
        print(f"\n{'page':45} {'queries':>8} {'':>8} {'seconds':>8}")
        for name in small:
            print(f"{name:45} {small[name][0]:8} {large[name][0]:8} {small[name][1]:8.3f} {large[name][1]:8.3f}")
    assert {name: small[name][0] for name in small} == {name: large[name][0] for name in large}
    assert {name: seconds for name, (_queries, seconds) in large.items() if seconds > SLOWEST} == {}
