"""What every test stands on: no skips, repeatable examples, and the real Chromium of Debian."""

import gc
import os
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Any, Protocol, TypeVar

import hypothesis
import pytest
from _pytest import runner
from django.db import connection

from mou_portal.room import with_room

# Until the tests are gathered there is no garbage to speak of, and the search for it goes through all that is there.
gc.disable()

# Hypothesis: the same examples in every run; HYPOTHESIS_PROFILE=thorough looks further.
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=2_000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# Playwright's synchronous interface runs an event loop in the test's own thread, where Django then
# refuses every query of a fixture. No code of the portal is asynchronous, so nothing is hidden by this.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


# --- no skips -----------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a run in which any test was skipped or expected to fail: a missing part is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(session.config, "workerinput"):
        return  # a worker of pytest-xdist: the session that gathers its results judges them
    left_out = [report for kind in ("skipped", "xfailed", "xpassed") for report in reporter.stats.get(kind, [])]
    if left_out and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name the tests that were skipped, above pytest's own closing line."""
    left_out = [report for kind in ("skipped", "xfailed", "xpassed") for report in terminalreporter.stats.get(kind, [])]
    if left_out:
        terminalreporter.section("skipped or expected to fail: counted as failures here", red=True)
        for report in left_out:
            terminalreporter.line(f"{report.nodeid}: {report.longrepr}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, not skip, what the other database is for.

    On PostgreSQL these are the tests of SQLite itself, and those that ask for no database at all:
    they have run on SQLite just before and could only give the same answer again.
    """
    if connection.vendor == "sqlite":
        others = [item for item in items if item.get_closest_marker("postgresql_only")]
    else:
        others = [item for item in items if item.get_closest_marker("sqlite_only") or not uses_database(item)]
    if others:
        config.hook.pytest_deselected(items=others)
        left_out = set(others)
        items[:] = [item for item in items if item not in left_out]
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    items[:] = [item for hand in dealt(items, workers) for item in hand]


def dealt(items: list[pytest.Item], workers: int) -> list[list[pytest.Item]]:
    """The tests in one hand for each worker, which pytest-xdist gives out in equal parts, in this order.

    In each hand the long ones come first, so that no worker is left with one alone, and those that empty the database
    last: what other tests share is written once. The long ones are shared out by the seconds that they say they take,
    the rest by module, which shares most.
    """
    kinds: dict[tuple[bool, bool], list[pytest.Item]] = {}
    for item in items:
        kinds.setdefault((empties_database(item), takes_long(item)), []).append(item)
    totals = [0.0] * workers
    hands: list[dict[bool, list[pytest.Item]]] = [{False: [], True: []} for _worker in range(workers)]
    for emptying in (False, True):
        for item in sorted(kinds.get((emptying, True), []), key=seconds, reverse=True):
            least = totals.index(min(totals))
            totals[least] += seconds(item)
            hands[least][emptying].append(item)
    for worker in range(workers):
        hands[worker][True] += kinds.get((True, False), [])[worker::workers]
    sizes = [len(items) * (worker + 1) // workers - len(items) * worker // workers for worker in range(workers)]
    room = [size - len(hand[False]) - len(hand[True]) for size, hand in zip(sizes, hands, strict=True)]
    rest = by_module(kinds.get((False, False), []), room)
    return [[*hand[False], *short, *hand[True]] for hand, short in zip(hands, rest, strict=True)]


class InModule(Protocol):
    """What dealing looks at in a test: the file that it stands in."""

    @property
    def path(self) -> Path: ...


T = TypeVar("T", bound=InModule)


def by_module(items: list[T], room: list[int]) -> list[list[T]]:
    """Tests shared out by module, as many to each worker as it has room for: the largest module first, each to whom
    most room is left, so that no worker is given one half of the alphabet; in their old order within a worker."""
    modules: dict[Path, list[int]] = {}
    for place, item in enumerate(items):
        modules.setdefault(item.path, []).append(place)
    given: list[list[int]] = [[] for _worker in room]
    for places in sorted(modules.values(), key=len, reverse=True):
        most = max(range(len(room)), key=lambda worker: room[worker] - len(given[worker]))
        given[most] += places
    over = [place for worker, places in enumerate(given) for place in places[max(room[worker], 0) :]]
    for worker, places in enumerate(given):
        del places[max(room[worker], 0) :]
        missing = room[worker] - len(places)
        places += over[: max(missing, 0)]
        del over[: max(missing, 0)]
    given[-1] += over
    return [[items[place] for place in sorted(places)] for places in given]


def pytest_collection_finish() -> None:
    """What is imported by now stays: the search for garbage, a tenth of a run, leaves it alone and comes seldom."""
    gc.enable()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> object:
    """Run a test with room for its calls, as the portal builds its pages: pytest stands on many frames itself."""
    return with_room(runner.pytest_runtest_protocol, item, nextitem)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that commits leaves another database behind than the one that rows were kept for."""
    if empties_database(item):
        from tests.kept_rows import forget

        forget()


def uses_database(item: pytest.Item) -> bool:
    """Whether a test asks for the database, by its mark or through any of its fixtures."""
    asked = {"db", "transactional_db", "live_server", "django_db_setup"} & set(getattr(item, "fixturenames", ()))
    return bool(asked) or item.get_closest_marker("django_db") is not None


def empties_database(item: pytest.Item) -> bool:
    """Whether a test commits, and has the database emptied afterwards."""
    mark = item.get_closest_marker("django_db")
    asked = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(asked) or (mark is not None and bool(mark.kwargs.get("transaction")))


def takes_long(item: pytest.Item) -> bool:
    """Whether a test says so, or belongs to the walks, of which some take minutes; those that share what a module
    counted once are better left together."""
    walk = "walks" in item.path.parts and "report_queries" not in getattr(item, "fixturenames", ())
    return walk or item.get_closest_marker("long") is not None


def seconds(item: pytest.Item) -> float:
    """How long a test says that it takes; a short time when it says nothing."""
    mark = item.get_closest_marker("long")
    return float(mark.args[0]) if mark else 1.0


# --- the browser --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start Debian's Chromium (or $CHROMIUM) instead of one that Playwright would download."""
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not executable:
        pytest.fail("Chromium was not found: run `make setup-test`, or name it with CHROMIUM=/path/to/chromium.")
    return {
        **browser_type_launch_args,
        "executable_path": executable,
        "args": [
            "--no-sandbox",  # as root Chromium has no sandbox; it sees only our own pages
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            "--no-first-run",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Pages see Thai first and Bangkok's clock, as the portal's readers do."""
    return {**browser_context_args, "locale": "th-TH", "timezone_id": "Asia/Bangkok"}


@pytest.fixture(scope="session", autouse=True)
def static_files_are_kept() -> Generator[None, None, None]:
    """Let the browser keep static files, as it does with the portal's own, whose names carry a digest."""
    from django.contrib.staticfiles.handlers import StaticFilesHandlerMixin

    serve = StaticFilesHandlerMixin.serve

    def serve_for_long(handler: Any, request: Any) -> Any:
        answer = serve(handler, request)
        answer["Cache-Control"] = "max-age=3600"
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandlerMixin, "serve", serve_for_long)
        yield


@pytest.fixture(autouse=True)
def language_does_not_leak() -> Generator[None, None, None]:
    """Leave no test in the language that another one switched to."""
    from django.utils import translation

    with translation.override("th"):
        yield


# --- settings that only tests need --------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def portal_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Generator[None, None, None]:
    """Private files in a folder of this run; static files by their plain names, as no collectstatic was run."""
    from django.test import override_settings

    files, static = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("static")
    storages = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": files}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    store = tmp_path_factory.mktemp("report-store")
    with override_settings(STORAGES=storages, PRIVATE_FILES_DIR=files, STATIC_ROOT=static, REPORT_STORE_DIR=store):
        yield


@pytest.fixture
def see(live_server: Any, page: Any) -> Any:
    """``see(user, address)``: open a page in Chromium as a person; the browser keeps only that person's session."""
    from django.conf import settings
    from django.test import Client

    def opened(user: Any, address: str) -> Any:
        client = Client()
        client.force_login(user)
        page.context.clear_cookies()
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url, "httpOnly": True}]
        )
        page.goto(live_server.url + address)
        return page

    return opened


@pytest.fixture
def page_of(live_server: Any, browser: Any) -> Generator[Any, None, None]:
    """``page_of(user, width=390, language="th")``: for stories of several people, each at a browser of their own."""
    from tests.chromium import signed_in_pages

    with signed_in_pages(browser, live_server.url) as opened:
        yield opened


# --- people and rows ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kept_world(django_db_setup: None, django_db_blocker: Any) -> Generator[Any, None, None]:
    """The rows of ``world``, written once for the module's tests."""
    from tests.kept_rows import kept_rows
    from tests.world import build_world

    with kept_rows(django_db_blocker, build_world) as own_copy:
        yield own_copy


@pytest.fixture
def world(kept_world: Any, db: None) -> Any:
    """Two parties with everything in it, and one person of each kind (tests/world/)."""
    return kept_world()


@pytest.fixture
def client_of(world: Any) -> Any:
    """``client_of("coordinator_a")``: a client in which that person is signed in; ``"anonymous"`` is nobody."""
    from django.test import Client

    def signed_in(actor: str) -> Client:
        client = Client()
        user = world.actor(actor)
        if user is not None:
            client.force_login(user)
        return client

    return signed_in
