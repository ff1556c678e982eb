"""DDL in both dialects."""

import duckdb
import pytest

from driver.core.records import TableColumn
from driver.repository.dialect import DB2, DUCKDB, quoted
from driver.repository.errors import TargetRefused
from driver.repository.schema import final_table_ddl, ledger_table, reject_table, run_table, staging_table
from mfdecode.columns import ColumnKind, ColumnType


def number(digits: int, scale: int = 0) -> ColumnType:
    return ColumnType(ColumnKind.NUMBER, digits=digits, scale=scale)


@pytest.mark.parametrize(
    ("type_", "duckdb_type", "db2_type"),
    [
        (number(4), "SMALLINT", "SMALLINT"),
        (number(5), "INTEGER", "INTEGER"),
        (number(18), "BIGINT", "BIGINT"),
        (number(19), "DECIMAL(19,0)", "DECIMAL(19,0)"),
        (number(3, 2), "DECIMAL(3,2)", "DECIMAL(3,2)"),
        (number(5, -3), "INTEGER", "INTEGER"),
        (number(5, 8), "DECIMAL(8,8)", "DECIMAL(8,8)"),
        (ColumnType(ColumnKind.TEXT, length=20, width=3), "VARCHAR", "VARCHAR(60)"),
        (ColumnType(ColumnKind.FLOAT, bits=32), "FLOAT", "REAL"),
        (ColumnType(ColumnKind.FLOAT, bits=64), "DOUBLE", "DOUBLE"),
        (ColumnType(ColumnKind.DATE), "DATE", "DATE"),
        (ColumnType(ColumnKind.TIMESTAMP), "TIMESTAMP", "TIMESTAMP"),
    ],
)
def test_types(type_, duckdb_type, db2_type):
    assert (DUCKDB.type_name(type_), DB2.type_name(type_)) == (duckdb_type, db2_type)


def test_more_digits_than_a_database_has_are_refused():
    assert DUCKDB.type_name(number(38)) == "DECIMAL(38,0)"
    with pytest.raises(TargetRefused, match="Db2 has decimals of 31 digits, and not of 32"):
        DB2.type_name(number(32))


def test_identifiers_are_quoted_part_by_part():
    assert quoted('S."X') == '"S"."""X"'


def test_the_final_table():
    ddl = final_table_ddl(
        DB2, "S.T", [TableColumn("ID", number(9)), TableColumn("NAME", ColumnType(ColumnKind.TEXT, 5, width=2))], ["ID"]
    )
    assert ddl.splitlines() == [
        'CREATE TABLE "S"."T" (',
        '    "ID" INTEGER NOT NULL,',
        '    "NAME" VARCHAR(10),',
        '    "RUN_ID" VARCHAR(64),',
        '    "LOADED_AT" TIMESTAMP,',
        '    PRIMARY KEY ("ID")',
        ");",
    ]


def test_every_table_is_valid_sql():
    columns = [TableColumn("ORDER", number(9)), TableColumn("A B", number(38, 10))]
    with duckdb.connect() as connection:
        for table in (run_table, ledger_table, reject_table):
            connection.execute(table(DUCKDB).create_sql())
        connection.execute(staging_table(DUCKDB, "S", columns).create_sql())
        connection.execute(final_table_ddl(DUCKDB, "F", columns, ["ORDER"]))
