"""A Word template looked at before it is used: each fault is found at the paragraph it stands in."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from jinja2 import TemplateSyntaxError, nodes
from jinja2.exceptions import TemplateAssertionError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from formpipe.documents.dialect import environment, unmasked
from formpipe.documents.package import members_of
from formpipe.documents.shapes import Names, Plain, Rows, Shape

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
_PREFIX = re.compile(r"({[{%])(?:p|tr|tc|r) ")
_PLACE = re.compile(r":\s*\Z")
_LOOP = ("index", "index0", "first", "last", "length", "revindex", "revindex0", "previtem", "nextitem", "cycle")
_Scope: TypeAlias = Mapping[str, Shape | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault of a template.

    `kind` is `syntax`, `unknown_name`, `not_disclosable`, `list_as_text`,
    `bare_date` or `unguarded`; `name` what it is about, `near` the known name
    that was probably meant. `spot` is the paragraph: the part and the number of
    its element in it (`word/document.xml#17`).
    """

    kind: str
    name: str
    spot: str
    near: str = ""
    is_error: bool = field(default=True)


def faults_of(source: bytes, shape: Names, *, elsewhere: Collection[str] = ()) -> tuple[Fault, ...]:
    """Return the faults of the template *source*, in the order of its paragraphs.

    Args:
        source: The file.
        shape: What the data of its document look like.
        elsewhere: Top-level names that other documents have and this one may
            not say (a template for the Jobcenter naming what it never learns).
    """
    found: list[Fault] = []
    for part, body in members_of(source).items():
        if _PARTS.fullmatch(part):
            found += _faults_in(part, body, shape, elsewhere)
    return tuple(dict.fromkeys(found))


def _faults_in(part: str, body: bytes, shape: Names, elsewhere: Collection[str]) -> Iterator[Fault]:
    lines = list(_lines_of(body))
    jinja = environment()
    text = "\n".join(line for _, line in lines)
    try:
        tree = jinja.parse(unmasked(text))
        jinja.compile(tree)
    except (TemplateSyntaxError, TemplateAssertionError) as error:
        spot = lines[min(error.lineno, len(lines)) - 1][0] if lines else 0
        yield Fault(kind="syntax", name=str(error.message), spot=f"{part}#{spot}")
        return
    for fault, line in _Look(jinja, elsewhere).of(tree, shape):
        yield replace(fault, spot=f"{part}#{lines[line - 1][0]}")


def _lines_of(body: bytes) -> Iterator[tuple[int, str]]:
    """Yield each paragraph's number among the part's elements, and its text on one line with plain tags."""
    root = etree.fromstring(body, _PARSER)
    for number, element in enumerate(root.iter()):
        if element.tag == f"{_W}p":
            own = (each for each in element.iter(f"{_W}t") if next(each.iterancestors(f"{_W}p")) is element)
            text = "".join(each.text or "" for each in own)
            yield number, _PREFIX.sub(r"\1 ", text.replace("\n", " "))


class _Look:
    """Walks a template's syntax tree; what a name stands for is known from the data's shape."""

    def __init__(self, jinja: SandboxedEnvironment, elsewhere: Collection[str]) -> None:
        self._jinja = jinja
        self._elsewhere = elsewhere
        self._found: list[tuple[Fault, int]] = []
        self._tested: list[str] = []

    def of(self, tree: nodes.Template, shape: Names) -> list[tuple[Fault, int]]:
        """Return the faults in *tree* with their lines."""
        self._body(tree.body, dict(shape.inner))
        return self._found

    def _body(self, body: Iterable[nodes.Node], scope: _Scope) -> None:
        known = dict(scope)
        for node in body:
            if isinstance(node, nodes.Output):
                self._output(node, known)
            elif isinstance(node, nodes.For):
                self._loop(node, known)
            elif isinstance(node, nodes.If):
                self._choice(node, known)
            elif isinstance(node, nodes.Macro):
                known[node.name] = None
                self._inside(node, known)
            elif isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
                known[node.target.name] = self._shape(node.node, known)
            else:
                self._inside(node, known)

    def _output(self, node: nodes.Output, scope: _Scope) -> None:
        before = ""
        for each in node.nodes:
            if isinstance(each, nodes.TemplateData):
                before = each.data
                continue
            shape, name = self._shape(each, scope), _name_of(each)
            if isinstance(shape, Names | Rows):
                self._note(each, "list_as_text", name)
            elif isinstance(shape, Plain) and shape.is_bare_date:
                self._note(each, "bare_date", name)
            elif isinstance(shape, Plain) and shape.may_be_empty and self._is_open(name, before):
                self._note(each, "unguarded", name, is_error=False)
            before = ""

    def _is_open(self, name: str, before: str) -> bool:
        """Tell whether a label would stand there with nothing behind it: a colon, and no test of the value."""
        return bool(name) and _PLACE.search(before) is not None and name not in self._tested

    def _loop(self, node: nodes.For, scope: _Scope) -> None:
        shape = self._shape(node.iter, scope)
        inner = shape.inner if isinstance(shape, Rows) else None
        names: dict[str, Shape | None] = dict.fromkeys(each.name for each in node.target.find_all(nodes.Name))
        if isinstance(node.target, nodes.Name):
            names = {node.target.name: inner}
        loop = Names(inner={name: Plain() for name in _LOOP})
        self._body(node.body, {**scope, **names, "loop": loop})
        self._body(node.else_, scope)

    def _choice(self, node: nodes.If, scope: _Scope) -> None:
        self._shape(node.test, scope)
        tested = list(_names_in(node.test))
        self._tested += tested
        self._body(node.body, scope)
        del self._tested[len(self._tested) - len(tested) :]
        for each in node.elif_:
            self._choice(each, scope)
        self._body(node.else_, scope)

    def _inside(self, node: nodes.Node, scope: _Scope) -> None:
        """Look at the expressions of a node that tells nothing of its value; names that it makes are taken as known."""
        made = {each.name: None for each in node.find_all(nodes.Name) if each.ctx in {"store", "param"}}
        for each in node.iter_child_nodes():
            if isinstance(each, nodes.Expr):
                self._shape(each, {**scope, **made})
            else:
                self._body([each], {**scope, **made})

    def _shape(self, node: nodes.Node, scope: _Scope) -> Shape | None:
        """Return what the expression *node* is, `None` if that is not known."""
        if isinstance(node, nodes.Name):
            return self._named(node, node.name, scope, scope)
        if isinstance(node, nodes.Getattr | nodes.Getitem):
            return self._member(node, scope)
        if isinstance(node, nodes.Test) and node.name in {"defined", "undefined"}:
            return None
        if isinstance(node, nodes.CondExpr):
            return self._either(node, scope)
        for each in node.iter_child_nodes():
            self._shape(each, scope)
        return None

    def _either(self, node: nodes.CondExpr, scope: _Scope) -> Shape | None:
        self._shape(node.test, scope)
        shape = self._shape(node.expr1, scope)
        if node.expr2 is not None:
            self._shape(node.expr2, scope)
        return None if isinstance(shape, Plain) else shape

    def _member(self, node: nodes.Getattr | nodes.Getitem, scope: _Scope) -> Shape | None:
        shape = self._shape(node.node, scope)
        if isinstance(node, nodes.Getattr):
            step: object = node.attr
        else:
            self._shape(node.arg, scope)
            step = node.arg.value if isinstance(node.arg, nodes.Const) else None
        if isinstance(shape, Rows):
            return shape.inner
        if not isinstance(shape, Names) or not isinstance(step, str):
            return None
        return self._named(node, step, shape.inner, scope)

    def _named(self, node: nodes.Node, name: str, known: _Scope, scope: _Scope) -> Shape | None:
        if name in known:
            return known[name]
        if name not in self._jinja.globals or known is not scope:
            is_secret = known is scope and name in self._elsewhere
            near = difflib.get_close_matches(name, sorted(known), n=1)
            kind = "not_disclosable" if is_secret else "unknown_name"
            self._note(node, kind, _name_of(node) or name, near="" if is_secret or not near else near[0])
        return None

    def _note(self, node: nodes.Node, kind: str, name: str, *, near: str = "", is_error: bool = True) -> None:
        self._found.append((Fault(kind=kind, name=name, spot="", near=near, is_error=is_error), node.lineno))


def _name_of(node: nodes.Node) -> str:
    """Return the dotted name that *node* is, empty if it is something else."""
    if isinstance(node, nodes.Name):
        return str(node.name)
    if isinstance(node, nodes.Getattr):
        above = _name_of(node.node)
        return f"{above}.{node.attr}" if above else ""
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        above = _name_of(node.node)
        return f"{above}[{node.arg.value}]" if above else ""
    return ""


def _names_in(test: nodes.Node) -> Iterator[str]:
    """Yield the dotted names that *test* asks about."""
    found = [test, *test.find_all((nodes.Name, nodes.Getattr, nodes.Getitem))]
    yield from filter(None, map(_name_of, found))
