"""MERGE of staging into final: the last record of each key, rows that do not differ left alone.

It goes by ranges of record numbers, so that a transaction stays small and each staged row is read once: a key's last
record lies in one of them.
"""

from collections.abc import Sequence

from driver.repository.dialect import quoted
from driver.repository.schema import WHICH_LOAD


class MergeStatements:
    """The statements of a merge, in DuckDB's SQL.

    Rows whose key is in final already are merged; the others are inserted, which several threads do at once, and MERGE
    does not let them.

    Args:
        staging: table that the rows come from.
        final: table that they go to.
        columns: the fields.
        key: those of the business key.

    Attributes:
        superseded: collect the record numbers that a later record of their key supersedes; parameters: run, run.
        count_superseded: of a range; parameters: first and last record.
        drop_superseded: from staging, if it has rows of one run alone.
        count: the other rows of a range; parameters: run, first and last record.
        count_there: those of them whose key is in final; the same parameters.
        update: merge these, and say how many differed; the same parameters.
        insert_new: those whose key is not in final, and say how many; the same parameters.
        insert: the same, where it is known that none is.
    """

    def __init__(self, staging: str, final: str, columns: Sequence[str], key: Sequence[str]) -> None:
        names = [quoted(name) for name in columns]
        keys = [quoted(name) for name in key]
        source, target = quoted(staging), quoted(final)
        within = "s.RUN_ID = ? AND s.RECORD_NO BETWEEN ? AND ?"
        winning = f"{source} s ANTI JOIN MF_SUPERSEDED l ON s.RECORD_NO = l.RECORD_NO"
        same_key = " AND ".join(f"f.{name} = s.{name}" for name in keys)
        self.superseded = (
            f"CREATE OR REPLACE TEMP TABLE MF_SUPERSEDED AS SELECT s.RECORD_NO FROM {source} s JOIN "
            f"(SELECT {', '.join(keys)}, max(RECORD_NO) AS LAST_NO FROM {source} WHERE RUN_ID = ? "
            f"GROUP BY {', '.join(keys)} HAVING count(*) > 1) f ON {same_key} "
            f"WHERE s.RUN_ID = ? AND s.RECORD_NO < f.LAST_NO"
        )
        self.count_superseded = "SELECT count(*) FROM MF_SUPERSEDED WHERE RECORD_NO BETWEEN ? AND ?"
        self.drop_superseded = f"DELETE FROM {source} WHERE RECORD_NO IN (FROM MF_SUPERSEDED)"
        self.count = f"SELECT count(*) FROM {winning} WHERE {within}"
        self.count_there = f"SELECT count(*) FROM {winning} SEMI JOIN {target} f ON {same_key} WHERE {within}"
        self.update = (
            f"MERGE INTO {target} f USING (SELECT s.* FROM {winning} WHERE {within}) s ON {same_key} "
            f"{_update([name for name in names if name not in keys])}"
        )
        all_names = [*names, *WHICH_LOAD]
        values = ", ".join(f"s.{name}" for name in all_names)
        into = f"INSERT INTO {target} ({', '.join(all_names)}) SELECT {values} FROM {winning} "
        self.insert_new = f"{into}ANTI JOIN {target} f ON {same_key} WHERE {within}"
        self.insert = f"{into}WHERE {within}"


def _update(names: Sequence[str]) -> str:
    """What becomes of a row that is there: nothing where its fields are the same, or all of the key."""
    if not names:
        return "WHEN MATCHED THEN DO NOTHING"
    old, new = (", ".join(f"{side}.{name}" for name in names) for side in "fs")
    assignments = [f"{name} = s.{name}" for name in (*names, *WHICH_LOAD)]
    return f"WHEN MATCHED AND ({old}) IS DISTINCT FROM ({new}) THEN UPDATE SET {', '.join(assignments)}"
