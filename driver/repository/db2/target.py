"""Db2: staging by writers of their own, the ledger, MERGE by ranges, and figures from the database itself."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TypeVar

import structlog

from driver.core.records import LoadTable, ReadSum, Reject
from driver.repository.errors import TargetRefused
from driver.repository.insert_method import InsertMethod
from driver.repository.ledger import TableFigures, as_json
from driver.repository.schema import LONGEST_FIGURES
from driver.repository.target import (
    CommittedBatch,
    EarlierRun,
    LoadCounts,
    MergeCounts,
    RunRecord,
    RunState,
    SourceAgain,
    WorkerCounts,
)

from .creation import make_shared_tables, make_tables
from .figures import merge_counts, rejects_between, run_counts, worker_counts
from .inserts import SESSIONS
from .merge import MergeStatements
from .rejects import whole
from .retry import Retry, RetryPolicy
from .runs import (
    add_figures,
    committed_batches,
    earlier_runs,
    insert_run,
    integer,
    now,
    recorded_run,
    set_config,
)
from .session import ServerAddress, Session, Value
from .sqlcodes import UNKNOWN_STATE, SqlError, Trouble, translated
from .tables import JobTables, Statements
from .writer import Db2Writer, LoadJob, TableLoad

_FETCH = 200
"""Rejected records that are fetched at a time."""
_GREATEST_TOTAL = 10**40
"""Of a batch: a million numbers of 31 digits, and some more."""
_MOST_RECORDS = 1_000_000
"""Of a batch."""

T = TypeVar("T")


class Db2Target:
    """A database on a server.

    Args:
        address: of the database.
        method: how the writers send rows.
        retry: how often and how long a transaction is tried again.
        merge_rows: records that one transaction of the MERGE takes; half as many after the log was full. (A batch is
            one transaction whatever happens: it is tried again when there is room.)
        fewest_merged: records of a range that is not made smaller any more.
        merge_timeout: seconds of silence after which a MERGE or a query counts as lost.
        controls: columns that are summed, by record type.
        checked: fields that are summed over all that is read, by record type.
    """

    def __init__(
        self,
        address: ServerAddress,
        *,
        method: InsertMethod,
        retry: RetryPolicy,
        merge_rows: int,
        merge_timeout: float,
        controls: Mapping[str, Sequence[str]],
        checked: Mapping[str, Sequence[str]],
        fewest_merged: int = 1_000,
    ) -> None:
        self._address = address
        self._patient = replace(address, receive_timeout=merge_timeout)
        self._method = method
        self._retry = Retry(retry)
        self._merge_rows, self._fewest_merged = merge_rows, fewest_merged
        self._controls, self._checked = controls, checked
        self._loads: tuple[TableLoad, ...] = ()
        self._run_id = ""
        self._source: SourceAgain | None = None
        self._session: Session | None = None

    @property
    def retries(self) -> int:
        """Transactions that were tried again, so far."""
        return self._retry.count

    def recorded(self, run_id: str) -> RunRecord | None:
        """What MF_RUN says of a run.

        Raises:
            TargetUnavailable: the server does not answer.
        """
        return self._transaction("MF_RUN", lambda session: recorded_run(session, run_id))

    def prepare(self, run_id: str, tables: Sequence[LoadTable]) -> None:
        """Create what tables are missing, check those that are there.

        Raises:
            TargetRefused: a table lacks a column or has it of a type that does not fit, or we may not do what has to
                be done.
            TargetUnavailable: the server does not answer.
        """
        self._run_id = run_id
        longest = as_json((table, self._longest(table)) for table in tables)
        if len(longest) > LONGEST_FIGURES:
            totals = [*chain(*self._controls.values(), *self._checked.values())]
            raise TargetRefused(
                f"the {len(totals)} control totals of the job take up to {len(longest):,} bytes of MF_LEDGER "
                f"beside its counts, and it has {LONGEST_FIGURES:,}: leave some out"
            )
        make_shared_tables(self._transaction)
        jobs = [JobTables(table) for table in tables]
        self._loads = tuple(TableLoad(job, make_tables(self._transaction, job, run_id)) for job in jobs)

    def earlier(self, job: str, fingerprint: str) -> list[EarlierRun]:
        """Runs of a job that have not completed, or have with this input; the newest first."""
        return self._transaction("MF_RUN", lambda session: earlier_runs(session, job, fingerprint))

    def begin(self, run: RunRecord, source: SourceAgain, abandoned: Sequence[str] = ()) -> None:
        """Record the run, and forget the staged rows of those that have ended."""
        self._source = source
        for run_id in abandoned:
            self._mark(run_id, RunState.ABANDONED)
        for load in self._loads:
            self._forget_ended(load.tables)
        tables = [load.tables.table for load in self._loads]
        self._transaction("MF_RUN", lambda session: insert_run(session, run, tables))

    def resume(self, run: RunRecord, source: SourceAgain) -> None:
        """Record that the run is LOADING again."""
        self._source = source
        self._transaction("MF_RUN", lambda session: set_config(session, run))
        self.mark(RunState.LOADING)

    def committed(self) -> Iterator[CommittedBatch]:
        """The batches that are in the ledger."""
        return iter(self._transaction("MF_LEDGER", lambda session: list(committed_batches(session, self._run_id))))

    def _longest(self, table: LoadTable) -> TableFigures:
        """The figures of a batch that take most room."""
        return TableFigures(
            _MOST_RECORDS,
            Counter(dict.fromkeys(self._controls.get(table.name, ()), -_GREATEST_TOTAL)),
            _MOST_RECORDS,
            dict.fromkeys(self._checked.get(table.name, ()), ReadSum(-_GREATEST_TOTAL, _MOST_RECORDS)),
        )

    def writer(self) -> Db2Writer:
        """For one thread; it connects when it gets its first batch."""
        assert self._source is not None  # noqa: S101 - the run has begun
        return Db2Writer(
            LoadJob(
                self._run_id,
                self._loads,
                lambda: SESSIONS[self._method](self._address),
                self._in_ledger,
                self._source,
                self._retry,
            )
        )

    def record_checksum(self, xxh128: str) -> None:
        """Record the checksum of the whole file."""
        self._transaction("MF_RUN", lambda session: session.execute(Statements.add_checksum, (xxh128, self._run_id)))

    def mark(self, state: RunState) -> None:
        """Record how far the run has come."""
        self._mark(self._run_id, state)

    def merge(self) -> tuple[MergeCounts, ...]:
        """Merge what is not merged yet, table by table, a range of records a transaction.

        Counts and progress are in MF_RUN_TABLE, committed with the rows: a merge that was cut off goes on where it was,
        and one that is done changes nothing.
        """
        for load in self._loads:
            self._merge(load.tables)
        return self.merged()

    def merged(self) -> tuple[MergeCounts, ...]:
        """What MERGE has done so far, table by table."""
        return tuple(
            self._transaction(
                "MF_RUN_TABLE", partial(merge_counts, run_id=self._run_id, staging=load.tables.table.staging)
            )
            for load in self._loads
        )

    def _merge(self, tables: JobTables) -> None:
        statements, staging = MergeStatements(tables), tables.table.staging
        what = f"MERGE into {tables.table.final}"
        end = self._transaction(what, partial(_end_of_records, statements=statements, run_id=self._run_id))
        while self._transaction(what, lambda session: self._merge_range(session, statements, staging, end)) < end:
            pass

    def workers(self) -> tuple[WorkerCounts, ...]:
        """What each worker has loaded so far."""
        return self._transaction("MF_LEDGER", lambda session: worker_counts(session, self._run_id))

    def counts(self) -> LoadCounts:
        """The run in figures."""
        tables = [load.tables for load in self._loads]
        return self._transaction("the figures of the run", lambda session: run_counts(session, self._run_id, tables))

    def record_figures(self, counts: LoadCounts) -> None:
        """Record the run's figures."""
        self._transaction(
            "MF_RUN",
            lambda session: add_figures(session, self._run_id, counts, [load.tables.table for load in self._loads]),
        )

    def rejects(self) -> Iterator[Reject]:
        """The run's rejects, in record order, each with all of its record's bytes.

        Raises:
            OSError: a record that is too long for the table cannot be read again.
        """
        assert self._source is not None  # noqa: S101 - the run has begun
        records = self._transaction(
            "MF_REJECT", lambda session: [integer(n) for (n,) in session.query(Statements.rejected, (self._run_id,))]
        )
        for i in range(0, len(records), _FETCH):
            chunk = records[i : i + _FETCH]
            some = partial(rejects_between, run_id=self._run_id, first=chunk[0], last=chunk[-1])
            for reject in self._transaction("MF_REJECT", some):
                yield whole(reject, self._source.record_at)

    def close(self) -> None:
        """End the connection."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _transaction(self, what: str, body: Callable[[Session], T]) -> T:
        """Do something that may be done again, and commit; as often as it takes."""
        try:
            for attempt in self._retry.attempts(what):
                with attempt:
                    return self._attempt(body)
        except SqlError as error:
            raise translated(error, what) from None
        raise AssertionError  # the last attempt returns or raises

    def _attempt(self, body: Callable[[Session], T]) -> T:
        try:
            if self._session is None:
                self._session = Session(self._patient)
            result = body(self._session)
            self._session.commit()
        except SqlError as error:
            self._recover(error)
            raise
        return result

    def _recover(self, error: SqlError) -> None:
        if error.trouble is Trouble.CAPACITY:
            self._merge_rows = max(self._fewest_merged, self._merge_rows // 2)
        if self._session is None:
            return
        try:
            if error.trouble is not Trouble.LOST:
                self._session.rollback()
                return
        except SqlError as second:
            structlog.get_logger().debug("rollback_failed", sqlcode=second.sqlcode)
        self.close()

    def _mark(self, run_id: str, state: RunState) -> None:
        self._transaction("MF_RUN", lambda session: session.execute(Statements.mark_run, (state, now(), run_id)))

    def _forget_ended(self, tables: JobTables) -> None:
        """Delete the staged rows of runs that have ended, range by range."""
        staging, statements = tables.table.staging, MergeStatements(tables)
        states = (RunState.COMPLETED, RunState.ABANDONED)
        ended = self._transaction(
            staging, lambda session: [str(run_id) for (run_id,) in session.query(statements.ended_runs, states)]
        )
        for run_id in ended:
            end = self._transaction(staging, partial(_end_of_records, statements=statements, run_id=run_id))
            first = 0
            while first < end:
                forget = partial(self._forget_range, statements=statements, run_id=run_id, first=first)
                first = self._transaction(staging, forget)

    def _forget_range(self, session: Session, statements: MergeStatements, run_id: str, first: int) -> int:
        """Delete staged rows; return where the range ends."""
        end = first + self._merge_rows
        session.execute(statements.forget, (run_id, first, end - 1))
        return end

    def _in_ledger(self, part: int, batch: int) -> bool:
        """Whether a batch is in the ledger: asked over a connection of its own, by a writer that does not know."""
        session = Session(self._address)
        try:
            (count,) = next(session.query(Statements.in_ledger, (self._run_id, part, batch)))
            return bool(integer(count))
        finally:
            session.close()

    def _merge_range(self, session: Session, statements: MergeStatements, staging: str, end: int) -> int:
        """Merge the next range; return where it ends. Begins where the last that was committed has ended."""
        ((merged,),) = session.query(Statements.merged_records, (self._run_id, staging))
        first = integer(merged)
        last = min(first + self._merge_rows, end) - 1
        if first > last:
            return first
        bounds = (self._run_id, first, last)
        superseded = _count(session, statements.count_superseded, bounds)
        session.execute(statements.clear)
        collected = session.execute(statements.collect, (self._run_id, now(), *bounds))
        new = _count(session, statements.count_new)
        changed = session.execute(statements.merge)
        if missing := _count(session, statements.count_new):
            raise SqlError(UNKNOWN_STATE, -99999, f"the MERGE has left {missing} keys out")
        session.execute(statements.clear)
        session.execute(
            Statements.add_merged,
            (last + 1, new, changed - new, collected - changed, superseded, self._run_id, staging),
        )
        return last + 1


def _end_of_records(session: Session, statements: MergeStatements, run_id: str) -> int:
    ((last,),) = session.query(statements.last_record, (run_id,))
    return 0 if last is None else integer(last) + 1


def _count(session: Session, sql: str, parameters: tuple[Value, ...] = ()) -> int:
    ((count,),) = session.query(sql, parameters)
    return integer(count)
