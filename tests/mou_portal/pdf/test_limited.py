"""The press: no secrets in it, another when it is gone, reports side by side, and none outlives who asked for it."""

from __future__ import annotations

import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from mou_portal.pdf import RenderError, render_pdf_limited
from mou_portal.pdf.limited import Press, press_of
from mou_portal.pdf.wire import receive, send

GIVEN = {"title": "ทดสอบ", "author": "สถาบันพระปกเกล้า", "language": "th"}
ENDLESS = "<table>" + "<tr><td>น้ำ<td>1,234.50" * 60_000


def set_one(font_dir: Path, html: str = "<p>การนำ", **limits: Any) -> bytes:
    return render_pdf_limited(html, **GIVEN, font_dir=font_dir, **limits)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def ask(press: Press) -> socket.socket:
    """A socket on which the press waits for a job."""
    ours, theirs = socket.socketpair()
    with theirs:
        socket.send_fds(press._control, [b"j"], [theirs.fileno()])
    return ours


def test_the_press_knows_nothing_of_the_portals_environment(monkeypatch: pytest.MonkeyPatch, font_dir: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", "canary-in-the-environment")
    press = Press(font_dir.resolve())
    try:
        assert b"canary" not in Path(f"/proc/{press._process.pid}/environ").read_bytes()
    finally:
        press.close()


def test_reports_share_a_press_and_each_has_its_own_process(font_dir: Path) -> None:
    set_one(font_dir)
    press = press_of(font_dir.resolve())
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda number: set_one(font_dir, f"<p>รายงานที่ {number}"), range(4)))
    assert all(pdf.startswith(b"%PDF-") for pdf in made)
    assert len(set(made)) == 4
    assert press_of(font_dir.resolve()) is press


def test_a_press_that_was_killed_is_followed_by_another(font_dir: Path) -> None:
    set_one(font_dir)
    before = press_of(font_dir.resolve())
    os.kill(before._process.pid, signal.SIGKILL)
    assert set_one(font_dir).startswith(b"%PDF-")
    assert press_of(font_dir.resolve()) is not before


def test_one_report_that_ends_badly_harms_no_other(font_dir: Path) -> None:
    set_one(font_dir)
    press = press_of(font_dir.resolve())
    with pytest.raises(RenderError) as caught:
        set_one(font_dir, ENDLESS, wall_seconds=1)
    assert caught.value.code == "timeout"
    assert set_one(font_dir).startswith(b"%PDF-")
    assert press_of(font_dir.resolve()) is press


def test_a_report_nobody_waits_for_is_ended(font_dir: Path) -> None:
    set_one(font_dir)
    press = press_of(font_dir.resolve())
    with ask(press) as incomplete:
        send(incomplete, b'{"wall_seconds": 60, "memory_bytes": 1000000000, "cpu_seconds": 60}')
        status, messages, _pdf = receive(incomplete), receive(incomplete), receive(incomplete)
        assert (status, messages[:8]) == (b"1", b"KeyError")  # parts are missing: it fails, and says so
    with ask(press):
        pass  # gone before the job was even told
    until = time.monotonic() + 20
    while children(press._process.pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert children(press._process.pid) == []


def test_a_forked_process_starts_a_press_of_its_own(font_dir: Path) -> None:
    set_one(font_dir)
    mine = press_of(font_dir.resolve())
    child = os.fork()
    if child == 0:  # whatever happens here, this process must not go on with the tests
        try:
            own = press_of(font_dir.resolve())
            fine = own is not mine and own._process.pid != mine._process.pid
            own.close()
            os._exit(0 if fine else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert not mine.gone
