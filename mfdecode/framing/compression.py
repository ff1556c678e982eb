"""Files that are compressed as a whole, and how they are told from others."""

from enum import StrEnum
from pathlib import Path

_GZIP, _BZIP2, _ZSTD = b"\x1f\x8b\x08", b"BZh", b"\x28\xb5\x2f\xfd"
_BZIP2_BLOCKS = (b"\x31\x41\x59\x26\x53\x59", b"\x17\x72\x45\x38\x50\x90")
"""Behind the level: the first block, or the end of a file that holds nothing."""
_ZSTD_SKIPPABLE = b"\x2a\x4d\x18"
_LONGEST = 10


class Compression(StrEnum):
    """Of a file: RFC 1952, bzip2, RFC 8878; or what its first bytes show."""

    AUTO = "auto"
    NONE = "none"
    GZIP = "gzip"
    BZIP2 = "bzip2"
    ZSTD = "zstd"


def compression_of(path: Path, wanted: Compression = Compression.AUTO) -> Compression:
    """The compression of a file, never AUTO.

    Args:
        path: the file; a pipe or a device is not looked into.
        wanted: AUTO goes by the first bytes, anything else is the answer.

    Raises:
        OSError: it cannot be read.
    """
    if wanted is not Compression.AUTO:
        return wanted
    if path.exists() and not path.is_file():
        return Compression.NONE
    with path.open("rb") as file:
        return _shown(file.read(_LONGEST))


def _shown(head: bytes) -> Compression:
    if head.startswith(_GZIP):
        return Compression.GZIP
    if head.startswith(_BZIP2) and head[3:4].isdigit() and head[4:].startswith(_BZIP2_BLOCKS):
        return Compression.BZIP2
    skippable = head[:1] and head[0] & 0xF0 == 0x50 and head[1:].startswith(_ZSTD_SKIPPABLE)
    return Compression.ZSTD if head.startswith(_ZSTD) or skippable else Compression.NONE
