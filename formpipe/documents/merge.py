"""Word template and data become a Word document; what a person wrote stays literal."""

from __future__ import annotations

import difflib
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docx.opc.part import Part
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateRuntimeError, UndefinedError, meta
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import missing
from lxml import etree

from formpipe.documents.bidi import directed
from formpipe.documents.package import finished, members_of, scrubbed
from formpipe.errors import SetupError
from formpipe.model import Json

_TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
# Characters that XML 1.0 cannot hold, and BEL and FF, which docxtpl 0.20 turns into a paragraph and a page.
_UNPRINTABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACEMENT = "\ufffd"
_LITERAL_MARKS = {"{_{": "{{", "}_}": "}}", "{_%": "{%", "%_}": "%}"}
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=False, huge_tree=False)


class _UnknownVariableError(UndefinedError):
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
        told = partial(_UnknownVariableError, name=str(name), known=known) if exc is UndefinedError else exc
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


def _environment() -> SandboxedEnvironment:
    # autoescape: docxtpl 0.20 parses its result with recover=True, so that without escaping a value with
    # & or < would vanish together with the rest of its paragraph, silently.
    return _Environment(autoescape=True, undefined=_Missing)


class _Merger(DocxTemplate):  # type: ignore[misc]  # docxtpl is untyped
    """docxtpl with its two ways of changing a value taken out, and its repairing parser made unneeded."""

    def __init__(self, source: bytes) -> None:
        super().__init__(BytesIO(source))
        self.texts: dict[str, str] = {}

    def render_xml_part(
        self, src_xml: str, part: Part, context: Mapping[str, Any], jinja_env: SandboxedEnvironment | None = None
    ) -> str:
        """Return the part's XML with the context put in; remembers its text for the check after saving."""
        assert jinja_env is not None  # noqa: S101  # render() below always passes it; docxtpl's signature allows None
        rendered = jinja_env.from_string(_unmasked(src_xml)).render(context)
        self.texts[str(part.partname).removeprefix("/")] = _text_of(rendered.encode("utf-8"))
        return directed(str(self.resolve_listing(rendered)))

    def render_properties(self, context: Mapping[str, Any], jinja_env: SandboxedEnvironment | None = None) -> None:
        """Leave the properties alone: `package.finished` writes them."""

    def sources(self) -> list[str]:
        """Return the XML of body, headers and footers as Jinja source."""
        self.render_init()
        parts = [self.get_xml()]
        for kind in (self.HEADER_URI, self.FOOTER_URI):
            parts += [self.get_part_xml(part) for _, part in self.get_headers_footers(kind)]
        return [_unmasked(self.patch_xml(xml)) for xml in parts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A Word template that was read and found sound; `variables` are the top-level names it uses."""

    path: Path
    variables: frozenset[str]
    source: bytes = field(repr=False)

    def check(self, known: Iterable[str]) -> None:
        """Check that every top-level variable is one of *known*.

        Raises:
            SetupError: It is not; the message names the nearest known one.
        """
        names = tuple(known)
        for name in sorted(self.variables - set(names)):
            raise _unknown(self.path, name, names)

    def render(self, context: Mapping[str, Any]) -> bytes:
        """Return the document as DOCX; equal data gives equal bytes.

        `context` holds str, int, bool, None, list and dict only; its
        `properties` (`title`, `author`) become the file's only properties. A
        character that no Word file can hold is printed as U+FFFD.

        Raises:
            SetupError: The template uses a variable that the data does not
                hold, fails in another way, or lost text.
        """
        clean = {name: _clean(value, self.path) for name, value in context.items()}
        merger = _Merger(self.source)
        try:
            merger.render(clean, _environment())
        except _UnknownVariableError as error:
            raise _unknown(self.path, error.name, error.known or tuple(context)) from None
        except SecurityError:
            raise SetupError("the template uses something that is not allowed", where=self.path) from None
        except (TemplateError, TypeError, ArithmeticError, etree.XMLSyntaxError):
            # Without `from`: Jinja's and lxml's texts may hold what a person wrote.
            raise SetupError(
                "the template cannot be merged with the data", where=self.path, mend="formpipe doctor checks templates."
            ) from None
        merger.docx.core_properties.language = "de-DE"  # makes the part, should the template have none
        buffer = BytesIO()
        merger.save(buffer)
        properties = context["properties"]
        made = finished(buffer.getvalue(), title=str(properties["title"]), author=str(properties["author"]))
        _check_text(made, merger.texts, self.path)
        return made


def load_template(path: Path) -> Template:
    """Return the template in the file *path*.

    Raises:
        SetupError: It is missing, no Word file, or its Jinja tags are wrong.
    """
    try:
        source = scrubbed(path.read_bytes())
        parts = _Merger(source).sources()
    except FileNotFoundError:
        raise SetupError("the template is missing", where=path, mend="Copy it from the installation.") from None
    except (OSError, zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ValueError, PackageNotFoundError) as error:
        raise SetupError("the template is no Word file (.docx)", where=path, mend="Save it as .docx again.") from error
    variables: set[str] = set()
    for part in parts:
        try:
            environment = _environment()
            variables |= meta.find_undeclared_variables(environment.parse(part))
            environment.compile(part)  # unknown filters and tests are found here only
        except TemplateError as error:
            raise SetupError(f"a tag is wrong: {error.message}", where=path, mend="See docs/templates.md.") from error
    return Template(path=path, variables=frozenset(variables), source=source)


def _unmasked(source: str) -> str:
    # docxtpl 0.20 turns `{_{` into `{{` after rendering, in what a person wrote too; here only the
    # template's own marks are turned, before any value comes in.
    for mark, meant in _LITERAL_MARKS.items():
        source = source.replace(mark, f'{{{{ "{meant}" }}}}')
    return source


def _clean(value: object, path: Path) -> Json:
    if isinstance(value, str):
        return _UNPRINTABLE.sub(_REPLACEMENT, value.replace("\r\n", "\n").replace("\r", "\n"))
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): _clean(each, path) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(each, path) for each in value]
    raise SetupError(f"a document's data holds a {type(value).__name__}", where=path)


def _text_of(xml: bytes) -> str:
    root = etree.fromstring(xml, _PARSER)
    text = "".join(element.text or "" for element in root.iter(_TEXT))
    return text.translate({ord("\n"): None, ord("\t"): None})


def _check_text(made: bytes, texts: Mapping[str, str], path: Path) -> None:
    members = members_of(made)
    for name, text in texts.items():
        if _text_of(members[name]) != text:
            raise SetupError("text was lost while the document was made", where=path)


def _unknown(path: Path, name: str, known: Iterable[str]) -> SetupError:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    mend = f"Did you mean '{near[0]}'? " if near else ""
    return SetupError(
        f"variable '{name}' is not in the document's data", where=path, mend=f"{mend}See docs/templates.md."
    )
