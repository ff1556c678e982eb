"""What a file holds, as a reader takes it: the bytes in order, and some of them again."""

import os
from io import FileIO
from pathlib import Path
from threading import Lock
from typing import Final, Literal, Protocol

import pyarrow as pa

from mfdecode.errors import CompressionError

from .compression import Compression

_CODECS: Final[dict[Compression, Literal["gzip", "bz2", "zstd"]]] = {
    Compression.GZIP: "gzip",
    Compression.BZIP2: "bz2",
    Compression.ZSTD: "zstd",
}
_READ = 256 * 1024
"""Bytes that are taken out of a compressed file at a time."""
_KEPT = 8 << 20
"""Bytes behind the place where a compressed file is read again: batches are not asked for in their order."""


class Content(Protocol):
    """The bytes of a file, those behind its last record left out. Offsets are in what a compressed file holds."""

    @property
    def consumed(self) -> int:
        """Bytes of the file that the reading in order has taken from the disk."""

    def seek(self, offset: int) -> None:
        """Read on from here.

        Raises:
            CompressionError: what a compressed file holds ends before.
        """

    def readinto(self, view: memoryview) -> int:
        """Fill some of the view; return how much, 0 at the end.

        Raises:
            CompressionError: the file is cut short, or damaged.
            OSError: it cannot be read.
        """

    def again(self, start: int, end: int) -> bytes:
        """The bytes between two offsets, fewer where the file ends; from any thread, and beside the reading in order.

        Raises: as ``readinto`` does.
        """

    def close(self) -> None:
        """Close the file."""


class PlainContent:
    """Of a file that is not compressed.

    Args:
        path: the file.
        trailer: bytes behind its last record.

    Raises:
        OSError: it cannot be opened.
    """

    def __init__(self, path: Path, trailer: int) -> None:
        self._file = FileIO(path)
        self._end = os.fstat(self._file.fileno()).st_size - trailer
        self.consumed = 0

    def seek(self, offset: int) -> None:
        """Read on from here."""
        self._file.seek(offset)

    def readinto(self, view: memoryview) -> int:
        """Fill some of the view."""
        count = self._file.readinto(view) or 0
        self.consumed += count
        return count

    def again(self, start: int, end: int) -> bytes:
        """The bytes between two offsets."""
        return os.pread(self._file.fileno(), max(0, min(end, self._end) - start), start)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class MemoryContent:
    """Bytes that are in memory already.

    Args:
        data: all of them.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.consumed = 0

    def seek(self, offset: int) -> None:
        """Read on from here."""
        self.consumed = offset

    def readinto(self, view: memoryview) -> int:
        """Fill some of the view."""
        piece = self.again(self.consumed, self.consumed + len(view))
        view[: len(piece)] = piece
        self.consumed += len(piece)
        return len(piece)

    def again(self, start: int, end: int) -> bytes:
        """The bytes between two offsets."""
        return self._data[start:end]

    def close(self) -> None:
        """Nothing is open."""


class CompressedContent:
    """Of a compressed file, all members or frames of it, in constant memory.

    To read some of it again, it is decompressed a second time up to there, once for all places in ascending order.

    Args:
        path: the file.
        compression: of it.
        trailer: bytes behind its last record.

    Raises:
        OSError: it cannot be opened.
    """

    def __init__(self, path: Path, compression: Compression, trailer: int) -> None:
        self._arguments = path, compression, trailer
        self._stream = _Decompression(*self._arguments)
        self._second: _Decompression | None = None
        self._kept, self._kept_from = bytearray(), 0
        self._lock = Lock()

    @property
    def consumed(self) -> int:
        """Bytes of the compressed file that have been read."""
        return self._stream.consumed

    def seek(self, offset: int) -> None:
        """Read on from here: the bytes before are decompressed and left out."""
        if offset < self._stream.position:
            self._stream.close()
            self._stream = _Decompression(*self._arguments)
        self._stream.skip_to(offset)

    def readinto(self, view: memoryview) -> int:
        """Fill some of the view."""
        return self._stream.readinto(view)

    def again(self, start: int, end: int) -> bytes:
        """The bytes between two offsets."""
        with self._lock:
            if self._second is None or start < self._kept_from:
                if self._second is not None:
                    self._second.close()
                self._second = _Decompression(*self._arguments)
                self._kept, self._kept_from = bytearray(), 0
            piece = memoryview(bytearray(_READ))
            while self._second.position < end and (n := self._second.readinto(piece)):
                self._kept += piece[:n]
                unneeded = min(start, self._second.position - _KEPT) - self._kept_from
                if unneeded > _KEPT:
                    del self._kept[:unneeded]
                    self._kept_from += unneeded
            return bytes(self._kept[start - self._kept_from : max(start, end) - self._kept_from])

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
        if self._second is not None:
            self._second.close()


class Again:
    """A content read in order a second time, beside who reads it first.

    Args:
        content: which stays open.
    """

    def __init__(self, content: Content) -> None:
        self._content = content
        self._position = 0
        self.consumed = 0

    def seek(self, offset: int) -> None:
        """Read on from here."""
        self._position = offset

    def readinto(self, view: memoryview) -> int:
        """Fill some of the view."""
        data = self.again(self._position, self._position + len(view))
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def again(self, start: int, end: int) -> bytes:
        """The bytes between two offsets."""
        return self._content.again(start, end)

    def close(self) -> None:
        """The content stays open."""


class _Decompression:
    """One way through a compressed file.

    Attributes:
        position: bytes that have been handed out.
        consumed: bytes of the file that have been read for them.
    """

    def __init__(self, path: Path, compression: Compression, trailer: int) -> None:
        self._path, self._compression, self._trailer = path, compression, trailer
        self._file = pa.OSFile(str(path), "r")
        self._stream = pa.CompressedInputStream(self._file, _CODECS[compression])
        self._held = bytearray()  # the last bytes so far: they may be the trailer
        self.position = self.consumed = 0

    def readinto(self, view: memoryview) -> int:
        view = view[:_READ]
        if not self._trailer:
            count = self._read(view)
        else:
            piece = memoryview(bytearray(_READ))
            while len(self._held) < self._trailer + len(view) and (n := self._read(piece)):
                self._held += piece[:n]
            count = max(0, min(len(view), len(self._held) - self._trailer))
            view[:count] = self._held[:count]
            del self._held[:count]
        self.position += count
        return count

    def skip_to(self, offset: int) -> None:
        piece = memoryview(bytearray(_READ))
        while self.position < offset:
            if not self.readinto(piece[: offset - self.position]):
                raise CompressionError(
                    f"holds {self.position + len(self._held)} bytes: too few for what should be before and behind its "
                    "records",
                    path=self._path,
                )

    def _read(self, view: memoryview) -> int:
        try:
            count: int = self._stream.readinto(view)
        except OSError as error:
            if error.errno is not None:
                raise
            raise CompressionError(
                f"the {self._compression} stream breaks off or is damaged (read up to byte {self._file.tell()} of the "
                f"file, past byte {self.position + len(self._held)} of what it holds): {error}; was it transferred "
                "whole, and in binary?",
                path=self._path,
            ) from None
        self.consumed = self._file.tell()
        return count

    def close(self) -> None:
        self._stream.close()
        self._file.close()


def content_of(path: Path, compression: Compression, trailer: int) -> Content:
    """Open a file.

    Args:
        path: the file.
        compression: of it.
        trailer: bytes behind its last record.

    Raises:
        OSError: it cannot be opened.
    """
    if compression is Compression.NONE:
        return PlainContent(path, trailer)
    return CompressedContent(path, compression, trailer)
