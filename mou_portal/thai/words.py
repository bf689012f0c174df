"""Thai words: one spelling, one order, and text that can be found.

pythainlp is loaded on first use (about a quarter of a second, the word list another second), so
that commands and web workers start light.
"""

import re
import unicodedata
from typing import Final

SORT_KEY_LENGTH: Final = 400
"""Longest sort key in characters: some 180 letters, enough to tell any two names apart."""

_SPACES: Final = {ord(space): " " for space in "\t\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"}
_SPACES.update({ord(space): " " for space in "\u2008\u2009\u200a\u202f\u205f\u3000"})
_INVISIBLE: Final = dict.fromkeys(
    [
        *(*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xAD),  # controls, soft hyphen
        *(*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF),  # zero width, direction
    ]
)
_NEWLINES: Final = re.compile("\r\n?|\x85|\u2028|\u2029")
_PASSES: Final = 5  # a bound, so that heaps of stray marks cannot keep a request busy

_THAI_DIGITS: Final = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_FORGIVEN: Final = dict.fromkeys(map(ord, "่้๊๋์"))  # the four tone marks and thanthakhat
_SPACE_IN_THAI: Final = re.compile(r"(?<=[\u0e00-\u0e7f]) +(?=[\u0e00-\u0e7f])")


def normalise(text: str) -> str:
    """The text in its one stored spelling: what looks the same is the same.

    Marks stand in their order, ``เเ`` is ``แ``, nikhahit + า is ำ, doubled marks and blanks are single,
    zero-width and control characters are gone, no-break spaces are spaces; every line is trimmed
    and line breaks stay. Never NFKC, which takes ำ apart for good. Applying it twice changes
    nothing, heaps of marks that no word holds apart.

    Not for text that must stay as printed (the memorandum's names): it repairs impossible sequences.
    """
    text = _NEWLINES.sub("\n", text)
    return "\n".join(_normalise_line(line) for line in text.split("\n")).strip("\n")


def _normalise_line(line: str) -> str:
    from pythainlp.util import normalize

    line = line.translate(_SPACES).translate(_INVISIBLE)
    for _pass in range(_PASSES):  # one repair can make room for the next, rarely more than twice
        before, line = line, unicodedata.normalize("NFC", normalize(unicodedata.normalize("NFC", line)))
        if line == before:
            break
    return line.strip()


def _plain(text: str) -> str:
    return normalise(text).translate(_THAI_DIGITS).lower()


def _forgiving(plain: str) -> str:
    return _SPACE_IN_THAI.sub("", plain.translate(_FORGIVEN))


def search_text(*parts: object) -> str:
    """What the ``search_text`` column of a row holds, from the row's names, titles and notes.

    One line group as written (lower case, Arabic digits), one without tone marks, ์ and the blanks
    between Thai letters, so that ``search_text__icontains=search_query(typed)`` finds any part of a
    word even when its tones are mistyped. Blank parts and None are left out.
    """
    plain = "\n".join(filter(None, (_plain(str(part)) for part in parts if part is not None)))
    forgiving = _forgiving(plain)
    return plain if forgiving == plain else f"{plain}\n{forgiving}"


def search_query(text: str, *, exact: bool = False) -> str:
    """What to look for in a ``search_text`` column when a person typed ``text`` as one phrase.

    ``exact`` keeps tone marks and blanks, for a reader who wants ค่า and not คา.
    """
    plain = " ".join(_plain(text).split())
    return plain if exact else _forgiving(plain)


def search_terms(text: str) -> list[str]:
    """The blank-separated terms of what was typed, each to be looked for by itself (AND)."""
    return list(dict.fromkeys(filter(None, (search_query(term) for term in normalise(text).split()))))


# --- sorting --------------------------------------------------------------------------------
# Thai dictionary order compares consonants and vowels first, with a leading vowel (เ แ โ ใ ไ) after
# its consonant; only between equals do tone marks and signs decide. pythainlp's own key appends the
# first tone mark to the letters and so puts ก่า after กาล; the order here was compared with
# PostgreSQL's th-x-icu over the 62,106 words of pythainlp's list.
_LEADING_VOWEL: Final = re.compile("([เ-ไ])([ก-ฮ])")
_LETTERS: Final = "ฯ0123456789abcdefghijklmnopqrstuvwxyz" + "".join(map(chr, range(0x0E01, 0x0E2F))) + "ะัาำิีึืุูเแโใไ"
_PRIMARY: Final = {letter: weight for weight, letter in enumerate(_LETTERS, start=2)} | {"ๅ": _LETTERS.index("า") + 2}
_SECONDARY: Final = {mark: weight for weight, mark in enumerate("๎์็ฺ่้๊๋ํ", start=2)}
_OTHER_LETTER: Final = 0xFE  # before three bytes of code point: other scripts come after Thai
_NO_MARK: Final = 1


def sort_key(text: str) -> str:
    """A key whose plain byte order is Thai dictionary order: digits, Latin, Thai.

    Store it at save and order by it, with the primary key behind it. Lower-case hexadecimal, so
    SQLite and PostgreSQL agree under every collation. Blanks, punctuation, case and ๆ do not count.
    At most SORT_KEY_LENGTH characters.
    """
    # NFD for accents on Latin letters; Thai has no canonical decompositions, ำ stays whole.
    spelled = unicodedata.normalize("NFD", normalise(text).translate(_THAI_DIGITS).lower())
    primary, secondary = bytearray(), bytearray()
    for letter in _LEADING_VOWEL.sub(r"\2\1", spelled):
        if letter in _SECONDARY:
            if secondary:
                secondary.insert(-1, _SECONDARY[letter])
        elif letter in _PRIMARY:
            primary.append(_PRIMARY[letter])
            secondary.append(_NO_MARK)
        elif letter.isalpha() and letter != "ๆ":
            primary.append(_OTHER_LETTER)
            primary += ord(letter).to_bytes(3, "big")
            secondary.append(_NO_MARK)
    key = bytes(primary) + b"\x00" + bytes(secondary).rstrip(b"\x01")
    return key.hex()[:SORT_KEY_LENGTH]


def tokens(text: str) -> list[str]:
    """The words of a text in their order (pythainlp's newmm), blanks and punctuation left out."""
    from pythainlp.tokenize import word_tokenize

    words = word_tokenize(normalise(text), engine="newmm", keep_whitespace=False)
    return [word for word in words if any(letter.isalnum() and letter not in "ๆฯ" for letter in word)]
