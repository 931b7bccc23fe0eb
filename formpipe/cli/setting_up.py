"""The verbs `init` and `doctor`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from formpipe.cli.options import now, say_error, set_up_messages, settings_of, with_root, with_verbosity
from formpipe.durable import make_folder, write_file
from formpipe.errors import ExitCode, SetupError, StorageError
from formpipe.pipeline.blanks import refresh_blanks
from formpipe.pipeline.examine import examine
from formpipe.pipeline.opened import open_root
from formpipe.pipeline.preflight import look_at_templates, report_lines
from formpipe.report import exit_code_of
from formpipe.settings import FILE, REGIMES, load_settings

CARRIERS = {
    "CAR": ("Caritasverband Mannheim", "kdg"),
    "DIA": ("Diakonisches Werk Mannheim", "dsg_ekd"),
    "AWO": ("AWO Kreisverband Mannheim", "dsgvo"),
    "DRK": ("DRK Kreisverband Mannheim", "dsgvo"),
    "PAR": ("Der Paritätische, Kreisverband Mannheim", "dsgvo"),
    "STA": ("Stadt Mannheim", "dsgvo"),
}


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--carrier", "code", required=True, metavar="CODE", help="Code of the carrier, such as CAR.")
@click.option("--name", help="Name of the carrier as documents print it.")
@click.option("--address", default="", help="Address of the carrier as documents print it.")
@click.option("--regime", type=click.Choice(REGIMES), help="Data-protection law the carrier is under.")
@click.option("--case-prefix", default="MA", show_default=True, help="First part of case numbers.")
@with_verbosity
@click.pass_context
def init(
    ctx: click.Context,
    folder: Path,
    code: str,
    name: str | None,
    address: str,
    regime: str | None,
    case_prefix: str,
    verbose: int,
    quiet: int,
) -> None:
    """Make a root for a carrier.

    Makes DIR with formpipe.toml, inbox/, outbox/ with blank forms, and archive/
    (readable by its owner only). A root that exists is left alone (exit 5).

    \b
    Examples:
      formpipe init caritas --carrier CAR
      formpipe init verein --carrier VER --name "Verein Muster" --regime dsgvo
    """
    set_up_messages(verbose, quiet)
    target = folder / FILE
    if target.exists():
        raise StorageError("there is a root already", where=target)
    known_name, known_regime = CARRIERS.get(code, (code, "dsgvo"))
    make_folder(folder)
    text = _settings_text(code, name or known_name, address, regime or known_regime, case_prefix)
    write_file(target, text.encode())
    try:
        settings = load_settings(folder)
    except SetupError:
        target.unlink()  # what cannot be loaded is no root
        raise
    with open_root(settings, now) as root:
        faults = refresh_blanks(root)
    click.echo(f"{folder}: root of {code} made; drop forms into {folder / 'inbox'}")
    for fault in faults:
        say_error(fault)
    ctx.exit(exit_code_of((), faults))


@click.command()
@click.option("--templates", "templates", is_flag=True, help="Try each template on three invented plans.")
@with_root
@with_verbosity
@click.pass_context
def doctor(ctx: click.Context, root: Path, verbose: int, quiet: int, *, templates: bool) -> None:
    """Check that everything is in order.

    Looks at the settings, schemas, templates, folders, fonts and LibreOffice,
    and prints a line for each. Exits 4 if something needed is missing.

    With --templates it reads every template, fills it with a very small, a
    usual and the largest possible plan of nobody, counts the pages, and writes
    what it finds as comments into a copy in outbox/vorlagen-pruefung/. From then on a
    template of this root's own makes documents only as it was found sound.

    \b
    Examples:
      formpipe doctor -C caritas
      formpipe doctor --templates -C caritas
    """
    set_up_messages(verbose, quiet)
    if templates:
        reports = look_at_templates(settings_of(root), now)
        for report in reports:
            for state, told in report_lines(report):
                click.echo(f"{state:<8} template {report.name}: {told}")
        ctx.exit(ExitCode.OK if all(report.is_sound for report in reports) else ExitCode.SETUP)
    checks = examine(settings_of(root), now)
    for each in checks:
        click.echo(f"{each.state:<8} {each.what}" + (f": {each.told}" if each.told else ""))
    if any(each.state == "missing" for each in checks):
        ctx.exit(ExitCode.SETUP)


def _settings_text(code: str, name: str, address: str, regime: str, prefix: str) -> str:
    # JSON strings are TOML basic strings, so quotes and umlauts in a name are safe
    lines = [
        "# Settings of this root; README.md lists all keys.",
        f"case_prefix = {json.dumps(prefix)}",
        "",
        "[carrier]",
        f"code = {json.dumps(code)}",
        f"name = {json.dumps(name, ensure_ascii=False)}",
        f"address = {json.dumps(address, ensure_ascii=False)}",
        f"legal_regime = {json.dumps(regime)}",
        "",
        "[managers]",
        '# "car-mmuster" = "Maria Muster"',
        "",
    ]
    return "\n".join(lines)
