"""What of a plan may go to the Jobcenter, read from the rules of the field and not from the program's filter."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date
from typing import cast

from formpipe.catalogue import Catalogue
from formpipe.definition import FieldSpec, ValueType
from formpipe.model import IntegrationPlan, Json, pattern_of

LETTERS = "bdgkmvwxz"
LENGTH = 7
SCOPES = ("J0", "J1", "J2", "J3", "J4", "J5", "J6")
AREAS = {
    "sprache": "J0",
    "schule_ausbildung": "J0",
    "arbeit": "J0",
    "entwicklung": "J0",
    "alltag_digital": "J0",
    "gesundheit": "J1",
    "kinderbetreuung": "J2",
    "wohnen": "J3",
    "aufenthalt": "J5",
}
GOING_ON = {"offen", "in_arbeit", "teilweise_erreicht", "erreicht"}
STEPS_GOING_ON = {"geplant", "laeuft", "erledigt"}
ADDRESS = {"contact.street", "contact.house_number", "contact.postcode", "contact.city", "contact.care_of"}
STEERING = frozenset(
    {
        "contact.address_protected",
        "family.protection_need",
        "housing.type",
        "residence.status_code",
        "finance.debts",
        "person.birth_date_precision",
    }
)
"""Fields that stay in and yet steer the filter."""

Words = dict[str, set[str]]
"""Words by the key of the field they stand in."""


def words_of(value: Json, spec: FieldSpec) -> Iterator[str]:
    """Yield the words, days (ISO) and numbers that say *value* on paper."""
    if isinstance(value, list):
        for each in value:
            yield from words_of(each, spec)
    elif spec.codes is not None:
        title = spec.codes.title_of(value)
        if title is not None and value not in {"keine_angabe", "unbekannt"}:
            yield title
    elif spec.type in {ValueType.DATE, ValueType.DATE_TIME}:
        if str(value)[:1].isdigit():
            yield str(value)[:10]
    elif isinstance(value, int | float):
        yield str(value)
    else:
        yield from (each for each in _parts(str(value)) if len(each) == LENGTH and set(each) <= set(LETTERS))


def _parts(text: str) -> list[str]:
    return "".join(each if each.isalnum() else " " for each in text.casefold()).split()


def flat(plan: IntegrationPlan) -> dict[str, Json]:
    """Return every value of *plan* by its key, those of goals and steps by their place."""
    out = {key: held.value for key, held in plan.values.items()}
    for row, goal in enumerate(plan.goals):
        out |= {f"goals[{row}].{name}": held.value for name, held in goal.columns.items()}
        for step, action in enumerate(goal.actions):
            out |= {f"goals[{row}].actions[{step}].{name}": held.value for name, held in action.columns.items()}
    return out


class Oracle:
    """What may go out, read from domain 2.1, 2.3.2, 4.3 and the decisions, without the program's filter."""

    def __init__(self, plan: IntegrationPlan, catalogue: Catalogue, scopes: AbstractSet[str], on: date) -> None:
        self.values = flat(plan)
        self.plan, self.catalogue, self.scopes, self.on = plan, catalogue, scopes, on

    def released(self) -> dict[str, Json]:
        """Return the values that may go out, lists without the codes that may not."""
        out: dict[str, Json] = {}
        for key, value in self.values.items():
            if not self._row_is_open(key) or not self._field_is_open(key, value):
                continue
            if isinstance(value, list):
                kept = [each for each in value if self._rule(key, each)]
                if kept:
                    out[key] = kept
            elif self._rule(key, value):
                out[key] = value
        return out

    def _rule(self, key: str, value: Json) -> bool:
        spec = self.catalogue.spec_of(key)
        assert spec is not None
        rule = spec.jobcenter_values.get(str(value), spec.jobcenter)
        if value in ("keine_angabe", "unbekannt") and not (value == "unbekannt" and self._is_state(spec)):
            return False
        return (rule == "always") or (rule.startswith("J") and rule in self.scopes)

    @staticmethod
    def _is_state(spec: FieldSpec) -> bool:
        return (
            spec.codes is not None
            and spec.type is not ValueType.BOOLEAN
            and spec.codes.title_of("unbekannt") is not None
        )

    def _field_is_open(self, key: str, value: Json) -> bool:
        pattern = pattern_of(key)
        if pattern in {"finance.debts", "counselling[].attendance_release", "childcare.children[].member_id"}:
            return False  # said by a sentence, or by a name
        if pattern in ADDRESS and self._is_protected():
            return False
        if pattern == "housing.type" and value == "schutzunterkunft":
            return False
        if pattern in {"residence.status_code", "residence.citation_text"} and self._is_victim():
            return False
        if pattern == "household.members[].birth_date":
            return False
        if pattern == "person.birth_date":
            return self.values.get("person.birth_date_precision", "tag") not in {"monat", "jahr", "geschaetzt"}
        return True

    def _is_protected(self) -> bool:
        said = self.values.get("contact.address_protected")
        if said in (True, False) and isinstance(said, bool):
            return said
        need = self.values.get("family.protection_need")
        return need == "ja" or need is True or self.values.get("housing.type") == "schutzunterkunft"

    def _is_victim(self) -> bool:
        return self.values.get("residence.status_code") in {"ae_25_4a", "ae_25_4b"}

    def _row_is_open(self, key: str) -> bool:
        head = (
            key.partition(".")[0] if not key.startswith(("household.", "childcare.")) else ".".join(key.split(".")[:2])
        )
        if key.startswith("household.members["):
            return self._member_is_open(head)
        if key.startswith("childcare.children["):
            member = self.values.get(f"{head}.member_id")
            rows = {
                self.values[each]: each.rpartition(".")[0]
                for each in self.values
                if each.endswith(".member_id") and each.startswith("household.")
            }
            return member in rows and self._member_is_open(rows[member])
        if key.startswith("consents["):
            return self._consent_is_open(head)
        if key.startswith("goals["):
            return self._goal_is_open(key)
        if key.startswith("reviews[") and key.count("[") > 1:
            return self._review_row_is_open(key.rpartition(".")[0])
        return True

    def _member_is_open(self, row: str) -> bool:
        if "J2" not in self.scopes:
            return False
        born = date.fromisoformat(str(self.values[f"{row}.birth_date"]))
        day = self.plan.dated
        age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        reference = self.values.get(f"{row}.consent_ref")
        return age < 18 or any(
            self.values.get(f"{each}.consent_id") == reference and self._in_force(each) for each in self._consent_rows()
        )

    def _consent_rows(self) -> list[str]:
        return sorted({key.partition(".")[0] for key in self.values if key.startswith("consents[")})

    def _in_force(self, row: str) -> bool:
        cells = {key.rpartition(".")[2]: value for key, value in self.values.items() if key.startswith(f"{row}.")}
        day = self.on.isoformat()
        return (
            cells["granted"] is True
            and len(cast("list[str]", cells["informed"])) == 3
            and str(cells["granted_on"]) <= day <= str(cells["valid_until"])
            and ("revoked_on" not in cells or str(cells["revoked_on"]) > day)
        )

    def _consent_is_open(self, row: str) -> bool:
        own = {self.values.get(key) for key in self.values if key.endswith(".consent_ref")}
        is_members = self.values.get(f"{row}.consent_id") in own
        return str(self.values.get(f"{row}.scope")).startswith("J") and self._in_force(row) and not is_members

    def _goal_is_open(self, key: str) -> bool:
        row = key.partition(".")[0]
        cell = {name: self.values.get(f"{row}.{name}") for name in ("life_area", "status", "jc_relevant")}
        area = str(cell["life_area"])
        if AREAS.get(area) not in self.scopes or cell["status"] not in GOING_ON or cell["jc_relevant"] is not True:
            return False
        if self.values.get(f"{row}.agreed_with_client") is not True:
            return False
        if area != "gesundheit" and self.values.get(f"{row}.confidential") is True:
            return False
        step = key.rpartition(".")[0]
        return ".actions[" not in key or self.values.get(f"{step}.status") in STEPS_GOING_ON

    def _review_row_is_open(self, row: str) -> bool:
        ids = {goal.goal_id: f"goals[{place}]" for place, goal in enumerate(self.plan.goals)}
        if ".goal_reviews[" in row:
            goal = ids.get(str(self.values[f"{row}.goal_id"]))
            return (
                goal is not None
                and self._goal_is_open(f"{goal}.title")
                and self.values[f"{row}.status_new"] in GOING_ON
            )
        action_id = str(self.values[f"{row}.action_id"])
        goal = ids.get(action_id.partition("-")[0])
        if goal is None:
            return False
        steps = self.plan.goals[int(goal[6:-1])].actions
        place = next((number for number, step in enumerate(steps) if step.action_id == action_id), None)
        if place is None or not self._goal_is_open(f"{goal}.actions[{place}].title"):
            return False
        return self.values[f"{row}.status"] in STEPS_GOING_ON
