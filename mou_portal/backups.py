"""Backup and restore: the database and the private files in one archive, with a list of hashes.

The database is dumped first and the files are taken after it. A file is written before its row and never changed, so
every row of the dump finds its file in the archive, even while people work.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext as _

from mou_portal.records import DomainError

MANIFEST = "manifest.json"
FILES = "files/"


class BackupFault(DomainError):
    """A backup or a restore that cannot be done, with the reason; nothing was changed."""


def make_backup(target: Path) -> dict[str, str]:
    """Write an archive to ``target`` and return its list: name in the archive -> SHA-256.

    The archive appears under its name only when it is whole. Raises :class:`BackupFault`.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    hashes: dict[str, str] = {}
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        dump = Path(scratch) / ("database.sqlite3" if _is_sqlite() else "database.dump")
        _dump(dump)
        unfinished = Path(scratch) / "backup.tar"
        with tarfile.open(unfinished, "w") as archive:
            _add(archive, dump, dump.name, hashes)
            root = Path(settings.PRIVATE_FILES_DIR)
            for path in sorted(root.rglob("*")) if root.exists() else []:
                if path.is_file():
                    _add(archive, path, FILES + path.relative_to(root).as_posix(), hashes)
            about = {"made": timezone.now().isoformat(), "database": dump.name, "sha256": hashes}
            body = json.dumps(about, indent=1).encode()
            entry = tarfile.TarInfo(MANIFEST)
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))
        os.chmod(unfinished, 0o600)
        os.replace(unfinished, target)
    return hashes


def restore_backup(source: Path) -> dict[str, str]:
    """Put an archive's database and files in place on a host that has none yet; return the list of hashes.

    Every part is checked against the list before anything is put in place. Raises :class:`BackupFault` when the
    archive is damaged or of another kind of database, or when this host already holds data.
    """
    with tempfile.TemporaryDirectory(dir=_scratch_place()) as scratch:
        place = Path(scratch)
        about = _unpack(source, place)
        dump = place / about["database"]
        if (dump.suffix == ".sqlite3") != _is_sqlite():
            raise BackupFault(_("The backup is of another kind of database. Set DATABASE_URL to the same kind."))
        root = Path(settings.PRIVATE_FILES_DIR)
        if _has_tables() or (root.exists() and any(root.iterdir())):
            raise BackupFault(
                _("This portal already holds data. Restore into an empty database and an empty folder of files.")
            )
        _load(dump)
        root.mkdir(parents=True, exist_ok=True)
        if (place / "files").exists():
            shutil.copytree(place / "files", root, dirs_exist_ok=True)
    hashes: dict[str, str] = about["sha256"]
    return hashes


def _scratch_place() -> str:
    Path(settings.VAR_DIR).mkdir(parents=True, exist_ok=True)
    return str(settings.VAR_DIR)


def _database() -> dict[str, Any]:
    return dict(connections["default"].settings_dict)


def _is_sqlite() -> bool:
    return connections["default"].vendor == "sqlite"


def _add(archive: tarfile.TarFile, path: Path, name: str, hashes: dict[str, str]) -> None:
    with path.open("rb") as content:
        hashes[name] = hashlib.file_digest(content, "sha256").hexdigest()
    archive.add(path, name, recursive=False)


def _dump(target: Path) -> None:
    if _is_sqlite():
        # VACUUM INTO takes a consistent copy of a database in WAL mode; copying its file would lose what is in the log.
        with connections["default"].cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(target)])
        return
    _run(["pg_dump", "--format=custom", f"--file={target}", *_postgres_place()])


def _load(dump: Path) -> None:
    if _is_sqlite():
        connections["default"].close()
        name = Path(_database()["NAME"])
        name.parent.mkdir(parents=True, exist_ok=True)
        for leftover in (name, Path(f"{name}-wal"), Path(f"{name}-shm")):
            leftover.unlink(missing_ok=True)
        shutil.copyfile(dump, name)
        with closing(sqlite3.connect(name)) as check:
            if check.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                raise BackupFault(_("The restored database is damaged."))
        return
    _run(["pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", *_postgres_place(), str(dump)])


def _postgres_place() -> list[str]:
    database = _database()
    parts = [f"--dbname={database['NAME']}"]
    for key, flag in (("HOST", "--host"), ("PORT", "--port"), ("USER", "--username")):
        if database.get(key):
            parts.append(f"{flag}={database[key]}")
    return parts


def _run(command: list[str]) -> None:
    environment = {**os.environ, "PGPASSWORD": str(_database().get("PASSWORD") or "")}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise BackupFault(
            _("%(program)s is not installed. Install the PostgreSQL client programs of the server's version.")
            % {"program": command[0]}
        ) from error
    if done.returncode:
        raise BackupFault(f"{command[0]}: {done.stderr.strip()[-1000:]}")


def _has_tables() -> bool:
    connection = connections["default"]
    if _is_sqlite() and not Path(_database()["NAME"]).exists():
        return False
    return bool(connection.introspection.table_names())


def _unpack(source: Path, place: Path) -> dict[str, Any]:
    damaged = BackupFault(_("The file is not a whole backup of the portal."))
    try:
        found = set()
        with tarfile.open(source) as archive:
            for part in archive:
                found.add(part.name)
                if not _take(archive, part, place):
                    raise damaged
        about: dict[str, Any] = json.loads((place / MANIFEST).read_text())
        if found != {MANIFEST, *about["sha256"]}:
            raise damaged
        for name, wanted in about["sha256"].items():
            with (place / name).open("rb") as content:
                if hashlib.file_digest(content, "sha256").hexdigest() != wanted:
                    raise damaged
    except (tarfile.TarError, OSError, ValueError, KeyError, TypeError) as error:
        raise damaged from error
    return about


def _take(archive: tarfile.TarFile, part: tarfile.TarInfo, place: Path) -> bool:
    """Write one part below ``place``; ``False`` for anything but a plain file that belongs there.

    By hand, for the Python of Debian 12 (3.11.2) has no ``filter="data"`` yet.
    """
    target = place / part.name
    content = archive.extractfile(part) if part.isreg() else None
    if content is None or ".." in target.parts or not target.is_relative_to(place):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as out:
        shutil.copyfileobj(content, out)
    target.chmod(0o600 | part.mode & 0o644)
    return True
