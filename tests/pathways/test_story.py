"""The whole story of a pathway in real Chromium, in both languages.

Choose, confirm, write on a phone, lose the line and the session, come back, hand in, be sent back, hand in again, be
accepted, and send the next report in as a workbook.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import translation
from django.utils.translation import gettext as _
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from pathways.models import ChoiceVersion, ProgressUpdate
from tests import factories as make
from tests.chromium import press
from tests.pathways.conftest import Cast, build_cast

expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong
pytestmark = [pytest.mark.browser, pytest.mark.long(14), pytest.mark.django_db(transaction=True)]

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
PASSWORD = "แม่น้ำสามสายไหลมาบรรจบ-2562"
DONE, RESULT = "ติดตั้งสถานีวัดระดับน้ำสองแห่ง", "ทราบระดับน้ำทุกสิบห้านาที"


class Person:
    """Somebody at a browser of their own; whatever goes wrong on their pages is gathered."""

    def __init__(self, browser: Browser, base: str, email: str, size: dict[str, int], language: str) -> None:
        self.base, self.email = base, email
        self.context = browser.new_context(
            viewport=size, locale=language, has_touch=size is PHONE, reduced_motion="reduce", accept_downloads=True
        )
        self.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": base}])
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def sign_in(self) -> None:
        """At the sign-in page, wherever that leads to."""
        self.page.locator("input[name=login]").fill(self.email)
        self.page.locator("input[name=password]").fill(PASSWORD)
        press(self.page.get_by_role("main").get_by_role("button", name=_("Sign in"), exact=True))

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)
        if "/accounts/login/" in self.page.url:
            self.sign_in()

    def press(self, words: str, exact: bool = True) -> None:
        press(self.page.get_by_role("button", name=words, exact=exact).first)

    def follow(self, words: str) -> None:
        press(self.page.get_by_role("main").get_by_role("link", name=words).first)

    def sees(self, words: str) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible()


@pytest.fixture
def story(within_the_period: None, browser: Browser, live_server: Any) -> Iterator[Callable[..., Any]]:
    """``story(language)``: the cast with passwords, a coordinator on a phone, staff and an adviser at desks."""
    people: list[Person] = []

    @contextmanager
    def begin(language: str) -> Iterator[tuple[Cast, Person, Person, Person]]:
        cast = build_cast()
        for user in (cast.alice, cast.staff, cast.adviser):
            user.set_password(PASSWORD)
            user.language = language
            user.save()
        for user, size in ((cast.alice, PHONE), (cast.staff, DESK), (cast.adviser, DESK)):
            people.append(Person(browser, live_server.url, user.email, size, language))
        with translation.override(language):
            yield cast, *people

    yield begin
    for person in people:
        person.context.close()


def photo() -> bytes:
    """What a phone's camera gives: larger than it is sent."""
    out = io.BytesIO()
    Image.effect_noise((2400, 400), 60).convert("RGB").save(out, "PNG")
    return out.getvalue()


def choose_and_confirm(alice: Person, staff: Person, language: str) -> None:
    alice.go("/home/")
    alice.follow(_("Choose"))
    page = alice.page
    page.get_by_role("radio").nth(1).check()
    page.locator("[name=chosen_on_day]").fill("1")
    page.locator("[name=chosen_on_month]").select_option("7")
    page.locator("[name=chosen_on_year]").fill("2562" if language == "th" else "2019")
    page.locator("textarea[name=reason]").fill("น้ำท่วมทุกปี ประชาชนต้องรู้ก่อน")
    page.locator("textarea[name=expected_result]").fill("แจ้งเตือนได้ภายในสิบนาที")
    page.locator("input[name=dimensions][value=environment]").check()
    page.locator("input[name=document_number]").fill("กบ 52001/123")
    page.locator("input[name=signed_by]").fill("นายสมมติ ใจดี นายกเทศมนตรี")
    alice.press(_("Save and submit"))
    alice.sees(_("This choice is not confirmed"))
    expect(page.get_by_role("button", name=_("Write the report"))).to_have_count(0)  # the gate
    version = ChoiceVersion.objects.get()
    assert version.state == "submitted"

    staff.go(version.choice.get_absolute_url())
    staff.press(_("Confirm the choice"))
    staff.sees(_("The choice is confirmed."))
    version.refresh_from_db()
    assert version.state == "confirmed"


def write_and_lose_the_session(alice: Person) -> ProgressUpdate:
    """On the phone: the form saves itself; then the line goes, then the session; nothing is lost."""
    alice.go("/home/")
    alice.follow(_("Write"))
    page = alice.page
    alice.press(_("Write the report"), exact=False)
    page.locator("textarea[name=done]").fill(DONE[:10])
    expect(page.locator("[data-autosave-server]")).not_to_be_empty()
    update = ProgressUpdate.objects.get()
    assert (update.state, update.done) == ("draft", DONE[:10])
    alice.context.set_offline(True)
    page.locator("textarea[name=done]").fill(DONE)
    page.get_by_label(_("Slider for the progress")).fill("40")
    expect(page.locator("input[name=percent]")).to_have_value("40")
    expect(page.locator("[data-autosave-said]")).to_be_visible()
    alice.context.set_offline(False)
    Session.objects.all().delete()
    page.locator("textarea[name=result]").fill(RESULT)
    alice.press(_("Save and submit"))
    expect(page.locator("input[name=password]")).to_be_visible()
    alice.sign_in()
    expect(page.locator("textarea[name=done]")).to_have_value(DONE)  # what the sent form held came back
    expect(page.locator("textarea[name=result]")).to_have_value(RESULT)
    expect(page.locator("input[name=percent]")).to_have_value("40")
    update.refresh_from_db()
    assert update.state == "draft"
    return update


def hand_in_with_a_photo(alice: Person, update: ProgressUpdate) -> None:
    page = alice.page
    page.locator("input[type=file]").set_input_files([{"name": "สถานี.png", "mimeType": "image/png", "buffer": photo()}])
    chosen = "document.querySelector('[type=file]').files[0].type"
    for _time in range(100):  # the page's policy forbids what wait_for_function needs
        if page.evaluate(chosen) == "image/jpeg":
            break
        page.wait_for_timeout(100)
    assert page.evaluate(chosen) == "image/jpeg"
    alice.press(_("Save and submit"))
    alice.sees(_("Handed in. You will see here when it is accepted or returned."))
    update.refresh_from_db()
    assert (update.state, update.done, update.result, update.percent) == ("submitted", DONE, RESULT, 40)
    assert update.evidence.get().file.original_name == "สถานี.jpg"
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('mou:draft:'))") == []


def send_back_and_hand_in_again(alice: Person, adviser: Person, update: ProgressUpdate) -> None:
    adviser.go("/pathways/updates/review/")
    page = adviser.page
    section = page.locator("section", has=page.get_by_role("heading", name=_("result"), exact=True)).first
    section.locator("summary").click()
    section.locator("textarea").fill("ขยายความว่าใครใช้ข้อมูล")
    adviser.press(_("Return with notes"))
    adviser.sees(_("Returned with your notes."))
    update.refresh_from_db()
    assert update.state == "returned"

    alice.go("/home/")
    alice.follow(_("Open"))
    page = alice.page
    alice.sees("ขยายความว่าใครใช้ข้อมูล")
    expect(page.locator("textarea[name=done]")).to_be_disabled()
    page.locator("textarea[name=result]").fill(RESULT + " โดยอาสาสมัครทุกหมู่บ้าน")
    alice.press(_("Save and submit"))
    alice.sees(_("Handed in. You will see here when it is accepted or returned."))
    update.refresh_from_db()
    assert (update.state, update.done) == ("submitted", DONE)


def accept(adviser: Person, update: ProgressUpdate) -> None:
    """By a key: nothing but the keyboard is needed."""
    adviser.go("/pathways/updates/review/")
    adviser.sees("โดยอาสาสมัครทุกหมู่บ้าน")
    adviser.page.locator("body").press("a")
    adviser.sees(_("Accepted. From now on it counts."))
    update.refresh_from_db()
    assert update.state == "accepted"
    assert [one.state for one in update.events.order_by("pk")] == [
        *("draft", "submitted", "returned", "submitted", "accepted"),
    ]


def round_trip(alice: Person, folder: Path, update: ProgressUpdate) -> None:
    """The next report comes in as a workbook, with the value of an indicator."""
    alice.go("/pathways/workbooks/")
    page = alice.page
    with page.expect_download() as download:
        page.get_by_role("button", name=_("Download the workbook"), exact=True).first.click()
    path = folder / "open-reports.xlsx"
    download.value.save_as(path)
    book = openpyxl.load_workbook(path)
    for sheet, name, value in (
        (book.worksheets[0], "done", "อบรมอาสาสมัครสามสิบคน"),
        (book.worksheets[0], "percent", 55),
        (book.worksheets[0], "hand_in", _("yes")),
        (book.worksheets[2], "value", 120),
    ):
        sheet.cell(3, next(cell.column for cell in sheet[1] if cell.value == name)).value = value
    book.save(path)
    page.locator("input[type=file]").set_input_files(path)
    alice.press(_("Look at what it changes"))
    alice.sees("อบรมอาสาสมัครสามสิบคน")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    alice.press(_("Take all of it over"))
    alice.sees(
        _("Taken over from the workbook: %(rows)d rows. Reports that you did not hand in are drafts.") % {"rows": 1}
    )
    newer = ProgressUpdate.objects.exclude(pk=update.pk).get()
    assert (newer.state, newer.percent, newer.indicator_values.get().value) == ("submitted", 55, 120)
    assert newer.result == update.result  # carried forward


@pytest.mark.parametrize("language", ["th", "en"])
def test_from_the_choice_to_an_accepted_report(story: Any, tmp_path: Path, language: str) -> None:
    with story(language) as (_cast, alice, staff, adviser):
        choose_and_confirm(alice, staff, language)
        update = write_and_lose_the_session(alice)
        hand_in_with_a_photo(alice, update)
        send_back_and_hand_in_again(alice, adviser, update)
        accept(adviser, update)
        make.make_indicator(update.choice, name="ครัวเรือนที่ได้รับการแจ้งเตือน")
        update.refresh_from_db()
        round_trip(alice, tmp_path, update)
        assert [person.faults for person in (alice, staff, adviser)] == [[], [], []]
