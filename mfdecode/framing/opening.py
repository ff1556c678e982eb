"""From a record format to the frames that read it."""

from pathlib import Path

from .fixed import FixedFrames
from .model import BatchLimits, Frames, Framing, Part, RecordFormat
from .part_file import Spare
from .variable import VariableFrames

BATCH_SIZE = 5_000
BATCH_BYTES = 4 << 20


def whole_file(path: Path) -> Part:
    """A file as the only part of an input.

    Raises:
        OSError: it is not there.
    """
    return Part(0, path, 0, path.stat().st_size)


def open_part(
    part: Part,
    framing: Framing,
    batch_size: int = BATCH_SIZE,
    batch_bytes: int = BATCH_BYTES,
    spare: Spare | None = None,
) -> Frames:
    """Open a part of an input as batches of records.

    Args:
        part: what to read.
        framing: how its records are told apart.
        batch_size: records of a batch, at most.
        batch_bytes: bytes of a batch, at most, unless one record is longer.
        spare: buffers, shared with the input's other parts.

    Raises:
        OSError: the file cannot be opened.
    """
    spare = Spare() if spare is None else spare
    match framing.record_format:
        case RecordFormat.F:
            return FixedFrames(part, framing.record_length, batch_size, batch_bytes, spare)
        case RecordFormat.V:
            return VariableFrames(part, batch_size, batch_bytes, spare, rdw_inclusive=framing.rdw_inclusive)


def batch_limits(framing: Framing, batch_size: int, batch_bytes: int) -> BatchLimits:
    """What the batches of a file do not pass; the arguments are those of ``open_part``."""
    match framing.record_format:
        case RecordFormat.F:
            return FixedFrames.limits(framing.record_length, batch_size, batch_bytes)
        case RecordFormat.V:
            return VariableFrames.limits(batch_size, batch_bytes)


def open_frames(
    path: Path,
    record_format: RecordFormat,
    record_length: int,
    batch_size: int = BATCH_SIZE,
    batch_bytes: int = BATCH_BYTES,
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
    framing = Framing(record_format, record_length, rdw_inclusive)
    return open_part(whole_file(path), framing, batch_size, batch_bytes)
