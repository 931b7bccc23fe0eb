"""A flipped byte in a compressed stream takes nothing away silently."""

from __future__ import annotations

import random
import zlib
from io import BytesIO

import pikepdf
import pytest
from fill_pdf import fill_pdf
from make_forms import answers_of, forms_of, load_case

from formpipe.blanks.write import write_form
from formpipe.errors import UnreadableFormError
from formpipe.formats import pdf_streams
from formpipe.formats.pdf_streams import has_broken_stream
from formpipe.readers.read import read
from formpipe.schemas import Library


def pdf_with(raw: bytes, filters: object) -> bytes:
    """Return a PDF whose one stream has these raw bytes and filters."""
    document = pikepdf.new()
    document.add_blank_page()
    stream = pikepdf.Stream(document, b"")
    stream.write(raw, filter=filters, type_check=False)  # type: ignore[arg-type]  # pikepdf's own annotation is narrower
    document.Root.Probe = document.make_indirect(stream)
    buffer = BytesIO()
    document.save(buffer, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    return buffer.getvalue()


FLATE = pikepdf.Name.FlateDecode
GOOD = zlib.compress(b"0123456789" * 50)


@pytest.mark.parametrize(
    ("raw", "filters", "broken"),
    [
        (GOOD, FLATE, False),
        (GOOD, pikepdf.Array([FLATE]), False),
        (b"", FLATE, False),
        (GOOD[:-6], FLATE, True),
        (GOOD[:-1] + b"?", FLATE, True),
        (GOOD[:10] + b"\xff\xff" + GOOD[12:], FLATE, True),
        (b"plain", None, False),
        (b"two filters", pikepdf.Array([pikepdf.Name.ASCIIHexDecode, FLATE]), False),
    ],
)
def test_broken_streams_are_found(raw: bytes, filters: object, broken: bool) -> None:  # noqa: FBT001 - a parameter
    assert has_broken_stream(pdf_with(raw, filters)) is broken


def test_more_than_a_form_can_hold_counts_as_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_streams, "_MOST", 400)
    assert has_broken_stream(pdf_with(GOOD, FLATE))


def test_what_cannot_be_opened_is_broken() -> None:
    assert has_broken_stream(b"%PDF-1.7 nothing")


def test_flipped_bits_of_a_filled_form_are_never_read_as_other_answers(library: Library) -> None:
    definition = library.newest("intake")
    record = forms_of(load_case("case1"))[0]
    data = fill_pdf(write_form(definition, fmt="pdf", carrier="CAR"), answers_of(record, definition))
    good = {field.name: field.value for field in read(data).fields}
    chance = random.Random(20261125)  # noqa: S311 - a seeded choice of places
    noticed = 0
    for _ in range(25):
        place = chance.randrange(len(data))
        flipped = data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]
        try:
            form = read(flipped)
        except UnreadableFormError:
            noticed += 1
            continue
        same = {field.name: field.value for field in form.fields} == good
        assert same or form.marks.flags, place
        noticed += bool(form.marks.flags)
    assert noticed > 0
