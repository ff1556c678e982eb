"""What framing is about: parts of an input, and batches of records."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
import numpy.typing as npt

from .compression import Compression

if TYPE_CHECKING:
    from .formats import Framing

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """The most records that a batch can have, and the most bytes."""

    records: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Part:
    """What one reader reads of an input: a file, or a range of its bytes that begins and ends between two records.

    Attributes:
        number: among the parts, from 0, in the order of the input.
        path: the file.
        start, end: bytes of what the file holds; ``end`` is past the last, and None of a compressed file of which
            nobody knows it.
        first_record: number in the file of the record that begins at ``start``.
        records_before: records of the input that are in the files before this one.
        records: how many; None where nobody has counted them.
        compression: of the file.
    """

    number: int
    path: Path
    start: int
    end: int | None
    first_record: int = 0
    records_before: int = 0
    records: int | None = None
    compression: Compression = Compression.NONE

    @property
    def place(self) -> "Place":
        """Where its first batch begins."""
        return Place(0, self.records_before + self.first_record, self.start)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a batch begins: all that a reader needs to go on from there as if it had read what comes before.

    Attributes:
        batch: its number in its part.
        record: number of its first record in the whole input.
        start: its first byte in the file.
        block_left: bytes of the block in whose midst it begins; 0 where it begins with one.
        gap_left: bytes of the stretch without records in whose midst it begins.
    """

    batch: int
    record: int
    start: int
    block_left: int = 0
    gap_left: int = 0


@dataclass(frozen=True, slots=True)
class RawBatch:
    """The bytes of consecutive records.

    Attributes:
        part: number of the part of the input, from 0.
        number: of the batch in its part, from 0.
        first_record: number of its first record in the whole input, from 0.
        start, end: the bytes of the file that it covers, RDWs included; ``end`` is past the last.
        records: how many.
        data: these bytes; the segments of a record are moved to where its first one lies.
        starts: of each record's data in ``data``.
        lengths: of each record's data.
        stride: bytes from one record to the next; 0 where they vary.
        buffer: what ``data`` is part of; goes back by ``recycle``.
        gaps: positions of the records that are none: stretches of the file in which no record could be found.
        heading: of format CSV: the first line of the file, if it names the columns.
        cut: a place where the file can be cut, and how many of the batch's records come before; None if there is none.
        block_left, gap_left: where the next batch begins, as ``Place`` has them.
        checksum: of ``data``; 0 until the one who reads it has worked it out.
    """

    part: int
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
    gaps: tuple[int, ...] = ()
    cut: tuple[int, int] | None = None
    heading: bytes = b""
    block_left: int = 0
    gap_left: int = 0
    checksum: int = 0

    @property
    def decodable(self) -> Offsets:
        """How many bytes of each record hold fields: all, but none of a gap."""
        if not self.gaps:
            return self.lengths
        lengths = self.lengths.copy()
        lengths[[position for position in self.gaps if position < self.records]] = 0
        return lengths

    @property
    def after(self) -> Place:
        """Where the next batch begins."""
        return Place(self.number + 1, self.first_record + self.records, self.end, self.block_left, self.gap_left)

    def record(self, position: int) -> bytes:
        """The data of one record, without its RDW."""
        start = self.starts[position]
        return self.data[start : start + self.lengths[position]].tobytes()

    def offset(self, position: int) -> int:
        """Where the data of one record begins in the file."""
        return self.start + int(self.starts[position])


class Frames(Protocol):
    """A part of an input as an iterable of batches; a context manager. The cuts follow from the part alone.

    Attributes:
        part: what is read.
        framing: how its records are told apart; its line end as it was found.
        heading: of format CSV: the first line of the file, if it names the columns.
    """

    part: Part
    framing: "Framing"
    heading: bytes

    @property
    def path(self) -> Path:
        """The file."""

    @property
    def size(self) -> int:
        """Bytes of the part; of a compressed file, as it is on the disk."""

    @property
    def consumed(self) -> int:
        """How many of these have been read so far."""

    def __iter__(self) -> Iterator[RawBatch]: ...

    def batches_from(self, place: Place) -> Iterator[RawBatch]:
        """The batches from one on, as the iteration of them all has them.

        Args:
            place: where it begins; it follows from the batch before it.
        """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def close(self) -> None:
        """Close the file."""

    def check(self) -> None:
        """See whether the part can divide into records at all, as far as its size tells.

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
