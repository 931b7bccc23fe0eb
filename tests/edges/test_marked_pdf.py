"""Notes in PDF forms: beside their field, over none, the form still open; what is signed stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from fill_pdf import fill_pdf
from make_pdf import Form, pdf_of
from marks_in import distance, notes_in, widgets_in
from pikepdf import Array, Dictionary, Name, String

from formpipe.blanks.marked_pdf import mark_pdf
from formpipe.blanks.marking import Marking, Note
from formpipe.blanks.note_places import Page, Points
from formpipe.blanks.write import write_form
from formpipe.errors import UnreadableFormError
from formpipe.model import FilledForm
from formpipe.readers.read import read
from formpipe.schemas import Library

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def marking(*names: str) -> Marking:
    """Return a note for each field in *names*."""
    notes = [Note(spot=name, lines=(f"zu {name}", "falsch")) for name in names]
    return Marking(notes=notes, head=("oben",), elsewhere="sonst:", tail=("Kennung: abc",), reference="abc", at=AT)


def marked(data: bytes, *names: str) -> bytes:
    """Return *data* with notes, proven to read the same by both readings."""
    copy = mark_pdf(data, marking(*names))
    assert copy is not None
    assert plain(read(copy)) == plain(read(data))
    assert read(copy).marks.corrects == "abc"
    return copy


def plain(form: FilledForm) -> FilledForm:
    """Return *form* without its reference."""
    return replace(form, marks=replace(form.marks, corrects=None))


def form_of(data: bytes) -> object:
    """Return the AcroForm and its fields as plain data, without the numbers of objects."""
    with pikepdf.open(BytesIO(data)) as pdf:
        return _plain_of(pdf.Root.AcroForm)


def _plain_of(node: Any, depth: int = 0) -> object:  # noqa: ANN401 - any object of a PDF
    if isinstance(node, Dictionary):
        left = {"/Parent", "/P", "/AP", "/DR"}
        return {key: _plain_of(value, depth + 1) for key, value in node.items() if key not in left}
    return [_plain_of(each, depth + 1) for each in node] if isinstance(node, Array) else str(node)


def test_a_note_touches_its_field_and_covers_none(library: Library) -> None:
    data = write_form(library.newest("intake"), fmt="pdf", carrier="STA")
    names = [each.name for each in read(data).fields][::9]
    copy = marked(data, *names)
    notes = {each.lines[0]: each for each in notes_in(copy)}
    assert len(notes) == len(names) + 1
    widgets = widgets_in(copy)
    far = 0
    for name in names:
        note = notes[f"zu {name}"]
        (page, rect) = widgets[name][0]
        assert note.page == page
        assert note.author == "formpipe"
        others = [each for places in widgets.values() for on, each in places if on == page]
        assert min(distance(note.rect, each) for each in others) >= 0
        if distance(note.rect, rect) > 1:  # a row of fields with no room between: the margin beside it
            far += 1
            assert note.rect[3] == pytest.approx(rect[3])
    assert far <= len(names) // 3
    rects = [(each.page, each.rect) for each in notes.values()]
    assert all(
        distance(one, other) >= 0 for page, one in rects for on, other in rects if page == on and one is not other
    )
    assert form_of(copy) == form_of(data)
    assert read(fill_pdf(copy, {"person.birth_date": "08.03.1991"})).fields != read(copy).fields


def test_the_notes_are_printed_have_names_of_their_own_and_a_look() -> None:
    copy = marked(pdf_of(lambda form: form.text("a", "Anna", Rect=Array([100, 100, 200, 120]))), "a", "a")
    with pikepdf.open(BytesIO(copy)) as pdf:
        notes = [each for each in pdf.pages[0].Annots if each.Subtype == Name.Text]
        assert [int(each.F) for each in notes] == [4, 4, 4]
        assert [str(each.NM) for each in notes] == ["formpipe:1", "formpipe:2", "formpipe:abc"]
        assert [str(each.Name) for each in notes] == ["/Comment", "/Comment", "/Note"]
        assert all(each.AP.N.read_bytes() for each in notes)
        assert [str(each.M) for each in notes] == ["D:20261122093000Z"] * 3


def test_a_field_with_several_widgets_is_marked_at_the_first_that_shows() -> None:
    def build(form: Form) -> None:
        hidden = form.widget(Rect=Array([10, 10, 60, 30]), F=2)
        empty = form.widget(Rect=Array([10, 40, 10, 40]))
        shown = form.widget(Rect=Array([300, 300, 400, 320]), F=4)
        form.add(form.node(hidden, empty, shown, T=String("a"), FT=Name.Tx, V=String("Anna")), hidden, empty, shown)

    copy = marked(pdf_of(build), "a")
    assert distance(notes_in(copy)[0].rect, (300, 300, 400, 320)) <= 1


def test_a_field_that_is_hidden_everywhere_is_marked_where_it_lies() -> None:
    copy = marked(pdf_of(lambda form: form.text("a", "Anna", Rect=Array([100, 100, 200, 120]), F=2)), "a")
    assert distance(notes_in(copy)[0].rect, (100, 100, 200, 120)) <= 1


def test_a_fault_without_a_field_stands_in_the_note_on_top() -> None:
    copy = marked(pdf_of(lambda form: form.text("a", "Anna")), "weg")
    (top,) = notes_in(copy)
    assert top.lines == ("oben", "sonst:", "zu weg falsch", "Kennung: abc")
    assert top.page == 0


def test_a_page_without_annotations_gets_the_note_on_top() -> None:
    def build(form: Form) -> None:
        form.text("a", "Anna", Rect=Array([100, 100, 200, 120]))
        form.pdf.add_blank_page()
        form.pdf.pages.reverse()

    copy = marked(pdf_of(build), "a")
    assert [each.page for each in notes_in(copy)] == [0, 1]


def test_our_old_notes_go_and_those_of_others_stay() -> None:
    first = marked(pdf_of(lambda form: form.text("a", "Anna", Rect=Array([100, 100, 200, 120]))), "a")
    buffer = BytesIO()
    with pikepdf.open(BytesIO(first)) as pdf:
        ours = pdf.pages[0].Annots[1]
        more = {"/Subtype": Name.Text, "/Rect": Array([0, 0, 9, 9]), "/T": String("Erika"), "/Contents": String("x")}
        for reply in (True, False):
            note = pdf.make_indirect(Dictionary({**more, "/NM": String(f"e{reply}")}))
            if reply:
                note.IRT = ours
            pdf.pages[0].Annots.append(note)
        pdf.save(buffer)
    again = marked(buffer.getvalue(), "a")
    assert [each.author for each in notes_in(again)] == ["Erika", "Erika", "formpipe", "formpipe"]
    with pikepdf.open(BytesIO(again)) as pdf:
        assert not any("/IRT" in each for each in pdf.pages[0].Annots)


def _signed(form: Form) -> None:
    form.text("a", "Anna")
    form.add(form.widget(T=String("s"), FT=Name.Sig, V=Dictionary(Type=Name.Sig)))


def _certified(form: Form) -> None:
    form.text("a", "Anna")
    form.pdf.Root.Perms = Dictionary(DocMDP=Dictionary(Type=Name.Sig))


@pytest.mark.parametrize("build", [_signed, _certified])
def test_what_is_signed_is_not_touched(build: Callable[[Form], None]) -> None:
    assert mark_pdf(pdf_of(build), marking("a")) is None


def test_a_place_to_sign_that_is_empty_is_no_signature() -> None:
    def build(form: Form) -> None:
        form.text("a", "Anna", Rect=Array([100, 100, 200, 120]))
        form.add(form.widget(T=String("s"), FT=Name.Sig, Rect=Array([300, 100, 400, 120])))

    assert len(notes_in(marked(pdf_of(build), "a"))) == 2


def test_an_encrypted_file_without_a_password_stays_encrypted() -> None:
    form = Form()
    form.text("a", "Anna", Rect=Array([100, 100, 200, 120]))
    copy = marked(form.saved(pikepdf.Encryption(owner="besitz", user="")), "a")
    with pikepdf.open(BytesIO(copy)) as pdf:
        assert pdf.is_encrypted
    assert len(notes_in(copy)) == 2


def test_a_tree_that_bites_its_tail_ends() -> None:
    def build(form: Form) -> None:
        field = form.text("a", "Anna")
        form.page.Annots[0].Parent = field

    assert mark_pdf(pdf_of(build), marking("a")) is not None


def test_what_is_no_pdf_is_damaged() -> None:
    with pytest.raises(UnreadableFormError) as caught:
        mark_pdf(b"%PDF-1.7 and no more", marking())
    assert caught.value.code == "damaged"


BOX = (0.0, 0.0, 60.0, 60.0)
FIELD = (20.0, 20.0, 40.0, 40.0)


@pytest.mark.parametrize(
    ("taken", "points"),
    [
        ((), Points.RIGHT),
        (((0.0, 0.0, 20.0, 60.0),), Points.LEFT),
        (((0.0, 0.0, 20.0, 60.0), (40.0, 0.0, 60.0, 60.0)), Points.DOWN),
        (((0.0, 20.0, 20.0, 60.0), (40.0, 0.0, 60.0, 60.0), (20.0, 40.0, 40.0, 60.0)), Points.UP),
        (((10.0, 0.0, 20.0, 60.0), (40.0, 0.0, 60.0, 60.0), (20.0, 40.0, 40.0, 60.0), (20.0, 0.0, 40.0, 20.0)), None),
    ],
)
def test_a_note_stands_where_there_is_room_and_points_to_its_field(
    taken: tuple[tuple[float, float, float, float], ...], points: Points | None
) -> None:
    page = Page(BOX, [FIELD, *taken])
    place, found = page.beside(FIELD)
    assert found is points
    assert min(distance(place, each) for each in (FIELD, *taken)) >= 0
    assert page.taken[-1] == place


def test_where_nothing_is_free_a_note_stands_on_its_line_all_the_same() -> None:
    page = Page(BOX, [FIELD, BOX])
    place, points = page.beside(FIELD)
    assert points is None
    assert place[3] == FIELD[3]
    assert page.on_top()[3] == 48.0
