"""The MERGE of a run, table by table and range by range; what was committed of it is not done again."""

import os
from contextlib import suppress
from dataclasses import astuple

import duckdb
import structlog

from driver.core.records import LoadTable, TableColumn
from driver.repository.counts import MergeCounts
from driver.repository.dialect import quoted

from .merge import MergeStatements
from .moving import Moving, NotMovable
from .statements import one, transaction
from .storage import ROW_GROUP

_MERGE_SHARE = 4
"""One part in so many of DuckDB's memory is what the rows of one MERGE may take, as they are in staging."""
_INDEX_SHARE = 8
"""The same of what an index may take before it is written."""
_INSERT_FACTOR = 4
"""So many times the rows of a MERGE go into one INSERT."""
_STREAMED_FACTOR = 16
"""The same where row groups are written as the INSERT goes on: each thread has room for one."""


class Merging:
    """Of one table.

    Args:
        connection: to the database.
        run_id: of the run.
        table: whose rows are merged.
        memory: bytes that DuckDB may use.
        keep_staged: staging keeps its rows.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        run_id: str,
        table: LoadTable,
        memory: int,
        *,
        keep_staged: bool,
    ) -> None:
        self._connection, self._run_id, self._table = connection, run_id, table
        self._memory, self._width = memory, sum(map(_width, table.columns))
        self._keep_staged = keep_staged
        self._moving = Moving(connection, run_id, table)
        self._statements = MergeStatements(
            table.staging, table.final, [column.name for column in table.columns], table.key
        )

    def merge(self) -> None:
        """Merge what is not merged yet."""
        (first,) = self._recorded("MERGED_RECORDS")
        last = f"SELECT coalesce(max(RECORD_NO) + 1, 0) FROM {quoted(self._table.staging)} WHERE RUN_ID = ?"
        (end,) = one(self._connection, last, [self._run_id])
        threads = os.cpu_count() or 1
        self._connection.execute(f"SET threads = {threads}")
        if first < end:
            self._connection.execute(self._statements.superseded, [self._run_id, self._run_id])
            moved = not first and not self._keep_staged and self._moved(end)
            if not moved:
                self._merge_ranges(first, end, threads)
        else:
            moved = first > end  # by a process that may not have come to the key
        if moved:
            self._add_key()

    def _merge_ranges(self, first: int, end: int, threads: int) -> None:
        (there,) = one(self._connection, self._statements.count_there, [self._run_id, first, end - 1])
        step = self._records_at_a_time(threads, all_new=not there)
        for record in range(first, end, step):
            self._merge_range(record, min(record + step, end), all_new=not there)
            self._write_index()

    def merged(self) -> MergeCounts:
        """What has been done so far."""
        return MergeCounts(*self._recorded("INSERTED, UPDATED, UNCHANGED, SUPERSEDED"))

    def _records_at_a_time(self, threads: int, *, all_new: bool) -> int:
        merged = max(1, self._memory // _MERGE_SHARE // self._width)
        if not all_new:
            return merged
        streamed = threads * ROW_GROUP * self._width <= self._memory
        return merged * (_STREAMED_FACTOR if streamed else _INSERT_FACTOR)

    def _recorded(self, columns: str) -> tuple[int, ...]:
        """Integers of MF_RUN_TABLE."""
        sql = f"SELECT {columns} FROM MF_RUN_TABLE WHERE RUN_ID = ? AND STAGING = ?"
        return one(self._connection, sql, [self._run_id, self._table.staging])

    def _moved(self, end: int) -> bool:
        """Whether staging could become the final table."""
        if not self._moving.possible:
            return False
        with suppress(NotMovable), transaction(self._connection):
            (superseded,) = one(self._connection, self._statements.drop_superseded)
            rows = self._moving.move()
            self._record(end, MergeCounts(rows, 0, 0, superseded))
            return True
        return False

    def _add_key(self) -> None:
        """Give a final table that was staging its primary key; in half of the memory, so that later runs can use it."""
        try:
            self._connection.execute(f"SET memory_limit = '{self._memory // 2}B'")
            self._moving.add_key()
        except duckdb.OutOfMemoryException:
            structlog.get_logger().warning(
                "final_without_key",
                table=self._table.final,
                message="the index of its primary key would not fit into half of target.memory; MERGE needs none",
            )
        finally:
            self._connection.execute(f"SET memory_limit = '{self._memory}B'")

    def _write_index(self) -> None:
        """The pages of an index that have changed stay in memory until a checkpoint."""
        (size,) = one(self._connection, "SELECT sum(memory_usage_bytes) FROM duckdb_memory() WHERE tag = 'ART_INDEX'")
        if size > self._memory // _INDEX_SHARE:
            self._connection.execute("CHECKPOINT")

    def _merge_range(self, first: int, end: int, *, all_new: bool) -> None:
        connection, statements = self._connection, self._statements
        within = [self._run_id, first, end - 1]
        with transaction(connection):
            (superseded,) = one(connection, statements.count_superseded, within[1:])
            if all_new:
                there = changed = 0
                (new,) = one(connection, statements.insert, within)
            else:
                (winning,) = one(connection, statements.count, within)
                (there,) = one(connection, statements.count_there, within)
                (changed,) = one(connection, statements.update, within) if there else (0,)
                # Not asked for nothing: to find a key that is not there, all of final is read.
                (new,) = one(connection, statements.insert_new, within) if winning > there else (0,)
            self._record(end, MergeCounts(new, changed, there - changed, superseded))

    def _record(self, end: int, more: MergeCounts) -> None:
        """Record in the transaction what it does.

        Args:
            end: all records before this one are merged.
            more: what was done with those that were not before.
        """
        self._connection.execute(
            "UPDATE MF_RUN_TABLE SET MERGED_RECORDS = ?, INSERTED = INSERTED + ?, UPDATED = UPDATED + ?, "
            "UNCHANGED = UNCHANGED + ?, SUPERSEDED = SUPERSEDED + ? WHERE RUN_ID = ? AND STAGING = ?",
            [end, *astuple(more), self._run_id, self._table.staging],
        )


def _width(column: TableColumn) -> int:
    """Bytes that a value takes, about."""
    return 16 + column.type.length
