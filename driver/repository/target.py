"""What a target of a run is: the interface that the pipeline and the batch application see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from driver.core.records import LoadBatch, LoadTable, Reject
from mfdecode.framing import Place

from .counts import LoadCounts, MergeCounts, WorkerCounts


class RunState(StrEnum):
    """How far a run has come; each is recorded in MF_RUN when it is reached."""

    LOADING = "LOADING"
    LOADED = "LOADED"
    MERGED = "MERGED"
    COMPLETED = "COMPLETED"
    INTERRUPTED = "INTERRUPTED"
    FAILED = "FAILED"
    ABANDONED = "ABANDONED"
    """Another run of the job was begun instead; what it had staged is forgotten."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """The row of MF_RUN as a run begins.

    Attributes:
        run_id: of the run.
        job: its name.
        file: the input: a file, or the pattern of its files.
        file_size: bytes of the input.
        fingerprint: of the input, by samples of what is in it: the same input has the same.
        copybook_sha256: of the copybook and of what it copies.
        config: the effective configuration as JSON, secrets hidden.
        inputs: the parts of the input as JSON, by which a resumed run reads on.
        started: when.
        state: how far it has come.
    """

    run_id: str
    job: str
    file: str
    file_size: int
    fingerprint: str
    copybook_sha256: str
    config: str
    inputs: str
    started: datetime
    state: RunState = RunState.LOADING


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """A run of the same job that speaks against a new one, or may.

    Attributes:
        run_id: of the run.
        file: the input: a file, or the pattern of its files.
        same_input: its input was the same.
        state: how far it has come.
        started: when.
    """

    run_id: str
    file: str
    same_input: bool
    state: RunState
    started: datetime


@dataclass(frozen=True, slots=True)
class CommittedBatch:
    """A batch whose rows are loaded, as the ledger has it.

    Attributes:
        part: number of the part of the input that it is from.
        start: its first byte.
        records: read, valid and rejected together.
        rejected: those that are not loaded.
        checksum: of its bytes, as ``LoadBatch`` has it.
        after: where the next batch begins.
    """

    part: int
    start: int
    records: int
    rejected: int
    checksum: int
    after: Place


class SourceAgain(Protocol):
    """The open input, of which a target may want some again."""

    def again(self, part: int, start: int, end: int) -> list[tuple[int, bytes]]:
        """The records of a batch, each with where its data begins in the part's file.

        Raises:
            OSError: the file cannot be read any more.
        """

    def record_at(self, record: int, offset: int) -> bytes:
        """A record, by its number in the input and where its data begins in the part's file.

        Raises:
            OSError: the file cannot be read any more.
        """

    def file_of(self, part: int) -> str:
        """The file of a part."""


class BatchWriter(Protocol):
    """A writer thread's own connection."""

    def load(self, batch: LoadBatch) -> int:
        """Ledger row first, then rows and rejects, committed together: when this returns, or before ``close`` does.

        Returns:
            How many records of it were rejected, those among them that only the database refuses.
        """

    def close(self) -> None:
        """Commit what is not committed yet, and give the connection back."""


class Target(Protocol):
    """A database (or none) that a run loads into."""

    @property
    def retries(self) -> int:
        """Transactions that had to be tried again, so far."""

    def recorded(self, run_id: str) -> RunRecord | None:
        """What MF_RUN says of a run; None where there is no such run, or no such table."""

    def prepare(self, run_id: str, tables: Sequence[LoadTable]) -> None:
        """Create what tables are missing and check those that are there; all that follows is about this run.

        Args:
            run_id: of the run.
            tables: one for each record type, in the order in which they are merged: parents before their children.
        """

    def earlier(self, job: str, fingerprint: str) -> list[EarlierRun]:
        """Runs of a job that have not completed, or have with this input; the newest first."""

    def begin(self, run: RunRecord, source: SourceAgain, abandoned: Sequence[str] = ()) -> None:
        """Record the run as LOADING, and forget the staged rows of runs that have ended.

        Args:
            run: as it begins.
            source: its input.
            abandoned: runs that are not resumed any more.
        """

    def resume(self, run: RunRecord, source: SourceAgain) -> None:
        """Record that the run is LOADING again.

        Args:
            run: with the settings that it has now.
            source: its input.
        """

    def committed(self) -> Iterator[CommittedBatch]:
        """The batches that are in the ledger, by part and number."""

    def writer(self) -> BatchWriter:
        """A new connection for one writer thread."""

    def record_checksum(self, xxh128: str) -> None:
        """Record the checksum of the whole file, in hexadecimal: it is known only when the file has been read."""

    def mark(self, state: RunState) -> None:
        """Record how far the run has come."""

    def merge(self) -> tuple[MergeCounts, ...] | None:
        """Staging into final, table by table: the last record of a key wins, rows that do not differ are left alone.

        The staged rows may be gone afterwards.

        Returns:
            What ``merged`` says.
        """

    def merged(self) -> tuple[MergeCounts, ...] | None:
        """What MERGE has done so far, table by table; None from a target that has no final tables."""

    def workers(self) -> tuple[WorkerCounts, ...]:
        """What each worker has loaded so far, earlier processes of the run included."""

    def counts(self) -> LoadCounts:
        """The run in figures, asked of the database."""

    def record_figures(self, counts: LoadCounts) -> None:
        """Record the run's figures, before it is merged: they outlive its staged rows."""

    def rejects(self) -> Iterator[Reject]:
        """The run's rejects in record order."""

    def close(self) -> None:
        """End every connection."""
