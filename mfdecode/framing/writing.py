"""Records into a file: what the readers of each format take apart, put together."""

from typing import BinaryIO

import numpy as np

from mfdecode.errors import LayoutError

from .formats import Endian, Framing, LineEnd, RecordFormat
from .model import Bytes, Offsets

HALF_TRACK = 27_998
"""Bytes of a block of VB and VBS, where none are given: half a track of a 3390."""
_WORD = 4
_LARGEST_WORD, _LARGEST_BLOCK = 0xFFFF, 0x7FFF
_WHOLE, _FIRST, _LAST, _MIDDLE = range(4)
_LINE_ENDS = {LineEnd.LF: b"\n", LineEnd.CRLF: b"\r\n", LineEnd.NEL15: b"\x15", LineEnd.NEL25: b"\x25"}


class RecordWriter:
    """Writes records in a record format.

    Bytes of the file's header and trailer and around each record are X'00'. Without a line end of its own, D has NEL
    (X'15') in EBCDIC and LF otherwise, and CSV has LF. Descriptors are as ``Framing`` says; a block is filled as far as
    whole records go, of VBS as far as segments do.

    Args:
        out: where to.
        framing: the format; ``block_size`` of VB and VBS is the most bytes of a block. If it is not given, it is half a
            track, and a longer record of VB has a block of its own.
        ebcdic: whether texts are in EBCDIC.
        heading: the first line of CSV.

    Raises:
        LayoutError: a descriptor cannot tell the length of a record, or no block holds one.
    """

    def __init__(self, out: BinaryIO, framing: Framing, *, ebcdic: bool = True, heading: bytes = b"") -> None:
        self._out = out
        self._framing = framing
        self._line_end = _LINE_ENDS.get(framing.line_end, b"\x15" if ebcdic else b"\n")
        self._block = bytearray()
        self._block_size = framing.block_size or HALF_TRACK
        out.write(bytes(framing.header_bytes) + (heading + b"\n" if heading else b""))

    def fits(self, rows: Bytes, lengths: Offsets) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """Which records can be told apart again: of D those without a line end, of U those of the length they tell.

        Of CSV, those that do not end within quotes.

        Args:
            rows: (n, longest).
            lengths: (n,).
        """
        framing = self._framing
        if framing.length_rule is not None:
            rule, page = framing.length_rule, framing.codepage
            told = [rule.length(row[:length].tobytes(), page) for row, length in zip(rows, lengths, strict=True)]
            return np.array([found == length for found, length in zip(told, lengths.tolist(), strict=True)], np.bool_)
        if framing.record_format not in {RecordFormat.D, RecordFormat.CSV}:
            return np.ones(len(rows), np.bool_)
        inside = np.arange(rows.shape[1]) < lengths[:, None]
        if framing.record_format is RecordFormat.CSV:
            return np.asarray(((rows == ord(framing.delimited.quote)) & inside).sum(axis=1) % 2 == 0)
        found = (rows == self._line_end[-1]) & inside
        if len(self._line_end) > 1:
            found[:, 1:] &= rows[:, :-1] == self._line_end[0]
            found[:, :1] = False
        ends = found.any(axis=1)
        if framing.line_end is LineEnd.AUTO and len(rows):  # a reader takes a carriage return for part of the end
            ends |= rows[np.arange(len(rows)), np.maximum(lengths - 1, 0)] == ord("\r")
        return np.asarray(~ends)

    def write(self, rows: Bytes, lengths: Offsets) -> None:
        """Write a batch of records.

        Args:
            rows: (n, longest).
            lengths: (n,); what follows in a row is not part of the record.
        """
        framing = self._framing
        before, after = bytes(framing.record_start), bytes(framing.record_end)
        if framing.record_format.is_fixed and not before and not after:
            self._out.write(np.ascontiguousarray(rows).tobytes())
            return
        for row, length in zip(rows, lengths.tolist(), strict=True):
            self._write_one(before + row[:length].tobytes() + after)

    def close(self) -> None:
        """Write the last block, and the trailer."""
        self._end_block()
        self._out.write(bytes(self._framing.trailer_bytes))

    def _write_one(self, record: bytes) -> None:
        framing = self._framing
        match framing.record_format:
            case _ if framing.record_format.is_fixed or framing.length_rule is not None:
                self._out.write(record)
            case RecordFormat.D:
                self._out.write(record + self._line_end)
            case RecordFormat.CSV:  # a reader takes a carriage return for part of the end
                self._out.write(record + (b"\r\n" if record.endswith(b"\r") else b"\n"))
            case RecordFormat.V:
                self._out.write(self._described(record))
            case RecordFormat.VB:
                self._add_whole(record)
            case RecordFormat.VBS:
                self._add_segments(record)

    def _add_whole(self, record: bytes) -> None:
        described = self._described(record)
        if len(described) + _WORD > self._block_size and self._framing.block_size is not None:
            raise LayoutError(
                f"a block of {self._block_size} bytes does not hold a record of {len(record)} and two descriptors: "
                "give a larger --block-size, or format VBS"
            )
        if len(self._block) + len(described) + _WORD > self._block_size:
            self._end_block()
        self._block += described

    def _add_segments(self, record: bytes) -> None:
        least = max(1, self._framing.rdw_extra)  # no descriptor tells fewer; shorter rests of a block stay empty
        code, at = _FIRST, 0
        while True:
            room, rest = self._block_size - 2 * _WORD - len(self._block), len(record) - at
            if rest <= room:
                self._block += self._described(record[at:], _WHOLE if at == 0 else _LAST)
                return
            count = min(room, rest - least)
            if count >= least:
                self._block += self._described(record[at : at + count], code)
                at, code = at + count, _MIDDLE
            elif self._block:
                self._end_block()
            else:
                raise LayoutError(
                    f"a block of {self._block_size} bytes holds no segment that an RDW can tell: give a larger "
                    "--block-size"
                )

    def _described(self, data: bytes, code: int = _WHOLE) -> bytes:
        framing = self._framing
        told = len(data) - framing.rdw_extra
        if not 0 <= told <= _LARGEST_WORD:
            raise LayoutError(f"no RDW can tell {told} bytes, as that of a record of {len(data)} would have to")
        word = told.to_bytes(2, "big") + bytes([code, 0])
        return _ordered(word, framing.rdw_endian) + data

    def _end_block(self) -> None:
        if not self._block:
            return
        told = len(self._block) - self._framing.bdw_extra
        if told < 0:
            raise LayoutError(f"no BDW can tell {told} bytes, as that of a block of {len(self._block)} would have to")
        word = told.to_bytes(2, "big") + b"\0\0" if told <= _LARGEST_BLOCK else (told | 1 << 31).to_bytes(4, "big")
        self._out.write(_ordered(word, self._framing.bdw_endian) + self._block)
        self._block.clear()


def _ordered(word: bytes, endian: Endian) -> bytes:
    return word if endian is Endian.BIG else word[::-1]
