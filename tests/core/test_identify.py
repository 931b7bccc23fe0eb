"""Which form a form is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from core.make_definitions import DEFINITIONS, INTAKE, REVIEW, Answer, control, form_of

from formpipe.definition import FieldSpec, FormDefinition, ValueType
from formpipe.errors import UnknownFormError
from formpipe.identify import identify, version_order
from formpipe.model import FieldState, FormKind, FormMarks


def of_version(definition: FormDefinition, version: str, *more: str) -> FormDefinition:
    added = {key: FieldSpec(key=key, label=key, type=ValueType.TEXT) for key in more}
    kind = FormKind(kind=definition.kind.kind, version=version)
    return replace(definition, kind=kind, specs={**definition.specs, **added})


OLD = of_version(INTAKE, "2025.2")
NEW = of_version(INTAKE, "2026.10", "person.shoe_size")
ALL = {each.kind: each for each in (NEW, INTAKE, REVIEW, OLD)}


def names_of(definition: FormDefinition) -> dict[str, Answer]:
    return {key.replace("[]", "[0]"): None for key in definition.specs}


@pytest.mark.parametrize(
    ("kind", "version", "expected"),
    [
        ("intake", "2026.1", INTAKE),
        ("aufnahme", "2026.1", INTAKE),
        ("ueberpruefung", "2026.1", REVIEW),
        ("review", "2024.2", REVIEW),
        ("intake", "2024.2", OLD),
        ("intake", "2025.2", OLD),
        ("intake", "2025.3", INTAKE),
        ("intake", "2026.2", NEW),
        ("intake", "2026.10", NEW),
    ],
)
def test_marks_decide(kind: str, version: str, expected: FormDefinition) -> None:
    assert identify(form_of({}, marks=FormMarks(kind=kind, version=version)), ALL) is expected


@pytest.mark.parametrize(
    ("kind", "version"),
    [("intake", "2026.11"), ("review", "2026.2"), ("intake", "neu"), ("intake", "2026."), ("consent", "2026.1")],
)
def test_a_kind_or_version_that_is_not_known(kind: str, version: str) -> None:
    with pytest.raises(UnknownFormError) as caught:
        identify(form_of(names_of(INTAKE), marks=FormMarks(kind=kind, version=version)), ALL)
    assert caught.value.code == "unknown_form"


def test_fields_decide_without_marks() -> None:
    answers: dict[str, Answer] = {"form.type": " ueberpruefung ", "form.version": "2025.1"}
    assert identify(form_of(answers), ALL) is REVIEW
    assert identify(form_of({"form.type": "intake", "form.version": "2026.1"}), ALL) is INTAKE


def test_a_mark_comes_before_a_field() -> None:
    form = form_of(
        {"form.type": "aufnahme", "form.version": "2026.10"}, marks=FormMarks(kind="intake", version="2026.1")
    )
    assert identify(form, ALL) is INTAKE


def test_a_version_may_stand_in_the_field_alone() -> None:
    assert identify(form_of({"form.version": "2026.10"}, marks=FormMarks(kind="intake")), ALL) is NEW


def test_two_kinds_at_once() -> None:
    with pytest.raises(UnknownFormError) as caught:
        identify(form_of({"form.type": "aufnahme"}, marks=FormMarks(kind="review", version="2026.1")), ALL)
    assert caught.value.code == "unknown_form"
    with pytest.raises(UnknownFormError):
        identify(form_of({"form.type": "abschluss"}, marks=FormMarks(kind="review", version="2026.1")), ALL)


def test_empty_fields_say_nothing() -> None:
    empty = control("form.type", "ueberpruefung", state=FieldState.PLACEHOLDER)
    ticked = control("form.version", value=True)
    assert identify(form_of({}, empty, ticked, marks=FormMarks(kind="intake", version="2026.1")), ALL) is INTAKE
    with pytest.raises(UnknownFormError):
        identify(form_of({}, empty), ALL)


def test_a_kind_without_version_is_told_by_its_fields() -> None:
    form = form_of(names_of(NEW), marks=FormMarks(kind="intake"))
    assert identify(form, ALL) is NEW
    only = {INTAKE.kind: INTAKE, REVIEW.kind: REVIEW}
    assert identify(form_of({"person.family_name": None}, marks=FormMarks(kind="intake")), only) is INTAKE
    with pytest.raises(UnknownFormError):
        identify(form_of(names_of(INTAKE), marks=FormMarks(kind="intake")), {**only, OLD.kind: OLD})


def test_a_form_without_marks_is_known_by_its_fields() -> None:
    assert identify(form_of(names_of(INTAKE)), DEFINITIONS) is INTAKE
    assert identify(form_of(names_of(REVIEW)), DEFINITIONS) is REVIEW
    assert identify(form_of(names_of(NEW)), {NEW.kind: NEW, INTAKE.kind: INTAKE}) is NEW
    assert identify(form_of(names_of(INTAKE)), {NEW.kind: NEW, INTAKE.kind: INTAKE}) is INTAKE


def test_four_fifths_of_the_fields_are_enough() -> None:
    specs = {f"a.f{number}": FieldSpec(key=f"a.f{number}", label="F", type=ValueType.TEXT) for number in range(10)}
    small = {INTAKE.kind: replace(INTAKE, specs=specs)}
    eight: dict[str, Answer] = dict.fromkeys(list(specs)[:8])
    assert identify(form_of(eight), small) is small[INTAKE.kind]
    with pytest.raises(UnknownFormError) as caught:
        identify(form_of(dict.fromkeys(list(specs)[:7])), small)
    assert caught.value.code == "unknown_form"


def test_strange_fields_count_against_a_form() -> None:
    small = {"a.f0": FieldSpec(key="a.f0", label="F", type=ValueType.TEXT)}
    large = {**small, "a.f1": FieldSpec(key="a.f1", label="F", type=ValueType.TEXT)}
    one, two = replace(OLD, specs=small), replace(INTAKE, specs=large)
    assert identify(form_of({"a.f0": None, "a.f1": None}), {one.kind: one, two.kind: two}) is two
    assert identify(form_of({"a.f0": None}), {one.kind: one, two.kind: two}) is one


def test_nothing_known() -> None:
    with pytest.raises(UnknownFormError):
        identify(form_of(names_of(INTAKE)), {})
    with pytest.raises(UnknownFormError):
        identify(form_of({}, marks=FormMarks(kind="intake")), ALL)


def test_version_order() -> None:
    versions = ["2026.10", "2025.1", "2026.9", "x"]
    assert sorted(versions, key=version_order) == ["x", "2025.1", "2026.9", "2026.10"]
