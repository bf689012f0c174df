"""A backup taken while people write restores on an empty host: each row with its file, nothing of before missing.

BACKUP_ROUNDS=10 is the whole trial.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from tests import factories as make
from tests.misfortunes import database_url, finish, start

# the other host's empty database: see the backups' own test
from tests.mou_portal.test_backups import empty_host, there  # noqa: F401 — a fixture

ROUNDS = int(os.environ.get("BACKUP_ROUNDS", "1"))

WRITE = """
import itertools, sys
from django.db import transaction
from participants.models import Agreement, User
from tests import factories as make
agreement, user = Agreement.objects.get(), User.objects.get(pk=sys.argv[1])
for number in itertools.count():
    with transaction.atomic():
        file = make.make_stored_file(user, f"{number}.pdf", make.pdf_bytes() + b"\\n%" + str(number).encode())
        make.make_document(agreement, user, title=str(number), file=file)
    print(number, flush=True)
"""
LOOK = """
import hashlib, json
from django.core.files.storage import default_storage
from participants.models import PartyDocument
found = sorted(PartyDocument.objects.select_related("file"), key=lambda one: int(one.title))
read = {one.pk: default_storage.open(one.file.storage_name).read() for one in found}
whole = all(hashlib.sha256(read[one.pk]).hexdigest() == one.file.sha256 for one in found)
in_order = [int(one.title) for one in found] == list(range(len(found)))
print("RESULT" + json.dumps([in_order, len(found), whole, PartyDocument.history.count()]))
"""
BACKUP = "import sys\nfrom django.core.management import call_command\ncall_command('backup', sys.argv[1])\n"


@pytest.mark.long(10)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_backup_under_writes_is_whole(empty_host: Any, tmp_path: Path, capsys: Any, turn: int) -> None:  # noqa: F811 — the fixture
    user = make.make_staff()
    make.make_agreement()
    (tmp_path / "here").mkdir()
    url = database_url(tmp_path / "here")
    writer = start(WRITE, tmp_path / "here", url, str(user.pk))
    assert writer.stdout is not None
    before = 0
    while before < 5 + turn:
        before = int(writer.stdout.readline())
    began = time.perf_counter()
    finish(start(BACKUP, tmp_path / "here", url, str(tmp_path / "backup.tar")))
    took = time.perf_counter() - began
    writer.kill()
    after = before + writer.communicate()[0].count("\n") + 1  # one may have been written and not yet been told
    assert there(empty_host, "restore", str(tmp_path / "backup.tar")).returncode == 0
    in_order, rows, whole, kept = json.loads(there(empty_host, "shell", "-c", LOOK).stdout.split("RESULT")[1])
    assert (in_order, whole, kept) == (True, True, rows)
    assert before + 1 <= rows <= after + 1
    if ROUNDS > 1:
        with capsys.disabled():
            print(f"\nbacked up in {took:.1f} s while {after - before} were written: {rows} rows there")  # noqa: T201 — figures
