"""A filed form in the fold: its answers by section, their names on the paper, and findings about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from formpipe.definition import FormDefinition
from formpipe.model import Filed, Finding, Json, Place, PlanValue, Severity, Sha256, pattern_of, pointer_of

Row = dict[str, Json]
CHANGES = "/review/changes"
"""Where the changed values of a review stand in its data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A filed form in the fold, with its definition.

    `seq` is its place in the order of arrival; a correction has that of the
    form it corrects in the first place.
    """

    filed: Filed
    definition: FormDefinition = field(repr=False)
    seq: int

    def name_of(self, key: str) -> str:
        """Return the form's own field name of *key*: another row number where rows above it stayed empty.

        A change on a review carries its intake key on the form and stands below `review.changes` in the data.
        """
        names, pointer = self.filed.submission.names, pointer_of(key)
        return names.get(pointer) or names.get(f"{CHANGES}{pointer}") or key

    def value(self, value: Json, key: str) -> PlanValue:
        """Return *value*, which stands in the form's data at *key*, with its origin."""
        return PlanValue(
            value=value,
            origin=self.filed.sha256,
            name=self.name_of(key),
            on=self.date,
        )

    def finding(self, key: str, rule: str, severity: Severity, parameters: Mapping[str, object]) -> Finding:
        """Return a finding at *key* of the form's data."""
        return self.finding_at(self.name_of(key), rule, severity, parameters, key=key)

    def finding_at(
        self, name: str, rule: str, severity: Severity, parameters: Mapping[str, object], *, key: str = ""
    ) -> Finding:
        """Return a finding at the field or list called *name* on the form; *key* is said of it if it has no label."""
        spec = self.definition.spec_of(name) or self.definition.lists.get(f"{pattern_of(name)}[]")
        place = Place(label=(key or name) if spec is None else spec.label, within=self.definition.within(name))
        return Finding(pointer=pointer_of(name), rule=rule, severity=severity, place=place, parameters=parameters)

    @property
    def kind(self) -> str:
        """The form's kind: `intake` or `review`."""
        return self.filed.submission.kind.kind

    @property
    def corrects(self) -> Sha256 | None:
        """The checksum of the form that this one corrects; `None` if it is no correction, empty if it does not say."""
        form = self.part("form")
        return Sha256(str(form.get("corrects_sha256") or "")) if form.get("is_correction") is True else None

    @property
    def date(self) -> date:
        """The date the form counts for."""
        return self.filed.submission.counts_for

    def part(self, name: str) -> Row:
        """Return the section *name* of the form's data, empty if it has none."""
        return section_of(self.filed.submission.data, name)

    def is_rows(self, key: str) -> bool:
        """Tell whether *key* is a list of rows (and not of codes or texts, which are one value)."""
        return f"{pattern_of(key)}[]" in self.definition.lists

    def id_of(self, key: str) -> tuple[str, str] | None:
        """Return the id column and the id's prefix of the list *key*, or `None` if its rows have no id."""
        spec = self.definition.lists[f"{pattern_of(key)}[]"]
        return (spec.id_name, spec.id_prefix) if spec.id_name and spec.id_prefix else None


def section_of(tree: Mapping[str, Json], name: str) -> Row:
    """Return the object *name* of *tree*, empty if it has none."""
    part = tree.get(name)
    return part if isinstance(part, dict) else {}


def rows_of(value: Json) -> list[Row]:
    """Return the rows of the list *value*; none for `None`."""
    return cast("list[Row]", value or [])
