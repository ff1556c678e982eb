"""What each stage has done so far, counted by its threads and read by progress and report."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass


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

    def add(self, *, records: int, size: int, busy: float, rejected: int = 0, batches: int = 1) -> StageFigures:
        """Count a batch, or several.

        Args:
            records: of them.
            size: bytes of the file that they cover.
            busy: seconds that they took.
            rejected: records of them that are not to be loaded.
            batches: how many.

        Returns:
            The figures with them.
        """
        with self._lock:
            before = self._figures
            self._figures = StageFigures(
                before.batches + batches,
                before.records + records,
                before.bytes + size,
                before.rejected + rejected,
                before.busy + busy,
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

    def add(self, *, records: int, size: int, busy: float, rejected: int = 0, batches: int = 1) -> StageFigures:
        """Count a batch, or several, here and there.

        Returns:
            The stage's figures with them.
        """
        super().add(records=records, size=size, busy=busy, rejected=rejected, batches=batches)
        return self._stage.add(records=records, size=size, busy=busy, rejected=rejected, batches=batches)


@dataclass(frozen=True, slots=True)
class PipelineFigures:
    """The whole pipeline at one moment.

    Attributes:
        passed: what an earlier attempt of the run has loaded.
        read, processed, written: what this one has done.
        parts: what is read of each part of the input, or was before.
        workers: what each processor has processed, by its number.
        writers: threads that write.
        consumed: bytes of the files that have been read for it, or passed over; of compressed ones, as they are on the
            disk.
    """

    passed: StageFigures
    read: StageFigures
    processed: StageFigures
    written: StageFigures
    raw_queue: QueueFigures
    write_queue: QueueFigures
    parts: tuple[StageFigures, ...]
    workers: tuple[StageFigures, ...]
    writers: int
    consumed: int

    @property
    def loaded(self) -> float:
        """Bytes of the files whose records are loaded, measured as ``consumed``."""
        passed = self.passed.bytes
        return self.consumed * (passed + self.written.bytes) / max(1, passed + self.read.bytes)
