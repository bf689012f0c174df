"""A process that stands ready with WeasyPrint and the fonts loaded, and forks another for each report.

Loading them takes seconds, setting a page a tenth of that: so they are loaded once, here, and every report still has
a process of its own, which starts from this clean one. A press has none of its portal's environment (no secrets), and
ends by itself when the portal's process is gone. Django is not set up.

Run by :mod:`mou_portal.pdf.limited` as ``python -m mou_portal.pdf.press SOCKET FONT_DIR``. On the socket come sockets,
one for each report; on that the job goes in and the outcome comes back: exit status, messages, PDF.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any, NoReturn

from mou_portal.pdf.render import render_pdf
from mou_portal.pdf.wire import EXIT_TIMEOUT, receive, send
from mou_portal.pdf.worker import run
from mou_portal.room import with_room


def warm_up(font_dir: Path) -> None:
    """Load everything that a report needs, by setting a small one."""
    render_pdf("<h1>น้ำ 1</h1><table><tr><td>a</table>", title="-", author="-", language="th", font_dir=font_dir)


def keep(request: socket.socket) -> NoReturn:
    """Have one report set in a process of its own and send back how it ended; end it when its time is over.

    It is also ended when whoever asked is gone.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        job: dict[str, Any] = json.loads(receive(request))
        with tempfile.TemporaryFile() as pdf, tempfile.TemporaryFile() as messages:
            status = _set(job, request, pdf.fileno(), messages.fileno())
            pdf.seek(0)
            messages.seek(0)
            send(request, str(status).encode(), messages.read(100_000), pdf.read() if status == 0 else b"")
    except (EOFError, OSError):
        os._exit(1)  # nobody waits for the answer any more
    os._exit(0)


def _set(job: dict[str, Any], request: socket.socket, pdf: int, messages: int) -> int:
    """The exit status of the process that sets the report; negative: the signal that ended it."""
    seconds = job.pop("wall_seconds")
    worker = os.fork()
    if worker == 0:
        os.dup2(pdf, 1)
        os.dup2(messages, 2)
        request.close()
        run(job)
    ended = os.pidfd_open(worker)
    asked = request.fileno()
    ready, _writable, _failed = select.select([ended, asked], [], [], seconds)
    os.close(ended)
    if not ready or asked in ready:
        os.kill(worker, signal.SIGKILL)
    _pid, how = os.waitpid(worker, 0)
    return os.waitstatus_to_exitcode(how) if ready else EXIT_TIMEOUT


def main(control: socket.socket, font_dir: Path, *, warm: bool) -> None:
    """Fork a keeper for each socket that comes, until the portal's process is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the portal; its end is ours
    if warm:
        warm_up(font_dir)
        if len(os.listdir("/proc/self/task")) > 1:
            # A thread of a library would be missing in what is forked, and waited for there for ever. Begin anew, cold.
            again = [sys.executable, "-m", "mou_portal.pdf.press", *sys.argv[1:3], "cold"]
            os.execv(sys.executable, again)  # noqa: S606 — no shell is wanted: our own words, this very program
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers are not waited for
    while True:
        message, descriptors, _flags, _address = socket.recv_fds(control, 1, 1)
        if not message:
            return
        if os.fork() == 0:
            control.close()
            keep(socket.socket(fileno=descriptors[0]))
        os.close(descriptors[0])


if __name__ == "__main__":
    with_room(main, socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2]), warm=sys.argv[3:] != ["cold"])
