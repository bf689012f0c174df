"""Several people at one synthesis at the same moment: one edition, one order, no word lost."""

import pytest

from mou_portal.records import Stale
from pathways.lessons import services
from pathways.lessons.edition_facts import content_of
from pathways.lessons.editions import digest
from pathways.lessons.models import Chapter, Edition, Statement, Synthesis
from tests import factories as make
from tests.pathways.conftest import within_the_period  # noqa: F401 — a fixture that crowd asks for
from tests.pathways.test_races import at_once, crowd, shared_database  # noqa: F401 — fixtures

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def synthesis(crowd):  # noqa: F811 — the fixture imported above
    row = make.make_synthesis(crowd.agreement, by=crowd.staff)
    for number in range(4):
        make.make_statement(row, text=f"ข้อ {number}")
    return row


def copies(row, number=6):
    return [type(row).objects.get(pk=row.pk) for _each in range(number)]


def test_many_publish_at_once_and_one_edition_comes_of_it(crowd, synthesis):  # noqa: F811 — as above
    seen = digest(content_of(synthesis).as_json())
    steps = [
        lambda row=row: services.publish_edition(synthesis=row, user=crowd.staff, seen=seen, note="ฉบับแรก")
        for row in copies(synthesis)
    ]
    assert at_once(*steps).count(None) == 1
    assert list(Edition.objects.values_list("number", "sha256")) == [(1, seen)]


def test_many_move_at_once_and_every_place_is_taken_once(crowd, synthesis):  # noqa: F811 — as above
    rows = list(Statement.objects.filter(chapter__synthesis=synthesis))
    steps = [
        lambda row=row, up=up: services.move_statement(statement=row, user=crowd.staff, up=up)
        for row in rows
        for up in (True, False)
    ]
    assert at_once(*steps) == [None] * 8
    orders = Statement.objects.filter(chapter__synthesis=synthesis).order_by("order").values_list("order", flat=True)
    assert list(orders) == [1, 2, 3, 4]


def test_two_write_one_statement_at_once_and_the_second_is_told(crowd, synthesis):  # noqa: F811 — as above
    one, two = copies(Statement.objects.get(text="ข้อ 0"), 2)
    one.text, two.text = "ของเธอ", "ของฉัน"
    outcomes = at_once(
        *[lambda row=row: services.save_statement(statement=row, user=crowd.staff, expected=1) for row in (one, two)]
    )
    assert outcomes.count(None) == 1
    [stale] = [outcome for outcome in outcomes if outcome is not None]
    assert isinstance(stale, Stale)
    assert stale.current.text in ("ของเธอ", "ของฉัน")


def test_chapters_added_at_once_stand_one_behind_another(crowd, synthesis):  # noqa: F811 — as above
    steps = [
        lambda row=row: services.save_chapter(chapter=Chapter(synthesis=row, title="ใหม่"), user=crowd.staff)
        for row in copies(synthesis)
    ]
    assert at_once(*steps) == [None] * 6
    orders = Synthesis.objects.get(pk=synthesis.pk).chapters.order_by("order").values_list("order", flat=True)
    assert list(orders) == [1, 2, 3, 4, 5, 6, 7]
