"""A database file of DuckDB as the target of a run."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from driver.core.records import KEPT, LoadTable, Reject
from driver.repository.counts import LoadCounts, MergeCounts, PartCounts, TableCounts, WorkerCounts
from driver.repository.dialect import DUCKDB, quoted
from driver.repository.errors import TargetRefused
from driver.repository.ledger import TableFigures, added_up
from driver.repository.schema import (
    Table,
    ledger_table,
    reject_table,
    run_table,
    run_table_table,
)
from driver.repository.target import CommittedBatch, EarlierRun, RunRecord, RunState, SourceAgain

from .creation import make_if_missing
from .errors import translated
from .merging import Merging
from .runs import (
    add_figures,
    committed_batches,
    earlier_runs,
    insert_run,
    recorded_run,
    set_config,
    set_state,
)
from .statements import one, transaction
from .tables import final_of, staging_of
from .writer import DuckDbWriter

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
        keep_staged: a merge leaves the rows in staging, though an empty final table could take them over.

    Raises:
        TargetUnavailable: the file cannot be opened, or another process has it open.
    """

    def __init__(self, database: Path, *, memory: int, writers: int, commit_rows: int, keep_staged: bool) -> None:
        self._database = database
        self._memory, self._keep_staged = memory, keep_staged
        self._commit_rows, self._commit_bytes = commit_rows, _commit_bytes(memory, writers)
        self._tables: tuple[LoadTable, ...] = ()
        self._run_id = ""
        self._source: SourceAgain | None = None
        with translated(f"the database {database}"):
            make_if_missing(database)
            self._connection = duckdb.connect(
                str(database),
                config={
                    "memory_limit": f"{memory}B",
                    "preserve_insertion_order": "false",
                    "checkpoint_threshold": _CHECKPOINT,
                    "max_vacuum_tasks": 0,  # a checkpoint would write whole row groups again to save small ones
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
            return recorded_run(self._connection, run_id)

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
                self._make(staging_of(table))
                self._make(final_of(table))

    def earlier(self, job: str, fingerprint: str) -> list[EarlierRun]:
        """Runs of a job that have not completed, or have with this input; the newest first."""
        with translated("MF_RUN"):
            return earlier_runs(self._connection, job, fingerprint)

    def begin(self, run: RunRecord, source: SourceAgain, abandoned: Sequence[str] = ()) -> None:
        """Record the run, and forget the staged rows of those that have ended; all of it or nothing."""
        self._source = source
        with translated("MF_RUN"), transaction(self._connection):
            for run_id in abandoned:
                set_state(self._connection, run_id, RunState.ABANDONED)
            insert_run(self._connection, run, self._tables)

    def resume(self, run: RunRecord, source: SourceAgain) -> None:
        """Record that the run is LOADING again."""
        self._source = source
        with translated("MF_RUN"), transaction(self._connection):
            set_config(self._connection, run)
            set_state(self._connection, run.run_id, RunState.LOADING)

    def committed(self) -> Iterator[CommittedBatch]:
        """The batches that are in the ledger."""
        with translated("MF_LEDGER"):
            yield from committed_batches(self._connection, self._run_id)

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
            set_state(self._connection, self._run_id, state)

    def merge(self) -> tuple[MergeCounts, ...]:
        """Merge what is not merged yet, table by table, a range of records a transaction.

        Counts and progress are in MF_RUN_TABLE, committed with the rows: a merge that was cut off goes on where it was,
        and one that is done changes nothing.
        """
        for table in self._tables:
            with translated(f"MERGE into {table.final}"):
                self._merging(table).merge()
        return self.merged()

    def merged(self) -> tuple[MergeCounts, ...]:
        """What MERGE has done so far, table by table."""
        with translated("MF_RUN_TABLE"):
            return tuple(self._merging(table).merged() for table in self._tables)

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
            reject_records = one(
                self._connection,
                "SELECT count(DISTINCT RECORD_NO) FROM MF_REJECT WHERE RUN_ID = ? AND CODE <> ?",
                [self._run_id, KEPT],
            )[0]
        of_parts = tuple(PartCounts(*map(int, part)) for part in parts)
        return LoadCounts(of_parts, self.workers(), tables, reject_records)

    def _merging(self, table: LoadTable) -> Merging:
        return Merging(self._connection, self._run_id, table, self._memory, keep_staged=self._keep_staged)

    def _table_counts(self, table: LoadTable, ledger: TableFigures) -> TableCounts:
        sums = "".join(f", sum({quoted(name)})" for name in ledger.sums)
        staged, *totals = one(
            self._connection, f"SELECT count(*){sums} FROM {quoted(table.staging)} WHERE RUN_ID = ?", [self._run_id]
        )
        at_end = self._connection.execute(
            "SELECT STAGED, CONTROLS FROM MF_RUN_TABLE WHERE RUN_ID = ? AND STAGING = ?", [self._run_id, table.staging]
        ).fetchone()
        if not staged and at_end is not None and at_end[0]:
            return ledger.at_end(table, *at_end)
        return ledger.beside(table, staged, totals)

    def record_figures(self, counts: LoadCounts) -> None:
        """Record the run's figures."""
        with translated("MF_RUN"), transaction(self._connection):
            add_figures(self._connection, self._run_id, counts, self._tables)

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

    def _ledger_figures(self) -> Iterator[str]:
        rows = self._connection.execute("SELECT TABLES FROM MF_LEDGER WHERE RUN_ID = ?", [self._run_id])
        while batch := rows.fetchmany(_FETCH):
            yield from (figures for (figures,) in batch)


def _commit_bytes(memory: int, writers: int) -> int:
    """Bytes that the rows of one writer's transaction may take, about."""
    return memory // max(_TRANSACTION_SHARE, _TRANSACTION_SHARE * writers // 2)
