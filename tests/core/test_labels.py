"""Forms whose fields have no name but their label: the form's labels lead to the keys, and nothing is guessed."""

from __future__ import annotations

from dataclasses import replace

from core.make_definitions import INTAKE, REVIEW, Answer, control, told

from formpipe.definition import FormDefinition
from formpipe.model import Field, FieldState, FieldType, FilledForm, FormMarks
from formpipe.normalise.labels import with_keys
from formpipe.normalise.normalise import normalise
from formpipe.schemas import Library
from formpipe.wording.wording import finding_text

TICKED = True


def labelled(label: str, value: Answer, *context: str, **more: object) -> Field:
    """A field as a reader finds it beside its label."""
    return control(label, value, name_source="label", label=label, context=context, **more)


def form(*fields: Field) -> FilledForm:
    return FilledForm(container="docx", marks=FormMarks(), fields=fields)


def names(definition: FormDefinition, *fields: Field) -> list[str]:
    return [field.name for field in with_keys(form(*fields), definition).fields]


def test_a_label_leads_to_its_key() -> None:
    assert names(INTAKE, labelled("Familienname", "Muster"), labelled("ausgefüllt AM", "1.1.2026")) == [
        "person.family_name",
        "form.filled_on",
    ]


def test_older_labels_lead_there_too() -> None:
    section = next(each for each in INTAKE.sections if each.name == "person")
    spec = replace(INTAKE.specs["person.family_name"], labels=("FAMILIENNAME", "Zuname"))
    older = replace(INTAKE, sections=(replace(section, items=(spec,)),))
    assert names(older, labelled("Zuname", "Muster")) == ["person.family_name"]


def test_fields_with_names_stay() -> None:
    named = form(control("x", "y", label="Familienname"))
    assert with_keys(named, INTAKE) is named
    mixed = with_keys(form(control("x", "y", label="Familienname"), labelled("Straße", "Weg")), INTAKE)
    assert [field.name for field in mixed.fields] == ["x", "contact.street"]


def test_the_heading_tells_two_fields_of_one_label_apart() -> None:
    assert names(
        INTAKE, labelled("Vorname(n)", "Anna", "4  Person"), labelled("Vorname(n)", "Lena", "5. Haushalt")
    ) == ["person.given_names", "household.members[0].given_names"]


def test_a_label_of_another_section_is_unknown() -> None:
    assert names(INTAKE, labelled("Straße", "Weg", "Person")) == ["Straße"]


def test_the_title_of_a_list_tells_its_columns_and_no_title_the_single_field() -> None:
    both = [
        labelled("Vorname(n)", "Lena", "", "Mitglieder – alle im Haushalt"),
        labelled("Vorname(n)", "Anna", ""),
    ]
    assert names(INTAKE, *both) == ["household.members[0].given_names", "person.given_names"]


def test_a_column_that_comes_again_begins_a_row() -> None:
    rows = [labelled(label, None, "Haushalt") for label in ("Vorname(n)", "Beziehung") * 2]
    assert names(INTAKE, *rows) == [
        "household.members[0].given_names",
        "household.members[0].relationship",
        "household.members[1].given_names",
        "household.members[1].relationship",
    ]


def test_steps_are_counted_within_their_goal() -> None:
    goal = [labelled("Ziel", "Deutsch B1", "Ziele"), labelled("Woran", "Zertifikat", "Ziele")]
    steps = [labelled("Schritt", text, "Ziele") for text in ("anmelden", "besuchen")]
    found = names(INTAKE, *goal, *steps, *goal, steps[0])
    assert [name.partition(".")[0] for name in found] == ["goals[0]"] * 4 + ["goals[1]"] * 3
    assert [name for name in found if "actions" in name] == [
        "goals[0].actions[0].title",
        "goals[0].actions[1].title",
        "goals[1].actions[0].title",
    ]


def test_rows_of_texts_are_numbered() -> None:
    assert names(INTAKE, *(labelled("Andere Schreibweisen", text) for text in "ab")) == [
        "person.alias_names[0]",
        "person.alias_names[1]",
    ]


def test_a_box_is_found_by_its_question() -> None:
    box = {"type": FieldType.CHECKBOX}
    label = INTAKE.specs["finance.urgent"].label
    code = INTAKE.specs["finance.urgent"].codes
    assert code is not None
    title = code.codes[0].title
    name = f"finance.urgent[{code.codes[0].value}]"
    assert names(INTAKE, labelled(title, TICKED, **box), labelled(f"{label} *: {title}", TICKED, **box)) == [
        name,
        f"{name}#2",
    ]
    assert names(INTAKE, labelled(title, "ja")) == [title]


def test_the_box_of_a_section_without_a_change() -> None:
    box = labelled("keine Änderung in diesem Abschnitt", TICKED, "Haushalt", type=FieldType.CHECKBOX)
    assert names(REVIEW, box) == ["review.unchanged_sections[household]"]


def test_a_label_that_fits_two_fields_is_not_guessed(library: Library) -> None:
    two = normalise(form(labelled("Stand", "offen", "Ziele und Schritte")), library.newest("intake"))
    assert told(two.findings) == [("ambiguous", "/Stand", "warning")]
    assert "goals" not in two.data
    assert "an mehreren Stellen" in finding_text(two.findings[0]).what


def test_the_row_at_hand_tells_which_of_two_columns_is_meant(library: Library) -> None:
    intake = library.newest("intake")
    labels = [intake.specs[key].label for key in ("goals[].title", "goals[].actions[].title")]
    goal, step, stand = (labelled(label, None, "Ziele und Schritte") for label in (*labels, "Stand"))
    assert names(intake, goal, stand, step, stand, stand) == [
        "goals[0].title",
        "goals[0].status",
        "goals[0].actions[0].title",
        "goals[0].actions[0].status",
        "Stand",
    ]


def test_a_hint_that_still_stands_there_is_no_answer() -> None:
    (field,) = with_keys(form(labelled("Familienname", "eintragen")), INTAKE).fields
    assert (field.value, field.state) == (None, FieldState.PLACEHOLDER)


def test_the_same_words_beside_a_place_to_sign_are_no_second_field() -> None:
    assert names(INTAKE, labelled("Familienname", "Muster"), labelled("Familienname", None)) == [
        "person.family_name",
        "Familienname",
    ]
