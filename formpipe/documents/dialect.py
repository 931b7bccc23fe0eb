"""The Jinja that templates are written in: sandboxed, escaped, and deaf to names that the data does not hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from jinja2 import StrictUndefined, TemplateRuntimeError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import missing

from formpipe.errors import SetupError
from formpipe.model import Json

# Characters that XML 1.0 cannot hold, and BEL and FF, which docxtpl 0.20 turns into a paragraph and a page.
_UNPRINTABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACEMENT = "\ufffd"
_LITERAL_MARKS = {"{_{": "{{", "}_}": "}}", "{_%": "{%", "%_}": "%}"}


class UnknownVariableError(UndefinedError):
    """A template asks for *name*, which the data does not hold; *known* are the names beside it."""

    def __init__(self, message: str | None = None, *, name: str, known: tuple[str, ...]) -> None:
        super().__init__(message)
        self.name = name
        self.known = known


class _Missing(StrictUndefined):
    """An unknown variable: using it in any way but `is defined` stops the rendering, with its name kept."""

    def __init__(
        self,
        hint: str | None = None,
        obj: object = missing,
        name: str | None = None,
        exc: type[TemplateRuntimeError] = UndefinedError,
    ) -> None:
        known = tuple(obj) if isinstance(obj, Mapping) else ()
        told = partial(UnknownVariableError, name=str(name), known=known) if exc is UndefinedError else exc
        super().__init__(hint, obj, name, told)  # type: ignore[arg-type]  # jinja2 only ever calls it


class _Environment(SandboxedEnvironment):
    """The sandbox, where a dot after a dict always means its key and never one of its methods (`x.copy`)."""

    def getattr(self, obj: object, attribute: str) -> object:
        """Return the value that *attribute* names."""
        return self.getitem(obj, attribute) if isinstance(obj, dict) else super().getattr(obj, attribute)

    def getitem(self, obj: object, argument: object) -> object:
        """Return the value under *argument*, an unknown variable if there is none."""
        if not isinstance(obj, dict):
            return super().getitem(obj, argument)
        return obj[argument] if argument in obj else self.undefined(obj=obj, name=str(argument))


def environment() -> SandboxedEnvironment:
    """Return a new environment."""
    # autoescape: docxtpl 0.20 parses its result with recover=True, so that without escaping a value with
    # & or < would vanish together with the rest of its paragraph, silently.
    return _Environment(autoescape=True, undefined=_Missing)


def unmasked(source: str) -> str:
    """Return *source* with its marks for literal braces (`{_{`) written as Jinja's own."""
    # docxtpl 0.20 turns `{_{` into `{{` after rendering, in what a person wrote too; here only the
    # template's own marks are turned, before any value comes in.
    for mark, meant in _LITERAL_MARKS.items():
        source = source.replace(mark, f'{{{{ "{meant}" }}}}')
    return source


def clean(value: object) -> Json:
    """Return *value* as plain data: line feeds for all line ends, what no Word file can hold as U+FFFD.

    Raises:
        SetupError: It holds something else than str, int, bool, None, lists and mappings.
    """
    if isinstance(value, str):
        return value if value.isprintable() else _printable(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): clean(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [clean(each) for each in value]
    raise SetupError(f"a document's data holds a {type(value).__name__}")


def _printable(value: str) -> str:
    return _UNPRINTABLE.sub(_REPLACEMENT, value.replace("\r\n", "\n").replace("\r", "\n"))
