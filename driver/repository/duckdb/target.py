"""A database file of DuckDB as the target of a run."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from driver.core.records import KEPT, LoadTable, Reject, TableColumn
from driver.repository.dialect import DUCKDB, quoted
from driver.repository.errors import TargetRefused
from driver.repository.ledger import TableFigures, added_up, controls_json
from driver.repository.schema import (
    Table,
    final_table,
    ledger_table,
    reject_table,
    run_table,
    run_table_table,
    staging_table,
)
from driver.repository.target import (
    CommittedBatch,
    EarlierRun,
    LoadCounts,
    MergeCounts,
    PartCounts,
    RunRecord,
    RunState,
    SourceAgain,
    TableCounts,
    WorkerCounts,
)
from mfdecode.framing import Place

from .errors import roll_back, translated
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
        self._source: SourceAgain | None = None
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

    def recorded(self, run_id: str) -> RunRecord | None:
        """What MF_RUN says of a run."""
        with translated("MF_RUN"):
            if not self._one("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'MF_RUN'")[0]:
                return None
            row = self._connection.execute(
                "SELECT RUN_ID, JOB, FILE, FILE_SIZE, FINGERPRINT, COPYBOOK_SHA256, CONFIG, INPUTS, STARTED_AT, STATE "
                "FROM MF_RUN WHERE RUN_ID = ?",
                [run_id],
            ).fetchone()
        if row is None:
            return None
        id_, job, file, size, fingerprint, copybook, config, inputs, started, state = row
        return RunRecord(
            id_, job, file, size, fingerprint, copybook, config, inputs, started.replace(tzinfo=UTC), RunState(state)
        )

    def prepare(self, run_id: str, tables: Sequence[LoadTable]) -> None:
        """Create or check the tables.

        Raises:
            TargetRefused: a table is there with other columns.
        """
        self._run_id, self._tables = run_id, tuple(tables)
        with translated(f"the tables of {self._database}"):
            for shared in (run_table, run_table_table, ledger_table, reject_table):
                self._make(shared(DUCKDB))
            for table in tables:
                self._make(staging_table(DUCKDB, table.staging, table.columns))
                self._make(final_table(DUCKDB, table.final, table.columns, table.key))

    def earlier(self, job: str, fingerprint: str) -> list[EarlierRun]:
        """Runs of a job that have not completed, or have with this input; the newest first."""
        with translated("MF_RUN"):
            rows = self._connection.execute(
                "SELECT RUN_ID, FILE, FINGERPRINT = ?, STATE, STARTED_AT FROM MF_RUN "
                "WHERE JOB = ? AND STATE <> ? AND (STATE <> ? OR FINGERPRINT = ?) ORDER BY STARTED_AT DESC",
                [fingerprint, job, RunState.ABANDONED, RunState.COMPLETED, fingerprint],
            ).fetchall()
        return [
            EarlierRun(run_id, file, same, RunState(state), started.replace(tzinfo=UTC))
            for run_id, file, same, state, started in rows
        ]

    def begin(self, run: RunRecord, source: SourceAgain, abandoned: Sequence[str] = ()) -> None:
        """Record the run, and forget the staged rows of those that have ended; all of it or nothing."""
        self._source = source
        with translated("MF_RUN"), self._transaction():
            for run_id in abandoned:
                self._set_state(run_id, RunState.ABANDONED)
            for table in self._tables:
                self._connection.execute(
                    f"DELETE FROM {quoted(table.staging)} "
                    "WHERE RUN_ID IN (SELECT RUN_ID FROM MF_RUN WHERE STATE IN (?, ?))",
                    [RunState.COMPLETED, RunState.ABANDONED],
                )
                self._connection.execute(
                    "INSERT INTO MF_RUN_TABLE VALUES (?, ?, ?, ?, NULL, NULL, 0, 0, 0, 0, 0)",
                    [run.run_id, table.name, table.staging, table.final],
                )
            self._connection.execute(
                "INSERT INTO MF_RUN (RUN_ID, JOB, FILE, FILE_SIZE, FINGERPRINT, COPYBOOK_SHA256, CONFIG, INPUTS, "
                "STATE, STARTED_AT, CHANGED_AT) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    run.run_id,
                    run.job,
                    run.file,
                    run.file_size,
                    run.fingerprint,
                    run.copybook_sha256,
                    run.config,
                    run.inputs,
                    RunState.LOADING,
                    _naive(run.started),
                    _naive(run.started),
                ],
            )

    def resume(self, run: RunRecord, source: SourceAgain) -> None:
        """Record that the run is LOADING again."""
        self._source = source
        with translated("MF_RUN"):
            self._connection.execute("UPDATE MF_RUN SET CONFIG = ? WHERE RUN_ID = ?", [run.config, run.run_id])
        self.mark(RunState.LOADING)

    def committed(self) -> Iterator[CommittedBatch]:
        """The batches that are in the ledger."""
        with translated("MF_LEDGER"):
            rows = self._connection.cursor().execute(
                "SELECT PART, START_BYTE, RECORDS, REJECTED, CHECKSUM, BATCH_NO + 1, FIRST_RECORD + RECORDS, END_BYTE, "
                "BLOCK_LEFT, GAP_LEFT FROM MF_LEDGER WHERE RUN_ID = ? ORDER BY PART, BATCH_NO",
                [self._run_id],
            )
            while some := rows.fetchmany(_FETCH):
                for part, start, records, rejected, checksum, *after in some:
                    yield CommittedBatch(part, start, records, rejected, checksum, Place(*after))

    def writer(self) -> DuckDbWriter:
        """A connection of its own to the same database."""
        assert self._source is not None  # noqa: S101 - the run has begun
        with translated(f"the database {self._database}"):
            return DuckDbWriter(
                self._connection.cursor(),
                self._run_id,
                self._source.file_of,
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
            self._set_state(self._run_id, state)

    def _set_state(self, run_id: str, state: RunState) -> None:
        self._connection.execute(
            "UPDATE MF_RUN SET STATE = ?, CHANGED_AT = ? WHERE RUN_ID = ?", [state, _naive(datetime.now(UTC)), run_id]
        )

    def merge(self) -> tuple[MergeCounts, ...]:
        """Merge what is not merged yet, table by table, a range of records a transaction.

        Counts and progress are in MF_RUN_TABLE, committed with the rows: a merge that was cut off goes on where it was,
        and one that is done changes nothing.
        """
        for table in self._tables:
            self._merge(table)
        return self.merged()

    def merged(self) -> tuple[MergeCounts, ...]:
        """What MERGE has done so far, table by table."""
        with translated("MF_RUN_TABLE"):
            return tuple(
                MergeCounts(*self._of_table("INSERTED, UPDATED, UNCHANGED, SUPERSEDED", table))
                for table in self._tables
            )

    def _of_table(self, columns: str, table: LoadTable) -> tuple[int, ...]:
        """Integers of MF_RUN_TABLE."""
        return self._one(
            f"SELECT {columns} FROM MF_RUN_TABLE WHERE RUN_ID = ? AND STAGING = ?", [self._run_id, table.staging]
        )

    def _merge(self, table: LoadTable) -> None:
        statements = MergeStatements(table.staging, table.final, [column.name for column in table.columns], table.key)
        with translated(f"MERGE into {table.final}"):
            (first,) = self._of_table("MERGED_RECORDS", table)
            (end,) = self._one(
                f"SELECT coalesce(max(RECORD_NO) + 1, 0) FROM {quoted(table.staging)} WHERE RUN_ID = ?", [self._run_id]
            )
            if first < end:
                self._connection.execute(f"SET threads = {os.cpu_count() or 1}")
                self._connection.execute(statements.superseded, [self._run_id, self._run_id])
                self._merge_ranges(table, statements, first, end)

    def workers(self) -> tuple[WorkerCounts, ...]:
        """What each worker has loaded so far."""
        with translated("MF_LEDGER"):
            rows = self._connection.execute(
                "SELECT WORKER_ID, count(*), sum(RECORDS), sum(VALID), sum(REJECTED) FROM MF_LEDGER WHERE RUN_ID = ? "
                "GROUP BY WORKER_ID ORDER BY WORKER_ID",
                [self._run_id],
            ).fetchall()
        return tuple(WorkerCounts(*map(int, row)) for row in rows)

    def counts(self) -> LoadCounts:
        """The run in figures."""
        with translated("the figures of the run"):
            parts = self._connection.execute(
                "SELECT PART, count(*), max(BATCH_NO) + 1, min(START_BYTE), max(END_BYTE), sum(END_BYTE - START_BYTE), "
                "max(FIRST_RECORD + RECORDS) - min(FIRST_RECORD), sum(RECORDS), sum(VALID), sum(REJECTED) "
                "FROM MF_LEDGER WHERE RUN_ID = ? GROUP BY PART ORDER BY PART",
                [self._run_id],
            ).fetchall()
            ledger = added_up(self._ledger_figures(), self._tables)
            tables = tuple(self._table_counts(table, ledger[table.name]) for table in self._tables)
            reject_records = self._one(
                "SELECT count(DISTINCT RECORD_NO) FROM MF_REJECT WHERE RUN_ID = ? AND CODE <> ?", [self._run_id, KEPT]
            )[0]
        of_parts = tuple(PartCounts(*map(int, part)) for part in parts)
        return LoadCounts(of_parts, self.workers(), tables, reject_records)

    def _table_counts(self, table: LoadTable, ledger: TableFigures) -> TableCounts:
        sums = "".join(f", sum({quoted(name)})" for name in ledger.sums)
        staged, *totals = self._one(
            f"SELECT count(*){sums} FROM {quoted(table.staging)} WHERE RUN_ID = ?", [self._run_id]
        )
        at_end = self._connection.execute(
            "SELECT STAGED, CONTROLS FROM MF_RUN_TABLE WHERE RUN_ID = ? AND STAGING = ?", [self._run_id, table.staging]
        ).fetchone()
        if not staged and at_end is not None and at_end[0]:
            return ledger.at_end(table, *at_end)
        return ledger.beside(table, staged, totals)

    def record_figures(self, counts: LoadCounts) -> None:
        """Record the run's figures."""
        with translated("MF_RUN"), self._transaction():
            self._connection.execute(
                "UPDATE MF_RUN SET RECORDS_READ = ?, RECORDS_VALID = ?, RECORDS_REJECTED = ? WHERE RUN_ID = ?",
                [counts.read, counts.valid, counts.rejected, self._run_id],
            )
            for table, figures in zip(self._tables, counts.tables, strict=True):
                self._connection.execute(
                    "UPDATE MF_RUN_TABLE SET STAGED = ?, CONTROLS = ? WHERE RUN_ID = ? AND STAGING = ?",
                    [figures.staged, controls_json(figures), self._run_id, table.staging],
                )

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
        with self._transaction():
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

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All of it or nothing."""
        self._connection.execute("BEGIN TRANSACTION")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            roll_back(self._connection)
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
