"""What a PDF says of itself: only its kind, its case and its carrier; equal documents give equal bytes."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import pikepdf

from formpipe.documents.artifacts import mark_artifacts
from formpipe.documents.rowheads import mark_row_heads
from formpipe.documents.saving import saved
from formpipe.errors import SetupError

_LANGUAGE = "de-DE"
_PROGRAM = "formpipe"
_ICC_DATE = slice(24, 36)  # ICC.1 7.2.8: year, month, day, hour, minute, second
_ICC_ID = slice(84, 100)  # ICC.1 7.2.18: MD5 over the profile; zero means "not computed"
_PDFUA = "http://www.aiim.org/pdfua/ns/id/"
# PDF/A-2 allows a property outside XMP's own schemas only if it is described beside it (ISO 19005-2, 6.6.2.3).
_PDFUA_DESCRIBED = (
    '<pdfaExtension:schemas xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
    'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" '
    'xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><rdf:Bag><rdf:li rdf:parseType="Resource">'
    "<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>"
    f"<pdfaSchema:namespaceURI>{_PDFUA}</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    '<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>'
    "<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>"
    "<pdfaProperty:description>Part of ISO 14289 that is claimed</pdfaProperty:description></rdf:li></rdf:Seq>"
    "</pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>"
)


def finish(pdf: bytes, *, title: str, author: str, dated: date) -> bytes:
    """Return *pdf* with neutral properties, German as its language, and nothing that tells when or where it was made.

    The marks of PDF/A and PDF/UA that it came with are kept, and what hinders
    them from being true is mended. `dated` stands in for every date: a document
    made again has the same bytes.

    Raises:
        SetupError: It cannot be opened, or carries what a document of ours never has (scripts, attachments).
    """
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            _refuse_active(document)
            marks = _marks_of(document)
            if marks[1]:
                mark_artifacts(document)
                mark_row_heads(document)
            _forget(document)
            _name(document, title=title, author=author, dated=dated)
            document.Root.Metadata = _metadata(document, _xmp_of(marks, title=title, author=author, dated=dated))
            return saved(document)
    except pikepdf.PdfError as error:
        raise SetupError("the PDF cannot be opened", mend="Look whether LibreOffice works: formpipe doctor.") from error


def _refuse_active(document: pikepdf.Pdf) -> None:
    root: Any = document.Root
    names: Any = root.get("/Names", {})
    if "/OpenAction" in root and isinstance(root.OpenAction, pikepdf.Dictionary) and "/JS" in root.OpenAction:
        raise SetupError("the PDF carries a script")
    if "/JavaScript" in names or "/EmbeddedFiles" in names or "/AA" in root:
        raise SetupError("the PDF carries a script or an attachment")


def _marks_of(document: pikepdf.Pdf) -> tuple[str, str]:
    with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        return str(xmp.get("pdfaid:part", "")), str(xmp.get("pdfuaid:part", ""))


def _forget(document: pikepdf.Pdf) -> None:
    trailer: Any = document.trailer
    for key in ("/Info", "/DocChecksum", "/ID"):
        if key in trailer:
            del trailer[key]
    root: Any = document.Root
    for intent in root.get("/OutputIntents", []):
        profile = intent.get("/DestOutputProfile")
        if profile is not None:
            # LibreOffice 7.4 writes the clock into the colour profile's header.
            body = bytearray(profile.read_bytes())
            body[_ICC_DATE] = bytes(12)
            body[_ICC_ID] = bytes(16)
            profile.write(bytes(body))


def _name(document: pikepdf.Pdf, *, title: str, author: str, dated: date) -> None:
    moment = f"D:{dated:%Y%m%d}000000Z"
    info = pikepdf.Dictionary(
        Title=pikepdf.String(title),
        Author=pikepdf.String(author),
        Producer=pikepdf.String(_PROGRAM),
        Creator=pikepdf.String(_PROGRAM),
        CreationDate=pikepdf.String(moment),
        ModDate=pikepdf.String(moment),
    )
    document.trailer.Info = document.make_indirect(info)
    root: Any = document.Root
    root.Lang = pikepdf.String(_LANGUAGE)
    preferences: Any = root.get("/ViewerPreferences", pikepdf.Dictionary())
    preferences.DisplayDocTitle = True
    root.ViewerPreferences = preferences


def _metadata(document: pikepdf.Pdf, xmp: str) -> pikepdf.Object:
    stream = document.make_stream(xmp.encode("utf-8"))
    stream.Type = pikepdf.Name.Metadata
    stream.Subtype = pikepdf.Name.XML
    return stream


def _xmp_of(marks: tuple[str, str], *, title: str, author: str, dated: date) -> str:
    pdfa, pdfua = marks
    moment = f"{dated.isoformat()}T00:00:00Z"
    claims = f"<pdfaid:part>{pdfa}</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" if pdfa else ""
    claims += f"<pdfuaid:part>{pdfua}</pdfuaid:part>" if pdfua else ""
    claims += _PDFUA_DESCRIBED if pdfa and pdfua else ""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" '
        f'xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="{_PDFUA}">{claims}'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:creator><rdf:Seq><rdf:li>{escape(author)}</rdf:li></rdf:Seq></dc:creator>"
        f"<dc:language><rdf:Bag><rdf:li>{_LANGUAGE}</rdf:li></rdf:Bag></dc:language>"
        f"<xmp:CreatorTool>{_PROGRAM}</xmp:CreatorTool><pdf:Producer>{_PROGRAM}</pdf:Producer>"
        f"<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>"
        f"<xmp:MetadataDate>{moment}</xmp:MetadataDate>"
        '</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end="r"?>'
    )
