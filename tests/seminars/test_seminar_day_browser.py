"""A seminar in real Chromium: invitation, seats, check-in (with a line that breaks), roll, attendance report."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
import zxingcpp
from django.core import mail
from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect

from seminars.models import Attendance, CheckIn, Seat, Seminar
from tests import factories as make
from tests.chromium import press
from tests.pdf_checks import extract_text, holds_text

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def code_in(message: Any) -> str:
    """What a phone reads from the QR picture in an e-mail."""
    picture = next(part for part in message.message().walk() if part.get_content_type() == "image/png")
    return zxingcpp.read_barcode(Image.open(io.BytesIO(picture.get_payload(decode=True)))).text


def test_a_seminar_from_invitation_to_attendance_report(page_of: Any) -> None:
    agreement = make.make_agreement()
    town = make.make_participant("krabi-town", agreement=agreement, name_th="เทศบาลเมืองกระบี่")
    make.make_participant("other-town", agreement=agreement, name_th="เทศบาลเมืองอื่น")
    coordinator, staff = make.make_coordinator(town, email="alice@example.org"), make.make_staff(name_th="เจ้าหน้าที่")
    seminar = make.make_seminar(agreement, state="planned", starts_on=date(2020, 3, 2), seats_per_participant=2)
    session = make.make_session(seminar)

    # the institute announces the seminar and invites the coordinators
    office = page_of(staff, 1280)
    office.goto(reverse("admin:seminars_seminar_changelist"))
    office.locator("input.action-select").first.check()
    office.locator("select[name=action]").select_option("announce")
    press(office.locator("button[name=index]").first)
    office.goto(seminar.get_absolute_url())
    press(office.locator(f'form[action="{reverse("seminars:invitations-send", args=[seminar.pk])}"] button'))
    expect(office.locator('[data-message="success"]')).to_be_visible()
    invitation = mail.outbox.pop()
    assert invitation.to == ["alice@example.org"]

    # the coordinator follows the link on a phone and names both delegates
    phone = page_of(coordinator, 360)
    phone.goto(re.search(r"(/seminars/\d+/)", invitation.body)[1])  # type: ignore[index]  # it has a link
    for number, name in enumerate(("นางสาวสมหญิง ใจดี", "นายสมชาย รักเมือง")):
        press(phone.locator('a[href*="/seminars/seats/"]').nth(number))
        phone.fill("[name=delegate_name]", name)
        phone.fill("[name=delegate_email]", f"delegate-{number}@example.org")
        press(phone.locator("form.form .btn-primary"))
        expect(phone.locator('[data-message="success"]')).to_be_visible()
    codes = {message.to[0]: code_in(message) for message in mail.outbox}
    assert sorted(codes) == ["delegate-0@example.org", "delegate-1@example.org"]

    # at the door: the first pass with a line, the second without one, both scanned twice
    door = page_of(staff, 360)
    door.goto(seminar.checkin_lists.get().get_absolute_url())
    answer = door.locator("[data-answer]")
    say = lambda code: (door.fill("#door-code", code), door.keyboard.press("Enter"))  # noqa: E731 — two keys
    say(codes["delegate-0@example.org"])
    expect(answer).to_have_class(re.compile("door-good"))
    expect(answer).to_contain_text("นางสาวสมหญิง ใจดี")
    say(codes["delegate-0@example.org"])
    expect(answer).to_have_class(re.compile("door-again"))
    expect(answer).to_contain_text("เจ้าหน้าที่")  # by whom
    door.context.set_offline(True)
    say(codes["delegate-1@example.org"])
    expect(answer).to_have_class(re.compile("door-kept"))
    expect(answer).to_contain_text("นายสมชาย รักเมือง")  # the page itself knows the name
    say(codes["delegate-1@example.org"])
    expect(answer).to_have_class(re.compile("door-again"))
    assert CheckIn.objects.count() == 1
    door.context.set_offline(False)
    expect(answer).to_have_class(re.compile("door-good"), timeout=30_000)
    expect(door.locator("[data-queue]")).to_be_hidden()
    assert sorted(CheckIn.objects.values_list("came", flat=True)) == ["นางสาวสมหญิง ใจดี", "นายสมชาย รักเมือง"]

    # the roll the same evening: only the exceptions are left
    office.goto(reverse("seminars:attendance-edit", args=[session.pk]))
    empty = Seat.objects.filter(participant__local_government__code="other-town").order_by("number")
    office.locator(f"[name=seat-{empty[0].pk}-state]").select_option("excused")
    office.locator(f"[name=seat-{empty[0].pk}-reason]").fill("น้ำท่วมพื้นที่")
    press(office.locator("form.form-wide .btn-primary"))
    expect(office.locator('[data-message="success"]')).to_be_visible()
    states = dict(Attendance.objects.values_list("seat__number", "state").filter(seat__in=empty))
    assert states == {1: "excused", 2: "absent"}

    # and who attended, on paper
    report = office.request.get(reverse("seminars:attendance-report", args=[seminar.pk]))
    text = extract_text(report.body(), "poppler")
    for words in ("นางสาวสมหญิง ใจดี", "นายสมชาย รักเมือง", "น้ำท่วมพื้นที่", "1 จาก 2 หน่วยงาน"):
        assert holds_text(text, words), words
    assert Seminar.objects.get().state == "announced"
