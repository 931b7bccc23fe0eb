"""Templates compiled once: each member of each document is what docxtpl makes of the same data."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docxtpl import DocxTemplate
from make_contexts import contexts_of, hardened

from formpipe.documents.bidi import directed
from formpipe.documents.dialect import environment
from formpipe.documents.merge import Template, load_template
from formpipe.documents.merger import FOOTNOTES
from formpipe.documents.package import CORE, members_of
from formpipe.documents.rows import splittable
from formpipe.documents.shape import UnprovenError, fillable_tags
from formpipe.documents.text import docx_text
from formpipe.errors import SetupError
from formpipe.formats.opc_write import zip_of
from formpipe.resources import shipped
from formpipe.schemas import Library

PROPERTIES = {"title": "t", "author": "a"}
SHIPPED = ("integrationsplan", "anlage-v", "jobcenter-briefing")
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
Make = Callable[..., Template]


def by_docxtpl(source: bytes, context: Mapping[str, Any]) -> dict[str, bytes]:
    """Return what docxtpl makes, the way its manual shows, without the properties that formpipe writes itself.

    What formpipe adds, the direction of paragraphs and the breaking of long
    rows, is added by the part as a whole; both have their own tests.
    """
    template = DocxTemplate(BytesIO(source))
    template.render(dict(context), environment())
    buffer = BytesIO()
    template.save(buffer)
    members = members_of(buffer.getvalue())
    del members[CORE]
    return {name: _directed(name, body) for name, body in members.items()}


def _directed(name: str, body: bytes) -> bytes:
    if not name.startswith("word/") or not name.endswith(".xml"):
        return body
    declaration, line, xml = body.decode("utf-8").partition("?>\n")
    return f"{declaration}{line}{splittable(directed(xml))}".encode() if line else body


def differing(template: Template, context: Mapping[str, Any]) -> list[str]:
    made = members_of(template.render(context))
    del made[CORE]
    expected = by_docxtpl(template.source, context)
    assert set(made) == set(expected)
    return [name for name, body in made.items() if body != expected[name]]


def paragraphs(*texts: str) -> Any:  # noqa: ANN401  # python-docx is untyped
    document = Document()
    for text in texts:
        document.add_paragraph(text)
    return document


@pytest.fixture
def load(tmp_path: Path) -> Callable[[Any], Template]:
    """Save a document of python-docx and load it as a template."""

    def _load(document: Any) -> Template:  # noqa: ANN401  # python-docx is untyped
        path = tmp_path / "vorlage.docx"
        document.save(str(path))
        return load_template(path)

    return _load


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("records", [6, pytest.param(210, marks=pytest.mark.heavy)])
def test_every_member_is_that_of_docxtpl(name: str, records: int, library: Library) -> None:
    template = load_template(shipped("templates") / f"{name}.docx")
    assert template.compiled is not None
    for context in hardened(contexts_of(library)[name], records):
        assert differing(template, context) == []


def test_one_document_leaves_nothing_behind_for_the_next(library: Library) -> None:
    template = load_template(shipped("templates") / "integrationsplan.docx")
    one, other = contexts_of(library)["integrationsplan"][:2]
    before = template.render(one)
    template.render(other)
    assert template.render(one) == before


def test_both_ways_give_the_same_file(library: Library) -> None:
    name = "jobcenter-briefing"
    template = load_template(shipped("templates") / f"{name}.docx")
    patient = Template(path=template.path, variables=template.variables, source=template.source, compiled=None)
    for context in hardened(contexts_of(library)[name], 4):
        if "{_" not in str(context):
            one, other = template.merged(context), patient.merged(context)
            assert one == other


PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xff\xff\xff"
    b"\x7f\0\t\xfb\x03\xfd\x05CE\xca\0\0\0\0IEND\xaeB`\x82"
)


def _image() -> Any:  # noqa: ANN401  # python-docx is untyped
    document = paragraphs("{{ text }}")
    document.add_picture(BytesIO(PNG))
    return document


def _logo() -> Any:  # noqa: ANN401  # python-docx is untyped
    document = paragraphs("{{ text }}")
    header = document.sections[0].header.paragraphs[0]
    header.add_run().add_picture(BytesIO(PNG))
    header.add_run("{{ text }}")
    return document


def _inserted(xml: str) -> Any:  # noqa: ANN401  # python-docx is untyped
    document = paragraphs("{{ text }}")
    document.element.body.insert(0, parse_xml(xml))
    return document


def _table(*rows: tuple[str, ...]) -> Any:  # noqa: ANN401  # python-docx is untyped
    document = Document()
    table = document.add_table(0, len(rows[0]))
    for texts in rows:
        row = table.add_row()
        for cell, text in zip(row.cells, texts, strict=False):
            cell.text = text
    return document


def _nested() -> Any:  # noqa: ANN401  # python-docx is untyped
    document = _table(("{{ text }}",))
    inner = document.tables[0].cell(0, 0).add_table(1, 2)
    inner.cell(0, 0).text = "{{ text }}"
    document.tables[0].cell(0, 0).add_paragraph()
    return document


def _short_row() -> Any:  # noqa: ANN401  # python-docx is untyped
    document = _table(("{{ text }}", "b"))
    row = document.tables[0].rows[0]._tr
    row.remove(row.tc_lst[1])
    return document


def _split_branch() -> Any:  # noqa: ANN401  # python-docx is untyped
    document = paragraphs("{%p if text %}")
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "{%p endif %}"
    cell.add_paragraph("{{ text }}")
    return document


def _marked_body() -> Any:  # noqa: ANN401  # python-docx is untyped
    document = paragraphs("{{ text }}")
    document.element.body.set("{urn:x}kept", "1")
    return document


def _stray_text() -> Any:  # noqa: ANN401  # python-docx is untyped
    document = paragraphs("{{ text }}")
    document.element.body[0].tail = "x\ny"
    return document


def _two_parts_in_one() -> Any:  # noqa: ANN401  # python-docx is untyped
    document = paragraphs("{{ text }}")
    document.sections[0].header.paragraphs[0].text = "{{ text }}"
    first = document.sections[0].header.part
    document.part.relate_to(first, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer")
    return document


UNPROVEN: dict[str, Callable[[], Any]] = {
    "picture": _image,
    "prints markup": lambda: paragraphs("{{ text | e }}"),
    "prints markup in a condition": lambda: paragraphs("{% if text | e %}ja{% endif %}"),
    "prints markup in a second condition": lambda: paragraphs("{% if no %}{% elif text | e %}ja{% endif %}"),
    "loops over markup": lambda: paragraphs("{% for x in text | e %}{{ x }}{% endfor %}"),
    "calls what prints markup": lambda: paragraphs("{% if no %}{{ lipsum() }}{% endif %}"),
    "sets a variable": lambda: paragraphs("{% set x = text %}{{ x }}"),
    "calls itself": lambda: paragraphs("{% for x in rows recursive %}{{ x }}{% endfor %}"),
    "colour of a cell": lambda: _table(("{% cellbg colour %}{{ text }}",)),
    "width of a cell": lambda: _table(("{% colspan number %}{{ text }}", "b")),
    "number of cells": lambda: _table(("{%tc for x in rows %}", "{{ x }}", "{%tc endfor %}")),
    "one cell less": lambda: _table(("{%tc if no %}", "{{ text }}", "{%tc endif %}", "{{ text }}")),
    "merged cells": lambda: _table(("{%tr for x in rows %}",), ("{% vm %}{{ text }}",), ("{%tr endfor %}",)),
    "short rows only": _short_row,
    "wider inner table": _nested,
    "branch that ends elsewhere": _split_branch,
    "text in no run": lambda: paragraphs("{{p text }}"),
    "text box": lambda: _inserted(
        f"<w:p {WORD}><w:r><w:pict><w:txbxContent><w:p/></w:txbxContent></w:pict></w:r></w:p>"
    ),
    "foreign namespace": lambda: _inserted(f'<w:p {WORD}><x:y xmlns:x="urn:x"/></w:p>'),
    "body with an attribute": _marked_body,
    "one part as header and footer": _two_parts_in_one,
}
DATA = {
    "text": "A & B\nمرحبا",
    "colour": "FF0000",
    "number": 2,
    "rows": ["a", "b"],
    "no": False,
    "properties": PROPERTIES,
}


@pytest.mark.parametrize("name", UNPROVEN)
def test_what_cannot_be_proved_goes_through_docxtpl_itself(name: str, load: Callable[[Any], Template]) -> None:
    template = load(UNPROVEN[name]())
    assert template.compiled is None
    if name in {"calls itself", "text in no run", "one part as header and footer"}:
        return
    assert differing(template, DATA) == []


def _merged_row() -> Any:  # noqa: ANN401  # python-docx is untyped
    document = _table(("{{ text }}", "b"), ("c", "d"))
    table = document.tables[0]
    table.cell(0, 0).merge(table.cell(0, 1))
    return document


PROVEN: dict[str, Callable[[], Any]] = {
    "cells that are one": _merged_row,
    "branch over paragraphs": lambda: paragraphs("{% if no %}", "{{ text }}{% endif %}"),
    "a row of more cells than one": lambda: _table(
        ("{%tr for x in rows %}",) * 2, ("{{ x }}", "b"), ("{%tr endfor %}",) * 2
    ),
    "condition over runs": lambda: paragraphs("a {% if no %}b{% else %}c {{ text }}{% endif %} d"),
    "nothing in a run": lambda: paragraphs("{% if no %}b{% endif %}", "{{ '' }}", "{{ text if no else '' }}"),
    "a filter of text": lambda: paragraphs("{{ text | upper }}", "{{ rows | join(', ') }}"),
    "template from right to left": lambda: paragraphs("مرحبا", "{{ rows[0] }}"),
    "logo in the header": _logo,
    "text outside of paragraphs": _stray_text,
    "lines in the template": lambda: paragraphs("eins\nzwei\tdrei {{ text }}"),
}


@pytest.mark.parametrize("name", PROVEN)
def test_what_can_be_proved_is_compiled_and_gives_the_same(name: str, load: Callable[[Any], Template]) -> None:
    template = load(PROVEN[name]())
    assert template.compiled is not None
    assert differing(template, DATA) == []


@pytest.mark.parametrize("source", ["<a>", "<a></b>", "<w:tbl><w:tr><w:tc><w:gridSpan/></w:tc></w:tr></w:tbl>", "<a"])
def test_what_is_no_whole_part_proves_nothing(source: str) -> None:
    with pytest.raises(UnprovenError):
        fillable_tags(environment().parse(source))


def test_a_template_that_calls_its_namespaces_otherwise_is_refused(
    load: Callable[[Any], Template], tmp_path: Path
) -> None:
    parts = members_of(load(paragraphs("x")).source)
    parts["word/document.xml"] = (
        b'<v:document xmlns:v="' + WORD[9:-1].encode() + b'"><v:body><v:p/></v:body></v:document>'
    )
    path = tmp_path / "anders.docx"
    path.write_bytes(zip_of(parts.items()))
    with pytest.raises(SetupError, match="no Word file"):
        load_template(path)


def test_a_table_that_turns_out_to_have_no_rows_is_left_to_docxtpl(load: Callable[[Any], Template]) -> None:
    template = load(_table(("{%tr for x in rows %}",), ("{{ x }}",), ("{%tr endfor %}",)))
    assert template.compiled is not None
    assert template.compiled.merged({**DATA, "rows": []}, title="t", author="a") is None
    assert differing(template, {**DATA, "rows": []}) == []


def test_a_table_without_a_grid_is_told_and_not_guessed(load: Callable[[Any], Template]) -> None:
    template = load(_inserted(f"<w:tbl {WORD}><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"))
    with pytest.raises(SetupError, match="cannot be merged"):
        template.render(DATA)


def _with_footnotes(template: Template, text: str, path: Path) -> Template:
    parts = members_of(template.source)
    note = (
        f'<w:footnotes {WORD}><w:footnote w:id="1"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    parts["word/footnotes.xml"] = note.encode()
    relation = b'<Relationship Id="rX1" Type="http://x/footnotes" Target="footnotes.xml"/></Relationships>'
    links = "word/_rels/document.xml.rels"
    parts[links] = parts[links].replace(b"</Relationships>", relation)
    kind = f'<Override PartName="/word/footnotes.xml" ContentType="{FOOTNOTES}"/></Types>'.encode()
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", kind)
    path.write_bytes(zip_of(parts.items()))
    return load_template(path)


def test_footnotes_are_filled_once_however_many_sections_there_are(
    load: Callable[[Any], Template], tmp_path: Path
) -> None:
    document = paragraphs("{{ text }}")
    document.add_section()
    template = _with_footnotes(load(document), "{{ note }}", tmp_path / "noten.docx")
    assert template.compiled is None
    assert "note" in template.variables
    made = docx_text(template.render({"text": "x", "note": "{{ 7*7 }}", "properties": PROPERTIES}))
    assert "{{ 7*7 }}" in made


def test_footnotes_without_values_are_copied(load: Callable[[Any], Template], tmp_path: Path) -> None:
    template = _with_footnotes(load(paragraphs("{{ text }}")), "eins\tzwei", tmp_path / "noten.docx")
    assert template.compiled is not None
    assert differing(template, DATA) == []


def test_the_values_are_told_as_they_should_stand(load: Callable[[Any], Template]) -> None:
    document = paragraphs("{{ text }} {_{ {{ number + 1 }} {% for x in rows %}{{ x }}{% endfor %} {{ '<' }}")
    document.sections[0].footer.paragraphs[0].text = "{{ colour }}"
    merged = load(document).merged({**DATA, "text": "A & <B> \"C\" 'D'\r\nE"})
    assert merged.values == {
        "word/document.xml": ("A & <B> \"C\" 'D'\nE", "3", "a", "b"),
        "word/footer1.xml": ("FF0000",),
    }


def test_our_zip_files_are_those_of_the_standard_library() -> None:
    entries = [("[Content_Types].xml", b"<x/>"), ("wörd/x.xml", b"a" * 5000), ("leer", b"")]
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, body in entries:
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, body)
    assert zip_of(entries) == buffer.getvalue()
