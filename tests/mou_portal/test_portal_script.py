"""portal.js in real Chromium: nothing typed is lost, nothing secret is kept, a form is sent once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser

SITE = "http://portal.test"
SCRIPT = Path(__file__).resolve().parents[2] / "static/js/portal.js"

FORM = """
<form method="post" data-autosave{bound}>
  {summary}
  <div data-autosave-offer hidden><button type="button" data-autosave-restore>back</button>
    <button type="button" data-autosave-forget>away</button></div>
  <input name="csrfmiddlewaretoken" type="hidden" value="t">
  <label>Title <input name="title" value="{title}"></label>
  <label>Words <textarea name="words"></textarea></label>
  <label>Sure <input name="sure" type="checkbox" value="yes"></label>
  <label>Secret <input name="secret" type="password"></label>
  <button name="step" value="submit">Send</button>
</form>
"""


def document(body: str, person: str = "7", kind: str = "page") -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>t</title>'
        f'<script src="/portal.js" defer></script></head>'
        f'<body data-person="{person}" data-page="{kind}">{body}</body></html>'
    )


def form(title: str = "", *, bound: bool = False) -> str:
    summary = '<div data-error-summary tabindex="-1">wrong</div>' if bound else ""
    return FORM.format(title=title, bound=" data-bound" if bound else "", summary=summary)


@pytest.fixture
def portal(page: Page) -> dict[str, Any]:
    """A made-up portal: ``pages`` by path for GET, ``answer`` for a POST, ``posts`` as they arrived."""
    state: dict[str, Any] = {"pages": {"/new/": document(form())}, "answer": None, "posts": []}

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        if path == "/portal.js":
            route.fulfill(body=SCRIPT.read_text(), content_type="text/javascript")
        elif route.request.method == "POST":
            state["posts"].append(route.request.post_data)
            answer: Callable[[Route], None] | str | None = state["answer"]
            if callable(answer):
                answer(route)
            else:
                route.fulfill(body=answer or "", content_type="text/html")
        elif path in state["pages"]:
            route.fulfill(body=state["pages"][path], content_type="text/html")
        else:
            route.fulfill(status=404, body=document("nothing", kind="error"), content_type="text/html")

    page.route(f"{SITE}/**", serve)
    page.goto(f"{SITE}/new/")
    return state


def type_something(page: Page) -> None:
    page.get_by_label("Title").fill("รายงานครั้งที่ 1")
    page.get_by_label("Words").fill("น้ำท่วม")
    page.get_by_label("Sure").check()
    page.get_by_label("Secret").fill("demo-portal-2562")
    page.wait_for_function("Object.keys(localStorage).length > 0")


def kept(page: Page) -> str:
    return str(page.evaluate("JSON.stringify(localStorage)"))


def expect_offer_gives_all_back(page: Page) -> None:
    page.goto(f"{SITE}/new/")
    page.get_by_text("back").click()
    expect(page.get_by_label("Title")).to_have_value("รายงานครั้งที่ 1")
    expect(page.get_by_label("Words")).to_have_value("น้ำท่วม")
    expect(page.get_by_label("Sure")).to_be_checked()
    expect(page.get_by_label("Secret")).to_have_value("")


def test_text_survives_a_closed_page_but_no_password_is_kept(page: Page, portal: dict[str, Any]) -> None:
    type_something(page)
    assert "demo-portal-2562" not in kept(page)
    assert "csrfmiddlewaretoken" not in kept(page)
    expect_offer_gives_all_back(page)


def test_a_session_that_ended_gives_the_text_back_after_sign_in(page: Page, portal: dict[str, Any]) -> None:
    type_something(page)
    portal["answer"] = document("<p>Sign in</p>", person="")
    page.get_by_text("Send").click()
    expect(page.get_by_text("Sign in")).to_be_visible()
    expect_offer_gives_all_back(page)


@pytest.mark.parametrize("failure", ["offline", "error"])
def test_a_failed_sending_loses_nothing(page: Page, portal: dict[str, Any], failure: str) -> None:
    type_something(page)
    portal["answer"] = (
        (lambda route: route.abort("internetdisconnected")) if failure == "offline" else document("500", kind="error")
    )
    page.get_by_text("Send").click()
    page.wait_for_timeout(300)
    expect_offer_gives_all_back(page)


def test_success_lets_go_of_the_draft(page: Page, portal: dict[str, Any]) -> None:
    type_something(page)
    portal["answer"] = document('<p data-message="success">Saved.</p>')
    page.get_by_text("Send").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.wait_for_load_state()  # the script runs when the page is whole, after its words can be seen
    assert kept(page) == "{}"


@pytest.mark.parametrize(("chosen", "folded"), [("", True), ("a", False)], ids=["nothing chosen", "in use"])
def test_the_drop_downs_of_a_list_stand_behind_one_button(
    page: Page, portal: dict[str, Any], chosen: str, folded: bool
) -> None:
    options = '<option value="">all</option><option value="a"{}>A</option>'
    selected = options.format(" selected" if chosen else "")
    portal["pages"]["/list/"] = document(
        f'<form data-fold="Filters"><select name="one">{selected}</select>'
        f'<select name="two">{options.format("")}</select><button type="submit">Show</button></form>'
    )
    page.goto(SITE + "/list/")
    button = page.get_by_role("button", name="Filters", include_hidden=True)
    if not folded:
        expect(button).to_have_count(0)
        return
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(page.locator("form")).to_have_attribute("data-folded", "")
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(page.locator("form")).not_to_have_attribute("data-folded", "")


def test_a_refused_form_keeps_the_newest_text_and_the_errors_are_first(page: Page, portal: dict[str, Any]) -> None:
    type_something(page)
    portal["answer"] = document(form("as it came back", bound=True))
    page.get_by_text("Send").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert "as it came back" in kept(page)
    expect(page.locator("[data-autosave-offer]")).to_be_hidden()


def test_another_person_at_the_same_device_finds_nothing(page: Page, portal: dict[str, Any]) -> None:
    type_something(page)
    portal["pages"]["/new/"] = document(form(), person="8")
    page.goto(f"{SITE}/new/")
    expect(page.locator("[data-autosave-offer]")).to_be_hidden()
    assert kept(page) == "{}"


def test_sign_out_takes_the_drafts_along(page: Page, portal: dict[str, Any]) -> None:
    portal["pages"]["/new/"] = document(form() + '<form method="post" data-sign-out><button>Out</button></form>')
    page.goto(f"{SITE}/new/")
    type_something(page)
    portal["answer"] = document("<p>Bye</p>", person="")
    page.get_by_text("Out").click()
    expect(page.get_by_text("Bye")).to_be_visible()
    page.wait_for_load_state()
    assert kept(page) == "{}"


def test_a_form_is_sent_once_with_its_button(page: Page, portal: dict[str, Any]) -> None:
    waiting: list[Route] = []
    portal["answer"] = waiting.append
    page.evaluate("""() => { const send = document.querySelector('[name=step]'); send.click(); send.click(); }""")
    page.wait_for_timeout(300)
    assert len(portal["posts"]) == 1
    assert "step=submit" in portal["posts"][0]
    waiting[0].abort()
