"""The account of a run: its report, from what the target, the pipeline and the stages say."""

from collections.abc import Sequence
from dataclasses import astuple

from driver.config.model import DiscardTarget
from driver.pipeline.orchestrator import Orchestrator
from driver.repository.counts import LoadCounts, MergeCounts

from .begun import BegunRun, Ending, Outcome
from .reconciling import control_totals
from .report import CheckedIdentity, PartReport, RecordCounts, RunReport, TypeReport, WorkerReport


def report_of(begun: BegunRun, outcome: Outcome, ending: Ending, orchestrator: Orchestrator) -> RunReport:
    """The report of a run.

    Args:
        begun: the run.
        outcome: what has come of it.
        ending: how it has ended.
        orchestrator: of its load.
    """
    job, record, prepared = begun.job, begun.record, begun.prepared
    counts, target, figures = outcome.counts, job.target, orchestrator.figures
    busy = {worker: done.busy for worker, done in enumerate(figures.workers)}
    return RunReport(
        run_id=record.run_id,
        job=record.job,
        file=record.file,
        file_size=record.file_size,
        file_xxh128=orchestrator.checksum,
        copybook=str(job.input.copybook),
        copybook_sha256=record.copybook_sha256,
        target=target.type,
        database="" if isinstance(target, DiscardTarget) else str(target.database),
        rejects_file=str(begun.reject_files.records),
        started=record.started,
        state=ending.state,
        exit_code=ending.exit_code,
        message=ending.message,
        counts=None if counts is None else RecordCounts(counts.read, counts.valid, counts.rejected, counts.staged),
        parts=tuple(
            PartReport(
                str(frames.path),
                frames.part.start,
                frames.part.start + read.bytes if frames.part.end is None else frames.part.end,
                ledger.read,
                ledger.valid,
                ledger.rejected,
            )
            for frames, read, ledger in zip(
                begun.parts,
                figures.parts,
                (counts or LoadCounts((), (), (), 0)).of_parts(len(begun.parts)),
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
                None if outcome.merge is None else outcome.merge[number],
            )
            for number, (table, counted) in enumerate(
                zip(prepared.tables, counts.tables, strict=True) if counts else ()
            )
        ),
        merge=None if outcome.merge is None else _total(outcome.merge),
        identities=tuple(map(CheckedIdentity.of, outcome.identities)),
        controls=() if counts is None else control_totals(prepared, counts),
        reasons=() if outcome.rejects is None else outcome.rejects.reasons,
        retries=begun.target.retries,
        seconds=outcome.seconds,
        pipeline=figures,
    )


def _total(merges: Sequence[MergeCounts]) -> MergeCounts:
    """What was done in all tables."""
    return MergeCounts(*(sum(figures) for figures in zip(*map(astuple, merges), strict=True)))
