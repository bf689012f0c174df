"""Writing a synthesis: order, evidence, two people at one text, publishing, and who may."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mou_portal.records import Conflict, DomainError, Stale
from pathways.lessons import services
from pathways.lessons.edition_facts import content_of, is_unchanged
from pathways.lessons.editions import digest
from pathways.lessons.models import Chapter, Edition, Statement, StatementLesson, Synthesis
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def synthesis(world):
    """Two chapters with two statements and one; only the first rests on a lesson."""
    row = make.make_synthesis(world.agreement, by=world.researcher, title_th="ของเรา")
    make.make_statement(row, [world.a.lessons["published"]], text="หนึ่ง")
    make.make_statement(row, text="สอง")
    second = services.save_chapter(chapter=Chapter(synthesis=row, title="บทสอง"), user=world.researcher)
    services.save_statement(statement=Statement(chapter=second, text="สาม"), user=world.researcher)
    return row


def order(synthesis):
    return [
        (chapter.title, [one.text for one in chapter.statements.order_by("order")])
        for chapter in synthesis.chapters.order_by("order")
    ]


def publish(synthesis, user, note="", seen=None):
    seen = seen or digest(content_of(synthesis).as_json())
    return services.publish_edition(synthesis=synthesis, user=user, seen=seen, note=note)


FIRST = "ข้อมูลเพื่อการเตือนภัย"


def test_chapters_and_statements_move_by_buttons(world, client_of, synthesis):
    client = client_of("researcher")
    one, two, three = Statement.objects.filter(chapter__synthesis=synthesis).order_by("pk")
    assert order(synthesis) == [(FIRST, ["หนึ่ง", "สอง"]), ("บทสอง", ["สาม"])]

    def move(row, to):
        kind = "chapter" if isinstance(row, Chapter) else "statement"
        answer = client.post(reverse(f"lessons:{kind}-move", args=[row.pk]), {"to": to})
        assert answer["Location"].endswith(f"#{kind[0]}{row.pk}")

    move(two, "up")
    assert order(synthesis)[0] == (FIRST, ["สอง", "หนึ่ง"])
    move(two, "up")  # the very first stays
    assert order(synthesis)[0] == (FIRST, ["สอง", "หนึ่ง"])
    move(one, "down")  # beyond the end of its chapter
    assert order(synthesis) == [(FIRST, ["สอง"]), ("บทสอง", ["หนึ่ง", "สาม"])]
    move(three, "up")
    move(three, "up")
    assert order(synthesis) == [(FIRST, ["สอง", "สาม"]), ("บทสอง", ["หนึ่ง"])]
    move(three, "down")
    move(one, "down")  # the very last stays
    assert order(synthesis) == [(FIRST, ["สอง"]), ("บทสอง", ["สาม", "หนึ่ง"])]
    move(synthesis.chapters.get(title="บทสอง"), "up")
    move(synthesis.chapters.get(title="บทสอง"), "up")
    assert [title for title, _texts in order(synthesis)] == ["บทสอง", FIRST]


def test_moving_disturbs_nobody_who_writes(world, synthesis):
    mine = Statement.objects.get(text="หนึ่ง")
    seen = mine.revision
    services.move_statement(statement=Statement.objects.get(text="หนึ่ง"), user=world.programme, up=False)
    mine.text = "หนึ่ง แก้แล้ว"
    services.save_statement(statement=mine, user=world.researcher, expected=seen)
    assert order(synthesis)[0] == (FIRST, ["สอง", "หนึ่ง แก้แล้ว"])


def test_two_researchers_at_one_statement_lose_nothing(world, client_of, synthesis):
    statement = Statement.objects.get(text="หนึ่ง")
    url, seen = reverse("lessons:statement-edit", args=[statement.pk]), statement.revision
    client = client_of("researcher")
    assert client.post(url, {"text": "ของเธอ", "discussion": "", "revision": seen}).status_code == 302
    page = client_of("programme").post(url, {"text": "ของฉัน", "discussion": "ยาว", "revision": seen})
    assert page.status_code == 200
    text = page.content.decode()
    assert "ของเธอ" in text
    assert "ของฉัน" in text
    statement.refresh_from_db()
    assert statement.text == "ของเธอ"
    again = page.context["form"]["revision"].value()
    assert (
        client_of("programme").post(url, {"text": "ของเราสอง", "discussion": "ยาว", "revision": again}).status_code
        == 302
    )
    statement.refresh_from_db()
    assert statement.text == "ของเราสอง"
    assert set(statement.history.values_list("text", flat=True)) >= {"หนึ่ง", "ของเธอ", "ของเราสอง"}


def test_two_at_the_head_see_both_lists_of_authors(world, client_of, synthesis):
    url = reverse("lessons:synthesis-edit", args=[synthesis.pk])
    data = {"title_th": "ชื่อ", "title_en": "", "summary": "", "method_note": "", "revision": synthesis.revision}
    client_of("researcher").post(url, data | {"authors": "ก\n\nข\nก"})
    page = client_of("programme").post(url, data | {"authors": "ค"})
    assert "ก\nข" in [value for _label, value in page.context["form"].theirs]
    synthesis.refresh_from_db()
    assert (synthesis.authors, synthesis.title_th) == (["ก", "ข"], "ชื่อ")
    refused = client_of("programme").post(url, data | {"authors": "ก" * 201 + "\nข"})
    assert "authors" in refused.context["form"].errors
    refused = client_of("programme").post(url, data | {"authors": "\n".join(map(str, range(31)))})
    assert "authors" in refused.context["form"].errors


def test_what_was_changed_is_not_removed_unseen(world, synthesis):
    statement = Statement.objects.get(text="สอง")
    seen = statement.revision
    statement.text = "สอง แก้"
    services.save_statement(statement=statement, user=world.researcher, expected=seen)
    with pytest.raises(Stale):
        services.remove_statement(statement=statement, user=world.programme, expected=seen)
    services.remove_statement(statement=statement, user=world.programme, expected=seen + 1)
    assert not Statement.objects.filter(text="สอง แก้").exists()
    services.remove_statement(statement=statement, user=world.programme, expected=seen + 1)  # gone already
    chapter = synthesis.chapters.get(title="บทสอง")
    with pytest.raises(DomainError):
        services.remove_chapter(chapter=chapter, user=world.researcher)
    kept = Statement.objects.get(text="สาม")
    services.remove_statement(statement=kept, user=world.researcher, expected=kept.revision)
    services.remove_chapter(chapter=chapter, user=world.researcher)
    assert [title for title, _texts in order(synthesis)] == [FIRST]


def test_saving_what_somebody_removed_is_told(world, synthesis):
    mine = Statement.objects.get(text="สอง")
    services.remove_statement(statement=Statement.objects.get(pk=mine.pk), user=world.programme, expected=mine.revision)
    with pytest.raises(Conflict):
        services.save_statement(statement=mine, user=world.researcher, expected=mine.revision)


def test_what_was_typed_on_a_removed_statement_can_be_added_anew(world, client_of, synthesis):
    gone = Statement.objects.get(text="สอง")
    url, chapter = reverse("lessons:statement-edit", args=[gone.pk]), gone.chapter
    services.remove_statement(statement=Statement.objects.get(pk=gone.pk), user=world.programme, expected=gone.revision)
    data = {"text": "พิมพ์มาสิบนาที", "discussion": "ยาวมาก", "revision": gone.revision}
    page = client_of("researcher").post(url, data)
    assert page.status_code == 200
    assert page.context["form"]["discussion"].value() == "ยาวมาก"
    assert page.context["action"] == reverse("lessons:statement-create", args=[chapter.pk])
    client_of("researcher").post(page.context["action"], data | {"form_token": page.context["form_token"]})
    assert order(synthesis)[0] == (FIRST, ["หนึ่ง", "พิมพ์มาสิบนาที"])
    assert client_of("researcher").get(url).status_code == 404
    for actor in ("coordinator_a", "finance"):
        assert client_of(actor).post(url, data).status_code == 404
    assert client_of("researcher").post(reverse("lessons:statement-edit", args=[10**6]), data).status_code == 404


def test_what_was_typed_on_a_removed_chapter_can_be_added_anew(world, client_of, synthesis):
    gone = services.save_chapter(chapter=Chapter(synthesis=synthesis, title="ว่าง"), user=world.programme)
    edit = reverse("lessons:chapter-edit", args=[gone.pk])
    below = reverse("lessons:statement-create", args=[gone.pk])
    services.remove_chapter(chapter=Chapter.objects.get(pk=gone.pk), user=world.programme)
    client = client_of("researcher")
    data = {"title": "บทที่พิมพ์นาน", "introduction": "บทนำยาว", "revision": gone.revision}
    page = client.post(edit, data)
    assert page.context["action"] == reverse("lessons:chapter-create", args=[synthesis.pk])
    client.post(page.context["action"], data | {"form_token": page.context["form_token"]})
    assert order(synthesis)[-1] == ("บทที่พิมพ์นาน", [])
    page = client.post(below, {"text": "ข้อสรุปที่พิมพ์นาน", "discussion": "ยาว"})
    assert page.context["form"]["text"].value() == "ข้อสรุปที่พิมพ์นาน"
    told = {"text": "ข้อสรุปที่พิมพ์นาน", "discussion": "ยาว", "form_token": page.context["form_token"]}
    client.post(page.context["action"], told)
    assert order(synthesis)[-1] == ("บทที่พิมพ์นาน", ["ข้อสรุปที่พิมพ์นาน"])
    for actor in ("coordinator_a", "finance"):
        assert client_of(actor).post(edit, data).status_code == 404
        assert client_of(actor).post(below, told).status_code == 404


def test_a_statement_for_the_only_chapter_comes_with_the_chapter_again(world, client_of):
    synthesis = make.make_synthesis(world.agreement, by=world.programme)
    chapter = services.save_chapter(
        chapter=Chapter(synthesis=synthesis, title="บทเดียว", introduction="บทนำ"), user=world.programme
    )
    old = services.save_statement(statement=Statement(chapter=chapter, text="เดิม"), user=world.programme)
    edit = reverse("lessons:statement-edit", args=[old.pk])
    create = reverse("lessons:statement-create", args=[chapter.pk])
    services.remove_statement(statement=Statement.objects.get(pk=old.pk), user=world.programme, expected=old.revision)
    services.remove_chapter(chapter=Chapter.objects.get(pk=chapter.pk), user=world.programme)
    client, data = client_of("researcher"), {"text": "พิมพ์มานาน", "discussion": "ยาว", "revision": old.revision}
    for url in (edit, create):
        page = client.post(url, data)
        assert page.context["form"]["discussion"].value() == "ยาว", url
        assert page.context["action"] == f"{create}?again=1"
        assert order(synthesis) == []
        for actor in ("coordinator_a", "finance"):
            assert client_of(actor).post(url, data).status_code == 404
            assert client_of(actor).post(page.context["action"], data).status_code == 404
    sent = data | {"form_token": page.context["form_token"]}
    first, second = (client.post(page.context["action"], sent) for _tap in range(2))
    assert order(synthesis) == [("บทเดียว", ["พิมพ์มานาน"])]
    assert Chapter.objects.get(synthesis=synthesis).introduction == "บทนำ"
    assert (
        first.url == second.url == reverse("lessons:statement-detail", args=[Statement.objects.get(text="พิมพ์มานาน").pk])
    )


def test_evidence_is_found_picked_and_turned(world, client_of, synthesis):
    client, statement = client_of("researcher"), Statement.objects.get(text="สอง")
    lesson = make.make_lesson(world.b.participant, title="เรื่องกังหันลม", consent="named")
    services.reindex([lesson.pk])
    here = reverse("lessons:statement-detail", args=[statement.pk])
    page = client.get(here, {"q": "กังหัน"})
    assert [item["lesson"].pk for item in page.context["found"]] == [lesson.pk]
    link = reverse("lessons:statement-link", args=[statement.pk])
    assert client.post(link, {"lesson": lesson.pk, "stance": "supports", "note": "ชัดเจน"})["Location"] == here
    client.post(link, {"lesson": lesson.pk, "stance": "contradicts", "note": "ดูอีกที"})
    [row] = StatementLesson.objects.filter(statement=statement)
    assert (row.stance, row.note) == ("contradicts", "ดูอีกที")
    assert client.get(here, {"q": "กังหัน"}).context["found"] == []
    cited = client.get(lesson.get_absolute_url())
    assert [each.statement.pk for each in cited.context["cited_in"]] == [statement.pk]
    assert client_of("coordinator_b").get(lesson.get_absolute_url()).context["cited_in"] == []
    client.post(reverse("lessons:statement-unlink", args=[row.pk]))
    assert not statement.lesson_links.exists()


def test_a_statement_without_evidence_is_marked_and_counted(world, client_of, synthesis):
    page = client_of("researcher").get(synthesis.get_absolute_url())
    assert [one["number"] for one in page.context["without"]] == ["1.2", "2.1"]
    services.withdraw_lesson(lesson=world.a.lessons["published"], user=world.researcher, reason="ผิด")
    page = client_of("researcher").get(synthesis.get_absolute_url())
    assert [one["number"] for one in page.context["without"]] == ["1.1", "1.2", "2.1"]  # withdrawn is no evidence
    with pytest.raises(DomainError):
        services.link_lesson(
            statement=Statement.objects.get(text="สอง"), lesson=world.a.lessons["withdrawn"], user=world.researcher
        )


def test_lessons_of_another_agreement_are_no_evidence(world, synthesis):
    elsewhere = make.make_participant("far-town", agreement=make.make_agreement("other", current=False))
    with pytest.raises(DomainError):
        services.link_lesson(
            statement=Statement.objects.get(text="สอง"), lesson=make.make_lesson(elsewhere), user=world.programme
        )


def test_finance_staff_read_no_drafts_of_scholars_here(world, client_of, synthesis):
    drawn = world.a.lessons["research"]
    drawn.title = "ร่างลับของนักวิจัย"
    drawn.save()
    services.link_lesson(statement=Statement.objects.get(text="สอง"), lesson=drawn, user=world.researcher)
    for url in (
        synthesis.get_absolute_url(),
        reverse("lessons:statement-detail", args=[Statement.objects.get(text="สอง").pk]),
    ):
        assert "ร่างลับของนักวิจัย" in client_of("researcher").get(url).content.decode()
        page = client_of("finance").get(url)
        assert page.status_code == 200
        assert "ร่างลับของนักวิจัย" not in page.content.decode()


def test_services_ask_who_it_is(world, synthesis):
    chapter, statement = synthesis.chapters.first(), Statement.objects.get(text="สอง")
    link = StatementLesson.objects.filter(statement__chapter__synthesis=synthesis).get()
    for user in (world.a.coordinator, world.adviser, world.finance):
        for step in (
            lambda: services.save_synthesis(synthesis=synthesis, user=user, expected=1),  # noqa: B023 — called at once
            lambda: services.save_synthesis(synthesis=Synthesis(agreement=world.agreement, title_th="ก"), user=user),  # noqa: B023 — as above
            lambda: services.save_chapter(chapter=chapter, user=user, expected=1),  # noqa: B023 — as above
            lambda: services.save_statement(statement=statement, user=user, expected=1),  # noqa: B023 — as above
            lambda: services.remove_chapter(chapter=chapter, user=user),  # noqa: B023 — as above
            lambda: services.remove_statement(statement=statement, user=user, expected=1),  # noqa: B023 — as above
            lambda: services.move_chapter(chapter=chapter, user=user, up=True),  # noqa: B023 — as above
            lambda: services.move_statement(statement=statement, user=user, up=True),  # noqa: B023 — as above
            lambda: services.link_lesson(statement=statement, lesson=link.lesson, user=user),  # noqa: B023 — as above
            lambda: services.unlink_lesson(link=link, user=user),  # noqa: B023 — as above
            lambda: publish(synthesis, user),  # noqa: B023 — as above
        ):
            with pytest.raises(PermissionDenied):
                step()
    assert order(synthesis) == [(FIRST, ["หนึ่ง", "สอง"]), ("บทสอง", ["สาม"])]
    assert not synthesis.editions.exists()


# --- publishing -----------------------------------------------------------------------------
def test_editions_are_numbered_and_say_what_changed(world, client_of, synthesis):
    client, url = client_of("researcher"), reverse("lessons:edition-create", args=[synthesis.pk])
    page = client.get(url)
    assert [one.number for one in page.context["without"]] == ["1.2", "2.1"]
    answer = client.post(url, {"seen": page.context["form"]["seen"].value(), "note": ""})
    first = synthesis.editions.get()
    assert answer["Location"] == first.get_absolute_url()
    assert (first.number, first.published_by, is_unchanged(first)) == (1, world.researcher, True)
    page = client.get(url)
    assert page.context["nothing_new"]
    statement = Statement.objects.get(text="สอง")
    statement.text = "สอง ใหม่"
    services.save_statement(statement=statement, user=world.researcher, expected=statement.revision)
    seen = digest(content_of(synthesis).as_json())
    refused = client.post(url, {"seen": seen, "note": " "})
    assert "note" in refused.context["form"].errors
    client.post(url, {"seen": seen, "note": "แก้ข้อสอง"})
    assert list(synthesis.editions.order_by("number").values_list("number", "note")) == [(1, ""), (2, "แก้ข้อสอง")]
    assert "สอง ใหม่" not in client.get(first.get_public_url()).content.decode()
    page = client.get(synthesis.editions.get(number=2).get_absolute_url())
    assert [(one.kind, one.number) for one, _kind, _part in page.context["changes"]] == [("changed", "1.2")]
    newer = client.get(first.get_absolute_url(), {"against": "2"})
    assert newer.context["span"] == [1, 2]
    assert synthesis.editions.get(number=2).get_absolute_url() in newer.content.decode()
    assert [one.number for one in Edition.objects.filter(synthesis=synthesis).current()] == [2]


def test_what_nobody_looked_at_is_not_published(world, client_of, synthesis):
    seen = digest(content_of(synthesis).as_json())
    services.set_consent(
        lesson=world.a.lessons["published"], user=world.a.coordinator, consent="anonymous", hidden_words=[]
    )
    url = reverse("lessons:edition-create", args=[synthesis.pk])
    page = client_of("researcher").post(url, {"seen": seen, "note": "คำที่พิมพ์ไว้"})
    assert page.status_code == 200
    assert not synthesis.editions.exists()
    assert page.context["form"]["note"].value() == "คำที่พิมพ์ไว้"
    again = page.context["form"]["seen"].value()
    assert client_of("researcher").post(url, {"seen": again, "note": ""}).status_code == 302


def test_an_empty_synthesis_and_the_same_again_are_refused(world, synthesis):
    empty = make.make_synthesis(world.agreement, by=world.researcher)
    with pytest.raises(DomainError):
        publish(empty, world.researcher)
    publish(synthesis, world.researcher)
    with pytest.raises(Conflict):
        publish(synthesis, world.researcher, note="อีกครั้ง")
    statement = Statement.objects.get(text="สอง")
    services.save_statement(statement=statement, user=world.researcher, expected=statement.revision)
    assert synthesis.editions.count() == 1
    services.unlink_lesson(link=StatementLesson.objects.get(statement__text="หนึ่ง"), user=world.researcher)
    with pytest.raises(DomainError):
        publish(synthesis, world.researcher)  # without what changed
    assert publish(synthesis, world.researcher, note="นำหลักฐานออก").number == 2


def test_an_edition_never_changes(world, synthesis):
    edition = publish(synthesis, world.researcher)
    edition.note = "อื่น"
    for step in (edition.save, edition.delete, Edition.objects.all().delete, lambda: Edition.objects.update(note="อื่น")):
        with pytest.raises(DomainError):
            step()
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE lessons_edition SET note = 'x' WHERE id = %s", [edition.pk])
    assert Edition.objects.get(pk=edition.pk).note == ""


# --- how many queries -----------------------------------------------------------------------
def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_pages_cost_the_same_however_much_there_is(world, client_of, synthesis):
    client, lessons = client_of("researcher"), [world.a.lessons["published"], world.b.lessons["published"]]
    edition = publish(synthesis, world.researcher)
    statement = Statement.objects.get(text="หนึ่ง")

    def pages(edition):
        return [
            synthesis.get_absolute_url(),
            reverse("lessons:synthesis-list"),
            reverse("lessons:statement-detail", args=[statement.pk]),
            reverse("lessons:edition-create", args=[synthesis.pk]),
            edition.get_absolute_url(),
            edition.get_public_url(),
            reverse("lessons:public-edition-list"),
        ]

    small = [queries(client, url) for url in pages(edition)]
    for number in range(3):
        more = make.make_synthesis(world.agreement, by=world.researcher, title_th=f"อีก {number}")
        services.save_chapter(chapter=Chapter(synthesis=synthesis, title=f"บท {number}"), user=world.researcher)
        for row in (more, synthesis):
            make.make_statement(row, lessons, text=f"ข้อ {number}")
        publish(more, world.researcher)
    services.link_lesson(statement=statement, lesson=lessons[1], user=world.researcher)
    newer = publish(synthesis, world.researcher, note="เพิ่ม")
    large = [queries(client, url) for url in pages(newer)]
    # an edition that has one before it reads that one as well
    assert [after - before for before, after in zip(small, large, strict=True)] <= [0, 0, 0, 0, 1, 0, 0]
