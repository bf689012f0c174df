"""What waits for whom about seminars."""

from datetime import date

import pytest
from django.urls import reverse

from mou_portal.registry import agenda
from tests import factories as make
from tests.seminars.conftest import TODAY

NAMES = ["seminars-coordinators", "seminars-visitors", "seminars-programme"]


def waiting(user, agreement):
    return [item for name in NAMES for item in agenda.get(name).items(user, agreement, TODAY)]


@pytest.fixture
def soon(cast):
    return make.make_seminar(cast.agreement, kind="presentation_day", starts_on=date(2019, 12, 5))


def test_a_coordinator_names_delegates_and_writes_for_the_day(cast, soon):
    make.make_seat(soon, cast.town, delegate_name="")
    make.make_seat(soon, cast.other)
    items = waiting(cast.alice, cast.agreement)
    assert [(item.url, item.due_on, item.participant_id, item.urgent) for item in items] == [
        (soon.get_absolute_url(), soon.starts_on, cast.town.pk, True),
        (f"{reverse('seminars:presentation-create')}?seminar={soon.pk}", soon.starts_on, cast.town.pk, False),
    ]
    assert [item.url for item in waiting(cast.bob, cast.agreement)] == [items[1].url]


def test_a_draft_is_gone_on_with_and_a_returned_one_mended(cast, soon):
    draft = make.make_presentation(cast.town, soon, state="draft", by=cast.alice)
    assert [item.url for item in waiting(cast.alice, cast.agreement)] == [draft.get_absolute_url()]
    type(draft).objects.update(state="returned", note="เพิ่มผลลัพธ์")
    (item,) = waiting(cast.alice, cast.agreement)
    assert (item.url, item.detail) == (reverse("seminars:presentation-edit", args=[draft.pk]), "เพิ่มผลลัพธ์")
    type(draft).objects.update(state="submitted")
    assert waiting(cast.alice, cast.agreement) == []


def test_visitors_report_their_visits(cast):
    mine = make.make_visit(cast.town, by=cast.staff, state="done", visitors=[cast.adviser])
    make.make_visit(cast.town, by=cast.staff, state="reported", visitors=[cast.adviser])
    make.make_visit(cast.town, by=cast.staff, state="done")
    assert [item.url for item in waiting(cast.adviser, cast.agreement)] == [
        reverse("seminars:visit-report", args=[mine.pk])
    ]
    assert waiting(cast.researcher, cast.agreement) == []


def test_programme_staff_decide_plan_finish_review_and_close(cast):
    asked = make.make_visit(cast.town, by=cast.alice, state="asked", arranged_by="local_government")
    agreed = make.make_visit(cast.town, by=cast.alice, state="agreed", arranged_by="local_government")
    past = make.make_visit(cast.town, by=cast.staff, visit_on=date(2019, 11, 1))
    make.make_visit(cast.town, by=cast.staff, visit_on=date(2020, 1, 1))
    seminar = make.make_seminar(cast.agreement)
    row = make.make_presentation(cast.town, seminar, by=cast.alice)
    urls = {item.url for item in waiting(cast.staff, cast.agreement)}
    assert urls == {
        reverse("seminars:visit-decide", args=[asked.pk]),
        agreed.get_absolute_url(),
        past.get_absolute_url(),
        reverse("seminars:presentation-decide", args=[row.pk]),
        seminar.get_absolute_url(),
    }


def test_nothing_waits_for_those_who_read(cast, soon):
    make.make_seat(soon, cast.town, delegate_name="")
    make.make_visit(cast.town, by=cast.alice, state="asked", arranged_by="local_government")
    for reader in (cast.mayor, cast.finance):
        assert waiting(reader, cast.agreement) == []
    assert waiting(cast.alice, make.make_agreement("later", current=False)) == []
