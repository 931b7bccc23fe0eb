"""The verbs `verify`, `backup` and `restore`: keeping the record."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from formpipe.cli.options import now, set_up_messages, settings_of, with_format, with_root, with_verbosity
from formpipe.errors import ExitCode
from formpipe.pipeline import backup as copying
from formpipe.pipeline.verify import Checked
from formpipe.pipeline.verify import verify as check_record
from formpipe.report import json_line

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@with_format
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@with_root
@with_verbosity
@click.pass_context
def verify(ctx: click.Context, root: Path, output: str, verbose: int, quiet: int, *, as_json: bool) -> None:
    """Check the record: objects, ledger, plans, audit chain.

    Reads the whole archive/ and changes nothing; runs may go on meanwhile.
    Prints a line for each fault and exits 5 if there is one.

    \b
    Examples:
      formpipe verify -C caritas
      formpipe verify -C caritas --json
    """
    set_up_messages(verbose, quiet)
    checked = check_record(settings_of(root), now)
    click.echo(json_line(asdict(checked)) if as_json or output == "json" else _text(checked))
    if checked.faults:
        ctx.exit(ExitCode.STORAGE)


@click.command()
@click.argument("file", metavar="FILE", type=_FILE)
@with_root
@with_verbosity
def backup(file: Path, root: Path, verbose: int, quiet: int) -> None:
    """Copy the record into one file, also while it is in use.

    Writes settings, ledger, key and all objects of the root to FILE (tar),
    which must not exist. It holds everything about the clients: keep it as safe
    as archive/ itself.

    \b
    Examples:
      formpipe backup -C caritas caritas-2026-11-25.tar
    """
    set_up_messages(verbose, quiet)
    count = copying.back_up(settings_of(root), file)
    click.echo(f"{file}: {count} objects and the ledger")


@click.command()
@click.argument("file", metavar="FILE", type=_FILE)
@with_root
@with_verbosity
def restore(file: Path, root: Path, verbose: int, quiet: int) -> None:
    """Bring a record back from a backup.

    Reads FILE, checks it, and makes the root (-C) from it: settings, archive/
    and what lay in outbox/. The root must have no record yet (exit 5).

    \b
    Examples:
      formpipe restore -C caritas-neu caritas-2026-11-25.tar
      formpipe verify -C caritas-neu
    """
    set_up_messages(verbose, quiet)
    settings = copying.restore(file, root)
    click.echo(f"{root}: root of {settings.carrier.code} restored; check it: formpipe verify -C {root}")


def _text(checked: Checked) -> str:
    faults = [f"fault  {each.kind}  {each.where}" for each in checked.faults]
    looked = f"{checked.objects} objects, {checked.cases} cases, {checked.entries} entries of the audit chain"
    notes = [] if checked.sealed else ["the ledger's file as a whole was not compared: no seal, or a run is at work"]
    if checked.unnamed:
        notes.append(f"{checked.unnamed} objects belong to nothing in the ledger (left by a run that was cut short)")
    return "\n".join([*faults, *notes, f"{looked}: {len(faults)} faults" if faults else f"{looked}: all in order"])
