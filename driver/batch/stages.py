"""The stages of a run that the target knows of, and what may come between them: a signal, an error, a limit."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import perf_counter

import structlog
from rich.console import Console

from driver.config.rejects import RejectedBytes
from driver.core.reject_limits import RejectLimits
from driver.pipeline.orchestrator import Orchestrator
from driver.repository.counts import LoadCounts
from driver.repository.target import RunState
from mfdecode.errors import FramingError, MfdecodeError

from .accounting import report_of
from .begun import BegunRun, Ending, Outcome
from .error_text import error_text
from .exit_codes import ExitCode
from .personal_data import lookalikes_warning
from .preparation import processor_pool
from .reconciling import Reconciliation, of_trailers, reconciled
from .reject_file import RejectSummary, write_rejects
from .report import RunReport
from .shutdown import Shutdown
from .trailers import disagreements
from .watching.outlets import Outlets
from .watching.status import RunStage
from .watching.watch import Sources, Watch
from .workers import worker_figures

_STILL_DONE = {
    RunStage.LOAD: "nothing more is read; what was read is being loaded",
    RunStage.MERGE: "all is loaded; the merge goes on",
}


class Stages:
    """Load, merge, reconcile: each goes on where it was, and one that is done does nothing.

    Args:
        begun: the run.
        console: on standard error: progress, and what a signal does.
    """

    def __init__(self, begun: BegunRun, console: Console) -> None:
        job, target = begun.job, begun.target
        self._begun = begun
        self._console = console
        self._log = structlog.get_logger()
        self._stop = threading.Event()
        self._reject_limits = RejectLimits(job.rejects.limit, job.rejects.percent)
        self._pool = processor_pool(job, begun.prepared.processor)
        self._orchestrator = Orchestrator(
            begun.parts,
            self._pool.process,
            target.writer,
            job.pipeline,
            stop=self._stop,
            reject_limits=self._reject_limits,
            committed=begun.committed,
        )
        self._watch = Watch(
            begun.record,
            Sources(lambda: self._orchestrator.figures, lambda: target.retries, lambda: self._orchestrator.threads),
            Outlets.of_job(job, begun.record.run_id, console),
            console,
            every=job.log.every,
        )
        self._outcome = Outcome()

    def run(self) -> RunReport:
        """Go as far as the run can, and tell how far that was."""
        began = perf_counter()
        self._log.info(
            "run_started",
            job=self._begun.record.job,
            file=self._begun.record.file,
            bytes=self._begun.record.file_size,
            parts=len(self._begun.parts),
        )
        if warning := lookalikes_warning(self._begun.job, self._begun.prepared.personal):
            self._log.warning("personal_data", message=warning)
            self._say(warning)
        timeout = self._begun.job.pipeline.shutdown_timeout
        with Shutdown(timeout, on_request=self._drain, on_expiry=self._leave) as shutdown, self._watch:
            ending = self._end(shutdown)
            self._watch.end(ending.state, ending.exit_code, ending.message)
        self._outcome.seconds["total"] = perf_counter() - began
        report = report_of(self._begun, self._outcome, ending, self._orchestrator)
        self._log.info(
            "run_finished",
            state=ending.state,
            exit_code=int(ending.exit_code),
            message=ending.message,
            seconds=round(report.seconds["total"], 3),
        )
        return report

    def _end(self, shutdown: Shutdown) -> Ending:
        try:
            ending = self._advance(shutdown)
            self._begun.target.mark(ending.state)
        except (MfdecodeError, OSError) as error:
            self._mark_failed()
            code = ExitCode.of_error(error)
            run_id = self._begun.record.run_id
            way_on = f"; once that is put right: resume {run_id}" if code is ExitCode.RESUMABLE else ""
            return Ending(RunState.FAILED, code, f"{error_text(error)}{way_on}")
        except BaseException:
            self._mark_failed()
            raise
        return ending

    def _advance(self, shutdown: Shutdown) -> Ending:
        """Load, merge and reconcile, as long as nothing speaks against it."""
        self._outcome.loaded_before = self._begun.target.workers()
        with self._stage(RunStage.LOAD), self._watch.bar() as show, self._pool:
            try:
                self._orchestrator.run(show)
            except (FramingError, OSError):
                self._begun.inputs.require_unchanged()  # which would be why, and the better thing to tell
                raise
        self._watch.enter(RunStage.COUNT)
        self._begun.inputs.require_unchanged()
        if xxh128 := self._orchestrator.checksum:
            self._begun.target.record_checksum(xxh128)
        self._outcome.counts = counts = self._begun.target.counts()
        self._outcome.rejects = self._write_rejects()
        if shutdown.requested:
            number = shutdown.requested
            return Ending(
                RunState.INTERRUPTED,
                ExitCode.of_signal(number),
                f"interrupted by {number.name}: {counts.read:,} records are loaded, none is merged; "
                f"python -m driver resume {self._begun.record.run_id} goes on",
            )
        if too_many := self._too_many_rejects(counts):
            return Ending(RunState.FAILED, ExitCode.REJECT_LIMIT, too_many)
        self._begun.target.mark(RunState.LOADED)
        if not_whole := self._check_trailers(counts):
            return Ending(RunState.FAILED, ExitCode.UNRECONCILED, not_whole)
        self._begun.target.record_figures(counts)  # now: a merge may take the rows out of staging
        with self._stage(RunStage.MERGE):
            self._outcome.merge = self._begun.target.merge()
        self._begun.target.mark(RunState.MERGED)
        with self._stage(RunStage.RECONCILE):
            found = self._reconciled(counts)
            self._outcome.identities = found.identities
        if found.broken:
            return Ending(RunState.FAILED, ExitCode.UNRECONCILED, f"the run does not reconcile: {found.broken}")
        return Ending(RunState.COMPLETED, ExitCode.REJECTS if counts.rejected else ExitCode.OK)

    def _write_rejects(self) -> RejectSummary:
        files = self._begun.reject_files
        masked = self._begun.job.rejects.raw is RejectedBytes.MASKED
        summary = write_rejects(
            self._begun.target.rejects(),
            files,
            self._begun.parts,
            self._begun.prepared.framing,
            self._begun.prepared.hiding,
            run_id=self._begun.record.run_id,
            masked=masked,
        )
        if summary.records:
            self._log.info("rejects_written", file=str(files.records), records=summary.records, missing=summary.missing)
            self._say(files.told(summary, self._begun.record.run_id, masked=masked))
        return summary

    def _too_many_rejects(self, counts: LoadCounts) -> str:
        """Why the rejects are not to be borne; empty if they are."""
        why = self._reject_limits.passed(counts.rejected, counts.read)
        if not why and not self._orchestrator.loaded_all:
            why = f"{counts.rejected:,} records were rejected, and a limit of rejects was certain to be passed"
        if not why:
            return ""
        reasons = self._begun.reject_files.reasons or "MF_REJECT"
        return (
            f"{why}; nothing was merged. See the reasons in {reasons}, correct the job or the input, and run it again; "
            f"or raise the limit: resume {self._begun.record.run_id}"
        )

    def _check_trailers(self, counts: LoadCounts) -> str:
        """Why the file is not what its own header or trailer says; empty if it is."""
        self._outcome.identities = of_trailers(self._begun.prepared, counts)
        if wrong := disagreements(self._outcome.identities):
            return f"the file is not what its own header or trailer says: {wrong}; nothing was merged"
        return ""

    @contextmanager
    def _stage(self, name: RunStage) -> Iterator[None]:
        self._watch.enter(name)
        began = perf_counter()
        yield
        self._outcome.seconds[name] = perf_counter() - began
        self._log.info("stage_finished", stage=name, seconds=round(self._outcome.seconds[name], 3))

    def _mark_failed(self) -> None:
        # The target may be what has failed; the error that brought us here is the one to tell.
        with suppress(MfdecodeError, OSError):
            self._begun.target.mark(RunState.FAILED)

    def _drain(self, number: signal.Signals) -> None:
        self._stop.set()
        self._watch.stop(number.name)
        self._log.warning("shutdown_requested", signal=number.name)
        self._say(
            f"{number.name}: {_STILL_DONE.get(self._watch.stage, 'the run ends')}, for at most "
            f"{self._begun.job.pipeline.shutdown_timeout:g} s (a second signal stops at once)"
        )

    def _leave(self, number: signal.Signals) -> None:
        """End the process, whatever its threads are doing; no transaction that is under way is committed."""
        self._log.error("stopped_at_once", signal=number.name)
        self._say(
            f"{number.name}: stopped before all was done; what is committed is kept: resume {self._begun.record.run_id}"
        )
        self._pool.kill()
        os._exit(ExitCode.of_signal(number))

    def _say(self, message: str) -> None:
        self._console.print(message, markup=False, highlight=False, soft_wrap=True)

    def _reconciled(self, counts: LoadCounts) -> Reconciliation:
        figures = self._orchestrator.figures
        read = [part.records for part in figures.parts]
        workers = worker_figures(self._outcome.loaded_before, figures.workers, counts.workers)
        return reconciled(self._begun.prepared, self._begun.inputs.parts, read, workers, counts, self._outcome.merge)
