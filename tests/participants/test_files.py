"""Private files: in by one door that looks at them, out only through a row, never run in a browser."""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.http import Http404
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from mou_portal.uploads import UploadRefused
from participants.files import serve, store_upload
from participants.models import PartyDocument, StoredFile
from tests import factories as make

pytestmark = pytest.mark.django_db


def upload(name: str, content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, make.png() if content is None else content)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("ภาพถ่ายสถานี.png", "ภาพถ่ายสถานี.png"),
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\Users\\x\\photo.png", "photo.png"),
        ("a" * 400 + ".png", "a" * 251 + ".png"),
        ("x\r\nSet-Cookie: a=b.png", None),
    ],
    ids=["Thai", "path", "Windows path", "long", "line break"],
)
def test_the_name_is_kept_beside_the_file_never_on_the_disk(sent: str, kept: str | None) -> None:
    one = upload("x.png")
    one.__dict__["_name"] = sent  # as it stands in a request, before Django looks at it
    stored = store_upload(upload=one, user=make.make_user())
    assert re.fullmatch(r"[0-9a-f]{32}\.png", stored.storage_name)
    if kept is not None:
        assert stored.original_name == kept
    answer = serve(stored)
    assert "\r" not in answer["Content-Disposition"]
    assert "\n" not in answer["Content-Disposition"]
    answer.close()


def test_a_refused_file_leaves_nothing() -> None:
    before = len(default_storage.listdir("")[1])
    with pytest.raises(UploadRefused):
        store_upload(upload=upload("page.html", b"<script>alert(1)</script>"), user=make.make_user())
    assert not StoredFile.objects.exists()
    assert len(default_storage.listdir("")[1]) == before


def test_the_limit_holds_and_no_more_than_it_is_read(settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 50
    with pytest.raises(UploadRefused):
        store_upload(upload=upload("photo.png"), user=make.make_user())


def test_a_file_comes_back_as_it_went_in_as_a_sandboxed_attachment() -> None:
    content = make.png(40, 30)
    answer = serve(make.make_stored_file(make.make_user(), "ภาพ.png", content))
    assert b"".join(answer) == content
    answer.close()
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%E0%B8%A0" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox"
    assert answer["Cache-Control"] == "private, no-store"


def test_the_wire_adds_nothing_that_would_loosen_it(client: Client) -> None:
    party = make.make_participant()
    document = make.make_document(party.agreement, make.make_staff(), participant=party)
    client.force_login(make.make_coordinator(party))
    answer = client.get(reverse("participants:document-download", args=[document.pk]))
    assert answer["Content-Security-Policy"] == "sandbox"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Cache-Control"] == "private, no-store"
    b"".join(answer)
    answer.close()


def test_there_is_no_way_to_a_file_past_its_row(client: Client) -> None:
    stored = make.make_stored_file(make.make_user())
    client.force_login(make.make_admin())
    for path in (f"/media/{stored.storage_name}", f"/static/{stored.storage_name}", f"/files/{stored.storage_name}"):
        assert client.get(path).status_code == 404


def test_a_file_that_is_gone_from_the_disk_is_not_there() -> None:
    stored = make.make_stored_file(make.make_user())
    default_storage.delete(stored.storage_name)
    with pytest.raises(Http404):
        serve(stored)


def test_a_document_without_a_file_has_none(client: Client) -> None:
    party = make.make_participant()
    document = PartyDocument.objects.create(
        agreement=party.agreement, participant=party, kind="minutes", title="รายงาน"
    )
    client.force_login(make.make_coordinator(party))
    assert client.get(reverse("participants:document-download", args=[document.pk])).status_code == 404


def test_orphans_are_swept_and_nothing_else(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = make.make_stored_file(make.make_user())
    old = default_storage.save("0" * 32 + ".png", ContentFile(b"x"))
    young = default_storage.save("1" * 32 + ".png", ContentFile(b"x"))
    for name in (old, kept.storage_name):
        path = Path(default_storage.path(name))
        long_ago = path.stat().st_mtime - timedelta(days=2).total_seconds()
        os.utime(path, (long_ago, long_ago))
    call_command("sweep_files")
    assert not default_storage.exists(old)
    assert default_storage.exists(young)
    assert default_storage.exists(kept.storage_name)
