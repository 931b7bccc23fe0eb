"""Word forms: one walk over the XML of each story, never python-docx (which drops content controls)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from lxml import etree

from formpipe.errors import UnreadableFormError
from formpipe.formats.opc import Package, local_name, open_package
from formpipe.model import Field, FieldState, FieldType, FilledForm
from formpipe.readers.docx_binding import Stores, bound, stores_of
from formpipe.readers.docx_controls import field_of, group_of
from formpipe.readers.docx_hints import Hints
from formpipe.readers.docx_legacy import legacy_field_of, legacy_fields_of
from formpipe.readers.docx_plain import plain_fields_of
from formpipe.readers.docx_text import text_of
from formpipe.readers.docx_words import REPEATING, STRICT, TRANSITIONAL, Words, words_of
from formpipe.readers.marks import CORRECTS, HINTS, KINDS, NOTE_AUTHOR, marks_of, reference_in
from formpipe.readers.naming import Found, flagged, named, with_rows, without_copies, without_doubles
from formpipe.readers.plain_lines import LONGEST_LABEL, tidy
from formpipe.readers.sizes import MOST_FIELDS, check_sizes

_MARGINS = ("header", "footer")
_STORIES = (*_MARGINS, "footnotes", "endnotes")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """A part with text of its own; what is found in it depends on all these."""

    package: Package
    name: str
    root: etree._Element
    w: Words
    stores: Stores
    glossary: Hints
    hints: frozenset[str]
    numbers: dict[etree._Element, int]  # one count of paragraphs, rows and tables for all stories


def locate_docx(data: bytes, container: str) -> FilledForm:
    """Return what `read_docx` does, each field with its `spot`: the part, and the place of its element there.

    Elements are counted in their order from 0, the root.
    """
    form, found = _reading(data, container)
    nodes = [(each.part, each.node) for each in found if each.node is not None]
    roots = {part: node.getroottree().getroot() for part, node in nodes}
    places = {node: place for root in roots.values() for place, node in enumerate(root.iter())}
    spots = (f"{part}#{places[node]}" for part, node in nodes)
    fields = (replace(field, spot=spot) for field, spot in zip(form.fields, spots, strict=True))
    return replace(form, fields=tuple(fields))


def read_docx(data: bytes, container: str) -> FilledForm:
    """Return what stands on the Word form in *data*; *container* is `docx`, `docm`, `dotx` or `dotm`.

    Fields come in the order of the text, headers and footers after it. Pages
    are unknown: Word decides them when it shows the text.

    Raises:
        UnreadableFormError: The file is damaged, unsafe, or larger than a form can be.
    """
    return _reading(data, container)[0]


def _reading(data: bytes, container: str) -> tuple[FilledForm, tuple[Found, ...]]:
    """Return the form with what each of its fields was found as."""
    package = open_package(data)
    main = next(iter(package.linked("officeDocument")), None)
    if main is None:
        raise UnreadableFormError("the document has no main part", code="damaged")
    found: list[Found] = []
    footer: list[str] = []
    numbers: dict[etree._Element, int] = {}
    stores = stores_of(package, main)
    properties = _properties_of(package)
    properties.setdefault(CORRECTS, _reference_of(package, main))
    hints = frozenset(properties.get(HINTS, "").split("|")) - {""}
    roots = [(name, kind, package.xml(name)) for name, kind in _stories_of(package, main)]
    for name, kind, root in roots:
        w = _words_needed(root)
        glossary = Hints(package, main, w)
        story = _Story(
            package=package,
            name=name,
            root=root,
            w=w,
            stores=stores,
            glossary=glossary,
            hints=hints,
            numbers=numbers,
        )
        found.extend(_found_in(story))
        if kind in _MARGINS:
            footer.append(text_of(root, w).text)
        if len(found) > MOST_FIELDS:
            raise UnreadableFormError(f"the form has more than {MOST_FIELDS} fields", code="limit")
    marks = marks_of(properties, "\n".join(footer))
    if not found or marks.kind not in KINDS.values():  # else all that is asked stands in controls
        found.extend(_plain_in(main, roots[0][2]))
    check_sizes(each.field for each in found)
    kept = with_rows(without_doubles(without_copies(found)))
    fields = named(kept)
    if package.external:
        marks = replace(marks, flags=(*marks.flags, "external"))
        fields = tuple(flagged(field, "external") for field in fields)
    return FilledForm(container=container, marks=marks, fields=fields, title=_title_of(roots[0][2])), kept


def _stories_of(package: Package, main: str) -> Iterator[tuple[str, str]]:
    """Yield the parts that a reader of the paper sees; never the glossary, never comments."""
    yield main, "main"
    seen = {main}
    for link in package.relationships(main):
        if link.kind in _STORIES and not link.external and link.target not in seen and package.has(link.target):
            seen.add(link.target)
            yield link.target, link.kind


def _words_of(root: etree._Element) -> Words:
    namespace = str(root.tag).partition("}")[0].lstrip("{")
    if namespace not in {TRANSITIONAL, STRICT}:
        raise UnreadableFormError("a part of the document is not WordprocessingML", code="damaged")
    return words_of(namespace)


def _words_needed(root: etree._Element) -> Words:
    """Return the words of the story *root*: most have nothing special, and each text would be searched for it."""
    w = _words_of(root)
    return w if next(root.iter(*w.special), None) is not None else replace(w, special=())


def _found_in(story: _Story) -> Iterator[Found]:
    w = story.w
    legacy = legacy_fields_of(story.root, w)
    numbers = story.numbers
    changed = next(story.root.iter(*w.gone, *w.kept), None) is not None
    repeating = next(story.root.iter(*REPEATING), None) is not None
    for node in story.root.iter(w.sdt, w.fld_char):
        if changed and _is_gone(node, w):
            continue
        field = field_of(node, w, story.hints) if node.tag == w.sdt else legacy_field_of(node, legacy.get(node), w)
        if field is None:
            continue
        field = _completed(field, node, story)
        if changed and next(node.iterancestors(*w.kept), None) is not None:
            field = flagged(field, "tracked")
        paragraph, row, table = _places_of(node, w)
        yield Found(
            field=field,
            part=story.name,
            node=node,
            repeats=repeating and any(_is_repeating(each, w) for each in node.iterancestors(w.sdt)),
            paragraph=0 if paragraph is None else numbers.setdefault(paragraph, len(numbers) + 1),
            row=0 if row is None else numbers.setdefault(row, len(numbers) + 1),
            table=0 if table is None else numbers.setdefault(table, len(numbers) + 1),
            group=group_of(node, w) if field.type is FieldType.CHECKBOX else "",
        )


def _places_of(
    node: etree._Element, w: Words
) -> tuple[etree._Element | None, etree._Element | None, etree._Element | None]:
    """Return the paragraph, the row and the table that *node* stands in."""
    paragraph = row = table = None
    for each in node.iterancestors(w.p, w.tr, w.tbl):
        tag = each.tag
        if tag == w.p:
            paragraph = each if paragraph is None else paragraph
        elif tag == w.tr:
            row = each if row is None else row
        elif table is None:
            table = each
            if paragraph is not None and row is not None:
                break
    return paragraph, row, table


def _title_of(root: etree._Element) -> str:
    """Return the first words of the story *root*, as a label."""
    w = _words_of(root)
    texts = (text_of(each, w).text.strip() for each in root.iter(w.p))
    return tidy(next(filter(None, texts), ""))[:LONGEST_LABEL]


def _plain_in(part: str, root: etree._Element) -> tuple[Found, ...]:
    """Return the answers without a control; where there are more than a form can have, it is no form."""
    plain = islice(plain_fields_of(root, _words_of(root)), MOST_FIELDS)
    found = tuple(Found(field=each, part=part, node=node) for each, node in plain)
    return found if len(found) < MOST_FIELDS else ()


def _completed(field: Field, node: etree._Element, story: _Story) -> Field:
    """Add what lies outside the control: the picture's part, the bound XML."""
    w = story.w
    if field.type is FieldType.PICTURE and field.value is not None:
        links = {link.id: link for link in story.package.relationships(story.name)}
        link = links.get(str(field.value))
        return replace(field, value=link.target) if link else replace(field, value=None, state=FieldState.EMPTY)
    if node.tag == w.sdt and not story.hints:
        field = story.glossary.beside(field, node)
    binding = node.find(f"{w.sdt_pr}/{w('dataBinding')}") if story.stores and node.tag == w.sdt else None
    return field if binding is None else bound(field, binding, story.stores, w)


def _is_gone(node: etree._Element, w: Words) -> bool:
    """Tell whether *node* stands in deleted text, a deleted row, or the second copy of a drawing."""
    if next(node.iterancestors(*w.gone), None) is not None:
        return True
    return any(row.find(f"{w('trPr')}/{w('del')}") is not None for row in node.iterancestors(w.tr))


def _is_repeating(node: etree._Element, w: Words) -> bool:
    return any(child.tag in REPEATING for each in node.iterchildren(w.sdt_pr) for child in each)


def _properties_of(package: Package) -> dict[str, str]:
    """Return the custom properties; LibreOffice and Word both keep them."""
    found = {}
    for kind in ("custom-properties", "customProperties"):
        for name in package.linked(kind):
            for node in package.xml(name):
                if local_name(node) == "property":
                    found[str(node.get("name", ""))] = "".join(str(text) for text in node.itertext())
    return found


def _reference_of(package: Package, main: str) -> str:
    """Return the reference that our own comment tells people, or nothing; no other word of a comment is read."""
    for part in package.linked("comments", main):
        root = package.xml(part)
        w = _words_of(root)
        ours = (each for each in root if each.get(w("author")) == NOTE_AUTHOR)
        lines = (text_of(line, w).text for each in ours for line in each.iter(w.p))
        return next(filter(None, map(reference_in, lines)), "")
    return ""
