"""The service: in this process with a clock of our own, and once as the real command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from make_forms import forms_of, load_case
from roots import NOW, Root

from formpipe import durable
from formpipe.errors import FormpipeError, SetupError, StorageError, UnreadableFormError
from formpipe.model import FilledForm
from formpipe.pipeline import run as running
from formpipe.pipeline.render import render_owed
from formpipe.pipeline.run import RunResult
from formpipe.readers.read import read
from formpipe.runner import watch as service
from formpipe.runner.status import Status
from formpipe.runner.watch import Stop, WatchRequest, watch
from formpipe.settings import load_settings

_INTAKE = forms_of(load_case("new"))[0]
_FORMPIPE = Path(sys.executable).with_name("formpipe")
_SLOW = b"%PDF-1.7 takes its time %%EOF"


class Readers:
    """Reads in this process; what is marked as slow takes too long for a first look."""

    def __init__(self, *, first: bool) -> None:
        self._first = first

    def read(self, data: bytes) -> FilledForm:
        if data.startswith(_SLOW) and self._first:
            raise UnreadableFormError("reading took too long", code="limit")
        return read(data)


class Days:
    """A service that lives through *polls* polls, two seconds each, and what it told."""

    def __init__(self, root: Root, polls: int) -> None:
        self.root = root
        self.told: list[RunResult | FormpipeError] = []
        self.lines: list[str] = []
        self._left = polls
        self._at = 0.0
        self.stop = Stop()
        self.between: dict[int, Callable[[], object]] = {}
        self._polls = polls

    def monotonic(self) -> float:
        self._at += 2.0
        number = self._polls - self._left
        self._left -= 1
        self.between.get(number, lambda: None)()
        if self._left < 0:
            self.stop.set()
        return self._at

    def tell(self, result: RunResult | FormpipeError, status: Status) -> None:
        self.told.append(result)
        self.lines.append(status.line())

    def live(self) -> dict[str, Any]:
        """Let the service live and return its last status."""
        request = WatchRequest(poll_s=0.0, pdf=False)
        clock = lambda: datetime.fromisoformat(NOW)  # noqa: E731 - one fixed moment
        settings = load_settings(self.root.path)
        watch(settings, clock, request, self.stop, tell=self.tell, monotonic=self.monotonic)
        return dict(json.loads((self.root.path / "archive" / "status.json").read_text(encoding="utf-8")))


@pytest.fixture
def days(root: Root, monkeypatch: pytest.MonkeyPatch) -> Days:
    @contextmanager
    def opened(_jobs: int, *, wall_s: float = 15.0) -> Iterator[Readers]:
        yield Readers(first=wall_s == service.FIRST_LOOK_S)

    monkeypatch.setattr(service, "open_readers", opened)
    return Days(root, 8)


def outcomes(days: Days) -> list[str]:
    """Return the outcomes in the order they were told."""
    results = [each for each in days.told if isinstance(each, RunResult)]
    return [type(outcome).__name__ for each in results for outcome in each.outcomes]


def test_a_file_at_rest_is_taken_and_the_status_says_so(days: Days) -> None:
    days.root.drop("Aufnahme Muster.docx", days.root.filled(_INTAKE))
    status = days.live()
    assert outcomes(days) == ["Accepted"]
    assert days.root.files("inbox") == {}
    assert (status["state"], status["counts"], status["waiting"], status["trouble"]) == (
        "stopped",
        {"accepted": 1},
        0,
        None,
    )
    assert days.lines == ["watching: 1 accepted; 0 waiting, 0 put off, 3 PDFs owed"]
    assert (days.root.path / "archive" / "status.json").stat().st_mode & 0o777 == 0o600
    assert days.root.command("verify", "--json").rows[0]["sealed"]


def test_slow_files_go_behind_fresh_ones_that_come_later(days: Days) -> None:
    for number in range(7):
        days.root.drop(f"{number}.pdf", _SLOW + bytes([number]) + b"%%EOF")
    days.between[5] = lambda: days.root.drop("gut.docx", days.root.filled(_INTAKE))
    days._left = days._polls = 20
    status = days.live()
    assert outcomes(days).index("Accepted") < 6
    assert status["counts"] == {"accepted": 1, "rejected": 7}
    assert status["slow"] == 0


def test_a_form_that_is_open_in_a_program_waits_and_is_counted(days: Days) -> None:
    days.root.drop("gut.docx", days.root.filled(_INTAKE))
    days.root.drop("~$gut.docx", b"Muster")
    at = datetime.fromisoformat(days.root.now).timestamp()
    os.utime(days.root.path / "inbox" / "~$gut.docx", (at, at))
    status = days.live()
    assert days.told == []
    assert (status["waiting"], status["counts"]) == (1, {})


def test_an_incomplete_file_waits_and_is_counted(days: Days) -> None:
    days.root.drop("halb.pdf", b"%PDF-1.7 half")
    status = days.live()
    assert days.told == []
    assert (status["waiting"], status["counts"]) == (1, {})
    assert status["oldest_waiting_s"] > 0


def test_trouble_is_told_once_and_the_service_goes_on_by_itself(days: Days) -> None:
    inbox, away = days.root.path / "inbox", days.root.path / "weg"
    days.root.drop("a.docx", days.root.filled(_INTAKE))
    days.between[1] = lambda: inbox.rename(away)
    days.between[6] = lambda: away.rename(inbox)
    days._left = days._polls = 14
    status = days.live()
    troubles = [each for each in days.told if isinstance(each, FormpipeError)]
    assert [each.what for each in troubles] == ["the inbox is gone"]
    assert outcomes(days) == ["Accepted"]
    assert status["trouble"] is None
    assert days.lines[0] == "trouble: nothing taken in yet; 1 waiting, 0 put off, 0 PDFs owed; the inbox is gone"


@pytest.mark.parametrize("error", [StorageError("the disk is full"), OSError(28, "full"), SetupError("no process")])
def test_what_was_claimed_before_the_trouble_is_taken_as_soon_as_it_is_over(
    days: Days, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Not only by the full look five minutes later, and the trouble is not over while nothing has been tried."""

    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(running, "render_owed", refuse)
    days.between[9] = lambda: monkeypatch.setattr(running, "render_owed", render_owed)
    days.root.drop("a.docx", days.root.filled(_INTAKE))
    days._left = days._polls = 14
    days.live()
    assert outcomes(days) == ["Accepted"]
    assert len([each for each in days.told if isinstance(each, FormpipeError)]) == 1
    assert days.root.files("inbox") == {}


def test_a_file_that_cannot_be_moved_is_told_once_and_holds_up_no_other(
    days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = durable.move_file

    def refuse(source: Path, target: Path) -> None:
        if source.name == "offen.docx":
            raise StorageError("a file cannot be moved here", where=target.parent.parent)
        move(source, target)

    monkeypatch.setattr("formpipe.inbox.move_file", refuse)
    days.root.drop("gut.docx", days.root.filled(_INTAKE))
    days.root.drop("offen.docx", days.root.filled(_INTAKE, changed={"person.family_name": "Anders"}))
    days._left = days._polls = 20
    days.live()
    assert outcomes(days) == ["Accepted"]
    assert len(days.told) == 1
    assert "offen.docx" in days.root.files("inbox")


def test_what_an_earlier_run_left_is_taken_at_the_start(days: Days) -> None:
    claim = days.root.path / "inbox" / ".formpipe" / ("a" * 32)
    claim.mkdir(parents=True)
    (claim / "Muster.docx").write_bytes(days.root.filled(_INTAKE))
    days.live()
    assert outcomes(days) == ["Accepted"]


def test_a_second_service_is_told_and_leaves(days: Days) -> None:
    answers = []
    days.between[2] = lambda: answers.append(days.root.run())
    days.live()
    (second,) = answers
    assert second.exit_code == 5
    assert "another run is at work" in second.err


def test_the_command_takes_files_and_ends_on_sigterm(root: Root) -> None:
    (root.path / "formpipe.toml").open("a", encoding="utf-8").close()
    toml = root.path / "formpipe.toml"
    toml.write_text("settle_s = 0.2\n" + toml.read_text(encoding="utf-8"), encoding="utf-8")
    command = [str(_FORMPIPE), "watch", "-C", str(root.path), "--poll", "0.2", "--no-pdf", "--format", "json"]
    environment = {**os.environ, "FORMPIPE_NOW": NOW}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        try:
            root.drop("Aufnahme Muster.docx", root.filled(_INTAKE))
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            asked = time.monotonic()
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=20)
        finally:
            process.kill()
    assert time.monotonic() - asked < 10
    assert process.returncode == 0
    assert told["outcome"] == "accepted"
    assert b"Muster" not in err
    assert root.files("inbox") == {}
    assert (root.path / "archive" / "lock").read_bytes() == b""
