"""A run in figures, as a target gives them."""

from collections.abc import Mapping
from dataclasses import dataclass

from driver.core.records import ReadFigures


@dataclass(frozen=True, slots=True)
class MergeCounts:
    """What MERGE did with the staged rows of a run."""

    inserted: int
    updated: int
    unchanged: int
    superseded: int


@dataclass(frozen=True, slots=True)
class PartCounts:
    """What the ledger says of one part of the input.

    Attributes:
        part: its number.
        batches: that are in the ledger.
        numbered: as many as there are by the number of the last.
        start, end: the bytes that they cover, from the first to the last; ``end`` is past it.
        covered: how many of these bytes are in a batch.
        numbers: of records, from the first in the ledger to the last.
        read, valid, rejected: records.
    """

    part: int
    batches: int = 0
    numbered: int = 0
    start: int = 0
    end: int = 0
    covered: int = 0
    numbers: int = 0
    read: int = 0
    valid: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class WorkerCounts:
    """What the ledger says of one worker."""

    worker: int
    """The number of the processor; that of an earlier process of the run is the same worker."""
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
    forgotten: bool = False
    """The run's rows are no longer in staging: the figures are those of before its merge."""


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """What the database itself says of a run: sums over the ledger, counts of the tables, sums of the columns."""

    parts: tuple[PartCounts, ...]
    """Those of which there is a batch in the ledger, in the order of their numbers."""
    workers: tuple[WorkerCounts, ...]
    """The same of the workers."""
    tables: tuple[TableCounts, ...]
    reject_records: int
    """Distinct records in MF_REJECT, those left out that are only there to keep bytes."""

    def of_parts(self, count: int) -> list[PartCounts]:
        """What the ledger says of every part, those included of which it has nothing.

        Args:
            count: of the parts.
        """
        found = {part.part: part for part in self.parts}
        return [found.get(number, PartCounts(number)) for number in range(count)]

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
