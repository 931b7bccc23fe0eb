"""The members of a foreign ZIP: inflated under limits, refused where two programs could read it differently."""

from __future__ import annotations

import stat
import struct
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from formpipe.errors import UnreadableFormError

MIB = 1024 * 1024
_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_LONGEST_COMMENT = 0xFFFF
_ZIP64_COUNT, _ZIP64_SIZE = 0xFFFF, 0xFFFFFFFF
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 0x0001 | 0x0040, 0x0008, 0x0800
_STORED, _DEFLATED = 0, 8
_UNIX = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a ZIP may hold, in bytes; `ratio` is checked for members above `free`."""

    members: int = 500
    member: int = 16 * MIB
    total: int = 64 * MIB
    ratio: int = 200
    free: int = MIB


LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    raw_name: bytes
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    mode: int
    offset: int
    start: int = 0


def read_members(data: bytes, limits: Limits = LIMITS) -> dict[str, bytes]:
    """Return the inflated members of *data* by name, in the order of the directory; folders are left out.

    What was inflated is counted, not what the directory says. A sound archive
    has one reading only: members do not overlap, names are unique, and the two
    headers of a member agree.

    Raises:
        UnreadableFormError: `damaged`, `encrypted`, `unsupported`, `unsafe` or `limit`.
    """
    entries, directory_at = _directory_of(data, limits)
    _check_names(entries)
    located = [_located(data, entry) for entry in entries]
    _check_spans(located, directory_at)
    members: dict[str, bytes] = {}
    left = limits.total
    for entry in located:
        body = _inflate(data, entry, limits, left)
        left -= len(body)
        if not entry.name.endswith("/"):
            members[entry.name] = body
    return members


def first_member(data: bytes, name: str, most: int) -> bytes | None:
    """Return the member *name*, or `None` if it is missing, damaged or inflates to more than *most* bytes.

    Nothing else is looked at: this says what an archive claims to be, not
    whether it is sound.
    """
    try:
        count, start, end = _directory_at(data, LIMITS)
        entry = next((each for each, _ in _entries(data, count, start, end) if each.name == name), None)
        if entry is None:
            return None
        return _inflate(data, _located(data, entry), Limits(member=most), most)
    except UnreadableFormError:
        return None


def _directory_of(data: bytes, limits: Limits) -> tuple[list[_Entry], int]:
    """Return the members that the directory names, and where it begins."""
    count, start, end = _directory_at(data, limits)
    entries = list(_entries(data, count, start, end))
    if (entries[-1][1] if entries else start) != end:
        raise _damaged("the archive's directory does not fit its end record")
    return [entry for entry, _ in entries], start


def _directory_at(data: bytes, limits: Limits) -> tuple[int, int, int]:
    """Return how many members the directory names, where it begins and where it ends."""
    end = data.rfind(b"PK\5\6", max(0, len(data) - _END.size - _LONGEST_COMMENT))
    if end < 0 or end + _END.size > len(data):
        raise _damaged("the archive has no end record")
    _, disk, first_disk, here, count, size, start, comment = _END.unpack_from(data, end)
    if _ZIP64_COUNT in {disk, count} or _ZIP64_SIZE in {size, start}:
        raise UnreadableFormError("the archive uses ZIP64", code="unsupported")
    whole = end + _END.size + comment <= len(data)
    tail = data[end + _END.size + comment :]  # mail programs and copying leave line ends and zeros behind
    if not whole or disk or first_disk or here != count or start + size != end or tail.strip(b"\0\r\n\t "):
        raise _damaged("the archive's end record does not fit the file")
    if count > limits.members:
        raise UnreadableFormError(f"the archive has more than {limits.members} members", code="limit")
    return count, start, end


def _entries(data: bytes, count: int, at: int, end: int) -> Iterator[tuple[_Entry, int]]:
    """Yield each member with the place after its entry."""
    for _ in range(count):
        entry, at = _entry_at(data, at, end)
        yield entry, at


def _entry_at(data: bytes, at: int, end: int) -> tuple[_Entry, int]:
    if at + _CENTRAL.size > end:
        raise _damaged("the archive's directory is cut off")
    fields = _CENTRAL.unpack_from(data, at)
    magic, made_by, flags, method, crc, packed, size = (fields[i] for i in (0, 1, 3, 4, 7, 8, 9))
    name_length, extra_length, comment_length, outer, offset = (fields[i] for i in (10, 11, 12, 15, 16))
    raw_name = data[at + _CENTRAL.size : at + _CENTRAL.size + name_length]
    after = at + _CENTRAL.size + name_length + extra_length + comment_length
    if magic != b"PK\1\2" or after > end:
        raise _damaged("the archive's directory is broken")
    if flags & _ENCRYPTED:
        raise UnreadableFormError("a member of the archive is encrypted", code="encrypted")
    if method not in {_STORED, _DEFLATED} or _ZIP64_SIZE in {packed, size, offset}:
        raise UnreadableFormError("a member of the archive is packed in an unknown way", code="unsupported")
    try:
        name = raw_name.decode("utf-8" if flags & _UTF8 else "cp437")
    except UnicodeDecodeError:
        raise _damaged("a member's name is not UTF-8") from None
    return _Entry(
        raw_name=raw_name,
        name=name,
        flags=flags,
        method=method,
        crc=crc,
        packed=packed,
        size=size,
        mode=outer >> 16 if made_by >> 8 == _UNIX else 0,
        offset=offset,
    ), after


def _check_names(entries: Sequence[_Entry]) -> None:
    """Refuse names that lead elsewhere, and two names that a file system would take for one."""
    seen = set()
    for entry in entries:
        parts = entry.name.removesuffix("/").split("/")
        if (
            "\\" in entry.name
            or "\0" in entry.name
            or ":" in parts[0]
            or any(part in {"", ".", ".."} for part in parts)
        ):
            raise _unsafe("a member's name leads out of the archive")
        if stat.S_ISLNK(entry.mode):
            raise _unsafe("a member of the archive is a link")
        folded = unicodedata.normalize("NFC", entry.name).casefold()
        if folded in seen:
            raise _unsafe("the archive holds one name twice")
        seen.add(folded)


def _located(data: bytes, entry: _Entry) -> _Entry:
    if entry.offset + _LOCAL.size > len(data):
        raise _damaged("a member lies outside the archive")
    magic, _, flags, method, _, _, _, packed, size, name_length, extra_length = _LOCAL.unpack_from(data, entry.offset)
    name_at = entry.offset + _LOCAL.size
    name = data[name_at : name_at + name_length]
    if magic != b"PK\3\4" or name != entry.raw_name or method != entry.method:
        raise _damaged("the two headers of a member disagree")
    if not flags & _DESCRIPTOR and (packed != entry.packed or size != entry.size):
        raise _damaged("the two headers of a member disagree")
    return _Entry(
        raw_name=entry.raw_name,
        name=entry.name,
        flags=flags,
        method=method,
        crc=entry.crc,
        packed=entry.packed,
        size=entry.size,
        mode=entry.mode,
        offset=entry.offset,
        start=name_at + name_length + extra_length,
    )


def _check_spans(entries: Sequence[_Entry], directory_at: int) -> None:
    """Refuse members that share bytes: a small archive could inflate without end, or hide a second reading."""
    free_from = 0
    for entry in sorted(entries, key=lambda each: each.offset):
        if entry.offset < free_from:
            raise _unsafe("members of the archive overlap")
        free_from = entry.start + entry.packed
    if free_from > directory_at:
        raise _unsafe("a member of the archive overlaps its directory")


def _inflate(data: bytes, entry: _Entry, limits: Limits, left: int) -> bytes:
    most = min(limits.member, left)
    packed = memoryview(data)[entry.start : entry.start + entry.packed]
    if entry.method == _STORED:
        body, whole = bytes(packed[: most + 1]), len(packed) == entry.packed
    else:
        body, whole = _inflated(packed, most)
    if len(body) > most:
        raise UnreadableFormError("a member of the archive is too large", code="limit")
    if len(body) > limits.free and len(body) > limits.ratio * entry.packed:
        raise UnreadableFormError("a member of the archive inflates too far", code="limit")
    if not whole or len(body) != entry.size or zlib.crc32(body) != entry.crc:
        raise _damaged("a member of the archive is broken")
    return body


def _inflated(packed: memoryview, most: int) -> tuple[bytes, bool]:
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        body = machine.decompress(packed, most + 1)
    except zlib.error:
        raise _damaged("a member of the archive is broken") from None
    return body, machine.eof and not machine.unused_data


def _damaged(what: str) -> UnreadableFormError:
    return UnreadableFormError(what, code="damaged")


def _unsafe(what: str) -> UnreadableFormError:
    return UnreadableFormError(what, code="unsafe")
