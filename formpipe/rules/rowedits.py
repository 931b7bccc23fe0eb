"""What a person did to the rows of a pre-filled form, and what only its file lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Protocol, cast

from formpipe.canon import canonical
from formpipe.definition import FormDefinition
from formpipe.model import Data, Json
from formpipe.naming import CHANGES, FieldName, field_of, key_of
from formpipe.normalise.assembling import changed_keys, is_id_of_row


class Answered(Protocol):
    """What stands on a form, as far as it takes to tell what was edited (see `Normalised`)."""

    @property
    def data(self) -> Data:
        """Typed answers, nested."""

    @property
    def written(self) -> Mapping[str, str]:
        """Raw answers by field name."""

    @property
    def names(self) -> Mapping[str, str]:
        """From JSON pointers into `data` to field names."""

    @property
    def empty(self) -> frozenset[str]:
        """Fields without an answer."""

    @property
    def failed(self) -> frozenset[str]:
        """Fields whose answer could not be taken."""


MERGED = ("consents", "review.goal_reviews", "review.action_updates")
"""Lists outside the changes whose rows are merged into the plan by id."""

_Row = dict[str, Json]


def with_lost_cells(form: Answered, prefilled: Mapping[str, Json], definition: FormDefinition) -> Data:
    """Return the data of *form* with what was pre-filled into a row and has no field on the form any more.

    Nobody empties a field that is not there: a program took it away. A row of
    which nothing is left on the form comes back whole, at the end of its list;
    one whose other fields were emptied is gone.
    """
    lost = {
        name: found
        for name, found in _cells(prefilled, definition, changed_keys(definition))
        if not _stands(form, name)
    }
    if not lost:
        return form.data
    data = deepcopy(dict(form.data))
    places = {name: pointer for pointer, name in form.names.items()}
    back: dict[str, _Row] = {}
    for name, found in lost.items():
        row = key_of(found.path[:-1])
        if row in places:
            _at(data, places[row])[str(found.path[-1])] = prefilled[name]
        elif not _was_emptied(form, row, prefilled):
            back.setdefault(row, {})[str(found.path[-1])] = prefilled[name]
    for row, cells in back.items():
        if not all(_is_printed(lost[f"{row}.{column}"], value, definition) for column, value in cells.items()):
            _rows_at(data, row.rpartition("[")[0]).append({**_ids_of(row, prefilled, definition), **cells})
    return data


def cleared_cells(
    form: Answered, prefilled: Mapping[str, Json], definition: FormDefinition
) -> Iterator[tuple[str, FieldName, str]]:
    """Yield the cells of rows merged by id that were emptied: name, field, and the pointer of the row, if it is there.

    The pointer is empty where nothing else was written into the row.
    """
    places = {name: pointer for pointer, name in form.names.items()}
    keys = {key for key in definition.specs if key.partition("[]")[0] in MERGED}
    for name, found in _cells(prefilled, definition, keys):
        if name in form.empty and not is_id_of_row(found.spec, definition):
            yield name, found, places.get(key_of(found.path[:-1]), "")


def with_cleared(data: Data, pointer: str, column: str) -> Data:
    """Return *data* with nothing (`None`) in *column* of the row at *pointer*."""
    copy = deepcopy(dict(data))
    _at(copy, pointer)[column] = None
    return copy


def are_same(value: Json, known: Json) -> bool:
    """Tell whether *value* says what *known* says; rows may stand in another order."""
    if isinstance(value, list) and isinstance(known, list) and any(isinstance(each, dict) for each in value):
        return sorted(map(canonical, value)) == sorted(map(canonical, known))
    return value == known


def _cells(
    prefilled: Mapping[str, Json], definition: FormDefinition, keys: frozenset[str] | set[str]
) -> Iterator[tuple[str, FieldName]]:
    """Yield the pre-filled fields with one of *keys* that stand in a row; rows inside rows are not among them."""
    for name in prefilled:
        found = field_of(name, definition)
        if found is not None and found.spec.key in keys and sum(isinstance(step, int) for step in found.path) == 1:
            yield name, found


def _stands(form: Answered, name: str) -> bool:
    parts = (f"{name}[",)
    return name in form.empty | form.failed or any(each == name or each.startswith(parts) for each in form.written)


def _was_emptied(form: Answered, row: str, prefilled: Mapping[str, Json]) -> bool:
    return any(name in form.empty for name in prefilled if name.startswith(f"{row}."))


def _is_printed(found: FieldName, value: Json, definition: FormDefinition) -> bool:
    return is_id_of_row(found.spec, definition) or value in found.spec.printed_rows


def _ids_of(row: str, prefilled: Mapping[str, Json], definition: FormDefinition) -> _Row:
    """Return the id of the row called *row*, which the form still prints, as its column."""
    rows = definition.lists[row.rpartition("[")[0] + "[]"]
    known = prefilled.get(f"{row}.{rows.id_name}")
    return {} if rows.id_name is None or known is None else {rows.id_name: known}


def _at(data: Json, pointer: str) -> _Row:
    for step in pointer.split("/")[1:]:
        data = data[int(step)] if isinstance(data, list) else cast("_Row", data)[step]
    return cast("_Row", data)


def _rows_at(data: _Row, stem: str) -> list[Json]:
    node = data
    *sections, name = (*map(str, CHANGES), *stem.split("."))
    for section in sections:
        node = cast("_Row", node.setdefault(section, {}))
    return cast("list[Json]", node.setdefault(name, []))
