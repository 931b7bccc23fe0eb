"""Builds small PDF forms with pikepdf: right ones, and those that fillers and converters leave behind."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

RADIO, PUSH, COMBO, EDIT, MULTI = 1 << 15, 1 << 16, 1 << 17, 1 << 18, 1 << 21


class Form:
    """A one-page form to be; `fields` is the tree, `annotations` what the page shows."""

    def __init__(self) -> None:
        self.pdf = pikepdf.new()
        self.page = self.pdf.add_blank_page()
        self.fields: Any = self.pdf.make_indirect(Array())
        self.annotations: Any = self.pdf.make_indirect(Array())
        self.page.Annots = self.annotations
        self.form: Any = self.pdf.make_indirect(Dictionary(Fields=self.fields))
        self.pdf.Root.AcroForm = self.form

    def widget(self, *states: str, **entries: object) -> Object:
        """Return a widget on no page yet; *states* are the names of its looks."""
        found: dict[str, Any] = {"/Type": Name.Annot, "/Subtype": Name.Widget, "/Rect": Array([0, 0, 9, 9])}
        if states:
            found["/AP"] = Dictionary(N=Dictionary({f"/{state}": self.look() for state in states}))
        return self.pdf.make_indirect(Dictionary(found | {f"/{key}": value for key, value in entries.items()}))

    def look(self) -> Object:
        """Return an empty drawing."""
        return self.pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))

    def node(self, *kids: Object, **entries: object) -> Object:
        """Return a field above *kids*, which learn of it."""
        named: dict[str, Any] = {f"/{key}": value for key, value in entries.items()}
        found = self.pdf.make_indirect(Dictionary(named | {"/Kids": Array(kids)}))
        for kid in kids:
            kid.Parent = found
        return found

    def show(self, *widgets: Object) -> None:
        """Put *widgets* on the page."""
        for each in widgets:
            self.annotations.append(each)

    def add(self, field: Object, *widgets: Object) -> None:
        """Put *field* at the top of the tree, and its widgets (itself if none is named) on the page."""
        self.fields.append(field)
        self.show(*(widgets or (field,)))

    def text(self, name: str, value: object = None, **entries: object) -> Object:
        """Add a text field of one widget."""
        more = {} if value is None else {"V": value}
        found = self.widget(T=name, FT=Name.Tx, **more, **entries)
        self.add(found)
        return found

    def saved(self, encryption: pikepdf.Encryption | None = None) -> bytes:
        """Return the file."""
        target = BytesIO()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pikepdf warns of widgets that no tree holds: that is what is wanted
            self.pdf.save(target, encryption=encryption or False)
        return target.getvalue()


def pdf_of(build: Callable[[Form], object]) -> bytes:
    """Return the form that *build* fills."""
    form = Form()
    build(form)
    return form.saved()


PDF_A = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">'
    b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def empty_page(*, marks: bool = True) -> bytes:
    """Return a PDF of one empty page, which says of itself that it is PDF/A-2b if it has *marks*."""
    made = pikepdf.new()
    made.add_blank_page()
    root: Any = made.Root
    if marks:
        root.Metadata = made.make_stream(PDF_A, Type=Name.Metadata, Subtype=Name.XML)
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()
