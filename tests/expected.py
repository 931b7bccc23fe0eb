"""What the documents of a version must show of the form that made it."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pypdf
from lxml import etree

from formpipe.definition import FieldSpec, FormDefinition, Printed
from formpipe.model import Json, pattern_of
from formpipe.spell import spell

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ADDRESS = {f"contact.{name}" for name in ("street", "house_number", "postcode", "city", "care_of")}
_CONSENT = {True: "erteilt", False: "nicht erteilt"}
_BREAKS = {_W + "tab", _W + "br", _W + "p", _W + "tc"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One typed value: its field's name on the form (rows as in the record), and the texts that print it."""

    key: str
    texts: tuple[str, ...] = field(repr=False)
    spec: FieldSpec = field(repr=False)


def expected_of(record: Mapping[str, Json], definition: FormDefinition) -> list[Value]:
    """Return the values of *record* that are to be printed, with the text of each.

    Left out is what the field table prints nowhere, a goal the client did not
    agree to, and a protected address.
    """
    protected = is_protected(record)
    found: list[Value] = []
    for key, value, row in _leaves(record):
        spec = definition.specs.get(pattern_of(key))
        if spec is None or spec.printed is Printed.NO or value in (None, "", []):
            continue
        if (protected and spec.key in _ADDRESS) or (key.startswith("goals[") and _is_not_agreed(record, key)):
            continue
        found.append(Value(key=key, texts=_texts(value, spec, row), spec=spec))
    return found


def is_protected(record: Mapping[str, Json]) -> bool:
    """Tell whether the client's address is protected by what *record* says (domain, decisions)."""
    sections = {name: value if isinstance(value, dict) else {} for name, value in record.items()}
    itself = sections.get("contact", {}).get("address_protected")
    if itself in (True, False):
        return itself is True
    sheltered = sections.get("housing", {}).get("type") == "schutzunterkunft"
    return sheltered or sections.get("family", {}).get("protection_need") == "ja"


def text_of_docx(data: bytes) -> str:
    """Return the visible text of a document, its parts and cells apart by blanks."""
    words: list[str] = []
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in sorted(package.namelist()):
            if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", name):
                for each in etree.fromstring(package.read(name)).iter():
                    if each.tag in _BREAKS:
                        words.append(" ")
                    elif each.tag == _W + "t":
                        words.append(each.text or "")
    return folded("".join(words))


def text_of_pdf(path: Path) -> str:
    """Return the text of all pages without any white space: a line's end on paper says nothing of the value."""
    with pypdf.PdfReader(path) as reader:
        return squeezed(" ".join(page.extract_text() for page in reader.pages))


def folded(text: str) -> str:
    """Return *text* in NFC with single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def squeezed(text: str) -> str:
    """Return *text* in NFC without white space and soft hyphens."""
    return re.sub(r"[\s\u00ad]+", "", unicodedata.normalize("NFC", text))


def is_latin(text: str) -> bool:
    """Tell whether *text* has no letter of a script that a PDF's text layer may give in another order or shape."""
    return not any(
        unicodedata.category(each).startswith("L") and "LATIN" not in unicodedata.name(each) for each in text
    )


def missing_of(values: list[Value], text: str) -> list[str]:
    """Return the keys of *values* that do not stand in *text* (folded), short ones as whole words."""
    return [value.key for value in values if not all(_stands(folded(each), text) for each in value.texts)]


def _stands(words: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None


def _leaves(record: Mapping[str, Json]) -> Iterator[tuple[str, Json, Mapping[str, Json]]]:
    """Yield each value with its name on the form and the object it stands in; changes lose their prefix."""
    for section, value in record.items():
        if section == "review":
            rest = dict(cast("dict[str, Json]", value))
            changes = cast("dict[str, Json]", rest.pop("changes", {}))
            yield from _walk(rest, section, record)
            for name, change in changes.items():
                yield from _walk(change, name, record)
        else:
            yield from _walk(value, section, record)


def _walk(value: Json, key: str, row: Mapping[str, Json]) -> Iterator[tuple[str, Json, Mapping[str, Json]]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _walk(each, f"{key}.{name}", value)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for index, each in enumerate(value):
            yield from _walk(each, f"{key}[{index}]", row)
    else:
        yield key, value, row


def _is_not_agreed(record: Mapping[str, Json], key: str) -> bool:
    number = int(key.partition("[")[2].partition("]")[0])
    goal = cast("list[dict[str, Json]]", record["goals"])[number]
    return goal.get("agreed_with_client") is False


def _texts(value: Json, spec: FieldSpec, row: Mapping[str, Json]) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(spell(each, spec) for each in value)
    if spec.precision_key is not None and isinstance(value, str):
        return (_birth(value, row.get(spec.precision_key)),)
    if spec.key == "consents[].granted" and isinstance(value, bool):
        return (_CONSENT[value],)
    return (spell(value, spec),)


def _birth(value: str, precision: Json) -> str:
    """Return a birth date as it is printed: never more exact than it is known (domain 2.4); an estimate as its age."""
    year, month, day = value.split("-")
    exact = {"monat": f"{month}.{year}", "jahr": f"Jahrgang {year}", "geschaetzt": "Geburtsjahr geschätzt"}
    return exact.get(str(precision), f"{day}.{month}.{year}")
