"""The records that a table was decoded from, beside it again."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from mfdecode import DecodedBatch, Decoder
from mfdecode.framing import RawBatch

from .errors import TableError


class Originals:
    """The records of a file, as many at a time as are asked for.

    Args:
        decoder: of them.
        path: the file.
    """

    def __init__(self, decoder: Decoder, path: Path) -> None:
        self._decoder, self._path = decoder, path
        self._records = self._read()
        self._first = 0

    def next(self, count: int) -> DecodedBatch:
        """The next records.

        Raises:
            TableError: there are not so many.
            FramingError: the file does not divide into records.
            OSError: it cannot be read.
        """
        records = list(islice(self._records, count))
        if len(records) < count:
            raise TableError(
                f"{self._path}: there are {self._first + len(records)} records, and more in the table: was the table "
                "decoded from this file?"
            )
        data = np.frombuffer(b"".join(records), np.uint8)
        lengths = np.array([len(record) for record in records], np.int64)
        starts = np.cumsum(lengths) - lengths
        raw = RawBatch(0, 0, self._first, 0, len(data), count, data, starts, lengths, 0, data)
        self._first += count
        return self._decoder.decode_frames(raw)

    def check_end(self) -> None:
        """See that none is left.

        Raises:
            TableError: one is.
        """
        if next(self._records, None) is not None:
            raise TableError(
                f"{self._path}: there are more records than the {self._first} in the table: was the table decoded from "
                "this file, and whole?"
            )

    def _read(self) -> Iterator[bytes]:
        with self._decoder.frames(self._path) as frames:
            for raw in frames:
                yield from (raw.record(i) for i in range(raw.records))
                frames.recycle(raw)
