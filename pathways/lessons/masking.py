"""Words that tell who somebody is: found in names, masked in texts, and a warning of what could still tell.

Pure. Masking would rather take one word too many than leave a name: it forgives tone marks, blanks and case. Only a
longer word of the dictionary that happens to hold a short name is left alone (แพร่ in เผยแพร่).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Final

from mou_portal.thai.words import tokens

_TONES: Final = "่้๊๋์"
_THAI: Final = re.compile(r"[\u0e00-\u0e7f]")
_STRIP: Final = re.compile(f"[{_TONES}\\s]")
_GAP: Final = f"[{_TONES}\\s\u200b]*"
_REMARK: Final = re.compile(r"\s*\([^)]*\)\s*")  # "(acting)", "(made up)": no part of a name
_SHORT: Final = 5  # letters; names up to this length are looked at word by word

#: What stands before the name proper of a local government, longest first.
KINDS_TH: Final = (
    "องค์การบริหารส่วนจังหวัด", "องค์การบริหารส่วนตำบล", "เทศบาลนคร", "เทศบาลเมือง", "เทศบาลตำบล", "เทศบาล",
    "อบจ.", "อบต.", "ทน.", "ทม.", "ทต.",
)  # fmt: skip
KINDS_EN: Final = (
    "Provincial Administrative Organization", "Subdistrict Administrative Organization", "Subdistrict Municipality",
    "City Municipality", "Town Municipality", "Municipality",
)  # fmt: skip
TITLES: Final = (
    "นางสาว", "นาย", "นาง", "ว่าที่ร้อยตรี", "ศาสตราจารย์", "รองศาสตราจารย์", "ผู้ช่วยศาสตราจารย์", "ดร.", "อาจารย์", "น.ส.",
    "Mr.", "Mrs.", "Ms.", "Miss", "Dr.", "Professor",
)  # fmt: skip
#: Before a name these make it a place or its people, even where the dictionary has both as one word.
_OF_PLACES: Final = frozenset(
    ("เมือง", "จังหวัด", "อำเภอ", "ตำบล", "บ้าน", "เกาะ", "ชาว", "คน", "เวียง", "นคร", "เทศบาล", "วัด", "แม่น้ำ", "ตลาด")
)
#: Behind these a proper name follows: what the warning list looks for.
_PLACE_WORDS: Final = (
    "จังหวัด", "อำเภอ", "ตำบล", "หมู่บ้าน", "หมู่ที่", "ชุมชน", "บ้าน", "วัด", "โรงเรียน", "โรงพยาบาล", "มหาวิทยาลัย", "แม่น้ำ", "คลอง",
    "เกาะ", "ตลาด", "ถนน", "ซอย", "สะพาน", "เทศบาล", "อบต.", "อบจ.",
)  # fmt: skip


def names_of_body(name_th: str, name_en: str) -> tuple[str, ...]:
    """An organisation's names in full and without their type: เทศบาลเมืองกระบี่ gives กระบี่, too."""
    found = [name_th, name_en]
    for prefix in KINDS_TH:
        if name_th.startswith(prefix):
            found.append(name_th.removeprefix(prefix).strip())
            break
    for suffix in KINDS_EN:
        if suffix.lower() in name_en.lower():
            rest = re.sub(re.escape(suffix), "", name_en, flags=re.IGNORECASE)
            found.append(re.sub(r"^\s*of\s+", "", rest.strip()).strip())
            break
    return _unique(found)


def names_of_person(*names: str) -> tuple[str, ...]:
    """A person's names in full, without title, and their parts; parts of three letters and fewer only within the whole,
    for many of those are everyday words."""
    found = []
    for name in names:
        bare = name.strip()
        for title in TITLES:
            bare = bare.removeprefix(title).strip()
        found += [name, bare]
        bare = _REMARK.sub(" ", bare).strip()
        found.append(bare)
        found += [part for part in bare.split() if len(_STRIP.sub("", part)) > 3 and part not in TITLES]
    return _unique(found)


def _unique(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if len(_STRIP.sub("", word)) > 1))


def mask(text: str, words: Iterable[str], mark: str) -> str:
    """The text with every one of the words replaced by ``mark``; several in a row become one."""
    secret = _unique(word.strip() for word in words)
    if not secret or not text:
        return text
    pattern = _pattern(secret)
    if not pattern.search(text):
        return text
    spans: list[tuple[int, int]] | None = None
    parts, last = [], 0
    for match in pattern.finditer(text):
        if len(_STRIP.sub("", match.group())) <= _SHORT and _THAI.search(match.group()):
            spans = spans if spans is not None else _dictionary_words(text)
            if _within_another_word(text, match.span(), spans):
                continue
        parts += [text[last : match.start()], mark]
        last = match.end()
    parts.append(text[last:])
    masked = "".join(parts)
    return re.sub(
        f"(?:{re.escape(mark)}\\s*){{2,}}", lambda found: mark + (" " if found.group()[-1].isspace() else ""), masked
    )


@lru_cache(maxsize=512)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_one(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)


def _one(word: str) -> str:
    if not _THAI.search(word):
        return r"(?<!\w)" + r"[\s\-]+".join(re.escape(part) for part in word.split()) + r"(?![a-zA-Z0-9])"
    letters = _STRIP.sub("", word)
    return _GAP.join(re.escape(letter) for letter in letters) + f"[{_TONES}]*"


def _dictionary_words(text: str) -> list[tuple[int, int]]:
    """Where words of the dictionary stand in a text."""
    known, found, place = _dictionary(), [], 0
    for word in tokens(text):
        start = text.find(word, place)
        if start < 0:  # normalising changed it: leave it out, so that more is masked and not less
            continue
        place = start + len(word)
        if word in known:
            found.append((start, place))
    return found


def _within_another_word(text: str, span: tuple[int, int], words: list[tuple[int, int]]) -> bool:
    start, end = span
    for left, right in words:
        if left <= start and end <= right and right - left > end - start:
            return text[left:start] not in _OF_PLACES
    return False


@lru_cache(maxsize=1)
def _dictionary() -> frozenset[str]:
    from pythainlp.corpus import thai_words

    return frozenset(thai_words())


# --- what could still tell ------------------------------------------------------------------
@dataclass(frozen=True)
class Hint:
    """A word that could still identify somebody, and why: ``contact``, ``person``, ``place``, ``latin``."""

    word: str
    why: str


_CONTACT: Final = re.compile(
    r"[\w.+-]+@[\w.-]+|https?://\S+|www\.\S+|\b0\d[\d\- ]{7,}\d\b|\b\d{1}-?\d{4}-?\d{5}-?\d{2}-?\d\b"
)
_PERSON: Final = re.compile(
    f"(?:{'|'.join(re.escape(one) for one in TITLES)})\\s?[\u0e01-\u0e4ea-zA-Z]+(?: [\u0e01-\u0e4ea-zA-Z]+)?"
)
_LATIN: Final = re.compile(r"\b[A-Z][a-z]{2,}(?:\s[A-Z][a-z]{2,})*\b")


def hints(text: str) -> tuple[Hint, ...]:
    """Words in a text that could still identify somebody, for a person to look at; it may name some too many."""
    found = [Hint(match.group().strip(), "contact") for match in _CONTACT.finditer(text)]
    found += [Hint(match.group().strip(), "person") for match in _PERSON.finditer(text)]
    words = tokens(text)
    places = _places()
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        if word in _PLACE_WORDS and following and (following not in _dictionary() or following in places):
            found.append(Hint(f"{word}{following}" if _THAI.search(following) else f"{word} {following}", "place"))
        elif word in places and len(word) > 2:
            found.append(Hint(word, "place"))
    found += [
        Hint(match.group(), "latin") for match in _LATIN.finditer(text) if not _starts_sentence(text, match.start())
    ]
    return tuple(dict.fromkeys(found))


def _starts_sentence(text: str, place: int) -> bool:
    before = text[:place].rstrip()
    return not before or before[-1] in ".!?:\n"


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    from pythainlp.corpus import provinces

    return frozenset(str(name) for name in provinces())


def forgiving_pattern(term: str) -> re.Pattern[str]:
    """Finds a term in a text as written, tone marks and blanks forgiven."""
    bare = _STRIP.sub("", term)
    return re.compile(
        _GAP.join(re.escape(letter) for letter in bare) + f"[{_TONES}]*" if bare else r"(?!)", re.IGNORECASE
    )
