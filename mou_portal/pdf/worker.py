"""The process in which one report is set: forked from the press, confined, gone afterwards.

Ends with 0 and the PDF on stdout, or with `EXIT_MEMORY`, or `EXIT_FAILED` and a message on stderr.
"""

from __future__ import annotations

import os
import resource
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from mou_portal.pdf.render import render_pdf
from mou_portal.pdf.wire import EXIT_FAILED, EXIT_MEMORY

_FORBIDDEN = frozenset(
    {"socket.connect", "socket.bind", "socket.getaddrinfo"}
    | {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty"}
)


class ForbiddenError(BaseException):
    """A report tried to reach out of its process.  Not an Exception: no library may swallow it."""


def _forbid(event: str, arguments: tuple[object, ...]) -> None:
    if event in _FORBIDDEN:
        raise ForbiddenError(event)


def confine(memory_bytes: int, cpu_seconds: int) -> None:
    """Set the limits of this process and close the ways out of it.  There is no way back.

    Memory counts address space.  The processor limit ends the process should its parent be gone.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def set_report(job: dict[str, Any]) -> int:
    """Do the job, with the PDF on stdout; return the exit status."""
    confine(job["memory_bytes"], job["cpu_seconds"])
    sys.addaudithook(_forbid)
    made = job["made"]
    try:
        pdf = render_pdf(
            job["html"],
            title=job["title"],
            author=job["author"],
            language=job["language"],
            variant=job["variant"],
            stylesheets=[Path(path) for path in job["stylesheets"]],
            files={url: Path(path) for url, path in job["files"].items()},
            made=datetime.fromisoformat(made) if made else None,
            font_dir=Path(job["font_dir"]),
        )
    except MemoryError:
        sys.stderr.write("out of memory\n")
        return EXIT_MEMORY
    sys.stdout.buffer.write(pdf)
    sys.stdout.buffer.flush()
    return 0


def run(job: dict[str, Any]) -> NoReturn:
    """Do the job and end this process, whatever happens."""
    status = EXIT_FAILED
    try:
        status = set_report(job)
    except BaseException as error:  # noqa: BLE001 — a forked process must never go back into the press's loop
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    finally:
        # Leave at once: with little memory left, tidying up may hang or crash.
        sys.stderr.flush()
        os._exit(status)
