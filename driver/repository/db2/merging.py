"""The MERGE of a run, range by range, and the end of its staged rows; what was committed is not done again."""

from dataclasses import dataclass
from functools import partial

from driver.repository.counts import MergeCounts
from driver.repository.target import RunState

from .figures import merge_counts
from .merge import MergeStatements
from .runs import integer, now
from .session import Session, Value
from .sqlcodes import UNKNOWN_STATE, SqlError
from .tables import JobTables, Statements
from .transactions import Transactions


@dataclass(slots=True)
class RangeSize:
    """How many records a transaction takes.

    Attributes:
        records: at most.
        fewest: records of a range that is not made smaller any more.
    """

    records: int
    fewest: int

    def halve(self) -> None:
        """The log was full."""
        self.records = max(self.fewest, self.records // 2)


class Merging:
    """Of one table.

    Args:
        transactions: over the target's own connection.
        size: of the ranges; it may become less meanwhile.
        tables: of the record type.
    """

    def __init__(self, transactions: Transactions, size: RangeSize, tables: JobTables) -> None:
        self._transactions = transactions
        self._size = size
        self._table = tables.table
        self._statements = MergeStatements(tables)

    def merge(self, run_id: str) -> None:
        """Merge what is not merged yet."""
        what = f"MERGE into {self._table.final}"
        end = self._transactions(what, partial(self._end_of_records, run_id))
        while self._transactions(what, partial(self._merge_range, run_id, end)) < end:
            pass

    def merged(self, run_id: str) -> MergeCounts:
        """What has been done so far."""
        return self._transactions("MF_RUN_TABLE", partial(merge_counts, run_id=run_id, staging=self._table.staging))

    def forget_ended(self) -> None:
        """Delete the staged rows of runs that have ended."""
        staging = self._table.staging
        for run_id in self._transactions(staging, self._ended_runs):
            end = self._transactions(staging, partial(self._end_of_records, run_id))
            first = 0
            while first < end:
                first = self._transactions(staging, partial(self._forget_range, run_id, first))

    def _ended_runs(self, session: Session) -> list[str]:
        states = (RunState.COMPLETED, RunState.ABANDONED)
        return [str(run_id) for (run_id,) in session.query(self._statements.ended_runs, states)]

    def _end_of_records(self, run_id: str, session: Session) -> int:
        ((last,),) = session.query(self._statements.last_record, (run_id,))
        return 0 if last is None else integer(last) + 1

    def _forget_range(self, run_id: str, first: int, session: Session) -> int:
        """Delete staged rows; return where the range ends."""
        end = first + self._size.records
        session.execute(self._statements.forget, (run_id, first, end - 1))
        return end

    def _merge_range(self, run_id: str, end: int, session: Session) -> int:
        """Merge the next range; return where it ends. Begins where the last that was committed has ended."""
        statements, staging = self._statements, self._table.staging
        ((merged,),) = session.query(Statements.merged_records, (run_id, staging))
        first = integer(merged)
        last = min(first + self._size.records, end) - 1
        if first > last:
            return first
        bounds = (run_id, first, last)
        superseded = _count(session, statements.count_superseded, bounds)
        session.execute(statements.clear)
        collected = session.execute(statements.collect, (run_id, now(), *bounds))
        new = _count(session, statements.count_new)
        changed = session.execute(statements.merge)
        if missing := _count(session, statements.count_new):
            raise SqlError(UNKNOWN_STATE, -99999, f"the MERGE has left {missing} keys out")
        session.execute(statements.clear)
        session.execute(
            Statements.add_merged,
            (last + 1, new, changed - new, collected - changed, superseded, run_id, staging),
        )
        return last + 1


def _count(session: Session, sql: str, parameters: tuple[Value, ...] = ()) -> int:
    ((count,),) = session.query(sql, parameters)
    return integer(count)
