"""Reading in a process of its own: what it gives back, and what it survives."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from make_docx import Word, docx_of, p, text_control
from make_pdf import Form
from pikepdf import String

import formpipe
from formpipe.errors import SetupError, UnreadableFormError
from formpipe.model import Field, FieldState, FieldType, FilledForm, FormMarks
from formpipe.readers import child, server, worker
from formpipe.readers.child import Reader
from formpipe.readers.pipes import READY, PipeError, PipeTimeoutError, receive, send
from formpipe.readers.read import read
from formpipe.readers.requests import READ
from formpipe.readers.wire import error_from_json, extract_json, form_from_json, form_to_json
from formpipe.readers.worker import Worker

GOOD = docx_of(p(text_control("person.family_name", "Öztürk \U0001f600")))
BAD = docx_of(Word(body="", parts={"word/document.xml": "<"}))


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader() as found:
        yield found


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(UnreadableFormError) as caught:
        call()
    return caught.value.code


# --- the reader


def test_a_form_reads_the_same_as_in_this_process(reader: Reader) -> None:
    form = Form()
    form.text("a", String("Łódź"))
    for data in (GOOD, form.saved(), GOOD):
        assert reader.read(data) == read(data)


def test_a_file_that_cannot_be_read_stops_nothing(reader: Reader) -> None:
    assert code_of(lambda: reader.read(b"")) == "empty"
    assert code_of(lambda: reader.read(BAD)) == "damaged"
    assert code_of(lambda: reader.read(b"%PDF-1.7\n")) == "damaged"
    assert reader.read(GOOD).container == "docx"


def test_the_helper_is_started_once_and_again_after_it_died(reader: Reader) -> None:
    reader.read(GOOD)
    first = reader._helper
    reader.read(GOOD)
    assert first is not None
    assert reader._helper is first
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert reader.read(GOOD).container == "docx"
    assert reader._helper is not first


def test_a_helper_that_hangs_is_ended(reader: Reader) -> None:
    reader.read(GOOD)
    helper = reader._helper
    assert helper is not None
    os.kill(helper.pid, signal.SIGSTOP)
    reader._patience_s = 0.05
    assert code_of(lambda: reader.read(GOOD)) == "limit"
    assert helper.returncode == -signal.SIGKILL
    reader._patience_s = 30.0
    assert reader.read(GOOD).container == "docx"


def test_a_helper_that_dies_at_work_gets_one_successor(reader: Reader) -> None:
    reader.read(GOOD)
    helper = reader._helper
    assert helper is not None
    os.kill(helper.pid, signal.SIGSTOP)
    timer = threading.Timer(0.2, lambda: os.kill(helper.pid, signal.SIGKILL))
    timer.start()
    assert reader.read(GOOD) == read(GOOD)
    timer.join()
    assert reader._helper is not helper


def test_a_file_over_which_two_helpers_die_is_a_damage(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    program = f"import os; os.write(1, {struct.pack('<Q', len(READY)) + READY!r}); os.read(0, 8)"
    started: list[float] = []

    def start(wall_s: float) -> subprocess.Popen[bytes]:
        started.append(wall_s)
        command = [sys.executable, "-c", program]
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, bufsize=0
        )

    monkeypatch.setattr(child, "_start", start)
    assert code_of(lambda: reader.read(GOOD)) == "damaged"
    assert len(started) == 2


def test_a_program_that_is_taken_away_meanwhile_is_no_fault_of_a_form(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    site = tmp_path / "formpipe"
    shutil.copytree(Path(formpipe.__file__).parent, site)
    module = "import sys; sys.path.insert(0, sys.argv.pop()); from formpipe.readers import server; server.main()"
    form = Form()
    form.text("a", String("Łódź"))

    def start(_: float) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", module, str(tmp_path)]
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd=tmp_path,
            start_new_session=True,
            bufsize=0,
        )

    monkeypatch.setattr(child, "_start", start)
    reader.read(GOOD)
    (site / "readers").rename(site / "elsewhere")
    with pytest.raises(SetupError):
        reader.read(form.saved())
    (site / "elsewhere").rename(site / "readers")
    assert reader.read(form.saved()) == read(form.saved())


def test_the_helper_has_no_environment_and_closing_ends_it() -> None:
    reader = Reader()
    reader.close()
    reader.read(GOOD)
    helper = reader._helper
    assert helper is not None
    with open(f"/proc/{helper.pid}/environ", "rb") as environ:  # noqa: PTH123 - a file of the kernel
        assert environ.read() == b""
    reader.close()
    assert helper.returncode is not None
    assert reader._helper is None


def test_a_missing_interpreter_is_a_fault_of_the_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with Reader() as reader, pytest.raises(SetupError):
        reader.read(GOOD)


@pytest.mark.parametrize("module", ["formpipe.readers.none", "this"])
def test_a_helper_that_does_not_start_is_a_fault_of_the_set_up(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    monkeypatch.setattr(child, "_MODULE", module)
    with Reader() as reader, pytest.raises(SetupError):
        reader.read(GOOD)
    assert reader._helper is None


def test_a_stranger_in_place_of_the_helper_gives_no_form(reader: Reader) -> None:
    echo = "import sys; sys.stdin.read(8); print(end='\\4' + '\\0' * 7 + 'null', flush=True); sys.stdin.read()"
    for program in (echo, "print(end='\\4' + '\\0' * 7 + 'Oops', flush=True); input()"):
        reader._helper = subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            bufsize=0,
        )
        assert code_of(lambda: reader.read(GOOD)) == "damaged"
        reader.close()
    reader._helper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
    with pytest.raises(SetupError):
        reader.read(GOOD)


# --- the helper


def test_an_answer_is_a_form_or_a_reason() -> None:
    assert json.loads(worker.answer(READ + GOOD)) == {"form": form_to_json(read(GOOD))}
    assert json.loads(worker.answer(READ + BAD))["error"]["code"] == "damaged"


@pytest.mark.parametrize(
    ("fault", "code"), [(MemoryError(), "limit"), (RecursionError(), "limit"), (KeyError("Geheim"), "damaged")]
)
def test_whatever_a_library_raises_is_a_reason(monkeypatch: pytest.MonkeyPatch, fault: Exception, code: str) -> None:
    def fail(_: bytes) -> FilledForm:
        raise fault

    monkeypatch.setattr(worker, "read", fail)
    answer = worker.answer(READ + GOOD)
    assert json.loads(answer)["error"]["code"] == code
    assert b"Geheim" not in answer


def test_a_part_of_the_program_that_is_missing_ends_the_helper(
    monkeypatch: pytest.MonkeyPatch, make_worker: Callable[..., Worker]
) -> None:
    def fail(_: bytes) -> FilledForm:
        raise ModuleNotFoundError(name="formpipe.readers.pdf")

    monkeypatch.setattr(worker, "read", fail)
    one = make_worker()
    with pytest.raises(ImportError):
        one.answer(READ + GOOD)
    assert one._pid == 0
    (inner, outer), (back, forth) = os.pipe(), os.pipe()
    send(outer, READ + GOOD, timeout_s=10)
    server.serve(inner, forth)
    os.close(forth)
    with pytest.raises(PipeError):
        receive(back, most=1 << 20, timeout_s=10)
    for handle in (inner, outer, back):
        os.close(handle)


@pytest.fixture
def make_worker() -> Iterator[Callable[..., Worker]]:
    made: list[Worker] = []

    def make(**settings: float) -> Worker:
        made.append(Worker(**settings))  # type: ignore[arg-type]  # of the two numbers it takes
        return made[-1]

    yield make
    for each in made:
        each.end()


def test_one_process_reads_many_files(make_worker: Callable[..., Worker]) -> None:
    one = make_worker(most_files=3)
    pids = []
    for _ in range(4):
        assert json.loads(one.answer(READ + GOOD))["form"]["container"] == "docx"
        pids.append(one._pid)
    assert pids[0] == pids[1] != 0
    assert pids[2] == 0  # ended after its third file
    assert pids[3] not in {0, pids[0]}


def test_a_process_is_not_kept_after_a_fault_or_with_much_memory(
    make_worker: Callable[..., Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = make_worker()
    assert json.loads(one.answer(READ + BAD))["error"]["code"] == "damaged"
    assert one._pid == 0
    assert "form" in json.loads(one.answer(READ + GOOD))
    assert one._pid != 0
    monkeypatch.setattr(worker, "_MOST_KEPT", -1)
    assert "form" in json.loads(one.answer(READ + GOOD))
    assert one._pid == 0


def test_a_process_that_is_slow_is_ended(make_worker: Callable[..., Worker]) -> None:
    one = make_worker(wall_s=0.0)
    started = time.monotonic()
    assert json.loads(one.answer(READ + GOOD))["error"]["code"] == "limit"
    assert time.monotonic() - started < 5
    assert one._pid == 0
    assert one.end() == 0


@pytest.mark.parametrize(
    ("ending", "code"),
    [(signal.SIGSEGV, "damaged"), (signal.SIGXCPU, "limit"), (signal.SIGKILL, "limit"), (0, "damaged")],
)
def test_a_process_that_dies_gives_a_reason(
    make_worker: Callable[..., Worker], monkeypatch: pytest.MonkeyPatch, ending: int, code: str
) -> None:
    def die(*_: object) -> None:
        signal.signal(signal.SIGSEGV, signal.SIG_DFL)  # pytest's fault handler would tell of it
        if ending:
            os.kill(os.getpid(), ending)
        os._exit(0)

    one = make_worker()
    monkeypatch.setattr(worker, "run", die)
    assert json.loads(one.answer(READ + GOOD))["error"]["code"] == code
    monkeypatch.undo()
    assert "form" in json.loads(one.answer(READ + GOOD))


def test_libraries_for_pdfs_are_loaded_with_the_first_pdf(reader: Reader) -> None:
    def has_pdf_library() -> bool:
        helper = reader._helper
        assert helper is not None
        with open(f"/proc/{helper.pid}/maps", encoding="utf-8") as maps:  # noqa: PTH123 - a file of the kernel
            return "pikepdf" in maps.read()

    form = Form()
    form.text("a", String("Łódź"))
    reader.read(GOOD)
    assert not has_pdf_library()
    reader.read(form.saved())
    assert has_pdf_library()
    assert reader.read(GOOD) == read(GOOD)


def test_the_process_from_before_is_ended_when_more_is_loaded(
    monkeypatch: pytest.MonkeyPatch, make_worker: Callable[..., Worker]
) -> None:
    monkeypatch.setattr(server, "_PDF", "colorsys")  # small, and nothing else needs it
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    one, pids, form = make_worker(), [], Form()
    monkeypatch.setattr(server, "Worker", lambda **_: one)
    monkeypatch.setattr(server, "send", lambda *_, **__: pids.append(one._pid))
    requests = iter([GOOD, form.saved(), GOOD, form.saved()])

    def next_request(*_: object, **__: object) -> bytes:
        try:
            return READ + next(requests)
        except StopIteration:
            raise PipeError from None

    monkeypatch.setattr(server, "receive", next_request)
    monkeypatch.setattr(server, "_is_asked", lambda _: True)
    server.serve(0, 1)
    assert "colorsys" in sys.modules
    assert pids[0] != pids[1] == pids[2] == pids[3] != 0


def test_a_process_that_is_not_asked_is_ended(
    monkeypatch: pytest.MonkeyPatch, make_worker: Callable[..., Worker]
) -> None:
    one = make_worker()
    monkeypatch.setattr(server, "Worker", lambda **_: one)
    monkeypatch.setattr(server, "IDLE_S", 0.05)
    (inner, outer), (back, forth) = os.pipe(), os.pipe()
    thread = threading.Thread(target=server.serve, args=(inner, forth))
    thread.start()
    try:
        for _ in range(2):
            send(outer, READ + GOOD, timeout_s=10)
            assert "form" in json.loads(receive(back, most=1 << 20, timeout_s=10))
            ends = time.monotonic() + 10
            while one._pid and time.monotonic() < ends:
                time.sleep(0.01)
            assert one._pid == 0
    finally:
        os.close(outer)
        thread.join(timeout=10)
        for handle in (inner, back, forth):
            os.close(handle)


def test_requests_are_answered_until_their_end() -> None:
    (inner, outer), (back, forth) = os.pipe(), os.pipe()
    thread = threading.Thread(target=server.serve, args=(inner, forth))
    thread.start()
    try:
        for data, key in ((GOOD, "form"), (BAD, "error"), (GOOD, "form")):
            send(outer, READ + data, timeout_s=10)
            assert list(json.loads(receive(back, most=1 << 20, timeout_s=10))) == [key]
    finally:
        os.close(outer)
        thread.join(timeout=10)
        for handle in (inner, back, forth):
            os.close(handle)
    assert not thread.is_alive()


def test_the_helper_ends_with_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["server"])  # else what pytest was called with is taken for its patience
    monkeypatch.setattr(server, "leave_network", lambda: True)
    monkeypatch.setattr(sys, "argv", ["server"])
    with open(os.devnull, encoding="utf-8") as nothing:  # noqa: PTH123 - a device
        monkeypatch.setattr(sys, "stdin", nothing)
        monkeypatch.setattr(sys, "stdout", nothing)
        with pytest.raises(PipeError):
            server.main()
    (inner, outer), (back, forth) = os.pipe(), os.pipe()
    os.close(outer)
    with os.fdopen(inner) as stdin, os.fdopen(forth, "w") as stdout:
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr(sys, "stdout", stdout)
        server.main()
    assert receive(back, most=9, timeout_s=5) == READY
    os.close(back)


def limited(program: str) -> int:
    """Run *program* after the limits of a reading process are set, and return how it ended."""
    code = f"import os, socket, resource\nfrom formpipe.readers import server, worker\n{program}"
    return subprocess.run([sys.executable, "-c", code], check=False, timeout=60, capture_output=True).returncode


def test_the_limits_hold() -> None:
    assert limited("worker.set_limits(); bytearray(200 << 20)") == 0
    assert limited("worker.set_limits(); bytearray(600 << 20)") == 1
    assert limited("worker.set_time(cpu_s=0)\nwhile True: pass") == -signal.SIGXCPU
    assert limited("worker.set_limits(); [os.dup(1) for _ in range(20)]") == 0
    assert limited("worker.set_limits(); [os.dup(1) for _ in range(40)]") == 1
    assert limited("worker.set_limits(); open('/dev/null', 'w').write('x')") == 0
    assert limited("worker.set_limits(); assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)") == 0
    assert limited("worker.set_limits(); assert resource.getrlimit(resource.RLIMIT_FSIZE) == (0, 0)") == 0


def test_limits_count_from_what_the_process_has() -> None:
    """In this process nothing is limited; what is asked of the system is looked at."""
    asked: dict[int, tuple[int, int]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resource, "setrlimit", asked.__setitem__)
        worker.set_limits(memory=1 << 29)
        worker.set_time(cpu_s=10)
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = used.ru_utime + used.ru_stime
    assert spent + 9 < asked[resource.RLIMIT_CPU][0] <= spent + 11
    assert asked[resource.RLIMIT_AS][0] > (1 << 29) + (10 << 20)
    assert worker.mapped(os.getpid()) > 10 << 20


def test_without_a_proc_folder_the_memory_limit_is_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> str:
        raise FileNotFoundError

    monkeypatch.setattr("pathlib.Path.read_text", fail)
    assert worker.mapped(os.getpid()) == 0


def test_the_helper_leaves_the_network_where_it_may() -> None:
    program = (
        "left = server.leave_network()\n"
        "s = socket.socket()\n"
        "try: s.connect(('127.0.0.1', 9))\n"
        "except OSError as e: raise SystemExit(10 if e.errno == 101 else 20 if not left else 30)\n"
    )
    assert limited(program) in {10, 20}


def test_another_system_keeps_its_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert server.leave_network() is False


# --- pipes


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    inner, outer = os.pipe()
    yield inner, outer
    for handle in (inner, outer):
        try:
            os.close(handle)
        except OSError:
            continue  # the test closed it


def test_frames_keep_their_ends(pipe: tuple[int, int]) -> None:
    inner, outer = pipe
    for body in (b"", b"a" * 5, b"b"):
        send(outer, body, timeout_s=5)
    assert [receive(inner, most=5, timeout_s=5) for _ in range(3)] == [b"", b"a" * 5, b"b"]


def test_a_frame_beyond_the_limit_is_refused(pipe: tuple[int, int]) -> None:
    send(pipe[1], b"123", timeout_s=5)
    with pytest.raises(PipeError):
        receive(pipe[0], most=2, timeout_s=5)


def test_silence_is_a_timeout_and_an_end_is_an_error(pipe: tuple[int, int]) -> None:
    with pytest.raises(PipeTimeoutError):
        receive(pipe[0], most=2, timeout_s=0.01)
    with pytest.raises(PipeTimeoutError):
        send(pipe[1], bytes(1 << 20), timeout_s=0.01)
    os.close(pipe[0])
    with pytest.raises(PipeError) as caught:
        send(pipe[1], b"x", timeout_s=1)
    assert not isinstance(caught.value, PipeTimeoutError)


def test_half_a_frame_is_an_error(pipe: tuple[int, int]) -> None:
    os.write(pipe[1], b"\5\0\0\0\0\0\0\0ab")
    os.close(pipe[1])
    with pytest.raises(PipeError):
        receive(pipe[0], most=9, timeout_s=None)


# --- JSON

FORM = FilledForm(
    container="docx",
    marks=FormMarks(kind="intake", version="2026.1", flags=("disagree",)),
    fields=(
        Field(name="a", name_source="tag", label="A", type=FieldType.TEXT, state=FieldState.FILLED, value="\ud800x"),
        Field(name="b", name_source="tag", label="B", type=FieldType.CHECKBOX, state=FieldState.FILLED, value=False),
        Field(
            name="c",
            name_source="name",
            label="C",
            type=FieldType.MULTICHOICE,
            state=FieldState.FILLED,
            value=("x", "y"),
            display="X",
            page=2,
            flags=("review",),
        ),
        Field(name="d", name_source="tag", label="D", type=FieldType.DATE, state=FieldState.PLACEHOLDER),
    ),
)


def test_a_form_survives_json() -> None:
    assert form_from_json(json.loads(json.dumps(form_to_json(FORM)))) == FORM


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {},
        {"container": 1},
        {"marks": None},
        {"marks": {"kind": 1, "version": None, "case": None, "base": None, "flags": []}},
        {"marks": {"kind": None, "version": None, "case": None, "base": None, "flags": [1]}},
        {"marks": {"kind": None, "version": None, "case": None, "base": None}},
        {"fields": None},
        {"fields": [1]},
        {"fields": [{}]},
    ],
)
def test_what_is_no_form_is_refused(wrong: dict[str, object] | list[object] | None) -> None:
    raw = {**form_to_json(FORM), **wrong} if isinstance(wrong, dict) and wrong else wrong
    assert code_of(lambda: form_from_json(raw)) == "damaged"  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", None),
        ("type", "song"),
        ("state", None),
        ("value", 1),
        ("value", [1]),
        ("value", {}),
        ("page", "1"),
        ("page", True),
        ("flags", "x"),
        ("display", 1),
    ],
)
def test_a_field_of_another_shape_is_refused(key: str, value: object) -> None:
    raw = json.loads(json.dumps(form_to_json(FORM)))
    raw["fields"][0][key] = value
    assert code_of(lambda: form_from_json(raw)) == "damaged"


@pytest.mark.parametrize(
    "raw", [None, {}, {"code": "odd", "message": "x"}, {"code": "limit"}, {"code": "limit", "message": 1}]
)
def test_a_reason_that_makes_no_sense_is_a_damage(raw: dict[str, object] | None) -> None:
    assert error_from_json(raw).code == "damaged"  # type: ignore[arg-type]  # wrong on purpose


def test_a_reason_keeps_its_code_and_sentence() -> None:
    error = error_from_json({"code": "macro", "message": "it holds a macro"})
    assert (error.code, error.what) == ("macro", "it holds a macro")


def test_extract_gives_one_object_per_file() -> None:
    found = extract_json("x.docx", b"abc", lambda _: replace(FORM, fields=FORM.fields[2:3]))
    assert found == {
        "file": "x.docx",
        "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "container": "docx",
        "form": {"kind": "intake", "version": "2026.1"},
        "fields": [
            {
                "name": "c",
                "name_source": "name",
                "label": "C",
                "type": "multichoice",
                "state": "filled",
                "value": ["x", "y"],
                "page": 2,
                "flags": ["review"],
                "display": "X",
            }
        ],
        "error": None,
    }


def test_extract_tells_why_a_file_cannot_be_read() -> None:
    found = extract_json("x.docx", b"", read)
    assert (found["container"], found["form"], found["fields"]) == ("empty", None, [])
    assert found["error"] == {"code": "empty", "message": "the file is empty"}


def test_extract_knows_the_kind_by_marks_or_by_printed_fields() -> None:
    def kind(*fields: Field, marks: FormMarks) -> object:
        return extract_json("x", b"", lambda _: replace(FORM, marks=marks, fields=fields))["form"]

    printed = [
        replace(FORM.fields[0], name=f"form.{name}", value=value)
        for name, value in (("type", "aufnahme"), ("version", "2026.1"))
    ]
    assert kind(marks=FormMarks()) is None
    assert kind(*printed[:1], marks=FormMarks()) is None
    assert kind(*printed, marks=FormMarks()) == {"kind": "intake", "version": "2026.1"}
    assert kind(*printed, marks=FormMarks(kind="review", version="2027.1")) == {"kind": "review", "version": "2027.1"}
