"""Text out of uploaded files: DOCX by python-docx, PDF by pdfium. Never called inside a transaction.

Limits keep a hostile or huge file from holding the portal up: at most :data:`MOST_CHARACTERS` and
:data:`MOST_PAGES` are read; more is refused with a sentence that says what to do.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from mou_portal.records import DomainError
from mou_portal.thai.words import normalise

MOST_CHARACTERS: Final = 2_000_000
MOST_PAGES: Final = 2_000
_THAI: Final = re.compile(r"[\u0e01-\u0e2e]")
#: Marks that stand where no mark can: a sign that a PDF's own table of letters is wrong.
_BROKEN: Final = re.compile(r"(?:^|[\s\u0e40-\u0e44])[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]|[\ue000-\uf8ff]|\ufffd")
_SPLIT_AM: Final = re.compile("\u0e4d([่้๊๋]?)า|([่้๊๋])\u0e4dา")


#: What a damaged file brings up: no archive, a broken or encrypted part of one, XML that is none, parts missing.
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,
    KeyError,
    ValueError,
    AttributeError,
    SyntaxError,
    OSError,
)


class Unreadable(DomainError):
    """A file from which no text can be taken; the sentence says why and what to do."""


@dataclass(frozen=True)
class Reading:
    """What was read: the text, the number of pages (0 where a format has none), and codes of what looks wrong."""

    text: str
    pages: int = 0
    warnings: tuple[str, ...] = ()


def read_file(name: str, content: bytes) -> Reading:
    """The text of a DOCX or PDF file. Raises :class:`Unreadable`."""
    ending = name.rsplit(".", 1)[-1].lower()
    warnings: list[str] = []
    if ending == "docx":
        text, pages = _docx(name, content), 0
    elif ending == "pdf":
        text, pages, warnings = _pdf(name, content)
    else:
        raise Unreadable(_("“%(name)s”: text can be taken from DOCX and PDF files.") % {"name": name})
    text = normalise(_joined(text))
    if not text.strip():
        raise Unreadable(
            _(
                "“%(name)s” holds pictures of pages and no text (a scan). Have its text recognised first (OCR), "
                "or type in what matters."
            )
            % {"name": name}
        )
    if len(text) > MOST_CHARACTERS:
        raise _too_long(name)
    if _looks_broken(text):
        warnings.append("thai_broken")
    return Reading(text, pages, tuple(warnings))


def _too_long(name: str) -> Unreadable:
    return Unreadable(_("“%(name)s” is too long to be coded as one text. Send it in parts.") % {"name": name})


def _joined(text: str) -> str:
    """SARA AM that a PDF took apart, whole again."""
    return _SPLIT_AM.sub(lambda found: (found.group(1) or found.group(2) or "") + "ำ", text)


def _looks_broken(text: str) -> bool:
    thai = len(_THAI.findall(text))
    return thai > 0 and len(_BROKEN.findall(text)) > max(2, thai // 100)


def _docx(name: str, content: bytes) -> str:
    import docx
    from docx.table import Table

    try:
        document = docx.Document(io.BytesIO(content))
        blocks = document.iter_inner_content()
        lines, length = [], 0
        for block in blocks:
            found = _rows(block) if isinstance(block, Table) else [block.text]
            lines += found
            length += sum(map(len, found))
            if length > MOST_CHARACTERS:
                raise _too_long(name)
    except _DAMAGED as error:
        raise Unreadable(_("“%(name)s” cannot be opened. Save it again and send it anew.") % {"name": name}) from error
    return "\n".join(lines)


def _rows(table: object) -> list[str]:
    return [
        " | ".join(dict.fromkeys(cell.text.replace("\n", " ") for cell in row.cells))
        for row in table.rows  # type: ignore[attr-defined]  # a docx table
    ]


def _pdf(name: str, content: bytes) -> tuple[str, int, list[str]]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(
            _("“%(name)s” cannot be opened. If it asks for a password, take that off first.") % {"name": name}
        ) from error
    try:
        pages = len(document)
        if pages > MOST_PAGES:
            raise _too_long(name)
        texts, length, empty = [], 0, 0
        for number in range(pages):
            page = document[number]
            textpage = page.get_textpage()
            text = textpage.get_text_bounded().replace("\ufffe", "")  # pdfium's mark of a hyphen at a line's end
            textpage.close()
            page.close()
            empty += not text.strip()
            length += len(text)
            texts.append(text)
            if length > MOST_CHARACTERS:
                raise _too_long(name)
    finally:
        document.close()
    return "\n".join(texts), pages, ["pages_without_text"] if 0 < empty < pages else []
