"""From the PDF that LibreOffice made of a Word file to the one that is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from formpipe.canon import canonical, plan_json
from formpipe.documents.record import Attachment
from formpipe.errors import StorageError
from formpipe.ledger import Book, forms
from formpipe.ledger.documents import DocumentRow
from formpipe.model import IntegrationPlan, Sha256
from formpipe.objects import Objects
from formpipe.pipeline.briefings import disclosure_for
from formpipe.pipeline.clientpapers import TITLES as CLIENT_TITLES
from formpipe.pipeline.clientpapers import client_paper_of
from formpipe.pipeline.finished import Finishing
from formpipe.pipeline.make import ASKED, plan_of
from formpipe.pipeline.opened import OpenRoot
from formpipe.pipeline.records import RECORD
from formpipe.wording.record import ANSWERS, FORM, PLAN

TITLES = {
    "plan": "Integrationsplan",
    "annex": "Vertrauliche Anlage zum Integrationsplan",
    "briefing": "Ergänzung zum Kooperationsplan",
    RECORD: "Integrationsplan",
}
"""What a PDF is called; with the case number and no name (domain 4.3)."""

_SHORT = 12
_JSON = "application/json"
_MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "dotx": "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
    "pdf": "application/pdf",
}
"""Of the containers that a form is accepted in."""


def title_of(row: DocumentRow) -> str:
    """Return what the PDF *row* is called."""
    paper = client_paper_of(row)
    title = CLIENT_TITLES[paper.kind] if paper else TITLES[row.name.removesuffix(ASKED)]
    return f"{title} {row.case}"


def finishing_of(root: OpenRoot, rows: Sequence[DocumentRow], pdf: bytes, word: bytes) -> Finishing:
    """Return how the *pdf* made from *word* is finished for *rows*, documents of one plan version and title.

    Raises:
        WithheldError: The client's releases no longer cover it: a form that takes one back may have come, and wait for
            a decision, since the Word file was made.
        StorageError: The form that a record is to hold is missing.
    """
    first = rows[0]
    with root.ledger.transaction() as book:
        plan = plan_of(book, first)
        told = [row for row in rows if row.name.removesuffix(ASKED) == "briefing"]
        for row in told:
            disclosure_for(root, book, plan, row)
        is_recorded = any(row.name == RECORD for row in rows)
        attachments = tuple(_attachments(book, root.objects, plan)) if is_recorded else ()
    return Finishing(
        pdf=pdf,
        word=word,
        title=title_of(first),
        author=root.settings.carrier.name,
        dated=plan.dated,
        where=f"{first.case} {first.name}",
        plan=plan if told else None,
        attachments=attachments,
    )


def _attachments(book: Book, objects: Objects, plan: IntegrationPlan) -> Iterator[Attachment]:
    sha256 = Sha256(plan.inputs[-1])
    form = forms.by_sha256(book, sha256)
    if form is None or form.payload is None:
        raise StorageError("a form of the plan is not in the ledger", where=sha256[:_SHORT])
    container = str(form.container)
    yield Attachment(
        name=f"bogen-{sha256[:_SHORT]}.{container}",
        media_type=_MEDIA_TYPES[container],
        relation="Source",
        description=FORM,
        data=objects.get(sha256),
    )
    yield Attachment(
        name=f"angaben-{sha256[:_SHORT]}.json",
        media_type=_JSON,
        relation="Data",
        description=ANSWERS,
        data=canonical(form.payload["submission"]),
    )
    yield Attachment(
        name=f"plan-v{plan.version}.json",
        media_type=_JSON,
        relation="Data",
        description=PLAN,
        data=canonical(plan_json(plan)),
    )
