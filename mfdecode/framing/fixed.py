"""Formats F and FB: records of one length."""

from collections.abc import Iterator

import numpy as np

from mfdecode.errors import FramingError

from .content import Content
from .formats import Framing
from .model import BatchLimits, Part, Place, RawBatch
from .part_file import PartFile, Spare


class FixedFrames(PartFile):
    """Records of one length.

    Args:
        part: what to read.
        framing: how long they are, and what is around each.
        batch_size: records of a batch.
        batch_bytes: a batch ends before it would pass this; it has at least one record.
        spare: buffers of the input's other parts.
        content: of the part's file, if it is open.

    Raises:
        FramingError: while iterating, where the file ends inside a record.
    """

    def __init__(
        self,
        part: Part,
        framing: Framing,
        batch_size: int,
        batch_bytes: int,
        spare: Spare,
        content: Content | None = None,
    ) -> None:
        super().__init__(part, framing, spare, content)
        self._length = framing.stride
        self._count = self.limits(framing, batch_size, batch_bytes).records

    @staticmethod
    def limits(framing: Framing, batch_size: int, batch_bytes: int) -> BatchLimits:
        """Of the batches that the same arguments make."""
        records = max(1, min(batch_size, batch_bytes // framing.stride))
        return BatchLimits(records, records * framing.stride)

    def batches_from(self, place: Place) -> Iterator[RawBatch]:
        """The batches from one on."""
        starts = np.arange(self._count, dtype=np.int64) * self._length + self.framing.record_start
        lengths = np.full(self._count, self.framing.record_length, np.int64)
        stride = self._length if self._length == self.framing.record_length else 0
        number, position, start = place.batch, place.record - self.part.records_before, place.start
        self._seek(start)
        while self._left:
            buffer = self._buffer(self._count * self._length)
            filled = self._fill(buffer, 0)
            records, rest = divmod(filled, self._length)
            end = start + records * self._length
            if records:
                yield RawBatch(
                    self.part.number,
                    number,
                    self.part.records_before + position,
                    start,
                    end,
                    records,
                    buffer[: records * self._length],
                    starts[:records],
                    lengths[:records],
                    stride,
                    buffer,
                )
            number += 1
            position += records
            start = end
            if rest:
                raise self._cut_short(position, rest)
        self._check_end(start, position)

    def check(self) -> None:
        """See whether the part's size is a whole number of records."""
        if self.part.end is None:
            return
        records, rest = divmod(self.part.end - self.part.start, self._length)
        if rest:
            raise self._cut_short(self.part.first_record + records, rest)

    def again(self, start: int, end: int) -> list[tuple[int, bytes]]:
        """Read the records of a batch again."""
        data = self._bytes_again(start, end)
        begin, length = self.framing.record_start, self.framing.record_length
        return [(start + at, data[at : at + length]) for at in range(begin, len(data), self._length)]

    def record_at(self, offset: int) -> bytes:
        """Read one record again."""
        return self._bytes_again(offset, offset + self.framing.record_length)

    def _cut_short(self, record: int, rest: int) -> FramingError:
        return FramingError(
            f"the file ends {rest} bytes into a record of {self._length}; is {self._length} the record "
            f"length, is the format F, and was the file transferred whole and in binary?",
            path=self.path,
            offset=self.framing.header_bytes + record * self._length,
            record=record,
        )
