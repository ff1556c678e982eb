"""A DuckDB target, and questions to its database from beside it."""

from datetime import UTC, datetime

import duckdb
import pytest
from loading import COLUMNS, Source

from driver.core.records import LoadTable
from driver.repository.duckdb.target import DuckDbTarget
from driver.repository.target import RunRecord


@pytest.fixture
def begin(tmp_path):
    """Begin a run; the database stays open over the runs of a test."""
    targets = []

    def begin(run_id: str, *, columns=COLUMNS, key=("ID",), commit_rows=245_760, keep_staged=False) -> DuckDbTarget:
        while targets:
            targets.pop().close()
        target = DuckDbTarget(
            tmp_path / "new" / "t.duckdb",
            memory=100_000_000,
            writers=2,
            commit_rows=commit_rows,
            keep_staged=keep_staged,
        )
        targets.append(target)
        target.prepare(run_id, [LoadTable("REC", columns, key, "STG", "FIN")])
        target.begin(RunRecord(run_id, "job", "in.dat", 1, "f", "", "{}", "{}", datetime.now(UTC)), Source())
        return target

    yield begin
    while targets:
        targets.pop().close()


@pytest.fixture
def query(tmp_path):
    """Ask the database from beside the target."""

    def query(sql: str) -> list[tuple]:
        with duckdb.connect(str(tmp_path / "new" / "t.duckdb"), config=dict(SAME)) as connection:
            return connection.execute(sql).fetchall()

    return query


SAME = {
    "memory_limit": "100000000B",
    "preserve_insertion_order": "false",
    "checkpoint_threshold": "256MB",
    "threads": 1,
    "max_vacuum_tasks": 0,
}
