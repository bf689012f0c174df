"""Every page in real Chromium, Thai and English, a phone and a desk, light and dark: nothing broken, nothing hidden.

A page fails with an axe violation (WCAG 2.1 AA), a console or CSP error, a failed request, a request to another host,
a horizontal scroll, and in Thai with a message that nobody translated.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import polib
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Error, Page, ViewportSize

from tests.walks.addresses import address_of, admin_models, example_row
from tests.walks.tables import access_table
from tests.world import World, build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Who looks at a page, in this order: the first who may.
LOOKERS = ("anonymous", "coordinator_a", "adviser", "researcher", "finance", "programme", "administrator")
PHONE, DESK = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=900)
#: What axe looks at: all of a page, the page without the frame that it shares with every other, or nothing.
AxeSees = Literal["all", "page", ""]
#: A size, the colours, and what axe looks at.
Look = tuple[ViewportSize, Literal["dark", "light"], AxeSees]
#: What pages share: the bar of the portal; the header and the list of models of the admin site. They are half of what
#: a page holds, and axe looks at them on one page in ``FRAMED`` and on the first of each person.
FRAME = [[".bar"], ["#header"], ["#nav-sidebar"]]
FRAMED = 8
AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    "resultTypes": ["violations"],
    "preload": False,  # it would fetch style sheets itself, against the pages' own policy
}
#: What a page shows, in one question: how wide it is, how much room it has, its text, and what axe finds in it.
SEEN = """async ({text, axeOptions, without}) => ({
  wide: document.documentElement.scrollWidth,
  room: document.documentElement.clientWidth,
  text: text ? document.body.innerText : "",
  violations: axeOptions ? (await axe.run({include: [["html"]], exclude: without}, axeOptions)).violations.map(
    (one) => `axe ${one.id}: ${one.nodes[0].html.slice(0, 150)} (${one.nodes.length})`) : [],
})"""


def portal_pages(world: World) -> list[tuple[str, str]]:
    """``(who, address)`` of every page of the portal that somebody may open, each as the first who may."""
    found: dict[str, str] = {}
    for line in access_table():
        who = next((actor for actor in LOOKERS if line.words[actor] == "200"), None)
        if line.method == "GET" and who:
            found.setdefault(address_of(world, line.name, line.row), who)
    return [(who, url) for url, who in found.items()]


#: Pages that hold nothing but what the other models' have: they are looked at in Thai alone, and by axe now and then.
ALIKE = "/history/"


def admin_pages(world: World) -> list[tuple[str, str]]:
    """The board, and each model's list, form, history and import, as an administrator."""
    found = [reverse("admin:index")]
    for label, page in admin_models().items():
        name, row = "admin:" + label.replace(".", "_"), example_row(label)
        found.append(reverse(f"{name}_changelist"))
        if row is not None:
            found += [reverse(f"{name}_change", args=[row.pk]), reverse(f"{name}_history", args=[row.pk])]
        if hasattr(page, "import_action"):
            found.append(reverse(f"{name}_import"))
    return [("administrator", url) for url in found]


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


def opened(page: Page, watcher: Watcher, url: str) -> bool | None:
    """Load a page: whether it was answered as one; ``None`` for a file, which is no page to look at."""
    try:
        answer = page.goto(watcher.base + url)
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        watcher.take()  # the browser calls a file that it does not show a request that failed
        return None
    if answer is not None and not answer.headers.get("content-type", "").startswith("text/html"):
        watcher.take()
        return None
    return answer is not None and answer.status == 200


def look(page: Page, watcher: Watcher, looks: Iterable[Look], *, english: list[str]) -> list[str]:
    """What is wrong with a page that was just loaded, seen at each size and in the colours of each look."""
    faults = watcher.take()
    for size, colours, axe_sees in looks:
        if page.viewport_size != size:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=colours)
        options, without = AXE_OPTIONS if axe_sees else None, FRAME if axe_sees == "page" else []
        seen = page.evaluate(SEEN, {"text": bool(english), "axeOptions": options, "without": without})
        text = " ".join(seen["text"].split())
        found = [f"not translated: {message!r}" for message in english if message in text]
        if seen["wide"] > seen["room"]:
            found.append(f"scrolls sideways: {seen['wide']} > {seen['room']}")
        faults += [f"{size['width']} {colours}: {fault}" for fault in found + seen["violations"] + watcher.take()]
        english = []
    return faults


def looks_at(language: str, axe_sees: AxeSees) -> list[Look]:
    """How a page is looked at in a language: in Thai on a phone in the dark and at a desk by day (a phone is always in
    the dark, a desk never), in English on a phone and, where axe looks, at a desk. Axe takes longer than the page, and
    looks at each once: in the one or the other; what pages are built of it sees in both."""
    if language == "th":
        return [(PHONE, "dark", axe_sees), (DESK, "light", "")]
    return [(PHONE, "dark", ""), (DESK, "light", axe_sees)] if axe_sees else [(PHONE, "dark", "")]


@dataclass
class Stop:
    """A page on the way: who looks at it, and whether axe looks at it in Thai; in English it does otherwise."""

    who: str
    url: str
    axe_in_thai: bool


@pytest.mark.long(65)
@pytest.mark.parametrize("half", [0, 1])  # so that two workers may go at once
@pytest.mark.parametrize("place", ["portal", "admin"])
def test_every_page_is_sound(live_server: Any, browser: Browser, place: str, half: int) -> None:
    world = build_world()
    found = (portal_pages(world) if place == "portal" else admin_pages(world))[half::2]
    stops = [Stop(who, url, number % (8 if ALIKE in url else 2) == 0) for number, (who, url) in enumerate(found)]
    faults, files = list[str](), set[str]()
    for language in ("th", "en"):
        english = english_left() if language == "th" else []
        left = [one for one in stops if one.url not in files]
        if language == "en":  # in the admin site, which staff use in Thai, those that axe has not seen yet
            left = [one for one in left if ALIKE not in one.url and not (place == "admin" and one.axe_in_thai)]
        for who, with_axe in dict.fromkeys((one.who, one.axe_in_thai == (language == "th")) for one in left):
            with closing(
                browser.new_context(locale=language, reduced_motion="reduce", viewport=PHONE, color_scheme="dark")
            ) as context:
                context.add_cookies(sign_in_cookies(world, who, live_server.url, language))
                if with_axe:
                    context.add_init_script(AXE_SCRIPT)
                page = context.new_page()
                watcher = Watcher(page, live_server.url)
                same = [one for one in left if (one.who, one.axe_in_thai == (language == "th")) == (who, with_axe)]
                framed = 0
                for one in same:
                    whole = opened(page, watcher, one.url)
                    if whole is None:
                        files.add(one.url)
                        continue
                    looks = looks_at(language, "" if not with_axe else "page" if framed % FRAMED else "all")
                    framed += 1
                    if page.viewport_size == DESK:
                        looks.reverse()  # the size that the last page was left at comes first
                    wrong = look(page, watcher, looks, english=english) if whole else ["is not answered"]
                    faults += [f"{language} {who} {one.url} {fault}" for fault in wrong]
    assert len(stops) - len(files) > 50, "the walk must reach the pages"
    if faults and os.environ.get("WALK_LOG"):
        Path(os.environ["WALK_LOG"]).write_text("\n".join(faults))
    assert faults == [], "\n".join(faults)


def test_a_first_visit_is_light(live_server: Any, browser: Browser) -> None:
    build_world()
    parts: dict[str, bytes] = {}
    with closing(browser.new_context(locale="th")) as context:
        page = context.new_page()
        page.on("response", lambda answer: parts.__setitem__(answer.url, answer.body()))
        page.goto(live_server.url + "/", wait_until="networkidle")
    weight = sum(len(body) if url.endswith(".woff2") else len(gzip.compress(body)) for url, body in parts.items())
    assert any(url.endswith(".woff2") for url in parts), "the fonts are part of the visit"
    assert weight <= 120 * 1024, {url: len(body) for url, body in parts.items()}
