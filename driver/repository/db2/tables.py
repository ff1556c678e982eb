"""The tables of a job in Db2, and the statements that load them."""

from collections.abc import Sequence
from dataclasses import dataclass

from driver.core.records import KEPT, LoadTable
from driver.repository.dialect import DB2, quoted
from driver.repository.schema import (
    WHOSE_ROW,
    Table,
    final_table,
    ledger_table,
    reject_table,
    run_table,
    run_table_table,
    staging_table,
)

_SUM_DIGITS = 31


@dataclass(frozen=True, slots=True)
class JobTables:
    """The tables that a job uses for one record type.

    Attributes:
        table: names, fields and business key.
    """

    table: LoadTable

    @property
    def work(self) -> str:
        """The table that a range's winning records stand in while they are merged."""
        return f"{self.table.staging}_W"

    @staticmethod
    def of_all_jobs() -> tuple[Table, ...]:
        """Those that the jobs of a database share."""
        return run_table(DB2), run_table_table(DB2), ledger_table(DB2), reject_table(DB2)

    @property
    def staging_table(self) -> Table:
        """As it is created."""
        return staging_table(DB2, self.table.staging, self.table.columns, key=("RUN_ID", "RECORD_NO"))

    @property
    def final_table(self) -> Table:
        """As it is created."""
        return final_table(DB2, self.table.final, self.table.columns, self.table.key)

    @property
    def create_work_sql(self) -> tuple[str, ...]:
        """Statements that create the work table, with the types that final has."""
        names = ", ".join(map(quoted, self.final_table.names))
        keys = ", ".join(map(quoted, self.table.key))
        return (
            f"CREATE TABLE {quoted(self.work)} AS (SELECT {names} FROM {quoted(self.table.final)}) WITH NO DATA",
            f"CREATE UNIQUE INDEX {quoted(self.work + '_K')} ON {quoted(self.work)} ({keys})",
        )

    @property
    def index_sql(self) -> str:
        """The staging table's second index, by which a key's later records are found."""
        columns = ", ".join(map(quoted, (*self.table.key, "RUN_ID", "RECORD_NO")))
        return f"CREATE INDEX {quoted(self.table.staging + '_K')} ON {quoted(self.table.staging)} ({columns})"

    def insert_sql(self, run_id: str) -> str:
        """INSERT of a row into staging; parameters: worker, part, batch, record and the fields.

        The run is a literal: a parameter would be bound and sent with every row.
        """
        names = ", ".join(map(quoted, (*WHOSE_ROW, *(column.name for column in self.table.columns))))
        marks = ", ".join("?" * (len(self.table.columns) + len(WHOSE_ROW) - 1))
        literal = run_id.replace("'", "''")
        return f"INSERT INTO {quoted(self.table.staging)} ({names}) VALUES ('{literal}', {marks})"

    def sums_sql(self, names: Sequence[str]) -> str:
        """Count and exact sums of a run's staged rows; parameter: run."""
        scales = {column.name: column.type.decimals for column in self.table.columns}
        sums = "".join(f", SUM(CAST({quoted(name)} AS DECIMAL({_SUM_DIGITS},{scales[name]})))" for name in names)
        return f'SELECT COUNT(*){sums} FROM {quoted(self.table.staging)} WHERE "RUN_ID" = ?'


class Statements:
    """Statements on the tables of all jobs, in SQL that Db2 and Derby take alike."""

    run = (
        'SELECT "JOB", "FILE", "FILE_SIZE", "FINGERPRINT", "COPYBOOK_SHA256", "STARTED_AT", "STATE", LENGTH("CONFIG"), '
        'LENGTH("INPUTS") FROM "MF_RUN" WHERE "RUN_ID" = ?'
    )
    config_piece = (
        'SELECT CAST(SUBSTR("CONFIG", CAST(? AS INTEGER), 4000) AS VARCHAR(16000)) FROM "MF_RUN" WHERE "RUN_ID" = ?'
    )
    inputs_piece = (
        'SELECT CAST(SUBSTR("INPUTS", CAST(? AS INTEGER), 4000) AS VARCHAR(16000)) FROM "MF_RUN" WHERE "RUN_ID" = ?'
    )
    run_exists = 'SELECT COUNT(*) FROM "MF_RUN" WHERE "RUN_ID" = ?'
    earlier_runs = (
        'SELECT "RUN_ID", "FILE", "FINGERPRINT", "STATE", "STARTED_AT" FROM "MF_RUN" WHERE "JOB" = ? AND "STATE" <> ? '
        'AND ("STATE" <> ? OR "FINGERPRINT" = ?) ORDER BY "STARTED_AT" DESC'
    )
    insert_run = (
        'INSERT INTO "MF_RUN" ("RUN_ID", "JOB", "FILE", "FILE_SIZE", "FINGERPRINT", "COPYBOOK_SHA256", "CONFIG", '
        '"INPUTS", "STATE", "STARTED_AT", "CHANGED_AT") VALUES (?, ?, ?, ?, ?, ?, CAST(? AS VARCHAR(16000)), '
        "CAST(? AS VARCHAR(16000)), ?, ?, ?)"
    )
    insert_run_table = (
        'INSERT INTO "MF_RUN_TABLE" ("RUN_ID", "RECORD_TYPE", "STAGING", "FINAL", "MERGED_RECORDS", "INSERTED", '
        '"UPDATED", "UNCHANGED", "SUPERSEDED") VALUES (?, ?, ?, ?, 0, 0, 0, 0, 0)'
    )
    set_config = 'UPDATE "MF_RUN" SET "CONFIG" = CAST(? AS VARCHAR(16000)) WHERE "RUN_ID" = ?'
    add_config = 'UPDATE "MF_RUN" SET "CONFIG" = "CONFIG" || CAST(? AS VARCHAR(16000)) WHERE "RUN_ID" = ?'
    add_inputs = 'UPDATE "MF_RUN" SET "INPUTS" = "INPUTS" || CAST(? AS VARCHAR(16000)) WHERE "RUN_ID" = ?'
    add_checksum = 'UPDATE "MF_RUN" SET "FILE_XXH128" = ? WHERE "RUN_ID" = ?'
    add_figures = (
        'UPDATE "MF_RUN" SET "RECORDS_READ" = ?, "RECORDS_VALID" = ?, "RECORDS_REJECTED" = ? WHERE "RUN_ID" = ?'
    )
    add_table_figures = 'UPDATE "MF_RUN_TABLE" SET "STAGED" = ?, "CONTROLS" = ? WHERE "RUN_ID" = ? AND "STAGING" = ?'
    table_figures = 'SELECT "STAGED", "CONTROLS" FROM "MF_RUN_TABLE" WHERE "RUN_ID" = ? AND "STAGING" = ?'
    mark_run = 'UPDATE "MF_RUN" SET "STATE" = ?, "CHANGED_AT" = ? WHERE "RUN_ID" = ?'
    add_merged = (
        'UPDATE "MF_RUN_TABLE" SET "MERGED_RECORDS" = ?, "INSERTED" = "INSERTED" + ?, "UPDATED" = "UPDATED" + ?, '
        '"UNCHANGED" = "UNCHANGED" + ?, "SUPERSEDED" = "SUPERSEDED" + ? '
        'WHERE "RUN_ID" = ? AND "STAGING" = ?'
    )
    merged_records = 'SELECT "MERGED_RECORDS" FROM "MF_RUN_TABLE" WHERE "RUN_ID" = ? AND "STAGING" = ?'
    merge_counts = (
        'SELECT "INSERTED", "UPDATED", "UNCHANGED", "SUPERSEDED" FROM "MF_RUN_TABLE" WHERE "RUN_ID" = ? '
        'AND "STAGING" = ?'
    )
    insert_ledger = (
        'INSERT INTO "MF_LEDGER" ("RUN_ID", "PART", "BATCH_NO", "WORKER_ID", "START_BYTE", "END_BYTE", "FIRST_RECORD", '
        '"RECORDS", "VALID", "REJECTED", "TABLES", "CHECKSUM", "BLOCK_LEFT", "GAP_LEFT") '
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    )
    in_ledger = 'SELECT COUNT(*) FROM "MF_LEDGER" WHERE "RUN_ID" = ? AND "PART" = ? AND "BATCH_NO" = ?'
    committed = (
        'SELECT "PART", "BATCH_NO", "FIRST_RECORD", "START_BYTE", "END_BYTE", "RECORDS", "REJECTED", "CHECKSUM", '
        '"BLOCK_LEFT", "GAP_LEFT" FROM "MF_LEDGER" WHERE "RUN_ID" = ? ORDER BY "PART", "BATCH_NO"'
    )
    ledger_parts = (
        'SELECT "PART", COUNT(*), MAX("BATCH_NO") + 1, MIN("START_BYTE"), MAX("END_BYTE"), '
        'SUM("END_BYTE" - "START_BYTE"), MAX("FIRST_RECORD" + "RECORDS") - MIN("FIRST_RECORD"), SUM("RECORDS"), '
        'SUM("VALID"), SUM("REJECTED") FROM "MF_LEDGER" WHERE "RUN_ID" = ? GROUP BY "PART" ORDER BY "PART"'
    )
    ledger_workers = (
        'SELECT "WORKER_ID", COUNT(*), SUM("RECORDS"), SUM("VALID"), SUM("REJECTED") FROM "MF_LEDGER" '
        'WHERE "RUN_ID" = ? GROUP BY "WORKER_ID" ORDER BY "WORKER_ID"'
    )
    ledger_figures = 'SELECT "TABLES" FROM "MF_LEDGER" WHERE "RUN_ID" = ?'
    insert_reject = (
        'INSERT INTO "MF_REJECT" ("RUN_ID", "FILE", "RECORD_NO", "BYTE_OFFSET", "FIELD", "CODE", "MESSAGE", "RAW") '
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    )
    rejected_records = (
        f'SELECT COUNT(DISTINCT "RECORD_NO") FROM "MF_REJECT" WHERE "RUN_ID" = ? AND "CODE" <> \'{KEPT}\''
    )
    rejected = 'SELECT DISTINCT "RECORD_NO" FROM "MF_REJECT" WHERE "RUN_ID" = ? ORDER BY "RECORD_NO"'
    rejects = (
        'SELECT "RECORD_NO", "BYTE_OFFSET", "FIELD", "CODE", "MESSAGE", "RAW" FROM "MF_REJECT" WHERE "RUN_ID" = ? '
        'AND "RECORD_NO" BETWEEN ? AND ? ORDER BY "RECORD_NO", "FIELD", "CODE"'
    )
