"""The archive's record: one PDF/A-3 for each version of a plan, with the form it came from and the data inside."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn

import pikepdf
import pytest
from make_forms import forms_of, load_case
from roots import Root, number_of

from formpipe.documents.convert import Conversion, convert
from formpipe.documents.package import content_types_first, members_of
from formpipe.documents.record import attachments_of
from formpipe.durable import sha256_of
from formpipe.formats.opc_write import CONTENT_TYPES, zip_of
from formpipe.ledger import documents, open_ledger, plans
from formpipe.ledger.documents import DocumentRow
from formpipe.ledger.plans import PlanRow
from formpipe.model import CaseNumber
from formpipe.pipeline import pdfs, render

NAME = "case2"


def kept(root: Root, number: str) -> tuple[list[PlanRow], list[DocumentRow]]:
    """Return the plan versions of a case and its records."""
    ledger = open_ledger(root.path / "archive" / "ledger.sqlite")
    try:
        with ledger.transaction(keep=False) as book:
            versions = plans.versions_of(book, CaseNumber(number))
            rows = [each for row in versions for each in documents.documents_of(book, row.case, row.checksum)]
    finally:
        ledger.close()
    return versions, [each for each in rows if each.name == "record"]


def dropped(root: Root) -> list[bytes]:
    """Drop all forms of the case at once and return them."""
    forms = [root.filled(record) for record in forms_of(load_case(NAME))]
    for number, form in enumerate(forms):
        root.drop(f"bogen{number}.docx", form)
    return forms


def as_template(form: bytes) -> bytes:
    """Return the Word file *form* as one that was saved as a template (.dotx)."""
    members = members_of(form)
    types = members[CONTENT_TYPES]
    members[CONTENT_TYPES] = types.replace(b"wordprocessingml.document.main", b"wordprocessingml.template.main")
    assert members[CONTENT_TYPES] != types
    return zip_of(sorted(members.items(), key=content_types_first))


@pytest.fixture
def carrier(new_root: Callable[[str], Root]) -> Root:
    """A root of the case's carrier."""
    return new_root(str(load_case(NAME)["carrier"]))


def object_of(root: Root, row: DocumentRow) -> Path:
    assert row.object is not None
    return root.path / "archive" / "objects" / row.object[:2] / row.object


@pytest.mark.office
def test_each_version_has_its_record_also_one_that_was_never_the_newest(carrier: Root) -> None:
    forms, number = dropped(carrier), number_of(load_case(NAME))
    assert carrier.command("run").exit_code == 0
    versions, rows = kept(carrier, number)
    assert [row.version for row in rows] == [1, 2] == [row.version for row in versions]
    for version, form, row in zip(versions, forms, rows, strict=True):
        made = object_of(carrier, row).read_bytes()
        files = attachments_of(made)
        short = sha256_of(form)[:12]
        assert sorted(files) == [f"angaben-{short}.json", f"bogen-{short}.docx", f"plan-v{row.version}.json"]
        assert files[f"bogen-{short}.docx"] == form
        assert sha256_of(files[f"plan-v{row.version}.json"]) == version.checksum
        assert json.loads(files[f"angaben-{short}.json"])["counts_for"] == version.body["dated"]
        with pikepdf.open(BytesIO(made)) as pdf, pdf.open_metadata() as xmp:
            assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("3", "B")
            assert {str(each.AFRelationship) for each in pdf.Root.AF} == {"/Source", "/Data"}
    assert not any(row.object == sha256_of(data) for row in rows for data in carrier.files("outbox").values())
    assert carrier.command("verify").exit_code == 0
    assert carrier.command("backup", str(carrier.path / "kopie.tar")).exit_code == 0
    assert carrier.command("render", number).exit_code == 0
    object_of(carrier, rows[0]).unlink()
    assert f"object_missing  {str(rows[0].object)[:12]}" in carrier.command("verify").out


@pytest.mark.office
def test_a_form_that_was_saved_as_a_word_template_lies_in_its_record(carrier: Root) -> None:
    form = as_template(carrier.filled(forms_of(load_case(NAME))[0]))
    carrier.drop("bogen.dotx", form)
    ran = carrier.command("run")
    assert (ran.exit_code, ran.err.count("owed")) == (0, 0), ran.err
    rows = kept(carrier, number_of(load_case(NAME)))[1]
    made = object_of(carrier, rows[0]).read_bytes()
    name = f"bogen-{sha256_of(form)[:12]}.dotx"
    assert attachments_of(made)[name] == form
    with pikepdf.open(BytesIO(made)) as pdf:
        kinds = {str(each.UF): str(each.EF.F.Subtype) for each in pdf.Root.AF}
    assert kinds[name].endswith("wordprocessingml.template")


@pytest.mark.office
def test_it_is_owed_until_nothing_is_in_its_way(carrier: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    dropped(carrier)
    number = number_of(load_case(NAME))
    noted = []

    def full(*_batch: Any, **_named: Any) -> NoReturn:  # noqa: ANN401 - as it comes
        raise OSError(errno.ENOSPC, "full", "/geheim")

    def noting(*batch: Any, workers: int, **named: Any) -> Conversion:  # noqa: ANN401 - as it comes
        noted.append(workers)
        return convert(*batch, workers=workers, **named)

    with monkeypatch.context() as patch:  # no LibreOffice
        patch.setattr(render, "office_program", lambda: None)
        ran = carrier.command("run")
        assert (ran.exit_code, "PDFs are owed" in ran.err) == (0, True)
        assert [row.object for row in kept(carrier, number)[1]] == [None, None]
    with monkeypatch.context() as patch:  # a disk that fills up
        patch.setattr(pdfs, "convert", full)
        ran = carrier.command("run")
        assert (ran.exit_code, "No space left on device" in ran.err, "geheim" in ran.err) == (5, True, False)
        assert [row.object for row in kept(carrier, number)[1]] == [None, None]
    own = carrier.path / "templates"
    own.mkdir(exist_ok=True)
    (own / "integrationsplan.docx").write_bytes(b"kein Word")
    monkeypatch.setattr(pdfs, "convert", noting)
    ran = carrier.command("run", "--jobs", "2")
    assert (ran.exit_code, noted) == (4, [2])
    first, second = kept(carrier, number)[1]
    assert first.object is None  # its Word file was never made
    assert second.object is not None
    (own / "integrationsplan.docx").unlink()
    assert carrier.command("run").exit_code == 0
    assert all(row.object is not None for row in kept(carrier, number)[1])


@pytest.mark.office
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_record_that_cannot_be_made_holds_up_no_plan_and_is_told_by_its_name(
    carrier: Root, jobs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "_ENOUGH", 0)  # else it takes many documents for a process beside the run
    forms, number = dropped(carrier), number_of(load_case(NAME))
    assert carrier.run().exit_code == 0
    for form in forms:
        sha256 = sha256_of(form)
        (carrier.path / "archive" / "objects" / sha256[:2] / sha256).rename(carrier.path / sha256)
    ran = carrier.command("run", "--jobs", jobs)
    assert (ran.exit_code, ran.err.count("an object is missing")) == (5, 2)
    assert any(name.endswith("integrationsplan-v2.pdf") for name in carrier.files("outbox"))
    assert [row.object for row in kept(carrier, number)[1]] == [None, None]
    for form in forms:
        sha256 = sha256_of(form)
        (carrier.path / sha256).rename(carrier.path / "archive" / "objects" / sha256[:2] / sha256)
    assert carrier.command("run", "--jobs", jobs).exit_code == 0
    assert all(row.object is not None for row in kept(carrier, number)[1])


@pytest.mark.office
def test_each_document_of_a_conversion_that_fails_is_told(carrier: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(batch: Sequence[tuple[str, bytes]], *_: object, **_named: object) -> Conversion:
        return Conversion(pdfs={}, failed=tuple(name for name, _ in batch))

    dropped(carrier)
    monkeypatch.setattr(pdfs, "convert", failing)
    ran = carrier.command("run")
    assert ran.exit_code == 4
    told = [line for line in ran.err.splitlines() if "LibreOffice made no PDF of a document; it stays owed" in line]
    number = number_of(load_case(NAME))
    for name, count in (("record", 2), ("plan", 1)):
        assert sum(line.startswith(f"formpipe: {number} {name}: ") for line in told) == count
