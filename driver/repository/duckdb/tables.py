"""The two tables of a record type: staging is final with columns before it."""

from driver.core.records import LoadTable
from driver.repository.dialect import DUCKDB
from driver.repository.schema import WHOSE_ROW, Table, final_table, staging_table

ORIGIN = WHOSE_ROW[1:]
"""The columns of staging that final has not. RUN_ID is where final has it, so that one can become the other."""


def final_of(table: LoadTable) -> Table:
    """Where the last record of each key is."""
    return final_table(DUCKDB, table.final, table.columns, table.key)


def staging_of(table: LoadTable) -> Table:
    """Where batches are loaded."""
    types = dict(staging_table(DUCKDB, table.staging, ()).columns)
    return Table(table.staging, (*((name, types[name]) for name in ORIGIN), *final_of(table).columns))
