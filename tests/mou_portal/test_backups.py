"""A backup taken here is restored on an empty host, and everything is equal there."""

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from mou_portal.backups import MANIFEST, BackupFault, make_backup, restore_backup
from tests.factories import make_agreement, make_choice, make_evidence, make_participant, make_update

COUNT = """
import hashlib, json
from django.apps import apps
from django.core.files.storage import default_storage
from participants.models import StoredFile
counts = {m._meta.label: m._default_manager.count() for m in apps.get_models() if m._meta.managed}
files = {}
for row in StoredFile.objects.all():
    files[row.storage_name] = hashlib.sha256(default_storage.open(row.storage_name).read()).hexdigest()
print("RESULT" + json.dumps([counts, files]))
"""


@pytest.fixture
def portal(tmp_path, settings):
    """A small portal with one real file, in folders of its own."""
    settings.PRIVATE_FILES_DIR = tmp_path / "files"
    settings.VAR_DIR = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path / "files"}},
    }
    participant = make_participant(make_agreement())
    make_evidence(make_update(make_choice(participant)))
    return participant


@pytest.fixture
def empty_host(tmp_path):
    """The environment of another host: an empty folder, and an empty database of the same kind."""
    place = tmp_path / "other"
    place.mkdir()
    base = {**os.environ, "DJANGO_SETTINGS_MODULE": "mou_portal.settings", "SECRET_KEY": "k" * 50, "DEBUG": "1"}
    base |= {"VAR_DIR": str(place), "PRIVATE_FILES_DIR": str(place / "files")}
    if connection.vendor == "sqlite":
        yield {**base, "DATABASE_URL": f"sqlite:///{place / 'portal.sqlite3'}"}
        return
    name = f"{connection.settings_dict['NAME']}_restored"
    place_of_test = connection.settings_dict
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    login = f"{place_of_test['USER']}:{place_of_test['PASSWORD'] or ''}@{place_of_test['HOST']}:{place_of_test['PORT']}"
    yield {**base, "DATABASE_URL": f"postgres://{login}/{name}"}
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def there(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py on the other host."""
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)


def state_here() -> list[dict[str, object]]:
    from django.apps import apps

    from participants.models import StoredFile

    counts = {m._meta.label: m._default_manager.count() for m in apps.get_models() if m._meta.managed}
    files = {}
    for row in StoredFile.objects.all():
        with default_storage.open(row.storage_name) as content:
            files[row.storage_name] = hashlib.sha256(content.read()).hexdigest()
    return [counts, files]


@pytest.mark.django_db(transaction=True)
def test_a_backup_restores_whole_on_an_empty_host(portal, empty_host, tmp_path):
    archive = tmp_path / "backup.tar"
    before = state_here()
    make_backup(archive)

    restored = there(empty_host, "restore", str(archive))
    assert restored.returncode == 0, restored.stderr
    asked = there(empty_host, "shell", "-c", COUNT)
    after = json.loads(asked.stdout.split("RESULT", 1)[1])

    assert before[1], "the portal must hold a file, or the test shows nothing"
    assert after == before
    again = there(empty_host, "restore", str(archive))
    assert again.returncode == 1
    assert "Traceback" not in again.stderr


@pytest.mark.django_db(transaction=True)
def test_a_restore_over_data_is_refused(portal, tmp_path):
    archive = tmp_path / "backup.tar"
    make_backup(archive)
    with pytest.raises(BackupFault):
        restore_backup(archive)


def archive_of(parts: dict[str, bytes], about: object) -> bytes:
    """An archive made by hand: parts and a list."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, body in {**parts, MANIFEST: json.dumps(about).encode()}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            tar.addfile(entry, io.BytesIO(body))
    return out.getvalue()


def archive_with_a_link() -> bytes:
    """A whole archive, and a link besides that leads out of it."""
    out = io.BytesIO(WHOLE)
    with tarfile.open(fileobj=out, mode="a") as tar:
        entry = tarfile.TarInfo("files/link")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(entry)
    return out.getvalue()


PARTS = {"database.sqlite3": b"SQLite format 3\0" * 400, "files/a.png": b"\x89PNG" + b"\0" * 9000}
LIST = {
    "database": "database.sqlite3",
    "sha256": {name: hashlib.sha256(body).hexdigest() for name, body in PARTS.items()},
}
WHOLE = archive_of(PARTS, LIST)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(WHOLE[: len(WHOLE) // 2], id="cut-off"),
        pytest.param(b"not an archive", id="another-kind-of-file"),
        pytest.param(WHOLE.replace(b"\x89PNG", b"\x89PNK", 1), id="one-byte-changed"),
        pytest.param(archive_of({"database.sqlite3": b""}, LIST), id="a-part-missing"),
        pytest.param(archive_of({**PARTS, "../escaped.txt": b"x"}, LIST), id="reaches-outside"),
        pytest.param(archive_of({**PARTS, "/tmp/escaped.txt": b"x"}, LIST), id="from-the-root"),  # noqa: S108 — the name of a part
        pytest.param(archive_of({**PARTS, "files/b.png": b"x"}, LIST), id="a-part-that-is-not-listed"),
        pytest.param(archive_with_a_link(), id="a-link"),
        pytest.param(archive_of(PARTS, ["no list"]), id="list-of-another-shape"),
    ],
)
def test_a_damaged_backup_is_refused_before_anything_is_touched(tmp_path, settings, content):
    settings.VAR_DIR = tmp_path / "var"
    settings.PRIVATE_FILES_DIR = tmp_path / "var" / "files"
    archive = tmp_path / "backup.tar"
    archive.write_bytes(content)
    with pytest.raises(BackupFault) as refusal:
        restore_backup(archive)
    assert "not a whole backup" in str(refusal.value) or "สำรอง" in str(refusal.value)
    assert not settings.PRIVATE_FILES_DIR.exists()
    assert not list(tmp_path.rglob("escaped.txt"))
    assert not Path("/tmp/escaped.txt").exists()  # noqa: S108 — as above


def test_the_command_says_what_is_wrong(tmp_path):
    with pytest.raises(CommandError):
        call_command("restore", str(tmp_path / "missing.tar"))
