"""Codes on passes, sheets and screens: short, signed, with nothing personal inside. Pure; keys come from the caller.

A code is ``S12-1-7K3M9QWXZ2ABCD34``: what it opens (``S`` a seat, ``P`` a sign-in sheet on paper), the row's number and
the number of the pass in base 32, and a signature of 80 bits. Letters that are taken for digits are not used, capitals
and small letters are the same, and what a hand scanner typed through a Thai keyboard is read as it was meant.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

SEAT, SHEET = "S", "P"
#: Crockford's alphabet: no I, L, O and U.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")
_SIGNATURE = 16  # letters of 5 bits
_SHAPE = re.compile(rf"([SP])([{_ALPHABET}]{{1,13}})-([{_ALPHABET}]{{1,7}})-([{_ALPHABET}]{{{_SIGNATURE}}})")

#: How long a code on the screen is shown, in seconds; it is good for this long again after it is gone.
ROTATION = 30
SCREEN_DIGITS = 6

# The Kedmanee keyboard, key by key as an American one has them; shifted keys below.
_KEYS = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?"
_KEDMANEE = '_ๅ/-ภถุึคตจขชๆไำพะัีรนยบลฃฟหกดเ้่าสวงผปแอิืทมใฝ%+๑๒๓๔ู฿๕๖๗๘๙๐"ฎฑธํ๊ณฯญฐ,ฅฤฆฏโฌ็๋ษศซ.()ฉฮฺ์?ฒฬฦ'
_AS_MEANT = dict(zip(map(ord, _KEDMANEE), _KEYS, strict=True))
_THAI = re.compile("[\u0e01-\u0e5b]")


@dataclass(frozen=True)
class Code:
    """What a code opens: ``kind`` (:data:`SEAT` or :data:`SHEET`), the row's ``number`` and the number of the pass."""

    kind: str
    number: int
    badge: int = 0


class CodeRefused(Exception):
    """A text that opens nothing.

    ``reason`` is ``foreign`` when it is no code of the portal at all, and ``forged`` when it looks like one and its
    signature is wrong.
    """

    def __init__(self, reason: Literal["foreign", "forged"]) -> None:
        super().__init__(reason)
        self.reason = reason


def make_code(code: Code, key: bytes) -> str:
    """Write a code. The same code and key always give the same letters."""
    return f"{code.kind}{_base32(code.number)}-{_base32(code.badge)}-{_signature(code, key)}"


def read_code(text: str, keys: Iterable[bytes]) -> Code:
    """Read a code from what was scanned or typed: alone, in an address, in small letters, through a Thai keyboard.

    Raises :class:`CodeRefused`. Every key in ``keys`` is tried, so that a changed key does not void printed passes.
    """
    match = _find(text)
    if match is None:
        raise CodeRefused("foreign")
    code = Code(match[1], _number(match[2]), _number(match[3]))
    if not any(hmac.compare_digest(match[4], _signature(code, key)) for key in keys):
        raise CodeRefused("forged")
    return code


def looks_like_code(text: str) -> bool:
    """Whether somebody meant a code, rather than a name to search for."""
    return _find(text) is not None


def _find(text: str) -> re.Match[str] | None:
    for each in (text, text.translate(_AS_MEANT) if _THAI.search(text) else ""):
        part = "".join(each.split()).rstrip("/").rsplit("/", 1)[-1].upper()
        match = _SHAPE.fullmatch(part[:1] + part[1:].translate(_MISREAD))
        if match is not None:
            return match
    return None


def screen_code(list_number: int, seconds: float, key: bytes) -> str:
    """The digits that a screen shows at a moment (seconds since 1970) for self check-in to a list."""
    return _digits(list_number, int(seconds // ROTATION), key)


def screen_code_holds(text: str, list_number: int, seconds: float, keys: Iterable[bytes]) -> bool:
    """Whether typed digits are those on the screen now or the ones just before."""
    typed = "".join(letter for letter in text if letter.isdecimal())
    window = int(seconds // ROTATION)
    good = [_digits(list_number, each, key) for key in keys for each in (window, window - 1)]
    return any(hmac.compare_digest(typed.encode(), one.encode()) for one in good)


def _digits(list_number: int, window: int, key: bytes) -> str:
    digest = hmac.digest(key, f"screen.{list_number}.{window}".encode(), hashlib.sha256)
    return f"{int.from_bytes(digest[:8]) % 10**SCREEN_DIGITS:0{SCREEN_DIGITS}d}"


def _signature(code: Code, key: bytes) -> str:
    digest = hmac.digest(key, f"{code.kind}.{code.number}.{code.badge}".encode(), hashlib.sha256)
    return _base32(int.from_bytes(digest[:10])).rjust(_SIGNATURE, "0")


def _base32(number: int) -> str:
    letters = ""
    while True:
        number, rest = divmod(number, 32)
        letters = _ALPHABET[rest] + letters
        if not number:
            return letters


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 32 + _ALPHABET.index(letter)
    return number
