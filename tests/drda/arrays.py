"""The rows of an array insert: one SQLDTA of many rows, as Db2 takes it, into one SQLDTA a row, as Derby does.

DRDA, Version 5, Volume 1, "FD:OCA": a row is an indicator byte and its fields, a nullable one with an indicator too.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from .codepoints import FDODSC, FDODTA, SQLDTA
from .framing import ddm, objects

_END = 0xFD
_GROUP, _ROWS = 0x76, 0x71
_ARRAY = 0xF4
_WIDE_TO_MIXED = {0x38: 0x3E, 0x39: 0x3F, 0x3A: 0x3E, 0x3B: 0x3F}
_FIXED = {0x02: 4, 0x04: 2, 0x06: 1, 0x0A: 8, 0x0C: 4, 0x16: 8, 0x20: 10, 0x22: 8, 0x24: 26}
_VARIABLE = {0x28, 0x2A, 0x32, 0x34, 0x3E, 0x40}
_WIDE = {0x38, 0x3A}
_BY_LENGTH = {0x26, 0x30, 0x3C}
_VARYING_BYTES = 0x28
_LONGEST = b"\x7f\xff"


@dataclass(frozen=True, slots=True)
class _Field:
    nullable: bool
    size: int
    """Bytes; 0 of a field that says its length itself."""
    wide: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """An array, taken apart.

    Attributes:
        descriptor: of one row, FD:OCA triplets, wide characters made UTF-8.
        rows: the data of each, indicator byte and all.
    """

    descriptor: bytes
    rows: tuple[bytes, ...]

    def sqldta(self, row: int) -> bytes:
        """One row as a SQLDTA of its own."""
        return ddm(SQLDTA, ddm(FDODSC, self.descriptor) + ddm(FDODTA, self.rows[row]))


def split(sqldta: bytes) -> Rows:
    """Take the body of a SQLDTA apart.

    Raises:
        ValueError: a field is of a type that is not known here.
    """
    parts = dict(objects(sqldta))
    fields, descriptor = _described(parts[FDODSC])
    data = parts[FDODTA]
    rows: list[bytes] = []
    at = 0
    while at < len(data) and data[at] != _END:
        row, at = _row(data, at, fields)
        rows.append(row)
    return Rows(descriptor, tuple(rows))


def _described(descriptor: bytes) -> tuple[list[_Field], bytes]:
    """The fields of a row, and the descriptor of a single one."""
    fields: list[_Field] = []
    out = bytearray()
    for triplet in _triplets(descriptor):
        if triplet[1] == _GROUP:
            for i in range(3, len(triplet), 3):
                fields.append(_field(triplet[i], triplet[i + 1] << 8 | triplet[i + 2]))
                if triplet[i] in _WIDE_TO_MIXED:
                    triplet[i] = _WIDE_TO_MIXED[triplet[i]]
                    triplet[i + 1 : i + 3] = _LONGEST
        if not (triplet[1] == _ROWS and triplet[2] == _ARRAY):
            out += triplet
    return fields, bytes(out)


def halved_bytes(descriptor: bytes) -> bytes:
    """A descriptor of Derby's, which says twice the length of a VARCHAR FOR BIT DATA."""
    out = bytearray()
    for triplet in _triplets(descriptor):
        if triplet[1] == _GROUP:
            for i in range(3, len(triplet), 3):
                if triplet[i] & 0xFE == _VARYING_BYTES:
                    length = (triplet[i + 1] << 8 | triplet[i + 2]) // 2
                    triplet[i + 1 : i + 3] = length.to_bytes(2, "big")
        out += triplet
    return bytes(out)


def _triplets(descriptor: bytes) -> Iterator[bytearray]:
    at = 0
    while at < len(descriptor):
        triplet = bytearray(descriptor[at : at + descriptor[at]])
        at += len(triplet)
        yield triplet


def _field(type_: int, length: int) -> _Field:
    base, nullable = type_ & 0xFE, bool(type_ & 1)
    if base in _FIXED:
        return _Field(nullable, _FIXED[base], wide=False)
    if base == 0x0E:  # packed decimal: the precision is the length's first byte
        return _Field(nullable, (length >> 8) // 2 + 1, wide=False)
    if base in _BY_LENGTH:
        return _Field(nullable, length, wide=False)
    if base in _VARIABLE or base in _WIDE:
        return _Field(nullable, 0, wide=base in _WIDE)
    raise ValueError(f"a field of type {type_:02X} is not known")


def _row(data: bytes, begin: int, fields: list[_Field]) -> tuple[bytes, int]:
    at = begin + 1
    kept, out = begin, b""
    for field in fields:
        if field.nullable:
            at += 1
            if data[at - 1] & 0x80:
                continue
        if field.size:
            at += field.size
            continue
        length = data[at] << 8 | data[at + 1]
        if field.wide:
            end = at + 2 + 2 * length
            text = data[at + 2 : end].decode("utf-16-be").encode()
            out += data[kept:at] + len(text).to_bytes(2, "big") + text
            at = kept = end
        else:
            at += 2 + length
    return out + data[kept:at], at
