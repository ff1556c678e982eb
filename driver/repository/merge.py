"""MERGE of staging into final: the last record of each key, rows that do not differ left alone.

It goes by ranges of record numbers, so that a transaction stays small and each staged row is read once: a key's last
record lies in one of them.
"""

from collections.abc import Sequence

from .dialect import quoted


class MergeStatements:
    """The statements of a merge, in DuckDB's SQL.

    Args:
        staging: table that the rows come from.
        final: table that they go to.
        columns: the fields.
        key: those of the business key.

    Attributes:
        last_records: collect the record numbers that win; parameter: run.
        count: staged rows of a range, and how many of them win; parameters: run, first and last record.
        count_new: winning rows whose key is not in final; the same parameters.
        merge: insert and update, and say how many rows that were; parameters: run, time, run, first and last record.
    """

    def __init__(self, staging: str, final: str, columns: Sequence[str], key: Sequence[str]) -> None:
        names = [quoted(name) for name in columns]
        keys = [quoted(name) for name in key]
        source, target = quoted(staging), quoted(final)
        within = "s.RUN_ID = ? AND s.RECORD_NO BETWEEN ? AND ?"
        winning = f"{source} s SEMI JOIN MF_LAST l ON s.RECORD_NO = l.RECORD_NO"
        same_key = " AND ".join(f"f.{name} = s.{name}" for name in keys)
        self.last_records = (
            f"CREATE OR REPLACE TEMP TABLE MF_LAST AS SELECT max(RECORD_NO) AS RECORD_NO FROM {source} "
            f"WHERE RUN_ID = ? GROUP BY {', '.join(keys)}"
        )
        self.count = (
            f"SELECT count(*), count(l.RECORD_NO) FROM {source} s LEFT JOIN MF_LAST l ON s.RECORD_NO = l.RECORD_NO "
            f"WHERE {within}"
        )
        self.count_new = f"SELECT count(*) FROM {winning} ANTI JOIN {target} f ON {same_key} WHERE {within}"
        insert = ", ".join([*names, "RUN_ID", "LOADED_AT"])
        values = ", ".join([*(f"s.{name}" for name in names), "s.MF_RUN_ID", "s.MF_LOADED_AT"])
        self.merge = (
            f"MERGE INTO {target} f USING (SELECT s.*, ? AS MF_RUN_ID, CAST(? AS TIMESTAMP) AS MF_LOADED_AT "
            f"FROM {winning} WHERE {within}) s ON {same_key} "
            f"{_update([name for name in names if name not in keys])}"
            f"WHEN NOT MATCHED THEN INSERT ({insert}) VALUES ({values})"
        )


def _update(names: Sequence[str]) -> str:
    """What becomes of a row that is there: nothing where its fields are the same, or all of the key."""
    if not names:
        return ""
    old, new = (", ".join(f"{side}.{name}" for name in names) for side in "fs")
    assignments = [*(f"{name} = s.{name}" for name in names), "RUN_ID = s.MF_RUN_ID", "LOADED_AT = s.MF_LOADED_AT"]
    return f"WHEN MATCHED AND ({old}) IS DISTINCT FROM ({new}) THEN UPDATE SET {', '.join(assignments)} "
