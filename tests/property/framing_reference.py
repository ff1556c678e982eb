"""A slow framer in plain Python, to which the compiled one is held: the file as a whole, one rule after the other.

Nothing is shared with the engine but the Framing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from mfdecode.framing import Endian, Framing, LineEnd, OnBrokenRdw, RecordFormat

PIECE = 32 * 1024
CHAIN = 4


@dataclass(frozen=True)
class Found:
    """A record: where its data begins in the file, the data, and whether it is a stretch without records."""

    offset: int
    data: bytes
    gap: bool = False


class Broken(Exception):  # noqa: N818 - told apart from errors of the reference itself
    """No record begins at an offset, or the last one is not whole."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def frame(content: bytes, framing: Framing) -> tuple[list[Found], int | None]:
    """The records, and where the first one would have begun that is none; None if all are whole."""
    found: list[Found] = []
    begin, end = framing.header_bytes, len(content) - framing.trailer_bytes
    data = content[:end]
    at, left = begin, 0
    while at < end:
        try:
            record, at, left = _next(data, at, left, framing)
            if record is not None:
                found.append(record)
        except Broken as broken:
            if framing.on_broken_rdw is OnBrokenRdw.STOP:
                return found, broken.offset
            at, left = _plausible(data, broken.offset + 1, framing), 0
            found += [
                Found(piece, data[piece : min(piece + PIECE, at)], gap=True)
                for piece in range(broken.offset, at, PIECE)
            ]
    return found, None


def _next(data: bytes, at: int, left: int, framing: Framing) -> tuple[Found | None, int, int]:
    match framing.record_format:
        case RecordFormat.V:
            length = _rdw(data, at, framing)
            if length is None or at + 4 + length > len(data):
                raise Broken(at)
            return _inner(at, at + 4, data[at + 4 : at + 4 + length], framing), at + 4 + length, 0
        case RecordFormat.D:
            return (*_line(data, at, framing), 0)
        case _:
            return _in_blocks(data, at, left, framing)


def _inner(begin: int, offset: int, payload: bytes, framing: Framing) -> Found:
    before, after = framing.record_start, framing.record_end
    if len(payload) < before + after:
        raise Broken(begin)
    return Found(offset + before, payload[before : len(payload) - after])


def _line(data: bytes, at: int, framing: Framing) -> tuple[Found, int]:
    end = {LineEnd.CRLF: b"\r\n", LineEnd.LF: b"\n", LineEnd.NEL15: b"\x15", LineEnd.NEL25: b"\x25"}.get(
        framing.line_end, b"\n"
    )
    line, found, _ = data[at:].partition(end)
    following = at + len(line) + len(found)
    if framing.line_end is LineEnd.AUTO and found:
        line = line.removesuffix(b"\r")
    return _inner(at, at, line, framing), following


def _word(data: bytes, at: int, endian: Endian) -> bytes | None:
    word = data[at : at + 4]
    if len(word) < 4:
        return None
    return word if endian is Endian.BIG else word[::-1]


def _length(word: bytes | None, endian: Endian) -> int | None:
    if word is None:
        return None
    if word[2:] == b"\0\0":
        return int.from_bytes(word[:2], "big")
    if endian is Endian.LITTLE and word[:2] == b"\0\0":
        return int.from_bytes(word[2:], "big")
    return None


def _rdw(data: bytes, at: int, framing: Framing) -> int | None:
    length = _length(_word(data, at, framing.rdw_endian), framing.rdw_endian)
    return None if length is None or length + framing.rdw_extra < 0 else length + framing.rdw_extra


def _bdw(data: bytes, at: int, framing: Framing) -> int | None:
    word = _word(data, at, framing.bdw_endian)
    if word is not None and word[0] & 0x80:
        length: int | None = int.from_bytes(word, "big") & 0x7FFFFFFF
    else:
        length = _length(word, framing.bdw_endian)
    return None if length is None or length + framing.bdw_extra < 0 else length + framing.bdw_extra


def _segments(data: bytes, at: int, left: int, framing: Framing) -> Iterator[tuple[int, int, int, int, int]]:
    """Control code, offset and length of each segment, and what follows: its offset, the bytes left of the block."""
    while True:
        while left == 0:
            block = _bdw(data, at, framing)
            if block is None:
                return
            at, left = at + 4, block
        code = 0
        if framing.record_format is RecordFormat.VBS:
            word = _word(data, at, framing.rdw_endian)
            if word is None or word[3] or word[2] > 3:
                return
            code, length = word[2], int.from_bytes(word[:2], "big") + framing.rdw_extra
        else:
            plain = _rdw(data, at, framing)
            length = -1 if plain is None else plain
        if length < 0 or length + 4 > left or at + 4 + length > len(data):
            return
        offset, at, left = at + 4, at + 4 + length, left - 4 - length
        yield code, offset, length, at, left


def _in_blocks(data: bytes, at: int, left: int, framing: Framing) -> tuple[Found | None, int, int]:
    begin, first, record = at, None, b""
    while left == 0 and _bdw(data, begin, framing) == 0:  # empty blocks are none of a record
        begin += 4
    if begin == len(data):
        return None, begin, 0
    for code, offset, length, following, rest in _segments(data, begin, left, framing):
        if (first is None) != (code in {0, 1}):
            break
        first = offset if first is None else first
        record += data[offset : offset + length]
        if code in {0, 2}:
            try:
                return _inner(begin, first, record, framing), following, rest
            except Broken:
                break
    raise Broken(begin)


def _plausible(data: bytes, at: int, framing: Framing) -> int:
    test = _block_is_filled if framing.record_format.has_blocks else _records_follow
    return next((p for p in range(at, len(data)) if test(data, p, framing)), len(data))


def _records_follow(data: bytes, at: int, framing: Framing) -> bool:
    for n in range(CHAIN):
        if at == len(data):
            return n > 0
        length = _rdw(data, at, framing)
        if length is None or length <= framing.record_start + framing.record_end or at + 4 + length > len(data):
            return False
        at += 4 + length
    return True


def _block_is_filled(data: bytes, at: int, framing: Framing) -> bool:
    if not _bdw(data, at, framing):
        return False
    for n, (code, _, length, following, left) in enumerate(_segments(data, at, 0, framing)):
        if length == 0 or (n == 0 and code > 1):
            return False
        if left == 0:
            return following == len(data) or bool(_bdw(data, following, framing))
    return False
