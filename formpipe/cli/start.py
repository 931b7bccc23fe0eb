"""The program's first step: the overview at once, everything else through Click."""

from __future__ import annotations

import os
import sys

from formpipe.cli.verbs import VERBS

_USUAL_WIDTH = 80
_HEAD = """\
Usage: formpipe [OPTIONS] COMMAND [ARGS]...

  Turn filled Word and PDF forms into integration plans and Jobcenter
  briefings.

  Each carrier has a root folder with an inbox and an outbox.

  Examples:
    formpipe init caritas --carrier CAR
    formpipe -h
    formpipe run -C caritas

Options:
  --version             Show the version and exit.
  -C, --root DIRECTORY  Root folder of the carrier (default: this folder).
  -h, --help            Show this message and exit.

Commands:
"""


def start() -> None:
    """Run the command line.

    Click takes three times as long to load as Python itself to start, so the
    one text that needs nothing of it is kept here. A test holds it against
    Click's own.
    """
    if sys.argv[1:] in (["-h"], ["--help"]) and _width() >= _USUAL_WIDTH:
        sys.stdout.write(overview())
        return
    from formpipe.cli.group import main  # noqa: PLC0415  # the point of this function

    main()


def overview() -> str:
    """Return the help of the program as Click writes it on a terminal of the usual width."""
    widest = max(map(len, VERBS))
    return _HEAD + "".join(f"  {name:<{widest}}  {text}\n" for name, (_, text) in VERBS.items())


def _width() -> int:
    """Return the width of the terminal, as Click finds it (it asks `shutil`, which is large)."""
    try:
        return int(os.environ.get("COLUMNS", "0")) or os.get_terminal_size(1).columns or _USUAL_WIDTH
    except (ValueError, OSError):
        return _USUAL_WIDTH
