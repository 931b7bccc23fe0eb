"""LibreOffice: what it makes of our documents, and what happens when it is missing, slow, or wrong."""

from __future__ import annotations

import os
import stat
import time
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from docx import Document

from formpipe.documents import convert as module
from formpipe.documents import office
from formpipe.documents.convert import Conversion, convert, office_program
from formpipe.documents.text import pdf_text
from formpipe.errors import SetupError

FIRST_ARGUMENTS = (
    'for last; do case "$last" in --outdir) next=1;; *) [ -n "$next" ] && out="$last" && next=;; esac; done'
)


def document(text: str) -> bytes:
    made = Document()
    made.add_paragraph(text)
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def program(folder: Path, script: str) -> Path:
    """Make a program that stands in for LibreOffice where it fails in ways that cannot be provoked."""
    path = folder / "office"
    path.write_text(f"#!/bin/sh\n{FIRST_ARGUMENTS}\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def pdf(text: str | None) -> bytes:
    made = pikepdf.new()
    made.add_blank_page()
    if text is not None:
        made.pages[0].Contents = made.make_stream(f"BT ({text}) Tj ET".encode())
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


@pytest.mark.office
def test_documents_become_tagged_pdf_a_in_german_in_one_call(tmp_path: Path) -> None:
    batch = [("eins", document("Erster Text")), ("zwei", document("حسام Ḥusām ሙሴ Олександра"))]
    made = convert(batch, tmp_path, timeout_s=120)
    assert made.failed == ()
    assert made.pdfs == {"eins": tmp_path / "eins.pdf", "zwei": tmp_path / "zwei.pdf"}
    assert "Erster Text" in pdf_text(made.pdfs["eins"])
    assert "Олександра" in pdf_text(made.pdfs["zwei"].read_bytes())
    with pikepdf.open(made.pdfs["eins"]) as result:
        assert bool(result.Root.MarkInfo.Marked)
        with result.open_metadata() as xmp:
            assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"], xmp["pdfuaid:part"]) == ("2", "B", "1")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["eins.pdf", "zwei.pdf"]


@pytest.mark.office
def test_a_bad_document_does_not_keep_the_others_from_their_pdf(tmp_path: Path) -> None:
    batch = [("gut", document("Text")), ("schlecht", b"kein Word"), ("leer", document("")), ("auch", document("Text"))]
    made = convert(batch, tmp_path, timeout_s=120)
    assert set(made.pdfs) == {"gut", "auch"}
    assert made.failed == ("schlecht", "leer")


def test_nothing_to_do_needs_no_office(tmp_path: Path) -> None:
    assert convert([], tmp_path, timeout_s=1, program=tmp_path / "fehlt") == Conversion(pdfs={})


def test_a_missing_office_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(office, "_USUAL_PLACES", (tmp_path / "nirgends",))
    assert office_program() is None
    with pytest.raises(SetupError, match="LibreOffice is missing"):
        convert([("a", b"x")], tmp_path, timeout_s=1)


def test_the_office_is_found_on_the_path_then_in_its_usual_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    usual = program(tmp_path, "true")
    monkeypatch.setattr(office, "_USUAL_PLACES", (tmp_path / "nirgends", usual))
    assert office_program() == usual
    on_path = tmp_path / "libreoffice"
    on_path.write_text("#!/bin/sh\n", encoding="utf-8")
    on_path.chmod(0o700)
    assert office_program() == on_path


def test_an_office_that_cannot_be_started_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "without_network", tuple)
    with pytest.raises(SetupError, match="cannot be started"):
        convert([("a", b"x")], tmp_path, timeout_s=1, program=tmp_path / "fehlt")


def test_a_slow_office_is_killed_with_all_its_children(tmp_path: Path) -> None:
    slow = program(tmp_path, f'(sleep 60; echo x > "{tmp_path}/late") & echo $! > "{tmp_path}/child"; sleep 60')
    begun = time.monotonic()
    made = convert([("a", b"x")], tmp_path, timeout_s=1, program=slow)
    assert made == Conversion(pdfs={}, failed=("a",))
    assert time.monotonic() - begun < 30
    child = int((tmp_path / "child").read_text(encoding="utf-8"))
    state = Path(f"/proc/{child}/stat")
    assert not state.exists() or state.read_text(encoding="utf-8").split()[2] in {"Z", "X"}


def test_an_office_that_hangs_each_time_is_given_up(tmp_path: Path) -> None:
    hangs = program(tmp_path, f'echo x >> "{tmp_path}/calls"; sleep 60')
    names = tuple("abcdef")
    assert convert([(name, b"x") for name in names], tmp_path, timeout_s=1, program=hangs).failed == names
    assert (tmp_path / "calls").read_text(encoding="utf-8").count("x") == 3


def test_what_is_finished_when_the_time_is_up_is_kept_and_the_rest_tried_again(tmp_path: Path) -> None:
    good = tmp_path / "good"
    good.write_bytes(pdf("Text"))
    # The first call makes one of two and hangs; each later call makes its document.
    hangs = program(
        tmp_path,
        f'cp "{good}" "$out/b.pdf"; if [ ! -e "{tmp_path}/again" ]; then touch "{tmp_path}/again"; sleep 60; fi; '
        f'cp "{good}" "$out/a.pdf"',
    )
    made = convert([("a", b"x"), ("b", b"x")], tmp_path, timeout_s=2, program=hangs)
    assert made.failed == ()
    assert set(made.pdfs) == {"a", "b"}


@pytest.mark.parametrize("result", [b"", b"kein PDF", pdf(None)])
def test_a_result_that_is_no_pdf_with_text_is_no_result(tmp_path: Path, result: bytes) -> None:
    (tmp_path / "bad").write_bytes(result)
    lies = program(tmp_path, f'cp "{tmp_path}/bad" "$out/a.pdf"')
    assert convert([("a", b"x")], tmp_path, timeout_s=10, program=lies).failed == ("a",)


def test_the_office_gets_a_hardened_profile_and_a_home_of_its_own(tmp_path: Path) -> None:
    keeps = program(
        tmp_path,
        f'cp "$HOME/../profile/user/registrymodifications.xcu" "{tmp_path}/xcu"; echo "$HOME" > "{tmp_path}/home"; '
        f'echo "$@" > "{tmp_path}/arguments"',
    )
    convert([("a", b"x")], tmp_path, timeout_s=10, program=keeps)
    settings = (tmp_path / "xcu").read_text(encoding="utf-8")
    for name in ("BlockUntrustedRefererLinks", "DisableMacrosExecution", "MacroSecurityLevel"):
        assert f'oor:name="{name}"' in settings
    home = (tmp_path / "home").read_text(encoding="utf-8").strip()
    assert home.startswith(str(tmp_path))
    assert home != os.environ.get("HOME")
    arguments = (tmp_path / "arguments").read_text(encoding="utf-8")
    assert "--infilter=MS Word 2007 XML" in arguments
    assert "-env:UserInstallation=file://" in arguments


@pytest.mark.parametrize(
    ("script", "expected"),
    [('[ "$1" = -n ]', ["-n"]), ('[ "$1" = -r ]', ["-r", "-n"]), ("false", [])],
)
def test_the_network_is_taken_away_where_that_is_permitted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, expected: list[str]
) -> None:
    unshare = tmp_path / "unshare"
    unshare.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    unshare.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    words = office.without_network.__wrapped__()
    assert list(words) == ([str(unshare), *expected] if expected else [])


def test_without_a_way_to_take_the_network_away_there_are_no_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert office.without_network.__wrapped__() == ()
