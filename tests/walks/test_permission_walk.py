"""Every address × every kind of person × GET and POST, against the reviewed tables; a denial writes nothing.

The addresses come from the URLconf: a page that is in no table fails, and so does a line for a page that is gone.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.http import QueryDict
from django.urls import Resolver404, resolve, reverse

from mou_portal.registry import reports
from tests.walks.addresses import address_of, admin_models, example_row, find, portal_addresses
from tests.walks.tables import STAFF, Line, access_table, admin_table
from tests.walks.watch import Answer, Visitor
from tests.world import ACTORS, World

#: Who goes the walk in one cast, so that a report is made once for all of them. The first reach between them every page
#: that there is; what the others are refused does not depend on the database, and is looked at on one.
TOGETHER = [
    pytest.param(("coordinator_a", "finance", "programme"), id="readers"),
    pytest.param(("anonymous", "coordinator_b", "executive_a"), id="others", marks=pytest.mark.sqlite_only),
    pytest.param(("adviser", "researcher", "administrator"), id="more", marks=pytest.mark.sqlite_only),
]
#: Answers of a POST after which something may have been written.
MAY_WRITE = {("POST", "done")}
#: Who tries the methods that a page does not take: it refuses them before it looks who asks.
TRIES_EVERY_METHOD = ("anonymous", "coordinator_a", "administrator")


def data_of(world: World, line: Line) -> dict[str, str]:
    """A line's data, with ``{path}`` replaced by the key of a row of the cast."""
    sent = {}
    for key, value in QueryDict(line.data).items():
        row = find(world, value[1:-1]) if value.startswith("{") else None
        sent[key] = value if row is None else row if isinstance(row, str) else str(getattr(row, "code", None) or row.pk)
    return sent


def fault(line_or_name: str, method: str, url: str, expected: str, answer: Answer) -> str:
    """What was wrong with an answer; empty when it was as tabled."""
    said = f"{line_or_name} {method} {url}: {answer.word}, expected {expected}"
    if answer.status >= 500:
        return f"{said}: {answer.response.exc_info}"
    if answer.word != expected:
        return said
    if answer.wrote and (method, answer.word) not in MAY_WRITE:
        return f"{said}, and yet it wrote to {sorted(set(answer.wrote))}"
    return ""


FORM = re.compile(r'<form\b[^>]*\baction="([^"]*)"')


def lost_forms(name: str, url: str, answer: Answer) -> list[str]:
    """Forms of a page that would be sent to an address that does not exist."""
    if answer.status != 200 or not answer.response["Content-Type"].startswith("text/html"):
        return []
    lost = []
    for target in set(FORM.findall(answer.response.content.decode())):
        try:
            resolve(urlsplit(urljoin(url, unescape(target))).path)
        except Resolver404:
            lost.append(f"{name} GET {url}: a form is sent to {target}")
    return lost


def test_the_table_and_the_urlconf_name_the_same_pages() -> None:
    tabled, real = {line.name for line in access_table()}, {one.name for one in portal_addresses()}
    assert not real - tabled, "pages without a line in access_table.txt"
    assert not tabled - real, "lines in access_table.txt whose page is gone"


def test_every_report_has_its_line() -> None:
    rows = {line.row.partition("?")[0] for line in access_table() if line.name == "report-download"}
    assert {f"={name}" for name in reports.names()} <= rows


def test_everybody_goes_the_walk() -> None:
    assert sorted(actor for group in TOGETHER for actor in group.values[0]) == sorted(ACTORS)


@pytest.mark.parametrize("actors", TOGETHER)
def test_pages_answer_as_tabled(world: World, actors: tuple[str, ...]) -> None:
    faults = [f"{actor}: {one}" for actor in actors for one in faults_of_pages(world, actor)]
    assert not faults, "\n".join(faults)


def faults_of_pages(world: World, actor: str) -> list[str]:
    """Where one person is answered otherwise than the table says."""
    visitor = Visitor(world.actor(actor))
    faults, told = [], {}
    for line in access_table():
        url = address_of(world, line.name, line.row)
        told.setdefault((line.name, line.row), url)
        answer = visitor.ask(line.method, url, data_of(world, line))
        faults.append(fault(line.name, line.method, url, line.words[actor], answer))
        faults += lost_forms(line.name, url, answer)
    asked = {(line.name, line.method) for line in access_table()}
    for (name, _row), url in told.items() if actor in TRIES_EVERY_METHOD else ():
        for method in ("GET", "POST"):
            if (name, method) not in asked:
                answer = visitor.ask(method, url)
                closed = "in" if actor == "anonymous" and answer.word == "in" else "405"
                faults.append(fault(name, method, url, closed, answer))
    return [one for one in faults if one]


# --- the admin site -------------------------------------------------------------------------


def test_the_admin_table_and_the_admin_site_name_the_same_models_and_actions() -> None:
    site = {label: set(page.actions or ()) for label, page in admin_models().items()}
    table = {label: set(rights.actions) for label, rights in admin_table().items()}
    names = {label: {getattr(action, "__name__", action) for action in actions} for label, actions in site.items()}
    assert names == table


def pages_of(label: str) -> list[tuple[str, str, str, str]]:
    """``(page, method, address, the right it takes)`` for each page of a model; change pages for an existing row."""
    name = "admin:" + label.replace(".", "_")
    row = example_row(label)
    page = admin_models()[label]
    assert row is not None, f"the cast has no {label}"
    found = [
        ("changelist", "GET", reverse(f"{name}_changelist"), "view"),
        ("add", "GET", reverse(f"{name}_add"), "add"),
        ("add", "POST", reverse(f"{name}_add"), "add"),
        ("change", "GET", reverse(f"{name}_change", args=[row.pk]), "view"),
        ("change", "POST", reverse(f"{name}_change", args=[row.pk]), "change"),
        ("delete", "GET", reverse(f"{name}_delete", args=[row.pk]), "delete"),
        ("delete", "POST", reverse(f"{name}_delete", args=[row.pk]), "delete"),
        ("history", "GET", reverse(f"{name}_history", args=[row.pk]), "view"),
    ]
    if hasattr(page, "import_action"):
        found += [
            ("import", "GET", reverse(f"{name}_import"), "import"),
            ("import", "POST", reverse(f"{name}_import"), "import"),
            ("process_import", "POST", reverse(f"{name}_process_import"), "import"),
        ]
    if hasattr(page, "export_action"):
        found += [
            ("export", "GET", reverse(f"{name}_export"), "export"),
            ("export", "POST", reverse(f"{name}_export"), "export"),
        ]
    if hasattr(type(row), "history"):
        version = row.history.first()  # type: ignore[attr-defined]  # asked for just above
        past = reverse(f"{name}_simple_history", args=[row.pk, version.history_id])
        found += [("past", "GET", past, "view"), ("past", "POST", past, "past")]
    return found


@pytest.mark.parametrize("actors", TOGETHER)
def test_admin_pages_answer_as_tabled(world: World, actors: tuple[str, ...]) -> None:
    faults = [f"{actor}: {one}" for actor in actors for one in faults_of_admin_pages(world, actor)]
    assert not faults, "\n".join(faults)


def faults_of_admin_pages(world: World, actor: str) -> list[str]:
    """Where one person is answered otherwise in the admin site than the table says."""
    visitor = Visitor(world.actor(actor))
    faults = []
    for label, rights in admin_table().items():
        for page, method, url, right in pages_of(label):
            answer = visitor.ask(method, url)
            if actor not in STAFF:
                allowed, expected = False, "in"
            else:
                allowed = right in rights.rights[actor]
                expected = "200" if allowed else "403"
            if right == "past" and actor in STAFF:  # history is read, never written back
                expected = "200" if "view" in rights.rights[actor] else "403"
            if allowed and (page == "process_import" or (page, method) == ("change", "POST")):
                # an empty confirmation is led back; an empty form is refused, or right where nothing must be filled in
                expected = answer.word if answer.status < 500 else "no error"
            faults.append(fault(f"{label} {page}", method, url, expected, answer))
    return [one for one in faults if one]


@pytest.mark.parametrize("actor", ACTORS)
def test_admin_actions_are_run_by_those_tabled(world: World, actor: str) -> None:
    visitor = Visitor(world.actor(actor))
    faults = []
    for label, rights in admin_table().items():
        row = example_row(label)
        url = reverse(f"admin:{label.replace('.', '_')}_changelist")
        for action in ("delete_selected", *rights.actions):
            data = {"action": action, "_selected_action": [row.pk], "post": "yes"}  # type: ignore[union-attr]  # see above
            answer = visitor.ask("POST", url, data)
            allowed = actor in rights.actions.get(action, ())
            if action == "delete_selected":
                allowed = "delete" in rights.rights.get(actor, ())
            if answer.status >= 500 or (answer.wrote and not allowed):
                faults.append(f"{label} {action}: {answer.word}, wrote to {sorted(set(answer.wrote))}")
    assert not faults


#: Pages of the admin site that belong to no model: what staff get, by name and arguments.
SITE_PAGES: list[tuple[str, list[Any], str]] = [
    ("index", [], "200"),
    ("login", [], "302"),
    ("password_change", [], "200"),
    ("password_change_done", [], "200"),
    ("jsi18n", [], "200"),
    ("autocomplete", [], "403"),  # it wants to know of which field
    ("view_on_site", ["999999", "1"], "404"),
]


@pytest.mark.parametrize("actor", ACTORS)
def test_pages_of_the_admin_site_itself(world: World, actor: str) -> None:
    visitor = Visitor(world.actor(actor))
    faults = []
    for name, arguments, word in SITE_PAGES:
        url = reverse(f"admin:{name}", args=arguments)
        answer = visitor.ask("GET", url)
        expected = word if actor in STAFF else "in"
        if name == "login" and actor not in (*STAFF, "anonymous"):
            expected = "403"
        if name == "login" and actor in STAFF:
            posted = visitor.ask("POST", url, {"username": "programme@example.org", "password": "x"})
            faults.append(fault(name, "POST", url, "302", posted))  # Django's own sign-in is shut
        faults.append(fault(name, "GET", url, expected, answer))
    for label in ("participants", "pathways", "seminars", "expenses"):
        url = reverse("admin:app_list", args=[label])
        expected = "in" if actor not in STAFF else "404" if (actor, label) == ("finance", "pathways") else "200"
        faults.append(fault(label, "GET", url, expected, visitor.ask("GET", url)))
    url = reverse("admin:index") + "no/such/page/"
    faults.append(fault("catch all", "GET", url, "404" if actor in STAFF else "in", visitor.ask("GET", url)))
    url = reverse("admin:logout")
    expected = "405" if actor in STAFF else "in" if actor == "anonymous" else "302"
    faults.append(fault("logout", "GET", url, expected, visitor.ask("GET", url)))
    assert not [one for one in faults if one], "\n".join(one for one in faults if one)
