"""Hands at a browser: what the stories in real Chromium share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Locator, Page


def press(target: Locator) -> None:
    """Click a link or a button and wait for the page that follows.

    A click alone comes back as soon as the browser has begun: on a busy machine before the server has done what a
    form asked for, above all where a file goes along, and before anybody else can see it.
    """
    with target.page.expect_navigation():
        target.click()


@contextmanager
def signed_in_pages(browser: Browser, base: str) -> Iterator[Callable[..., Page]]:
    """``page_of(user, width=…, language=…)``: a page of a browser of its own in which somebody is signed in.

    All of them are closed at the end, also of a test that failed: a connection that a browser keeps open would outlive
    the server and trouble the tests after it.
    """
    from django.conf import settings
    from django.test import Client

    contexts: list[Any] = []

    def page_of(user: Any, width: int = 390, language: str = "th") -> Page:
        client = Client()
        client.force_login(user)
        context = browser.new_context(locale=language, viewport={"width": width, "height": 800}, base_url=base)
        contexts.append(context)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookies = {settings.LANGUAGE_COOKIE_NAME: language, settings.SESSION_COOKIE_NAME: session}
        context.add_cookies([{"name": name, "value": value, "url": base} for name, value in cookies.items()])
        page = context.new_page()
        page.set_default_timeout(60_000)
        return page

    try:
        yield page_of
    finally:
        for context in contexts:
            context.close()
