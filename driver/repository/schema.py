"""The tables of a run, in any dialect."""

from collections.abc import Sequence
from dataclasses import dataclass

from driver.core.records import TableColumn

from .dialect import Dialect, quoted

WHOSE_ROW = ("RUN_ID", "WORKER_ID", "PART", "BATCH_NO", "RECORD_NO")
"""The columns before the fields in every staging table."""
WHICH_LOAD = ("RUN_ID", "LOADED_AT")
"""The columns after the fields in every final table."""
LONGEST_MESSAGE = 512
"""Bytes of a reject's message."""
LONGEST_FIGURES = 2_000
"""Bytes of what a batch brings to each table, and of a table's control totals, as JSON."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns with their types, and its primary key."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Of the columns."""
        return tuple(name for name, _ in self.columns)

    def create_sql(self, *, if_missing: bool = True) -> str:
        """The statement that creates it."""
        lines = [f"    {quoted(name)} {type_}{' NOT NULL' if name in self.key else ''}" for name, type_ in self.columns]
        if self.key:
            lines.append(f"    PRIMARY KEY ({', '.join(map(quoted, self.key))})")
        return (
            f"CREATE TABLE {'IF NOT EXISTS ' if if_missing else ''}{quoted(self.name)} (\n" + ",\n".join(lines) + "\n)"
        )


def staging_table(dialect: Dialect, name: str, columns: Sequence[TableColumn], key: Sequence[str] = ()) -> Table:
    """Where batches are loaded: whose row it is, then the fields."""
    types = (dialect.text.format(length=64), "INTEGER", "INTEGER", "BIGINT", "BIGINT")
    return Table(name, (*zip(WHOSE_ROW, types, strict=True), *_typed(dialect, columns)), tuple(key))


def final_table(dialect: Dialect, name: str, columns: Sequence[TableColumn], key: Sequence[str]) -> Table:
    """Where the last record of each key is: the fields, which run brought them, and when."""
    types = (dialect.text.format(length=64), "TIMESTAMP")
    return Table(name, (*_typed(dialect, columns), *zip(WHICH_LOAD, types, strict=True)), tuple(key))


def run_table(dialect: Dialect) -> Table:
    """One row a run."""
    text = dialect.text.format
    return Table(
        "MF_RUN",
        (
            ("RUN_ID", text(length=64)),
            ("JOB", text(length=64)),
            ("FILE", text(length=1024)),
            ("FILE_SIZE", "BIGINT"),
            ("FILE_XXH128", text(length=64)),
            ("FINGERPRINT", text(length=64)),
            ("COPYBOOK_SHA256", text(length=64)),
            ("CONFIG", dialect.long_text),
            ("INPUTS", dialect.long_text),
            ("STATE", text(length=16)),
            ("STARTED_AT", "TIMESTAMP"),
            ("CHANGED_AT", "TIMESTAMP"),
            ("RECORDS_READ", "BIGINT"),
            ("RECORDS_VALID", "BIGINT"),
            ("RECORDS_REJECTED", "BIGINT"),
        ),
        ("RUN_ID",),
    )


def run_table_table(dialect: Dialect) -> Table:
    """One row for each table of a run: how far its MERGE has come."""
    text = dialect.text.format
    return Table(
        "MF_RUN_TABLE",
        (
            ("RUN_ID", text(length=64)),
            ("RECORD_TYPE", text(length=128)),
            ("STAGING", text(length=256)),
            ("FINAL", text(length=256)),
            ("STAGED", "BIGINT"),
            ("CONTROLS", text(length=LONGEST_FIGURES)),
            ("MERGED_RECORDS", "BIGINT"),
            ("INSERTED", "BIGINT"),
            ("UPDATED", "BIGINT"),
            ("UNCHANGED", "BIGINT"),
            ("SUPERSEDED", "BIGINT"),
        ),
        ("RUN_ID", "STAGING"),
    )


def ledger_table(dialect: Dialect) -> Table:
    """One row a batch, committed with its rows."""
    return Table(
        "MF_LEDGER",
        (
            ("RUN_ID", dialect.text.format(length=64)),
            ("PART", "INTEGER"),
            ("BATCH_NO", "BIGINT"),
            ("WORKER_ID", "INTEGER"),
            ("START_BYTE", "BIGINT"),
            ("END_BYTE", "BIGINT"),
            ("FIRST_RECORD", "BIGINT"),
            ("RECORDS", "BIGINT"),
            ("VALID", "BIGINT"),
            ("REJECTED", "BIGINT"),
            ("TABLES", dialect.text.format(length=LONGEST_FIGURES)),
            ("CHECKSUM", "BIGINT"),
            ("BLOCK_LEFT", "BIGINT"),
            ("GAP_LEFT", "BIGINT"),
        ),
        ("RUN_ID", "PART", "BATCH_NO"),
    )


def reject_table(dialect: Dialect) -> Table:
    """One row a reason."""
    text = dialect.text.format
    return Table(
        "MF_REJECT",
        (
            ("RUN_ID", text(length=64)),
            ("FILE", text(length=1024)),
            ("RECORD_NO", "BIGINT"),
            ("BYTE_OFFSET", "BIGINT"),
            ("FIELD", text(length=128)),
            ("CODE", text(length=32)),
            ("MESSAGE", text(length=LONGEST_MESSAGE)),
            ("RAW", dialect.binary),
        ),
    )


def final_table_ddl(dialect: Dialect, name: str, columns: Sequence[TableColumn], key: Sequence[str] = ()) -> str:
    """The final table's CREATE TABLE, to be shown."""
    return final_table(dialect, name, columns, key).create_sql(if_missing=False) + ";"


def _typed(dialect: Dialect, columns: Sequence[TableColumn]) -> list[tuple[str, str]]:
    return [(column.name, dialect.type_name(column.type)) for column in columns]
