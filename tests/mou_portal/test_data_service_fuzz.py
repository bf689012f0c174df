"""The data service against its own description: generated requests, valid and broken, never an error of the server.

FUZZ_REQUESTS=10000 asks as often as the promise says; by default two hundred.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlencode

import hypothesis
import pytest
import schemathesis
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given
from schemathesis import GenerationMode

from mou_portal.data_service.api import api
from tests import factories as make
from tests.world import World

pytestmark = pytest.mark.django_db
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "200"))
MOST_TURNS = 10
ALLOWED = {200, 401, 403, 404, 422}


@pytest.mark.long(10)
def test_generated_requests_never_end_in_an_error_of_the_server(world: World, settings: Any) -> None:
    settings.DATA_SERVICE_PER_MINUTE = 10**9
    make.make_data_token(world.researcher, secret="the-key")
    schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
    operations = [one.ok() for one in schema.get_all_operations()]
    assert len(operations) == 5
    each = max(1, REQUESTS // (2 * len(operations)))
    client = Client(raise_request_exception=False)
    words: dict[int, int] = {}

    def send(case: Any) -> None:
        path = case.formatted_path.replace("{code}", "kpi-smart-city-2")
        if case.id.endswith(tuple("02468ace")) and case.path_parameters:  # half of them ask for what is there
            path = case.path.replace("{code}", "kpi-smart-city-2")
        headers = {"Authorization": "Bearer the-key"}
        answer = client.get(path, headers=headers, QUERY_STRING=urlencode(case.query or {}, doseq=True))
        words[answer.status_code] = words.get(answer.status_code, 0) + 1
        assert answer.status_code in ALLOWED, (path, case.query, answer.content[:300])
        if answer.status_code != 200:
            assert set(answer.json()) == {"detail", "errors"}

    settings_of_a_turn = hypothesis.settings(
        max_examples=each, deadline=None, suppress_health_check=list(HealthCheck), derandomize=False, database=None
    )
    for turn in range(MOST_TURNS):  # where an address takes little, its requests are soon all made
        for operation in operations:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                hypothesis.seed(turn)(settings_of_a_turn(given(operation.as_strategy(generation_mode=mode))(send)))()
                cache.clear()
        if sum(words.values()) >= REQUESTS:
            break
    assert words[200] > 0, words
    assert words[422] > 0, words
    assert sum(words.values()) >= REQUESTS, words
