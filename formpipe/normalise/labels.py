"""Fields that have no name but their label: the form's own labels lead to the keys.

So a form is still read whose controls a program dropped, with the label's cell
and the answer's cell left. A label that fits two fields is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from formpipe.definition import FieldSpec, FormDefinition, Item, ListSpec, SectionSpec, ValueType
from formpipe.model import Field, FieldState, FieldType, FilledForm
from formpipe.normalise.characters import fold
from formpipe.printed import HINTS, UNCHANGED

AMBIGUOUS = "ambiguous"
"""Flag of a field whose label fits more than one field of the form."""

_NUMBER = re.compile(r"^\d+\.?\s+")
_UNCHANGED_KEY = "review.unchanged_sections"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A field that a label may stand for: *lists* are those it is a column of, the outer one first."""

    spec: FieldSpec
    section: str
    lists: tuple[ListSpec, ...] = ()
    code: str | None = None
    question: str = ""

    @property
    def column(self) -> str:
        """What tells the control from others of its row."""
        return self.spec.name if self.code is None else f"{self.spec.name}[{self.code}]"


@dataclass(slots=True)
class _Rows:
    """Where the paper has come to in a list: the row, and the controls seen in it."""

    row: int = 0
    seen: set[str] = field(default_factory=set)


def with_keys(form: FilledForm, definition: FormDefinition) -> FilledForm:
    """Return *form* with the key in place of each label that names just one field of *definition*.

    Rows of a list are counted: a column that comes again begins the next one.
    """
    if not any(each.name_source == "label" for each in form.fields):
        return form
    finder = _Finder(definition)
    return replace(form, fields=tuple(map(finder.keyed, form.fields)))


class _Finder:
    """One pass over the fields of a form in the order of the paper."""

    def __init__(self, definition: FormDefinition) -> None:
        self._known: dict[str, list[_Candidate]] = {}
        for label, candidate in _candidates_of(definition):
            same = self._known.setdefault(fold(label), [])
            if candidate not in same:
                same.append(candidate)
        self._sections = {fold(section.label): section.name for section in definition.sections}
        self._rows: dict[str, _Rows] = {}
        self._texts: dict[str, int] = {}
        self._taken: dict[str, int] = {}
        self._last: tuple[ListSpec, ...] = ()

    def keyed(self, control: Field) -> Field:
        if control.name_source != "label":
            return control
        if control.value in HINTS:
            control = replace(control, value=None, state=FieldState.PLACEHOLDER)
        found = self._narrowed(control)
        if len(found) > 1:
            found = [each for each in found if self._goes_on(each)]
            if len(found) != 1:
                return replace(control, flags=(*control.flags, AMBIGUOUS))
        if not found:
            return control
        self._last = found[0].lists
        name = self._name_of(found[0])
        self._taken[name] = count = self._taken.get(name, 0) + 1
        if count > 1 and control.value in {None, False}:
            return control  # the same words beside a place to sign
        return replace(control, name=name if count == 1 else f"{name}#{count}")

    def _goes_on(self, candidate: _Candidate) -> bool:
        """Tell whether *candidate* is the next column of the row that the field before stands in."""
        if not candidate.lists or candidate.lists != self._last:
            return False
        rows = self._rows[self._stem_of(candidate.lists)]
        return candidate.column not in rows.seen

    def _stem_of(self, lists: Sequence[ListSpec]) -> str:
        """Return the name of the innermost of *lists*, in the rows that the paper has come to."""
        stem = lists[0].key.removesuffix("[]")
        for inner in lists[1:]:
            stem = f"{stem}[{self._rows.setdefault(stem, _Rows()).row}].{inner.name}"
        return stem

    def _narrowed(self, control: Field) -> Sequence[_Candidate]:
        """Return the fields that the label of *control* may stand for: by its section, its list, its question."""
        heading = _NUMBER.sub("", control.context[0]) if control.context else ""
        section = self._sections.get(fold(heading))
        found = list(self._known.get(fold(control.label), ()))
        is_box = control.type is FieldType.CHECKBOX
        found = [each for each in found if is_box or each.code is None]
        titles = {fold(each) for each in control.context[1:]}
        for fits in (
            lambda each: section is None or each.section == section,
            lambda each: bool(each.question) and fold(each.question) in titles,
            lambda each: any(_is_title(each.lists[-1], title) for title in titles) if each.lists else False,
            lambda each: not each.lists,
        ):
            if len(found) > 1:
                found = [each for each in found if fits(each)] or found
        if section is not None:
            found = [each for each in found if each.section == section]
        return found

    def _name_of(self, candidate: _Candidate) -> str:
        spec = candidate.spec
        name = spec.key
        if candidate.lists:
            stem = self._stem_of(candidate.lists)
            self._advance(stem, candidate)
            name = f"{stem}[{self._rows[stem].row}].{spec.name}"
        if candidate.code is not None:
            return f"{name}[{candidate.code}]"
        if spec.type is not ValueType.TEXTS:
            return name
        index = self._texts.get(name, 0)
        self._texts[name] = index + 1
        return f"{name}[{index}]"

    def _advance(self, stem: str, candidate: _Candidate) -> None:
        """Begin the next row of the list *stem* if its present one has this column already."""
        rows = self._rows.setdefault(stem, _Rows())
        spec = candidate.spec
        name = f"{stem}[{rows.row}].{spec.name}"
        texts = spec.type is ValueType.TEXTS
        if self._texts.get(name, 0) >= spec.rows if texts else candidate.column in rows.seen:
            rows.row += 1
            rows.seen.clear()
        rows.seen.add(candidate.column)


def _is_title(rows: ListSpec, title: str) -> bool:
    label = fold(rows.label)
    return title == label or title.startswith(f"{label} ")


def _candidates_of(definition: FormDefinition) -> Iterator[tuple[str, _Candidate]]:
    for section in definition.sections:
        yield from _in_items(section.items, section, ())
    unchanged = definition.specs.get(_UNCHANGED_KEY)
    for section in definition.sections:
        codes = unchanged.codes.codes if unchanged is not None and unchanged.codes is not None else ()
        if unchanged is not None and any(code.value == section.name for code in codes):
            yield UNCHANGED, _Candidate(spec=unchanged, section=section.name, code=section.name)


def _in_items(
    items: Sequence[Item], section: SectionSpec, lists: tuple[ListSpec, ...]
) -> Iterator[tuple[str, _Candidate]]:
    for item in items:
        if isinstance(item, ListSpec):
            yield from _in_items(item.columns, section, (*lists, item))
            continue
        labels = dict.fromkeys(filter(None, (item.label, item.short_label, *item.labels)))
        for label in labels:
            yield label, _Candidate(spec=item, section=section.name, lists=lists)
        if item.type is ValueType.CODES and item.codes is not None:
            for code in item.codes.codes:
                box = _Candidate(
                    spec=item, section=section.name, lists=lists, code=str(code.value), question=item.label
                )
                yield code.title, box
                yield from ((f"{label}{mark}: {code.title}", box) for label in labels for mark in ("", " *"))
