"""Every list, board, export and report at two sizes of data: the same number of queries."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from mou_portal.registry import reports
from tests.walks.addresses import admin_models, portal_addresses
from tests.walks.watch import QuietClient
from tests.world import World, build_world

# The number of queries is the same whatever the database is: one of them is enough.
pytestmark = pytest.mark.sqlite_only

#: The sizes: parties, and rows of everything for each party.
SMALL, LARGE = (2, 1), (4, 3)
ACTORS = ("programme", "coordinator_a", "adviser", "researcher", "finance")
#: Who asks for the files of the lists; the others ask for those of lists that programme staff may not open.
TAKES_FILES = ACTORS[:2]
#: In the admin site; an administrator sees there all that programme staff see, with every column and link.
ADMINS = ("finance", "administrator")
#: Pages without arguments that are no lists, or are answers to POST.
PLAIN = [
    one.name
    for one in portal_addresses()
    if not one.arguments
    and not one.name.startswith(("account_", "mfa_", "usersessions_", "socialaccount_", "livez", "readyz"))
]


def lists() -> list[str]:
    """Addresses of every page without arguments; their exports are asked for where a page offers them."""
    return [reverse(name) for name in PLAIN if "/" not in name]


def admin_lists() -> list[str]:
    """The board and the list of every model."""
    return [
        reverse("admin:index"),
        *(reverse(f"admin:{label.replace('.', '_')}_changelist") for label in admin_models()),
    ]


class Counted(NamedTuple):
    """What a list cost, and whether it offers itself as a file."""

    status: int
    queries: list[str]
    exports: bool

    @property
    def number(self) -> int:
        """How many queries."""
        return len(self.queries)


NOTHING = Counted(0, [], exports=False)
#: How a list says that it can be had as a file.
EXPORT = b"export=csv"


def counted(client: QuietClient, url: str) -> Counted:
    """What a GET cost, with everything read that streams."""
    asked: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = client.get(url)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return Counted(answer.status_code, asked, EXPORT in body)


def measure(world: World, known: dict[tuple[str, str], Counted]) -> dict[tuple[str, str], Counted]:
    """Every list as every kind of person who may see it; the second time counts, when what is stored is stored.

    Where ``known`` says what a list costs, it is asked a second time only if it cost more.
    """
    found: dict[tuple[str, str], Counted] = {}
    for actor in dict.fromkeys((*ACTORS, *ADMINS)):
        client = QuietClient()
        client.force_login(world.actor(actor))
        client.get(reverse("home"))  # the session, the notice and the content types are known from here on
        waiting = (lists() if actor in ACTORS else []) + (admin_lists() if actor in ADMINS else [])
        while waiting:
            url = waiting.pop()
            found[actor, url] = counted(client, url)
            takes_files = actor in TAKES_FILES or found.get((ACTORS[0], url), NOTHING).status != 200
            if found[actor, url].exports and "?" not in url and takes_files:
                waiting += [f"{url}?export=csv", f"{url}?export=xlsx"]
            before = known.get((actor, url))
            if found[actor, url].status == 200 and (before is None or found[actor, url].number > before.number):
                found[actor, url] = counted(client, url)
    return found


def shape(queries: list[str]) -> str:
    """The queries, each once with its number, for a message that can be acted on."""
    seen: dict[str, int] = {}
    for sql in queries:
        seen[sql[:160]] = seen.get(sql[:160], 0) + 1
    return "\n".join(f"  {number} × {sql}" for sql, number in sorted(seen.items(), key=lambda pair: -pair[1])[:4])


@pytest.mark.long(40)
@pytest.mark.django_db
def test_lists_cost_the_same_number_of_queries_however_much_there_is() -> None:
    small = measured_in_a_world_of_its_own(*SMALL, {})
    large = measured_in_a_world_of_its_own(*LARGE, small)
    grown = [
        f"{actor} {url}: {small[actor, url].number} then {large[actor, url].number}\n{shape(large[actor, url].queries)}"
        for actor, url in small
        if small[actor, url].status == 200 and large[actor, url].number > small[actor, url].number
    ]
    assert sum(one.status == 200 for one in small.values()) > 100, "the walk must reach the pages"
    assert sum("export=" in url for _actor, url in small) > 30, "and their exports"
    assert grown == [], "\n".join(grown)


def measured_in_a_world_of_its_own(
    parties: int, rows: int, known: dict[tuple[str, str], Counted]
) -> dict[tuple[str, str], Counted]:
    """Measure in a world that is gone afterwards."""

    class GoneError(Exception):
        """Takes the world away."""

    found: dict[Any, Any] = {}
    try:
        with transaction.atomic():
            cache.clear()
            found = measure(build_world(parties, rows), known)
            raise GoneError
    except GoneError:
        return found


def queries_of(report: Any, subject: Any) -> list[str]:
    """What a report asks the database about a subject, read anew."""
    with CaptureQueriesContext(connection) as captured:
        report.html(type(subject).objects.get(pk=subject.pk), "th")
    return [query["sql"] for query in captured.captured_queries]


@pytest.fixture(scope="module")
def report_queries(django_db_setup: None, django_db_blocker: Any) -> dict[str, list[list[str]]]:
    """By report the queries that it asks at each of the two sizes."""
    found: dict[str, list[list[str]]] = {report.name: [] for report in reports}
    for size in (SMALL, LARGE):
        with django_db_blocker.unblock(), transaction.atomic(), translation.override("th"):
            world = build_world(*size)
            for report in reports:
                subject = world.agreement if report.subject == "agreement" else world.a.participant
                asked = queries_of(report, subject)
                if not found[report.name] or len(asked) > len(found[report.name][0]):
                    asked = queries_of(report, subject)  # the first time what is stored was stored
                found[report.name].append(asked)
            transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("report", [pytest.param(report, id=report.name) for report in reports])
def test_reports_cost_the_same_number_of_queries(report: Any, report_queries: dict[str, list[list[str]]]) -> None:
    small, large = report_queries[report.name]
    assert small, "a report asks something"
    assert len(large) <= len(small), shape(large)
