"""MF_RUN and MF_LEDGER in DuckDB: what is recorded of a run, and of those before it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import duckdb

from driver.core.records import LoadTable
from driver.repository.counts import LoadCounts
from driver.repository.dialect import quoted
from driver.repository.ledger import controls_json
from driver.repository.target import CommittedBatch, EarlierRun, RunRecord, RunState
from mfdecode.framing import Place

from .statements import naive, one

_FETCH = 1_000


def recorded_run(connection: duckdb.DuckDBPyConnection, run_id: str) -> RunRecord | None:
    """What MF_RUN says of a run; None where there is no such run, or no such table."""
    if not one(connection, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'MF_RUN'")[0]:
        return None
    row = connection.execute(
        "SELECT JOB, FILE, FILE_SIZE, FINGERPRINT, COPYBOOK_SHA256, CONFIG, INPUTS, STARTED_AT, STATE "
        "FROM MF_RUN WHERE RUN_ID = ?",
        [run_id],
    ).fetchone()
    if row is None:
        return None
    job, file, size, fingerprint, copybook, config, inputs, started, state = row
    began = started.replace(tzinfo=UTC)
    return RunRecord(run_id, job, file, size, fingerprint, copybook, config, inputs, began, RunState(state))


def earlier_runs(connection: duckdb.DuckDBPyConnection, job: str, fingerprint: str) -> list[EarlierRun]:
    """Runs of a job that have not completed, or have with this input; the newest first."""
    rows = connection.execute(
        "SELECT RUN_ID, FILE, FINGERPRINT = ?, STATE, STARTED_AT FROM MF_RUN "
        "WHERE JOB = ? AND STATE <> ? AND (STATE <> ? OR FINGERPRINT = ?) ORDER BY STARTED_AT DESC",
        [fingerprint, job, RunState.ABANDONED, RunState.COMPLETED, fingerprint],
    ).fetchall()
    return [
        EarlierRun(run_id, file, same, RunState(state), started.replace(tzinfo=UTC))
        for run_id, file, same, state, started in rows
    ]


def insert_run(connection: duckdb.DuckDBPyConnection, run: RunRecord, tables: Sequence[LoadTable]) -> None:
    """Record a run as it begins, and forget the staged rows of those that have ended."""
    for table in tables:
        connection.execute(
            f"DELETE FROM {quoted(table.staging)} WHERE RUN_ID IN (SELECT RUN_ID FROM MF_RUN WHERE STATE IN (?, ?))",
            [RunState.COMPLETED, RunState.ABANDONED],
        )
        connection.execute(
            "INSERT INTO MF_RUN_TABLE VALUES (?, ?, ?, ?, NULL, NULL, 0, 0, 0, 0, 0)",
            [run.run_id, table.name, table.staging, table.final],
        )
    connection.execute(
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
            naive(run.started),
            naive(run.started),
        ],
    )


def set_state(connection: duckdb.DuckDBPyConnection, run_id: str, state: RunState) -> None:
    """Record how far a run has come."""
    connection.execute(
        "UPDATE MF_RUN SET STATE = ?, CHANGED_AT = ? WHERE RUN_ID = ?", [state, naive(datetime.now(UTC)), run_id]
    )


def set_config(connection: duckdb.DuckDBPyConnection, run: RunRecord) -> None:
    """Record the settings with which a run is resumed."""
    connection.execute("UPDATE MF_RUN SET CONFIG = ? WHERE RUN_ID = ?", [run.config, run.run_id])


def committed_batches(connection: duckdb.DuckDBPyConnection, run_id: str) -> Iterator[CommittedBatch]:
    """The batches of a run that are in the ledger."""
    rows = connection.cursor().execute(
        "SELECT PART, START_BYTE, RECORDS, REJECTED, CHECKSUM, BATCH_NO + 1, FIRST_RECORD + RECORDS, END_BYTE, "
        "BLOCK_LEFT, GAP_LEFT FROM MF_LEDGER WHERE RUN_ID = ? ORDER BY PART, BATCH_NO",
        [run_id],
    )
    while some := rows.fetchmany(_FETCH):
        for part, start, records, rejected, checksum, *after in some:
            yield CommittedBatch(part, start, records, rejected, checksum, Place(*after))


def add_figures(
    connection: duckdb.DuckDBPyConnection, run_id: str, counts: LoadCounts, tables: Sequence[LoadTable]
) -> None:
    """Record what a run has come to."""
    connection.execute(
        "UPDATE MF_RUN SET RECORDS_READ = ?, RECORDS_VALID = ?, RECORDS_REJECTED = ? WHERE RUN_ID = ?",
        [counts.read, counts.valid, counts.rejected, run_id],
    )
    for table, figures in zip(tables, counts.tables, strict=True):
        connection.execute(
            "UPDATE MF_RUN_TABLE SET STAGED = ?, CONTROLS = ? WHERE RUN_ID = ? AND STAGING = ?",
            [figures.staged, controls_json(figures), run_id, table.staging],
        )
