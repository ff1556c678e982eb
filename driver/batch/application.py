"""The batch application: a job from its copybook to a reconciled final table, or to the reason why not."""

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import astuple, dataclass, replace
from time import perf_counter

import structlog
from rich.console import Console
from structlog.contextvars import bound_contextvars

from driver.config.model import DiscardTarget, Job
from driver.config.rejects import RejectedBytes
from driver.core.reconciliation import Identity
from driver.core.reject_limits import RejectLimits
from driver.pipeline.committed import Committed
from driver.pipeline.orchestrator import Orchestrator
from driver.repository.target import LoadCounts, MergeCounts, RunRecord, RunState, Target, WorkerCounts
from mfdecode.errors import MfdecodeError
from mfdecode.framing import Parts

from .admission import recorded_run, require_same, require_unfinished, runs_to_abandon, settings_json
from .error_text import error_text
from .exit_codes import ExitCode
from .inputs import InputRecord
from .lock import only_run
from .memory_limit import within_memory
from .personal_data import lookalikes_warning
from .preparation import Prepared, open_target, prepare, processor_pool, run_record, source_of
from .reconciling import Reconciliation, control_totals, of_trailers, reconciled
from .reject_file import RejectFiles, RejectSummary, write_rejects
from .report import CheckedIdentity, PartReport, RecordCounts, RunReport, TypeReport, WorkerReport
from .reporting.files import with_reports
from .run_folder import RunFolder
from .shutdown import Shutdown
from .source import open_input, open_parts, require_files
from .trailers import disagreements
from .watching.outlets import Outlets
from .watching.status import RunStage
from .watching.watch import Sources, Watch
from .workers import worker_figures


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
        self._folder = RunFolder(job.runs, run_id)

    def run(self, *, force: bool = False) -> RunReport:
        """Load, merge and reconcile; in the main thread, whose signals it takes.

        Args:
            force: begin, though the input is loaded already or another run of it can be resumed.

        Returns:
            How it went, and the exit code.

        Raises:
            MfdecodeError: nothing was begun, because of the configuration, the copybook, the input, the target, or a
                run before.
        """
        job = self._job
        with bound_contextvars(run_id=self._run_id), only_run(job, self._run_id):
            prepared = prepare(job)
            job = within_memory(job, prepared)
            self._folder.create()
            with (
                open_input(job, prepared.framing, self._console) as parts,
                closing(open_target(job, prepared)) as target,
            ):
                inputs = InputRecord.now(frames.part for frames in parts)
                record = run_record(job, self._run_id, prepared, parts, inputs)
                target.prepare(self._run_id, prepared.tables)
                abandoned = runs_to_abandon(job, target.earlier(job.job, record.fingerprint), force=force)
                target.begin(record, source_of(prepared, parts), abandoned)
                report = _Run(job, record, prepared, parts, inputs, target, Committed(), self._console).run()
                return with_reports(report, self._folder)

    def resume(self) -> RunReport:
        """Go on where the run was stopped, as ``run`` does; what is committed is not loaded again.

        Raises:
            MfdecodeError: nothing was done: there is no such run, or it began with another input, copybook or setting.
        """
        job = self._job
        with bound_contextvars(run_id=self._run_id), only_run(job, self._run_id):
            prepared = prepare(job)
            job = within_memory(job, prepared)
            self._folder.create()
            with closing(open_target(job, prepared)) as target:
                record = recorded_run(target, self._run_id)
                require_unfinished(record)
                require_same(record, job, prepared.copybook_sha256)
                inputs = InputRecord.from_json(record.inputs)
                require_files(job, inputs)
                touched = inputs.touched()
                target.prepare(self._run_id, prepared.tables)
                with open_parts(job, prepared.framing, inputs.parts) as parts:
                    record = replace(record, config=settings_json(job))
                    target.resume(record, source_of(prepared, parts))
                    committed = Committed.of_ledger(
                        target.committed(), read_again=touched, process_again=prepared.processor.carries
                    )
                    now = InputRecord.now(inputs.parts)
                    report = _Run(job, record, prepared, parts, now, target, committed, self._console).run()
                    return with_reports(report, self._folder)

    def reconcile(self) -> Reconciliation:
        """Ask the target for the run's figures, and put them beside each other; nothing is changed.

        Raises:
            MfdecodeError: there is no such run, or the target does not answer.
        """
        prepared = prepare(self._job)
        with closing(open_target(self._job, prepared)) as target:
            record = recorded_run(target, self._run_id)
            target.prepare(self._run_id, prepared.tables)
            parts = InputRecord.from_json(record.inputs).parts
            return reconciled(prepared, parts, None, (), target.counts(), target.merged())

    def abandon(self) -> None:
        """Give up the run: the next one of its job forgets what it has staged.

        Raises:
            MfdecodeError: there is no such run, or it has completed, or is under way.
        """
        with only_run(self._job, self._run_id):
            prepared = prepare(self._job)
            with closing(open_target(self._job, prepared)) as target:
                require_unfinished(recorded_run(target, self._run_id))
                target.prepare(self._run_id, prepared.tables)
                target.mark(RunState.ABANDONED)


@dataclass(frozen=True, slots=True)
class _Ending:
    """Where a run has ended, and why there."""

    state: RunState
    exit_code: ExitCode
    message: str = ""


class _Run:
    """A run that the target knows of."""

    def __init__(
        self,
        job: Job,
        record: RunRecord,
        prepared: Prepared,
        parts: Parts,
        inputs: InputRecord,
        target: Target,
        committed: Committed,
        console: Console,
    ) -> None:
        self._job = job
        self._record = record
        self._prepared = prepared
        self._parts = parts
        self._inputs = inputs
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
            reject_limits=RejectLimits(job.rejects.limit, job.rejects.percent),
            committed=committed,
        )
        self._watch = Watch(
            record,
            Sources(lambda: self._orchestrator.figures, lambda: target.retries, lambda: self._orchestrator.threads),
            Outlets.of_job(job, record.run_id, console),
            console,
            every=job.log.every,
        )
        self._seconds: dict[str, float] = {}
        self._reject_files = RejectFiles.of(job, record.run_id)
        self._rejects: RejectSummary | None = None
        self._loaded_before: tuple[WorkerCounts, ...] = ()
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
        if warning := lookalikes_warning(self._job, self._prepared.personal):
            self._log.warning("personal_data", message=warning)
            self._say(warning)
        timeout = self._job.pipeline.shutdown_timeout
        with Shutdown(timeout, on_request=self._drain, on_expiry=self._leave) as shutdown, self._watch:
            ending = self._end(shutdown)
            self._watch.end(ending.state, ending.exit_code, ending.message)
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
            code = ExitCode.of_error(error)
            way_on = f"; once that is put right: resume {self._record.run_id}" if code is ExitCode.RESUMABLE else ""
            return _Ending(RunState.FAILED, code, f"{error_text(error)}{way_on}")
        except BaseException:
            self._mark_failed()
            raise
        return ending

    def _advance(self, shutdown: Shutdown) -> _Ending:
        """Load, merge and reconcile, as long as nothing speaks against it."""
        self._loaded_before = self._target.workers()
        with self._stage(RunStage.LOAD), self._watch.bar() as show, self._pool:
            self._orchestrator.run(show)
        self._watch.enter(RunStage.COUNT)
        self._inputs.require_unchanged()
        if xxh128 := self._orchestrator.checksum:
            self._target.record_checksum(xxh128)
        self._counts = self._target.counts()
        self._rejects = self._write_rejects()
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
        if not_whole := self._check_trailers(self._counts):
            return _Ending(RunState.FAILED, ExitCode.UNRECONCILED, not_whole)
        with self._stage(RunStage.MERGE):
            self._merge = self._target.merge()
        self._target.mark(RunState.MERGED)
        with self._stage(RunStage.RECONCILE):
            self._target.record_figures(self._counts)
            found = self._reconciled(self._counts)
            self._identities = found.identities
        if found.broken:
            return _Ending(RunState.FAILED, ExitCode.UNRECONCILED, f"the run does not reconcile: {found.broken}")
        return _Ending(RunState.COMPLETED, ExitCode.REJECTS if self._counts.rejected else ExitCode.OK)

    def _write_rejects(self) -> RejectSummary:
        files = self._reject_files
        masked = self._job.rejects.raw is RejectedBytes.MASKED
        summary = write_rejects(
            self._target.rejects(),
            files,
            self._parts,
            self._prepared.framing,
            self._prepared.hiding,
            run_id=self._record.run_id,
            masked=masked,
        )
        if summary.records:
            self._log.info("rejects_written", file=str(files.records), records=summary.records, missing=summary.missing)
            self._say(files.told(summary, self._record.run_id, masked=masked))
        return summary

    def _too_many_rejects(self, counts: LoadCounts) -> str:
        """Why the rejects are not to be borne; empty if they are."""
        limits = RejectLimits(self._job.rejects.limit, self._job.rejects.percent)
        if not (why := limits.passed(counts.rejected, counts.read)):
            return ""
        return (
            f"{why}; nothing was merged. See the reasons in {self._reject_files.reasons or 'MF_REJECT'}, correct the "
            "job or the input, and run it again; or raise the limit"
        )

    def _check_trailers(self, counts: LoadCounts) -> str:
        """Why the file is not what its own header or trailer says; empty if it is."""
        self._identities = of_trailers(self._prepared, counts)
        if wrong := disagreements(self._identities):
            return f"the file is not what its own header or trailer says: {wrong}; nothing was merged"
        return ""

    @contextmanager
    def _stage(self, name: RunStage) -> Iterator[None]:
        self._watch.enter(name)
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
        self._watch.stop(number.name)
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

    def _reconciled(self, counts: LoadCounts) -> Reconciliation:
        figures = self._orchestrator.figures
        read = [part.records for part in figures.parts]
        workers = worker_figures(self._loaded_before, figures.workers, counts.workers)
        return reconciled(self._prepared, self._inputs.parts, read, workers, counts, self._merge)

    def _report(self, ending: _Ending) -> RunReport:
        counts, target = self._counts, self._job.target
        busy = {worker: done.busy for worker, done in enumerate(self._orchestrator.figures.workers)}
        return RunReport(
            run_id=self._record.run_id,
            job=self._record.job,
            file=self._record.file,
            file_size=self._record.file_size,
            file_xxh128=self._orchestrator.checksum,
            copybook=str(self._job.input.copybook),
            copybook_sha256=self._record.copybook_sha256,
            target=target.type,
            database="" if isinstance(target, DiscardTarget) else str(target.database),
            rejects_file=None if self._job.rejects.file is None else str(self._job.rejects.file),
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
                    self._parts,
                    self._orchestrator.figures.parts,
                    (counts or LoadCounts((), (), (), 0)).of_parts(len(self._parts)),
                    strict=True,
                )
            ),
            workers=tuple(
                WorkerReport(
                    ledger.worker,
                    ledger.batches,
                    ledger.read,
                    ledger.valid,
                    ledger.rejected,
                    busy.get(ledger.worker, 0.0),
                )
                for ledger in (counts.workers if counts else ())
            ),
            types=tuple(
                TypeReport(
                    counted.name,
                    table.staging,
                    table.final,
                    counted.valid,
                    counted.staged,
                    None if self._merge is None else self._merge[number],
                )
                for number, (table, counted) in enumerate(
                    zip(self._prepared.tables, counts.tables, strict=True) if counts else ()
                )
            ),
            merge=None if self._merge is None else _total(self._merge),
            identities=tuple(map(CheckedIdentity.of, self._identities)),
            controls=() if counts is None else control_totals(self._prepared, counts),
            reasons=() if self._rejects is None else self._rejects.reasons,
            retries=self._target.retries,
            seconds=self._seconds,
            pipeline=self._orchestrator.figures,
        )


def _total(merges: Sequence[MergeCounts]) -> MergeCounts:
    """What was done in all tables."""
    return MergeCounts(*(sum(figures) for figures in zip(*map(astuple, merges), strict=True)))
