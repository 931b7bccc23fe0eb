"""Word forms as bytes: content controls, protection, marks, and the same bytes each time."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from itertools import pairwise

import docx
import pytest
from lxml import etree
from make_blanks import LINES, TEXT, W, expected_names, full_plan, part_of

from formpipe.blanks import write_form
from formpipe.blanks.controls import Control, ControlKind
from formpipe.blanks.docx_controls import control_xml
from formpipe.formats.opc_write import Part, Relationship, package_of, zip_of
from formpipe.prefill import prefill_of
from formpipe.schemas import Library

W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
KINDS = ("intake", "review", "consent", "approval")


@pytest.fixture(scope="module")
def blank(library: Library) -> bytes:
    return write_form(library.newest("intake"), fmt="docx", carrier="CAR")


@pytest.fixture(scope="module")
def filled(library: Library) -> bytes:
    definition = library.newest("review")
    prefill = prefill_of(full_plan(definition), definition, base="e" * 64)
    return write_form(definition, fmt="docx", carrier="CAR", prefill=prefill)


def _controls(data: bytes) -> dict[str, etree._Element]:
    found = list(part_of(data, "word/document.xml").iter(f"{W}sdt"))
    return {_value(each, "tag"): each for each in found}


def _value(control: etree._Element, name: str, attribute: str = "val") -> str:
    node = control.find(f"{W}sdtPr/{W}{name}")
    assert node is not None
    return str(node.get(f"{W}{attribute}"))


def _attribute(node: etree._Element, path: str, attribute: str) -> str | None:
    found = node.find(path)
    assert found is not None
    value = found.get(attribute)
    return None if value is None else str(value)


def _has(control: etree._Element, name: str) -> bool:
    return control.find(f"{W}sdtPr/{W}{name}") is not None


def _text(node: etree._Element) -> str:
    return "".join("\n" if each.tag == f"{W}br" else each.text or "" for each in node.iter(f"{W}t", f"{W}br"))


def _footer(data: bytes) -> list[str]:
    return [each.text or "" for each in part_of(data, "word/footer1.xml").iter(f"{W}t")]


def _properties(data: bytes) -> dict[str, str]:
    root = part_of(data, "docProps/custom.xml")
    return {str(each.get("name")): "".join(str(text) for text in each.itertext()) for each in root}


@pytest.mark.parametrize("kind", KINDS)
def test_each_field_is_one_control_with_its_name_as_tag_and_in_its_placeholder(library: Library, kind: str) -> None:
    definition = library.newest(kind)
    root = part_of(write_form(definition, fmt="docx", carrier="CAR"), "word/document.xml")
    controls = list(root.iter(f"{W}sdt"))

    tags = [_value(each, "tag") for each in controls]
    assert sorted(tags) == sorted(expected_names(definition))
    assert [_value(each, f"placeholder/{W}docPart") for each in controls] == [f"fp.{tag}" for tag in tags]
    assert len({_value(each, "id") for each in controls}) == len(controls)
    assert max(len(tag) for tag in tags) <= 64
    assert max(len(_value(each, "alias")) for each in controls) <= 64


def test_each_control_stands_alone_in_its_cell(blank: bytes) -> None:
    for control in _controls(blank).values():
        paragraph = control.getparent()
        assert paragraph is not None
        cell = paragraph.getparent()
        assert cell is not None
        assert [child.tag for child in cell] == [f"{W}tcPr", f"{W}p"]
        assert [child.tag for child in paragraph] == [f"{W}pPr", f"{W}sdt"]


def test_text_controls_are_rich_text_with_a_hint(blank: bytes) -> None:
    root = part_of(blank, "word/document.xml")
    assert root.find(f".//{W}sdtPr/{W}text") is None

    control = _controls(blank)["person.family_name"]

    assert [child.tag.rpartition("}")[2] for child in control[0]] == [
        "alias",
        "tag",
        "id",
        "lock",
        "placeholder",
        "showingPlcHdr",
    ]
    assert _value(control, "alias") == "Familienname"
    assert _value(control, "lock") == "sdtLocked"
    assert _text(control) == "eintragen"
    assert _attribute(control, f".//{W}rStyle", f"{W}val") == "PlaceholderText"


def test_a_date_control_is_german(blank: bytes) -> None:
    control = _controls(blank)["form.filled_on"]

    date = control.find(f"{W}sdtPr/{W}date")
    assert date is not None
    assert date.get(f"{W}fullDate") is None
    assert {child.tag.rpartition("}")[2]: child.get(f"{W}val") for child in date} == {
        "dateFormat": "dd.MM.yyyy",
        "lid": "de-DE",
        "storeMappedDataAs": "dateTime",
        "calendar": "gregorian",
    }
    assert _text(control) == "TT.MM.JJJJ"


def test_a_drop_down_begins_with_its_hint_and_stores_codes(blank: bytes) -> None:
    control = _controls(blank)["person.gender"]

    items = control.findall(f"{W}sdtPr/{W}dropDownList/{W}listItem")
    pairs = [(item.get(f"{W}value"), item.get(f"{W}displayText")) for item in items]
    assert pairs[0] == ("", "auswählen")
    assert ("weiblich", "weiblich") in pairs
    assert pairs[-1] == ("keine_angabe", "keine Angabe")
    assert _has(control, "showingPlcHdr")


def test_a_box_is_empty_and_has_no_hint(blank: bytes) -> None:
    control = _controls(blank)["finance.urgent[miete]"]

    assert _attribute(control, f"{W}sdtPr/{W14}checkbox/{W14}checked", f"{W14}val") == "0"
    assert not _has(control, "showingPlcHdr")
    assert _text(control) == "☐"


def test_printed_values_are_closed(blank: bytes) -> None:
    controls = _controls(blank)

    for name, shown in (("form.type", "Aufnahmebogen"), ("consents[0].consent_id", "C01"), ("form.version", "2026.1")):
        assert _value(controls[name], "lock") == "sdtContentLocked"
        assert _text(controls[name]) == shown
        assert not _has(controls[name], "showingPlcHdr")
    assert _value(controls["form.type"], "dropDownList", "lastValue") == "aufnahme"


def test_the_form_is_protected_german_and_has_headings(blank: bytes) -> None:
    protection = part_of(blank, "word/settings.xml").find(f"{W}documentProtection")
    assert protection is not None
    assert (protection.get(f"{W}edit"), protection.get(f"{W}enforcement")) == ("forms", "1")
    styles = part_of(blank, "word/styles.xml")
    assert _attribute(styles, f"{W}docDefaults//{W}lang", f"{W}val") == "de-DE"

    paragraphs = docx.Document(BytesIO(blank)).paragraphs
    headings = [each.text for each in paragraphs if each.style is not None and each.style.name == "Heading 1"]

    assert headings[:2] == ["1  Angaben zum Bogen", "2  Fall"]
    assert paragraphs[0].text == "Aufnahmebogen"


def test_confidential_fields_begin_on_a_page_of_their_own(library: Library, blank: bytes) -> None:
    wanted = [each.label for each in library.newest("intake").sections if each.new_page]
    root = part_of(blank, "word/document.xml")

    turned = [_text(each) for each in root.iter(f"{W}p") if each.find(f"{W}pPr/{W}pageBreakBefore") is not None]

    assert [re.sub(r"^\d+  ", "", each) for each in turned] == wanted
    assert wanted


def test_kind_version_case_and_plan_are_carried_twice(blank: bytes, filled: bytes) -> None:
    assert _footer(blank)[0] == "Formular aufnahme/2026.1"
    assert _footer(filled)[0] == f"Formular ueberpruefung/2026.1 · Fall MA-CAR-2026-0001 · Stand 4 · {'e' * 64}"
    properties = _properties(filled)
    hints = properties.pop("FormpipeHints").split("|")
    assert properties == {
        "FormpipeForm": "review",
        "FormpipeVersion": "2026.1",
        "FormpipeCase": "MA-CAR-2026-0001",
        "FormpipeBase": "e" * 64,
    }
    empty = [each for data in (blank, filled) for each in _controls(data).values() if _has(each, "showingPlcHdr")]
    assert {_text(each) for each in empty} == set(hints)


def test_word_keeps_all_of_a_property(filled: bytes) -> None:
    assert max(len(value) for value in _properties(filled).values()) <= 255


def test_known_values_stand_in_their_controls(filled: bytes) -> None:
    controls = _controls(filled)

    assert _text(controls["contact.city"]) == TEXT
    assert _text(controls["development.interests"]) == LINES
    assert _value(controls["housing.wbs_valid_until"], "date", "fullDate") == "2026-05-28T00:00:00Z"
    assert _text(controls["housing.wbs_valid_until"]) == "28.05.2026"
    assert _text(controls["contact.phone_is_shared"]) == "nein"
    assert _value(controls["contact.phone_is_shared"], "dropDownList", "lastValue") == "nein"
    assert _text(controls["finance.urgent[miete]"]) == "☒"
    assert not _has(controls["contact.city"], "showingPlcHdr")


def test_part_of_a_date_stands_without_a_stored_day() -> None:
    control = Control(name="a.b", kind=ControlKind.DATE, label="Tag", hint="", value="05.2026", shown="05.2026")

    xml = control_xml(control, 0)

    assert "fullDate" not in xml
    assert ">05.2026<" in xml


def test_the_heads_of_tables_are_repeated_and_rows_do_not_break(blank: bytes) -> None:
    root = part_of(blank, "word/document.xml")
    rows = list(root.iter(f"{W}tr"))

    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
    captions = [table.find(f"{W}tblPr/{W}tblCaption") for table in root.iter(f"{W}tbl")]
    named = [str(each.get(f"{W}val")) for each in captions if each is not None]
    assert "Mitglieder des Haushalts" in named
    heads = [row for row in rows if row.find(f"{W}trPr/{W}tblHeader") is not None]
    assert heads
    assert not any(list(row.iter(f"{W}sdt")) for row in heads)


def test_rows_have_as_many_grid_columns_as_their_table(blank: bytes) -> None:
    for table in part_of(blank, "word/document.xml").iter(f"{W}tbl"):
        columns = [int(str(each.get(f"{W}w"))) for each in table.iter(f"{W}gridCol")]
        assert sum(columns) == 10320
        for row in table.iter(f"{W}tr"):
            spans = [int(str(each.get(f"{W}val"))) for each in row.iter(f"{W}gridSpan")]
            widths = [int(str(each.get(f"{W}w"))) for each in row.iter(f"{W}tcW")]
            assert sum(spans) == len(columns)
            edges = [sum(spans[:index]) for index in range(len(spans) + 1)]
            assert widths == [sum(columns[a:b]) for a, b in pairwise(edges)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_form_has_the_same_bytes(library: Library, kind: str) -> None:
    definition = library.newest(kind)

    first = write_form(definition, fmt="docx", carrier="CAR")

    assert write_form(definition, fmt="docx", carrier="CAR") == first


def test_a_package_has_fixed_times_and_each_part_once() -> None:
    part = Part(name="word/document.xml", type="a/b", body="<x>ä</x>")
    link = Relationship(id="rId1", type="t", target="styles.xml")

    data = package_of([part], {"": [link], "word/document.xml": [link]})

    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.namelist() == [
            "[Content_Types].xml",
            "_rels/.rels",
            "word/_rels/document.xml.rels",
            "word/document.xml",
        ]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {(entry.create_system, entry.external_attr) for entry in archive.infolist()} == {(3, 0o600 << 16)}
        assert archive.read("word/document.xml").decode("utf-8").endswith("<x>ä</x>")
        assert archive.read("word/_rels/document.xml.rels") == archive.read("_rels/.rels")
        assert b'PartName="/word/document.xml" ContentType="a/b"' in archive.read("[Content_Types].xml")


def test_a_zip_keeps_the_order_of_its_entries() -> None:
    with zipfile.ZipFile(BytesIO(zip_of([("b", b"1"), ("a", b"22")]))) as archive:
        assert [(each.filename, each.file_size) for each in archive.infolist()] == [("b", 1), ("a", 2)]
