"""Write the text of every glyph of our fonts into a PDF from the font itself.

WeasyPrint stores for each glyph the text of the first cluster in which it met the glyph.  With Thai
that is often wrong: a tone mark or a vowel shares its cluster with a consonant.  In our derived fonts
each glyph has one text, given by the character map or by the glyph's name, and that text is written
here instead, just before the file is.
"""

from __future__ import annotations

import hashlib
import io
import re
from typing import TYPE_CHECKING, Any

from mou_portal.pdf.fonts import FAMILY

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

# Glyphs that have names of their own in Sarabun and are forms of one letter.
_NAMED = {
    "yoYingthai": "ญ",
    "thoThanthai": "ฐ",
    "doChadathai": "ฎ",
    "toPatakthai": "ฏ",
    "loChulathai": "ฬ",
    "breve": "\u0306",
    "circumflex": "\u0302",
    "dieresis": "\u0308",
    "acute": "\u0301",
    "grave": "\u0300",
    "hookabove": "\u0309",
    "tilde": "\u0303",
    "caron": "\u030c",
    "macron": "\u0304",
}
# Ligature characters: a reader searches for the letters.
_SPELLED = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl"}

_LINE = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]*)>")

_texts_by_font: dict[str, dict[int, str]] = {}


def glyph_texts(font: TTFont) -> dict[int, str]:
    """Return the text of each glyph of `font` by glyph id.

    A glyph with a character has that character; any other is spelled by its name up to the first
    dot.  Glyphs that have no text at all (`.notdef`) are left out.
    """
    from fontTools.agl import toUnicode

    texts: dict[int, str] = {}
    for codepoint, name in sorted(font.getBestCmap().items()):
        texts.setdefault(font.getGlyphID(name), _SPELLED.get(codepoint, chr(codepoint)))
    for number, name in enumerate(font.getGlyphOrder()):
        if number not in texts:
            stem = name.split(".")[0]
            parts = [_NAMED.get(part) or toUnicode(part) for part in stem.split("_")]
            if all(parts):
                texts[number] = "".join(parts)
    return texts


def _texts(content: bytes) -> dict[int, str] | None:
    """Texts of an original font file, or None when it is not of our family."""
    from fontTools.ttLib import TTFont

    key = hashlib.sha256(content).hexdigest()
    if key not in _texts_by_font:
        font = TTFont(io.BytesIO(content), lazy=True)
        ours = font["name"].getDebugName(1) == FAMILY
        _texts_by_font[key] = glyph_texts(font) if ours else {}
    return _texts_by_font[key] or None


def write_text_map(document: Any, pdf: Any) -> None:
    """Finisher for WeasyPrint: rewrite `/ToUnicode` of each font of our family.

    `document` is a `weasyprint.Document`, `pdf` a `pydyf.PDF` not yet written.  Fonts of other
    families keep what WeasyPrint wrote.  Glyph ids in a subset are those of the whole font.
    """
    from weasyprint.text.fonts import get_hb_object_data

    texts_by_name: dict[bytes, dict[int, str]] = {}
    for font in document.fonts.values():
        texts = _texts(get_hb_object_data(font.hb_face))
        if texts is not None:
            texts_by_name[font.name] = texts
    for entry in pdf.objects:
        if isinstance(entry, dict) and "ToUnicode" in entry:
            texts = texts_by_name.get(entry["BaseFont"])
            if texts is not None:
                number = int(entry["ToUnicode"].split()[0])
                stream = pdf.objects[number].stream
                stream[:] = [_rewritten(line, texts) for line in stream]


def _rewritten(line: bytes, texts: dict[int, str]) -> bytes:
    match = _LINE.fullmatch(line)
    if match is None:
        return line
    text = texts.get(int(match[1], 16))
    if text is None:
        return line
    return b"<%s> <%s>" % (match[1], text.encode("utf-16-be").hex().encode())
