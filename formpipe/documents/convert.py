"""LibreOffice, the outside program that turns Word documents into PDF, and the proof that it did."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pikepdf

from formpipe.errors import SetupError

_PROGRAMS = ("soffice", "libreoffice")
_USUAL_PLACES = (
    Path("/usr/lib/libreoffice/program/soffice"),
    Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
    Path("C:/Program Files/LibreOffice/program/soffice.exe"),
)
# Without it LibreOffice guesses the format, and would load (and let fetch) HTML named .docx.
_IMPORT = "MS Word 2007 XML"
_EXPORT = {
    "SelectPdfVersion": {"type": "long", "value": "2"},  # PDF/A-2b
    "UseTaggedPDF": {"type": "boolean", "value": "true"},
    "PDFUACompliance": {"type": "boolean", "value": "true"},
    "ExportBookmarks": {"type": "boolean", "value": "true"},
}
_SECURITY = "/org.openoffice.Office.Common/Security/Scripting"
_HARDENED = (
    (_SECURITY, "MacroSecurityLevel", "3"),
    (_SECURITY, "DisableMacrosExecution", "true"),
    (_SECURITY, "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Office.Common/Misc", "FirstRun", "false"),
)
_PROBE_S = 10
_SHOWS_TEXT = {"Tj", "TJ", "'", '"'}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """What became of a batch: the PDF of each document by its name, and the names of those that gave none."""

    pdfs: Mapping[str, Path]
    failed: tuple[str, ...] = field(default=())


def office_program() -> Path | None:
    """Return LibreOffice's program, or `None` if this machine has none."""
    for name in _PROGRAMS:
        found = shutil.which(name)
        if found:
            return Path(found)
    return next((place for place in _USUAL_PLACES if place.is_file()), None)


def convert(
    documents: Sequence[tuple[str, bytes]], folder: Path, *, timeout_s: float, program: Path | None = None
) -> Conversion:
    """Write each of *documents* as PDF/A-2b into *folder*, in one call of LibreOffice.

    LibreOffice exits 0 even when it could not load its source, so the only
    proof is the result: it must be there, open with a page or more, and show
    text. Where that fails, the batch is halved until the bad document stands
    alone.

    Args:
        documents: Name (without ending; unique; becomes `<name>.pdf`) and DOCX
            of each. Only documents that we made: LibreOffice turns garbage
            into a PDF without complaint.
        folder: An existing folder. LibreOffice's profile and home lie in a
            folder of their own inside it while it runs.
        timeout_s: For each call; then its whole process group is killed.
        program: LibreOffice's program where it is not to be looked for.

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
        pdfs = _batch(office, documents, Path(work), _Patience(timeout_s=timeout_s))
        placed = {name: pdf.replace(folder / pdf.name) for name, pdf in pdfs.items()}
    return Conversion(pdfs=placed, failed=tuple(name for name, _ in documents if name not in placed))


@dataclass(slots=True, kw_only=True)
class _Patience:
    """How long a call may take, and how many more may run out of time: a LibreOffice that hangs, hangs each time."""

    timeout_s: float
    left: int = 3


def _batch(office: Path, documents: Sequence[tuple[str, bytes]], work: Path, patience: _Patience) -> dict[str, Path]:
    if patience.left == 0:
        return {}
    with _attempt(work) as room:
        if not _call(office, documents, room, patience.timeout_s):
            patience.left -= 1
        made = {name: room / "out" / f"{name}.pdf" for name, _ in documents}
        proven = {name: pdf.replace(work / pdf.name) for name, pdf in made.items() if _shows_text(pdf)}
    rest = [each for each in documents if each[0] not in proven]
    if not rest or len(documents) == 1:
        return proven
    middle = (len(rest) + 1) // 2
    for part in (rest[:middle], rest[middle:]):
        if part:
            proven |= _batch(office, part, work, patience)
    return proven


@contextmanager
def _attempt(work: Path) -> Iterator[Path]:
    """Give a fresh folder with a hardened profile: a profile that a killed LibreOffice left is not to be trusted."""
    with tempfile.TemporaryDirectory(dir=work, ignore_cleanup_errors=True) as name:
        room = Path(name)
        for each in ("in", "out", "home", "profile/user"):
            (room / each).mkdir(parents=True)
        (room / "profile/user/registrymodifications.xcu").write_text(_settings(), encoding="utf-8")
        yield room


def _settings() -> str:
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _HARDENED
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>"
    )


def _call(office: Path, documents: Sequence[tuple[str, bytes]], room: Path, timeout_s: float) -> bool:
    """Run LibreOffice once and return whether it ended in time; only its files tell whether it did its work."""
    for name, document in documents:
        (room / "in" / f"{name}.docx").write_bytes(document)
    command = [
        *_without_network(),
        str(office),
        f"-env:UserInstallation={(room / 'profile').absolute().as_uri()}",
        *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
        f"--infilter={_IMPORT}",
        *("--convert-to", f"pdf:writer_pdf_Export:{json.dumps(_EXPORT)}"),
        *("--outdir", str(room / "out")),
        *(str(room / "in" / f"{name}.docx") for name, _ in documents),
    ]
    environment = {**os.environ, "HOME": str(room / "home"), "TMPDIR": str(room / "home"), "SAL_USE_VCLPLUGIN": "svp"}
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
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
        _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the call's whole process group: soffice is a script, the program itself its grandchild."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@cache
def _without_network() -> tuple[str, ...]:
    """Return the words before a command that take its network away, none where this machine does not permit it."""
    unshare = shutil.which("unshare")
    for words in (("-n",), ("-r", "-n")):
        if unshare is None:
            break
        probe = subprocess.run([unshare, *words, "true"], capture_output=True, check=False, timeout=_PROBE_S)
        if probe.returncode == 0:
            return (unshare, *words)
    return ()


def _shows_text(path: Path) -> bool:
    try:
        with pikepdf.open(path) as pdf:
            return any(
                str(instruction.operator) in _SHOWS_TEXT
                for page in pdf.pages
                for instruction in pikepdf.parse_content_stream(page)
            )
    except (OSError, pikepdf.PdfError):
        return False
