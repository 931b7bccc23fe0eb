"""Makes the documents that are owed and publishes them; what fails stays owed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from formpipe.documents.convert import convert, office_program
from formpipe.durable import sha256_of
from formpipe.errors import FormpipeError, SetupError
from formpipe.ledger import Book, documents, plans
from formpipe.ledger.documents import DocumentRow
from formpipe.pipeline.clientpapers import client_paper_of
from formpipe.pipeline.judge import Reads
from formpipe.pipeline.make import ASKED, make
from formpipe.pipeline.opened import WORK_PREFIX, OpenRoot
from formpipe.pipeline.publish import Renamed, belongs_to_version, publish_due
from formpipe.pipeline.records import RECORD
from formpipe.readers.child import Reader

CONVERTED = frozenset({"plan", "annex", "briefing", RECORD})
"""Documents whose PDF is made from the finished Word file (a record's from the plan's); a form's is drawn by itself."""

PDF_TIMEOUT_S = 120.0


class Rendered:
    """What came of a round: what could not be made or got another name, and how many PDFs are still owed."""

    def __init__(self) -> None:
        self.errors: list[FormpipeError] = []
        self.renamed: list[Renamed] = []
        self.pdfs_owed = 0


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
        workers: How many LibreOffices make PDFs at once.
        step: Called after each document (progress).

    Returns:
        The errors of single documents (they stay owed), and how many PDFs are owed.
    """
    rendered = Rendered()
    with root.ledger.transaction() as book:
        rows = _still_wanted(book, documents.owed(book))
    office = pdf and office_program() is not None
    with nullcontext(reader) if reader is not None else Reader() as proof:
        for row in rows:
            if not _needs_office(row):
                _make_one(root, row, proof, rendered)
                step()
        rendered.renamed += publish_due(root)
        wanted = [row for row in rows if _needs_office(row)]
        if office and wanted:
            _make_pdfs(root, _sources(root, wanted, proof, rendered), rendered, workers)
            rendered.renamed += publish_due(root)
    rendered.pdfs_owed = _count_owed_pdfs(root)
    return rendered


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


def _make_one(root: OpenRoot, row: DocumentRow, reader: Reads, rendered: Rendered) -> None:
    with _noting_failures(root, row, rendered):
        with root.ledger.transaction() as book:
            data = make(root, book, row, reader)
        _keep(root, row, data)


def _sources(
    root: OpenRoot, rows: Sequence[DocumentRow], reader: Reads, rendered: Rendered
) -> list[tuple[DocumentRow, bytes]]:
    """Return each of *rows* with the Word file that its PDF is made from; a row whose Word file failed is left out."""
    found = []
    for row in rows:
        with _noting_failures(root, row, rendered):
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


def _make_pdfs(root: OpenRoot, sources: Sequence[tuple[DocumentRow, bytes]], rendered: Rendered, workers: int) -> None:
    """Make the PDF of each of *sources*; rows with the same Word file, a plan and its record, share one conversion."""
    shared: dict[str, list[tuple[DocumentRow, bytes]]] = {}
    for row, word in sources:
        shared.setdefault(sha256_of(word), []).append((row, word))
    with TemporaryDirectory(prefix=WORK_PREFIX, dir=root.settings.archive) as work:
        batch = [(key, group[0][1]) for key, group in shared.items()]
        done = convert(batch, Path(work), timeout_s=PDF_TIMEOUT_S, workers=workers)
        for key, pdf in done.pdfs.items():
            made = pdf.read_bytes()
            for row, word in shared[key]:
                _keep_pdf(root, row, word, made, rendered)
    for row, _ in (each for key in done.failed for each in shared[key]):
        error = SetupError("LibreOffice made no PDF of a document; it stays owed", where=f"{row.case} {row.name}")
        _note_failed(root, row, error, rendered)


def _keep_pdf(root: OpenRoot, row: DocumentRow, word: bytes, pdf: bytes, rendered: Rendered) -> None:
    from formpipe.pipeline.finishing import finished  # noqa: PLC0415  # the PDF libraries, 25 MB

    with _noting_failures(root, row, rendered):
        _keep(root, row, finished(root, row, pdf, word))


def _keep(root: OpenRoot, row: DocumentRow, data: bytes) -> None:
    sha256 = root.objects.put(data)
    with root.ledger.transaction() as book:
        documents.mark_made(book, row, sha256, at=root.clock())


@contextmanager
def _noting_failures(root: OpenRoot, row: DocumentRow, rendered: Rendered) -> Iterator[None]:
    """Note what goes wrong with one document, which stays owed; a fault of ours, too, must not hold up the others."""
    try:
        yield
    except FormpipeError as error:
        _note_failed(root, row, error, rendered)
    except OSError:
        raise  # the disk's, and so everybody's
    except Exception as error:  # noqa: BLE001 - whatever it is; its text may hold a value, so only its kind is told
        told = f"internal error while a document was made ({type(error).__name__}); it stays owed"
        _note_failed(root, row, SetupError(told, where=f"{row.case or row.path} {row.name}"), rendered)


def _note_failed(root: OpenRoot, row: DocumentRow, error: FormpipeError, rendered: Rendered) -> None:
    rendered.errors.append(error)
    with root.ledger.transaction() as book:
        documents.mark_failed(book, row.id, type(error).__name__)


def _count_owed_pdfs(root: OpenRoot) -> int:
    with root.ledger.transaction() as book:
        rows = documents.owed(book)
    withheld = {(row.case, row.plan_checksum, row.name) for row in rows if row.is_withheld}
    return sum(_needs_office(row) and (row.case, row.plan_checksum, row.name) not in withheld for row in rows)
