"""A large file split into pieces that each hold whole records, in constant memory."""

import errno
import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from mfdecode.errors import FramingError, LayoutError
from mfdecode.framing import Boundaries, Framing, Part, find_boundaries, pieces_of_file, read_boundaries, require_ranges

_AT_ONCE = 64 << 20
"""Bytes that the kernel is asked to copy at a time."""
_BUFFER = 1 << 20
_NO_COPY_FILE_RANGE = {errno.ENOSYS, errno.EXDEV, errno.EOPNOTSUPP, errno.EINVAL}
"""What it says between two file systems, or where one of them cannot do it."""


class SplitStage(StrEnum):
    """What a split is at."""

    FIND = "find records"
    COPY = "copy"
    CHECK = "check"


class SplitProgress(Protocol):
    """Is told how far a split has come."""

    def __call__(self, stage: SplitStage, done: int, total: int, /) -> None:
        """Take note.

        Args:
            stage: of the split.
            done: bytes of the file that the stage is through with.
            total: bytes of the file.
        """


def split_file(
    path: Path, framing: Framing, folder: Path, size: int, progress: SplitProgress = lambda stage, done, total: None
) -> list[Part]:
    """Split a file into pieces NAME.part0000.SUFFIX, whose names sort in the order of the records.

    The pieces get their names when all of them are written and checked; those of an earlier split of the same file
    are replaced.

    Args:
        path: the file.
        framing: how its records are told apart.
        folder: where the pieces go; made if it is not there.
        size: bytes of a piece, at most, unless one record is longer.
        progress: told now and then.

    Returns:
        The pieces, as the parts of an input.

    Raises:
        FramingError: the file does not divide into records, or has changed meanwhile.
        CompressionError: the file is compressed.
        LayoutError: the file has header or trailer bytes, which its pieces would not have.
        OSError: it cannot be read, or a piece cannot be written.
    """
    if framing.header_bytes or framing.trailer_bytes:
        raise LayoutError("a file with header or trailer bytes is not split: let several readers read its ranges")
    require_ranges(path, framing)
    total = path.stat().st_size
    boundaries = find_boundaries(path, framing, lambda done: progress(SplitStage.FIND, done, total))
    pieces = pieces_of_file(path, boundaries, size)
    folder.mkdir(parents=True, exist_ok=True)
    width = max(4, len(str(len(pieces))))
    names = [folder / f"{path.stem}.part{piece.number:0{width}d}{path.suffix}" for piece in pieces]
    unfinished = [name.with_name(f".{name.name}.{os.getpid()}") for name in names]
    with ExitStack() as undo:
        for piece, file in zip(pieces, unfinished, strict=True):
            undo.callback(file.unlink, missing_ok=True)
            _copy(piece, file, total, progress)
        checked = [
            _check(piece, file, framing, total, progress) for piece, file in zip(pieces, unfinished, strict=True)
        ]
        _check_sizes(path, unfinished, total, boundaries.records)
        for earlier in _earlier_pieces(path, folder):
            earlier.unlink()
        for file, name, found in zip(unfinished, names, checked, strict=True):
            file.replace(name)
            found.save(name, framing)
    return [
        replace(
            piece, path=name, start=0, end=_end(piece) - piece.start, first_record=0, records_before=piece.first_record
        )
        for piece, name in zip(pieces, names, strict=True)
    ]


def _end(piece: Part) -> int:
    assert piece.end is not None  # noqa: S101 - the file is not compressed
    return piece.end


def _copy(piece: Part, file: Path, total: int, progress: SplitProgress) -> None:
    with piece.path.open("rb") as source, file.open("xb") as target:
        at, end = piece.start, _end(piece)
        while at < end:
            try:
                at += _copy_some(source.fileno(), target.fileno(), at, min(_AT_ONCE, end - at))
            except OSError as error:
                raise OSError(error.errno, error.strerror, str(file)) from error
            progress(SplitStage.COPY, at, total)
        # A piece that a power failure leaves empty would pass for one without records.
        os.fsync(target.fileno())


def _copy_some(source: int, target: int, offset: int, count: int) -> int:
    """Copy some bytes, within the kernel where it can; return how many."""
    if hasattr(os, "copy_file_range"):
        try:
            if copied := os.copy_file_range(source, target, count, offset):
                return copied
        except OSError as error:
            if error.errno not in _NO_COPY_FILE_RANGE:
                raise
    data = os.pread(source, min(count, _BUFFER), offset)
    if not data:
        raise OSError(errno.EIO, "the file that is split has become shorter")
    return os.write(target, data)


def _check(piece: Part, file: Path, framing: Framing, total: int, progress: SplitProgress) -> Boundaries:
    """See whether a piece divides into the records that it should have."""
    found = read_boundaries(file, framing)
    if found.records != piece.records:
        raise _changed(piece.path, piece.start, piece.first_record)
    progress(SplitStage.CHECK, _end(piece), total)
    return found


def _check_sizes(path: Path, files: Sequence[Path], total: int, records: int) -> None:
    """See whether the pieces add up to the file, and the file is as it was."""
    if sum(file.stat().st_size for file in files) != total or path.stat().st_size != total:
        raise _changed(path, total, records)


def _changed(path: Path, offset: int, record: int) -> FramingError:
    return FramingError(
        "the piece that was copied from here is not what was read before; has the file changed while it was split?",
        path=path,
        offset=offset,
        record=record,
    )


def _earlier_pieces(path: Path, folder: Path) -> list[Path]:
    """What an earlier split of the same file has left."""
    begin, end = f"{path.stem}.part", path.suffix
    return [
        file
        for file in folder.iterdir()
        if file.name.startswith(begin)
        and file.name.endswith(end)
        and file.name[len(begin) : len(file.name) - len(end)].isdecimal()
    ]
