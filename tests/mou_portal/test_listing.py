"""Lists: what is asked in the address narrows, sorts and pages; whatever else it says is ignored."""

import csv
import io
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from mou_portal.listing import PAGE_SIZE, Column, Filter, Listing, contains, field_filter
from participants.models import GovernmentKind, Participant
from tests import factories as make

pytestmark = pytest.mark.django_db

LIST = "participants:participant-list"


@pytest.fixture
def staff(client: Client) -> Client:
    """Programme staff, in an agreement of three parties."""
    agreement = make.make_agreement()
    names = [
        ("ตำบลหนองบัว", "Nong Bua", GovernmentKind.SUBDISTRICT),
        ("เมืองกระบี่", "Krabi", GovernmentKind.TOWN),
        ("เกาะแก้ว", "Ko Kaeo", GovernmentKind.SUBDISTRICT),
    ]
    for number, (name_th, name_en, kind) in enumerate(names, 1):
        make.make_participant(
            f"body-{number}",
            agreement=agreement,
            name_th=name_th,
            name_en=name_en,
            kind=kind,
            province=make.make_province(f"TH-{80 + number}", name_th=f"จังหวัด {number}"),
        )
    client.force_login(make.make_staff())
    return client


def shown(answer: Any) -> list[str]:
    """The organisations' names, from top to bottom."""
    return [row[1]["value"] for row in answer.context["listing"]["rows"]]


def exported(answer: Any) -> list[list[str]]:
    text = b"".join(answer).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_rows_come_in_the_order_of_the_memorandum(staff: Client) -> None:
    assert shown(staff.get(reverse(LIST))) == ["ตำบลหนองบัว", "เมืองกระบี่", "เกาะแก้ว"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=กระบี่", ["เมืองกระบี่"]),
        ("q=krabi", ["เมืองกระบี่"]),
        ("q=KRABI", ["เมืองกระบี่"]),
        ("q=ko kaeo", ["เกาะแก้ว"]),
        ("q=ko krabi", []),
        ("q=" + "ก" * 5000, []),
        ("q=%25", []),
        ("q=_", []),
        ("q=' OR 1=1 --", []),
        ("kind=town_municipality", ["เมืองกระบี่"]),
        ("kind=town_municipality&q=ko", []),
        ("province=TH-83", ["เกาะแก้ว"]),
        ("sort=local_government__sort_key", ["เกาะแก้ว", "ตำบลหนองบัว", "เมืองกระบี่"]),
        ("sort=-local_government__sort_key", ["เมืองกระบี่", "ตำบลหนองบัว", "เกาะแก้ว"]),
    ],
)
def test_what_is_asked_narrows_and_sorts(staff: Client, query: str, names: list[str]) -> None:
    assert shown(staff.get(f"{reverse(LIST)}?{quote(query, safe='=&%')}")) == names


@pytest.mark.parametrize(
    "query",
    [
        "kind=emperor",
        "province=TH-99",
        "sort=agreement__code",
        "sort=local_government__phone",
        "sort=--order",
        "sort=pk",
        "sort=?",
        "page=99",
        "page=-1",
        "page=x",
        "page=",
        "export=pdf",
        "no=such&key=1",
        "kind=%00",
        "q=%00",
        "sort=%00",
    ],
)
def test_what_is_not_understood_is_ignored(staff: Client, query: str) -> None:
    answer = staff.get(f"{reverse(LIST)}?{query}")
    assert answer.status_code == 200
    assert len(shown(answer)) in ((0, 3) if query == "q=%00" else (3,))


def test_a_page_holds_so_many_rows_and_the_rest_follows(staff: Client) -> None:
    agreement = Participant.objects.all()[0].agreement
    for number in range(PAGE_SIZE):
        make.make_participant(f"more-{number}", agreement=agreement)
    first, second = staff.get(reverse(LIST)), staff.get(reverse(LIST) + "?page=2")
    assert (len(shown(first)), len(shown(second))) == (PAGE_SIZE, 3)
    assert not set(first.context["listing"]["page"]) & set(second.context["listing"]["page"])


def test_an_export_holds_every_row_that_the_filters_leave(staff: Client) -> None:
    agreement = Participant.objects.all()[0].agreement
    for number in range(PAGE_SIZE):
        make.make_participant(f"more-{number}", agreement=agreement)
    assert len(exported(staff.get(reverse(LIST) + "?export=csv&page=2"))) == PAGE_SIZE + 4
    only = exported(staff.get(reverse(LIST) + "?export=csv&province=TH-83"))
    assert [row[1] for row in only[1:]] == ["เกาะแก้ว"]
    book = openpyxl.load_workbook(io.BytesIO(staff.get(reverse(LIST) + "?export=xlsx&province=TH-83").content))
    assert [cell.value for cell in book.active["B"]][1:] == ["เกาะแก้ว"]


def test_an_export_disarms_what_people_wrote(staff: Client) -> None:
    Participant.objects.update(signatory_as_printed="=1+1")
    assert {row[4] for row in exported(staff.get(reverse(LIST) + "?export=csv"))[1:]} == {"'=1+1"}


def test_links_keep_what_else_was_asked(staff: Client) -> None:
    listing = staff.get(reverse(LIST) + "?q=a&page=1&sort=order").context["listing"]
    assert listing["page_base"] == "?q=a&sort=order&"
    assert dict(listing["exports"])["CSV"] == "?q=a&sort=order&export=csv"
    heads = {str(one["title"]): one for one in listing["columns"]}
    assert [one["sorted"] for one in heads.values()].count("asc") == 1
    assert "?q=a&sort=-order" in [one["sort_url"] for one in heads.values()]


# --- a list of its own ----------------------------------------------------------------------


def respond(path: str) -> HttpResponse:
    """A list with a state and a boolean, exported."""
    listing = Listing(
        title="List",
        columns=[
            Column("State", lambda row: ("ok", "fine"), kind="state"),
            Column("Told", lambda row: True),
            Column("Nothing", lambda row: None),
        ],
        filters=[
            field_filter("order", "Order", [(1, "one")]),
            Filter("all", "All", lambda request: [("x", "X")], lambda rows, value: rows.none()),
        ],
        search=contains("signatory_as_printed", "local_government__code"),
    )
    request: HttpRequest = RequestFactory().get(path)
    return listing.respond(request, Participant.objects.all())


def test_states_and_truths_are_words_in_a_file(staff: Client) -> None:
    rows = exported(respond("/?export=csv&order=1"))
    assert rows[0] == ["State", "Told", "Nothing"]
    assert len(rows) == 2
    assert rows[1][0] == "fine"
    assert rows[1][1] in ("ใช่", "yes")
    assert rows[1][2] == ""


def test_every_word_must_occur_in_one_of_the_columns(staff: Client) -> None:
    assert len(exported(respond("/?export=csv&q=ใจดี body-2"))) == 2
    assert len(exported(respond("/?export=csv&q=ใจดี"))) == 4
    assert len(exported(respond("/?export=csv&all=x"))) == 1
