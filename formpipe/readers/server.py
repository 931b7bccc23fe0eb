"""The helper process that `child.Reader` starts: it keeps a limited process that reads the files it is sent.

Run as `python -I -m formpipe.readers.server`. Requests come on standard input,
answers go to standard output, as frames of `pipes`. The libraries are loaded
once, here, those for PDFs with the first PDF; what a file does to them ends
with the process that read it.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import select
import sys

from formpipe.readers.container import may_be_pdf
from formpipe.readers.pipes import READY, WALL_S, PipeError, receive, send
from formpipe.readers.worker import MOST_REQUEST, Worker

IDLE_S = 0.5
"""A reading process that is not asked for so long is ended; the next one takes milliseconds."""

_LOOK = 2048  # enough of a request to see what it is
_PDF = "formpipe.readers.pdf"
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


def main() -> None:
    """Say that all is loaded, then answer requests until standard input ends."""
    leave_network()
    gc.freeze()  # what is loaded stays: else each new process copies the pages that a collection touches
    send(sys.stdout.fileno(), READY, timeout_s=WALL_S)
    wall_s = float(sys.argv[1]) if len(sys.argv) > 1 else WALL_S
    serve(sys.stdin.fileno(), sys.stdout.fileno(), wall_s=wall_s)


def serve(source: int, target: int, *, wall_s: float = WALL_S) -> None:
    """Answer the requests on *source* by frames on *target* until *source* ends; a file gets *wall_s* seconds."""
    worker = Worker(wall_s=wall_s)
    try:
        while True:
            if not _is_asked(source):
                worker.end()  # while papers are made its memory is of no use
            data = receive(source, most=MOST_REQUEST, timeout_s=None)
            if may_be_pdf(data[1:_LOOK]) and load_pdf():
                worker.end()  # it is from before
            send(target, worker.answer(data), timeout_s=WALL_S)
    except (PipeError, ImportError):  # the program may have been exchanged under our feet: a new helper will tell
        return
    finally:
        worker.end()


def _is_asked(source: int) -> bool:
    """Wait for a request, and tell whether there is one by then, or will be no more."""
    return bool(select.select([source], [], [], IDLE_S)[0])


def load_pdf() -> bool:
    """Load what reading a PDF takes, half of all there is, and tell whether it was not there before."""
    if _PDF in sys.modules:
        return False
    importlib.import_module(_PDF)
    gc.freeze()
    return True


def leave_network() -> bool:
    """Take this process and its children off the network, and tell whether the system allowed it.

    Nothing here opens a connection; this holds even if a library is taken
    over. Where it is not allowed, the limits of the reading process stand alone.
    """
    if not sys.platform.startswith("linux"):
        return False
    unshare = ctypes.CDLL(None, use_errno=True).unshare  # pragma: no cover - would cut the measured process off
    return bool(unshare(_NEW_NETWORK) == 0 or unshare(_NEW_USER | _NEW_NETWORK) == 0)  # pragma: no cover - see above


if __name__ == "__main__":  # pragma: no cover - its own process, where nothing is measured
    main()
