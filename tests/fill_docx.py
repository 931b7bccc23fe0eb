"""Writes answers into a Word blank as Word itself does: into the content controls, found by their tag."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from copy import deepcopy

from lxml import etree
from make_forms import Answer, NoSuchFieldError

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
_MAIN = "word/document.xml"
_GERMAN_DATE = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})")
_LOCKED = {"contentLocked", "sdtContentLocked"}


def fill_docx(blank: bytes, answers: Mapping[str, Answer]) -> bytes:
    """Return *blank* with *answers* in its content controls; every other part stays as it was.

    Raises:
        NoSuchFieldError: An answer has no control of its name, or its control is locked.
    """
    form = WordForm(blank)
    for name, answer in answers.items():
        form.fill(name, answer)
    return form.save()


def iso_date_of(text: str) -> str | None:
    """Return the ISO date that a whole German date says, `None` for anything else (`ca. 1990`)."""
    found = _GERMAN_DATE.fullmatch(text)
    return None if found is None else f"{found[3]}-{found[2]}-{found[1]}"


class WordForm:
    """A Word form in memory, its controls by tag."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            self._parts = [(info, source.read(info)) for info in source.infolist()]
        self._tree = etree.fromstring(next(part for info, part in self._parts if info.filename == _MAIN))
        self._controls = {_attribute(each, "tag"): each for each in self._tree.iter(_w("sdt"))}

    def fill(self, name: str, answer: Answer) -> None:
        """Put *answer* into the control *name*: no longer a hint, the box ticked, the date stored beside its text."""
        if self.shows(name, answer):
            return
        properties, content = self._open(name, answer)
        for hint in properties.findall(_w("showingPlcHdr")):
            properties.remove(hint)
        if isinstance(answer, bool):
            checked = properties.find(f"{_w14('checkbox')}/{_w14('checked')}")
            if checked is None:
                raise NoSuchFieldError(name)
            checked.set(_w14("val"), "1" if answer else "0")
            _show(content, self.glyph(name, ticked=answer))
            return
        _store_date(properties.find(_w("date")), answer)
        _write(content, answer)

    def add(self, name: str, like: str) -> None:
        """Put a control *name* behind the control *like*, a copy of it, unless there is one of this name."""
        if name not in self._controls:
            made = deepcopy(self._controls[like])
            tag = made.find(f"{_w('sdtPr')}/{_w('tag')}")
            if tag is None:
                raise NoSuchFieldError(like)
            tag.set(_w("val"), name)
            self._controls[like].addnext(made)
            self._controls[name] = made

    def mark(self, name: str, answer: Answer, mark: str) -> None:
        """Let the control *name*, which is to take *answer*, show *mark* and leave all else of it as it is."""
        _show(self._open(name, answer)[1], mark)

    def glyph(self, name: str, *, ticked: bool) -> str:
        """Return the character that the check box *name* shows when (not) ticked."""
        properties = self._open(name, ticked)[0]
        state = properties.find(f"{_w14('checkbox')}/{_w14('checkedState' if ticked else 'uncheckedState')}")
        code = None if state is None else state.get(_w14("val"))
        return chr(int(code, 16)) if code else "☒☐"[not ticked]

    def save(self) -> bytes:
        """Return the form as a file."""
        main = etree.tostring(self._tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for info, part in self._parts:
                target.writestr(info, main if info.filename == _MAIN else part, zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def shows(self, name: str, answer: Answer) -> bool:
        """Tell whether the form prints *answer* itself, as it does a row's number."""
        control = self._controls.get(name)
        content = None if control is None or _attribute(control, "showingPlcHdr") else control.find(_w("sdtContent"))
        return content is not None and "".join(each.text or "" for each in content.iter(_w("t"))) == answer

    def _open(self, name: str, answer: Answer) -> tuple[etree._Element, etree._Element]:
        """Return the properties and the content of a control that a person can give *answer* to."""
        control = self._controls.get(name)
        if control is None or _attribute(control, "lock") in _LOCKED:
            raise NoSuchFieldError(name)
        properties, content = control.find(_w("sdtPr")), control.find(_w("sdtContent"))
        if properties is None or content is None:
            raise NoSuchFieldError(name)
        if (properties.find(_w14("checkbox")) is not None) != isinstance(answer, bool):
            raise NoSuchFieldError(name)
        return properties, content


def _store_date(date: etree._Element | None, text: str) -> None:
    """Set the stored date to the shown one; what is no whole date leaves none, as when typed over in Word."""
    if date is None:
        return
    day = iso_date_of(text)
    if day is not None:
        date.set(_w("fullDate"), f"{day}T00:00:00Z")
    elif _w("fullDate") in date.attrib:
        del date.attrib[_w("fullDate")]


def _show(content: etree._Element, text: str) -> None:
    """Replace the shown text and leave its look."""
    first, *others = content.iter(_w("t"))
    first.text = text
    for each in others:
        each.text = ""


def _write(content: etree._Element, text: str) -> None:
    """Put *text* into the control's first paragraph (or itself) as one plain run, line breaks as `w:br`."""
    paragraph = next(content.iter(_w("p")), content)
    for run in list(paragraph.iter(_w("r"))):
        parent = run.getparent()
        if parent is not None:
            parent.remove(run)
    run = etree.SubElement(paragraph, _w("r"))
    for number, line in enumerate(text.split("\n")):
        if number:
            etree.SubElement(run, _w("br"))
        shown = etree.SubElement(run, _w("t"))
        shown.text = line
        shown.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _attribute(control: etree._Element, name: str) -> str | None:
    found = control.find(f"{_w('sdtPr')}/{_w(name)}")
    return None if found is None else found.get(_w("val"))


def _w(name: str) -> str:
    return f"{{{_W}}}{name}"


def _w14(name: str) -> str:
    return f"{{{_W14}}}{name}"
