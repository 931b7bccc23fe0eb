"""The verb `print`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from formpipe.cli.options import (
    now,
    say,
    say_error,
    set_up_messages,
    settings_of,
    with_format,
    with_root,
    with_verbosity,
)
from formpipe.durable import write_file
from formpipe.errors import ExitCode, StorageError
from formpipe.pipeline.opened import LOCAL_TIME, open_root
from formpipe.pipeline.printing import Bundle, Request, make_bundle
from formpipe.report import NOT_PRINTED, exit_code_of, json_line

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_FILE = click.Path(dir_okay=False, path_type=Path)
_PRIVATE = 0o600
_CODES = {"owed": ExitCode.SETUP, "withheld": ExitCode.WITHHELD}


@click.command("print")
@click.argument("cases", nargs=-1, metavar="[CASE]...")
@click.option("--on", "on", type=_DAY, help="The day the papers are needed (default: today).")
@click.option("--case", "more", multiple=True, metavar="CASE", help="The same as naming CASE; may be given again.")
@click.option("--annex", is_flag=True, help="With the confidential annex of each CASE that is named.")
@click.option("-o", "--output", "target", type=_FILE, help="File to write.")
@with_format
@with_root
@with_verbosity
@click.pass_context
def print_(
    ctx: click.Context,
    *,
    cases: tuple[str, ...],
    on: datetime | None,
    more: tuple[str, ...],
    annex: bool,
    target: Path | None,
    output: str,
    root: Path,
    verbose: int,
    quiet: int,
) -> None:
    """Make one PDF of what is needed on a day.

    Writes FILE, by default druckmappe-<day>.pdf in this folder: a cover, then
    for each case its plan if it is not signed yet, and the approved paper for
    the Jobcenter if the appointment is on that day; of a CASE that is named,
    both. For printing on both sides. A draft is never in it, the annex only
    with --annex. Exits 4 if a PDF is still owed; an existing file is left
    alone (exit 5).

    \b
    Examples:
      formpipe print -C caritas
      formpipe print -C caritas --on 2026-11-25 -o mittwoch.pdf
      formpipe print -C caritas --case MA-CAR-2025-0012 --annex
    """
    set_up_messages(verbose, quiet)
    named = (*cases, *more)
    if annex and not named:
        raise click.UsageError("--annex goes with a CASE.")
    day = on.date() if on else now().astimezone(LOCAL_TIME).date()
    target = target or Path(f"druckmappe-{day.isoformat()}.pdf")
    if target.exists():
        raise StorageError("the file is already there", where=target, mend="Give another name with -o.")
    with open_root(settings_of(root), now) as opened:
        made = make_bundle(opened, Request(on=day, cases=named, annex=annex))
    if made.pdf is not None:
        write_file(target, made.pdf, mode=_PRIVATE)
    _tell(made, target, output, day.isoformat())
    ctx.exit(max(exit_code_of((), made.errors), *(_CODES.get(each.reason, 0) for each in made.missing), 0))


def _tell(made: Bundle, target: Path, output: str, day: str) -> None:
    path = None if made.pdf is None else str(target)
    if output == "json":
        papers = [{"case": case, "paper": paper} for case, paper in made.papers]
        missing = [{"case": each.case, "paper": each.paper, "reason": each.reason} for each in made.missing]
        click.echo(json_line({"on": day, "path": path, "papers": papers, "missing": missing}))
    else:
        click.echo(path or f"nothing to print for {day}")
    for each in made.missing:
        say(f"{each.case}: the {each.paper} is not in it: {NOT_PRINTED[each.reason]}", level="warning")
    for error in made.errors:
        say_error(error)
