"""Take out each scope filter and each permission check in turn: the permission walk must notice every one.

First the walk is gone once, and what each refused request asked is written down. Then, for each filter and each check,
its code is replaced (a filter lets every row through, a check says yes) and the refused requests that had asked it are
sent again: at least one must now be answered otherwise, or leak a word of another party.

Some checks are a second lock: whatever they would refuse, a filter or another check refuses before or after them. They
are named in ``SECOND_LOCKS`` with the reason, and are turned the other way: when such a check refuses everything, what
was allowed before must fail, which shows that it is asked at all.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse

from participants.models.agreements import AgreementQuerySet
from tests.walks.addresses import address_of, portal_addresses
from tests.walks.canaries import PARTY, plant, text_of
from tests.walks.tables import STAFF, access_table, admin_table
from tests.walks.test_permission_walk import data_of, pages_of
from tests.walks.watch import Answer, Visitor
from tests.world import ACTORS, World

#: Code is taken out, not data: what the database is makes no difference, so one of them is enough.
pytestmark = pytest.mark.sqlite_only

APPS = ("participants", "pathways", "pathways.lessons", "seminars", "expenses")
LABELS = {app.rpartition(".")[2] for app in APPS}
LEAK = re.compile(rf"{PARTY}\d")
#: What differs in every answer.
EACH_TIME = re.compile(r'name="(?:csrfmiddlewaretoken|form_token)" value="[^"]*"|Content-Length: \d+')


def checks() -> dict[str, FunctionType]:
    """Every permission predicate, by module and name."""
    found = {}
    for app in APPS:
        module = importlib.import_module(f"{app}.permissions")
        for name, one in vars(module).items():
            if name.startswith(("can_", "is_")) and inspect.isfunction(one) and one.__module__ == module.__name__:
                found[f"{app.rpartition('.')[2]}.{name}"] = one
    return found


def filters() -> dict[str, FunctionType]:
    """Every ``visible_to``, by model: by the first of those that share one."""
    found: dict[str, FunctionType] = {"participants.agreement.listed_for": AgreementQuerySet.listed_for}
    for model in apps.get_models():
        rows = type(model._default_manager.all())
        if model._meta.app_label in LABELS and hasattr(rows, "visible_to") and rows.visible_to not in found.values():
            found[f"{model._meta.label_lower}.visible_to"] = rows.visible_to
    return found


def yes(*_anything: Any, **_more: Any) -> bool:
    """A check that was taken out."""
    return True


def no(*_anything: Any, **_more: Any) -> bool:
    """A check that refuses everything."""
    return False


def everything(self: Any, *_anything: Any) -> Any:
    """A filter that was taken out."""
    return self.all()


def nothing(self: Any, *_anything: Any) -> Any:
    """A filter that lets nothing through."""
    return self.none()


@contextmanager
def replaced(one: FunctionType, code: CodeType) -> Iterator[None]:
    """Give a function other code, wherever it was imported to."""
    kept = one.__code__
    one.__code__ = code
    try:
        yield
    finally:
        one.__code__ = kept


@dataclass(frozen=True)
class Request:
    """A request that is refused, or a list that must hold nothing of others."""

    actor: str
    method: str
    url: str
    data: tuple[tuple[str, str], ...] = ()
    whole: bool = False  # what is on the page counts, too: the buttons that are offered

    def ask(self, visitors: dict[str, Visitor]) -> tuple[str, bool, int]:
        """What came back: the word of the table, whether it held a canary, and a hash of what was on the page."""
        answer: Answer = visitors[self.actor].ask(self.method, self.url, dict(self.data))
        text = text_of(answer.response) if self.whole or self.actor == "coordinator_b" else ""
        leaks = self.actor == "coordinator_b" and LEAK.search(text) is not None
        return answer.word, leaks, hash(EACH_TIME.sub("", text)) if self.whole else 0


def requests(world: World) -> Iterator[Request]:
    """Everything that the tables refuse to people who are signed in, and the lists of another party's coordinator."""
    for line in access_table():
        for actor in ACTORS[1:]:
            if line.words[actor] in ("403", "404"):
                data = tuple(data_of(world, line).items())
                yield Request(actor, line.method, address_of(world, line.name, line.row), data)
    for label, rights in admin_table().items():
        for _page, method, url, right in pages_of(label):
            for actor in STAFF:
                if right not in rights.rights[actor] and right != "past":
                    yield Request(actor, method, url)
    for one in portal_addresses():
        if not one.arguments and not one.route.startswith(("accounts/", "language/")):
            yield Request("coordinator_b", "GET", reverse(one.name))


#: By name of a check the requests that asked it, and what each request was answered.
Asked = tuple[dict[str, list[Request]], dict[Request, tuple[str, bool, int]]]


class Ear:
    """Stands in for functions and hears which of them are called, by name; each still does its work."""

    def __init__(self, taken: dict[str, FunctionType]) -> None:
        self.called: set[str] = set()
        self.real = {
            name: FunctionType(one.__code__, one.__globals__, one.__name__, one.__defaults__, one.__closure__)
            for name, one in taken.items()
        }

    def hear(self, name: str, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Note the call and make it."""
        self.called.add(name)
        return self.real[name](*given, **named)


#: The ear of the recording that is under way: code that stands in for a function has no other way to it.
EARS: list[Ear] = []


def stand_in(name: str) -> CodeType:
    """Code that tells the ear of the call and then does what the function of that name does."""
    source = (
        "def stand_in(*given, **named):\n"
        f"    from {__name__} import EARS\n"
        f"    return EARS[-1].hear({name!r}, given, named)\n"
    )
    space: dict[str, Any] = {}
    exec(source, space)  # noqa: S102 — our own few lines, with a name of our own code in them
    code: CodeType = space["stand_in"].__code__
    return code


@contextmanager
def listening(taken: dict[str, FunctionType]) -> Iterator[Ear]:
    """Hear the calls of these functions as long as the context lasts."""
    ear = Ear(taken)
    EARS.append(ear)
    with ExitStack() as stack:
        for name, one in taken.items():
            stack.enter_context(replaced(one, stand_in(name)))
        yield ear
    EARS.pop()


#: Pages of packages, and PDFs, which take long and ask what the list of reports asks.
SLOW_OR_FOREIGN = (
    "account",
    "mfa",
    "social",
    "report-download",
    "seminars:sign-in-sheet",
    "expenses:settlement-pdf",
)


def allowed(world: World) -> Iterator[Request]:
    """What the tables allow, to those who may most."""
    for actor in ("coordinator_a", "finance", "programme"):
        for line in access_table():
            if line.name.startswith("expenses:") != (actor == "finance") and actor != "coordinator_a":
                continue  # costs are the finance staff's, the rest the programme staff's
            if line.words[actor] in ("200", "done") and not line.name.startswith(SLOW_OR_FOREIGN):
                data = tuple(data_of(world, line).items())
                yield Request(actor, line.method, address_of(world, line.name, line.row), data, whole=True)
        for label in (
            "participants.agreement",
            "seminars.attendance",
            "seminars.seminar",
            "seminars.fieldvisit",
            "seminars.rate",
        ):
            for page, method, url, _right in pages_of(label) if actor == "programme" else []:
                if page == "change":
                    yield Request(actor, method, url)


BEHIND_THE_FILTER = "visible_to answers first, with 404; this check repeats it for who loads a row in another way"
BUTTON = "says which buttons a page shows, or closes a form early; the step itself asks again"
BOUND = "asked together with another check or with the admin site's own rights, which refuse as well"
#: Checks and filters that no refused request misses, and what else refuses. Reviewed: a new one needs a reason.
SECOND_LOCKS: dict[str, str] = {
    "expenses.budgetline.visible_to": "the page is the finance staff's alone, who see every party",
    "expenses.can_answer_disputes": BUTTON,
    "expenses.can_close_settlement": BUTTON,
    "expenses.can_correct_settlement": BUTTON,
    "expenses.can_countersign": BUTTON,
    "expenses.can_decide_ruling": BUTTON,
    "expenses.can_delete_settlement": BUTTON,
    "expenses.can_dispute": BUTTON,
    "expenses.can_move_expense": BUTTON,
    "expenses.can_propose_override": BUTTON,
    "expenses.can_record_payment": BUTTON,
    "expenses.can_sign_settlement": BUTTON,
    "expenses.can_delete_expense": BUTTON,
    "expenses.can_edit_expense": BUTTON,
    "expenses.can_submit_expense": BUTTON,
    "expenses.can_see_all_shares": "what an LGO's people see of a line's shares: the portal walk reads the page",
    "expenses.can_view_expense": BEHIND_THE_FILTER,
    "expenses.can_view_settlement": BEHIND_THE_FILTER,
    "lessons.can_edit_lesson": BUTTON,
    "lessons.can_publish_lesson": BUTTON,
    "lessons.can_revise_lesson": BUTTON,
    "lessons.can_validate_lesson": BUTTON,
    "participants.agreement.listed_for": "the choice in the top bar: visible_to answers for the one that is chosen",
    "participants.can_revoke_token": BEHIND_THE_FILTER,
    "participants.can_view_document": BEHIND_THE_FILTER,
    "participants.can_view_every_participant": "which words the institute's cell shows: the portal walk reads the page",
    "participants.can_view_participant": BEHIND_THE_FILTER,
    "pathways.can_change_choice": BUTTON,
    "pathways.can_confirm_version": BUTTON,
    "pathways.can_edit_update": BUTTON,
    "pathways.can_edit_version": BUTTON,
    "pathways.can_enter_report": BOUND,
    "pathways.can_review_update": BUTTON,
    "pathways.can_view_update": BOUND,
    "pathways.can_view_version": BEHIND_THE_FILTER,
    "pathways.can_withdraw_version": BUTTON,
    "seminars.attendance.visible_to": "used by the admin site alone, where all staff see every party",
    "seminars.can_correct_mark": BOUND,
    "seminars.can_edit_visit": BOUND,
    "seminars.can_read_sent_feedback": "which words a page shows that both may open: see tests/seminars/test_stage.py",
    "seminars.can_request_visit": BUTTON,
    "seminars.can_start_presentation": BUTTON,
    "seminars.can_view_seminar": BEHIND_THE_FILTER,
    "seminars.rate.visible_to": "used by the admin site alone, where all staff see every party",
    "seminars.review.visible_to": "which scores a page shows that both may open: see tests/seminars/test_stage.py",
}
#: Checks of what a filled form or file says; requests without one do not reach them. Where they are tested.
OF_WHAT_A_FORM_SAYS: dict[str, str] = {
    "lessons.can_style_reports": "tests/lessons/test_refi_and_word.py",
    "participants.can_invite": "tests/participants/test_invitations.py",
    "pathways.can_choose": "tests/pathways/test_choices.py",
    "pathways.can_enter_update": "tests/pathways/test_workbooks.py",
}


#: So many requests are sent again to see that nobody misses a check; one asked by every page would take them all.
MANY = 300


def heard(sent: Iterator[Request], visitors: dict[str, Visitor], taken: dict[str, FunctionType], enough: int) -> Asked:
    """Send requests; give what each was answered, and by name of a check those that asked it (at most ``enough``)."""
    asked: dict[str, list[Request]] = defaultdict(list)
    usual: dict[Request, tuple[str, bool, int]] = {}
    with listening(taken) as ear:
        for request in dict.fromkeys(sent):
            ear.called.clear()
            answer = request.ask(visitors)
            for name in ear.called:
                if len(asked[name]) < enough:
                    asked[name].append(request)
                    usual[request] = answer
    return asked, usual


def unnoticed(one: FunctionType, instead: CodeType, asked: list[Request], visitors: Any, usual: Any) -> bool:
    """Whether nothing changes for those who ask when a function has other code."""
    with replaced(one, instead):
        return all(request.ask(visitors) == usual[request] for request in asked)


@pytest.mark.long(60)
def test_every_filter_and_every_check_is_missed_when_it_is_gone(world: World) -> None:
    plant(world.a.participant, PARTY)
    visitors = {actor: Visitor(world.actor(actor)) for actor in ACTORS}
    scopes, reviewed = filters(), {*SECOND_LOCKS, *OF_WHAT_A_FORM_SAYS}
    taken = {**checks(), **scopes}
    asked, usual = heard(requests(world), visitors, taken, enough=10_000)
    assert [request for request, (_word, leaks, _page) in usual.items() if leaks] == []
    quiet = {
        name
        for name, one in taken.items()
        if unnoticed(one, (everything if name in scopes else yes).__code__, asked[name][:MANY], visitors, usual)
    }
    assert (sorted(quiet - reviewed), sorted(reviewed - quiet)) == ([], []), "not missed; missed after all"


@pytest.mark.long(30)
def test_second_locks_are_locked(world: World) -> None:
    visitors = {actor: Visitor(world.actor(actor)) for actor in ACTORS}
    scopes = filters()
    taken = {name: one for name, one in {**checks(), **scopes}.items() if name in SECOND_LOCKS}
    asked, usual = heard(allowed(world), visitors, taken, enough=15)
    idle = {
        name
        for name, one in taken.items()
        if unnoticed(one, (nothing if name in scopes else no).__code__, asked[name], visitors, usual)
    }
    assert idle == set()


@pytest.mark.parametrize("name", ["participants.can_edit_contact", "participants.participant.visible_to"])
def test_what_was_taken_out_is_put_back(name: str) -> None:
    one = {**checks(), **filters()}[name]
    code = one.__code__
    with replaced(one, yes.__code__):
        assert one(None, None) is True
    assert one.__code__ is code
