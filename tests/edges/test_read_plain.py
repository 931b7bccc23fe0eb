"""Word files without controls: cells beside labels, lines to write on, typed boxes."""

from __future__ import annotations

import pytest
from make_docx import Word, docx_of, p, root_of, run, sdt, table, text_control

from formpipe.model import Field, FieldState, FieldType
from formpipe.readers.plain_lines import boxes_in, in_line, is_label
from formpipe.readers.read import read
from formpipe.readers.sizes import MOST_FIELDS
from formpipe.readers.wire import form_from_json, form_to_json

CHECKBOX, MANY, ONE = FieldType.CHECKBOX, FieldType.MULTICHOICE, FieldType.RADIO


def fields_of(*body: str, **more: object) -> list[Field]:
    return list(read(docx_of(Word(body="".join(body), **more))).fields)  # type: ignore[arg-type]


def values_of(*body: str) -> dict[str, object]:
    return {field.name: field.value for field in fields_of(*body)}


def lines(text: str) -> list[tuple[str, object]]:
    return [(each.label, each.value) for each in in_line(text)]


# -- lines -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ort: Dresden", [("Ort", "Dresden")]),
        ("Ort: ____________", [("Ort", None)]),
        ("Ort:____Dresden____", [("Ort", "Dresden")]),
        ("Ort: __Dresden____ Datum: 01.02.2026", [("Ort", "Dresden"), ("Datum", "01.02.2026")]),
        ("Ort: Dresden\tDatum: ____", [("Ort", "Dresden"), ("Datum", None)]),
        ("Name ______________", [("Name", None)]),
        ("Name __Muster________", [("Name", "Muster")]),
        ("Uhrzeit: 09:30", [("Uhrzeit", "09:30")]),
        ("Telefon: ........", [("Telefon", None)]),
        ("Name __Muster__ Vorname ____ Ort __Bonn", [("Name", "Muster"), ("Vorname", "Ort Bonn")]),
        ("Name __Muster___ Vorname __Anna____", [("Name", "Muster"), ("Vorname", "Anna")]),
        ("Bitte beachten:", []),
        ("https://example.org/form", []),
        ("Das ist ein Satz. Und noch einer: hier", []),
        ("1. Zeile: x", [("Zeile", "x")]),
        ("2.1 Ort: Bonn", [("Ort", "Bonn")]),
        ("______ Ort", []),
        ("Hinweis: " + "x" * 400, []),
        ("_____________", []),
        ("", []),
    ],
)
def test_lines_to_write_on(text: str, found: list[tuple[str, object]]) -> None:
    assert lines(text) == found


@pytest.mark.parametrize(
    ("text", "label", "found"),
    [
        ("Zustimmung: ☒ ja   ☐ nein", "", [("Zustimmung", ONE, "ja")]),
        ("Zustimmung: ☐ ja ☐ nein", "", [("Zustimmung", ONE, None)]),
        ("☐ ja [x] nein", "Auto", [("Auto", ONE, "nein")]),
        ("Hilfe bei ☒ Wohnung ☑ Arbeit ☐ Schule", "", [("Hilfe bei", MANY, ("Wohnung", "Arbeit"))]),
        ("Hilfe bei [ ] Wohnung [] Arbeit", "", [("Hilfe bei", MANY, None)]),
        ("☒ stimme zu", "", [("stimme zu", CHECKBOX, True)]),
        ("☐ stimme zu", "Frage", [("stimme zu", CHECKBOX, False)]),
        ("Newsletter [X]", "", [("Newsletter", CHECKBOX, True)]),
        ("☒ Brot ☐ Milch", "", [("Brot", CHECKBOX, True), ("Milch", CHECKBOX, False)]),
        ("☒", "", []),
        ("Auto: ja ☒ nein ☐", "", [("Auto", ONE, "ja")]),
        ("Fahren Sie? ja ☐ nein ☒", "", [("Fahren Sie", ONE, "nein")]),
        ("Ja\t☐\tNein\t☒", "", [("Ja", CHECKBOX, False), ("Nein", CHECKBOX, True)]),
        ("Hilfe: ☒ Wohnung ☐ Arbeit ☐ ______", "", [("Hilfe", MANY, ("Wohnung",))]),
        ("Auto: ● ja ○ nein", "", [("Auto", ONE, "ja")]),
        ("Auto: ■ ja □ nein", "", [("Auto", ONE, "ja")]),
        ("Auto: ⊠ ja ☐ nein", "", [("Auto", ONE, "ja")]),
    ],
)
def test_typed_boxes(text: str, label: str, found: list[tuple[str, FieldType, object]]) -> None:
    assert [(each.label, each.type, each.value) for each in boxes_in(text, label)] == found


@pytest.mark.parametrize(
    ("text", "value", "flags"),
    [
        ("Miete: ____ Euro", "Euro", ("review",)),
        ("Miete: __500__", "500", ()),
        ("Miete: 500 ____", "500", ()),
        ("Miete ____ Euro", "Euro", ("review",)),
        ("Miete __500__ Euro", "500", ()),
        ("Name ____ Vorname ____", "Vorname", ("review",)),
    ],
)
def test_a_word_apart_from_the_line_is_no_sure_answer(text: str, value: str, flags: tuple[str, ...]) -> None:
    found = in_line(text)[0]
    assert (found.value, found.flags) == (value, flags)


def test_yes_and_no_both_ticked_are_no_answer_and_flagged() -> None:
    (both,) = boxes_in("☒ ja ☒ nein", "Auto")
    assert (both.value, both.flags, both.state) == (None, ("conflict",), FieldState.FILLED)
    (none,) = boxes_in("☐ ja ☐ nein", "Auto")
    assert none.state is FieldState.EMPTY


def test_what_can_be_a_label() -> None:
    assert is_label("Wer?")
    assert is_label("Straße, Nr. und Ort *")
    assert not is_label("123")
    assert not is_label("Bitte ausfüllen. Danach unterschreiben")
    assert not is_label("x" * 101)


# -- paragraphs ------------------------------------------------------------------------------------


def test_paragraphs_are_read_where_no_control_reads_them() -> None:
    block = sdt('<w:tag w:val="b"/>', p(run("Ort: im Steuerelement")))
    frame = sdt("<w:group/>", p(run("Ort: Dresden")) + p(run("Name: "), text_control("n", "Muster")))
    found = fields_of(block, frame)
    assert [(field.name, field.name_source, field.value) for field in found] == [
        ("b", "tag", "Ort: im Steuerelement"),
        ("n", "tag", "Muster"),
        ("Ort", "label", "Dresden"),
    ]


def test_a_symbol_of_wingdings_is_a_box_and_a_break_ends_a_line() -> None:
    symbol = '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
    found = fields_of(p(symbol, run(" ja"), "<w:r><w:br/></w:r>", run("Ort: Bonn")))
    assert [(field.name, field.value) for field in found] == [("ja", True), ("Ort", "Bonn")]


def test_a_text_box_is_read_once_and_deleted_text_not_at_all() -> None:
    inner = f"<w:txbxContent>{p(run('Ort: Bonn'))}</w:txbxContent>"
    box = f"<mc:AlternateContent><mc:Choice>{inner}</mc:Choice><mc:Fallback>{inner}</mc:Fallback></mc:AlternateContent>"
    deleted = f"<w:del>{p(run('Alt: weg'))}</w:del>"
    assert values_of(p(f"<w:r>{box}</w:r>"), deleted) == {"Ort": "Bonn"}


def test_headings_are_the_context() -> None:
    heading = '<w:p><w:pPr><w:pStyle w:val="berschrift1"/></w:pPr><w:r><w:t>Wohnen</w:t></w:r></w:p>'
    outlined = '<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>Arbeit</w:t></w:r></w:p>'
    form = read(docx_of(heading + p(run("Ort: Bonn")) + outlined + p(run("Ort: Ulm"))))
    assert [(field.name, field.context) for field in form.fields] == [("Ort", ("Wohnen",)), ("Ort#2", ("Arbeit",))]
    assert form_from_json(form_to_json(form)) == form


# -- tables ----------------------------------------------------------------------------------------


def cell(text: str, *, fill: str = "", bold: bool = False, span: int = 1, merge: str = "") -> str:
    """The inside of a cell; `table` puts the `w:tc` around it."""
    shade = f'<w:shd w:fill="{fill}"/>' if fill else ""
    grid = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f"<w:tcPr>{grid}{merge}{shade}</w:tcPr>{p(run(text, '<w:b/>' if bold else ''))}"


def grey(text: str, **more: object) -> str:
    return cell(text, fill="DDDDDD", **more)  # type: ignore[arg-type]


def row_of(*texts: str, properties: str = "") -> str:
    """A whole row of plain cells."""
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(f'<w:tc>{p(run(text))}</w:tc>' for text in texts)}</w:tr>"


RESTART, GOES_ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def test_a_label_and_its_answer_side_by_side() -> None:
    rows = [[p(run("Name *")), p(run("Muster"))], [p(run("Ort:")), p(run("____"))], [p(run("")), p(run("x"))]]
    assert values_of(table(*rows)) == {"Name": "Muster", "Ort": None, "Ort#2": "x"}
    four = [[p(run(text)) for text in ("Name", "Muster", "Ort", "Bonn")]]
    assert values_of(table(*four)) == {"Name": "Muster", "Ort": "Bonn"}


def test_shade_tells_labels_and_an_empty_one_goes_on_with_the_one_above() -> None:
    rows = [
        [grey("Sprachen"), cell("Dari"), cell("Paschtu")],
        [grey(""), cell("Farsi"), cell("")],
        [grey("Wunsch", merge=RESTART), cell("eins"), cell("")],
        [grey("", merge=GOES_ON), cell("zwei"), cell("")],
    ]
    assert [(field.name, field.value) for field in fields_of(table(*rows))] == [
        ("Sprachen", "Dari"),
        ("Sprachen#2", "Paschtu"),
        ("Sprachen#3", "Farsi"),
        ("Sprachen#4", None),
        ("Wunsch", "eins"),
        ("Wunsch#2", None),
        ("Wunsch#3", "zwei"),
        ("Wunsch#4", None),
    ]


def test_bold_letters_tell_labels() -> None:
    rows = [[cell("Name", bold=True), cell("Muster"), cell("Ort", bold=True)], [cell("Alter", bold=True), cell("9")]]
    assert values_of(table(*rows)) == {"Name": "Muster", "Alter": "9"}


def test_columns_have_heads_and_a_table_a_title() -> None:
    rows = [
        [grey("Kinder", span=3)],
        [grey("Name"), grey("Alter"), grey("Schule")],
        [cell("Lena"), cell("9"), cell("")],
        [cell("Omar"), cell(""), cell("GS")],
    ]
    found = fields_of(table(*rows))
    assert [(field.name, field.value) for field in found] == [
        ("Name", "Lena"),
        ("Alter", "9"),
        ("Schule", None),
        ("Name#2", "Omar"),
        ("Alter#2", None),
        ("Schule#2", "GS"),
    ]
    assert {field.context for field in found} == {("Kinder",)}


def test_an_entry_may_take_two_lines() -> None:
    rows = [
        [grey("Nr.", merge=RESTART), grey("Kurs"), grey("Träger")],
        [grey("", merge=GOES_ON), grey("Beginn"), grey("Ende")],
        [cell("1", merge=RESTART), cell("BSK"), cell("VHS")],
        [cell("", merge=GOES_ON), cell("1.1."), cell("2.2.")],
    ]
    assert values_of(table(*rows)) == {"Nr.": "1", "Kurs": "BSK", "Träger": "VHS", "Beginn": "1.1.", "Ende": "2.2."}


def test_rows_and_columns_may_both_have_labels() -> None:
    rows = [
        [grey(""), grey("Mutter"), grey("Vater")],
        [grey("Name"), cell("Anna"), cell("Ali")],
    ]
    assert values_of(table(*rows)) == {"Name – Mutter": "Anna", "Name – Vater": "Ali"}
    pairs = [[grey("Angabe"), grey("Antwort")], [grey("Name"), cell("Anna")]]
    assert values_of(table(*pairs)) == {"Name": "Anna"}


def test_a_later_head_replaces_the_first() -> None:
    rows = [[grey("A"), grey("B")], [cell("1"), cell("2")], [grey("C"), grey("D")], [cell("3"), cell("4")]]
    assert values_of(table(*rows)) == {"A": "1", "B": "2", "C": "3", "D": "4"}


def test_a_repeated_head_row_is_one_without_any_look() -> None:
    head = (
        "<w:tr><w:trPr><w:tblHeader/></w:trPr>" + "".join(f"<w:tc>{p(run(t))}</w:tc>" for t in ("A", "B")) + "</w:tr>"
    )
    body = "<w:tr>" + "".join(f"<w:tc>{p(run(text))}</w:tc>" for text in ("1", "2")) + "</w:tr>"
    assert values_of(f"<w:tbl>{head}{body}</w:tbl>") == {"A": "1", "B": "2"}


def test_a_repeated_row_with_a_box_is_no_head() -> None:
    asks = row_of("☒", "keine Änderung", properties="<w:tblHeader/>")
    head = row_of("A", "B", properties="<w:tblHeader/>")
    found = values_of(f"<w:tbl>{asks}{head}{row_of('1', '2')}</w:tbl>")
    assert found == {"keine Änderung": True, "A": "1", "B": "2"}


def test_cells_with_controls_are_left_to_them() -> None:
    rows = [
        [p(run("Gruppe")), p(run("Plätze"))],
        [p(text_control("g", "Käfer")), p(text_control("n", "12"))],
    ]
    assert values_of(table(*rows)) == {"g": "Käfer", "n": "12"}
    around = sdt('<w:tag w:val="c"/>', f"<w:tc>{p(run('x'))}</w:tc>")
    assert values_of(f"<w:tbl><w:tr><w:tc>{p(run('Name'))}</w:tc>{around}</w:tr></w:tbl>") == {"c": "x"}


def test_an_address_that_word_made_a_link_is_an_answer() -> None:
    marks = {kind: f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")}
    code = '<w:r><w:instrText>HYPERLINK "mailto:a@example.org"</w:instrText></w:r>'
    link = f"{marks['begin']}{code}{marks['separate']}{run('a@example.org')}{marks['end']}"
    assert values_of(table([p(run("E-Mail")), p(link)])) == {"E-Mail": "a@example.org"}
    assert values_of(p(run("E-Mail: "), link)) == {"E-Mail": "a@example.org"}


def test_an_answer_in_bold_is_no_label() -> None:
    rows = [[cell("Name"), cell("Muster", bold=True)], [cell("Ort"), cell("Bonn")]]
    assert values_of(table(*rows)) == {"Name": "Muster", "Ort": "Bonn"}
    rows = [[cell("Name", bold=True), cell("Muster")], [cell("Ort", bold=True), cell("Bonn", bold=True)]]
    found = fields_of(table(*rows))
    assert [(field.name, field.value, field.flags) for field in found] == [
        ("Name", "Muster", ()),
        ("Ort", "Bonn", ("review",)),
    ]


def test_cells_with_a_label_of_their_own_are_lines() -> None:
    assert values_of(table([cell("Name: Muster"), cell("Ort: Bonn")])) == {"Name": "Muster", "Ort": "Bonn"}
    (field,) = fields_of(table([p(run("Name")) + p(run("Muster")), p(run("Ort")) + p(run("Bonn"))]))
    assert (field.name, field.value, field.flags) == ("Name", "Ort\nBonn", ("review",))


def test_a_wide_label_has_its_answer_below() -> None:
    rows = [[grey("Bemerkung", span=2)], [cell("Sucht Arbeit", span=2)], [grey("Ort"), cell("Bonn")]]
    found = fields_of(table(*rows))
    assert [(field.name, field.value, field.flags) for field in found] == [
        ("Bemerkung", "Sucht Arbeit", ()),
        ("Ort", "Bonn", ()),
    ]


def test_changes_and_hidden_words_are_flagged_where_no_control_is() -> None:
    changed = f"<w:del>{run('alt')}</w:del><w:ins>{run('neu')}</w:ins>"
    hidden = run("neu", "<w:vanish/>")
    rows = [[p(run("Ort")), p(changed)], [p(run("Name")), p(hidden)], [p(run("Auto")), p(run("☒ ja ☐ nein"), changed)]]
    found = fields_of(table(*rows), p(run("Tag: "), changed))
    assert [(field.name, field.flags) for field in found] == [
        ("Ort", ("tracked",)),
        ("Name", ("review",)),
        ("Auto", ("tracked",)),
        ("Tag", ("tracked",)),
    ]


def test_boxes_in_cells() -> None:
    rows = [
        [grey("Hilfe"), cell("☒"), cell("Wohnung"), cell("☐"), cell("Arbeit")],
        [grey("Auto"), cell("☒ ja ☐ nein"), cell("Führerschein ☐")],
    ]
    found = fields_of(table(*rows))
    assert [(field.name, field.type, field.value, field.context) for field in found] == [
        ("Wohnung", CHECKBOX, True, ("Hilfe",)),
        ("Arbeit", CHECKBOX, False, ("Hilfe",)),
        ("Auto", ONE, "ja", ("Auto",)),
        ("Führerschein", CHECKBOX, False, ("Auto",)),
    ]


def test_one_cell_holds_lines() -> None:
    inner = p(run("Name: Muster")) + p(run("Ort: ____"))
    assert values_of(table([inner])) == {"Name": "Muster", "Ort": None}


def test_a_table_in_a_table_is_read_on_its_own() -> None:
    inner = table([p(run("Name")), p(run("Muster"))])
    assert values_of(table([p(run("Angaben")), inner + p()])) == {"Name": "Muster"}


def test_deleted_rows_are_gone_and_odd_spans_harmless() -> None:
    gone = f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{p(run('Alt'))}</w:tc><w:tc>{p(run('x'))}</w:tc></w:tr>"
    odd = (
        f'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="x"/></w:tcPr>{p(run("Name"))}</w:tc><w:tc>{p(run("y"))}</w:tc></w:tr>'
    )
    assert values_of(f"<w:tbl>{gone}{odd}</w:tbl>") == {"Name": "y"}


def test_our_own_form_with_controls_is_not_read_twice() -> None:
    footer = root_of("ftr", p(run("Formular aufnahme/2026.1")))
    more = {"parts": {"word/footer1.xml": footer}, "links": (("footer", "footer1.xml", False),)}
    body = p(run("Ort: Bonn"))
    assert [field.name for field in fields_of(body, p(text_control("a", "x")), **more)] == ["a"]
    assert [field.name for field in fields_of(body, **more)] == ["Ort"]


def test_a_document_with_too_many_such_lines_is_no_form() -> None:
    assert fields_of(*(p(run("Ort: x")) for _ in range(MOST_FIELDS))) == []
