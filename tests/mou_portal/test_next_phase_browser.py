"""In real Chromium: a phase ends and the next one starts, with nothing lost of the one before."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse
from playwright.sync_api import Page, expect

from expenses.models import RuleTable
from participants.ledger import ledger_of
from participants.models import Agreement
from tests.chromium import press
from tests.world import World, build_world

pytestmark = [pytest.mark.browser, pytest.mark.long(13), pytest.mark.django_db(transaction=True)]

OURS = {"participants", "pathways", "lessons", "seminars", "expenses"}
#: Rows of the machinery, and what the switch of the current agreement itself adds.
APART = {"participants.sentform", "participants.historicalagreement"}
#: Columns that say who signed in when, which agreement is the current one, and when a row was last touched.
APART_COLUMNS = {"last_login", "is_current", "updated_at"}
TITLE = "เมืองอัจฉริยะ ระยะที่ 3"


def rows() -> dict[tuple[str, Any], dict[str, Any]]:
    """Every row of our own tables, history included, with its values."""
    return {
        (model._meta.label_lower, row.pk): {
            field.attname: getattr(row, field.attname)
            for field in model._meta.concrete_fields
            if field.attname not in APART_COLUMNS
        }
        for model in apps.get_models()
        if model._meta.app_label in OURS and model._meta.label_lower not in APART
        for row in model._base_manager.all()
    }


def ledger(agreement: Agreement) -> list[Any]:
    """What the ledger says of every party on the last day of the agreement, and a month after it."""
    return [
        (day, party.pk, row.obligation.name, cell.standing.state, cell.standing.done, cell.standing.required)
        for day in (agreement.ends_on, date(2020, 10, 31))
        for party in agreement.participants.order_by("pk")
        for row, cell in ledger_of(agreement, day).column(party.pk)
    ]


def fill_day(page: Page, name: str, day: str, month: str, year: str) -> None:
    page.locator(f"[name={name}_day]").fill(day)
    page.locator(f"[name={name}_month]").select_option(month)
    page.locator(f"[name={name}_year]").fill(year)


def send(page: Page) -> None:
    """Press the main button of the page's form, and wait for what follows."""
    press(page.locator("main form:not([role=search]) button.btn-primary[type=submit]").last)


def switch_to(page: Page, code: str) -> None:
    """Choose an agreement in the top bar."""
    page.locator(".bar details.menu:has([name=agreement]) summary").click()
    press(page.locator(f".menu-panel button[value={code}]"))


def in_bar(page: Page) -> Any:
    """The agreement that the top bar names."""
    return page.locator(".bar .menu-label").first


def start_phase_three(page: Page, world: World) -> None:
    """From the agreement's page in the admin site to a draft of the next phase; the second town does not go on."""
    press(page.locator("a.viewsitelink"))
    expect(page.locator("dl.facts").first).to_contain_text("สิ้นสุด")  # by its date, nobody said so
    press(page.locator(f'a[href="{reverse("agreements:phase-create", args=[world.agreement.code])}"]'))
    page.locator("[name=code]").fill("smart-city-3")
    for name in ("title_th", "short_title_th"):
        page.locator(f"[name={name}]").fill(TITLE)
    for name in ("title_en", "short_title_en"):
        page.locator(f"[name={name}]").fill("Smart cities 3")
    fill_day(page, "starts_on", "1", "10", "2563")
    fill_day(page, "ends_on", "30", "9", "2600")
    page.locator(f"[name=parties][value={world.b.participant.code}]").uncheck()
    send(page)
    expect(page.locator("h1")).to_have_text(TITLE)
    expect(page.locator("dl.facts").first).to_contain_text("ร่าง")


def edit_the_draft(page: Page, new: Agreement) -> None:
    """A clause and a pathway are written anew in the admin site, by the links of the draft's page."""
    here = page.url
    press(page.locator(f'a[href="{reverse("admin:participants_agreement_change", args=[new.pk])}"]'))
    page.locator("[name=clauses-0-title_th]").fill("หน้าที่ใหม่ของระยะที่ 3")
    press(page.locator("[name=_save]"))
    page.goto(here)
    press(page.locator(f'a[href^="{reverse("admin:pathways_pathway_changelist")}"]'))
    press(page.locator("#result_list tbody tr a").first)
    page.locator("[name=title_th]").fill("แนวทางใหม่ของระยะที่ 3")
    press(page.locator("[name=_save]"))
    page.goto(here)


def edit_the_rule(page: Page, new: Agreement) -> None:
    """Finance staff write the next version of the rule that was taken over."""
    press(page.locator("form button.btn", has_text="แสดงข้อมูลของบันทึกความร่วมมือนี้"))
    expect(in_bar(page)).to_have_text(TITLE)
    page.goto(page.url.split("/home")[0] + reverse("expenses:rule-create"))
    fill_day(page, "applies_from", "1", "10", "2563")
    page.locator("[name=basis]").fill("บันทึกข้อตกลงระยะที่ 3")
    send(page)
    expect(page.locator("main")).to_contain_text("บันทึกข้อตกลงระยะที่ 3")
    assert list(RuleTable.objects.filter(agreement=new).values_list("version", flat=True)) == [2, 1]


def test_a_phase_ends_and_the_next_one_starts(transactional_db: None, see: Any) -> None:
    world = build_world()
    old = world.agreement
    before, said = rows(), ledger(old)
    clauses = list(old.clauses.values_list("number", "title_th"))

    page = see(world.programme, reverse("admin:participants_agreement_change", args=[old.pk]))
    start_phase_three(page, world)
    new = Agreement.objects.get(code="smart-city-3")
    address = reverse("agreements:agreement-detail", args=[new.code])
    edit_the_draft(page, new)
    edit_the_rule(see(world.finance, address), new)

    page = see(world.programme, reverse("agreements:agreement-sign", args=[new.code]))
    fill_day(page, "signed_on", "15", "9", "2563")
    page.locator("[name=parties_signed]").check()
    send(page)
    expect(page.locator("dl.facts").first).to_contain_text("15 กันยายน 2563")
    page.locator("details.confirm > summary").click()
    press(page.locator(".confirm-box button"))
    expect(page.locator("dl.facts").first).to_contain_text("ระบบเปิดด้วยบันทึกความร่วมมือนี้")

    # the new phase is what was edited, and the old one is what it was: every row, every word, every standing
    new.refresh_from_db()
    assert (new.is_current, new.predecessor_id) == (True, old.pk)
    assert [party.code for party in new.participants.all()] == [world.a.participant.code]
    told = list(new.clauses.values_list("number", "title_th"))
    assert (told[0][1], told[1:]) == ("หน้าที่ใหม่ของระยะที่ 3", clauses[1:])
    assert new.pathways.filter(title_th="แนวทางใหม่ของระยะที่ 3").count() == 1
    assert new.pathways.count() == old.pathways.count()
    after = rows()
    lost = [key for key in before if key not in after]
    changed = [key for key in before if key in after and before[key] != after[key]]
    assert (lost, changed) == ([], []), "the old phase and its records stay as they were"
    assert ledger(old) == said

    # a coordinator whose town goes on opens with the new phase, and reads the old one by the switch
    update = world.a.updates["accepted"]
    page = see(world.a.coordinator, reverse("home"))
    expect(in_bar(page)).to_have_text(TITLE)
    page.goto(page.url.split(reverse("home"))[0] + reverse("pathways:update-list"))
    expect(page.locator("main")).not_to_contain_text(update.choice.pathway.title_th)
    switch_to(page, old.code)
    expect(in_bar(page)).to_have_text(old.short_title_th)
    page.goto(page.url.split(reverse("home"))[0] + reverse("pathways:update-list"))
    expect(page.locator(f'main a[href="{update.get_absolute_url()}"]').first).to_be_visible()

    # one whose town does not go on still has the old phase
    page = see(world.b.coordinator, reverse("home"))
    expect(in_bar(page)).to_have_text(old.short_title_th)
