"""Thai text in one byte a letter, so that a database looks through it three times as fast as through UTF-8."""

from typing import Final

_THAI_BLOCK: Final = range(0x0E01, 0x0E5C)
_TO_BYTE: Final = 0x0E00 - 0xA0  # as TIS-620 has it
#: Begins any other character: five bytes of 0x80 to 0x9f follow, which nothing else uses.
_OTHER: Final = 0xFE
_DIGITS: Final = (20, 15, 10, 5, 0)


class _Letters(dict[int, str]):
    """The bytes of each code point, as Latin-1 characters."""

    def __missing__(self, point: int) -> str:
        return chr(_OTHER) + "".join(chr(0x80 | point >> shift & 0x1F) for shift in _DIGITS)


_LETTERS: Final = _Letters({point: chr(point) for point in range(0x80)})
_LETTERS.update({point: chr(point - _TO_BYTE) for point in _THAI_BLOCK})


def compact(text: str) -> bytes:
    """The text with ASCII and Thai letters in one byte each, any other character in six.

    No character's bytes begin within another's, so one text stands in another exactly where its bytes do.
    """
    return text.translate(_LETTERS).encode("latin-1")


def expand(data: bytes) -> str:
    """The text again; the inverse of :func:`compact`."""
    letters, at = [], 0
    while at < len(data):
        byte = data[at]
        if byte == _OTHER:
            point = 0
            for digit in data[at + 1 : at + 6]:
                point = point << 5 | digit & 0x1F
            letters.append(chr(point))
            at += 6
        else:
            letters.append(chr(byte if byte < 0x80 else byte + _TO_BYTE))
            at += 1
    return "".join(letters)
