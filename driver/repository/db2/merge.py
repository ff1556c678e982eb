"""MERGE in SQL that Db2 and Derby take alike: a range's last records into a work table, and from there into final.

It goes by ranges of record numbers, a transaction each, so that the log stays small and each staged row is read once.
Derby merges from base tables alone and has no ROW_NUMBER, so the last record of a key is the one that has no later.
"""

from driver.repository.dialect import quoted

from .tables import JobTables


class MergeStatements:
    """The statements of a merge.

    Args:
        tables: of the job.

    Attributes:
        ended_runs: those of two states, both parameters, that have staged rows.
        last_record: the highest record number of a run; parameter: run.
        clear: empty the work table.
        collect: the records of a range that win, into the work table; parameters: run, time, run, first and last.
        count_superseded: staged rows of a range that do not win; parameters: run, first and last record.
        count_new: collected rows whose key is not in final.
        merge: insert and update; says how many rows that were.
        forget: delete staged rows; parameters: run, first and last record.
    """

    def __init__(self, tables: JobTables) -> None:
        names = [quoted(column.name) for column in tables.table.columns]
        keys = [quoted(name) for name in tables.table.key]
        staging, work, final = quoted(tables.table.staging), quoted(tables.work), quoted(tables.table.final)
        same_key = " AND ".join(f"f.{name} = w.{name}" for name in keys)
        later = " AND ".join(f"l.{name} = s.{name}" for name in keys)
        written = [*names, '"RUN_ID"', '"LOADED_AT"']
        columns = ", ".join(written)
        within = 's."RUN_ID" = ? AND s."RECORD_NO" BETWEEN ? AND ?'
        self.ended_runs = (
            'SELECT r."RUN_ID" FROM "MF_RUN" r WHERE (r."STATE" = ? OR r."STATE" = ?) '
            f'AND EXISTS (SELECT 1 FROM {staging} s WHERE s."RUN_ID" = r."RUN_ID")'
        )
        self.last_record = f'SELECT MAX("RECORD_NO") FROM {staging} WHERE "RUN_ID" = ?'
        self.forget = f'DELETE FROM {staging} WHERE "RUN_ID" = ? AND "RECORD_NO" BETWEEN ? AND ?'
        self.clear = f"DELETE FROM {work}"
        has_later = (
            f'EXISTS (SELECT 1 FROM {staging} l WHERE {later} AND l."RUN_ID" = s."RUN_ID" '
            f'AND l."RECORD_NO" > s."RECORD_NO")'
        )
        self.count_superseded = f"SELECT COUNT(*) FROM {staging} s WHERE {within} AND {has_later}"
        self.collect = (
            f"INSERT INTO {work} ({columns}) SELECT {', '.join(f's.{name}' for name in names)}, "
            f"CAST(? AS VARCHAR(64)), CAST(? AS TIMESTAMP) FROM {staging} s WHERE {within} "
            f"AND NOT {has_later}"
        )
        self.count_new = f"SELECT COUNT(*) FROM {work} w WHERE NOT EXISTS (SELECT 1 FROM {final} f WHERE {same_key})"
        self.merge = (
            f"MERGE INTO {final} f USING {work} w ON {same_key} {_update([n for n in names if n not in keys])}"
            f"WHEN NOT MATCHED THEN INSERT ({columns}) VALUES ({', '.join(f'w.{name}' for name in written)})"
        )


def _update(names: list[str]) -> str:
    """What becomes of a row that is there: nothing where its fields are the same, or all of the key."""
    if not names:
        return ""
    differs = " OR ".join(
        f"f.{name} <> w.{name} OR (f.{name} IS NULL AND w.{name} IS NOT NULL) "
        f"OR (f.{name} IS NOT NULL AND w.{name} IS NULL)"
        for name in names
    )
    changes = ", ".join(f"{name} = w.{name}" for name in [*names, '"RUN_ID"', '"LOADED_AT"'])
    return f"WHEN MATCHED AND ({differs}) THEN UPDATE SET {changes} "
