"""Words that stand in bytes of an unknown kind: a picture, a font, a colour profile."""

from __future__ import annotations

import re
from collections.abc import Iterator

_RUN = re.compile(rb"[\w .,:;/@&'()+-]{8,}(?:(?:[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2})+[\w .,:;/@&'()+-]*)*")
_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def runs_of(data: bytes) -> Iterator[str]:
    """Yield what can be read of *data*: all of it if it is a text, else its runs of eight readable signs and more.

    In other bytes shorter words stand by chance, and would be taken for a
    person's. Runs are looked for in UTF-8 and, for Western letters, in UTF-16.
    """
    encoding = _MARKS.get(data[:2], "utf-8")
    try:
        yield data.decode(encoding)
    except UnicodeDecodeError:
        for plain in (data, data.replace(b"\0", b"")):
            yield "\n".join(match.decode("utf-8", "replace") for match in _RUN.findall(plain))
