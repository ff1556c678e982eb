"""A decoded batch: the structured array, a status for each cell, and views of both as columns."""

from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from .arrow import record_batch
from .columns import Column
from .delimited import Misfit
from .framing import RawBatch
from .layout import Cell
from .memory import BatchViews
from .status import FIRST_ERROR, Status


class DecodedBatch:
    """Consecutive records, decoded.

    Attributes:
        layout: of the records.
        array: (records,), structured: members by name, groups nested, OCCURS as sub-arrays.
        status: (records, cells) of ``Status``, cells in the order of ``layout.cells``.
        worst: the greatest status of each cell.
        misfits: lines of format CSV whose columns are too few or too many.
        raw: the bytes; they are there until the batch's buffer is recycled.
    """

    def __init__(self, views: BatchViews, raw: RawBatch, *, delimited: bool = False) -> None:
        self.layout, self.array, self.status = views.layout, views.array, views.status
        self.raw = raw
        self.worst: tuple[int, ...] = ()
        self.misfits: tuple[Misfit, ...] = ()
        self._delimited = delimited
        self._views = views

    def __len__(self) -> int:
        return len(self.array)

    @property
    def record_offsets(self) -> npt.NDArray[np.int64]:
        """Where each record's data begins in the file, in bytes."""
        return self.raw.start + self.raw.starts

    @property
    def columns(self) -> tuple[Column, ...]:
        """One column a cell, over the array's own memory."""
        return self._views.columns

    def errors(self) -> list[tuple[int, Cell, int]]:
        """The cells whose bytes are wrong, or are kept as RAW: (record in the batch, cell, status), by record."""
        return [
            (int(record), self.layout.cells[cell], int(self.status[record, cell]))
            for record, cell in np.argwhere((self.status >= FIRST_ERROR) | (self.status == Status.RAW))
        ]

    def bytes_of(self, record: int, cell: Cell) -> bytes:
        """What a cell was decoded from; of a delimited line all of it.

        Args:
            record: its position in the batch.
            cell: which one.
        """
        content = self.raw.record(record)
        return content if self._delimited else content[cell.offset : cell.offset + cell.field.length]

    def to_arrow(self) -> pa.RecordBatch:
        """The columns for Arrow: utf8, integers or decimal128, floats; null wherever a cell has no value; made once."""
        return self._record_batch

    @cached_property
    def _record_batch(self) -> pa.RecordBatch:
        return record_batch(self.columns)
