"""The public front page: the programme as everybody may know it, and nothing more."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html as lxml_html

from mou_portal.registry import published, published_number
from pathways.lessons.models import Lesson
from pathways.lessons.services import reindex
from tests import factories as make
from tests.world import build_world

pytestmark = pytest.mark.django_db


def text_of(client: Client, language: str = "en") -> str:
    client.cookies["django_language"] = language
    answer = client.get(reverse("front"))
    assert answer.status_code == 200
    return " ".join(" ".join(lxml_html.fromstring(answer.content).itertext()).split())


def test_it_shows_programme_parties_and_how_many_chose_each_pathway(client: Client) -> None:
    world = build_world()
    text = text_of(client)
    assert world.agreement.title_en in text
    assert "17 June 2019 to 30 September 2020" in text
    assert "Duty under clause 1.3" in text  # the objectives, in the portal's own words
    assert "Duty under clause 2.1" not in text
    assert "organisations take part 2" in text
    assert text.count("chosen by 2 organisations") == 1  # a draft and a submitted choice are not counted
    assert text.count("chosen by 0 organisations") == 5
    assert "Town A" in text
    thai = text_of(client, "th")
    assert "17 มิถุนายน 2562 ถึง 30 กันยายน 2563" in thai
    assert "กระบี่" in thai


def test_who_left_is_not_shown(client: Client) -> None:
    world = build_world()
    world.b.participant.left_on = "2020-01-31"
    world.b.participant.save()
    for lesson in Lesson.objects.filter(participant=world.b.participant):  # a published one would still name it
        lesson.consent, lesson.consent_by, lesson.consent_at = "refused", world.b.coordinator, timezone.now()
        lesson.save()
    text = text_of(client)
    assert "Town A" in text
    assert "Town B" not in text


def test_only_the_newest_lessons_are_read_and_all_are_counted() -> None:
    town = make.make_participant()
    for day in (3, 1, 9, 7, 5, 2, 8):
        moment = datetime(2020, 7, day, 1, tzinfo=timezone.get_current_timezone())  # the day before in UTC
        lesson = make.make_lesson(town, title=f"Lesson of day {day}", consent="anonymous", published_at=moment)
        reindex([lesson.pk])
    everything = published(town.agreement)
    assert [one.published_on.day for one in everything if one.published_on] == [9, 8, 7, 5, 3, 2, 1]
    assert [one.title for one in everything][:2] == ["Lesson of day 9", "Lesson of day 8"]
    assert published(town.agreement, 3) == everything[:3]
    assert published_number(town.agreement) == 7


def test_many_parties_are_counted_by_type(client: Client) -> None:
    agreement = make.make_agreement()
    for number in range(121):
        make.make_participant(f"body-{number}", agreement=agreement, name_en=f"Body {number} of many")
    text = text_of(client)
    assert "Body 7 of many" not in text
    assert "Town Municipality 121" in text


def test_without_a_memorandum_it_says_what_to_do(client: Client) -> None:
    assert "No memorandum has been loaded yet." in text_of(client)
