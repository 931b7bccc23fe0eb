"""LibreOffice, the outside program that turns Word documents into PDF, and the proof that it did."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from formpipe.documents.office import (
    bridge_python,
    environment_of,
    fresh_room,
    kill_group,
    office_program,
    without_network,
)
from formpipe.documents.warm import FILTER, Limits, warm_pdfs, worker_command
from formpipe.errors import SetupError

__all__ = ["Conversion", "convert", "office_program"]

# Without it LibreOffice guesses the format, and would load (and let fetch) HTML named .docx.
_IMPORT = "MS Word 2007 XML"
_EXPORT = {
    name: {"type": "boolean" if value is True else "long", "value": str(value).lower()}
    for name, value in FILTER.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """What became of a batch: the PDF of each document by its name, and the names of those that gave none."""

    pdfs: Mapping[str, Path]
    failed: tuple[str, ...] = field(default=())


def convert(
    documents: Sequence[tuple[str, bytes]],
    folder: Path,
    *,
    timeout_s: float,
    program: Path | None = None,
    workers: int = 1,
) -> Conversion:
    """Write each of *documents* as PDF/A-2b into *folder*.

    LibreOffice is kept warm where its UNO bridge is installed. What fails there,
    or everything where there is no bridge, is given to a LibreOffice that is
    started for it; a batch that fails is halved until the bad document stands
    alone.

    LibreOffice exits 0 even when it could not load its source, so the only
    proof is the result: it must be there, open with a page or more, and show
    text, in fonts that it carries.

    Args:
        documents: Name (without ending; unique; becomes `<name>.pdf`) and DOCX
            of each. Only documents that we made: LibreOffice turns garbage
            into a PDF without complaint.
        folder: An existing folder. LibreOffice's profile and home lie in a
            folder of their own inside it while it runs.
        timeout_s: For each document, or for a batch; then the whole process group is killed.
        program: LibreOffice's program where it is not to be looked for; started for each batch.
        workers: How many LibreOffices are kept warm at once, if there are so many documents and processors: each
            takes 200 MB and one processor.

    Raises:
        SetupError: LibreOffice is missing or cannot be started.
    """
    office = program or office_program()
    if office is None:
        raise SetupError(
            "LibreOffice is missing, so no PDF can be made", mend="Install it: apt-get install libreoffice-writer"
        )
    if not documents:
        return Conversion(pdfs={})
    with tempfile.TemporaryDirectory(dir=folder, prefix=".office-") as work:
        python, pdfs = None if program else bridge_python(), {}
        if python is not None:
            limits, most = Limits(timeout_s=timeout_s), min(workers, len(documents), os.cpu_count() or 1)
            pdfs = warm_pdfs(worker_command(python, office), documents, Path(work), limits=limits, workers=most)
        rest = [each for each in documents if each[0] not in pdfs]
        if rest:
            pdfs |= _batch(office, rest, Path(work), _Patience(timeout_s=timeout_s))
        placed = {name: pdf.replace(folder / pdf.name) for name, pdf in pdfs.items()}
    return Conversion(pdfs=placed, failed=tuple(name for name, _ in documents if name not in placed))


@dataclass(slots=True, kw_only=True)
class _Patience:
    """How long a call may take, and how many more may run out of time: a LibreOffice that hangs, hangs each time."""

    timeout_s: float
    left: int = 3


def _batch(office: Path, documents: Sequence[tuple[str, bytes]], work: Path, patience: _Patience) -> dict[str, Path]:
    from formpipe.documents.sound import is_sound  # noqa: PLC0415  # takes a PDF library, 10 MB

    if patience.left == 0:
        return {}
    with fresh_room(work) as room:
        if not _call(office, documents, room, patience.timeout_s):
            patience.left -= 1
        made = {name: room / "out" / f"{name}.pdf" for name, _ in documents}
        proven = {name: pdf.replace(work / pdf.name) for name, pdf in made.items() if is_sound(pdf)}
    rest = [each for each in documents if each[0] not in proven]
    if not rest or len(documents) == 1:
        return proven
    middle = (len(rest) + 1) // 2
    for part in (rest[:middle], rest[middle:]):
        if part:
            proven |= _batch(office, part, work, patience)
    return proven


def _call(office: Path, documents: Sequence[tuple[str, bytes]], room: Path, timeout_s: float) -> bool:
    """Run LibreOffice once and return whether it ended in time; only its files tell whether it did its work."""
    for name, document in documents:
        (room / "in" / f"{name}.docx").write_bytes(document)
    command = [
        *without_network(),
        str(office),
        f"-env:UserInstallation={(room / 'profile').absolute().as_uri()}",
        *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
        f"--infilter={_IMPORT}",
        *("--convert-to", f"pdf:writer_pdf_Export:{json.dumps(_EXPORT)}"),
        *("--outdir", str(room / "out")),
        *(str(room / "in" / f"{name}.docx") for name, _ in documents),
    ]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment_of(room),
            start_new_session=True,
        )
    except OSError as error:
        raise SetupError("LibreOffice cannot be started", where=office) from error
    try:
        process.wait(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        return False
    else:
        return True
    finally:
        kill_group(process)
