"""A coordinator's first page: what waits, the own column in words, and few queries for it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html as lxml_html

from tests.world import World

pytestmark = pytest.mark.django_db


def opened(client: Client) -> tuple[int, str]:
    """The number of queries of the page, and what it says."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(reverse("home"))
    assert answer.status_code == 200
    main = lxml_html.fromstring(answer.content).find(".//main")
    return len(asked), " ".join(" ".join(main.itertext()).split()) + "".join(main.xpath(".//a/@href"))


def test_few_queries_while_nothing_changes_and_the_truth_once_something_does(world: World, client_of: Any) -> None:
    client = client_of("coordinator_a")
    opened(client)  # the minute's note of the device
    world.agreement.save()  # anything at all
    evaluated, first = opened(client)
    assert evaluated <= 76
    stored, second = opened(client)
    assert stored <= 36
    assert second == first, "what is stored says the same, buttons included"
    assert reverse("pathways:choice-create") in first or reverse("pathways:update-list") in first
    party = world.a.participant
    party.left_on, party.left_reason = world.agreement.begins_on, "ถอนตัว"
    party.save()
    _evaluated, changed = opened(client)
    assert changed != first
