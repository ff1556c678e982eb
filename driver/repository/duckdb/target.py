"""A database file of DuckDB as the target of a run."""

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Context, Decimal
from pathlib import Path

import duckdb

from driver.core.records import KEPT, Reject, TableColumn
from driver.repository.dialect import DUCKDB, quoted
from driver.repository.errors import TargetRefused
from driver.repository.schema import Table, final_table, ledger_table, reject_table, run_table, staging_table
from driver.repository.target import LoadCounts, MergeCounts, PartCounts, RunRecord, RunState

from .errors import translated
from .merge import MergeStatements
from .writer import DuckDbWriter

_MERGE_SHARE = 4
"""One part in so many of DuckDB's memory is what the rows of one MERGE may take, as they are in staging."""
_INSERT_FACTOR = 4
"""So many times the rows of a MERGE go into one INSERT: row groups that it fills are written as it goes on."""
_TRANSACTION_SHARE = 4
"""One part in so many of DuckDB's memory is what its rows may take: wide ones fill no row group."""
_CHECKPOINT = "256MB"
"""Of write-ahead log: writers wait for every checkpoint."""
_FETCH = 1_000
_EXACT = Context(prec=100)


class DuckDbTarget:
    """One database file.

    Args:
        database: made if it is not there, and its folder too.
        staging: table that batches are loaded into.
        final: table that they are merged into.
        key: the business key's columns.
        memory: bytes that DuckDB may use.

    Raises:
        TargetUnavailable: the file cannot be opened, or another process has it open.
    """

    def __init__(self, database: Path, *, staging: str, final: str, key: Sequence[str], memory: int) -> None:
        self._database = database
        self._staging, self._final, self._key = staging, final, tuple(key)
        self._memory = memory
        self._columns: tuple[TableColumn, ...] = ()
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

    def begin(self, run: RunRecord, columns: Sequence[TableColumn]) -> None:
        """Create or check the tables, forget the staged rows of completed runs, record this one.

        Raises:
            TargetRefused: a table is there with other columns.
        """
        self._columns = tuple(columns)
        self._run_id, self._files = run.run_id, run.files
        with translated(f"the tables of {self._database}"):
            for table in (
                run_table(DUCKDB),
                ledger_table(DUCKDB),
                reject_table(DUCKDB),
                staging_table(DUCKDB, self._staging, columns),
                final_table(DUCKDB, self._final, columns, self._key),
            ):
                self._connection.execute(table.create_sql())
                self._check(table)
            self._connection.execute(
                f"DELETE FROM {quoted(self._staging)} WHERE RUN_ID IN (SELECT RUN_ID FROM MF_RUN WHERE STATE = ?)",
                [RunState.COMPLETED],
            )
            self._connection.execute(
                "INSERT INTO MF_RUN VALUES (?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0)",
                [
                    run.run_id,
                    run.job,
                    run.file,
                    run.file_size,
                    run.copybook_sha256,
                    run.config,
                    self._staging,
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
                self._staging,
                self._columns,
                self._memory // _TRANSACTION_SHARE,
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

    def merge(self) -> MergeCounts:
        """Merge what is not merged yet, a range of records a transaction.

        Counts and progress are in MF_RUN, committed with the rows: a merge that was cut off goes on where it was, and
        one that is done changes nothing.
        """
        statements = MergeStatements(self._staging, self._final, [column.name for column in self._columns], self._key)
        with translated(f"MERGE into {self._final}"):
            (first,) = self._one("SELECT MERGED_RECORDS FROM MF_RUN WHERE RUN_ID = ?", [self._run_id])
            (end,) = self._one(
                f"SELECT coalesce(max(RECORD_NO) + 1, 0) FROM {quoted(self._staging)} WHERE RUN_ID = ?", [self._run_id]
            )
            if first < end:
                self._connection.execute(f"SET threads = {os.cpu_count() or 1}")
                self._connection.execute(statements.superseded, [self._run_id, self._run_id])
                self._merge_ranges(statements, first, end)
            return MergeCounts(
                *self._one(
                    "SELECT INSERTED, UPDATED, UNCHANGED, SUPERSEDED FROM MF_RUN WHERE RUN_ID = ?", [self._run_id]
                )
            )

    def counts(self) -> LoadCounts:
        """The run in figures."""
        with translated("the figures of the run"):
            parts = self._connection.execute(
                "SELECT PART, count(*), sum(RECORDS), sum(VALID), sum(REJECTED) FROM MF_LEDGER WHERE RUN_ID = ? "
                "GROUP BY PART ORDER BY PART",
                [self._run_id],
            ).fetchall()
            controls = self._ledger_controls()
            sums = "".join(f", sum({quoted(name)})" for name in controls)
            staged, *totals = self._one(
                f"SELECT count(*){sums} FROM {quoted(self._staging)} WHERE RUN_ID = ?", [self._run_id]
            )
            reject_records = self._one(
                "SELECT count(DISTINCT RECORD_NO) FROM MF_REJECT WHERE RUN_ID = ? AND CODE <> ?", [self._run_id, KEPT]
            )[0]
        scales = {column.name: column.type.scale for column in self._columns}
        return LoadCounts(
            parts=tuple(PartCounts(*map(int, part)) for part in parts),
            staged=staged,
            reject_records=reject_records,
            controls=controls,
            staged_controls={
                name: int(Decimal(total or 0).scaleb(scales[name], _EXACT))
                for name, total in zip(controls, totals, strict=True)
            },
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

    def _check(self, table: Table) -> None:
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

    def _merge_ranges(self, statements: MergeStatements, first: int, end: int) -> None:
        (there,) = self._one(statements.count_there, [self._run_id, first, end - 1])
        step = max(1, self._memory // _MERGE_SHARE // sum(_width(column) for column in self._columns))
        if not there:
            step *= _INSERT_FACTOR
        for record in range(first, end, step):
            self._merge_range(statements, record, min(record + step, end), all_new=not there)

    def _merge_range(self, statements: MergeStatements, first: int, end: int, *, all_new: bool) -> None:
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
                "UPDATE MF_RUN SET MERGED_RECORDS = ?, INSERTED = INSERTED + ?, UPDATED = UPDATED + ?, "
                "UNCHANGED = UNCHANGED + ?, SUPERSEDED = SUPERSEDED + ? WHERE RUN_ID = ?",
                [end, new, changed, there - changed, superseded, self._run_id],
            )
            connection.execute("COMMIT")
        except duckdb.Error:
            connection.execute("ROLLBACK")
            raise

    def _ledger_controls(self) -> dict[str, int]:
        totals: Counter[str] = Counter()
        rows = self._connection.execute("SELECT CONTROLS FROM MF_LEDGER WHERE RUN_ID = ?", [self._run_id])
        while batch := rows.fetchmany(_FETCH):
            for (controls,) in batch:
                totals.update(json.loads(controls))
        return dict(totals)

    def _one(self, sql: str, parameters: Sequence[object] = ()) -> tuple[int, ...]:
        """The only row of a query of integers."""
        row = self._connection.execute(sql, list(parameters)).fetchone()
        assert row is not None  # noqa: S101 - each of these queries has one row
        return row


def _width(column: TableColumn) -> int:
    """Bytes that a value takes, about."""
    return 16 + column.type.length


def _naive(moment: datetime) -> datetime:
    """UTC, as TIMESTAMP holds it."""
    return moment.astimezone(UTC).replace(tzinfo=None)
