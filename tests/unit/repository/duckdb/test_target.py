"""The DuckDB target: exactly once, and figures from the database itself."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import duckdb
import numpy as np
import pytest
from loading import AMOUNT, COLUMNS, NAME, Source, batch, changed, load

from driver.core.records import ReadFigures, ReadSum, Reject, TableColumn
from driver.repository.counts import TableCounts, WorkerCounts
from driver.repository.duckdb.errors import translated
from driver.repository.duckdb.target import DuckDbTarget
from driver.repository.errors import LedgerConflict, TargetRefused, TargetUnavailable
from driver.repository.target import RunState
from mfdecode.columns import Column, ColumnKind, ColumnType


def test_rows_are_staged_with_their_run_worker_batch_and_record(begin, query):
    load(begin("R1"), batch(1, [(7, "é", 123), (8, "B", None)], first=40))
    assert query("SELECT * EXCLUDE LOADED_AT FROM STG ORDER BY RECORD_NO") == [
        (1, 0, 1, 40, 7, "é", Decimal("1.23"), "R1"),
        (1, 0, 1, 41, 8, "B", None, "R1"),
    ]
    ((loaded_at,),) = query("SELECT DISTINCT LOADED_AT FROM STG")
    assert abs(datetime.now(UTC) - loaded_at.replace(tzinfo=UTC)) < timedelta(minutes=1)
    assert query("SELECT typeof(ID), typeof(AMOUNT) FROM STG LIMIT 1") == [("INTEGER", "DECIMAL(11,2)")]


def test_a_loaded_batch_is_not_loaded_again(begin, query):
    target = begin("R1")
    load(target, batch(1, [(7, "A", 1)]))
    with pytest.raises(LedgerConflict, match="batch 1 of run R1 is in the ledger already"):
        load(target, batch(1, [(8, "B", 1)], rejects=[Reject(0, 0, "", "X", "", b"")]))
    assert query("SELECT ID FROM STG") == [(7,)]
    assert query("SELECT count(*) FROM MF_REJECT") == [(0,)]
    load(target, batch(2, [(8, "B", 1)]))


def test_the_ledger_tells_what_each_worker_has_loaded(begin):
    load(begin("R1"), batch(0, [(1, "A", 1)]))
    target = begin("R2")
    assert target.workers() == ()
    load(
        target,
        batch(0, [(1, "A", 1)]),
        batch(1, [(2, "A", 1), (3, "A", 1)], first=1, rejects=[Reject(2, 0, "", "X", "", b"")]),
        batch(2, [(4, "A", 1)], first=3),
    )
    assert target.workers() == (WorkerCounts(0, 2, 2, 2, 0), WorkerCounts(1, 1, 2, 1, 1))
    assert target.counts().workers == target.workers()


def test_a_batch_that_fails_half_way_leaves_nothing(begin, query):
    target = begin("R1")
    target.writer()._connection.execute("ALTER TABLE MF_REJECT RENAME TO AWAY")
    with pytest.raises(TargetRefused, match="MF_REJECT"):
        load(target, batch(1, [(7, "A", 1), (8, "B", 1)], rejects=[Reject(0, 0, "", "X", "", b"")]))
    assert query("SELECT (SELECT count(*) FROM MF_LEDGER), (SELECT count(*) FROM STG)") == [(0, 0)]


def staged(query) -> tuple:
    return query("SELECT (SELECT count(*) FROM MF_LEDGER), (SELECT count(*) FROM STG)")[0]


def test_whole_batches_are_committed_before_a_transaction_grows_too_large(begin, query, monkeypatch):
    monkeypatch.setattr("driver.repository.duckdb.writer.INSERT_BYTES", 1)  # each batch is inserted at once
    writer = begin("R1", commit_rows=5).writer()
    seen = []
    for number in range(5):
        writer.load(batch(number, [(number, "A", 1), (10 + number, "B", 1)], first=2 * number))
        seen.append(staged(query))
    assert seen == [(0, 0), (0, 0), (2, 4), (2, 4), (4, 8)]
    writer.close()
    assert staged(query) == (5, 10)


def test_a_database_that_is_being_made_is_not_there_yet(begin, tmp_path, monkeypatch):
    """A run that is killed at this moment can be resumed; DuckDB cannot open a file of which it has written a part."""
    seen = []
    link = os.link
    monkeypatch.setattr(os, "link", lambda made, place: (seen.append(place.exists()), link(made, place)))
    begin("R1")
    assert seen == [False]
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"t.duckdb", "t.duckdb.wal"}


def test_a_file_system_without_links_has_databases_too(begin, monkeypatch):
    monkeypatch.setattr(os, "link", lambda made, place: os.stat("/nowhere"))
    begin("R1")


def test_what_waits_is_forgotten_with_its_transaction(begin, query, monkeypatch):
    target = begin("R1")
    load(target, batch(3, [(3, "C", 1)], first=3))
    writer = target.writer()
    writer.load(batch(1, [(1, "A", 1)], first=1))
    monkeypatch.setattr("driver.repository.duckdb.writer.INSERT_BYTES", 1)
    with pytest.raises(LedgerConflict, match="batch 3"):
        writer.load(batch(3, [(3, "C", 1)], first=3))
    writer.load(batch(2, [(2, "B", 1)], first=2))
    writer.close()
    assert query("SELECT ID FROM STG ORDER BY ID") == [(2,), (3,)]


def test_rejects_of_batches_that_are_inserted_together_keep_their_files_and_bytes(begin, query, monkeypatch):
    monkeypatch.setattr(Source, "file_of", lambda self, part: f"in.{part}")
    rejects = [Reject(n, 7 + n, "F", f"CODE{n}", f"message {n}", bytes([n, n])) for n in range(6)]
    batches = [
        replace(
            batch(0, [(n, "A", 1) for n in (first, first + 1, 9)], first=first, rejects=rejects[first:][:2]), part=part
        )
        for part, first in enumerate(range(0, 6, 2))
    ]
    load(begin("R1"), *batches)
    assert query(
        "SELECT FILE, RECORD_NO, BYTE_OFFSET, FIELD, CODE, MESSAGE, RAW FROM MF_REJECT ORDER BY RECORD_NO"
    ) == [(f"in.{n // 2}", n, 7 + n, "F", f"CODE{n}", f"message {n}", bytes([n, n])) for n in range(6)]


def test_a_batch_that_fails_takes_its_transaction_with_it(begin, query):
    target = begin("R1")
    load(target, batch(3, [(3, "C", 1)], first=3))
    writer = target.writer()
    writer.load(batch(1, [(1, "A", 1)], first=1))
    writer.load(batch(2, [(2, "B", 1)], first=2))
    writer.load(batch(3, [(3, "C", 1)], first=3))
    with pytest.raises(LedgerConflict, match="batch 3"):
        writer.close()
    assert staged(query) == (1, 1)
    load(target, batch(1, [(1, "A", 1)], first=1))
    assert staged(query) == (2, 2)


def test_figures_come_from_the_database(begin):
    target = begin("R1")
    reasons = [Reject(1, 20, "ID", "BAD_DIGIT", "m", b"\xf1"), Reject(1, 20, "NAME", "REQUIRED", "m", b"\xf1")]
    one = batch(0, [(1, "A", 150), (2, "B", 7), (3, "C", -50)], rejects=reasons)
    load(target, changed(one, read_sums={"TRL": ReadSum(107, 3)}))
    counts = target.counts()
    assert (counts.batches, counts.read, counts.valid, counts.rejected) == (1, 3, 2, 1)
    assert (counts.staged, counts.reject_records) == (2, 1)
    assert counts.tables == (
        TableCounts(
            "REC",
            counts.valid,
            counts.staged,
            {"AMOUNT": 100},
            {"AMOUNT": 100},
            ReadFigures(3, {"TRL": ReadSum(107, 3)}),
        ),
    )
    assert list(target.rejects()) == reasons


def test_what_is_missing_from_staging_shows_in_the_figures(begin):
    target = begin("R1")
    load(target, batch(0, [(1, "A", 150), (2, "B", 7)]))
    target._connection.execute("DELETE FROM STG WHERE ID = 2")
    counts = target.counts()
    assert (counts.valid, counts.staged) == (2, 1)
    assert counts.tables == (TableCounts("REC", 2, 1, {"AMOUNT": 157}, {"AMOUNT": 150}, ReadFigures(2, {})),)


def test_scaled_and_wide_controls_are_exact(begin):
    thousands = ColumnType(ColumnKind.NUMBER, digits=5, scale=-3)
    target = begin("R1", columns=(COLUMNS[0], TableColumn("T", thousands)))
    one = batch(0, [(1, "A", 1), (2, "B", 2)])
    column = Column("T", thousands, np.array([12345, -1], np.int32), np.zeros(2, np.uint8))
    load(target, changed(one, columns=(one.tables[0].columns[0], column), controls={"T": 12344}))
    assert target.counts().tables[0].staged_controls == {"T": 12344}
    assert target._connection.execute("SELECT max(T) FROM STG").fetchall() == [(12345000,)]


def test_the_staged_rows_of_completed_runs_are_forgotten_by_the_next(begin, query):
    target = begin("R1")
    load(target, batch(0, [(1, "A", 1)]))
    target.mark(RunState.COMPLETED)
    load(begin("R2"), batch(0, [(2, "B", 1)]))
    load(begin("R3"), batch(0, [(3, "C", 1)]))
    assert query("SELECT RUN_ID FROM STG ORDER BY 1") == [("R2",), ("R3",)]


def test_writers_load_side_by_side(begin, query):
    target = begin("R1")
    batches = iter([batch(n, [(n * 20 + i, "X", 1) for i in range(20)], first=n * 20) for n in range(200)])
    lock = threading.Lock()

    def work() -> None:
        writer = target.writer()
        while True:
            with lock:
                one = next(batches, None)
            if one is None:
                break
            writer.load(one)
        writer.close()

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(work) for _ in range(4)]:
            future.result()
    assert query("SELECT count(*), count(DISTINCT RECORD_NO), max(RECORD_NO) FROM STG") == [(4000, 4000, 3999)]
    assert target.counts().batches == 200


def test_a_table_with_other_columns_is_refused(begin):
    begin("R1")
    other = (TableColumn("ID", AMOUNT), TableColumn("NAME", NAME), TableColumn("MORE", NAME))
    with pytest.raises(TargetRefused) as error:
        begin("R2", columns=other)
    assert "the table STG" in str(error.value)
    for difference in ("AMOUNT is too many", "ID is INTEGER and should be DECIMAL(11,2)", "MORE is missing"):
        assert difference in str(error.value)


def test_a_database_that_is_none_is_unavailable(tmp_path):
    (tmp_path / "t.duckdb").write_bytes(b"this is no database, whatever its name says" * 100)
    with pytest.raises(TargetUnavailable, match="not a valid DuckDB database"):
        DuckDbTarget(tmp_path / "t.duckdb", memory=100_000_000, writers=2, commit_rows=245_760, keep_staged=False)


@pytest.mark.parametrize("sql", ["SELECT CAST('4111222' AS DATE)", "INSERT INTO T VALUES (4111222), (4111222)"])
def test_what_a_row_holds_is_not_quoted(sql):
    connection = duckdb.connect()
    connection.execute("CREATE TABLE T (A INTEGER PRIMARY KEY)")
    with pytest.raises(TargetRefused, match="the database refuses what a row holds") as told, translated("MERGE"):
        connection.execute(sql)
    assert "4111222" not in str(told.value)


def test_where_memory_is_short_it_is_said_whose(begin):
    connection = begin("R1")._connection
    with pytest.raises(TargetUnavailable, match=r"^MERGE: .*; give it more by target\.memory$"), translated("MERGE"):
        connection.execute("SELECT list(i::VARCHAR || repeat('x', 100)) FROM range(10_000_000) r (i)")
