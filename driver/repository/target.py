"""What a target of a run is: the interface that the pipeline and the batch application see."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from driver.core.records import LoadBatch, Reject, TableColumn


class RunState(StrEnum):
    """How far a run has come; each is recorded in MF_RUN when it is reached."""

    LOADING = "LOADING"
    LOADED = "LOADED"
    MERGED = "MERGED"
    COMPLETED = "COMPLETED"
    INTERRUPTED = "INTERRUPTED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """The row of MF_RUN as a run begins."""

    run_id: str
    job: str
    file: str
    file_size: int
    copybook_sha256: str
    config: str
    """The effective configuration as JSON, secrets hidden."""
    started: datetime


@dataclass(frozen=True, slots=True)
class MergeCounts:
    """What MERGE did with the staged rows of a run."""

    inserted: int
    updated: int
    unchanged: int
    superseded: int


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """What the database itself says of a run: sums over the ledger, counts of the tables, sums of the columns."""

    batches: int
    read: int
    valid: int
    rejected: int
    staged: int
    reject_records: int
    """Distinct records in MF_REJECT."""
    controls: Mapping[str, int]
    """Control totals over the ledger: of what was decoded."""
    staged_controls: Mapping[str, int]
    """The same totals, summed by the database over the staging table."""


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

    def begin(self, run: RunRecord, columns: Sequence[TableColumn]) -> None:
        """Create what tables are missing, check those that are there, record the run as LOADING."""

    def writer(self) -> BatchWriter:
        """A new connection for one writer thread."""

    def mark(self, state: RunState) -> None:
        """Record how far the run has come."""

    def merge(self) -> MergeCounts | None:
        """Staging into final: the last record of a key wins, rows that do not differ are left alone.

        None from a target that has no final table.
        """

    def counts(self) -> LoadCounts:
        """The run in figures, asked of the database."""

    def rejects(self) -> Iterator[Reject]:
        """The run's rejects in record order."""

    def close(self) -> None:
        """End every connection."""
