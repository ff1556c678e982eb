"""Files cut into batches of records. The cuts follow from the file alone, so that a rerun makes the same."""

import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from . import _frame
from .errors import FramingError

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]

_READ = 256 * 1024
_RDW = 4


class RecordFormat(StrEnum):
    """The RECFM of a file: fixed length, or variable length with big-endian record descriptor words."""

    F = "F"
    V = "V"


@dataclass(frozen=True, slots=True)
class RawBatch:
    """The bytes of consecutive records.

    Attributes:
        number: of the batch in the file, from 0.
        first_record: number of its first record in the file, from 0.
        start, end: the bytes of the file that it covers, RDWs included; ``end`` is past the last.
        records: how many.
        data: these bytes.
        starts: of each record's data in ``data``.
        lengths: of each record's data.
        stride: bytes from one record to the next; 0 where they vary.
        buffer: what ``data`` is part of; goes back by ``recycle``.
    """

    number: int
    first_record: int
    start: int
    end: int
    records: int
    data: Bytes
    starts: Offsets
    lengths: Offsets
    stride: int
    buffer: Bytes

    def record(self, position: int) -> bytes:
        """The data of one record, without its RDW."""
        start = self.starts[position]
        return self.data[start : start + self.lengths[position]].tobytes()

    def offset(self, position: int) -> int:
        """Where the data of one record begins in the file."""
        return self.start + int(self.starts[position])


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """The most records that a batch can have, and the most bytes."""

    records: int
    bytes: int

    @classmethod
    def of(cls, record_format: RecordFormat, record_length: int, batch_size: int, batch_bytes: int) -> Self:
        """The limits of a file's batches; the arguments are those of ``open_frames``."""
        if record_format is RecordFormat.F:
            records = max(1, min(batch_size, batch_bytes // record_length))
            return cls(records, records * record_length)
        return cls(batch_size, max(batch_bytes, (1 << 16) + _RDW))  # the longest record fits


class Frames(Protocol):
    """A file as an iterable of batches; a context manager."""

    path: Path
    size: int

    def __iter__(self) -> Iterator[RawBatch]: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def close(self) -> None:
        """Close the file."""

    def check(self) -> None:
        """See whether the file can divide into records at all, as far as its size tells.

        Raises:
            FramingError: it cannot.
        """

    def recycle(self, batch: RawBatch) -> None:
        """Give a batch's buffer back, to be read into again; its bytes are gone then."""

    def again(self, start: int, end: int) -> list[tuple[int, bytes]]:
        """Read the records of a batch again, from any thread and without disturbing the iteration.

        Args:
            start, end: the batch's.

        Returns:
            Where each record's data begins in the file, and the data.

        Raises:
            OSError: the file cannot be read any more, or is shorter.
        """

    def record_at(self, offset: int) -> bytes:
        """Read one record again, from any thread and without disturbing the iteration.

        Args:
            offset: where its data begins in the file.

        Raises:
            OSError: the file cannot be read any more, or is shorter.
        """


class _File:
    """A file that is read into recycled buffers."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = FileIO(path)
        self.size = path.stat().st_size
        self._spare: deque[Bytes] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def recycle(self, batch: RawBatch) -> None:
        """Give a batch's buffer back."""
        self._spare.append(batch.buffer)

    def _bytes_again(self, start: int, end: int) -> bytes:
        data = os.pread(self._file.fileno(), end - start, start)
        if len(data) != end - start:
            raise OSError(f"{self.path}: the file is shorter than it was when it was read first")
        return data

    def _buffer(self, size: int) -> Bytes:
        try:
            buffer = self._spare.pop()  # the last one that came back: it may be in cache still
        except IndexError:
            buffer = np.empty(size, np.uint8)
        return buffer if len(buffer) >= size else np.empty(size, np.uint8)

    def _fill(self, buffer: Bytes, begin: int) -> int:
        """Read until the buffer is full or the file ends; return the bytes that it holds then."""
        view = memoryview(buffer)
        while begin < len(buffer) and (n := self._file.readinto(view[begin:])):
            begin += n
        return begin


class FixedFrames(_File):
    """Records of one length.

    Args:
        path: the file.
        record_length: bytes.
        batch_size: records of a batch.
        batch_bytes: a batch ends before it would pass this; it has at least one record.

    Raises:
        FramingError: while iterating, where the file ends inside a record.
    """

    def __init__(self, path: Path, record_length: int, batch_size: int, batch_bytes: int) -> None:
        super().__init__(path)
        self._length = record_length
        self._count = BatchLimits.of(RecordFormat.F, record_length, batch_size, batch_bytes).records

    def __iter__(self) -> Iterator[RawBatch]:
        starts = np.arange(self._count, dtype=np.int64) * self._length
        lengths = np.full(self._count, self._length, np.int64)
        number = position = 0
        while True:
            buffer = self._buffer(self._count * self._length)
            filled = self._fill(buffer, 0)
            records, rest = divmod(filled, self._length)
            start = position * self._length
            if records:
                yield RawBatch(
                    number,
                    position,
                    start,
                    start + records * self._length,
                    records,
                    buffer[: records * self._length],
                    starts[:records],
                    lengths[:records],
                    self._length,
                    buffer,
                )
            number += 1
            position += records
            if rest:
                raise self._cut_short(position, rest)
            if filled < self._count * self._length:
                return

    def check(self) -> None:
        """See whether the file's size is a whole number of records."""
        records, rest = divmod(self.size, self._length)
        if rest:
            raise self._cut_short(records, rest)

    def again(self, start: int, end: int) -> list[tuple[int, bytes]]:
        """Read the records of a batch again."""
        data = self._bytes_again(start, end)
        return [(start + at, data[at : at + self._length]) for at in range(0, len(data), self._length)]

    def record_at(self, offset: int) -> bytes:
        """Read one record again."""
        return self._bytes_again(offset, offset + self._length)

    def _cut_short(self, record: int, rest: int) -> FramingError:
        return FramingError(
            f"the file ends {rest} bytes into a record of {self._length}; is {self._length} the record "
            f"length, is the format F, and was the file transferred whole and in binary?",
            path=self.path,
            offset=record * self._length,
            record=record,
        )


class VariableFrames(_File):
    """Records that a record descriptor word precedes: two bytes of length (its own four included), two of zeros.

    Args:
        path: the file.
        batch_size: records of a batch.
        batch_bytes: a batch ends before the record that would make it longer; it has at least one.
        rdw_inclusive: the length counts the descriptor's own four bytes, as z/OS writes it.

    Raises:
        FramingError: while iterating, at a descriptor that is none, or where the file ends inside a record.
    """

    def __init__(self, path: Path, batch_size: int, batch_bytes: int, *, rdw_inclusive: bool = True) -> None:
        super().__init__(path)
        self._count = batch_size
        self._own = _RDW if rdw_inclusive else 0
        self._most = BatchLimits.of(RecordFormat.V, 0, batch_size, batch_bytes).bytes

    def __iter__(self) -> Iterator[RawBatch]:
        number = position = start = 0
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
                whole = filled < step
                records, framed, end = _frame.frame_rdw(
                    buffer, filled, framed, self._most, self._own, records, starts, lengths
                )
            rest = buffer[framed:filled].copy()
            if records:
                yield RawBatch(
                    number,
                    position,
                    start,
                    start + framed,
                    records,
                    buffer[:framed],
                    starts[:records],
                    lengths[:records],
                    0,
                    buffer,
                )
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


def open_frames(
    path: Path,
    record_format: RecordFormat,
    record_length: int,
    batch_size: int = 5_000,
    batch_bytes: int = 4 << 20,
    *,
    rdw_inclusive: bool = True,
) -> Frames:
    """Open a file as batches of records.

    Args:
        path: the file.
        record_format: how its records are told apart.
        record_length: bytes of a record; of format V not used.
        batch_size: records of a batch, at most.
        batch_bytes: bytes of a batch, at most, unless one record is longer.
        rdw_inclusive: of format V: the RDW's length counts its own four bytes.

    Raises:
        OSError: the file cannot be opened.
    """
    if record_format is RecordFormat.F:
        return FixedFrames(path, record_length, batch_size, batch_bytes)
    return VariableFrames(path, batch_size, batch_bytes, rdw_inclusive=rdw_inclusive)
