"""The MERGE of a run, table by table and range by range; what was committed of it is not done again."""

import os
from datetime import UTC, datetime

import duckdb

from driver.core.records import LoadTable, TableColumn
from driver.repository.counts import MergeCounts
from driver.repository.dialect import quoted

from .merge import MergeStatements
from .statements import naive, one, transaction
from .storage import ROW_GROUP

_MERGE_SHARE = 4
"""One part in so many of DuckDB's memory is what the rows of one MERGE may take, as they are in staging."""
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
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, run_id: str, table: LoadTable, memory: int) -> None:
        self._connection, self._run_id, self._table = connection, run_id, table
        self._memory, self._width = memory, sum(map(_width, table.columns))
        self._statements = MergeStatements(
            table.staging, table.final, [column.name for column in table.columns], table.key
        )

    def merge(self) -> None:
        """Merge what is not merged yet."""
        (first,) = self._recorded("MERGED_RECORDS")
        last = f"SELECT coalesce(max(RECORD_NO) + 1, 0) FROM {quoted(self._table.staging)} WHERE RUN_ID = ?"
        (end,) = one(self._connection, last, [self._run_id])
        if first >= end:
            return
        threads = os.cpu_count() or 1
        self._connection.execute(f"SET threads = {threads}")
        self._connection.execute(self._statements.superseded, [self._run_id, self._run_id])
        (there,) = one(self._connection, self._statements.count_there, [self._run_id, first, end - 1])
        step = self._records_at_a_time(threads, all_new=not there)
        for record in range(first, end, step):
            self._merge_range(record, min(record + step, end), all_new=not there)

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

    def _merge_range(self, first: int, end: int, *, all_new: bool) -> None:
        connection, statements = self._connection, self._statements
        within = [self._run_id, first, end - 1]
        loaded = [self._run_id, naive(datetime.now(UTC))]
        with transaction(connection):
            (superseded,) = one(connection, statements.count_superseded, within[1:])
            if all_new:
                there = changed = 0
                (new,) = one(connection, statements.insert, [*loaded, *within])
            else:
                (there,) = one(connection, statements.count_there, within)
                (changed,) = one(connection, statements.update, [*loaded, *within])
                (new,) = one(connection, statements.insert_new, [*loaded, *within])
            connection.execute(
                "UPDATE MF_RUN_TABLE SET MERGED_RECORDS = ?, INSERTED = INSERTED + ?, UPDATED = UPDATED + ?, "
                "UNCHANGED = UNCHANGED + ?, SUPERSEDED = SUPERSEDED + ? WHERE RUN_ID = ? AND STAGING = ?",
                [end, new, changed, there - changed, superseded, self._run_id, self._table.staging],
            )


def _width(column: TableColumn) -> int:
    """Bytes that a value takes, about."""
    return 16 + column.type.length
