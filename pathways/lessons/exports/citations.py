"""Citations: BibTeX, RIS and CSL-JSON for programs, with years of the Common Era; one line in words for people.

Pure. Texts are what may be shown already. BibTeX is written here and not by a library: readers count braces even
behind a backslash, so a stray one in a title has to be spelled as a command.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import rispy

#: Buddhist Era is so many years ahead.
BE_AHEAD = 543
_MONTHS_TH = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_THAI = re.compile(r"[\u0e00-\u0e7f]")
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{letter: f"\\{letter}" for letter in "$&%#_"},
}
_TEX_LETTER = re.compile(r"[\\{}~^$&%#_]")


@dataclass(frozen=True)
class Citation:
    """Something to cite. ``key`` is ASCII and stays; ``authors`` are names of organisations or people as they should be
    printed (never more than was consented); ``published_on`` is a day of the Common Era; ``number`` an edition or a
    public code."""

    key: str
    title: str
    authors: tuple[str, ...]
    publisher: str
    url: str
    published_on: date | None = None
    number: str = ""
    abstract: str = ""
    keywords: tuple[str, ...] = ()

    @property
    def language(self) -> str:
        """``th`` where the title is written in Thai letters, else ``en``."""
        return "th" if _THAI.search(self.title) else "en"


def _line(text: str) -> str:
    """One line without control characters: a line break would begin a field of its own."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


# --- BibTeX ---------------------------------------------------------------------------------
def tex(text: str) -> str:
    """A text as BibTeX reads it, braces balanced whatever stands in it."""
    return _TEX_LETTER.sub(lambda found: _TEX[found.group()], _line(text))


def untex(text: str) -> str:
    """What :func:`tex` wrote, read again."""
    back = {spelled: letter for letter, spelled in _TEX.items()}
    pattern = re.compile("|".join(re.escape(one) for one in sorted(back, key=len, reverse=True)))
    return pattern.sub(lambda found: back[found.group()], text)


def bibtex(citations: Iterable[Citation]) -> str:
    """Entries of the kind ``techreport``. Names stand in braces of their own, so that none is taken apart."""
    return "\n".join(map(_bibtex_entry, citations))


def _bibtex_entry(one: Citation) -> str:
    fields = [
        ("author", " and ".join(f"{{{tex(name)}}}" for name in one.authors)),
        ("title", f"{{{tex(one.title)}}}"),
        ("institution", f"{{{tex(one.publisher)}}}"),
        ("number", tex(one.number)),
        ("year", str(one.published_on.year) if one.published_on else ""),
        ("month", str(one.published_on.month) if one.published_on else ""),
        ("url", _line(one.url)),
        ("language", "thai" if one.language == "th" else "english"),
        ("keywords", tex(", ".join(one.keywords))),
        ("abstract", tex(one.abstract)),
    ]
    lines = [f"  {name} = {{{value}}}," for name, value in fields if value.strip("{}")]
    return "\n".join([f"@techreport{{{one.key},", *lines, "}", ""])


# --- RIS ------------------------------------------------------------------------------------
class _Writer(rispy.RisWriter):
    """The library's writer without its numbers between the records: some readers take them for text."""

    def set_header(self, count: int) -> str:
        """Nothing."""
        return ""


def ris(citations: Iterable[Citation]) -> str:
    """Records of the type ``RPRT``, one field a line."""
    written = rispy.dumps([_ris_record(one) for one in citations], implementation=_Writer)
    return str(written).strip() + "\n"


def _ris_record(one: Citation) -> dict[str, Any]:
    record: dict[str, Any] = {
        "type_of_reference": "RPRT",
        "id": one.key,
        "authors": [_line(name) for name in one.authors],
        "title": _line(one.title),
        "publisher": _line(one.publisher),
        "number": _line(one.number),
        "language": one.language,
        "urls": [_line(one.url)],
        "abstract": _line(one.abstract),
        "keywords": [_line(word) for word in one.keywords],
    }
    if one.published_on:
        record |= {"year": str(one.published_on.year), "date": one.published_on.strftime("%Y/%m/%d/")}
    return {name: value for name, value in record.items() if value}


# --- CSL-JSON -------------------------------------------------------------------------------
def csl(citations: Iterable[Citation]) -> str:
    """A list of items of the type ``report``, as Zotero and citeproc read them."""
    return json.dumps([_csl_item(one) for one in citations], ensure_ascii=False, indent=2) + "\n"


def _csl_item(one: Citation) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": one.key,
        "type": "report",
        "title": _line(one.title),
        "author": [{"literal": _line(name)} for name in one.authors],
        "publisher": _line(one.publisher),
        "number": _line(one.number),
        "language": one.language,
        "URL": _line(one.url),
        "abstract": _line(one.abstract),
        "keyword": _line(", ".join(one.keywords)),
    }
    if one.published_on:
        item["issued"] = {"date-parts": [[one.published_on.year, one.published_on.month, one.published_on.day]]}
    return {name: value for name, value in item.items() if value}


# --- in words -------------------------------------------------------------------------------
def readable(one: Citation, language: str) -> str:
    """The citation as it stands in a list of references: with the year of the Buddhist Era in Thai (``th``)."""
    thai = language == "th"
    authors = (" และ " if thai else " & ").join(_line(name) for name in one.authors)
    parts = [f"{authors}. ({_day(one.published_on, thai=thai)})", f"“{_line(one.title)}”", _line(one.publisher)]
    parts = [part for part in parts if part]
    address = f"สืบค้นจาก {one.url}" if thai else one.url
    return ". ".join([*parts, address])


def _day(day: date | None, *, thai: bool) -> str:
    if day is None:
        return "ม.ป.ป." if thai else "n.d."
    if thai:
        return f"{day.year + BE_AHEAD}, {day.day} {_MONTHS_TH[day.month - 1]}"
    return f"{day.year}, {_MONTHS_EN[day.month - 1]} {day.day}"


#: Kinds of citation files: ending, media type, and what writes them.
KINDS: Mapping[str, tuple[str, Any]] = {
    "bib": ("application/x-bibtex; charset=utf-8", bibtex),
    "ris": ("application/x-research-info-systems; charset=utf-8", ris),
    "json": ("application/vnd.citationstyles.csl+json; charset=utf-8", csl),
}
