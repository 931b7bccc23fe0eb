"""Word template and data become a Word document; what a person wrote stays literal."""

from __future__ import annotations

import difflib
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from jinja2 import TemplateError, meta
from jinja2.exceptions import SecurityError
from lxml import etree

from formpipe.documents.compiled import Compiled, Merged, compile_template
from formpipe.documents.dialect import UnknownVariableError, clean, environment
from formpipe.documents.merger import Merger, text_of
from formpipe.documents.package import finished, members_of, scrubbed
from formpipe.errors import SetupError
from formpipe.model import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A Word template that was read and found sound; `variables` are the top-level names it uses."""

    path: Path
    variables: frozenset[str]
    source: bytes = field(repr=False)
    compiled: Compiled | None = field(repr=False)

    def check(self, known: Iterable[str]) -> None:
        """Check that every top-level variable is one of *known*.

        Raises:
            SetupError: It is not; the message names the nearest known one.
        """
        names = tuple(known)
        for name in sorted(self.variables - set(names)):
            raise _unknown(self.path, name, names)

    def render(self, context: Mapping[str, Any]) -> bytes:
        """Return the document as DOCX; see `merged`."""
        return self.merged(context).document

    def merged(self, context: Mapping[str, Any]) -> Merged:
        """Return the document as DOCX and what was put into it; equal data gives equal bytes.

        `context` holds str, int, bool, None, list and dict only; its
        `properties` (`title`, `author`) become the file's only properties. A
        character that no Word file can hold is printed as U+FFFD.

        Raises:
            SetupError: The template uses a variable that the data does not
                hold, fails in another way, or lost text.
        """
        properties = context["properties"]
        title, author = str(properties["title"]), str(properties["author"])
        try:
            data = {name: clean(value) for name, value in context.items()}
            done = self.compiled.merged(data, title=title, author=author) if self.compiled else None
            return done or self._by_docxtpl(data, title, author)
        except UnknownVariableError as error:
            raise _unknown(self.path, error.name, error.known or tuple(context)) from None
        except SecurityError:
            raise SetupError("the template uses something that is not allowed", where=self.path) from None
        except (TemplateError, TypeError, ValueError, AttributeError, ArithmeticError, etree.XMLSyntaxError):
            # Without `from`: Jinja's and lxml's texts may hold what a person wrote.
            raise SetupError(
                "the template cannot be merged with the data", where=self.path, mend="formpipe doctor checks templates."
            ) from None

    def _by_docxtpl(self, data: Mapping[str, Json], title: str, author: str) -> Merged:
        merger = Merger(self.source)
        merger.render(data, environment())
        merger.docx.core_properties.language = "de-DE"  # makes the part, should the template have none
        buffer = BytesIO()
        merger.save(buffer)
        made = finished(buffer.getvalue(), merger.values, title=title, author=author)
        members = members_of(made)
        if any(text_of(members[name]) != text for name, text in merger.texts.items()):
            raise SetupError("text was lost while the document was made", where=self.path)
        return Merged(document=made, values=merger.values)


def load_template(path: Path) -> Template:
    """Return the template in the file *path*.

    Raises:
        SetupError: It is missing, no Word file, or its Jinja tags are wrong.
    """
    try:
        source = path.read_bytes()
    except FileNotFoundError:
        raise SetupError("the template is missing", where=path, mend="Copy it from the installation.") from None
    except OSError as error:
        raise SetupError("the template cannot be read", where=path) from error
    return template_of(source, path)


def template_of(source: bytes, path: Path) -> Template:
    """Return the template *source*, which was read from or made of the file *path*.

    Raises:
        SetupError: It is no Word file, or its Jinja tags are wrong.
    """
    jinja = environment()
    try:
        source = scrubbed(source)
        parse = cache(jinja.parse)  # what is parsed to look for its variables is compiled next
        parts = [parse(part) for part in Merger(source).sources()]
        compiled = compile_template(source, jinja, parse)
        if compiled is None:
            for part in parts:
                jinja.compile(part)  # unknown filters and tests are found here only
    except TemplateError as error:
        raise SetupError(f"a tag is wrong: {error.message}", where=path, mend="See docs/templates.md.") from error
    except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ValueError, PackageNotFoundError) as error:
        raise SetupError("the template is no Word file (.docx)", where=path, mend="Save it as .docx again.") from error
    variables = {name for part in parts for name in meta.find_undeclared_variables(part)}
    return Template(path=path, variables=frozenset(variables), source=source, compiled=compiled)


def _unknown(path: Path, name: str, known: Iterable[str]) -> SetupError:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    mend = f"Did you mean '{near[0]}'? " if near else ""
    return SetupError(
        f"variable '{name}' is not in the document's data", where=path, mend=f"{mend}See docs/templates.md."
    )
