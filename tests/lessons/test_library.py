"""The library finds and counts exactly what a reader may see, in an order that tells nothing."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from pathways.lessons import library, services
from pathways.lessons.consent import NAMED, PATHWAY, SHOWN
from pathways.lessons.models import Lesson, LessonIndex
from pathways.lessons.services import merge_themes, reindex, save_theme
from pathways.lessons.services.index import place_of, told_of
from tests import factories as make

pytestmark = pytest.mark.django_db


def readers(world):
    """Everybody who reads lessons in a way of their own, and the public."""
    return {
        "programme": world.programme,
        "researcher": world.researcher,
        "coordinator": world.a.coordinator,
        "executive": world.a.executive,
        "neighbour": world.b.coordinator,
        "adviser": world.adviser,
        "public": None,
    }


@pytest.fixture
def many_kinds(world):
    """Lessons of both parties under every consent, beside those that the world has in every state."""
    for party in (world.a, world.b):
        for consent in ("named", "pathway", "anonymous", "refused"):
            make.make_lesson(
                party.participant,
                consent=consent,
                title=f"ขยะของ {consent}",
                dimension="environment",
                pathway=world.agreement.pathways.first(),
                themes=[world.themes["budget"]],
            )
    reindex(Lesson.objects.values_list("pk", flat=True))


def seen_by(world, user, typed):
    """The lessons with every word, as visibility alone says, and the keys of those that are read inside."""
    lessons = Lesson.objects.public() if user is None else Lesson.objects.readable_by(user)
    inside = set() if user is None else set(Lesson.objects.visible_to(user).values_list("pk", flat=True))
    rows = lessons.filter(agreement=world.agreement).with_names().select_related("index").prefetch_related("themes")
    terms = library.Search(typed).terms
    return [
        row
        for row in rows
        if all(term in (row.index.inside if row.pk in inside else row.index.outside) for term in terms)
    ], inside


def counted(seen, inside):
    """Each facet, counted one lesson after the other."""
    values = {
        "kind": (lambda row: row.participant.designation.kind, (NAMED,)),
        "region": (lambda row: row.participant.local_government.province.region, (NAMED,)),
        "pathway": (lambda row: row.pathway_id, (NAMED, PATHWAY)),
        "dimension": (lambda row: row.dimension, (NAMED, PATHWAY)),
        "period": (lambda row: row.period_id, SHOWN),
        "state": (lambda row: row.state, SHOWN),
        "confidence": (lambda row: row.confidence, SHOWN),
        "consent": (lambda row: row.consent, SHOWN),
    }
    counts = {"theme": Counter(str(theme.pk) for row in seen for theme in row.themes.all())}
    for key, (value, consents) in values.items():
        told = [value(row) for row in seen if row.pk in inside or row.consent in consents]
        counts[key] = Counter(str(one) for one in told if one not in ("", None))
    return counts


@pytest.mark.parametrize("typed", ["", "ขยะ", "ข", "ขยะ named"])
def test_the_counts_are_those_of_the_lessons_that_a_reader_sees(world, many_kinds, typed):
    for name, user in readers(world).items():
        found, seen, inside = (
            library.found(world.agreement, library.Search(typed), user=user),
            *seen_by(world, user, typed),
        )
        assert sorted(found.ids) == sorted(row.pk for row in seen), name
        assert found.counts == counted(seen, inside), name
        listed = library.matching(world.agreement, library.Search(typed), user=user)
        in_order = list(listed.values_list("pk", flat=True))
        assert list(found.ids) == in_order, name
        assert [found.ids[2:4], found.ids[:3], found.ids[-1:]] == [in_order[2:4], in_order[:3], in_order[-1:]], name
        assert not in_order or found.ids[-1] == in_order[-1], name


def test_the_newest_day_stands_first_and_one_day_in_the_order_of_codes(world):
    noon = datetime(2026, 11, 20, 5, tzinfo=UTC)
    old = make.make_lesson(world.a.participant, consent="named", published_at=noon - timedelta(days=1))
    same = [
        make.make_lesson(world.a.participant, consent="named", published_at=noon + timedelta(minutes=minute))
        for minute in range(4)
    ]
    reindex([old.pk, *(one.pk for one in same)])
    listed = [
        pk for pk in library.found(world.agreement, library.Search()).ids if pk in {old.pk, *(s.pk for s in same)}
    ]
    by_code = sorted(same, key=lambda one: one.public_code, reverse=True)
    assert listed == [*(one.pk for one in by_code), old.pk]


def test_each_step_of_a_lesson_is_counted_at_once(world):
    alice, scholar, theme = world.a.coordinator, world.researcher, world.themes["budget"]
    words = {"title": "ฝายมีชีวิต", "action": "ทำฝาย", "lesson": "ฝายต้องมีคนดูแล"}
    draft = services.Draft(words, pathway=world.agreement.pathways.first(), period=world.periods[0], themes=[theme])
    lesson = services.begin_lesson(participant=world.a.participant, user=alice, draft=draft)

    def fresh():
        return Lesson.objects.get(pk=lesson.pk)

    steps = {
        "draft": lambda: services.submit_lesson(lesson=fresh(), user=alice),
        "submitted": lambda: services.return_lesson(lesson=fresh(), user=scholar, note="ขอเพิ่ม"),
        "returned": lambda: services.save_lesson(
            lesson=fresh(), user=alice, expected=fresh().revision, draft=services.Draft(words, dimension="environment")
        ),
        "saved": lambda: services.submit_lesson(lesson=fresh(), user=alice),
        "again": lambda: services.validate_lesson(
            lesson=fresh(), user=scholar, verdict=services.Verdict(words, "medium", "สองแหล่ง")
        ),
        "validated": lambda: services.set_consent(lesson=fresh(), user=alice, consent="named"),
        "consented": lambda: services.publish_lesson(lesson=fresh(), user=scholar),
        "published": lambda: services.set_themes(lesson=fresh(), user=scholar, themes=[world.themes["people"]]),
        "themed": lambda: services.withdraw_lesson(lesson=fresh(), user=world.programme, reason="ผิดองค์กร"),
    }
    for name, step in steps.items():
        step()
        now, entry = fresh(), LessonIndex.objects.get(pk=lesson.pk)
        assert entry.told == told_of(now, now.theme_links.values_list("theme_id", flat=True)), name
        assert entry.place == place_of(now), name
    assert now.state == "withdrawn"


def test_a_renamed_and_a_merged_theme_find_their_lessons(world):
    budget = world.themes["budget"]
    lesson = make.make_lesson(world.a.participant, consent="named", themes=[budget])
    into = make.make_theme(budget.codebook, "coins", name_th="เหรียญกษาปณ์")

    def finds(word):
        return lesson.pk in library.found(world.agreement, library.Search(word), user=world.researcher).ids

    child = make.make_theme(budget.codebook, "leaf", name_th="ใบไม้")
    lesson.theme_links.create(theme=child)
    child.name_th = "ถุงเงินถุงทอง"
    save_theme(theme=child, user=world.researcher, expected=child.revision)
    assert finds("ถุงทอง")
    assert not finds("ใบไม้")
    child.refresh_from_db()
    merge_themes(theme=child, into=into, user=world.researcher)
    assert finds("กษาปณ์")
    assert not finds("ถุงทอง")


@pytest.mark.parametrize("typed", ["SENSOR", "เครืองวัด", "นอัจ"], ids=["capitals", "no tone mark", "a part"])
def test_the_admin_list_forgives_what_is_typed_as_the_library_does(world, client_of, typed):
    lesson = make.make_lesson(world.a.participant, by=world.a.coordinator, title="เครื่องวัดน้ำ Sensor บางแสนอัจฉริยะ")
    reindex([lesson.pk])
    page = client_of("programme").get(reverse("admin:lessons_lesson_changelist"), {"q": typed})
    assert lesson.pk in {row.pk for row in page.context["cl"].result_list}
