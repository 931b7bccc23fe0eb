"""Writes answers into a PDF blank: with pikepdf as a careful viewer does, and with pdftk (iText) as another tool."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pikepdf
from make_forms import Answer, NoSuchFieldError

_READ_ONLY = 1
_PDFTK_TIMEOUT_S = 120


def fill_pdf(blank: bytes, answers: Mapping[str, Answer]) -> bytes:
    """Return *blank* with *answers* as field values; a choice gets the export value of the shown text.

    Raises:
        NoSuchFieldError: An answer has no field of its full name, or the field is read-only.
    """
    with pikepdf.open(BytesIO(blank)) as pdf:
        fields = dict(leaves_of(pdf))
        for name, answer in answers.items():
            if not _shows(fields.get(name), answer):
                _fill(_writable(fields, name), name, answer)
        pdf.Root.AcroForm.NeedAppearances = True
        out = BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def fill_pdf_pdftk(blank: bytes, answers: Mapping[str, Answer]) -> bytes:
    """Return *blank* filled by pdftk-java from an XFDF file, a tool that shares no code with the program's readers.

    Raises:
        NoSuchFieldError: An answer has no field of its full name, or the field is read-only.
    """
    with pikepdf.open(BytesIO(blank)) as pdf:
        fields = dict(leaves_of(pdf))
        asked = {name: answer for name, answer in answers.items() if not _shows(fields.get(name), answer)}
        values = {name: _value(_writable(fields, name), name, answer) for name, answer in asked.items()}
    with tempfile.TemporaryDirectory() as folder:
        source, data, target = (Path(folder) / name for name in ("blank.pdf", "answers.xfdf", "filled.pdf"))
        source.write_bytes(blank)
        data.write_text(_xfdf(values), encoding="utf-8")
        command = ["pdftk", str(source), "fill_form", str(data), "output", str(target)]
        subprocess.run(command, check=True, capture_output=True, timeout=_PDFTK_TIMEOUT_S)
        return target.read_bytes()


def has_pdftk() -> bool:
    """Tell whether pdftk is installed (Debian package pdftk-java)."""
    return shutil.which("pdftk") is not None


def _xfdf(values: Mapping[str, str]) -> str:
    rows = "".join(f"<field name={quoteattr(k)}><value>{escape(v)}</value></field>" for k, v in values.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<xfdf xmlns="http://ns.adobe.com/xfdf/" xml:space="preserve"><fields>{rows}</fields></xfdf>'
    )


def leaves_of(pdf: pikepdf.Pdf) -> Iterator[tuple[str, pikepdf.Object]]:
    """Yield each field that takes a value, under its fully qualified name."""
    queue: list[tuple[str, pikepdf.Object]] = [("", each) for each in pdf.Root.AcroForm.Fields]
    while queue:
        above, field = queue.pop()
        name = ".".join(part for part in (above, str(field.get("/T", ""))) if part)
        kids = [each for each in field.get("/Kids", []) if "/T" in each]
        if kids:
            queue += [(name, each) for each in kids]
        else:
            yield name, field


def _shows(field: pikepdf.Object | None, answer: Answer) -> bool:
    """Tell whether the form prints *answer* itself, as it does a row's number."""
    return field is not None and isinstance(answer, str) and str(field.get("/V", "")) == answer


def _writable(fields: Mapping[str, pikepdf.Object], name: str) -> pikepdf.Object:
    """Return the field *name* if a person can change it."""
    if name not in fields or int(fields[name].get("/Ff", 0)) & _READ_ONLY:
        raise NoSuchFieldError(name)
    return fields[name]


def _fill(field: pikepdf.Object, name: str, answer: Answer) -> None:
    value = _value(field, name, answer)
    if isinstance(answer, bool):
        field.V = field.AS = pikepdf.Name(f"/{value}")
        return
    field.V = pikepdf.String(value)
    if "/AP" in field:
        del field.AP


def _value(field: pikepdf.Object, name: str, answer: Answer) -> str:
    kind = str(field.get("/FT"))
    if (kind == "/Btn") != isinstance(answer, bool):
        raise NoSuchFieldError(name)
    if isinstance(answer, bool):
        on = next(str(each) for each in field.AP.N if str(each) != "/Off")
        return (on if answer else "/Off").removeprefix("/")
    for option in field.get("/Opt", []):
        if isinstance(option, pikepdf.Array) and str(option[1]) == answer:
            return str(option[0])
    return answer
