"""The verbs `run` and `render`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from formpipe.cli.options import (
    is_terminal,
    now,
    plain_files,
    say,
    say_error,
    set_up_messages,
    settings_of,
    with_format,
    with_root,
    with_verbosity,
)
from formpipe.documents.convert import office_program
from formpipe.pipeline.again import make_for_client, publish_again, publish_version
from formpipe.pipeline.clientpapers import PLAIN_GERMAN, ClientPaper, has_words
from formpipe.pipeline.opened import open_root
from formpipe.pipeline.rehearse import rehearse
from formpipe.pipeline.run import RunRequest, RunResult, Waiting
from formpipe.report import exit_code_of, json_line, outcome_json, outcome_lines
from formpipe.runner.local import open_readers, run_once


@click.command()
@click.argument("forms", nargs=-1, metavar="[FORM]...", type=click.Path(path_type=Path), callback=plain_files)
@click.option("-n", "--dry-run", is_flag=True, help="Print what a run would do; change nothing.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Files read, and papers made, at once.",
)
@click.option("--no-pdf", is_flag=True, help="Leave PDFs owed; a later run makes them.")
@with_format
@with_root
@with_verbosity
@click.pass_context
def run(
    ctx: click.Context,
    forms: tuple[Path, ...],
    root: Path,
    output: str,
    jobs: int,
    verbose: int,
    quiet: int,
    *,
    dry_run: bool,
    no_pdf: bool,
) -> None:
    """Take in the inbox once and make what is owed.

    Reads every complete file in inbox/ (or just FORM, at once), files it, and
    writes plans, briefings, receipts and corrections to outbox/. Exits 0 if all
    were accepted, 3 if one was rejected, held or returned.

    \b
    Examples:
      formpipe run -C caritas
      formpipe run -C caritas --dry-run
      formpipe run -C caritas caritas/inbox/aufnahme.docx
    """
    set_up_messages(verbose, quiet)
    settings = settings_of(root)
    if dry_run:
        with open_root(settings, now) as opened, open_readers(1) as readers:
            rehearsed = rehearse(opened, readers, forms or None)
        _print_result(rehearsed, output, quiet=quiet)
        ctx.exit(exit_code_of(rehearsed.outcomes, rehearsed.errors))
    with _progress(quiet=quiet) as step:
        result = run_once(settings, now, RunRequest(files=forms or None, jobs=jobs, pdf=not no_pdf), step=step)
    _print_result(result, output, quiet=quiet)
    for each in result.renamed:
        told = "somebody's file lies there or is open; the new one is"
        click.echo(f"formpipe: outbox/{each.wanted}: {told} outbox/{each.place}", err=True)
    if result.pdfs_owed and not quiet:
        _tell_owed(result.pdfs_owed, asked=no_pdf)
    ctx.exit(exit_code_of(result.outcomes, result.errors))


@click.command()
@click.argument("cases", nargs=-1, metavar="[CASE]...")
@click.option("--all", "every", is_flag=True, help="Every case of the root.")
@click.option("--version", "version", type=click.IntRange(1), help="An older version of the plan of one CASE.")
@click.option("--language", metavar="CODE", help="The plan of one CASE in German and in a language (uk, ar, leicht).")
@click.option("--large", is_flag=True, help="The plan of one CASE in large print (16 pt).")
@click.option("--sheet", is_flag=True, help="Goals and next steps of one CASE in simple German; in --language too.")
@with_root
@with_verbosity
@click.pass_context
def render(
    ctx: click.Context,
    cases: tuple[str, ...],
    version: int | None,
    root: Path,
    verbose: int,
    quiet: int,
    *,
    every: bool,
    language: str | None,
    large: bool,
    sheet: bool,
) -> None:
    """Put documents into the outbox again.

    Publishes the newest documents of each CASE (or of all) from the archive and
    makes what is owed. Files that people have changed are left alone.
    With --language, --large or --sheet makes papers for the client instead: of
    the newest plan, what the forms ask and their lists of answers in both
    languages. What a person wrote is never translated.

    \b
    Examples:
      formpipe render --all
      formpipe render MA-CAR-2025-0012 --version 2
      formpipe render MA-CAR-2025-0012 --language uk --large
    """
    set_up_messages(verbose, quiet)
    if bool(cases) == every:
        raise click.UsageError("Name a CASE, or --all.")
    if version is not None and len(cases) != 1:
        raise click.UsageError("--version goes with one CASE.")
    paper = _client_paper(language, is_large=large, is_sheet=sheet)
    if paper is not None and (len(cases) != 1 or version is not None):
        raise click.UsageError("--language, --large and --sheet go with one CASE, and with its newest version.")
    with open_root(settings_of(root), now) as opened:
        if paper is not None:
            done = make_for_client(opened, cases[0], paper)
            if not has_words(opened, paper.language):
                say(f"there is no word list for '{paper.language}' yet; the paper is in German", level="warning")
        elif version is not None:
            done = publish_version(opened, cases[0], version)
        else:
            done = publish_again(opened, cases)
    for path in done.paths:
        click.echo(path)
    for error in done.errors:
        say_error(error)
    ctx.exit(exit_code_of((), done.errors))


def _client_paper(language: str | None, *, is_large: bool, is_sheet: bool) -> ClientPaper | None:
    if language is None and not is_large and not is_sheet:
        return None
    code = PLAIN_GERMAN if language == "leicht" else language or "de"
    return ClientPaper(kind="sheet" if is_sheet else "plan", language=code, is_large=is_large)


def _print_result(result: RunResult, output: str, *, quiet: int) -> None:
    for outcome in result.outcomes:
        if output == "json":
            click.echo(json_line(outcome_json(outcome)))
        else:
            click.echo("\n".join(outcome_lines(outcome)))
    if output == "text" and not result.outcomes:
        click.echo("nothing to take in")
    if result.waiting != Waiting() and not quiet:
        counts = f"{result.waiting.open} open in a program, {result.waiting.incomplete} not complete or just dropped"
        say(f"files that wait in the inbox: {counts}", level="info")
    for error in result.errors:
        say_error(error)


def _tell_owed(count: int, *, asked: bool) -> None:
    missing = office_program() is None and not asked
    mend = "install LibreOffice: apt-get install libreoffice-writer-nogui" if missing else "the next run makes them"
    say(f"{count} PDFs are owed; {mend}", level="info")


@contextmanager
def _progress(*, quiet: int) -> Iterator[Callable[[], None]]:
    if quiet or not is_terminal():
        yield lambda: None
        return
    from rich.console import Console  # noqa: PLC0415  # for a terminal only
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415  # same

    columns = (SpinnerColumn(), TextColumn("{task.completed} steps"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("run", total=None)
        yield lambda: bar.advance(task)
