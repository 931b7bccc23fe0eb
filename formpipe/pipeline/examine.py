"""What `doctor` looks at: everything a run needs, found before a run begins."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from formpipe.blanks.write import write_form
from formpipe.documents.convert import office_program
from formpipe.documents.merge import load_template
from formpipe.errors import FormpipeError
from formpipe.ledger.place import refuse_share
from formpipe.pipeline.clientpapers import check_client_papers
from formpipe.pipeline.make import TEMPLATES
from formpipe.pipeline.opened import Clock, Root, look_at
from formpipe.pipeline.papers import services_of
from formpipe.pipeline.samples import Size, contexts_of, sample_plan
from formpipe.settings import Settings

OFFICE_MEND = "no PDFs until it is there; apt-get install libreoffice-writer-nogui"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at: `state` is `ok`, `warning` or `missing`; `told` says what to do."""

    what: str
    state: str
    told: str = ""


def examine(settings: Settings, clock: Clock) -> tuple[Check, ...]:
    """Return a check for each thing a run needs, in the order a run needs it."""
    return tuple(_checks(settings, clock))


def _checks(settings: Settings, clock: Clock) -> Iterator[Check]:
    yield Check(what=f"settings of carrier {settings.carrier.code}", state="ok")
    root = look_at(settings, clock)
    yield Check(what="schemas", state="ok")
    for folder in (settings.inbox, settings.outbox):
        yield _folder(folder)
    yield _archive(settings.archive)
    yield _tried("place of the ledger", partial(refuse_share, settings.ledger.parent))
    yield _tried("services", partial(services_of, root))
    for document, name in TEMPLATES.items():
        yield _tried(f"template {name}", partial(_check_template, root, document))
    yield _tried("papers for clients", lambda: check_client_papers(root, _names_of(root, "plan")))
    yield _tried("fonts for PDF forms", partial(_draw, root))
    found = office_program()
    yield Check(what="LibreOffice", state="ok" if found else "missing", told="" if found else OFFICE_MEND)


def _tried(what: str, look: Callable[[], object]) -> Check:
    try:
        look()
    except FormpipeError as error:
        return Check(what=what, state="missing", told=str(error))
    return Check(what=what, state="ok")


def _check_template(root: Root, document: str) -> None:
    """Raise if the template of *document* does not load, or names what the program has no data for."""
    template = load_template(root.template(TEMPLATES[document]))
    template.check(_names_of(root, document))


def _names_of(root: Root, document: str) -> Iterable[str]:
    """Return the names that a template of *document* can use: those of a plan with next to nothing in it."""
    return contexts_of(root, sample_plan(root.library.catalogue, Size.MINIMAL))[document]


def _draw(root: Root) -> bytes:
    return write_form(root.library.newest("review"), fmt="pdf", carrier=root.settings.carrier.code)


def _folder(folder: Path) -> Check:
    what = f"folder {folder.name}"
    if not folder.is_dir():
        return Check(what=what, state="warning", told="the first run makes it")
    if stat.S_IMODE(folder.stat().st_mode) & 0o007:
        return Check(what=what, state="warning", told="everybody on this machine can look into it")
    return Check(what=what, state="ok")


def _archive(folder: Path) -> Check:
    if not folder.is_dir():
        return Check(what="archive", state="warning", told="the first run makes it")
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return Check(what="archive", state="missing", told=f"others can read it; run: chmod 700 {folder.name}")
    return Check(what="archive", state="ok")
