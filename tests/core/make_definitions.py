"""Small forms for the tests of reading and judging: an intake, a review, and ways to fill them; all data invented."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from formpipe.defining import code_list_of, definition_of
from formpipe.definition import FormDefinition
from formpipe.model import Field, FieldState, FieldType, FilledForm, Finding, FormMarks, Json, Verdict
from formpipe.normalise.normalise import Normalised, normalise
from formpipe.rules.door import Door
from formpipe.validate.validate import validate, validator_of

TODAY = date(2026, 5, 20)
NUMBER = "MA-CAR-2026-0001"
_DIALECT = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
_NOTES = {"x-print": "main", "x-sensitivity": ["S"]}
_NO_ANSWER = {
    "oneOf": [{"const": "keine_angabe", "title": "keine Angabe"}, {"const": "unbekannt", "title": "unbekannt"}]
}
_DECLINED = {"oneOf": [{"const": "keine_angabe", "title": "keine Angabe"}]}
_YES_NO = {
    "oneOf": [{"const": True, "title": "ja"}, {"const": False, "title": "nein"}, *_NO_ANSWER["oneOf"]],
}
Node = dict[str, Any]


def codes(**titles: str) -> Node:
    return {"oneOf": [{"const": const, "title": title} for const, title in titles.items()]}


def numbers(**titles: str) -> Node:
    return {"oneOf": [{"const": int(const[1:]), "title": title} for const, title in titles.items()]}


LIFE_AREAS = codes(
    arbeit="Zugang zum Arbeitsmarkt",
    wohnen="Wohnen",
    gesundheit="Gesundheit",
    beratung_vertraulich="vertrauliche Beratung",
)
STATUSES = codes(offen="offen", in_arbeit="in Arbeit", erreicht="erreicht", zurueckgestellt="zurückgestellt")
SCOPES = codes(V0="Verarbeitung", J0="Jobcenter", J1="Gesundheit")
PRECISIONS = codes(tag="genau", monat="Monat", jahr="Jahr", geschaetzt="geschätzt")
COUNTRIES = codes(SYR="Syrien", UKR="Ukraine", COD="Kongo, Demokratische Republik", COG="Kongo")
SECTIONS = codes(person="Person", housing="Wohnen", household="Haushalt", finance="Geld")
TEXT: Node = {"type": "string", "minLength": 1, "maxLength": 40}
DATE: Node = {"type": "string", "format": "date"}


class Schema:
    """One kind of form: what a review adds (clearing, changes) and an intake prints."""

    def __init__(self, kind: str) -> None:
        self.is_review = kind == "review"

    def plain(self, title: str, /, value: Node, **notes: object) -> Node:
        """A field that must be answered, or has its own words for no answer."""
        return {
            "title": title,
            **value,
            **_NOTES,
            **{f"x-{key.replace('_', '-')}": each for key, each in notes.items()},
        }

    def optional(self, title: str, /, value: Node, **notes: object) -> Node:
        """A field that may be declined, and on a review cleared."""
        coded = "oneOf" in value
        branches = [value, _DECLINED if coded else _NO_ANSWER]
        if self.is_review:
            branches.append({"type": "null"})
        words = {} if coded else {"no_answer": True}
        return self.plain(title, {"anyOf": branches}, **words, clearable=self.is_review, **notes)

    def items(self, title: str, /, value: Node, **notes: object) -> Node:
        """A list of values."""
        array: Node = {"type": "array", "items": value, "uniqueItems": True, "maxItems": 3}
        if not self.is_review:
            return self.plain(title, array, **notes)
        return self.plain(title, {"anyOf": [array, {"type": "null"}]}, clearable=True, **notes)

    def section(self, title: str, /, *required: str, **fields: Node) -> Node:
        need = {"required": list(required)} if required else {}
        return {"title": title, "type": "object", "additionalProperties": False, "properties": fields, **need}

    def rows(self, title: str, /, *required: str, row_id: tuple[str, str] | None = None, **fields: Node) -> Node:
        inner = self.section(title, *required, **fields)
        ids = {"x-id": {"name": row_id[0], "prefix": row_id[1]}} if row_id else {}
        return {"title": title, "type": "array", "items": inner, "maxItems": 20, **ids}

    def date(self, title: str, /, **notes: object) -> Node:
        return self.optional(title, DATE, **notes)

    def boolean(self, title: str) -> Node:
        return self.plain(title, {"$ref": "codes/boolean.json"})

    def printed(self, *values: str) -> dict[str, Any]:
        return {} if self.is_review else {"locked": True, "printed": list(values)}


def _form(s: Schema, form_type: str) -> Node:
    return s.section(
        "Angaben zum Bogen",
        "type",
        "version",
        "filled_on",
        type=s.plain("Art", {**codes(**{form_type: form_type})}, locked=True),
        version=s.plain("Fassung", {"type": "string", "pattern": "^[0-9]{4}[.][0-9]+$"}, locked=True),
        filled_on=s.plain("Ausgefüllt am", DATE, example="28.02.2026"),
        interpreter=s.optional("Sprachmittlung", codes(keine="keine", vor_ort="vor Ort", kind="Kind")),
        is_correction=s.boolean("Berichtigung"),
        corrects_sha256=s.plain("Prüfsumme", {"type": "string", "pattern": "^[0-9a-f]{4}$"}),
    )


def _person(s: Schema, *required: str) -> Node:
    return s.section(
        "Person",
        *required,
        family_name=s.optional("Familienname", TEXT),
        given_names=s.optional("Vorname(n)", TEXT),
        birth_date=s.plain("Geburtsdatum", DATE, precision="birth_date_precision", example="28.02.1990"),
        birth_date_precision=s.plain("Genauigkeit", PRECISIONS),
        name_original_script=s.optional("Name in Originalschrift", TEXT),
        name_original_script_code=s.optional("Schrift", codes(Arab="Arabisch", Cyrl="Kyrillisch")),
        arrival=s.date("Einreise", partial=True)
        if s.is_review
        else s.plain(
            "Einreise",
            {"anyOf": [DATE, {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2})?$"}, _NO_ANSWER]},
            partial=True,
            no_answer=True,
        ),
        nationalities=s.items("Staatsangehörigkeit", COUNTRIES, rows=2),
        alias_names=s.items("Andere Schreibweisen", TEXT, rows=3, no_answer=True),
        life_wish=s.optional("Mein Wunsch", TEXT, multiline=True),
    )


def _contact(s: Schema) -> Node:
    return s.section(
        "Kontakt",
        street=s.optional("Straße", TEXT),
        postcode=s.optional("Postleitzahl", {"type": "string", "pattern": "^[0-9]{5}$"}),
        phone=s.optional("Telefon", {"type": "string", "pattern": "^[+][0-9]+$"}, normalise="phone"),
        address_protected=s.boolean("Adresse geschützt"),
    )


def _ids(s: Schema, *required: str) -> Node:
    return s.section(
        "Nummern",
        *required,
        kundennummer_ba=s.optional("Kundennummer", TEXT, example="999A000001"),
        bg_nummer=s.optional("BG-Nummer", {"type": "string", "pattern": "^[0-9]{5}BG[0-9]{7}$"}, normalise="bg_nummer"),
        bg_nummer_status=s.plain(
            "Stand BG-Nummer",
            codes(vorhanden="vorhanden", beantragt="beantragt", nicht_noetig="nicht nötig", unbekannt="unbekannt"),
        ),
    )


def _household(s: Schema) -> Node:
    return s.section(
        "Haushalt",
        members=s.rows(
            "Mitglieder",
            "relationship",
            row_id=("member_id", "HM"),
            member_id=s.plain(
                "Nr.", {"type": "string", "pattern": "^HM[0-9]{2}$"}, **s.printed("HM01", "HM02", "HM03")
            ),
            given_names=s.optional("Vorname(n)", TEXT),
            birth_date=s.optional("Geburtsdatum", DATE, precision="birth_date_precision"),
            birth_date_precision=s.optional("Genauigkeit", PRECISIONS),
            relationship=s.plain("Beziehung", codes(partner="Partner:in", kind="Kind")),
            consent_ref=s.plain("Einwilligung", {"type": "string", "pattern": "^C[0-9]{2}$"}),
        ),
    )


def _goals(s: Schema) -> Node:
    return s.rows(
        "Ziele",
        "life_area",
        "title",
        "status",
        row_id=("goal_id", "G"),
        goal_id=s.plain("Ziel-Nr.", {"type": "string", "pattern": "^G[0-9]{2}$"}, **s.printed("G01", "G02", "G03")),
        life_area=s.plain("Lebensbereich", LIFE_AREAS),
        title=s.plain("Ziel", {"type": "string", "minLength": 5, "maxLength": 60}, example="Deutsch B1"),
        indicator=s.plain("Woran", TEXT, example="Zertifikat"),
        due_date=s.plain("bis wann", DATE),
        status=s.plain("Stand", STATUSES),
        agreed_with_client=s.boolean("vereinbart"),
        confidential=s.boolean("vertraulich"),
        jc_relevant=s.boolean("für Jobcenter"),
        actions=s.rows(
            "Schritte",
            "title",
            row_id=("action_id", "S"),
            action_id=s.plain("Schritt-Nr.", {"type": "string", "pattern": "^G[0-9]{2}-S[0-9]{2}$"}),
            title=s.plain("Schritt", TEXT),
            responsible=s.plain("Wer?", codes(klient="Klient:in", im="Integrationsmanagement")),
        ),
    )


def _consents(s: Schema) -> Node:
    return s.rows(
        "Einwilligungen",
        "scope",
        "granted",
        "granted_on",
        row_id=("consent_id", "C"),
        consent_id=s.plain("Nr.", {"type": "string", "pattern": "^C[0-9]{2}$"}, **s.printed("C01", "C02", "C03")),
        scope=s.plain("Umfang", SCOPES, **s.printed("V0", "J0", "J1")),
        granted=s.boolean("erteilt"),
        granted_on=s.plain("am", DATE),
        valid_until=s.date("gilt bis"),
        revoked_on=s.date("widerrufen am"),
        informed=s.plain(
            "belehrt", {"type": "array", "items": codes(zweck="Zweck", widerruf="Widerruf"), "minItems": 2}
        ),
        signed_by=s.plain(
            "unterschrieben von", codes(klient="Klient:in", sorgeberechtigt="Sorgeberechtigte", betreuung="Betreuung")
        ),
    )


def _jobcenter(s: Schema) -> Node:
    return s.section(
        "Jobcenter",
        appointment_at=s.optional("Termin", {"type": "string", "format": "date-time"}),
        place=s.optional("Ort", TEXT),
        requests=s.items("Anliegen", TEXT, rows=3, no_answer=True),
        offers=s.items("Beitrag", TEXT, rows=3, no_answer=True),
    )


def _life(s: Schema) -> dict[str, Node]:
    return {
        "work": s.section(
            "Arbeit",
            target_occupation=s.optional("Wunschberuf", TEXT),
            weekly_hours=s.optional("Stunden", {"type": "number", "minimum": 0, "maximum": 60}, example="19,5"),
            school_years=s.optional("Schuljahre", {"type": "integer", "minimum": 0, "maximum": 20}),
            skills_informal=s.items("Kenntnisse", TEXT, rows=3, no_answer=True),
            experience=s.rows("Erfahrung", occupation=s.optional("Beruf", TEXT), years=s.optional("Jahre", TEXT)),
        ),
        "housing": s.section(
            "Wohnen",
            type=s.optional("Wohnform", codes(wohnung="Wohnung", schutzunterkunft="Schutzunterkunft")),
            wbs_status=s.optional("Wohnberechtigungsschein", codes(offen="offen", erteilt="erteilt")),
        ),
        "family": s.section("Familie", protection_need=s.optional("Gewaltschutz", codes(nein="nein", ja="ja"))),
        "finance": s.section(
            "Geld",
            debts=s.optional("Schulden", codes(keine="keine", unklar="unklar")),
            urgent=s.items("dringend", {"anyOf": [codes(miete="Miete", strom="Strom"), _DECLINED]}),
        ),
        "counselling": s.rows(
            "Beratung",
            service=s.plain("Angebot", codes(mbe="MBE", vertraulich="vertrauliche Beratung")),
            provider=s.optional("Stelle", TEXT),
        ),
        "development": s.section("Entwicklung", strengths=s.items("Stärken", TEXT, rows=3, no_answer=True)),
        "needs": s.rows(
            "Bedarf",
            "life_area",
            "level",
            life_area=s.plain("Lebensbereich", LIFE_AREAS, **s.printed("arbeit", "wohnen", "beratung_vertraulich")),
            level=s.plain("Bedarf", numbers(_0="selbständig", _1="Information", _2="Beratung")),
        ),
    }


def _definition(kind: str, form_type: str, title: str, on: str, **sections: Node) -> FormDefinition:
    head = {"title": title, "x-kind": kind, "x-version": "2026.1", "x-form-type": form_type, "x-date": on}
    need = [name for name, node in sections.items() if node.get("required")]
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://formpipe.invalid/schemas/{kind}.v2026.1.json",
        **head,
        "type": "object",
        "additionalProperties": False,
        "required": need,
        "properties": sections,
    }
    return definition_of(schema, CODE_LISTS)


def _intake() -> FormDefinition:
    s = Schema("intake")
    case = s.section(
        "Fall",
        "intake_date",
        case_id=s.plain("Fallnummer", {"type": "string", "pattern": "^[A-Z-]+[0-9-]+$"}, example=NUMBER),
        carrier=s.plain("Träger", codes(CAR="Caritas", AWO="AWO"), locked=True),
        intake_date=s.plain("Aufnahme am", DATE, example="28.02.2026"),
    )
    return _definition(
        "intake",
        "aufnahme",
        "Aufnahmebogen",
        "case.intake_date",
        form=_form(s, "aufnahme"),
        case=case,
        consents=_consents(s),
        person=_person(s, "birth_date", "nationalities"),
        contact=_contact(s),
        household=_household(s),
        ids=_ids(s, "bg_nummer_status"),
        jobcenter=_jobcenter(s),
        **_life(s),
        goals=_goals(s),
    )


def _review() -> FormDefinition:
    s = Schema("review")
    case = s.section(
        "Fall",
        "case_id",
        case_id=s.plain("Fallnummer", {"type": "string", "pattern": "^[A-Z-]+[0-9-]+$"}, example=NUMBER),
        manager_id=s.optional("Integrationsmanager:in", TEXT),
    )
    changes = s.section(
        "Änderungen",
        person=_person(s),
        contact=_contact(s),
        household=_household(s),
        ids=_ids(s),
        **_life(s),
    )
    review = s.section(
        "Überprüfung",
        "review_date",
        "next_review_date",
        review_date=s.plain("Datum der Überprüfung", DATE),
        next_review_date=s.plain("nächste Überprüfung", DATE),
        unchanged_sections=s.plain("keine Änderung in", {"type": "array", "items": SECTIONS, "uniqueItems": True}),
        goal_reviews=s.rows(
            "Stand der Ziele",
            "goal_id",
            "status_new",
            goal_id=s.plain("Ziel-Nr.", {"type": "string", "pattern": "^G[0-9]{2}$"}),
            status_new=s.plain("neuer Stand", STATUSES),
            due_date_new=s.date("neuer Termin"),
        ),
        action_updates=s.rows(
            "Stand der Schritte",
            "action_id",
            action_id=s.plain("Schritt-Nr.", {"type": "string", "pattern": "^G[0-9]{2}-S[0-9]{2}$"}),
            done_on=s.date("erledigt am"),
        ),
        changes=changes,
    )
    return _definition(
        "review",
        "ueberpruefung",
        "Überprüfungsbogen",
        "review.review_date",
        form=_form(s, "ueberpruefung"),
        case=case,
        review=review,
        goals=_goals(s),
        consents=_consents(s),
        jobcenter=_jobcenter(s),
    )


BOOLEAN_DOCUMENT: dict[str, Any] = {
    "$id": "https://formpipe.invalid/schemas/codes/boolean.json",
    "title": "Ja oder Nein",
    **_YES_NO,
}
CODE_LISTS = {"boolean": code_list_of("boolean", BOOLEAN_DOCUMENT)}
INTAKE = _intake()
REVIEW = _review()
DEFINITIONS = {each.kind: each for each in (INTAKE, REVIEW)}
REGISTRY: Registry[Any] = Registry().with_resource(
    BOOLEAN_DOCUMENT["$id"], Resource.from_contents({**_DIALECT, **BOOLEAN_DOCUMENT})
)
VALIDATORS: dict[str, Draft202012Validator] = {
    each.kind.kind: validator_of(each, REGISTRY) for each in DEFINITIONS.values()
}
Answer = str | bool | tuple[str, ...] | None

GOOD_INTAKE: Mapping[str, Answer] = {
    "form.filled_on": "15.01.2026",
    "case.intake_date": "15.01.2026",
    "consents[0].scope": "V0",
    "consents[0].granted": "ja",
    "consents[0].granted_on": "15.01.2026",
    "person.family_name": "Muster",
    "person.birth_date": "02.03.1990",
    "person.nationalities[0]": "Syrien",
    "ids.bg_nummer_status": "beantragt",
    "goals[0].life_area": "arbeit",
    "goals[0].title": "Deutschkurs beginnen",
    "goals[0].status": "offen",
    "goals[0].actions[0].title": "anmelden",
    "goals[0].actions[0].responsible": "im",
}
GOOD_REVIEW: Mapping[str, Answer] = {
    "form.filled_on": "10.04.2026",
    "case.case_id": NUMBER,
    "review.review_date": "10.04.2026",
    "review.next_review_date": "10.07.2026",
}


def control(name: str, value: Answer, **more: object) -> Field:
    """A control of a form as a reader gives it; `None` is an empty one."""
    state = FieldState.EMPTY if value is None else FieldState.FILLED
    kind = FieldType.CHECKBOX if isinstance(value, bool) else FieldType.TEXT
    told: dict[str, Any] = {"name_source": "tag", "label": f"Label {name}", "type": kind, "state": state, **more}
    return Field(name=name, value=value, **told)


def unticked(name: str, **more: object) -> Field:
    """A check box nobody ticked."""
    return control(name, value=False, **more)


def form_of(answers: Mapping[str, Answer], *more: Field, marks: FormMarks | None = None) -> FilledForm:
    fields = (*(control(name, value) for name, value in answers.items()), *more)
    return FilledForm(container="docx", marks=marks or FormMarks(), fields=fields)


def read(
    definition: FormDefinition, answers: Mapping[str, Answer], *more: Field, marks: FormMarks | None = None
) -> Normalised:
    return normalise(form_of(answers, *more, marks=marks), definition)


def door(**given: object) -> Door:
    pattern = re.compile(r"MA-CAR-[0-9]{4}-[0-9]{4}")
    known: dict[str, Any] = {"today": TODAY, "carrier": "CAR", "case_pattern": pattern, "stems": ("sucht",), **given}
    return Door(**known)


def judged(
    definition: FormDefinition,
    answers: Mapping[str, Answer],
    *more: Field,
    marks: FormMarks | None = None,
    **given: object,
) -> Verdict:
    """What a form comes to; *given* is the door's."""
    form = read(definition, answers, *more, marks=marks)
    return validate(form, definition, VALIDATORS[definition.kind.kind], door(**given))


def intake(
    changed: Mapping[str, Answer] | None = None, *more: Field, marks: FormMarks | None = None, **given: object
) -> Verdict:
    return judged(INTAKE, _with(GOOD_INTAKE, changed), *more, marks=marks, **given)


def review(
    changed: Mapping[str, Answer] | None = None, *more: Field, marks: FormMarks | None = None, **given: object
) -> Verdict:
    return judged(REVIEW, _with(GOOD_REVIEW, changed), *more, marks=marks, **given)


def _with(answers: Mapping[str, Answer], changed: Mapping[str, Answer] | None) -> dict[str, Answer]:
    """*answers* with *changed* laid over; `None` takes an answer away, its control stays."""
    return {**answers, **(changed or {})}


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    """Findings as rule, pointer and severity; the info on untouched sections left out."""
    return [(each.rule, each.pointer, each.severity.value) for each in findings if each.rule != "untouched"]


def at(data: Mapping[str, Any], path: str) -> Json:
    """The value at the JSON pointer *path* of *data*."""
    value: Any = data
    for step in path.split("/")[1:]:
        value = value[int(step)] if isinstance(value, list) else value[step]
    return cast("Json", value)
