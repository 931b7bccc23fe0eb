"""A scoreboard of reading, beside plain library calls on the same files in the same run: `make corpus`.

Counted are values: right; flagged, so that a person is told to look; in a file
that was refused with a reason; and silent errors, which are all others. What a
field holds is never printed.
"""

from __future__ import annotations

import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import click
from docx import Document
from pypdf import PdfReader
from truths import CORPUS, Texts, Truth, texts_of, truths_of

from formpipe.errors import UnreadableFormError
from formpipe.formats.pdf_objects import configure
from formpipe.model import Field
from formpipe.readers.read import read
from formpipe.resources import shipped
from formpipe.schemas import Library, load_library

Result = TypeVar("Result")

FLOORS = Path(__file__).with_name("floors.json")
"""By group the least share of right values and the most silent errors; they only get better."""

_PLAIN = {"docx": "python-docx, paragraphs and tables", "pdf": "pypdf get_fields"}


@dataclass(slots=True)
class Score:
    """What came of a group of files; `ms` is CPU time per file, `plain_ms` that of the plain call."""

    files: int = 0
    values: int = 0
    right: int = 0
    flagged: int = 0
    refused_values: int = 0
    silent: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    ms: list[float] = field(default_factory=list)
    plain_ms: list[float] = field(default_factory=list)
    plain_right: int = 0
    plain_crashes: int = 0

    @property
    def share(self) -> float:
        """The share of values that are right."""
        return self.right / self.values if self.values else 0.0


def groups() -> tuple[str, ...]:
    """Return the groups of files that are here."""
    return ("own docx", "own pdf", *(("docx", "pdf") if CORPUS.is_dir() else ()))


def score_of(truths: Iterable[Truth], plain: Callable[[bytes], dict[str, Texts]]) -> Score:
    """Read each file twice, here and by the *plain* call, and compare both with what is true."""
    configure()
    score = Score()
    for truth in truths:
        score.files += 1
        score.values += len(truth.values)
        found, code = _timed(lambda truth=truth: _read(truth.data), score.ms)  # type: ignore[misc] # bound at once
        if code is not None:
            score.refused[code] += 1
            score.refused_values += len(truth.values)
        else:
            _compare(truth, found, score)
        values = _timed(lambda truth=truth: _plainly(plain, truth.data), score.plain_ms)  # type: ignore[misc] # see above
        score.plain_crashes += values is None
        score.plain_right += sum((values or {}).get(name, ()) in ways for name, ways in truth.values.items())
    return score


def plain_docx(data: bytes) -> dict[str, Texts]:
    """Open and list as the manual of python-docx shows; it knows no form fields."""
    document = Document(BytesIO(data))
    texts = [paragraph.text for paragraph in document.paragraphs]
    texts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return {"": tuple(texts)}


def plain_pdf(data: bytes) -> dict[str, Texts]:
    """Read the fields as the manual of pypdf shows."""
    found = PdfReader(BytesIO(data)).get_fields() or {}
    return {name: _plain_texts(each.get("/V")) for name, each in found.items()}


def measured(group: str, library: Library) -> Score:
    """Return the score of *group*."""
    return score_of(truths_of(group, library), plain_pdf if group.endswith("pdf") else plain_docx)


def floors() -> dict[str, dict[str, float]]:
    """Return the floors by group: `right`, a share, and `silent`, a number."""
    return dict(json.loads(FLOORS.read_text(encoding="utf-8")))


def is_below(score: Score, floor: dict[str, float]) -> bool:
    """Tell whether *score* is worse than its floor."""
    return score.share < floor["right"] or len(score.silent) > floor["silent"]


def lines_of(group: str, score: Score) -> list[str]:
    """Return *score* as lines of text."""
    refusals = ", ".join(f"{code} {count}" for code, count in sorted(score.refused.items())) or "none"
    return [
        f"{group}: {score.files} files, {score.right} of {score.values} values right ({score.share:.2%})",
        f"  flagged {score.flagged}, in refused files {score.refused_values}, silent errors {len(score.silent)}",
        f"  refused: {refusals}",
        f"  ms CPU per file: {_spread(score.ms)}",
        f"  {_PLAIN[group.rpartition(' ')[2]]}: {_spread(score.plain_ms)}",
        f"    right {score.plain_right}, crashes {score.plain_crashes}",
        f"  median of ratios: {_ratio(score):.2f}",
        *(f"  silent: {each}" for each in score.silent),
    ]


def _read(data: bytes) -> tuple[dict[str, Field], str | None]:
    try:
        return {each.name: each for each in read(data).fields}, None
    except UnreadableFormError as error:
        return {}, error.code


def _timed(call: Callable[[], Result], times: list[float]) -> Result:
    started = time.process_time()
    result = call()
    times.append((time.process_time() - started) * 1000)
    return result


def _compare(truth: Truth, found: dict[str, Field], score: Score) -> None:
    for name, ways in truth.values.items():
        each = found.get(name)
        if each is not None and not texts_of(each).isdisjoint(ways):
            score.right += 1
        elif each is not None and each.flags:
            score.flagged += 1
        else:
            score.silent.append(f"{truth.name} {name}")


def _plainly(plain: Callable[[bytes], dict[str, Texts]], data: bytes) -> dict[str, Texts] | None:
    try:
        return plain(data)
    except Exception:  # noqa: BLE001 - that it raises is what is counted
        return None


def _plain_texts(value: object) -> Texts:
    texts = [str(each) for each in value] if isinstance(value, list) else [] if value is None else [str(value)]
    plain = (text.removeprefix("/").replace("\r\n", "\n").replace("\r", "\n").rstrip() for text in texts)
    return tuple(sorted(text for text in plain if text and text != "Off"))


def _spread(times: Sequence[float]) -> str:
    last = statistics.quantiles(times, n=20)[-1]
    return f"median {statistics.median(times):.1f}, p95 {last:.1f}, max {max(times):.1f}"


def _ratio(score: Score) -> float:
    return statistics.median(mine / other for mine, other in zip(score.ms, score.plain_ms, strict=True) if other)


def _better(floor: dict[str, float], score: Score) -> dict[str, float]:
    right = int(score.share * 10_000) / 10_000
    return {"right": max(floor["right"], right), "silent": min(floor["silent"], len(score.silent))}


@click.command()
@click.option("--raise", "lift", is_flag=True, help="Make what is better than its floor the new floor.")
def main(*, lift: bool) -> None:
    r"""Print the scoreboard; exit 1 if a group is below its floor.

    \b
    Examples:
      python tests/corpus.py
    """
    library, kept = load_library(shipped("schemas")), floors()
    below = []
    for group in groups():
        score = measured(group, library)
        click.echo("\n".join(lines_of(group, score)))
        below += [group] if is_below(score, kept[group]) else []
        kept[group] = _better(kept[group], score)
    if lift:
        FLOORS.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    if below:
        raise click.ClickException(f"below the floor: {', '.join(below)}")


if __name__ == "__main__":
    main()
