"""What came of making documents: what was made is noted as such, and what failed stays owed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from formpipe.errors import FormpipeError, SetupError
from formpipe.ledger import documents
from formpipe.ledger.documents import DocumentRow
from formpipe.model import Sha256
from formpipe.pipeline.opened import OpenRoot
from formpipe.pipeline.publish import Renamed


class Rendered:
    """What came of a round: what could not be made or got another name, and how many PDFs are still owed."""

    def __init__(self) -> None:
        self.errors: list[FormpipeError] = []
        self.renamed: list[Renamed] = []
        self.pdfs_owed = 0


@contextmanager
def noting_failures(root: OpenRoot, row: DocumentRow, rendered: Rendered) -> Iterator[None]:
    """Note what goes wrong with the document *row*, which stays owed; a fault of ours, too, holds up no other."""
    try:
        yield
    except FormpipeError as error:
        note_failed(root, row, error, rendered)
    except OSError:
        raise  # the disk's, and so everybody's
    except Exception as error:  # noqa: BLE001 - whatever it is; its text may hold a value, so only its kind is told
        told = f"internal error while a document was made ({type(error).__name__}); it stays owed"
        note_failed(root, row, SetupError(told, where=place_of(row)), rendered)


def note_failed(root: OpenRoot, row: DocumentRow, error: FormpipeError, rendered: Rendered) -> None:
    """Note why the document *row* could not be made."""
    rendered.errors.append(error)
    with root.ledger.transaction() as book:
        documents.mark_failed(book, row.id, type(error).__name__)


def note_made(root: OpenRoot, made: Sequence[tuple[DocumentRow, Sha256]]) -> None:
    """Note documents that lie in the object store, all at once: a transaction takes as long as a small document."""
    if made:
        with root.ledger.transaction() as book:
            for row, sha256 in made:
                documents.mark_made(book, row, sha256, at=root.clock())


def place_of(row: DocumentRow) -> str:
    """Return how an error names the document *row*."""
    return f"{row.case or row.path} {row.name}"
