"""From a record format to the frames that read it."""

from contextlib import closing
from pathlib import Path

from mfdecode.errors import FramingError

from .compression import Compression, compression_of
from .content import Content, content_of
from .fixed import FixedFrames
from .formats import Framing, RecordFormat
from .heading import heading_of
from .model import BatchLimits, Frames, Part
from .part_file import Spare
from .variable import VariableFrames

BATCH_SIZE = 5_000
BATCH_BYTES = 4 << 20


def whole_file(path: Path, framing: Framing) -> Part:
    """A file as the only part of an input, without its header and trailer bytes.

    How much a compressed file holds is not known before it has been read.

    Raises:
        FramingError: it is too short for them.
        OSError: it is not there.
    """
    compression = compression_of(path, framing.compression)
    start = framing.header_bytes
    if framing.record_format is RecordFormat.CSV:
        with closing(content_of(path, compression, framing.trailer_bytes)) as content:
            _, start = heading_of(content, framing)
    if compression is not Compression.NONE:
        return Part(0, path, start, None, compression=compression)
    size = path.stat().st_size
    end = size - framing.trailer_bytes
    if start > end:
        raise FramingError(
            f"the file has {size} bytes: too few for {start} header and {framing.trailer_bytes} trailer bytes",
            path=path,
            offset=size,
            record=0,
        )
    return Part(0, path, start, end)


def open_part(
    part: Part,
    framing: Framing,
    batch_size: int = BATCH_SIZE,
    batch_bytes: int = BATCH_BYTES,
    spare: Spare | None = None,
    content: Content | None = None,
) -> Frames:
    """Open a part of an input as batches of records.

    Args:
        part: what to read.
        framing: how its records are told apart.
        batch_size: records of a batch, at most.
        batch_bytes: bytes of a batch, at most, unless one record is longer.
        spare: buffers, shared with the input's other parts.
        content: of the part's file, if it is open.

    Raises:
        OSError: the file cannot be opened.
    """
    spare = Spare() if spare is None else spare
    frames = FixedFrames if framing.record_format.is_fixed else VariableFrames
    return frames(part, framing, batch_size, batch_bytes, spare, content)


def batch_limits(framing: Framing, batch_size: int, batch_bytes: int) -> BatchLimits:
    """What the batches of a file do not pass; the arguments are those of ``open_part``."""
    frames = FixedFrames if framing.record_format.is_fixed else VariableFrames
    return frames.limits(framing, batch_size, batch_bytes)


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
    return open_part(whole_file(path, framing), framing, batch_size, batch_bytes)
