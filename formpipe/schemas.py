"""Loads `schemas/`: forms, code lists, mappings, guard list and law, checked once before anything else begins.

A root may hold copies of single files; each wins over the shipped file of the
same name. Nothing is ever fetched: the registry holds what lies in the folders.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable

from formpipe.catalogue import Catalogue, catalogue_of
from formpipe.defining import code_list_of, definition_of
from formpipe.definition import CodeList, FormDefinition
from formpipe.errors import SetupError
from formpipe.mapping import FormMapping, mapping_faults, mapping_of
from formpipe.model import FormKind, Json
from formpipe.validate.inlined import inlined
from formpipe.vetting import Fault, code_list_faults, form_faults

BASE = "https://formpipe.invalid/schemas/"
"""Base of every `$id`; a name, not an address."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_FORM = re.compile(r"([a-z_]+)\.v([0-9]{4}\.[0-9]{1,2})\.json")
_SEVERAL = ("*.v*.json", "codes/*.json", "mappings/*.json")
_GUARD = "guard.json"
_SOUND = "sound.json"
_LAW = "law.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """All forms and lists of a root, ready for use.

    `guard` holds the stems of the guard list (domain 2.6), `law` the names
    that change by date or by legal regime, as written in `law.json`.
    `mappings` are foreign forms that may be taken as one of ours.
    """

    definitions: Mapping[FormKind, FormDefinition]
    code_lists: Mapping[str, CodeList]
    registry: Registry[Any] = field(repr=False)
    guard: tuple[str, ...] = field(repr=False)
    law: Mapping[str, Json] = field(repr=False)
    catalogue: Catalogue = field(repr=False)
    mappings: tuple[FormMapping, ...] = field(default=(), repr=False)

    def newest(self, kind: str) -> FormDefinition:
        """Return the form of *kind* (`intake`) with the highest version.

        Raises:
            SetupError: There is no form of this kind.
        """
        found = [each for each in self.definitions.values() if each.kind.kind == kind]
        if not found:
            raise SetupError(f"there is no form of the kind '{kind}'", where="schemas", mend=self._known())
        return max(found, key=lambda each: version_order(each.kind.version))

    def definition(self, kind: FormKind) -> FormDefinition:
        """Return the form of exactly this kind and version.

        Raises:
            SetupError: There is none.
        """
        if kind not in self.definitions:
            raise SetupError(f"there is no form '{kind}'", where="schemas", mend=self._known())
        return self.definitions[kind]

    def _known(self) -> str:
        return f"Known: {', '.join(sorted(map(str, self.definitions)))}"


def version_order(version: str) -> tuple[int, ...]:
    """Return the key that sorts versions: `2026.2` comes before `2026.10`."""
    return tuple(int(part) for part in version.split("."))


def load_library(folder: Path, *, extra: Path | None = None) -> Library:
    """Return everything in *folder* (shipped), each file of *extra* (the root's) in place of its namesake.

    Raises:
        SetupError: A file cannot be read or is no sound schema; names file and JSON pointer.
    """
    paths = _paths((folder,) if extra is None else (folder, extra))
    documents = {name: _read(path) for name, path in paths.items()}
    guard = _stems(documents.pop(_GUARD), paths[_GUARD])
    law = documents.pop(_LAW)
    _check_law(law, paths[_LAW])
    foreign = {name: documents.pop(name) for name in list(documents) if name.startswith("mappings/")}
    for name, document in documents.items():
        _check_id(document, name, paths[name])
    code_lists = {
        Path(name).stem: _code_list(Path(name).stem, document, paths[name])
        for name, document in documents.items()
        if name.startswith("codes/")
    }
    registry: Registry[Any] = Registry().with_resources(
        (each["$id"], Resource.from_contents(each)) for each in documents.values()
    )
    sound = _sound_in(folder)
    forms = {name: document for name, document in documents.items() if _FORM.fullmatch(name)}
    unknown = [name for name in forms if hashlib.sha256(paths[name].read_bytes()).hexdigest() not in sound]
    for name in unknown:
        _check_dialect(forms[name], paths[name])
    definitions = [_definition(document, code_lists, paths[name]) for name, document in forms.items()]
    for name in unknown:
        _check_references(forms[name], registry, paths[name])
    by_kind = MappingProxyType({each.kind: each for each in definitions})
    return Library(
        definitions=by_kind,
        code_lists=MappingProxyType(code_lists),
        registry=registry,
        guard=guard,
        law=MappingProxyType(law),
        catalogue=catalogue_of(definitions),
        mappings=tuple(_mapping(document, by_kind, paths[name]) for name, document in foreign.items()),
    )


def _mapping(document: dict[str, Any], definitions: Mapping[FormKind, FormDefinition], path: Path) -> FormMapping:
    _refuse(mapping_faults(document, definitions), path)
    return mapping_of(path.stem, document)


def _code_list(name: str, document: dict[str, Any], path: Path) -> CodeList:
    _refuse(code_list_faults(document), path)
    return code_list_of(name, document)


def _sound_in(folder: Path) -> frozenset[str]:
    """Return the checksums of the forms that the tests found to be valid JSON Schema; finding it takes long."""
    path = folder / _SOUND
    return frozenset(_read(path).get("sha256", ())) if path.is_file() else frozenset()


def _check_dialect(document: dict[str, Any], path: Path) -> None:
    try:
        Draft202012Validator.check_schema(document)
    except SchemaError as error:
        pointer = "".join(f"/{step}" for step in error.absolute_path)
        raise SetupError(f"no valid JSON Schema at {pointer or '/'}", where=path, mend=error.message) from error


def _check_references(document: dict[str, Any], registry: Registry[Any], path: Path) -> None:
    """Raise if a reference leads nowhere, wherever it stands; that would come out with the first form only."""
    try:
        inlined(document, registry)
    except Unresolvable as error:
        raise SetupError(
            f"the reference '{error.ref}' leads nowhere", where=path, mend="Nothing is fetched; name a file in codes/."
        ) from error


def _definition(document: dict[str, Any], code_lists: Mapping[str, CodeList], path: Path) -> FormDefinition:
    _refuse(form_faults(document, code_lists), path)
    definition = definition_of(document, code_lists)
    if f"{definition.kind}.json" != path.name:
        raise SetupError(f"the file describes '{definition.kind}'", where=path, mend="Name the file so.")
    return definition


def _paths(folders: Iterable[Path]) -> dict[str, Path]:
    """Return name within the folder -> file, sorted by name, later folders first served."""
    found: dict[str, Path] = {}
    for folder in folders:
        several = (path for pattern in _SEVERAL for path in folder.glob(pattern))
        for path in (*several, folder / _GUARD, folder / _LAW):
            if path.is_file():
                found[path.relative_to(folder).as_posix()] = path
    for name in (_GUARD, _LAW):
        if name not in found:
            raise SetupError(f"the file '{name}' is missing", where=next(iter(folders)))
    for name, path in found.items():
        if name.count("/") == 0 and name not in {_GUARD, _LAW} and not _FORM.fullmatch(name):
            raise SetupError("the file name is not understood", where=path, mend="Name it like intake.v2026.1.json.")
    return dict(sorted(found.items()))


def _read(path: Path) -> dict[str, Any]:
    try:
        # Editors on Windows may put a byte order mark before the text.
        document = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=_once)
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise SetupError("the file is no JSON", where=path, mend=str(error)) from error
    if not isinstance(document, dict):
        raise SetupError("the file holds no JSON object", where=path)
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise ValueError(f"'{doubled[0]}' stands twice in one object")
    return dict(pairs)


def _check_id(document: dict[str, Any], name: str, path: Path) -> None:
    """Raise unless the file says what it is; a code list's shape is checked by `vetting`, which is quicker."""
    if document.get("$id") != BASE + name:
        raise SetupError("the file has another name inside, at /$id", where=path, mend=f"The $id must be {BASE}{name}")
    if document.get("$schema") != DIALECT:
        raise SetupError("the dialect is not known, at /$schema", where=path, mend=f"The $schema must be {DIALECT}")


def _refuse(faults: Iterable[Fault], path: Path) -> None:
    found = [f"{fault.pointer or '/'}: {fault.what}" for fault in faults]
    if found:
        raise SetupError(f"{len(found)} faults in the schema", where=path, mend="\n  ".join(found))


def _stems(document: dict[str, Any], path: Path) -> tuple[str, ...]:
    lists = document.get("lists")
    if not isinstance(lists, dict) or not all(_is_stems(each) for each in lists.values()):
        raise SetupError("the guard list is not understood at /lists", where=path, mend='Write {"name": ["stem"]}.')
    return tuple(stem for each in lists.values() for stem in each)


def _check_law(document: dict[str, Any], path: Path) -> None:
    for word in ("names", "regimes"):
        if not isinstance(document.get(word), dict):
            raise SetupError(
                f"the names by law are not understood at /{word}", where=path, mend="Copy the shipped file."
            )


def _is_stems(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(stem, str) and stem.strip() for stem in value)
