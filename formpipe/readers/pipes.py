"""Frames on a pipe: a length, then that many bytes."""

from __future__ import annotations

import contextlib
import os
import select
import struct
import time

from formpipe.formats.zip_read import MIB

MOST_ANSWER = 8 * MIB
WALL_S = 15.0
"""So long the reading of a file may take."""

READY = b"ready"
"""The first frame of the helper: without it the helper never started."""

_LENGTH = struct.Struct("<Q")
_CHUNK = 1 << 16


class PipeError(Exception):
    """The other side is gone, too slow, or sends more than agreed."""


class PipeTimeoutError(PipeError):
    """The other side is too slow."""


def send(handle: int, body: bytes, *, timeout_s: float) -> None:
    """Write *body* as one frame.

    Raises:
        PipeError: The other side does not take it (`PipeTimeoutError`: in time).
    """
    deadline = time.monotonic() + timeout_s
    os.set_blocking(handle, False)
    view = memoryview(_LENGTH.pack(len(body)) + body)
    while view:
        _wait(handle, deadline, write=True)
        try:
            with contextlib.suppress(BlockingIOError):  # some systems call a nearly full pipe ready
                view = view[os.write(handle, view[:_CHUNK]) :]
        except OSError:
            raise PipeError("the other side is gone") from None


def receive(handle: int, *, most: int, timeout_s: float | None) -> bytes:
    """Return the next frame.

    Raises:
        PipeError: The other side ended, or the frame is longer than *most* bytes.
        PipeTimeoutError: It did not come whole within *timeout_s* (`None`: wait for ever).
    """
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    (length,) = _LENGTH.unpack(_exactly(handle, _LENGTH.size, deadline))
    if length > most:
        raise PipeError("the answer is too long")
    return _exactly(handle, length, deadline)


def _exactly(handle: int, count: int, deadline: float | None) -> bytes:
    pieces = bytearray()
    while len(pieces) < count:
        if deadline is not None:
            _wait(handle, deadline, write=False)
        piece = os.read(handle, min(_CHUNK, count - len(pieces)))
        if not piece:
            raise PipeError("the other side is gone")
        pieces += piece
    return bytes(pieces)


def _wait(handle: int, deadline: float, *, write: bool) -> None:
    left = deadline - time.monotonic()
    ready = select.select([] if write else [handle], [handle] if write else [], [], max(0.0, left))
    if not any(ready):
        raise PipeTimeoutError("the other side is too slow")
