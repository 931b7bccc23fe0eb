"""The verbs `show`, `explain` and `briefing`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from formpipe.canon import plan_json
from formpipe.cli.disclosed import paper_data, paper_text, sent_data, sent_text
from formpipe.cli.options import (
    now,
    say_error,
    set_up_messages,
    settings_of,
    with_case,
    with_format,
    with_root,
    with_verbosity,
)
from formpipe.disclose.disclose import Refusal
from formpipe.errors import ExitCode
from formpipe.pipeline.again import make_briefing
from formpipe.pipeline.ask import Origin, flat_values, list_sent, list_told, origins_of, plan_as_of
from formpipe.pipeline.opened import LOCAL_TIME, open_root
from formpipe.report import NO_BRIEFING, exit_code_of, json_line
from formpipe.spell import spell

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@with_case
@click.option("--as-of", "as_of", type=_DAY, help="The plan as the forms dated up to this day make it.")
@with_format
@with_root
@with_verbosity
def show(case: str, as_of: datetime | None, output: str, root: Path, verbose: int, quiet: int) -> None:
    """Print the plan of a case.

    Prints the newest version of the plan of CASE, every value by its key.

    \b
    Examples:
      formpipe show MA-CAR-2025-0012 -C caritas
      formpipe show MA-CAR-2025-0012 --as-of 2025-12-31 --format json
    """
    set_up_messages(verbose, quiet)
    plan, catalogue = plan_as_of(settings_of(root), now, case, as_of.date() if as_of else None)
    if output == "json":
        click.echo(json_line(plan_json(plan)))
        return
    click.echo(f"{plan.case}  version {plan.version}  {plan.dated.isoformat()}")
    for key, value in flat_values(plan).items():
        spec = catalogue.spec_of(key)
        click.echo(f"  {key:<44} {spell(value.value, spec) if spec else value.value}")


@click.command()
@with_case
@click.argument("key", metavar="KEY", required=False)
@click.option("--disclosed", is_flag=True, help="What the papers for the Jobcenter tell, and under which release.")
@with_format
@with_root
@with_verbosity
def explain(case: str, key: str | None, disclosed: bool, output: str, root: Path, verbose: int, quiet: int) -> None:  # noqa: FBT001 - a flag
    """Print where a value of a plan comes from.

    Prints for KEY (housing.wbs_status, G01.title, goals[0].title) the form by
    its checksum, its field, what was written there, and the form's date. With
    --disclosed prints for each paper for the Jobcenter every value in it (or
    KEY alone) with the release it goes out under.

    \b
    Examples:
      formpipe explain MA-CAR-2025-0012 housing.wbs_status -C caritas
      formpipe explain MA-CAR-2025-0012 G01.status
      formpipe explain MA-CAR-2025-0012 --disclosed
    """
    set_up_messages(verbose, quiet)
    if disclosed:
        for paper in list_told(settings_of(root), now, case, key):
            click.echo(json_line(paper_data(paper)) if output == "json" else paper_text(paper))
        return
    if key is None:
        raise click.UsageError("Missing argument 'KEY' (only --disclosed goes without).")
    for origin in origins_of(settings_of(root), now, case, key):
        click.echo(json_line(_origin_data(origin)) if output == "json" else _origin_text(origin))


@click.command()
@with_case
@click.option("--on", "on", type=_DAY, help="The day of the appointment (default: today).")
@click.option("--sent", is_flag=True, help="List what was handed over before: when, to whom.")
@with_format
@with_root
@with_verbosity
@click.pass_context
def briefing(
    ctx: click.Context,
    *,
    case: str,
    on: datetime | None,
    sent: bool,
    output: str,
    root: Path,
    verbose: int,
    quiet: int,
) -> None:
    """Make the paper for the Jobcenter.

    Writes the briefing of CASE to its folder in outbox/, from what the client
    has released on that day, with a form on which the client approves it;
    until then it is marked as a draft. Exits 3 and writes nothing if there is
    no release. With --sent it writes nothing and lists the approved papers.

    \b
    Examples:
      formpipe briefing MA-CAR-2025-0012 -C caritas
      formpipe briefing MA-CAR-2025-0012 --on 2026-11-25
      formpipe briefing MA-CAR-2025-0012 --sent --format json
    """
    set_up_messages(verbose, quiet)
    if sent:
        for each in list_sent(settings_of(root), now, case):
            click.echo(json_line(sent_data(each)) if output == "json" else sent_text(each))
        return
    day: date = on.date() if on else now().astimezone(LOCAL_TIME).date()
    with open_root(settings_of(root), now) as opened:
        done = make_briefing(opened, case, day)
    if isinstance(done, Refusal):
        about = f" ({', '.join(done.keys)})" if done.keys else ""
        why = f"{NO_BRIEFING[done.code]} [{done.reason} {done.rule}, {done.code}]{about}"
        click.echo(f"formpipe: {case}: no briefing on {day.isoformat()}: {why}", err=True)
        ctx.exit(ExitCode.FORM)
    for path in done.paths:
        click.echo(json_line({"case": case, "on": day.isoformat(), "path": path}) if output == "json" else path)
    for error in done.errors:
        say_error(error)
    ctx.exit(exit_code_of((), done.errors))


def _origin_data(origin: Origin) -> dict[str, str | None]:
    return {
        "key": origin.key,
        "value": origin.value,
        "form": origin.kind,
        "sha256": origin.sha256,
        "date": origin.form_date.isoformat(),
        "field": origin.name,
        "written": origin.written,
    }


def _origin_text(origin: Origin) -> str:
    written = f", written «{origin.written}»" if origin.written is not None else ", derived by the program"
    where = f"{origin.kind} {origin.sha256[:12]} of {origin.form_date.isoformat()}"
    return f"{origin.key}: {origin.value}\n  from {where}, field {origin.name}{written}"
