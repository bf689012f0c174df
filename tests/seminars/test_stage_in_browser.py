"""Two stories in real Chromium: from a presentation to the chair's clock, and from a visit to a follow-up action."""

import re
from datetime import time

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from seminars.models import FieldVisit, FollowUpAction, Presentation, Slot
from tests import factories as make
from tests.chromium import press
from tests.seminars.conftest import build_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db):
    """The cast, written where the server of the browser reads it."""
    return build_cast()


def send(page):
    """Press the main button of the page's form, and wait for what follows."""
    press(page.locator("main form:not([role=search]) button.btn-primary[type=submit]").last)


def test_from_a_presentation_to_the_clock(cast, see):
    day = make.make_seminar(cast.agreement, kind="presentation_day")
    session = make.make_session(day, starts_at=time(9), ends_at=time(12))
    other = make.make_presentation(cast.other, day, state="accepted", by=cast.bob, title="เรื่องของเมืองอื่น")
    make.make_slot(other, session)
    update = make.make_update(make.make_choice(cast.town, by=cast.alice), state="accepted", by=cast.alice)

    page = see(cast.alice, reverse("seminars:presentation-use-again"))
    page.locator(f"#update-{update.pk}").check()
    send(page)
    assert update.result in page.locator("[name=abstract]").input_value()
    page.locator("[name=seminar]").select_option(str(day.pk))
    page.locator("[name=title]").fill("ระบบเตือนน้ำท่วมของกระบี่")
    page.locator("[name=presenters]").fill("นางสาวผู้แทน มาแน่")
    file = {"name": "สไลด์.pdf", "mimeType": "application/pdf", "buffer": make.pdf_bytes()}
    page.locator("[name=upload]").set_input_files([file])
    send(page)
    talk = Presentation.objects.get(title="ระบบเตือนน้ำท่วมของกระบี่")
    press(page.locator("main .page-actions form button"))  # hand in

    page = see(cast.staff, reverse("seminars:presentation-decide", args=[talk.pk]))
    page.locator("[name=decision][value=accept]").check()
    send(page)
    page.goto(page.url.split("/seminars/")[0] + reverse("seminars:programme-edit", args=[day.pk]))
    page.locator(f"#id_place-{talk.pk}-session").select_option(str(session.pk))
    line = page.locator("[data-talk]", has_text=talk.title)
    assert line.locator("[data-number]").input_value() == "2"  # counted by the script
    line.locator("[data-up]").click()
    assert line.locator("[data-number]").input_value() == "1"
    handle = page.locator("[data-talk]", has_text=other.title).locator("[data-handle]")
    handle.drag_to(line, target_position={"x": 20, "y": 2})  # and back by dragging
    assert line.locator("[data-number]").input_value() == "2"
    line.locator("[data-up]").click()
    line.locator("[data-minutes]").fill("1")
    send(page)
    assert list(Slot.objects.order_by("number").values_list("presentation", flat=True)) == [talk.pk, other.pk]
    assert "09:00–09:01" in page.locator("main").inner_text()

    page.goto(page.url.split("/seminars/")[0] + reverse("seminars:timer-detail", args=[session.pk]))
    clock = page.locator("[data-timer]")
    assert clock.locator("[data-timer-clock]").inner_text() == "01:00"
    clock.locator("[data-timer-go]").click()
    expect(clock.locator("[data-timer-clock]")).not_to_have_text("01:00")
    assert clock.get_attribute("data-kind") == "soon"
    page.reload()  # it goes on where it stood
    expect(page.locator("[data-timer-clock]")).to_have_text(re.compile("^00:"))
    page.locator("[data-timer-next]").click()
    assert other.title in page.locator("[data-timer-talk]").inner_text()
    assert page.locator("[data-timer-clock]").inner_text() == "15:00"


def test_from_a_visit_to_a_follow_up_action(cast, see):
    for kind, unit, amount in (("honorarium", "hour", 600), ("travel", "journey", 3000), ("lodging", "night", 1500)):
        make.make_rate(cast.agreement, by=cast.staff, kind=kind, unit=unit, amount=amount)
    page = see(cast.alice, reverse("seminars:visit-create"))
    assert "16,200.00" in page.locator("main").inner_text()
    assert page.locator("[name=hours]").input_value() != ""  # what is usual stands there
    page.locator("[name=purpose]").fill("ขอคำปรึกษาเรื่องป้ายประกาศ")
    page.locator("[name=people]").fill("3")
    page.locator("[name=knows_who_pays]").check()
    send(page)
    assert not FieldVisit.objects.exists()  # another estimate than the one that was read
    assert "24,300.00" in page.locator("main").inner_text()
    page.locator("[name=knows_who_pays]").check()
    send(page)
    visit = FieldVisit.objects.get()

    page = see(cast.staff, reverse("seminars:visit-decide", args=[visit.pk]))
    page.locator("[name=decision][value=agree]").check()
    send(page)
    page.goto(page.url.split("/seminars/")[0] + reverse("seminars:visit-plan", args=[visit.pk]))
    for name, value in (("day", "20"), ("month", "11"), ("year", "2562")):
        box = page.locator(f"[name=visit_on_{name}]")
        (box.select_option if name == "month" else box.fill)(value)
    page.locator(f"[name=visitors][value='{cast.adviser.pk}']").check()
    send(page)
    press(page.locator("main .page-actions form button"))  # it took place

    page = see(cast.adviser, reverse("seminars:visit-report", args=[visit.pk]))
    page.locator("[name=report]").fill("ป้ายสองแห่งยังไม่ติด")
    send(page)
    page.goto(page.url.split("/seminars/")[0] + reverse("seminars:finding-create", args=[visit.pk]))
    page.locator("[name=text]").fill("ป้ายยังไม่เชื่อมข้อมูล")
    send(page)
    press(page.locator("#findings ~ .block a").first)
    page.locator("[name=title]").fill("เชื่อมข้อมูลกับป้าย")
    page.locator("[name=assignee]").select_option(str(cast.alice.pk))
    page.locator("[name=verifier]").select_option(str(cast.adviser.pk))
    for name, value in (("day", "31"), ("month", "1"), ("year", "2563")):
        box = page.locator(f"[name=due_on_{name}]")
        (box.select_option if name == "month" else box.fill)(value)
    send(page)
    assert FollowUpAction.objects.get().assignee == cast.alice

    action = FollowUpAction.objects.get()
    page = see(cast.alice, reverse("seminars:action-finish", args=[action.pk]))
    page.locator("[name=note]").fill("เชื่อมครบสองป้าย")
    send(page)
    action.refresh_from_db()
    assert (action.state, action.done_note) == ("done", "เชื่อมครบสองป้าย"), page.locator("main").inner_text()
    page = see(cast.adviser, reverse("seminars:action-verify", args=[action.pk]))
    page.locator("[name=adequate][value=yes]").check()
    send(page)
    action.refresh_from_db()
    assert (action.state, action.adequate) == ("verified", True), page.locator("main").inner_text()
