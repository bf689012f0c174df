"""Turn a report's HTML into PDF, in this process and without limits.

For reports with anything that people typed there is `mou_portal.pdf.limited`. Django is not needed: templates are
rendered by the caller, and the HTML is a string here.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mou_portal.pdf.fonts import pdf_fonts
from mou_portal.pdf.furniture import leave_out_furniture
from mou_portal.pdf.header_scope import write_header_scope
from mou_portal.pdf.links import print_links
from mou_portal.pdf.text_map import write_text_map

if TYPE_CHECKING:
    from weasyprint.text.fonts import FontConfiguration

PROJECT_DIR = Path(__file__).resolve().parents[2]
STYLE_SHEETS: tuple[Path, ...] = (PROJECT_DIR / "static" / "css" / "pdf.css",)

Variant = Literal["pdf/ua-1", "pdf/a-3a"]
ACCESSIBLE: Variant = "pdf/ua-1"
ARCHIVE: Variant = "pdf/a-3a"
"""Archive copies are produced as PDF/A-3a; no validator has certified them."""

RenderErrorCode = Literal["timeout", "memory", "failed"]


class RenderError(Exception):
    """A report could not be set.

    `code` is `timeout` (took longer than allowed), `memory` (needed more than allowed) or `failed`
    (anything else).  The message is for the log, not for readers.
    """

    def __init__(self, code: RenderErrorCode, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code: RenderErrorCode = code
        self.detail = detail


_fontconfig_lock = threading.Lock()


@contextmanager
def _only_our_fonts(font_folder: Path) -> Iterator[None]:
    """Point fontconfig at the derived fonts alone while its set-up is read.

    A report then looks the same on every machine.  The variable is put back at once: programs that
    this process starts find the system's fonts.
    """
    with _fontconfig_lock:
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = str(font_folder / "fonts.conf")
        try:
            yield
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


@lru_cache(maxsize=4)
def _font_configuration(font_folder: Path) -> FontConfiguration:
    """Font set-up of this process.  Safe to share: the fetcher lets no report add a font."""
    with _only_our_fonts(font_folder):
        from weasyprint.text.fonts import FontConfiguration

        return FontConfiguration()


# WeasyPrint lets go of a set-up through its modules, which may be gone when the interpreter ends.
atexit.register(_font_configuration.cache_clear)


def _finish(document: Any, pdf: Any) -> None:
    """What is put right in a PDF before it is written."""
    write_text_map(document, pdf)
    write_header_scope(document, pdf)
    print_links(document, pdf)
    leave_out_furniture(document, pdf)


def render_pdf(
    html: str,
    *,
    title: str,
    author: str,
    language: str,
    variant: Variant = ACCESSIBLE,
    stylesheets: Sequence[Path] = STYLE_SHEETS,
    files: Mapping[str, Path] | None = None,
    made: datetime | None = None,
    font_dir: Path | None = None,
) -> bytes:
    """Set `html` as a tagged PDF whose text can be searched and copied; return the file.

    `title`, `author` and `language` (BCP 47, `th` or `en`) become the document's own, whatever the
    HTML says.  `files` are addresses that the HTML may load besides `data:` pictures.  `made` is the
    moment of making (an aware time); without it the file carries none.  The same arguments give the
    same bytes.

    Raises ValueError for an empty title, author or language (PDF/UA needs them) and `RenderError`
    for HTML that asks for a refused address where WeasyPrint cannot go on without it.  Runs in this
    process without limits.
    """
    for name, value in (("title", title), ("author", author), ("language", language)):
        if not value.strip():
            raise ValueError(f"a PDF needs a {name}")
    fonts = _font_configuration(pdf_fonts(font_dir))
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetchingError

    from mou_portal.pdf.fetcher import PortalFetcher

    fetcher = PortalFetcher(files)
    try:
        source = HTML(string=html, url_fetcher=fetcher)
        source.etree_element.set("lang", language)
        sheets = [
            CSS(string=path.read_text(encoding="utf-8"), url_fetcher=fetcher, font_config=fonts) for path in stylesheets
        ]
        document = source.render(font_config=fonts, stylesheets=sheets, pdf_variant=variant)
        metadata = document.metadata
        metadata.title = title
        metadata.authors = [author]
        metadata.lang = language
        metadata.created = made.isoformat(timespec="seconds") if made else None
        metadata.modified = None
        # <link rel=attachment> would embed a file.
        metadata.attachments = []
        pdf: bytes = document.write_pdf(finisher=_finish, pdf_variant=variant, pdf_identifier=True)
    except URLFetchingError as error:
        raise RenderError("failed", str(error)) from error
    return pdf
