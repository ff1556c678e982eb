"""A run that the target knows of: what it works with, what has come of it, and how it has ended."""

from dataclasses import dataclass, field

from driver.config.model import Job
from driver.core.reconciliation import Identity
from driver.pipeline.committed import Committed
from driver.repository.counts import LoadCounts, MergeCounts, WorkerCounts
from driver.repository.target import RunRecord, RunState, Target
from mfdecode.framing import Parts

from .exit_codes import ExitCode
from .inputs import InputRecord
from .preparation import Prepared
from .reject_file import RejectFiles, RejectSummary


@dataclass(frozen=True, slots=True)
class BegunRun:
    """What a run works with.

    Attributes:
        job: the configuration.
        record: of MF_RUN.
        prepared: the job, compiled.
        parts: the open input.
        inputs: its files, as they were when this process began to read.
        target: which has begun the run, or taken it up again.
        committed: batches that an earlier process of the run has loaded.
    """

    job: Job
    record: RunRecord
    prepared: Prepared
    parts: Parts
    inputs: InputRecord
    target: Target
    committed: Committed

    @property
    def reject_files(self) -> RejectFiles:
        """Where the rejected records go."""
        return RejectFiles.of(self.job, self.record.run_id)


@dataclass(slots=True)
class Outcome:
    """What has come of a run so far.

    Attributes:
        loaded_before: what the ledger said of each worker when this process began to load.
        counts: of the target; None until it was asked.
        rejects: what has gone to the reject file; None until it is written.
        merge: what MERGE did, table by table; None until it has.
        identities: that were looked at.
        seconds: by stage.
    """

    loaded_before: tuple[WorkerCounts, ...] = ()
    counts: LoadCounts | None = None
    rejects: RejectSummary | None = None
    merge: tuple[MergeCounts, ...] | None = None
    identities: tuple[Identity, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ending:
    """Where a run has ended, and why there."""

    state: RunState
    exit_code: ExitCode
    message: str = ""
