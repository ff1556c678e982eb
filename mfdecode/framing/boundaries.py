"""Where a file can be cut between two records: by arithmetic, or by an index."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .formats import Framing
from .index import SparseIndex
from .model import Frames
from .opening import open_part, whole_file


class Boundaries(Protocol):
    """The places where a file can be cut."""

    @property
    def records(self) -> int:
        """Of the file."""

    @property
    def start(self) -> int:
        """Where the first of them begins."""

    @property
    def end(self) -> int:
        """Past the last of them, as the file was when they were found."""

    def cut(self, after: int, until: int) -> tuple[int, int]:
        """The last place up to a byte, but past another: the next one if there is none between.

        Args:
            after: where the part begins.
            until: where it should end; past ``after``.

        Returns:
            Offset and record number.
        """

    def save(self, path: Path, framing: Framing) -> bool:
        """Keep them beside the file, so that it need not be read for them again.

        Returns:
            Whether that was possible, or not needed.
        """


@dataclass(frozen=True, slots=True)
class EveryRecord:
    """A file of records of one length can be cut before each.

    Attributes:
        records: of the file.
        record_length: in bytes.
        start: where the first one begins.
    """

    records: int
    record_length: int
    start: int = 0

    @property
    def end(self) -> int:
        """Past the last record."""
        return self.start + self.records * self.record_length

    def cut(self, after: int, until: int) -> tuple[int, int]:
        """The last record that begins up to a byte, or the next one past ``after``."""
        record = max((until - self.start) // self.record_length, (after - self.start) // self.record_length + 1)
        record = min(record, self.records)
        return self.start + record * self.record_length, record

    def save(self, path: Path, framing: Framing) -> bool:
        """Arithmetic needs no keeping."""
        return True


def read_boundaries(path: Path, framing: Framing, progress: Callable[[int], None] = lambda _: None) -> Boundaries:
    """Where a file can be cut, by the file itself.

    Args:
        path: the file; one whose records vary, or that is compressed, is read as a whole.
        framing: how its records are told apart.
        progress: called now and then with the bytes that are read.

    Raises:
        FramingError: the file does not divide into records.
        OSError: it cannot be read.
    """
    if framing.record_format.is_fixed:
        part = whole_file(path, framing)
        with open_part(part, framing) as frames:
            frames.check()
            end = part.end if part.end is not None else _end_of(frames)
        return EveryRecord((end - part.start) // framing.stride, framing.stride, part.start)
    return SparseIndex.build(path, framing, progress)


def find_boundaries(path: Path, framing: Framing, progress: Callable[[int], None] = lambda _: None) -> Boundaries:
    """Where a file can be cut, by the index that is kept beside it, or made and kept.

    Args, errors: as of ``read_boundaries``.
    """
    if not framing.record_format.is_fixed and (kept := SparseIndex.load(path, framing)):
        return kept
    found = read_boundaries(path, framing, progress)
    found.save(path, framing)
    return found


def _end_of(frames: Frames) -> int:
    """Past the last record of a part, which is read for it."""
    end = frames.part.start
    for batch in frames:
        end = batch.end
        frames.recycle(batch)
    return end
