"""The bytes of a part, read into recycled buffers."""

import os
from collections import deque
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from mfdecode.errors import FramingError

from .model import Bytes, Part, RawBatch

Spare = deque[Bytes]
"""Buffers that wait to be read into again; the parts of an input share them."""


class PartFile:
    """A part's file, open; what every record format reads from.

    Args:
        part: the part.
        spare: buffers of the input's other parts.

    Raises:
        OSError: the file cannot be opened.
    """

    def __init__(self, part: Part, spare: Spare) -> None:
        self.part = part
        self._file = FileIO(part.path)
        self._left = 0
        self._spare = spare

    @property
    def path(self) -> Path:
        """The file."""
        return self.part.path

    @property
    def size(self) -> int:
        """Bytes of the part."""
        return self.part.end - self.part.start

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

    def _rewind(self) -> None:
        self._file.seek(self.part.start)
        self._left = self.size

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
        """Read until the buffer is full or the part ends: then nothing is left. Return the bytes that it holds."""
        view = memoryview(buffer)
        end = min(len(buffer), begin + self._left)
        filled = begin
        while filled < end and (n := self._file.readinto(view[filled:end])):
            filled += n
        self._left = self._left - (filled - begin) if filled == end else 0
        return filled

    def _check_end(self, offset: int, record: int) -> None:
        """See whether the part has ended where it should, after as many records as it should have.

        Args:
            offset: past the last record.
            record: number in the file of the one that would come next.
        """
        part = self.part
        if offset == part.end and part.records in {None, record - part.first_record}:
            return
        raise FramingError(
            f"the part should end at byte {part.end} and has ended here, after {record - part.first_record} records"
            f"{'' if part.records is None else f' of {part.records}'}; has the file changed since the run began?",
            path=part.path,
            offset=offset,
            record=record,
        )
