"""Records that vary, cut into batches."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from mfdecode import _frame
from mfdecode.errors import FramingError

from .content import Again, Content
from .dump import dump_around
from .formats import Framing, OnBrokenRdw
from .framers import framer_of, with_line_end
from .heading import heading_of
from .model import BatchLimits, Bytes, Offsets, Part, Place, RawBatch
from .part_file import PartFile, Spare

_BROKEN = {_frame.BAD_RDW, _frame.BAD_BDW}
_READ = 256 * 1024
_WORD = 4
_HEAD = 64 * 1024
"""Bytes that show what ends the lines of a file."""
_SEARCHED = 1 << 20
"""Bytes at a time in which the next record is looked for."""
_AHEAD = 512 * 1024
"""Bytes behind these that are looked at: more than as many of the longest records as have to follow."""
_PIECE = 32 * 1024
"""Bytes of a stretch without records that make a record of their own, at most."""


@dataclass(slots=True)
class _Filling:
    """A batch while it is framed: the memory of its buffer, the records found, and how far it is filled and framed.

    ``end`` is why framing has stopped, ``whole`` whether the part had been read to its end then.
    """

    memory: Bytes
    buffer: Bytes
    starts: Offsets
    lengths: Offsets
    filled: int
    framed: int = 0
    records: int = 0
    end: int = _frame.MORE
    whole: bool = False
    gaps: list[int] = field(default_factory=list)


class VariableFrames(PartFile):
    """Records that a descriptor word, a line end or what is in them tells apart.

    Args:
        part: what to read.
        framing: how its records are told apart.
        batch_size: records of a batch.
        batch_bytes: a batch ends before the record that would make it longer.
        spare: buffers of the input's other parts.
        content: of the part's file, if it is open.

    Raises:
        FramingError: while iterating, where no record begins, where the file ends inside one, or where one is longer
            than a batch.
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
        self._framing = framing
        self._count, self._batch_bytes = batch_size, batch_bytes
        self._most = self.limits(framing, batch_size, batch_bytes).bytes
        self._resync = framing.on_broken_rdw is OnBrokenRdw.RESYNC
        head = self._content.again(framing.header_bytes, framing.header_bytes + _HEAD)
        self._framer = framer_of(framing, head)
        self.framing = with_line_end(framing, head)
        self.heading = heading_of(self._content, framing)[0]
        self._gap = 0
        self._batches, self._block_lefts, self._gap_lefts = array("q"), array("q"), array("q")
        """Where batches begin, and how; kept so that one can be read again."""

    @staticmethod
    def limits(framing: Framing, batch_size: int, batch_bytes: int) -> BatchLimits:
        """Of the batches that the same arguments make."""
        # The longest record that an RDW can tell fits.
        longest = (1 << 16) + max(0, framing.rdw_adjust) + (2 if framing.record_format.has_blocks else 1) * _WORD
        return BatchLimits(batch_size, max(batch_bytes, longest))

    def batches_from(self, place: Place) -> Iterator[RawBatch]:
        """The batches from one on."""
        number, position, start = place.batch, place.record - self.part.records_before, place.start
        self._seek(start)
        if not number:
            del self._batches[:], self._block_lefts[:], self._gap_lefts[:]
        elif not self._batches:
            self._note(self.part.start)  # records that are passed over now are found from there
        self._framer.kernel.left, self._gap = place.block_left, place.gap_left
        rest = np.empty(0, np.uint8)
        while True:
            batch = self._frame(start, rest)
            rest = batch.buffer[batch.framed : batch.filled].copy()
            if batch.records:
                yield self._raw(batch, number, position, start)
                number += 1
            else:
                self._spare.append(batch.memory)
            position += batch.records
            start += batch.framed
            if batch.end in _BROKEN:
                raise self._broken(start, position, start - batch.framed + self._framer.kernel.broken)
            if batch.end == _frame.MORE and not self._left and (batch.whole or not len(rest)):
                if len(rest):
                    raise self._ended(start, position, len(rest))
                self._check_end(start, position)
                return
            if not batch.framed:
                raise self._too_long(start, position)

    def _frame(self, start: int, rest: Bytes) -> _Filling:
        """Fill a buffer until it has a batch.

        Args:
            start: where it begins in the file.
            rest: what has been read of it.
        """
        self._note(start, self._framer.kernel.left, self._gap)
        memory = self._buffer(self._most)
        starts, lengths = np.empty(self._count, np.int64), np.empty(self._count, np.int64)
        batch = _Filling(memory, memory[: self._most], starts, lengths, len(rest))
        batch.buffer[: len(rest)] = rest
        self._framer.kernel.begin_batch()
        while True:
            if self._gap:
                if not self._frame_gap(batch):
                    return batch
                continue
            batch.whole = not self._left
            batch.records, batch.framed, batch.end = self._framer.frame(
                batch.buffer, batch.filled, batch.framed, batch.records, starts, lengths, last=batch.whole
            )
            cut_short = batch.whole and batch.end == _frame.MORE and batch.framed < batch.filled
            if self._resync and (cut_short or batch.end in _BROKEN):
                broken = start + batch.framed
                self._gap = self._next_record(broken) - broken
                self._framer.kernel.left = 0
            elif batch.end != _frame.MORE or batch.whole or batch.filled == len(batch.buffer):
                return batch
            else:
                self._read(batch, batch.filled + _READ)

    def _note(self, start: int, block_left: int = 0, gap_left: int = 0) -> None:
        self._gap_lefts.append(gap_left)
        self._block_lefts.append(block_left)
        self._batches.append(start)

    def _frame_gap(self, batch: _Filling) -> bool:
        """Make a record of a piece of the stretch without records; False if the batch has no room for it."""
        piece = min(self._gap, _PIECE)
        end = batch.framed + piece
        batch.end = _frame.ENOUGH
        if batch.records == self._count or end > len(batch.buffer):
            return False
        if batch.filled < end:
            self._read(batch, max(end, batch.filled + _READ))
        if batch.filled < end:
            raise OSError(f"{self.path}: the file is shorter than it was when the run began")
        batch.starts[batch.records], batch.lengths[batch.records] = batch.framed, piece
        batch.gaps.append(batch.records)
        batch.records, batch.framed = batch.records + 1, end
        self._gap -= piece
        return True

    def _read(self, batch: _Filling, until: int) -> None:
        batch.filled = self._fill(batch.buffer[: min(len(batch.buffer), until)], batch.filled)

    def _raw(self, batch: _Filling, number: int, position: int, start: int) -> RawBatch:
        kernel = self._framer.kernel
        cut: tuple[int, int] | None = None
        if not self._framing.record_format.has_blocks:
            cut = None if self._gap else (start + batch.framed, batch.records)
        elif kernel.cut_count:
            cut = start + kernel.cut, kernel.cut_count
        return RawBatch(
            self.part.number,
            number,
            self.part.records_before + position,
            start,
            start + batch.framed,
            batch.records,
            batch.buffer[: batch.framed],
            batch.starts[: batch.records],
            batch.lengths[: batch.records],
            0,
            batch.memory,
            tuple(batch.gaps),
            cut,
            self.heading,
            kernel.left,
            self._gap,
        )

    def check(self) -> None:
        """Nothing can be told from the size."""

    def again(self, start: int, end: int) -> list[tuple[int, bytes]]:
        """Read the records of a batch again."""
        self._bytes_again(end - 1, end)
        at = bisect_right(self._batches, start) - 1
        place = replace(self.part.place, start=start)
        if at >= 0 and self._batches[at] == start:
            place = self._noted(at, end - start)
        with self._range(start, end, self._count) as frames:
            return [(raw.offset(i), raw.record(i)) for raw in frames.batches_from(place) for i in range(raw.records)]

    def record_at(self, offset: int) -> bytes:
        """Read one record again."""
        if self._framing.record_format.has_blocks:
            at = bisect_right(self._batches, offset) - 1
            place, count = self._noted(at), self._count
        else:
            begin = offset - self._framing.record_start - self._framer.descriptor
            place, count = replace(self.part.place, start=begin), 1
        with self._range(place.start, self.part.end, count) as frames:
            raw = next((raw for raw in frames.batches_from(place) if offset <= raw.end), None)
            position = -1 if raw is None else int(np.searchsorted(raw.starts, offset - raw.start))
            if raw is None or position == raw.records or raw.offset(position) != offset:
                raise OSError(f"{self.path}: the record at byte {offset} is not there any more")
            return raw.record(position)

    def _noted(self, at: int, most: int | None = None) -> Place:
        """Where a batch begins; of a stretch without records, the bytes that are within ``most``."""
        gap = self._gap_lefts[at] if most is None else min(self._gap_lefts[at], most)
        return replace(self.part.place, start=self._batches[at], block_left=self._block_lefts[at], gap_left=gap)

    def _range(self, start: int, end: int | None, count: int) -> "VariableFrames":
        """Some of the part's bytes, framed in the same way."""
        part = replace(self.part, start=start, end=end, records=None)
        return VariableFrames(part, self._framing, count, self._batch_bytes, Spare(), Again(self._content))

    def _next_record(self, broken: int) -> int:
        """Where records can be framed again past a broken one; the end of the file's records if nowhere.

        It follows from the file alone, wherever parts and batches are cut.
        """
        at, found, most = broken + 1, -1, _SEARCHED + _AHEAD
        while found < 0 and (peeked := self._content.again(at, at + most + 1)):
            data = np.frombuffer(peeked, np.uint8)[:most]
            until = min(_SEARCHED, len(data))
            found = self._framer.find(data, until, last=len(peeked) <= most)
            at += until if found < 0 else found
        return at if self.part.end is None else min(at, self.part.end)

    def _broken(self, offset: int, record: int, broken: int) -> FramingError:
        found = self._content.again(broken, broken + _WORD).hex(" ").upper() if self._framing.shown else "what is there"
        return self._error(f"{self._framer.broken.format(found=found)}", offset, record, broken)

    def _ended(self, offset: int, record: int, rest: int) -> FramingError:
        return self._error(f"the file ends {rest} bytes into a record; was it transferred whole?", offset, record)

    def _too_long(self, offset: int, record: int) -> FramingError:
        return self._error(
            f"the record has more than the {self._most} bytes of a batch; are its length and the format right? Then a "
            "larger pipeline.batch_bytes makes room for it",
            offset,
            record,
        )

    def _error(self, message: str, offset: int, record: int, broken: int | None = None) -> FramingError:
        place = offset if broken is None else broken
        around = "(its bytes are not shown: the records have personal data)"
        if self._framing.shown:
            around = dump_around(self._content.again, place, self._framing.codepage)
        return FramingError(f"{message}\n{around}", path=self.path, offset=offset, record=record)
