"""PDF forms as bytes: the tree of fields, what viewers need, and the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdf
import pytest
from make_blanks import LINES, TEXT, expected_names, full_plan

from formpipe.blanks import fonts, write_form
from formpipe.blanks.controls import Control, ControlKind, Option
from formpipe.blanks.layout import PAGE_WIDTH, Cell, Grid, Layout, Line, Role, Section
from formpipe.blanks.pdf import write_pdf
from formpipe.blanks.pdf_flow import BOTTOM, TOP, Drawn, pages_of
from formpipe.blanks.pdf_font import set_in, width_of
from formpipe.blanks.pdf_words import Text, wrapped
from formpipe.definition import FormDefinition
from formpipe.errors import SetupError
from formpipe.model import FormMarks
from formpipe.prefill import prefill_of
from formpipe.schemas import Library

KINDS = ("intake", "review", "consent", "approval")
READ_ONLY, REQUIRED, MULTILINE, COMBO = 1, 2, 1 << 12, 1 << 17


@dataclass(frozen=True)
class Form:
    """A written form, opened."""

    data: bytes
    pdf: pikepdf.Pdf
    fields: dict[str, pikepdf.Object]


def _opened(data: bytes) -> Form:
    pdf = pikepdf.open(BytesIO(data))
    return Form(data=data, pdf=pdf, fields=dict(_leaves(pdf.Root.AcroForm.Fields, "")))


def _leaves(nodes: pikepdf.Object, prefix: str) -> Iterator[tuple[str, pikepdf.Object]]:
    for node in nodes:
        assert "." not in str(node.T)
        name = f"{prefix}{node.T}"
        if "/Kids" in node:
            assert all(kid.Parent.objgen == node.objgen for kid in node.Kids)
            yield from _leaves(node.Kids, f"{name}.")
        else:
            yield name, node


@pytest.fixture(scope="module")
def blank(library: Library) -> Form:
    return _opened(write_form(library.newest("intake"), fmt="pdf", carrier="CAR"))


def _filled(definition: FormDefinition) -> bytes:
    prefill = prefill_of(full_plan(definition), definition, base="e" * 64)
    return write_form(definition, fmt="pdf", carrier="CAR", prefill=prefill)


@pytest.fixture(scope="module")
def filled(library: Library) -> Form:
    return _opened(_filled(library.newest("review")))


@pytest.mark.parametrize("kind", KINDS)
def test_each_field_is_one_leaf_of_a_tree_of_names(library: Library, kind: str) -> None:
    definition = library.newest(kind)

    form = _opened(write_form(definition, fmt="pdf", carrier="CAR"))

    assert sorted(form.fields) == sorted(expected_names(definition))
    widgets = [widget.objgen for page in form.pdf.pages for widget in page.obj.Annots]
    assert sorted(widgets) == sorted(field.objgen for field in form.fields.values())
    for page in form.pdf.pages:
        assert all(widget.P.objgen == page.obj.objgen for widget in page.obj.Annots)


@pytest.mark.parametrize("kind", ["consent", "approval"])
def test_a_form_between_reviews_is_one_page(library: Library, kind: str) -> None:
    assert len(_opened(write_form(library.newest(kind), fmt="pdf", carrier="CAR")).pdf.pages) == 1


def test_a_field_says_what_it_is_for_and_whether_it_must_be_filled(blank: Form) -> None:
    assert str(blank.fields["person.family_name"].TU) == "Familienname – wie im Ausweis; ein einziger Name steht hier"
    assert str(blank.fields["case.intake_date"].TU) == "Aufnahme am"
    assert int(blank.fields["case.intake_date"].Ff) & REQUIRED
    assert not int(blank.fields["person.family_name"].get("/Ff", 0)) & REQUIRED
    assert int(blank.fields["development.life_wish"].Ff) & MULTILINE
    assert "/Ff" not in blank.fields["person.family_name"]


def test_a_choice_stores_codes_and_begins_with_nothing(blank: Form) -> None:
    field = blank.fields["person.gender"]

    pairs = [(str(pair[0]), str(pair[1])) for pair in field.Opt]

    assert pairs[0] == ("", " ")
    assert ("weiblich", "weiblich") in pairs
    assert int(field.Ff) == COMBO
    assert field.FT == "/Ch"
    other = blank.fields["contact.needs_easy_language"], blank.fields["contact.needs_large_print"]
    assert other[0].Opt.objgen == other[1].Opt.objgen


def test_a_box_has_an_appearance_of_its_own_for_both_states(blank: Form) -> None:
    field = blank.fields["finance.urgent[miete]"]

    assert [str(each) for each in (field.FT, field.V, field.AS)] == ["/Btn", "/Off", "/Off"]
    assert set(field.AP.N.keys()) == {"/ja", "/Off"}
    assert field.AP.N["/ja"].read_bytes().startswith(b"q 1.3 w")
    assert field.AP.N["/Off"].read_bytes() == b""


def test_empty_text_and_choice_fields_have_no_appearance(blank: Form) -> None:
    with_appearance = {name for name, field in blank.fields.items() if "/AP" in field}

    assert with_appearance == {name for name, field in blank.fields.items() if field.FT == "/Btn"}
    assert "/NeedAppearances" not in blank.pdf.Root.AcroForm


def test_no_two_fields_share_an_appearance(filled: Form) -> None:
    streams = [
        stream.objgen
        for field in filled.fields.values()
        if "/AP" in field
        for stream in ([field.AP.N] if isinstance(field.AP.N, pikepdf.Stream) else list(field.AP.N.as_dict().values()))
    ]

    assert len(streams) > len(filled.fields) / 2
    assert len(set(streams)) == len(streams)


def test_the_document_says_its_language_and_how_to_go_through_it(blank: Form) -> None:
    root = blank.pdf.Root
    assert str(root.Lang) == "de-DE"
    assert root.PageLabels.Nums[1].S == "/D"
    assert root.ViewerPreferences.DisplayDocTitle
    assert {str(page.obj.Tabs) for page in blank.pdf.pages} == {"/R"}
    assert {str(key): str(value) for key, value in blank.pdf.docinfo.items()} == {
        "/Title": "Aufnahmebogen",
        "/FormpipeForm": "intake",
        "/FormpipeVersion": "2026.1",
    }


def test_case_and_plan_stand_in_the_information_and_on_every_page(filled: Form) -> None:
    info = {str(key): str(value) for key, value in filled.pdf.docinfo.items()}
    assert (info["/FormpipeCase"], info["/FormpipeBase"]) == ("MA-CAR-2026-0001", "e" * 64)

    pages = [page.extract_text() for page in pypdf.PdfReader(BytesIO(filled.data)).pages]

    foot = f"Formular ueberpruefung/2026.1 · Fall MA-CAR-2026-0001 · Stand 4 · {'e' * 64}"
    assert all(foot in text for text in pages)
    assert f"Seite {len(pages)} von {len(pages)}" in pages[-1]


def test_known_values_are_stored_and_shown(filled: Form) -> None:
    fields = filled.fields
    assert str(fields["contact.city"].V) == TEXT
    assert str(fields["development.interests"].V) == LINES.replace("\n", "\r")
    assert str(fields["contact.phone_is_shared"].V) == "nein"
    assert str(fields["housing.wbs_valid_until"].V) == "28.05.2026"
    box = fields["finance.urgent[miete]"]
    assert [str(box.V), str(box.AS)] == ["/ja", "/ja"]
    drawing = fields["contact.phone_is_shared"].AP.N.read_bytes().decode("ascii")
    font = fonts.field_font(fonts.find_face().regular)
    assert set_in(font, "nein") in drawing  # type: ignore[operator]  # the font has these letters


def test_a_closed_field_is_hidden_and_its_value_printed(blank: Form) -> None:
    field = blank.fields["consents[0].scope"]

    assert (int(field.Ff), int(field.F), str(field.V)) == (READ_ONLY | COMBO, 4 | 2, "V0")
    assert "/AP" not in field
    text = pypdf.PdfReader(BytesIO(blank.data)).pages[0].extract_text()
    assert "Verarbeitung meiner Daten" in text
    assert "Caritasverband" in text
    assert int(blank.fields["person.family_name"].F) == 4


def test_a_value_that_needs_more_room_gets_it() -> None:
    long = _trial(Control(name="a.b", kind=ControlKind.TEXT, label="", hint="", value="Wort " * 60, shown="Wort " * 60))
    short = _trial(Control(name="a.b", kind=ControlKind.TEXT, label="", hint="", value="Wort", shown="Wort"))

    assert int(long.fields["a.b"].Ff) & MULTILINE
    assert long.fields["a.b"].Rect[3] - long.fields["a.b"].Rect[1] > 30
    assert long.fields["a.b"].AP.N.read_bytes().count(b" Tj ") == 3
    assert "/Ff" not in short.fields["a.b"]
    assert str(long.fields["a.b"].DA) == str(short.fields["a.b"].DA) == "/FpSans 8.5 Tf 0 g"


@pytest.mark.parametrize("words", ["kurz", "W" * 20, "W" * 60])
def test_a_choice_too_long_for_its_field_is_set_smaller_but_not_too_small(words: str) -> None:
    options = (Option(value="x", shown=words),)
    control = Control(name="a.b", kind=ControlKind.CHOICE, label="", hint="", options=options, value="x", shown=words)

    form = _trial(control, width=30)
    field = form.fields["a.b"]

    size = float(str(field.DA).split()[1])
    font = fonts.field_font(fonts.find_face().regular)
    room = float(field.Rect[2] - field.Rect[0]) - 4
    assert 5.5 <= size <= 8.5
    assert size == 5.5 or width_of(font, words, size) <= room
    assert size == 8.5 or width_of(font, words, size + 0.2) > room
    assert str(field.V) == "x"


def test_a_script_the_font_lacks_is_stored_and_left_to_the_viewer() -> None:
    control = Control(name="a.b", kind=ControlKind.TEXT, label="", hint="", value="سوريا", shown="سوريا")

    form = _trial(control)

    assert str(form.fields["a.b"].V) == "سوريا"
    assert "/AP" not in form.fields["a.b"]


def _trial(control: Control, width: int = PAGE_WIDTH) -> Form:
    rest = () if width == PAGE_WIDTH else (Cell(width=PAGE_WIDTH - width, role=Role.EMPTY),)
    line = Line(cells=(Cell(width=width, role=Role.FIELD, control=control), *rest))
    return _opened(write_pdf(_layout(Section(heading="Probe", grids=(Grid(lines=(line,)),)))))


def _layout(*sections: Section) -> Layout:
    marks = FormMarks(kind="trial", version="2026.1")
    return Layout(title="Probe", intro="", form_type="probe", marks=marks, sections=sections)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_form_has_the_same_bytes(library: Library, kind: str) -> None:
    definition = library.newest(kind)

    first = write_form(definition, fmt="pdf", carrier="CAR")

    assert write_form(definition, fmt="pdf", carrier="CAR") == first


def test_a_prefilled_form_has_the_same_bytes_each_time(library: Library, filled: Form) -> None:
    assert _filled(library.newest("review")) == filled.data


def test_the_file_is_sound(filled: Form, tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    path.write_bytes(filled.data)

    with pikepdf.open(path) as pdf:
        assert pdf.check_pdf_syntax() == []


def test_nothing_overlaps_and_everything_is_on_its_page(library: Library) -> None:
    form = _opened(write_form(library.newest("intake"), fmt="pdf", carrier="CAR"))

    for page in form.pdf.pages:
        rects = [[float(edge) for edge in widget.Rect] for widget in page.obj.Annots]
        assert all(rect[1] >= BOTTOM - 0.01 and rect[3] <= TOP + 0.01 for rect in rects)
        for index, one in enumerate(rects):
            for other in rects[index + 1 :]:
                apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
                assert apart


def _line(*, keep: bool = False, lines: int = 1, text: str = "x") -> Line:
    control = Control(name="a.b", kind=ControlKind.TEXT, label="", hint="", lines=lines)
    label = Cell(width=20, role=Role.LABEL, text=text)
    return Line(cells=(label, Cell(width=PAGE_WIDTH - 20, role=Role.FIELD, control=control)), keep=keep)


def _on_pages(*grids: Grid) -> list[list[Line]]:
    pages = pages_of(_layout(Section(heading="Probe", grids=grids)))
    return [[drawn.line for drawn in page if drawn.line is not None] for page in pages]


def test_the_heads_of_a_table_are_repeated_on_each_page(library: Library) -> None:
    del library
    write_pdf(_layout())  # registers the fonts that measuring needs
    head = Line(cells=(Cell(width=PAGE_WIDTH, role=Role.HEAD, text="Kopf"),), keep=True)

    pages = _on_pages(Grid(lines=(head, *(_line() for _ in range(100))), header=1))

    assert len(pages) == 3
    assert [page[0] is head for page in pages] == [True] * 3
    assert sum(len(page) - 1 for page in pages) == 100


def test_lines_kept_together_move_to_the_next_page_together() -> None:
    write_pdf(_layout())
    rows = tuple(_line() for _ in range(40))
    block = (*(_line(keep=True) for _ in range(9)), _line())

    first, second = _on_pages(Grid(lines=rows), Grid(lines=block))

    assert len(first) == 40
    assert tuple(second) == block


def test_lines_kept_together_that_fill_more_than_a_page_are_broken_all_the_same() -> None:
    write_pdf(_layout())
    block = (*(_line(keep=True) for _ in range(99)), _line())

    pages = pages_of(_layout(Section(heading="Probe", grids=(Grid(lines=block),), new_page=True)))

    lines = [[drawn for drawn in page if drawn.line is not None] for page in pages]
    assert [len(page) for page in lines] == [0, 47, 49, 4]
    assert _words(pages[1]) == ["Probe"]


def test_a_heading_is_never_alone_at_the_foot_of_a_page() -> None:
    write_pdf(_layout())
    full = Section(heading="Eins", grids=(Grid(lines=tuple(_line() for _ in range(44))),))
    next_one = Section(heading="Zwei", grids=(Grid(lines=(_line(lines=4),)),), hint="Hinweis")

    pages = pages_of(_layout(full, next_one))

    assert [_words(page) for page in pages][-1] == ["Zwei", "Hinweis"]


def test_a_grid_to_be_kept_stays_with_the_one_below_it() -> None:
    write_pdf(_layout())
    rows, box, next_one = (_line() for _ in range(45)), _line(keep=True), _line(lines=4)
    full = Section(heading="Eins", grids=(Grid(lines=tuple(rows)),))
    after = Section(heading="Zwei", grids=(Grid(lines=(box,)), Grid(lines=(next_one,))))

    pages = pages_of(_layout(full, after))

    assert [drawn.line for drawn in pages[-1] if drawn.line is not None] == [box, next_one]
    assert _words(pages[-1]) == ["Zwei"]


def _words(page: list[Drawn]) -> list[str]:
    return [line for drawn in page for line in drawn.words]


def test_a_section_without_fields_shows_its_heading() -> None:
    write_pdf(_layout())
    first, second = pages_of(_layout(Section(heading="Leer", grids=(), new_page=True)))

    assert _words(first) == ["Probe"]
    assert _words(second) == ["Leer"]


def test_a_line_grows_with_its_label_also_where_the_label_spans_lines() -> None:
    write_pdf(_layout())
    tall = _line(text="Wort " * 40)
    spanning = Line(
        cells=(
            Cell(width=20, role=Role.LABEL, text="Wort " * 40, span=2),
            Cell(width=PAGE_WIDTH - 20, role=Role.EMPTY),
        )
    )
    below = Line(cells=(Cell(width=20, role=Role.UNDER), Cell(width=PAGE_WIDTH - 20, role=Role.EMPTY)))

    (page,) = pages_of(_layout(Section(heading="", grids=(Grid(lines=(tall,)), Grid(lines=(spanning, below))))))

    heights = [drawn.height for drawn in page if drawn.line is not None]
    assert heights[1] == pytest.approx(15.6)
    assert heights[0] == pytest.approx(heights[1] + heights[2])


def test_words_are_broken_at_blanks_hyphens_and_slashes_and_else_anywhere() -> None:
    write_pdf(_layout())
    kind = Text(font="FpSans", size=7.5)

    assert wrapped("eins zwei", kind, 500) == ("eins zwei",)
    assert wrapped("", kind, 500) == ()
    assert wrapped("Auskunftssperre/Schutzunterkunft", kind, 90) == ("Auskunftssperre/", "Schutzunterkunft")
    assert wrapped("BG-Nummer", kind, 36) == ("BG-", "Nummer")
    pieces = wrapped("Donaudampfschifffahrt ab", kind, 40)
    assert "".join(pieces).replace(" ", "") == "Donaudampfschifffahrtab"
    assert len(pieces) > 2
    assert wrapped("WW", kind, 1) == ("W", "W")


def test_a_font_is_found_among_the_known_families(tmp_path: Path) -> None:
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "NotoSans-Regular.ttf"):
        (tmp_path / name).write_bytes(b"")

    face = fonts.find_face((tmp_path / "missing", tmp_path))

    assert (face.regular.name, face.bold.name) == ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")


def test_without_a_font_the_operator_learns_which_package_brings_one(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="no font for PDF forms") as caught:
        fonts.find_face((tmp_path,))

    assert "fonts-noto-core" in caught.value.mend


def test_the_font_of_fields_has_latin_greek_and_cyrillic_and_the_way_back(blank: Form) -> None:
    font = fonts.field_font(fonts.find_face().regular)
    assert set_in(font, "ŁĞşẞ Ωж€–") is not None
    assert set_in(font, "س") is None
    assert width_of(font, "س", 10) == font.widths[0] / 100
    assert width_of(font, "ii", 10) == pytest.approx(2 * width_of(font, "i", 10))

    embedded = blank.pdf.Root.AcroForm.DR.Font["/FpSans"]

    cmap = embedded.ToUnicode.read_bytes().decode("ascii")
    assert f"<{font.glyphs[ord('Ł')]:04X}> <0141>" in cmap
    assert embedded.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes() == font.file
    assert len(font.file) < 150_000
