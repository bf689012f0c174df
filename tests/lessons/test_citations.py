"""Citations, read back by parsers that know nothing of how they were written."""

import json
from datetime import date

import bibtexparser
import jsonschema
import pytest
import rispy
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from mou_portal.registry import published
from pathways.lessons.exports.citations import Citation, bibtex, csl, readable, ris, tex, untex
from pathways.lessons.models import Lesson
from pathways.lessons.services import reindex

ONE = Citation(
    key="lessonBCDFGHJK",
    title="น้ำ 100% & {เครื่องวัด} ของ #1_ๆ",
    authors=("เทศบาลเมืองกระบี่", "A & B Town"),
    publisher="สถาบันพระปกเกล้า",
    url="https://mou.example.org/lessons/published/BCDFGHJK/",
    published_on=date(2020, 7, 8),
    number="BCDFGHJK",
    abstract="บรรทัดหนึ่ง\nTY  - BOOK\nบรรทัดสอง }",
    keywords=("ข้อมูล", "data"),
)
#: What citeproc's own schema says of an item of the fields that are written here.
CSL_ITEM = {
    "type": "object",
    "required": ["id", "type", "title", "author", "publisher", "URL", "issued"],
    "additionalProperties": False,
    "properties": {
        **{name: {"type": "string"} for name in ("id", "title", "publisher", "number", "language", "URL", "abstract")},
        "type": {"enum": ["report"]},
        "keyword": {"type": "string"},
        "author": {
            "type": "array",
            "items": {"type": "object", "required": ["literal"], "additionalProperties": False,
                      "properties": {"literal": {"type": "string", "minLength": 1}}},
        },
        "issued": {
            "type": "object",
            "additionalProperties": False,
            "required": ["date-parts"],
            "properties": {"date-parts": {"type": "array", "maxItems": 2, "items": {
                "type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "integer", "maximum": 2200}}}},
        },
    },
}  # fmt: skip


def read_bibtex(text):
    library = bibtexparser.parse_string(text)
    assert library.failed_blocks == []
    return [
        {"ID": one.key, "ENTRYTYPE": one.entry_type, **{name: field.value for name, field in one.fields_dict.items()}}
        for one in library.entries
    ]


def bare(value):
    return untex(value.removeprefix("{").removesuffix("}"))


def test_bibtex_is_read_back_with_the_year_of_the_common_era():
    [entry] = read_bibtex(bibtex([ONE]))
    assert entry["ID"] == ONE.key
    assert entry["ENTRYTYPE"] == "techreport"
    assert bare(entry["title"]) == ONE.title
    assert [bare(name) for name in entry["author"].split(" and ")] == list(ONE.authors)
    assert (entry["year"], entry["month"], entry["number"]) == ("2020", "7", "BCDFGHJK")
    assert entry["url"] == ONE.url
    assert untex(entry["abstract"]) == "บรรทัดหนึ่ง TY - BOOK บรรทัดสอง }"


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=40))
def test_any_title_stays_within_its_own_field(title):
    one = Citation("lessonX", f"x{title}", ("ก",), "ข", "https://e.org/")
    [entry] = read_bibtex(bibtex([one]))
    kept = " ".join("".join(letter if letter.isprintable() else " " for letter in one.title).split())
    assert untex(tex(one.title)) == kept
    assert "".join(bare(entry["title"]).split()) == "".join(kept.split())
    lines = ris([one]).splitlines()
    assert sum(line.startswith("TY  - ") for line in lines) == 1  # nothing begins a record of its own
    assert json.loads(csl([one]))[0]["title"] == kept


def test_ris_is_read_back_by_a_reader_of_lines():
    lines = [line for line in ris([ONE]).splitlines() if line]
    assert lines[0] == "TY  - RPRT"
    assert lines[-1].rstrip() == "ER  -"
    tags = [(line[:2], line[6:]) for line in lines[1:-1]]
    assert all(line[2:6] == "  - " for line in lines[1:-1])
    assert [value for tag, value in tags if tag == "AU"] == list(ONE.authors)
    assert dict(tags)["PY"] == "2020"
    assert ("KW", "ข้อมูล") in tags
    [record] = rispy.loads(ris([ONE]))
    assert record["title"] == ONE.title


def test_csl_holds_what_the_schema_knows_and_nothing_else():
    items = json.loads(csl([ONE, ONE]))
    jsonschema.Draft202012Validator({"type": "array", "items": CSL_ITEM}).validate(items)
    assert items[0]["issued"] == {"date-parts": [[2020, 7, 8]]}


def test_in_words_the_era_is_that_of_the_language():
    assert readable(ONE, "th").startswith("เทศบาลเมืองกระบี่ และ A & B Town. (2563, 8 กรกฎาคม). “น้ำ 100%")
    assert "(2020, July 8)" in readable(ONE, "en")
    undated = Citation("k", "เรื่อง", ("ก",), "", "https://e.org/")
    assert readable(undated, "th") == "ก. (ม.ป.ป.). “เรื่อง”. สืบค้นจาก https://e.org/"


@pytest.mark.django_db
def test_the_public_page_has_them_as_consented(world, client_of):
    lesson = world.a.lessons["published"]
    client = client_of("anonymous")
    page = client.get(lesson.get_public_url(), headers={"Accept-Language": "th"}).content.decode()
    assert f"({lesson.published_at.year + 543}, " in page
    for named in (True, False):
        if not named:
            Lesson.objects.filter(pk=lesson.pk).update(consent="anonymous")
            reindex([lesson.pk])
        for kind in ("bib", "ris", "json"):
            answer = client.get(reverse("lessons:public-cite", args=[lesson.public_code, kind]))
            text = answer.content.decode()
            assert f'filename="lesson-{lesson.public_code}.{kind}"' in answer["Content-Disposition"]
            assert (world.a.participant.name_th in text or world.a.participant.name_en in text) is named
    Lesson.objects.filter(pk=lesson.pk).update(consent="refused")
    assert client.get(reverse("lessons:public-cite", args=[lesson.public_code, "bib"])).status_code == 404


@pytest.mark.django_db
def test_the_rest_of_the_portal_shows_what_is_published_as_consented(world, django_assert_max_num_queries):
    lesson = world.a.lessons["published"]
    with django_assert_max_num_queries(6):
        found = published(world.agreement)
    assert {one.code for one in found} == set(
        Lesson.objects.public().filter(agreement=world.agreement).values_list("public_code", flat=True)
    )
    [one] = [one for one in found if one.code == lesson.public_code]
    assert world.a.participant.name_th in one.by or world.a.participant.name_en in one.by
    assert one.pathway == lesson.pathway.number
    Lesson.objects.filter(pk=lesson.pk).update(consent="anonymous")
    [one] = [one for one in published(world.agreement) if one.code == lesson.public_code]
    assert world.a.participant.name_th not in one.by
    assert one.pathway == 0
