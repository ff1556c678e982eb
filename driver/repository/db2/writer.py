"""A writer thread's own connection: each batch in one transaction, exactly once, whatever happens to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from driver._rows import Rows
from driver.core.records import LoadBatch, LoadTable
from driver.repository.errors import LedgerConflict
from driver.repository.ledger import ledger_row
from driver.repository.target import SourceAgain

from .accepted import AcceptedRows
from .inserts import LoadSession
from .parameters import Parameter
from .rejects import shortened
from .retry import Retry
from .session import Value
from .sqlcodes import DUPLICATE_KEY, UNKNOWN_STATE, MayPassError, SqlError, Trouble, translated
from .tables import JobTables, Statements
from .undoing import is_undone

_MOST_ROWS = 32_767
"""Rows of one INSERT, as Db2 takes them."""
_PROBES = 3
"""Times that a batch is searched for bad rows; an error that none of them causes is not about rows."""
REFUSED = "REFUSED"
"""The code of a reject that the database itself has refused."""


@dataclass(frozen=True, slots=True)
class TableLoad:
    """The tables of a record type, and what their fields may hold."""

    tables: JobTables
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class LoadJob:
    """What the writers of a run share.

    Attributes:
        run_id: of the run.
        loads: of each record type.
        connect: makes a connection.
        in_ledger: asks, over a connection of its own, whether a batch of a part is in the ledger.
        source: the input, whose records are read again where rows are refused.
        retry: the policy, and the count.
    """

    run_id: str
    loads: tuple[TableLoad, ...]
    connect: Callable[[], LoadSession]
    in_ledger: Callable[[int, int], bool]
    source: SourceAgain
    retry: Retry


@dataclass(frozen=True, slots=True)
class _TableRows:
    """A batch's rows of one table: those that are accepted, where they are bound, and their INSERT."""

    table: LoadTable
    accepted: AcceptedRows
    rows: Rows
    insert_sql: str


class Db2Writer:
    """Loads batches, for one thread."""

    def __init__(self, job: LoadJob) -> None:
        self._job = job
        self._insert_sql = [load.tables.insert_sql(job.run_id) for load in job.loads]
        self._session: LoadSession | None = None
        self._rows: list[Rows | None] = [None] * len(job.loads)
        self._in_doubt = False

    def load(self, batch: LoadBatch) -> int:
        """Ledger row, rows and rejects in one transaction, tried again as long as it may help.

        Returns:
            How many of its records were rejected, those among them that the database does not take.

        Raises:
            LedgerConflict: another process has loaded the batch.
            TargetUnavailable: the database does not come back; the run can be resumed.
            TargetRefused: it does not take the job's rows, whatever they hold.
        """
        self._in_doubt = False
        try:
            tables = [self._table_rows(number, batch) for number in range(len(self._job.loads))]
            for attempt in self._job.retry.attempts(batch.name):
                with attempt:
                    self._attempt(batch, tables)
        except SqlError as error:
            raise translated(error, batch.name) from None
        return batch.records - _loaded(tables)

    def close(self) -> None:
        """Give the connection back."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _table_rows(self, number: int, batch: LoadBatch) -> _TableRows:
        load = self._job.loads[number]
        accepted = AcceptedRows(batch, batch.tables[number], load.tables.table.columns)
        self._rows[number] = rows = accepted.room(self._rows[number], load.parameters)
        accepted.fill(rows)
        return _TableRows(load.tables.table, accepted, rows, self._insert_sql[number])

    def _attempt(self, batch: LoadBatch, tables: Sequence[_TableRows]) -> None:
        """One transaction, from connection to commit."""
        if self._in_doubt and self._job.in_ledger(batch.part, batch.number):
            return
        try:
            if self._session is None:
                self._session = self._job.connect()
            if self._written(self._session, batch, tables):
                self._commit(self._session)
        except SqlError as error:
            self._recover(error)
            raise

    def _written(self, session: LoadSession, batch: LoadBatch, tables: Sequence[_TableRows]) -> bool:
        """Everything but the commit; False if the batch proves to be loaded already."""
        for _ in range(_PROBES * len(tables)):
            if not self._ledger_row(session, batch, tables):
                return False
            for table in tables:
                try:
                    for begin, end in _pieces(table.rows.count):
                        session.insert(table.insert_sql, table.rows, begin, end)
                except SqlError as error:
                    if error.trouble is not Trouble.ROW:
                        raise
                    last = error
                    session.rollback()
                    self._leave_out_what_is_refused(session, table)
                    break
            else:
                self._rejects(session, batch, tables)
                return True
        raise last

    def _ledger_row(self, session: LoadSession, batch: LoadBatch, tables: Sequence[_TableRows]) -> bool:
        """The ledger's row, which comes first: it is the lock on the batch. False if it is there, and ours."""
        figures = ((rows.table, rows.accepted.figures()) for rows in tables)
        try:
            _insert_one(
                session,
                Statements.insert_ledger,
                (self._job.run_id, *ledger_row(batch, _loaded(tables), figures)),
            )
        except SqlError as error:
            if error.sqlcode != DUPLICATE_KEY:
                raise
            session.rollback()
            if not self._job.in_ledger(batch.part, batch.number):
                raise MayPassError(error) from None
            if self._in_doubt:
                return False
            raise LedgerConflict(self._job.run_id, batch.part, batch.number) from None
        return True

    def _rejects(self, session: LoadSession, batch: LoadBatch, tables: Sequence[_TableRows]) -> None:
        refused = [reject for rows in tables for reject in rows.accepted.rejects(self._job.source.again)]
        for reject in map(shortened, (*batch.rejects, *refused)):
            _insert_one(
                session,
                Statements.insert_reject,
                (
                    self._job.run_id,
                    self._job.source.file_of(batch.part),
                    reject.record,
                    reject.offset,
                    reject.field,
                    reject.code,
                    reject.message,
                    reject.raw,
                ),
            )

    @staticmethod
    def _leave_out_what_is_refused(session: LoadSession, table: _TableRows) -> None:
        """Find the rows that the database does not take, by halves, in a transaction that is undone."""
        bad: list[tuple[int, str]] = []
        pieces = _pieces(table.rows.count)[::-1]  # the last one is the next: of two rows with one key the first stays
        while pieces:
            begin, end = pieces.pop()
            try:
                session.insert_all_or_none(table.insert_sql, table.rows, begin, end)
            except SqlError as error:
                if error.trouble is not Trouble.ROW:
                    raise
                if end - begin == 1:
                    bad.append((begin, f"the database refuses the row: {error.codes}"))
                else:
                    pieces += _parts(begin, end, error.row)[::-1]
        session.rollback()
        table.accepted.refuse(bad, REFUSED)
        table.accepted.fill(table.rows)

    def _commit(self, session: LoadSession) -> None:
        self._in_doubt = True
        try:
            session.commit()
        except SqlError as error:
            if error.trouble in {Trouble.ROW, Trouble.PERMANENT}:
                raise MayPassError(error) from None  # the ledger tells whether it was committed
            raise

    def _recover(self, error: SqlError) -> None:
        """Leave the session as if the transaction had never begun, or leave none."""
        if self._session is not None and not is_undone(self._session, error):
            self.close()


def _loaded(tables: Sequence[_TableRows]) -> int:
    return sum(len(table.accepted.positions) for table in tables)


def _pieces(rows: int) -> list[tuple[int, int]]:
    return [(begin, min(begin + _MOST_ROWS, rows)) for begin in range(0, rows, _MOST_ROWS)]


def _parts(begin: int, end: int, bad: int) -> list[tuple[int, int]]:
    """A piece that was refused, in parts: the row that the driver names alone, or else halves.

    Args:
        begin, end: of the piece.
        bad: the row of it, from 0, or -1.
    """
    cuts = [begin, begin + bad, begin + bad + 1, end] if 0 <= bad < end - begin else [begin, (begin + end) // 2, end]
    return [part for part in pairwise(cuts) if part[0] < part[1]]


def _insert_one(session: LoadSession, sql: str, parameters: Sequence[Value]) -> None:
    # ibm_db has been seen to execute nothing, and to say nothing, when a connection of another thread had just failed.
    if session.execute(sql, parameters) != 1:
        raise SqlError(UNKNOWN_STATE, -99999, "the driver does not say that it has inserted the row")
