"""An input in parts: ranges of one file, or files that are read one after the other or side by side."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from mfdecode.errors import CompressionError

from .boundaries import Boundaries, find_boundaries
from .compression import Compression, compression_of
from .formats import Framing
from .model import Frames, Part, RawBatch
from .opening import whole_file


class Parts:
    """The open parts of an input, in its order; a context manager.

    Args:
        frames: of the parts, numbered from 0.
    """

    def __init__(self, frames: Sequence[Frames]) -> None:
        self._frames = tuple(frames)
        self._firsts = [frames.part.place.record for frames in frames]

    def __iter__(self) -> Iterator[Frames]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def size(self) -> int:
        """Bytes of the input; of compressed files, as they are on the disk."""
        return sum(frames.size for frames in self._frames)

    @property
    def consumed(self) -> int:
        """How many of these have been read so far."""
        return sum(frames.consumed for frames in self._frames)

    def check(self) -> None:
        """See whether the parts can divide into records at all, as far as their sizes tell.

        Raises:
            FramingError: one cannot.
        """
        for frames in self._frames:
            frames.check()

    def recycle(self, batch: RawBatch) -> None:
        """Give a batch's buffer back, to be read into again; its bytes are gone then."""
        self._frames[batch.part].recycle(batch)

    def again(self, part: int, start: int, end: int) -> list[tuple[int, bytes]]:
        """Read the records of a batch again, from any thread.

        Args:
            part, start, end: the batch's.

        Returns:
            Where each record's data begins in the part's file, and the data.

        Raises:
            OSError: the file cannot be read any more, or is shorter.
        """
        return self._frames[part].again(start, end)

    def record_at(self, record: int, offset: int) -> bytes:
        """Read one record again, from any thread.

        Args:
            record: its number in the input.
            offset: where its data begins in the part's file.

        Raises:
            OSError: the file cannot be read any more, or is shorter.
        """
        return self.of_record(record).record_at(offset)

    def of_record(self, record: int) -> Frames:
        """The part that a record is in.

        Args:
            record: its number in the input.
        """
        return self._frames[bisect_right(self._firsts, record) - 1]

    def file_of(self, part: int) -> str:
        """The file of a part."""
        return str(self._frames[part].path)

    def close(self) -> None:
        """Close the files."""
        for frames in self._frames:
            frames.close()


def require_ranges(path: Path, framing: Framing) -> None:
    """See that a file can be read from any place.

    Raises:
        CompressionError: it is compressed.
        OSError: it is not there.
    """
    if (compression := compression_of(path, framing.compression)) is not Compression.NONE:
        raise CompressionError(
            f"the file is compressed ({compression}), and can only be read from its beginning: it is neither split nor "
            "read by several readers. Decompress it, or give several compressed files by multi_reader.input_pattern",
            path=path,
        )


def ranges_of_file(path: Path, boundaries: Boundaries, count: int) -> list[Part]:
    """A file as ranges of about the same size.

    Args:
        path: the file.
        boundaries: where it can be cut.
        count: of the ranges; fewer where it cannot be cut so often.
    """
    return _cut(path, boundaries, lambda rest: boundaries.end * (rest.number + 1) // count)


def pieces_of_file(path: Path, boundaries: Boundaries, size: int) -> list[Part]:
    """A file as pieces that are no larger than a size, if it can be cut so often.

    Args:
        path: the file.
        boundaries: where it can be cut.
        size: in bytes.
    """
    return _cut(path, boundaries, lambda rest: rest.start + size)


def parts_of_files(paths: Sequence[Path], framing: Framing, threads: int) -> list[Part]:
    """Each file as a part; the records are numbered through all of them, in the order given.

    Args:
        paths: the files.
        framing: how their records are told apart.
        threads: that count the records of files whose size does not tell them, compressed ones among them.

    Raises:
        FramingError: a file does not divide into records.
        OSError: one cannot be read.
    """
    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(lambda path: find_boundaries(path, framing), paths))
    before = 0
    parts: list[Part] = []
    for number, (path, boundaries) in enumerate(zip(paths, found, strict=True)):
        records = boundaries.records
        part = replace(whole_file(path, framing), number=number, start=boundaries.start, end=boundaries.end)
        parts.append(replace(part, records_before=before, records=records))
        before += records
    return parts


def _cut(path: Path, boundaries: Boundaries, wanted_end: Callable[[Part], int]) -> list[Part]:
    """Parts that end as near before the wanted ends as can be; an end is asked for with the rest of the file."""
    parts: list[Part] = []
    rest = Part(0, path, boundaries.start, boundaries.end)
    while rest.start < boundaries.end:
        end, record = boundaries.cut(rest.start, wanted_end(rest))
        parts.append(replace(rest, end=end, records=record - rest.first_record))
        rest = replace(rest, number=len(parts), start=end, first_record=record)
    return parts
