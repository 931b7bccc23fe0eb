"""Takes files that were claimed: reads, judges and files each, and folds the cases of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace

from formpipe.durable import sha256_of
from formpipe.errors import FormpipeError, StorageError
from formpipe.inbox import Claim, checksum_of
from formpipe.kinds import CONSENT
from formpipe.ledger import Book, forms
from formpipe.model import FilledForm, Sha256, Verdict
from formpipe.pipeline.ingest import file_form, refile
from formpipe.pipeline.judge import Judged, ReadsForms, judge, read_form
from formpipe.pipeline.opened import OpenRoot
from formpipe.pipeline.prints import Blanks, as_print, blanks_of
from formpipe.pipeline.settle import INTERNAL, STRIKES, Settler, internal_error

Step = Callable[[], None]
_AHEAD = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A claimed file as it was read once; `data` is `None` if it is far too large."""

    claim: Claim
    sha256: Sha256
    data: bytes | None = field(repr=False)
    form: FilledForm | Judged = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judging:
    """What a form is judged with: who reads prints, and the blanks they may be of."""

    reader: ReadsForms
    blanks: Blanks


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A file that was filed, or refused because nothing of it may be stored."""

    claim: Claim
    sha256: Sha256
    refused: Verdict | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    """What was taken, and who folds the cases of it."""

    taken: Sequence[Taken]
    settler: Settler

    def decided(self) -> list[Taken]:
        """Return what came to a decision; the others are tried once more by the next run."""
        undone = self.settler.undecided()
        return [each for each in self.taken if each.sha256 not in undone]


def take_all(
    root: OpenRoot,
    reader: ReadsForms,
    reads: Iterable[Read | StorageError],
    faults: list[FormpipeError],
    *,
    step: Step = lambda: None,
) -> All:
    """File all that was read and fold its cases; what goes wrong with one file is told in *faults*.

    Args:
        step: Called after each file (progress).
    """
    judging = _Judging(reader=reader, blanks=blanks_of(root))
    settler = Settler(root, faults)
    taken: list[Taken] = []
    for read in reads:
        if isinstance(read, StorageError):
            faults.append(read)
        else:
            done = _take_or_strike(root, judging, read, faults)
            taken += [done] if done is not None else []
            if _is_consent(read):
                settler.settle(_claims_of(taken))  # what is taken after it is judged by it
        step()
    settler.settle(_claims_of(taken))
    return All(taken=taken, settler=settler)


def read_ahead(reader: ReadsForms, claims: Sequence[Claim], jobs: int) -> Iterator[Read | StorageError]:
    """Read a few files at a time, so that memory stays flat however many there are; consents come first (V32)."""

    def read(claim: Claim, *, again: bool = True) -> Read | StorageError:
        try:
            return _read_one(reader, claim)
        except StorageError as error:
            # A share that stumbles once must not let a case's later form pass; a file that stays unreadable waits for
            # the next run, and the others go on.
            return read(claim, again=False) if again else error

    pool = None if jobs == 1 else ThreadPoolExecutor(max_workers=jobs)
    try:
        size = max(_AHEAD, 2 * jobs)
        chunks = (claims[start : start + size] for start in range(0, len(claims), size))
        batches = (map(read, chunk) if pool is None else pool.map(read, chunk) for chunk in chunks)
        batch = next(batches, None)
        while batch is not None:
            several = sorted(batch, key=lambda each: isinstance(each, StorageError) or not _is_consent(each))
            batch = next(batches, None)  # several workers read on while these are judged
            yield from several
    finally:
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)  # a run that is told to stop waits for no file


def _is_consent(read: Read) -> bool:
    """Tell whether the file says of itself that it gives and takes back consents."""
    return isinstance(read.form, FilledForm) and read.form.marks.kind == CONSENT


def _read_one(reader: ReadsForms, claim: Claim) -> Read:
    data = claim.read()
    if data is None:
        return Read(claim=claim, sha256=checksum_of(claim), data=None, form=Judged(code="too_large"))
    return Read(claim=claim, sha256=sha256_of(data), data=data, form=read_form(reader, data))


def _take_or_strike(root: OpenRoot, judging: _Judging, read: Read, faults: list[FormpipeError]) -> Taken | None:
    """Take one file; one that the program fails on holds up no other, and after the second time is refused."""
    try:
        return _take_one(root, judging, read)
    except (FormpipeError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours that this file brings out; the next ones must go on
        over = root.inbox.strike(read.claim) >= STRIKES
        faults.append(internal_error(error, read.sha256[:12], over=over))
    return _take_one(root, judging, replace(read, form=Judged(code=INTERNAL))) if over else None


def _take_one(root: OpenRoot, judging: _Judging, read: Read) -> Taken:
    """Judge and file one file by the bytes that were read of it."""
    claim, sha256 = read.claim, read.sha256
    done = Taken(claim=claim, sha256=sha256)
    with root.ledger.transaction() as book:
        row = forms.by_sha256(book, sha256)
        if row is not None and (row.claim == claim.id or forms.seen_claim(book, claim.id)):
            return done  # an earlier run came this far
        if row is not None and row.outcome != "rejected":
            refile(book, row, claim, at=root.clock())
            return done
        judged = _judge(root, book, judging, read)
    if judged.refused is not None:
        return Taken(claim=claim, sha256=sha256, refused=judged.refused)
    if read.data is None:
        root.objects.put_file(claim.path, sha256)
    else:
        root.objects.put(read.data)
    with root.ledger.transaction() as book:
        file_form(root, book, claim, sha256, judged)
    if judged.verdict is not None and judged.verdict.submission is not None:
        _expect_papers()
    return done


def _expect_papers() -> None:
    """Load what draws forms now: from the first form that is taken on, a long run needs no more memory at its end."""
    with suppress(ImportError):  # the program is being exchanged; the papers will tell, and the form is filed already
        from formpipe.blanks import pdf  # noqa: F401, PLC0415  # 45 MB, of no use to a run that takes nothing


def _judge(root: OpenRoot, book: Book, judging: _Judging, read: Read) -> Judged:
    """Judge what was read; a PDF without fields is looked at as a print first."""
    if isinstance(read.form, Judged) or read.data is None:
        return read.form if isinstance(read.form, Judged) else Judged(code="too_large")
    return judge(root, book, as_print(judging.reader, read.data, read.form, judging.blanks, book))


def _claims_of(taken: Iterable[Taken]) -> dict[Sha256, Claim]:
    return {each.sha256: each.claim for each in taken}
