"""PDFs beside unoserver, both kept warm: the same documents, the same filter options, the files counted."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from plain import NotTheSameError
from records import record_of
from timing import Pair, alternated
from unoserver.client import UnoClient

from formpipe.documents.convert import office_program
from formpipe.documents.merge import load_template
from formpipe.documents.office import bridge_python
from formpipe.documents.warm import FILTER, Limits, warm_pdfs, worker_command

_DOCUMENTS = 40
_START_S = 60
_OPTIONS = [f"{name}={str(value).lower() if value is True else value}" for name, value in FILTER.items()]


def beside_unoserver() -> Iterator[Pair]:
    """Convert with our LibreOffice once it has started, and with an unoserver that was started and used before."""
    template = load_template(Path(__file__).parent / "plan.docx")
    documents = [(f"plan-{each}", template.render(record_of(each))) for each in range(_DOCUMENTS)]
    watch = _Watch()
    with TemporaryDirectory() as name, _server(Path(name)) as client:

        def slow(_: int) -> None:
            _counted(Path(name), documents, lambda into: _by_server(client, watch.over(documents), into))

        def fast(_: int) -> None:
            _counted(Path(name), documents, lambda into: _by_us(watch.over(documents), into))

        slow_ms, fast_ms = alternated(slow, fast, rounds=3, clock=watch)
        slow_each, fast_each = (tuple(each / _DOCUMENTS for each in times) for times in (slow_ms, fast_ms))
        what = f"PDF of 4 pages, both warm, {_DOCUMENTS} documents (wall)"
        yield Pair(what=what, slow="unoserver, warm", fast="formpipe", slow_ms=slow_each, fast_ms=fast_each, aim=1.3)


class _Watch:
    """A clock that runs only between the first and the last asking for a document: starts and ends cost nothing."""

    def __init__(self) -> None:
        self._run_s = 0.0

    def __call__(self) -> float:
        """Return the seconds it has run."""
        return self._run_s

    def over(self, documents: Sequence[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
        """Yield *documents*, running until the last is done with."""
        begun = time.perf_counter()
        yield from documents
        self._run_s += time.perf_counter() - begun


def _counted(work: Path, documents: Sequence[tuple[str, bytes]], convert: Callable[[Path], None]) -> None:
    with TemporaryDirectory(dir=work) as folder:
        convert(Path(folder))
        made = [each for each in Path(folder).rglob("*.pdf") if each.stat().st_size]
        if len(made) != len(documents):
            raise NotTheSameError(f"{len(made)} PDFs of {len(documents)}")


def _by_server(client: UnoClient, documents: Iterable[tuple[str, bytes]], into: Path) -> None:
    for name, document in documents:
        source = into / f"{name}.docx"
        source.write_bytes(document)
        client.convert(
            inpath=str(source),
            outpath=str(into / f"{name}.pdf"),
            convert_to="pdf",
            filtername="writer_pdf_Export",
            filter_options=_OPTIONS,
            infiltername="MS Word 2007 XML",
        )


def _by_us(documents: Iterable[tuple[str, bytes]], into: Path) -> None:
    python, office = bridge_python(), office_program()
    if python is None or office is None:
        raise NotTheSameError("LibreOffice or its bridge is missing")
    warm_pdfs(worker_command(python, office), documents, into, limits=Limits(timeout_s=300), workers=1)


@contextmanager
def _server(work: Path) -> Iterator[UnoClient]:
    """Start unoserver on loopback, wait until it converts, and stop it afterwards."""
    python, spec = bridge_python(), find_spec("unoserver")
    if python is None or spec is None or spec.origin is None:
        raise NotTheSameError("unoserver or LibreOffice's bridge is missing")
    (work / "packages").mkdir()
    for each in Path(spec.origin).parents[1].glob("unoserver*"):  # the package and what says which version it is
        (work / "packages" / each.name).symlink_to(each)
    ports = [str(_free_port()) for _ in range(2)]
    command = [str(python), "-m", "unoserver.server", "--interface", "127.0.0.1", "--uno-interface", "127.0.0.1"]
    command += ["--port", ports[0], "--uno-port", ports[1], "--user-installation", str(work / "profile")]
    command += ["--executable", str(office_program())]
    environment = {"PYTHONPATH": str(work / "packages"), "HOME": str(work), "PATH": "/usr/bin:/bin"}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        client = UnoClient(server="127.0.0.1", port=ports[0], host_location="local")
        template = load_template(Path(__file__).parent / "plan.docx")
        _until(lambda: _by_server(client, [("first", template.render(record_of(0)))], work))
        yield client
    finally:
        process.terminate()
        process.wait(timeout=_START_S)


def _until(works: Callable[[], None]) -> None:
    """Try until the server answers; its start takes seconds."""
    end = time.monotonic() + _START_S
    while True:
        try:
            works()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
