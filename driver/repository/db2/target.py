"""Db2: staging by writers of their own, the ledger, MERGE by ranges, and figures from the database itself."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

from driver.core.records import LoadTable, ReadSum, Reject
from driver.repository.counts import LoadCounts, MergeCounts, WorkerCounts
from driver.repository.errors import TargetRefused
from driver.repository.insert_method import InsertMethod
from driver.repository.ledger import TableFigures, as_json
from driver.repository.schema import LONGEST_FIGURES
from driver.repository.target import CommittedBatch, EarlierRun, RunRecord, RunState, SourceAgain

from .creation import make_shared_tables, make_tables
from .figures import rejects_between, run_counts, worker_counts
from .inserts import SESSIONS
from .merging import Merging, RangeSize
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
from .session import ServerAddress, Session
from .tables import JobTables, Statements
from .transactions import Transactions
from .writer import Db2Writer, LoadJob, TableLoad

_FETCH = 200
"""Rejected records that are fetched at a time."""
_GREATEST_TOTAL = 10**40
"""Of a batch: a million numbers of 31 digits, and some more."""
_MOST_RECORDS = 1_000_000
"""Of a batch."""


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
        self._method = method
        self._retry = Retry(retry)
        self._ranges = RangeSize(merge_rows, fewest_merged)
        patient = replace(address, receive_timeout=merge_timeout)
        self._transactions = Transactions(patient, self._retry, on_full=self._ranges.halve)
        self._controls, self._checked = controls, checked
        self._loads: tuple[TableLoad, ...] = ()
        self._run_id = ""
        self._source: SourceAgain | None = None

    @property
    def retries(self) -> int:
        """Transactions that were tried again, so far."""
        return self._retry.count

    def recorded(self, run_id: str) -> RunRecord | None:
        """What MF_RUN says of a run.

        Raises:
            TargetUnavailable: the server does not answer.
        """
        return self._transactions("MF_RUN", lambda session: recorded_run(session, run_id))

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
        make_shared_tables(self._transactions)
        jobs = [JobTables(table) for table in tables]
        self._loads = tuple(TableLoad(job, make_tables(self._transactions, job, run_id)) for job in jobs)

    def earlier(self, job: str, fingerprint: str) -> list[EarlierRun]:
        """Runs of a job that have not completed, or have with this input; the newest first."""
        return self._transactions("MF_RUN", lambda session: earlier_runs(session, job, fingerprint))

    def begin(self, run: RunRecord, source: SourceAgain, abandoned: Sequence[str] = ()) -> None:
        """Record the run, and forget the staged rows of those that have ended."""
        self._source = source
        for run_id in abandoned:
            self._mark(run_id, RunState.ABANDONED)
        for merging in self._merging():
            merging.forget_ended()
        tables = [load.tables.table for load in self._loads]
        self._transactions("MF_RUN", lambda session: insert_run(session, run, tables))

    def resume(self, run: RunRecord, source: SourceAgain) -> None:
        """Record that the run is LOADING again."""
        self._source = source
        self._transactions("MF_RUN", lambda session: set_config(session, run))
        self.mark(RunState.LOADING)

    def committed(self) -> Iterator[CommittedBatch]:
        """The batches that are in the ledger."""
        return iter(self._transactions("MF_LEDGER", lambda session: list(committed_batches(session, self._run_id))))

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
        self._transactions("MF_RUN", lambda session: session.execute(Statements.add_checksum, (xxh128, self._run_id)))

    def mark(self, state: RunState) -> None:
        """Record how far the run has come."""
        self._mark(self._run_id, state)

    def merge(self) -> tuple[MergeCounts, ...]:
        """Merge what is not merged yet, table by table, a range of records a transaction.

        Counts and progress are in MF_RUN_TABLE, committed with the rows: a merge that was cut off goes on where it was,
        and one that is done changes nothing.
        """
        for merging in self._merging():
            merging.merge(self._run_id)
        return self.merged()

    def merged(self) -> tuple[MergeCounts, ...]:
        """What MERGE has done so far, table by table."""
        return tuple(merging.merged(self._run_id) for merging in self._merging())

    def workers(self) -> tuple[WorkerCounts, ...]:
        """What each worker has loaded so far."""
        return self._transactions("MF_LEDGER", lambda session: worker_counts(session, self._run_id))

    def counts(self) -> LoadCounts:
        """The run in figures."""
        tables = [load.tables for load in self._loads]
        return self._transactions("the figures of the run", lambda session: run_counts(session, self._run_id, tables))

    def record_figures(self, counts: LoadCounts) -> None:
        """Record the run's figures."""
        self._transactions(
            "MF_RUN",
            lambda session: add_figures(session, self._run_id, counts, [load.tables.table for load in self._loads]),
        )

    def rejects(self) -> Iterator[Reject]:
        """The run's rejects, in record order, each with all of its record's bytes.

        Raises:
            OSError: a record that is too long for the table cannot be read again.
        """
        assert self._source is not None  # noqa: S101 - the run has begun
        records = self._transactions(
            "MF_REJECT", lambda session: [integer(n) for (n,) in session.query(Statements.rejected, (self._run_id,))]
        )
        for i in range(0, len(records), _FETCH):
            chunk = records[i : i + _FETCH]
            some = partial(rejects_between, run_id=self._run_id, first=chunk[0], last=chunk[-1])
            for reject in self._transactions("MF_REJECT", some):
                yield whole(reject, self._source.record_at)

    def close(self) -> None:
        """End the connection."""
        self._transactions.close()

    def _merging(self) -> Iterator[Merging]:
        return (Merging(self._transactions, self._ranges, load.tables) for load in self._loads)

    def _mark(self, run_id: str, state: RunState) -> None:
        self._transactions("MF_RUN", lambda session: session.execute(Statements.mark_run, (state, now(), run_id)))

    def _in_ledger(self, part: int, batch: int) -> bool:
        """Whether a batch is in the ledger: asked over a connection of its own, by a writer that does not know."""
        session = Session(self._address)
        try:
            (count,) = next(session.query(Statements.in_ledger, (self._run_id, part, batch)))
            return bool(integer(count))
        finally:
            session.close()
