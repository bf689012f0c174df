"""Every address × every kind of person × GET and POST, against the reviewed tables; a denial writes nothing.

The addresses come from the URLconf: a page that is in no table fails, and so does a line for a page that is gone.
On the way nobody reads a word that was planted for others, no link leads where its reader may not go, and no form
nowhere.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse

from mou_portal.registry import reports
from tests.walks.addresses import address_of, admin_models, example_row, find, portal_addresses
from tests.walks.canaries import DRAFT, KEPT_FROM, PARTY, leaks, plant_world, text_of
from tests.walks.reach import links, lost_forms, page_of, path_of, shape, ways, with_every_id
from tests.walks.tables import STAFF, Line, access_table, admin_table
from tests.walks.watch import Answer, Visitor
from tests.world import ACTORS, World

#: Who goes the walk in one cast, so that a report is made once for all of them.
TOGETHER = [
    pytest.param(("anonymous", "coordinator_a", "executive_a", "coordinator_b", "adviser"), id="portal"),
    pytest.param(("researcher", "finance", "programme", "administrator"), id="institute"),
]
#: Who opens a page on the second database, in this order: the first who may.
OPENERS = ("coordinator_a", "programme", "finance", "researcher", "administrator", "anonymous")
#: Answers of a POST after which something may have been written.
MAY_WRITE = {("POST", "done")}
#: Who tries the methods that a page does not take: it refuses them before it looks who asks.
TRIES_EVERY_METHOD = ("anonymous", "coordinator_a", "administrator")
#: Which links are the same to whom, so that one of them is enough; to the institute's people all that lead to a page.
ALIKE = {
    "anonymous": shape,
    "coordinator_a": shape,
    "coordinator_b": shape,
    "executive_a": path_of,
    "adviser": path_of,
}
#: Who guesses at ids: of every row, or of those that nobody has handed in.
GUESSES_EVERY_ID = ("anonymous", "coordinator_b")
GUESSES_DRAFTS = ("adviser", "researcher", "finance", "programme")


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


def test_the_table_and_the_urlconf_name_the_same_pages() -> None:
    tabled, real = {line.name for line in access_table()}, {one.name for one in portal_addresses()}
    assert not real - tabled, "pages without a line in access_table.txt"
    assert not tabled - real, "lines in access_table.txt whose page is gone"


def test_every_report_has_its_line() -> None:
    rows = {line.row.partition("?")[0] for line in access_table() if line.name == "report-download"}
    assert {f"={name}" for name in reports.names()} <= rows


def test_everybody_goes_the_walk() -> None:
    assert sorted(actor for group in TOGETHER for actor in group.values[0]) == sorted(ACTORS)


@dataclass
class Walk:
    """One person's way through the portal: what was wrong, and on how many pages each planted word was read."""

    world: World
    actor: str
    ways: dict[str, set[str]]  #: queries that a page offers to anybody who went before, by path
    faults: list[str] = field(default_factory=list)
    doubtful: list[tuple[Line, str]] = field(default_factory=list)
    read: Counter[str] = field(default_factory=Counter)
    asked: set[str] = field(default_factory=set)
    waiting: deque[tuple[str, str]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.visitor = Visitor(self.world.actor(self.actor))

    def by_the_table(self) -> None:
        """Ask for every line, and for each page by the methods that it does not take."""
        told: dict[tuple[str, str], str] = {}
        for line in access_table():
            url = told.setdefault((line.name, line.row), address_of(self.world, line.name, line.row))
            answer = self.visitor.ask(line.method, url, data_of(self.world, line))
            if fault(line.name, line.method, url, line.words[self.actor], answer):
                self.doubtful.append((line, url))
            # a secret code or token that opens a page to everybody is the key itself: whoever holds it may read
            self.look(line.method, url, answer, secret=line.row.startswith("=") and line.words["anonymous"] == "200")
        taken = {(line.name, line.method) for line in access_table()}
        for (name, _row), url in told.items() if self.actor in TRIES_EVERY_METHOD else ():
            for method in ("GET", "POST"):
                if (name, method) not in taken:
                    answer = self.visitor.ask(method, url)
                    closed = "in" if self.actor == "anonymous" and answer.word == "in" else "405"
                    self.note(fault(name, method, url, closed, answer))

    def once_more(self) -> None:
        """Ask again, where no word is planted, for what was answered otherwise than tabled: planting fills what was
        empty, and a draft without an account may now be handed in."""
        for line, url in self.doubtful:
            answer = self.visitor.ask(line.method, url, data_of(self.world, line))
            self.note(fault(line.name, line.method, url, line.words[self.actor], answer))

    def along_the_links(self, most: int = 400) -> None:
        """Follow every link that was met and is new to its reader: none may lead where the reader is refused."""
        alike = ALIKE.get(self.actor, page_of)
        seen = set(map(alike, self.asked))
        while self.waiting:
            url, met_on = self.waiting.popleft()
            if alike(url) in seen:
                continue
            seen.add(alike(url))
            answer = self.visitor.ask("GET", url)
            # the photographs of the cast are no pictures, and have no small ones
            if 400 <= answer.status < 500 and not url.endswith("/picture/"):
                self.note(f"{met_on} leads to {url}: {answer.word}")
            self.look("GET", url, answer)
            if answer.word == "302":
                self.waiting.append((answer.response["Location"], url))
            assert len(seen) < len(self.asked) + most, "the walk met more pages than it can look at"

    def by_guessing(self, rows: Any = ()) -> None:
        """Ask for every address with every id, or with those of ``rows``."""
        for url in with_every_id(self.world, self.ways, rows):
            if url not in self.asked:
                self.look("GET", url, self.visitor.ask("GET", url))

    def look(self, method: str, url: str, answer: Answer, *, secret: bool = False) -> None:
        """Look for words that were planted, links to follow and forms that lead nowhere."""
        if method == "GET":
            self.asked.add(url)
        if answer.status >= 500:  # also where words are planted, or nothing of the page would be looked at
            self.note(f"{method} {url}: {answer.status}, {answer.response.exc_info}")
        text = text_of(answer.response)
        for word, found in leaks(text).items():
            self.read[word] += 1
            if word in KEPT_FROM.get(self.actor, ()) and not secret:
                self.note(f"{method} {url} tells {found!r}")
        if method == "GET" and answer.status == 200 and answer.response["Content-Type"].startswith("text/html"):
            self.waiting += [(link, url) for link in links(url, text)]
            self.ways.setdefault(path_of(url), set()).update(ways(text))
            self.faults += [f"{self.actor}: on {url} a form is sent to {target}" for target in lost_forms(url, text)]

    def note(self, what: str) -> None:
        """Keep what was wrong; nothing for an empty text."""
        if what:
            self.faults.append(f"{self.actor}: {what}")


@pytest.mark.sqlite_only  # what people are shown and refused does not depend on the database: one of them is enough
@pytest.mark.long(90)
@pytest.mark.parametrize("actors", TOGETHER)
def test_pages_answer_as_tabled_and_tell_nobody_what_is_not_theirs(world: World, actors: tuple[str, ...]) -> None:
    offered: dict[str, set[str]] = {}
    walks = [Walk(world, actor, offered) for actor in actors]
    with transaction.atomic():
        drafts = plant_world(world)
        for walk in walks:
            walk.by_the_table()
            walk.along_the_links()
        for walk in walks:
            if walk.actor in GUESSES_EVERY_ID:
                walk.by_guessing()
            if walk.actor in GUESSES_DRAFTS:
                walk.by_guessing(drafts)
        transaction.set_rollback(True)
    for walk in walks:
        walk.once_more()
        if walk.actor == "coordinator_a":  # or the walk would find nothing because it sees nothing
            assert walk.read[PARTY] > 20
            assert walk.read[DRAFT] > 2
    faults = [one for walk in walks for one in walk.faults]
    assert not faults, "\n".join(faults)


@pytest.mark.long(45)
@pytest.mark.postgresql_only
def test_every_page_opens_on_the_second_database(world: World) -> None:
    visitors = {actor: Visitor(world.actor(actor)) for actor in OPENERS}
    faults = []
    for line in access_table():
        opener = next((actor for actor in OPENERS if line.words[actor] in ("200", "302", "done")), None)
        if opener is not None:
            url = address_of(world, line.name, line.row)
            answer = visitors[opener].ask(line.method, url, data_of(world, line))
            faults.append(fault(line.name, line.method, url, line.words[opener], answer))
    assert len(faults) > 300, "the walk must reach the pages"
    assert not any(faults), "\n".join(one for one in faults if one)


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


@pytest.mark.sqlite_only
@pytest.mark.long(25)
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


@pytest.mark.long(20)
@pytest.mark.postgresql_only
def test_every_page_of_the_admin_site_opens_on_the_second_database(world: World) -> None:
    visitor = Visitor(world.administrator)
    faults = []
    for label, rights in admin_table().items():
        for page, method, url, right in pages_of(label):
            if method == "GET" and right in rights.rights["administrator"]:
                faults.append(fault(f"{label} {page}", method, url, "200", visitor.ask(method, url)))
    assert len(faults) > 150, "the walk must reach the pages"
    assert not any(faults), "\n".join(one for one in faults if one)


#: Staff run their actions on both databases; what the others are refused is the same on each.
EVERYBODY = [pytest.param(one, marks=() if one in STAFF else pytest.mark.sqlite_only) for one in ACTORS]


@pytest.mark.parametrize("actor", EVERYBODY)
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


@pytest.mark.parametrize("actor", EVERYBODY)
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
