"""What each stage has done so far, counted by its threads and read by progress and report."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """Batches that wait between two stages: now, at most, and as many as there may be."""

    depth: int
    high_water: int
    capacity: int


@dataclass(frozen=True, slots=True)
class StageFigures:
    """The work of one stage.

    Attributes:
        batches, records: that have gone through it.
        bytes: of the file, that these batches cover.
        rejected: records of them that are not to be loaded.
        busy: seconds of work, waiting for other stages left out, added up over its threads.
    """

    batches: int = 0
    records: int = 0
    bytes: int = 0
    rejected: int = 0
    busy: float = 0.0


def added_up(figures: Iterable[StageFigures]) -> StageFigures:
    """The work of one stage, from that on each part of the input."""
    batches, records, size, rejected, busy = 0, 0, 0, 0, 0.0
    for one in figures:
        batches += one.batches
        records += one.records
        size += one.bytes
        rejected += one.rejected
        busy += one.busy
    return StageFigures(batches, records, size, rejected, busy)


class StageCounter:
    """The figures of one stage; its threads add to them."""

    def __init__(self) -> None:
        self._figures = StageFigures()
        self._lock = threading.Lock()

    def add(self, *, records: int, size: int, busy: float, rejected: int = 0) -> StageFigures:
        """Count one batch.

        Args:
            records: of it.
            size: bytes of the file that it covers.
            busy: seconds that it took.
            rejected: records of it that are not to be loaded.

        Returns:
            The figures with this batch.
        """
        with self._lock:
            before = self._figures
            self._figures = replace(
                before,
                batches=before.batches + 1,
                records=before.records + records,
                bytes=before.bytes + size,
                rejected=before.rejected + rejected,
                busy=before.busy + busy,
            )
            return self._figures

    @property
    def figures(self) -> StageFigures:
        """As they are now, consistent with one another."""
        return self._figures


class WorkerCounter(StageCounter):
    """The figures of one thread of a stage, which are the stage's too.

    Args:
        stage: whose they are.
    """

    def __init__(self, stage: StageCounter) -> None:
        super().__init__()
        self._stage = stage

    def add(self, *, records: int, size: int, busy: float, rejected: int = 0) -> StageFigures:
        """Count one batch, here and there.

        Returns:
            The stage's figures with this batch.
        """
        super().add(records=records, size=size, busy=busy, rejected=rejected)
        return self._stage.add(records=records, size=size, busy=busy, rejected=rejected)


@dataclass(frozen=True, slots=True)
class PipelineFigures:
    """The whole pipeline at one moment.

    Attributes:
        processors, writers: threads that have been begun.
        parts: what is read of each part of the input.
        consumed: bytes of the files that have been read for it; of compressed ones, as they are on the disk.
    """

    read: StageFigures
    processed: StageFigures
    written: StageFigures
    raw_queue: QueueFigures
    write_queue: QueueFigures
    processors: int
    writers: int
    parts: tuple[StageFigures, ...]
    consumed: int

    @property
    def loaded(self) -> float:
        """Bytes of the files whose records are loaded, measured as ``consumed``."""
        return self.consumed * self.written.bytes / max(1, self.read.bytes)
