"""Reports by their content: one that has not changed since it was made is taken from the store, not made again.

A report's name in the store is a hash of its HTML (without the day of making in its foot), its title, author and
language, of the fonts and of the code that sets it. So nothing in the store is ever out of date, and all of it can be
thrown away. Imports no app.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

from mou_portal.pdf.fonts import derivation_key
from mou_portal.pdf.render import STYLE_SHEETS

#: A report that nobody asked for in so many days is thrown away.
KEPT_DAYS = 35

_FOOT = re.compile(r'<div class="running-foot">.*?</div>', re.DOTALL)


@dataclass(frozen=True)
class Document:
    """What a report's PDF is made of; ``language`` is ``th`` or ``en``."""

    html: str
    title: str
    author: str
    language: str

    @property
    def digest(self) -> str:
        """The document's name in the store. The day of making does not count: a kept report carries its own."""
        parts = (_FOOT.sub("", self.html), self.title, self.author, self.language, _setting_key())
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@lru_cache(maxsize=1)
def _setting_key() -> str:
    """One state of fonts, style sheets and code that sets reports."""
    digest = hashlib.sha256(f"{derivation_key()} {version('weasyprint')}".encode())
    for path in (*STYLE_SHEETS, *sorted(Path(STYLE_SHEETS[0].parents[2], "mou_portal", "pdf").glob("*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def place_of(digest: str) -> Path:
    """Where a report is, or would be."""
    return Path(settings.REPORT_STORE_DIR) / "pdf" / digest[:2] / f"{digest}.pdf"


def find(digest: str) -> bytes | None:
    """A kept report, which now counts as asked for today; nothing when it is not there."""
    place = place_of(digest)
    try:
        content = place.read_bytes()
        os.utime(place)
    except OSError:
        return None
    return content


def keep(digest: str, content: bytes) -> None:
    """Put a report into the store, whole or not at all."""
    write_whole(place_of(digest), content)


def write_whole(place: Path, content: bytes) -> None:
    """Write a file for this user alone so that nobody ever reads half of it."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=place.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def kept(document: Document, make: Callable[[Document], bytes]) -> tuple[bytes, bool]:
    """A document's PDF from the store, or made and kept; the second says whether it had to be made."""
    digest = document.digest
    content = find(digest)
    if content is not None:
        return content, False
    content = make(document)
    keep(digest, content)
    return content, True


def sweep(*, older_than_days: int = KEPT_DAYS) -> int:
    """Throw away what nobody asked for in so many days; returns how many files went."""
    before = time.time() - older_than_days * 24 * 3600
    gone = 0
    for place in Path(settings.REPORT_STORE_DIR).rglob("*.*"):
        try:
            old = place.is_file() and place.stat().st_mtime < before
        except OSError:  # somebody else threw it away, or put it in its place, in this moment
            continue
        if old:
            place.unlink(missing_ok=True)
            gone += 1
    return gone
