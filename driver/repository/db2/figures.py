"""What Db2 says of a run: sums over the ledger, counts of the tables, sums of the columns, and the rejects."""

from collections.abc import Sequence

from driver.core.records import Reject
from driver.repository.counts import LoadCounts, MergeCounts, PartCounts, TableCounts, WorkerCounts
from driver.repository.ledger import TableFigures, added_up

from .runs import integer
from .session import Session
from .tables import JobTables, Statements


def run_counts(session: Session, run_id: str, tables: Sequence[JobTables]) -> LoadCounts:
    """The run in figures."""
    parts = tuple(PartCounts(*map(integer, row)) for row in session.query(Statements.ledger_parts, (run_id,)))
    batches = (str(text) for (text,) in session.query(Statements.ledger_figures, (run_id,)))
    ledger = added_up(batches, [job.table for job in tables])
    counts = tuple(_table_counts(session, run_id, job, ledger[job.table.name]) for job in tables)
    ((reject_records,),) = session.query(Statements.rejected_records, (run_id,))
    return LoadCounts(parts, worker_counts(session, run_id), counts, integer(reject_records))


def worker_counts(session: Session, run_id: str) -> tuple[WorkerCounts, ...]:
    """What each worker has loaded so far."""
    return tuple(WorkerCounts(*map(integer, row)) for row in session.query(Statements.ledger_workers, (run_id,)))


def merge_counts(session: Session, run_id: str, staging: str) -> MergeCounts:
    """What MERGE has done of a table."""
    (row,) = session.query(Statements.merge_counts, (run_id, staging))
    return MergeCounts(*map(integer, row))


def rejects_between(session: Session, run_id: str, first: int, last: int) -> list[Reject]:
    """The rejects of some records, as the table has them."""
    return [
        Reject(integer(record), integer(offset), str(field or ""), str(code), str(message), _raw(raw))
        for record, offset, field, code, message, raw in session.query(Statements.rejects, (run_id, first, last))
    ]


def _table_counts(session: Session, run_id: str, job: JobTables, figures: TableFigures) -> TableCounts:
    ((staged, *totals),) = session.query(job.sums_sql(list(figures.sums)), (run_id,))
    ((staged_at_end, controls),) = session.query(Statements.table_figures, (run_id, job.table.staging))
    if not integer(staged) and staged_at_end is not None and integer(staged_at_end):
        return figures.at_end(job.table, integer(staged_at_end), str(controls))
    return figures.beside(job.table, integer(staged), totals)


def _raw(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError(f"MF_REJECT.RAW comes as {type(value).__name__}")
    return value
