"""The released values as rows of text, one for each section or list; the only way from a Disclosure to words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from formpipe.catalogue import Catalogue
from formpipe.definition import FieldSpec, ListSpec, SectionSpec, ValueType
from formpipe.disclose.disclose import Disclosed, Disclosure
from formpipe.present.values import Row, row_of
from formpipe.spell import spell

Wanted = Callable[[str, Disclosed], bool]
"""Whether a key with its value belongs to a block."""

_SEPARATOR = " · "


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedText:
    """The texts of one disclosure."""

    disclosure: Disclosure = field(repr=False)
    catalogue: Catalogue

    def text(self, key: str) -> str:
        """Return the text of the released value *key*, empty if none was released."""
        held = self.disclosure.values.get(key)
        return "" if held is None else self.spelled(key, held)

    def spelled(self, key: str, held: Disclosed) -> str:
        """Return the text of a released value: its own where the disclosure gives one."""
        spec = self.catalogue.spec_of(key)
        if held.text is not None:
            return held.text
        return "" if spec is None else spell(held.value, spec)

    def label(self, key: str) -> str:
        """Return the label of the field *key*, empty if there is none."""
        spec = self.catalogue.spec_of(key)
        return "" if spec is None else spec.label

    def short_label(self, key: str) -> str:
        """Return the label of the field *key* for a line, empty if there is none."""
        spec = self.catalogue.spec_of(key)
        return "" if spec is None else spec.short_label or spec.label

    def texts(self, key: str) -> list[str]:
        """Return the texts of a list of strings, one by one."""
        held = self.disclosure.values.get(key)
        return [str(each) for each in held.value] if held is not None and isinstance(held.value, list) else []

    def rows(self, wanted: Wanted) -> list[Row]:
        """Return the wanted values: one row for the single fields of a section, one for each list."""
        made: list[Row] = []
        for section in self.catalogue.sections:
            made += self._section(section, wanted)
        return [row for row in made if row["value"]]

    def line(self, keys: Iterable[str]) -> str:
        """Return the released ones of *keys* with their labels, in one line."""
        return _SEPARATOR.join(self._labelled(key) for key in keys if self.text(key))

    def _section(self, section: SectionSpec, wanted: Wanted) -> Iterable[Row]:
        values = self.disclosure.values
        single = [
            item.key
            for item in section.items
            if isinstance(item, FieldSpec) and item.key in values and wanted(item.key, values[item.key])
        ]
        yield row_of(section.label, self.line(single))
        for item in section.items:
            if isinstance(item, ListSpec):
                yield row_of(item.label, "\n".join(self._lines(item, wanted)))

    def _lines(self, spec: ListSpec, wanted: Wanted) -> Iterable[str]:
        values = self.disclosure.values
        found = (re.match(rf"{re.escape(spec.key[:-1])}(\d+)\]\.", key) for key in values)
        for number in sorted({int(match[1]) for match in found if match}):
            row = f"{spec.key[:-1]}{number}]"
            keys = [f"{row}.{column.name}" for column in spec.columns if isinstance(column, FieldSpec)]
            shown = [key for key in keys if key in values and wanted(key, values[key]) and self.text(key)]
            if shown:
                # What the row is about stands for itself; all else needs its label.
                yield _SEPARATOR.join([self.text(shown[0]), *(self._labelled(key) for key in shown[1:])])

    def _labelled(self, key: str) -> str:
        spec = self.catalogue.spec_of(key)
        if spec is not None and spec.type is ValueType.DATE and self.disclosure.values[key].text is not None:
            return self.text(key)  # an age in place of a birth date: "11 Jahre" needs no label
        row = row_of(self.short_label(key), self.text(key))
        return f"{row['lead']} {row['value']}"


def lines_of(*pairs: tuple[str, str]) -> list[Row]:
    """Return rows of the label and value pairs that have a value."""
    return [row_of(label, value) for label, value in pairs if value]
