"""Seeded mutations of good forms, read in the limited process: nothing crashes, and what is taken stands on the form.

`python tests/mutantforms.py` (`make mutations`) reads 20,000: bytes changed,
cut and doubled; elements of the XML and objects of the PDF changed. A value
without a flag must be what a reader sees that has nothing in common with ours.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Any, TypeAlias

import pikepdf
from fill_docx import fill_docx
from fill_pdf import fill_pdf
from lxml import etree
from make_forms import answers_of, forms_of, kind_of, load_case
from measured import tell

from formpipe.blanks.write import write_form
from formpipe.errors import UnreadableFormError
from formpipe.model import Field, FieldState, FilledForm
from formpipe.readers.child import Reader
from formpipe.resources import shipped
from formpipe.schemas import load_library

Chance: TypeAlias = random.Random
Seen: TypeAlias = Mapping[str, set[str]]
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DOCUMENT = "word/document.xml"
_XML = (_DOCUMENT, "word/settings.xml", "word/styles.xml", "[Content_Types].xml", "word/_rels/document.xml.rels")
_KEYS = ("/V", "/T", "/FT", "/AP", "/Opt", "/Ff", "/Kids", "/Parent", "/AS", "/DV")
_TELL_EVERY = 500
_AGAIN = re.compile(r"#\d+$")  # a name that stands on the form once more
_TABLES = ""
"""Under no name: the texts of whole tables."""
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    etree.XMLSyntaxError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


def changed_bytes(data: bytes, chance: Chance) -> bytes:
    """Return *data* with some bytes flipped, cut out, doubled, zeroed or put in."""
    first = chance.randrange(len(data))
    last = min(len(data), first + chance.choice((1, 4, 64, 2048)))
    kind = chance.choice(("flip", "cut", "double", "zero", "put", "end"))
    if kind == "flip":
        found = bytearray(data)
        for _ in range(chance.choice((1, 3, 20))):
            found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
        return bytes(found)
    middle = {
        "cut": b"",
        "double": data[first:last] * 2,
        "zero": bytes(last - first),
        "put": chance.randbytes(8) + data[first:last],
        "end": b"",
    }[kind]
    return data[:first] + middle + (b"" if kind == "end" else data[last:])


def changed_member(data: bytes, chance: Chance) -> bytes:
    """Return the Word file with bytes of one of its parts changed, before they are packed."""
    parts = _parts(data)
    name = chance.choice([each for each in _XML if each in parts])
    parts[name] = changed_bytes(parts[name], chance)
    return _packed(parts)


def changed_xml(data: bytes, chance: Chance) -> bytes:
    """Return the Word file with one element of its text removed, doubled, moved or said otherwise."""
    parts = _parts(data)
    tree = etree.fromstring(parts[_DOCUMENT])
    elements = [each for each in tree.iter() if each.getparent() is not None and each.getparent() is not tree]
    chosen, other = chance.choice(elements), chance.choice(elements)
    parent = chosen.getparent()
    assert parent is not None
    kind = chance.choice(("remove", "double", "text", "attribute", "swap"))
    if kind == "remove":
        parent.remove(chosen)
    elif kind == "double":
        parent.insert(parent.index(chosen), etree.fromstring(etree.tostring(chosen)))
    elif kind == "text":
        chance.choice(list(tree.iter(f"{_W}t"))).text = chance.choice(("", "Anders", "31.02.1990", "☒", " "))
    elif kind == "attribute" and chosen.attrib:
        name = chance.choice(sorted(map(str, chosen.attrib)))
        chosen.set(name, chance.choice(("", "0", "true", "person.family_name", "999999999")))
    elif kind == "swap" and other not in chosen.iterancestors() and chosen not in other.iterancestors():
        chosen.text, other.text = other.text, chosen.text
    parts[_DOCUMENT] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return _packed(parts)


def changed_objects(data: bytes, chance: Chance) -> bytes:
    """Return the PDF with one key of one of its fields taken away or said otherwise."""
    with pikepdf.open(BytesIO(data)) as pdf:
        fields = [
            each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and {"/T", "/FT"} & set(each.keys())
        ]
        chosen, other = chance.choice(fields), chance.choice(fields)
        key = chance.choice(_KEYS)
        values: tuple[Callable[[], Any], ...] = (
            lambda: 4711,
            lambda: pikepdf.Name("/Anders"),
            lambda: pikepdf.String("Anders"),
            lambda: pikepdf.String(chance.randbytes(6)),
            lambda: pikepdf.Array([pikepdf.String("a"), 1]),
            pikepdf.Dictionary,
            lambda: pdf.make_stream(b"Anders"),
            lambda: other.get(key, pikepdf.String("")),
        )
        if chance.random() < 0.3 and key in chosen:
            del chosen[key]
        else:
            chosen[key] = chance.choice(values)()
        out = BytesIO()
        pdf.save(out, static_id=True)
        return out.getvalue()


WAYS: Mapping[str, tuple[Callable[[bytes, Chance], bytes], ...]] = {
    "docx": (changed_bytes, changed_member, changed_xml, changed_xml),
    "pdf": (changed_bytes, changed_objects, changed_objects),
}


def seen_in_docx(data: bytes) -> Seen:
    """Return the texts in the content controls by tag or hint, as the bare XML has them, and of whole tables."""
    seen: dict[str, set[str]] = defaultdict(set)
    tree = etree.fromstring(_parts(data)[_DOCUMENT])
    for control in tree.iter(f"{_W}sdt"):
        marks = [control.find(f"{_W}sdtPr/{path}") for path in (f"{_W}tag", f"{_W}placeholder/{_W}docPart")]
        names = [str(each.get(f"{_W}val", "")) for each in marks if each is not None]
        name, content = next(filter(str.strip, names), None), control.find(f"{_W}sdtContent")
        if name is not None and content is not None:
            seen[name.removeprefix("fp.")].add(_words(content))
    seen[_TABLES] |= {_words(table) for table in tree.iter(f"{_W}tbl")}
    return seen


def _words(element: etree._Element) -> str:
    return squeezed("".join(each.text or "" for each in element.iter(f"{_W}t")))


def seen_in_pdf(data: bytes) -> Seen:
    """Return the values of the fields by their full names, as pikepdf gives them."""
    seen: dict[str, set[str]] = defaultdict(set)
    with pikepdf.open(BytesIO(data)) as pdf:
        for each in pdf.objects:
            if isinstance(each, pikepdf.Dictionary) and ("/T" in each or "/FT" in each):
                names: list[str] = []
                value: Any = None
                above: Any = each
                for _ in range(9):
                    if not isinstance(above, pikepdf.Dictionary):
                        break
                    names += _names(above.get("/T"))
                    value = above.get("/V") if value is None else value
                    above = above.get("/Parent")
                if value is not None:
                    seen[".".join(reversed(names))].add(squeezed(_text(value)))
    return seen


def _names(name: object) -> list[str]:
    """Return a field's own name, if it has one; a mutation may have made anything of it, and a list is no name."""
    if name is None or isinstance(name, pikepdf.Dictionary | pikepdf.Array):
        return []
    return [_text(name).removeprefix("/") if isinstance(name, pikepdf.Name) else _text(name)]


def _text(value: object) -> str:
    """Return a value as text; a long text may be a stream."""
    return value.read_bytes().decode("latin-1") if isinstance(value, pikepdf.Stream) else str(value)


def squeezed(text: str) -> str:
    """Return *text* without any white space or zero bytes: where it breaks does not matter here."""
    return "".join(text.replace("\0", "").split())


def wrong_of(form: FilledForm, seen: Seen) -> Iterator[str]:
    """Yield the fields without a flag whose value the other reader does not see.

    A field that lost its control's name is read by its label, which may be the head of a
    column: both must stand in one table.
    """
    for field in form.fields:
        if field.flags or field.state is not FieldState.FILLED or isinstance(field.value, bool | tuple | list):
            continue
        shown = seen.get(_AGAIN.sub("", field.name), set())
        if field.name_source == "label" and field.name not in seen:
            label = squeezed(field.label or "")
            shown = {text for table in seen.get(_TABLES, set()) if label in table for text in _texts_in(table, field)}
        if not any(squeezed(text) in shown for text in _texts(field)):
            yield field.name


def _texts_in(table: str, field: Field) -> set[str]:
    return {text for each in _texts(field) if (text := squeezed(each)) and text in table}


def _texts(field: Field) -> list[str]:
    return [str(each).removeprefix("/") for each in (field.display, field.value) if each is not None] + [
        f"/{field.value}"
    ]


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {each.filename: archive.read(each) for each in archive.infolist()}


def _packed(parts: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()


def good_forms() -> list[tuple[str, bytes]]:
    """Return a filled intake and a filled review, each as Word and PDF."""
    library, found = load_library(shipped("schemas")), []
    for record in forms_of(load_case("case1"))[:2]:
        definition = library.newest(kind_of(record))
        answers = answers_of(record, definition)
        for fmt, fill in (("docx", fill_docx), ("pdf", fill_pdf)):
            found.append((fmt, fill(write_form(definition, fmt=fmt, carrier="CAR"), answers)))  # type: ignore[arg-type]
    return found


def read_all(seeds: range, goods: list[tuple[str, bytes]]) -> tuple[Counter[str], list[str]]:
    """Read a mutation for each of *seeds*; return what came of them, and what must not have."""
    counts: Counter[str] = Counter()
    faults: list[str] = []
    with Reader() as reader:
        for done, seed in enumerate(seeds):
            if done and done % _TELL_EVERY == 0:
                tell(f"{done} of {len(seeds)}: {counts['read']} read, {len(faults)} faults {faults[-1:]}")
            chance = random.Random(seed)  # noqa: S311 - a seeded choice
            fmt, good = goods[seed % len(goods)]
            way = chance.choice(WAYS[fmt])
            mutant = way(good, chance)
            try:
                form = reader.read(mutant)
            except UnreadableFormError as error:
                counts[error.code] += 1
                continue
            except Exception as error:  # noqa: BLE001 - that is what must not happen
                faults.append(f"{seed} {way.__name__}: {error!r}")
                continue
            counts["read"] += 1
            try:
                seen = (seen_in_docx if fmt == "docx" else seen_in_pdf)(mutant)
            except (*_ZIP_ERRORS, pikepdf.PdfError):
                counts["read, but not by the other"] += 1
                continue
            faults += [f"{seed} {way.__name__}: {name}" for name in wrong_of(form, seen)]
    return counts, faults


def main() -> int:
    """Read many and tell; 1 if anything must not have come of one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--count", type=int, default=20_000)
    asked = parser.parse_args()
    began = time.monotonic()
    counts, faults = read_all(range(asked.first, asked.first + asked.count), good_forms())
    told = ", ".join(f"{count} {what}" for what, count in counts.most_common())
    sys.stdout.write(f"{asked.count} mutations: {told}; {time.monotonic() - began:.0f} s\n")
    sys.stdout.write("\n".join([f"{len(faults)} faults", *faults[:40]]) + "\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
