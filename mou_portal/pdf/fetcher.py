"""What a report may load while it is set: pictures within the text, and named files of the portal."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote_to_bytes

from weasyprint.urls import URLFetcher, URLFetcherResponse

logger = logging.getLogger(__name__)

MAX_DATA_LENGTH = 8 * 1024 * 1024
"""Longest `data:` address that is read, in characters."""

# Media type → how such a file begins.  WeasyPrint guesses by content, so the content is checked: a
# "PNG" that is really SVG or PostScript never reaches a decoder.
PICTURES: dict[str, tuple[bytes, ...]] = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
}

FILE_TYPES = {
    ".css": "text/css",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".svg": "image/svg+xml",
}


class FetchRefusedError(ValueError):
    """An address that reports may not load; WeasyPrint goes on without it."""


class PortalFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Fetcher that knows no network and no file system.

    `files` maps whole addresses (such as `portal:img/seal.png`) to files; only an address that is a
    key, letter by letter, is read.  Besides these, `data:` pictures of `PICTURES` are decoded.
    Everything else raises `FetchRefusedError`.
    """

    def __init__(self, files: Mapping[str, Path] | None = None) -> None:
        super().__init__(allowed_protocols=("data", "portal"), allow_redirects=False)
        # The handlers of the base class reach the network and the disk: without them a call that
        # slipped past `fetch` could not either.
        self.handlers.clear()
        self.handle_open.clear()
        self._files = dict(files or {})
        self.refused = 0

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Return the content of an allowed address.  Raises `FetchRefusedError` for any other."""
        if url in self._files:
            path = self._files[url]
            return _response(url, FILE_TYPES[path.suffix], path.read_bytes())
        if url[:5].lower() == "data:" and len(url) <= MAX_DATA_LENGTH:
            media_type, content = _decoded(url)
            if content.startswith(PICTURES.get(media_type, ())):
                return _response(url, media_type, content)
        self.refused += 1
        # The address may carry what somebody typed: only its scheme goes to the log.
        scheme = url.split(":", 1)[0][:12] if ":" in url else "relative"
        logger.warning("A report asked for an address that is not allowed (%r).", scheme)
        raise FetchRefusedError("address not allowed in a report")

    def open(self, fullurl: object, data: object = None, timeout: object = None) -> object:
        """Answer as `fetch`: a request object is judged by its address."""
        return self.fetch(getattr(fullurl, "full_url", None) or str(fullurl))


def _decoded(url: str) -> tuple[str, bytes]:
    """Split a `data:` address into media type and content; both empty when it is malformed."""
    head, comma, body = url[5:].partition(",")
    if not comma:
        return "", b""
    media_type, *parameters = [part.strip().lower() for part in head.split(";")]
    content = unquote_to_bytes(body)
    if "base64" in parameters:
        try:
            content = base64.b64decode(content, validate=True)
        except binascii.Error:
            return "", b""
    return media_type, content


def _response(url: str, media_type: str, content: bytes) -> URLFetcherResponse:
    headers = EmailMessage()
    headers["Content-Type"] = media_type
    return URLFetcherResponse(url, content, headers)
