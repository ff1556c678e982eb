"""Staging becomes the final table where that is empty: the same rows as by INSERT, and what users have added stays."""

import random

import duckdb
import pytest
from loading import batch, load
from structlog.testing import capture_logs

from driver.repository.counts import MergeCounts
from driver.repository.duckdb.merging import Merging
from driver.repository.duckdb.moving import Moving
from driver.repository.target import RunState

ROWS = "SELECT * EXCLUDE LOADED_AT FROM FIN ORDER BY ALL"
KEYED = "SELECT has_primary_key FROM duckdb_tables() WHERE table_name = 'FIN'"


def some(keys: int, count: int = 2_000) -> list:
    """Batches of records of so many keys, without and with an amount."""
    chance = random.Random(1)
    rows = [(chance.randrange(keys), f"N{n}", chance.choice([None, n])) for n in range(count)]
    return [batch(n, rows[first : first + 100], first=first) for n, first in enumerate(range(0, count, 100))]


@pytest.mark.parametrize("keys", [500, 1_000_000])
def test_what_is_moved_is_what_would_be_inserted(begin, query, keys):
    found = []
    for keep_staged in (False, True):
        target = begin("R1", keep_staged=keep_staged)
        load(target, *some(keys))
        counts = target.merge()
        found.append((counts, query(ROWS), query("SELECT sql FROM duckdb_tables() ORDER BY table_name")))
        assert query("SELECT count(*) FROM STG") == [(2_000 if keep_staged else 0,)]
        target._connection.execute("DROP TABLE FIN; DROP TABLE STG; DELETE FROM MF_RUN; DELETE FROM MF_RUN_TABLE")
        target._connection.execute("DELETE FROM MF_LEDGER")
    assert found[0] == found[1]
    assert found[0][0][0].superseded > (1_000 if keys == 500 else 0)


def test_the_next_run_goes_on_with_the_same_tables(begin, query):
    target = begin("R1")
    load(target, batch(0, [(1, "A", 1), (2, "B", 2)]))
    target.merge()
    assert query("SELECT count(*) FROM STG") == [(0,)]
    target.mark(RunState.COMPLETED)
    target = begin("R2")
    load(target, batch(0, [(2, "C", 2), (3, "D", 3)]))
    assert target.merge() == (MergeCounts(inserted=1, updated=1, unchanged=0, superseded=0),)
    assert query("SELECT ID, NAME, RUN_ID FROM FIN ORDER BY ID") == [(1, "A", "R1"), (2, "C", "R2"), (3, "D", "R2")]
    with pytest.raises(duckdb.ConstraintException):
        query("INSERT INTO FIN (ID) VALUES (3)")


def catalog(query) -> list:
    """What the database knows of its tables."""
    return [
        query("SELECT sql, comment, index_count FROM duckdb_tables() ORDER BY ALL"),
        query("SELECT table_name, column_name, comment FROM duckdb_columns() ORDER BY ALL"),
        query("SELECT sql FROM duckdb_indexes()"),
        query("SELECT sql FROM duckdb_triggers()"),
    ]


@pytest.mark.parametrize(
    "added",
    [
        "CREATE INDEX I ON FIN (NAME)",
        "CREATE INDEX I ON STG (NAME)",
        "COMMENT ON TABLE FIN IS 'ours'",
        "COMMENT ON COLUMN STG.NAME IS 'ours'",
        "ALTER TABLE FIN ALTER COLUMN NAME SET DEFAULT 'X'",
        "ALTER TABLE STG ALTER COLUMN NAME SET NOT NULL",
        "CREATE TABLE CHILD (ID INTEGER REFERENCES FIN (ID))",
        "CREATE TRIGGER T AFTER DELETE ON FIN FOR EACH STATEMENT DELETE FROM MF_REJECT",
        "INSERT INTO FIN (ID, NAME) VALUES (99, 'OURS')",
        "INSERT INTO STG (RECORD_NO, ID, RUN_ID) VALUES (1, 99, 'R0')",
    ],
)
def test_what_somebody_has_added_stays(begin, query, added):
    target = begin("R1")
    target._connection.execute(added)
    everything = "SELECT sql, comment, index_count FROM duckdb_tables() WHERE table_name IN ('STG', 'FIN') ORDER BY ALL"
    before = (
        query(everything),
        query("SELECT comment FROM duckdb_columns() ORDER BY ALL"),
        query("FROM duckdb_indexes()"),
    )
    load(target, batch(0, [(1, "A", 1), (1, "B", 1), (2, "C", 2)]))
    assert target.merge() == (MergeCounts(inserted=2, updated=0, unchanged=0, superseded=1),)
    after = (
        query(everything),
        query("SELECT comment FROM duckdb_columns() ORDER BY ALL"),
        query("FROM duckdb_indexes()"),
    )
    assert after == before
    assert query("SELECT ID, NAME FROM FIN WHERE ID < 99 ORDER BY ID") == [(1, "B"), (2, "C")]
    assert query("SELECT count(*) FROM STG WHERE RUN_ID = 'R1'") == [(3,)]


def test_a_key_whose_index_does_not_fit_is_left_out(begin, query):
    target = begin("R1")
    target._connection.execute("INSERT INTO STG SELECT 0, 0, 0, i, i, 'A', 1, 'R1', NULL FROM range(1_000_000) r (i)")
    target._memory = 12_000_000
    with capture_logs() as told:
        assert target.merge() == (MergeCounts(1_000_000, 0, 0, 0),)
    assert query(KEYED) == [(False,)]
    assert [entry["event"] for entry in told] == ["final_without_key"]
    target.mark(RunState.COMPLETED)
    target = begin("R2")
    load(target, batch(0, [(2, "B", 1), (1_000_000, "C", 1)]))
    assert target.merge() == (MergeCounts(inserted=1, updated=1, unchanged=0, superseded=0),)
    assert query(KEYED) == [(False,)]


def test_a_run_that_ends_before_the_key_is_there_makes_it_when_it_goes_on(begin, query, monkeypatch):
    target = begin("R1")
    load(target, *some(500))

    def end(self) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Moving, "add_key", end)
    with pytest.raises(KeyboardInterrupt):
        target.merge()
    counts = target.merged()
    assert query(KEYED) == [(False,)]
    monkeypatch.undo()
    assert target.merge() == counts
    assert query(KEYED) == [(True,)]


def test_a_move_that_fails_leaves_all_as_it_was(begin, query, monkeypatch):
    target = begin("R1")
    load(target, *some(500))
    before = query("FROM STG ORDER BY ALL"), query("SELECT sql FROM duckdb_tables() ORDER BY table_name")

    def end(self, end: int, more: MergeCounts) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Merging, "_record", end)
    with pytest.raises(KeyboardInterrupt):
        target.merge()
    assert (query("FROM STG ORDER BY ALL"), query("SELECT sql FROM duckdb_tables() ORDER BY table_name")) == before
    assert target.merged() == (MergeCounts(0, 0, 0, 0),)


def test_figures_outlive_the_move(begin):
    target = begin("R1")
    load(target, batch(0, [(1, "A", 150), (2, "B", -50)]))
    before = target.counts()
    target.record_figures(before)
    target.merge()
    after = target.counts()
    assert [(table.staged, table.staged_controls, table.forgotten) for table in after.tables] == [
        (2, {"AMOUNT": 100}, True)
    ]
