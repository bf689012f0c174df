"""Set a report in a process of its own, under limits of time and memory: for anything that people typed.

The portal's side of the press (:mod:`mou_portal.pdf.press`): it is started when it is first needed, and another one
when it is gone.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from mou_portal.pdf.fonts import default_font_dir, pdf_fonts
from mou_portal.pdf.render import (
    ACCESSIBLE,
    PROJECT_DIR,
    STYLE_SHEETS,
    RenderError,
    RenderErrorCode,
    Variant,
)
from mou_portal.pdf.wire import EXIT_MEMORY, EXIT_TIMEOUT, receive, send

logger = logging.getLogger(__name__)

WALL_SECONDS = 20.0
MEMORY_BYTES = 512 * 1024 * 1024

#: How much longer than a report's own time the portal waits for word of it: the press may be starting.
PATIENCE_SECONDS = 30.0


class PressGoneError(Exception):
    """The press ended before it gave an answer."""


class Press:
    """One press, for one folder of fonts, of this process."""

    def __init__(self, font_dir: Path) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mou_portal.pdf.press", str(theirs.fileno()), str(font_dir)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd=PROJECT_DIR,
                env=press_environment(),
            )
        self._control = ours
        self._one_at_a_time = threading.Lock()

    @property
    def gone(self) -> bool:
        """Whether it ended."""
        return self._process.poll() is not None

    def set(self, job: dict[str, Any]) -> tuple[int, str, bytes]:
        """Have a report set; give exit status, messages and the PDF. Raises :class:`PressGoneError`."""
        ours, theirs = socket.socketpair()
        with ours:
            try:
                with theirs, self._one_at_a_time:
                    socket.send_fds(self._control, [b"j"], [theirs.fileno()])
                ours.settimeout(job["wall_seconds"] + PATIENCE_SECONDS)
                send(ours, json.dumps(job).encode())
                status, messages, pdf = receive(ours), receive(ours), receive(ours)
            except (EOFError, OSError) as error:
                raise PressGoneError(str(error)) from error
        return int(status), messages.decode(errors="replace").strip(), pdf

    def close(self) -> None:
        """End the press: without its socket it goes by itself."""
        self._control.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def forget(self) -> None:
        """In a process that was forked: the press stays the parent's."""
        self._control.close()
        self._process.returncode = 0


_presses: dict[Path, Press] = {}
_lock = threading.Lock()


def press_of(font_dir: Path) -> Press:
    """The press of this process for that folder, started when there is none. Raises ``OSError``."""
    with _lock:
        press = _presses.get(font_dir)
        if press is None or press.gone:
            if press is not None:
                press.close()
            press = _presses[font_dir] = Press(font_dir)
        return press


def set_report(job: dict[str, Any], font_dir: Path) -> tuple[int, str, bytes]:
    """Set a report on this process's press; once more on another one when it was gone.

    Raises ``OSError`` when no process can be had and :class:`PressGoneError` when both were gone.
    """
    try:
        return press_of(font_dir).set(job)
    except PressGoneError:
        with _lock:
            press = _presses.pop(font_dir, None)
            if press is not None:
                press.close()
        return press_of(font_dir).set(job)


def press_environment() -> dict[str, str]:
    """What a press gets of the environment: nothing of the portal's own."""
    kept = ("PATH", "TMPDIR", "LD_LIBRARY_PATH")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    return environment | {"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


def _close_all() -> None:
    while _presses:
        _presses.popitem()[1].close()


def _forget_all() -> None:
    global _lock
    _lock = threading.Lock()
    while _presses:
        _presses.popitem()[1].forget()


atexit.register(_close_all)
os.register_at_fork(after_in_child=_forget_all)


def render_pdf_limited(
    html: str,
    *,
    title: str,
    author: str,
    language: str,
    variant: Variant = ACCESSIBLE,
    stylesheets: Sequence[Path] = STYLE_SHEETS,
    files: Mapping[str, Path] | None = None,
    made: datetime | None = None,
    font_dir: Path | None = None,
    wall_seconds: float = WALL_SECONDS,
    memory_bytes: int = MEMORY_BYTES,
) -> bytes:
    """As `render_pdf`, in a process of its own that may take `wall_seconds` and `memory_bytes`.

    The process gets none of this one's environment (no secrets), opens no socket and starts no
    program.  Raises `RenderError`.
    """
    font_dir = font_dir or default_font_dir()
    # Made here, where there is time: the first report on a machine would else run into the limit.
    try:
        pdf_fonts(font_dir)
    except OSError as error:
        raise RenderError("failed", f"fonts: {error}") from error
    job = {
        "memory_bytes": memory_bytes,
        "cpu_seconds": int(wall_seconds) + 5,
        "wall_seconds": wall_seconds,
        "html": html,
        "title": title,
        "author": author,
        "language": language,
        "variant": variant,
        "stylesheets": [str(path) for path in stylesheets],
        "files": {url: str(path) for url, path in (files or {}).items()},
        "made": made.isoformat() if made else None,
        "font_dir": str(font_dir.resolve()),
    }
    try:
        status, messages, pdf = set_report(job, font_dir.resolve())
    except (OSError, PressGoneError) as error:
        raise RenderError("failed", f"no process: {error}") from error
    if status == 0 and pdf.startswith(b"%PDF-"):
        if messages:
            logger.warning("While setting %r: %s", title, messages[:2000])
        return pdf
    if status == EXIT_TIMEOUT:
        raise RenderError("timeout", f"longer than {wall_seconds:g} s")
    raise RenderError(_reason(status, messages), messages[-2000:])


def _reason(code: int, messages: str) -> RenderErrorCode:
    """Why the process ended, from its exit status and what it said."""
    if code == -signal.SIGXCPU:
        return "timeout"
    # The kernel ends a process that is out of memory with SIGKILL; GLib ends itself with SIGTRAP or
    # SIGABRT when an allocation fails, and says so.
    if code in (EXIT_MEMORY, -signal.SIGKILL):
        return "memory"
    if code in (-signal.SIGTRAP, -signal.SIGABRT, -signal.SIGSEGV) and (
        "alloc" in messages or "memory" in messages.lower()
    ):
        return "memory"
    return "failed"
