"""A Word template in two languages, made from the German one: below each text stands the same in a client's language.

No template is edited for it, so a carrier's own template is bilingual too. What
a person wrote stands once, as written.
"""

from __future__ import annotations

import re
from copy import deepcopy

from lxml import etree

from formpipe.documents.package import members_of
from formpipe.formats.opc_write import zip_of
from formpipe.translation import SUFFIX, Translation, words_of

UNREVIEWED = "Übersetzung ungeprüft. Es gilt der deutsche Text."
REVIEWED = "Es gilt der deutsche Text."
UNTRANSLATED = "Noch nicht übersetzt. Der Text ist nur auf Deutsch da."

_BODY = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_ONE_VALUE = re.compile(r"{{ *((?:\w+\.)*\w+(?:\[\d+\])?) *}}")
_CONTROL = re.compile(r"{%(?:p|tr|tc|r) ")
_LETTER = re.compile(r"[^\W\d_]")
_GREY = "404040"
_HEADS = ("Heading", "Title", "berschrift", "Titel")
_KEPT_OF_HEAD = ("ind", "jc")  # of a paragraph's look; the order is Word's
_BEFORE_BIDI = ("pStyle", "keepNext", "keepLines")
_KEPT = (*_BEFORE_BIDI, "spacing", *_KEPT_OF_HEAD)
_RIGHT_TO_LEFT_FONT = "Noto Naskh Arabic"
_FONTS = {"ti": "Noto Sans Ethiopic", "ka": "Noto Sans Georgian"}  # Latin and Cyrillic are in the template's own
_ISOLATED = "\u2068{}\u2069"  # first strong isolate: a value has its own direction
_FROM_RIGHT = "\u2067{}\u2069"  # right-to-left isolate: a translation within a German line
_BEFORE_MIRRORED = {f"{_W}{name}" for name in ("tblStyle", "tblpPr", "tblOverlap")}  # ECMA-376 part 1, CT_TblPr


def bilingual(template: bytes, translation: Translation) -> bytes:
    """Return *template* with each of its texts once more in the language of *translation*, as far as it has them.

    Values get theirs where the data bring one beside them (see `translated`).
    The first text is followed by the words that German counts, and that nobody
    vouches for the translation or that there is none. The columns of tables
    run from right to left where the language does.
    """
    members = {name: bytes(body) for name, body in members_of(template).items()}
    return zip_of({**members, _BODY: _with_second(members[_BODY], translation)}.items())


def texts_of(template: bytes) -> tuple[str, ...]:
    """Return the texts of *template* that can be translated, in their order; tags in them stay as they are."""
    root = etree.fromstring(members_of(template)[_BODY], _PARSER)
    return tuple(dict.fromkeys(text for text in map(_text_of, _paragraphs_of(root)) if _is_text(text)))


def _with_second(xml: bytes, translation: Translation) -> bytes:
    root = etree.fromstring(xml, _PARSER)
    marks = _marks(translation)
    for paragraph in _paragraphs_of(root):
        text = _text_of(paragraph)
        value = _ONE_VALUE.fullmatch(text)
        if value is not None:
            other, test = _beside(value[1])
            _add_after(paragraph, [f"{{%p if {test} %}}", f"{{{{ {other} }}}}", "{%p endif %}"], translation)
        elif _CONTROL.search(text):
            _add_within(paragraph, translation)
        elif _is_text(text):
            second = translation.of(text)
            added = [_ONE_VALUE.sub(lambda each: _either(each[1], translation), second)] if second else []
            _add_after(paragraph, added + marks, translation)
            if added and next(paragraph.iterancestors(f"{_W}tc"), None) is None:
                _keep_with_next(paragraph)
            marks = []
    if translation.is_right_to_left and translation.texts:
        _mirror_tables(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _marks(translation: Translation) -> list[str]:
    if not translation.texts:
        return [UNTRANSLATED]
    mark = REVIEWED if translation.reviewer else UNREVIEWED
    return [text for text in (mark, translation.of(mark)) if text]


def _mirror_tables(root: etree._Element) -> None:
    for properties in root.iter(f"{_W}tblPr"):
        place = sum(each.tag in _BEFORE_MIRRORED for each in properties)
        properties.insert(place, etree.Element(f"{_W}bidiVisual"))


def _paragraphs_of(root: etree._Element) -> list[etree._Element]:
    return [each for each in root.iter(f"{_W}p") if next(each.iterdescendants(f"{_W}p"), None) is None]


def _text_of(element: etree._Element) -> str:
    return "".join(each.text or "" for each in element.iter(f"{_W}t")).strip()


def _is_text(text: str) -> bool:
    """Tell whether *text* has words of its own, and no tag that takes rows or runs with it."""
    return _CONTROL.search(text) is None and _LETTER.search(words_of(text)) is not None


def _beside(name: str) -> tuple[str, str]:
    """Return the name of the translation of the value *name*, and the test whether there is one.

    `table.head[0]` has it in `table.head_t[0]`.
    """
    stem, bracket, index = name.partition("[")
    other = f"{stem}{SUFFIX}{bracket}{index}"
    return other, f"{stem}{SUFFIX} is defined and {other}"


def _either(name: str, translation: Translation) -> str:
    other, test = _beside(name)
    german = f"{{{{ {name} }}}}"
    if translation.is_right_to_left:
        german = _ISOLATED.format(german)
    return f"{{% if {test} %}}{{{{ {other} }}}}{{% else %}}{german}{{% endif %}}"


def _add_after(paragraph: etree._Element, texts: list[str], translation: Translation) -> None:
    for text in reversed(texts):
        paragraph.addnext(_copy(paragraph, text, translation))


def _keep_with_next(paragraph: etree._Element) -> None:
    """Let *paragraph* stay on one page with its translation."""
    properties = paragraph.find(f"{_W}pPr")
    if properties is None:
        properties = etree.Element(f"{_W}pPr")
        paragraph.insert(0, properties)
    if properties.find(f"{_W}keepNext") is None:
        style = properties.find(f"{_W}pStyle")
        properties.insert(0 if style is None else 1, etree.Element(f"{_W}keepNext"))


def _add_within(paragraph: etree._Element, translation: Translation) -> None:
    """Put the translation of each value that stands alone in a run behind it, in the same line."""
    isolated = _FROM_RIGHT if translation.is_right_to_left else "{}"
    for run in list(paragraph.iter(f"{_W}r")):
        value = _ONE_VALUE.fullmatch(_text_of(run))
        if value is None:
            continue
        other, test = _beside(value[1])
        space = " " if str(next(run.iter(f"{_W}t")).text).endswith(" ") else ""
        parts = [
            _run(f"{{%r if {test} %}}"),
            _run("/ " if space else " / ", color=True),
            _run(isolated.format(f"{{{{ {other} }}}}"), translation=translation),
            *([_run(space)] if space else []),
            _run("{%r endif %}"),
        ]
        for part in reversed(parts):
            run.addnext(part)


def _copy(paragraph: etree._Element, text: str, translation: Translation) -> etree._Element:
    """Return a paragraph that looks like *paragraph*, in grey, and is no heading but stays with what follows one."""
    is_german = text in {UNREVIEWED, REVIEWED, UNTRANSLATED}
    made = etree.Element(f"{_W}p")
    kept = etree.SubElement(made, f"{_W}pPr")
    if _is_head(paragraph):
        etree.SubElement(kept, f"{_W}keepNext")
    for node in paragraph.iterfind(f"{_W}pPr/*"):
        if etree.QName(node).localname in (_KEPT_OF_HEAD if _is_head(paragraph) else _KEPT):
            kept.append(deepcopy(node))
    if translation.is_right_to_left and not is_german:
        kept.insert(_place_of_bidi(kept), etree.Element(f"{_W}bidi"))
    made.append(_run(text, translation=None if is_german else translation, bold=_is_bold(paragraph), color=True))
    return made


def _place_of_bidi(properties: etree._Element) -> int:
    """Return where `bidi` stands among *properties*: their order is fixed (ECMA-376 part 1, CT_PPr)."""
    return sum(etree.QName(node).localname in _BEFORE_BIDI for node in properties)


def _run(
    text: str, *, translation: Translation | None = None, bold: bool = False, color: bool = False
) -> etree._Element:
    run = etree.Element(f"{_W}r")
    look = etree.SubElement(run, f"{_W}rPr")
    if translation is not None:
        _add_font(look, translation)
    if bold:
        etree.SubElement(look, f"{_W}b")
        etree.SubElement(look, f"{_W}bCs")
    if color or translation is not None:
        etree.SubElement(look, f"{_W}color").set(f"{_W}val", _GREY)
    if translation is not None:
        _add_language(look, translation)
    words = etree.SubElement(run, f"{_W}t")
    words.text = text
    words.set(_XML_SPACE, "preserve")
    return run


def _add_font(look: etree._Element, translation: Translation) -> None:
    if translation.is_right_to_left:
        etree.SubElement(look, f"{_W}rFonts").set(f"{_W}cs", _RIGHT_TO_LEFT_FONT)
    elif font := _FONTS.get(translation.language):
        fonts = etree.SubElement(look, f"{_W}rFonts")
        for name in ("ascii", "hAnsi", "cs"):
            fonts.set(f"{_W}{name}", font)


def _add_language(look: etree._Element, translation: Translation) -> None:
    if translation.is_right_to_left:
        etree.SubElement(look, f"{_W}rtl")
    direction = "bidi" if translation.is_right_to_left else "val"
    etree.SubElement(look, f"{_W}lang").set(f"{_W}{direction}", translation.language.partition("-")[0])


def _is_head(paragraph: etree._Element) -> bool:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return style is not None and str(style.get(f"{_W}val", "")).startswith(_HEADS)


def _is_bold(paragraph: etree._Element) -> bool:
    return _is_head(paragraph) or next(paragraph.iter(f"{_W}b"), None) is not None
