"""What the database itself refuses, and who sees which rows."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from pathways.lessons.models import Excerpt, Lesson, LessonCase, Memo, SourceText, Theme
from tests import factories as make
from tests.factories import MOMENT

pytestmark = pytest.mark.django_db


def refused(do):
    with pytest.raises(IntegrityError), transaction.atomic():
        do()


def change(row, **values):
    return lambda: type(row).objects.filter(pk=row.pk).update(**values)


def test_the_database_repeats_the_rules_of_lessons(world):
    submitted, validated = world.a.lessons["submitted"], world.a.lessons["validated"]
    refused(change(submitted, state="unheard-of"))
    refused(change(submitted, consent="maybe"))
    refused(change(submitted, consent="named"))  # by nobody
    refused(change(submitted, state="validated"))  # by nobody
    own = {"validated_by": submitted.submitted_by, "validated_at": MOMENT, "confidence": "low"}
    refused(change(submitted, state="validated", **own))
    refused(change(validated, confidence=""))
    refused(change(validated, state="published"))
    refused(change(world.a.lessons["draft"], state="submitted"))
    refused(lambda: LessonCase.objects.create(lesson=validated, other=validated, stance="supports"))


def test_the_database_repeats_the_rules_of_texts_and_themes(world):
    source = world.a.sources["interview"]
    quote = source.excerpts.first()
    refused(lambda: make.make_excerpt(source, 5, 5))
    refused(lambda: make.make_excerpt(source, quote.start, quote.end))
    refused(change(source, text=""))
    refused(change(quote, consent="named"))
    refused(lambda: make.make_source(world.a.participant, by=world.researcher, origin=world.a.sources["taken"].origin))
    refused(lambda: make.make_theme(world.themes["budget"].codebook, "people-0"))
    refused(change(world.themes["budget"], state="merged"))
    refused(change(world.themes["budget"], parent=world.themes["budget"]))
    refused(
        lambda: Memo.objects.create(
            agreement=world.agreement, source=source, excerpt=quote, text="ก", created_by=world.researcher
        )
    )
    moved = Excerpt(source=source, start=1, end=4, text="ไม่ใช่", created_by=world.researcher)
    with pytest.raises(ValidationError, match=r"passage|ข้อความ"):
        moved.full_clean()


def states(rows, party):
    return {(row.state, row.drawn_by) for row in rows.filter(participant=party.participant)}


def test_drafts_are_seen_by_their_own_side_alone(world):
    own, drawn = ("draft", "local_government"), ("draft", "research")
    handed_in = {(state, "local_government") for state in ("submitted", "returned", "validated", "published")}
    seen = {
        actor: states(Lesson.objects.visible_to(world.actor(actor)), world.a)
        for actor in ("coordinator_a", "coordinator_b", "adviser", "researcher", "finance", "programme")
    }
    assert seen["coordinator_a"] == handed_in | {own, ("withdrawn", "local_government")}
    assert seen["coordinator_b"] == set()
    assert seen["adviser"] == seen["finance"] == handed_in
    assert seen["researcher"] == seen["programme"] == handed_in | {drawn}
    assert states(Lesson.objects.readable_by(world.b.coordinator), world.a) == {("published", "local_government")}


def test_notes_about_a_party_are_not_read_by_it(world):
    def seen(actor):
        return set(SourceText.objects.visible_to(world.actor(actor)).filter(participant=world.a.participant))

    taken, interview = world.a.sources["taken"], world.a.sources["interview"]
    assert seen("coordinator_a") == seen("adviser") == {taken}
    assert seen("coordinator_b") == set()
    assert seen("researcher") == seen("programme") == {taken, interview}
    assert not Theme.objects.visible_to(world.a.coordinator).exists()
    assert set(Excerpt.objects.visible_to(world.a.coordinator)) == {
        one for one in Excerpt.objects.filter(source__participant=world.a.participant) if one.lesson_links.exists()
    }


def test_the_validated_words_count_and_the_original_stays(world):
    lesson = world.a.lessons["validated"]
    lesson.validated.title = "ชื่อที่ตรวจแล้ว"
    lesson.validated.save()
    lesson = Lesson.objects.with_names().get(pk=lesson.pk)
    assert str(lesson) == "ชื่อที่ตรวจแล้ว" != lesson.title
    assert str(world.a.lessons["draft"]) == world.a.lessons["draft"].title
