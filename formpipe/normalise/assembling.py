"""Answers by field name, put together as the schema's nested data.

Rows keep their order and close ranks: a form whose second goal stays empty
has two goals in its data if the first and the third are filled. `names` leads
from there back to the rows of the paper.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from formpipe.definition import FieldSpec, FormDefinition, fields_of
from formpipe.model import Data, Json
from formpipe.naming import CHANGES, FieldName, Path, field_of, key_of, pointer_of_path

Tree: TypeAlias = "dict[str | int, Tree | Json]"
Rows: TypeAlias = dict[Path, list[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """Nested data, and for each JSON pointer of a value or a row the name on the form."""

    data: Data = field(repr=False)
    names: Mapping[str, str]


def assemble(values: Mapping[str, Json], filled: Collection[str], definition: FormDefinition) -> Assembled:
    """Return *values* as nested data, the changes of a review under `review.changes`.

    A row exists when a field of it is filled that the form does not print. A
    row of changes in which everything is struck is gone; a list of which only
    struck rows are left is empty.

    Args:
        values: Typed values by field name; lists of codes and of strings as a
            whole under the field's name.
        filled: Names of all fields that a person filled, also those whose
            answer could not be typed: they make a row too.
        definition: The form.
    """
    fields = {name: found for name in filled if (found := field_of(name, definition)) is not None}
    changed = changed_keys(definition)
    rows, struck = _rows_of(fields, values, definition, changed)
    tree: Tree = {}
    names: dict[str, str] = {}
    for emptied in struck:
        _node(tree, (*CHANGES, *emptied[:-1]))[emptied[-1]] = []
        names[pointer_of_path((*CHANGES, *emptied))] = key_of(emptied)
    for name, found in fields.items():
        path = _compacted(found.path, rows)
        if path is None:
            continue
        begin = CHANGES if found.spec.key in changed else ()
        _name_rows(begin, found.path, path, names)
        node = _node(tree, (*begin, *path[:-1]))
        if name in values:
            node[path[-1]] = values[name]
            names[pointer_of_path((*begin, *path))] = name
    return Assembled(data=cast("Data", _plain(tree)), names=names)


def changed_keys(definition: FormDefinition) -> frozenset[str]:
    """Return the keys of the fields whose values stand under `review.changes`."""
    changes = (section for section in definition.sections if section.changes)
    return frozenset(spec.key for section in changes for spec in fields_of(section.items))


def is_id_of_row(spec: FieldSpec, definition: FormDefinition) -> bool:
    """Tell whether *spec* is the column that holds the id of its list's rows."""
    rows = definition.lists.get(spec.key.rpartition(".")[0])
    return rows is not None and rows.id_name == spec.name


def _rows_of(
    fields: Mapping[str, FieldName], values: Mapping[str, Json], definition: FormDefinition, changed: Collection[str]
) -> tuple[Rows, list[Path]]:
    """Return the rows that exist by the list's path on the form, and the lists of which only struck rows are left."""
    found_rows: dict[Path, set[int]] = {}
    struck: list[Path] = []
    for name, found in fields.items():
        value = values.get(name)
        if _is_printed(found.spec, value, definition):
            continue
        numbers = [place for place, step in enumerate(found.path) if isinstance(step, int)]
        if numbers and name in values and value is None and found.spec.key in changed:
            struck.append(found.path[: numbers[0]])
            continue
        for place in numbers:
            found_rows.setdefault(found.path[:place], set()).add(cast("int", found.path[place]))
    rows = {path: sorted(numbers) for path, numbers in found_rows.items()}
    return rows, [path for path in dict.fromkeys(struck) if path not in rows]


def _is_printed(spec: FieldSpec, value: Json, definition: FormDefinition) -> bool:
    return spec.locked or is_id_of_row(spec, definition) or value in spec.printed_rows


def _compacted(path: Path, rows: Rows) -> Path | None:
    """Return *path* with the rows' numbers in the data, or `None` if a row of it does not exist."""
    compacted: list[str | int] = []
    for place, step in enumerate(path):
        if isinstance(step, int):
            present = rows.get(path[:place], [])
            if step not in present:
                return None
            compacted.append(present.index(step))
        else:
            compacted.append(step)
    return tuple(compacted)


def _name_rows(begin: Path, on_form: Path, in_data: Path, names: dict[str, str]) -> None:
    for place, step in enumerate(on_form):
        if isinstance(step, int):
            names[pointer_of_path((*begin, *in_data[: place + 1]))] = key_of(on_form[: place + 1])


def _node(tree: Tree, path: Path) -> Tree:
    for step in path:
        tree = cast("Tree", tree.setdefault(step, cast("Tree", {})))
    return tree


def _plain(tree: Tree) -> Json:
    """Return *tree* with every node of numbered rows as a list."""
    plain = {step: _plain(cast("Tree", each)) if isinstance(each, dict) else each for step, each in tree.items()}
    if plain and all(isinstance(step, int) for step in plain):
        return [plain[index] for index in range(len(plain))]
    return cast("Json", plain)
