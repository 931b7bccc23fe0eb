"""Changes one content control of a Word form, as careless hands and strange programs do; a seed makes it again."""

from __future__ import annotations

import copy
import io
import random
import zipfile
from dataclasses import dataclass, field

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAIN = "word/document.xml"

KINDS = ("delete", "rename", "retag", "untag", "duplicate", "alter", "nest", "empty", "hint")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """What was done to the control *name*."""

    kind: str
    name: str
    other: str


@dataclass(slots=True)
class Mutator:
    """A good form, taken apart once."""

    data: bytes
    members: list[tuple[str, bytes]] = field(init=False)
    main: etree._Element = field(init=False)

    def __post_init__(self) -> None:
        with zipfile.ZipFile(io.BytesIO(self.data)) as source:
            self.members = [(name, source.read(name)) for name in source.namelist()]
        self.main = etree.fromstring(dict(self.members)[_MAIN])

    def mutated(self, seed: int) -> tuple[Mutation, bytes]:
        """Return the form with one control changed, and what was changed."""
        dice = random.Random(seed)  # noqa: S311 - a seeded choice, no secret
        root = copy.deepcopy(self.main)
        controls = list(root.iter(f"{_W}sdt"))
        filled = [each for each in controls if each.find(f"{_W}sdtPr/{_W}showingPlcHdr") is None]
        chosen = dice.choice(dice.choice((controls, filled)))
        other = dice.choice([each for each in controls if each is not chosen])
        kind = KINDS[seed % len(KINDS)]
        done = Mutation(kind=kind, name=_tag(chosen), other=_tag(other))
        _APPLY[kind](chosen, other, dice)
        return done, self._packed(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))

    def _packed(self, main: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for name, body in self.members:
                target.writestr(name, main if name == _MAIN else body)
        return out.getvalue()


def _tag(control: etree._Element) -> str:
    return str(_property(control, "tag").get(f"{_W}val"))


def _property(control: etree._Element, name: str) -> etree._Element:
    found = control.find(f"{_W}sdtPr/{_W}{name}")
    assert found is not None
    return found


def _parent(node: etree._Element) -> etree._Element:
    parent = node.getparent()
    assert parent is not None
    return parent


def _delete(chosen: etree._Element, _other: etree._Element, _dice: random.Random) -> None:
    _parent(chosen).remove(chosen)


def _rename(chosen: etree._Element, other: etree._Element, dice: random.Random) -> None:
    """Give the control another name everywhere: an unknown one, or that of a second control."""
    name = dice.choice((f"{_tag(chosen)}x", _tag(other)))
    _property(chosen, "tag").set(f"{_W}val", name)
    _property(chosen, "placeholder")[0].set(f"{_W}val", f"fp.{name}")


def _retag(chosen: etree._Element, other: etree._Element, dice: random.Random) -> None:
    """Exchange two tags, or set one; the placeholders still say what the controls were."""
    first, second = _property(chosen, "tag"), _property(other, "tag")
    if dice.random() < 0.5:
        second.set(f"{_W}val", _tag(chosen))
    first.set(f"{_W}val", str(_property(other, "placeholder")[0].get(f"{_W}val")).removeprefix("fp."))


def _untag(chosen: etree._Element, _other: etree._Element, _dice: random.Random) -> None:
    tag = _property(chosen, "tag")
    _parent(tag).remove(tag)


def _duplicate(chosen: etree._Element, other: etree._Element, dice: random.Random) -> None:
    twin = copy.deepcopy(chosen)
    where = dice.choice((chosen, other))
    parent = _parent(where)
    parent.insert(parent.index(where) + dice.randrange(2), twin)


def _alter(chosen: etree._Element, other: etree._Element, dice: random.Random) -> None:
    """Put a second control of the name on the form, with another text."""
    _duplicate(chosen, other, dice)
    _write(chosen, f"anders {dice.randrange(100)}")


def _nest(chosen: etree._Element, other: etree._Element, _dice: random.Random) -> None:
    content = other.find(f"{_W}sdtContent")
    assert content is not None
    content.append(chosen)


def _empty(chosen: etree._Element, _other: etree._Element, _dice: random.Random) -> None:
    content = chosen.find(f"{_W}sdtContent")
    assert content is not None
    for child in list(content):
        content.remove(child)


def _hint(chosen: etree._Element, _other: etree._Element, _dice: random.Random) -> None:
    """Empty the control as Word does: the hint comes back."""
    if chosen.find(f"{_W}sdtPr/{_W}showingPlcHdr") is None:
        _property(chosen, "placeholder").addnext(etree.Element(f"{_W}showingPlcHdr"))
    _write(chosen, "eintragen")


def _write(control: etree._Element, text: str) -> None:
    texts = list(control.iter(f"{_W}t"))
    for each in texts:
        each.text = ""
    texts[0].text = text


_APPLY = {
    "delete": _delete,
    "rename": _rename,
    "retag": _retag,
    "untag": _untag,
    "duplicate": _duplicate,
    "alter": _alter,
    "nest": _nest,
    "empty": _empty,
    "hint": _hint,
}
