"""What the watcher of the server is told: alive, ready, or not ready and why."""

import json
import os
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_a_portal_that_works_says_so_to_everybody(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_not_ready_where_files_cannot_be_written(client: Client, settings: Settings, tmp_path: Path) -> None:
    blocked = tmp_path / "a-file-where-a-folder-should-be"
    blocked.write_text("")
    settings.PRIVATE_FILES_DIR = blocked
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"database": True, "files": False})
    assert stat.S_ISREG(blocked.stat().st_mode)
    settings.PRIVATE_FILES_DIR = tmp_path / "files"
    assert client.get("/readyz").status_code == 200  # it recovers by itself


ASK = """
import json, time, django
django.setup()
from django.test import Client
answers = {}
for page in ("/livez", "/readyz"):
    began = time.monotonic()
    answers[page] = (Client().get(page).status_code, time.monotonic() - began)
for language in ("th", "en"):
    visitor = Client(raise_request_exception=False)
    visitor.cookies["django_language"] = visitor.cookies["language"] = language
    answer = visitor.post("/accounts/login/", {"login": "a@example.org", "password": "x"})
    answers[language] = (answer.status_code, answer.headers.get("Retry-After"), answer.content.decode())
print(json.dumps(answers))
"""


def test_without_its_database_it_lives_and_is_not_ready(tmp_path: Path) -> None:
    with socket.socket() as taken:  # a port at which nobody listens
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", ASK],
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "mou_portal.settings_test",
                "DATABASE_URL": f"postgres://portal:x@127.0.0.1:{port}/portal",
                "VAR_DIR": str(tmp_path),
            },
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout.splitlines()[-1])
    assert answers["/livez"][0] == 200
    status, seconds = answers["/readyz"]
    assert status == 503
    assert seconds <= 5
    for language, words in {"th": "ระบบเข้าถึงข้อมูลไม่ได้ชั่วคราว", "en": "The portal cannot reach its data"}.items():
        status, again, page = answers[language]
        assert (status, again) == (503, "30")
        assert words in page
    assert time.monotonic() - began < 60
