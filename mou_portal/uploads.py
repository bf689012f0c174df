"""What may be uploaded: decided by extension, by the first bytes and by decoding, all three."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from mou_portal.records import DomainError

MAX_PIXELS = 50_000_000
MAX_PARTS = 2_000
MAX_UNPACKED = 200 * 1024 * 1024


class UploadRefused(DomainError):
    """A file that is not accepted; the sentence names the file, the reason and what to do."""


@dataclass(frozen=True)
class Kind:
    """An accepted kind of file: its ending, its media type, and how its first bytes begin."""

    ending: str
    content_type: str
    magic: bytes


_OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = {
    "pdf": Kind("pdf", "application/pdf", b"%PDF-"),
    "png": Kind("png", "image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": Kind("jpg", "image/jpeg", b"\xff\xd8\xff"),
    "jpeg": Kind("jpg", "image/jpeg", b"\xff\xd8\xff"),
    "webp": Kind("webp", "image/webp", b"RIFF"),
    "docx": Kind("docx", _OFFICE + "wordprocessingml.document", b"PK\x03\x04"),
    "xlsx": Kind("xlsx", _OFFICE + "spreadsheetml.sheet", b"PK\x03\x04"),
    "pptx": Kind("pptx", _OFFICE + "presentationml.presentation", b"PK\x03\x04"),
}
ACCEPT = ",".join(f".{ending}" for ending in KINDS)
_MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
_PICTURE = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP"}


def inspect(name: str, content: bytes, *, limit: int) -> Kind:
    """Return the kind of a file, or raise :class:`UploadRefused`.

    ``limit`` is the largest size in bytes. The content is opened far enough to know that it is what its ending says:
    pictures are decoded, PDF files are parsed for their pages, office files are looked at in their directory.
    """
    kind = KINDS.get(PurePath(name).suffix.lower().lstrip("."))
    if kind is None:
        raise UploadRefused(
            _("“%(name)s” is of a kind that is not accepted. Send PDF, PNG, JPEG, WebP, DOCX, XLSX or PPTX.")
            % {"name": name}
        )
    if not content:
        raise UploadRefused(_("“%(name)s” is empty.") % {"name": name})
    if len(content) > limit:
        raise UploadRefused(
            _("“%(name)s” is too large: %(size)d MB, at most %(limit)d MB.")
            % {"name": name, "size": -(-len(content) // 2**20), "limit": limit // 2**20}
        )
    damaged = UploadRefused(
        _("“%(name)s” is damaged or is not what its ending says. Open it, save it again and send it anew.")
        % {"name": name}
    )
    if not content.startswith(kind.magic):
        raise damaged
    if kind.ending in _PICTURE:
        _check_picture(name, content, kind, damaged)
    elif kind.ending == "pdf":
        _check_pdf(content, damaged)
    else:
        _check_office(name, content, kind, damaged)
    return kind


@contextmanager
def _whole_pictures_only() -> Iterator[None]:
    """Refuse pictures that are cut off, also in a process where the PDF library has told Pillow to accept them."""
    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _check_picture(name: str, content: bytes, kind: Kind, damaged: UploadRefused) -> None:
    try:
        with _whole_pictures_only(), Image.open(io.BytesIO(content), formats=[_PICTURE[kind.ending]]) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise UploadRefused(_("“%(name)s” has too many pixels (at most 50 million).") % {"name": name})
            picture.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise damaged from error


def _check_pdf(content: bytes, damaged: UploadRefused) -> None:
    try:
        if len(PdfReader(io.BytesIO(content)).pages) < 1:
            raise damaged
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise damaged from error


def _check_office(name: str, content: bytes, kind: Kind, damaged: UploadRefused) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = {entry.filename.lower() for entry in entries}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise damaged from error
    if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise UploadRefused(_("“%(name)s” is too large when unpacked.") % {"name": name})
    if any("vbaproject" in part or "/activex/" in part for part in names):
        raise UploadRefused(_("“%(name)s” contains macros. Save it without macros and send it anew.") % {"name": name})
    if _MAIN_PART[kind.ending] not in names or "[content_types].xml" not in names:
        raise damaged


def small_picture(content: bytes, side: int) -> bytes:
    """A stored picture as JPEG of at most ``side`` pixels a side, upright, without what the camera wrote about itself.

    Raises ``ValueError`` for what is no picture that was accepted here.
    """
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content), formats=list(dict.fromkeys(_PICTURE.values()))) as picture:
            picture.draft("RGB", (side, side))  # a large JPEG is decoded small at once
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((side, side))
            seen = upright.convert("RGBA")
            flat = Image.new("RGB", seen.size, "white")
            flat.paste(seen, mask=seen.getchannel("A"))
            flat.save(out, "JPEG", quality=80)
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError("not a picture") from error
    return out.getvalue()
