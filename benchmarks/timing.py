"""Measuring two ways of one thing alternately in one run, so that a busy machine slows both."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What came of a comparison: CPU milliseconds of each way and round, in the order of the rounds."""

    what: str
    slow: str
    fast: str
    slow_ms: tuple[float, ...] = field(repr=False)
    fast_ms: tuple[float, ...] = field(repr=False)
    aim: float | None = None

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios."""
        return statistics.median(self._ratios)

    @property
    def _ratios(self) -> list[float]:
        return [slow / fast for slow, fast in zip(self.slow_ms, self.fast_ms, strict=True)]

    def line(self) -> str:
        """Return the comparison as a row of a table in Markdown."""
        ratios = self._ratios
        aim = "" if self.aim is None else f"{self.aim:g}"
        return (
            f"| {self.what} | {self.slow}: {_spread(self.slow_ms)} | {self.fast}: {_spread(self.fast_ms)} "
            f"| **{self.ratio:.1f}** ({min(ratios):.1f}–{max(ratios):.1f}) | {aim} |"
        )


HEADER = "| what | beside (CPU ms) | formpipe (CPU ms) | ratio (range of rounds) | aim |\n|---|---|---|---|---|"


def alternated(
    slow: Callable[[int], object],
    fast: Callable[[int], object],
    *,
    rounds: int,
    slow_runs: int = 1,
    fast_runs: int = 1,
    clock: Callable[[], float] | None = None,
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the CPU milliseconds (or those of *clock*) of a single run of each way, the two taking turns.

    The number each run is given differs from run to run and is the same for
    both ways; the time of child processes counts.
    """
    clock = clock or _cpu_s
    slow(0)
    fast(0)
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds):
        ways = ((slow, slow_runs, times[0]), (fast, fast_runs, times[1]))
        for way, runs, kept in ways if turn % 2 else reversed(ways):
            begun = clock()
            for run in range(runs):
                way(turn * max(slow_runs, fast_runs) + run)
            kept.append((clock() - begun) * 1000 / runs)
    return tuple(times[0]), tuple(times[1])


def _cpu_s() -> float:
    spent = os.times()
    # `os.times` counts in hundredths, which is enough for children only.
    return time.process_time() + spent.children_user + spent.children_system


def _spread(times: Sequence[float]) -> str:
    return f"{statistics.median(times):.2f} ({min(times):.2f}–{max(times):.2f})"
