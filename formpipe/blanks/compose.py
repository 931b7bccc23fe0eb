"""From a form definition (and a plan's values) to the layout of the form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from formpipe import printed
from formpipe.blanks import texts
from formpipe.blanks.known import Known, empty_of
from formpipe.blanks.layout import PAGE_WIDTH, Cell, Grid, Layout, Line, Role, Section
from formpipe.blanks.lists import Rows, list_grids
from formpipe.blanks.packing import lines_of_fields, unchanged_lines
from formpipe.definition import FieldSpec, FormDefinition, ListSpec, SectionSpec
from formpipe.model import FormMarks, Json
from formpipe.prefill import Prefill

UNCHANGED = "review.unchanged_sections"
"""The list of sections without a change; its boxes stand at the heads of those sections."""

_BOX_WIDTH = 4
_FEW = 6


def layout_of(definition: FormDefinition, *, carrier: str, prefill: Prefill | None = None) -> Layout:
    """Return the layout of *definition* for the carrier with the code *carrier*, filled with *prefill*."""
    values = dict(_printed(definition, carrier, prefill))
    values |= prefill.values if prefill is not None else {}
    empty = empty_of(definition)
    known = (
        Known(values=values, locked=prefill.locked, protected=prefill.protected, empty=empty)
        if prefill
        else Known(values=values, empty=empty)
    )
    rows = Rows(count=prefill.rows, titles=_titles_of(prefill), known=known) if prefill else Rows(known=known)
    heads = _heads(definition, known)
    return Layout(
        title=definition.title,
        intro=_intro_of(definition, prefill),
        form_type=definition.form_type,
        marks=FormMarks(
            kind=definition.kind.kind,
            version=definition.kind.version,
            case=prefill.case if prefill is not None else None,
            base=prefill.base if prefill is not None else None,
        ),
        sections=tuple(
            _section_of(section, number, rows, heads) for number, section in enumerate(definition.sections, start=1)
        ),
        plan_version=prefill.version if prefill is not None else None,
    )


def _titles_of(prefill: Prefill) -> dict[str, str]:
    return {name: texts.titled(title, prefill.due.get(name)) for name, title in prefill.titles.items()}


def _intro_of(definition: FormDefinition, prefill: Prefill | None) -> str:
    if not any(each.changes for each in definition.sections):
        return texts.INTRO
    return texts.INTRO_BLANK_REVIEW if prefill is None else texts.INTRO_REVIEW


def _printed(definition: FormDefinition, carrier: str, prefill: Prefill | None) -> Iterator[tuple[str, Json]]:
    """Yield what the form prints of itself: kind, version, carrier, and the rows' ids, areas and scopes."""
    own: dict[str, Json] = {
        "form.type": definition.form_type,
        "form.version": definition.kind.version,
        "case.carrier": carrier,
    }
    yield from ((key, value) for key, value in own.items() if key in definition.specs)
    if prefill is None:
        for section in definition.sections:
            for item in section.items:
                if isinstance(item, ListSpec):
                    yield from _printed_rows(item, item.key.removesuffix("[]"), "")


def _printed_rows(spec: ListSpec, stem: str, parent_id: str) -> Iterator[tuple[str, Json]]:
    for index in range(spec.rows):
        row = f"{stem}[{index}]"
        own = ""
        for item in spec.columns:
            if isinstance(item, ListSpec):
                yield from _printed_rows(item, f"{row}.{item.name}", own)
                continue
            value = item.printed_rows[index] if index < len(item.printed_rows) else ""
            if not value and parent_id and item.name == spec.id_name:
                value = f"{parent_id}-{spec.id_prefix}{index + 1:02}"
            own = value if item.name == spec.id_name else own
            if value:
                yield f"{row}.{item.name}", value


def _heads(definition: FormDefinition, known: Known) -> Mapping[str, Line]:
    """Return the line `keine Änderung` of each section that has one, by the section's name."""
    spec = definition.specs.get(UNCHANGED)
    if spec is None:
        return {}
    boxes = {box.name: box for box in known.boxes(spec, UNCHANGED)}
    lines: dict[str, Line] = {}
    for section in definition.sections:
        box = boxes.get(f"{UNCHANGED}[{section.name}]")
        if box is not None:
            cells = (
                Cell(width=_BOX_WIDTH, role=Role.BOX, control=box),
                Cell(width=PAGE_WIDTH - _BOX_WIDTH, role=Role.BOX_TEXT, text=printed.UNCHANGED),
            )
            lines[section.name] = Line(cells=cells, keep=True)
    return lines


def _section_of(section: SectionSpec, number: int, rows: Rows, heads: Mapping[str, Line]) -> Section:
    grids: list[Grid] = []
    fields: list[FieldSpec] = []
    for item in section.items:
        if isinstance(item, FieldSpec):
            fields.append(item)
            continue
        grids += _fields_grid(fields, rows, heads)
        fields = []
        # a list that is the whole section has the section's heading
        grids += list_grids(item, rows, titled=item.key.removesuffix("[]") != section.name)
    grids += _fields_grid(fields, rows, heads)
    head = heads.get(section.name)
    return Section(
        heading=f"{number}  {section.label}",
        grids=tuple(grids if head is None else _headed(head, grids)),
        hint=section.hint or "",
        new_page=section.new_page,
    )


def _headed(head: Line, grids: Sequence[Grid]) -> list[Grid]:
    """Return *grids* with the line *head* on top: in the first one, or before it if that repeats its heads over pages.

    LibreOffice 7.4 leaves a table of one line alone at the foot of a page when
    the next table does not fit, whatever it is told; the lines of one table it
    keeps together.
    """
    if not grids or (grids[0].header and not all(line.keep for line in grids[0].lines[:-1])):
        return [Grid(lines=(head,)), *grids]
    header = grids[0].header + 1 if grids[0].header else 0
    return [replace(grids[0], lines=(head, *grids[0].lines), header=header), *grids[1:]]


def _fields_grid(fields: Sequence[FieldSpec], rows: Rows, heads: Mapping[str, Line]) -> list[Grid]:
    lines: list[Line] = []
    for is_unchanged, group in groupby(fields, key=lambda spec: spec.key == UNCHANGED):
        if is_unchanged:
            lines += [line for spec in group for line in _left_over(spec, rows, heads)]
        else:
            lines += lines_of_fields(((spec, spec.key) for spec in group), rows.known)
    return [Grid(lines=tuple(_not_alone(lines)))] if lines else []


def _not_alone(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield *lines* so that neither the first nor the last one stands alone on a page; few lines stay together."""
    few = len(lines) <= _FEW
    for index, line in enumerate(lines):
        last = index + 1 == len(lines)
        yield line if last or line.keep or not (few or index in {0, len(lines) - 2}) else replace(line, keep=True)


def _left_over(spec: FieldSpec, rows: Rows, heads: Mapping[str, Line]) -> list[Line]:
    """Return the boxes of *spec* for which no section of the form has a head."""
    boxes = rows.known.boxes(spec, UNCHANGED)
    left = [box for box in boxes if box.name.removeprefix(f"{UNCHANGED}[").removesuffix("]") not in heads]
    return unchanged_lines(spec, left) if left else []
