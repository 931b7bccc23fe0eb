"""Comments in Word forms of every make: ours, foreign ones, locked ones, those that have comments already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from fill_docx import WordForm
from lxml import etree
from make_docx import REL, STRICT, W, Word, docx_of, p, run, sdt, table, text_control, zipped
from make_foreign import foreign_form
from marks_in import Comment, comments_in

from formpipe.blanks.marked_docx import mark_docx
from formpipe.blanks.marking import Marking, Note
from formpipe.blanks.write import write_form
from formpipe.formats.opc import open_package
from formpipe.formats.zip_read import read_members
from formpipe.model import FilledForm
from formpipe.readers.locate import locate
from formpipe.readers.read import read
from formpipe.schemas import Library

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def marking(form: FilledForm, names: Sequence[str]) -> Marking:
    """Return a note for each field in *names*; a name that the form does not have has no spot."""
    spots = {each.name: each.spot for each in form.fields}
    notes = [Note(spot=spots.get(name, ""), lines=(f"zu {name}", "falsch")) for name in names]
    return Marking(notes=notes, head=("oben",), elsewhere="sonst:", tail=("Kennung: abc",), reference="abc", at=AT)


def plain(form: FilledForm) -> FilledForm:
    """Return *form* without its reference."""
    return replace(form, marks=replace(form.marks, corrects=None))


def marked(data: bytes, *names: str) -> tuple[bytes, dict[str, Comment]]:
    """Return *data* with comments, proven to read the same, and our comments by their first line."""
    copy = mark_docx(data, marking(locate(data), names))
    assert copy is not None
    assert plain(read(copy)) == plain(read(data))
    assert read(copy).marks.corrects == "abc"
    comments = [each for each in comments_in(copy) if each.author == "formpipe"]
    assert all(not each.in_control and not each.comments_within for each in comments)
    assert {"oben", *(f"zu {name}" for name in names)} >= {each.lines[0] for each in comments}
    return copy, {each.lines[0]: each for each in comments}


def between(copy: bytes, number: int) -> str:
    """Return the text that the comment *number* is about."""
    main = open_package(copy).xml("word/document.xml")
    inside, texts = False, []
    for each in main.iter():
        name = etree.QName(each).localname
        if name.startswith("commentRange") and each.get(f"{{{W}}}id") == str(number):
            inside = name == "commentRangeStart"
        elif name == "t" and inside:
            texts.append(each.text or "")
    return "".join(texts)


def test_a_comment_lies_around_its_control_and_the_summary_around_nothing() -> None:
    data = docx_of(
        p(run("Titel")) + p(run("Name: "), text_control("a", "Anna"), run(" und "), text_control("b", "Bea"))
    )
    copy, comments = marked(data, "b")
    assert comments["zu b"].tags == ("b",)
    assert between(copy, 0) == "Bea"
    assert between(copy, 1) == ""
    assert comments["oben"].lines == ("oben", "Kennung: abc")


def test_only_what_must_change_is_written_anew(library: Library) -> None:
    data = write_form(library.newest("intake"), fmt="docx", carrier="STA")
    copy, _ = marked(data, "person.birth_date", "goals[0].title", "finance.urgent[miete]")
    was, now = read_members(data), read_members(copy)
    changed = {"word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels", "docProps/custom.xml"}
    assert {name for name in now if was.get(name) != now[name]} == changed | {"word/comments.xml"}
    assert list(now)[: len(was)] == list(was)
    WordForm(copy).fill("person.birth_date", "08.03.1991")


def test_the_same_marking_gives_the_same_bytes() -> None:
    data = docx_of(p(text_control("a", "Anna")))
    assert marked(data, "a")[0] == marked(data, "a")[0]


def test_two_faults_of_one_field_have_two_comments_side_by_side() -> None:
    data = docx_of(p(text_control("a", "Anna")))
    copy, comments = marked(data, "a", "a")
    assert len(comments_in(copy)) == 3
    assert comments["zu a"].tags == ()
    assert [each.tags for each in comments_in(copy)] == [("a",), (), ()]


def test_a_fault_without_a_field_stands_in_the_summary() -> None:
    _, comments = marked(docx_of(p(text_control("a", "Anna"))), "a", "weg")
    assert comments["oben"].lines == ("oben", "sonst:", "zu weg falsch", "Kennung: abc")


def test_a_header_takes_no_comment() -> None:
    header = f'<w:hdr xmlns:w="{W}">{p(text_control("h", "Kopf"))}</w:hdr>'
    word = Word(body=p(run("Titel")), links=(("header", "header1.xml", False),), parts={"word/header1.xml": header})
    _, comments = marked(docx_of(word), "h")
    assert set(comments) == {"oben"}
    assert "zu h falsch" in comments["oben"].lines


_OUTER = '<w:tag w:val="outer"/>'
_TEXT_BOX = "<w:r><w:drawing><w:txbxContent>{}</w:txbxContent></w:drawing></w:r>"


@pytest.mark.parametrize(
    ("body", "tags"),
    [
        (p(run("x"), sdt(_OUTER, text_control("a", "Anna"))), ("outer", "a")),
        (sdt("<w:group/>", p(run("x"), text_control("a", "Anna"), run("y"))), None),
        (p(run("x"), f"<w:hyperlink>{text_control('a', 'Anna')}</w:hyperlink>"), ("a",)),
        (p(run("x"), _TEXT_BOX.format(p(text_control("a", "Anna")))), ("a",)),
        (p(run("x"), text_control("a", "Anna", '<w:lock w:val="sdtContentLocked"/>')), ("a",)),
    ],
    ids=["wrapped", "group", "hyperlink", "text-box", "locked"],
)
def test_a_control_in_a_line_is_surrounded_with_what_holds_it_there(body: str, tags: tuple[str, ...] | None) -> None:
    data = docx_of(p(run("Titel")) + body)
    copy = mark_docx(data, marking(locate(data), ["a"]))
    assert copy is not None
    assert plain(read(copy)) == plain(read(data))
    (comment, _) = comments_in(copy)
    assert comment.tags == (tags or ("a",))
    assert between(copy, 0) == "Anna"


@pytest.mark.parametrize(
    ("body", "about"),
    [
        (p(run("Name")) + sdt('<w:tag w:val="a"/>', p(run("Anna"))), "Name"),
        (sdt('<w:tag w:val="a"/>', p(run("Anna"))) + p(run("danach")), "danach"),
        (table([p(run("Name")), sdt('<w:tag w:val="a"/>', p(run("Anna"))) + p(run(""))]), ""),
        (table([p(run("Name")), sdt('<w:tag w:val="a"/>', p(run("Anna")))]), "Name"),
        (
            f"<w:tbl><w:tr><w:tc>{p(run('Name'))}</w:tc>"
            + sdt('<w:tag w:val="a"/>', f"<w:tc>{p(run('Anna'))}</w:tc>")
            + "</w:tr></w:tbl>",
            "Name",
        ),
    ],
    ids=["block", "block-first", "in-cell", "alone-in-cell", "cell"],
)
def test_a_control_around_paragraphs_is_marked_at_its_label(body: str, about: str) -> None:
    copy, comments = marked(docx_of(body), "a")
    assert comments["zu a"].tags == ()
    assert between(copy, 0) == about


def test_a_form_that_is_one_control_has_no_place_for_comments() -> None:
    data = docx_of(sdt('<w:tag w:val="a"/>', p(run("Anna"))))
    assert mark_docx(data, marking(locate(data), ["a"])) is None


def _legacy(name: str, *inside: str) -> str:
    def char(kind: str, data: str = "") -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}">{data}</w:fldChar></w:r>'

    data = f'<w:ffData><w:name w:val="{name}"/><w:textInput/></w:ffData>'
    return (
        char("begin", data)
        + "<w:r><w:instrText> FORMTEXT </w:instrText></w:r>"
        + char("separate")
        + "".join(inside)
        + char("end")
    )


def test_a_legacy_field_is_surrounded_from_its_begin_to_its_end() -> None:
    data = docx_of(p(run("Name: ")) + p(run("x"), _legacy("alt", _legacy("innen", run("Anna"))), run("y")))
    copy, _ = marked(data, "alt")
    assert between(copy, 0) == "Anna"


def test_a_legacy_field_over_two_paragraphs_is_marked_in_its_first() -> None:
    data = docx_of(p(run("Name: "), _legacy("alt", f"{run('Anna')}</w:p><w:p>{run('Bea')}")))
    copy, _ = marked(data, "alt")
    assert between(copy, 0) == "Anna"


def test_an_answer_without_a_control_is_marked_in_its_cell_or_line() -> None:
    data = foreign_form()
    names = [each.name for each in read(data).fields][:6]
    copy, comments = marked(data, *names)
    assert len(comments) == 7
    values = {each.name: each.value for each in read(data).fields}
    for number, name in enumerate(names):
        if isinstance(values[name], str):
            assert str(values[name]) in between(copy, number)


def test_an_answer_in_a_line_of_its_own_is_marked_there() -> None:
    box = _TEXT_BOX.format(p(run("Telefon: 0621 123456")))
    copy, comments = marked(docx_of(p(run("Titel")) + p(run("Name: Anna")) + p(box)), "Name", "Telefon")
    assert between(copy, 0) == "Name: Anna"
    assert between(copy, 1) == "Telefon: 0621 123456"
    assert comments["zu Telefon"].tags == ()
    main = open_package(copy).xml("word/document.xml")
    (inner,) = main.iter(f"{{{W}}}txbxContent")
    assert not [each for each in inner.iter() if "omment" in str(each.tag)]


def test_an_empty_cell_is_marked_too() -> None:
    body = table([p(run("Name")), "<w:p><w:pPr/></w:p>", p(run("Vorname")), p(run("Anna"))])
    copy, comments = marked(docx_of(body), "Name")
    assert comments["zu Name"].tags == ()
    main = open_package(copy).xml("word/document.xml")
    cell = list(main.iter(f"{{{W}}}tc"))[1]
    assert [etree.QName(each).localname for each in cell[0]] == ["pPr", "commentRangeStart", "commentRangeEnd", "r"]


_COMMENT = (
    f'<w:comments xmlns:w="{W}" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml">'
    '<w:comment w:id="7" w:author="Erika Beispiel"><w:p w14:paraId="0A"><w:r><w:t>bleibt</w:t></w:r></w:p></w:comment>'
    "</w:comments>"
)


def _with_comment(body: str, more: Mapping[str, str] | None = None) -> bytes:
    links = [("comments", "notes.xml", False)]
    if more:
        links.append(("commentsExtended", "extended.xml", False))
    word = Word(body=body, links=tuple(links), parts={"word/notes.xml": _COMMENT, **(more or {})})
    return docx_of(word)


def test_comments_of_others_stay_and_ours_get_new_numbers() -> None:
    theirs = '<w:commentRangeStart w:id="7"/>{}<w:commentRangeEnd w:id="7"/><w:r><w:commentReference w:id="7"/></w:r>'
    data = _with_comment(p(theirs.format(run("Text"))) + p(text_control("a", "Anna")))
    copy = mark_docx(data, marking(locate(data), ["a"]))
    assert copy is not None
    assert plain(read(copy)) == plain(read(data))
    root = open_package(copy).xml("word/notes.xml")
    assert [each.get(f"{{{W}}}id") for each in root] == ["7", "8", "9"]
    again = mark_docx(copy, marking(locate(copy), ["a"]))
    assert again == copy


def test_our_old_comments_go_and_what_somebody_answered_stays() -> None:
    data = docx_of(p(text_control("a", "Anna")))
    first, _ = marked(data, "a", "a")
    members = read_members(first)
    members["word/comments.xml"] = (
        members["word/comments.xml"]
        .replace(b"<w:p>", b'<w:p xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" w14:paraId="01">', 1)
        .replace(b"</w:comments>", b'<w:comment w:id="40" w:author="Erika"><w:p/></w:comment></w:comments>')
    )
    main = members["word/document.xml"].replace(
        b'<w:commentReference w:id="0"/>', b'<w:commentReference w:id="0"/><w:t/>'
    )
    answer = b'<w:r><w:commentReference w:id="40"/></w:r></w:p>'
    ends = b'<w:commentRangeStart w:id="40"/><w:commentRangeEnd w:id="40"/>'
    members["word/document.xml"] = main.replace(b"</w:p>", ends + answer, 1)
    w15 = "http://schemas.microsoft.com/office/word/2012/wordml"
    lines = '<x:commentEx x:paraId="01"/><x:commentEx x:paraId="02" x:paraIdParent="01"/><x:commentEx x:paraId="03"/>'
    members["word/extended.xml"] = f'<x:commentsEx xmlns:x="{w15}">{lines}</x:commentsEx>'.encode()
    links = members["word/_rels/document.xml.rels"]
    link = f'<Relationship Id="e" Type="{REL}/commentsExtended" Target="extended.xml"/></Relationships>'
    members["word/_rels/document.xml.rels"] = links.replace(b"</Relationships>", link.encode())
    given = zipped(members.items())
    again = mark_docx(given, marking(locate(given), ["a"]))
    assert again is not None
    assert [(each.author, each.lines[:1]) for each in comments_in(again)] == [
        ("Erika", ("",)),
        ("formpipe", ("zu a",)),
        ("formpipe", ("oben",)),
    ]
    threads = open_package(again).xml("word/extended.xml")
    assert [dict(each.attrib) for each in threads] == [{f"{{{w15}}}paraId": "02"}, {f"{{{w15}}}paraId": "03"}]


def test_a_strict_file_gets_strict_parts() -> None:
    word = Word(body=p(text_control("a", "Anna")), namespace=STRICT)
    data = docx_of(word)
    copy = mark_docx(data, marking(locate(data), ["a"]))
    assert copy is not None
    assert plain(read(copy)) == plain(read(data))
    members = read_members(copy)
    assert STRICT.encode() in members["word/comments.xml"]
    assert b"purl.oclc.org/ooxml/officeDocument/customProperties" in members["docProps/custom.xml"]
    links = cast("Any", open_package(copy).xml("word/_rels/document.xml.rels"))
    assert links[-1].get("Type") == "http://purl.oclc.org/ooxml/officeDocument/relationships/comments"


def test_a_part_of_the_name_that_is_taken_stays() -> None:
    data = docx_of(Word(body=p(text_control("a", "Anna")), parts={"word/comments.xml": "<x/>"}))
    copy = mark_docx(data, marking(locate(data), ["a"]))
    assert copy is not None
    assert read_members(copy)["word/comments.xml"] == b"<x/>"
    assert "word/comments2.xml" in read_members(copy)


def test_a_document_without_relationships_gets_them() -> None:
    members = read_members(docx_of(p(text_control("a", "Anna"))))
    del members["word/_rels/document.xml.rels"]
    data = zipped(members.items())
    copy = mark_docx(data, marking(locate(data), ["a"]))
    assert copy is not None
    assert len(comments_in(copy)) == 2


def test_words_that_xml_cannot_hold_are_shown_as_unreadable() -> None:
    data = docx_of(p(text_control("a", "Anna")))
    made = replace(marking(locate(data), []), head=("a\x00b\ud800c\td",))
    copy = mark_docx(data, made)
    assert copy is not None
    assert comments_in(copy)[0].lines[0] == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c\td"


def test_a_property_of_the_name_is_replaced_and_others_stay() -> None:
    data = docx_of(Word(body=p(text_control("a", "Anna")), properties={"FormpipeCorrects": "old", "Eigenes": "x"}))
    copy = mark_docx(data, marking(locate(data), ["a"]))
    assert copy is not None
    names = [each.get("name") for each in open_package(copy).xml("docProps/custom.xml")]
    assert names == ["Eigenes", "FormpipeCorrects"]
    assert read(copy).marks.corrects == "abc"
