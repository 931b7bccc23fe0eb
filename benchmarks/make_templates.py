"""Writes the two reference templates that rendering is measured with; both are kept beside this file.

They stand for what a carrier would build in Word: a plan of four pages with a
logo, about a hundred tags, two tables and two lists that repeat, and
conditions; a paper of two pages.
"""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import click
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

HERE = Path(__file__).parent
FIELDS = {"plan": 52, "brief": 24}
"""How many single values each of the templates prints."""


def write_templates(folder: Path) -> None:
    """Write `plan.docx` and `brief.docx` into *folder*."""
    for name, make in (("plan", _plan), ("brief", _brief)):
        document = Document()
        document.styles["Normal"].font.name = "Carlito"
        document.styles["Normal"].font.size = Pt(12)
        _frame(document, logo=name == "plan")
        make(document)
        document.save(str(folder / f"{name}.docx"))


def _plan(document: Any) -> None:  # noqa: ANN401  # python-docx is untyped
    document.add_heading("Integrationsplan {{ case }}", level=1)
    document.add_paragraph(
        "Fassung {{ version }} vom {{ dated }} für {{ name }}{% if script %} ({{ script }}){% endif %}"
    )
    for block in range(4):
        document.add_heading(f"Abschnitt {block + 1}", level=2)
        _fields(document, range(block * 13, block * 13 + 13))
    document.add_heading("Ziele", level=2)
    document.add_paragraph("{%p for goal in goals %}")
    document.add_heading("{{ goal.number }} {{ goal.title }}", level=3)
    document.add_paragraph("{{ goal.words }}")
    document.add_paragraph("{%p if goal.due %}")
    document.add_paragraph("Bis {{ goal.due }}, Stand: {{ goal.status }}")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p endfor %}")
    document.add_heading("Schritte", level=2)
    _rows(document, "step in steps", ("{{ step.number }}", "{{ step.title }}", "{{ step.who }}", "{{ step.due }}"))
    document.add_heading("Verlauf", level=2)
    document.add_paragraph("{%p for note in notes %}")
    document.add_paragraph("{{ note.day }}: {{ note.text }}")
    document.add_paragraph("{%p endfor %}")
    document.add_heading("Einwilligungen", level=2)
    _rows(document, "consent in consents", ("{{ consent.scope }}", "{{ consent.state }}", "{{ consent.until }}"))
    document.add_paragraph(
        "{% if signed %}Unterschrieben am {{ signed }}{% else %}Noch nicht unterschrieben{% endif %}"
    )


def _brief(document: Any) -> None:  # noqa: ANN401  # python-docx is untyped
    document.add_heading("Ergänzung zum Kooperationsplan {{ case }}", level=1)
    document.add_paragraph("{{ name }}, Stand {{ dated }}{% if draft %} – ENTWURF{% endif %}")
    _fields(document, range(FIELDS["brief"]))
    document.add_heading("Bitten", level=2)
    document.add_paragraph("{%p for item in requests %}")
    document.add_paragraph("{{ item }}", style="List Bullet")
    document.add_paragraph("{%p endfor %}")
    document.add_heading("Vorschläge", level=2)
    _rows(document, "step in steps", ("{{ step.number }}", "{{ step.title }}", "{{ step.status }}", "{{ step.due }}"))
    document.add_paragraph("{% if signed %}Freigegeben am {{ signed }}{% endif %}")


def _fields(document: Any, numbers: range) -> None:  # noqa: ANN401  # python-docx is untyped
    table = document.add_table(0, 2, style="Table Grid")
    for number in numbers:
        cells = table.add_row().cells
        cells[0].text = f"Angabe {number + 1}"
        cells[1].text = f"{{{{ fields.f{number} }}}}"


def _rows(document: Any, loop: str, texts: tuple[str, ...]) -> None:  # noqa: ANN401  # python-docx is untyped
    table = document.add_table(1, len(texts), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, ("Nr.", "Was", "Stand", "Bis"), strict=False):
        cell.text = text
    for row in ((f"{{%tr for {loop} %}}",), texts, ("{%tr endfor %}",)):
        for cell, text in zip(table.add_row().cells, row, strict=False):
            cell.text = text


def _frame(document: Any, *, logo: bool) -> None:  # noqa: ANN401  # python-docx is untyped
    section = document.sections[0]
    section.page_height, section.page_width = Cm(29.7), Cm(21)
    header = section.header.paragraphs[0]
    if logo:
        header.add_run().add_picture(BytesIO(_png(160, 60)), width=Cm(3))
    header.add_run(" {{ carrier }}")
    footer = section.footer.paragraphs[0]
    footer.add_run("{{ case }}, Seite ")
    for kind in ("begin", None, "end"):
        element = OxmlElement("w:instrText" if kind is None else "w:fldChar")
        if kind is None:
            element.text = "PAGE"
        else:
            element.set(qn("w:fldCharType"), kind)
        footer.add_run()._r.append(element)  # python-docx has no fields


def _png(width: int, height: int) -> bytes:
    """Return a picture that is no white page, so that it has the size of a small logo."""
    rows = b"".join(b"\0" + bytes((x * y * 7 + x) % 251 for x in range(width) for _ in range(3)) for y in range(height))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


if __name__ == "__main__":
    write_templates(HERE)
    click.echo(f"written: {', '.join(sorted(each.name for each in HERE.glob('*.docx')))}")
