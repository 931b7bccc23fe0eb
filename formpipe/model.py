"""The nouns: what a form says, what was found in it, and the plan it leads to.

Everything is frozen. Whatever holds a person's words is kept out of `repr`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NewType, TypeAlias

CaseNumber = NewType("CaseNumber", str)
Sha256 = NewType("Sha256", str)
Json: TypeAlias = "str | bool | int | float | list[Json] | dict[str, Json] | None"
Data: TypeAlias = Mapping[str, Json]

CLEARED = "—gelöscht—"
"""The mark by which a person clears a value on a review (domain 3.3 no. 4)."""

_EMPTY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A dropped file: where it lies, its checksum, and when it was seen (UTC, aware)."""

    path: Path = field(repr=False)
    sha256: Sha256
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where on the paper: the field's German label and its page (from 1; `None` without pages).

    `within` is the label of the list or section the field stands in, where the
    field's own label does not tell which one is meant.
    """

    label: str
    page: int | None = None
    within: str | None = None


class FieldType(StrEnum):
    """What kind of control a field of a file is (contract of `extract`)."""

    TEXT = "text"
    DATE = "date"
    CHECKBOX = "checkbox"
    CHOICE = "choice"
    MULTICHOICE = "multichoice"
    RADIO = "radio"
    SIGNATURE = "signature"
    PICTURE = "picture"
    BUTTON = "button"


class FieldState(StrEnum):
    """Whether a field holds an answer (contract of `extract`)."""

    FILLED = "filled"
    EMPTY = "empty"
    PLACEHOLDER = "placeholder"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a file as written; nothing parsed, nothing judged.

    `value` is a string, `True`/`False` for a checkbox, a tuple for a multiple
    choice, or `None` when nothing was filled in. `display` is the shown text of
    a choice where it differs from the stored value. `context` are the headings
    above a field that has no name but its label. `spot` leads back to it in the
    file, whatever name it is given later; only `locate` sets it.
    """

    name: str
    name_source: str
    label: str
    type: FieldType
    state: FieldState
    value: str | bool | tuple[str, ...] | None = field(default=None, repr=False)
    display: str | None = field(default=None, repr=False)
    page: int | None = None
    flags: tuple[str, ...] = ()
    context: tuple[str, ...] = field(default=(), repr=False)
    spot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormMarks:
    """What a form says of itself: kind and version, and if pre-filled its case and base plan.

    Each is `None` where the form does not carry it. `corrects` is the reference
    that we gave to a correction copy. `flags` holds `disagree` when two carriers
    (property, metadata, footer) say different things.
    """

    kind: str | None = None
    version: str | None = None
    case: str | None = None
    base: str | None = None
    corrects: str | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """Everything read from one file: its container (`docx`, `pdf`), marks and fields in paper order.

    `title` is the first line of the text, empty where the reader does not look for it.
    """

    container: str
    marks: FormMarks
    fields: tuple[Field, ...]
    title: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class FormKind:
    """Kind (`intake`, `review`) and version (`2026.1`) of a form; names `schemas/<kind>.v<version>.json`."""

    kind: str
    version: str

    def __str__(self) -> str:
        return f"{self.kind}.v{self.version}"


class Severity(StrEnum):
    """How much a finding weighs: only an error keeps a form from being accepted."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A fault of a form, as data and in no language.

    `pointer` (RFC 6901) names the field by its key on the form, so
    `/goals/0/title`, also on a review where the value is a change. `rule` is a
    JSON Schema keyword or the number of a rule (`V06`). `parameters` are what
    the wording needs (`written`, `expected`, `ids`, ...); they may hold what a
    person wrote.
    """

    pointer: str
    rule: str
    severity: Severity
    place: Place
    parameters: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A form that can be taken: typed data under the schema's property names.

    `case` is `None` while an intake waits for its number. `counts_for` is the
    intake date or the review date. `written` keeps each field's raw text under
    the field's name on the form. `names` leads from a value's pointer to its
    field's name where the two have other row numbers (empty rows above it).
    `base` is the checksum of the plan version the form was pre-filled from.
    While that is not known, `data` is all that stands on the form, and `empty`
    names the fields without an answer: they are needed to tell what was edited.
    """

    kind: FormKind
    case: CaseNumber | None
    counts_for: date
    data: Data = field(repr=False)
    written: Mapping[str, str] = field(default_factory=lambda: _EMPTY, repr=False)
    names: Mapping[str, str] = field(default_factory=lambda: _EMPTY, repr=False)
    base: str | None = None
    empty: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a form came to: a submission, or `None` exactly if one of the findings is an error."""

    submission: Submission | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A submission as the ledger holds it: its case is known, `seq` is the order of arrival (from 1).

    `base` is the plan version that the form was pre-filled from; `None` for a blank.
    """

    sha256: Sha256
    seq: int
    case: CaseNumber
    submission: Submission
    base: IntegrationPlan | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanValue:
    """One value of a plan with its origin: the form (checksum), the field's name there, the form's date."""

    value: Json = field(repr=False)
    origin: Sha256
    name: str
    on: date


Columns: TypeAlias = Mapping[str, PlanValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A step of a goal; `columns` are its fields under the schema's property names."""

    action_id: str
    columns: Columns = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A goal with its steps; `columns` are its fields, the id and the steps apart."""

    goal_id: str
    columns: Columns = field(repr=False)
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationPlan:
    """The plan of a case after one more form: version `version` (from 1), dated by that form.

    `values` is flat: a key of the field table with row numbers filled in
    (`housing.wbs_status`, `household.members[0].given_names`,
    `consents[2].scope`, and for each review in date order
    `reviews[0].client_view`, `reviews[0].goal_reviews[1].comment`). Goals stand
    only in `goals`, sorted by id. `inputs` are the forms it was made from, in order.
    """

    case: CaseNumber
    version: int
    dated: date
    values: Columns = field(repr=False)
    goals: tuple[Goal, ...] = field(repr=False)
    inputs: tuple[Sha256, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What became of a form's fields; each is counted once.

    `filled` are answers that were used or faulted, `empty` and `placeholder`
    hold none, `unknown` are filled ones that no field of the form claims.
    `ignored` counts the others by the rule that leaves them out: `printed` (a
    row's number, the row is not used), `copy` (a second field of one name),
    `no_answer` (a button, a signature, a picture), `mapping` (a field of a
    foreign form that its mapping leaves out).
    """

    filled: int
    empty: int
    unknown: int
    placeholder: int = 0
    ignored: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many fields the file has."""
        return self.filled + self.empty + self.unknown + self.placeholder + sum(self.ignored.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The form is filed under *case*; `warnings` never keep it out."""

    source: Source
    case: CaseNumber
    findings: tuple[Finding, ...] = ()
    balance: Balance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """The form has errors, or could not be read (`code`); its bytes are kept, the way to mend it is in `korrektur/`."""

    source: Source
    findings: tuple[Finding, ...] = ()
    code: str | None = None
    balance: Balance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The form is kept and looked at again when its cause (`reason`) may have gone."""

    source: Source
    reason: str
    case: CaseNumber | None = None
    findings: tuple[Finding, ...] = ()
    balance: Balance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """The form lacks the consent to processing (V0): moved back unchanged, nothing of it stored."""

    source: Source
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """The same bytes, or the same answers re-saved, are already filed; counted once."""

    source: Source
    first: Sha256
    case: CaseNumber | None = None


Outcome: TypeAlias = "Accepted | Rejected | Held | Returned | Duplicate"

_PART = re.compile(r"\[([^\]]*)\]")
_ROWS = re.compile(r"\[\d+\]")


def pointer_of(key: str) -> str:
    """Return the JSON pointer (RFC 6901) of a field's key: `goals[0].title` becomes `/goals/0/title`."""
    parts = _PART.sub(r".\1", key).split(".")
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts if part)


@lru_cache(maxsize=1 << 13)  # every value is looked up by it several times in each document; keys hold no value
def pattern_of(key: str) -> str:
    """Return *key* without its row numbers: `goals[0].actions[1].title` becomes `goals[].actions[].title`."""
    return _ROWS.sub("[]", key) if "[" in key else key
