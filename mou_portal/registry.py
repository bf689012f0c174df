"""How apps answer questions that are asked from below, without anything pointing back up.

A lower module (the ledger, the first page, the report command) cannot import the apps above it. So each app
registers its answers at start-up, in modules with agreed names (see :func:`autodiscover`), which are found as Django
finds ``admin`` modules. Every answer is given in bulk, for a set of parties, in a number of queries that does not grow
with the set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Generic, Literal, Protocol, TypeVar

from django.utils.module_loading import autodiscover_modules

#: The institute's place in answers that are keyed by participant id (no participant has the id 0).
INSTITUTE = 0


class State(StrEnum):
    """How a duty stands on a day. The order is from best to most pressing."""

    FULFILLED = "fulfilled"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"
    PARTLY = "partly"
    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Proof:
    """A record that proves (part of) a duty: what it is, where it can be seen, and its day."""

    label: str
    url: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Standing:
    """How far one party has fulfilled one duty: ``done`` of ``required``, by when, and what proves it."""

    state: State
    done: int = 0
    required: int = 1
    due_on: date | None = None
    proofs: tuple[Proof, ...] = ()
    note: str = ""


def standing(done: int, required: int, *, due_on: date | None, today: date, **extra: Any) -> Standing:
    """Derive the state from a count and a date; every countable duty uses this one rule.

    Nothing required is ``not_applicable``; all done is ``fulfilled``; past its date it is ``overdue`` however much is
    done; before, ``partly`` when something is done and ``due`` when nothing is.
    """
    if required <= 0:
        state = State.NOT_APPLICABLE
    elif done >= required:
        state = State.FULFILLED
    elif due_on is not None and today > due_on:
        state = State.OVERDUE
    else:
        state = State.PARTLY if done else State.DUE
    return Standing(state, done, max(required, 0), due_on, **extra)


class Named(Protocol):
    """What a registry holds: anything with a name that stays the same."""

    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Obligation:
    """One duty under one clause.

    ``evaluate(agreement, participant_ids, today)`` returns a :class:`Standing` for each id asked for (or for
    :data:`INSTITUTE` when ``obliged`` is the institute), in a constant number of queries. A past day is answered from
    the days of the facts, or from the history where a fact has none. ``action`` is the button that gets on with it and
    ``action_url`` the name of the page (without arguments) to which it leads.
    """

    name: str
    clause: str
    obliged: Literal["institute", "local_government"]
    title: Any  # lazily translated
    evaluate: Callable[[Any, Sequence[int], date], Mapping[int, Standing]]
    order: int = 0
    action: Any = ""  # lazily translated
    action_url: str = ""


#: Facts that were read in the evaluation that is going on, by the function that read them and what it was asked.
_facts: ContextVar[dict[Any, Any] | None] = ContextVar("facts", default=None)
R = TypeVar("R")


@contextmanager
def one_evaluation() -> Iterator[None]:
    """Within it :func:`shared` reads each fact once, whichever duties ask for it. Nothing may be written meanwhile."""
    token = _facts.set({})
    try:
        yield
    finally:
        _facts.reset(token)


def shared(read: Callable[..., R], *arguments: Any) -> R:
    """Call ``read(*arguments)``, once in an evaluation of the ledger; its answer must not be changed.

    Lists among the arguments are compared by what they hold. Outside an evaluation it is a plain call.
    """
    known = _facts.get()
    if known is None:
        return read(*arguments)
    key = (read, *(tuple(one) if isinstance(one, list) else one for one in arguments))
    if key not in known:
        known[key] = read(*arguments)
    answer: R = known[key]
    return answer


@dataclass(frozen=True)
class AgendaItem:
    """Something that waits for a person: what, until when, and the link that does it."""

    title: str
    url: str
    action: str
    due_on: date | None = None
    detail: str = ""
    participant_id: int | None = None
    urgent: bool = False
    kind: str = ""


@dataclass(frozen=True)
class Agenda:
    """A provider of agenda items: ``items(user, agreement, today)``.

    ``kinds`` names the kinds that its items may have, for rules that tell them apart.
    """

    name: str
    items: Callable[[Any, Any, date], Iterable[AgendaItem]]
    kinds: Mapping[str, Any] = field(default_factory=dict)  # lazily translated


@dataclass(frozen=True)
class CalendarDate:
    """A day or an hour in a person's calendar.

    ``uid`` stays the same as long as the thing lives, whatever its title or day. ``starts`` and ``ends`` are days
    (both included) or aware moments. A ``deadline`` is the day by which ``url`` asks for something: agenda items with
    that address and day say the same again.
    """

    uid: str
    title: str
    starts: date
    ends: date
    url: str
    detail: str = ""
    deadline: bool = False


@dataclass(frozen=True)
class Dates:
    """A provider of the dates of an agreement that a person may see: ``dates(user, agreement)``."""

    name: str
    dates: Callable[[Any, Any], Iterable[CalendarDate]]


@dataclass(frozen=True)
class Report:
    """A report by name.

    ``subject`` says what it is about; ``html(subject, language)`` makes the whole document, ready for the PDF kit;
    ``can_view(user, subject)`` decides; ``filename(subject)`` is ASCII without extension.
    """

    name: str
    title: Any  # lazily translated
    subject: Literal["agreement", "participant"]
    html: Callable[[Any, str], str]
    can_view: Callable[[Any, Any], bool]
    filename: Callable[[Any], str]
    description: Any = ""


@dataclass(frozen=True)
class Publication:
    """Something that everybody may read, as its owner consented: a published lesson.

    ``by`` is whom it is attributed to in the active language (a name, "an organisation", …), never more than was
    consented; ``pathway`` is a pathway's number, 0 for none.
    """

    code: str
    title: str
    text: str
    recommendation: str
    by: str
    published_on: date | None
    url: str = ""
    pathway: int = 0


@dataclass(frozen=True)
class Publications:
    """A provider of what is published: ``published(agreement, most)``, newest first, in a constant number of queries,
    the newest ``most`` alone unless that is ``None``; and ``number(agreement)``, how many there are in all."""

    name: str
    published: Callable[[Any, int | None], Sequence[Publication]]
    number: Callable[[Any], int]


@dataclass(frozen=True)
class Finding:
    """Something in the data that a person should look at: what, about whom, and the link that mends it.

    ``participant_id`` narrows it to a party; ``since`` is the day from which it is so, where that is known.
    """

    title: str
    url: str
    action: str
    detail: str = ""
    participant_id: int | None = None
    since: date | None = None


@dataclass(frozen=True)
class Check:
    """One kind of data to check, for programme staff: ``find(agreement, today)`` in a constant number of queries."""

    name: str
    title: Any  # lazily translated
    find: Callable[[Any, date], Iterable[Finding]]


@dataclass(frozen=True)
class PhasePart:
    """What an app takes over into the next phase of an agreement.

    ``carry(old, new, participants)`` copies rows of the old agreement for the new one and says how many;
    ``participants`` maps the old participants' ids to the new participants. It runs within the service's transaction
    and leaves the old rows alone.
    """

    name: str
    title: Any  # lazily translated
    carry: Callable[[Any, Any, Mapping[int, Any]], int]


@dataclass(frozen=True)
class Related:
    """Records of a higher app that belong on a page of a lower one, such as the lessons begun from a choice.

    ``about`` names the kind of row whose page shows them; ``rows(user, row)`` answers with what the person may see, in
    a constant number of queries. Nothing is shown where there is none.
    """

    name: str
    about: Literal["choice"]
    title: Any  # lazily translated
    rows: Callable[[Any, Any], Iterable[Proof]]


@dataclass(frozen=True)
class FoundText:
    """A text from which lessons may be drawn, as it stands in the app that has it.

    ``key`` names its row for good (``"update:12"``); the ids say whose it is and what it is about; ``url`` is its page.
    """

    key: str
    title: str
    text: str
    participant_id: int | None
    pathway_id: int | None = None
    period_id: int | None = None
    dimension: str = ""
    dated_on: date | None = None
    url: str = ""


@dataclass(frozen=True)
class Sources:
    """A provider of texts: ``rows(user, agreement)`` is a queryset of those that the person may draw on, newest first
    and with everything that ``text(row)`` needs; ``kind`` is one of lessons' kinds of sources."""

    name: str
    title: Any  # lazily translated
    kind: str
    rows: Callable[[Any, Any], Any]
    text: Callable[[Any], FoundText]


T = TypeVar("T", bound=Named)


@dataclass
class Registry(Generic[T]):
    """Named answers of one kind, in the order in which they were registered.

    Raises ``ValueError`` when two answers claim one name.
    """

    kind: str
    _items: dict[str, T] = field(default_factory=dict)

    def register(self, item: T) -> T:
        if item.name in self._items and self._items[item.name] != item:
            raise ValueError(f"two {self.kind} are named {item.name!r}")
        self._items[item.name] = item
        return item

    def get(self, name: str) -> T | None:
        return self._items.get(name)

    def names(self) -> list[str]:
        return sorted(self._items)

    def __iter__(self) -> Iterator[T]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)


obligations: Registry[Obligation] = Registry("obligations")
agenda: Registry[Agenda] = Registry("agenda")
dates: Registry[Dates] = Registry("dates")
reports: Registry[Report] = Registry("reports")
checks: Registry[Check] = Registry("checks")
phases: Registry[PhasePart] = Registry("phases")
related: Registry[Related] = Registry("related records")
sources: Registry[Sources] = Registry("sources")
publications: Registry[Publications] = Registry("publications")


def published(agreement: Any, most: int | None = None) -> list[Publication]:
    """What is published of an agreement, newest first: everything, or the newest ``most`` alone."""
    found = [one for provider in publications for one in provider.published(agreement, most)]
    return sorted(found, key=lambda one: (one.published_on or date.min, one.code), reverse=True)[:most]


def published_number(agreement: Any) -> int:
    """How much is published of an agreement."""
    return sum(provider.number(agreement) for provider in publications)


def autodiscover() -> None:
    """Import every app's modules of the agreed names, as Django finds admin modules."""
    autodiscover_modules(
        "obligations", "agenda", "dates", "reports", "sources", "related", "checks", "phases", "publications"
    )
