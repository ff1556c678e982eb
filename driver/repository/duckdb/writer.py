"""A writer thread's connection: staging by Arrow, a few whole batches a transaction."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from driver.core.records import LoadBatch, LoadTable
from driver.repository.dialect import quoted
from driver.repository.errors import LedgerConflict

from .errors import roll_back, translated
from .rows import ledger_rows, reject_rows, staged_rows

INSERT_BYTES = 8 * 1000**2
"""Of Arrow data in one INSERT, about: it has a price of its own, and what waits for it takes memory."""

_NOW = "make_timestamp(epoch_us(now()))"
"""In UTC; a cast would take it into the time zone of the session."""
_INTO_LEDGER = "INSERT INTO MF_LEDGER SELECT ?, * FROM mf_rows"
_INTO_REJECTS = "INSERT INTO MF_REJECT SELECT ?, * FROM mf_rows"


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
        # The ledger first: a batch that is loaded already fails before any of its rows.
        self._statements = (_INTO_LEDGER, *map(_into_staging, tables), _INTO_REJECTS)
        self._waiting: tuple[list[pa.RecordBatch], ...] = tuple([] for _ in self._statements)
        self._begun = False
        self._rows = self._bytes = self._waiting_bytes = 0

    def load(self, batch: LoadBatch) -> int:
        """Ledger row, rows and rejects in one transaction, which may have those of other batches too.

        What a batch brings waits until it is worth an INSERT, and the transaction is committed before it grows large:
        an error may come with a later batch, or from ``close``.

        Returns:
            How many records of the batch were rejected before.

        Raises:
            LedgerConflict: a batch is loaded already.
            TargetUnavailable: the database cannot take it now.
            TargetRefused: the database does not take it.
        """
        with self._transaction(batch.name):
            staged = [staged_rows(batch, rows) for rows in batch.tables]
            rejects = reject_rows(batch.rejects, self._file_of(batch.part))
            brought = (ledger_rows(batch, self._tables), *staged, rejects)
            size = sum(rows.get_total_buffer_size() for rows in brought)
            count = batch.valid + rejects.num_rows
            if self._rows + count > self._most_rows or self._bytes + size > self._most_bytes:
                self._commit()
            for waiting, rows in zip(self._waiting, brought, strict=True):
                waiting.append(rows)
            self._rows += count
            self._bytes += size
            self._waiting_bytes += size
            if self._waiting_bytes >= INSERT_BYTES:
                self._insert()
        return batch.rejected

    def close(self) -> None:
        """Commit what is loaded, and give the connection back.

        Raises:
            LedgerConflict: a batch is loaded already; the database has nothing of the last transaction.
            TargetUnavailable: the database cannot take it now; the same.
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
            except duckdb.ConstraintException:
                batches = [row for rows in self._waiting[0] for row in rows.select(["PART", "BATCH_NO"]).to_pylist()]
                self._undo()
                for batch in batches:
                    self._require_new(batch["PART"], batch["BATCH_NO"])
                raise
            except BaseException:
                self._undo()
                raise

    def _require_new(self, part: int, number: int) -> None:
        found = "SELECT 1 FROM MF_LEDGER WHERE RUN_ID = ? AND PART = ? AND BATCH_NO = ?"
        if self._connection.execute(found, [self._run_id, part, number]).fetchone():
            raise LedgerConflict(self._run_id, part, number)

    def _commit(self) -> None:
        self._insert()
        if self._begun:
            self._connection.execute("COMMIT")
        self._forget()

    def _undo(self) -> None:
        if self._begun:
            roll_back(self._connection)
        self._forget()

    def _forget(self) -> None:
        self._begun = False
        self._rows = self._bytes = 0
        self._clear()

    def _clear(self) -> None:
        self._waiting_bytes = 0
        for waiting in self._waiting:
            waiting.clear()

    def _insert(self) -> None:
        """What waits."""
        if not self._begun and self._waiting_bytes:
            self._connection.execute("BEGIN TRANSACTION")
            self._begun = True
        for statement, waiting in zip(self._statements, self._waiting, strict=True):
            if any(rows.num_rows for rows in waiting):
                # Not a table: of that DuckDB makes a data set, whose scanner reads ahead in threads of its own.
                self._connection.register("mf_rows", pa.RecordBatchReader.from_batches(waiting[0].schema, waiting))
                self._connection.execute(statement, [self._run_id])
                # After an error it stays: in a failed transaction that would be an error too, and hide the first.
                self._connection.unregister("mf_rows")
        self._clear()


def _into_staging(table: LoadTable) -> str:
    names = ", ".join(quoted(column.name) for column in table.columns)
    return (
        f"INSERT INTO {quoted(table.staging)} "
        f"SELECT mf_worker, mf_part, mf_batch, mf_record, {names}, ?, {_NOW} FROM mf_rows"
    )
