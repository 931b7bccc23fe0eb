"""PDFs as bytes: no stream ends so that its last byte could be taken for the line's end."""

from __future__ import annotations

import zlib
from io import BytesIO
from itertools import count
from typing import Any

import pikepdf

from formpipe.documents.saving import saved

AMBIGUOUS = b"\r\nendstream"
WORDS = next(words for words in (b"0 g %d w " % number for number in count()) if zlib.compress(words)[-1:] == b"\r")


def document(number: int, words: bytes = b"0 g ") -> pikepdf.Pdf:
    made = pikepdf.new()
    made.add_blank_page()
    stream = made.make_stream(b"")
    stream.write(zlib.compress(words), filter=pikepdf.Name.FlateDecode)
    made.pages[0].Contents = stream
    root: Any = made.Root
    root.Number = number
    return made


def plainly(made: pikepdf.Pdf) -> bytes:
    buffer = BytesIO()
    made.save(buffer, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return buffer.getvalue()


def content_of(pdf: bytes) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as made:
        assert made.check_pdf_syntax() == []
        return bytes(made.pages[0].Contents.read_bytes())


def test_a_stream_that_ends_in_a_carriage_return_gets_a_line_feed() -> None:
    assert AMBIGUOUS in plainly(document(0, WORDS))
    made = saved(document(0, WORDS))
    assert AMBIGUOUS not in made
    assert content_of(made) == WORDS
    assert made == saved(document(0, WORDS))


def test_where_the_saving_itself_makes_such_a_stream_there_is_none() -> None:
    number = next(number for number in count() if AMBIGUOUS in plainly(document(number)))
    made = saved(document(number))
    assert AMBIGUOUS not in made
    assert content_of(made) == b"0 g "
    with pikepdf.open(BytesIO(made)) as again:
        root: Any = again.Root
        assert int(root.Number) == number


def test_any_other_document_is_saved_as_it_is() -> None:
    number = next(number for number in count() if AMBIGUOUS not in plainly(document(number)))
    assert saved(document(number)) == plainly(document(number))
