"""Measures formpipe beside the same work done with the libraries as their manuals show it: `make bench`.

Each pair is measured alternately in one run. What is compared is checked
first: the same members, the same number of files.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from beside_unoserver import beside_unoserver
from docxtpl import DocxTemplate
from make_contexts import contexts_of
from memory import memory
from plain import NotTheSameError, end_to_end
from records import record_of
from scale import full_ledger, workers
from timing import HEADER, Pair, alternated

from formpipe.documents.bidi import runs_right_to_left
from formpipe.documents.convert import convert, office_program
from formpipe.documents.dialect import environment
from formpipe.documents.merge import Template, load_template
from formpipe.documents.package import CORE, members_of
from formpipe.resources import shipped
from formpipe.schemas import load_library

HERE = Path(__file__).parent
SHIPPED = {"integrationsplan": "shipped plan", "jobcenter-briefing": "shipped briefing"}
REFERENCE = {"plan": ("reference plan, 4 pages", 40.0), "brief": ("reference paper, 2 pages", 35.0)}


def rendering() -> Iterator[Pair]:
    """Render one record after the other: formpipe, and docxtpl as its manual shows it."""
    for name, (what, aim) in REFERENCE.items():
        yield _rendered(HERE / f"{name}.docx", what, record_of, aim)
    found = contexts_of(load_library(shipped("schemas")))
    for name, what in SHIPPED.items():
        contexts = found[name]
        path = shipped("templates") / f"{name}.docx"
        yield _rendered(path, what, partial(_in_turn, contexts), 25.0)


def _in_turn(contexts: Sequence[Any], number: int) -> Any:  # noqa: ANN401  # a template's data
    return contexts[number % len(contexts)]


def _rendered(path: Path, what: str, context_of: Callable[[int], Any], aim: float) -> Pair:
    template = load_template(path)
    contexts = [context_of(number) for number in range(50)]
    for context in contexts[:5]:
        _require_same(template, context)
    slow_ms, fast_ms = alternated(
        lambda number: _by_manual(path, contexts[number % 50]),
        lambda number: template.render(contexts[number % 50]),
        rounds=9,
        slow_runs=2,
        fast_runs=20,
    )
    return Pair(what=f"render the {what}", slow="docxtpl", fast="formpipe", slow_ms=slow_ms, fast_ms=fast_ms, aim=aim)


def _by_manual(source: Path | BytesIO, context: Any) -> bytes:  # noqa: ANN401  # a template's data
    template = DocxTemplate(source)
    template.render(context, environment())
    buffer = BytesIO()
    template.save(buffer)
    return buffer.getvalue()


def _require_same(template: Template, context: Any) -> None:  # noqa: ANN401  # a template's data
    made, expected = members_of(template.render(context)), members_of(_by_manual(BytesIO(template.source), context))
    for name in set(expected) - {CORE}:
        # Letters from right to left are given their direction by formpipe alone; tests/edges/test_compiled.py has them.
        if made[name] != expected[name] and not runs_right_to_left(expected[name].decode("utf-8")):
            raise NotTheSameError


def helping() -> Iterator[Pair]:
    """Print the overview of the verbs; beside it Python starting and ending."""
    python = sys.executable
    command = str(Path(python).with_name("formpipe"))
    run = partial(subprocess.run, stdout=subprocess.DEVNULL, check=True)
    slow_ms, fast_ms = alternated(
        lambda _: run([command, "--help"]), lambda _: run([python, "-c", "pass"]), rounds=9, slow_runs=20, fast_runs=20
    )
    yield Pair(what="`--help`", slow="formpipe", fast="`python -c pass`", slow_ms=slow_ms, fast_ms=fast_ms, aim=3.0)


def converting() -> Iterator[Pair]:
    """Turn Word documents into PDF: a LibreOffice kept warm, its start included, and one started for each document."""
    template = load_template(HERE / "plan.docx")
    for number in (8, 40):
        yield _converted([(f"plan-{each}", template.render(record_of(each))) for each in range(number)])


def _converted(documents: Sequence[tuple[str, bytes]]) -> Pair:
    def made(batches: Sequence[Sequence[tuple[str, bytes]]], program: Path | None) -> None:
        with TemporaryDirectory() as folder:
            count = sum(len(convert(each, Path(folder), timeout_s=300, program=program).pdfs) for each in batches)
        if count != len(documents):
            raise NotTheSameError

    slow_ms, fast_ms = alternated(
        lambda _: made([[each] for each in documents], office_program()),
        lambda _: made([documents], None),
        rounds=3,
        clock=time.perf_counter,  # the processor time of what is killed is lost
    )
    slow_each, fast_each = (tuple(each / len(documents) for each in times) for times in (slow_ms, fast_ms))
    what = f"PDF of 4 pages, {len(documents)} documents (wall)"
    return Pair(what=what, slow="one soffice each", fast="formpipe", slow_ms=slow_each, fast_ms=fast_each, aim=6.0)


GROUPS: dict[str, Callable[[], Iterator[Pair]]] = {
    "rendering": rendering,
    "help": helping,
    "pdf": converting,
    "unoserver": beside_unoserver,
    "end-to-end": end_to_end,
    "workers": workers,
    "ledger": full_ledger,
    "memory": memory,
}


@click.command()
@click.argument("groups", nargs=-1, type=click.Choice(list(GROUPS)))
def bench(groups: tuple[str, ...]) -> None:
    """Measure GROUPS, all by default, and print a table."""
    click.echo(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n\n{HEADER}")
    for group in groups or GROUPS:
        for pair in GROUPS[group]():
            click.echo(pair.line())


if __name__ == "__main__":
    bench()
