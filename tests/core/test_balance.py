"""Every field of a form is counted once, and one too many or too few is told."""

from __future__ import annotations

from dataclasses import replace

from core.make_definitions import INTAKE, REVIEW, Answer, at, control, read, told, unticked

from formpipe.definition import FormDefinition, ListSpec, ValueType
from formpipe.model import Balance, FieldState, FieldType, FormMarks, Severity
from formpipe.recorded import balance_from_json, balance_json
from formpipe.wording.wording import balance_text, finding_text

OWN = FormMarks(kind="intake", version="2026.1")


def all_names(definition: FormDefinition) -> list[str]:
    """The names on a blank of *definition*, with the rows of its schema."""
    names: list[str] = []

    def visit(items: tuple[object, ...], parent: str) -> None:
        for item in items:
            if isinstance(item, ListSpec):
                stem = f"{parent}.{item.name}" if parent else item.key.removesuffix("[]")
                for row in range(item.rows):
                    visit(item.columns, f"{stem}[{row}]")
                continue
            spec = definition.specs[item.key]  # type: ignore[attr-defined]
            name = f"{parent}.{spec.name}" if parent else spec.key
            if spec.type is ValueType.CODES and spec.codes is not None:
                names.extend(f"{name}[{code.value}]" for code in spec.codes.codes)
            elif spec.type is ValueType.TEXTS:
                names.extend(f"{name}[{row}]" for row in range(spec.rows))
            else:
                names.append(name)

    for section in definition.sections:
        visit(section.items, "")
    return names


def blank(definition: FormDefinition, *left_out: str) -> dict[str, Answer]:
    return {name: None for name in all_names(definition) if name not in left_out}


def test_each_field_is_counted_once() -> None:
    found = read(
        INTAKE,
        {"person.family_name": "Muster", "person.given_names": None, "goals[0].goal_id": "G01", "shoe.size": "42"},
        unticked("finance.urgent[miete]"),
        control("work.weekly_hours", "auswählen", state=FieldState.PLACEHOLDER),
        control("person.family_name#2", "Muster"),
        control("photo", "word/media/a.png", type=FieldType.PICTURE),
        control("hat.size", None),
    )
    assert found.balance == Balance(
        filled=1, empty=3, unknown=1, placeholder=1, ignored={"printed": 1, "copy": 1, "no_answer": 1}
    )
    assert found.balance.total == 9
    assert balance_text(found.balance) == "9 Felder: 1 ausgefüllt, 6 leer, 1 unbekannt, 1 doppelt"
    assert balance_text(replace(found.balance, ignored={})) == "6 Felder: 1 ausgefüllt, 4 leer, 1 unbekannt"
    assert balance_from_json(balance_json(found.balance)) == found.balance
    assert told(found.findings) == [
        ("unknown_field", "/shoe/size", "warning"),
        ("duplicate", "/person/family_name", "warning"),
    ]


def test_of_two_fields_of_one_name_the_filled_one_speaks() -> None:
    found = read(INTAKE, {"person.family_name": None, "person.family_name#2": "Muster"})
    assert at(found.data, "/person/family_name") == "Muster"
    assert told(found.findings) == [("duplicate", "/person/family_name", "warning")]
    assert finding_text(found.findings[0]).what.startswith("Dieses Feld kommt in der Datei mehrmals vor")


def test_two_fields_of_one_name_that_differ_are_a_conflict() -> None:
    found = read(INTAKE, {"person.family_name": "Muster", "person.family_name#2": "Master"})
    assert told(found.findings) == [("conflict", "/person/family_name", "error")]
    flagged = control("person.family_name", None, flags=("conflict",), state=FieldState.FILLED)
    found = read(INTAKE, {}, flagged, replace(flagged, name="person.family_name#2"))
    assert told(found.findings) == [("conflict", "/person/family_name", "error")]


def test_a_whole_blank_lacks_nothing() -> None:
    assert read(INTAKE, blank(INTAKE), marks=OWN).findings == ()


def test_an_optional_field_that_is_gone_is_told() -> None:
    gone = ("work.weekly_hours", "finance.urgent[miete]", "person.alias_names[1]")
    found = read(INTAKE, blank(INTAKE, *gone), marks=OWN)
    (finding,) = found.findings
    assert (finding.pointer, finding.rule, finding.severity) == ("", "vanished", Severity.INFO)
    labels = [INTAKE.specs[key].label for key in ("person.alias_names", "work.weekly_hours", "finance.urgent")]
    assert sorted(finding.parameters["labels"]) == sorted(labels)  # type: ignore[call-overload]
    assert finding_text(finding).what.startswith("In der Datei fehlen Felder des Bogens: ")


def test_a_required_field_that_is_gone_is_an_error() -> None:
    found = read(INTAKE, blank(INTAKE, "form.filled_on"), marks=OWN)
    assert told(found.findings) == [("vanished", "/form/filled_on", "error")]
    assert "form.filled_on" in found.failed
    assert finding_text(found.findings[0]).what == "Dieses Pflichtfeld fehlt in der Datei."


def test_a_column_that_is_gone_from_one_row_is_told() -> None:
    more: dict[str, Answer] = {"goals[1].title": None, "goals[0].actions[1].title": None}
    found = read(INTAKE, {**blank(INTAKE), **more}, marks=OWN)
    (finding,) = found.findings
    assert "Woran" in finding.parameters["labels"]  # type: ignore[operator]


def test_a_pre_filled_form_has_the_rows_of_its_plan() -> None:
    names = blank(REVIEW, *(name for name in all_names(REVIEW) if name.startswith("goals[0]")))
    marks = FormMarks(kind="review", version="2026.1", base="ab12")
    assert read(REVIEW, names, marks=marks).findings == ()
    assert told(read(REVIEW, names, marks=replace(marks, base=None)).findings) == [("vanished", "", "info")]


def test_a_form_of_another_version_lacks_nothing() -> None:
    assert read(INTAKE, {}, marks=FormMarks(kind="intake", version="2025.1")).findings == ()
