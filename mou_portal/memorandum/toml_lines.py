"""On which line of a TOML text a table or key stands: what ``tomllib`` does not say. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

#: A place in the parsed data: ``("participants", 3, "name_th")``. Numbers count a list's entries from 0.
Path = tuple[str | int, ...]

_KEY_PART = re.compile(r"""[ \t]*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))[ \t]*""")
_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)+")
#: Multi-line strings may end in one or two quotes of their own before the closing three.
_STRINGS = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\]|\\.)*"|\'[^\']*\'', re.DOTALL)


class Lines:
    """The lines of a TOML text that ``tomllib`` has accepted."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._found: dict[Path, int] = {}
        for path, place in _statements(text):
            line = bisect_right(self._starts, place)
            for length in range(1, len(path) + 1):
                self._found.setdefault(path[:length], line)

    def line_of(self, path: Path) -> int:
        """Line of a place, counted from 1; of the nearest table around it when it is not in the text."""
        while path and path not in self._found:
            path = path[:-1]
        return self._found.get(path, 1)


def _statements(text: str) -> Iterator[tuple[Path, int]]:
    """Every table header, key and inline table of a list, with its offset."""
    counts: dict[Path, int] = {}
    table: Path = ()
    place = 0
    while (place := _after_blank(text, place)) < len(text):
        if text[place] == "[":
            many = text.startswith("[[", place)
            keys, end = _key(text, place + (2 if many else 1))
            table = _resolved(keys, counts, many=many)
            yield table, place
            place = end + (2 if many else 1)
        else:
            keys, end = _key(text, place)
            path = table + keys
            yield path, place
            place, entries = _value(text, end + 1, path)
            yield from entries


def _after_blank(text: str, place: int) -> int:
    match = _BLANK.match(text, place)
    return match.end() if match else place


def _key(text: str, place: int) -> tuple[Path, int]:
    """The parts of a dotted key, and where it ends."""
    parts: list[str] = []
    while match := _KEY_PART.match(text, place):
        parts.append(next(part for part in match.groups() if part is not None))
        place = match.end()
        if not text.startswith(".", place):
            break
        place += 1
    return tuple(parts), place


def _resolved(keys: Path, counts: dict[Path, int], *, many: bool) -> Path:
    """The header's path with the number of the list entry it speaks of at each list on the way."""
    path: Path = ()
    for position, key in enumerate(keys):
        path += (key,)
        if many and position == len(keys) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path += (counts[path],)
    return path


def _value(text: str, place: int, path: Path) -> tuple[int, list[tuple[Path, int]]]:
    """Where the value ends (the end of its last line), and the inline tables of a list with their offsets."""
    depth = 0
    entries: list[tuple[Path, int]] = []
    while place < len(text):
        sign = text[place]
        if match := _STRINGS.match(text, place):
            place = match.end()
            continue
        if sign == "#":
            place = _BLANK.match(text, place).end()  # type: ignore[union-attr]  # it matches at every “#”
            if not depth:
                break
            continue
        if sign == "\n" and not depth:
            break
        if sign == "{" and depth == 1:
            entries.append(((*path, len(entries)), place))
        depth += (sign in "[{") - (sign in "]}")
        place += 1
    return place, entries
