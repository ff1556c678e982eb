"""The sparse index of a file whose records vary: where some of them begin, and how many come before.

It is made in one pass at framing speed, and kept beside the file as `.NAME.mfindex` where the folder can be written to.
"""

import hashlib
import os
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from .formats import Framing
from .model import Offsets
from .opening import open_part, whole_file

_BATCH = 8_192
"""Records framed at a time: their offsets stay in cache."""
_FINEST = 64 * 1024
"""Bytes between two entries, at least."""
_ENTRIES = 1 << 16
"""Entries of a large file, about."""
_ENDS = 64 * 1024
"""Bytes at the beginning and at the end of a file that tell it from another."""


@dataclass(frozen=True, slots=True)
class SparseIndex:
    """Some of the places where a file can be cut.

    Attributes:
        offsets: in bytes, ascending, where a record begins; the last is where they end.
        numbers: of the records that begin there; the last is how many the file has.
    """

    offsets: Offsets
    numbers: Offsets

    @property
    def records(self) -> int:
        """Of the file."""
        return int(self.numbers[-1])

    @property
    def start(self) -> int:
        """Where the first of them begins."""
        return int(self.offsets[0])

    @property
    def end(self) -> int:
        """Past the last of them."""
        return int(self.offsets[-1])

    def cut(self, after: int, until: int) -> tuple[int, int]:
        """The last entry up to a byte, but past another: the next one if there is none between.

        Args:
            after: where the part begins.
            until: where it should end; past ``after``.

        Returns:
            Offset and record number.
        """
        at = max(
            int(np.searchsorted(self.offsets, until, side="right")) - 1,
            int(np.searchsorted(self.offsets, after, side="right")),
        )
        at = min(at, len(self.offsets) - 1)
        return int(self.offsets[at]), int(self.numbers[at])

    @classmethod
    def build(cls, path: Path, framing: Framing, progress: Callable[[int], None] = lambda _: None) -> Self:
        """Read a whole file and put down where its records begin.

        Args:
            path: the file.
            framing: how its records are told apart.
            progress: called now and then with the bytes that are read.

        Raises:
            FramingError: the file does not divide into records.
            OSError: it cannot be read.
        """
        part = whole_file(path, framing)
        grain = max(_FINEST, path.stat().st_size // _ENTRIES)
        offsets, numbers = [part.start], [0]
        end, records = part.start, 0
        with open_part(part, framing, _BATCH, grain) as frames:
            for batch in frames:
                end, records = batch.end, batch.first_record + batch.records
                if batch.cut is not None and batch.cut[0] - offsets[-1] >= max(1, grain // 2):
                    offsets.append(batch.cut[0])
                    numbers.append(batch.first_record + batch.cut[1])
                    progress(end)
                frames.recycle(batch)
        if end > offsets[-1]:
            offsets.append(end)
            numbers.append(records)
        progress(end)
        return cls(np.array(offsets, np.int64), np.array(numbers, np.int64))

    @classmethod
    def load(cls, path: Path, framing: Framing) -> Self | None:
        """The index that is kept beside a file; None where there is none, or it is of another state of the file."""
        try:
            with index_path(path).open("rb") as file, np.load(file, allow_pickle=False) as kept:
                if str(kept["signature"]) != _signature(path, framing):
                    return None
                return cls(kept["offsets"], kept["numbers"])
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile):
            return None  # not there, or not whole; it is made anew, which tells what may be wrong with the file itself

    def save(self, path: Path, framing: Framing) -> bool:
        """Keep the index beside its file.

        Returns:
            Whether that was possible: it is not in a folder that cannot be written to.
        """
        target = index_path(path)
        unfinished = target.with_name(f"{target.name}.{os.getpid()}")
        try:
            with unfinished.open("wb") as file:
                np.savez(file, signature=_signature(path, framing), offsets=self.offsets, numbers=self.numbers)
            unfinished.replace(target)
        except OSError:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            return False
        return True


def index_path(path: Path) -> Path:
    """Where the index of a file is kept: hidden, so that no pattern of input files finds it."""
    return path.with_name(f".{path.name}.mfindex")


def _signature(path: Path, framing: Framing) -> str:
    """What tells a file, in its present state, from any other."""
    with path.open("rb") as file:
        state = os.fstat(file.fileno())
        ends = hashlib.sha256(file.read(_ENDS))
        file.seek(max(0, state.st_size - _ENDS))
        ends.update(file.read(_ENDS))
    return f"{framing} {state.st_size} {state.st_mtime_ns} {ends.hexdigest()}"
