"""Jobs into Db2 whose inserts a sink acknowledges: what is measured is the client, not the server."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from drda.derby import DATABASE, PASSWORD, USER
from rich.console import Console

from driver._rows import Rows
from driver.batch.inputs import InputRecord
from driver.batch.preparation import Prepared, open_target, prepare, processor_pool, run_record
from driver.batch.source import open_input
from driver.config.model import Job
from driver.core.reject_limits import RejectLimits
from driver.pipeline.orchestrator import Orchestrator
from driver.repository.db2.accepted import AcceptedRows
from driver.repository.db2.inserts import SESSIONS
from driver.repository.db2.parameters import parameters
from driver.repository.db2.session import ServerAddress, Session
from driver.repository.db2.tables import JobTables
from driver.repository.insert_method import InsertMethod
from driver.repository.target import Target
from mfdecode.framing import Parts

SEVEN = """\
       01  ACCOUNT.
           05  ACCOUNT-ID  PIC 9(9) COMP.
           05  OWNER       PIC X(20).
           05  CITY        PIC X(16).
           05  STATE       PIC X(2).
           05  BALANCE     PIC S9(13)V99 COMP-3.
           05  MOVEMENTS   PIC S9(15) COMP.
           05  OPENED      PIC 9(8).
"""
THIRTY = "\n".join(
    [
        "       01  ACCOUNT.",
        "           05  ACCOUNT-ID  PIC 9(9) COMP.",
        "           05  OPENED      PIC 9(8).",
        *(f"           05  TEXT-{i}      PIC X(12)." for i in range(10)),
        *(f"           05  AMOUNT-{i}    PIC S9(11)V99 COMP-3." for i in range(10)),
        *(f"           05  COUNT-{i}     PIC S9(9) COMP." for i in range(8)),
        "",
    ]
)
COPYBOOKS = {7: SEVEN, 30: THIRTY}


@dataclass(frozen=True)
class Rate:
    """Rows that were sent, seconds on the clock, and seconds of the client's CPU."""

    rows: int
    seconds: float
    cpu: float


class Workload:
    """A generated file, and a job over it.

    Args:
        folder: for the files.
        port: of the gateway.
        columns: 7 or 30.
        records: of the file.
    """

    def __init__(self, folder: Path, port: int, columns: int, records: int) -> None:
        copybook, data = folder / f"{columns}.cpy", folder / f"{columns}-{records}.dat"
        copybook.write_text(COPYBOOKS[columns])
        if not data.exists():
            command = ["generate", str(copybook), "--records", str(records), "--out", str(data), "--bad", "0"]
            subprocess.run([sys.executable, "-m", "driver", *command], check=True, capture_output=True)
        self.records = records
        self._address = ServerAddress(DATABASE, "127.0.0.1", port, USER, PASSWORD)
        self._job = {
            "job": "benchmark",
            "runs": str(data.parent / "runs"),
            "input": {"path": str(data), "copybook": str(copybook)},
            "fields": {"OPENED": {"date": "%Y%m%d"}},
            "target": {
                "type": "db2",
                "database": DATABASE,
                "host": "127.0.0.1",
                "port": port,
                "user": USER,
                "staging": f"STG_{columns}",
                "final": f"FINAL_{columns}",
                "key": ["ACCOUNT-ID"],
            },
            "secrets": {"db2_password": PASSWORD},
        }

    @contextmanager
    def pipeline(self, method: InsertMethod, writers: int) -> Iterator[Callable[[], Rate]]:
        """The whole pipeline, from the file to the acknowledged rows; call what this gives to run it once."""
        settings = {"writers": writers, "processors": 1}
        job = Job.model_validate(self._job | {"pipeline": settings, "target": self._job["target"] | {"insert": method}})
        prepared = prepare(job)

        def once() -> Rate:
            with (
                open_input(job, prepared.framing, Console(quiet=True)) as parts,
                closing(open_target(job, prepared)) as target,
                processor_pool(job, prepared.processor) as pool,
            ):
                _begin(target, job, prepared, parts)
                orchestrator = Orchestrator(
                    parts,
                    pool.process,
                    target.writer,
                    job.pipeline,
                    stop=threading.Event(),
                    reject_limits=RejectLimits(0),
                )
                clock, cpu = time.perf_counter(), time.process_time()
                orchestrator.run(lambda figures: None)
                return Rate(self.records, time.perf_counter() - clock, time.process_time() - cpu)

        yield once

    @contextmanager
    def bare_loop(self, method: InsertMethod, writers: int) -> Iterator[Callable[[], Rate]]:
        """Nothing but INSERT and COMMIT of rows that are there already, by as many threads."""
        job = Job.model_validate(self._job)
        prepared = prepare(job)
        (table,) = prepared.tables
        with (
            open_input(job, prepared.framing, Console(quiet=True)) as parts,
            processor_pool(job, prepared.processor) as pool,
        ):
            with closing(open_target(job, prepared)) as target:
                _begin(target, job, prepared, parts)
            tables = JobTables(table)
            with closing(Session(self._address)) as session:
                there = {column.name: column for column in session.describe(f'SELECT * FROM "{table.staging}"')}
            takes = parameters(table.columns, (table.staging, [there[column.name] for column in table.columns]))
            ready = []
            for raw in (raw for frames in parts for raw in frames):
                batch = pool.process(raw, 0)
                accepted = AcceptedRows(batch, batch.tables[0], table.columns)
                ready.append(accepted.room(None, takes))
                accepted.fill(ready[-1])
        sessions = [SESSIONS[method](self._address) for _ in range(writers)]
        sql = tables.insert_sql("RUN-1")

        def send(session, batches: list[Rows]) -> None:
            for rows in batches:
                session.insert(sql, rows, 0, rows.count)
                session.commit()

        def once() -> Rate:
            threads = [
                threading.Thread(target=send, args=(session, ready[i::writers])) for i, session in enumerate(sessions)
            ]
            clock, cpu = time.perf_counter(), time.process_time()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return Rate(sum(rows.count for rows in ready), time.perf_counter() - clock, time.process_time() - cpu)

        try:
            yield once
        finally:
            for session in sessions:
                session.close()


def _begin(target: Target, job: Job, prepared: Prepared, parts: Parts) -> None:
    target.prepare("RUN-1", prepared.tables)
    inputs = InputRecord.now(frames.part for frames in parts)
    target.begin(run_record(job, "RUN-1", prepared, parts, inputs), parts)
