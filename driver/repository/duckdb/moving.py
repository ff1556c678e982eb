"""Staging as a whole becomes the final table, where that is empty: no row is written a second time."""

import duckdb

from driver.core.records import LoadTable
from driver.repository.dialect import quoted
from driver.repository.schema import Table

from .statements import one
from .tables import ORIGIN, final_of, staging_of

_KNOWN = """
SELECT t.sql, t.comment, t.index_count, g.triggers, c.comments FROM duckdb_tables() t,
    (SELECT count(*) AS triggers FROM duckdb_triggers() WHERE table_name = $name) g,
    (SELECT list(comment ORDER BY column_index) AS comments FROM duckdb_columns() WHERE table_name = $name) c
WHERE t.table_name = $name
"""
"""All that DuckDB knows of a table beside its rows."""


class NotMovable(Exception):  # noqa: N818 - no error: the rows are inserted instead
    """A table is more than its CREATE TABLE says, which would be lost."""


class Moving:
    """Of one table.

    Args:
        connection: to the database.
        run_id: of the run.
        table: whose rows are moved.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, run_id: str, table: LoadTable) -> None:
        self._connection, self._run_id = connection, run_id
        self._staging, self._final = staging_of(table), final_of(table)

    @property
    def possible(self) -> bool:
        """Staging has rows of this run alone, and final none."""
        others = (
            f"SELECT (SELECT count(*) FROM {quoted(self._final.name)}) + "
            f"(SELECT count(*) FROM {quoted(self._staging.name)} WHERE RUN_ID <> ?)"
        )
        return one(self._connection, others, [self._run_id]) == (0,)

    def move(self) -> int:
        """Make the final table of the staging table, but for its primary key, and a new staging table.

        Returns:
            How many rows it has.

        Raises:
            NotMovable: the transaction has to be rolled back.
        """
        staging, final = self._known(self._staging), self._known(self._final)
        try:
            self._drop(self._final)
            self._create(self._final, as_it_was=final)
            self._drop(self._final)
            self._make_final_of_staging()
            self._create(self._staging, as_it_was=staging)
        except (duckdb.CatalogException, duckdb.DependencyException) as error:
            raise NotMovable from error
        (rows,) = one(self._connection, f"SELECT count(*) FROM {quoted(self._final.name)}")
        return rows

    def add_key(self) -> None:
        """Give the final table its primary key, if it has none.

        Raises:
            duckdb.OutOfMemoryException: its index does not fit into DuckDB's memory; nothing has changed.
        """
        name, key = self._final.name, ", ".join(map(quoted, self._final.key))
        (keyed,) = one(self._connection, "SELECT has_primary_key FROM duckdb_tables() WHERE table_name = ?", [name])
        if not keyed:
            self._connection.execute(f"ALTER TABLE {quoted(name)} ADD PRIMARY KEY ({key})")

    def _make_final_of_staging(self) -> None:
        staging = quoted(self._staging.name)
        for name in ORIGIN:
            self._connection.execute(f"ALTER TABLE {staging} DROP COLUMN {quoted(name)}")
        self._connection.execute(f"ALTER TABLE {staging} RENAME TO {quoted(self._final.name)}")

    def _create(self, table: Table, *, as_it_was: tuple[object, ...] | None) -> None:
        self._connection.execute(table.create_sql(if_missing=False))
        if self._known(table) != as_it_was:
            raise NotMovable

    def _drop(self, table: Table) -> None:
        self._connection.execute(f"DROP TABLE {quoted(table.name)}")

    def _known(self, table: Table) -> tuple[object, ...] | None:
        return self._connection.execute(_KNOWN, {"name": table.name}).fetchone()
