"""The memory of decoded batches, and how it is seen: as a structured array, as statuses, and as columns."""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from .columns import Column, ColumnType
from .framing import Bytes
from .layout import Cell, Layout


class BatchViews:
    """The rows of so many records in a memory, then a status for each of their cells.

    Args:
        layout: of the records.
        types: of its cells.
        dtype: of a row.
        records: how many.
        content: contiguous, with room for all of it.

    Attributes:
        array: (records,), structured.
        rows: (records, bytes of a row), the same memory.
        status: (records, cells).
    """

    def __init__(
        self, layout: Layout, types: tuple[ColumnType, ...], dtype: np.dtype[np.void], records: int, content: Bytes
    ) -> None:
        self.layout, self.types = layout, types
        self.array: npt.NDArray[np.void] = np.ndarray(records, dtype, content)
        self.rows: Bytes = np.ndarray((records, dtype.itemsize), np.uint8, content)
        self.status: Bytes = np.ndarray((len(layout.cells), records), np.uint8, content, self.array.nbytes).T

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """One column a cell."""
        return tuple(
            Column(cell.column, type_, values_of(self.array, cell), self.status[:, j])
            for j, (cell, type_) in enumerate(zip(self.layout.cells, self.types, strict=True))
        )


class BatchMemory:
    """Memory that batches are decoded into, one after the other.

    Its views are kept: batches are of one size, but for the last of a file, and making the views takes longer than
    anything else that is done to a batch under the GIL.

    Args:
        content: contiguous.
    """

    def __init__(self, content: Bytes) -> None:
        self.content = content
        self._views: BatchViews | None = None

    def __len__(self) -> int:
        return len(self.content)

    def views(
        self, layout: Layout, types: tuple[ColumnType, ...], dtype: np.dtype[np.void], records: int
    ) -> BatchViews:
        """It as so many records of a decoder's layout; the arguments are those of ``BatchViews``."""
        views = self._views
        if views is None or views.types is not types or len(views.array) != records:
            views = self._views = BatchViews(layout, types, dtype, records, self.content)
        return views


def values_of(array: npt.NDArray[np.void], cell: Cell) -> npt.NDArray[np.generic]:
    """The values of one cell of every record, a view."""
    values = array
    index = iter(cell.index)
    for member in cell.field.path:
        values = values[member]
        if values.ndim > 1:
            values = values[:, next(index)]
    return values
