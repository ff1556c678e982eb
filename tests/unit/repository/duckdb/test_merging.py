"""MERGE in DuckDB: the last record of each key, range by range; what was done is not done again."""

import duckdb
import pytest
from loading import COLUMNS, ID, batch, changed, load

from driver.core.records import LoadTable, TableColumn
from driver.repository.counts import MergeCounts
from driver.repository.duckdb.merging import Merging
from driver.repository.errors import TargetUnavailable
from driver.repository.target import RunState

both_ways = pytest.mark.parametrize("keep_staged", [False, True])


@both_ways
def test_the_last_record_of_a_key_wins_whatever_the_order_of_loading(begin, query, keep_staged):
    target = begin("R1", keep_staged=keep_staged)
    load(target, batch(1, [(1, "new", 5), (2, "B", 6)], first=10), batch(0, [(1, "old", 1), (3, "C", None)]))
    assert target.merge() == (MergeCounts(inserted=3, updated=0, unchanged=0, superseded=1),)
    assert query("SELECT ID, NAME, RUN_ID FROM FIN ORDER BY ID") == [(1, "new", "R1"), (2, "B", "R1"), (3, "C", "R1")]


@both_ways
def test_only_rows_that_differ_are_updated(begin, query, keep_staged):
    target = begin("R1", keep_staged=keep_staged)
    load(target, batch(0, [(1, "A", 1), (2, "B", None), (3, "C", 3)]))
    target.merge()
    target.mark(RunState.COMPLETED)
    target = begin("R2")
    load(target, batch(0, [(1, "A", 1), (2, "B", 5), (3, "C", None), (4, "D", 4)]))
    assert target.merge() == (MergeCounts(inserted=1, updated=2, unchanged=1, superseded=0),)
    assert query("SELECT ID, RUN_ID FROM FIN ORDER BY ID") == [(1, "R1"), (2, "R2"), (3, "R2"), (4, "R2")]


@both_ways
def test_a_second_merge_changes_nothing_and_says_the_same(begin, query, keep_staged):
    target = begin("R1", keep_staged=keep_staged)
    load(target, batch(0, [(1, "A", 1), (1, "B", 1)]))
    first = target.merge()
    before = query("FROM FIN")
    assert target.merge() == first
    assert query("FROM FIN") == before


def test_a_merge_goes_by_ranges_and_adds_up(begin, query, monkeypatch):
    monkeypatch.setattr("driver.repository.duckdb.merging._MERGE_SHARE", 1_000_000)  # two records a range
    target = begin("R1", keep_staged=True)
    rows = [(i % 7, f"N{i}", i) for i in range(25)]
    load(target, batch(0, rows[:10]), batch(1, rows[10:], first=10))
    assert target.merge() == (MergeCounts(inserted=7, updated=0, unchanged=0, superseded=18),)
    assert query("SELECT ID, NAME FROM FIN ORDER BY ID") == [
        (i, f"N{max(j for j in range(25) if j % 7 == i)}") for i in range(7)
    ]


def test_a_merge_by_ranges_leaves_alone_what_is_there(begin, query, monkeypatch):
    monkeypatch.setattr("driver.repository.duckdb.merging._MERGE_SHARE", 1_000_000)
    target = begin("R1", keep_staged=True)
    load(target, batch(0, [(i, f"N{i}", i) for i in range(25)]))
    assert target.merge() == (MergeCounts(inserted=25, updated=0, unchanged=0, superseded=0),)
    target = begin("R2")
    load(target, batch(0, [(i, f"N{i}", i if i < 20 else 99) for i in range(50)] + [(0, "N0", 0)]))
    assert target.merge() == (MergeCounts(inserted=25, updated=5, unchanged=20, superseded=1),)
    assert query("SELECT RUN_ID, count(*), count(DISTINCT ID) FROM FIN GROUP BY ALL ORDER BY ALL") == [
        ("R1", 20, 20),
        ("R2", 30, 30),
    ]


@both_ways
def test_a_run_without_rows_merges_nothing(begin, keep_staged):
    assert begin("R1", keep_staged=keep_staged).merge() == (MergeCounts(0, 0, 0, 0),)


@pytest.mark.parametrize(("threads", "share"), [(1, 16), (5, 16), (6, 4), (64, 4)])
def test_an_insert_is_long_where_each_thread_has_room_for_a_row_group(threads, share):
    table = LoadTable("REC", COLUMNS, ("ID",), "STG", "FIN")
    width = 3 * 16 + 10
    merging = Merging(duckdb.connect(), "R1", table, memory=5 * 122_880 * width, keep_staged=False)
    merged = merging._records_at_a_time(threads, all_new=False)
    assert merging._records_at_a_time(threads, all_new=True) == share * merged


def test_a_merge_that_was_cut_off_goes_on(begin, query, monkeypatch):
    monkeypatch.setattr("driver.repository.duckdb.merging._MERGE_SHARE", 1_000_000)
    target = begin("R1", keep_staged=True)
    load(target, batch(0, [(i % 7, f"N{i}", i) for i in range(25)]))
    ranges = Merging._merge_range

    def until_20(merging, first, end, *, all_new) -> None:
        if first >= 16:
            raise TargetUnavailable("gone")
        ranges(merging, first, end, all_new=all_new)

    monkeypatch.setattr(Merging, "_merge_range", until_20)

    with pytest.raises(TargetUnavailable):
        target.merge()
    monkeypatch.undo()
    assert target.merge() == (MergeCounts(inserted=7, updated=0, unchanged=0, superseded=18),)


def test_the_pages_of_an_index_do_not_stay_in_memory(begin, monkeypatch):
    monkeypatch.setattr("driver.repository.duckdb.merging._INDEX_SHARE", 100_000_000)
    target = begin("R1", keep_staged=True)
    load(target, batch(0, [(i, "A", i) for i in range(1_000)]))
    target.merge()
    in_memory = "SELECT sum(memory_usage_bytes) FROM duckdb_memory() WHERE tag = 'ART_INDEX'"
    assert target._connection.execute(in_memory).fetchone() == (0,)


def test_a_table_of_nothing_but_its_key_merges(begin):
    columns = (TableColumn("ID", ID),)
    for run, counts in (("R1", MergeCounts(2, 0, 0, 0)), ("R2", MergeCounts(0, 0, 2, 0))):
        target = begin(run, columns=columns)
        one = batch(0, [(1, "A", 1), (2, "B", 2)])
        load(target, changed(one, columns=one.tables[0].columns[:1], controls={}))
        assert target.merge() == (counts,)
