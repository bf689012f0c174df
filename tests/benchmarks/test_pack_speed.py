"""A report pack of 13 local governments, against the same reports set one after the other.

Run alone: pytest -m benchmark tests/benchmarks/test_pack_speed.py -s
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from mou_portal import packs
from mou_portal.report_pages import document_of, pdf_of
from mou_portal.report_store import find, keep
from participants.models import PackState
from tests import factories as make
from tests.world import build_world

PARTIES = 13
MOST = 0.6
ROUNDS = 3
#: What staff ask for most: what a party has done, clause by clause, and how it stands in all.
REPORTS = ["participant-summary", "clause-fulfilment"]


def serial(pieces: list[packs.Piece], language: str) -> float:
    """Seconds of setting every report one after the other, into an empty store."""
    started = time.perf_counter()
    for piece in pieces:
        document = document_of(piece.report, piece.participant, language)
        assert find(document.digest) is None
        keep(document.digest, pdf_of(document))
    return time.perf_counter() - started


@pytest.mark.benchmark
@pytest.mark.django_db
def test_a_pack_of_13_parties(settings: Any, tmp_path: Path, capsys: Any) -> None:
    settings.REPORT_SECONDS = 120
    world = build_world(parties=PARTIES)
    settings.REPORT_STORE_DIR = tmp_path / "warm"
    one = packs.pieces_of(make.make_report_pack(world.agreement, world.programme, report_names=REPORTS, language="th"))
    pdf_of(document_of(one[0].report, one[0].participant, "th"))  # the press stands ready: neither pays for its start
    alone, together = [], []
    for turn in range(ROUNDS):
        pack = make.make_report_pack(world.agreement, world.programme, report_names=REPORTS, language="th")
        settings.REPORT_STORE_DIR = tmp_path / f"serial-{turn}"
        alone.append(serial(packs.pieces_of(pack), "th"))
        settings.REPORT_STORE_DIR = tmp_path / f"pack-{turn}"
        started = time.perf_counter()
        tally = packs.make_pack(pack)
        together.append(time.perf_counter() - started)
        assert pack.state == PackState.READY
        assert (tally.made, tally.found) == (len(one), 0)
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    ratio = min(together) / min(alone)
    with capsys.disabled():
        print(
            f"\n{len(one)} reports of {PARTIES} parties on {cores} cores (load {load:.1f}): one after the other "
            f"{min(alone):.1f} s, as a pack {min(together):.1f} s, ratio {ratio:.2f} (at most {MOST})"
        )
    assert ratio <= MOST
