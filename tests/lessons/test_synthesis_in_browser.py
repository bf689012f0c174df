"""In real Chromium: from the matrix of comparison to a synthesis that rests on evidence, its editions, its citation."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from pathways.lessons.models import Edition, Statement
from pathways.lessons.services import reindex
from tests import factories as make
from tests.chromium import press
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.long(10), pytest.mark.django_db(transaction=True)]

TITLE, RESTS, BARE = "บทเรียนจากน้ำ", "เครื่องวัดมีค่าเมื่อมีคนเฝ้า", "ชุมชนต้องร่วมคิดตั้งแต่ต้น"
SAVE = "main form.form button.btn-primary"


@pytest.fixture
def world(transactional_db):
    """The world, written where the server of the browser reads it."""
    return build_world()


@pytest.fixture
def lesson(world):
    """A published lesson that its words tell from the others."""
    row = make.make_lesson(world.a.participant, consent="named", title="ระหัดวิดน้ำของหมู่บ้าน")
    reindex([row.pk])
    return row


def go(page, target):
    """Press a link or a button and wait for the page that follows."""
    press(page.locator(target).first if isinstance(target, str) else target)


def fill(page, **values):
    for name, value in values.items():
        page.locator(f"main form.form [name={name}]").fill(value)
    go(page, SAVE)


def test_from_the_matrix_to_a_cited_edition(world, lesson, see):
    page = see(world.researcher, reverse("lessons:compare"))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    counted = page.locator("table.matrix tfoot td.matrix-total a").inner_text()
    page.locator("[name=judged]").select_option("1")
    go(page, "form.filters button[type=submit]")
    judged = page.locator("table.matrix tfoot td.matrix-total a")
    assert 2 <= int(judged.inner_text()) < int(counted)
    go(page, judged)
    picks = page.locator("[name=lesson]")
    for place in (0, 1):
        picks.nth(place).check()
    go(page, f"main form[action='{reverse('lessons:case-compare')}'] button[type=submit]")
    assert page.locator(".cases-head .case").count() == 2

    page.goto(page.url.split("/lessons/")[0] + reverse("lessons:synthesis-create"))
    fill(page, title_th=TITLE, title_en="Lessons from water", authors="คณะนักวิจัย", summary="สรุปสั้น")
    home = page.url
    go(page, "main a[href$='/chapters/new/']")
    fill(page, title="เตือนภัย", introduction="เหตุใดจึงเริ่มที่น้ำ")
    for text in (RESTS, BARE):
        page.goto(home)
        go(page, "main a[href$='/statements/new/']")
        fill(page, text=text)
    expect(page.locator("h1 .state")).to_contain_text("ไม่มีหลักฐาน")
    page.goto(home)
    assert page.locator(".statement-without").count() == 2
    go(page, f"main a[href='{reverse('lessons:statement-detail', args=[Statement.objects.get(text=RESTS).pk])}']")
    page.locator("#evidence-q").fill("ระหัดวิดนำ")  # written "ระหัดวิดน้ำ"
    go(page, "form:has(#evidence-q) button")
    page.locator(f"#note-{lesson.pk}").fill("วัดจริงสองฤดู")
    go(page, page.locator(f"form:has([name=lesson][value='{lesson.pk}']) button[value=supports]"))
    expect(page.locator("h1 .state")).to_contain_text("มีหลักฐานสนับสนุน")

    page.goto(home)
    assert page.locator(".statement-without").count() == 1
    go(page, "main a[href$='/publish/']")
    assert BARE in page.locator(".preview-text").inner_text()
    go(page, SAVE)
    first = Edition.objects.get(synthesis__title_th=TITLE)
    assert page.url.endswith(first.get_absolute_url())
    page.locator("[data-copy=cite-th]").click()
    expect(page.locator("#cite-th-copied")).not_to_be_empty()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#cite-th").inner_text()
    assert TITLE in copied
    assert str(first.published_on.year + 543) in copied

    go_back = page.url.split("/lessons/")[0]
    page.goto(go_back + reverse("lessons:statement-edit", args=[Statement.objects.get(text=BARE).pk]))
    fill(page, text="ชุมชนร่วมคิดแล้วจึงซื้อ")
    page.goto(go_back + first.get_public_url())
    assert BARE in page.locator("main").inner_text(), "what is published stays as it was"
    page.goto(home)
    go(page, "main a[href$='/publish/']")
    page.locator("[name=note]").fill("เขียนข้อสรุปที่สองใหม่")
    go(page, SAVE)
    assert re.search(r"<ins>.*ชุมชนร่วมคิดแล้วจึงซื้อ", page.content(), re.S)
    page.context.clear_cookies()
    page.goto(go_back + first.get_public_url())
    assert first.synthesis.editions.count() == 2
    go(page, ".note-part a")
    text = page.locator("main").inner_text()
    assert "ชุมชนร่วมคิดแล้วจึงซื้อ" in text
    assert "วัดจริงสองฤดู" in text
    assert BARE not in text
