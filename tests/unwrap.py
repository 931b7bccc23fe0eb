"""Word forms as a program leaves them that knows no content controls: their text stays, no properties, no glossary."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def without_controls(data: bytes) -> bytes:
    """Return the Word file *data* with each content control replaced by what stands in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if not name.startswith("docProps/custom"):
                body = source.read(name)
                target.writestr(name, _unwrapped(body) if name == "word/document.xml" else body)
    return out.getvalue()


def _unwrapped(body: bytes) -> bytes:
    root = etree.fromstring(body)
    for control in list(root.iter(f"{_W}sdt")):
        parent, content = control.getparent(), control.find(f"{_W}sdtContent")
        assert parent is not None
        assert content is not None
        at = parent.index(control)
        parent[at : at + 1] = list(content)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
