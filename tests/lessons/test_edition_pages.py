"""Editions as everybody reads them: a consent taken back holds at once, and anonymous lessons leak nothing."""

import json
from datetime import date

import bibtexparser
import pytest
import rispy
from django.urls import reverse

from mou_portal.registry import INSTITUTE
from pathways.lessons import services
from pathways.lessons.edition_facts import content_of, is_unchanged
from pathways.lessons.editions import digest
from pathways.lessons.models import Edition, SourceText, Statement
from pathways.lessons.obligations import evaluate_study
from pathways.lessons.services import set_consent, set_quote_consent
from tests import factories as make
from tests.lessons.test_lesson_canaries import NAMES, PERSON, TOWN, anonymous_lesson  # noqa: F401 — a fixture
from tests.walks.canaries import text_of

pytestmark = pytest.mark.django_db

WORDS = "เครื่องวัดลมที่ไม่มีใครเหมือน"


@pytest.fixture
def edition(world):
    """An edition that cites a named lesson with a quote of its own organisation."""
    source = make.make_source(world.a.participant, by=world.researcher, text="เราทำเองทั้งหมดที่นี่")
    lesson = make.make_lesson(
        world.a.participant,
        by=world.a.coordinator,
        validated_by=world.researcher,
        consent="named",
        lesson=WORDS,
        title="ลมที่เมือง",
        evidence=[make.make_excerpt(source, 0, 21)],
    )
    body = str(world.a.participant.name_th)
    synthesis = make.make_synthesis(world.agreement, by=world.researcher, title_th=f"เรียนจาก{body}", summary=f"ที่{body}")
    make.make_statement(synthesis, [lesson], text=f"{body}ทำได้")
    seen = digest(content_of(synthesis).as_json())
    return services.publish_edition(synthesis=synthesis, user=world.researcher, seen=seen)


def pages(edition):
    return [edition.get_public_url(), reverse("lessons:public-edition-list"), edition.get_absolute_url()]


def lesson_of(edition):
    return Statement.objects.get(chapter__synthesis=edition.synthesis).lessons.get()


def test_everybody_reads_it_as_consented_with_both_citations(world, client_of, edition):
    page = client_of("anonymous").get(edition.get_public_url())
    text = page.content.decode()
    for words in (WORDS, "เราทำเองทั้งหมดที่นี่", world.a.participant.name_th, lesson_of(edition).get_public_url()):
        assert words in text
    year = edition.published_on.year
    assert f"({year + 543}). เรียนจาก" in page.context["cite_th"]
    assert f"({year})" in page.context["cite_en"]
    assert page.context["cite_th"].endswith(edition.get_public_url())
    assert 'data-copy="cite-th"' in text
    listed = client_of("anonymous").get(reverse("lessons:public-edition-list"))
    assert edition.get_public_url() in listed.content.decode()
    assert (
        reverse("lessons:public-edition-list")
        in client_of("anonymous").get(reverse("lessons:public-list")).content.decode()
    )


@pytest.mark.parametrize("how", ["refused", "withdrawn"])
def test_consent_taken_back_after_publication_holds_at_once(world, client_of, edition, how):
    lesson, frozen = lesson_of(edition), Edition.objects.get(pk=edition.pk).content
    if how == "refused":
        set_consent(lesson=lesson, user=world.a.coordinator, consent="refused", hidden_words=[])
    else:
        services.withdraw_lesson(lesson=lesson, user=world.a.coordinator, reason="ผิด")
    for actor in ("anonymous", "coordinator_b", "researcher"):
        for url in pages(edition):
            if actor != "researcher" and "/editions/" in url:
                continue
            text = text_of(client_of(actor).get(url))
            for words in (WORDS, "เราทำเองทั้งหมดที่นี่", world.a.participant.name_th, lesson.public_code):
                assert words not in text, (actor, url)
    page = client_of("anonymous").get(edition.get_public_url()).content.decode()
    assert "บทเรียนที่ไม่ได้แสดงไว้ ณ ที่นี้" in page
    kept = Edition.objects.get(pk=edition.pk)
    assert kept.content == frozen
    assert is_unchanged(kept)


def test_a_quote_alone_can_be_taken_back(world, client_of, edition):
    quote = lesson_of(edition).evidence.get().excerpt
    set_quote_consent(excerpt=quote, user=world.a.coordinator, consent="refused")
    text = client_of("anonymous").get(edition.get_public_url()).content.decode()
    assert "เราทำเองทั้งหมดที่นี่" not in text
    assert WORDS in text


def test_what_is_written_later_stays_out_of_an_edition(world, client_of, edition):
    lesson = lesson_of(edition)
    lesson.validated.lesson = "ถ้อยคำใหม่"
    lesson.validated.save()
    text = client_of("anonymous").get(edition.get_public_url()).content.decode()
    assert WORDS in text
    assert "ถ้อยคำใหม่" not in text


def test_anonymous_lessons_leak_no_name(world, client_of, anonymous_lesson):  # noqa: F811 — the fixture imported above
    synthesis = make.make_synthesis(
        world.agreement,
        by=world.researcher,
        title_th=f"บทเรียนจาก {TOWN}",
        title_en="Of Qanariatown",
        summary=f"{PERSON} เล่าว่า",
        method_note="ถาม Qanariaman",
    )
    statement = make.make_statement(
        synthesis, [anonymous_lesson], text=f"{TOWN} ทำได้", discussion=f"คุณ{PERSON} บอกที่ท่ากานารา"
    )
    statement.chapter.title, statement.chapter.introduction = f"บทของ{TOWN}", "Qanariatown"
    statement.chapter.save()
    statement.lesson_links.update(note=f"ดู {TOWN}")
    first = make.make_edition(synthesis, by=world.researcher)
    statement.text = f"{TOWN} ทำได้ดี"
    statement.save()
    second = make.make_edition(synthesis, by=world.researcher, note=f"เพิ่มเรื่องของ{TOWN}")
    for actor in ("anonymous", "coordinator_b", "adviser"):
        for url in (first.get_public_url(), second.get_public_url(), reverse("lessons:public-edition-list")):
            text = text_of(client_of(actor).get(url))
            assert not [name for name in NAMES if name in text], (actor, url)
    inside = text_of(client_of("researcher").get(second.get_absolute_url()))
    assert not [name for name in NAMES if name in inside]
    page = client_of("researcher").get(reverse("lessons:edition-create", args=[synthesis.pk]))
    assert page.context["shown"].masked
    assert PERSON not in page.context["shown"].summary


def test_an_edition_shows_that_the_institute_studied_whose_lessons_it_cites(world, edition):
    def proved():
        bodies = [party.participant.pk for party in world.parties]
        return [proof.url for proof in evaluate_study(world.agreement, bodies, date(2020, 8, 1))[INSTITUTE].proofs]

    assert edition.get_absolute_url() not in proved()  # notes of an interview come first
    SourceText.objects.filter(participant=world.a.participant, kind="interview").update(kind="document")
    assert edition.get_absolute_url() in proved()
    bare = make.make_synthesis(world.agreement, by=world.researcher)
    make.make_statement(bare, [lesson_of(edition)])
    assert [url for url in proved() if "/editions/" in url] == [
        edition.get_absolute_url()
    ]  # unpublished proves nothing


def test_an_old_edition_leads_to_the_current_one(world, client_of, edition):
    statement = Statement.objects.get(chapter__synthesis=edition.synthesis)
    statement.discussion = "เพิ่ม"
    services.save_statement(statement=statement, user=world.researcher, expected=statement.revision)
    seen = digest(content_of(edition.synthesis).as_json())
    newer = services.publish_edition(synthesis=edition.synthesis, user=world.researcher, seen=seen, note="เพิ่ม")
    old = client_of("anonymous").get(edition.get_public_url())
    assert old.context["newest"].pk == newer.pk
    assert newer.get_public_url() in old.content.decode()
    listed = client_of("anonymous").get(reverse("lessons:public-edition-list"))
    mine = [
        item["edition"].pk for item in listed.context["items"] if item["edition"].synthesis_id == newer.synthesis_id
    ]
    assert mine == [newer.pk]


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_it_is_taken_along_as_paper_with_its_citation(client_of, edition, kind):
    client = client_of("researcher")
    address = reverse("lessons:edition-file", args=[edition.pk, kind])
    assert address in client.get(edition.get_absolute_url()).content.decode()
    answer = client.get(address)
    assert answer["Content-Disposition"].endswith(f'-edition-1-th.{kind}"')
    words = text_of(answer)
    year = str(edition.published_on.year + 543)
    for expected in (WORDS, "เราทำเองทั้งหมดที่นี่", "ลมที่เมือง", year, edition.get_public_url()):
        assert expected in words, expected
    assert "{{" not in words


@pytest.mark.parametrize("kind", ["pdf", "docx", "bib", "ris", "json"])
def test_no_file_of_it_tells_more_than_is_consented_today(world, client_of, edition, kind):
    set_consent(lesson=lesson_of(edition), user=world.a.coordinator, consent="refused", hidden_words=[])
    paper = kind in ("pdf", "docx")
    page = "lessons:edition-file" if paper else "lessons:public-edition-cite"
    answer = client_of("researcher" if paper else "anonymous").get(reverse(page, args=[edition.pk, kind]))
    assert answer.status_code == 200
    words = text_of(answer)
    assert "เรียนจาก" in words
    for kept in (WORDS, "เราทำเองทั้งหมดที่นี่", str(world.a.participant.name_th)):
        assert kept not in words


def test_what_an_edition_says_is_no_expression_of_the_word_template(world, client_of):
    synthesis = make.make_synthesis(world.agreement, by=world.researcher, title_th="{{ agreement }} {% for x in y %}")
    make.make_statement(synthesis, [], text="{{ 7 * 7 }}")
    seen = digest(content_of(synthesis).as_json())
    told = services.publish_edition(synthesis=synthesis, user=world.researcher, seen=seen)
    words = text_of(client_of("researcher").get(reverse("lessons:edition-file", args=[told.pk, "docx"])))
    assert "{{ 7 * 7 }}" in words
    assert "{% for x in y %}" in words


def test_reference_managers_read_its_citation(client_of, edition):
    client = client_of("anonymous")
    files = {
        kind: client.get(reverse("lessons:public-edition-cite", args=[edition.pk, kind])).content.decode()
        for kind in ("bib", "ris", "json")
    }
    for kind in files:
        assert f"cite.{kind}" in client.get(edition.get_public_url()).content.decode()
    address = edition.get_public_url()
    [entry] = bibtexparser.parse_string(files["bib"]).entries
    assert (entry["year"], entry["number"]) == (str(edition.published_on.year), "1")
    assert entry["url"].endswith(address)
    [record] = rispy.loads(files["ris"])
    assert record["urls"][0].endswith(address)
    assert record["authors"]
    [item] = json.loads(files["json"])
    assert item["issued"]["date-parts"] == [[*edition.published_on.timetuple()[:3]]]
    assert item["title"] == record["title"]
