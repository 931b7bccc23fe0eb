"""Stands in for LibreOffice's warm worker, and misbehaves with the document called "bad" as it is told.

Usage: python stub_office.py MODE GOOD.pdf NOTES PROFILE PIPE
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

LONG_S = 60


def main(mode: str, good: str, notes: str, profile: str, _pipe: str) -> None:
    """Serve like the real worker."""
    with Path(notes).open("a", encoding="utf-8") as file:
        file.write(f"start {Path(profile).is_dir()} {os.environ['HOME'] != notes}\n")
    if mode == "never starts":
        time.sleep(LONG_S)
    if mode == "dies at the start":
        sys.exit(1)
    _say({"memory_kb": 1000})
    for line in sys.stdin:
        target = Path(json.loads(line)["target"])
        if target.stem == "bad":
            _misbehave(mode, target, notes)
        else:
            shutil.copy(good, target)
        _say({"failed": "", "memory_kb": 900_000 if mode == "grows" else 1000})


def _misbehave(mode: str, target: Path, notes: str) -> None:  # noqa: C901  # one line for each way
    match mode:
        case "hangs":
            time.sleep(LONG_S)
        case "hangs with a child":
            child = subprocess.Popen(["sleep", str(LONG_S)])
            Path(notes).with_name("child").write_text(str(child.pid), encoding="utf-8")
            time.sleep(LONG_S)
        case "dies":
            os.kill(os.getpid(), 9)
        case "writes nothing":
            pass
        case "writes an empty file":
            target.write_bytes(b"")
        case "writes garbage":
            target.write_bytes(b"%PDF-1.6\n" + bytes(range(256)))
        case "writes another file":
            target.with_name("other.pdf").write_bytes(b"%PDF-1.6")
        case "babbles":
            print("warn: something", flush=True)  # noqa: T201  # what a worker must not do
        case "closes its mouth":
            os.close(1)
            time.sleep(LONG_S)
        case "answers a list":
            _say([])
        case _:
            shutil.copy(sys.argv[2], target)


def _say(answer: object) -> None:
    print(json.dumps(answer), flush=True)  # noqa: T201  # stdout is where answers go


if __name__ == "__main__":
    main(*sys.argv[1:])
