"""Options that several verbs share, and the clock."""

from __future__ import annotations

import json
import logging
import os
import stat
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from formpipe.errors import FormpipeError, SetupError
from formpipe.settings import Settings, load_settings

Command = TypeVar("Command", bound=Callable[..., Any])

_LEVELS = (logging.ERROR, logging.WARNING, logging.INFO, logging.DEBUG)


def with_root(command: Command) -> Command:
    """Add `-C/--root`: the root folder of one carrier; may stand before the verb or after it."""
    return click.option(
        "-C",
        "--root",
        type=click.Path(file_okay=False, path_type=Path),
        callback=_root_of,
        envvar="FORMPIPE_ROOT",
        show_envvar=True,
        help="Root folder of the carrier (default: this folder).",
    )(command)


def _root_of(ctx: click.Context, _option: click.Parameter, value: Path | None) -> Path:
    before_the_verb: Path | None = ctx.find_root().params.get("root") if ctx.parent else None
    source = ctx.get_parameter_source("root")
    if before_the_verb is not None and source is not click.core.ParameterSource.COMMANDLINE:
        return before_the_verb
    return value or Path()


def plain_files(ctx: click.Context, _argument: click.Parameter, paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Refuse what is no plain file that can be read; by its place, since a dropped name may hold a person's."""
    for number, path in enumerate(paths, start=1):
        if not stat.S_ISREG(_mode_of(path)) or not os.access(path, os.R_OK):
            raise click.UsageError(f"FORM number {number} is no plain file that can be read.", ctx)
    return paths


def _mode_of(path: Path) -> int:
    try:
        return path.lstat().st_mode
    except OSError:
        return 0


def with_verbosity(command: Command) -> Command:
    """Add `-v` and `-q`: more and fewer messages on stderr."""
    quiet = click.option("-q", "--quiet", count=True, help="Say less.")
    return click.option("-v", "--verbose", count=True, help="Say more; twice for everything.")(quiet(command))


def with_format(command: Command) -> Command:
    """Add `--format text|json`."""
    return click.option(
        "--format",
        "output",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="How results are printed.",
    )(command)


def with_case(command: Command) -> Command:
    """Add the argument CASE."""
    return click.argument("case", metavar="CASE")(command)


def settings_of(root: Path) -> Settings:
    """Return the settings of the root folder *root*."""
    return load_settings(root)


def now() -> datetime:
    """Return the present moment (aware); `FORMPIPE_NOW` (RFC 3339) sets it, for tests and for repeating a run.

    Raises:
        SetupError: `FORMPIPE_NOW` is no moment with an offset.
    """
    fixed = os.environ.get("FORMPIPE_NOW")
    if not fixed:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(fixed)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise SetupError("FORMPIPE_NOW is no moment", mend="Write it like 2026-11-22T09:00:00+01:00.")
    return moment


def set_up_messages(verbose: int, quiet: int) -> None:
    """Send messages to stderr: errors and warnings, more with `-v`, less with `-q`."""
    level = _LEVELS[min(max(1 + verbose - quiet, 0), len(_LEVELS) - 1)]
    logging.basicConfig(level=level, format="formpipe: %(message)s", stream=sys.stderr, force=True)
    if as_json_lines():
        logging.getLogger().handlers[0].setFormatter(_JsonLines())
    for noisy in ("alembic", "pypdf", "fontTools", "pdfminer", "PIL"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)  # they log what stands in a file


def as_json_lines() -> bool:
    """Tell whether messages are wanted as JSON lines (`FORMPIPE_LOG=json`), for a log collector."""
    return os.environ.get("FORMPIPE_LOG", "").casefold() == "json"


def say(message: object, *, level: str = "error", **beside: str | int | None) -> None:
    """Write a message to stderr: as text, or as a JSON line with its time, its level and *beside*."""
    if as_json_lines():
        click.echo(_json_line(str(message), level, **beside), err=True)
    else:
        click.echo(f"formpipe: {message}", err=True)


def say_error(error: FormpipeError) -> None:
    """Write *error* to stderr; as a JSON line its place, its remedy and its exit code stand apart."""
    if as_json_lines():
        say(error.what, where=error.where, mend=error.mend, exit_code=int(error.exit_code))
    else:
        say(error)


class _JsonLines(logging.Formatter):
    """A log record as one line of JSON; never with the text of an exception, which may hold a value."""

    def format(self, record: logging.LogRecord) -> str:
        """Return *record* as JSON."""
        return _json_line(record.getMessage(), record.levelname.lower())


def _json_line(message: str, level: str, **beside: str | int | None) -> str:
    data = {"at": datetime.now(UTC).isoformat(), "level": level, "message": message, **beside}
    return json.dumps(data, ensure_ascii=True)


def is_terminal() -> bool:
    """Tell whether somebody is looking: without a terminal there is no colour and no progress bar."""
    return sys.stderr.isatty()
