"""The process in which one report is set: a job as JSON on stdin, the PDF on stdout.

Run by `render.render_pdf_limited` as `python -m mou_portal.pdf.worker`.  Django is not set up.
Ends with 0, `EXIT_MEMORY`, or `EXIT_FAILED` and a message on stderr.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from mou_portal.pdf.render import EXIT_FAILED, EXIT_MEMORY, RenderError, render_pdf

_FORBIDDEN = frozenset({"socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.system"})


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


def main() -> int:
    """Do the job on stdin; return the exit status."""
    job: dict[str, Any] = json.load(sys.stdin.buffer)
    confine(job.pop("memory_bytes"), job.pop("cpu_seconds"))
    # Loading the libraries looks for them with programs such as ldconfig: forbid after that.
    import weasyprint  # noqa: F401  # loaded for its effect

    sys.addaudithook(_forbid)
    made = job.pop("made")
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


if __name__ == "__main__":
    try:
        status = main()
    except (ForbiddenError, RenderError, OSError, ValueError, RecursionError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        status = EXIT_FAILED
    # Leave at once: with little memory left, tidying up may hang or crash.
    sys.stderr.flush()
    os._exit(status)
