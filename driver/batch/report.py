"""What a run says at its end, in figures; ``reporting`` shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import StringConstraints

from driver.core.reconciliation import Identity
from driver.output.numbers import exact_text
from driver.pipeline.metrics import PipelineFigures
from driver.repository.counts import MergeCounts
from driver.repository.target import RunState

from .exit_codes import ExitCode

ExactDecimal = Annotated[str, StringConstraints(pattern=r"^-?[0-9]+(\.[0-9]+)?$")]
"""Text, since what reads JSON often has floats for all numbers."""


@dataclass(frozen=True, slots=True)
class RecordCounts:
    """Records, as the target counts them."""

    read: int
    valid: int
    rejected: int
    staged: int


@dataclass(frozen=True, slots=True)
class PartReport:
    """A part of the input: its file, the bytes of it, and its records by the ledger."""

    file: str
    start: int
    end: int
    read: int
    valid: int
    rejected: int


@dataclass(frozen=True, slots=True)
class WorkerReport:
    """One processor: its batches and records by the ledger, and the seconds that it was at work in this process."""

    worker: int
    batches: int
    read: int
    valid: int
    rejected: int
    busy: float


@dataclass(frozen=True, slots=True)
class TypeReport:
    """The records of one type: their tables, those that are valid, those that are staged, and what became of these."""

    record_type: str
    staging: str
    final: str
    valid: int
    staged: int
    merge: MergeCounts | None


@dataclass(frozen=True, slots=True)
class CheckedIdentity:
    """Two figures that must be equal, as exact decimals, and whether they are."""

    name: str
    left: ExactDecimal
    right: ExactDecimal
    holds: bool

    @classmethod
    def of(cls, identity: Identity) -> Self:
        """The identity as it is reported."""
        left, right = (exact_text(figure, identity.scale) for figure in (identity.left, identity.right))
        return cls(identity.name, left, right, identity.holds)


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """The sum of a column over the valid records: as decoded, and as staged; exact decimals."""

    column: str
    source: ExactDecimal
    staging: ExactDecimal


@dataclass(frozen=True, slots=True)
class RejectSample:
    """One of the records that were rejected for a reason.

    Attributes:
        record: its number in the input, from 0.
        offset: of its data in the file.
        value: the field's bytes in hexadecimal, at most 64 of them, of a personal datum masked; the record's where it
            is all wrong.
    """

    record: int
    offset: int
    value: str


@dataclass(frozen=True, slots=True)
class Reason:
    """How often a field was found wrong in the same way; the field is empty where the record is."""

    field: str
    code: str
    findings: int
    samples: tuple[RejectSample, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """A run in figures.

    Attributes:
        schema_version: of this form; another where a figure has gone or means something else, not where one is new.
        run_id: of the run.
        job: its name.
        file: the input: a file, or the pattern of its files.
        file_size: in bytes.
        file_xxh128: its checksum, in hexadecimal; None if it was not read to its end.
        copybook: its file.
        copybook_sha256: of it and of what it copies, in hexadecimal.
        target: what the records went to: duckdb, db2, or discard.
        database: its name; empty where there is none.
        rejects_file: where the rejected records are as they were in the input.
        started: when.
        state: how far it has come.
        exit_code: of the process.
        message: why it ended where it did; empty where it has come to its end.
        counts: None where the target could not be asked.
        parts: of the input.
        workers: those that have a batch in the ledger.
        types: the records by their types, in the order in which their tables were merged.
        merge: what became of the staged records of all types; None where it did not come to that.
        identities: what must hold between the counts.
        controls: the control totals.
        reasons: for the rejects, the most frequent first.
        retries: transactions that the database had to be asked for again.
        seconds: by phase (load, merge, reconcile), as far as it came, and in total.
        pipeline: stages and queues.
    """

    schema_version: Literal[1] = 1
    run_id: str
    job: str
    file: str
    file_size: int
    file_xxh128: str | None
    copybook: str
    copybook_sha256: str
    target: str
    database: str
    rejects_file: str | None
    started: datetime
    state: RunState
    exit_code: ExitCode
    message: str
    counts: RecordCounts | None
    parts: tuple[PartReport, ...]
    workers: tuple[WorkerReport, ...]
    types: tuple[TypeReport, ...]
    merge: MergeCounts | None
    identities: tuple[CheckedIdentity, ...]
    controls: tuple[ControlTotal, ...]
    reasons: tuple[Reason, ...]
    retries: int
    seconds: Mapping[str, float]
    pipeline: PipelineFigures

    @property
    def records_per_second(self) -> float:
        """Read, over the whole run."""
        return self.pipeline.read.records / self.seconds["total"]

    @property
    def bytes_per_second(self) -> float:
        """Of the input, over the whole run."""
        return self.pipeline.read.bytes / self.seconds["total"]
