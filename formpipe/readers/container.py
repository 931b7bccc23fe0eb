"""What a file is, by its content and never by its name."""

from __future__ import annotations

import re

from formpipe.errors import UnreadableFormError
from formpipe.formats.opc import CONTENT_TYPES
from formpipe.formats.zip_read import MIB, first_member

MOST_BYTES = 20 * MIB
READABLE = frozenset({"docx", "docm", "dotx", "dotm", "pdf"})
_CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 1024
_MAIN_TYPES = (
    (b"ms-word.template.macroEnabledTemplate.main+xml", "dotm"),
    (b"ms-word.document.macroEnabled.main+xml", "docm"),
    (b"wordprocessingml.template.main+xml", "dotx"),
    (b"wordprocessingml.document.main+xml", "docx"),
    (b"spreadsheetml.", "xlsx"),
    (b"presentationml.", "pptx"),
)
_ODF_TYPES = {b"application/vnd.oasis.opendocument.text": "odt"}
_HTML = re.compile(rb"(?i)\s*(?:<!doctype\s+html|<html|<head|<body|<meta)")
_FLAT_OPC = (b"http://schemas.microsoft.com/office/2006/xmlPackage", b'progid="Word.Document"')
_SAVE = "open it in a word processor and save it as .docx"
_FLAT_ODF = b"<office:document"
_MESSAGES = {
    "encrypted": ("the document is protected by a password", "encrypted"),
    "empty": ("the file is empty", "empty"),
    "zip": ("the archive is damaged or no office document", "damaged"),
}


def container_of(data: bytes) -> str:
    """Return what *data* is: one of `READABLE`, or a name of what cannot be read.

    The others are `odt`, `odf`, `fodt`, `doc`, `rtf`, `flat-opc`, `html`, `xml`,
    `xlsx`, `pptx`, `zip` (an archive of any other kind, or a damaged one),
    `ole`, `encrypted`, `empty` and `unknown`. This says what a file claims to
    be, not whether it is sound.
    """
    if not data:
        return "empty"
    if data.startswith(b"PK\3\4"):
        return _zip_kind(data)
    if data.startswith(_CFB):
        return _cfb_kind(data)
    return "pdf" if may_be_pdf(data) else _text_kind(data[:_HEAD])


def may_be_pdf(data: bytes) -> bool:
    """Tell whether *data* has the mark of a PDF in the place where one has it; another kind of file may, too."""
    return b"%PDF-" in data[:_HEAD]


def check_container(data: bytes) -> str:
    """Return the container of *data* if a reader takes it.

    Raises:
        UnreadableFormError: `too_large`, `empty`, `encrypted`, `damaged` or `unsupported`.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableFormError(f"the file is larger than {MOST_BYTES // MIB} MB", code="too_large")
    container = container_of(data)
    if container not in READABLE:
        what, code = _MESSAGES.get(
            container, (f"files of this kind ({container}) are not read; {_SAVE}", "unsupported")
        )
        raise UnreadableFormError(what, code=code)
    return container


def _zip_kind(data: bytes) -> str:
    types = first_member(data, CONTENT_TYPES, MIB)
    if types is not None:
        if types.startswith((b"\xff\xfe", b"\xfe\xff")):
            types = types.decode("utf-16", errors="replace").encode()
        return next((kind for mark, kind in _MAIN_TYPES if mark in types), "zip")
    odf = first_member(data, "mimetype", _HEAD)
    return "zip" if odf is None else _ODF_TYPES.get(odf.strip(), "odf")


def _cfb_kind(data: bytes) -> str:
    """Look for the streams' names, which a compound file stores in UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "encrypted"
    return "doc" if "WordDocument".encode("utf-16-le") in data else "ole"


def _text_kind(head: bytes) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{\\rtf"):
        return "rtf"
    if any(mark in text for mark in _FLAT_OPC):
        return "flat-opc"
    if _FLAT_ODF in text:
        return "fodt"
    if _HTML.match(text):
        return "html"
    return "xml" if text.startswith(b"<?xml") else "unknown"
