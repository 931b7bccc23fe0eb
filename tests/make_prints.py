"""Prints of forms: our own filled and flattened, and small ones of others whose every glyph is placed here."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pikepdf
from fill_pdf import fill_pdf
from make_forms import Answers
from pikepdf import Array, Dictionary, Name, String
from pypdf import PdfWriter
from reportlab.pdfgen.canvas import Canvas

from formpipe.readers.read import read

SIZE = (400.0, 300.0)
MULTILINE, READ_ONLY, COMB, RADIO, COMBO, MULTI, PUSH = 1 << 12, 1, 1 << 24, 1 << 15, 1 << 17, 1 << 21, 1 << 16
LABELS = (
    ("Vorname", 20, 270),
    ("Nachname", 20, 240),
    ("Anschrift", 20, 200),
    ("Geburtsdatum", 220, 270),
    ("Familienstand", 220, 240),
    ("Bemerkungen", 20, 130),
    ("Einverstanden", 220, 200),
)
_TIMEOUT_S = 120

Draw = Callable[[Canvas], object]
Labels = Sequence[tuple[str, float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A field of a small blank; `states` are those of its buttons, one for each of `rects`."""

    name: str
    kind: str = "Tx"
    rects: tuple[tuple[float, float, float, float], ...] = ()
    flags: int = 0
    states: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    value: str = ""
    look: str = "/Helv 10 Tf 0 g"
    align: int = 0
    hidden: bool = False
    more: Mapping[str, object] = field(default_factory=dict)


def sheet(*pages: Sequence[Draw], labels: Labels = LABELS, size: tuple[float, float] = SIZE) -> bytes:
    """Return a PDF with a page for each of *pages*: the labels, then what is drawn beyond them."""
    target = BytesIO()
    canvas = Canvas(target, pagesize=size, invariant=1)
    for number, page in enumerate(pages or ((),), 1):
        canvas.setFont("Helvetica", 9)
        for label, x, y in labels:
            canvas.drawString(x, y, label if number == 1 else f"{label}{number}")
        canvas.rect(300, 20, 60, 20)
        for draw in page:
            canvas.saveState()
            draw(canvas)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def text(words: str, x: float, y: float, size: float = 10, font: str = "Helvetica") -> Draw:
    """Return what writes *words* with the baseline beginning at a place."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont(font, size)
        canvas.drawString(x, y, words)

    return draw


def blank_of(*boxes: Box, drawing: bytes | None = None, drawn: Sequence[Draw] = (), rotate: int = 0) -> bytes:
    """Return a fillable form whose labels are those of `sheet`; the page of a box counts from 1."""
    with pikepdf.open(BytesIO(drawing or sheet(drawn))) as pdf:
        fields = Array()
        for each in boxes:
            page = pdf.pages[int(str(each.more.get("page", 1))) - 1].obj
            fields.append(_field_of(pdf, page, each))
        pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=fields))
        for sheet_ in pdf.pages:
            sheet_.rotate(rotate, relative=False)
        target = BytesIO()
        pdf.save(target, deterministic_id=True)
        return target.getvalue()


def _field_of(pdf: pikepdf.Pdf, page: pikepdf.Object, box: Box) -> pikepdf.Object:
    entries: dict[str, object] = {
        "/FT": Name(f"/{box.kind}"),
        "/Ff": box.flags,
        "/T": String(box.name),
        "/Q": box.align,
    }
    entries |= {"/DA": String(box.look)} | ({"/V": String(box.value)} if box.value else {})
    if box.options:
        entries["/Opt"] = Array([Array([String(stored), String(shown)]) for stored, shown in box.options])
    field_ = pdf.make_indirect(Dictionary({**entries, "/Kids": Array()}))
    for index, rect in enumerate(box.rects):
        widget = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, Rect=Array(rect), Parent=field_, F=2 if box.hidden else 4
        )
        if box.kind == "Btn" and box.states:
            look = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
            widget.AP = Dictionary(N=Dictionary({f"/{box.states[index]}": look, "/Off": look}))
        indirect = pdf.make_indirect(widget)
        field_.Kids.append(indirect)
        if "/Annots" not in page:
            page.Annots = Array()
        page.Annots.append(indirect)
    return field_


def filled(blank: bytes, answers: Answers) -> bytes:
    """Return our own *blank* with *answers*, drawn by pypdf: in a font without Arabic, and never wrapped."""
    before = {each.name: each.value for each in read(blank).fields}
    wanted = {each.name: each.value for each in read(fill_pdf(blank, answers)).fields}
    writer = PdfWriter(clone_from=BytesIO(blank))
    values = {
        name: value if isinstance(value, str) else "/ja"
        for name, value in wanted.items()
        if value and value != before[name]
    }
    for page in writer.pages:
        writer.update_page_form_field_values(page, values, auto_regenerate=False)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def flat_pikepdf(data: bytes) -> bytes:
    """Return *data* flattened by pikepdf, which leaves the widgets that have no appearance: those of empty fields."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pikepdf.open(BytesIO(data)) as pdf:
            pdf.flatten_annotations()
            for page in pdf.pages:
                del page.obj["/Annots"]
            if "/AcroForm" in pdf.Root:
                del pdf.Root["/AcroForm"]
            target = BytesIO()
            pdf.save(target, deterministic_id=True)
    return target.getvalue()


def flat_pdftk(data: bytes) -> bytes:
    """Return *data* flattened by pdftk."""
    return _run(["pdftk", "{source}", "output", "{target}", "flatten"], data)


def flat_cairo(data: bytes) -> bytes:
    """Return *data* printed by poppler and cairo, as document viewers on Linux do."""
    return _run(["pdftocairo", "-pdf", "{source}", "{target}"], data)


def _run(command: Sequence[str], data: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "source.pdf", Path(folder) / "target.pdf"
        source.write_bytes(data)
        words = [word.format(source=source, target=target) for word in command]
        subprocess.run(words, check=True, capture_output=True, timeout=_TIMEOUT_S)
        return target.read_bytes()


def flatteners() -> Iterator[tuple[str, Callable[[bytes], bytes]]]:
    """Yield the ways to flatten that are at hand."""
    yield "pikepdf", flat_pikepdf
    if shutil.which("pdftk"):
        yield "pdftk", flat_pdftk
    if shutil.which("pdftocairo"):
        yield "cairo", flat_cairo


def scaled(data: bytes, scale: float = 0.94, x: float = 18.0, y: float = 25.0) -> bytes:
    """Return *data* as "fit to page" prints it: smaller and moved."""
    with pikepdf.open(BytesIO(data)) as pdf:
        for page in pdf.pages:
            page.contents_add(f"q {scale} 0 0 {scale} {x} {y} cm".encode(), prepend=True)
            page.contents_add(b"Q")
        target = BytesIO()
        pdf.save(target, deterministic_id=True)
        return target.getvalue()


def with_pages(data: bytes, order: Sequence[int | None]) -> bytes:
    """Return the pages of *data* (from 0) in *order*; `None` is a page that is not the form's."""
    with pikepdf.open(BytesIO(data)) as pdf, pikepdf.new() as other:
        for index in order:
            if index is None:
                other.add_blank_page(page_size=SIZE)
            else:
                other.pages.append(pdf.pages[index])
        target = BytesIO()
        other.save(target, deterministic_id=True)
        return target.getvalue()
