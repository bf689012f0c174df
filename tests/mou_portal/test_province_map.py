"""The map: all 77 provinces by their ISO codes, signs that do not cover one another, one picture for page and paper."""

from __future__ import annotations

import csv
import re
from itertools import combinations
from math import hypot
from pathlib import Path
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from mou_portal import province_map
from mou_portal.pdf import render_pdf
from mou_portal.province_map import Entry, ProvinceMap, most_pressing, outlines, places, province_names, spread, step_of
from mou_portal.registry import State
from participants.ledger import STATE_LABELS, STATE_SIGNS
from tests.pdf_checks import accessibility_findings

PROVINCES = Path(province_map.__file__).parent / "data" / "provinces.csv"


def corners(path: str) -> list[tuple[int, int]]:
    """Every corner of a path of the data file: M with places, m and l with steps."""
    found: list[tuple[int, int]] = []
    x = y = 0
    for command, numbers in re.findall(r"([Mml])([-\d, ]*)", path.replace("z", " ")):
        values = [int(number) for number in re.findall(r"-?\d+", numbers)]
        for dx, dy in zip(values[::2], values[1::2], strict=True):
            x, y = (dx, dy) if command == "M" else (x + dx, y + dy)
            if command != "l":
                start = (x, y)
            found.append((x, y))
        if command == "l":
            x, y = start
    return found


def test_each_of_the_77_provinces_has_its_outline_and_only_the_lake_has_no_code() -> None:
    with PROVINCES.open(encoding="utf-8", newline="") as lines:
        known = [row["iso"] for row in csv.DictReader(lines)]
    assert len(known) == 77
    assert [one.iso for one in outlines()] == [*known, ""]
    assert list(province_names("th")) == list(province_names("en")) == known
    assert province_names("th")["TH-81"] == "กระบี่"
    assert province_names("en")["TH-10"] == "Bangkok"


def test_outlines_lie_in_the_drawing_with_their_signs_within_their_bounds() -> None:
    for one in outlines():
        found = corners(one.path)
        xs, ys = [x for x, _y in found], [y for _x, y in found]
        assert 0 <= min(xs) <= one.x <= max(xs) <= province_map.WIDTH, one.iso
        assert 0 <= min(ys) <= one.y <= max(ys) <= province_map.HEIGHT, one.iso


def test_the_frame_holds_bangkok_and_vicinity_and_touches_no_land() -> None:
    left, top, width, height = province_map.FRAME
    for one in outlines():
        if one.iso in province_map.METROPOLITAN:
            for x, y in corners(one.path):
                assert left < x * province_map.SCALE + province_map.SHIFT[0] < left + width
                assert top < y * province_map.SCALE + province_map.SHIFT[1] < top + height
        assert not any(left <= x <= left + width and top <= y <= top + height for x, y in corners(one.path)), one.iso


@pytest.mark.parametrize(
    ("iso", "west_of", "south_of"),
    [
        ("TH-83", "TH-84", "TH-84"),  # Phuket, Surat Thani
        ("TH-58", "TH-57", None),  # Mae Hong Son, Chiang Rai
        ("TH-71", "TH-34", None),  # Kanchanaburi, Ubon Ratchathani
        ("TH-96", None, "TH-90"),  # Narathiwat, Songkhla
        ("TH-11", "TH-24", "TH-12"),  # Samut Prakan: Chachoengsao, Nonthaburi
        ("TH-12", "TH-26", "TH-14"),  # Nonthaburi: Nakhon Nayok, Ayutthaya
        ("TH-48", None, "TH-38"),  # Nakhon Phanom, Bueng Kan
    ],
)
def test_provinces_lie_where_they_are(iso: str, west_of: str | None, south_of: str | None) -> None:
    spots = {one.iso: one for one in outlines()}
    if west_of:
        assert spots[iso].x < spots[west_of].x
    if south_of:
        assert spots[iso].y > spots[south_of].y


def test_the_map_is_light() -> None:
    assert sum(len(one.path) for one in outlines()) < 12_000


def test_a_province_takes_the_most_pressing_state_of_its_parties() -> None:
    shown = ProvinceMap(
        "x",
        [
            Entry("TH-12", "A", State.FULFILLED),
            Entry("TH-12", "B", State.OVERDUE),
            Entry("TH-81", "C", State.PARTLY),
        ],
        by="state",
    )
    found = {place.outline.iso: place for place in places(shown)}
    assert found["TH-12"].state == State.OVERDUE
    assert found["TH-12"].number == 2
    assert found["TH-81"].state == State.PARTLY
    assert most_pressing([]) == State.NOT_APPLICABLE
    assert most_pressing([State.FULFILLED, State.NOT_APPLICABLE]) == State.FULFILLED


@pytest.mark.parametrize(
    ("entries", "by", "message"),
    [
        ([Entry("TH-99", "A")], "number", "TH-99"),
        ([Entry("", "A")], "number", "not a province"),
        ([Entry("TH-81", "A")], "state", "needs every entry's state"),
    ],
)
def test_what_cannot_be_drawn_is_refused(entries: list[Entry], by: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ProvinceMap("x", entries, by=by)  # type: ignore[arg-type]  # one of the two words


@pytest.mark.parametrize(("number", "largest", "step"), [(1, 1, 4), (1, 4, 1), (2, 3, 3), (3, 3, 4), (1, 100, 1)])
def test_steps_of_colour(number: int, largest: int, step: int) -> None:
    assert step_of(number, largest) == step


@given(st.lists(st.tuples(st.integers(0, 560), st.integers(0, 1025)), max_size=12))
def test_spread_signs_do_not_cover_one_another(points: list[tuple[float, float]]) -> None:
    moved = spread(points, 10, rounds=500)
    assert moved == spread(points, 10, rounds=500)
    assert all(hypot(a[0] - b[0], a[1] - b[1]) > 9.5 for a, b in combinations(moved, 2))


def test_the_signs_of_a_map_with_every_province_keep_apart() -> None:
    found = places(ProvinceMap("x", [Entry(one.iso, one.iso) for one in outlines() if one.iso]))
    close = [
        (a.outline.iso, b.outline.iso)
        for a, b in combinations(found, 2)
        if hypot(a.x - b.x, a.y - b.y) < 1.5 * province_map.RADIUS
    ]
    assert close == []
    moved = [hypot(place.x - x, place.y - y) for place in found for x, y in [province_map.spot(place.outline)]]
    assert max(moved) < 40


def drawn(shown: ProvinceMap, language: str, arguments: str = "") -> str:
    with translation.override(language):
        return Template("{% load maps %}{% party_map map " + arguments + " %}").render(Context({"map": shown}))


def signs(page: Any) -> list[str]:
    """The signs in the circles, in the order of the provinces' codes."""
    return [text.text for text in page.xpath('//g[@class="map-signs"]//text')]


STATES = ProvinceMap(
    "สถานะ",
    [
        Entry("TH-81", "อบจ.กระบี่", State.OVERDUE, url="/krabi/"),
        *(Entry("TH-12", f"เทศบาล <{n}>", State.FULFILLED) for n in range(8)),
    ],
    by="state",
    words=STATE_LABELS,
    signs=STATE_SIGNS,
    province_urls={"TH-12": "/?province=TH-12"},
)


def test_a_map_by_state_says_sign_and_word_and_the_table_says_the_same() -> None:
    page = lxml_html.fromstring(drawn(STATES, "en"))
    assert signs(page) == ["✓", "!"]  # in the order of the codes
    titles = [one.text for one in page.iter("title")]
    assert "Nonthaburi: fulfilled, 8 organisations" in titles
    assert "Krabi: overdue, 1 organisation" in titles
    rows = [" ".join(row.text_content().split()) for row in page.find(".//tbody")]
    assert rows[0].startswith("Nonthaburi")
    assert "✓fulfilled" in rows[0].replace(" ", "")
    assert rows[0].endswith("and 2 more")
    assert "เทศบาล <0>" in rows[0]  # escaped in the source, whole to the eye
    assert [a.get("href") for a in page.iter("a")] == ["/?province=TH-12", "/krabi/"]
    assert page.find(".//details") is not None


def test_a_map_by_number_on_paper_has_an_open_table_and_no_links_to_pages() -> None:
    shown = ProvinceMap("แผนที่", [Entry("TH-81", "อบจ.กระบี่", url="/krabi/"), Entry("TH-12", "ก"), Entry("TH-12", "ข")])
    page = lxml_html.fromstring(drawn(shown, "th", "paper=True"))
    assert signs(page) == ["2", "1"]
    assert page.find(".//details") is None
    assert list(page.iter("a")) == []
    assert "กระบี่" in page.find(".//tbody").text_content()
    assert "style" not in {name for one in page.iter() for name in one.attrib}
    bare = drawn(shown, "th", "table=False")
    assert "<table" not in bare
    assert "กรุงเทพฯ และปริมณฑล" in bare  # Nonthaburi is drawn larger
    assert "กรุงเทพฯ" not in drawn(ProvinceMap("x", [Entry("TH-81", "ก")]), "th", "table=False")


def test_the_map_in_a_pdf_is_tagged_and_described() -> None:
    html = f"<!doctype html><html lang=th><body><h1>แผนที่</h1>{drawn(STATES, 'th', 'paper=True')}</body></html>"
    pdf = render_pdf(html, title="แผนที่", author="สถาบัน", language="th")
    assert accessibility_findings(pdf) == []
