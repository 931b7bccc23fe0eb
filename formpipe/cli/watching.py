"""The verb `watch`: the service."""

from __future__ import annotations

import signal
import time
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
from formpipe.errors import FormpipeError
from formpipe.pipeline.run import RunResult
from formpipe.report import json_line, outcome_json, outcome_lines
from formpipe.runner.status import Status
from formpipe.runner.watch import Stop, Stopped, WatchRequest
from formpipe.runner.watch import watch as serve

_PATIENCE_S = 6.0
"""What is in hand when the end is asked for gets so long; then it is left for the next start, which mends it."""


@click.command()
@click.option("--poll", type=click.FloatRange(0.1, 60), default=2.0, show_default=True, help="Seconds between polls.")
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Files read, and papers made, at once."
)
@click.option("--no-pdf", is_flag=True, help="Leave PDFs owed.")
@with_format
@with_root
@with_verbosity
def watch(root: Path, output: str, poll: float, jobs: int, verbose: int, quiet: int, *, no_pdf: bool) -> None:
    """Take in the inbox for ever.

    Takes each file of inbox/ once it is complete and has not changed for
    settle_s seconds, prints what became of it, and keeps archive/status.json.
    SIGTERM or Ctrl-C ends it within ten seconds, with exit code 0.

    \b
    Examples:
      formpipe watch -C caritas
      formpipe watch -C caritas --poll 10 --format json
    """
    set_up_messages(verbose, quiet)
    stop = Stop()
    _listen(stop)

    def tell(result: RunResult | FormpipeError, status: Status) -> None:
        if isinstance(result, FormpipeError):
            say_error(result)
        else:
            _print(result, output)
        if not quiet:
            say(status.line(), level="info")

    request = WatchRequest(poll_s=poll, jobs=jobs, pdf=not no_pdf)
    serve(settings_of(root), now, request, stop, tell=tell, monotonic=time.monotonic)


def _listen(stop: Stop) -> None:
    """Let SIGTERM and SIGINT ask for the end; what takes too long then is cut short (every step bears that)."""

    def ask(_number: int, _frame: object) -> None:
        stop.set()
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, _PATIENCE_S)

    def cut(_number: int, _frame: object) -> None:
        if not stop.over:
            raise Stopped

    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, cut)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)


def _print(result: RunResult, output: str) -> None:
    for outcome in result.outcomes:
        click.echo(json_line(outcome_json(outcome)) if output == "json" else "\n".join(outcome_lines(outcome)))
    for error in result.errors:
        say_error(error)
