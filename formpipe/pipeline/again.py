"""Brings documents back into the outbox: the newest ones from the archive, an older version's on request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from formpipe.canon import plan_from_json
from formpipe.disclose.disclose import Refusal
from formpipe.errors import FormpipeError, SetupError
from formpipe.ledger import Book, documents, plans
from formpipe.ledger.documents import DocumentRow
from formpipe.ledger.plans import PlanRow
from formpipe.model import CaseNumber, IntegrationPlan
from formpipe.pipeline.briefings import owe_briefing
from formpipe.pipeline.clientpapers import ClientPaper, require_language
from formpipe.pipeline.make import ASKED
from formpipe.pipeline.opened import OpenRoot
from formpipe.pipeline.owe import has_annex, version_rows
from formpipe.pipeline.publish import EARLIER, publish_rows
from formpipe.pipeline.render import render_owed


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was put into the outbox (paths below it), and what could not be made."""

    paths: tuple[str, ...]
    errors: tuple[FormpipeError, ...] = ()


def publish_again(root: OpenRoot, cases: Sequence[str]) -> Done:
    """Publish the newest documents of *cases* (none named: of all) and make what is owed.

    Raises:
        SetupError: A case has no plan.
    """
    rendered = render_owed(root)
    with root.ledger.transaction() as book:
        known = plans.case_numbers(book)
        for case in cases:
            newest(book, case)
        numbers = [number for number in known if not cases or number in cases]
    with root.ledger.transaction() as book:
        rows = [row for number in numbers for row in _made(book, number)]
    publish_rows(root, rows)
    return Done(paths=tuple(row.path for row in rows), errors=tuple(rendered.errors))


def publish_version(root: OpenRoot, case: str, version: int) -> Done:
    """Make and publish plan and annex of an older *version* under the case's folder for earlier ones.

    Raises:
        SetupError: The case has no plan, or no such version.
    """
    with root.ledger.transaction() as book:
        rows = plans.versions_of(book, CaseNumber(case))
        row = next((each for each in rows if each.version == version), None)
        if row is None:
            raise SetupError(f"there is no version {version} of this plan", where=case)
        plan = plan_from_json(row.body)
        asked = [_asked(each) for each in version_rows(plan, annex=has_annex(root, plan))]
        for each in asked:
            documents.owe(book, each, at=root.clock())
    return _make_asked(root, plan, row, {each.name for each in asked})


def make_briefing(root: OpenRoot, case: str, on: date) -> Done | Refusal:
    """Make the paper for the Jobcenter for the day *on*, or return why there is none.

    Raises:
        SetupError: The case has no plan.
    """
    with root.ledger.transaction() as book:
        plan = plan_from_json(newest(book, case).body)
        refusal = owe_briefing(root, book, plan, on, at=root.clock())
        if refusal is not None:
            return refusal
    done = render_owed(root)
    with root.ledger.transaction() as book:
        made = [each for each in _made(book, plan.case) if each.name in {"briefing", "approval"} and each.on == on]
    publish_rows(root, made)
    made.sort(key=lambda each: each.name != "briefing")
    return Done(paths=tuple(each.path for each in made), errors=tuple(done.errors))


def make_for_client(root: OpenRoot, case: str, paper: ClientPaper) -> Done:
    """Make *paper* of the newest plan of *case* anew, and publish it; a newer version takes it away.

    Raises:
        SetupError: The case has no plan, or the forms do not know the language.
    """
    require_language(root, paper.language)
    with root.ledger.transaction() as book:
        row = newest(book, case)
        wanted = paper.rows(plan_from_json(row.body))
        names = {each.name for each in wanted}
        # Word list and template may have changed since it was made before.
        before = [each for each in documents.documents_of(book, row.case, row.checksum) if each.name in names]
        documents.supersede(book, before, at=root.clock())
        for each in wanted:
            documents.owe(book, each, at=root.clock())
    rendered = render_owed(root)
    with root.ledger.transaction() as book:
        made = [each for each in _made(book, row.case) if each.name in names]
    publish_rows(root, made)
    return Done(paths=tuple(each.path for each in made), errors=tuple(rendered.errors))


def newest(book: Book, case: str) -> PlanRow:
    """Return the newest plan version of *case*.

    Raises:
        SetupError: The case has no plan.
    """
    versions = plans.versions_of(book, CaseNumber(case))
    if not versions:
        raise SetupError("there is no plan of this case", where=case, mend="`formpipe run` tells the case numbers.")
    return versions[-1]


def _asked(row: DocumentRow) -> DocumentRow:
    """Mark a document as asked for by a person: it is kept apart and made although it is not the newest."""
    head, _, rest = row.path.partition("/")
    return replace(row, name=f"{row.name}{ASKED}", path=f"{head}/{EARLIER}/{rest}", detail={"asked": True})


def _make_asked(root: OpenRoot, plan: IntegrationPlan, row: PlanRow, names: set[str]) -> Done:
    rendered = render_owed(root)
    with root.ledger.transaction() as book:
        rows = documents.documents_of(book, plan.case, row.checksum)
    made = [each for each in rows if each.name in names and each.object is not None]
    publish_rows(root, made)
    return Done(paths=tuple(each.path for each in made), errors=tuple(rendered.errors))


def _made(book: Book, number: CaseNumber) -> list[DocumentRow]:
    versions = plans.versions_of(book, number)
    rows = documents.documents_of(book, number, versions[-1].checksum) if versions else []
    return [row for row in rows if row.object is not None and row.path]
