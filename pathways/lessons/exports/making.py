"""From a selection to a file in a format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import override

from participants.models import Agreement
from pathways.lessons.consent import Shown
from pathways.lessons.exports import citations, tables
from pathways.lessons.exports.book import book_pdf
from pathways.lessons.exports.citing import citation_of
from pathways.lessons.models import ExportFormat

#: ``(agreement, lessons, language) -> content``, with the language active.
Write = Callable[[Agreement, Sequence[Shown], str], bytes]


@dataclass(frozen=True)
class Format:
    """How a format is written: media type, the file name's ending, and above how many lessons it is a long work."""

    content_type: str
    ending: str
    write: Write
    long: int = 500


def _cited(write: Callable[[Sequence[citations.Citation]], str]) -> Write:
    def written(agreement: Agreement, lessons: Sequence[Shown], language: str) -> bytes:
        return write([citation_of(one, agreement) for one in lessons]).encode()

    return written


def _json(agreement: Agreement, lessons: Sequence[Shown], language: str) -> bytes:
    return tables.json_text(agreement, lessons, language).encode()


FORMATS: Mapping[str, Format] = {
    ExportFormat.PDF: Format("application/pdf", "pdf", book_pdf, long=30),
    ExportFormat.XLSX: Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", tables.xlsx),
    ExportFormat.CSV: Format("application/zip", "csv.zip", tables.csv_zip),
    ExportFormat.JSON: Format("application/json; charset=utf-8", "json", _json),
    ExportFormat.BIBTEX: Format(citations.KINDS["bib"][0], "bib", _cited(citations.bibtex)),
    ExportFormat.RIS: Format(citations.KINDS["ris"][0], "ris", _cited(citations.ris)),
    ExportFormat.CSL: Format(citations.KINDS["json"][0], "csl.json", _cited(citations.csl)),
}


@dataclass(frozen=True)
class Made:
    """A file that was made."""

    content: bytes
    content_type: str
    name: str


def make(agreement: Agreement, lessons: Sequence[Shown], kind: str, language: str) -> Made:
    """Write lessons as shown in a format and a language. Asks the database for themes alone.

    Raises :class:`mou_portal.pdf.RenderError` where a book cannot be set.
    """
    known = FORMATS[kind]
    with override(language):
        content = known.write(agreement, lessons, language)
    return Made(content, known.content_type, f"lessons-{agreement.code}-{language}.{known.ending}")
