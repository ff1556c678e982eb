"""The batch application: a job from its copybook to a reconciled final table, or to the reason why not."""

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from time import perf_counter

import structlog
from rich.console import Console
from structlog.contextvars import bound_contextvars

from driver.config.model import Job
from driver.core.reconciliation import Identity, RunFigures, TableFigures, reconcile
from driver.output.numbers import exact_text
from driver.pipeline.orchestrator import Orchestrator
from driver.repository.target import LoadCounts, MergeCounts, PartCounts, RunRecord, RunState, Target
from mfdecode.errors import MfdecodeError
from mfdecode.framing import Parts

from .error_text import error_text
from .exit_codes import ExitCode
from .memory_limit import check_memory
from .preparation import Prepared, open_target, prepare, processor_pool, run_record
from .progress import LoadProgress
from .reject_file import Reasons, write_rejects
from .report import ControlTotal, PartReport, Reason, RecordCounts, RunReport, TypeReport
from .shutdown import Shutdown
from .source import open_input


class BatchApplication:
    """One run of a job.

    Args:
        job: the effective configuration.
        run_id: of this run, in every table and every line of the log.
        console: on standard error: progress, and what a signal does.
    """

    def __init__(self, job: Job, run_id: str, console: Console) -> None:
        self._job = job
        self._run_id = run_id
        self._console = console

    def run(self) -> RunReport:
        """Load, merge and reconcile; in the main thread, whose signals it takes.

        Returns:
            How it went, and the exit code.

        Raises:
            MfdecodeError: nothing was begun, because of the configuration, the copybook, the input or the target.
        """
        with bound_contextvars(run_id=self._run_id):
            prepared = prepare(self._job)
            check_memory(self._job, prepared)
            with (
                open_input(self._job, prepared.framing, self._console) as parts,
                closing(open_target(self._job, prepared, parts)) as target,
            ):
                record = run_record(self._job, self._run_id, prepared, parts, datetime.now(UTC))
                target.begin(record, prepared.tables)
                return _Run(self._job, record, prepared, parts, target, self._console).run()


@dataclass(frozen=True, slots=True)
class _Ending:
    """Where a run has ended, and why there."""

    state: RunState
    exit_code: ExitCode
    message: str = ""


class _Run:
    """A run that the target knows of."""

    def __init__(
        self, job: Job, record: RunRecord, prepared: Prepared, parts: Parts, target: Target, console: Console
    ) -> None:
        self._job = job
        self._record = record
        self._prepared = prepared
        self._parts = parts
        self._target = target
        self._console = console
        self._log = structlog.get_logger()
        self._stop = threading.Event()
        self._pool = processor_pool(job, prepared.processor)
        self._orchestrator = Orchestrator(
            parts,
            self._pool.process,
            target.writer,
            job.pipeline,
            stop=self._stop,
            reject_limit=job.rejects.limit,
        )
        self._seconds: dict[str, float] = {}
        self._reasons = Reasons()
        self._merge: tuple[MergeCounts, ...] | None = None
        self._counts: LoadCounts | None = None
        self._identities: tuple[Identity, ...] = ()

    def run(self) -> RunReport:
        """Go as far as the run can, and tell how far that was."""
        began = perf_counter()
        self._log.info(
            "run_started",
            job=self._record.job,
            file=self._record.file,
            bytes=self._record.file_size,
            parts=len(self._parts),
        )
        timeout = self._job.pipeline.shutdown_timeout
        with Shutdown(timeout, on_request=self._drain, on_expiry=self._leave) as shutdown:
            ending = self._end(shutdown)
        self._seconds["total"] = perf_counter() - began
        report = self._report(ending)
        self._log.info(
            "run_finished",
            state=ending.state,
            exit_code=int(ending.exit_code),
            message=ending.message,
            seconds=round(report.seconds["total"], 3),
        )
        return report

    def _end(self, shutdown: Shutdown) -> _Ending:
        try:
            ending = self._advance(shutdown)
            self._target.mark(ending.state)
        except (MfdecodeError, OSError) as error:
            self._mark_failed()
            return _Ending(RunState.FAILED, ExitCode.of_error(error), error_text(error))
        except BaseException:
            self._mark_failed()
            raise
        return ending

    def _advance(self, shutdown: Shutdown) -> _Ending:
        """Load, merge and reconcile, as long as nothing speaks against it."""
        with self._stage("load"), LoadProgress(self._console, self._record.file_size) as progress, self._pool:
            self._orchestrator.run(progress.show)
        if xxh128 := self._orchestrator.checksum:
            self._target.record_checksum(xxh128)
        self._counts = self._target.counts()
        path, record_format = self._job.rejects.file, self._prepared.framing.record_format
        self._reasons = write_rejects(self._target.rejects(), path, record_format)
        if shutdown.requested:
            number = shutdown.requested
            return _Ending(
                RunState.INTERRUPTED,
                ExitCode.of_signal(number),
                f"interrupted by {number.name}: {self._counts.read:,} records were read and are loaded, none is merged",
            )
        if too_many := self._too_many_rejects(self._counts):
            return _Ending(RunState.FAILED, ExitCode.REJECT_LIMIT, too_many)
        self._target.mark(RunState.LOADED)
        with self._stage("merge"):
            self._merge = self._target.merge()
        self._target.mark(RunState.MERGED)
        with self._stage("reconcile"):
            self._identities = self._reconcile(self._counts, self._merge)
        broken = [identity for identity in self._identities if not identity.holds]
        if broken:
            names = ", ".join(identity.name for identity in broken)
            return _Ending(RunState.FAILED, ExitCode.UNRECONCILED, f"the run does not reconcile: {names}")
        return _Ending(RunState.COMPLETED, ExitCode.REJECTS if self._counts.rejected else ExitCode.OK)

    def _too_many_rejects(self, counts: LoadCounts) -> str:
        """Why the rejects are not to be borne; empty if they are."""
        borne = self._job.rejects
        if counts.rejected > borne.limit:
            why = f"{counts.rejected:,} records were rejected, and rejects.limit is {borne.limit:,}"
        elif counts.rejected * 100 > borne.percent * counts.read:
            share = 100 * counts.rejected / counts.read
            why = f"{share:.3g} % of the records were rejected, and rejects.percent is {borne.percent:g}"
        else:
            return ""
        return f"{why}; nothing was merged"

    @contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        began = perf_counter()
        yield
        self._seconds[name] = perf_counter() - began
        self._log.info("stage_finished", stage=name, seconds=round(self._seconds[name], 3))

    def _mark_failed(self) -> None:
        # The target may be what has failed; the error that brought us here is the one to tell.
        with suppress(MfdecodeError, OSError):
            self._target.mark(RunState.FAILED)

    def _drain(self, number: signal.Signals) -> None:
        self._stop.set()
        self._log.warning("shutdown_requested", signal=number.name)
        self._say(
            f"{number.name}: nothing more is read; what was read is being loaded, for at most "
            f"{self._job.pipeline.shutdown_timeout:g} s (a second signal stops at once)"
        )

    def _leave(self, number: signal.Signals) -> None:
        """End the process, whatever its threads are doing; no transaction that is under way is committed."""
        self._log.error("stopped_at_once", signal=number.name)
        self._say(f"{number.name}: stopped before all that was read was loaded; committed batches are in the ledger")
        self._pool.kill()
        os._exit(ExitCode.of_signal(number))

    def _say(self, message: str) -> None:
        self._console.print(message, markup=False, highlight=False, soft_wrap=True)

    def _reconcile(self, counts: LoadCounts, merge: tuple[MergeCounts, ...] | None) -> tuple[Identity, ...]:
        return reconcile(
            RunFigures(
                read=self._orchestrator.figures.read.records,
                ledger_read=counts.read,
                valid=counts.valid,
                rejected=counts.rejected,
                reject_records=counts.reject_records,
                tables=[
                    TableFigures(
                        table.name,
                        table.valid,
                        table.staged,
                        None if merge is None else astuple(merge[number]),
                        table.controls,
                        table.staged_controls,
                        self._scales(number),
                    )
                    for number, table in enumerate(counts.tables)
                ],
                parts=[
                    (figures.records, ledger.read)
                    for figures, ledger in zip(self._orchestrator.figures.parts, self._ledger_parts(), strict=True)
                ],
            )
        )

    def _report(self, ending: _Ending) -> RunReport:
        counts = self._counts
        return RunReport(
            run_id=self._record.run_id,
            job=self._record.job,
            file=self._record.file,
            file_size=self._record.file_size,
            file_xxh128=self._orchestrator.checksum,
            started=self._record.started,
            state=ending.state,
            exit_code=ending.exit_code,
            message=ending.message,
            counts=None if counts is None else RecordCounts(counts.read, counts.valid, counts.rejected, counts.staged),
            parts=tuple(
                PartReport(
                    str(frames.path),
                    frames.part.start,
                    frames.part.start + figures.bytes if frames.part.end is None else frames.part.end,
                    ledger.read,
                    ledger.valid,
                    ledger.rejected,
                )
                for frames, figures, ledger in zip(
                    self._parts, self._orchestrator.figures.parts, self._ledger_parts(), strict=True
                )
            ),
            types=tuple(
                TypeReport(table.name, table.valid, table.staged, None if self._merge is None else self._merge[number])
                for number, table in enumerate(counts.tables if counts else ())
            ),
            merge=None if self._merge is None else _total(self._merge),
            identities=self._identities,
            controls=self._controls(),
            reasons=tuple(Reason(*reason, findings) for reason, findings in self._reasons.most_common()),
            retries=self._target.retries,
            seconds=self._seconds,
            pipeline=self._orchestrator.figures,
        )

    def _scales(self, table: int) -> dict[str, int]:
        return {column.name: column.type.scale for column in self._prepared.tables[table].columns}

    def _ledger_parts(self) -> list[PartCounts]:
        """What the ledger says of every part of the input, those included of which it has nothing."""
        found = {part.part: part for part in self._counts.parts} if self._counts else {}
        return [found.get(number, PartCounts(number, 0, 0, 0, 0)) for number in range(len(self._parts))]

    def _controls(self) -> tuple[ControlTotal, ...]:
        if self._counts is None:
            return ()
        several = len(self._counts.tables) > 1
        return tuple(
            ControlTotal(
                f"{table.name}.{name}" if several else name,
                exact_text(total, scales[name]),
                exact_text(table.staged_controls[name], scales[name]),
            )
            for number, table in enumerate(self._counts.tables)
            for scales in [self._scales(number)]
            for name, total in table.controls.items()
        )


def _total(merges: Sequence[MergeCounts]) -> MergeCounts:
    """What was done in all tables."""
    return MergeCounts(*(sum(figures) for figures in zip(*map(astuple, merges), strict=True)))
