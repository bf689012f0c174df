"""All reports that wait on one page: ticked ones are accepted, each as far as it is still what was read."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from pathways.agenda import items
from pathways.models import ProgressUpdate, UpdateState
from tests import factories as make
from tests.pathways.conftest import TODAY

URL = "pathways:update-together"


@pytest.fixture
def waiting(cast):
    """Two reports of the advised town, the second with changed words, and one of another town."""
    choice = make.make_choice(cast.town, cast.pathways[0], by=cast.alice, decided_by=cast.staff)
    other = make.make_choice(cast.other, cast.pathways[0], by=cast.bob, decided_by=cast.staff)
    make.make_evidence(make.make_update(choice, cast.periods[0], by=cast.alice, result="ผลเดิมของงวดก่อน"))
    make.make_update(choice, cast.periods[1], by=cast.alice, result="ผลใหม่")
    make.make_update(other, cast.periods[0], by=cast.bob, done="งานของเมืองอื่น")
    return list(ProgressUpdate.objects.order_by("choice", "period__number"))


def tick(*updates):
    return {"update": [f"{one.pk}-{one.revision}" for one in updates]}


def states():
    return list(ProgressUpdate.objects.order_by("choice", "period__number").values_list("state", flat=True))


def test_what_is_ticked_is_accepted_and_the_rest_waits(cast, waiting, client):
    client.force_login(cast.adviser)
    page = client.get(reverse(URL)).content.decode()
    assert page.count("data-row-open") == 2
    assert "ก่อนหน้า (งวดที่ 1): ผลเดิมของงวดก่อน" in " ".join(page.split())
    assert "งานของเมืองอื่น" not in page
    answer = client.post(reverse(URL), tick(waiting[0]))
    assert [str(one) for one in get_messages(answer.wsgi_request)] == ["รับรองรายงานแล้ว 1 ฉบับ นับเป็นความก้าวหน้าตั้งแต่บัดนี้"]
    assert states() == ["accepted", "submitted", "submitted"]
    client.force_login(cast.staff)
    assert client.get(reverse(URL)).content.decode().count("data-row-open") == 2
    client.post(reverse(URL), tick(*waiting[1:]))
    assert states() == ["accepted"] * 3


def test_what_changed_since_it_was_read_or_is_not_ones_own_stays(cast, waiting, client):
    client.force_login(cast.adviser)
    ProgressUpdate.objects.filter(pk=waiting[0].pk).update(revision=7, done="คนละเรื่อง")
    answer = client.post(reverse(URL), tick(waiting[0], waiting[1]))
    said = " ".join(str(one) for one in get_messages(answer.wsgi_request))
    assert "มีการเปลี่ยนแปลงหลังจากที่ท่านอ่าน" in said
    assert states() == ["submitted", "accepted", "submitted"]
    client.post(reverse(URL), tick(waiting[2]))  # not visible: not found, not accepted
    client.post(reverse(URL), {"update": ["x-1", "1", "", "9" * 30 + "-1"]})
    client.post(reverse(URL), {})
    assert states() == ["submitted", "accepted", "submitted"]
    client.force_login(cast.staff)
    assert client.post(reverse(URL), tick(waiting[1])).status_code == 302  # decided already: told, not written again
    assert ProgressUpdate.objects.get(pk=waiting[1].pk).reviewed_by == cast.adviser


@pytest.mark.parametrize("person", ["alice", "mayor", "researcher", "finance"])
def test_closed_to_those_who_do_not_review(cast, waiting, client, person):
    client.force_login(getattr(cast, person))
    assert client.get(reverse(URL)).status_code == 403
    assert client.post(reverse(URL), tick(*waiting)).status_code == 403
    assert set(states()) == {"submitted"}


def test_queries_do_not_grow_with_the_reports(cast, waiting, client, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(cast.staff)
    client.get(reverse(URL))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(URL))
    for number in range(1, 5):
        choice = make.make_choice(cast.town, cast.pathways[number], by=cast.alice, decided_by=cast.staff)
        update = make.make_update(choice, cast.periods[2], by=cast.alice)
        make.make_evidence(update)
    with django_assert_num_queries(len(few)):
        assert client.get(reverse(URL)).content.decode().count("data-row-open") == 7


def test_three_times_nothing_changed_is_on_the_advisers_agenda(cast):
    choice = make.make_choice(cast.town, cast.pathways[0], by=cast.alice, decided_by=cast.staff)
    for period in cast.periods[:2]:
        make.make_update(
            choice, period, state=UpdateState.ACCEPTED, by=cast.alice, reviewed_by=cast.staff, nothing_changed=True
        )
    calls = [one for one in items(cast.adviser, cast.agreement, TODAY) if "โทรหา" in one.title]
    assert calls == []
    make.make_update(choice, cast.periods[2], by=cast.alice, nothing_changed=True)
    (call,) = [one for one in items(cast.adviser, cast.agreement, TODAY) if "โทรหา" in one.title]
    assert call.url == choice.get_absolute_url()
