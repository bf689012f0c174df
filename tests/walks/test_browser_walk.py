"""Every page in real Chromium, Thai and English, a phone and a desk, light and dark: nothing broken, nothing hidden.

A page fails with an axe violation (WCAG 2.1 AA), a console or CSP error, a failed request, a request to another host,
a horizontal scroll, and in Thai with a message that nobody translated.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import polib
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, ViewportSize

from tests.walks.addresses import address_of, admin_models, example_row
from tests.walks.tables import access_table
from tests.world import World, build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Who looks at a page, in this order: the first who may.
LOOKERS = ("anonymous", "coordinator_a", "adviser", "researcher", "finance", "programme", "administrator")
PHONE, DESK = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=900)
#: A size, the colours, and whether axe looks, too.
Look = tuple[ViewportSize, Literal["dark", "light"], bool]
AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    "resultTypes": ["violations"],
    "preload": False,  # it would fetch style sheets itself, against the pages' own policy
}


def portal_pages(world: World) -> list[tuple[str, str]]:
    """``(who, address)`` of every page of the portal that somebody may open, each as the first who may."""
    found: dict[str, str] = {}
    for line in access_table():
        who = next((actor for actor in LOOKERS if line.words[actor] == "200"), None)
        if line.method == "GET" and who:
            found.setdefault(address_of(world, line.name, line.row), who)
    clients = {who: Client() for who in set(found.values())}
    for who, client in clients.items():
        user = world.actor(who)
        if user is not None:
            client.force_login(user)
    return [(who, url) for url, who in found.items() if is_page(clients[who].get(url))]


def is_page(answer: Any) -> bool:
    """Whether an answer is a page to look at, and no file."""
    answer.close()
    html = answer["Content-Type"].startswith("text/html") and "Content-Disposition" not in answer
    return answer.status_code == 200 and html


#: Pages that hold nothing but what the other models' have: once per language would say the same again.
ALIKE = "/history/"


def admin_pages(world: World) -> list[tuple[str, str]]:
    """The board, and each model's list, form, history and import, as an administrator."""
    client = Client()
    client.force_login(world.administrator)
    found = [reverse("admin:index")]
    for label, page in admin_models().items():
        name, row = "admin:" + label.replace(".", "_"), example_row(label)
        found.append(reverse(f"{name}_changelist"))
        if row is not None:
            found += [reverse(f"{name}_change", args=[row.pk]), reverse(f"{name}_history", args=[row.pk])]
        if hasattr(page, "import_action"):
            found.append(reverse(f"{name}_import"))
    return [("administrator", url) for url in found if is_page(client.get(url))]


def english_left() -> list[str]:
    """Messages of four words or more that read otherwise in Thai."""
    catalogue = polib.pofile(str(Path(settings.LOCALE_PATHS[0]) / "th" / "LC_MESSAGES" / "django.po"))
    return [
        entry.msgid
        for entry in catalogue
        if len(entry.msgid.split()) >= 4
        and entry.msgstr != entry.msgid
        and "%" not in entry.msgid
        and "\n" not in entry.msgid
    ]


class Watcher:
    """Gathers what goes wrong on a page while it loads."""

    def __init__(self, page: Page, base: str) -> None:
        self.base, self.faults = base, list[str]()
        page.on("console", lambda message: message.type == "error" and self.faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("requestfailed", lambda request: self._failed(request.url, request.failure))
        page.on("request", lambda request: self._asked(request.url))

    def _asked(self, url: str) -> None:
        if not url.startswith((self.base, "data:", "blob:")):
            self.faults.append(f"another host: {url}")

    def _failed(self, url: str, why: str | None) -> None:
        # the browser fetches the tab's icon when it likes, and drops it itself when the walk goes on to the next page;
        # an icon that is missing or forbidden fails for another reason
        if not (url.endswith("/img/mark.svg") and why == "net::ERR_ABORTED"):
            self.faults.append(f"failed: {url} ({why})")

    def take(self) -> list[str]:
        """The faults since the last time."""
        taken, self.faults = self.faults, []
        return taken


def sign_in_cookies(world: World, actor: str, base: str, language: str) -> list[dict[str, Any]]:
    """The cookies of somebody who is signed in and chose a language."""
    cookies = [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": base}]
    user = world.actor(actor)
    if user is not None:
        client = Client()
        client.force_login(user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookies.append({"name": settings.SESSION_COOKIE_NAME, "value": value, "url": base})
    return cookies


def look(page: Page, watcher: Watcher, url: str, looks: Iterable[Look], *, axe: Axe, english: list[str]) -> list[str]:
    """What is wrong with a page: loaded once, then seen at each size and in the colours of each look."""
    answer = page.goto(watcher.base + url)
    faults = watcher.take()
    if answer is None or answer.status != 200:
        faults.append(f"answered {answer and answer.status}")
    if english:
        text = " ".join(page.inner_text("body").split())
        faults += [f"not translated: {message!r}" for message in english if message in text]
    for size, colours, with_axe in looks:
        if page.viewport_size != size:
            page.set_viewport_size(size)
        page.emulate_media(color_scheme=colours)
        found = []
        wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        if wide > room:
            found.append(f"scrolls sideways: {wide} > {room}")
        if with_axe:
            found += [
                f"axe {one['id']}: {one['nodes'][0]['html'][:150]} ({len(one['nodes'])})"
                for one in axe.run(page, options=AXE_OPTIONS).response["violations"]
            ]
        faults += [f"{size['width']} {colours}: {fault}" for fault in found + watcher.take()]
    return faults


def looks_at(language: str, *, axe_in_thai: bool) -> list[Look]:
    """How a page is looked at in a language: in Thai on a phone in the dark and at a desk by day, in English on a phone
    and, where axe looks, at a desk. Axe takes longer than the page, and looks at each once: in the one or the other;
    what pages are built of it sees in both."""
    if language == "th":
        return [(PHONE, "dark", axe_in_thai), (DESK, "light", False)]
    return [(PHONE, "dark", False)] if axe_in_thai else [(PHONE, "dark", False), (DESK, "light", True)]


@pytest.mark.parametrize("place", ["portal", "admin"])
def test_every_page_is_sound(live_server: Any, browser: Browser, place: str) -> None:
    world = build_world()
    pages = portal_pages(world) if place == "portal" else admin_pages(world)
    assert len(pages) > 40, "the walk must reach the pages"
    axe, faults = Axe(), list[str]()
    for language in ("th", "en"):
        seen = [(who, url, number % 2 == 0 or ALIKE in url) for number, (who, url) in enumerate(pages)]
        if language == "en":
            seen = [one for one in seen if ALIKE not in one[1]]
        english = english_left() if language == "th" else []
        for actor in dict.fromkeys(who for who, _url, _turn in seen):
            context = browser.new_context(locale=language, reduced_motion="reduce", viewport=PHONE)
            context.add_cookies(sign_in_cookies(world, actor, live_server.url, language))
            page = context.new_page()
            watcher = Watcher(page, live_server.url)
            for url, axe_in_thai in [(url, turn) for who, url, turn in seen if who == actor]:
                looks = looks_at(language, axe_in_thai=axe_in_thai)
                if page.viewport_size == DESK:
                    looks.reverse()  # the size that the last page was left at comes first
                found = look(page, watcher, url, looks, axe=axe, english=english)
                faults += [f"{language} {actor} {url} {fault}" for fault in found]
            context.close()
    if faults and os.environ.get("WALK_LOG"):
        Path(os.environ["WALK_LOG"]).write_text("\n".join(faults))
    assert faults == [], "\n".join(faults)


def test_a_first_visit_is_light(live_server: Any, browser: Browser) -> None:
    build_world()
    page = browser.new_context(locale="th").new_page()
    parts: dict[str, bytes] = {}
    page.on("response", lambda answer: parts.__setitem__(answer.url, answer.body()))
    page.goto(live_server.url + "/", wait_until="networkidle")
    weight = sum(len(body) if url.endswith(".woff2") else len(gzip.compress(body)) for url, body in parts.items())
    assert any(url.endswith(".woff2") for url in parts), "the fonts are part of the visit"
    assert weight <= 120 * 1024, {url: len(body) for url, body in parts.items()}
