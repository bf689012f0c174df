"""What tests and the report walk ask of a PDF: its text in four readers, its conformance, its marks.

Development only: the readers are not installed where the portal runs.
"""

from __future__ import annotations

import io
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any


def _poppler(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)  # noqa: S607  # where poppler stands differs by system
    return done.stdout.decode()


def _pdfium(pdf: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    pages = []
    for page in document:
        text = page.get_textpage()
        pages.append(text.get_text_range())
        text.close()
        page.close()
    document.close()
    return "\n".join(pages)


def _pypdf(pdf: bytes) -> str:
    import pypdf

    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def _mupdf(pdf: bytes) -> str:
    import pymupdf

    with pymupdf.open(stream=pdf, filetype="pdf") as document:
        return "\n".join(page.get_text() for page in document)


ENGINES: dict[str, Callable[[bytes], str]] = {
    "poppler": _poppler,
    "pdfium": _pdfium,
    "pypdf": _pypdf,
    "mupdf": _mupdf,
}


def extract_text(pdf: bytes, engine: str) -> str:
    """Text of `pdf` as the reader `engine` (a key of `ENGINES`) copies it."""
    return ENGINES[engine](pdf)


def without_white_space(text: str) -> str:
    """`text` without any white space: line breaks and gaps are the reader's own choice."""
    return "".join(text.split())


def same_text(one: str, other: str) -> bool:
    """Whether two texts are equal, white space aside."""
    return without_white_space(one) == without_white_space(other)


def holds_text(whole: str, part: str) -> bool:
    """Whether `whole` holds `part` in one piece, white space aside."""
    return without_white_space(part) in without_white_space(whole)


def accessibility_findings(pdf: bytes) -> list[str]:
    """Errors and warnings of `outloud` for PDF/UA-1; empty when there are none."""
    import outloud

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.pdf"
        path.write_bytes(pdf)
        result = outloud.check(str(path))
    if result.error:
        return [result.error]
    return [
        f"{finding.rule}: {finding.message}" for finding in result.findings if finding.severity in {"error", "warning"}
    ]


def structure(pdf: bytes) -> dict[str, Any]:
    """What the file says of itself: `tagged`, `language`, `title`, `author`, `created`, `parts`, `fonts`."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        root = document.Root
        kinds: set[str] = set()
        fonts: set[str] = set()
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary):
                if item.get("/Type") == "/StructElem":
                    kinds.add(str(item.S)[1:])
                if item.get("/Type") == "/Font" and "/ToUnicode" in item:
                    fonts.add(str(item.BaseFont).partition("+")[2])
        return {
            "tagged": "/StructTreeRoot" in root and bool(root.MarkInfo.Marked),
            "language": str(root.get("/Lang", "")),
            "title": str(document.docinfo.get("/Title", "")),
            "author": str(document.docinfo.get("/Author", "")),
            "created": str(document.docinfo.get("/CreationDate", "")),
            "parts": kinds,
            "fonts": fonts,
            "metadata": root.Metadata.read_bytes().decode() if "/Metadata" in root else "",
        }
