"""From the PDF that LibreOffice made of a Word file to the one that is kept."""

from __future__ import annotations

from collections.abc import Iterator

from formpipe.canon import canonical, plan_json
from formpipe.documents.finish import finish
from formpipe.documents.record import Attachment, record
from formpipe.documents.reread import require_text
from formpipe.errors import StorageError
from formpipe.ledger import Book, forms
from formpipe.ledger.documents import DocumentRow
from formpipe.model import IntegrationPlan, Sha256
from formpipe.objects import Objects
from formpipe.pipeline.briefings import disclosure_for
from formpipe.pipeline.clientpapers import TITLES as CLIENT_TITLES
from formpipe.pipeline.clientpapers import client_paper_of
from formpipe.pipeline.make import ASKED, plan_of
from formpipe.pipeline.opened import OpenRoot
from formpipe.pipeline.records import RECORD
from formpipe.pipeline.withholding import check_pdf
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


def finished(root: OpenRoot, row: DocumentRow, pdf: bytes, word: bytes) -> bytes:
    """Return the *pdf* made from *word* with neutral properties: a briefing searched again, a record with its files.

    What was made is read once more: the text of *word* must stand in it.

    Raises:
        SetupError: It cannot be opened, carries what it must not, or lacks text.
        WithheldError: It holds what was not released, or the releases no longer cover it: a form that takes one back
            may have come, and wait for a decision, since the Word file was made.
    """
    name = row.name.removesuffix(ASKED)
    with root.ledger.transaction() as book:
        plan = plan_of(book, row)
        if name == "briefing":
            disclosure_for(root, book, plan, row)
    paper = client_paper_of(row)
    title = CLIENT_TITLES[paper.kind] if paper else TITLES[name]
    made = finish(pdf, title=f"{title} {row.case}", author=root.settings.carrier.name, dated=plan.dated)
    if name == "briefing":
        check_pdf(made, word, plan, root.library.catalogue)
    if name == RECORD:
        with root.ledger.transaction() as book:
            made = _record_of(book, root.objects, plan, made)
    require_text(made, word, where=f"{row.case} {row.name}")
    return made


def _record_of(book: Book, objects: Objects, plan: IntegrationPlan, pdf: bytes) -> bytes:
    """Return the finished *pdf* of *plan* with the form of this version, its answers and the plan inside.

    Raises:
        StorageError: The form is missing.
        SetupError: The PDF is no PDF/A.
    """
    return record(pdf, list(_attachments(book, objects, plan)), dated=plan.dated)


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
