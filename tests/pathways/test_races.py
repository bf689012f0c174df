"""Several people at the same moment: one wins, the others are told, nothing is done twice."""

import threading

import pytest
from django.db import connections

from mou_portal.records import Conflict
from pathways.models import ChoiceState, ChoiceVersion, ProgressUpdate, UpdateEvent, UpdateState
from pathways.services import ReviewNote, accept_update, confirm_choice, return_update, start_update
from tests import factories as make
from tests.pathways.conftest import build_cast

pytestmark = pytest.mark.django_db(transaction=True)


def _connect(settings):
    return type(connections["default"])(settings, "default")


@pytest.fixture
def shared_database(transactional_db, tmp_path):
    """A database that several connections see at once: on SQLite a file, as in production."""
    original = connections["default"]
    if original.vendor == "sqlite":
        copy = tmp_path / "race.sqlite3"
        with original.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        connections["default"] = _connect({**original.settings_dict, "NAME": str(copy)})
    yield
    if connections["default"] is not original:
        connections["default"].close()
        connections["default"] = original


@pytest.fixture
def crowd(within_the_period, shared_database):
    """The cast, in a database that several connections see at once."""
    return build_cast()


def at_once(*steps):
    """Run the steps in threads that begin together, each on a connection of its own.

    Return what each raised (None for success).
    """
    settings = connections["default"].settings_dict
    barrier, outcomes = threading.Barrier(len(steps)), [None] * len(steps)

    def run(place, step):
        connections["default"] = _connect(settings)
        barrier.wait(timeout=10)
        try:
            step()
        except Conflict as error:
            outcomes[place] = error
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


def test_two_reviewers_at_once(crowd):
    choice = make.make_choice(crowd.town, crowd.pathways[0], by=crowd.alice, decided_by=crowd.staff)
    for number, period in enumerate(crowd.periods):
        update = make.make_update(choice, period, state=UpdateState.SUBMITTED, by=crowd.alice)
        one, two = ProgressUpdate.objects.get(pk=update.pk), ProgressUpdate.objects.get(pk=update.pk)
        outcomes = at_once(
            lambda row=one: accept_update(update=row, user=crowd.adviser),
            lambda row=two: return_update(update=row, user=crowd.staff, review=ReviewNote("แก้")),
        )
        assert outcomes.count(None) == 1, number
        assert any(isinstance(outcome, Conflict) for outcome in outcomes)
        decided = UpdateEvent.objects.filter(update=update, state__in=["accepted", "returned"])
        assert decided.count() == 1
        assert decided.get().state == ProgressUpdate.objects.get(pk=update.pk).state


def test_many_staff_confirm_one_choice(crowd):
    choice = make.make_choice(crowd.town, crowd.pathways[0], by=crowd.alice, decided_by=crowd.staff)
    make.make_version(choice, by=crowd.alice, state=ChoiceState.SUBMITTED, change_reason="เปลี่ยน")
    rows = [ChoiceVersion.objects.get(choice=choice, number=2) for _each in range(6)]
    outcomes = at_once(*[lambda row=row: confirm_choice(version=row, user=crowd.staff_two) for row in rows])
    assert outcomes.count(None) == 1
    assert list(ChoiceVersion.objects.order_by("number").values_list("state", flat=True)) == ["superseded", "confirmed"]
    assert rows[0].history.filter(state="confirmed").count() == 1


def test_many_taps_begin_one_report(crowd):
    choice = make.make_choice(crowd.town, crowd.pathways[0], by=crowd.alice, decided_by=crowd.staff)
    step = lambda: start_update(choice=choice, period=crowd.periods[0], user=crowd.alice)  # noqa: E731 — six times the same
    assert at_once(*[step] * 6) == [None] * 6
    assert ProgressUpdate.objects.count() == UpdateEvent.objects.count() == 1
