"""The rows of a batch that the database takes, and the reasons for the others."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from driver._rows import Rows
from driver.core.records import LoadBatch, Reject, TableColumn, TableRows
from driver.repository.ledger import TableFigures
from mfdecode.int128 import total

from .parameters import BOOKKEEPING, Parameter, Refusal

RecordsAgain = Callable[[int, int, int], Sequence[tuple[int, bytes]]]
"""Offset and bytes of each record of a part between two offsets of its file, read again."""


class AcceptedRows:
    """A batch's rows of one table on their way to the database: at first those that are valid, and it may lose some.

    Args:
        batch: to be loaded.
        table: the rows among it.
        columns: of the table.

    Attributes:
        positions: among the rows of the table, of those that are loaded.
    """

    def __init__(self, batch: LoadBatch, table: TableRows, columns: Sequence[TableColumn]) -> None:
        self._batch, self._table = batch, table
        self._columns = columns
        self._reasons: list[tuple[int, str, str, str]] = []
        self.positions: npt.NDArray[np.int64] = table.valid

    def room(self, rows: Rows | None, parameters: Sequence[Parameter]) -> Rows:
        """Rows that have room for the batch: those that are there, or larger ones.

        Args:
            rows: of an earlier batch.
            parameters: what the fields may hold.
        """
        if rows is not None and rows.capacity >= len(self.positions):
            return rows
        dtypes = [column.values.dtype for column in self._table.columns]
        bookkeeping = [np.dtype(np.int64)] * len(BOOKKEEPING)
        return Rows(
            (*BOOKKEEPING, *(parameter.made_of(dtype) for parameter, dtype in zip(parameters, dtypes, strict=True))),
            (*bookkeeping, *dtypes),
            max(1, len(self.positions)),
        )

    def fill(self, rows: Rows) -> None:
        """Write the accepted rows; those that their columns cannot take are refused on the way."""
        columns = self._bound_columns()
        refusals, fields = rows.fill(columns, self.positions)
        if not refusals.any():
            return
        for row in np.flatnonzero(refusals).tolist():
            refusal = Refusal(int(refusals[row]))
            name = self._columns[int(fields[row]) - len(BOOKKEEPING)].name
            self._reasons.append((int(self.positions[row]), name, refusal.name, refusal.message))
        self.positions = self.positions[refusals == 0]
        rows.fill(columns, self.positions)

    def refuse(self, bad: Sequence[tuple[int, str]], code: str) -> None:
        """Put down rows that the database refuses, and why; ``fill`` leaves them out.

        Args:
            bad: number of the row among those that were filled, and a message.
            code: of the reasons.
        """
        self._reasons += [(int(self.positions[row]), "", code, message) for row, message in bad]
        self.positions = np.delete(self.positions, [row for row, _ in bad])

    def figures(self) -> TableFigures:
        """What the batch brings to the table."""
        return TableFigures.of(self._table, len(self.positions), self.controls())

    def controls(self) -> dict[str, int]:
        """The batch's control totals, without what the refused records would add."""
        refused = [position for position, *_ in self._reasons]
        values = {column.name: column.values for column in self._table.columns}
        return {name: sum_ - total(values[name][refused]) for name, sum_ in self._table.controls.items()}

    def rejects(self, again: RecordsAgain) -> list[Reject]:
        """The refused records as rejects.

        Args:
            again: reads the batch's records again: nobody has kept them.
        """
        if not self._reasons:
            return []
        records = again(self._batch.part, self._batch.start, self._batch.end)
        return [
            Reject(self._batch.first_record + position, offset, field, code, message, raw)
            for row, field, code, message in sorted(self._reasons)
            for position in [int(self._table.positions[row])]
            for offset, raw in [records[position]]
        ]

    def _bound_columns(self) -> list[tuple[npt.NDArray[np.generic], npt.NDArray[np.uint8]]]:
        batch, count = self._batch, len(self._table.positions)
        there = np.zeros(count, np.uint8)
        bookkeeping = (
            np.broadcast_to(np.int64(batch.worker), count),
            np.broadcast_to(np.int64(batch.part), count),
            np.broadcast_to(np.int64(batch.number), count),
            batch.first_record + self._table.positions,
        )
        return [*((values, there) for values in bookkeeping), *((c.values, c.status) for c in self._table.columns)]
