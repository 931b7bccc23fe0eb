"""A process that does the work of a run beside it: `python -I -m formpipe.pipeline.maker`.

It is told on standard input who asks, what all work has in common, then one
piece after the other, and answers each on standard output, as frames of
`pipes`: pickled, for both ends are the same program, and nobody else can reach
the pipe. It ends when standard input does, and at once if the program was
exchanged by another version since the run began: what is pickled is taken
apart by its order.
"""

from __future__ import annotations

import pickle
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from formpipe.pipeline.works import MOST, PATIENCE_S, PROGRAM, Shared
from formpipe.readers.pipes import PipeError, receive, send

_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


def end_with_parent() -> bool:
    """Let the system kill this process when what started it ends, and tell whether it will.

    The end of standard input tells a process that reads it, not one that hangs over a piece of work.
    """
    if not sys.platform.startswith("linux"):
        return False
    import ctypes  # noqa: PLC0415  # of no use elsewhere

    return bool(ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL) == 0)


def serve(source: int, target: int) -> None:
    """Do what is asked for on *source* until it ends; the answer to what fails is `None`, and it is done elsewhere."""
    with suppress(PipeError):  # whoever asked is gone
        if receive(source, most=MOST, timeout_s=None) != PROGRAM:
            return
        shared = pickle.loads(receive(source, most=MOST, timeout_s=None))  # noqa: S301  # see above
        while True:
            work, given = pickle.loads(receive(source, most=MOST, timeout_s=None))  # noqa: S301
            send(target, pickle.dumps(_made(work, shared, given)), timeout_s=PATIENCE_S)


def _made(work: Callable[[Shared, Any], Any], shared: Shared, given: Any) -> Any:  # noqa: ANN401  # whatever it is
    try:
        return work(shared, given)
    except Exception:  # noqa: BLE001 - whatever it is, the run does it again and tells it
        return None


if __name__ == "__main__":
    end_with_parent()
    serve(sys.stdin.fileno(), sys.stdout.fileno())
