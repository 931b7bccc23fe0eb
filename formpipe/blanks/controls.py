"""Fields as controls on paper: name, label, hint, choices, and the value that stands in them already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from formpipe import printed
from formpipe.blanks import texts
from formpipe.definition import CodeValue, FieldSpec, ValueType
from formpipe.model import CLEARED, Json
from formpipe.spell import BOOLEANS, NO_ANSWER, spell

_ISO_DATE = 10
_ZONE = "Europe/Berlin"


class ControlKind(StrEnum):
    """The four kinds of control that both writers know."""

    TEXT = "text"
    DATE = "date"
    CHOICE = "choice"
    CHECK = "check"


class Option(NamedTuple):
    """One choice of a drop-down: what is stored and what is shown.

    A form has thousands, and lists of them are keys: a tuple's hash costs a tenth of a dataclass's.
    """

    value: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One control of a form.

    `value` is what is stored (a code, a text, an ISO date behind a date
    control), `shown` what is seen; both `None` while nothing is filled in.
    `locked` says that the form printed the value and nobody is to change it.
    """

    name: str
    kind: ControlKind
    label: str
    hint: str
    help: str = ""
    options: tuple[Option, ...] = ()
    lines: int = 1
    required: bool = False
    locked: bool = False
    ticked: bool = False
    value: str | None = field(default=None, repr=False)
    shown: str | None = field(default=None, repr=False)

    @property
    def multiline(self) -> bool:
        """Whether the control takes several lines."""
        return self.lines > 1


def control_of(
    spec: FieldSpec,
    name: str,
    value: Json,
    *,
    locked: bool = False,
    hint: str | None = None,
    offered: tuple[Option, ...] | None = None,
) -> Control:
    """Return the control of the field *name*, holding *value*.

    A locked field that has a value is closed; one without stays open, so that
    a person can write a row's number where the form does not know it.
    *offered* are the choices of the field where they are known already.
    """
    kind = _kind_of(spec)
    closed = (locked or spec.locked) and value is not None
    return Control(
        name=name,
        kind=kind,
        label=spec.label,
        hint=hint or hint_of(spec),
        help=hint or spec.hint or "",
        options=_options_of(spec, value, offered, closed=closed) if kind is ControlKind.CHOICE else (),
        lines=lines_of(spec),
        required=spec.required and not closed,
        locked=closed,
        value=_stored_of(value, spec),
        shown=None if value is None else _shown_of(value, spec),
    )


def boxes_of(spec: FieldSpec, name: str, value: Json) -> Iterator[Control]:
    """Yield one check box for each code of the list of codes *spec*; *value* is the list of those ticked."""
    chosen = value if isinstance(value, list) else [value]
    for code in spec.codes.codes if spec.codes is not None else ():
        yield Control(
            name=f"{name}[{stored(code.value)}]",
            kind=ControlKind.CHECK,
            label=code.title,
            hint="",
            help=f"{spec.label}: {code.title}",
            ticked=code.value in chosen,
        )


def hint_of(spec: FieldSpec) -> str:
    """Return the grey words that stand in the empty control of *spec*."""
    if spec.codes is not None or spec.type is ValueType.BOOLEAN:
        return printed.HINT_CHOICE
    if spec.type is ValueType.DATE:
        return printed.HINT_DATE
    if spec.type is ValueType.DATE_TIME:
        return printed.HINT_MOMENT
    if spec.type in {ValueType.INTEGER, ValueType.NUMBER}:
        return printed.HINT_NUMBER
    return printed.HINT_TEXT


def lines_of(spec: FieldSpec) -> int:
    """Return how many lines of text the paper offers for *spec*."""
    if not spec.multiline:
        return 1
    length = spec.max_length or 0
    return next((lines for lines, most in ((2, 300), (3, 1000)) if length <= most), 4)


def stored(code: CodeValue) -> str:
    """Return *code* as the text that a control stores."""
    return BOOLEANS[code] if isinstance(code, bool) else str(code)


def _kind_of(spec: FieldSpec) -> ControlKind:
    if spec.codes is not None or spec.type is ValueType.BOOLEAN:
        return ControlKind.CHOICE
    return ControlKind.DATE if spec.type is ValueType.DATE else ControlKind.TEXT


def _shown_of(value: Json, spec: FieldSpec) -> str:
    if spec.type is ValueType.DATE_TIME and isinstance(value, str) and value not in NO_ANSWER:
        return _moment(value)
    return spell(value, spec)


def _moment(value: str) -> str:
    """Return *value* as local time; one of another offset as it stands, so that it reads back the same."""
    moment = datetime.fromisoformat(value)
    local = moment.astimezone(ZoneInfo(_ZONE))
    return moment.strftime("%d.%m.%Y %H:%M") if local.utcoffset() == moment.utcoffset() else value


def _stored_of(value: Json, spec: FieldSpec) -> str | None:
    if value is None:
        return None
    if spec.codes is not None or spec.type is ValueType.BOOLEAN:
        return stored(value) if isinstance(value, str | bool | int) else str(value)
    if spec.type is ValueType.DATE and isinstance(value, str) and len(value) == _ISO_DATE and value[0].isdigit():
        return value
    return _shown_of(value, spec)


def _options_of(
    spec: FieldSpec, value: Json, offered: tuple[Option, ...] | None, *, closed: bool
) -> tuple[Option, ...]:
    if closed:
        return (Option(value=_stored_of(value, spec) or "", shown=_shown_of(value, spec)),)
    options = _offered(spec) if offered is None else offered
    kept = _stored_of(value, spec)
    if kept is None or any(option.value == kept for option in options):
        return options
    return (*options, Option(value=kept, shown=_shown_of(value, spec)))


@lru_cache(maxsize=512)
def _options_for(pairs: tuple[tuple[str, str], ...]) -> tuple[Option, ...]:
    """Return *pairs* as options; the same pairs give the same object, so that a PDF holds each list once."""
    return tuple(Option(value=value, shown=shown) for value, shown in pairs)


def _offered(spec: FieldSpec) -> tuple[Option, ...]:
    if spec.codes is not None:
        codes = tuple((stored(code.value), code.title) for code in spec.codes.codes)
    else:
        codes = (*((stored(value), shown) for value, shown in BOOLEANS.items()), *NO_ANSWER.items())
    return _options_for((*codes, (CLEARED, texts.CLEARED_LABEL)) if spec.clearable else codes)
