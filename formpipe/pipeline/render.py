"""Makes the documents that are owed and publishes them; what fails stays owed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from itertools import groupby

from formpipe.documents.convert import office_program
from formpipe.errors import SetupError
from formpipe.ledger import Book, documents, plans
from formpipe.ledger.documents import DocumentRow
from formpipe.model import CaseNumber, Sha256
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

_ENOUGH = 8
"""Documents for each worker from which it pays to start processes: each takes a quarter of a second to start."""

_AT_ONCE = 400
"""So many documents are looked up, converted and published together; of the others only ids are kept in memory."""

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
        owed = _still_wanted(book)
    here, wanted = [each for each in owed if not each.office], [each for each in owed if each.office]
    office = pdf and bool(wanted) and office_program() is not None
    with (
        nullcontext(reader) if reader is not None else Reader() as proof,
        _makers_for(root, len(owed) if office else len(here), workers) as makers,
    ):
        made = 0
        for rows, drawn in makers.begun(_cases(root, here), lambda rows: _drawings(root, rows, makers, rendered)):
            _make_group(root, rows, drawn, proof, rendered, step)
            made += len(rows)
            if made >= _AT_ONCE:
                made = 0
                rendered.renamed += publish_due(root)
        rendered.renamed += publish_due(root)
        if office:
            from formpipe.pipeline.pdfs import make_pdfs  # noqa: PLC0415  # the PDF libraries, 25 MB

            for rows in _pieces(root, wanted):
                make_pdfs(root, _sources(root, rows, proof, rendered), makers, rendered, workers=workers)
                rendered.renamed += publish_due(root)
    rendered.pdfs_owed = _count_owed_pdfs(root)
    return rendered


def _makers_for(root: OpenRoot, documents_owed: int, workers: int) -> Makers:
    """Return who draws forms and finishes PDFs: more than this process if there is enough to do."""
    shared = Shared(
        definition=root.library.newest(REVIEW),
        carrier=root.settings.carrier.code,
        catalogue=root.library.catalogue,
    )
    return Makers(shared, workers if documents_owed >= _ENOUGH * workers else 1)


@dataclass(frozen=True, slots=True)
class _Owed:
    """A document to be made, so small that a year's can be kept: its id, its case, and whether LibreOffice makes it."""

    id: str
    case: CaseNumber
    office: bool


def _still_wanted(book: Book) -> list[_Owed]:
    """Return what is owed; forget what is for a version that is no longer the newest, but for receipts and notices."""
    kept, gone = [], []
    newest = plans.newest_checksums(book)
    for row in documents.owed(book):
        if not belongs_to_version(row) or newest.get(row.case) == row.plan_checksum:
            kept.append(_Owed(row.id, row.case, _needs_office(row)))
        else:
            gone.append(row.id)
    for each in gone:
        documents.drop_owed(book, each)
    return kept


def _pieces(root: OpenRoot, owed: Sequence[_Owed]) -> Iterator[list[DocumentRow]]:
    """Yield the documents *owed* some at a time, all of a case together."""
    ids: list[str] = []
    for _, group in groupby(owed, key=lambda each: each.case):
        ids += [each.id for each in group]
        if len(ids) >= _AT_ONCE:
            yield _rows(root, ids)
            ids = []
    if ids:
        yield _rows(root, ids)


def _cases(root: OpenRoot, owed: Sequence[_Owed]) -> Iterator[list[DocumentRow]]:
    """Yield the documents *owed* case by case."""
    for rows in _pieces(root, owed):
        for _, group in groupby(rows, key=lambda row: row.case):
            yield list(group)


def _rows(root: OpenRoot, ids: Sequence[str]) -> list[DocumentRow]:
    with root.ledger.transaction() as book:
        return documents.by_ids(book, ids)


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
    withheld, pdfs = set(), []
    with root.ledger.transaction() as book:
        for row in documents.owed(book):
            paper = (row.case, row.plan_checksum, row.name)
            if row.is_withheld:
                withheld.add(paper)
            if _needs_office(row):
                pdfs.append(paper)
    return sum(paper not in withheld for paper in pdfs)
