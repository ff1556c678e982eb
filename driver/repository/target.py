"""What a target of a run is: the interface that the pipeline and the batch application see."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from driver.core.records import LoadBatch, LoadTable, ReadFigures, Reject


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
    """The input: a file, or the pattern of its files."""
    file_size: int
    """Bytes of the input."""
    copybook_sha256: str
    config: str
    """The effective configuration as JSON, secrets hidden."""
    started: datetime
    files: tuple[str, ...]
    """The file of each part of the input."""


@dataclass(frozen=True, slots=True)
class MergeCounts:
    """What MERGE did with the staged rows of a run."""

    inserted: int
    updated: int
    unchanged: int
    superseded: int


@dataclass(frozen=True, slots=True)
class PartCounts:
    """What the ledger says of one part of the input."""

    part: int
    batches: int
    read: int
    valid: int
    rejected: int


@dataclass(frozen=True, slots=True)
class TableCounts:
    """What the database says of one table of a run."""

    name: str
    """Of the record type."""
    valid: int
    """Records in the ledger that were loaded into it."""
    staged: int
    controls: Mapping[str, int]
    """Control totals over the ledger: of what was decoded."""
    staged_controls: Mapping[str, int]
    """The same totals, summed by the database over the staging table."""
    read: ReadFigures
    """Records of the type in the ledger, valid or not, and sums over them."""


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """What the database itself says of a run: sums over the ledger, counts of the tables, sums of the columns."""

    parts: tuple[PartCounts, ...]
    """Those of which there is a batch in the ledger, in the order of their numbers."""
    tables: tuple[TableCounts, ...]
    reject_records: int
    """Distinct records in MF_REJECT, those left out that are only there to keep bytes."""

    @property
    def staged(self) -> int:
        """Rows in all staging tables."""
        return sum(table.staged for table in self.tables)

    @property
    def batches(self) -> int:
        """Rows of the ledger."""
        return sum(part.batches for part in self.parts)

    @property
    def read(self) -> int:
        """Records in the ledger."""
        return sum(part.read for part in self.parts)

    @property
    def valid(self) -> int:
        """Records in the ledger that were loaded."""
        return sum(part.valid for part in self.parts)

    @property
    def rejected(self) -> int:
        """Records in the ledger that were not."""
        return sum(part.rejected for part in self.parts)


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

    def begin(self, run: RunRecord, tables: Sequence[LoadTable]) -> None:
        """Create what tables are missing, check those that are there, record the run as LOADING.

        Args:
            run: as it begins.
            tables: one for each record type, in the order in which they are merged: parents before their children.
        """

    def writer(self) -> BatchWriter:
        """A new connection for one writer thread."""

    def record_checksum(self, xxh128: str) -> None:
        """Record the checksum of the whole file, in hexadecimal: it is known only when the file has been read."""

    def mark(self, state: RunState) -> None:
        """Record how far the run has come."""

    def merge(self) -> tuple[MergeCounts, ...] | None:
        """Staging into final, table by table: the last record of a key wins, rows that do not differ are left alone.

        None from a target that has no final tables.
        """

    def counts(self) -> LoadCounts:
        """The run in figures, asked of the database."""

    def rejects(self) -> Iterator[Reject]:
        """The run's rejects in record order."""

    def close(self) -> None:
        """End every connection."""
