"""A template loaded, patched and compiled once through docxtpl's own code, for any number of documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from jinja2 import Template as Program
from jinja2 import nodes
from jinja2.sandbox import SandboxedEnvironment

from formpipe.documents.bidi import directed, runs_right_to_left
from formpipe.documents.dialect import unmasked
from formpipe.documents.merger import Merger, values_of
from formpipe.documents.package import CORE, content_types_first, core_of, members_of
from formpipe.documents.rows import splittable
from formpipe.documents.shape import UnprovenError, fillable_tags, require_plain
from formpipe.formats.opc_write import Member, pack, zip_of_members

_MARK = "<w:body><w:p/></w:body>"
_PARAGRAPH = re.compile(r"<w:p[ >]")
_PARAGRAPH_END = "</w:p>"
_TEXT = '<w:t xml:space="preserve">'
_EMPTY_TABLE = "</w:tblGrid></w:tbl>"
_DOCXTPL = Merger(b"")  # of no file: only for its rules of breaks and tabs
_JINJA = ("{{", "{%", "{#")


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A document, and the values that the template put into each part, in the part's order."""

    document: bytes = field(repr=False)
    values: Mapping[str, tuple[str, ...]] = field(repr=False)


class _NeedsDocxtplError(Exception):
    """This one document holds what only docxtpl can mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A part that the data goes into: what stands before and behind it, and `start`, which declares its namespaces."""

    name: str
    head: str
    tail: str
    start: str
    end: str
    keeps_shell: bool
    program: Program = field(repr=False)
    fillable: tuple[tuple[str, str], ...]
    always_directed: bool

    def written(self, context: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
        """Return the part's XML as lxml would write it, and the values in it."""
        program = self.program
        pieces = list(program.root_render_func(program.new_context(dict(context))))
        xml, values = "".join(pieces), tuple(values_of(pieces))
        xml = xml.replace("&#34;", '"').replace("&#39;", "'")
        turned = self.always_directed or any(runs_right_to_left(value) for value in values)
        if turned or "\n" in xml or "\t" in xml:
            xml = _PARAGRAPH_END.join(self._settled(each, turned=turned) for each in xml.split(_PARAGRAPH_END))
        for full, empty in self.fillable:
            xml = xml.replace(full, empty)
        if _EMPTY_TABLE in xml:
            raise _NeedsDocxtplError
        inner = xml if self.keeps_shell else xml[len(self.start) : -len(self.end)]
        return self.head + splittable(inner) + self.tail, values

    def _settled(self, text: str, *, turned: bool) -> str:
        """Return *text*, which ends just before a paragraph's end, with breaks, tabs and direction as docxtpl does."""
        is_turned = turned and runs_right_to_left(text)
        if not (is_turned or "\n" in text or "\t" in text):
            return text
        begins = [found.start() for found in _PARAGRAPH.finditer(text)]
        if not begins:
            return text
        before, paragraph = text[: begins[-1]], text[begins[-1] :] + _PARAGRAPH_END
        paragraph = str(_DOCXTPL.resolve_listing(paragraph))
        if is_turned:
            paragraph = directed(self.start + paragraph + self.end)[len(self.start) : -len(self.end)]
        return before + paragraph.removesuffix(_PARAGRAPH_END)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A template ready for many documents; only its `parts` and the properties differ from one to the next."""

    parts: Mapping[str, _Part] = field(repr=False)
    members: tuple[tuple[str, Member | None], ...] = field(repr=False)

    def merged(self, context: Mapping[str, Any], *, title: str, author: str) -> Merged | None:
        """Return the document, `None` if only docxtpl can make it: one with a table without rows."""
        values: dict[str, tuple[str, ...]] = {}
        made: dict[str, Member] = {CORE: pack(CORE, core_of(title, author).encode("utf-8"))}
        try:
            for name, part in self.parts.items():
                xml, values[name] = part.written(context)
                made[name] = pack(name, xml.encode("utf-8"))
        except _NeedsDocxtplError:
            return None
        ready = (member or made[name] for name, member in self.members)
        return Merged(document=zip_of_members(ready), values=values)


def compile_template(
    source: bytes, jinja: SandboxedEnvironment, parse: Callable[[str], nodes.Template]
) -> Compiled | None:
    """Return the template *source*, `None` if each of its documents needs docxtpl itself (see `shape`).

    *parse* is the parser of *jinja*, of one who has parsed the same parts already and remembers them.
    """
    merger = Merger(source)
    merger.render_init()
    try:
        sources = _sources_of(merger)
        shell = _shell_of(merger, next(iter(sources.values())))
        parts = {name: _part(name, xml, shell[name].decode("utf-8"), jinja, parse) for name, xml in sources.items()}
    except UnprovenError:
        return None
    members = sorted(shell.items(), key=content_types_first)
    return Compiled(
        parts=parts,
        members=tuple((name, None if name in parts or name == CORE else pack(name, body)) for name, body in members),
    )


def _sources_of(merger: Merger) -> dict[str, str]:
    """Return the XML of the parts that the data goes into, the body first."""
    sources = {_name_of(merger.docx.part): str(merger.get_xml())}
    for _, part in merger.headers_and_footers():
        if _name_of(part) in sources:  # docxtpl 0.20 would write it twice
            raise UnprovenError
        sources[_name_of(part)] = str(merger.get_part_xml(part))
    return sources


def _shell_of(merger: Merger, body: str) -> dict[str, bytes]:
    """Return the members of the package as docxtpl writes them, with next to nothing as the body."""
    start, end = _shell_tags(body)
    merger.map_tree(merger.fix_tables(f"{start}<w:p/>{end}"))
    for part in merger.footnotes():
        xml = str(merger.patch_xml(part.blob.decode("utf-8")))
        if any(mark in xml for mark in _JINJA):
            raise UnprovenError
        part._blob = merger.resolve_listing(xml).encode("utf-8")  # as docxtpl does
    merger.docx.core_properties.language = "de-DE"  # makes the part, should the template have none
    buffer = BytesIO()
    merger.docx.save(buffer)
    return members_of(buffer.getvalue())


def _part(
    name: str, xml: str, written: str, jinja: SandboxedEnvironment, parse: Callable[[str], nodes.Template]
) -> _Part:
    # A header is written as it is behind the declaration, the body inside the document's own element.
    keeps_shell = written.endswith(xml)
    require_plain(xml, is_body=not keeps_shell)
    source = unmasked(_DOCXTPL.patch_xml(xml))
    tree = parse(source)
    fillable = {*fillable_tags(tree), _TEXT}
    start, end = _shell_tags(xml)
    head, mark, tail = (written.removesuffix(xml), xml, "") if keeps_shell else written.partition(_MARK)
    if not mark:
        raise UnprovenError
    return _Part(
        name=name,
        head=head if keeps_shell else f"{head}<w:body>",
        tail=tail if keeps_shell else f"</w:body>{tail}",
        start=start,
        end=end,
        keeps_shell=keeps_shell,
        program=jinja.from_string(tree),
        fillable=tuple((tag + _end_of(tag), f"{tag[:-1]}/>") for tag in sorted(fillable)),
        always_directed=runs_right_to_left(source),
    )


def _shell_tags(xml: str) -> tuple[str, str]:
    start = xml[: xml.index(">") + 1]
    return start, _end_of(start)


def _end_of(tag: str) -> str:
    return f"</{re.split('[ >]', tag[1:], maxsplit=1)[0]}>"


def _name_of(part: Any) -> str:  # noqa: ANN401  # python-docx is untyped
    return str(part.partname).removeprefix("/")
