"""The verbs `form`, `extract` and `check`."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Literal

import click

from formpipe.cli.options import now, set_up_messages, settings_of, with_format, with_root, with_verbosity
from formpipe.durable import sha256_of, write_file
from formpipe.errors import ExitCode, StorageError, UnreadableFormError
from formpipe.looks import MOST_BYTES
from formpipe.model import Severity
from formpipe.pipeline.ask import judge_file, read_any, write_asked_form
from formpipe.pipeline.judge import Judged
from formpipe.readers.child import Reader
from formpipe.readers.wire import extract_json, refused_json
from formpipe.report import SHORT, balance_data, finding_data, finding_line, json_line

KINDS = {
    "intake": "intake",
    "aufnahme": "intake",
    "review": "review",
    "ueberpruefung": "review",
    "consent": "consent",
    "einwilligung": "consent",
    "approval": "approval",
    "freigabe": "approval",
}


@click.command()
@click.argument("kind", metavar="KIND", type=click.Choice(list(KINDS)))
@click.option("--case", "case", metavar="CASE", help="Pre-fill the form with the newest plan of CASE.")
@click.option("--format", "fmt", type=click.Choice(["docx", "pdf"]), default="docx", show_default=True)
@click.option("-o", "--output", "target", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@with_root
@with_verbosity
def form(
    kind: str, case: str | None, fmt: Literal["docx", "pdf"], target: Path | None, root: Path, verbose: int, quiet: int
) -> None:
    """Write a blank or pre-filled form.

    KIND is intake, review, consent or approval; review and consent can be
    pre-filled. Writes FILE, by default a file named after the form in this
    folder; one that exists is left alone (exit 5).

    \b
    Examples:
      formpipe form intake -C caritas
      formpipe form review -C caritas --case MA-CAR-2025-0012 --format pdf -o bogen.pdf
      formpipe form consent -C caritas --case MA-CAR-2025-0012
    """
    set_up_messages(verbose, quiet)
    name, data = write_asked_form(settings_of(root), now, kind=KINDS[kind], fmt=fmt, case=case)
    target = target or Path(name)
    if target.exists():
        raise StorageError("the file is already there", where=target, mend="Give another name with -o.")
    write_file(target, data)
    click.echo(target)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@with_format
@click.option(
    "-C",
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    help="Root whose blanks, schemas/blanks/*.pdf too, prints are compared with (default: our own blanks).",
)
@with_verbosity
@click.pass_context
def extract(
    ctx: click.Context, files: tuple[Path, ...], output: str, root: Path | None, verbose: int, quiet: int
) -> None:
    """Print what stands on forms, any forms.

    Reads each FILE and prints its fields; needs no root, follows nothing
    outside the file and runs nothing in it. A PDF without fields is read as a
    print if it is one of a known blank. Exits 3 if a file cannot be read.

    \b
    Examples:
      formpipe extract aufnahme.docx
      formpipe extract --format json *.pdf
      formpipe extract -C caritas ausdruck.pdf
    """
    set_up_messages(verbose, quiet)
    failed = False
    root = _root_before(ctx, root)
    settings = None if root is None else settings_of(root)
    with Reader() as reader:
        for path in files:
            found = _bytes_of(path)
            if isinstance(found, UnreadableFormError):
                data = refused_json(path.name, found)
            else:
                data = extract_json(path.name, found, partial(read_any, reader, settings, now))
            failed = failed or data["error"] is not None
            click.echo(json_line(data) if output == "json" else _fields_text(data))
    ctx.exit(ExitCode.FORM if failed else ExitCode.OK)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@with_format
@with_root
@with_verbosity
@click.pass_context
def check(ctx: click.Context, files: tuple[Path, ...], root: Path, output: str, verbose: int, quiet: int) -> None:
    """Read and judge forms; change nothing.

    Prints for each FILE its kind and its findings, by field and rule. Exits 3
    if a file cannot be read or has an error.

    \b
    Examples:
      formpipe check -C caritas aufnahme.docx
    """
    set_up_messages(verbose, quiet)
    failed = False
    with Reader() as reader:
        for path in files:
            data = _bytes_of(path)
            if isinstance(data, UnreadableFormError):
                judged, name = Judged(code=data.code), "-"
            else:
                judged, name = judge_file(settings_of(root), now, reader, data), sha256_of(data)[:SHORT]
            findings = judged.verdict.findings if judged.verdict else ()
            bad = judged.code is not None or any(each.severity is Severity.ERROR for each in findings)
            failed = failed or bad
            result = {
                "file": name,
                "form": {"kind": judged.kind, "version": judged.version} if judged.kind else None,
                "fields": balance_data(judged.balance) if judged.balance else None,
                "error": judged.code,
                "findings": [finding_data(each) for each in findings],
            }
            click.echo(json_line(result) if output == "json" else _check_text(result))
    ctx.exit(ExitCode.FORM if failed else ExitCode.OK)


def _root_before(ctx: click.Context, root: Path | None) -> Path | None:
    """Return the root that was named with the verb or before it; the folder one is in is none unless it is named."""
    return root or (ctx.find_root().params.get("root") if ctx.parent else None)


def _bytes_of(path: Path) -> bytes | UnreadableFormError:
    """Return the bytes of *path*, or why it is not opened: no plain file, or far larger than a form."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return UnreadableFormError("this is no file", code="unsupported")
        if status.st_size > MOST_BYTES:
            return UnreadableFormError("the file is far larger than a form", code="too_large")
        return path.read_bytes()
    except OSError:
        return UnreadableFormError("there is no such file, or it may not be read", code="unsupported")


def _printable(text: str) -> str:
    """Return *text* without what would steer the terminal."""
    return "".join(each if each.isprintable() else "\ufffd" for each in text.replace("\n", " ⏎ "))


def _fields_text(data: Mapping[str, Any]) -> str:
    lines = [f"{_printable(data['file'])}  {data['container'] or '-'}"]
    error = data["error"]
    if isinstance(error, dict):
        lines.append(f"    {error['code']}: {error['message']}")
    fields = data["fields"]
    for each in fields if isinstance(fields, list) else []:
        value = each["display"] if each.get("display") is not None else each["value"]
        shown = "" if value is None else value
        flags = f"  [{', '.join(each['flags'])}]" if each["flags"] else ""
        lines.append(f"    {_printable(each['name']):<44} {each['state']:<11} {_printable(str(shown))}{flags}")
    return "\n".join(lines)


def _check_text(result: Mapping[str, Any]) -> str:
    form_kind = result["form"]
    kind = f"{form_kind['kind']} {form_kind['version']}" if isinstance(form_kind, dict) else "unknown form"
    lines = [f"{result['file']}  {kind}" + (f"  ({result['error']})" if result["error"] else "")]
    lines += [f"    {finding_line(each)}" for each in result["findings"]]
    return "\n".join(lines)
