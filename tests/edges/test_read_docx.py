"""Content controls of Word forms: text, keys, kinds, hints, and what must never be chosen silently."""

from __future__ import annotations

import pytest
from make_docx import STRICT, Word, docx_of, p, root_of, run, sdt, table, text_control

from formpipe.errors import UnreadableFormError
from formpipe.model import Field, FieldState, FieldType, FilledForm
from formpipe.readers.docx import read_docx
from formpipe.readers.read import read
from formpipe.readers.sizes import MOST_FIELDS, MOST_VALUE, MOST_VALUES, check_sizes

HINTS = {"FormpipeHints": "eintragen|TT.MM.JJJJ|auswählen|Zahl"}
SHOWING = "<w:showingPlcHdr/>"
GREY = '<w:rStyle w:val="PlaceholderText"/>'


MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def form_of(word: Word | str) -> FilledForm:
    return read(docx_of(word))


def fields_of(word: Word | str) -> dict[str, Field]:
    return {field.name: field for field in form_of(word).fields}


def only(word: Word | str) -> Field:
    (field,) = form_of(word).fields
    return field


def placeholder(name: str) -> str:
    return f'<w:placeholder><w:docPart w:val="{name}"/></w:placeholder>'


def tag(name: str) -> str:
    return f'<w:tag w:val="{name}"/>'


def control(properties: str, *content: str) -> str:
    """An inline control named `x` alone in its paragraph."""
    return p(sdt(f'<w:tag w:val="x"/>{properties}', "".join(content)))


# --- text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (run("Anna") + run(" Öz"), "Anna Öz"),
        ("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:cr/><w:t>d</w:t></w:r>", "a\tb\nc\nd"),
        ("<w:r><w:t>E</w:t><w:noBreakHyphen/><w:t>M</w:t><w:softHyphen/><w:t>a</w:t><w:ptab/></w:r>", "E-Ma\t"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:sym w:font="Wingdings 2" w:char="00A3"/></w:r>', "☑☐"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F041"/><w:sym w:font="Arial" w:char="0041"/></w:r>', "A"),
        ('<w:r><w:t>a</w:t><w:sym w:font="Arial" w:char="zz"/></w:r>', "a"),
        (
            '<w:r><w:t>a</w:t><w:sym w:char="D800"/><w:sym w:char="FFFFFFF"/><w:sym w:char="-5"/></w:r>',
            "a",
        ),
        (run("\uf0a8 ja \uf0fe nein \uf041", '<w:rFonts w:ascii="Wingdings"/>'), "☐ ja ☑ nein \uf041"),
        (run("\uf0a8\uf0a3", '<w:rFonts w:ascii="Wingdings 2"/>') + run("\uf0a8"), "\uf0a8☐\uf0a8"),
        (f"{run('2')}<m:oMath {MATH}><m:r><m:t>π</m:t></m:r></m:oMath>", "2π"),
        ("<w:r><w:instrText>PAGE</w:instrText><w:t>1</w:t><w:t/></w:r>", "1"),
        ("<w:hyperlink>" + run("a@example.org") + "</w:hyperlink>", "a@example.org"),
        (run("a", '<w:vanish w:val="0"/>'), "a"),
    ],
)
def test_the_text_of_runs_is_what_is_seen(content: str, text: str) -> None:
    field = only(control("", content))
    assert (field.value, field.state, field.flags) == (text, FieldState.FILLED, ())


def test_a_paragraph_moved_away_leaves_no_line() -> None:
    away = "<w:pPr><w:rPr><w:moveFrom/></w:rPr></w:pPr><w:moveFrom>" + run("alt") + "</w:moveFrom>"
    field = only(sdt("", p(away) + p("<w:moveTo>" + run("neu") + "</w:moveTo>")))
    assert (field.value, field.flags) == ("neu", ("tracked",))


def test_paragraphs_are_joined_by_line_feeds_and_tab_stops_are_no_text() -> None:
    stops = "<w:pPr><w:tabs><w:tab/></w:tabs></w:pPr>"
    body = sdt('<w:tag w:val="x"/>', p(stops, run("eins")) + p() + p(run("drei")))
    assert only(body).value == "eins\n\ndrei"


def test_hidden_text_is_read_and_flagged() -> None:
    field = only(control("", run("offen"), run(" heimlich", "<w:vanish/>")))
    assert (field.value, field.flags) == ("offen heimlich", ("review",))


def test_changes_are_read_as_accepted_and_flagged() -> None:
    content = (
        run("alt")
        + f"<w:del><w:r><w:delText>weg</w:delText></w:r>{run('auch weg')}</w:del>"
        + f"<w:ins>{run('neu')}</w:ins><w:moveFrom>{run('dort')}</w:moveFrom><w:moveTo>{run('hier')}</w:moveTo>"
        + "<w:r><w:tab/></w:r>"
    )
    field = only(control("", content))
    assert (field.value, field.flags) == ("altneuhier\t", ("tracked",))


def test_a_deleted_paragraph_mark_joins_and_a_deleted_row_is_gone() -> None:
    gone = "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>"
    body = sdt('<w:tag w:val="x"/>', p(gone, run("ein")) + p(run("s")) + p(run("zwei")))
    assert (only(body).value, only(body).flags) == ("eins\nzwei", ("tracked",))
    rows = "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{}</w:tc></w:tr><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>"
    inside = only(sdt('<w:tag w:val="x"/>', rows.format(p(run("weg")), p(run("da")))))
    assert (inside.value, inside.flags) == ("da", ("tracked",))
    assert [f.name for f in form_of(rows.format(control("", run("weg")), p(text_control("y", "da")))).fields] == ["y"]


def test_a_control_in_a_change_is_there_or_gone() -> None:
    body = p(f"<w:ins>{text_control('a', 'A')}</w:ins><w:del>{text_control('b', 'B')}</w:del>")
    assert (only(body).name, only(body).flags) == ("a", ("tracked",))


def test_a_drawing_stored_twice_counts_once() -> None:
    inner = p(text_control("x", "im Kasten"))
    body = (
        "<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>"
        f"{inner}</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>{inner}</w:txbxContent></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    assert only(body).value == "im Kasten"
    outer = only(sdt('<w:tag w:val="y"/>', body.replace(inner, p(run("Text")))))
    assert (outer.name, outer.value) == ("y", "\nText")


# --- where controls stand


def test_controls_are_found_at_every_level_and_nested() -> None:
    cell = f"<w:tc>{p(run('Zelle'))}</w:tc>"
    row = f"<w:tr><w:tc>{p(run('Zeile'))}</w:tc></w:tr>"
    body = (
        p(text_control("inline", "Lauf"))
        + sdt('<w:tag w:val="block"/>', p(run("Block")))
        + f"<w:tbl><w:tr>{sdt(tag('cell'), cell)}</w:tr>{sdt(tag('row'), row)}</w:tbl>"
        + sdt('<w:tag w:val="outer"/>', p(text_control("inner", "innen")))
        + sdt("<w:group/>", p(text_control("grouped", "Gruppe")))
    )
    assert {name: field.value for name, field in fields_of(body).items()} == {
        "inline": "Lauf",
        "block": "Block",
        "cell": "Zelle",
        "row": "Zeile",
        "inner": "innen",
        "grouped": "Gruppe",
    }


@pytest.mark.parametrize("kind", ["docPartObj", "citation", "bibliography", "equation", "group", "docPartList"])
def test_frames_are_no_fields(kind: str) -> None:
    assert form_of(control(f"<w:{kind}/>", run("Inhalt"))).fields == ()


def test_a_control_without_content_is_no_field() -> None:
    assert form_of("<w:p><w:sdt><w:sdtPr/></w:sdt></w:p>").fields == ()


def test_headers_footers_and_notes_are_read_once_and_the_rest_never() -> None:
    parts = {f"word/{name}.xml": root_of(root, p(text_control(name, name))) for name, root in (
        ("header1", "hdr"), ("footer1", "ftr"), ("footnotes", "footnotes"), ("comments", "comments"), ("glossary", "x"),
    )}  # fmt: skip
    links = (
        ("header", "header1.xml", False),
        ("header", "header1.xml", False),
        ("footer", "footer1.xml", False),
        ("footnotes", "footnotes.xml", False),
        ("comments", "comments.xml", False),
        ("glossaryDocument", "glossary.xml", False),
        ("header", "missing.xml", False),
    )
    form = form_of(Word(body=p(text_control("main", "m")), parts=parts, links=links))
    assert [field.name for field in form.fields] == ["main", "header1", "footer1", "footnotes"]


def test_strict_documents_read_the_same() -> None:
    body = p(text_control("y", "streng")) + control('<w:date w:fullDate="2026-03-31T00:00:00Z"/>', run("31.03.2026"))
    found = fields_of(Word(body=body, namespace=STRICT))
    assert {name: field.value for name, field in found.items()} == {"y": "streng", "x": "2026-03-31"}


@pytest.mark.parametrize("part", ["", "<a/>"])
def test_a_document_without_a_readable_main_part_is_damaged(part: str) -> None:
    parts = {"word/document.xml": part} if part else {"_rels/.rels": "<Relationships/>"}
    with pytest.raises(UnreadableFormError) as caught:
        read_docx(docx_of(Word(body="", parts=parts)), "docx")
    assert caught.value.code == "damaged"


def test_a_macro_free_container_of_any_name_keeps_its_name() -> None:
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
    assert form_of(Word(body=p(text_control("x", "1")), main_type=kind)).container == "docm"


# --- keys


@pytest.mark.parametrize(
    ("properties", "name", "source"),
    [
        ('<w:tag w:val="t"/><w:formPr w:key="k"/><w:alias w:val="a"/>', "t", "tag"),
        ('<w:tag w:val=" "/><w:formPr w:key="k"/>' + placeholder("fp.p"), "k", "onlyoffice"),
        (placeholder("fp.goals[0].title") + '<w:alias w:val="a"/>', "goals[0].title", "placeholder"),
        (placeholder("Default_1") + '<w:alias w:val="a"/><w:dataBinding w:xpath="/n:a/n:b"/>', "a", "alias"),
        ('<w:dataBinding w:xpath="/n:daten[1]/n:plz[2]"/>', "plz", "binding"),
        ('<w:dataBinding w:xpath="/a/@ort"/>', "ort", "binding"),
        ('<w:dataBinding w:xpath=""/>', "Name der Stelle", "label"),
    ],
)
def test_the_key_is_the_first_there_is(properties: str, name: str, source: str) -> None:
    field = only(p(run("Name der Stelle: "), sdt(properties, run("v"))))
    assert (field.name, field.name_source) == (name, source)


def test_a_control_beside_nothing_is_unnamed() -> None:
    field = only(p(sdt("", run("v"))))
    assert (field.name, field.name_source, field.label) == ("unnamed", "label", "unnamed")


def test_the_label_is_the_alias_or_stands_beside() -> None:
    def label(body: str, name: str = "x") -> str:
        return fields_of(body)[name].label

    x, y = text_control("x", "Anna"), text_control("y", "Geheim")
    assert label(p(text_control("x", "v", '<w:alias w:val="Vorname"/>'))) == "Vorname"
    assert label(p(run("Ort: "), y, run("PLZ "), run("*:"), x)) == "PLZ"
    assert label(table([p(run("Familienname")), p(x)])) == "Familienname"
    assert label(table([p(run("Nr")), p(run("Titel"))], [p(y), p(x)])) == "Titel"
    assert label(table([p(run("Nr")), p(y)], [p(y), p(x)])) == "x"
    assert label(table([p(run("Nr"))], [p(y), p(x)])) == "x"
    assert label(p(run("Frage?")) + p(x)) == "Frage?"
    assert label(p(y) + p(x)) == "x"
    assert label(p(run("Frage?")) + sdt('<w:tag w:val="x"/>', p(run("v")))) == "Frage?"
    assert label(f"<w:tc>{p(x)}</w:tc>") == "x"
    cell = sdt('<w:tag w:val="x"/>', f"<w:tc>{p(run('v'))}</w:tc>")
    assert label(f"<w:tbl><w:tr><w:tc>{p(run('Plätze'))}</w:tc>{cell}</w:tr></w:tbl>") == "Plätze"
    box = sdt('<w:tag w:val="x"/><w14:checkbox/>', run("☐"))
    assert label(p(run("links "), box, run(" rechts "), y)) == "rechts"
    assert label(p(run("links "), box)) == "links"
    assert len(label(p(run("L" * 300), x))) == 200


# --- hints


def test_a_hint_is_no_answer() -> None:
    for switch in (SHOWING, '<w:showingPlcHdr w:val="true"/>'):
        field = only(control(switch, run("Klicken Sie hier")))
        assert (field.state, field.value) == (FieldState.PLACEHOLDER, None)
    field = only(control('<w:showingPlcHdr w:val="false"/>', run("Klicken")))
    assert (field.state, field.value) == (FieldState.FILLED, "Klicken")


@pytest.mark.parametrize("blank", ["", "   ", "\u2002\u2002\u2002", "\u00a0"])
def test_blanks_are_empty(blank: str) -> None:
    field = only(control("", run(blank)))
    assert (field.state, field.value) == (FieldState.EMPTY, None)


LISTED = (
    '<w:dropDownList><w:listItem w:displayText="auswählen" w:value=""/><w:listItem w:displayText="ja" w:value="y"/>'
    '<w:listItem w:value="nein"/></w:dropDownList>'
)


def test_the_first_item_without_a_value_is_the_hint_of_its_list() -> None:
    assert only(control(LISTED, run("auswählen"))).state is FieldState.PLACEHOLDER


def test_the_alias_in_the_style_of_hints_is_a_hint() -> None:
    alias = '<w:alias w:val="Vorname"/>'
    assert only(control(alias, run("Vorname", GREY))).state is FieldState.PLACEHOLDER
    assert only(control(alias, run("Vorname"))).value == "Vorname"
    assert only(control(alias, run("Vor", GREY), run("name"))).value == "Vorname"
    assert only(control(alias, run("Anna", GREY))).value == "Anna"


def test_the_glossary_knows_the_hint_that_libreoffice_unmarked() -> None:
    block = (
        '<w:docParts><w:docPart/><w:docPart><w:docPartPr><w:name w:val="fp.x"/></w:docPartPr>'
        f"<w:docPartBody>{p(run('Hier klicken'))}</w:docPartBody></w:docPart></w:docParts>"
    )
    word = Word(
        body=p(sdt(placeholder("fp.x") + "<w:text/>", run("Hier klicken")))
        + p(sdt(placeholder("fp.y") + "<w:text/>", run("Hier klicken")))
        + p(sdt(placeholder("fp.x") + '<w:tag w:val="z"/><w:text/>', run("Hier klicken"))),
        parts={"word/glossary/document.xml": root_of("glossaryDocument", block)},
        links=(("glossaryDocument", "glossary/document.xml", False),),
    )
    states = {name: field.state for name, field in fields_of(word).items()}
    assert states == {"x": FieldState.PLACEHOLDER, "y": FieldState.FILLED, "z": FieldState.PLACEHOLDER}
    assert {name: field.flags for name, field in fields_of(word).items()} == {
        "x": (),
        "y": (),
        "z": ("disagree", "review"),
    }


GREY = '<w:rStyle w:val="PlaceholderText"/>'


@pytest.mark.parametrize(
    ("properties", "content", "flags"),
    [
        (placeholder("h"), run("Anna"), ("review",)),
        (placeholder("h"), run("Hier klicken"), ()),
        (placeholder("h"), run("Anna", GREY), ()),
        (placeholder("other"), run("Anna"), ()),
        (placeholder("h"), "", ()),
        ('<w:date w:fullDate="2026-03-01T00:00:00Z"/>', run("01.03.2026"), ("review",)),
        ('<w:date w:fullDate="2026-03-01T00:00:00Z"/>', run("Datum", GREY), ()),
        ('<w:dropDownList><w:listItem w:displayText="A" w:value="1"/></w:dropDownList>', run("A"), ("review",)),
        ('<w:dropDownList><w:listItem w:displayText="A" w:value="1"/></w:dropDownList>', run("wählen"), ()),
    ],
)
def test_what_does_not_look_like_a_hint_is_flagged_in_a_foreign_control_marked_as_empty(
    properties: str, content: str, flags: tuple[str, ...]
) -> None:
    block = (
        '<w:docParts><w:docPart><w:docPartPr><w:name w:val="h"/></w:docPartPr>'
        f"<w:docPartBody>{p(run('Hier klicken'))}</w:docPartBody></w:docPart></w:docParts>"
    )
    word = Word(
        body=p(sdt(f'<w:tag w:val="x"/>{properties}<w:showingPlcHdr/>', content)),
        parts={"word/glossary/document.xml": root_of("glossaryDocument", block)},
        links=(("glossaryDocument", "glossary/document.xml", False),),
    )
    field = only(word)
    assert (field.state, field.value, field.flags) == (FieldState.PLACEHOLDER, None, flags)


def test_a_broken_glossary_says_nothing() -> None:
    word = Word(
        body=p(sdt(placeholder("h"), run("Anna"))) + p(sdt(placeholder("h") + "<w:showingPlcHdr/>", run("Anna"))),
        parts={"word/glossary/document.xml": "<w:glossaryDocument>Anna"},
        links=(("glossaryDocument", "glossary/document.xml", False),),
    )
    assert [(field.value, field.flags) for field in form_of(word).fields] == [("Anna", ()), (None, ())]


@pytest.mark.parametrize(
    ("style", "state", "flags"), [(GREY, FieldState.PLACEHOLDER, ()), ("", FieldState.FILLED, ("review",))]
)
def test_our_own_hint_without_its_mark_is_no_sure_answer(style: str, state: FieldState, flags: tuple[str, ...]) -> None:
    body = p(sdt('<w:tag w:val="x"/>', run("eintragen", style)))
    field = only(Word(body=body, properties={"FormpipeHints": "eintragen|Zahl"}))
    assert (field.state, field.flags) == (state, flags)


@pytest.mark.parametrize(
    ("last", "shown", "value", "flags"),
    [
        ("2", "A", "2", ()),
        ("", "A", "1", ("review",)),
        ("9", "A", "1", ("review",)),
        ("", "ja", "nein", ()),
        ("", "3", "3", ()),
    ],
)
def test_what_is_shown_decides_between_choices(last: str, shown: str, value: str, flags: tuple[str, ...]) -> None:
    pairs = [("A", "1"), ("A", "2"), ("B", "ja"), ("ja", "nein"), ("C", "3")]
    items = "".join(f'<w:listItem w:displayText="{text}" w:value="{stored}"/>' for text, stored in pairs)
    field = only(p(sdt(f'<w:dropDownList w:lastValue="{last}">{items}</w:dropDownList>', run(shown))))
    assert (field.value, field.flags) == (value, flags)


def test_a_stored_day_that_nobody_sees_is_flagged() -> None:
    field = only(p(sdt('<w:date w:fullDate="2026-03-01T00:00:00Z"/>', "<w:r/>")))
    assert (field.state, field.flags) == (FieldState.EMPTY, ("review",))


@pytest.mark.parametrize(
    ("runs", "value", "flags"),
    [
        (("eintragen",), None, ()),
        (("",), None, ()),
        (("Getippt",), "Getippt", ()),
        (("Zahlung",), "Zahlung", ()),
        (("eintragen lassen",), "eintragen lassen", ()),
        (("e", "Getippt", "intragen"), "Getippt", ("review",)),
        (("eintragen", "Getippt"), "Getippt", ("review",)),
        (("Getippt ", "ደ", "Zahl"), "Getippt ደ", ("review",)),
        (("Getippt", " ", "weiter"), "Getippt weiter", ()),
        (("Wort ",) * 41 + ("Zahl",), "Wort " * 41 + "Zahl", ()),
    ],
)
def test_what_libreoffice_let_be_typed_over_the_hint_is_an_answer(
    runs: tuple[str, ...], value: str | None, flags: tuple[str, ...]
) -> None:
    content = "".join(run(text, GREY) for text in runs)
    field = only(Word(body=control(SHOWING, content), properties=HINTS))
    assert (field.value, field.flags) == (value, flags)
    assert field.state is (FieldState.PLACEHOLDER if value is None else FieldState.FILLED)


def test_typed_over_the_hint_of_a_list_or_a_date() -> None:
    assert only(Word(body=control(SHOWING + LISTED, run("ja")), properties=HINTS)).value == "y"
    assert only(Word(body=control(SHOWING + "<w:date/>", run("03.04.1990")), properties=HINTS)).value == "1990-04-03"


# --- kinds


@pytest.mark.parametrize(
    ("kind", "written", "value", "display", "flags"),
    [
        (LISTED, "ja", "y", "ja", ()),
        (LISTED, " ja ", "y", "ja", ()),
        (LISTED, "y", "y", "ja", ()),
        (LISTED, "nein", "nein", None, ()),
        (LISTED, "vielleicht", "vielleicht", None, ("off_list",)),
        (LISTED.replace("dropDownList", "comboBox"), "vielleicht", "vielleicht", None, ()),
    ],
)
def test_a_choice_gives_what_is_stored(
    kind: str, written: str, value: str, display: str | None, flags: tuple[str, ...]
) -> None:
    field = only(control(kind, run(written)))
    assert (field.type, field.value, field.display, field.flags) == (FieldType.CHOICE, value, display, flags)


def date_control(day: str, shown: str, pattern: str = "dd.MM.yyyy", language: str = "de-DE", style: str = "") -> Field:
    full = f' w:fullDate="{day}T00:00:00Z"' if day else ""
    kind = f'<w:date{full}><w:dateFormat w:val="{pattern}"/><w:lid w:val="{language}"/></w:date>'
    return only(control(kind, run(shown, style)))


@pytest.mark.parametrize(
    ("day", "shown", "pattern", "language", "value", "flags"),
    [
        ("2026-03-31", "31.03.2026", "dd.MM.yyyy", "de-DE", "2026-03-31", ()),
        ("2026-03-31", "31.3.2026", "dd.MM.yyyy", "de-DE", "2026-03-31", ()),
        ("2026-03-01", "1. März 2026", "d. MMMM yyyy", "de-DE", "2026-03-01", ()),
        ("2026-03-31", "Dienstag, 31. März 2026", "dddd, d. MMMM yyyy", "de-DE", "2026-03-31", ()),
        ("2026-03-31", "Di 31 Mrz 26", "ddd d MMM yy", "de-DE", "2026-03-31", ()),
        ("2026-03-31", "Tuesday, March 31, 2026", "dddd, MMMM d, yyyy", "en-US", "2026-03-31", ()),
        ("2026-03-31", "3/31/6", "M/d/y", "en-US", "3/31/6", ("review",)),
        ("2026-03-31", "3/31/26", "M/d/y", "en-US", "2026-03-31", ()),
        ("2026-03-31", "2026", "yyyy", "de-DE", "2026-03-31", ()),
        ("2026-03-31", "den 31. im Monat 3", "'den' d. 'im Monat' M", "de-DE", "2026-03-31", ()),
        ("2026-03-31", "30.03.2026", "dd.MM.yyyy", "de-DE", "30.03.2026", ("review",)),
        ("2026-03-31", "31.03.2026 ca.", "dd.MM.yyyy", "de-DE", "31.03.2026 ca.", ("review",)),
        ("2026-03-31", "31.03.2026 10:00", "dd.MM.yyyy HH:mm", "de-DE", "31.03.2026 10:00", ("review",)),
        ("2026-03-31", "31.03.2026", "", "", "2026-03-31", ()),
        ("", "31.03.2026", "dd.MM.yyyy", "de-DE", "2026-03-31", ()),
        ("", "31. März 2026", "dd.MM.yyyy", "de-DE", "2026-03-31", ()),
        ("", "31. Dez. 2026", "dd.MM.yyyy", "de-DE", "2026-12-31", ()),
        ("", "31 May 2026", "dd.MM.yyyy", "en-GB", "2026-05-31", ()),
        ("", "31.02.1990", "dd.MM.yyyy", "de-DE", "31.02.1990", ()),
        ("", "00.00.1990", "dd.MM.yyyy", "de-DE", "00.00.1990", ()),
        ("", "ca. 1990", "dd.MM.yyyy", "de-DE", "ca. 1990", ()),
        ("", "31.03.90", "dd.MM.yyyy", "de-DE", "31.03.90", ()),
        ("", "31. Foo 2026", "dd.MM.yyyy", "de-DE", "31. Foo 2026", ()),
        ("2026-99-99", "31.03.2026", "dd.MM.yyyy", "de-DE", "2026-03-31", ()),
    ],
)
def test_a_date_is_the_stored_day_if_the_text_agrees(
    day: str, shown: str, pattern: str, language: str, value: str, flags: tuple[str, ...]
) -> None:
    field = date_control(day, shown, pattern, language)
    assert (field.type, field.value, field.flags) == (FieldType.DATE, value, flags)
    assert field.display == (shown if value != shown else None)


def test_the_hint_that_libreoffice_left_behind_a_date_is_no_contradiction() -> None:
    grey = date_control("2026-03-31", "31.03.2026TT.MM.JJJJ", style=GREY)
    assert (grey.value, grey.flags) == ("2026-03-31", ())
    black = date_control("2026-03-31", "31.03.2026TT.MM.JJJJ")
    assert (black.value, black.flags) == ("31.03.2026TT.MM.JJJJ", ("review",))


@pytest.mark.parametrize(
    ("checked", "glyph", "ticked", "flags"),
    [
        ('<w14:checked w14:val="1"/>', "☒", True, ()),
        ('<w14:checked w14:val="true"/>', "☑", True, ()),
        ("<w14:checked/>", "x", True, ()),
        ('<w14:checked w14:val="0"/>', "☐", False, ()),
        ('<w14:checked w14:val="1"/>', "☒☐", True, ()),
        ('<w14:checked w14:val="0"/>', "", False, ()),
        ("", "☐", False, ()),
        ('<w14:checked w14:val="0"/>', "☒", False, ("review",)),
        ('<w14:checked w14:val="1"/>', "☐", True, ("review",)),
        ('<w14:checked w14:val="1"/>', "?", True, ()),
        ('<w14:checked w14:val="1"/><w14:checkedState w14:val="2605"/>', "★", True, ()),
        ('<w14:checked w14:val="0"/><w14:checkedState w14:val="2605"/>', "★", False, ("review",)),
        ('<w14:checked w14:val="1"/><w14:uncheckedState w14:val="2606"/>', "☆", True, ("review",)),
        ('<w14:checked w14:val="1"/><w14:checkedState w14:val="zz"/>', "☒", True, ()),
    ],
)
def test_a_box_is_what_is_stored_and_a_contradicting_sign_is_flagged(
    checked: str,
    glyph: str,
    ticked: bool,  # noqa: FBT001 - a column of the table
    flags: tuple[str, ...],
) -> None:
    field = only(control(f"{SHOWING}<w14:checkbox>{checked}</w14:checkbox>", run(glyph)))
    assert (field.type, field.state, field.value, field.flags) == (
        FieldType.CHECKBOX,
        FieldState.FILLED,
        ticked,
        flags,
    )


def test_two_ticks_in_a_group_of_buttons_are_flagged() -> None:
    def button(name: str, group: str, tick: int) -> str:
        state = f'<w14:checkbox><w14:checked w14:val="{tick}"/><w14:groupKey w14:val="{group}"/></w14:checkbox>'
        return sdt(f'<w:formPr w:key="{name}"/>{state}', run("◉" if tick else "○"))

    groups = [("a", "g", 1), ("b", "g", 1), ("c", "g", 0), ("d", "h", 1), ("e", "h", 0), ("f", "", 1), ("i", "", 1)]
    found = fields_of(p(*(button(*each) for each in groups)))
    assert [name for name, field in found.items() if field.flags] == ["a", "b"]


def test_a_picture_is_the_name_of_its_part() -> None:
    picture = '<w:r><a:blip r:embed="rId1"/></w:r>'
    links = (("image", "media/a.png", False),)
    word = Word(body=control("<w:picture/>", picture), links=links)
    assert (only(word).type, only(word).value) == (FieldType.PICTURE, "word/media/a.png")
    unlinked = only(control("<w:picture/>", picture))
    assert (unlinked.state, unlinked.value) == (FieldState.EMPTY, None)
    assert only(control("<w:picture/>")).state is FieldState.EMPTY
    shown = Word(body=control(f"<w:picture/>{SHOWING}", picture), links=links, properties=HINTS)
    assert only(shown).state is FieldState.PLACEHOLDER


def test_blanks_that_nobody_sees_are_no_answer() -> None:
    text = control("", p(run(" eins ")), p(run("zwei  ")), p(run(" ")))
    assert only(text).value == " eins\nzwei"


# --- one name, several controls


def test_one_key_with_two_values_has_none() -> None:
    found = fields_of(p(text_control("x", "Anna")) + p(text_control("y", "B")) + p(text_control("x", "Berta")))
    assert {name: (field.value, field.flags) for name, field in found.items()} == {
        "x": (None, ("conflict",)),
        "y": ("B", ()),
        "x#2": (None, ("conflict",)),
    }


def test_a_tag_that_is_a_command_names_no_field() -> None:
    found = fields_of(p(text_control("@class=a", "Anna")) + p(text_control("@class=a", "Berta")))
    assert {name: (field.value, field.flags) for name, field in found.items()} == {
        "@class=a": ("Anna", ()),
        "@class=a#2": ("Berta", ()),
    }


def test_one_key_with_one_value_is_numbered_and_a_lone_answer_is_flagged() -> None:
    same = fields_of(p(text_control("x", "Anna"), text_control("x", "Anna")))
    assert {name: (field.value, field.flags) for name, field in same.items()} == {
        "x": ("Anna", ()),
        "x#2": ("Anna", ()),
    }
    lone = fields_of(p(text_control("x", "")) + p(text_control("x", "Anna")))
    assert {name: (field.value, field.flags) for name, field in lone.items()} == {
        "x": (None, ()),
        "x#2": ("Anna", ("review",)),
    }


def test_rows_of_a_repeating_section_are_numbered() -> None:
    item = "<w15:repeatingSectionItem/>"
    rows = "".join(sdt(item, p(text_control("name", text))) for text in ("Käfer", "Igel"))
    found = fields_of(sdt("<w15:repeatingSection/>", rows))
    assert {name: (field.value, field.flags) for name, field in found.items()} == {
        "name": ("Käfer", ()),
        "name#2": ("Igel", ()),
    }


def lost(name: str, text: str) -> str:
    """A control as LibreOffice 7.4 saves it: no tag, the placeholder's name kept."""
    return sdt(placeholder(f"fp.{name}"), run(text))


def test_rows_whose_frame_libreoffice_dropped_are_numbered() -> None:
    rows = [[p(lost("name", a)), p(lost("size", b))] for a, b in (("Käfer", "12"), ("Igel", "15"))]
    found = fields_of(table(*rows))
    assert {name: field.value for name, field in found.items()} == {
        "name": "Käfer",
        "size": "12",
        "name#2": "Igel",
        "size#2": "15",
    }
    single = fields_of(table(*([p(lost("name", text))] for text in ("Käfer", "Igel"))))
    assert {field.flags for field in single.values()} == {("conflict",)}
    tagged = fields_of(table(*([p(text_control("a", x)), p(text_control("b", x))] for x in ("1", "2"))))
    assert {field.flags for field in tagged.values()} == {("conflict",)}


def test_the_wrapper_libreoffice_puts_around_a_box_is_no_field() -> None:
    inner = sdt(placeholder("fp.x[a]") + '<w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>', run("☒"))
    field = only(p(sdt(placeholder("fp.x[a]") + '<w:alias w:val="Miete"/>', inner), run(" daneben")))
    assert (field.name, field.label, field.value) == ("x[a]", "Miete", True)
    plain = only(p(sdt(placeholder("fp.x[a]"), inner), run(" daneben")))
    assert plain.label == "daneben"


def test_the_copies_libreoffice_makes_of_mixed_scripts_are_one_answer() -> None:
    copies = [lost("x", text) for text in ("T'adesse ወልደ 17", "T'adesse T'adesse ወልደ 17", "17T'adesse ወልደ 17")]
    assert only(p(*copies)).value == "T'adesse ወልደ 17"
    apart = fields_of("".join(p(copy) for copy in copies[:2]))
    assert {field.flags for field in apart.values()} == {("conflict",)}
    other = fields_of(p(lost("x", "Anna"), lost("x", "Berta")))
    assert {field.flags for field in other.values()} == {("conflict",)}


# --- bound XML

STORE = "{6B1F7C52-0D5B-4E0B-9C0A-5D7A3C1E9F01}"


def bound_field(xml: str, properties: str, shown: str, path: str = "/n:d[1]/n:v[1]", store: str = STORE) -> Field:
    binding = f'<w:dataBinding w:prefixMappings="xmlns:n=\'urn:t\'" w:xpath="{path}" w:storeItemID="{store.lower()}"/>'
    return only(
        Word(
            body=control(binding + properties, run(shown)),
            parts={
                "customXml/item1.xml": xml,
                "customXml/item2.xml": "",
                "customXml/itemProps1.xml": f'<p ds:itemID="{STORE}" xmlns:ds="urn:d"/>',
                "customXml/_rels/item1.xml.rels": relation("itemProps1.xml"),
                "customXml/_rels/item2.xml.rels": relation("itemProps1.xml"),
            },
            links=(("customXml", "../customXml/item1.xml", False), ("customXml", "../customXml/item2.xml", False)),
        )
    )


def relation(target: str) -> str:
    return f'<Relationships><Relationship Id="r" Type="x/customXmlProps" Target="{target}"/></Relationships>'


def data(value: str) -> str:
    return f'<d xmlns="urn:t" a="attr"><v>{value}</v></d>'


CHECK = '<w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>'


@pytest.mark.parametrize(
    ("xml", "properties", "shown", "value", "flags"),
    [
        (data("01067"), "", "01067", "01067", ()),
        (data("11111"), "", "01067", "01067", ("binding",)),
        (data("eins\nzwei"), "", "einszwei", "eins\nzwei", ()),
        (data("eins  zwei"), "", "eins zwei", "eins zwei", ()),
        (data("eins\nzwei"), "", "eins\tzwei", "eins\tzwei", ()),
        (data(""), SHOWING, "Hinweis", None, ()),
        (data("01067"), SHOWING, "Hinweis", None, ("binding",)),
        (data("ja"), LISTED, "ja", "y", ()),
        (data("y"), LISTED, "ja", "y", ()),
        (data("2026-03-31T00:00:00"), "<w:date/>", "31.03.2026", "2026-03-31", ()),
        (data("1"), CHECK, "☒", True, ()),
        (data("false"), CHECK, "☒", True, ("binding",)),
        (data("nein"), CHECK, "☒", True, ("binding",)),
        (data("0123456789 und mehr"), "", "0123456789", "0123456789", ("binding",)),
        (data("0123456789"), "", "0123456789 und mehr", "0123456789 und mehr", ("binding",)),
        (data("x"), "<w:picture/>", "", None, ()),
    ],
)
def test_the_text_wins_over_bound_xml(
    xml: str,
    properties: str,
    shown: str,
    value: str | bool | None,  # noqa: FBT001 - a column of the table
    flags: tuple[str, ...],
) -> None:
    field = bound_field(xml, properties, shown)
    assert (field.value, field.flags) == (value, flags)


@pytest.mark.parametrize(
    ("path", "flags"),
    [
        ("/n:d/n:v", ("binding",)),
        ("/d/v", ("binding",)),
        ("/n:d/@a", ("binding",)),
        ("/n:d/n:v[2]", ()),
        ("/n:d/n:v[0]", ()),
        ("/n:e", ()),
        ("/@a", ()),
        ("//n:v[position()=1]", ()),
    ],
)
def test_only_plain_paths_are_followed(path: str, flags: tuple[str, ...]) -> None:
    assert bound_field(data("anders"), "", "01067", path).flags == flags


# --- marks


def test_marks_come_from_the_properties_or_the_footer() -> None:
    base = "ab" * 32
    properties = {"FormpipeForm": "review", "FormpipeVersion": "2026.1", "FormpipeCase": "MA-CAR-2025-0012"}
    marks = form_of(Word(body="", properties=properties | {"FormpipeBase": base})).marks
    assert (marks.kind, marks.version, marks.case, marks.base) == ("review", "2026.1", "MA-CAR-2025-0012", base)
    foot = p(run("Formular ueberpruefung/2026.1"), run(f" · Fall MA-CAR-2025-0012 · Stand 4 · {base[:12]}"))
    shown = Word(
        body="", parts={"word/f.xml": root_of("ftr", foot)}, links=(("footer", "f.xml", False),), properties=properties
    )
    marks = form_of(shown).marks
    assert (marks.kind, marks.base, marks.flags) == ("review", base[:12], ())


def test_odd_properties_are_passed_over() -> None:
    other = '<other name="FormpipeForm">x</other>'
    custom = f'<Properties><property name="FormpipeForm"><t>intake</t></property>{other}</Properties>'
    assert form_of(Word(body="", parts={"docProps/custom.xml": custom})).marks.kind == "intake"


def test_a_binding_to_a_store_that_is_not_there_says_nothing() -> None:
    for field in (bound_field("<", "", "01067"), bound_field(data("11111"), "", "01067", store="{0}")):
        assert (field.value, field.flags) == ("01067", ())


def test_the_text_of_the_form_itself_is_no_mark() -> None:
    assert form_of(p(run("Formular aufnahme/2026.1"))).marks.kind is None


# --- sizes


def value_of(length: int) -> Field:
    return Field(
        name="x", name_source="tag", label="x", type=FieldType.TEXT, state=FieldState.FILLED, value="a" * length
    )


def test_a_form_has_a_limit_of_text_and_of_fields() -> None:
    check_sizes([value_of(MOST_VALUE)] * (MOST_VALUES // MOST_VALUE))
    check_sizes([value_of(0)] * MOST_FIELDS)
    for fields in (
        [value_of(MOST_VALUE + 1)],
        [value_of(MOST_VALUE)] * (MOST_VALUES // MOST_VALUE) + [value_of(1)],
        [value_of(0)] * (MOST_FIELDS + 1),
    ):
        with pytest.raises(UnreadableFormError) as caught:
            check_sizes(fields)
        assert caught.value.code == "limit"


def test_too_many_controls_are_refused_while_reading() -> None:
    with pytest.raises(UnreadableFormError) as caught:
        form_of(p(text_control("x", "")) * (MOST_FIELDS + 1))
    assert caught.value.code == "limit"


def test_what_a_person_wrote_is_not_in_the_repr() -> None:
    assert "Geheim" not in repr(form_of(p(text_control("x", "Geheim")) + control(LISTED, run("Geheim"))))
