"""Thousands of files in one go, hostile ones among them: memory stays flat, every good one is done, order is kept.

`python tests/manyfiles.py` (`make many`) drops 10,000 at once and lets the real
command take them in. Each case has an intake and two reviews, dropped in the
wrong order.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

from make_forms import forms_of, load_case
from measured import Memory, measured, start, tell
from roots import Root, make_root

from formpipe.resources import shipped
from formpipe.schemas import load_library

_MIB = 1 << 20
_FORMS_OF_A_CASE = 3
_GROWTH = 1.2
_TELL_EVERY_S = 60


def drop_forms(root: Root, count: int, chance: random.Random) -> list[str]:
    """Drop the forms of *count* cases, each case's in a random order, and return the numbers of the cases."""
    records = forms_of(load_case("case1"))[:_FORMS_OF_A_CASE]
    numbers, at = [], 1.0e9
    for case in range(count):
        number = f"MA-CAR-2031-{case + 1:04}"
        says = [{"case.case_id": number, "person.family_name": f"Muster {case}"}, *({"case.case_id": number},) * 2]
        order = chance.sample(range(_FORMS_OF_A_CASE), _FORMS_OF_A_CASE)
        for form in order:
            name = f"{case:05}-{form}.docx"
            root.drop(name, root.filled(records[form], changed=says[form]))
            at += 1.0
            os.utime(root.path / "inbox" / name, (at, at))
        numbers.append(number)
    return numbers


def drop_hostile(root: Root, count: int, chance: random.Random) -> None:
    """Drop *count* files that are not what they say, each in one of a few ways."""
    good = root.filled(forms_of(load_case("case1"))[0])
    for number in range(count):
        way = number % 5
        if way == 0:
            data = _zip({"word/document.xml": b"<x/>" * (16 * _MIB // 4), "[Content_Types].xml": b"<Types/>"})
        elif way == 1:
            data = b"%PDF-1.7\n" + chance.randbytes(200_000) + b"\n%%EOF\n"
        elif way == 2:
            data = good.replace(b"PK\x01\x02", b"PK\x01\x03", 3)
        elif way == 3:
            data = _zip({"../../evil.txt": b"x", "word/document.xml": b"<!DOCTYPE a><a/>"})
        else:
            data = chance.randbytes(100_000)
        root.drop(
            f"h{number:04}.{'pdf' if way == 1 else 'docx'}", data + bytes([number % 256, number // 256]) * (way != 1)
        )


def faults_of(root: Root, numbers: list[str], rows: list[dict[str, Any]], hostile: int) -> list[str]:
    """Return what is not as it must be after all was taken in."""
    counts = Counter(row["outcome"] for row in rows)
    faults = []
    if counts != {"accepted": _FORMS_OF_A_CASE * len(numbers), "rejected": hostile}:
        faults.append(f"outcomes {dict(counts)}")
    left = [name for name in root.files("inbox") if not name.startswith(".")]
    if left:
        faults.append(f"{len(left)} files left in the inbox")
    for number in numbers[:: max(1, len(numbers) // 50)]:
        dates = [each["review_date"] for each in root.show(number).get("reviews", [])]
        if len(root.show(number)["inputs"]) != _FORMS_OF_A_CASE or dates != sorted(dates):
            faults.append(f"{number}: not in order")
    if root.command("verify").exit_code:
        faults.append("the record does not verify")
    return faults


def growth_of(memory: Memory) -> float:
    """Return how much more memory the last fifth took than the second one: the first is the start."""
    fifth = max(1, len(memory.seen) // 5)
    early, late = memory.seen[fifth : 2 * fifth], memory.seen[-fifth:]
    return (sum(late) / len(late)) / (sum(early) / len(early))


def _end_of(process: subprocess.Popen[str], root: Root, memory: Memory) -> tuple[str, str]:
    """Wait for the command, and tell meanwhile how far it has come."""
    while True:
        try:
            return process.communicate(timeout=_TELL_EVERY_S)
        except subprocess.TimeoutExpired:
            kept = sum(1 for each in (root.path / "archive" / "objects").rglob("*") if each.is_file())
            tell(f"{kept} forms and papers kept, {memory.most:.0f} MiB at most, growth {growth_of(memory):.2f}")


def _zip(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()


def main() -> int:
    """Drop, take in and tell; 1 if anything is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--hostile", type=int, default=100)
    asked = parser.parse_args()
    chance = random.Random(asked.files)  # noqa: S311 - a seeded choice
    with tempfile.TemporaryDirectory(prefix="many-") as folder:
        root = make_root(Path(folder) / "root", "CAR", load_library(shipped("schemas")))
        numbers = drop_forms(root, (asked.files - asked.hostile) // _FORMS_OF_A_CASE, chance)
        drop_hostile(root, asked.hostile, chance)
        began = time.monotonic()
        process = start("run", root.path, "--no-pdf", "--format", "json")
        with measured(process, every_s=0.5) as memory:
            told, err = _end_of(process, root, memory)
        seconds = time.monotonic() - began
        rows = [json.loads(line) for line in told.splitlines()]
        faults = faults_of(root, numbers, rows, asked.hostile)
    faults += [err] if "internal error" in err else []
    growth = growth_of(memory)
    faults += [f"memory grew to {growth:.2f} times"] if growth > _GROWTH else []
    sys.stdout.write(f"{len(rows)} files in {seconds:.0f} s, at most {memory.most:.0f} MiB, growth {growth:.2f}\n")
    sys.stdout.write("\n".join([f"{len(faults)} faults", *faults[:20]]) + "\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
