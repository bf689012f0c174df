"""The board and the ledger's page: few queries, every number a link, filters, what became overdue."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import html

from mou_portal.board_facts import period_line
from mou_portal.ledger_store import marks, whole_ledger
from mou_portal.registry import CalendarDate, State
from participants.ledger import ledger_of
from tests import factories as make

BOARD = "admin:index"
#: The whole page, sessions and rights included, as long as nothing changed since somebody last looked.
MOST_QUERIES = 15


@pytest.fixture(autouse=True)
def empty_store(db):
    cache.clear()


def page_of(client, url):
    return html.fromstring(client.get(url).content.decode())


def queries_of(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_board_takes_few_queries_and_not_more_for_more_parties(world, client_of):
    client = client_of("programme")
    url = reverse(BOARD)
    client.get(url)
    first = queries_of(client, url)
    assert first <= MOST_QUERIES
    for number in range(28):
        make.make_participant(
            f"more-{number}", agreement=world.agreement, province=make.make_province(f"TH-{30 + number}")
        )
    cold = queries_of(client, url)
    assert queries_of(client, url) == first
    make.make_participant("one-more", agreement=world.agreement)
    assert queries_of(client, url) == cold, "what is evaluated anew costs the same, too"


def test_a_stored_ledger_says_what_an_evaluated_one_says_until_something_changes(world):
    today = timezone.localdate()
    evaluated = ledger_of(world.agreement, today)
    before = marks()
    for _time in range(2):
        stored = whole_ledger(world.agreement, today)
        assert stored.counts() == evaluated.counts()
        assert [row.obligation.name for row in stored.rows] == [row.obligation.name for row in evaluated.rows]
        assert [
            (cell.participant, cell.standing.state, cell.standing.done, cell.standing.required, cell.standing.due_on)
            for row in (*stored.rows, *stored.institute_rows)
            for cell in row.cells
        ] == [
            (cell.participant, cell.standing.state, cell.standing.done, cell.standing.required, cell.standing.due_on)
            for row in (*evaluated.rows, *evaluated.institute_rows)
            for cell in row.cells
        ]
    assert marks() == before
    waiver = world.b.waiver
    waiver.delete()
    assert marks() != before
    cells = {row.obligation.name: row.cells for row in whole_ledger(world.agreement, today).rows}
    assert State.OVERDUE in {cell.standing.state for cell in cells[world.duty.name]}
    with pytest.raises(LookupError):
        whole_ledger(world.agreement, today).rows[0].obligation.evaluate(world.agreement, [], today)


def test_every_number_leads_to_the_cells_behind_it(world, client_of):
    client = client_of("programme")
    board = page_of(client, reverse(BOARD))
    links = board.xpath('//p[@class="legend"]//a')
    assert len(links) == len(State)
    for link in links:
        count = int(link.xpath('.//span[@class="num"]')[0].text)
        listed = page_of(client, link.get("href")).xpath('//ul[@class="duties"]/li')
        assert len(listed) == count
    assert all(cell.xpath(".//a") for cell in board.xpath('//table[@class="board-grid"]//td'))


def test_the_map_shows_each_province_by_its_most_pressing_party_and_leads_to_it(world, client_of):
    client = client_of("programme")
    rows = page_of(client, reverse(BOARD)).xpath('//figure[contains(@class, "map")]//tbody/tr')
    assert len(rows) == 2
    for row in rows:
        (province,) = row.xpath(".//th/a/@href")
        (party,) = row.xpath(".//td[last()]/a/@href")
        cells = page_of(client, province).xpath('//table[@class="board-grid"]/tbody/tr')
        assert [cell.xpath("./th/a/@href") for cell in cells] == [[party]]
        assert "state-overdue" in row.xpath("./td[1]/@class")[0]


def test_filters_narrow_the_grid(world, client_of):
    client = client_of("programme")
    world.b.choices["confirmed"].versions.update(state="draft")
    first = world.a.choices["confirmed"].pathway.code
    for query, names in (
        ("", ["town-a", "town-b"]),
        ("?province=TH-82", ["town-b"]),
        (f"?pathway={first}", ["town-a"]),
        ("?kind=city_municipality", []),
        ("?kind=nothing&day=x&state=y", ["town-a", "town-b"]),
        ("?province=%00", ["town-a", "town-b"]),  # nothing is left of it
    ):
        for page in (reverse(BOARD), reverse("ledger:ledger-detail")):
            found = page_of(client, page + query).xpath('//table[@class="board-grid"]/tbody/tr/th/a/@href')
            assert [url.rstrip("/").rsplit("/", 1)[1] for url in found] == names


def test_what_became_overdue_this_week(world, client_of):
    today = timezone.localdate()
    for days, title in ((1, "พ้นกำหนดเมื่อวาน"), (7, "พ้นกำหนดเจ็ดวัน"), (8, "พ้นกำหนดแปดวัน"), (0, "ครบกำหนดวันนี้")):
        make.make_duty(
            world.agreement,
            by=world.programme,
            title_th=title,
            title_en=title,
            due_on=today - timedelta(days=days),
            participants=[world.a.participant],
        )
    board = page_of(client_of("programme"), reverse(BOARD))
    text = board.xpath('string(//section[@aria-labelledby="board-overdue"])')
    assert [title in text for title in ("พ้นกำหนดเมื่อวาน", "พ้นกำหนดเจ็ดวัน", "พ้นกำหนดแปดวัน", "ครบกำหนดวันนี้")] == [
        True,
        True,
        False,
        False,
    ]


def test_the_period_as_a_line(world):
    day = date(2019, 10, 2)
    events = [
        CalendarDate("1", "สัมมนา", day, day, "/a/"),
        CalendarDate("2", "ส่งรายงาน", day, day, "/b/"),
        CalendarDate("3", "ก่อนเริ่ม", date(2019, 1, 1), date(2019, 1, 1), "/c/"),
    ]
    line = period_line(world.agreement, events, date(2020, 1, 1))
    assert [(mark.on, mark.titles, mark.past) for mark in line.marks] == [(day, ("สัมมนา", "ส่งรายงาน"), True)]
    assert 0 < line.marks[0].at < line.today < 1000
    assert period_line(world.agreement, events, date(2022, 1, 1)).today is None
    assert period_line(make.make_agreement("draft", current=False, signed_on=None), events, day) is None


def test_the_ledger_of_a_coordinator_holds_no_other_party(world, client_of):
    page = client_of("coordinator_a").get(reverse("ledger:ledger-detail")).content.decode()
    assert world.a.participant.get_absolute_url() in page
    assert world.b.participant.get_absolute_url() not in page
    export = client_of("coordinator_a").get(reverse("ledger:ledger-detail") + "?export=csv").getvalue().decode()
    assert "town-a" in export
    assert "town-b" not in export
