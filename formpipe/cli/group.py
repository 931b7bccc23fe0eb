"""The command `formpipe`: finds the verb, and turns our errors into messages and exit codes."""

from __future__ import annotations

import builtins
import importlib
import os
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from formpipe import __version__
from formpipe.cli.options import say_error
from formpipe.cli.verbs import VERBS
from formpipe.errors import FormpipeError


class Verbs(click.Group):
    """Loads a verb's module when the verb is called; its help line stands in `VERBS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the order of the work."""
        del ctx
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the verb *cmd_name*."""
        del ctx
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(VERBS[cmd_name][0])
        name = f"{cmd_name}_" if hasattr(builtins, cmd_name) else cmd_name
        command: click.Command = getattr(module, name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without loading them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in VERBS.items()])

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - Click's own signature
        """Run the verb; an error of ours becomes its message and exit code."""
        try:
            return super().invoke(ctx)
        except FormpipeError as error:
            say_error(error)
            ctx.exit(int(error.exit_code))
        except (click.exceptions.ClickException, click.exceptions.Exit, click.exceptions.Abort):
            raise
        except Exception as error:  # noqa: BLE001 - the last place that can keep a value out of a traceback
            click.echo(crash_text(error), err=True)
            ctx.exit(1)


def keep_private() -> None:
    """Let nothing that this process or a program it starts makes be readable by others, nor its memory be dumped.

    A core dump would hold what people wrote. What others may see (the outbox
    of a group) is made with rights of its own.
    """
    os.umask(0o077)
    with suppress(ImportError):  # not on Windows
        resource = importlib.import_module("resource")
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def crash_text(error: Exception) -> str:
    """Return where *error* came from; without its text, which may hold what a person wrote."""
    places = [
        f"  {Path(each.filename).name}:{each.lineno} {each.name}" for each in traceback.extract_tb(error.__traceback__)
    ]
    lines = [f"formpipe: internal error ({type(error).__name__}); nothing was lost, run the command again", *places]
    return "\n".join(lines)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="formpipe")
@click.option(
    "-C",
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    help="Root folder of the carrier (default: this folder).",
)
def main(root: Path | None) -> None:
    """Turn filled Word and PDF forms into integration plans and Jobcenter briefings.

    Each carrier has a root folder with an inbox and an outbox.

    \b
    Examples:
      formpipe init caritas --carrier CAR
      formpipe -h
      formpipe run -C caritas
    """
    del root  # the verb finds it in the context
    keep_private()
