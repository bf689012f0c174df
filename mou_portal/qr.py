"""QR codes for pages and PDFs. Imports no app."""

from __future__ import annotations

import io
from base64 import b64encode
from functools import lru_cache

import segno

#: Modules of white around a code: four, as readers expect of a sheet or a screen; two on paper, which is white anyway.
QUIET_ZONE, QUIET_ON_PAPER = 4, 2


@lru_cache(maxsize=1024)
def qr_png(text: str, *, scale: int = 6, border: int = QUIET_ZONE) -> bytes:
    """A QR code as PNG, ``scale`` pixels a module, robust enough for a worn sheet (15 % may be gone).

    Drawing takes longer than many a page, and the same few addresses come again with every download: they are kept.
    """
    image = io.BytesIO()
    segno.make(text, error="m", micro=False).save(image, kind="png", scale=scale, border=border)
    return image.getvalue()


def qr_data(text: str, *, scale: int = 6, border: int = QUIET_ZONE) -> str:
    """The same as a ``data:`` address, which a page and a PDF hold themselves."""
    return "data:image/png;base64," + b64encode(qr_png(text, scale=scale, border=border)).decode()
