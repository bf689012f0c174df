"""What every factory stands on: days and a moment, numbers that differ, and files."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter

from participants.files import store_upload
from participants.models import StoredFile, User

SIGNED, ENDS = date(2019, 6, 17), date(2020, 9, 30)
#: A moment within the agreement's period, for columns that say when something was decided.
MOMENT = datetime(2020, 2, 3, 9, 30, tzinfo=UTC)

_serial = count(1)


def next_number() -> int:
    """A number that no row of this process has had, for keys that must differ."""
    return next(_serial)


def png(width: int = 8, height: int = 8) -> bytes:
    """A real PNG picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), (11, 85, 99)).save(out, "PNG")
    return out.getvalue()


def pdf_bytes() -> bytes:
    """A real PDF file of one empty page."""
    out = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


def make_stored_file(user: User, name: str = "ภาพถ่าย.png", content: bytes | None = None) -> StoredFile:
    """A file that went through the portal's own door; a small picture unless told otherwise."""
    return store_upload(upload=SimpleUploadedFile(name, png() if content is None else content), user=user)
