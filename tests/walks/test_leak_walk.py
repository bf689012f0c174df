"""Canary words planted in one party's rows: whatever another party's people can reach holds none.

Two ways are gone: along the links from the first page on, and to every address of the URLconf with every id there is.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from html import unescape

import pytest
from django.apps import apps
from django.db.models import Model
from django.urls import reverse

from mou_portal.registry import reports
from tests.walks.addresses import Address, address_of, admin_models, find, portal_addresses
from tests.walks.canaries import NOT_PLANTED, OWNED_BY, plant, text_of
from tests.walks.tables import Line, access_table
from tests.walks.watch import Visitor
from tests.world import World

# What a page holds does not depend on the database: one of them is enough.
pytestmark = pytest.mark.sqlite_only

WORD = "Qanaria"
LINK = re.compile(r'(?:href|src|hx-get)="([^"#]+)')
#: Ways out of the session or of the walk.
NOT_FOLLOWED = ("/static/", "/admin/", "/accounts/", "/language/", "mailto:", "tel:", "http")


@pytest.fixture
def planted(world: World) -> World:
    """The cast, with canaries in everything of party A."""
    assert plant(world.a.participant, WORD).planted > 150
    return world


def test_every_model_that_leads_to_a_party_is_planted_or_says_why_not() -> None:
    leading = set()
    for model in _models_with_pages():
        if _leads_to_party(model, depth=3):
            leading.add(model._meta.label_lower)
    assert leading - set(OWNED_BY) - set(NOT_PLANTED) == set()


def _leads_to_party(model: type, depth: int) -> bool:
    if model._meta.label_lower == "participants.participant":  # type: ignore[attr-defined]  # a model
        return True
    if depth == 0:
        return False
    targets = [one.related_model for one in model._meta.concrete_fields if one.many_to_one or one.one_to_one]  # type: ignore[attr-defined]  # as above
    return any(
        target is not model and target._meta.app_label != "auth" and _leads_to_party(target, depth - 1)
        for target in targets
        if target._meta.label_lower != "participants.user"
    )


def along_the_links(visitor: Visitor, start: str = "/home/", most: int = 400) -> dict[str, str]:
    """The text of every page that can be reached by links, by address."""
    seen: dict[str, str] = {}
    waiting, met = deque([start]), dict[str, str]()
    while waiting and len(seen) < most:
        url = waiting.popleft()
        if url in seen:
            continue
        answer = visitor.ask("GET", url)
        seen[url] = text_of(answer.response)
        assert answer.status < 500, url
        # the photographs of the cast are no pictures, and have no small ones
        closed = answer.word in ("403", "404") and url != start and not url.endswith("/picture/")
        assert not closed, f"{met[url]} leads to {url}: {answer.word}"
        if answer.word == "302":
            waiting.append(answer.response["Location"])
        for link in LINK.findall(seen[url]):
            found = unescape(link)
            if found.startswith("?"):
                found = url.partition("?")[0] + found
            if found.startswith("/") and not found.startswith(NOT_FOLLOWED) and _shape(found) not in map(_shape, seen):
                waiting.append(found)
                met.setdefault(found, url)
    assert len(seen) < most, "the walk met more pages than it can look at"
    return seen


def _shape(url: str) -> str:
    """An address less what only sorts or pages a list: one of those says as much as all of them."""
    path, _mark, query = url.partition("?")
    kept = sorted(part for part in query.split("&") if part and not part.startswith(("sort=", "page=", "language=")))
    return f"{path}?{'&'.join(kept)}"


def with_every_id(world: World, rows: Iterable[Model] = ()) -> list[str]:
    """Every address of the portal, with the id of every row where it takes one; lists in each format.

    With ``rows``, an address gets the ids of those that are of its kind, and the one that the table names besides.
    """
    lines: dict[str, list[Line]] = {}
    for line in access_table():
        if line.method == "GET":
            lines.setdefault(line.name, []).append(line)
    urls = []
    for one in portal_addresses():
        if one.name in lines and not one.route.startswith("accounts/") and not (rows and one.name == "report-download"):
            urls += _each(world, one, lines[one.name], rows)
    return list(dict.fromkeys(urls))


def _models_with_pages() -> list[type[Model]]:
    """Models whose rows can stand in an address of the portal."""
    apart = {"participants.storedfile", "participants.sentform"}
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in ("participants", "pathways", "lessons", "seminars", "expenses")
        and not model._meta.model_name.startswith("historical")
        and model._meta.label_lower not in apart
    ]


def _each(world: World, one: Address, lines: list[Line], rows: Iterable[Model]) -> list[str]:
    if one.arguments == ():
        url = reverse(one.name)
        asked = [address_of(world, one.name, line.row) for line in lines]
        return [url, f"{url}?export=csv", f"{url}?export=xlsx", f"{url}?q={WORD}", *asked]
    if one.name == "report-download":
        parties = [world.a.participant.code, world.b.participant.code]
        return [f"{reverse(one.name, args=[report.name])}?participant={code}" for report in reports for code in parties]
    urls = []
    for line in lines:
        path = line.row.partition("?")[0]
        if path.startswith("="):
            # a secret code or token that opens a page to everybody is the key itself: whoever holds it may read
            if line.words["anonymous"] != "200":
                urls.append(address_of(world, one.name, line.row))
            continue
        row = find(world, path)
        if one.arguments == ("pk",):
            kind = type(row)
            every = {row.pk for row in rows if type(row) is kind} | {row.pk} if rows else all_ids(kind)  # type: ignore[union-attr]  # it is there
            urls += [reverse(one.name, args=[number]) for number in every]
        elif set(one.arguments) == {"agreement", "code"}:
            urls += [
                reverse(one.name, args=[world.agreement.code, party.participant.code]) for party in (world.a, world.b)
            ]
        else:
            urls.append(address_of(world, one.name, line.row))
    return urls


def all_ids(kind: type[Model]) -> set[int]:
    """The id of every row of a kind."""
    return set(kind._base_manager.values_list("pk", flat=True))


def leaks(pages: dict[str, str], word: str = WORD) -> list[str]:
    """The pages that hold a canary, each with the first one; the word that was searched for is not one."""
    found = []
    for url, text in pages.items():
        hits = re.findall(rf"{word}\d+", text)
        if hits:
            place = text.index(hits[0])
            found.append(f"{url}: {text[max(0, place - 60) : place + 30]!r}")
    return found


def gather(world: World, actor: str, *, every_id: bool = True, rows: Iterable[Model] = ()) -> dict[str, str]:
    """The text of everything that one person reaches, along the links (without ``rows``) and by guessing."""
    visitor = Visitor(world.actor(actor))
    pages = {} if rows else along_the_links(visitor, "/" if actor == "anonymous" else "/home/")
    if every_id:
        for url in with_every_id(world, rows):
            if url not in pages:
                pages[url] = text_of(visitor.ask("GET", url).response)
    return pages


@pytest.mark.parametrize("actor", ["coordinator_b", "executive_b", "anonymous"])
def test_nothing_of_another_party_is_reached(planted: World, actor: str) -> None:
    # an executive reads what the coordinator reads (participants.access): the links are enough
    assert leaks(gather(planted, actor, every_id=actor != "executive_b")) == []


def test_the_party_itself_reads_its_own_words(planted: World) -> None:
    pages = along_the_links(Visitor(planted.actor("coordinator_a")))
    assert len(leaks(pages)) > 20  # or the walk would find nothing because it goes nowhere


#: What stands in a choice that was not handed in, which advisers and staff may read.
CHOSEN = "Qanhoice"


def test_drafts_are_read_by_their_writers_alone(world: World) -> None:
    drafts = {
        world.a.updates["draft"]: ("done", "result", "obstacles", "next_step"),
        world.a.presentations["draft"]: ("title", "abstract", "presenters"),
    }
    number = 0
    for row, columns in drafts.items():
        for column in columns:
            number += 1
            setattr(row, column, f"{WORD}{number}")
        row.save()
    for evidence in world.a.updates["draft"].evidence.all():
        evidence.caption = f"{WORD}{number + 1}"
        evidence.save()
    version = world.a.choices["draft"].versions.get()
    version.reason, version.expected_result, version.signed_by = f"{CHOSEN}1", f"{CHOSEN}2", f"{CHOSEN}3"
    version.save()
    rows = [*drafts, *world.a.updates["draft"].evidence.all(), version, version.choice]
    for actor in ("adviser", "researcher", "finance", "programme"):
        pages = gather(world, actor, rows=rows)
        assert leaks(pages) == [], actor
        if actor == "researcher":
            assert leaks(pages, CHOSEN) == []
    for report in reports:
        subject = world.agreement if report.subject == "agreement" else world.a.participant
        assert WORD not in report.html(subject, "th"), report.name
    visitor = Visitor(world.programme)
    pages = {url: text_of(visitor.ask("GET", url).response) for url in _admin_lists(drafts)}
    assert leaks(pages) == []


def _admin_lists(rows: Iterable[Model]) -> list[str]:
    """Every list of the admin site, and the pages that the rows would have."""
    urls = [reverse(f"admin:{label.replace('.', '_')}_changelist") for label in admin_models()]
    for row in rows:
        name = f"admin:{row._meta.label_lower.replace('.', '_')}"
        urls += [reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "history")]
    return urls
