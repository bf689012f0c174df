"""From a selection to a file in a format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from django.utils.translation import override

from mou_portal.records import DomainError
from participants.models import Agreement
from pathways.lessons.consent import Shown
from pathways.lessons.exports import citations, refi, tables
from pathways.lessons.exports.book import book_pdf
from pathways.lessons.exports.citing import citation_of
from pathways.lessons.exports.docx_book import docx_of
from pathways.lessons.exports.docx_template import built_in
from pathways.lessons.models import ExportFormat, ReportTemplate

#: ``(agreement, lessons, language) -> content``, with the language active.
Write = Callable[[Agreement, Sequence[Shown], str], bytes]


class NothingToWrite(DomainError):
    """The chosen lessons hold nothing of which the format is made."""


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


def _docx(agreement: Agreement, lessons: Sequence[Shown], language: str) -> bytes:
    return docx_of(template_in_use(), agreement, lessons, language)


def template_in_use() -> bytes:
    """The Word template that staff put in use; the built-in one where there is none, or its file is gone."""
    row = ReportTemplate.objects.select_related("file").filter(in_use=True).first()
    if row is None:
        return built_in()
    try:
        with default_storage.open(row.file.storage_name) as file:
            content: bytes = file.read()
    except FileNotFoundError:
        return built_in()
    return content


def _qdc(agreement: Agreement, lessons: Sequence[Shown], language: str) -> bytes:
    themes = refi.tree_of(theme for theme, _number in tables.themes_of(lessons))
    if not themes:
        raise NothingToWrite(_("None of these lessons has a theme, so there is no codebook to make."))
    return refi.codebook(themes)


def _qdpx(agreement: Agreement, lessons: Sequence[Shown], language: str) -> bytes:
    return refi.project(agreement, lessons, refi.tree_of(theme for theme, _number in tables.themes_of(lessons)))


FORMATS: Mapping[str, Format] = {
    ExportFormat.PDF: Format("application/pdf", "pdf", book_pdf, long=30),
    ExportFormat.DOCX: Format(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", _docx, long=60
    ),
    ExportFormat.XLSX: Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", tables.xlsx),
    ExportFormat.CSV: Format("application/zip", "csv.zip", tables.csv_zip),
    ExportFormat.JSON: Format("application/json; charset=utf-8", "json", _json),
    ExportFormat.BIBTEX: Format(citations.KINDS["bib"][0], "bib", _cited(citations.bibtex)),
    ExportFormat.RIS: Format(citations.KINDS["ris"][0], "ris", _cited(citations.ris)),
    ExportFormat.CSL: Format(citations.KINDS["json"][0], "csl.json", _cited(citations.csl)),
    ExportFormat.REFI_CODEBOOK: Format("application/xml; charset=utf-8", "qdc", _qdc),
    ExportFormat.REFI_PROJECT: Format("application/zip", "qdpx", _qdpx),
}


@dataclass(frozen=True)
class Made:
    """A file that was made."""

    content: bytes
    content_type: str
    name: str


def make(agreement: Agreement, lessons: Sequence[Shown], kind: str, language: str) -> Made:
    """Write lessons as shown in a format and a language. Asks the database for themes alone.

    Raises :class:`mou_portal.pdf.RenderError` where a book cannot be set, :class:`TemplateBroken` where a Word template
    cannot be filled in, :class:`NothingToWrite` where there is nothing.
    """
    known = FORMATS[kind]
    with override(language):
        content = known.write(agreement, lessons, language)
    return Made(content, known.content_type, f"lessons-{agreement.code}-{language}.{known.ending}")
