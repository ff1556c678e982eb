"""A database file of DuckDB as the target of a run."""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from driver.core.records import KEPT, LoadTable, Reject, TableColumn
from driver.repository.dialect import DUCKDB, quoted
from driver.repository.errors import TargetRefused
from driver.repository.ledger import TableFigures, added_up
from driver.repository.schema import (
    Table,
    final_table,
    ledger_table,
    reject_table,
    run_table,
    run_table_table,
    staging_table,
)
from driver.repository.target import LoadCounts, MergeCounts, PartCounts, RunRecord, RunState, TableCounts

from .errors import translated
from .merge import MergeStatements
from .writer import DuckDbWriter

_MERGE_SHARE = 4
"""One part in so many of DuckDB's memory is what the rows of one MERGE may take, as they are in staging."""
_INSERT_FACTOR = 4
"""So many times the rows of a MERGE go into one INSERT: row groups that it fills are written as it goes on."""
_TRANSACTION_SHARE = 4
"""One part in so many of DuckDB's memory is what the rows of one may take, wide ones filling no row group; and those of
all writers together twice that: more does not stay within DuckDB's memory."""
_CHECKPOINT = "256MB"
"""Of write-ahead log: writers wait for every checkpoint."""
_FETCH = 1_000


class DuckDbTarget:
    """One database file.

    Args:
        database: made if it is not there, and its folder too.
        memory: bytes that DuckDB may use.
        writers: that there will be, at most.
        commit_rows: rows of one of their transactions, at most.

    Raises:
        TargetUnavailable: the file cannot be opened, or another process has it open.
    """

    def __init__(self, database: Path, *, memory: int, writers: int, commit_rows: int) -> None:
        self._database = database
        self._memory = memory
        self._commit_rows, self._commit_bytes = commit_rows, commit_bytes(memory, writers)
        self._tables: tuple[LoadTable, ...] = ()
        self._run_id = ""
        self._files: tuple[str, ...] = ()
        with translated(f"the database {database}"):
            database.parent.mkdir(parents=True, exist_ok=True)
            self._connection = duckdb.connect(
                str(database),
                config={
                    "memory_limit": f"{memory}B",
                    "preserve_insertion_order": "false",
                    "checkpoint_threshold": _CHECKPOINT,
                    "threads": 1,  # an insert is too small to be shared; the writers are the parallel ones
                },
            )

    @property
    def retries(self) -> int:
        """Nothing is tried twice: what fails in this process fails again."""
        return 0

    def begin(self, run: RunRecord, tables: Sequence[LoadTable]) -> None:
        """Create or check the tables, forget the staged rows of completed runs, record this one.

        Raises:
            TargetRefused: a table is there with other columns.
        """
        self._tables = tuple(tables)
        self._run_id, self._files = run.run_id, run.files
        with translated(f"the tables of {self._database}"):
            for shared in (run_table, run_table_table, ledger_table, reject_table):
                self._make(shared(DUCKDB))
            for table in tables:
                self._make(staging_table(DUCKDB, table.staging, table.columns))
                self._make(final_table(DUCKDB, table.final, table.columns, table.key))
                self._connection.execute(
                    f"DELETE FROM {quoted(table.staging)} WHERE RUN_ID IN (SELECT RUN_ID FROM MF_RUN WHERE STATE = ?)",
                    [RunState.COMPLETED],
                )
                self._connection.execute(
                    "INSERT INTO MF_RUN_TABLE VALUES (?, ?, ?, ?, 0, 0, 0, 0, 0)",
                    [run.run_id, table.name, table.staging, table.final],
                )
            self._connection.execute(
                "INSERT INTO MF_RUN VALUES (?, ?, ?, ?, NULL, ?, ?, ?, ?, ?)",
                [
                    run.run_id,
                    run.job,
                    run.file,
                    run.file_size,
                    run.copybook_sha256,
                    run.config,
                    RunState.LOADING,
                    _naive(run.started),
                    _naive(run.started),
                ],
            )

    def writer(self) -> DuckDbWriter:
        """A connection of its own to the same database."""
        with translated(f"the database {self._database}"):
            return DuckDbWriter(
                self._connection.cursor(),
                self._run_id,
                self._files,
                self._tables,
                most_rows=self._commit_rows,
                most_bytes=self._commit_bytes,
            )

    def record_checksum(self, xxh128: str) -> None:
        """Record the checksum of the whole file."""
        with translated("MF_RUN"):
            self._connection.execute("UPDATE MF_RUN SET FILE_XXH128 = ? WHERE RUN_ID = ?", [xxh128, self._run_id])

    def mark(self, state: RunState) -> None:
        """Record how far the run has come."""
        with translated("MF_RUN"):
            self._connection.execute(
                "UPDATE MF_RUN SET STATE = ?, CHANGED_AT = ? WHERE RUN_ID = ?",
                [state, _naive(datetime.now(UTC)), self._run_id],
            )

    def merge(self) -> tuple[MergeCounts, ...]:
        """Merge what is not merged yet, table by table, a range of records a transaction.

        Counts and progress are in MF_RUN_TABLE, committed with the rows: a merge that was cut off goes on where it was,
        and one that is done changes nothing.
        """
        return tuple(self._merge(table) for table in self._tables)

    def _merge(self, table: LoadTable) -> MergeCounts:
        statements = MergeStatements(table.staging, table.final, [column.name for column in table.columns], table.key)
        of_table = "FROM MF_RUN_TABLE WHERE RUN_ID = ? AND STAGING = ?"
        with translated(f"MERGE into {table.final}"):
            (first,) = self._one(f"SELECT MERGED_RECORDS {of_table}", [self._run_id, table.staging])
            (end,) = self._one(
                f"SELECT coalesce(max(RECORD_NO) + 1, 0) FROM {quoted(table.staging)} WHERE RUN_ID = ?", [self._run_id]
            )
            if first < end:
                self._connection.execute(f"SET threads = {os.cpu_count() or 1}")
                self._connection.execute(statements.superseded, [self._run_id, self._run_id])
                self._merge_ranges(table, statements, first, end)
            return MergeCounts(
                *self._one(f"SELECT INSERTED, UPDATED, UNCHANGED, SUPERSEDED {of_table}", [self._run_id, table.staging])
            )

    def counts(self) -> LoadCounts:
        """The run in figures."""
        with translated("the figures of the run"):
            parts = self._connection.execute(
                "SELECT PART, count(*), sum(RECORDS), sum(VALID), sum(REJECTED) FROM MF_LEDGER WHERE RUN_ID = ? "
                "GROUP BY PART ORDER BY PART",
                [self._run_id],
            ).fetchall()
            ledger = added_up(self._ledger_figures(), self._tables)
            tables = tuple(self._table_counts(table, ledger[table.name]) for table in self._tables)
            reject_records = self._one(
                "SELECT count(DISTINCT RECORD_NO) FROM MF_REJECT WHERE RUN_ID = ? AND CODE <> ?", [self._run_id, KEPT]
            )[0]
        return LoadCounts(tuple(PartCounts(*map(int, part)) for part in parts), tables, reject_records)

    def _table_counts(self, table: LoadTable, ledger: TableFigures) -> TableCounts:
        sums = "".join(f", sum({quoted(name)})" for name in ledger.sums)
        staged, *totals = self._one(
            f"SELECT count(*){sums} FROM {quoted(table.staging)} WHERE RUN_ID = ?", [self._run_id]
        )
        return ledger.beside(table, staged, totals)

    def rejects(self) -> Iterator[Reject]:
        """The run's rejects, in record order."""
        with translated("MF_REJECT"):
            cursor = self._connection.cursor()
            cursor.execute(
                "SELECT RECORD_NO, BYTE_OFFSET, FIELD, CODE, MESSAGE, RAW FROM MF_REJECT WHERE RUN_ID = ? "
                "ORDER BY RECORD_NO, FIELD, CODE",
                [self._run_id],
            )
            while rows := cursor.fetchmany(_FETCH):
                yield from (Reject(*row) for row in rows)
            cursor.close()

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def _make(self, table: Table) -> None:
        """Create a table if it is missing, and look at it."""
        self._connection.execute(table.create_sql())
        found = {
            name: type_
            for _, name, type_, *_ in self._connection.execute(
                "SELECT * FROM pragma_table_info(?)", [quoted(table.name)]
            ).fetchall()
        }
        wanted = dict(table.columns)
        if found == wanted:
            return
        differences = [
            f"{name} is {found[name]} and should be {wanted[name]}"
            for name in found.keys() & wanted
            if found[name] != wanted[name]
        ]
        differences += [f"{name} is missing" for name in wanted.keys() - found]
        differences += [f"{name} is too many" for name in found.keys() - wanted]
        raise TargetRefused(
            f"the table {table.name} in {self._database} has other columns than the job: "
            f"{'; '.join(sorted(differences))}. Change the job, alter the table, or rename it and let it be made anew"
        )

    def _merge_ranges(self, table: LoadTable, statements: MergeStatements, first: int, end: int) -> None:
        (there,) = self._one(statements.count_there, [self._run_id, first, end - 1])
        step = max(1, self._memory // _MERGE_SHARE // sum(_width(column) for column in table.columns))
        if not there:
            step *= _INSERT_FACTOR
        for record in range(first, end, step):
            self._merge_range(table, statements, record, min(record + step, end), all_new=not there)

    def _merge_range(
        self, table: LoadTable, statements: MergeStatements, first: int, end: int, *, all_new: bool
    ) -> None:
        connection = self._connection
        within = [self._run_id, first, end - 1]
        loaded = [self._run_id, _naive(datetime.now(UTC))]
        connection.execute("BEGIN TRANSACTION")
        try:
            (superseded,) = self._one(statements.count_superseded, within[1:])
            if all_new:
                there = changed = 0
                (new,) = self._one(statements.insert, [*loaded, *within])
            else:
                (there,) = self._one(statements.count_there, within)
                (changed,) = self._one(statements.update, [*loaded, *within])
                (new,) = self._one(statements.insert_new, [*loaded, *within])
            connection.execute(
                "UPDATE MF_RUN_TABLE SET MERGED_RECORDS = ?, INSERTED = INSERTED + ?, UPDATED = UPDATED + ?, "
                "UNCHANGED = UNCHANGED + ?, SUPERSEDED = SUPERSEDED + ? WHERE RUN_ID = ? AND STAGING = ?",
                [end, new, changed, there - changed, superseded, self._run_id, table.staging],
            )
            connection.execute("COMMIT")
        except duckdb.Error:
            connection.execute("ROLLBACK")
            raise

    def _ledger_figures(self) -> Iterator[str]:
        rows = self._connection.execute("SELECT TABLES FROM MF_LEDGER WHERE RUN_ID = ?", [self._run_id])
        while batch := rows.fetchmany(_FETCH):
            yield from (figures for (figures,) in batch)

    def _one(self, sql: str, parameters: Sequence[object] = ()) -> tuple[int, ...]:
        """The only row of a query of integers."""
        row = self._connection.execute(sql, list(parameters)).fetchone()
        assert row is not None  # noqa: S101 - each of these queries has one row
        return row


def commit_bytes(memory: int, writers: int) -> int:
    """Bytes that the rows of one writer's transaction may take, about."""
    return memory // max(_TRANSACTION_SHARE, _TRANSACTION_SHARE * writers // 2)


def _width(column: TableColumn) -> int:
    """Bytes that a value takes, about."""
    return 16 + column.type.length


def _naive(moment: datetime) -> datetime:
    """UTC, as TIMESTAMP holds it."""
    return moment.astimezone(UTC).replace(tzinfo=None)
