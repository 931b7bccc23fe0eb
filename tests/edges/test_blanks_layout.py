"""The layout of a form: every field has its place, every line fills the page."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from make_blanks import expected_names, full_plan

from formpipe import printed
from formpipe.blanks import texts
from formpipe.blanks.columns import Column, split, widths_of, word_width
from formpipe.blanks.compose import UNCHANGED, layout_of
from formpipe.blanks.controls import Control, ControlKind, Option, boxes_of, control_of
from formpipe.blanks.layout import PAGE_WIDTH, Cell, Grid, Layout, Role, marks_of
from formpipe.definition import FieldSpec, FormDefinition, ListSpec, SectionSpec, ValueType, fields_of
from formpipe.errors import SetupError
from formpipe.model import CLEARED, FormKind
from formpipe.prefill import prefill_of
from formpipe.schemas import Library

KINDS = ("intake", "review")


def _controls(layout: Layout) -> dict[str, Control]:
    return {control.name: control for control in layout.controls()}


def _cells(layout: Layout) -> list[Cell]:
    return [cell for section in layout.sections for grid in section.grids for line in grid.lines for cell in line.cells]


def _form(*sections: SectionSpec) -> FormDefinition:
    return FormDefinition(
        kind=FormKind(kind="trial", version="2026.1"),
        title="Probe",
        form_type="probe",
        date_key="a.b",
        sections=sections,
        schema={},
        specs={spec.key: spec for section in sections for spec in fields_of(section.items)},
        lists={},
    )


def _text(key: str, label: str = "Feld", width: str = "half") -> FieldSpec:
    return FieldSpec(key=key, label=label, type=ValueType.TEXT, width=width)


def _section(*items: FieldSpec | ListSpec) -> SectionSpec:
    return SectionSpec(name="a", label="Abschnitt", items=items)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_form_has_exactly_one_control(library: Library, kind: str) -> None:
    definition = library.newest(kind)

    names = [control.name for control in layout_of(definition, carrier="CAR").controls()]

    assert len(names) == len(set(names))
    assert sorted(names) == sorted(expected_names(definition))


@pytest.mark.parametrize("kind", KINDS)
def test_the_cells_of_every_line_fill_the_page(library: Library, kind: str) -> None:
    layout = layout_of(library.newest(kind), carrier="CAR")

    widths = {
        sum(cell.width for cell in line.cells)
        for section in layout.sections
        for grid in section.grids
        for line in grid.lines
    }

    assert widths == {PAGE_WIDTH}
    assert min(cell.width for cell in _cells(layout)) > 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_cell_that_spans_lines_has_covered_cells_of_its_width_below_it(library: Library, kind: str) -> None:
    for section in layout_of(library.newest(kind), carrier="CAR").sections:
        for grid in section.grids:
            for index, line in enumerate(grid.lines):
                for place, cell in enumerate(line.cells):
                    covered = [grid.lines[index + step].cells[place] for step in range(1, cell.span)]
                    assert all((each.role, each.width) == (Role.UNDER, cell.width) for each in covered)


def test_the_form_prints_its_kind_version_and_carrier(library: Library) -> None:
    controls = _controls(layout_of(library.newest("intake"), carrier="DIA"))

    assert (controls["form.type"].value, controls["form.type"].shown) == ("aufnahme", "Aufnahmebogen")
    assert controls["form.version"].value == "2026.1"
    assert controls["case.carrier"].value == "DIA"
    assert all(controls[name].locked for name in ("form.type", "form.version", "case.carrier"))


def test_the_form_prints_row_ids_life_areas_and_scopes(library: Library) -> None:
    controls = _controls(layout_of(library.newest("intake"), carrier="CAR"))

    assert controls["household.members[7].member_id"].value == "HM08"
    assert controls["goals[4].goal_id"].value == "G05"
    assert controls["goals[4].actions[2].action_id"].value == "G05-S03"
    assert controls["consents[1].scope"].value == "J0"
    assert controls["needs[0].life_area"].shown == "Sprache"
    assert controls["needs[0].life_area"].locked
    assert controls["needs[0].life_area"].options == (Option(value="sprache", shown="Sprache"),)


def test_a_row_number_the_form_does_not_know_is_open(library: Library) -> None:
    controls = _controls(layout_of(library.newest("review"), carrier="CAR"))

    for name in ("review.goal_reviews[0].goal_id", "goals[0].goal_id", "goals[0].actions[0].action_id"):
        assert (controls[name].value, controls[name].locked) == (None, False)


def test_a_drop_down_offers_codes_by_label_and_no_answer_once(library: Library) -> None:
    controls = _controls(layout_of(library.newest("review"), carrier="CAR"))

    shown = [(option.value, option.shown) for option in controls["contact.phone_is_shared"].options]
    assert shown == [
        ("ja", "ja"),
        ("nein", "nein"),
        ("keine_angabe", "keine Angabe"),
        ("unbekannt", "unbekannt"),
        (CLEARED, texts.CLEARED_LABEL),
    ]
    levels = [option.value for option in controls["needs[0].level"].options]
    assert levels == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("kind", KINDS)
def test_no_drop_down_has_two_choices_alike(library: Library, kind: str) -> None:
    for control in layout_of(library.newest(kind), carrier="CAR").controls():
        values = [option.value for option in control.options]
        shown = [control.hint, *(option.shown for option in control.options)]
        assert "" not in values
        assert len(set(values)) == len(values), control.name
        assert len(set(shown)) == len(shown), control.name


def test_a_code_the_list_has_lost_stays_choosable_where_it_stands() -> None:
    spec = replace(_text("a.b"), type=ValueType.BOOLEAN, no_answer=True)

    control = control_of(spec, "a.b", "vielleicht")

    assert (control.value, control.shown, control.locked) == ("vielleicht", "vielleicht", False)
    assert [option.value for option in control.options] == [
        "ja",
        "nein",
        "keine_angabe",
        "unbekannt",
        "vielleicht",
    ]
    known = [option.value for option in control_of(spec, "a.b", value=True).options]
    assert known == ["ja", "nein", "keine_angabe", "unbekannt"]


def test_a_moment_of_another_time_zone_stands_as_it_was_written() -> None:
    spec = replace(_text("a.b"), type=ValueType.DATE_TIME)

    assert control_of(spec, "a.b", "2026-07-01T09:30:00+02:00").shown == "01.07.2026 09:30"
    assert control_of(spec, "a.b", "2026-07-01T09:30:00+01:00").shown == "2026-07-01T09:30:00+01:00"
    assert control_of(spec, "a.b", "unbekannt").shown == "unbekannt"


def test_part_of_a_date_is_stored_as_it_is_shown() -> None:
    spec = replace(_text("a.b"), type=ValueType.DATE)

    month, day = control_of(spec, "a.b", "2023-08"), control_of(spec, "a.b", "2023-08-09")

    assert (month.value, month.shown) == ("08.2023", "08.2023")
    assert (day.value, day.shown) == ("2023-08-09", "09.08.2023")
    assert control_of(spec, "a.b", "keine_angabe").value == "keine Angabe"


@pytest.mark.parametrize(("length", "lines"), [(None, 2), (300, 2), (301, 3), (1000, 3), (1001, 4)])
def test_a_long_answer_gets_more_lines(length: int | None, lines: int) -> None:
    spec = replace(_text("a.b"), multiline=True, max_length=length)

    assert control_of(spec, "a.b", None).lines == lines
    assert control_of(replace(spec, multiline=False), "a.b", None).lines == 1


def test_a_list_of_codes_that_was_declined_has_that_box_ticked(library: Library) -> None:
    spec = library.newest("intake").specs["finance.urgent"]

    ticked = [box.name for box in boxes_of(spec, "finance.urgent", "keine_angabe") if box.ticked]

    assert ticked == ["finance.urgent[keine_angabe]"]


def test_the_box_for_no_change_stands_at_the_head_of_its_section(library: Library) -> None:
    definition = library.newest("review")
    layout = layout_of(definition, carrier="CAR")

    heads = {}
    for section, spec in zip(layout.sections, definition.sections, strict=True):
        first = section.grids[0].lines[0].cells[0].control
        heads[spec.name] = first.name if first is not None and first.kind is ControlKind.CHECK else None

    for spec in definition.sections:
        assert heads[spec.name] == (f"{UNCHANGED}[{spec.name}]" if spec.changes else None)


def test_the_box_for_no_change_is_a_line_of_the_table_below_it_unless_that_goes_over_pages(library: Library) -> None:
    definition = library.newest("review")
    grids = {
        spec.name: section.grids
        for section, spec in zip(layout_of(definition, carrier="CAR").sections, definition.sections, strict=True)
    }

    assert [line.keep for line in grids["residence"][0].lines[:2]] == [True, True]
    assert grids["residence"][0].header == 0
    assert (grids["counselling"][0].header, len(grids["counselling"][0].lines)) == (2, 6)  # box, heads, four rows
    assert (grids["household"][0].header, len(grids["household"][0].lines)) == (0, 1)
    assert grids["household"][0].lines[0].keep


def test_neither_the_first_nor_the_last_line_of_fields_stands_alone_on_a_page() -> None:
    def kept(count: int) -> list[bool]:
        fields = [_text(f"a.f{number}", width="full") for number in range(count)]
        return [line.keep for line in layout_of(_form(_section(*fields)), carrier="CAR").sections[0].grids[0].lines]

    assert kept(1) == [False]
    assert kept(6) == [True, True, True, True, True, False]
    assert kept(7) == [True, False, False, False, False, True, False]


def test_neither_the_first_nor_the_last_row_of_a_list_stands_alone_on_a_page() -> None:
    def kept(rows: int) -> list[bool]:
        spec = ListSpec(key="a.list[]", label="Liste", columns=(_text("a.list[].b"), _text("a.list[].c")), rows=rows)
        return [line.keep for line in layout_of(_form(_section(spec)), carrier="CAR").sections[0].grids[0].lines]

    assert kept(8) == [*[True] * 9, False]  # title, heads, rows
    assert kept(9) == [True, True, True, *[False] * 6, True, False]


def test_boxes_for_sections_that_the_form_lacks_stay_in_their_place(library: Library) -> None:
    definition = library.newest("review")
    shorter = replace(definition, sections=tuple(each for each in definition.sections if each.name != "housing"))

    layout = layout_of(shorter, carrier="CAR")
    review = next(each for each in layout.sections if each.heading.endswith("Überprüfung"))
    names = [cell.control.name for grid in review.grids for line in grid.lines for cell in line.cells if cell.control]

    assert [name for name in names if name.startswith(UNCHANGED)] == [f"{UNCHANGED}[housing]"]


def test_required_fields_are_marked_and_printed_ones_are_not(library: Library) -> None:
    layout = layout_of(library.newest("intake"), carrier="CAR")
    labels = {cell.text for cell in _cells(layout) if cell.role is Role.LABEL}

    assert f"Ausgefüllt am{texts.REQUIRED_MARK}" in labels
    assert "Art des Bogens" in labels
    assert _controls(layout)["form.filled_on"].required


def test_a_hint_stands_below_its_label_unless_the_control_shows_it(library: Library) -> None:
    notes = {cell.text: cell.note for cell in _cells(layout_of(library.newest("intake"), carrier="CAR"))}

    assert notes["Fallnummer"] == "leer lassen: wird beim Eingang vergeben"
    assert notes[f"Ausgefüllt am{texts.REQUIRED_MARK}"] == ""  # TT.MM.JJJJ


def test_a_number_that_a_review_needs_is_not_said_to_be_given(library: Library) -> None:
    notes = {cell.text: cell.note for cell in _cells(layout_of(library.newest("review"), carrier="CAR"))}

    assert notes[f"Fallnummer{texts.REQUIRED_MARK}"] == "steht auf dem Integrationsplan"


def test_a_prefilled_form_has_the_rows_and_values_of_the_plan(library: Library) -> None:
    definition = library.newest("review")
    prefill = prefill_of(full_plan(definition), definition, base="f" * 64)

    layout = layout_of(definition, carrier="CAR", prefill=prefill)

    names = [control.name for control in layout.controls()]
    assert sorted(names) == sorted(expected_names(definition, prefill.rows))
    assert layout.footer == f"Formular ueberpruefung/2026.1 · Fall MA-CAR-2026-0001 · Stand 4 · {'f' * 64}"
    assert marks_of(layout) == {
        "FormpipeForm": "review",
        "FormpipeVersion": "2026.1",
        "FormpipeCase": "MA-CAR-2026-0001",
        "FormpipeBase": "f" * 64,
    }
    titles = [cell.text for cell in _cells(layout) if cell.role is Role.TITLE]
    assert any(title.endswith("(bis 31.12.2026)") for title in titles)
    assert _controls(layout)["case.case_id"].locked


def test_a_blank_says_what_it_is_and_no_case(library: Library) -> None:
    layout = layout_of(library.newest("intake"), carrier="CAR")

    assert layout.footer == "Formular aufnahme/2026.1"
    assert marks_of(layout) == {"FormpipeForm": "intake", "FormpipeVersion": "2026.1"}
    assert layout.intro == texts.INTRO
    assert layout_of(library.newest("review"), carrier="CAR").intro == texts.INTRO_BLANK_REVIEW


def test_a_protected_field_says_so_and_stays_empty(library: Library) -> None:
    definition = library.newest("review")
    prefill = replace(prefill_of(full_plan(definition), definition, base=""), protected=frozenset({"contact.street"}))
    values = {key: value for key, value in prefill.values.items() if key != "contact.street"}

    control = _controls(layout_of(definition, carrier="CAR", prefill=replace(prefill, values=values)))["contact.street"]

    assert (control.shown, control.hint, control.help) == (None, printed.HINT_PROTECTED, printed.HINT_PROTECTED)


def test_fields_share_a_line_by_their_widths_and_the_last_takes_the_rest() -> None:
    specs = [
        _text("a.one", width="third"),
        _text("a.two", width="third"),
        _text("a.three", width="third"),
        _text("a.four"),
        _text("a.five", width="full"),
        _text("a.six"),
    ]
    grid = layout_of(_form(_section(*specs)), carrier="CAR").sections[0].grids[0]

    names = [[cell.control.name for cell in line.cells if cell.control] for line in grid.lines]

    assert names == [["a.one", "a.two", "a.three"], ["a.four"], ["a.five"], ["a.six"]]
    assert grid.lines[1].cells[-1].width == grid.lines[2].cells[-1].width


def test_a_long_word_widens_its_label_and_no_more_than_the_line_allows() -> None:
    specs = [_text(f"a.{index}", label="X" * (4 + 15 * index), width="third") for index in range(3)]
    line = layout_of(_form(_section(*specs)), carrier="CAR").sections[0].grids[0].lines[0]

    assert [cell.width for cell in line.cells if cell.role is Role.LABEL] == [18, 23, 23]


def test_a_signature_has_room_beside_its_date(library: Library) -> None:
    signs = [
        line
        for section in layout_of(library.newest("intake"), carrier="CAR").sections
        for grid in section.grids
        for line in grid.lines
        if any(cell.role is Role.SIGN for cell in line.cells)
    ]
    names = [cell.control.name for line in signs for cell in line.cells if cell.control]

    assert names == ["sign.client_signed_on", "sign.manager_signed_on"]


def _grids_of(spec: ListSpec) -> tuple[Grid, ...]:
    return layout_of(_form(_section(spec)), carrier="CAR").sections[0].grids


def test_a_list_inside_a_list_is_a_block_and_one_deeper_is_refused() -> None:
    deepest = ListSpec(key="a.x[].y[].z[]", label="Z", columns=(_text("a.x[].y[].z[].t"),))
    inner = ListSpec(key="a.x[].y[]", label="Y", columns=(_text("a.x[].y[].t"),), rows=2)
    outer = ListSpec(key="a.x[]", label="X", columns=(_text("a.x[].t"), inner), rows=2)

    first, second = _grids_of(outer)

    names = [cell.control.name for line in second.lines for cell in line.cells if cell.control]
    assert names == ["a.x[1].t", "a.x[1].y[0].t", "a.x[1].y[1].t"]
    assert first.lines[0].cells[0].text == "X"
    assert [line.keep for line in second.lines] == [True] * (len(second.lines) - 1) + [False]
    with pytest.raises(SetupError, match="a list inside a list inside a list") as caught:
        _grids_of(replace(outer, columns=(replace(inner, columns=(deepest,)),)))
    assert caught.value.where == "a.x[].y[]"


def test_a_list_without_rows_is_not_drawn() -> None:
    assert _grids_of(ListSpec(key="a.x[]", label="X", columns=(_text("a.x[].t"),), rows=0)) == ()


def test_a_list_of_codes_or_texts_in_a_row_has_a_column_for_each() -> None:
    spec = ListSpec(key="a.x[]", label="X", columns=(replace(_text("a.x[].t"), type=ValueType.TEXTS, rows=2),), rows=1)

    (grid,) = _grids_of(spec)

    assert [cell.control.name for line in grid.lines for cell in line.cells if cell.control] == [
        "a.x[0].t[0]",
        "a.x[0].t[1]",
    ]


def test_a_narrow_text_field_has_a_short_hint() -> None:
    columns = (replace(_text("a.x[].n"), type=ValueType.INTEGER), _text("a.x[].t"))
    (grid,) = _grids_of(ListSpec(key="a.x[]", label="X", columns=columns, rows=1))

    assert [cell.control.hint for line in grid.lines for cell in line.cells if cell.control] == ["…", "eintragen"]


def _column(width: int, *, grows: bool = False) -> Column:
    return Column(head="", width=width, grows=grows)


def test_columns_that_fit_stay_on_one_line() -> None:
    columns = [_column(60), _column(60)]

    assert split(columns) == [columns]


def test_columns_that_do_not_fit_are_spread_evenly_beside_the_first() -> None:
    columns = [_column(10), *(_column(40) for _ in range(4))]

    lines = split(columns)

    assert [[column.width for column in line] for line in lines] == [[10, 40, 40], [40, 40]]


@pytest.mark.parametrize("count", [6, 7, 11, 20])
def test_no_line_is_wider_than_the_page(count: int) -> None:
    columns = [_column(11), *(_column(25 + index % 3) for index in range(count))]

    lines = split(columns)

    assert [column for line in lines for column in line] == columns
    first, *others = lines
    assert all(sum(column.width for column in line) <= PAGE_WIDTH - 11 for line in [first[1:], *others])
    fullness = [len(line) for line in [first[1:], *others]]
    assert all(a >= b for a, b in pairwise(fullness[:-1]))


def test_a_first_column_of_words_takes_half_of_what_the_fullest_line_leaves() -> None:
    columns = [_column(20, grows=True), _column(40), _column(40), _column(35)]

    assert [[column.width for column in line] for line in split(columns)] == [[32, 40], [40, 35]]


def test_columns_of_words_share_what_a_line_has_left() -> None:
    assert widths_of([_column(10), _column(20, grows=True), _column(20, grows=True)], 61) == [10, 26, 25]
    assert widths_of([_column(10), _column(10)], 30) == [15, 15]


def test_the_longest_word_decides_and_may_break_at_hyphen_and_slash() -> None:
    assert word_width("Std./Woche") == 9
    assert word_width("Schritt-Nr.") == 11
    assert word_width("") == 4
