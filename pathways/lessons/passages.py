"""A text cut where its passages begin and end, so that overlapping ones can all be shown. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Piece:
    """A stretch of text with the passages that cover it; ``starts`` are those that begin here."""

    text: str
    start: int
    passages: tuple[int, ...]
    starts: tuple[int, ...] = ()

    @property
    def depth(self) -> int:
        """How many passages cover it; at most three are told apart."""
        return min(len(self.passages), 3)


def pieces(text: str, first: int, last: int, passages: Iterable[tuple[int, int, int]]) -> list[Piece]:
    """Characters ``first`` to ``last`` of a text in pieces. Passages are ``(key, start, end)``; joined again the pieces
    are the text."""
    known = [(key, start, end) for key, start, end in passages if start < last and first < end]
    cuts = sorted({first, last, *(min(max(at, first), last) for _key, *both in known for at in both)})
    found: list[Piece] = []
    seen: set[int] = set()
    for start, end in pairwise(cuts):
        covering = tuple(key for key, left, right in known if left <= start and end <= right)
        new = tuple(key for key in covering if key not in seen)
        seen.update(new)
        found.append(Piece(text[start:end], start, covering, new))
    return found
