"""In real Chromium: from an accepted update to a lesson, its consent, its citation, and the book as PDF and as Word."""

import io

import docx
import pytest
from django.urls import reverse
from playwright.sync_api import expect
from pypdf import PdfReader

from pathways.lessons.models import Lesson
from tests.chromium import press
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.long(28), pytest.mark.django_db(transaction=True)]

TITLE = "เตือนภัยด้วยมือเราเอง"


@pytest.fixture
def world(transactional_db):
    """The world, written where the server of the browser reads it."""
    return build_world()


def fetch(page, kind):
    """Choose a format on the export page and press the button; what was downloaded."""
    page.locator("[name=what][value=basket]").check()
    page.locator("[name=format]").select_option(kind)
    page.locator("[name=language][value=th]").check()
    with page.expect_download(timeout=120_000) as waiting:
        page.locator("main form.form button[type=submit]").click()
    return waiting.value.suggested_filename, waiting.value.path().read_bytes()


def test_from_an_accepted_update_to_a_cited_book(world, see):
    update = world.a.updates["accepted"]
    page = see(world.a.coordinator, update.get_absolute_url())
    press(page.locator(f"form[action$='{reverse('lessons:lesson-begin', args=[update.pk])}'] button").last)
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=action]").fill("ตั้งเวรอาสาสมัครดูเครื่องวัดน้ำทุกเช้า")
    page.locator("[name=lesson]").fill("เครื่องวัดมีค่าเมื่อมีคนเฝ้า")
    press(page.locator("button[name=step][value=submit]").last)
    lesson = Lesson.objects.get(update=update)
    page.goto(page.url.split("/lessons/")[0] + reverse("lessons:consent-edit", args=[lesson.pk]))
    page.locator("[name=consent][value=named]").check()
    press(page.locator("main form.form button.btn-primary").last)

    page = see(world.researcher, reverse("lessons:lesson-validate", args=[lesson.pk]))
    page.locator("[name=confidence][value=medium]").check()
    press(page.locator("main form.form button.btn-primary").last)
    press(page.locator(f"form[action$='{reverse('lessons:lesson-publish', args=[lesson.pk])}'] button").last)
    lesson.refresh_from_db()
    assert lesson.state == "published"

    page.goto(page.url.split("/lessons/")[0] + lesson.get_public_url())
    cited = page.locator(".lesson-cite").inner_text()
    assert TITLE in cited
    assert str(lesson.published_at.year + 543) in cited
    press(page.locator(f"form[action$='{reverse('lessons:basket-add')}'] button").last)
    expect(page.locator(f"form[action$='{reverse('lessons:basket-remove')}']")).to_have_count(1)
    page.goto(page.url.split("/lessons/")[0] + reverse("lessons:export-list") + "?what=basket")

    name, content = fetch(page, "pdf")
    assert name == f"lessons-{world.agreement.code}-th.pdf"
    text = "".join("".join(one.extract_text() for one in PdfReader(io.BytesIO(content)).pages).split())
    citation = "".join(cited.split())
    assert "".join(TITLE.split()) in text
    assert citation.partition("สืบค้นจาก")[0] in text
    name, content = fetch(page, "docx")
    assert name.endswith("-th.docx")
    paragraphs = [one.text for one in docx.Document(io.BytesIO(content)).paragraphs]
    assert TITLE in paragraphs
    assert any("".join(one.split()).startswith(citation.partition("สืบค้นจาก")[0]) for one in paragraphs)
    assert world.a.participant.name_th in "".join(paragraphs)
