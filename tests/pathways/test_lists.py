"""What waits, what is owed, and how far: in bulk, with a constant number of queries."""

from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mou_portal.registry import State
from participants.access import forget_access
from pathways.agenda import items
from pathways.models import ChoiceState, PeriodSkip, UpdateState
from pathways.obligations import evaluate_choice
from pathways.progress import DueState
from pathways.summaries import progress_of, schedule_of
from tests import factories as make
from tests.pathways.conftest import TODAY


@contextmanager
def counted():
    with CaptureQueriesContext(
        connection,
    ) as queries:
        yield queries


def add_towns(cast, count):
    """More participants, each with a confirmed and a submitted choice and a report in each state."""
    towns = []
    for _number in range(count):
        town = make.make_participant(agreement=cast.agreement)
        by = make.make_coordinator(town)
        choice = make.make_choice(town, cast.pathways[0], by=by, decided_by=cast.staff)
        make.make_choice(town, cast.pathways[1], by=by, state=ChoiceState.SUBMITTED)
        make.make_milestone(choice, done_on=date(2019, 7, 1))
        for state, period in zip(
            (UpdateState.ACCEPTED, UpdateState.SUBMITTED, UpdateState.RETURNED), cast.periods, strict=False
        ):
            make.make_update(choice, period, state=state, by=by, reviewed_by=cast.staff)
        towns.append(town)
    return towns


# --- the clause -----------------------------------------------------------------------------
def test_clause_2_1_is_fulfilled_by_a_confirmed_choice_only(cast):
    make.make_choice(cast.town, cast.pathways[2], by=cast.alice, decided_by=cast.staff, chosen_on=date(2019, 8, 1))
    make.make_choice(cast.other, cast.pathways[2], by=cast.bob, state=ChoiceState.SUBMITTED)
    found = evaluate_choice(cast.agreement, [cast.town.pk, cast.other.pk], TODAY)
    assert found[cast.town.pk].state == State.FULFILLED
    assert [proof.on for proof in found[cast.town.pk].proofs] == [date(2019, 8, 1)]
    assert found[cast.other.pk].state == State.DUE
    late = evaluate_choice(cast.agreement, [cast.other.pk], date(2020, 10, 1))
    assert late[cast.other.pk].state == State.OVERDUE


# --- summaries ------------------------------------------------------------------------------
def test_progress_counts_accepted_values_only(cast):
    town = add_towns(cast, 1)[0]
    progress = progress_of([town, cast.other])
    assert (progress[town.pk].confirmed, progress[town.pk].accepted, progress[town.pk].percent) == (1, 1, 100)
    assert progress[town.pk].latest.state == UpdateState.ACCEPTED
    assert (progress[cast.other.pk].confirmed, progress[cast.other.pk].percent, progress[cast.other.pk].latest) == (
        0,
        0,
        None,
    )


def test_the_schedule_says_what_is_due(cast):
    choice = make.make_choice(
        cast.town, cast.pathways[0], by=cast.alice, decided_by=cast.staff, chosen_on=date(2019, 8, 20)
    )
    PeriodSkip.objects.create(period=cast.periods[2], participant=cast.town, reason="น้ำท่วม")
    make.make_update(choice, cast.periods[3], state=UpdateState.DRAFT, by=cast.alice)
    reports = schedule_of(cast.agreement, [cast.town.pk], TODAY).reports[choice.pk]
    # the first two periods ended before the pathway was chosen
    assert [(one.period.number, one.state) for one in reports] == [
        (3, DueState.SKIPPED),
        (4, DueState.OVERDUE),
        (5, DueState.OVERDUE),
    ]
    assert reports[0].skip_reason == "น้ำท่วม"


# --- the agenda -----------------------------------------------------------------------------
def titles(user, cast):
    forget_access(user)
    return [(item.url, item.urgent) for item in items(user, cast.agreement, TODAY)]


def test_a_coordinator_without_a_choice_is_asked_for_one(cast):
    assert titles(cast.alice, cast) == [(reverse("pathways:choice-create"), True)]
    assert titles(cast.mayor, cast) == []


def test_a_coordinators_agenda(cast):
    choice = make.make_choice(cast.town, cast.pathways[0], by=cast.alice, decided_by=cast.staff)
    draft = make.make_choice(cast.town, cast.pathways[1], by=cast.alice, state=ChoiceState.DRAFT)
    returned = make.make_update(choice, cast.periods[0], state=UpdateState.RETURNED, by=cast.alice)
    make.make_update(choice, cast.periods[1], state=UpdateState.ACCEPTED, by=cast.alice)
    found = titles(cast.alice, cast)
    assert (reverse("pathways:choice-edit", args=[draft.pk]), False) in found
    assert (reverse("pathways:update-edit", args=[returned.pk]), True) in found
    assert (choice.get_absolute_url(), True) in found  # the third and fourth period are overdue
    assert titles(cast.bob, cast) == [(reverse("pathways:choice-create"), True)]


def test_reviewers_see_what_waits_for_them_and_not_their_own(cast):
    choice = make.make_choice(cast.town, cast.pathways[0], by=cast.alice, decided_by=cast.staff)
    waiting = make.make_choice(cast.town, cast.pathways[1], by=cast.alice, state=ChoiceState.SUBMITTED)
    other = make.make_choice(cast.other, cast.pathways[0], by=cast.bob, decided_by=cast.staff)
    mine = make.make_update(choice, cast.periods[0], by=cast.alice)
    theirs = make.make_update(other, cast.periods[0], by=cast.bob)
    make.make_update(choice, cast.periods[1], by=cast.staff)
    review = "pathways:update-review"
    assert [one for one, _urgent in titles(cast.adviser, cast)] == [
        reverse(review, args=[mine.pk]),
        reverse(review, args=[choice.updates.get(period=cast.periods[1]).pk]),
    ]
    found = [one for one, _urgent in titles(cast.staff, cast)]
    assert waiting.get_absolute_url() in found
    assert {reverse(review, args=[one.pk]) for one in (mine, theirs)} <= set(found)
    assert len(found) == 3
    assert titles(cast.finance, cast) == []
    assert titles(cast.researcher, cast) == []


def test_long_queues_end_in_a_link_to_the_list(cast, monkeypatch):
    monkeypatch.setattr("pathways.agenda.MOST", 1)
    add_towns(cast, 3)
    found = [one for one, _urgent in titles(cast.staff, cast)]
    assert reverse("pathways:choice-list") + "?state=submitted" in found
    assert reverse("pathways:update-list") + "?state=submitted" in found
    assert len(found) == 4


# --- growth ---------------------------------------------------------------------------------
def test_answers_in_bulk_cost_the_same_at_two_sizes(cast):
    costs = []
    for more in (1, 4):
        add_towns(cast, more)
        ids = list(cast.agreement.participants.values_list("pk", flat=True))
        forget_access(cast.staff)
        with counted() as queries:
            progress_of(ids)
            schedule_of(cast.agreement, ids, TODAY)
            evaluate_choice(cast.agreement, ids, TODAY)
            list(items(cast.staff, cast.agreement, TODAY))
        costs.append(len(queries))
    assert costs[0] == costs[1]


@pytest.mark.parametrize("name", ["pathway-matrix", "choice-list", "update-list"])
@pytest.mark.parametrize("query", ["", "?export=csv", "?q=เทศบาล&state=submitted&pathway=1"])
def test_lists_cost_the_same_at_two_sizes(client, cast, name, query):
    client.force_login(cast.staff)
    costs = []
    for more in (1, 4):
        add_towns(cast, more)
        client.get(reverse(f"pathways:{name}"))
        with counted() as queries:
            answer = client.get(reverse(f"pathways:{name}") + query)
            if answer.streaming:
                b"".join(answer.streaming_content)
        assert answer.status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_filters_and_search_of_lists(client, cast):
    add_towns(cast, 1)
    choice = make.make_choice(
        cast.town, cast.pathways[2], by=cast.alice, decided_by=cast.staff, dimensions=["energy"], reason="พลังงาน"
    )
    make.make_update(choice, cast.periods[0], by=cast.alice, done="ติดตั้งแผงโซลาร์")
    client.force_login(cast.staff)

    def total(name, query):
        return client.get(reverse(f"pathways:{name}"), query).context["listing"]["page"].paginator.count

    assert total("choice-list", {"dimension": "energy"}) == 1
    assert total("choice-list", {"state": "submitted"}) == 1
    assert total("choice-list", {"pathway": cast.pathways[2].pk}) == 1
    assert total("choice-list", {"q": "กระบี"}) == 1  # without its tone mark
    assert total("pathway-matrix", {"gate": "none"}) == 1
    assert total("pathway-matrix", {"gate": "some"}) == 2
    assert total("pathway-matrix", {"pathway": cast.pathways[2].pk}) == 1
    assert total("update-list", {"q": "โซลาร์"}) == 1
    assert total("update-list", {"state": "accepted"}) == 1
