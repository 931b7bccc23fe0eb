"""The proof of what LibreOffice made: a PDF that shows text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pikepdf

_SHOWS_TEXT = {"Tj", "TJ", "'", '"'}
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


def is_sound(path: Path) -> bool:
    """Tell whether *path* is a PDF with a page or more that shows text, all of it in fonts that it carries."""
    try:
        with pikepdf.open(path) as pdf:
            return any(_shows_text(page) for page in pdf.pages) and all(map(_has_its_fonts, pdf.pages))
    except (OSError, pikepdf.PdfError):
        return False


def _shows_text(page: pikepdf.Page) -> bool:
    return bool(pikepdf.parse_content_stream(page, " ".join(_SHOWS_TEXT)))


def _has_its_fonts(page: pikepdf.Page) -> bool:
    resources: Any = page.obj.get("/Resources")
    fonts = resources.get("/Font") if resources is not None else None
    return fonts is None or all(_is_embedded(font) for font in fonts.as_dict().values())


def _is_embedded(font: Any) -> bool:  # noqa: ANN401  # a PDF's object
    inner = font.get("/DescendantFonts", [font])[0]
    descriptor = inner.get("/FontDescriptor", {})
    return any(name in descriptor for name in _FONT_FILES)
