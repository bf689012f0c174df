"""Names on a list and people on seats: what is certain is matched, everything else is left to a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seminars.matching import Doubt, Line, Place, bare, match

KRABI = ("เทศบาลเมืองกระบี่", "Krabi Town Municipality", "krabi-town")
OTHER = ("เทศบาลนครอุดรธานี", "Udon Thani City Municipality", "udon-thani")
PLACES = [
    Place(1, 10, KRABI, "นางสาวสมหญิง ใจดี"),
    Place(2, 10, KRABI, ""),
    Place(3, 20, OTHER, "นายสมชาย รักเมือง"),
    Place(4, 20, OTHER, "Mr. John Smith"),
]


def line(name, organisation="เทศบาลเมืองกระบี่", state="present", number=2):
    return Line(number, organisation, name, state)


def one(*args, **fields):
    found = match([line(*args, **fields)], PLACES)[0]
    return found.seat, found.doubt, found.candidates


@pytest.mark.parametrize(
    ("name", "organisation", "seat"),
    [
        ("นางสาวสมหญิง ใจดี", "เทศบาลเมืองกระบี่", 1),
        ("น.ส. สมหญิง  ใจดี", "krabi-town", 1),
        ("ดร.สมหญิง ใจดี", "Krabi Town Municipality", 1),
        ("สมหญิง ใจดี", "", 1),  # no organisation named, and only one person of the name
        ("john smith", "เทศบาลนครอุดรธานี", 4),
        ("ว่าที่ร้อยตรี สมชาย รักเมือง", "เทศบาลนครอุดรธานี", 3),
    ],
)
def test_a_name_is_the_same_without_title_blanks_and_capitals(name, organisation, seat):
    assert one(name, organisation) == (seat, Doubt.NONE, (seat,))


@pytest.mark.parametrize(
    ("name", "organisation", "doubt", "candidates"),
    [
        ("สมหญิง ใจดึ", "เทศบาลเมืองกระบี่", Doubt.SPELLING, (1,)),
        ("นายแปลกหน้า มาใหม่", "เทศบาลเมืองกระบี่", Doubt.NEW, (2,)),
        ("นายแปลกหน้า มาใหม่", "เทศบาลนครอุดรธานี", Doubt.OVER, ()),
        ("นายแปลกหน้า มาใหม่", "", Doubt.ORGANISATION, ()),
        ("สมหญิง ใจดี", "เทศบาลเมืองกระบี", Doubt.ORGANISATION, (1,)),  # the organisation misspelt
        ("สมหญิง ใจดี", "กรมหนึ่ง", Doubt.ORGANISATION, (1,)),
        ("สมหญิง ใจดี", "เทศบาลนครอุดรธานี", Doubt.OVER, ()),  # of another organisation
    ],
)
def test_everything_else_is_a_doubt(name, organisation, doubt, candidates):
    assert one(name, organisation) == (None, doubt, candidates)


def test_two_of_one_name_in_one_organisation_are_a_doubt():
    places = [Place(1, 10, KRABI, "นายสมชาย ใจดี"), Place(2, 10, KRABI, "ดร.สมชาย ใจดี")]
    found = match([line("สมชาย ใจดี")], places)[0]
    assert (found.seat, found.doubt, found.candidates) == (None, Doubt.SEVERAL, (1, 2))


def test_a_mark_that_cannot_be_read_is_a_doubt():
    assert one("สมหญิง ใจดี", state="") == (None, Doubt.STATE, (1,))


def test_a_person_on_two_lines_is_taken_once_and_more_people_than_seats_are_said():
    lines = [
        line("สมหญิง ใจดี", number=2),
        line("นางสาวสมหญิง ใจดี", number=3),
        line("แปลกหน้า มาใหม่", number=4),
        line("John Smith", "เทศบาลนครอุดรธานี", number=5),
        line("สมชาย รักเมือง", "เทศบาลนครอุดรธานี", number=6),
        line("คนที่สาม เกินมา", "เทศบาลนครอุดรธานี", number=7),
    ]
    found = [(one.seat, one.doubt) for one in match(lines, PLACES)]
    assert found == [
        (1, Doubt.NONE),
        (None, Doubt.TWICE),
        (None, Doubt.NEW),
        (4, Doubt.NONE),
        (3, Doubt.NONE),
        (None, Doubt.OVER),
    ]


names = st.one_of(st.text(max_size=12), st.sampled_from([place.name for place in PLACES] + ["สมหญิง ใจดี", "นาย", "ดร."]))
organisations = st.sampled_from(["", *KRABI, *OTHER, "เทศบาล", "?"])


@given(st.lists(st.tuples(names, organisations, st.sampled_from(["present", "absent", ""])), max_size=8))
def test_no_seat_is_given_twice_and_nothing_certain_is_in_doubt(rows):
    lines = [Line(number, organisation, name, state) for number, (name, organisation, state) in enumerate(rows, 2)]
    found = match(lines, PLACES)
    sure = [one.seat for one in found if one.seat is not None]
    assert len(sure) == len(set(sure))
    for one in found:
        assert (one.seat is None) == (one.doubt is not Doubt.NONE)
        if one.seat is not None:
            assert bare(PLACES[one.seat - 1].name) == bare(one.line.name) != ""
            assert one.line.state
        elif one.doubt is not Doubt.TWICE:
            assert not set(one.candidates) & set(sure)
