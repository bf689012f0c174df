"""What an edition freezes, shows today, and how two differ, without a database."""

import json
from dataclasses import replace

import pytest

from pathways.lessons.consent import Body, LessonFacts, QuoteFacts, Topic
from pathways.lessons.edition_changes import changes
from pathways.lessons.editions import (
    ChapterText,
    Citation,
    Cited,
    Content,
    StatementText,
    digest,
    shown_edition,
    standing,
)

MARK = "[x]"
KRABI = Body(1, "เทศบาลเมืองกระบี่", "Krabi Town", words=("เทศบาลเมืองกระบี่", "กระบี่", "Krabi"))
CITY = Body(2, "เทศบาลนครระยอง", "Rayong City", words=("ระยอง", "Rayong"))
QUOTE = QuoteFacts(7, "ที่กระบี่เราเตือนกันเอง", "unasked", body=KRABI, pathway=Topic(3, "น้ำ", "Water"))
LESSON = LessonFacts(
    pk=9,
    code="KNWNADDR",
    state="published",
    consent="named",
    words={"title": "เตือนภัยที่กระบี่", "lesson": "ข้อมูลต้องมีคนเฝ้า"},
    body=KRABI,
    quotes=(QUOTE,),
)
OTHER = LessonFacts(
    pk=8, code="THRADDRS", state="published", consent="named", words={"title": "ขยะ", "lesson": "ทำเล็ก"}, body=CITY
)
WATER = StatementText(31, "กระบี่เตือนภัยได้ดี", "อภิปรายถึง Krabi", (Cited(9, "supports", "ดูกระบี่"), Cited(8, "contradicts")))
BARE = StatementText(32, "ยังไม่มีหลักฐาน")
CONTENT = Content(
    "สังเคราะห์เรื่องกระบี่",
    "Of Krabi",
    ("นักวิจัย ก", "นักวิจัย ข"),
    "สรุปที่กระบี่",
    "อ่านทุกเรื่อง",
    (ChapterText(21, "น้ำ", "บทนำถึง Krabi", (WATER, BARE)),),
    {9: LESSON, 8: OTHER},
)


def look(content=CONTENT, today=None, quotes=None):
    return shown_edition(
        content, {9: LESSON, 8: OTHER} if today is None else today, {7: QUOTE} if quotes is None else quotes, mark=MARK
    )


def everything(shown):
    """Every word that a page could print of an edition."""
    return json.dumps(
        [
            [shown.title_th, shown.title_en, shown.summary, shown.method_note],
            [[one.title, one.introduction] for one in shown.chapters],
            [[one.text, one.discussion, [each.note for each in one.cited]] for one in shown.statements],
            [[dict(one.words), one.who_th, one.who_en, [vars(quote) for quote in one.quotes]] for one in shown.lessons],
        ],
        ensure_ascii=False,
        default=vars,
    )


@pytest.mark.parametrize(
    ("stances", "found"),
    [
        ([], "without"),
        (["supports"], "supported"),
        (["contradicts", "contradicts"], "contradicted"),
        (["supports", "contradicts"], "disputed"),
    ],
)
def test_what_lessons_make_of_a_statement(stances, found):
    assert standing(stances) == found


def test_a_content_survives_being_kept():
    data = json.loads(json.dumps(CONTENT.as_json()))
    assert Content.from_json(data) == CONTENT
    assert digest(data) == digest(CONTENT.as_json())
    assert digest(data) != digest(replace(CONTENT, summary="อื่น").as_json())
    assert Content.from_json({}) == Content(lessons={})
    assert [one.pk for one in CONTENT.statements] == [31, 32]


def test_named_lessons_are_shown_with_their_names():
    shown = look()
    assert [one.title for one in shown.lessons] == ["เตือนภัยที่กระบี่", "ขยะ"]
    assert shown.lessons[0].who_th == KRABI.name_th
    assert shown.statements[0].text == WATER.text
    assert (shown.withheld, shown.masked) == (0, False)
    assert [one.number for one in shown.statements] == ["1.1", "1.2"]
    assert [one.pk for one in shown.without] == [32]
    assert (shown.statements[0].supports, shown.statements[0].contradicts) == (1, 1)


@pytest.mark.parametrize(
    "change",
    [{"consent": "refused"}, {"consent": "unasked"}, {"state": "withdrawn"}, {"state": "validated"}],
    ids=lambda change: "-".join(change.values()),
)
def test_a_lesson_that_may_no_longer_be_shown_is_gone_with_every_name(change):
    shown = look(today={9: replace(LESSON, **change), 8: OTHER})
    assert [one.pk for one in shown.lessons] == [8]
    assert shown.statements[0].cited[0].lesson is None
    assert shown.statements[0].cited[0].note == ""
    assert (shown.withheld, shown.masked) == (1, True)
    text = everything(shown)
    assert not [word for word in (*KRABI.words, "ข้อมูลต้องมีคนเฝ้า", QUOTE.text) if word in text]
    assert shown.statements[0].supports == 1  # that it supports stays said


def test_a_lesson_that_is_gone_from_the_database_is_not_shown():
    shown = look(today={8: OTHER})
    assert (len(shown.lessons), shown.withheld) == (1, 1)
    assert "กระบี่" not in everything(shown)


def test_anonymous_lessons_leak_no_name():
    shown = look(today={9: replace(LESSON, consent="anonymous"), 8: OTHER})
    text = everything(shown)
    assert [one.title for one in shown.lessons] == ["เตือนภัยที่[x]", "ขยะ"]
    assert not [word for word in KRABI.words if word in text]
    assert "ระยอง" in text  # the other one is named


def test_words_that_came_up_later_are_masked_too():
    later = replace(LESSON, consent="anonymous", hidden=("ท่าแร่",), body=replace(KRABI, words=("กระบี่", "คุณใหม่")))
    content = replace(CONTENT, summary="คุณใหม่ที่ท่าแร่", lessons={9: replace(LESSON, words={"title": "ท่าแร่"}), 8: OTHER})
    shown = look(content, today={9: later, 8: OTHER})
    assert "ท่าแร่" not in everything(shown)
    assert "คุณใหม่" not in everything(shown)


def test_words_that_were_not_published_on_that_day_are_never_shown():
    draft = replace(CONTENT, lessons={9: replace(LESSON, state="submitted"), 8: OTHER})
    assert [one.pk for one in look(draft).lessons] == [8]


def test_a_quote_follows_its_consent_of_today():
    assert look(quotes={}).lessons[0].quotes == ()
    assert look(quotes={7: replace(QUOTE, consent="refused")}).lessons[0].quotes == ()
    foreign = replace(QUOTE, body=CITY, consent="named")
    content = replace(CONTENT, lessons={9: replace(LESSON, quotes=(foreign,)), 8: OTHER})
    assert look(content, quotes={7: foreign}).lessons[0].quotes[0].who_th == CITY.name_th
    told = look(replace(content, summary="ที่ระยอง"), quotes={7: replace(foreign, consent="anonymous")})
    assert told.lessons[0].quotes[0].who_th == ""
    assert told.summary == "ที่[x]"  # the synthesis does not tell who spoke either


def test_a_quote_that_is_nobodys_names_nobody():
    nobodys = replace(QUOTE, body=None, consent="named")
    content = replace(CONTENT, lessons={9: replace(LESSON, quotes=(nobodys,)), 8: OTHER})
    [quote] = look(content, quotes={7: nobodys}).lessons[0].quotes
    assert (quote.who_th, quote.text) == ("", QUOTE.text)
    assert look(content, quotes={7: replace(nobodys, consent="unasked")}).lessons[0].quotes == ()


# --- what changed ---------------------------------------------------------------------------
def told(old, new):
    return [(one.kind, one.what, one.number) for one in changes(look(old), look(new))]


def test_nothing_differs_between_the_same():
    assert told(CONTENT, CONTENT) == []


def test_changes_are_told_part_by_part():
    chapter = CONTENT.chapters[0]
    third = StatementText(33, "ใหม่")
    cases = {
        "summary": replace(CONTENT, summary="อื่น"),
        "new": replace(CONTENT, chapters=(replace(chapter, statements=(WATER, BARE, third)),)),
        "gone": replace(CONTENT, chapters=(replace(chapter, statements=(WATER,)),)),
        "moved": replace(CONTENT, chapters=(replace(chapter, statements=(BARE, WATER)),)),
        "said otherwise": replace(CONTENT, chapters=(replace(chapter, statements=(WATER, replace(BARE, text="อื่น"))),)),
        "evidence": replace(
            CONTENT, chapters=(replace(chapter, statements=(replace(WATER, cited=WATER.cited[:1]), BARE)),)
        ),
        "chapters": replace(
            CONTENT, chapters=(ChapterText(22, "บทใหม่", "", (BARE,)), replace(chapter, statements=(WATER,)))
        ),
        "retitled": replace(CONTENT, authors=("ก",), chapters=(replace(chapter, title="ดิน"),)),
        "no chapter": replace(CONTENT, chapters=()),
    }
    assert told(CONTENT, cases["summary"]) == [("changed", "summary", "")]
    assert told(CONTENT, cases["new"]) == [("added", "statement", "1.3")]
    assert told(CONTENT, cases["gone"]) == [("removed", "statement", "1.2")]
    assert told(CONTENT, cases["moved"]) == [("moved", "statement", "1.1"), ("moved", "statement", "1.2")]
    assert told(CONTENT, cases["said otherwise"]) == [("changed", "statement", "1.2")]
    assert told(CONTENT, cases["evidence"]) == [("evidence", "statement", "1.1")]
    assert told(CONTENT, cases["chapters"]) == [("added", "chapter", "1"), ("moved", "statement", "1.1")]
    assert told(cases["chapters"], replace(CONTENT, chapters=cases["chapters"].chapters[::-1])) == [
        ("moved", "chapter", "1"),
        ("moved", "chapter", "2"),
    ]
    assert told(CONTENT, cases["retitled"]) == [("changed", "authors", ""), ("changed", "chapter", "1")]
    assert told(CONTENT, cases["no chapter"])[0] == ("removed", "chapter", "1")
    [evidence] = changes(look(), look(cases["evidence"]))
    assert (evidence.before, evidence.after) == ("+1 −1", "+1 −0")


# --- citations ------------------------------------------------------------------------------
def test_citations_in_both_styles():
    one = Citation(("นักวิจัย ก", "นักวิจัย ข", "นักวิจัย ค"), "บทสังเคราะห์", 2020, 2, "สถาบัน", "address/9/")
    assert one.thai == "นักวิจัย ก, นักวิจัย ข และนักวิจัย ค. (2563). บทสังเคราะห์ (ฉบับที่ 2). สถาบัน. address/9/"
    assert one.english == "นักวิจัย ก, นักวิจัย ข & นักวิจัย ค. (2020). บทสังเคราะห์ (2nd ed.). สถาบัน. address/9/"


def test_without_authors_the_institute_is_cited():
    assert Citation((), "T", 2020, 1, "Inst", "a").english == "Inst. (2020). T (1st ed.). a"
    assert Citation(("A. B.",), "T", 2020, 1, "Inst", "a").english == "A. B. (2020). T (1st ed.). Inst. a"


@pytest.mark.parametrize(
    ("number", "word"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd")]
)
def test_ordinals(number, word):
    assert f"({word} ed.)" in Citation(("A",), "T", 2020, number, "I", "a").english
