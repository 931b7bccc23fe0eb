"""Makes the documents that are owed and publishes them; what fails stays owed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from itertools import groupby

from formpipe.documents.convert import office_program
from formpipe.errors import SetupError
from formpipe.ledger import Book, documents, plans
from formpipe.ledger.documents import DocumentRow
from formpipe.model import Sha256
from formpipe.pipeline.clientpapers import client_paper_of
from formpipe.pipeline.judge import Reads
from formpipe.pipeline.make import ASKED, REVIEW, make, review_of
from formpipe.pipeline.makers import Makers
from formpipe.pipeline.opened import OpenRoot
from formpipe.pipeline.publish import belongs_to_version, publish_due
from formpipe.pipeline.records import RECORD
from formpipe.pipeline.rendered import Rendered, note_made, noting_failures
from formpipe.pipeline.works import Shared
from formpipe.readers.child import Reader

CONVERTED = frozenset({"plan", "annex", "briefing", RECORD})
"""Documents whose PDF is made from the finished Word file (a record's from the plan's); a form's is drawn by itself."""

_ENOUGH = 4
"""Pieces of work for each worker from which it pays to start processes for them: each takes half a second to start."""

_Drawn = Callable[[], Mapping[str, bytes]]


def render_owed(
    root: OpenRoot,
    reader: Reads | None = None,
    *,
    pdf: bool = True,
    workers: int = 1,
    step: Callable[[], None] = lambda: None,
) -> Rendered:
    """Make and publish everything that is owed.

    Args:
        reader: Proves what goes back to be mended; without it, one is started where it is needed.
        pdf: Whether PDFs of merged documents are made now or left owed.
        workers: How many processes draw forms and finish PDFs, and how many LibreOffices convert, at once.
        step: Called after each document (progress).

    Returns:
        The errors of single documents (they stay owed), and how many PDFs are owed.
    """
    rendered = Rendered()
    with root.ledger.transaction() as book:
        rows = _still_wanted(book, documents.owed(book))
    here, wanted = [row for row in rows if not _needs_office(row)], [row for row in rows if _needs_office(row)]
    office = pdf and bool(wanted) and office_program() is not None
    with (
        nullcontext(reader) if reader is not None else Reader() as proof,
        _makers_for(root, here, wanted if office else (), workers) as makers,
    ):
        by_case = [list(group) for _, group in groupby(here, key=lambda row: row.case)]
        for group, drawn in makers.begun(by_case, lambda group: _drawings(root, group, makers, rendered)):
            _make_group(root, group, drawn, proof, rendered, step)
        rendered.renamed += publish_due(root)
        if office:
            from formpipe.pipeline.pdfs import make_pdfs  # noqa: PLC0415  # the PDF libraries, 25 MB

            make_pdfs(root, _sources(root, wanted, proof, rendered), makers, rendered, workers=workers)
            rendered.renamed += publish_due(root)
    rendered.pdfs_owed = _count_owed_pdfs(root)
    return rendered


def _makers_for(root: OpenRoot, here: Sequence[DocumentRow], converted: Sequence[DocumentRow], workers: int) -> Makers:
    """Return who draws the forms among *here* and finishes *converted*: more than this process if there is enough."""
    shared = Shared(
        definition=root.library.newest(REVIEW),
        carrier=root.settings.carrier.code,
        catalogue=root.library.catalogue,
    )
    pieces = sum(row.name == REVIEW for row in here) + len(converted)
    return Makers(shared, workers if pieces >= _ENOUGH * workers else 1)


def _still_wanted(book: Book, rows: Sequence[DocumentRow]) -> list[DocumentRow]:
    """Forget what is owed for a version that is no longer the newest, but for receipts and notices."""
    kept = []
    newest = plans.newest_checksums(book)
    for row in rows:
        if not belongs_to_version(row) or newest.get(row.case) == row.plan_checksum:
            kept.append(row)
        else:
            documents.drop_owed(book, row.id)
    return kept


def _needs_office(row: DocumentRow) -> bool:
    is_merged = row.name.removesuffix(ASKED) in CONVERTED or client_paper_of(row) is not None
    return row.format == "pdf" and is_merged


def _drawings(root: OpenRoot, rows: Sequence[DocumentRow], makers: Makers, rendered: Rendered) -> dict[str, _Drawn]:
    """Begin to draw the review forms among *rows*; the two formats of one are drawn together."""
    begun: dict[str, _Drawn] = {}
    for row in rows:
        if row.name == REVIEW and row.plan_checksum not in begun:
            with noting_failures(root, row, rendered), root.ledger.transaction() as book:
                begun[row.plan_checksum] = makers.draw(review_of(root, book, row))
    return begun


def _make_group(
    root: OpenRoot,
    rows: Sequence[DocumentRow],
    drawn: Mapping[str, _Drawn],
    reader: Reads,
    rendered: Rendered,
    step: Callable[[], None],
) -> None:
    """Make the documents *rows* of one case, and note what was made at once."""
    kept: list[tuple[DocumentRow, Sha256]] = []
    for row in rows:
        if row.name.startswith("notice"):  # it tells whether the faults are marked in the form that lies beside it
            note_made(root, kept)
            kept = []
        if row.name != REVIEW or row.plan_checksum in drawn:  # else its fault is noted
            with noting_failures(root, row, rendered):
                kept.append((row, root.objects.put(_made(root, row, drawn, reader))))
        step()
    note_made(root, kept)


def _made(root: OpenRoot, row: DocumentRow, drawn: Mapping[str, _Drawn], reader: Reads) -> bytes:
    if row.name == REVIEW:
        with suppress(SetupError):  # where a PDF cannot be drawn, the Word file can be
            return drawn[row.plan_checksum]()[row.format]
    with root.ledger.transaction() as book:
        return make(root, book, row, reader)


def _sources(
    root: OpenRoot, rows: Sequence[DocumentRow], reader: Reads, rendered: Rendered
) -> list[tuple[DocumentRow, bytes]]:
    """Return each of *rows* with the Word file that its PDF is made from; a row whose Word file failed is left out."""
    found = []
    for row in rows:
        with noting_failures(root, row, rendered):
            with root.ledger.transaction() as book:
                word = _word_of(root, book, row, reader)
            found += [] if word is None else [(row, word)]
    return found


def _word_of(root: OpenRoot, book: Book, row: DocumentRow, reader: Reads) -> bytes | None:
    """Return the Word file of *row*: the one that is kept, or for the record of an older version the plan made anew."""
    wanted = replace(row, name="plan" if row.name == RECORD else row.name, format="docx")
    for each in documents.documents_of(book, row.case, row.plan_checksum):
        if (each.name, each.format, each.on) == (wanted.name, wanted.format, wanted.on):
            return None if each.object is None else root.objects.get(each.object)
    return make(root, book, wanted, reader) if row.name == RECORD else None


def _count_owed_pdfs(root: OpenRoot) -> int:
    with root.ledger.transaction() as book:
        rows = documents.owed(book)
    withheld = {(row.case, row.plan_checksum, row.name) for row in rows if row.is_withheld}
    return sum(_needs_office(row) and (row.case, row.plan_checksum, row.name) not in withheld for row in rows)
