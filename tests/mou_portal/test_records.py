"""States move once, edits do not overwrite each other, and both leave their trace."""

import pytest
from django.db import IntegrityError, transaction

from mou_portal.records import Conflict, Stale, save_revision
from mou_portal.records import transition as move
from participants.models import LocalGovernment
from pathways.models import ProgressUpdate
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def update() -> ProgressUpdate:
    return make.make_update(make.make_choice(make.make_participant()), state="submitted")


def test_a_step_is_taken_once(update: ProgressUpdate) -> None:
    twin = ProgressUpdate.objects.get(pk=update.pk)
    reviewer = make.make_staff()
    move(update, sources=["submitted"], target="accepted", reviewed_by=reviewer, reviewed_at=make.MOMENT)
    written = update.history.count()
    with pytest.raises(Conflict) as refused:
        move(twin, sources=["submitted"], target="returned")
    assert twin.state == "accepted"  # the loser learns what is there now
    assert twin.get_state_display() in str(refused.value)
    assert update.history.count() == written


def test_a_step_writes_its_columns_its_revision_and_one_history_row(update: ProgressUpdate) -> None:
    before, revision = update.history.count(), update.revision
    move(update, sources=["submitted"], target="returned", reviewed_by=make.make_staff(), _change_reason="as asked")
    update.refresh_from_db()
    assert (update.state, update.revision) == ("returned", revision + 1)
    assert update.reviewed_by is not None
    assert update.history.count() == before + 1
    newest = update.history.first()
    assert (newest.state, newest.revision, newest.history_change_reason) == ("returned", revision + 1, "as asked")


def test_a_step_that_breaks_a_constraint_writes_nothing(update: ProgressUpdate) -> None:
    before = update.history.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        move(update, sources=["submitted"], target="accepted")  # accepted by nobody
    assert ProgressUpdate.objects.get(pk=update.pk).state == "submitted"
    assert update.history.count() == before


def test_the_second_of_two_editors_is_told_and_nothing_is_lost() -> None:
    body = make.make_local_government("krabi-pao")
    mine, theirs = LocalGovernment.objects.get(pk=body.pk), LocalGovernment.objects.get(pk=body.pk)
    theirs.phone = "075 000 001"
    save_revision(theirs, expected=1)
    mine.phone = "075 000 002"
    with pytest.raises(Stale) as told:
        save_revision(mine, expected=1)
    assert told.value.current.phone == "075 000 001"
    assert LocalGovernment.objects.get(pk=body.pk).phone == "075 000 001"
    save_revision(mine, expected=2)  # knowingly, having seen the other
    stored = LocalGovernment.objects.get(pk=body.pk)
    assert (stored.phone, stored.revision) == ("075 000 002", 3)
    assert [row.phone for row in stored.history.all()][:2] == ["075 000 002", "075 000 001"]
