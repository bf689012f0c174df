"""Names on a list matched with the people on seats, and where that is in doubt. Pure; nothing is decided in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from mou_portal.thai.words import normalise

#: From this likeness on (0 to 1) two spellings may be one name.
ALIKE = 0.8
MOST_CANDIDATES = 5
_TITLES = re.compile(
    r"^(?:(?:ว่าที่)?(?:ร้อย|พัน)(?:ตรี|โท|เอก)|ว่าที่\s*ร\.?ต\.?|นางสาว|น\.?ส\.|นาย|นาง|ดร\.?|ผศ\.?|รศ\.?|ศ\.|อ\."
    r"|(?:mr|mrs|ms|miss|dr|prof|asst|assoc)\b\.?)\s*",
    re.IGNORECASE,
)
_NOT_LETTERS = re.compile(r"[^0-9a-z\u0e00-\u0e7f]+")


class Doubt(StrEnum):
    """Why a line is not matched by itself."""

    NONE = ""
    SPELLING = "spelling"  # a similar name, not the same one
    SEVERAL = "several"  # the name fits several people
    ORGANISATION = "organisation"  # the organisation was guessed or is not known
    NEW = "new"  # nobody of that name, and the organisation has a free seat
    OVER = "over"  # nobody of that name, and all seats of the organisation have somebody
    TWICE = "twice"  # the person stands on an earlier line, too
    STATE = "state"  # the mark cannot be read


@dataclass(frozen=True)
class Place:
    """A seat: its id, its party's id and names, and who is named for it (empty: free)."""

    id: int
    party: int
    party_names: tuple[str, ...]
    name: str


@dataclass(frozen=True)
class Line:
    """A line of the list as it was read; ``state`` is a mark or empty when it cannot be read."""

    number: int
    organisation: str
    name: str
    state: str
    reason: str = ""


@dataclass(frozen=True)
class Match:
    """A line with the seat that it certainly means, or its doubt and the seats that it may mean, likeliest first."""

    line: Line
    seat: int | None
    doubt: Doubt
    candidates: tuple[int, ...] = ()


def bare(name: str) -> str:
    """A name without title, blanks, dots and capitals: what is compared."""
    text = normalise(name).casefold()
    while (shorter := _TITLES.sub("", text)) != text and shorter:
        text = shorter
    return _NOT_LETTERS.sub("", text)


def match(lines: Sequence[Line], places: Iterable[Place]) -> list[Match]:
    """Match every line with at most one seat, and every seat with at most one line.

    A line is matched by itself only when its name, without title, is that of exactly one person of the organisation it
    names (or of one person at all, when it names none) and its mark can be read. Everything else is left to a person.
    """
    finder = _Finder(list(places))
    taken: dict[int, int] = {}
    found = []
    for line in lines:
        result = finder.find(line)
        seat = result.seat
        if seat is not None and seat in taken:
            result = Match(line, None, Doubt.TWICE, (seat,))
        elif seat is not None:
            taken[seat] = line.number
        found.append(result)
    return [_without_taken(one, taken) for one in found]


def _without_taken(one: Match, taken: dict[int, int]) -> Match:
    """Seats that another line certainly means are no candidates; without a free seat left the party is full."""
    if one.seat is not None or one.doubt == Doubt.TWICE:
        return one
    left = tuple(seat for seat in one.candidates if seat not in taken)
    doubt = Doubt.OVER if one.doubt == Doubt.NEW and not left else one.doubt
    return Match(one.line, None, doubt, left)


class _Finder:
    """The people on seats, prepared for looking up."""

    def __init__(self, places: list[Place]) -> None:
        self.places = places
        self.bare_names = {place.id: bare(place.name) for place in places}
        self.parties: dict[str, set[int]] = {}
        for place in places:
            for name in place.party_names:
                self.parties.setdefault(bare(name), set()).add(place.party)

    def find(self, line: Line) -> Match:
        parties, guessed = self._parties(line.organisation)
        within = [place for place in self.places if parties is None or place.party in parties]
        name = bare(line.name)
        same = [place.id for place in within if name and self.bare_names[place.id] == name]
        if len(same) == 1 and not guessed:
            if not line.state:
                return Match(line, None, Doubt.STATE, (same[0],))
            return Match(line, same[0], Doubt.NONE, (same[0],))
        if same:
            return Match(line, None, Doubt.ORGANISATION if guessed else Doubt.SEVERAL, tuple(same[:MOST_CANDIDATES]))
        alike = self._alike(name, within)
        if alike:
            return Match(line, None, Doubt.SPELLING, alike)
        if parties is None or guessed:
            return Match(line, None, Doubt.ORGANISATION)
        free = tuple(place.id for place in within if not place.name)[:MOST_CANDIDATES]
        return Match(line, None, Doubt.NEW if free else Doubt.OVER, free)

    def _parties(self, organisation: str) -> tuple[set[int] | None, bool]:
        """The parties that an organisation's name means, and whether that is a guess; ``None``: all of them."""
        wanted = bare(organisation)
        if not wanted:
            return None, False
        if wanted in self.parties:
            return self.parties[wanted], False
        likeness = {name: SequenceMatcher(None, wanted, name).ratio() for name in self.parties}
        best = max(likeness, key=lambda name: likeness[name], default="")
        if best and likeness[best] >= ALIKE:
            return self.parties[best], True
        return None, True

    def _alike(self, name: str, within: list[Place]) -> tuple[int, ...]:
        scored = [
            (SequenceMatcher(None, name, self.bare_names[place.id]).ratio(), place.id)
            for place in within
            if name and self.bare_names[place.id]
        ]
        scored.sort(key=lambda pair: (-pair[0], pair[1]))
        return tuple(seat for score, seat in scored[:MOST_CANDIDATES] if score >= ALIKE)
