"""Races between people who drop forms and programs that take them: each form is taken exactly once, and whole.

`python tests/dropraces.py` (`make races`) drops 2,000 forms in the ways of
Explorer, a slow share and Word, and takes some away again, while a service is
killed and started again and single runs get in its way.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from make_forms import forms_of, load_case
from measured import start, tell
from roots import Root, make_root
from sqlalchemy import text

from formpipe.ledger import open_ledger
from formpipe.resources import shipped
from formpipe.schemas import load_library

SETTLE_S = 0.4
_CHUNKS = 20
_DROPPERS = 8
_ALL_AT_ONCE = 25


@dataclass(slots=True)
class Drops:
    """What was dropped: how often each form must be in the record by its checksum, and how it was dropped."""

    wanted: dict[str, int] = field(default_factory=dict)
    ways: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def slow(place: Path, data: bytes, chance: random.Random) -> bool:
    """Copy piece by piece, for half to twice the quiet window in all."""
    pause_s = SETTLE_S * chance.uniform(0.5, 2.0) / _CHUNKS
    with place.open("wb") as stream:
        for piece in _pieces(data):
            stream.write(piece)
            stream.flush()
            time.sleep(pause_s)
    return True


def preallocated(place: Path, data: bytes, chance: random.Random) -> bool:
    """Make the file in full size first, let it rest longer than the quiet window, then fill it; its time is kept."""
    place.write_bytes(bytes(len(data)))
    stamps = (place.stat().st_atime_ns, place.stat().st_mtime_ns)
    time.sleep(SETTLE_S * chance.uniform(0.0, 3.0))
    with place.open("r+b") as stream:
        for piece in _pieces(data):
            stream.write(piece)
            stream.flush()
            os.utime(place, ns=stamps)
            time.sleep(SETTLE_S / _CHUNKS)
    os.utime(place, ns=stamps)
    return True


def saved(place: Path, data: bytes, chance: random.Random) -> bool:
    """Open a form that lies there half filled, and save it as Word does: three renames, with a lock file beside it."""
    lock = place.with_name(f"~${place.name[2:]}")
    lock.write_bytes(b"Muster")
    place.write_bytes(data[: len(data) // 2])
    new, old = place.with_name(f"~WRD{place.stem}.tmp"), place.with_name(f"~WRL{place.stem}.tmp")
    new.write_bytes(data)
    for source, target in ((place, old), (new, place)):
        time.sleep(SETTLE_S * chance.uniform(0.0, 1.0))
        source.rename(target)
    old.unlink()
    time.sleep(SETTLE_S * chance.uniform(0.0, 3.0))
    lock.unlink()
    return True


def renamed(place: Path, data: bytes, chance: random.Random) -> bool:
    """Write under a name for partial files, then rename, with the time of the source."""
    part = place.with_name(f"{place.name}.part")
    part.write_bytes(data)
    at = 1e9 + chance.randrange(10**6)
    os.utime(part, (at, at))
    part.rename(place)
    return True


def vanishing(place: Path, data: bytes, chance: random.Random) -> bool:
    """Drop a form and take it away again; where that failed it had been taken."""
    place.write_bytes(data)
    time.sleep(SETTLE_S * chance.uniform(0.0, 4.0))
    try:
        place.unlink()
    except FileNotFoundError:
        return True
    return False


WAYS: tuple[Callable[[Path, bytes, random.Random], bool], ...] = (slow, preallocated, saved, renamed, vanishing)


def race(root: Root, forms: Sequence[bytes], seed: int, *, others: int = 3) -> Drops:
    """Drop all *forms* while programs are at work on *root*, and return what should have come of it.

    Besides the service, which is killed at random, *others* processes try to take the inbox in.
    """
    drops = Drops()

    def drop(number: int) -> None:
        chance = random.Random(f"{seed}-{number}")  # noqa: S311 - a seeded choice
        way = WAYS[number % len(WAYS)]
        stays = way(root.path / "inbox" / f"{number:05}-Muster.docx", forms[number], chance)
        drops.wanted[hashlib.sha256(forms[number]).hexdigest()] = int(stays)
        drops.ways[way.__name__] += 1

    with programs(root, seed, drops, others), ThreadPoolExecutor(_DROPPERS) as pool:
        for first in range(0, len(forms), _ALL_AT_ONCE):
            list(pool.map(drop, range(first, min(first + _ALL_AT_ONCE, len(forms)))))
            tell(f"{len(drops.wanted)} of {len(forms)} dropped, {len(drops.faults)} programs ended badly")
    return drops


@contextmanager
def programs(root: Root, seed: int, drops: Drops, others: int) -> Iterator[None]:
    """Let a service be at work meanwhile that is killed at random, and *others* that want to be, too."""
    over = Event()

    def serve() -> None:
        chance = random.Random(f"{seed}-service")  # noqa: S311 - a seeded choice
        while not over.is_set():
            service = start("watch", root.path, "--poll", "0.1", "--no-pdf", "-q")
            over.wait(chance.uniform(2.0, 9.0))
            service.kill()
            _note(service, drops, {0, 5, -9})

    def disturb(number: int) -> None:
        chance = random.Random(f"{seed}-{number}")  # noqa: S311 - a seeded choice
        while not over.is_set():
            over.wait(chance.uniform(1.0, 6.0))
            _note(start("run", root.path, "--no-pdf", "-q"), drops, {0, 3, 5})

    threads = [Thread(target=serve), *(Thread(target=disturb, args=(number,)) for number in range(others))]
    for each in threads:
        each.start()
    try:
        yield
    finally:
        over.set()
        for each in threads:
            each.join()


def judge(root: Root, drops: Drops) -> list[str]:
    """Take in what is left and return what is not as it must be: each form once, nothing else, nothing left behind."""
    time.sleep(SETTLE_S)
    ran = root.run()
    faults = [
        *drops.faults,
        *([f"the last run says {ran.exit_code}: {ran.err}"] if ran.exit_code not in {0, 3} else []),
    ]
    ledger = open_ledger(root.path / "archive" / "ledger.sqlite")
    try:
        with ledger.transaction(keep=False) as book:
            rows = book.connection.execute(text("SELECT sha256, case_id FROM form")).all()
            again = book.connection.execute(text("SELECT count(*) FROM sighting")).scalar()
    finally:
        ledger.close()
    found = Counter(str(row.sha256) for row in rows)
    for sha256, count in drops.wanted.items():
        if found.pop(sha256, 0) != count:
            faults.append(f"{sha256[:12]}: wanted {count} times")
    if found:
        faults.append(f"{len(found)} files were taken that nobody had finished")
    if again:
        faults.append(f"{again} forms were counted twice")
    if len({row.case_id for row in rows}) != len(rows):
        faults.append("two forms got one case number")
    if left := root.files("inbox"):
        faults.append(f"left in the inbox: {len(left)}")
    if root.command("verify").exit_code:
        faults.append("the record does not verify")
    return faults


def forms_to_drop(root: Root, count: int) -> list[bytes]:
    """Return *count* intakes of different people."""
    record = forms_of(load_case("new"))[0]
    return [root.filled(record, changed={"person.family_name": f"Muster {number}"}) for number in range(count)]


def prepare(root: Root) -> None:
    """Give the root a short quiet window."""
    settings = root.path / "formpipe.toml"
    settings.write_text(f"settle_s = {SETTLE_S}\n{settings.read_text(encoding='utf-8')}", encoding="utf-8")


def _note(process: subprocess.Popen[str], drops: Drops, allowed: set[int]) -> None:
    _, err = process.communicate()
    if process.returncode not in allowed or "internal error" in err:
        drops.faults.append(f"a program ended with {process.returncode}: {err[-500:]}")


def _pieces(data: bytes) -> Iterator[bytes]:
    size = -(-len(data) // _CHUNKS)
    return (data[first : first + size] for first in range(0, len(data), size))


def main() -> int:
    """Race and tell; 1 if a form was lost, doubled or taken in part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drops", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="races-") as folder:
        root = make_root(Path(folder) / "root", "STA", load_library(shipped("schemas")))
        prepare(root)
        drops = race(root, forms_to_drop(root, asked.drops), asked.seed)
        faults = judge(root, drops)
    ways = ", ".join(f"{count} {way}" for way, count in sorted(drops.ways.items()))
    taken = sum(drops.wanted.values())
    sys.stdout.write(f"{len(drops.wanted)} drops ({ways}), {taken} to be taken, {time.monotonic() - began:.0f} s\n")
    sys.stdout.write("\n".join([f"{len(faults)} faults", *faults[:20]]) + "\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
