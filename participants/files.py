"""Private files in and out. Rows that own a file decide who reads it; this module only stores and streams."""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse

from mou_portal.uploads import inspect, small_picture
from participants.models import StoredFile

if TYPE_CHECKING:
    from participants.models import User


def store_upload(*, upload: UploadedFile, user: User) -> StoredFile:
    """Check an upload, write it under a generated ASCII name, then make its row.

    The original name is kept beside it. Raises :class:`mou_portal.uploads.UploadRefused`; then nothing is stored. The
    file is written before the row, so a row never points at nothing; a file without a row is swept by
    ``manage.py sweep_files``.
    """
    name = (upload.name or "file").replace("\\", "/").rsplit("/", 1)[-1][-255:]
    limit = settings.UPLOAD_MAX_BYTES
    content = upload.read(limit + 1)
    kind = inspect(name, content, limit=limit)
    stored = default_storage.save(f"{uuid.uuid4().hex}.{kind.ending}", ContentFile(content))
    return StoredFile.objects.create(
        storage_name=stored,
        original_name=name,
        content_type=kind.content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=user,
    )


def serve(stored: StoredFile) -> FileResponse:
    """Stream a file that the caller has found the person may read: as attachment, sandboxed, never cached.

    Raises ``Http404`` when the file itself is gone from the disk.
    """
    try:
        handle = default_storage.open(stored.storage_name)
    except FileNotFoundError as error:
        raise Http404 from error
    answer = FileResponse(handle, content_type=stored.content_type)
    ending = stored.storage_name.rsplit(".", 1)[-1]
    answer["Content-Disposition"] = (
        f"attachment; filename=\"file-{stored.pk}.{ending}\"; filename*=UTF-8''{quote(stored.original_name, safe='')}"
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


#: The longest side of a picture in a gallery, in pixels: sharp on a phone, a tenth of the weight.
GALLERY_SIDE = 480


def is_picture(stored: StoredFile) -> bool:
    """Whether a stored file can be shown small."""
    return stored.content_type.startswith("image/")


def serve_small(stored: StoredFile) -> HttpResponse:
    """A stored picture made small, for a gallery. Kept by the reader's own browser for some minutes, by nobody else.

    Raises ``Http404`` for other files and when the file itself is gone from the disk.
    """
    if not is_picture(stored):
        raise Http404
    try:
        with default_storage.open(stored.storage_name) as handle:
            answer = HttpResponse(small_picture(handle.read(), GALLERY_SIDE), content_type="image/jpeg")
    except (FileNotFoundError, ValueError) as error:
        raise Http404 from error
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox"
    answer["Cache-Control"] = "private, max-age=600"
    return answer
