"""Which of a form's fields its file lacks: somebody deleted them, or a program did."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from formpipe.definition import FieldSpec, FormDefinition, Item, ListSpec, ValueType
from formpipe.model import FilledForm
from formpipe.naming import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A field that the blank had: its name on the form. Columns of lists are never `required` here: rows may go."""

    name: str
    spec: FieldSpec
    required: bool


def missing_from(form: FilledForm, paths: Mapping[str, Path], definition: FormDefinition) -> tuple[Missing, ...]:
    """Return the fields of *definition* that *form* has not, in paper order.

    Only a form that says it is of just this version can lack one: an older one
    never had all of them. A pre-filled form has as many rows as its plan; a
    blank one has those of the schema.

    Args:
        form: The form as read.
        paths: Names of its fields, copies left out, each with the steps to its value (`FieldName.path`).
        definition: What it was made from.
    """
    if form.marks.version != definition.kind.version:
        return ()
    wanted = _Wanted(set(paths), _rows_of(paths.values()), prefilled=form.marks.base is not None)
    return tuple(each for section in definition.sections for each in wanted.of_items(section.items, "", in_row=False))


class _Wanted:
    """The names that a form must have; `rows` are the rows found of each list by its name on the form."""

    def __init__(self, names: set[str], rows: dict[str, set[int]], *, prefilled: bool) -> None:
        self._names = names
        self._rows = rows
        self._prefilled = prefilled

    def of_items(self, items: tuple[Item, ...], parent: str, *, in_row: bool) -> Iterator[Missing]:
        for item in items:
            if isinstance(item, ListSpec):
                stem = f"{parent}.{item.name}" if parent else item.key.removesuffix("[]")
                for index in self._rows_wanted(item, stem):
                    yield from self.of_items(item.columns, f"{stem}[{index}]", in_row=True)
            else:
                name = f"{parent}.{item.name}" if parent else item.key
                required = item.required and not in_row
                lacking = [each for each in self._controls_of(item, name) if each not in self._names]
                yield from (Missing(name=each, spec=item, required=required) for each in lacking)

    def _rows_wanted(self, item: ListSpec, stem: str) -> range:
        found = max(self._rows.get(stem, ()), default=-1) + 1
        return range(found if self._prefilled else max(found, item.rows))

    def _controls_of(self, spec: FieldSpec, name: str) -> list[str]:
        if spec.type is ValueType.CODES and spec.codes is not None:
            return [f"{name}[{code.value}]" for code in spec.codes.codes]
        if spec.type is ValueType.TEXTS:
            return [f"{name}[{index}]" for index in range(spec.rows)]
        return [name]


def _rows_of(paths: Collection[Path]) -> dict[str, set[int]]:
    rows: dict[str, set[int]] = {}
    for path in paths:
        stem = ""
        for step in path:
            if isinstance(step, int):
                rows.setdefault(stem, set()).add(step)
                stem = f"{stem}[{step}]"
            else:
                stem = f"{stem}.{step}" if stem else step
    return rows
