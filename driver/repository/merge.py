"""MERGE of staging into final: the last record of each key, rows that do not differ left alone."""

from collections.abc import Sequence

from .dialect import quoted


class MergeStatements:
    """The statements that merge one bucket of keys, in this order.

    Args:
        staging: table that the rows come from.
        final: table that they go to.
        columns: the fields.
        key: those of the business key.
    """

    def __init__(self, staging: str, final: str, columns: Sequence[str], key: Sequence[str]) -> None:
        self._staging, self._final = quoted(staging), quoted(final)
        self._columns = [quoted(name) for name in columns]
        self._key = [quoted(name) for name in key]
        self._others = [name for name in self._columns if name not in self._key]

    def last_records(self, buckets: int) -> str:
        """Collect the number of each key's last record; parameters: run, and the bucket if there are several."""
        keys = ", ".join(self._key)
        bucket = f" AND hash({keys}) % {buckets} = ?" if buckets > 1 else ""
        return (
            f"CREATE OR REPLACE TEMP TABLE MF_LAST AS SELECT {keys}, max(RECORD_NO) AS RECORD_NO, count(*) AS STAGED "
            f"FROM {self._staging} WHERE RUN_ID = ?{bucket} GROUP BY {keys}"
        )

    @property
    def count_keys(self) -> str:
        """How many keys, and how many staged rows have them."""
        return "SELECT count(*), sum(STAGED) FROM MF_LAST"

    @property
    def count_new(self) -> str:
        """How many of the keys are not in final yet."""
        return f"SELECT count(*) FROM MF_LAST l ANTI JOIN {self._final} f ON {self._same_key('l')}"

    @property
    def merge(self) -> str:
        """Insert and update, and say how many rows that were; parameters: run, time, run."""
        insert = ", ".join([*self._columns, "RUN_ID", "LOADED_AT"])
        values = ", ".join([*(f"s.{name}" for name in self._columns), "s.MF_RUN_ID", "s.MF_LOADED_AT"])
        update = ""
        if self._others:
            old, new = (", ".join(f"{side}.{name}" for name in self._others) for side in "fs")
            assignments = ", ".join(
                [*(f"{name} = s.{name}" for name in self._others), "RUN_ID = s.MF_RUN_ID", "LOADED_AT = s.MF_LOADED_AT"]
            )
            update = f"WHEN MATCHED AND ({old}) IS DISTINCT FROM ({new}) THEN UPDATE SET {assignments} "
        return (
            f"MERGE INTO {self._final} f USING (SELECT s.*, ? AS MF_RUN_ID, CAST(? AS TIMESTAMP) AS MF_LOADED_AT "
            f"FROM {self._staging} s SEMI JOIN MF_LAST l ON s.RECORD_NO = l.RECORD_NO WHERE s.RUN_ID = ?) s "
            f"ON {self._same_key('s')} {update}WHEN NOT MATCHED THEN INSERT ({insert}) VALUES ({values})"
        )

    def _same_key(self, side: str) -> str:
        return " AND ".join(f"f.{name} = {side}.{name}" for name in self._key)
