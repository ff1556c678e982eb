"""What all that is asked of DuckDB has in common."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import duckdb

from .errors import roll_back


def one(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] = ()) -> tuple[int, ...]:
    """The only row of a query of integers."""
    row = connection.execute(sql, list(parameters)).fetchone()
    assert row is not None  # noqa: S101 - each of these queries has one row
    return row


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of it or nothing."""
    connection.execute("BEGIN TRANSACTION")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        roll_back(connection)
        raise


def naive(moment: datetime) -> datetime:
    """UTC, as TIMESTAMP holds it."""
    return moment.astimezone(UTC).replace(tzinfo=None)
