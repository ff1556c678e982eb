"""Format V: a record descriptor word before each record."""

from collections.abc import Iterator

import numpy as np

from mfdecode import _frame
from mfdecode.errors import FramingError

from .model import BatchLimits, Part, RawBatch
from .part_file import PartFile, Spare

_READ = 256 * 1024
_RDW = 4


class VariableFrames(PartFile):
    """Records that a record descriptor word precedes: two bytes of length (its own four included), two of zeros.

    Args:
        part: what to read.
        batch_size: records of a batch.
        batch_bytes: a batch ends before the record that would make it longer; it has at least one.
        spare: buffers of the input's other parts.
        rdw_inclusive: the length counts the descriptor's own four bytes, as z/OS writes it.

    Raises:
        FramingError: while iterating, at a descriptor that is none, or where the file ends inside a record.
    """

    def __init__(
        self, part: Part, batch_size: int, batch_bytes: int, spare: Spare, *, rdw_inclusive: bool = True
    ) -> None:
        super().__init__(part, spare)
        self._count = batch_size
        self._own = _RDW if rdw_inclusive else 0
        self._most = self.limits(batch_size, batch_bytes).bytes

    @staticmethod
    def limits(batch_size: int, batch_bytes: int) -> BatchLimits:
        """Of the batches that the same arguments make."""
        return BatchLimits(batch_size, max(batch_bytes, (1 << 16) + _RDW))  # the longest record fits

    def __iter__(self) -> Iterator[RawBatch]:
        number, position, start = 0, self.part.first_record, self.part.start
        self._rewind()
        rest = np.empty(0, np.uint8)
        while True:
            buffer = self._buffer(self._most)
            buffer[: len(rest)] = rest
            starts, lengths = np.empty(self._count, np.int64), np.empty(self._count, np.int64)
            filled, framed, records, end = len(rest), 0, 0, _frame.MORE
            whole = False
            while end == _frame.MORE and filled < len(buffer) and not whole:
                step = min(len(buffer), filled + _READ)
                filled = self._fill(buffer[:step], filled)
                whole = not self._left
                records, framed, end = _frame.frame_rdw(
                    buffer, filled, framed, self._most, self._own, records, starts, lengths
                )
            rest = buffer[framed:filled].copy()
            if records:
                yield RawBatch(
                    self.part.number,
                    number,
                    self.part.records_before + position,
                    start,
                    start + framed,
                    records,
                    buffer[:framed],
                    starts[:records],
                    lengths[:records],
                    0,
                    buffer,
                )
            else:
                self._spare.append(buffer)
            number += 1
            position += records
            start += framed
            if end == _frame.BAD_RDW:
                found = rest[:_RDW].tobytes().hex(" ").upper()
                raise FramingError(
                    f"{found} is no record descriptor word (two bytes of length, then two zero bytes); is the format "
                    "V, was the file transferred with its RDWs, and do their lengths count their own four bytes?",
                    path=self.path,
                    offset=start,
                    record=position,
                )
            if end == _frame.MORE and whole:
                if len(rest):
                    raise FramingError(
                        f"the file ends {len(rest)} bytes into a record; was it transferred whole?",
                        path=self.path,
                        offset=start,
                        record=position,
                    )
                self._check_end(start, position)
                return

    def check(self) -> None:
        """Nothing can be told from the size."""

    def again(self, start: int, end: int) -> list[tuple[int, bytes]]:
        """Read the records of a batch again."""
        data = self._bytes_again(start, end)
        records: list[tuple[int, bytes]] = []
        at = 0
        while at < len(data):
            length = self._length(data[at : at + _RDW])
            at += _RDW
            records.append((start + at, data[at : at + length]))
            at += length
        return records

    def record_at(self, offset: int) -> bytes:
        """Read one record again."""
        return self._bytes_again(offset, offset + self._length(self._bytes_again(offset - _RDW, offset)))

    def _length(self, descriptor: bytes) -> int:
        """Of a record's data, as its RDW tells."""
        return int.from_bytes(descriptor[:2], "big") - self._own
