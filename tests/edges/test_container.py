"""What a file is, and which files are refused before anything in them is looked at."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import pytest
from make_docx import MAIN, REL, Raw, Word, docx_of, p, parts_of, raw_zip, text_control, zipped

from formpipe.errors import UnreadableFormError
from formpipe.formats.opc import open_package, parse_xml
from formpipe.formats.zip_read import MIB, Limits, first_member, read_members
from formpipe.readers.container import MOST_BYTES, check_container, container_of
from formpipe.readers.read import read

PLAIN = docx_of(p(text_control("a", "A")))
CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
RTF = b"{\\rtf1\\ansi Hallo}"


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(UnreadableFormError) as caught:
        call()
    return caught.value.code


def typed(main_type: str) -> bytes:
    return docx_of(Word(body="", main_type=main_type))


@pytest.mark.parametrize(
    ("data", "container"),
    [
        (PLAIN, "docx"),
        (typed("application/vnd.ms-word.document.macroEnabled.main+xml"), "docm"),
        (typed("application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"), "dotx"),
        (typed("application/vnd.ms-word.template.macroEnabledTemplate.main+xml"), "dotm"),
        (typed("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"), "xlsx"),
        (typed("application/vnd.openxmlformats-officedocument.presentationml.slide+xml"), "pptx"),
        (zipped([("[Content_Types].xml", f'<Types a="{MAIN}"/>'.encode("utf-16"))]), "docx"),
        (zipped([("mimetype", b"application/vnd.oasis.opendocument.text")]), "odt"),
        (zipped([("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")]), "odf"),
        (zipped([("a.txt", b"")]), "zip"),
        (PLAIN[: len(PLAIN) // 2], "zip"),
        (CFB + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (CFB + "WordDocument".encode("utf-16-le"), "doc"),
        (CFB, "ole"),
        (b"%PDF-1.7\n", "pdf"),
        (b"\0" * 1000 + b"%PDF-1.7\n", "pdf"),
        (b"\0" * 1020 + b"%PDF-1.7\n", "unknown"),
        (RTF, "rtf"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><?mso-application progid="Word.Document"?><a/>', "flat-opc"),
        (b"\n<!DOCTYPE  HTML><p>", "html"),
        (b"<html>", "html"),
        (b'<?xml version="1.0"?>\n<office:document xmlns:office="x"/>', "fodt"),
        (b"<?xml version='1.0'?><a/>", "xml"),
        (b"Anna", "unknown"),
        (b"", "empty"),
    ],
)
def test_a_file_is_known_by_its_content(data: bytes, container: str) -> None:
    assert container_of(data) == container


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (RTF, "unsupported"),
        (CFB + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (PLAIN[:200], "damaged"),
        (PLAIN + bytes(MOST_BYTES), "too_large"),
    ],
)
def test_what_no_reader_takes_has_a_code(data: bytes, code: str) -> None:
    assert code_of(lambda: check_container(data)) == code


def test_a_file_of_the_largest_size_is_taken() -> None:
    assert check_container(b"%PDF-" + bytes(MOST_BYTES - 5)) == "pdf"
    assert check_container(PLAIN) == "docx"


def test_members_come_in_the_order_of_the_directory_without_folders() -> None:
    data = raw_zip([Raw(name="b/"), Raw(name="b/x", body=b"1"), Raw(name="a", body=b"2")])
    assert list(read_members(data).items()) == [("b/x", b"1"), ("a", b"2")]


@pytest.mark.parametrize("tail", [b"\n", b"\0" * 400, b" \r\n\t"])
def test_line_ends_and_zeros_behind_an_archive_do_no_harm(tail: bytes) -> None:
    assert read_members(raw_zip([Raw(name="a", body=b"1")]) + tail) == {"a": b"1"}


def test_sizes_in_a_descriptor_are_taken_from_the_directory() -> None:
    data = raw_zip([Raw(name="a", body=b"12", flags=8, local_size=0)])
    assert read_members(data) == {"a": b"12"}


def test_names_are_utf8_or_cp437() -> None:
    assert list(read_members(raw_zip([Raw(name="ä", flags=0x800)]))) == ["ä"]
    assert list(read_members(raw_zip([Raw(name="ä")]))) == ["├ñ"]


def deflated(body: bytes) -> bytes:
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return machine.compress(body) + machine.flush()


GOOD = Raw(name="a", body=b"1")
END = struct.Struct("<4s4H2LH")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\3\4", "damaged"),
        (raw_zip([GOOD])[:-1], "damaged"),
        (raw_zip([GOOD]) + b"x", "damaged"),
        (raw_zip([GOOD])[2:], "damaged"),
        (raw_zip([GOOD], end=END.pack(b"PK\5\6", 0, 0, 1, 1, 47, 32, 3)), "damaged"),
        (raw_zip([GOOD], end=END.pack(b"PK\5\6", 1, 0, 1, 1, 47, 32, 0)), "damaged"),
        (raw_zip([GOOD], end=END.pack(b"PK\5\6", 0, 0, 2, 2, 47, 32, 0)), "damaged"),
        (raw_zip([GOOD, GOOD], end=END.pack(b"PK\5\6", 0, 0, 1, 1, 94, 64, 0)), "damaged"),
        (raw_zip([GOOD], end=END.pack(b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 47, 32, 0)), "unsupported"),
        (raw_zip([Raw(name="a", body=b"1", size=0xFFFFFFFF)]), "unsupported"),
        (raw_zip([Raw(name="a", method=99)]), "unsupported"),
        (raw_zip([Raw(name="a", flags=1)]), "encrypted"),
        (raw_zip([Raw(name="a", flags=0x40)]), "encrypted"),
        (raw_zip([Raw(name="a", body=b"1", crc=0)]), "damaged"),
        (raw_zip([Raw(name="a", body=b"1", size=2)]), "damaged"),
        (raw_zip([Raw(name="a", body=b"1", local_size=2)]), "damaged"),
        (raw_zip([Raw(name="a", body=b"1", local_name="b")]), "damaged"),
        (raw_zip([Raw(name="a", at=10_000)]), "damaged"),
        (raw_zip([GOOD]).replace(b"PK\1\2", b"PK\1\0"), "damaged"),
        (raw_zip([Raw(name="ab", flags=0x800)]).replace(b"ab", b"\xff\xff"), "damaged"),
        (raw_zip([GOOD, Raw(name="b", at=1)]), "damaged"),
        (raw_zip([Raw(name="a", body=b"123", method=8, packed=b"\xff\xff")]), "damaged"),
        (raw_zip([Raw(name="a", body=b"123", method=8, packed=deflated(b"123")[:-1])]), "damaged"),
        (raw_zip([Raw(name="a", body=b"123", method=8, packed=deflated(b"123") + b"x")]), "damaged"),
        (raw_zip([Raw(name="a", body=b"1"), Raw(name="a", body=b"1", at=0)]), "unsafe"),
        (raw_zip([Raw(name="a", body=b"1"), Raw(name="A", body=b"2")]), "unsafe"),
        (raw_zip([Raw(name="\u00e9", flags=0x800), Raw(name="e\u0301", flags=0x800)]), "unsafe"),
        (raw_zip([Raw(name="../a")]), "unsafe"),
        (raw_zip([Raw(name="/a")]), "unsafe"),
        (raw_zip([Raw(name="a//b")]), "unsafe"),
        (raw_zip([Raw(name="./a")]), "unsafe"),
        (raw_zip([Raw(name="a\\b")]), "unsafe"),
        (raw_zip([Raw(name="C:a")]), "unsafe"),
        (raw_zip([Raw(name="a\0b")]), "unsafe"),
        (raw_zip([Raw(name="a", mode=0o120777)]), "unsafe"),
        (raw_zip([Raw(name=f"n{number}") for number in range(501)]), "limit"),
    ],
)
def test_an_archive_with_two_readings_or_none_is_refused(data: bytes, code: str) -> None:
    assert code_of(lambda: read_members(data)) == code


def test_a_link_counts_only_where_the_mode_means_one() -> None:
    assert read_members(raw_zip([Raw(name="a", mode=0o120777, made_by=0)])) == {"a": b""}


def test_members_that_share_bytes_are_refused() -> None:
    inner = raw_zip([Raw(name="b", body=b"2")])[:32]
    data = raw_zip([Raw(name="a", body=inner), Raw(name="b", body=b"2", at=31)])
    assert code_of(lambda: read_members(data)) == "unsafe"


def test_a_member_that_runs_into_the_directory_is_refused() -> None:
    head = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 0, 0, 40, 40, 1, 0) + b"a"
    record = struct.pack("<4s6H3L", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 40, 40) + struct.pack(
        "<5H2L", 1, 0, 0, 0, 0, 0, 0
    )
    data = head + record + b"a" + END.pack(b"PK\5\6", 0, 0, 1, 1, 47, 31, 0)
    assert code_of(lambda: read_members(data)) == "unsafe"


def test_five_hundred_members_are_allowed() -> None:
    assert len(read_members(raw_zip([Raw(name=f"n{number}") for number in range(500)]))) == 500


def test_what_is_inflated_counts_and_not_what_is_said() -> None:
    packed = deflated(bytes(3000))
    lie = Raw(name="a", body=bytes(10), method=8, packed=packed)
    limits = Limits(member=2000, total=5000)
    assert code_of(lambda: read_members(raw_zip([lie]), limits)) == "limit"
    full = Raw(name="a", body=bytes(2000), method=8, packed=deflated(bytes(2000)))
    assert read_members(raw_zip([full]), limits) == {"a": bytes(2000)}
    stored = Raw(name="a", body=bytes(2001))
    assert code_of(lambda: read_members(raw_zip([stored]), limits)) == "limit"


def test_all_members_together_have_a_limit() -> None:
    members = [Raw(name=str(number), body=bytes(2000)) for number in range(3)]
    assert code_of(lambda: read_members(raw_zip(members), Limits(total=5999))) == "limit"
    assert len(read_members(raw_zip(members), Limits(total=6000))) == 3


def test_a_member_that_inflates_too_far_is_refused() -> None:
    body = bytes(MIB + 1)
    data = raw_zip([Raw(name="a", body=body, method=8, packed=deflated(body))])
    assert code_of(lambda: read_members(data)) == "limit"
    assert len(read_members(data, Limits(free=2 * MIB))["a"]) == MIB + 1


def test_one_member_can_be_read_alone() -> None:
    data = raw_zip([Raw(name="a", body=b"123"), Raw(name="b", body=b"1", crc=0)])
    assert first_member(data, "a", 3) == b"123"
    assert first_member(data, "a", 2) is None
    assert first_member(data, "b", 3) is None
    assert first_member(data, "c", 3) is None
    assert first_member(b"PK", "c", 3) is None


def with_part(name: str, body: bytes | str, types: str = "") -> bytes:
    return docx_of(Word(body="", parts={name: body}, types=types))


def override(name: str, content_type: str) -> str:
    return f'<Override PartName="/{name}" ContentType="application/vnd.ms-office.{content_type}"/>'


DTD = '<!DOCTYPE d [<!ENTITY e "x">]><d/>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (zipped([("a", b"")]), "unsupported"),
        (with_part("word/styles.xml", DTD), "unsafe"),
        (with_part("word/styles.xml", f'<?xml version="1.0" encoding="utf-16"?>{DTD}'.encode("utf-16")), "unsafe"),
        (with_part("word/styles.xml", DTD.encode("utf-16-le")), "damaged"),
        (with_part("word/styles.xml", '<?xml version="1.0" encoding="UTF-7"?><d/>'), "unsafe"),
        (with_part("word/a.vml", DTD), "unsafe"),
        (with_part("word/_rels/x.xml.rels", DTD), "unsafe"),
        (with_part("word/document.xml", DTD.replace("<!ENTITY", "<!-- -->")), "unsafe"),
        (with_part("word/_rels/x.xml.rels", "<a"), "damaged"),
        (with_part("x.bin", b"", override("x.bin", "vbaProject")), "macro"),
        (docx_of(Word(body="", links=(("aFChunk", "chunk.html", False),))), "unsafe"),
    ],
)
def test_a_package_with_active_content_or_a_dtd_is_refused(data: bytes, code: str) -> None:
    assert code_of(lambda: open_package(data)) == code


@pytest.mark.parametrize(
    ("kind", "target", "code"),
    [("vbaProject", "vbaProject.bin", "macro"), ("image", "../../../a.png", "unsafe")],
)
def test_a_link_to_macros_or_out_of_the_archive_is_refused(kind: str, target: str, code: str) -> None:
    data = docx_of(Word(body="", links=((kind, target, False),)))
    assert code_of(lambda: open_package(data)) == code


@pytest.mark.parametrize(
    ("kind", "target", "external"),
    [
        ("control", "activeX1.xml", False),
        ("oleObject", "ole1.bin", False),
        ("image", "http://192.0.2.1/a.png", True),
        ("attachedTemplate", "http://192.0.2.1/a.dotm", True),
        ("attachedTemplate", "file://server/a.dotm", True),
        ("frame", "a.htm", True),
    ],
)
def test_a_link_that_leads_out_is_noted(kind: str, target: str, external: bool) -> None:  # noqa: FBT001
    data = docx_of(Word(body=p(text_control("a", "x")), links=((kind, target, external),)))
    assert open_package(data).external
    form = read(data)
    assert form.marks.flags == ("external",)
    assert [(field.value, field.flags) for field in form.fields] == [("x", ("external",))]


@pytest.mark.parametrize(
    "data",
    [
        with_part("x.bin", b"", '<Default Extension="bin" ContentType="x/activeX"/>'),
        with_part("x.xml", "<a/>", override("x.xml", "activeX+xml")),
    ],
)
def test_a_part_with_code_behind_it_is_noted(data: bytes) -> None:
    assert open_package(data).external


def test_links_that_do_nothing_are_allowed() -> None:
    links = (
        ("hyperlink", "http://192.0.2.1/", True),
        ("attachedTemplate", "file:///C:\\Vorlagen\\Normal.dotm", True),
        ("image", "/word/media/a%20b.png#x", False),
    )
    package = open_package(docx_of(Word(body="", links=links, parts={"word/media/A B.png": b""})))
    assert not package.external
    assert package.linked("image", "word/document.xml") == ("word/media/a b.png",)
    assert [link.external for link in package.relationships("WORD/document.xml")] == [True, True, False]


def test_parts_have_no_case_and_missing_ones_are_a_damage() -> None:
    package = open_package(PLAIN)
    assert package.has("Word/DOCUMENT.xml")
    assert package.content_type("word/document.xml") == MAIN
    assert package.content_type("word/x.xml") == "application/xml"
    assert package.content_type("word/x") == ""
    assert code_of(lambda: package.body("word/none.xml")) == "damaged"
    assert package.relationships("word/none.xml") == ()


def test_a_single_byte_encoding_is_read() -> None:
    data = with_part("word/styles.xml", '<?xml version="1.0" encoding="ISO-8859-1"?><a>ä</a>'.encode("latin1"))
    assert open_package(data).xml("word/styles.xml").text == "ä"


def test_xml_is_read_without_comments_and_refused_when_broken_or_large() -> None:
    assert parse_xml(b"<a>x<!-- no --><?pi no?>y</a>").text == "xy"
    assert code_of(lambda: parse_xml(b"<a>\x1b</a>")) == "damaged"
    assert code_of(lambda: parse_xml(b"")) == "damaged"
    assert code_of(lambda: parse_xml(b"<a>" + b" " * (8 * MIB) + b"</a>")) == "limit"
    assert code_of(lambda: parse_xml(b"<a>" * 300 + b"</a>" * 300)) == "damaged"


def test_messages_hold_nothing_from_the_file() -> None:
    parts = parts_of(Word(body=""))
    parts["word/Geheim.xml"] = b"<a>Geheim"
    package = open_package(zipped(parts.items()))
    with pytest.raises(UnreadableFormError) as caught:
        package.xml("word/Geheim.xml")
    assert "Geheim" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert REL not in str(caught.value)
