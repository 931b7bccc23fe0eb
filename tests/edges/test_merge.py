"""Templates: what is refused when one is loaded, and that what a person wrote comes out as it was written."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from lxml import etree

from formpipe.documents.bidi import directed
from formpipe.documents.merge import Template, load_template
from formpipe.documents.text import docx_text
from formpipe.errors import SetupError
from formpipe.formats.opc_write import zip_of

PROPERTIES = {"title": "Plan MA-CAR-2026-0001", "author": "Träger"}
Make = Callable[..., Template]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Make and load a template of paragraphs."""

    def _make(*paragraphs: str, header: str = "", footer: str = "") -> Template:
        document = Document()
        for text in paragraphs:
            document.add_paragraph(text)
        document.sections[0].header.paragraphs[0].text = header
        document.sections[0].footer.paragraphs[0].text = footer
        path = tmp_path / "vorlage.docx"
        document.save(str(path))
        return load_template(path)

    return _make


def lines(document: bytes) -> list[str]:
    return docx_text(document).split("\n")


def members(document: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(document)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    "value",
    [
        "A & B < C > D \"E\" 'F'",
        "</w:t></w:r></w:p><w:p>",
        "{{ 7*7 }}",
        "{% raw %}",
        "{_{ 7*7 }_}",
        "{_% if x %_}",
        "{# Bemerkung #}",
        "Ärger mit Ümläuten, Ḥusām ad-Dīn, Şêrko",
        "حسام الدين المستري",
        "ሙሴ ተስፋይ",
        "Олександра-Вікторія",
        "&amp; &lt; &#8216; “”‘’",
        "  vorn und hinten  ",
        "x" * 5000,
        "Satz mit 😀",
    ],
)
def test_a_value_stays_as_it_was_written(make: Make, value: str) -> None:
    template = make("vorher {{ text }} nachher", header="{{ text }}", footer="{{ inner.text }}")
    made = template.render({"text": value, "inner": {"text": value}, "properties": PROPERTIES})
    assert f"vorher {value} nachher" in lines(made)
    assert lines(made).count(value) == 2


WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (
            "<w:r><w:t>أريد بيتًا.</w:t></w:r>",
            '<w:pPr><w:bidi/></w:pPr><w:r><w:rPr><w:rtl/><w:lang w:bidi="ar-SA"/></w:rPr><w:t>أريد بيتًا.</w:t></w:r>',
        ),
        (
            '<w:pPr><w:jc w:val="left"/></w:pPr><w:r><w:rPr><w:b/><w:lang w:val="de"/></w:rPr><w:t>שלום</w:t></w:r>',
            (
                '<w:pPr><w:bidi/><w:jc w:val="left"/></w:pPr>'
                '<w:r><w:rPr><w:b/><w:rtl/><w:lang w:val="de" w:bidi="ar-SA"/></w:rPr><w:t>שלום</w:t></w:r>'
            ),
        ),
        (
            "<w:pPr><w:bidi/></w:pPr><w:r><w:rPr><w:rtl/></w:rPr><w:t>مرحبا</w:t></w:r>",
            '<w:pPr><w:bidi/></w:pPr><w:r><w:rPr><w:rtl/><w:lang w:bidi="ar-SA"/></w:rPr><w:t>مرحبا</w:t></w:r>',
        ),
        (
            '<w:r><w:rPr><w:lang w:bidi="fa"/></w:rPr><w:t>می خواهم B1.</w:t></w:r>',
            '<w:pPr><w:bidi/></w:pPr><w:r><w:rPr><w:rtl/><w:lang w:bidi="fa"/></w:rPr><w:t>می خواهم B1.</w:t></w:r>',
        ),
        ("<w:r><w:t>Wort: مرحبا بكم</w:t></w:r>", "<w:r><w:t>Wort: مرحبا بكم</w:t></w:r>"),
        ("<w:r><w:t>12.</w:t><w:t/></w:r>", "<w:r><w:t>12.</w:t><w:t/></w:r>"),
    ],
)
def test_only_paragraphs_that_begin_and_mostly_run_from_right_to_left_are_marked(inside: str, expected: str) -> None:
    other = "<w:p><w:r><w:t>سلام Wort</w:t></w:r></w:p>"
    made = directed(f"<w:body {WORD}><w:p>{inside}</w:p>{other}</w:body>")
    assert made == f"<w:body {WORD}><w:p>{expected}</w:p>{other}</w:body>"


def test_a_part_without_such_letters_is_left_alone() -> None:
    assert directed("kein XML") == "kein XML"


@pytest.mark.parametrize("breaks", ["\n", "\r\n", "\r"])
def test_line_ends_and_tabs_become_those_of_word(make: Make, breaks: str) -> None:
    made = make("{{ text }}").render({"text": f"eins{breaks}zwei\tdrei", "properties": PROPERTIES})
    body = members(made)["word/document.xml"]
    assert body.count(b"<w:br/>") == 1
    assert body.count(b"<w:tab/>") == 1
    assert "eins\nzwei\tdrei" in docx_text(made)


@pytest.mark.parametrize("code", ["\x00", "\x07", "\x0c", "\x1b", "\ud800", "\ufffe"])
def test_what_no_word_file_can_hold_is_replaced_visibly(make: Make, code: str) -> None:
    made = make("{{ text }}").render({"text": f"vor{code}nach", "properties": PROPERTIES})
    assert "vor\ufffdnach" in lines(made)


def test_a_mark_written_for_the_template_itself_is_turned(make: Make) -> None:
    made = make("{_{ {{ text }} }_}").render({"text": "{_{", "properties": PROPERTIES})
    assert "{{ {_{ }}" in lines(made)


def test_a_key_is_never_a_method_of_its_dict(make: Make) -> None:
    made = make("{{ x.copy }} {{ x['items'] }} {{ y[0] }}").render(
        {
            "x": {"copy": "a", "items": "b"},
            "y": ["c"],
            "properties": PROPERTIES,
        }
    )
    assert "a b c" in lines(made)


def test_loops_over_rows_and_paragraphs(tmp_path: Path) -> None:
    document = Document()
    table = document.add_table(3, 1)
    for row, text in zip(table.rows, ("{%tr for each in rows %}", "{{ each }}", "{%tr endfor %}"), strict=True):
        row.cells[0].text = text
    document.add_paragraph("{%p if none %}")
    document.add_paragraph("nie")
    document.add_paragraph("{%p endif %}")
    path = tmp_path / "t.docx"
    document.save(str(path))
    made = load_template(path).render(
        {
            "rows": ("eins", "zwei"),
            "none": None,
            "properties": {"title": "t", "author": "a", "n": 1},
        }
    )
    assert [line for line in lines(made) if line] == ["eins", "zwei"]


def test_equal_data_gives_equal_bytes_and_only_neutral_properties(make: Make) -> None:
    template = make("{{ text }}")
    one, other = (template.render({"text": "x", "properties": PROPERTIES}) for _ in range(2))
    assert one == other
    parts = members(one)
    assert next(iter(parts)) == "[Content_Types].xml"
    core = parts["docProps/core.xml"].decode()
    assert "<dc:title>Plan MA-CAR-2026-0001</dc:title><dc:creator>Träger</dc:creator>" in core
    assert re.findall(r"<dc:(\w+)>", core) == ["title", "creator", "language"]
    assert not [name for name in parts if re.search(r"thumbnail|customXml|comments|app\.xml", name)]
    assert b"rsid" not in b"".join(parts.values())


def test_traces_of_an_edited_template_are_taken_out(tmp_path: Path) -> None:
    document = Document()
    paragraph = document.add_paragraph("{{ text }}")
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    paragraph._p.set(f"{word}rsidR", "00AB12CD")
    settings = document.settings.element
    etree.SubElement(etree.SubElement(settings, f"{word}rsids"), f"{word}rsidRoot").set(f"{word}val", "00AB12CD")
    raw = BytesIO()
    document.save(raw)
    parts = members(raw.getvalue())
    parts["word/comments.xml"] = b"<comments/>"
    parts["customXml/item1.xml"] = b"<geheim/>"
    for name in ("word/_rels/document.xml.rels", "_rels/.rels"):
        parts[name] = parts[name].replace(
            b"</Relationships>",
            b'<Relationship Id="rX1" Type="http://x/comments" Target="/word/comments.xml"/>'
            b'<Relationship Id="rX2" Type="http://x/customXml" Target="../customXml/item1.xml"/></Relationships>',
        )
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"</Types>", b'<Override PartName="/word/comments.xml" ContentType="text/xml"/></Types>'
    )
    path = tmp_path / "t.docx"
    path.write_bytes(zip_of([*parts.items(), ("word/leer/", b"")]))
    made = members(load_template(path).render({"text": "x", "properties": PROPERTIES}))
    joined = b"".join(made.values())
    for trace in (b"00AB12CD", b"geheim", b"comments", b"customXml", b"rsid"):
        assert trace not in joined


def test_a_template_loses_its_properties_and_the_document_gets_its_own(make: Make) -> None:
    template = make("{{ text }}")
    assert not [name for name in members(template.source) if name.startswith("docProps/")]
    made = template.render({"text": "x", "properties": PROPERTIES})
    assert b"<dc:creator>Tr\xc3\xa4ger" in members(made)["docProps/core.xml"]
    Document(BytesIO(made))


@pytest.mark.parametrize(
    ("text", "unknown", "hint"),
    [
        ("{{ clint }}", "clint", "Did you mean 'client'?"),
        ("{{ client.nmae }}", "nmae", "Did you mean 'name'?"),
        ("{% if zzz %}x{% endif %}", "zzz", "See docs/templates.md."),
        ("{{ client['nmae'] }}", "nmae", "Did you mean 'name'?"),
        ("{{ client.name.first }}", "first", "See docs/templates.md."),
    ],
)
def test_an_unknown_variable_stops_the_rendering_and_is_named(make: Make, text: str, unknown: str, hint: str) -> None:
    template = make(text)
    with pytest.raises(SetupError) as caught:
        template.render({"client": {"name": "Geheim"}, "properties": PROPERTIES})
    assert caught.value.what == f"variable '{unknown}' is not in the document's data"
    assert hint in caught.value.mend
    assert caught.value.where.endswith("vorlage.docx")
    assert "Geheim" not in str(caught.value)


def test_the_variables_of_body_header_and_footer_can_be_checked_beforehand(make: Make) -> None:
    template = make("{{ one }}{% for x in two %}{{ x }}{% endfor %}", header="{{ three }}", footer="{{ four }}")
    assert template.variables == {"one", "two", "three", "four"}
    template.check(["one", "two", "three", "four", "five"])
    with pytest.raises(SetupError, match="variable 'four'") as caught:
        template.check(["one", "two", "three", "fours"])
    assert "'fours'" in caught.value.mend


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{{ text.__class__.__mro__ }}", "Geheim"),
        ("{{ ''.__class__ }}", "Geheim"),
        ("{{ text + 1 }}", "Geheim"),
        ("{{ 1 / number }}", "Geheim"),
    ],
)
def test_what_a_template_must_not_or_cannot_do_stops_it_without_a_value(make: Make, text: str, value: str) -> None:
    template = make(text)
    with pytest.raises(SetupError) as caught:
        template.render({"text": value, "number": 0, "properties": PROPERTIES})
    assert "Geheim" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_value_that_would_break_the_paper_is_found(make: Make) -> None:
    template = make("{{ text | safe }}")
    with pytest.raises(SetupError, match="cannot be merged"):
        template.render({"text": "A & B <w:p>", "properties": PROPERTIES})


def test_text_that_docxtpl_loses_is_found(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    template = make("{{ text | e }}")  # may print anything, so docxtpl itself makes the document
    monkeypatch.setattr(
        "formpipe.documents.merger.DocxTemplate.resolve_listing", lambda _self, xml: xml.replace(">x<", "><")
    )
    with pytest.raises(SetupError, match="text was lost"):
        template.render({"text": "x", "properties": PROPERTIES})


def test_data_is_text_only(make: Make) -> None:
    with pytest.raises(SetupError, match="holds a float"):
        make("x").render({"size": 1.5, "properties": PROPERTIES})


@pytest.mark.parametrize("bad", [b"", b"kein Word", zip_of([("x.txt", b"")]), zip_of([("word/document.xml", b"<")])])
def test_what_is_no_template_is_refused(tmp_path: Path, bad: bytes) -> None:
    path = tmp_path / "t.docx"
    path.write_bytes(bad)
    with pytest.raises(SetupError, match="no Word file"):
        load_template(path)


def test_a_missing_template_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="missing"):
        load_template(tmp_path / "fehlt.docx")


@pytest.mark.parametrize("tag", ["{% if x %}", "{{ x | }}", "{% endfor %}", "{{ x | unbekannt }}"])
def test_a_wrong_tag_is_named_when_the_template_is_loaded(make: Make, tag: str) -> None:
    with pytest.raises(SetupError, match="a tag is wrong"):
        make(tag)


def test_notes_and_line_feeds_belong_to_the_text() -> None:
    part = f"<w:p {WORD}><w:r><w:t>eins</w:t><w:cr/><w:t/><w:t>zwei</w:t></w:r></w:p>".encode()
    package: list[tuple[str, bytes]] = [("word/footnotes.xml", part), ("other.xml", b"<x/>")]
    assert docx_text(zip_of(package)) == "eins\nzwei"
