"""What `doctor` looks at: everything a run needs, found before a run begins."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from formpipe.blanks.write import write_form
from formpipe.disclose.disclose import Refusal, disclose
from formpipe.documents.convert import office_program
from formpipe.documents.merge import load_template
from formpipe.errors import FormpipeError, SetupError
from formpipe.ledger.place import refuse_share
from formpipe.model import CaseNumber, IntegrationPlan, Json, PlanValue, Sha256
from formpipe.pipeline.clientpapers import check_client_papers
from formpipe.pipeline.make import TEMPLATES
from formpipe.pipeline.opened import Clock, Root, look_at
from formpipe.pipeline.papers import letterhead_of, services_of
from formpipe.present import annex_context, briefing_context, plan_context
from formpipe.releases import releases_of
from formpipe.settings import Settings

_DAY = date(2026, 1, 1)
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
    catalogue, carrier, plan = root.library.catalogue, letterhead_of(root), _bare_plan()
    if document == "plan":
        return plan_context(plan, (), catalogue, carrier=carrier, services=(), managers={})
    if document == "annex":
        return annex_context(plan, catalogue, carrier=carrier, managers={})
    disclosure = disclose(plan, releases_of(plan, plan.dated), catalogue, on=plan.dated, stems=())
    if isinstance(disclosure, Refusal):
        raise SetupError("by these schemas nothing can ever be disclosed", where="schemas", mend="Look at x-jobcenter.")
    return briefing_context(disclosure, catalogue, carrier=carrier, law=root.library.law, managers={})


def _bare_plan() -> IntegrationPlan:
    """Return a plan of nobody that a briefing could be made of."""
    values: dict[str, Json] = {
        "benefits.regime": "sgb2",
        "work.target_occupation": "-",
        "consents[0].consent_id": "C01",
        "consents[0].scope": "J0",
        "consents[0].recipient": "-",
        "consents[0].granted": True,
        "consents[0].granted_on": _DAY.isoformat(),
        "consents[0].informed": ["zweck", "folgen_verweigerung", "widerruf"],
    }
    origin = Sha256("0" * 64)
    return IntegrationPlan(
        case=CaseNumber("MA-XXX-2026-0001"),
        version=1,
        dated=_DAY,
        values={key: PlanValue(value=value, origin=origin, name=key, on=_DAY) for key, value in values.items()},
        goals=(),
        inputs=(origin,),
    )


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
