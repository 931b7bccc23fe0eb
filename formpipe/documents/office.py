"""LibreOffice as a program: where it is, what it is allowed, and how it is ended."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

_PROGRAMS = ("soffice", "libreoffice")
_USUAL_PLACES = (
    Path("/usr/lib/libreoffice/program/soffice"),
    Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
    Path("C:/Program Files/LibreOffice/program/soffice.exe"),
)
_BRIDGE_PYTHONS = (Path("/usr/bin/python3"), Path("/Applications/LibreOffice.app/Contents/Resources/python"))
_SECURITY = "/org.openoffice.Office.Common/Security/Scripting"
_HARDENED = (
    (_SECURITY, "MacroSecurityLevel", "3"),
    (_SECURITY, "DisableMacrosExecution", "true"),
    (_SECURITY, "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Office.Common/Misc", "FirstRun", "false"),
)
_PROBE_S = 10


def office_program() -> Path | None:
    """Return LibreOffice's program, or `None` if this machine has none."""
    for name in _PROGRAMS:
        found = shutil.which(name)
        if found:
            return Path(found)
    return next((place for place in _USUAL_PLACES if place.is_file()), None)


@cache
def bridge_python() -> Path | None:
    """Return the interpreter that has LibreOffice's UNO bridge, or `None` if there is none."""
    for python in _BRIDGE_PYTHONS:
        if python.is_file():
            probe = subprocess.run([python, "-c", "import uno"], capture_output=True, check=False, timeout=_PROBE_S)
            if probe.returncode == 0:
                return python
    return None


@contextmanager
def fresh_room(work: Path) -> Iterator[Path]:
    """Give a fresh folder with a hardened profile: a profile that a killed LibreOffice left is not to be trusted."""
    with tempfile.TemporaryDirectory(dir=work, ignore_cleanup_errors=True) as name:
        room = Path(name)
        for each in ("in", "out", "home", "profile/user"):
            (room / each).mkdir(parents=True)
        (room / "profile/user/registrymodifications.xcu").write_text(_settings(), encoding="utf-8")
        yield room


def _settings() -> str:
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _HARDENED
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>"
    )


def environment_of(room: Path) -> Mapping[str, str]:
    """Return the environment of a LibreOffice that lives in *room*: our own, with a home of its own."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**ours, "HOME": str(room / "home"), "TMPDIR": str(room / "home"), "SAL_USE_VCLPLUGIN": "svp"}


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End the call's whole process group: soffice is a script, the program itself its grandchild."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@cache
def without_network() -> tuple[str, ...]:
    """Return the words before a command that take its network away, none where this machine does not permit it."""
    unshare = shutil.which("unshare")
    for words in (("-n",), ("-r", "-n")):
        if unshare is None:
            break
        probe = subprocess.run([unshare, *words, "true"], capture_output=True, check=False, timeout=_PROBE_S)
        if probe.returncode == 0:
            return (unshare, *words)
    return ()
