"""All fields that a plan can hold, over every form and version: the newest definition of a key wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from formpipe.definition import FieldSpec, FormDefinition, Item, ListSpec, SectionSpec, fields_of
from formpipe.kinds import INTAKE, PLAN_KINDS
from formpipe.model import pattern_of

_REVIEW = "review"
_REVIEWS = "reviews[]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The plan's fields by section in the intake's order, then the reviews.

    Keys are those of `IntegrationPlan.values`: what a review says of itself
    stands under `reviews[]` (`reviews[].client_view`). Fields of goals keep
    their key (`goals[].title`). A field only an older form had is kept at the
    end of its section.
    """

    sections: tuple[SectionSpec, ...]
    specs: Mapping[str, FieldSpec] = field(repr=False)

    def spec_of(self, key: str) -> FieldSpec | None:
        """Return the field of the plan key *key* (row numbers allowed), or `None`."""
        return self.specs.get(pattern_of(key))


def catalogue_of(definitions: Iterable[FormDefinition]) -> Catalogue:
    """Return the catalogue of those *definitions* that a plan is made of; their order does not matter."""
    asked = (each for each in definitions if each.kind.kind in PLAN_KINDS)
    newest_first = sorted(asked, key=lambda each: (each.kind.kind != INTAKE, _minus(each.kind.version)))
    merged: dict[str, SectionSpec] = {}
    for definition in newest_first:
        for section in definition.sections:
            ours = _as_reviews(section) if section.name == _REVIEW else section
            known = merged.get(ours.name)
            merged[ours.name] = ours if known is None else replace(known, items=_joined(known.items, ours.items))
    sections = tuple(merged.values())
    specs = {spec.key: spec for section in sections for spec in fields_of(section.items)}
    return Catalogue(sections=sections, specs=specs)


def _minus(version: str) -> tuple[int, ...]:
    return tuple(-int(part) for part in version.split("."))


def _joined(ours: tuple[Item, ...], older: tuple[Item, ...]) -> tuple[Item, ...]:
    known = {item.key: item for item in ours}
    out: list[Item] = []
    for item in ours:
        other = next((each for each in older if each.key == item.key), None)
        if isinstance(item, ListSpec) and isinstance(other, ListSpec):
            out.append(replace(item, columns=_joined(item.columns, other.columns)))
        else:
            out.append(item)
    return (*out, *(each for each in older if each.key not in known))


def _as_reviews(section: SectionSpec) -> SectionSpec:
    return replace(section, items=tuple(_renamed(item) for item in section.items))


def _renamed(item: Item) -> Item:
    key = _REVIEWS + item.key.removeprefix(_REVIEW)
    if isinstance(item, FieldSpec):
        return replace(item, key=key)
    return replace(item, key=key, columns=tuple(_renamed(each) for each in item.columns))
