"""Reading in another process under limits: whatever a file does to a library, this process goes on."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from formpipe.errors import SetupError, UnreadableFormError
from formpipe.model import FilledForm, FormMarks, Json
from formpipe.readers.container import check_container
from formpipe.readers.pipes import MOST_ANSWER, READY, WALL_S, PipeError, PipeTimeoutError, receive, send
from formpipe.readers.requests import MARKS, READ, BlankFile, blank_request, print_request
from formpipe.readers.wire import error_from_json, form_from_json, marks_from_json

_MODULE = "formpipe.readers.server"
_MOST_LAYOUTS = 32
_LAYOUTS: dict[str, Json] = {}
"""Layouts of blanks by the checksum of the request for them, oldest first; `None` for one that cannot be measured."""

_PATIENCE_S = 30.0  # the helper gives a file 15 s; beyond this the helper itself hangs


class Reader:
    """A warm helper process that reads one file at a time, each in a process of its own.

    Use it in a `with` block, or call `close`. It is not meant for several
    threads at once. The helper starts with the first file and again after a
    fault; it has no environment, no standard error, and no network where the
    system allows that. A file gets `wall_s` seconds. It needs `fork`, so it does not run on Windows.
    """

    def __init__(self, *, patience_s: float = _PATIENCE_S, wall_s: float = WALL_S) -> None:
        self._patience_s = patience_s
        self._wall_s = wall_s
        self._helper: subprocess.Popen[bytes] | None = None
        self._over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, data: bytes) -> FilledForm:
        """Return what stands on the form in *data*.

        Raises:
            UnreadableFormError: It cannot be read; `code` says why. A crash is `damaged`, a limit `limit`.
            SetupError: The helper cannot be started.
        """
        check_container(data)
        return form_from_json(self._answer(READ + data, "form"))

    def print_marks(self, data: bytes) -> FormMarks:
        """Return what the pages of the PDF *data* say it is a print of.

        Raises:
            UnreadableFormError: See `read`.
        """
        return marks_from_json(self._answer(MARKS + data, "marks"))

    def read_print(self, data: bytes, blanks: Sequence[BlankFile]) -> FilledForm | None:
        """Return what stands on the PDF *data* if it is a print of one of *blanks*, else `None`.

        A blank is measured once in the life of this process; one that cannot be
        measured is left out.

        Raises:
            UnreadableFormError: See `read`.
        """
        layouts = [layout for blank in blanks if (layout := self._layout(blank)) is not None]
        raw = self._answer(print_request(data, layouts), "form") if layouts else None
        return None if raw is None else form_from_json(raw)

    def close(self) -> None:
        """End the helper; the next `read` starts a new one."""
        helper, self._helper = self._helper, None
        if helper is None:
            return
        for pipe in (helper.stdin, helper.stdout):
            if pipe is not None:
                pipe.close()
        _kill(helper)
        helper.wait()

    def stop(self) -> None:
        """Read no more, and end what another thread is reading; that thread learns of it and lets go of the pipes.

        `close` is not for that: the numbers of pipes that are closed under a
        thread may be those of other files by the time it writes to them.
        """
        self._over = True
        helper = self._helper
        if helper is not None and helper.returncode is None:
            _kill(helper)

    def _layout(self, blank: BlankFile) -> Json:
        request = blank_request(blank)
        key = hashlib.sha256(request).hexdigest()
        if key not in _LAYOUTS:
            try:
                layout = self._answer(request, "layout")
            except UnreadableFormError:
                layout = None
            while len(_LAYOUTS) >= _MOST_LAYOUTS:
                _LAYOUTS.pop(next(iter(_LAYOUTS)), None)
            _LAYOUTS[key] = layout
        return _LAYOUTS[key]

    def _answer(self, request: bytes, key: str) -> Json:
        raw = self._ask(request)
        if not isinstance(raw, dict) or key not in raw:
            raise error_from_json(raw.get("error") if isinstance(raw, dict) else None)
        return raw[key]

    def _ask(self, data: bytes, *, again: bool = True) -> Json:
        """Return the answer to *data*; a helper that ends over it gets one successor.

        What a file does ends its own process, never the helper. That ends if
        the program is exchanged or somebody kills it, which is no form's fault.
        """
        source, target = self._pipes()
        try:
            send(source, data, timeout_s=self._patience_s)
            raw: Json = json.loads(receive(target, most=MOST_ANSWER, timeout_s=self._patience_s))
        except PipeTimeoutError:
            self.close()
            raise UnreadableFormError("reading took too long", code="limit") from None
        except (PipeError, ValueError) as error:
            self.close()
            if again and isinstance(error, PipeError):
                return self._ask(data, again=False)
            raise UnreadableFormError("the reading process ended without an answer", code="damaged") from None
        return raw

    def _pipes(self) -> tuple[int, int]:
        """Return the pipes to and from the helper; starts one if there is none or it has ended."""
        if self._helper is None or self._helper.poll() is not None:
            self.close()
            helper = self._helper = None if self._over else _start(self._wall_s)
            if helper is None or self._over:  # `stop` may have come while it started
                self.close()
                raise SetupError("the reading was ended")
            source, target = _handles_of(helper)
            try:
                ready = receive(target, most=len(READY), timeout_s=self._patience_s)
            except PipeError:
                ready = b""
            if ready != READY:
                # else every form would be called damaged for a fault that is ours
                self.close()
                raise SetupError("the reading process does not start", mend="Install formpipe again.")
            return source, target
        return _handles_of(self._helper)


def _start(wall_s: float) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-m", _MODULE, str(wall_s)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            start_new_session=True,
            bufsize=0,
        )
    except OSError as error:
        raise SetupError("the reading process cannot be started", mend="Install formpipe again.") from error


def _kill(helper: subprocess.Popen[bytes]) -> None:
    """Kill the helper and what it started: it is a group of its own, and a reading process in it may be at work."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(helper.pid, signal.SIGKILL)


def _handles_of(helper: subprocess.Popen[bytes]) -> tuple[int, int]:
    if helper.stdin is None or helper.stdout is None:
        raise SetupError("the reading process has no pipes")
    return helper.stdin.fileno(), helper.stdout.fileno()
