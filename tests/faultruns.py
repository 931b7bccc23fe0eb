"""Runs with a fault and what they leave: each in a forked process, then a plain run, then the whole state compared.

`python tests/faultruns.py` (`make faults`) plays half the matrix, 4,000 faults,
and prints a table; `--every 1` plays all.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from faultpoints import Fault, modes_of
from faultscenes import TRACEBACK, Scenario, in_fork, run, scenarios, stand_ins, state_of
from roots import NOW, Root

from formpipe.pipeline.verify import verify
from formpipe.settings import load_settings


@dataclass(slots=True)
class Tally:
    """What came of the faults of one scenario."""

    injected: int = 0
    lost: int = 0
    doubled: int = 0
    broken: int = 0
    tracebacks: int = 0
    unequal: int = 0
    audit: int = 0
    told: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count *other* in."""
        for name in ("injected", "lost", "doubled", "broken", "tracebacks", "unequal", "audit"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.told += other.told

    @property
    def bad(self) -> int:
        """How many faults had any bad end."""
        return self.lost + self.doubled + self.broken + self.tracebacks + self.unequal + self.audit


@dataclass(frozen=True, slots=True)
class Judge:
    """Plays faults on a scenario against the state that no fault leads to."""

    scenario: Scenario
    work: Path
    wanted: dict[str, Any]
    kinds: tuple[str, ...]
    audit: tuple[str, ...]

    @classmethod
    def of(cls, scenario: Scenario, work: Path) -> Judge:
        """Play the scenario without a fault and remember the outcome."""
        warm = scenario.root.copy(work / f"{scenario.root.path.name}-warm")
        run(warm)
        root = scenario.root.copy(work / f"{scenario.root.path.name}-wanted")
        code, told = in_fork(root, None)
        if code:
            raise AssertionError(f"{scenario.name}: {told['why'] or code}")
        wanted = state_of(root)
        shutil.rmtree(root.path)
        return cls(scenario, work, wanted, tuple(told["kinds"]), tuple(told["audit"]))

    def faults(self) -> Iterator[Fault]:
        """Return every fault that makes sense at every step."""
        for step, kind in enumerate(self.kinds):
            for mode in modes_of(kind):
                yield Fault(step, mode)

    def play(self, *faults: Fault) -> Tally:
        """Run with each of *faults* in turn, then plainly, and return what came of it."""
        tally = Tally(injected=1)
        name = "-".join(f"{each.step}{each.mode}" for each in faults)
        root = self.scenario.root.copy(self.work / f"{self.scenario.root.path.name}-{name}")
        for fault in faults:
            code, told = in_fork(root, fault)
            tally.tracebacks += code == TRACEBACK
            if code == TRACEBACK:
                tally.told.append(f"{self.scenario.name} {name}: {told['why']}")
            self._look(root, tally, name)
        code, told = in_fork(root, None)
        if code:
            tally.unequal += 1
            tally.told.append(f"{self.scenario.name} {name}: the plain run says {told['why'] or code}")
        else:
            self._compare(root, tally, name)
        shutil.rmtree(root.path)
        return tally

    def _look(self, root: Root, tally: Tally, name: str) -> None:
        """Look at what people can see after a fault: no form gone, no broken file."""
        kept = {
            hashlib.sha256(data).hexdigest()
            for folder in ("inbox", "archive/objects", "outbox/korrektur")
            if (root.path / folder).is_dir()
            for data in root.files(folder).values()
        }
        missing = [each for each in self.scenario.dropped if each not in kept]
        tally.lost += bool(missing)
        good = set(self.wanted["outbox"].values()) | set(self.wanted["archive/objects"].values())
        good |= {hashlib.sha256(data).hexdigest() for data in self.scenario.root.files("outbox").values()}
        seen = {path: data for path, data in root.files("outbox").items() if not Path(path).name.startswith(".")}
        broken = [path for path, data in seen.items() if hashlib.sha256(data).hexdigest() not in good]
        tally.broken += bool(broken)
        if missing or broken:
            tally.told.append(f"{self.scenario.name} {name}: missing {missing}, broken {broken}")

    def _compare(self, root: Root, tally: Tally, name: str) -> None:
        state = state_of(root)
        checked = verify(load_settings(root.path), lambda: datetime.fromisoformat(NOW))
        differing = [key for key in self.wanted if state[key] != self.wanted[key]]
        if checked.faults:
            differing.append("verify")
        more = ("forms", "plans", "sightings", "returned")
        tally.doubled += any(key in differing and len(state[key]) > len(self.wanted[key]) for key in more)
        tally.unequal += bool(differing)
        if differing:
            shown = {key: (self.wanted.get(key), state.get(key)) for key in differing[:2]}
            tally.told.append(f"{self.scenario.name} {name}: differs in {differing}: {str(shown)[:1500]}")


_JUDGES: list[Judge] = []
_TELL_EVERY = 100
_MEMORY = Path("/dev/shm")  # noqa: S108 - Linux's own


def _play(task: tuple[int, tuple[Fault, ...]]) -> tuple[int, Tally]:
    number, faults = task
    return number, _JUDGES[number].play(*faults)


def pairs_of(judge: Judge, count: int, seed: int) -> list[tuple[Fault, Fault]]:
    """Return *count* pairs of faults: the second strikes the run that mends the first."""
    chance = random.Random(seed)  # noqa: S311 - a seeded choice of faults
    faults = list(judge.faults())
    return [(chance.choice(faults), chance.choice(faults)) for _ in range(count)]


def play_all(tasks: Sequence[tuple[int, tuple[Fault, ...]]], jobs: int) -> dict[str, Tally]:
    """Play every task and return what came of it by scenario."""
    done = {judge.scenario.name: Tally() for judge in _JUDGES}
    gc.freeze()  # else a collection in each forked process copies the whole heap
    with get_context("fork").Pool(jobs) as pool:
        for count, (number, tally) in enumerate(pool.imap_unordered(_play, tasks, chunksize=8), start=1):
            if count % _TELL_EVERY == 0:
                sys.stderr.write(f"{count} of {len(tasks)}\n")
            done[_JUDGES[number].scenario.name].add(tally)
            sys.stderr.write("".join(f"{each}\n" for each in tally.told))  # at once: the whole takes long
    return done


def main() -> int:
    """Play the matrix and print the table; 1 if a fault had a bad end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=60, help="double faults per scenario")
    parser.add_argument("--every", type=int, default=2, help="play every n-th single fault only")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("scenario", nargs="*")
    asked = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="faults-", dir=_in_memory()) as folder, stand_ins():
        work = Path(folder)
        _JUDGES.extend(Judge.of(each, work) for each in scenarios(work / "before", asked.scenario))
        tasks: list[tuple[int, tuple[Fault, ...]]] = []
        for number, judge in enumerate(_JUDGES):
            tasks += [(number, (fault,)) for fault in list(judge.faults())[:: asked.every]]
            tasks += [(number, pair) for pair in pairs_of(judge, asked.pairs, number)]
        done = play_all(tasks, asked.jobs)
    for judge in _JUDGES:
        done[judge.scenario.name].audit += len(judge.audit)
        done[judge.scenario.name].told += [f"{judge.scenario.name}: {each}" for each in judge.audit]
    _print(done, time.monotonic() - began)
    return int(any(tally.bad for tally in done.values()))


def _in_memory() -> str | None:
    """Return a folder in memory where there is one: the faults are ours, and a real disk only takes its time."""
    return str(_MEMORY) if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) else None


def _print(done: dict[str, Tally], seconds: float) -> None:
    names = ("injected", "lost", "doubled", "broken", "tracebacks", "unequal", "audit")
    total = Tally()
    lines = [f"{'scenario':<14}" + "".join(f"{name:>12}" for name in names)]
    for scenario, tally in done.items():
        total.add(tally)
        lines.append(f"{scenario:<14}" + "".join(f"{getattr(tally, name):>12}" for name in names))
    lines.append(f"{'all':<14}" + "".join(f"{getattr(total, name):>12}" for name in names))
    sys.stdout.write("\n".join([*lines, f"{seconds:.0f} s", *total.told[:40]]) + "\n")


if __name__ == "__main__":
    sys.exit(main())
