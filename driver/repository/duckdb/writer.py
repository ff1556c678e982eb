"""A writer thread's connection: staging by Arrow, a few whole batches a transaction."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import duckdb
import numpy as np
import pyarrow as pa

from driver.core.records import LoadBatch, LoadTable, Rejects, TableRows
from driver.repository.dialect import quoted
from driver.repository.errors import LedgerConflict
from driver.repository.ledger import TableFigures, as_json
from mfdecode.arrow import record_batch

from .errors import roll_back, translated

INSERT_BYTES = 4 * 1000**2
"""Of Arrow data in one INSERT, about: it has a price of its own, and what waits for it takes memory."""

_OF_CAUSE = ("field", "code", "message")


class DuckDbWriter:
    """A writer thread's connection.

    Args:
        connection: its own.
        run_id: of the run.
        file_of: the file of a part of the input, for the rejects.
        tables: of each record type.
        most_rows: of a transaction, if it has more than one batch.
        most_bytes: the same, of Arrow data.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        run_id: str,
        file_of: Callable[[int], str],
        tables: Sequence[LoadTable],
        *,
        most_rows: int,
        most_bytes: int,
    ) -> None:
        self._connection = connection
        self._most_rows, self._most_bytes = most_rows, most_bytes
        self._run_id, self._file_of = run_id, file_of
        self._tables = tuple(tables)
        self._inserts = tuple(map(_insert, tables))
        self._begun = False
        self._rows = self._bytes = self._waiting_bytes = 0
        self._waiting: tuple[list[pa.RecordBatch], ...] = tuple([] for _ in tables)

    def load(self, batch: LoadBatch) -> int:
        """Ledger row, rows and rejects in one transaction, which may have those of other batches too.

        It is committed before it grows large, and when the writer is closed.

        Returns:
            How many records of the batch were rejected before.

        Raises:
            LedgerConflict: the batch is loaded already.
            TargetUnavailable: the database cannot take it now.
            TargetRefused: the database does not take it.
        """
        with self._transaction(batch.name):
            staged = [_staged(batch, rows) for rows in batch.tables]
            rejects = _reject_rows(batch.rejects)
            size = sum(rows.get_total_buffer_size() for rows in (*staged, rejects))
            count = batch.valid + rejects.num_rows
            if self._rows + count > self._most_rows or self._bytes + size > self._most_bytes:
                self._commit()
            if not self._begun:
                self._connection.execute("BEGIN TRANSACTION")
                self._begun = True
            self._insert_ledger(batch)
            for waiting, rows in zip(self._waiting, staged, strict=True):
                waiting.append(rows)
            self._rows += count
            self._bytes += size
            self._waiting_bytes += size - rejects.get_total_buffer_size()
            if self._waiting_bytes >= INSERT_BYTES:
                self._insert_rows()
            if rejects.num_rows:
                self._insert_rejects(rejects, self._file_of(batch.part))
        return batch.rejected

    def close(self) -> None:
        """Commit what is loaded, and give the connection back.

        Raises:
            TargetUnavailable: the database cannot take it now; it has nothing of the last transaction.
            TargetRefused: the database does not take it; the same.
        """
        try:
            with self._transaction("the last batches"):
                self._commit()
        finally:
            self._connection.close()

    @contextmanager
    def _transaction(self, what: str) -> Iterator[None]:
        """After an error, nothing is left of the transaction."""
        with translated(what):
            try:
                yield
            except BaseException:
                if self._begun:
                    self._forget()
                    roll_back(self._connection)
                raise

    def _commit(self) -> None:
        if self._begun:
            self._insert_rows()
            self._connection.execute("COMMIT")
            self._forget()

    def _forget(self) -> None:
        self._begun = False
        self._rows = self._bytes = self._waiting_bytes = 0
        for waiting in self._waiting:
            waiting.clear()

    def _insert_ledger(self, batch: LoadBatch) -> None:
        try:
            self._connection.execute(
                "INSERT INTO MF_LEDGER VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    self._run_id,
                    batch.part,
                    batch.number,
                    batch.worker,
                    batch.start,
                    batch.end,
                    batch.first_record,
                    batch.records,
                    batch.valid,
                    batch.rejected,
                    as_json(
                        (table, TableFigures.of(rows, len(rows.valid), rows.controls))
                        for table, rows in zip(self._tables, batch.tables, strict=True)
                    ),
                    batch.checksum,
                    batch.block_left,
                    batch.gap_left,
                ],
            )
        except duckdb.ConstraintException:
            raise LedgerConflict(self._run_id, batch.part, batch.number) from None

    def _insert_rows(self) -> None:
        for insert, waiting in zip(self._inserts, self._waiting, strict=True):
            if waiting:
                with self._registered("mf_rows", pa.Table.from_batches(waiting)):
                    self._connection.execute(insert, [self._run_id])
                waiting.clear()
        self._waiting_bytes = 0

    def _insert_rejects(self, rows: pa.RecordBatch, file: str) -> None:
        with self._registered("mf_rejects", rows):
            self._connection.execute("INSERT INTO MF_REJECT SELECT ?, ?, * FROM mf_rejects", [self._run_id, file])

    @contextmanager
    def _registered(self, name: str, rows: pa.RecordBatch | pa.Table) -> Iterator[None]:
        # Not let go of after an error: in a transaction that has failed that is an error too, and would hide the first.
        self._connection.register(name, rows)
        yield
        self._connection.unregister(name)


def _insert(table: LoadTable) -> str:
    names = ", ".join(quoted(column.name) for column in table.columns)
    return (
        f"INSERT INTO {quoted(table.staging)} SELECT ?, mf_worker, mf_part, mf_batch, mf_record, {names} FROM mf_rows"
    )


def _reject_rows(rejects: Rejects) -> pa.RecordBatch:
    """Rejects as MF_REJECT has them, but for their run and file; what is repeated is there once."""
    which, places = rejects.which.astype(np.int32), rejects.places.astype(np.int32)
    causes = [pa.array([getattr(cause, name) for cause in rejects.causes], pa.string()) for name in _OF_CAUSE]
    return pa.RecordBatch.from_arrays(
        [
            pa.array(rejects.records[rejects.places]),
            pa.array(rejects.offsets[rejects.places]),
            *(pa.DictionaryArray.from_arrays(which, texts) for texts in causes),
            pa.DictionaryArray.from_arrays(places, pa.array(rejects.raws, pa.binary())),
        ],
        names=["record", "offset", *_OF_CAUSE, "raw"],
    )


def _staged(batch: LoadBatch, rows: TableRows) -> pa.RecordBatch:
    """The batch's rows of a table as they are staged, but for their run."""
    staged = record_batch(rows.columns, rows.valid)
    count = len(rows.valid)
    own = {
        "mf_worker": pa.array(np.full(count, batch.worker, np.int32)),
        "mf_part": pa.array(np.full(count, batch.part, np.int32)),
        "mf_batch": pa.array(np.full(count, batch.number, np.int64)),
        "mf_record": pa.array(batch.first_record + rows.positions[rows.valid]),
    }
    return pa.RecordBatch.from_arrays([*own.values(), *staged.columns], names=[*own, *staged.schema.names])
