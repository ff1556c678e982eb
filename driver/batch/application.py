"""The batch application: a job from its copybook to a reconciled final table, or to the reason why not."""

from contextlib import closing
from dataclasses import replace

from rich.console import Console
from structlog.contextvars import bound_contextvars

from driver.config.model import Job
from driver.pipeline.committed import Committed
from driver.repository.target import RunState

from .admission import recorded_run, require_same, require_unfinished, runs_to_abandon, settings_json
from .begun import BegunRun
from .inputs import InputRecord
from .lock import only_run
from .manifest import Manifest
from .memory_limit import within_memory
from .preparation import open_target, prepare, run_record, source_of
from .reconciling import Reconciliation, reconciled
from .report import RunReport
from .reporting.files import with_reports
from .run_folder import RunFolder
from .source import open_input, open_parts, require_files
from .stages import Stages


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

    def run(self, *, force: bool = False, manifest: Manifest | None = None) -> RunReport:
        """Load, merge and reconcile; in the main thread, whose signals it takes.

        Args:
            force: begin, though the input is loaded already or another run of it can be resumed.
            manifest: kept in the run's folder as soon as nothing speaks against it.

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
            with (
                open_input(job, prepared.framing, self._console) as parts,
                closing(open_target(job, prepared)) as target,
            ):
                inputs = InputRecord.now(frames.part for frames in parts)
                record = run_record(job, self._run_id, prepared, parts, inputs)
                target.prepare(self._run_id, prepared.tables)
                abandoned = runs_to_abandon(job, target.earlier(job.job, record.fingerprint), force=force)
                self._folder.create()
                if manifest is not None:
                    manifest.write(self._folder)
                target.begin(record, source_of(prepared, parts), abandoned)
                begun = BegunRun(job, record, prepared, parts, inputs, target, Committed())
                return self._advance(begun)

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
                now = inputs.seen_again()
                target.prepare(self._run_id, prepared.tables)
                with open_parts(job, prepared.framing, inputs.parts) as parts:
                    record = replace(record, config=settings_json(job))
                    target.resume(record, source_of(prepared, parts))
                    committed = Committed.of_ledger(
                        target.committed(), read_again=now != inputs, process_again=prepared.processor.carries
                    )
                    return self._advance(BegunRun(job, record, prepared, parts, now, target, committed))

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

    def _advance(self, begun: BegunRun) -> RunReport:
        return with_reports(Stages(begun, self._console).run(), self._folder)
