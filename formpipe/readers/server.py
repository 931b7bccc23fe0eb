"""The helper process that `child.Reader` starts: it forks a limited process for each file that it is sent.

Run as `python -I -m formpipe.readers.server`. Requests come on standard input,
answers go to standard output, as frames of `pipes`. The libraries are loaded
once, here; what a file does to them ends with its own process.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path

from formpipe.errors import UnreadableFormError
from formpipe.formats.zip_read import MIB
from formpipe.readers.pipes import MOST_ANSWER, READY, PipeError, PipeTimeoutError, receive, send
from formpipe.readers.read import read
from formpipe.readers.wire import error_to_json, form_to_json

MOST_REQUEST = 32 * MIB
WALL_S = 15.0
CPU_S = 10
MEMORY = 512 * MIB
_FILES = 32
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_LIMIT = {"code": "limit", "message": "reading took more time or memory than a form needs"}
_CRASH = {"code": "damaged", "message": "the reading process ended without an answer"}


def main() -> None:
    """Say that all is loaded, then answer requests until standard input ends."""
    leave_network()
    send(sys.stdout.fileno(), READY, timeout_s=WALL_S)
    serve(sys.stdin.fileno(), sys.stdout.fileno())


def serve(source: int, target: int, *, wall_s: float = WALL_S) -> None:
    """Answer the requests on *source* by frames on *target* until *source* ends."""
    while True:
        try:
            data = receive(source, most=MOST_REQUEST, timeout_s=None)
            send(target, answered(data, wall_s=wall_s), timeout_s=wall_s)
        except PipeError:
            return


def answered(data: bytes, *, wall_s: float = WALL_S) -> bytes:
    """Return what a process of its own, under limits, makes of *data*; a process that dies gives an error."""
    inner, outer = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - runs in the forked process, where nothing is measured
        os.close(inner)
        _run_child(data, outer)
    os.close(outer)
    reason = _CRASH
    body = b""
    try:
        body = receive(inner, most=MOST_ANSWER, timeout_s=wall_s)
    except PipeTimeoutError:
        reason = _LIMIT
    except PipeError:
        pass  # the way it ended says why
    finally:
        os.close(inner)
        os.kill(child, signal.SIGKILL)  # not yet waited for, so the number is still this child's
        _, status = os.waitpid(child, 0)
    if body:
        return body
    return _refused(_LIMIT if reason is _LIMIT or _hit_limit(status) else _CRASH)


def answer(data: bytes) -> bytes:
    """Return the form in *data*, or why it could not be read, as JSON."""
    try:
        return json.dumps({"form": form_to_json(read(data))}).encode("ascii")
    except UnreadableFormError as error:
        return _refused(error_to_json(error))
    except (MemoryError, RecursionError):
        return _refused(_LIMIT)
    except Exception:  # noqa: BLE001 - whatever a library raises, this file cannot be read
        return _refused(_CRASH)


def leave_network() -> bool:
    """Take this process and its children off the network, and tell whether the system allowed it.

    Nothing here opens a connection; this holds even if a library is taken
    over. Where it is not allowed, the limits below stand alone.
    """
    if not sys.platform.startswith("linux"):
        return False
    unshare = ctypes.CDLL(None, use_errno=True).unshare  # pragma: no cover - would cut the measured process off
    return bool(unshare(_NEW_NETWORK) == 0 or unshare(_NEW_USER | _NEW_NETWORK) == 0)  # pragma: no cover - see above


def set_limits(*, cpu_s: int = CPU_S, memory: int = MEMORY) -> None:
    """Limit this process for good: *memory* bytes above what it has now, *cpu_s* seconds from now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (spent + cpu_s, spent + cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_AS, (_mapped() + memory,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _mapped() -> int:
    """Return how much address space this process has, in bytes; `0` where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _run_child(data: bytes, handle: int) -> None:  # pragma: no cover - see `answered`
    """Answer for one file and end, whatever happens; never returns."""
    try:
        null = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1):  # the helper's own pipes are no business of a file's
            os.dup2(null, standard)
        set_limits()
        send(handle, answer(data), timeout_s=WALL_S)
    finally:
        os._exit(0)


def _hit_limit(status: int) -> bool:
    """Tell whether the kernel ended the process for its use of time or memory."""
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) in {signal.SIGXCPU, signal.SIGKILL}


def _refused(error: object) -> bytes:
    return json.dumps({"error": error}).encode("ascii")


if __name__ == "__main__":  # pragma: no cover - its own process, where nothing is measured
    main()
