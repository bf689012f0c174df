"""Other processes on the test's database: what the trials of misfortunes kill, stop and restore."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections


def database_url(place: Path) -> str:
    """Where another process finds the test's rows: PostgreSQL itself, or a copy of SQLite's database in memory."""
    told = connections["default"].settings_dict
    if connection.vendor == "postgresql":
        login = f"{told['USER']}:{told['PASSWORD'] or ''}@{told['HOST']}:{told['PORT']}"
        return f"postgres://{login}/{told['NAME']}"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(place / "portal.sqlite3")])
    return f"sqlite:///{place / 'portal.sqlite3'}"


def ask(place: Path, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements on the database of the other processes; give the first row of each that has any."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            return [row for one in statements if (row := _first(cursor, one))]
    with closing(sqlite3.connect(place / "portal.sqlite3")) as portal, portal:
        return [row for one in statements if (row := _first(portal.cursor(), one))]


def _first(cursor: Any, statement: str) -> tuple[Any, ...] | None:
    cursor.execute(statement)
    row: tuple[Any, ...] | None = cursor.fetchone() if cursor.description else None
    return row


def start(code: str, place: Path, url: str, *words: str) -> subprocess.Popen[str]:
    """Begin a Python program with Django set up, as a portal whose folders lie in ``place``."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "mou_portal.settings_test", "DATABASE_URL": url}
    environment |= {"VAR_DIR": str(place), "PRIVATE_FILES_DIR": str(place / "files")}
    command = [sys.executable, "-c", "import django; django.setup()\n" + code, *words]
    return subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True)


def finish(program: subprocess.Popen[str]) -> str:
    """What a program said until its end, which must be a good one."""
    said, _errors = program.communicate(timeout=600)
    assert program.returncode == 0, said
    return said
