"""How apps answer questions that are asked from below, without anything pointing back up.

A lower module (the ledger, the first page, the report command) cannot import the apps above it. So each app
registers its answers at start-up, in modules with agreed names (``obligations``, ``agenda``, ``dates``, ``reports``),
which :func:`autodiscover` imports as Django does with ``admin``. Every answer is given in bulk, for a set of parties,
in a number of queries that does not grow with the set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
    :data:`INSTITUTE` when ``obliged`` is the institute), in a constant number of queries.
    """

    name: str
    clause: str
    obliged: Literal["institute", "local_government"]
    title: Any  # lazily translated
    evaluate: Callable[[Any, Sequence[int], date], Mapping[int, Standing]]
    order: int = 0


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


@dataclass(frozen=True)
class Agenda:
    """A provider of agenda items: ``items(user, agreement, today)``."""

    name: str
    items: Callable[[Any, Any, date], Iterable[AgendaItem]]


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


def autodiscover() -> None:
    """Import every app's ``obligations``, ``agenda``, ``dates`` and ``reports`` module, as admin modules are found."""
    autodiscover_modules("obligations", "agenda", "dates", "reports")
