"""Comparison: numbers that open what they count, cases side by side, and files that tell no more than consented."""

import csv
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pathways.lessons import counting
from pathways.lessons.counting import Question, as_word
from pathways.lessons.matrix import ANY
from pathways.lessons.services import reindex
from tests import factories as make

pytestmark = pytest.mark.django_db

COMPARE, EVIDENCE, CASES = map(reverse, ("lessons:compare", "lessons:compare-evidence", "lessons:case-compare"))
QUESTIONS = [
    {"by": by, "what": what, **more} for by in counting.BY for what in counting.WHAT for more in ({}, {"judged": "1"})
]


@pytest.fixture
def client(client_of):
    return client_of("researcher")


def numbers(page):
    """Every number of the matrix with the address that it opens."""
    shown = page.context
    cells = [cell for row in shown["rows"] for cell in (*row["cells"], row["total"])]
    return [(cell["count"], cell["url"]) for cell in (*cells, *shown["totals"], shown["total"])]


def test_every_number_opens_exactly_as_many(world, client):
    make.make_lesson(world.a.participant, themes=[world.themes["budget"], world.themes["people"]])
    make.make_lesson(world.b.participant)  # no theme, no pathway
    kind, region = "town_municipality", "south"
    for question in (*QUESTIONS, {"kind": kind}, {"region": region, "by": "pathway"}, {"period": world.periods[0].pk}):
        found = numbers(client.get(COMPARE, question))
        assert sum(count for count, _url in found) > 4
        for count, url in dict.fromkeys(found):
            assert bool(url) == bool(count)
            if url:
                evidence = client.get(url)
                assert evidence.context["page"].paginator.count == count, url
                assert len(evidence.context["items"]) == min(count, 30)


def test_withdrawn_lessons_and_others_drafts_do_not_count(world, client):
    before = client.get(COMPARE).context["total"]["count"]
    for state in ("withdrawn", "draft"):
        make.make_lesson(world.a.participant, state=state, themes=[world.themes["budget"]])
    assert client.get(COMPARE).context["total"]["count"] == before
    judged = client.get(COMPARE, {"judged": "1"}).context["total"]["count"]
    assert judged == 4 < before


def test_one_codebook_alone_and_retired_themes_as_long_as_they_count(world, client):
    other = make.make_codebook(world.agreement, name_th="อื่น", name_en="Other")
    theme = make.make_theme(other, "other")
    make.make_lesson(world.a.participant, themes=[theme])
    page = client.get(COMPARE, {"codebook": other.pk})
    assert [one["theme"] for one in page.context["themes"]] == [theme]
    assert page.context["total"]["count"] == 1
    assert str(other) in page.content.decode()

    theme = make.make_theme(world.themes["budget"].codebook, "gone", state="retired")
    assert theme not in [one["theme"] for one in client.get(COMPARE).context["themes"]]
    make.make_lesson(world.a.participant, themes=[theme])
    assert theme in [one["theme"] for one in client.get(COMPARE).context["themes"]]


def test_rows_and_themes_that_are_none_of_the_matrix_are_not_there(world, client):
    for query in ({"row": "999999"}, {"theme": "999999"}, {"row": "0"}):
        assert client.get(EVIDENCE, query).status_code == 404
    for query in (
        {"row": "x"},
        {"by": "x", "what": "x"},
        {"kind": "x", "region": "x", "period": "x"},
        {"codebook": "x"},
        {"page": "99"},
        {"row": "1" * 30},
    ):
        assert client.get(EVIDENCE, query).status_code == 200


def test_words_of_an_address_are_read_back():
    for key in (ANY, None, 7):
        assert counting.place(as_word(key)) == key
    asked = Question("pathway", "passages", True, 3, "town_municipality", "north", 4)
    assert counting.asked(asked.as_query()) == asked


def test_organisations_of_a_kind_or_region_and_one_period_alone(world, client):
    north = make.make_participant(
        "north", agreement=world.agreement, province=make.make_province("TH-50", region="north")
    )
    lesson = make.make_lesson(north, themes=[world.themes["people"]], period=world.periods[-1])
    page = client.get(COMPARE, {"region": "north"})
    assert [row["name"] for row in page.context["rows"]] == [str(north)]
    assert page.context["total"]["count"] == 1
    assert client.get(page.context["total"]["url"]).context["items"][0]["lesson"] == lesson
    assert client.get(COMPARE, {"region": "north", "by": "pathway"}).context["total"]["count"] == 1
    every = client.get(COMPARE).context["total"]["count"]
    by_period = [client.get(COMPARE, {"period": one.pk}).context["total"]["count"] for one in world.periods]
    assert 0 < sum(by_period) <= every
    assert by_period[-1] >= 1
    empty = client.get(COMPARE, {"region": "north", "what": "passages"})
    assert empty.context["total"]["count"] == 0
    assert "?by=participant&amp;what=passages" in empty.content.decode()


def test_a_file_about_one_region_counts_what_is_told_with_the_name_alone(world, client):
    north = make.make_participant(
        "north", agreement=world.agreement, province=make.make_province("TH-50", region="north")
    )
    for consent in ("named", "pathway", "anonymous"):
        make.make_lesson(north, themes=[world.themes["people"]], consent=consent)
    for by in counting.BY:
        _head, *rows = rows_of(client.get(COMPARE, {"export": "csv", "by": by, "region": "north"}))
        assert rows[-1][-1] == "1", by
    *_rows, total = rows_of(client.get(COMPARE, {"export": "csv"}))
    assert int(total[-1]) >= 3


def rows_of(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_files_tell_no_more_than_is_consented(world, client):
    body = world.a.participant
    make.make_lesson(
        body, themes=[world.themes["people"]], consent="anonymous", pathway=world.a.choices["confirmed"].pathway
    )
    make.make_lesson(body, themes=[world.themes["people"]], state="validated")  # nobody consented
    head, *rows = rows_of(client.get(COMPARE, {"export": "csv"}))
    column = head.index(str(world.themes["people"]))
    told = {row[0]: row[column] for row in rows}
    assert told[str(body)] == "0"
    assert told["ไม่ระบุ ตามการยินยอม"] == "1"
    assert rows[-1][-1] == str(sum(int(row[-1]) for row in rows[:-1]))
    head, *rows = rows_of(client.get(COMPARE, {"export": "csv", "by": "pathway"}))
    assert {row[0]: row[column] for row in rows}["ไม่ระบุ ตามการยินยอม"] == "1"
    quote = world.a.sources["taken"].excerpts.first()
    type(quote).objects.filter(pk=quote.pk).update(
        consent="pathway", consent_by=world.a.coordinator, consent_at=make.MOMENT
    )
    by_pathway = rows_of(client.get(COMPARE, {"export": "csv", "what": "passages", "by": "pathway"}))
    assert by_pathway[-1][-1] == "1"
    assert next(row[0] for row in by_pathway[1:-1] if row[-1] == "1").startswith("1)")
    by_party = rows_of(client.get(COMPARE, {"export": "csv", "what": "passages"}))
    assert [row[0] for row in by_party[1:-1] if row[-1] == "1"] == ["ไม่ระบุ ตามการยินยอม"]


def test_the_workbook_holds_numbers(world, client):
    answer = client.get(COMPARE, {"export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet.cell(sheet.max_row, sheet.max_column).value == 2


def test_cases_stand_side_by_side(world, client):
    picked = [world.a.lessons["published"], world.b.lessons["published"], world.a.lessons["research"]]
    page = client.get(CASES, {"lesson": [row.pk for row in picked]})
    assert [one["lesson"].pk for one in page.context["cases"]] == [row.pk for row in picked]
    assert all(len(texts) == 3 for _label, texts in page.context["texts"])
    draft, elsewhere = (
        world.a.lessons["draft"],
        make.make_participant("far", agreement=make.make_agreement("other", current=False)),
    )
    hidden = client.get(CASES, {"lesson": [draft.pk, make.make_lesson(elsewhere).pk, "x", "9" * 30]})
    assert hidden.context["cases"] == []  # not read, not of this agreement, no lesson at all
    many = [make.make_lesson(world.a.participant, by=world.a.coordinator).pk for _each in range(5)]
    page = client.get(CASES, {"lesson": many})
    assert len(page.context["cases"]) == 4
    assert len(list(page.context["messages"])) == 1
    lesson = make.make_lesson(world.b.participant, title="เรื่องกังหันลม")
    reindex([lesson.pk])
    assert [one["lesson"].pk for one in client.get(CASES, {"q": "กังหัน"}).context["offered"]] == [lesson.pk]


def test_pages_cost_the_same_however_much_there_is(world, client):
    urls = [
        *(
            f"{COMPARE}?by={by}&what={what}{more}"
            for by in counting.BY
            for what in counting.WHAT
            for more in ("", "&export=csv")
        ),
        *(f"{EVIDENCE}?what={what}" for what in counting.WHAT),
        f"{CASES}?lesson={world.a.lessons['published'].pk}",
    ]

    def queries():
        found = []
        for url in urls:
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(url)
                if answer.streaming:
                    list(answer)
            found.append(len(captured))
        return found

    queries()
    small = queries()
    for number in range(4):
        theme = make.make_theme(world.themes["budget"].codebook, f"more-{number}")
        body = make.make_participant(f"more-{number}", agreement=world.agreement)
        make.make_lesson(body, themes=[theme, world.themes["budget"]], consent="named")
        make.make_coding(make.make_excerpt(make.make_source(body, by=world.researcher)), theme, world.researcher)
    assert queries() == small
