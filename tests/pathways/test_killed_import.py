"""An import that is killed at any moment has written all of its rows or none, and run again it doubles nothing.

IMPORT_ROWS=5000 IMPORT_KILLS=20 is the whole trial; by default a small one.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests import factories as make
from tests.misfortunes import ask, database_url, finish, start
from tests.pathways.conftest import build_cast

ROWS = int(os.environ.get("IMPORT_ROWS", "60"))
KILLS = int(os.environ.get("IMPORT_KILLS", "2"))

IMPORT = """
import sys, tablib
from participants.models import User
from pathways.resources import MilestoneResource
head = ("agreement", "participant", "pathway", "title", "due_on", "weight", "done_on")
rows = [("kpi-smart-city-2", "krabi-town", 1, f"ขั้นที่ {n}", "31/3/2563", 1, "") for n in range(int(sys.argv[2]))]
sheet = tablib.Dataset(*rows, headers=head)
print("ready", flush=True)
resource, dry = MilestoneResource(user=User.objects.get(pk=sys.argv[1])), sys.argv[3] == "dry"
done = resource.import_data(sheet, dry_run=dry, raise_errors=True)
print(done.totals["new"], done.totals["skip"])
"""
ROWS_AND_HISTORY = ("SELECT count(*) FROM pathways_milestone", "SELECT count(*) FROM pathways_historicalmilestone")
CLEAR = ("DELETE FROM pathways_historicalmilestone", "DELETE FROM pathways_milestone")


@pytest.mark.long(15)
@pytest.mark.django_db(transaction=True)
def test_an_import_killed_anywhere_is_whole_or_nothing(within_the_period: None, tmp_path: Path, capsys: Any) -> None:
    cast = build_cast()
    make.make_choice(cast.town, by=cast.alice)
    url, dice = database_url(tmp_path), random.Random(2562)

    def begin(how: str = "in earnest") -> tuple[subprocess.Popen[str], float]:
        program = start(IMPORT, tmp_path, url, str(cast.staff.pk), str(ROWS), how)
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        return program, time.perf_counter()

    def counted(*then: str) -> tuple[int, int]:
        (rows,), (kept,) = ask(tmp_path, *ROWS_AND_HISTORY, *then)
        return int(rows), int(kept)

    program, began = begin("dry")
    assert finish(program).split() == [str(ROWS), "0"]
    took, outcomes = time.perf_counter() - began, []
    assert counted() == (0, 0)
    for _number in range(KILLS):
        program, began = begin()
        time.sleep(dice.uniform(0, took))
        program.kill()
        program.communicate()
        outcomes.append(counted(*CLEAR))
        assert outcomes[-1] in ((0, 0), (ROWS, ROWS)), "all or nothing, history with it"
    for says in ([str(ROWS), "0"], ["0", str(ROWS)]):  # run again, and once more
        program, began = begin()
        assert finish(program).split() == says
        assert counted() == (ROWS, ROWS)
    with capsys.disabled():
        if KILLS >= 20:
            print(f"\n{KILLS} kills in an import of {ROWS} rows that takes {took:.1f} s: {sorted(outcomes)}")  # noqa: T201 — the trial's figures
