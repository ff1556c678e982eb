"""The beginning of a file, decompressed."""

from pathlib import Path

from mfdecode.framing import Compression, compression_of, content_of

from .model import Sample

MOST = 4 << 20
"""Bytes that are looked at."""


def take_sample(path: Path, most: int = MOST) -> Sample:
    """Read the beginning of a file.

    Args:
        path: the file.
        most: bytes, as they are when decompressed.

    Raises:
        CompressionError: it is compressed, and damaged.
        OSError: it cannot be read.
    """
    compression = compression_of(path)
    content = content_of(path, compression, 0)
    try:
        data = content.again(0, most + 1)
    finally:
        content.close()
    size = path.stat().st_size if compression is Compression.NONE else None
    if len(data) <= most:
        size = len(data)
    return Sample(path, data[:most], size, compression)
