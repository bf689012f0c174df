"""What the portal and its press say to each other: parts with their lengths, and how a report ended."""

from __future__ import annotations

import socket
import struct

EXIT_FAILED = 1
EXIT_MEMORY = 3
#: Never the setting process's own: its keeper's, when the time was over.
EXIT_TIMEOUT = 4

_LENGTH = struct.Struct("!Q")


def send(where: socket.socket, *parts: bytes) -> None:
    """Send parts, each after its length."""
    for part in parts:
        where.sendall(_LENGTH.pack(len(part)) + part)


def receive(where: socket.socket) -> bytes:
    """Receive one part. Raises ``EOFError`` when the other side is gone before its end."""
    (length,) = _LENGTH.unpack(_exactly(where, _LENGTH.size))
    return _exactly(where, length)


def _exactly(where: socket.socket, length: int) -> bytes:
    pieces, missing = [], length
    while missing:
        piece = where.recv(min(missing, 1 << 20))
        if not piece:
            raise EOFError
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)
