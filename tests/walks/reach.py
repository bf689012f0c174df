"""What a person reaches beyond the lines of the table: along the links of the pages, and by guessing ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.db.models import Model
from django.urls import Resolver404, resolve, reverse

from mou_portal.registry import reports
from tests.walks.addresses import Address, address_of, find, portal_addresses
from tests.walks.canaries import PARTY
from tests.walks.tables import Line, access_table
from tests.world import World

LINK = re.compile(r'(?:href|src|hx-get)="([^"#]+)')
FORM = re.compile(r'<form\b[^>]*\baction="([^"]*)"')
#: A list as a file and searched, and what shows that it offers that; the search in the top bar is another page's.
WAYS = {
    "export=csv": re.compile("export=csv"),
    "export=xlsx": re.compile("export=xlsx"),
    f"q={PARTY}": re.compile(r'id="(?!bar-)[\w-]+" name="q"'),
}
#: Ways out of the session or of the walk.
NOT_FOLLOWED = ("/static/", "/admin/", "/accounts/", "/language/", "mailto:", "tel:", "http")


def links(url: str, text: str) -> Iterator[str]:
    """The addresses of the portal that a page leads to."""
    for link in LINK.findall(text):
        found = unescape(link)
        if found.startswith("?"):
            found = url.partition("?")[0] + found
        if found.startswith("/") and not found.startswith(NOT_FOLLOWED):
            yield found


def lost_forms(url: str, text: str) -> list[str]:
    """Where forms of a page would be sent to though no such address exists."""
    lost = []
    for target in set(FORM.findall(text)):
        try:
            resolve(urlsplit(urljoin(url, unescape(target))).path)
        except Resolver404:
            lost.append(target)
    return lost


def shape(url: str) -> str:
    """An address less what only sorts or pages a list: one of those says as much as all of them."""
    path, _mark, query = url.partition("?")
    kept = sorted(part for part in query.split("&") if part and not part.startswith(("sort=", "page=", "language=")))
    return f"{path}?{'&'.join(kept)}"


def path_of(url: str) -> str:
    """An address less its query."""
    return url.partition("?")[0]


def page_of(url: str) -> str:
    """The name of the page that an address leads to, whatever row it is about."""
    try:
        return resolve(path_of(url)).view_name
    except Resolver404:
        return url


def ways(text: str) -> set[str]:
    """The queries by which a page offers itself as a file, and searched for a planted word."""
    return {way for way, sign in WAYS.items() if sign.search(text)}


def with_every_id(world: World, offered: dict[str, set[str]], rows: Iterable[Model] = ()) -> list[str]:
    """Every address of the portal, with the id of every row where it takes one; lists by the ways that they offer to
    anybody.

    With ``rows``, an address gets the ids of those that are of its kind, and the one that the table names besides.
    """
    lines: dict[str, list[Line]] = {}
    for line in access_table():
        if line.method == "GET":
            lines.setdefault(line.name, []).append(line)
    urls = []
    for one in portal_addresses():
        if one.name in lines and not one.route.startswith("accounts/") and not (rows and one.name == "report-download"):
            urls += _each(world, one, lines[one.name], offered, rows)
    return list(dict.fromkeys(urls))


def _each(
    world: World, one: Address, lines: list[Line], offered: dict[str, set[str]], rows: Iterable[Model]
) -> list[str]:
    if one.arguments == ():
        url = reverse(one.name)
        asked = [address_of(world, one.name, line.row) for line in lines]
        return [url, *(f"{url}?{way}" for way in sorted(offered.get(url, ()))), *asked]
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
            urls += [reverse(one.name, args=[number]) for number in _ids(row, rows)]
        elif set(one.arguments) == {"agreement", "code"}:
            urls += [
                reverse(one.name, args=[world.agreement.code, party.participant.code]) for party in (world.a, world.b)
            ]
        else:
            urls.append(address_of(world, one.name, line.row))
    return urls


def _ids(row: Any, rows: Iterable[Model]) -> set[int]:
    """The ids of all rows of a row's kind, or of those among ``rows``, and its own."""
    kind = type(row)
    if rows:
        return {one.pk for one in rows if type(one) is kind} | {row.pk}
    return set(kind._base_manager.values_list("pk", flat=True))
