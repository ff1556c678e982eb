"""The bytes of a part, read into recycled buffers."""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from mfdecode.errors import CompressionError, FramingError

from .compression import Compression
from .content import Content, content_of
from .formats import Framing
from .model import Bytes, Part, Place, RawBatch

_ALL = 1 << 62
"""More bytes than a file has."""

Spare = deque[Bytes]
"""Buffers that wait to be read into again; the parts of an input share them."""


class PartFile(ABC):
    """A part's file, open; what every record format reads from.

    Args:
        part: the part.
        framing: how its records are told apart.
        spare: buffers of the input's other parts.
        content: of the part's file, if it is open.

    Raises:
        OSError: the file cannot be opened.
    """

    heading = b""

    def __init__(self, part: Part, framing: Framing, spare: Spare, content: Content | None = None) -> None:
        self.part = part
        self.framing = framing
        self._content = content or content_of(part.path, part.compression, framing.trailer_bytes)
        self._position = part.start
        self._left = self._passed = 0
        self._spare = spare

    @property
    def path(self) -> Path:
        """The file."""
        return self.part.path

    @property
    def size(self) -> int:
        """Bytes of the part; of a compressed file, as it is on the disk."""
        if self.part.compression is not Compression.NONE or self.part.end is None:
            return self.path.stat().st_size
        return self.part.end - self.part.start

    @property
    def consumed(self) -> int:
        """How many of these have been read so far, or passed over."""
        return self._content.consumed + self._passed

    def __iter__(self) -> Iterator[RawBatch]:
        return self.batches_from(self.part.place)

    @abstractmethod
    def batches_from(self, place: Place) -> Iterator[RawBatch]:
        """The batches from one on."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._content.close()

    def recycle(self, batch: RawBatch) -> None:
        """Give a batch's buffer back."""
        self._spare.append(batch.buffer)

    def _seek(self, start: int) -> None:
        """Read on from here."""
        self._content.seek(start)
        if self.part.compression is Compression.NONE:  # what a compressed file holds cannot be passed over unread
            self._passed += max(0, start - self._position)
        self._position = start
        self._left = _ALL if self.part.end is None else self.part.end - start

    def _bytes_again(self, start: int, end: int) -> bytes:
        data = self._content.again(start, end)
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
        """Read until the buffer is full or the part ends: then nothing is left. Return the bytes that it holds."""
        view = memoryview(buffer)
        end = min(len(buffer), begin + self._left)
        filled = begin
        while filled < end and (n := self._content.readinto(view[filled:end])):
            filled += n
        self._position += filled - begin
        self._left = self._left - (filled - begin) if filled == end else 0
        return filled

    def _check_end(self, offset: int, record: int) -> None:
        """See whether the part has ended where it should, after as many records as it should have.

        Args:
            offset: past the last record.
            record: number in the file of the one that would come next.
        """
        part = self.part
        if part.end is None:
            if offset == part.start:
                raise CompressionError("the compressed file holds no record; was it transferred whole?", path=self.path)
            return
        if offset == part.end and part.records in {None, record - part.first_record}:
            return
        raise FramingError(
            f"the part should end at byte {part.end} and has ended here, after {record - part.first_record} records"
            f"{'' if part.records is None else f' of {part.records}'}; has the file changed since the run began?",
            path=part.path,
            offset=offset,
            record=record,
        )
