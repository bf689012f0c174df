"""What may be shown, to whom: the consent rule and the masking of names, without a database."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.lessons.consent import Audience, Body, LessonFacts, QuoteFacts, Topic, may_be_shown, shown, stricter
from pathways.lessons.masking import hints, mask, names_of_body, names_of_person

MARK = "[x]"
KRABI = Body(
    1,
    "เทศบาลเมืองกระบี่",
    "Krabi Town Municipality",
    kind="town_municipality",
    province_th="กระบี่",
    province_en="Krabi",
    region="south",
    words=(*names_of_body("เทศบาลเมืองกระบี่", "Krabi Town Municipality"), *names_of_person("นายก่อเกียรติ อินทรักษ์")),
)
OTHER = replace(KRABI, pk=2, name_th="เทศบาลเมืองพนัสนิคม", name_en="Phanat Nikhom", words=("พนัสนิคม",))
QUOTE = QuoteFacts(
    7, "ที่กระบี่เราเตือนกันเอง", "unasked", body=KRABI, pathway=Topic(3, "น้ำ", "Water"), source="ไฟล์กระบี่.docx"
)
FACTS = LessonFacts(
    pk=9,
    code="KNWNADDR",
    state="published",
    consent="named",
    words={"title": "เตือนภัยที่เทศบาลเมือง กระบี่", "lesson": "Krabi's people help. นายก่อเกียรติ เริ่ม"},
    body=KRABI,
    pathway=Topic(3, "น้ำ", "Water"),
    dimension="environment",
    quotes=(QUOTE,),
)


def outside(**changes):
    return shown(replace(FACTS, **changes), Audience.OUTSIDE, mark=MARK)


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "validated", "withdrawn"])
def test_nothing_that_is_not_published_is_shown_outside(state):
    assert outside(state=state) is None


@pytest.mark.parametrize("consent", ["unasked", "refused"])
def test_nothing_without_consent_is_shown_outside(consent):
    assert outside(consent=consent) is None
    assert not may_be_shown("published", consent)


def test_inside_everything_is_shown_whatever_the_consent():
    for consent in ("unasked", "named", "anonymous", "refused"):
        one = shown(replace(FACTS, consent=consent, state="draft"), Audience.INSIDE, mark=MARK)
        assert (one.who_th, dict(one.words), one.quotes[0].text) == (KRABI.name_th, FACTS.words, QUOTE.text)


def test_named_shows_who():
    one = outside()
    assert (one.who_th, one.kind, one.region, one.pathway.number) == (KRABI.name_th, "town_municipality", "south", 3)
    assert one.title == FACTS.words["title"]
    assert one.quotes[0].who_en == "Krabi Town Municipality"
    assert one.quotes[0].source == ""  # names of files stay inside


def test_pathway_only_shows_the_pathway_and_nobody():
    one = outside(consent="pathway")
    assert one.pathway.number == 3
    assert one.dimension == "environment"
    assert (one.who_th, one.who_en, one.kind, one.province_th, one.region) == ("", "", "", "", "")
    assert one.title == "เตือนภัยที่[x]"
    assert one.words["lesson"] == "[x]'s people help. นาย[x] เริ่ม"


def test_anonymous_shows_neither():
    one = outside(consent="anonymous", hidden=("เตือนภัย",))
    assert one.pathway is None
    assert one.dimension == ""
    assert one.title == "[x]ที่[x]"
    assert one.quotes[0].text == "ที่[x]เราเตือนกันเอง"
    assert (one.quotes[0].who_th, one.quotes[0].pathway) == ("", None)


@pytest.mark.parametrize(
    ("lesson", "quote", "level"),
    [
        ("named", "unasked", "named"),
        ("pathway", "unasked", "pathway"),
        ("anonymous", "named", "anonymous"),
        ("named", "anonymous", None),  # beside a named lesson it would tell who spoke
        ("pathway", "anonymous", None),
        ("named", "refused", None),
        ("anonymous", "refused", None),
    ],
)
def test_the_stricter_consent_holds_for_own_quotes(lesson, quote, level):
    one = outside(consent=lesson, quotes=(replace(QUOTE, consent=quote),))
    assert [each.level for each in one.quotes] == ([level] if level else [])


def test_a_quote_of_another_organisation_is_its_own_to_decide():
    foreign = replace(QUOTE, body=OTHER, text="เหมือนกระบี่ที่พนัสนิคมเห็น")
    assert outside(quotes=(foreign,)).quotes == ()
    [named] = outside(consent="anonymous", quotes=(replace(foreign, consent="named"),)).quotes
    assert (named.who_th, named.text) == (OTHER.name_th, "เหมือน[x]ที่พนัสนิคมเห็น")
    [hidden] = outside(quotes=(replace(foreign, consent="anonymous"),)).quotes
    assert (hidden.who_th, hidden.text) == ("", "เหมือนกระบี่ที่[x]เห็น")


def test_facts_survive_a_frozen_edition():
    import json

    again = LessonFacts.from_json(json.loads(json.dumps(FACTS.as_json())))
    assert again == FACTS


@given(st.lists(st.sampled_from(["named", "pathway", "anonymous", "unasked", "refused"]), min_size=1))
def test_stricter_is_one_of_them_and_never_opens(consents):
    order = ["named", "pathway", "anonymous", "unasked", "refused"]
    assert order.index(stricter(*consents)) == max(map(order.index, consents))


# --- masking --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("ไปเมืองกระบี่มา", ["กระบี่"], "ไปเมือง[x]มา"),
        ("ไปเมืองกระบีมา", ["กระบี่"], "ไปเมือง[x]มา"),  # the tone mark forgotten
        ("ก ระ บี่", ["กระบี่"], "[x]"),
        ("KRABI and Krabian", ["Krabi"], "[x] and Krabian"),
        ("เผยแพร่ที่แพร่", ["แพร่"], "เผยแพร่ที่[x]"),  # a word of the dictionary that holds the name
        ("ชาวแพร่เผยแพร่", ["แพร่"], "ชาว[x]เผยแพร่"),
        ("เทศบาลเมืองกระบี่ กระบี่", ["เทศบาลเมืองกระบี่", "กระบี่"], "[x]"),
        ("ไม่มีชื่อ", ["กระบี่"], "ไม่มีชื่อ"),
        ("", ["กระบี่"], ""),
        ("ก", [""], "ก"),
    ],
)
def test_names_are_masked(text, words, expected):
    assert mask(text, words, MARK) == expected


@given(st.text("กขคงาิี่้ abAB\n", max_size=30), st.text("กขคงาิี่้ abAB\n", max_size=30))
def test_a_long_name_never_stays(before, after):
    name = "ศรีสวัสดิ์วัฒนา"
    assert name not in mask(f"{before}{name}{after}", [name], MARK)


def test_names_are_taken_apart():
    assert "กระบี่" in names_of_body("เทศบาลเมืองกระบี่", "Krabi Town Municipality")
    assert "Krabi" in names_of_body("เทศบาลเมืองกระบี่", "Krabi Town Municipality")
    assert set(names_of_person("นายก่อเกียรติ ใจดี")) >= {"ก่อเกียรติ ใจดี", "ก่อเกียรติ", "ใจดี"}


def test_words_that_could_still_tell_are_named():
    text = "นางสาวสมศรี มีสุข จากชุมชนท่าแร่ โทร 081-234-5678 some@example.org ใช้ระบบ Smart Alert ที่เชียงใหม่"
    found = {(hint.why, hint.word) for hint in hints(text)}
    assert ("contact", "some@example.org") in found
    assert ("contact", "081-234-5678") in found
    assert ("person", "นางสาวสมศรี มีสุข") in found
    assert ("latin", "Smart Alert") in found
    assert ("place", "เชียงใหม่") in found
    assert hints("เราเก็บขยะทุกเช้า") == ()
