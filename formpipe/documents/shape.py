"""What can be proved of a template's XML beforehand: whatever the data, it stays sound and its tables fit.

docxtpl parses each result with a repairing parser, counts the cells of its
tables and numbers its pictures. Where nothing of that can ever change the
result, none of it needs to be done for each document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from jinja2 import nodes

_TAG = re.compile(r"<(/?)([\w:]+)([^<>]*?)(/?)>")
_SPAN = re.compile(r'w:val="(\d+)"')
_TEXT = "w:t"
# They return markup, which is not escaped again: what they print may be anything.
_RAW_FILTERS = {"safe", "escape", "e", "forceescape", "xmlattr", "tojson", "urlize"}
_RAW_NAMES = {"lipsum"}
_NOT_PLAIN = ("<w:txbxContent", "<!", "<?")  # paragraphs in paragraphs; what is no element
_NOT_PLAIN_IN_BODY = ("wp:docPr", " xmlns:")  # numbered by docxtpl; declarations that lxml may leave out


class UnprovenError(Exception):
    """The template's XML depends on the data in a way that only docxtpl itself can follow."""


@dataclass(slots=True, kw_only=True)
class _Row:
    path: tuple[int, ...]
    cells: int = 0
    span: int = 0


@dataclass(slots=True, kw_only=True)
class _Table:
    path: tuple[int, ...]
    columns: int = 0
    rows: list[_Row] = field(default_factory=list)


def fillable_tags(template: nodes.Template) -> frozenset[str]:
    """Return the start tags whose element can turn out empty, as they are written, if the rest can be proved.

    Proved is: each branch and each round of a loop closes what it opens;
    values stand in `w:t` only and are escaped; the number of cells in a row
    does not depend on the data, and no row has more than its table has columns.

    Raises:
        UnprovenError: It cannot.
    """
    walk = _Walk()
    walk.through(template.body, ())
    if walk.open:
        raise UnprovenError
    return frozenset(walk.fillable)


class _Walk:
    """One way through the template, each branch once; `open` are the elements it is in."""

    def __init__(self) -> None:
        self.open: tuple[str, ...] = ()
        self.fillable: set[str] = set()
        self._tables: list[_Table] = []
        self._steps = 0

    def through(self, body: Iterable[nodes.Node], path: tuple[int, ...]) -> None:
        for node in body:
            match node:
                case nodes.Output():
                    self._print(node, path)
                case nodes.If():
                    _require_tame(node.test)
                    branches = [node.body, node.else_, *(each.body for each in node.elif_)]
                    for each in node.elif_:
                        _require_tame(each.test)
                    self._branch(branches, path)
                case nodes.For(recursive=False):
                    for expression in (node.iter, node.test):
                        if expression is not None:
                            _require_tame(expression)
                    self._branch([node.body, node.else_], path)
                case _:
                    raise UnprovenError

    def _branch(self, bodies: Iterable[Sequence[nodes.Node]], path: tuple[int, ...]) -> None:
        before, tables = self.open, list(self._tables)
        for body in bodies:
            self._steps += 1
            self.through(body, (*path, self._steps))
            if self.open != before or self._tables != tables:
                raise UnprovenError

    def _print(self, output: nodes.Output, path: tuple[int, ...]) -> None:
        for node in output.nodes:
            if isinstance(node, nodes.TemplateData):
                self._data(node.data, path)
            elif self.open[-1:] == (_TEXT,):
                _require_tame(node)
            else:
                raise UnprovenError

    def _data(self, data: str, path: tuple[int, ...]) -> None:
        if data.rfind("<") > data.rfind(">"):
            raise UnprovenError
        opened = None
        for tag in _TAG.finditer(data):
            closing, name, rest, empty = tag.groups()
            if closing and opened is not None and opened.end() == tag.start():
                self.fillable.add(opened[0])
            opened = None if closing or empty else tag
            if not closing:
                self._start(name, rest, path)
            if closing or empty:
                self._end(name, path)
        if opened is not None and opened.end() == len(data):
            self.fillable.add(opened[0])

    def _start(self, name: str, rest: str, path: tuple[int, ...]) -> None:
        inside, self.open = self.open[-1:], (*self.open, name)
        if name == "w:tbl":
            self._tables.append(_Table(path=path))
            return
        if not self._tables:
            return
        table = self._tables[-1]
        if name == "w:gridCol":
            table.columns += 1
        elif name == "w:tr":
            table.rows.append(_Row(path=path))
        elif name == "w:tc" and inside == ("w:tr",):
            row = table.rows[-1]
            row.cells += 1
            row.span += 1
            if row.path != path:
                raise UnprovenError
        elif name == "w:gridSpan":
            found = _SPAN.search(rest)
            if found is None:
                raise UnprovenError
            table.rows[-1].span += int(found[1]) - 1

    def _end(self, name: str, path: tuple[int, ...]) -> None:
        if self.open[-1:] != (name,):
            raise UnprovenError
        self.open = self.open[:-1]
        if name == "w:tbl":
            table = self._tables.pop()
            fits = all(row.cells <= each.columns for row in table.rows for each in (table, *self._tables))
            filled = [row.path for row in table.rows if row.span >= table.columns]
            if not (fits and (len(filled) == len(table.rows) or path in filled) and table.path == path):
                raise UnprovenError


def _require_tame(expression: nodes.Node) -> None:
    """Raise if *expression* could print something unescaped."""
    found = [*expression.find_all((nodes.Filter, nodes.Name)), expression]
    for node in found:
        if (isinstance(node, nodes.Filter) and node.name in _RAW_FILTERS) or (
            isinstance(node, nodes.Name) and node.name in _RAW_NAMES
        ):
            raise UnprovenError


def require_plain(source: str, *, is_body: bool) -> None:
    """Raise if the XML *source* of a part holds what cannot be copied from document to document.

    Raises:
        UnprovenError: It does.
    """
    inner = source.partition(">")[2]  # the part's own element declares the namespaces
    if any(mark in inner for mark in (*_NOT_PLAIN, *(_NOT_PLAIN_IN_BODY if is_body else ()))):
        raise UnprovenError
