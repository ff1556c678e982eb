"""MF_RUN and MF_LEDGER in Db2: what is recorded of a run, and of those before it."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from driver.core.records import LoadTable
from driver.repository.counts import LoadCounts
from driver.repository.ledger import controls_json
from driver.repository.target import CommittedBatch, EarlierRun, RunRecord, RunState
from mfdecode.framing import Place

from .session import Session
from .sqlcodes import NO_TABLE, SqlError
from .tables import Statements

_PIECE = 4_000
"""Characters of a long text that are sent or fetched at a time: of JSON, which is ASCII; a LOB would go another way."""


def recorded_run(session: Session, run_id: str) -> RunRecord | None:
    """What MF_RUN says of a run; None where there is no such run, or no such table."""
    try:
        rows = list(session.query(Statements.run, (run_id,)))
    except SqlError as error:
        if error.sqlcode == NO_TABLE:
            return None
        raise
    if not rows:
        return None
    ((job, file, size, fingerprint, copybook, started, state, config, inputs),) = rows
    return RunRecord(
        run_id,
        str(job),
        str(file),
        integer(size),
        str(fingerprint),
        str(copybook),
        _text(session, Statements.config_piece, run_id, integer(config)),
        _text(session, Statements.inputs_piece, run_id, integer(inputs)),
        moment(started),
        RunState(str(state)),
    )


def earlier_runs(session: Session, job: str, fingerprint: str) -> list[EarlierRun]:
    """Runs of a job that have not completed, or have with this input; the newest first."""
    parameters = (job, RunState.ABANDONED, RunState.COMPLETED, fingerprint)
    return [
        EarlierRun(str(run_id), str(file), str(found) == fingerprint, RunState(str(state)), moment(started))
        for run_id, file, found, state, started in session.query(Statements.earlier_runs, parameters)
    ]


def insert_run(session: Session, run: RunRecord, tables: Sequence[LoadTable]) -> None:
    """Record a run as it begins."""
    ((found,),) = session.query(Statements.run_exists, (run.run_id,))
    if integer(found):
        return  # an attempt whose commit was not answered
    started = timestamp(run.started)
    session.execute(
        Statements.insert_run,
        (
            run.run_id,
            run.job,
            run.file,
            run.file_size,
            run.fingerprint,
            run.copybook_sha256,
            run.config[:_PIECE],
            run.inputs[:_PIECE],
            RunState.LOADING,
            started,
            started,
        ),
    )
    for table in tables:
        session.execute(Statements.insert_run_table, (run.run_id, table.name, table.staging, table.final))
    _append(session, Statements.add_config, run.config, run.run_id)
    _append(session, Statements.add_inputs, run.inputs, run.run_id)


def set_config(session: Session, run: RunRecord) -> None:
    """Record the settings with which a run is resumed."""
    session.execute(Statements.set_config, (run.config[:_PIECE], run.run_id))
    _append(session, Statements.add_config, run.config, run.run_id)


def committed_batches(session: Session, run_id: str) -> Iterator[CommittedBatch]:
    """The batches of a run that are in the ledger."""
    for row in session.query(Statements.committed, (run_id,)):
        part, number, first, start, end, records, rejected, checksum, block_left, gap_left = map(integer, row)
        after = Place(number + 1, first + records, end, block_left, gap_left)
        yield CommittedBatch(part, start, records, rejected, checksum, after)


def add_figures(session: Session, run_id: str, counts: LoadCounts, tables: Sequence[LoadTable]) -> None:
    """Record what a run has come to."""
    session.execute(Statements.add_figures, (counts.read, counts.valid, counts.rejected, run_id))
    for table, figures in zip(tables, counts.tables, strict=True):
        parameters = (figures.staged, controls_json(figures), run_id, table.staging)
        session.execute(Statements.add_table_figures, parameters)


def integer(value: object) -> int:
    """A number of the driver's, which is int, or a decimal as text."""
    return int(Decimal(str(value)))


def now() -> str:
    """The time, as TIMESTAMP takes it."""
    return timestamp(datetime.now(UTC))


def timestamp(moment: datetime) -> str:
    """UTC, as TIMESTAMP takes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def moment(value: object) -> datetime:
    """A TIMESTAMP as the driver gives it: a datetime, or a text with six decimals or more."""
    found = (
        value if isinstance(value, datetime) else datetime.fromisoformat(re.sub(r"(\.\d{6})\d+$", r"\1", str(value)))
    )
    return found.replace(tzinfo=UTC)


def _text(session: Session, sql: str, run_id: str, length: int) -> str:
    """A long text, put together again."""
    pieces = [session.query(sql, (start, run_id)) for start in range(1, length + 1, _PIECE)]
    return "".join(str(piece) for rows in pieces for (piece,) in rows)


def _append(session: Session, sql: str, text: str, run_id: str) -> None:
    """Add what is past the first piece."""
    for i in range(_PIECE, len(text), _PIECE):
        session.execute(sql, (text[i : i + _PIECE], run_id))
