"""Traces of whoever made a template: a template salted with all of them gives the same papers as a clean one."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from canaries import Maker
from docx import Document
from lxml import etree
from privacy import Stage, paper_of, pdfs_of, stage_of

from formpipe.documents.merge import load_template
from formpipe.documents.package import members_of, scrubbed
from formpipe.documents.pdf_readings import pdf_readings
from formpipe.documents.revisions import accept_revisions
from formpipe.documents.text import docx_text
from formpipe.formats.opc_write import zip_of
from formpipe.resources import shipped
from formpipe.schemas import load_library

SALT = "Salzkorn"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NS = f'xmlns:w="{W}" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BY = f'w:id="1" w:author="{SALT}" w:date="2026-01-01T00:00:00Z"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HIDDEN = "<w:rPr><w:vanish/></w:rPr>"

LINKED = {
    "docProps/app.xml": (f"{OFFICE}/extended-properties", "<Properties><Company>{}</Company></Properties>"),
    "docProps/custom.xml": (f"{OFFICE}/custom-properties", "<Properties><p>{}</p></Properties>"),
    "docProps/thumbnail.jpeg": (
        "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail",
        "{}",
    ),
    "vorschau.emf": ("http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail", "{}"),
}
"""Members that the package as a whole links to."""
OF_THE_BODY = {
    "word/comments.xml": ("comments", "<comments>{}</comments>"),
    "word/commentsExtensible.xml": ("commentsExtensible", "<comments>{}</comments>"),
    "word/people.xml": ("people", "<people>{}</people>"),
    "word/glossary/document.xml": (
        "glossaryDocument",
        "<w:glossaryDocument " + NS + "><w:t>{}</w:t></w:glossaryDocument>",
    ),
    "word/webSettings.xml": ("webSettings", "<webSettings>{}</webSettings>"),
    "word/vbaProject.bin": ("vbaProject", "{}"),
    "word/embeddings/tabelle.xlsx": ("package", "{}"),
    "word/anhang.html": ("aFChunk", "<p>{}</p>"),
    "customXml/item1.xml": ("customXml", "<item>{}</item>"),
    "anderswo/daten.xml": ("customXml", "<item>{}</item>"),
}
LOOSE = {"[trash]/0000.dat": "{}", "word/salzkorn.xml": "<x>{}</x>", "Salzkorn/x.bin": "{}"}
"""Members that nothing links to."""

SETTINGS = f"""<w:settings {NS} xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" xmlns:r="{R}">
<w:attachedTemplate r:id="rIdVorlage"/><w:trackRevisions/>
<w:writeProtection w:hash="{SALT}"/><w:mailMerge><w:query w:val="{SALT}"/></w:mailMerge>
<w:docVars><w:docVar w:name="{SALT}" w:val="{SALT}"/></w:docVars>
<w:rsids><w:rsidRoot w:val="00AB12CD"/></w:rsids><w15:docId w15:val="{{{SALT}}}"/>
<w:smartTagType w:namespaceuri="{SALT}" w:name="x"/></w:settings>"""

BODY = f"""<w:body {NS} xmlns:r="{R}" xmlns:o="urn:schemas-microsoft-com:office:office">
<w:p w:rsidR="00AB12CD" w14:paraId="00AB12CD"><w:pPr><w:pPrChange {BY}><w:pPr/></w:pPrChange></w:pPr>
<w:r>{HIDDEN}<w:t>{SALT}</w:t></w:r><w:del {BY}><w:r><w:delText>{SALT}</w:delText></w:r></w:del>
<w:moveFrom {BY}><w:r><w:t>{SALT}</w:t></w:r></w:moveFrom>
<w:commentRangeStart w:id="0"/><w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>
<w:permStart w:id="1" w:ed="{SALT}"/><w:permEnd w:id="1"/><!-- {SALT} --><?{SALT} {SALT}?></w:p>
<w:p><w:pPr><w:pStyle w:val="Verborgen"/></w:pPr><w:r><w:t>{SALT}</w:t></w:r></w:p>
<w:customXml w:uri="{SALT}" w:element="x"><w:customXmlPr><w:attr w:name="x" w:val="{SALT}"/></w:customXmlPr>
</w:customXml>
<w:sdt><w:sdtPr><w:dataBinding w:xpath="/{SALT}" w:storeItemID="{SALT}"/></w:sdtPr><w:sdtContent/></w:sdt>
<w:altChunk r:id="rId-word/anhang.html" r:pict="rId-word/anhang.html"/>
</w:body>"""

STYLE = (
    f'<w:style {NS} w:type="paragraph" w:styleId="Verborgen"><w:name w:val="x"/><w:rPr><w:vanish/></w:rPr></w:style>'
)


def with_links(body: bytes, links: Mapping[str, tuple[str, str]], *, external: str = "") -> bytes:
    """Return the links *body* with one more for each of *links* (target by type)."""
    made = "".join(
        f'<Relationship Id="rId-{name}" Type="{kind if "/" in kind else f"{OFFICE}/{kind}"}" Target="/{name}"/>'
        for name, (kind, _) in links.items()
    )
    return body.replace(b"</Relationships>", f"{made}{external}</Relationships>".encode())


def external(name: str, kind: str) -> str:
    target = f"file:///C:/Users/{SALT}/{kind}"
    return f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/>'


def salted(package: bytes) -> bytes:
    """Return the template *package* as a person would leave it who worked on it for long."""
    members = members_of(package)
    for name, body in {**{k: v[1] for k, v in {**LINKED, **OF_THE_BODY}.items()}, **LOOSE}.items():
        members[name] = body.format(SALT).encode()
    members["_rels/.rels"] = with_links(members["_rels/.rels"], LINKED)
    rels = "word/_rels/document.xml.rels"
    members[rels] = with_links(members[rels], OF_THE_BODY, external=external("rIdBild", "image"))
    settings = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    members["word/_rels/settings.xml.rels"] = with_links(
        settings.encode(), {}, external=external("rIdVorlage", "attachedTemplate")
    )
    core = members["docProps/core.xml"].decode()
    members["docProps/core.xml"] = re.sub("<dc:creator>[^<]*", f"<dc:creator>{SALT}", core).encode()
    members["word/document.xml"] = _with_body(members["word/document.xml"])
    members["word/settings.xml"] = _with_children(members["word/settings.xml"], SETTINGS)
    styles = f"<w:styles {NS}>{STYLE}</w:styles>"
    members["word/styles.xml"] = _with_children(members["word/styles.xml"], styles)
    types = members["[Content_Types].xml"].decode()
    defaults = "".join(
        f'<Default Extension="{each}" ContentType="x/y"/>' for each in ("emf", "bin", "xlsx", "html", "dat")
    )
    over = '<Override PartName="/word/comments.xml" ContentType="text/xml"/>'
    jpeg = "" if '"jpeg"' in types else '<Default Extension="jpeg" ContentType="image/jpeg"/>'
    members["[Content_Types].xml"] = types.replace("</Types>", f"{defaults}{jpeg}{over}</Types>").encode()
    return zip_of(members.items())


def _with_body(part: bytes) -> bytes:
    root = etree.fromstring(part)
    body = root[0]
    body[0:0] = list(etree.fromstring(BODY))
    root.addprevious(etree.Comment(SALT))
    for run in list(body.iter(f"{{{W}}}r"))[-1:]:
        mark = etree.fromstring(f"<w:ins {NS} {BY}/>")
        run.addprevious(mark)
        mark.append(run)
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)


def _with_children(part: bytes, children: str) -> bytes:
    root = etree.fromstring(part)
    root[0:0] = list(etree.fromstring(children))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def holding(package: bytes) -> list[str]:
    """Return the members of *package* in whose name or content the salt stands, in any coding."""
    found = []
    for name, body in members_of(package).items():
        texts = (name, body.decode("utf-8", "replace"), body.decode("utf-16-le", "replace"))
        if any(SALT.casefold() in text.casefold() for text in texts) or b"00AB12CD" in body:
            found.append(name)
    return found


@pytest.fixture(scope="module")
def stage() -> Stage:
    return stage_of(load_library(shipped("schemas")))


@pytest.fixture(scope="module")
def salty(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    path = tmp_path_factory.mktemp("salz") / "jobcenter-briefing.docx"
    path.write_bytes(salted((shipped("templates") / "jobcenter-briefing.docx").read_bytes()))
    return replace(stage, template=load_template(path))


def papers(stage: Stage, count: int) -> list[bytes]:
    maker = Maker(stage.catalogue, 3)
    made: list[bytes] = []
    while len(made) < count:
        paper = paper_of(stage, maker.make())
        made += [] if paper is None else [paper]
    return made


def test_the_template_is_salted_everywhere() -> None:
    package = salted((shipped("templates") / "jobcenter-briefing.docx").read_bytes())
    Document(BytesIO(package))  # Word files of this kind can be opened
    places = {*LINKED, *OF_THE_BODY, *LOOSE, "word/document.xml", "word/settings.xml", "docProps/core.xml"}
    assert {*holding(package)} == places | {f"word/_rels/{name}.xml.rels" for name in ("document", "settings")}


def test_a_paper_made_from_it_shows_nothing_of_it(stage: Stage, salty: Stage) -> None:
    assert holding(salty.template.source) == []
    for clean, made in zip(papers(stage, 3), papers(salty, 3), strict=True):
        assert holding(made) == []
        assert docx_text(made).lstrip("\n") == docx_text(clean).lstrip("\n")
        assert set(members_of(made)) == set(members_of(clean))
        with zipfile.ZipFile(BytesIO(made)) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert {(entry.comment, entry.extra) for entry in archive.infolist()} == {(b"", b"")}
        core = members_of(made)["docProps/core.xml"].decode()
        assert re.findall(r"<(?:dc|cp|dcterms):(\w+)[ >]", core) == ["coreProperties", "title", "creator", "language"]


@pytest.mark.office
def test_its_pdf_shows_nothing_of_it_either(salty: Stage, tmp_path: Path) -> None:
    (pdf,) = pdfs_of(papers(salty, 1), [date(2026, 5, 28)], tmp_path)
    assert not [text for text in pdf_readings(pdf) if SALT.casefold() in text.casefold()]
    with pikepdf.open(BytesIO(pdf)) as made:
        assert set(made.docinfo) == {"/Title", "/Author", "/Producer", "/Creator", "/CreationDate", "/ModDate"}
        assert not made.attachments
        assert b"Salz" not in made.Root.Metadata.read_bytes()


def part_of(body: str) -> etree._Element:
    """Return the body of a template with *body* in it, scrubbed."""
    document = Document()
    buffer = BytesIO()
    document.save(buffer)
    members = members_of(buffer.getvalue())
    start = members["word/document.xml"].decode()
    members["word/document.xml"] = re.sub("<w:sectPr", f"{body}<w:sectPr", start, count=1).encode()
    return etree.fromstring(members_of(scrubbed(zip_of(members.items())))["word/document.xml"])[0]


def texts(body: etree._Element) -> list[str]:
    return [str(etree.tostring(each, method="text", encoding="unicode")) for each in body.iter(f"{{{W}}}p")]


def run(text: str, properties: str = "") -> str:
    return f"<w:r>{properties}<w:t>{text}</w:t></w:r>"


def paragraph(*inside: str, properties: str = "") -> str:
    return f"<w:p>{properties}{''.join(inside)}</w:p>"


CROSSED = f'<w:pPr><w:jc w:val="center"/><w:rPr><w:del {BY}/></w:rPr></w:pPr>'
KEPT = '<w:pPr><w:jc w:val="right"/></w:pPr>'
ROW = "<w:tr>{}<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc></w:tr>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (paragraph(run("a"), f"<w:ins {BY}>{run('b')}</w:ins>", f"<w:del {BY}>{run('c')}</w:del>"), ["ab"]),
        (paragraph(f"<w:moveFrom {BY}>{run('a')}</w:moveFrom>", f"<w:moveTo {BY}>{run('b')}</w:moveTo>"), ["b"]),
        (paragraph(f"<w:ins {BY}>{run('a')}<w:del {BY}>{run('b')}</w:del></w:ins>"), ["a"]),
        (paragraph(run("a"), properties=CROSSED) + paragraph(run("b"), properties=KEPT), ["ab"]),
        (paragraph(run("a"), properties=CROSSED) + paragraph(run("b")), ["ab"]),
        (paragraph(run("a"), properties=CROSSED) + "<w:tbl/>", ["a"]),
        (paragraph(run("a", f"<w:rPr><w:del {BY}/></w:rPr>")) + paragraph(run("b")), ["a", "b"]),
        (f"<w:tbl>{ROW.format(f'<w:trPr><w:del {BY}/></w:trPr>', 'a')}{ROW.format('', 'b')}</w:tbl>", ["b"]),
        (f"<w:tbl>{ROW.format(f'<w:trPr><w:ins {BY}/></w:trPr>', 'a')}</w:tbl>", ["a"]),
        (f"<w:tbl><w:tr><w:tc><w:tcPr><w:cellDel {BY}/></w:tcPr><w:p/></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>", [""]),
        (f"<w:cellDel {BY}/>" + paragraph(run("a")), ["a"]),
    ],
)
def test_tracked_changes_are_accepted(body: str, expected: list[str]) -> None:
    made = part_of(body)
    assert texts(made) == expected
    assert SALT not in etree.tostring(made, encoding="unicode")
    assert not {"ins", "del", "moveFrom", "moveTo"} & {etree.QName(each).localname for each in made.iter(etree.Element)}


@pytest.mark.parametrize("mark", ["ins", "del"])
def test_a_part_is_never_taken_away_as_a_whole(mark: str) -> None:
    part = etree.fromstring(f"<w:{mark} {NS}><w:r/></w:{mark}>")
    accept_revisions(part)
    assert len(part) == 1


def test_a_paragraph_that_is_joined_with_the_next_takes_its_layout() -> None:
    made = part_of(paragraph(run("a"), properties=CROSSED) + paragraph(run("b"), properties=KEPT))
    assert [each.get(f"{{{W}}}val") for each in made.iter(f"{{{W}}}jc")] == ["right"]


HIDE, SHOW = "<w:rPr><w:vanish/></w:rPr>", '<w:rPr><w:vanish w:val="0"/></w:rPr>'
OF_STYLE = '<w:rPr><w:rStyle w:val="{}"/></w:rPr>'
BOX = f"<w:r><w:pict><w:txbxContent>{paragraph(run('b'))}</w:txbxContent></w:pict></w:r>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (paragraph(run("a"), run("b", HIDE), run("c", SHOW)), ["ac"]),
        (paragraph(run("{{ a", HIDE), run("b", HIDE), run("}}", HIDE), run("c"), run("d", HIDE)), ["{{ ab}}c"]),
        (paragraph(run("a"), BOX), ["ab", "b"]),
        (paragraph("a<!-- x -->b"), ["ab"]),
        (paragraph("<w:r><w:t>a<?x y?>b<!-- x -->c</w:t></w:r>"), ["abc"]),
        (paragraph(run("a", OF_STYLE.format("Fehlt"))), ["a"]),
    ],
)
def test_hidden_text_is_taken_out(body: str, expected: list[str]) -> None:
    assert texts(part_of(body)) == expected


STYLES = {
    "Verborgen": "<w:rPr><w:vanish/></w:rPr>",
    "Erbt": '<w:basedOn w:val="Verborgen"/>',
    "Zeigt": '<w:basedOn w:val="Verborgen"/><w:rPr><w:vanish w:val="false"/></w:rPr>',
    "Kreis": '<w:basedOn w:val="Kreis"/>',
}


@pytest.mark.parametrize(("style", "expected"), [("Verborgen", ""), ("Erbt", ""), ("Zeigt", "a"), ("Kreis", "a")])
@pytest.mark.parametrize("kind", ["run", "paragraph"])
def test_hidden_is_also_what_a_style_hides(style: str, expected: str, kind: str) -> None:
    document = Document()
    document.add_paragraph("x")
    buffer = BytesIO()
    document.save(buffer)
    members = members_of(buffer.getvalue())
    own = "".join(f'<w:style w:styleId="{name}">{inside}</w:style>' for name, inside in STYLES.items())
    members["word/styles.xml"] = _with_children(members["word/styles.xml"], f"<w:styles {NS}>{own}</w:styles>")
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if kind == "paragraph" else ""
    body = paragraph(run("a", OF_STYLE.format(style) if kind == "run" else ""), properties=properties)
    start = members["word/document.xml"].decode()
    members["word/document.xml"] = re.sub("<w:sectPr", f"{body}<w:sectPr", start, count=1).encode()
    made = etree.fromstring(members_of(scrubbed(zip_of(members.items())))["word/document.xml"])
    assert texts(made) == ["x", expected]


LOGO = f'<Relationship Id="rIdLogo" Type="{OFFICE}/image" Target="theme/theme1.xml"/>'
PICTURE = '<a:blip xmlns:a="urn:a" xmlns:r="{}" r:embed="rIdLogo" r:link="rIdBild"/>'


def test_a_picture_forgets_where_it_came_from_and_a_web_address_stays(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("{{ text }}")
    buffer = BytesIO()
    document.save(buffer)
    members = members_of(buffer.getvalue())
    rels = "word/_rels/document.xml.rels"
    site = external("rIdSeite", "hyperlink").replace(f"file:///C:/Users/{SALT}", "https://www.mannheim.de")
    members[rels] = with_links(members[rels], {}, external=external("rIdBild", "image") + site + LOGO)
    inside = f"<w:r>{PICTURE.format(R)}</w:r><w:hyperlink xmlns:r='{R}' r:id='rIdSeite'>{run('Seite')}</w:hyperlink>"
    start = members["word/document.xml"].decode()
    members["word/document.xml"] = start.replace("</w:p>", f"{inside}</w:p>", 1).encode()
    path = tmp_path / "t.docx"
    path.write_bytes(zip_of(members.items()))
    made = members_of(load_template(path).render({"text": "x", "properties": {"title": "t", "author": "a"}}))
    assert b"https://www.mannheim.de/hyperlink" in made[rels]
    assert b"file:///" not in made[rels]
    assert b"r:embed=" in made["word/document.xml"]
    assert b"r:link=" not in made["word/document.xml"]
    assert b"rIdSeite" in made["word/document.xml"]


def test_properties_under_another_name_are_dropped_too() -> None:
    document = Document()
    buffer = BytesIO()
    document.save(buffer)
    members = members_of(buffer.getvalue())
    other = "package/services/metadata/core-properties/1.psmdcp"
    members[other] = members.pop("docProps/core.xml").replace(b"python-docx", SALT.encode())
    for name in ("_rels/.rels", "[Content_Types].xml"):
        members[name] = members[name].replace(b"docProps/core.xml", other.encode())
    assert holding(zip_of(members.items())) == [other]
    assert holding(scrubbed(zip_of(members.items()))) == []


@pytest.mark.parametrize("name", ["jobcenter-briefing.docx", "integrationsplan.docx", "anlage-v.docx"])
def test_a_shipped_template_loses_no_text(name: str) -> None:
    package = (shipped("templates") / name).read_bytes()
    once = scrubbed(package)
    assert docx_text(once) == docx_text(package)
    assert scrubbed(once) == once
