"""The operators that draw a form.

They are what the methods of ReportLab's canvas would write, byte for byte. A
form has some thousand lines and words, though, and its coordinates, colours
and words repeat: here each is put into operators once. The canvas keeps the
fonts, which number the letters that are used, and the pages.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from reportlab.lib.rl_accel import escapePDF, fp_str
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from formpipe.blanks.pdf_words import Text

_number = lru_cache(maxsize=8192)(fp_str)  # coordinates only


def colour(rgb: int) -> str:
    """Return the colour *rgb*, two hexadecimal digits for each of red, green and blue, as a pen takes it."""
    return str(fp_str(*(share / 255 for share in rgb.to_bytes(3, "big"))))


class Pen:
    """Draws on the pages of *canvas*, which stay empty: `pages` are the operators of those that ended.

    What it remembers of words ends with the document.
    """

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._document: Any = canvas._doc  # type: ignore[attr-defined]  # a font numbers its letters by document
        self.pages: list[str] = []
        self._operators: list[str] = []
        self._shown: dict[tuple[Text, str], str] = {}

    def fill(self, colour: str) -> None:
        """Fill, and set words, in *colour* from now on."""
        self._operators.append(f"{colour} rg")

    def stroke(self, colour: str, width: float) -> None:
        """Draw lines in *colour* and *width* points wide from now on."""
        self._operators.append(f"{colour} RG\n{_number(width)} w")

    def box(self, x: float, y: float, width: float, height: float) -> None:
        """Fill a rectangle."""
        self._rectangle(x, y, width, height, "f*")

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """Draw the edge of a rectangle."""
        self._rectangle(x, y, width, height, "S")

    def line(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Draw a line."""
        (left, bottom), (right, top) = start, end
        self._operators.append(f"n {_number(left)} {_number(bottom)} m {_number(right)} {_number(top)} l S")

    def words(self, kind: Text, x: float, y: float, text: str) -> None:
        """Set *text* with its left end at *x* and its base line at *y*."""
        shown = self._shown.get((kind, text))
        if shown is None:
            shown = self._shown[kind, text] = self._set(kind, text)
        self._operators.append(f"BT 1 0 0 1 {_number(x)} {_number(y)} Tm {shown} T* ET")

    def turn(self) -> None:
        """End the page."""
        self.pages.append("\n".join(self._operators))
        self._canvas.showPage()
        self._operators.clear()

    def _rectangle(self, x: float, y: float, width: float, height: float, how: str) -> None:
        corner, size = f"{_number(x)} {_number(y)}", f"{_number(width)} {_number(height)}"
        self._operators.append(f"n {corner} {size} re {how}")

    def _set(self, kind: Text, text: str) -> str:
        """Return the operators that show *text*; a font of many scripts is a file's several fonts of 256 letters."""
        font: Any = pdfmetrics.getFont(kind.font)
        size = f"{fp_str(kind.size)} Tf {fp_str(kind.size * 1.2)} TL"
        parts = font.splitString(text, self._document)
        return " ".join(
            f"{font.getSubsetInternalName(subset, self._document)} {size} ({escapePDF(letters)}) Tj"
            for subset, letters in parts
        )
