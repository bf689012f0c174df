"""One report after the other: who sees which, what comes next, and two reviewers at once."""

import pytest
from django.urls import reverse

from pathways.models import ProgressUpdate, UpdateState
from pathways.services import accept_update
from tests import factories as make

URL = "pathways:update-queue"


@pytest.fixture
def waiting(cast):
    own = make.make_choice(cast.town, cast.pathways[0], by=cast.alice, decided_by=cast.staff)
    foreign = make.make_choice(cast.other, cast.pathways[0], by=cast.bob, decided_by=cast.staff)
    rows = [make.make_update(own, period, by=cast.alice) for period in cast.periods[:3]]
    make.make_update(own, cast.periods[3], by=cast.alice, state=UpdateState.DRAFT)
    return [*rows, make.make_update(foreign, cast.periods[0], by=cast.bob)]


def page_of(client, user, **query):
    client.force_login(user)
    return client.get(reverse(URL), query)


def decide(client, update, decision, **data):
    return client.post(reverse(URL), {"update": update.pk, "decision": decision, **data}, follow=True)


def test_an_adviser_sees_the_own_ones_and_staff_all(cast, waiting, client):
    page = page_of(client, cast.adviser)
    assert (page.context["number"], page.context["total"]) == (1, 3)
    assert page_of(client, cast.staff).context["total"] == 4
    assert "review.js" in page.content.decode()
    assert page_of(client, cast.adviser, update=waiting[3].pk).status_code == 302  # not theirs


def test_accepting_and_returning_open_the_next_one(cast, waiting, client):
    page_of(client, cast.adviser)
    page = decide(client, waiting[1], "accept")
    assert page.context["update"] == waiting[2]
    page = decide(client, waiting[2], "return", note="ขอรูปเพิ่ม")
    assert page.context["update"] == waiting[0]
    page = decide(client, waiting[0], "accept")
    assert page.context["update"] is None
    assert set(ProgressUpdate.objects.filter(choice__participant=cast.town).values_list("state", flat=True)) == {
        "accepted",
        "returned",
        "draft",
    }


def test_a_return_without_words_and_no_decision_write_nothing(cast, waiting, client):
    page_of(client, cast.adviser)
    for decision in ("return", "", "both"):
        page = decide(client, waiting[0], decision)
        assert page.context["form"].errors
        waiting[0].refresh_from_db()
        assert waiting[0].state == UpdateState.SUBMITTED


def test_the_second_of_two_reviewers_is_told(cast, waiting, client):
    page_of(client, cast.adviser)
    accept_update(update=waiting[0], user=cast.staff)
    page = decide(client, waiting[0], "return", note="แก้")
    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    waiting[0].refresh_from_db()
    assert waiting[0].state == UpdateState.ACCEPTED


@pytest.mark.parametrize("person", ["alice", "mayor", "researcher", "finance"])
def test_closed_to_those_who_do_not_review(cast, waiting, client, person):
    assert page_of(client, getattr(cast, person)).status_code == 403
    assert decide(client, waiting[0], "accept").status_code == 403
    assert ProgressUpdate.objects.filter(state=UpdateState.SUBMITTED).count() == 4


def test_an_adviser_does_not_decide_for_others(cast, waiting, client):
    page_of(client, cast.adviser)
    assert decide(client, waiting[3], "accept").status_code in (403, 404)
    waiting[3].refresh_from_db()
    assert waiting[3].state == UpdateState.SUBMITTED
