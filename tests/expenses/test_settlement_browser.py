"""In real Chromium: from receipts to a statement that both sides signed, paid and closed, and its PDF."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from expenses.models import ExpenseLine, Settlement
from tests import factories as make
from tests.chromium import press
from tests.expenses.conftest import build_cast
from tests.pdf_checks import extract_text, without_white_space

pytestmark = [pytest.mark.browser, pytest.mark.long(10), pytest.mark.django_db(transaction=True)]


def send(page: Page) -> None:
    """Press the main button of the form."""
    press(page.locator("form .form-actions .btn-primary"))


def date_boxes(page: Page, name: str, day: str, month: str, year: str) -> None:
    page.locator(f"[name={name}_day]").fill(day)
    page.locator(f"[name={name}_month]").select_option(month)
    page.locator(f"[name={name}_year]").fill(year)


def enter_receipt(page: Page, cast: Any, description: str, baht: str) -> None:
    """A receipt of the visit that Krabi and Nan asked for, which the institute paid."""
    page.goto("/expenses/lines/new/")
    page.locator("[name=activity]").select_option(f"visit-{cast.requested.pk}")
    page.locator("[name=whose_cost]").select_option("advisers")
    page.locator("[name=category]").select_option("travel")
    page.locator("[name=description]").fill(description)
    page.locator("[name=amount]").fill(baht)
    date_boxes(page, "spent_on", "21", "8", "2562")
    page.locator("[name=paid_by]").select_option("institute")
    page.locator("[name=uploads]").set_input_files(
        {"name": "ใบเสร็จ.png", "mimeType": "image/png", "buffer": make.png()}
    )
    send(page)
    press(page.locator(".page-actions button.btn-primary"))  # hand in


def sign(page: Page, name: str, position: str) -> None:
    page.locator("[name=name]").fill(name)
    page.locator("[name=position]").fill(position)
    page.locator("[name=agreed]").check()
    send(page)
    expect(page.locator('[data-message="success"]')).to_be_visible()


@pytest.fixture
def cast(transactional_db: None) -> Any:
    """The cast, written where the server of the browser reads it."""
    return build_cast()


def test_a_button_of_a_form_stays_under_the_finger(page_of, cast):
    """On a phone the buttons of a form stand at the lower edge, and at its end come up with the page: neither pressing
    one nor a field that came into view before may move it away between down and up."""
    page = page_of(cast.alice)
    page.goto("/expenses/lines/new/")
    button = page.locator("form .form-actions .btn-primary")
    come = "() => { document.querySelector('[name=uploads]').scrollIntoView(); return scrollY; }"
    box, top = button.bounding_box(), page.evaluate("scrollY")
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    expect(button).to_be_focused()
    page.wait_for_timeout(300)  # longer than a slow scroll needs to begin
    assert (page.evaluate("scrollY"), button.bounding_box()) == (top, box)
    at_once = page.evaluate(come)
    page.wait_for_timeout(300)
    assert top < at_once == page.evaluate("scrollY")


def test_from_receipts_to_a_statement_signed_by_both(page_of, cast):
    alice, bob = page_of(cast.alice), page_of(cast.bob)
    krabi, stranger = page_of(cast.coordinator, language="en"), page_of(cast.stranger, language="en")

    enter_receipt(alice, cast, "ค่าเครื่องบินอาจารย์ที่ปรึกษา", "๑๐,๐๐๐.๐๑ บาท")
    enter_receipt(alice, cast, "ค่ารถตู้รับส่ง", "2,000")
    for line in ExpenseLine.objects.all():
        bob.goto(line.get_absolute_url())
        press(bob.locator(".page-actions button.btn-primary"))
    assert set(ExpenseLine.objects.values_list("state", flat=True)) == {"approved"}

    alice.goto("/expenses/settlements/new/")
    alice.locator("[name=participant]").select_option(str(cast.krabi.pk))
    date_boxes(alice, "starts_on", "17", "6", "2562")
    date_boxes(alice, "ends_on", "30", "9", "2563")
    send(alice)
    expect(alice.locator("main")).to_contain_text("หกพันบาทหนึ่งสตางค์")  # the odd satang is the first party's
    settlement = Settlement.objects.get()
    assert settlement.balance == Decimal("6000.01")
    address = settlement.get_absolute_url()
    press(alice.locator(".page-actions a.btn-primary"))
    send(alice)

    assert stranger.goto(address).status == 404
    krabi.goto("/home/")
    press(krabi.get_by_role("link", name="Look and sign").first)
    expect(krabi.locator("main")).to_contain_text("six thousand baht and one satang")
    press(krabi.locator(".page-actions a.btn-primary"))
    sign(krabi, "นางสาวกระบี่ งาม", "ปลัด อบจ.")

    alice.goto(address)  # she drew it up and cannot sign it
    assert alice.locator(f"a[href='{address}sign/']").count() == 0
    bob.goto(f"{address}sign/")
    sign(bob, "นายบ็อบ เงิน", "ผู้อำนวยการ")

    krabi.goto(f"{address}pay/")
    date_boxes(krabi, "paid_on", "1", "10", "2020")
    krabi.locator("[name=upload]").set_input_files({"name": "สลิป.png", "mimeType": "image/png", "buffer": make.png()})
    send(krabi)
    expect(krabi.locator('[data-message="success"]')).to_be_visible()
    bob.goto(address)
    bob.locator(".page-actions summary").click()
    press(bob.locator(".page-actions .confirm-box button"))
    expect(bob.locator(".lead")).to_contain_text("สรุปยอดแล้ว")
    settlement.refresh_from_db()
    assert settlement.state == "closed"

    paper = krabi.context.request.get(f"{address}pdf/?language=th")
    text = without_white_space(extract_text(paper.body(), "poppler"))
    for words in ("หกพันบาทหนึ่งสตางค์", "นางสาวกระบี่ งาม", "นายบ็อบ เงิน", "ค่ารถตู้รับส่ง", "6,000.01"):
        assert without_white_space(words) in text, words
