"""The way back: a rejected form comes back marked, is mended where it lies, and is known again."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pikepdf
import pytest
from fill_docx import fill_docx
from fill_office import has_office
from fill_pdf import fill_pdf
from make_forms import load_case
from marks_in import comment_lines_in, comments_in, notes_in
from roots import Fmt, Root

from formpipe.blanks.doc_property import set_property
from formpipe.blanks.marking import REFERENCE
from formpipe.formats.opc_change import Change
from formpipe.formats.opc_write import zip_of
from formpipe.formats.zip_read import read_members
from formpipe.readers.read import read

_INTAKE = cast("dict[str, Any]", load_case("new"))["intake"]
_WRONG: Mapping[str, Any] = {"person.birth_date": "31.02.1990", "housing.wbs_status": "liegt im Auto"}
_RIGHT: Mapping[str, Any] = {"person.birth_date": "08.03.1991", "housing.wbs_status": "offen"}
_NUMBER = "MA-STA-2026-0001"


def _mended(copy: bytes, fmt: Fmt, answers: Mapping[str, Any] = _RIGHT) -> bytes:
    return (fill_docx if fmt == "docx" else fill_pdf)(copy, answers)


def _rejected(root: Root, fmt: Fmt, changed: Mapping[str, Any] = _WRONG) -> tuple[bytes, str]:
    """Drop a faulty intake and return its correction copy and the name of it."""
    sha256 = root.drop(f"aufnahme.{fmt}", root.filled(_INTAKE, fmt=fmt, changed=changed))
    assert [row["outcome"] for row in root.run().rows] == ["rejected"]
    name = f"{sha256[:12]}.{fmt}"
    return root.files("outbox", "korrektur")[name], name


def _outcome(root: Root, name: str, data: bytes) -> dict[str, Any]:
    root.drop(name, data)
    (row,) = root.run().rows
    return row


def _names(root: Root) -> list[str]:
    return sorted(root.files("outbox", "korrektur"))


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
def test_a_copy_that_is_mended_is_accepted_and_says_what_a_clean_form_says(root: Root, fmt: Fmt) -> None:
    copy, _ = _rejected(root, fmt)
    assert _outcome(root, f"neu.{fmt}", _mended(copy, fmt))["outcome"] == "accepted"
    assert _names(root) == []
    other = root.copy(root.path.with_name("clean"))
    clean = other.filled(_INTAKE, fmt=fmt, changed=_RIGHT)
    assert _outcome(other, f"klar.{fmt}", clean)["outcome"] == "duplicate"


def test_a_copy_that_is_open_stays_when_it_was_mended(root: Root) -> None:
    copy, name = _rejected(root, "docx")
    (root.path / "outbox" / "korrektur" / f".~lock.{name}#").write_bytes(b"")
    assert _outcome(root, "neu.docx", _mended(copy, "docx"))["outcome"] == "accepted"
    assert root.files("outbox", "korrektur")[name] == copy


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
def test_what_was_written_stays_as_it_was_and_the_notes_say_what_is_expected(root: Root, fmt: Fmt) -> None:
    copy, _ = _rejected(root, fmt)
    values = {each.name: each.value for each in read(copy).fields}
    assert values["person.birth_date"] == "31.02.1990"
    found = comments_in(copy) if fmt == "docx" else notes_in(copy)
    texts = [" ".join(each.lines) for each in found]
    assert len(texts) == 3
    (date,) = [text for text in texts if "Geburtsdatum" in text]
    assert "«31.02.1990» ist kein gültiges Datum" in date
    assert "zum Beispiel" in date
    (summary,) = [text for text in texts if "Kennung:" in text]
    assert "2 Angaben sind noch zu berichtigen" in summary


def test_a_copy_that_nobody_changed_makes_no_second_file(root: Root) -> None:
    copy, name = _rejected(root, "docx")
    before = root.files("outbox", "korrektur")
    assert _outcome(root, "gleich.docx", copy)["outcome"] == "rejected"
    assert root.files("outbox", "korrektur") == before
    resaved = zip_of(reversed(read_members(copy).items()))
    assert resaved != copy
    (root.path / "outbox" / "korrektur" / name).unlink()  # moved into the inbox
    assert _outcome(root, "gespeichert.docx", resaved)["outcome"] == "rejected"
    assert root.files("outbox", "korrektur") == before


def test_a_copy_mended_in_part_comes_back_with_the_rest_in_place_of_the_first(root: Root) -> None:
    copy, name = _rejected(root, "docx")
    half = _mended(copy, "docx", {"person.birth_date": "08.03.1991"})
    row = _outcome(root, "halb.docx", half)
    assert row["outcome"] == "rejected"
    names = _names(root)
    assert len(names) == 2
    assert name not in names
    second = next(data for each, data in root.files("outbox", "korrektur").items() if each.endswith("docx"))
    assert len(comments_in(second)) == 2  # one fault and the summary: the first round's are gone
    assert _outcome(root, "ganz.docx", _mended(second, "docx"))["outcome"] == "accepted"
    assert _names(root) == []


def test_a_copy_mended_twice_makes_no_second_case(root: Root) -> None:
    copy, _ = _rejected(root, "docx")
    part = _outcome(root, "teil.docx", _mended(copy, "docx", {"person.birth_date": _RIGHT["person.birth_date"]}))
    assert part["outcome"] == "rejected"
    (again,) = (data for name, data in root.files("outbox", "korrektur").items() if name.endswith(".docx"))
    assert _outcome(root, "neu.docx", _mended(copy, "docx"))["case"] == _NUMBER
    for number, older in enumerate((copy, again)):
        other = {**_RIGHT, "person.given_names": f"Amara {number}"}
        found = _outcome(root, f"anders{number}.docx", _mended(older, "docx", other))
        assert (found["outcome"], found["reason"], found["case"]) == ("held", "two_intakes", _NUMBER)


def test_a_copy_that_somebody_has_begun_to_mend_in_the_outbox_stays(root: Root) -> None:
    copy, name = _rejected(root, "docx")
    place = root.path / "outbox" / "korrektur" / name
    theirs = fill_docx(copy, {"person.birth_date": "01.01.1991"})
    place.write_bytes(theirs)
    assert _outcome(root, "neu.docx", _mended(copy, "docx"))["outcome"] == "accepted"
    assert root.files("outbox", "korrektur") == {name: theirs}


def test_a_name_that_is_taken_is_left_and_the_new_one_told(root: Root) -> None:
    data = root.filled(_INTAKE, changed=_WRONG)
    sha256 = root.drop("aufnahme.docx", data)
    folder = root.path / "outbox" / "korrektur"
    folder.mkdir(parents=True)
    (folder / f"{sha256[:12]}.docx").write_bytes(b"theirs")
    ran = root.run()
    assert f"outbox/korrektur/{sha256[:12]}-2.docx" in ran.err
    assert len(comments_in(root.files("outbox", "korrektur")[f"{sha256[:12]}-2.docx"])) == 3
    assert (folder / f"{sha256[:12]}.docx").read_bytes() == b"theirs"


def _without_property(copy: bytes, fmt: Fmt) -> bytes:
    """Return *copy* as programs leave it that keep no properties of a document."""
    if fmt == "docx":
        members = read_members(copy)
        members["docProps/custom.xml"] = members["docProps/custom.xml"].replace(REFERENCE.encode(), b"Other")
        return zip_of(members.items())
    buffer = BytesIO()
    with pikepdf.open(BytesIO(copy)) as pdf:
        del pdf.docinfo[f"/{REFERENCE}"]
        pdf.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
def test_a_copy_that_lost_its_properties_is_known_by_the_note_on_top(root: Root, fmt: Fmt) -> None:
    copy, _ = _rejected(root, fmt)
    bare = _without_property(_mended(copy, fmt), fmt)
    assert read(bare).marks.corrects == read(copy).marks.corrects is not None
    assert _outcome(root, f"neu.{fmt}", bare)["outcome"] == "accepted"
    assert _names(root) == []


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
def test_a_comment_of_somebody_else_is_no_reference(root: Root, fmt: Fmt) -> None:
    copy, _ = _rejected(root, fmt)
    bare = _without_property(copy, fmt)
    if fmt == "docx":
        members = read_members(bare)
        members["word/comments.xml"] = members["word/comments.xml"].replace(b'author="formpipe"', b'author="Erika"')
        bare = zip_of(members.items())
    else:
        buffer = BytesIO()
        with pikepdf.open(BytesIO(bare)) as pdf:
            for each in pdf.pages[0].Annots:
                if each.Subtype == pikepdf.Name.Text:
                    each.T = pikepdf.String("Erika")
            pdf.save(buffer)
        bare = buffer.getvalue()
    assert read(bare).marks.corrects is None


def _with_reference(copy: bytes, fmt: Fmt, reference: str) -> bytes:
    if fmt == "docx":
        change = Change(copy)
        set_property(change, change.xml("word/document.xml"), REFERENCE, reference)
        return change.data()
    buffer = BytesIO()
    with pikepdf.open(BytesIO(copy)) as pdf:
        pdf.docinfo[f"/{REFERENCE}"] = reference
        pdf.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
@pytest.mark.parametrize("reference", ["other", "%%%%%%%%%%%%-%%%%%%%%%%%%%%%%%%%%", "' OR 1=1 --"])
def test_a_reference_that_was_tampered_with_is_told_and_nothing_is_lost(root: Root, fmt: Fmt, reference: str) -> None:
    copy, name = _rejected(root, fmt)
    known = read(copy).marks.corrects
    assert known is not None
    tampered = f"{known[:-1]}{'0' if known[-1] != '0' else '1'}" if reference == "other" else reference
    row = _outcome(root, f"neu.{fmt}", _with_reference(_mended(copy, fmt), fmt, tampered))
    assert row["outcome"] == "accepted"
    told = [(each["rule"], each["severity"]) for each in row["findings"] if each["rule"] == "reference"]
    assert told == [("reference", "warning")]
    assert name in _names(root)  # it is not known as the successor


def test_a_fault_without_a_field_is_told_on_top(root: Root) -> None:
    change = Change(root.filled(_INTAKE, changed=_WRONG))
    main = change.xml("word/document.xml")
    space = str(main.tag).partition("}")[0] + "}"
    for control in list(main.iter(f"{space}sdt")):
        tag = control.find(f"{space}sdtPr/{space}tag")
        parent = control.getparent()
        if tag is not None and tag.get(f"{space}val") == "case.intake_date" and parent is not None:
            parent.remove(control)
    change.put("word/document.xml", main)
    sha256 = root.drop("aufnahme.docx", change.data())
    assert [row["outcome"] for row in root.run().rows] == ["rejected"]
    copy = root.files("outbox", "korrektur")[f"{sha256[:12]}.docx"]
    comments = comments_in(copy)
    assert len(comments) == 3
    (summary,) = [each for each in comments if any(line.startswith("Kennung:") for line in each.lines)]
    at = summary.lines.index("Ohne eigene Stelle im Bogen:")
    assert "«Aufnahme am»" in summary.lines[at + 1]


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
def test_a_warning_stands_in_the_summary_alone(root: Root, fmt: Fmt) -> None:
    copy, _ = _rejected(root, fmt, {**_WRONG, "form.interpreter": "Kind"})
    found = comments_in(copy) if fmt == "docx" else notes_in(copy)
    assert len(found) == 3
    (summary,) = [each.lines for each in found if "Ein Kind hat übersetzt" in " ".join(each.lines)]
    assert summary[-1].startswith("Kennung: ")


def test_a_signed_pdf_goes_back_as_it_came_and_the_text_says_so(root: Root) -> None:
    buffer = BytesIO()
    with pikepdf.open(BytesIO(root.filled(_INTAKE, fmt="pdf", changed=_WRONG))) as pdf:
        pdf.Root.Perms = pikepdf.Dictionary(DocMDP=pikepdf.Dictionary(Type=pikepdf.Name.Sig))
        pdf.save(buffer)
    data = buffer.getvalue()
    sha256 = root.drop("aufnahme.pdf", data)
    assert [row["outcome"] for row in root.run().rows] == ["rejected"]
    back = root.files("outbox", "korrektur")
    assert back[f"{sha256[:12]}.pdf"] == data
    assert "Sie liegt unverändert daneben." in back[f"{sha256[:12]}-korrektur.txt"].decode()


def test_a_form_dropped_again_brings_back_what_was_taken_out_of_the_outbox(root: Root) -> None:
    copy, name = _rejected(root, "docx")
    (root.path / "outbox" / "korrektur" / name).unlink()
    root.drop("noch einmal.docx", root.filled(_INTAKE, changed=_WRONG))
    root.run()
    assert root.files("outbox", "korrektur")[name] == copy


def _resaved(data: bytes, folder: Path) -> bytes:
    """Return *data* as LibreOffice stores it when nothing was typed.

    LibreOffice 7.4 without a screen crashes when it shows any document with a comment; it stores one without fault.
    """
    (folder / "in").mkdir()
    (folder / "in" / "bogen.docx").write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "docx", "--outdir", str(folder)]
    subprocess.run([*command, str(folder / "in" / "bogen.docx")], check=True, capture_output=True, timeout=120)
    return (folder / "bogen.docx").read_bytes()


@pytest.mark.office
def test_libreoffice_keeps_the_comments_and_the_answers(root: Root, tmp_path: Path) -> None:
    if not has_office():
        pytest.skip("LibreOffice and its Python bridge are not installed")
    copy, _ = _rejected(root, "docx")
    stored = _resaved(copy, tmp_path)
    was, now = read(copy), read(stored)
    assert now.marks.corrects == was.marks.corrects
    assert {each.name: each.value for each in now.fields} == {each.name: each.value for each in was.fields}
    assert comment_lines_in(stored) == comment_lines_in(copy)
    before = root.files("outbox", "korrektur")
    assert _outcome(root, "aus LibreOffice.docx", stored)["outcome"] == "rejected"
    assert root.files("outbox", "korrektur") == before
    members = read_members(stored)
    for name, wrong in _WRONG.items():
        members["word/document.xml"] = members["word/document.xml"].replace(wrong.encode(), _RIGHT[name].encode())
    assert _outcome(root, "berichtigt.docx", zip_of(members.items()))["outcome"] == "accepted"
    assert _names(root) == []
