"""The names of WordprocessingML that reading needs, in either of its two namespaces."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
CHECKBOX = f"{W14}checkbox"
REPEATING = frozenset({f"{W15}repeatingSection", f"{W15}repeatingSectionItem"})
_FRAMES = ("group", "docPartObj", "docPartList", "citation", "bibliography", "equation")
OFF = frozenset({"0", "false", "off", "none"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Element names in one namespace; `w("p")` gives any other."""

    namespace: str
    sdt: str
    sdt_pr: str
    sdt_content: str
    val: str
    p: str
    r: str
    t: str
    tab: str
    tc: str
    tr: str
    tbl: str
    fld_char: str
    ff_data: str
    tag: str
    alias: str
    date: str
    placeholder: str
    doc_part: str
    showing: str
    lists: tuple[str, str]  # properties of a control with choices
    text: tuple[str, ...]  # what gives text by itself
    special: tuple[str, ...]  # what makes a range's text more than the sum of its runs; empty: there is none
    frames: frozenset[str]  # properties of controls that are no fields
    gone: tuple[str, ...]  # what holds text that is no longer, or not, there
    kept: tuple[str, ...]  # what holds text that a tracked change brought

    def __call__(self, name: str) -> str:
        """Return *name* in this namespace."""
        return f"{self.namespace}{name}"


@cache
def words_of(namespace: str) -> Words:
    """Return the names in *namespace* (`TRANSITIONAL` or `STRICT`)."""
    w = f"{{{namespace}}}"
    return Words(
        namespace=w,
        sdt=f"{w}sdt",
        sdt_pr=f"{w}sdtPr",
        sdt_content=f"{w}sdtContent",
        val=f"{w}val",
        p=f"{w}p",
        r=f"{w}r",
        t=f"{w}t",
        tab=f"{w}tab",
        tc=f"{w}tc",
        tr=f"{w}tr",
        tbl=f"{w}tbl",
        fld_char=f"{w}fldChar",
        ff_data=f"{w}ffData",
        tag=f"{w}tag",
        alias=f"{w}alias",
        date=f"{w}date",
        placeholder=f"{w}placeholder",
        doc_part=f"{w}docPart",
        showing=f"{w}showingPlcHdr",
        lists=(f"{w}dropDownList", f"{w}comboBox"),
        text=(*(f"{w}{name}" for name in ("t", "p", "br", "tab", "cr", "ptab", "noBreakHyphen", "sym")), MATH_TEXT),
        special=(
            ALTERNATE,
            *(f"{w}{name}" for name in ("del", "ins", "moveFrom", "moveTo", "vanish", "fldChar")),
        ),
        frames=REPEATING | {f"{w}{name}" for name in _FRAMES},
        gone=(FALLBACK, f"{w}del", f"{w}moveFrom"),
        kept=(f"{w}ins", f"{w}moveTo"),
    )
