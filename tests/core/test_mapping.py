"""Foreign forms under our names: what a mapping leads where, and what is wrong in one."""

from __future__ import annotations

from typing import Any

import pytest
from core.make_definitions import INTAKE, at, control, told

from formpipe.errors import UnknownFormError
from formpipe.mapping import FormMapping, mapped, mapping_faults, mapping_of
from formpipe.model import Field, FieldType, FilledForm, FormMarks
from formpipe.normalise.normalise import normalise

DEFINITIONS = {INTAKE.kind: INTAKE}
TICKED = True


def document(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {
        "kind": "intake",
        "version": "2026.1",
        "recognised_by": {"labels": ["Zuname"]},
        "fields": {"Zuname": "person.family_name"},
        **more,
    }


def mapping(**more: Any) -> FormMapping:  # noqa: ANN401 - JSON
    return mapping_of("alt", document(**more))


def labelled(label: str, value: Any, name: str = "", **more: object) -> Field:  # noqa: ANN401 - as control
    return control(name or label, value, name_source="label", label=label, **more)


def form(*fields: Field, title: str = "") -> FilledForm:
    return FilledForm(container="docx", marks=FormMarks(), fields=(labelled("Zuname", "Muster"), *fields), title=title)


def names(found: FilledForm) -> dict[str, object]:
    return {field.name: field.value for field in found.fields}


def test_fields_get_our_names_and_the_form_its_kind() -> None:
    found = mapped(form(), [mapping()], DEFINITIONS)
    assert names(found) == {"person.family_name": "Muster", "form.version": "2026.1"}
    assert (found.marks.kind, found.fields[0].name_source) == ("intake", "mapping")


def test_a_form_of_ours_and_one_that_no_mapping_knows_stay() -> None:
    own = FilledForm(container="docx", marks=FormMarks(kind="intake"), fields=form().fields)
    assert mapped(own, [mapping()], DEFINITIONS) is own
    foreign = form()
    assert mapped(foreign, [mapping(recognised_by={"labels": ["Zuname", "Rufname"]})], DEFINITIONS) is foreign
    assert mapped(foreign, [mapping(recognised_by={"title": "Erfassungsbogen"})], DEFINITIONS) is foreign


def test_a_form_is_known_by_its_title() -> None:
    known = mapping(recognised_by={"title": "Erfassungsbogen"})
    assert mapped(form(title="ERFASSUNGSBOGEN"), [known], DEFINITIONS).marks.kind == "intake"


def test_two_mappings_for_one_form_are_none() -> None:
    with pytest.raises(UnknownFormError):
        mapped(form(), [mapping(), mapping()], DEFINITIONS)


def test_words_are_led_to_ours_and_one_answer_to_two_keys() -> None:
    fields = {
        "Zuname": ["person.family_name", "person.name_original_script"],
        "Hilfe": {"key": "finance.urgent", "values": {"Wohnung": "miete"}},
        "Ja": {"key": "form.is_correction", "values": {"x": "ja"}},
    }
    more = (labelled("Hilfe", ("wohnung", "strom"), type=FieldType.MULTICHOICE), labelled("Ja", TICKED))
    found = mapped(form(*more), [mapping(fields=fields)], DEFINITIONS)
    assert names(found) == {
        "person.family_name": "Muster",
        "person.name_original_script": "Muster",
        "finance.urgent": ("miete", "strom"),
        "form.is_correction": True,
        "form.version": "2026.1",
    }


def test_rows_are_those_of_the_paper() -> None:
    rows = (labelled("Ziel", "eins"), labelled("Ziel", "zwei", "Ziel#2"), labelled("Ziel", None, "Ziel#3"))
    found = mapped(form(*rows), [mapping(fields={"Ziel": "goals[].title"})], DEFINITIONS)
    assert list(names(found))[1:4] == ["goals[0].title", "goals[1].title", "goals[2].title"]


def test_two_answers_for_one_key_are_a_conflict() -> None:
    fields = {"Zuname": "person.family_name", "Name": "person.family_name"}
    found = mapped(form(labelled("Name", "Anders")), [mapping(fields=fields)], DEFINITIONS)
    assert list(names(found))[:2] == ["person.family_name", "person.family_name#2"]
    assert told(normalise(found, INTAKE).findings) == [("conflict", "/person/family_name", "error")]


def test_what_the_form_prints_is_put_in_where_it_does_not_ask() -> None:
    printed = {"case.carrier": "CAR", "person.family_name": "nie"}
    found = mapped(form(), [mapping(printed=printed)], DEFINITIONS)
    assert names(found)["case.carrier"] == "CAR"
    assert names(found)["person.family_name"] == "Muster"


def test_unnamed_fields_are_unknown_although_a_label_of_ours_fits_and_ignored_ones_are_counted() -> None:
    more = (labelled("Familienname", "x"), labelled("Straße", "y"), control("pdf.name", "z", label="Tooltip"))
    found = normalise(mapped(form(*more), [mapping(ignored=["Straße"])], DEFINITIONS), INTAKE)
    assert found.unknown == ("Familienname", "pdf.name")
    assert found.balance.ignored == {"mapping": 1}
    assert at(found.data, "/person/family_name") == "Muster"


def test_one_further_label_is_enough(library: Any) -> None:  # noqa: ANN401 - the shipped schemas
    more = (labelled("geboren am", "1.2.1990"), labelled("Unbekanntes", "x"))
    found = mapped(form(*more), [mapping()], library.definitions)
    assert names(found)["person.birth_date"] == "1.2.1990"


@pytest.mark.parametrize(
    ("more", "pointer", "what"),
    [
        ({"fields": {}}, "/fields", "'minProperties' does not hold"),
        ({"fields": {"a/b": 3}}, "/fields/a~1b", "'anyOf' does not hold"),
        ({"odd": 1}, "", "'additionalProperties' does not hold"),
        ({"recognised_by": {}}, "/recognised_by", "'minProperties' does not hold"),
        ({"version": "1999.1"}, "/version", "there is no form 'intake.v1999.1'"),
        ({"fields": {"Zuname": "person.nickname"}}, "/fields/Zuname", "'person.nickname' is no field of the form"),
        ({"fields": {"Zuname": [{"key": "goals[].x"}]}}, "/fields/Zuname", "'goals[].x' is no field of the form"),
        ({"printed": {"person.x": "y"}}, "/printed/person.x", "no field of the form"),
        ({"ignored": ["ZUNAME"]}, "/ignored", "'zuname' is mapped and ignored"),
    ],
)
def test_faults_of_a_mapping(more: dict[str, Any], pointer: str, what: str) -> None:
    (fault,) = mapping_faults(document(**more), DEFINITIONS)
    assert (fault.pointer, fault.what) == (pointer, what)


def test_two_spellings_of_one_label_are_a_fault() -> None:
    fields = {"Zuname": "person.family_name", "ZUNAME": "person.given_names", "Ziel": "goals[].title"}
    found = list(mapping_faults(document(fields=fields), DEFINITIONS))
    assert [(fault.pointer, fault.what) for fault in found] == [
        ("/fields/Zuname", "another field is read as the same label"),
        ("/fields/ZUNAME", "another field is read as the same label"),
    ]


def test_a_sound_mapping_has_no_faults() -> None:
    fields = {"Ziel": "goals[].title", "Rat": {"key": "finance.urgent[miete]"}}
    assert list(mapping_faults(document(fields=fields, printed={"case.carrier": "CAR"}), DEFINITIONS)) == []
