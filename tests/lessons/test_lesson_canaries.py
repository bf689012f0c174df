"""Canary names in everything about one party whose lesson is anonymous: nobody outside finds one, anywhere."""

import json

import pytest
from django.urls import reverse

from participants.models import Designation
from pathways.lessons import library
from pathways.lessons.facts import shown_outside
from pathways.lessons.models import Lesson
from pathways.lessons.services import link_evidence, reindex, set_consent
from tests import factories as make
from tests.walks.canaries import text_of

# What a page, a file or an index holds does not depend on the database: one of them is enough.
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

TOWN, PERSON, PLACE, FILE = "กานารีนคร", "สมกานารีย์", "ท่ากานารา", "Qanariafile"
NAMES = (TOWN, PERSON, PLACE, FILE, "Qanariatown", "Qanariaman")


@pytest.fixture
def anonymous_lesson(world):
    """A published lesson full of names, with a quote and a file, of an organisation that wants to be nobody."""
    body = world.a.participant
    Designation.objects.filter(pk=body.designation_id).update(
        name_th=f"เทศบาลเมือง{TOWN}", name_en="Qanariatown Town Municipality"
    )
    person = world.a.coordinator
    person.name_th, person.name_en = f"นาย{PERSON} ใจดี", "Qanariaman Jaidee"
    person.save()
    text = f"คุณ{PERSON} จากเทศบาลเมือง {TOWN} เล่าที่ {PLACE} ว่า Qanariatown เตือนภัยเอง"
    source = make.make_source(
        body, by=world.researcher, text=text, title=f"{FILE}.png", file=make.make_stored_file(person, f"{FILE}.png")
    )
    lesson = make.make_lesson(
        body,
        by=person,
        validated_by=world.researcher,
        consent="named",
        title=f"บทเรียนของ{TOWN}",
        situation=text,
        recommendation=f"ถาม Qanariaman หรือ {PERSON}",
        themes=[world.themes["budget"]],
        pathway=world.a.choices["confirmed"].pathway,
        dimension="environment",
    )
    link_evidence(lesson=lesson, excerpt=make.make_excerpt(source, 0, len(text)), user=world.researcher, note=PLACE)
    set_consent(lesson=lesson, user=person, consent="anonymous", hidden_words=[PLACE])
    return lesson


@pytest.fixture
def anonymous_party(world, anonymous_lesson):
    """Its other lessons are published without a name, too: nothing of it may be named anywhere."""
    others = Lesson.objects.filter(participant=world.a.participant).exclude(pk=anonymous_lesson.pk)
    others.filter(consent="named").update(consent="anonymous")
    reindex(list(others.values_list("pk", flat=True)))
    return anonymous_lesson


def pages(world, lesson):
    queries = [*NAMES, "เตือนภัย"]
    lists = [reverse(f"lessons:{name}") for name in ("public-list", "lesson-list", "term-list")]
    found = [lesson.get_public_url(), reverse("lessons:public-feed"), *lists]
    found += [f"{url}?q={query}" for url in lists for query in queries]
    found += [f"{url}?export={kind}" for url in lists[1:] for kind in ("csv", "xlsx")]
    return found


def test_no_name_is_found_on_any_page_search_feed_or_file(world, client_of, anonymous_party):
    for actor in ("coordinator_b", "anonymous"):
        client = client_of(actor)
        for url in pages(world, anonymous_party):
            text = text_of(client.get(url))
            for name in NAMES:
                for typed in (f'value="{name}"', f"q={name}", f"q%3D{name}"):  # what was typed comes back: box, address
                    text = text.replace(typed, "")
                assert name not in text, (actor, url, name)
    # exports are outside whoever makes them
    for actor in ("researcher", "programme", "coordinator_a"):
        for url in pages(world, anonymous_party):
            if "export=" in url:
                assert not [name for name in NAMES if name in text_of(client_of(actor).get(url))], (actor, url)


def test_a_named_lesson_of_the_same_organisation_does_not_stand_beside_it(world, client_of, anonymous_lesson):
    named = world.a.lessons["published"]
    assert named.consent == "named"
    for actor in ("coordinator_b", "anonymous"):
        assert TOWN not in text_of(client_of(actor).get(anonymous_lesson.get_public_url()))
        assert anonymous_lesson.public_code not in text_of(client_of(actor).get(named.get_public_url()))
    for user, beside in ((world.b.coordinator, False), (None, False), (world.a.coordinator, True)):
        assert (named.pk in {one.pk for one in library.similar(anonymous_lesson, user=user, most=50)}) is beside
        assert (anonymous_lesson.pk in {one.pk for one in library.similar(named, user=user, most=50)}) is beside


def test_searching_for_a_name_finds_nothing_outside_and_everything_inside(world, anonymous_lesson):
    def found(query, user, **chosen):
        search = library.Search(query, chosen)
        return anonymous_lesson in library.matching(world.agreement, search, user=user)

    stranger, scholar = world.b.coordinator, world.researcher
    for name in (TOWN, PERSON, PLACE, "qanariatown"):
        assert not found(name, stranger), name
        assert not found(name, None), name
        assert found(name, scholar), name
        assert found(name, world.a.coordinator), name
    for user in (stranger, None):
        assert found("เตือนภัย", user)
        assert found("เลาที", user)  # written "เล่าที่": tone marks are forgiven
        assert not found("", user, kind="town_municipality")
        assert not found("", user, region="south")
        assert not found("", user, pathway=str(anonymous_lesson.pathway_id))
        assert not found("", user, dimension="environment")
    assert found("", scholar, region="south")


def test_facets_do_not_count_what_consent_hides(world, anonymous_lesson):
    before = library.found(world.agreement, library.Search()).counts
    assert before["kind"].total() == before["consent"]["named"]
    assert before["consent"]["anonymous"] == 1


def test_what_is_shown_as_data_holds_no_name(world, anonymous_lesson):
    [one] = [each for each in shown_outside(Lesson.objects.public().with_names()) if each.pk == anonymous_lesson.pk]
    text = json.dumps(
        {**vars(one), "quotes": [vars(quote) for quote in one.quotes], "words": dict(one.words)}, ensure_ascii=False
    )
    assert not [name for name in NAMES if name in text]
    assert one.quotes[0].text.endswith("เตือนภัยเอง")


def test_a_name_that_came_up_later_is_not_found_either(world, client_of, anonymous_lesson):
    lesson = make.make_lesson(world.a.participant, title="เรื่องของ คุณบังเอิญ", consent="anonymous")
    reindex([lesson.pk])
    make.make_coordinator(world.a.participant, name_th="นางสาวบังเอิญ ผ่านมา")  # after the text was indexed
    rows = library.matching(world.agreement, library.Search("บังเอิญ"), user=None).with_names()
    assert lesson in rows
    assert library.read_by(None, world.agreement, rows, library.Search("บังเอิญ").terms) == []
    for page in ("lessons:lesson-list", "lessons:term-list"):
        file = client_of("coordinator_b").get(reverse(page), {"q": "บังเอิญ", "export": "csv"})
        assert len(text_of(file).strip().splitlines()) == 1, page  # the headings alone: no row tells that it was found


def test_the_consent_page_shows_it_as_it_would_look_and_what_could_still_tell(world, client_of, anonymous_lesson):
    url = reverse("lessons:consent-edit", args=[anonymous_lesson.pk])
    page = client_of("coordinator_a").post(url, {"consent": "anonymous", "hidden_words": "", "step": "preview"})
    assert PLACE in page.context["preview"].words["situation"]
    page = client_of("coordinator_a").post(url, {"consent": "anonymous", "hidden_words": PLACE, "step": "preview"})
    assert PLACE not in page.context["preview"].words["situation"]
    named = client_of("coordinator_a").post(url, {"consent": "named", "hidden_words": "", "step": "preview"})
    assert named.context["hints"] == []
    anonymous_lesson.refresh_from_db()
    assert anonymous_lesson.consent == "anonymous"  # looking decides nothing
