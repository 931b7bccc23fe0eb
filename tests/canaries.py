"""Random cases with a word of its own in every field, and by its own reading of the rules what of it may go out.

The words have no vowels, so no guarded stem and no German word is among them;
dates and numbers are unique in their case too. Codes get a title of their own
for each field, so that they are seen on paper like any other word.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import cast

from oracle import LENGTH, LETTERS, SCOPES, Oracle, Words, flat, words_of

from formpipe.catalogue import Catalogue
from formpipe.definition import Code, CodeList, FieldSpec, Item, ListSpec, ValueType
from formpipe.documents.package import members_of
from formpipe.model import Action, CaseNumber, Goal, IntegrationPlan, Json, PlanValue, Sha256
from formpipe.resources import shipped

CASE = CaseNumber("MA-STA-2026-0001")


@dataclass(frozen=True, kw_only=True)
class Canaries:
    """A plan, the day of its paper, and whether there may be one; `released` are the keys that may go out."""

    plan: IntegrationPlan = field(repr=False)
    on: date
    scopes: frozenset[str]
    is_paper: bool
    words: Words = field(repr=False)
    released: Words = field(repr=False)


def word_of(number: int) -> str:
    """Return the word with this number; no two are alike."""
    out = ""
    for _ in range(LENGTH):
        number, rest = divmod(number, len(LETTERS))
        out += LETTERS[rest]
    return out


def titled(catalogue: Catalogue) -> Catalogue:
    """Return *catalogue* with a word of its own as the title of each code of each field."""
    numbers = iter(range(len(LETTERS) ** LENGTH - 1, 0, -1))

    def of_item(item: Item) -> Item:
        if isinstance(item, ListSpec):
            return replace(item, columns=tuple(of_item(each) for each in item.columns))
        return specs[item.key]

    def of_spec(spec: FieldSpec) -> FieldSpec:
        if spec.codes is None:
            return spec
        codes = tuple(Code(value=code.value, title=word_of(next(numbers))) for code in spec.codes.codes)
        return replace(spec, codes=CodeList(name=spec.key, title=spec.codes.title, codes=codes))

    specs = {key: of_spec(spec) for key, spec in catalogue.specs.items()}
    sections = tuple(
        replace(section, items=tuple(of_item(item) for item in section.items)) for section in catalogue.sections
    )
    return Catalogue(sections=sections, specs=specs)


@cache
def _numbers_of_template() -> frozenset[int]:
    """Return the numbers of five digits in the template's own markup (widths, colours), which are nobody's."""
    template = (shipped("templates") / "jobcenter-briefing.docx").read_bytes()
    parts = (body.decode("utf-8", "replace") for body in members_of(template).values())
    return frozenset(int(each) for part in parts for each in re.findall(r"(?<!\d)\d{5}(?!\d)", part))


def _five_digits(number: int) -> int:
    return 10000 + number % 90000


class Maker:
    """Makes random cases; the same seed makes the same ones."""

    def __init__(self, catalogue: Catalogue, seed: int) -> None:
        self.catalogue = catalogue
        self.random = random.Random(seed)  # noqa: S311 - test data
        self._free = self.random.randrange(len(LETTERS) ** LENGTH // 2)
        self._dates: set[date] = set()
        self._values: dict[str, Json] = {}

    def make(self) -> Canaries:
        """Return the next case."""
        self._dates, self._values = set(), {}
        on = date(2026, 7, 1) + timedelta(days=self.random.randrange(700))
        self._dates.add(on)
        dated = on - timedelta(days=self.random.randrange(1, 200))
        self._fill(dated)
        scopes = self._consents(on)
        goals = tuple(self._goals())
        self._reviews(goals, dated)
        return self.case(self._values, goals, on=on, dated=dated, scopes=scopes)

    def case(
        self, values: Mapping[str, Json], goals: tuple[Goal, ...], *, on: date, dated: date, scopes: frozenset[str]
    ) -> Canaries:
        """Return a case of these *values* and *goals*, under *scopes* that are in force."""
        origin = Sha256(f"{self.random.randrange(16**64):064x}")
        held = {key: PlanValue(value=value, origin=origin, name=key, on=dated) for key, value in values.items()}
        plan = IntegrationPlan(
            case=CASE, version=self.random.randrange(1, 40), dated=dated, values=held, goals=goals, inputs=(origin,)
        )
        released = Oracle(plan, self.catalogue, scopes, on).released()
        all_of = {key: self._words_of(key, value) for key, value in flat(plan).items()}
        regime = values.get("benefits.regime") in {"sgb2", "wechsel_beantragt"}
        return Canaries(
            plan=plan,
            on=on,
            scopes=scopes,
            is_paper={"V0", "J0"} <= scopes and regime,
            words=all_of,
            released={key: self._words_of(key, value) for key, value in released.items()},
        )

    def value(self, spec: FieldSpec) -> Json:
        """Return a random value of the field, unlike any other of the case where its type allows it."""
        if self.random.random() < 0.04 and spec.no_answer:
            return self.random.choice(["keine_angabe", "unbekannt"])
        if spec.type is ValueType.DATE:
            return self.day(date(1900, 1, 1), date(1929, 12, 31)).isoformat()
        if spec.type is ValueType.DATE_TIME:
            return f"{self.day(date(1900, 1, 1), date(1929, 12, 31)).isoformat()}T09:30:00+02:00"
        if spec.type in {ValueType.INTEGER, ValueType.NUMBER} and spec.codes is None:
            return next(number for number in map(_five_digits, self._numbers) if number not in _numbers_of_template())
        if spec.type is ValueType.CODES or (spec.type is ValueType.TEXTS and spec.codes is not None):
            codes = [code.value for code in cast("CodeList", spec.codes).codes]
            return cast("Json", self.random.sample(codes, min(len(codes), self.random.randrange(1, 4))))
        if spec.codes is not None:
            return self.random.choice([code.value for code in spec.codes.codes])
        if spec.type is ValueType.TEXTS:
            return [self.text() for _ in range(self.random.randrange(1, 4))]
        return self.text()

    def text(self) -> str:
        """Return a text of new words, with signs in it that files escape."""
        return self.random.choice(["{0}", "{0} & <{1}>", "„{0}“ {1}", "{0}\n{1}"]).format(self.word(), self.word())

    def word(self) -> str:
        """Return a new word."""
        self._free += 1
        return self.random.choice([str.title, str.upper, str.lower])(word_of(self._free))

    @property
    def _numbers(self) -> Iterator[int]:
        while True:
            self._free += 1
            yield self._free

    def day(self, first: date, last: date) -> date:
        """Return a day that nothing else of the case has."""
        while True:
            found = first + timedelta(days=self.random.randrange((last - first).days + 1))
            if found not in self._dates:
                self._dates.add(found)
                return found

    def _fill(self, dated: date) -> None:
        for section in self.catalogue.sections:
            if section.name in {"goals", "consents", "review"}:
                continue
            for item in section.items:
                if isinstance(item, FieldSpec):
                    if self.random.random() < 0.85:
                        self._values[item.key] = self.value(item)
                    continue
                for number in range(self.random.randrange(4)):
                    for column in item.columns:
                        if isinstance(column, FieldSpec) and self.random.random() < 0.9:
                            self._values[f"{item.key[:-1]}{number}].{column.name}"] = self.value(column)
        self._values["benefits.regime"] = self.random.choice(["sgb2"] * 8 + ["wechsel_beantragt", "asylblg"])
        self._values["case.case_id"] = CASE
        self._values["person.birth_date"] = self.day(date(1940, 1, 1), date(1989, 12, 31)).isoformat()
        self._people(dated)

    def _people(self, dated: date) -> None:
        for place, row in enumerate(self._rows("household.members[]")):
            grown = self.random.random() < 0.5
            first = date(1940, 1, 1) if grown else dated - timedelta(days=17 * 365)
            last = date(2000, 12, 31) if grown else dated - timedelta(days=40)
            self._values[f"{row}.member_id"] = f"HM{place + 1:02d}"
            self._values[f"{row}.birth_date"] = self.day(first, last).isoformat()
            self._values[f"{row}.birth_date_precision"] = "tag"
            self._values.pop(f"{row}.consent_ref", None)
            self._values[f"{row}.lives_in_household"] = self.random.choice([True, False])
        for row in self._rows("childcare.children[]"):
            self._values[f"{row}.member_id"] = f"HM{self.random.randrange(1, 5):02d}"

    def _rows(self, key: str) -> list[str]:
        found = {
            f"{each[: len(key) + each[len(key) - 1 :].index(']')]}"
            for each in self._values
            if each.startswith(key[:-1])
        }
        return sorted(found)

    def _consents(self, on: date) -> frozenset[str]:
        """Write the consents of client and household, and return the client's scopes in force."""
        scopes = set()
        states = ["granted"] * 5 + ["none", "expired", "revoked", "future", "untold", "refused"]
        rows: list[dict[str, Json]] = []
        for scope in ("V0", *SCOPES, "T0", "D1"):
            state = "granted" if scope in {"V0", "J0"} and self.random.random() < 0.9 else self.random.choice(states)
            if scope == "V0" and state == "none":
                state = "refused"  # every intake has a row for it
            if state == "granted":
                scopes.add(scope)
            if state != "none":
                rows.append(self._consent(scope, state, on))
        for row in self._rows("household.members[]"):
            state = self.random.choice(states)
            if state != "none":
                self._values[f"{row}.consent_ref"] = f"C{len(rows) + 1:02d}"
                rows.append(self._consent("J2", state, on))
        for number, cells in enumerate(rows):
            cells["consent_id"] = f"C{number + 1:02d}"
            for name, value in cells.items():
                self._values[f"consents[{number}].{name}"] = value
        return frozenset(scopes)

    def _consent(self, scope: str, state: str, on: date) -> dict[str, Json]:
        granted = self.day(on - timedelta(days=300), on - timedelta(days=40))
        told: list[Json] = ["zweck", "folgen_verweigerung", "widerruf"]
        row: dict[str, Json] = {
            "scope": scope,
            "recipient": self.text(),
            "granted": state != "refused",
            "granted_on": granted.isoformat(),
            "valid_until": self.day(on + timedelta(days=1), on + timedelta(days=900)).isoformat(),
            "informed": told[1:] if state == "untold" else told,
        }
        if state == "expired":
            row["valid_until"] = self.day(granted, on - timedelta(days=1)).isoformat()
        if state == "revoked":
            row["revoked_on"] = self.day(granted, on - timedelta(days=1)).isoformat()
        if state == "future":
            row["granted_on"] = self.day(on + timedelta(days=1), on + timedelta(days=900)).isoformat()
        return row

    def _goals(self) -> Iterator[Goal]:
        specs = [spec for key, spec in self.catalogue.specs.items() if key.startswith("goals[].")]
        of_steps = [spec for spec in specs if ".actions[]." in spec.key]
        own = [spec for spec in specs if spec not in of_steps]
        for number in range(1, self.random.randrange(1, 6)):
            goal_id = f"G{number:02d}"
            steps = tuple(
                Action(action_id=f"{goal_id}-S{place:02d}", columns=self._columns(of_steps, "action_id"))
                for place in range(1, self.random.randrange(1, 4))
            )
            cells = self._columns(own, "goal_id")
            for name, likely in {"jc_relevant": 0.7, "agreed_with_client": 0.8, "confidential": 0.2}.items():
                cells[name] = self._held(self.random.random() < likely)
            yield Goal(goal_id=goal_id, columns=cells, actions=steps)

    def _columns(self, specs: list[FieldSpec], without: str) -> dict[str, PlanValue]:
        kept = [spec for spec in specs if spec.name != without]
        return {
            spec.name: self._held(self.value(spec))
            for spec in kept
            if spec.name == "title" or self.random.random() < 0.9
        }

    def _held(self, value: Json) -> PlanValue:
        return PlanValue(value=value, origin=Sha256("0" * 64), name="x", on=date(2026, 1, 1))

    def _reviews(self, goals: tuple[Goal, ...], dated: date) -> None:
        section = next(each for each in self.catalogue.sections if each.name == "review")
        for number in range(self.random.randrange(4)):
            row = f"reviews[{number}]"
            for item in section.items:
                if isinstance(item, FieldSpec):
                    self._values[f"{row}.{item.name}"] = self.value(item)
                    continue
                for place in range(self.random.randrange(3)):
                    goal = self.random.choice(goals) if goals else None
                    steps = goal.actions if goal is not None else ()
                    for column in item.columns:
                        if isinstance(column, FieldSpec):
                            self._values[f"{row}.{item.name}[{place}].{column.name}"] = self.value(column)
                    if item.name == "goal_reviews":
                        self._values[f"{row}.goal_reviews[{place}].goal_id"] = goal.goal_id if goal else "G09"
                    else:
                        self._values[f"{row}.{item.name}[{place}].action_id"] = (
                            self.random.choice(steps).action_id if steps else "G09-S01"
                        )
            self._values[f"{row}.review_no"] = 10001 + number
            self._values[f"{row}.review_date"] = (
                self.day(dated - timedelta(days=90), dated).isoformat()
                if number == 0
                else (self.day(date(1900, 1, 1), date(1929, 12, 31)).isoformat())
            )

    def _words_of(self, key: str, value: Json) -> set[str]:
        spec = self.catalogue.spec_of(key)
        assert spec is not None, key
        return set(words_of(value, spec))
