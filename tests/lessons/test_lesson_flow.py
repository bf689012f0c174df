"""From an accepted report to a published lesson, by hand of the people who do it, and what stops them."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from mou_portal.records import Conflict, DomainError, Stale
from pathways.lessons import services
from pathways.lessons.models import Lesson, LessonIndex, ValidatedText
from pathways.lessons.services import Draft, Verdict
from tests import factories as make

pytestmark = pytest.mark.django_db


def post(client, name, *args, **data):
    answer = client.post(reverse(f"lessons:{name}", args=args), data)
    assert answer.status_code in (200, 302), answer.status_code
    return answer


def test_from_an_accepted_report_to_the_public_page(world, client_of):
    update, alice, scholar = world.a.updates["accepted"], client_of("coordinator_a"), client_of("researcher")
    assert reverse("lessons:lesson-begin", args=[update.pk]).encode() in alice.get(update.get_absolute_url()).content
    post(alice, "lesson-begin", update.pk)
    post(alice, "lesson-begin", update.pk)  # a second tap opens the same draft
    lesson = Lesson.objects.get(update=update)
    assert (lesson.action, lesson.result, lesson.pathway) == (update.done, update.result, update.choice.pathway)
    words = {"title": "เตือนภัยด้วยมือเรา", "action": "ติดตั้ง", "lesson": "เครื่องวัดต้องมีคนเฝ้า", "revision": lesson.revision}
    post(alice, "lesson-edit", lesson.pk, step="submit", **words)
    verdict = words | {"title": "ชื่อที่ตรวจแล้ว", "confidence": "medium", "confidence_note": "สองแหล่ง"}
    post(scholar, "lesson-validate", lesson.pk, **verdict)
    lesson.refresh_from_db()
    assert (lesson.state, lesson.title, lesson.validated.title) == ("validated", words["title"], "ชื่อที่ตรวจแล้ว")
    post(scholar, "lesson-publish", lesson.pk)
    lesson.refresh_from_db()
    assert lesson.state == "validated"  # nobody consented yet
    public = client_of("anonymous")
    post(alice, "consent-edit", lesson.pk, consent="named", hidden_words="", note="")
    post(scholar, "lesson-publish", lesson.pk)
    page = public.get(lesson.get_public_url())
    assert page.status_code == 200
    assert "ชื่อที่ตรวจแล้ว" in page.content.decode()
    assert world.a.participant.name_th in page.content.decode()
    detail = alice.get(lesson.get_absolute_url()).content.decode()
    assert "ชื่อที่ตรวจแล้ว" in detail
    assert words["title"] in detail
    # taken back after publication: gone at once, from every public place
    post(alice, "consent-edit", lesson.pk, consent="refused", hidden_words="", note="")
    assert public.get(lesson.get_public_url()).status_code == 404
    for name in ("public-list", "public-feed"):
        assert "ชื่อที่ตรวจแล้ว" not in public.get(reverse(f"lessons:{name}")).content.decode()
    assert LessonIndex.objects.get(pk=lesson.pk).outside == ""


def test_nobody_jumps_over_a_step(world):
    lesson, alice, scholar = world.a.lessons["submitted"], world.a.coordinator, world.researcher
    with pytest.raises(PermissionDenied):
        services.validate_lesson(lesson=lesson, user=alice, verdict=Verdict({}, "low"))
    with pytest.raises(DomainError, match=r"sure|มั่นใจ"):
        services.validate_lesson(lesson=lesson, user=scholar, verdict=Verdict({}, ""))
    with pytest.raises(Conflict):
        services.publish_lesson(lesson=lesson, user=scholar)
    with pytest.raises(DomainError):
        services.return_lesson(lesson=lesson, user=scholar, note=" ")
    with pytest.raises(Conflict):
        services.save_lesson(lesson=lesson, user=alice, expected=lesson.revision, draft=Draft({"title": "ใหม่"}))
    with pytest.raises(DomainError):
        services.submit_lesson(
            lesson=make.make_lesson(world.a.participant, state="draft", lesson="", by=alice), user=alice
        )
    with pytest.raises(DomainError):
        services.withdraw_lesson(lesson=lesson, user=alice, reason="")
    with pytest.raises(DomainError):
        services.begin_from_update(update=world.a.updates["submitted"], user=alice)
    drawn = make.make_lesson(world.a.participant, state="submitted", by=scholar, drawn_by="research")
    with pytest.raises(PermissionDenied):  # a researcher does not validate the own lesson
        services.validate_lesson(lesson=drawn, user=scholar, verdict=Verdict({}, "low"))


def test_two_researchers_on_one_row_lose_nothing(world):
    lesson = world.a.lessons["validated"]
    first, second = (Lesson.objects.get(pk=lesson.pk) for _one in range(2))
    services.revise_lesson(
        lesson=first, user=world.researcher, expected=first.revision, verdict=Verdict({"title": "หนึ่ง"}, "high")
    )
    with pytest.raises(Stale):
        services.revise_lesson(
            lesson=second, user=world.programme, expected=second.revision, verdict=Verdict({"title": "สอง"}, "low")
        )
    assert ValidatedText.objects.get(of=lesson).title == "หนึ่ง"
    assert Lesson.objects.get(pk=lesson.pk).title == lesson.title


def test_consent_is_the_organisations_own(world):
    lesson, staff = world.a.lessons["published"], world.programme
    for user in (world.b.coordinator, world.researcher, world.adviser, world.finance):
        with pytest.raises(PermissionDenied):
            services.set_consent(lesson=lesson, user=user, consent="anonymous")
    with pytest.raises(DomainError):
        services.set_consent(lesson=lesson, user=staff, consent="anonymous")  # without a word of who asked
    services.set_consent(lesson=lesson, user=staff, consent="anonymous", note="โทรมาวันนี้")
    with pytest.raises(DomainError):
        services.set_consent(lesson=lesson, user=staff, consent="named", note="โทรมาอีก")
    services.set_consent(lesson=lesson, user=world.a.executive, consent="named", hidden_words=["ท่าแร่", "ท่าแร่", " "])
    lesson.refresh_from_db()
    assert (lesson.consent, lesson.hidden_words) == ("named", ["ท่าแร่"])
    with pytest.raises(DomainError):
        services.set_consent(lesson=lesson, user=world.a.executive, consent="unasked")
    with pytest.raises(DomainError):
        services.set_consent(lesson=lesson, user=world.a.executive, consent="named", hidden_words=map(str, range(99)))


def test_evidence_cases_and_memos(world):
    lesson, scholar = world.a.lessons["submitted"], world.researcher
    quote = world.b.sources["interview"].excerpts.first()
    link = services.link_evidence(lesson=lesson, excerpt=quote, user=scholar, stance="contradicts", note="ต่างกัน")
    again = services.link_evidence(lesson=lesson, excerpt=quote, user=scholar)
    assert (again.pk, again.stance) == (link.pk, "supports")
    services.unlink_evidence(link=again, user=scholar)
    case = services.link_case(lesson=lesson, other=world.b.lessons["published"], user=scholar, stance="supports")
    services.unlink_case(case=case, user=scholar)
    with pytest.raises(DomainError):
        services.link_case(lesson=lesson, other=lesson, user=scholar, stance="supports")
    with pytest.raises(PermissionDenied):
        services.link_evidence(lesson=lesson, excerpt=quote, user=world.a.coordinator)
    with pytest.raises(DomainError):
        services.write_memo(agreement=world.agreement, user=scholar, text=" ", lesson=lesson)
    services.set_quote_consent(excerpt=quote, user=world.b.coordinator, consent="anonymous")
    services.set_quote_consent(excerpt=quote, user=world.b.coordinator, consent="unasked")
    assert quote.consent_by is None
    with pytest.raises(PermissionDenied):
        services.set_quote_consent(excerpt=quote, user=world.a.coordinator, consent="named")
