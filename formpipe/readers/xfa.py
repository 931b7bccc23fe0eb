"""XFA in a PDF form: the data of a form that has no other fields, and a second witness for one that has.

Only the packet `datasets` is read. Scripts, templates and connections in the
other packets are left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from formpipe.errors import UnreadableFormError
from formpipe.formats.opc import MOST_XML, local_name, parse_xml
from formpipe.formats.pdf_objects import entries, raw, resolved, text_of
from formpipe.model import Field, FieldState, FieldType
from formpipe.readers.naming import Found, flagged, named
from formpipe.readers.xfa_match import is_off, last_name, says_the_same

_DATA = "http://www.xfa.org/schema/xfa-data/1.0/"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_GROUP = f"{{{_DATA}}}dataNode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A value of the data: the names that lead to it, joined by dots, and its texts (several for a multiple choice)."""

    path: str
    texts: tuple[str, ...] = field(repr=False)


def with_xfa(fields: Sequence[Field], form: DictionaryObject | None) -> tuple[Field, ...]:
    """Return *fields* beside what the XFA of *form* says; the fields win wherever there are any.

    A field that the data contradict has the flag `disagree`. Where XFA cannot
    be read, each has the flag `review`. Where no field holds an answer, the
    data's own are added (but for boxes that are off); they alone are the form if it has no fields.

    Raises:
        UnreadableFormError: There are no fields, and the XFA has no data (`unsupported`), is broken (`damaged`),
            has a DTD (`unsafe`) or is too large (`limit`).
    """
    if form is None or resolved(raw(form, "/XFA")) is None:
        return tuple(fields)
    try:
        leaves = tuple(_leaves_of(_datasets(form)))
    except UnreadableFormError:
        if fields:
            return tuple(flagged(each, "review") for each in fields)
        raise
    if not fields and not leaves:
        raise UnreadableFormError("the form is XFA only and holds no data", code="unsupported")
    judged = tuple(_judged(fields, leaves))
    if any(_is_answered(each) for each in fields):
        return judged
    names = {last_name(each.name) for each in fields}
    more = [each for each in leaves if not fields or not is_off(each.texts)]
    added = [Found(field=_field_of(each, known=last_name(each.path) in names), repeats=True) for each in more]
    return (*judged, *named(added))


def _datasets(form: DictionaryObject) -> etree._Element | None:
    """Return the packet `datasets`, whether the XFA is one stream or an array of named ones."""
    value = resolved(raw(form, "/XFA"))
    if not isinstance(value, ArrayObject):
        return _within(_parsed([value]))
    parts = list(entries(value))
    packets = {text_of(name)[0]: body for name, body in zip(parts[::2], parts[1::2], strict=False)}
    found = packets.get("datasets")
    return _within(_parsed([found] if found is not None else list(packets.values())))


def _parsed(packets: Sequence[object]) -> etree._Element:
    streams = [each for each in map(resolved, packets) if isinstance(each, StreamObject)]
    body = b"".join(each.get_data() for each in streams)
    if len(body) > MOST_XML:
        raise UnreadableFormError("the XFA is too large", code="limit")
    return parse_xml(body.strip())


def _within(root: etree._Element) -> etree._Element | None:
    if local_name(root) == "datasets":
        return root
    return next((each for each in root if local_name(each) == "datasets"), None)


def _leaves_of(datasets: etree._Element | None) -> Iterator[Leaf]:
    data = None if datasets is None else next((each for each in datasets if each.tag == f"{{{_DATA}}}data"), None)
    for each in () if data is None else data:
        yield from _below(each, local_name(each))


def _below(node: etree._Element, path: str) -> Iterator[Leaf]:
    inner = [each for each in node if not str(each.tag).startswith(_XHTML)]
    if inner and all(local_name(each) == "value" and len(each) == 0 for each in inner):
        yield Leaf(path=path, texts=tuple(text for each in inner if (text := each.text or "").strip()))
    elif inner:
        for each in inner:
            yield from _below(each, f"{path}.{local_name(each)}")
    elif node.get(_GROUP) != "dataGroup":
        text = _text_of(node)
        yield Leaf(path=path, texts=(text,) if text.strip() else ())


def _text_of(node: etree._Element) -> str:
    """Return the text of a leaf; rich text loses its marks and keeps its paragraphs."""
    paragraphs = ["".join(map(str, each.itertext())) for each in node.iter(f"{_XHTML}p")]
    text = "\n".join(paragraphs) if paragraphs else "".join(map(str, node.itertext()))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _judged(fields: Sequence[Field], leaves: Sequence[Leaf]) -> Iterator[Field]:
    """Yield the fields, flagged where the data say otherwise.

    Fields and data are matched by their last names, in their order, and only
    where there are as many of the one as of the other.
    """
    data: dict[str, list[Leaf]] = defaultdict(list)
    for leaf in leaves:
        data[last_name(leaf.path)].append(leaf)
    count: dict[str, int] = defaultdict(int)
    for each in fields:
        count[last_name(each.name)] += 1
    for each in fields:
        name = last_name(each.name)
        matched = data[name].pop(0) if len(data[name]) == count[name] else None
        count[name] -= matched is not None
        same = matched is None or each.type is FieldType.BUTTON or says_the_same(each, matched.texts)
        yield each if same else flagged(each, "disagree")


def _is_answered(found: Field) -> bool:
    return found.state is FieldState.FILLED and found.value is not False


def _field_of(leaf: Leaf, *, known: bool) -> Field:
    several = len(leaf.texts) > 1
    return Field(
        name=leaf.path,
        name_source="name",
        label=leaf.path.rpartition(".")[2],
        type=FieldType.MULTICHOICE if several else FieldType.TEXT,
        state=FieldState.FILLED if leaf.texts else FieldState.EMPTY,
        value=leaf.texts if several else next(iter(leaf.texts), None),
        flags=("disagree",) if known else (),
    )
